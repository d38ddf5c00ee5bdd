"""What a setting may be fed with: a number, another line, a fact of the person, the period or a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.terms import RECORD, Figure, Number

Window = Literal["period", "quarter_to_date", "half_year_to_date", "year_to_date", "rolling"]
Level = Literal["manager", "outlet", "region", "group"]


@checked(frozen=True, kw_only=True, config=RECORD)
class LineOf:
    """Another line of the scheme by its id, one of its side figures (`draw.owed`), or the card's total (`score`).

    `earlier: 1` is its value one period earlier, 0 before the first.
    """

    line: str
    earlier: Annotated[int, Field(ge=0)] = 0


@checked(frozen=True, kw_only=True, config=RECORD)
class _Windowed:
    """Over which time and for whom a fact is looked at.

    A rolling window is the last `months` months. `earlier` goes back periods, `years_earlier` years. At level
    `outlet`, `region` or `group` everybody's figures there are added up.
    """

    window: Window = "period"
    months: Annotated[int, Field(ge=1)] | None = None
    level: Level = "manager"
    earlier: Annotated[int, Field(ge=0)] = 0
    years_earlier: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _rolls(self) -> _Windowed:
        if (self.window == "rolling") != (self.months is not None):
            raise ValueError("a rolling window, and only that, says how many `months:` it has")
        return self


@checked(frozen=True, kw_only=True, config=RECORD)
class MeasureOf(_Windowed):
    """A measure or an income line of history; a missing figure leaves the line without a number, or counts zero."""

    measure: str
    missing: Literal["refuse", "zero"] = "refuse"


@checked(frozen=True, kw_only=True, config=RECORD)
class TargetOf(_Windowed):
    """The target of a measure, broken down and judged by time as `targets:` says."""

    target: str


@checked(frozen=True, kw_only=True, config=RECORD)
class BaseOf(_Windowed):
    """The base (last year's actual) of a measure or income line, as it accrues with time (S6.3)."""

    base: str


@checked(frozen=True, kw_only=True, config=RECORD)
class TransactionOf:
    """Of one transaction: `amount`, the `share` credited, `credited` (amount x share), or a figure it brings along."""

    transaction: str


@checked(frozen=True, kw_only=True, config=RECORD)
class TransactionsOf(_Windowed):
    """The same added up over the period, or their `count`; of some products where they are named."""

    transactions: str
    products: tuple[str, ...] | None = None


@checked(frozen=True, kw_only=True, config=RECORD)
class PersonOf:
    """About the person: employed days in the period, months of service (the first is 1), full-time share."""

    person: Literal["employed_days", "months_of_service", "fte"]


@checked(frozen=True, kw_only=True, config=RECORD)
class CalendarOf:
    """Days or months of the period."""

    calendar: Literal["days", "months"]


@checked(frozen=True, kw_only=True, config=RECORD)
class FxOf:
    """Units of the history's currency for one unit of a foreign one."""

    fx: str
    at: Literal["average", "period_end"]


SORTS: dict[str, type] = {
    "line": LineOf,
    "measure": MeasureOf,
    "target": TargetOf,
    "base": BaseOf,
    "transaction": TransactionOf,
    "transactions": TransactionsOf,
    "person": PersonOf,
    "calendar": CalendarOf,
    "fx": FxOf,
}
"""The word that each sort of quantity begins with."""


def _sort_of(raw: Any) -> str:
    if isinstance(raw, Mapping):
        for word in SORTS:
            if word in raw:
                return f"<{word}>"
    for word, sort in SORTS.items():
        if type(raw) is sort:
            return f"<{word}>"
    return "<number>"


# The tags stand in angles so that the way to a problem, as a person reads it, leaves them out.
Quantity = Annotated[
    Annotated[LineOf, Tag("<line>")]
    | Annotated[MeasureOf, Tag("<measure>")]
    | Annotated[TargetOf, Tag("<target>")]
    | Annotated[BaseOf, Tag("<base>")]
    | Annotated[TransactionOf, Tag("<transaction>")]
    | Annotated[TransactionsOf, Tag("<transactions>")]
    | Annotated[PersonOf, Tag("<person>")]
    | Annotated[CalendarOf, Tag("<calendar>")]
    | Annotated[FxOf, Tag("<fx>")]
    | Annotated[Figure, Tag("<number>")],
    Discriminator(_sort_of),
]

OfQuantity = (
    LineOf
    | MeasureOf
    | TargetOf
    | BaseOf
    | TransactionOf
    | TransactionsOf
    | PersonOf
    | CalendarOf
    | FxOf
    | Number
)


@checked(frozen=True, kw_only=True, config=RECORD)
class Condition:
    """A comparison: `value` is at least, above, at most or below something."""

    value: Quantity
    at_least: Quantity | None = None
    above: Quantity | None = None
    at_most: Quantity | None = None
    below: Quantity | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Condition:
        if sum(getattr(self, word) is not None for word in COMPARISONS) != 1:
            raise ValueError(f"a condition has exactly one of {', '.join(COMPARISONS)}")
        return self

    @property
    def comparison(self) -> Literal["at_least", "above", "at_most", "below"]:
        """The word written."""
        return next(word for word in COMPARISONS if getattr(self, word) is not None)

    @property
    def threshold(self) -> OfQuantity:
        """What the value is compared with."""
        threshold: OfQuantity = getattr(self, self.comparison)
        return threshold


COMPARISONS: tuple[Literal["at_least", "above", "at_most", "below"], ...] = (
    "at_least",
    "above",
    "at_most",
    "below",
)
