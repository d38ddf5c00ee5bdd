"""What a bank sets for its linter: levels, thresholds, what it says of its measures, what it has accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from policymodel.documents import Where, place, problems_of, read_yaml_lines
from policymodel.errors import InputError, Problem, suggest
from policymodel.lint.findings import Accepted, Level
from policymodel.scheme.terms import Text, Title
from policymodel.words.sentences import Text as Words

CHECKED = ConfigDict(extra="forbid")
OURS = "ours"


def _number(written: Any) -> Any:
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal):
        raise ValueError("this is no number; write it plain, such as 0.1")
    return float(written)


def threshold(value: float, meaning: str, source: str) -> Any:
    """A threshold with its meaning and where it comes from."""
    return field(default=value, metadata={"meaning": meaning, "source": source})


def _list(written: Any) -> Any:
    if not isinstance(written, list | tuple):
        raise ValueError("this is no list; write it in brackets, such as [net_deposits]")
    return tuple(written)


Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
Groups = Annotated[tuple[Names, ...], BeforeValidator(_list)]
Positive = Annotated[float, BeforeValidator(_number), Field(ge=0)]


@checked(frozen=True, kw_only=True, config=CHECKED)
class Thresholds:
    """From where on a rule speaks; every one says whose number it is."""

    smallest_sample: Positive = threshold(
        30, "cases below which nothing is said to be never reached, nor always", OURS
    )
    small_weight: Positive = threshold(
        0.10,
        "the least share of its group's points that a line should weigh",
        "Performio: below 20 % is sub-optimal; 10 % and 15 % are used too",
    )
    pay_measures: Positive = threshold(
        3, "measures that decide pay", "WorldatWork; 71 % of firms use three or fewer"
    )
    card_lines: Positive = threshold(10, "lines of a card, bonuses and deductions included", OURS)
    numbers: Positive = threshold(
        20, "numbers that somebody must know to work out a score or pay; a table counts once", OURS
    )
    quality: Positive = threshold(
        0.25,
        "the least share of points that should stand on compliance and risk",
        f"{OURS}; ESMA35-43-3565: not insignificant",
    )
    cliff: Positive = threshold(0.05, "a jump, as a share of what is typically paid or scored", OURS)
    flat: Positive = threshold(0.5, "the share of cases in which one more unit adds nothing", OURS)
    shut_out: Positive = threshold(
        0.15,
        "the share of cases below a threshold",
        "Cygnal Group: about 5 %; 10 to 15 % is too many",
    )
    same: Positive = threshold(0.95, "the share of cases in which all have the same", OURS)
    effect: Positive = threshold(0.02, "the least share of the spread of scores that a line brings", OURS)
    steepest: Positive = threshold(
        1.0, "how many times the lowest rate the highest may be without a cap", "Larkin 2014: up to 20 times"
    )
    substitutes: Positive = threshold(
        1.5, "how many times as much one of two substitutes may be worth", f"{OURS}; FCA SYSC 19F.1.3R"
    )
    follows: Positive = threshold(
        0.8, "how closely targets follow one's own last year (rank correlation)", OURS
    )
    records: Positive = threshold(5, "years for which records are kept", "EBA/GL/2016/06, 2.1")


@checked(frozen=True, kw_only=True, config=CHECKED)
class Measures:
    """What neither a scheme nor a mapping says of measures."""

    balances: Names = ()
    products_per_client: Names = ()
    substitutes: Groups = ()
    quality: Names = ()


Clause = Annotated[str, Field(min_length=1)]


@checked(frozen=True, kw_only=True, config=CHECKED)
class Governance:
    """What a scheme file does not say of how it is decided and kept: the clause or the document that says it."""

    approved: Clause | None = None
    paid_after_review: Clause | None = None
    appeal: Clause | None = None
    clawback: Clause | None = None
    records_years: Annotated[float, BeforeValidator(_number)] | None = None


@checked(frozen=True, kw_only=True, config=CHECKED)
class Acceptance:
    """A finding that somebody lives with: the rule, the address (of every place where it is left out), the reason."""

    rule: str
    because: Title
    at: str | None = None
    scheme: str | None = None
    by: str = ""
    on: str = ""

    def fits(self, rule: str, address: str, scheme: str) -> bool:
        """Whether it is about this finding."""
        return (
            self.rule == rule
            and (self.at is None or self.at == address)
            and (self.scheme is None or self.scheme == scheme)
        )

    def told(self) -> Accepted:
        """As a finding carries it."""
        return Accepted(Words(dict(_texts(self.because))), self.by, self.on)


def _texts(text: Text) -> Mapping[str, str]:
    return dict(text.languages)


@checked(frozen=True, kw_only=True, config=CHECKED)
class _Written:
    levels: Mapping[str, Literal["off", "note", "warning", "error"]] = Field(default_factory=dict)
    thresholds: Thresholds = Field(default_factory=Thresholds)
    measures: Measures = Field(default_factory=Measures)
    governance: Governance = Field(default_factory=Governance)
    accepted: tuple[Acceptance, ...] = ()


INNER: dict[str, type] = {"thresholds": Thresholds, "measures": Measures, "governance": Governance}


@dataclass(frozen=True)
class Settings:
    """Levels by rule (`off` leaves a rule out), thresholds, facts about measures and governance, acceptances."""

    levels: Mapping[str, Literal["off"] | Level] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    measures: Measures = field(default_factory=Measures)
    governance: Governance = field(default_factory=Governance)
    accepted: tuple[Acceptance, ...] = ()
    file: str = ""


def read_settings(path: Path | str, rules: Mapping[str, Any]) -> Settings:
    """The settings of a file; all that is wrong with it at once. `rules` are those that there are."""
    document, lines = read_yaml_lines(path)
    if document is None:
        return Settings(file=str(path))
    if not isinstance(document, dict):
        right = "it may have levels, thresholds, measures, governance, accepted"
        raise InputError(str(path), [Problem("", "these are no settings of a linter", right)])
    wrong = [*_unknown(document, lines), *_no_rules(document, lines, rules)]
    told = {each.place for each in wrong}
    try:
        written = TypeAdapter(_Written).validate_python(document)
    except ValidationError as fault:
        misfits = problems_of(fault, _names(), lines)
        raise InputError(str(path), [*wrong, *(each for each in misfits if each.place not in told)]) from None
    if wrong:
        raise InputError(str(path), wrong)
    kept = {each.name: getattr(written, each.name) for each in fields(written)}
    return Settings(**kept, file=str(path))


def _unknown(document: Mapping[str, Any], lines: Mapping[Where, int]) -> Iterator[Problem]:
    """Settings that do not exist."""
    inner = [((name,), document.get(name), record) for name, record in INNER.items()]
    accepted = document.get("accepted")
    entries = enumerate(accepted) if isinstance(accepted, list) else ()
    for where, raw, record in [
        ((), document, _Written),
        *inner,
        *((("accepted", index), each, Acceptance) for index, each in entries),
    ]:
        known = [each.name for each in fields(record)]
        for name in raw if isinstance(raw, dict) else ():
            if name not in known:
                right = suggest(name, known) or f"there is {', '.join(known)}"
                yield Problem(place((*where, name), lines), "there is no such setting", right)


def _no_rules(
    document: Mapping[str, Any], lines: Mapping[Where, int], rules: Mapping[str, Any]
) -> Iterator[Problem]:
    """Rules that are named and do not exist."""
    levels, accepted = document.get("levels"), document.get("accepted")
    named: list[tuple[Where, Any]] = [(("levels", code), code) for code in levels or ()]
    for index, each in enumerate(accepted if isinstance(accepted, list) else ()):
        if isinstance(each, dict) and "rule" in each:
            named.append((("accepted", index, "rule"), each["rule"]))
    for where, code in named:
        if code not in rules:
            yield Problem(place(where, lines), f"there is no rule '{code}'", suggest(str(code), rules))


def _names() -> list[str]:
    records = (_Written, Thresholds, Measures, Governance, Acceptance)
    return [each.name for record in records for each in fields(record)]
