"""The words every scheme file shares: titles, numbers with a source, rounding, the rule for targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass as checked

from policymodel.documents import Where
from policymodel.scheme.biography import Number
from policymodel.scheme.refusals import RECORD, Checked, Wrong
from policymodel.scheme.texts import Text, read_text
from policymodel.scheme.written import read_number

__all__ = [
    "RECORD",
    "Basis",
    "Figure",
    "Mix",
    "Number",
    "RoundingRule",
    "TargetRule",
    "Text",
    "Title",
    "Way",
    "income_fact",
    "income_line",
]

Basis = Literal["received", "accrued"]
"""When income counts: in the month it came in, or in the month it was earned (S6.9)."""

Title = Annotated[Text, BeforeValidator(read_text)]
Figure = Annotated[Number, BeforeValidator(read_number)]


@checked(frozen=True, kw_only=True, config=RECORD)
class RoundingRule:
    """To how many digits, and how: at a half away from zero or to the even digit, always down, or always up.

    Down is towards zero, as in "for every full 10,000"; up is away from it. Negative digits round to tens, hundreds …
    """

    digits: Annotated[int, Field(strict=True, ge=-9, le=9)]
    mode: Literal["half_up", "half_even", "down", "up"]


Way = Literal["equal", "by_base", "by_head_count", "by_potential"]
"""In proportion to what a target is shared over outlets and then over people."""


@checked(frozen=True, kw_only=True, config=RECORD)
class Mix(Checked):
    """How much each way of sharing counts where several are mixed; the weights add up to 1."""

    equal: Figure | None = None
    by_base: Figure | None = None
    by_head_count: Figure | None = None
    by_potential: Figure | None = None

    @property
    def weights(self) -> dict[Way, Number]:
        """The weight of each way that is written."""
        written: dict[Way, Number | None] = {
            "equal": self.equal,
            "by_base": self.by_base,
            "by_head_count": self.by_head_count,
            "by_potential": self.by_potential,
        }
        return {way: weight for way, weight in written.items() if weight is not None}

    def wrong(self) -> Iterator[Wrong]:
        """Weights below zero or that change with time, and weights that do not add up to 1."""
        yield from _no_parts([((way,), weight) for way, weight in self.weights.items()])


@checked(frozen=True, kw_only=True, config=RECORD)
class TargetRule(Checked):
    """Where targets come from and how they are broken down and judged by time (S4.0, S6.4).

    `set_by` is `table` (rows of the targets table; a region's or an outlet's target is broken down) or `growth`
    (last year's actual x (1 + growth), or for an increment base x growth), or `forecast_and_task` for lines of income:
    a manager is asked for `weight_of_forecast` x the forecast growth of the clients held (`client_forecasts`), and for
    a part of what of the unit's task in the targets table these forecasts do not cover; that part is broken down. The
    increments add up to the task exactly; forecasts that are more than it are cut in the same proportion. A client
    handed over takes the forecast along. Other measures are set by the table alone.

    `break_down` shares a region's target over outlets and then each outlet's over its managers, adding up exactly
    at each step: `equal`, the same for each outlet and in it for each manager; `by_base`, last year's actual;
    `by_head_count`, full-time posts; `by_potential`, what the measure `potential` was at the end of last year; or
    `mixed`, the weights of `mix`. Each counts for the employed part of the target's period. Without `break_down`
    a target of the table is shared by the time employed, and each person's growth is counted from their own base.
    `without_base` says what a person with no positive base or potential counts as: the mean of the others, or none.

    `progress` is the time that has passed: calendar days, months, the working days of the table `calendar`, or a
    `profile` of the seasons: what part of a year each month from January to December is, as 12 parts of 1 or
    measured on the `base_year` of each measure and region. Who joins or leaves is asked for the employed calendar
    days of a period whatever the progress; that part is then spread over the own time.
    """

    set_by: Literal["table", "growth", "forecast_and_task"]
    progress: Literal["calendar_days", "months", "working_days", "profile"]
    source: str
    growth: Figure | None = None
    weight_of_forecast: Figure | None = None
    break_down: Literal["equal", "by_base", "by_head_count", "by_potential", "mixed"] | None = None
    without_base: Literal["mean", "none"] = "none"
    potential: str | None = None
    mix: Mix | None = None
    profile: Literal["base_year"] | tuple[Figure, ...] | None = None

    @property
    def ways(self) -> dict[Way, Decimal]:
        """The ways in which targets are shared, each with its weight; empty without a break-down."""
        if self.break_down is None:
            return {}
        if self.break_down != "mixed":
            return {self.break_down: Decimal(1)}
        assert self.mix is not None, "a mixed break-down has its mix"
        return {way: weight.value for way, weight in self.mix.weights.items()}

    def wrong(self) -> Iterator[Wrong]:
        """A growth, a mix, a potential or a profile that is missing or has no use."""
        if self.set_by == "growth" and self.growth is None:
            what = "nothing says by how much targets grow"
            yield Wrong(("growth",), what, "write a share, such as growth: 0.08")
        if self.set_by == "forecast_and_task" and self.weight_of_forecast is None:
            right = "write a part of 1, such as weight_of_forecast: 0.5"
            yield Wrong(("weight_of_forecast",), "nothing says how much a forecast counts", right)
        if self.set_by != "forecast_and_task" and self.weight_of_forecast is not None:
            right = "write set_by: forecast_and_task, or leave `weight_of_forecast` out"
            yield Wrong(("weight_of_forecast",), "no target rests on forecasts", right)
        if (weight := self.weight_of_forecast) is not None:
            if not 0 <= weight.value <= 1:
                yield Wrong(("weight_of_forecast",), f"{weight.value} is no part of 1", "write 0 to 1")
            if len(weight.segments) > 1:
                right = "write one value: a target is shared once for its whole period"
                yield Wrong(("weight_of_forecast",), "it changes with time", right)
        if self.break_down == "mixed" and self.mix is None:
            what = "nothing says what is mixed"
            yield Wrong(
                ("mix",), what, "write weights that add up to 1, such as mix: {by_base: 0.7, equal: 0.3}"
            )
            return
        if self.break_down != "mixed" and self.mix is not None:
            yield Wrong(("mix",), "nothing is mixed", "write break_down: mixed, or leave `mix` out")
        mixed = self.mix.weights if self.mix is not None else {}
        needed = "by_potential" in (mixed if self.break_down == "mixed" else (self.break_down,))
        if needed and self.potential is None:
            right = "write the measure that holds it, such as potential: market_size"
            yield Wrong(("potential",), "nothing says which measure is the potential", right)
        if not needed and self.potential is not None:
            right = "write break_down: by_potential, or leave `potential` out"
            yield Wrong(("potential",), "no target is shared by potential", right)
        if self.progress == "profile" and self.profile is None:
            right = "write 12 parts of 1 from January to December, or profile: base_year"
            yield Wrong(("profile",), "nothing says what part of a year each month is", right)
        if self.progress != "profile" and self.profile is not None:
            right = "write progress: profile, or leave `profile` out"
            yield Wrong(("profile",), "time does not pass by a profile", right)
        if isinstance(self.profile, tuple) and len(self.profile) != 12:
            what = f"there are {len(self.profile)} parts, and a year has {12} months"
            yield Wrong(("profile",), what, "write one for each from January to December")
        elif isinstance(self.profile, tuple):
            yield from _no_parts(
                [(("profile", at), each) for at, each in enumerate(self.profile)], ("profile",)
            )


def income_fact(line: str, basis: Basis) -> str:
    """The name under which the income of a line is found: by itself as received, apart as accrued.

    >>> income_fact("fee", "received"), income_fact("fee", "accrued")
    ('fee', 'fee@accrued')
    """
    return f"{line}@accrued" if basis == "accrued" else line


def income_line(fact: str) -> str:
    """The income line of a fact, whatever its basis.

    >>> income_line("fee@accrued"), income_line("fee")
    ('fee', 'fee')
    """
    return fact.removesuffix("@accrued")


def _no_parts(parts: Sequence[tuple[Where, Number]], whole: Where = ()) -> Iterator[Wrong]:
    """What keeps numbers from being the parts of 1."""
    for at, part in parts:
        if part.value < 0:
            yield Wrong(at, f"{part.value} is below 0", "write a part of 1, such as 0.08")
        if len(part.segments) > 1:
            right = "write one value: a target is shared and spread once for its whole period"
            yield Wrong(at, "it changes with time", right)
    if (total := sum(part.value for _, part in parts)) != 1:
        yield Wrong(whole, f"together they are {total}, not 1", "write parts of 1")
