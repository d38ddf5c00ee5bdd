"""Scheme files and change files become a `Scheme`, or one error with everything that is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

from policymodel.documents import Where, place, read_yaml
from policymodel.errors import ChangeError, SchemeError, suggest
from policymodel.scheme.changes import is_change_file
from policymodel.scheme.consequences import RULES, Rules, misfits
from policymodel.scheme.files import at_its_change, beside, resolved
from policymodel.scheme.given import PAY, SCORE, Given
from policymodel.scheme.kinds import CARD_KINDS, GENERAL_KINDS, KINDS, PAY_KINDS
from policymodel.scheme.kinds.record import crossed
from policymodel.scheme.parameters import check_ranges
from policymodel.scheme.references import Entry, misnamed, unresolved
from policymodel.scheme.refusals import Written, Wrong, listed, quoted
from policymodel.scheme.scheme import Card, Envelope, Pay, Scheme
from policymodel.scheme.sections import CLAUSE, CURRENCY, FORMS, ID, MISSING, PERIODS, Sections, in_order
from policymodel.scheme.strategy import StrategyMap, misplaced
from policymodel.scheme.terms import Figure, RoundingRule, TargetRule, Title
from policymodel.units import Rounding

__all__ = ["digest_of", "read_scheme", "resolved", "scheme_of"]

SECTIONS = ("figures", "card", "pay")
Grade = Annotated[str, Written("a grade, such as A")]
STANDS = {
    "figures": GENERAL_KINDS | CARD_KINDS,
    "card": GENERAL_KINDS | CARD_KINDS,
    "pay": GENERAL_KINDS | PAY_KINDS,
}
"""The kinds of line that may stand in each section."""


def read_scheme(path: Path | str, kinds: Mapping[str, type] = KINDS) -> Scheme:
    """Read a scheme file, or a change file together with its base.

    All problems of the file are raised together as a SchemeError (a ChangeError where the changes do not fit).
    `kinds` are the kinds the file may name; a bank's own are added with `KINDS | {...}`.
    """
    document, reasons = resolved(Path(path), kinds=kinds)
    try:
        return scheme_of(document, reasons, str(path), kinds)
    except SchemeError as error:
        raw = read_yaml(path, SchemeError)
        if not is_change_file(raw):
            raise
        # Where the base is at fault it says so under its own name; else the changes are.
        read_scheme(beside(Path(path), raw["base"]), kinds)
        problems = [at_its_change(problem, document, reasons, raw) for problem in error.problems]
        raise ChangeError(str(path), problems) from None


def scheme_of(
    document: dict[str, Any],
    reasons: tuple[dict[str, Any], ...] = (),
    file: str = "scheme",
    kinds: Mapping[str, type] = KINDS,
) -> Scheme:
    """The scheme that a resolved document stands for; `file` names it in errors."""
    return _Reader(file, kinds).scheme(document, reasons)


def digest_of(document: Mapping[str, Any]) -> str:
    """The sha256 of a resolved document; layout, comments and the order of keys make no difference."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _Reader(Sections):
    """Reads one document and gathers everything that is wrong with it."""

    def __init__(self, file: str, kinds: Mapping[str, type]) -> None:
        super().__init__()
        self.file = file
        self.kinds = kinds
        self.entries: list[Entry] = []
        self.places: dict[str, Where] = {}

    def scheme(self, raw: dict[str, Any], reasons: tuple[dict[str, Any], ...]) -> Scheme:
        self.settings(
            raw, (), ("id", "title", "source", "every"), ("targets", *SECTIONS, "map", "consequences")
        )
        title = self.value(Title, raw, ("title",))
        self.word(raw, ("id",), ID)
        self.word(raw, ("source",), CLAUSE)
        every = self.value(Literal[PERIODS], raw, ("every",))
        targets = self._targets(raw.get("targets"))
        figures = self._lines(raw, ("figures",)) if raw.get("figures") is not None else ()
        card = self._card(raw["card"]) if raw.get("card") is not None else None
        pay = self._pay(raw["pay"]) if raw.get("pay") is not None else None
        drawn = self.record(StrategyMap, raw["map"], ("map",)) if raw.get("map") is not None else None
        if all(raw.get(section) is None for section in SECTIONS):
            what = f"has none of {', '.join(f'`{section}:`' for section in SECTIONS)}"
            self.say((), what, "a scheme works out figures, scores, pays, or all of it")
        written = raw.get("consequences")
        rules = self._consequences(written, card, pay) if written is not None else None
        named = self._named(raw)
        if drawn is not None:
            self.wrong += misplaced(drawn, {name: each.record for name, each in named.items()})
        ranges = check_ranges(raw)
        scheme = None
        if not self.wrong and not ranges:
            made = (figures, card, pay, self.file, digest_of(raw), raw, reasons)
            scheme = Scheme(raw["id"], title, raw["source"], every, targets, *made, drawn, rules)
        given = scheme.given if scheme is not None else self._given(named, card, pay)
        self.wrong += unresolved(named, given, [name for name, each in named.items() if each.record is None])
        if scheme is None or self.wrong:
            raise SchemeError(self.file, in_order(raw, self.wrong, ranges))
        return scheme

    def _named(self, raw: Mapping[str, Any]) -> dict[str, Entry]:
        """The lines by id, of two with one id the first; a line that names what is not there counts as unread."""
        named: dict[str, Entry] = {}
        for entry in self.entries:
            told_already = {each.where for each in self.wrong}
            wrong = [
                each
                for each in misnamed(entry, self.places, raw)
                if not any(each.where[:length] in told_already for length in range(len(each.where)))
            ]
            self.wrong += wrong
            name = entry.raw.get("id")
            if isinstance(name, str) and self.places[name] == entry.where:
                named[name] = Entry(entry.where, entry.raw, None) if wrong else entry
        return named

    @staticmethod
    def _given(named: Mapping[str, Entry], card: Card | None, pay: Pay | None) -> Given:
        """What the sound lines of a broken file are given; that targets have no rule, or a wrong one, has been told."""
        return Given(
            {name: each.record for name, each in named.items() if each.record is not None},
            TargetRule(set_by="table", progress="months", source=""),
            "",
            card.total if card is not None else None,
            pay.total if pay is not None else None,
            frozenset(item.id for item in pay.items) if pay is not None else frozenset(),
            pay.item if pay is not None else None,
        )

    def _targets(self, raw: Any) -> TargetRule | None:
        if raw is None:
            return None
        targets: TargetRule | None = self.record(TargetRule, raw, ("targets",))
        return targets

    def _card(self, raw: Any) -> Card | None:
        if not self.settings(raw, ("card",), ("lines", "round", "rescale", "floor", "cap")):
            return None
        lines = self._lines(raw, ("card", "lines"))
        rounding = self.value(RoundingRule, raw, ("card", "round"))
        rescale = self.value(Figure, raw, ("card", "rescale"))
        floor, cap = (self.value(Figure | None, raw, ("card", key)) for key in ("floor", "cap"))
        self.wrong += (Wrong(("card", *each.where), each.what, each.right) for each in crossed(floor, cap))
        if rounding is None or rescale is None:
            return None
        return Card(lines, Rounding(rounding.digits, rounding.mode), rescale, floor, cap)

    def _pay(self, raw: Any) -> Pay | None:
        if not self.settings(raw, ("pay",), ("items", "round", "currency"), ("envelope",)):
            return None
        items = self._lines(raw, ("pay", "items"))
        rounding = self.value(RoundingRule, raw, ("pay", "round"))
        envelope = self.value(Envelope | None, raw, ("pay", "envelope"))
        self.word(raw, ("pay", "currency"), CURRENCY)
        if rounding is None:
            return None
        if rounding.digits != 2:
            self.say(("pay", "round", "digits"), f"pay is not rounded to {rounding.digits} digits", "write 2")
        return Pay(items, Rounding(rounding.digits, rounding.mode), str(raw.get("currency")), envelope)

    def _consequences(self, raw: Any, card: Card | None, pay: Pay | None) -> Rules | None:
        where = ("consequences",)
        if not self.settings(raw, where, ("rules",), ("grades", "several_cuts")):
            return None
        before = len(self.wrong)
        grades = self.value(tuple[Grade, ...], raw, (*where, "grades"))
        cuts = self.value(Literal["add_up", "largest"] | None, raw, (*where, "several_cuts"))
        written = raw.get("rules")
        if "rules" in raw and (not isinstance(written, list) or not written):
            self.say((*where, "rules"), "is no list of rules", MISSING["rules"])
        listed_rules = written if isinstance(written, list) else []
        read = [self._rule(each, (*where, "rules", place)) for place, each in enumerate(listed_rules)]
        if len(self.wrong) > before:
            return None
        rules = Rules(tuple(rule for rule in read if rule is not None), grades or (), cuts)
        self.wrong += misfits(rules, card, pay.items if pay is not None else None)
        return rules

    def _rule(self, raw: Any, where: Where) -> Any | None:
        if not isinstance(raw, dict) or "kind" not in raw:
            self.say(where, "is no rule", f"a rule begins with `kind:`, which is {listed(RULES)}")
            return None
        kind = raw["kind"]
        self._is_named(raw.get("id"), where)
        if not isinstance(kind, str) or kind not in RULES:
            right = suggest(str(kind), RULES) or f"write {listed(RULES)}"
            self.say((*where, "kind"), f"{quoted(kind)} is no kind of rule", right)
            return None
        settings = {key: value for key, value in raw.items() if key != "kind"}
        return self.record(RULES[kind], settings, where, kind, RULES)

    def _lines(self, raw: Mapping[str, Any], where: Where) -> tuple[Any, ...]:
        """The lines at a place, of which a mapping holds the last step; those that are none are left out."""
        if str(where[-1]) not in raw:
            return ()
        written = raw[str(where[-1])]
        if not isinstance(written, list) or not written:
            # The lists of a file are two steps down at most; those of a group are further.
            if len(where) > 2:
                self.say(where, "a group is made of lines, and there is none", MISSING["group"])
            else:
                self.say(where, "is no list of lines", MISSING["lines"])
            return ()
        read = [self._line(each, (*where, index)) for index, each in enumerate(written)]
        return tuple(line for line in read if line is not None)

    def _line(self, raw: Any, where: Where) -> Any | None:
        if not isinstance(raw, dict):
            self.say(where, "is no line", "a line begins with `kind:`")
            return None
        # A kind handed in from outside may stand anywhere.
        stands = STANDS[str(where[0])]
        known = {name: each for name, each in self.kinds.items() if name in stands or name not in KINDS}
        kind = raw.get("kind")
        sound = self._is_named(raw.get("id"), where)
        record = None
        settings = {key: value for key, value in raw.items() if key != "kind"}
        if isinstance(kind, str) and kind in known:
            fitting = known[kind]
            if "lines" in settings and "lines" in {each.name for each in fields(fitting)}:
                before = len(self.wrong)
                settings["lines"] = self._lines(settings, (*where, "lines"))
                sound = sound and len(self.wrong) == before
            record = self.record(fitting, settings, where, kind, known)
        elif isinstance(kind, str) and kind in KINDS:
            sections = [section for section, kinds in STANDS.items() if kind in kinds]
            self.say((*where, "kind"), f"'{kind}' does not stand here", f"it stands in {listed(sections)}")
        else:
            what, right = f"{quoted(kind)} is not a kind of line", suggest(str(kind), known)
            if kind is None:
                what, right = (
                    "this setting is needed",
                    "a line begins with `kind:`, such as `kind: commission`",
                )
            kinds = (
                f"'How do I say' in the scheme reference finds one; the kinds are {', '.join(sorted(known))}"
            )
            self.say((*where, "kind"), what, right or kinds)
        self.entries.append(Entry(where, raw, record if sound else None))
        return record

    def _is_named(self, written: Any, where: Where) -> bool:
        """Whether a line can be named: an id is a word, is nobody else's, and is not the name of a total."""
        before = len(self.wrong)
        if not isinstance(written, str):
            return False
        first = self.places.setdefault(written, where)
        if first != where:
            what = f"{quoted(written)} is the id of another line ({place(first)})"
            self.say((*where, "id"), what, "give each line its own id")
        elif written == SCORE:
            self.say((*where, "id"), "'score' is the card's total", "give the line another id")
        elif written == PAY:
            self.say((*where, "id"), "'pay' is all that is paid", "give the line another id")
        elif not ID.fullmatch(written):
            self.say((*where, "id"), f"{quoted(written)} {FORMS[ID][0]}", FORMS[ID][1])
        return len(self.wrong) == before
