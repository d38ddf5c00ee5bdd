"""Scheme files and change files become a `Scheme`, or one error with everything that is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from policymodel.documents import read_yaml
from policymodel.errors import Problem, SchemeError, suggest
from policymodel.periods import MONTHS_OF
from policymodel.scheme.changes import apply_changes, is_change_file
from policymodel.scheme.given import SCORE, LineFault
from policymodel.scheme.kinds import CARD_KINDS, GENERAL_KINDS, KINDS, PAY_KINDS
from policymodel.scheme.parameters import check_ranges
from policymodel.scheme.scheme import Card, Envelope, Pay, Scheme
from policymodel.scheme.terms import Figure, RoundingRule, TargetRule, Text, Title
from policymodel.units import Rounding

_TOP = ("id", "title", "source", "every", "targets", "figures", "card", "pay")
_SECTIONS = ("figures", "card", "pay")
_ID = re.compile(r"[^\W\d][\w-]*")


def read_scheme(path: Path | str, kinds: Mapping[str, type] = KINDS) -> Scheme:
    """Read a scheme file, or a change file together with its base.

    All problems of the file are raised together as a SchemeError (a ChangeError where the changes do not fit).
    `kinds` are the kinds the file may name; a bank's own are added with `KINDS | {...}`.
    """
    document, reasons = resolved(Path(path), kinds=kinds)
    return scheme_of(document, reasons, str(path), kinds)


def scheme_of(
    document: dict[str, Any],
    reasons: tuple[dict[str, Any], ...] = (),
    file: str = "scheme",
    kinds: Mapping[str, type] = KINDS,
) -> Scheme:
    """The scheme that a resolved document stands for; `file` names it in errors."""
    return _Reader(file, kinds).scheme(document, reasons)


def resolved(
    path: Path, seen: tuple[Path, ...] = (), kinds: Mapping[str, type] = KINDS
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The whole document: changes applied to their base, included lines in their place."""
    path = path.resolve()
    if path in seen:
        raise SchemeError(str(path), [Problem("base", "the files refer to each other in a circle")])
    raw = read_yaml(path, SchemeError)
    if not isinstance(raw, dict):
        raise SchemeError(
            str(path), [Problem("", "is no scheme", "a scheme begins with `id:` and has `card:` or `pay:`")]
        )
    if is_change_file(raw):
        base, reasons = resolved(path.parent / str(raw.get("base", "")), (*seen, path), kinds)
        document, new = apply_changes(base, raw, str(path), kinds)
        return document, reasons + new
    card = raw.get("card")
    if isinstance(card, dict) and isinstance(card.get("lines"), list):
        lines = [_included(line, path, seen, index, kinds) for index, line in enumerate(card["lines"])]
        raw = {**raw, "card": {**card, "lines": lines}}
    return raw, ()


def _included(line: Any, path: Path, seen: tuple[Path, ...], index: int, kinds: Mapping[str, type]) -> Any:
    if not isinstance(line, dict) or "include" not in line:
        return line
    place = f"card.lines[{index}]"
    if set(line) != {"include", "line"}:
        raise SchemeError(
            str(path), [Problem(place, "an included line is written {include: file.yaml, line: id}", "")]
        )
    other, _ = resolved(path.parent / str(line["include"]), (*seen, path), kinds)
    lines = other.get("card", {}).get("lines", []) if isinstance(other.get("card"), dict) else []
    by_id = {each.get("id"): each for each in lines if isinstance(each, dict)}
    if line["line"] not in by_id:
        what = f"'{line['include']}' has no line '{line['line']}' at the top of its card"
        raise SchemeError(
            str(path), [Problem(f"{place}.line", what, suggest(str(line["line"]), map(str, by_id)))]
        )
    return by_id[line["line"]]


def digest_of(document: Mapping[str, Any]) -> str:
    """The sha256 of a resolved document; layout, comments and the order of keys make no difference."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _Reader:
    """Reads one document and gathers its problems."""

    def __init__(self, file: str, kinds: Mapping[str, type]) -> None:
        self.file = file
        self.kinds = kinds
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}

    def scheme(self, raw: dict[str, Any], reasons: tuple[dict[str, Any], ...]) -> Scheme:
        for key in raw:
            if key not in _TOP:
                self._problem(key, "a scheme has no such setting", suggest(key, _TOP))
        title = self._value(Title, raw.get("title"), "title")
        every = self._choice(raw, "every", tuple(name for name in MONTHS_OF if name != "half_year"))
        targets = self._record(TargetRule, raw["targets"], "targets") if raw.get("targets") else None
        figures: tuple[Any, ...] = ()
        if raw.get("figures") is not None:
            figures = self._lines(raw["figures"], "figures", GENERAL_KINDS | CARD_KINDS)
        card = self._card(raw["card"]) if raw.get("card") is not None else None
        pay = self._pay(raw["pay"], card, targets) if raw.get("pay") is not None else None
        if all(raw.get(section) is None for section in _SECTIONS):
            what = f"has none of {', '.join(f'`{section}:`' for section in _SECTIONS)}"
            self._problem("", what, "a scheme works out figures, scores, pays, or all of it")
        for key in ("id", "source"):
            if not isinstance(raw.get(key), str) or not raw[key]:
                self._problem(
                    key, "is missing or no text", "write a word" if key == "id" else "write a clause id"
                )
        self.problems.extend(check_ranges(raw))
        if self.problems:
            raise SchemeError(self.file, self.problems)
        assert isinstance(title, Text)
        scheme = Scheme(
            raw["id"],
            title,
            raw["source"],
            every,
            targets,
            figures,
            card,
            pay,
            self.file,
            digest_of(raw),
            raw,
            reasons,
        )
        self._resolve(scheme)
        return scheme

    def _resolve(self, scheme: Scheme) -> None:
        """Every line says its expression once, so that a name that leads nowhere is found here."""
        for name, record in scheme.lines.items():
            try:
                scheme.given.line(name)
                record.others(scheme.given)
            except LineFault as fault:
                self._problem(self.places[name], fault.problem.what, fault.problem.right)
        if self.problems:
            raise SchemeError(self.file, self.problems)

    def _card(self, raw: Any) -> Card | None:
        if not self._is_section(raw, "card", ("lines", "round", "rescale", "floor", "cap")):
            return None
        lines = self._lines(raw["lines"], "card.lines", GENERAL_KINDS | CARD_KINDS)
        rounding = self._record(RoundingRule, raw["round"], "card.round")
        rescale = self._value(Figure, raw["rescale"], "card.rescale")
        floor = self._value(Figure | None, raw["floor"], "card.floor")
        cap = self._value(Figure | None, raw["cap"], "card.cap")
        if rounding is None or rescale is None:
            return None
        return Card(lines, Rounding(rounding.digits, rounding.mode), rescale, floor, cap)

    def _pay(self, raw: Any, card: Card | None, targets: TargetRule | None) -> Pay | None:
        if not self._is_section(raw, "pay", ("items", "round", "currency"), ("envelope",)):
            return None
        items = self._lines(raw["items"], "pay.items", GENERAL_KINDS | PAY_KINDS)
        rounding = self._record(RoundingRule, raw["round"], "pay.round")
        envelope = self._record(Envelope, raw["envelope"], "pay.envelope") if raw.get("envelope") else None
        for index, item in enumerate(items):
            if getattr(item, "scaled_by", None) == "management_score" and card is None:
                self._problem(
                    f"pay.items[{index}].scaled_by", "there is no card that makes the score", "add `card:`"
                )
            if getattr(item, "increment", None) == "from_targets" and targets is None:
                self._problem(
                    f"pay.items[{index}].increment", "there is no rule for targets", "add `targets:`"
                )
        if not isinstance(raw["currency"], str) or not raw["currency"]:
            self._problem("pay.currency", "is no code of a currency", "write its code, such as CNY")
        if rounding is None:
            return None
        if rounding.digits != 2:
            self._problem(
                "pay.round.digits", f"{rounding.digits} is not supported", "pay is rounded to 2 digits"
            )
        return Pay(items, Rounding(rounding.digits, rounding.mode), raw["currency"], envelope)

    def _lines(self, raw: Any, place: str, allowed: Mapping[str, type]) -> tuple[Any, ...]:
        if not isinstance(raw, list) or not raw:
            self._problem(place, "is no list of lines", "begin each line with `- kind:`")
            return ()
        read = [self._line(each, f"{place}[{index}]", allowed) for index, each in enumerate(raw)]
        return tuple(line for line in read if line is not None)

    def _line(self, raw: Any, place: str, allowed: Mapping[str, type]) -> Any | None:
        # A kind handed in from outside may stand on a card or among the pay items.
        known = {name: each for name, each in self.kinds.items() if name in allowed or name not in KINDS}
        if not isinstance(raw, dict):
            self._problem(place, "is no line", "a line begins with `kind:`")
            return None
        kind = raw.get("kind")
        if not isinstance(kind, str) or kind not in known:
            what = "has no `kind:`" if kind is None else f"'{kind}' is not a kind of line here"
            right = suggest(str(kind), known) or f"the kinds are {', '.join(sorted(known))}"
            self._problem(f"{place}.kind", what, right)
            return None
        settings = {key: value for key, value in raw.items() if key != "kind"}
        self._name(settings.get("id"), place)
        if "lines" in settings and "lines" in {each.name for each in fields(known[kind])}:
            settings["lines"] = self._lines(settings["lines"], f"{place}.lines", allowed)
            if settings.get("not_applicable") == "reweight":
                for index, line in enumerate(settings["lines"]):
                    if not hasattr(line, "points"):
                        what = f"'{line.id}' has no points, so nothing says how much it weighs"
                        self._problem(f"{place}.lines[{index}]", what, "reweight only lines with points")
        return self._record(known[kind], settings, place, f"{kind} ")

    def _name(self, written: Any, place: str) -> None:
        """An id is a word, is nobody else's, and is not the score's."""
        if not isinstance(written, str):
            return
        if written in self.places:
            what = f"'{written}' is the id of another line ({self.places[written]})"
            self._problem(f"{place}.id", what, "give each line its own id")
        elif written == SCORE:
            self._problem(f"{place}.id", "'score' is the card's total", "give the line another id")
        elif not _ID.fullmatch(written):
            what = f"'{written}' is no id"
            self._problem(
                f"{place}.id", what, "write a word of letters, digits, _ or -, without a dot or a space"
            )
        self.places.setdefault(written, place)

    def _is_section(self, raw: Any, place: str, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> bool:
        if not isinstance(raw, dict):
            self._problem(place, "is no table of settings", f"it has {', '.join(needed)}")
            return False
        for key in raw:
            if key not in needed + more:
                self._problem(f"{place}.{key}", "there is no such setting here", suggest(key, needed + more))
        missing = [key for key in needed if key not in raw]
        for key in missing:
            self._problem(
                f"{place}.{key}", "this setting is needed", "write a value, or null where it may be empty"
            )
        return not missing

    def _choice(self, raw: dict[str, Any], key: str, choices: tuple[str, ...]) -> Any:
        if raw.get(key) not in choices:
            self._problem(
                key,
                f"'{raw.get(key)}' is not one of {', '.join(choices)}",
                suggest(str(raw.get(key)), choices),
            )
        return raw.get(key)

    def _value(self, kind: Any, raw: Any, place: str) -> Any:
        try:
            return TypeAdapter(kind).validate_python(raw)
        except ValidationError as fault:
            self._translate(fault, place, ())
            return None

    def _record(self, kind: type, raw: Any, place: str, name: str = "") -> Any | None:
        if not isinstance(raw, dict):
            self._problem(place, "is no table of settings", "")
            return None
        known = tuple(each.name.rstrip("_") for each in fields(kind))
        try:
            return TypeAdapter(kind).validate_python(_frozen(raw))
        except ValidationError as fault:
            self._translate(fault, place, known, name)
            return None

    def _translate(self, fault: ValidationError, place: str, known: tuple[str, ...], name: str = "") -> None:
        told: set[str] = set()
        for each in fault.errors():
            # Pydantic adds the names of validators to the way; only keys and positions are the reader's.
            steps = [step for step in each["loc"] if isinstance(step, int) or str(step).isidentifier()]
            at = place + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            if at in told:
                continue
            told.add(at)
            last = str(steps[-1]) if steps else ""
            if each["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
                self._problem(at, f"{name}has no such setting", suggest(last, known))
            elif each["type"] in ("missing", "missing_keyword_only_argument", "missing_argument"):
                self._problem(at, f"{name}needs this setting", "write a value, or null where it may be empty")
            elif each["type"] == "literal_error":
                given = each["input"]
                self._problem(at, f"'{given}' is not one of {each['ctx']['expected']}", "")
            else:
                self._problem(at, each["msg"].removeprefix("Value error, "), "")

    def _problem(self, place: str, what: str, right: str) -> None:
        self.problems.append(Problem(place, what, right))


def _frozen(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
