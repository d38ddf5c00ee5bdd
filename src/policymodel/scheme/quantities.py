"""What a setting may be fed with: a number, another line, a fact of the person, the period or a transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic.dataclasses import dataclass as checked

from policymodel.errors import suggest
from policymodel.scheme.refusals import (
    NUMBER_EXAMPLE,
    Checked,
    Refusal,
    Written,
    Wrong,
    listed,
    number_meant,
    quoted,
)
from policymodel.scheme.terms import RECORD, Figure, Number
from policymodel.scheme.written import BIOGRAPHY

Window = Literal["period", "quarter_to_date", "half_year_to_date", "year_to_date", "rolling"]
TargetWindow = Window | Literal["whole_quarter", "whole_half_year", "whole_year"]
Level = Literal["manager", "outlet", "region", "group"]
StockReading = Literal["period_end", "mean_of_months"]


@dataclass(frozen=True)
class Bounded:
    """Refuses a number outside its bounds, whenever it is in force; a quantity from elsewhere is not known yet."""

    right: str
    least: int = 0
    most: int | None = None
    more_than_least: bool = False

    def __call__(self, number: Any) -> Any:
        """The number, if it fits."""
        if not isinstance(number, Number):
            return number
        for value in [each.value for each in number.segments] or [number.value]:
            below = value <= self.least if self.more_than_least else value < self.least
            if below or (self.most is not None and value > self.most):
                raise Refusal(Wrong((), f"{value} does not fit", self.right))
        return number


def _plain(name: str) -> str:
    """A name of history, where a colon divides what is asked of a fact from the fact."""
    if not name or re.search("[:@]", name):
        raise Refusal(Wrong((), f"{quoted(name)} is no name in a history", "write a name without : or @"))
    return name


Name = Annotated[str, AfterValidator(_plain)]
PORTION = Bounded("write a number from 0 to 1, such as 0.6 for 60 %", most=1)
Portion = Annotated[Figure, AfterValidator(PORTION)]
NotNegative = Annotated[Figure, AfterValidator(Bounded("write 0 or more"))]
AboveZero = Annotated[Figure, AfterValidator(Bounded("write a number above 0", more_than_least=True))]
Back = Annotated[int, Field(strict=True, ge=0, le=120)]
Months = Annotated[int, Field(strict=True, ge=1, le=120)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$"), Written("three capital letters such as CNY")]


@checked(frozen=True, kw_only=True, config=RECORD)
class LineOf:
    """Another line of the scheme by its id, one of its side figures (`draw.owed`), or a total: `score`, `pay`.

    - line: the id, or id.side figure; `score` is the card's total, `pay` all that is paid.
    - earlier: how many periods earlier; before the first period of the plan year it is 0.
    """

    line: str
    earlier: Back = 0


@checked(frozen=True, kw_only=True, config=RECORD)
class _Windowed(Checked):
    """Over which time and for whom a fact is looked at.

    - window: the `period`; the quarter, half-year or year up to the period's end (`quarter_to_date`,
      `half_year_to_date`, `year_to_date`); or `rolling`, the last so many months. Quarters and years begin with the
      plan year.
    - months (with `window: rolling`): how many months.
    - level: whose figure: the `manager`'s own, or those of everybody in the `outlet`, the `region` or the `group`
      added up.
    - earlier: how many periods earlier.
    - years_earlier: how many years earlier.
    """

    window: Window = "period"
    months: Months | None = None
    level: Level = "manager"
    earlier: Back = 0
    years_earlier: Back = 0

    def wrong(self) -> Iterator[Wrong]:
        """How many months roll."""
        if self.window == "rolling" and self.months is None:
            yield Wrong(
                ("months",), "a rolling window needs this setting", "write how many, such as months: 3"
            )
        if self.window != "rolling" and self.months is not None:
            right = "write `window: rolling`, or leave it out"
            yield Wrong(("months",), f"the window '{self.window}' has its own months", right)


@checked(frozen=True, kw_only=True, config=RECORD)
class MeasureOf(_Windowed):
    """A measure or an income line of history.

    - measure: its name, as the mapping declares it, or a line of `client_income`.
    - read: how a stock is read: as it stands in the last month of the window (`period_end`), or its mean over the
      months of the window in which somebody was there to hold it (`mean_of_months`). What adds up over months has
      no such mean.
    - missing: a figure that is not known leaves the line without a number (`refuse`), or counts `zero`.
    """

    measure: Name
    read: StockReading = "period_end"
    missing: Literal["refuse", "zero"] = "refuse"


@checked(frozen=True, kw_only=True, config=RECORD)
class TargetOf(_Windowed):
    """The target of a measure, broken down and judged by time as `targets:` says.

    The target of a stock or a ratio is a level: the one in force in the last month, whole.

    - target: the measure whose target it is.
    - window: as of a measure: the part of the target that belongs to that time. `whole_quarter`, `whole_half_year` and
      `whole_year` are all that is asked in the run the period lies in, the months to come included.
    """

    target: Name
    window: TargetWindow = "period"  # type: ignore[assignment]  # more words than a measure's


@checked(frozen=True, kw_only=True, config=RECORD)
class BaseOf(_Windowed):
    """The base (last year's actual) of a measure or income line, as it accrues with time (S6.3).

    - base: the measure or the income line.
    """

    base: Name


@checked(frozen=True, kw_only=True, config=RECORD)
class TransactionOf:
    """A figure of one transaction, in a line with `every: transaction`.

    - transaction: `amount`; `share`, the part credited to the person; `credited`, which is amount x share; or a
      figure of the `transaction_figures` table.
    """

    transaction: Name


@checked(frozen=True, kw_only=True, config=RECORD)
class TransactionsOf(_Windowed):
    """The figures of all transactions credited to a person, added up over the period.

    - transactions: as for one transaction; `count` is how many there are.
    - products: adds up only transactions of these products.
    """

    transactions: Name
    products: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


@checked(frozen=True, kw_only=True, config=RECORD)
class PersonOf:
    """About the person in the period.

    - person: `employed_days`, the calendar days employed; `months_of_service`, as at the end, the first month is 1;
      `fte`, the share of a full-time post, its mean over employed days.
    """

    person: Literal["employed_days", "months_of_service", "fte"]


@checked(frozen=True, kw_only=True, config=RECORD)
class CalendarOf:
    """About the period itself.

    - calendar: its `days` or its `months`; or 1 in the last period of the run it lies in and 0 in the others
      (`last_of_quarter`, `last_of_half_year`, `last_of_year`). Quarters and years begin with the plan year.
    """

    calendar: Literal["days", "months", "last_of_quarter", "last_of_half_year", "last_of_year"]


@checked(frozen=True, kw_only=True, config=RECORD)
class FxOf:
    """Units of the history's currency for one unit of a foreign one.

    - fx: the foreign currency, three capital letters.
    - at: the `average` of the period's months, or the rate of its last day, `period_end`.
    """

    fx: Currency
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


def _begun(raw: Any) -> Any:
    """Refuse what begins no quantity, so that nobody is told of numbers who has misspelt `line`."""
    right = f"a quantity is a number, or begins with {listed(SORTS)}"
    if isinstance(raw, Mapping) and raw.keys().isdisjoint([*SORTS, *BIOGRAPHY]):
        word = str(next(iter(raw), ""))
        what = f"{quoted(word)} begins no quantity" if raw else "nothing is written between the braces"
        raise Refusal(Wrong((), what, suggest(word, SORTS) or right))
    if isinstance(raw, list | tuple):
        raise Refusal(Wrong((), f"the list {quoted(raw)} is no quantity", right))
    if isinstance(raw, str):
        meant = number_meant(raw)
        if meant == NUMBER_EXAMPLE and re.match(r"[^\W\d]", raw):
            meant = f"write {{line: {raw[:40]}}} for a line, or {{measure: {raw[:40]}}} for a measure"
        raise Refusal(Wrong((), f"{quoted(raw)} is no number", meant))
    return raw


# The tags stand in angles: they are no words of a file.
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
    BeforeValidator(_begun),
    Written("a number, {line: ...}, {measure: ...} or another quantity"),
]

PortionQuantity = Annotated[Quantity, AfterValidator(PORTION)]

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
class Condition(Checked):
    """A comparison of a value with one threshold.

    - value: what is compared.
    - at_least (exactly one of the four): it holds from the threshold on.
    - above (exactly one of the four): it holds above the threshold and not on it.
    - at_most (exactly one of the four): it holds up to the threshold.
    - below (exactly one of the four): it holds below the threshold and not on it.
    """

    value: Quantity
    at_least: Quantity | None = None
    above: Quantity | None = None
    at_most: Quantity | None = None
    below: Quantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """One comparison, no more."""
        written = [word for word in COMPARISONS if getattr(self, word) is not None]
        if len(written) != 1:
            what = f"it compares with {listed(written, 'and')}" if written else "it compares with nothing"
            yield Wrong((), what, f"write exactly one of {listed(COMPARISONS)}")

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
