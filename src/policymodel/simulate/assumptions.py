"""What next year is assumed to be like, as written in `params/assumptions/*.yaml`: every number with its range."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from policymodel.documents import problems_of, read_yaml
from policymodel.errors import InputError, Problem

SETTINGS_OF_A_NUMBER = ("value", "low", "high", "unit", "source", "status", "note")
STATUSES = ("prior", "declared", "estimated", "illustrative")
LENGTHS = (1, 2, 3, 4, 6, 12)
"""Months of a block: what fits into a year without a rest."""


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"must be a number, written plain such as 0.05; {value!r} is not")
    return float(value)


Real = Annotated[float, BeforeValidator(_number)]
Text = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Assumed(_Record):
    """One assumed number: the value used, between what it may reasonably lie, in what unit, and on what it rests.

    `status` says what kind of number it is: a `prior` (from the literature or our own judgement), `declared` by the
    bank, `estimated` from its history, or merely `illustrative`.
    """

    value: Real
    low: Real
    high: Real
    unit: Text
    source: Text
    status: Literal["prior", "declared", "estimated", "illustrative"]
    note: str = ""


class MeasureGrowth(_Record):
    """How one measure, income line or kind of event is declared to grow, on the log scale."""

    mean: Assumed
    group_sd: Assumed
    region_sd: Assumed


class Leaning(_Record):
    """How much of history the priors of growth weigh, and what is assumed of single people and of measures together.

    The mean weighs `mean_years` years of history, the spreads `sd_years` (degrees of freedom). `person_sd` is how far a
    person's year lies off the year before beyond the region's growth, where history has no two years to compare.
    `together` is how much of the shocks of one family of measures (income lines, measures, events) is common to them;
    it weighs `together_years` degrees of freedom.
    """

    mean_years: Assumed
    sd_years: Assumed
    person_sd: Assumed
    together: Assumed
    together_years: Assumed


class Growing(_Record):
    """From where growth is taken: estimated from the history, or declared, for what `measures` does not name.

    `prior` is taken for what history is too short to tell (`from: history`), or for everything (`from: declared`);
    `degrees` are those of the Student t that a factor follows where it is declared. `fixed` are measures that
    repeat as they were; marks, shares, days (`simulate.months.STEADY`) and events always do, unless `measures` names
    them.
    """

    taken_from: Annotated[Literal["history", "declared"], Field(alias="from")]
    prior: MeasureGrowth
    leaning: Leaning
    degrees: Assumed
    measures: dict[Text, MeasureGrowth] = {}
    fixed: list[Text] = []


class Blocks(_Record):
    """Which months are repeated: in runs of so many, from so many of the last years at most.

    `level`: what an earlier year did is brought to the level of the last one (`last_year`), by region and measure, or
    repeated `as_it_was`.
    """

    months: int
    years: Annotated[int, Field(ge=1)]
    level: Literal["last_year", "as_it_was"] = "last_year"


class Leavers(_Record):
    """Whether people leave, how long their posts stay vacant, and how a successor begins. Off, nobody leaves.

    A full post falls vacant at the end of a month with chance `hazard`, stays so for `vacant_months`, and is then
    taken by a successor who does the share `first_share` of what the post's months say in the first month, rising in
    equal steps to all of it after `ramp_months`.
    """

    on: bool
    hazard: Assumed
    vacant_months: Assumed
    first_share: Assumed
    ramp_months: Assumed


class Asked(_Record):
    """How targets that the bank has not set yet follow from the last ones.

    With a `ratchet` of 1 the ambition stays: target ÷ base is what it was, over the new base; with 0 the targets stay;
    between, that part of the way.
    """

    ratchet: Assumed


class Assumptions(_Record):
    """Everything that is assumed about next year; whatever a page says about a future names them."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
    title: dict[str, Text]
    growth: Growing
    blocks: Blocks
    leavers: Leavers
    targets: Asked
    people: Literal["held", "resampled"] = "held"

    def numbers(self) -> Iterator[tuple[str, Assumed]]:
        """Every assumed number with its address, in the order of the file."""
        yield from _numbers(self, "")


def read_assumptions(path: Path | str) -> Assumptions:
    """Read a file of assumptions, or refuse it with everything that is wrong.

    Raises InputError: a misspelt setting, a number without its range or source, a value outside its range, …

    >>> read_assumptions("params/assumptions/next_year.yaml").blocks.months
    3
    """
    document = read_yaml(Path(path), InputError)
    if not isinstance(document, dict):
        raise InputError(str(path), [Problem("", "the file must hold names and values, one a line")])
    try:
        read = Assumptions.model_validate(document)
    except ValidationError as fault:
        raise InputError(str(path), problems_of(fault, _SETTINGS)) from None
    if problems := list(_contradictions(read)):
        raise InputError(str(path), problems)
    return read


def _settings(*records: type[BaseModel]) -> list[str]:
    return [each.alias or name for record in records for name, each in record.model_fields.items()]


_SETTINGS = _settings(Assumptions, Growing, MeasureGrowth, Leaning, Blocks, Leavers, Asked, Assumed)


def _numbers(record: BaseModel, at: str) -> Iterator[tuple[str, Assumed]]:
    for name, field in type(record).model_fields.items():
        value, place = getattr(record, name), f"{at}.{field.alias or name}".lstrip(".")
        if isinstance(value, Assumed):
            yield place, value
        elif isinstance(value, BaseModel):
            yield from _numbers(value, place)
        elif isinstance(value, dict):
            for key, each in value.items():
                if isinstance(each, BaseModel):
                    yield from _numbers(each, f"{place}.{key}")


def _contradictions(read: Assumptions) -> Iterator[Problem]:
    """What is wrong between settings that are each right by themselves."""
    for place, number in read.numbers():
        if not number.low <= number.value <= number.high:
            what = (
                f"{number.value:g} does not lie between its low {number.low:g} and its high {number.high:g}"
            )
            yield Problem(place, what, "correct the value or the range")
        name = place.rpartition(".")[2]
        if name in ("mean_years", "sd_years", "person_sd", "together_years") and number.low <= 0:
            yield Problem(place, "it must be more than 0", "write a number above 0")
        if name in ("group_sd", "region_sd") and number.low < 0:
            yield Problem(place, "a spread below 0 is none", "write 0 or more")
        if (
            name in ("hazard", "first_share", "ratchet", "together")
            and not 0 <= number.low <= number.high <= 1
        ):
            yield Problem(place, "its range is not a part of 1", "write numbers from 0 to 1")
        if name in ("vacant_months", "ramp_months") and (number.value < 0 or number.value % 1):
            yield Problem(place, f"{number.value:g} is no number of months", "write 0, 1, 2 …")
        if name == "degrees" and number.value <= 2:
            yield Problem(place, "a spread needs more than 2 degrees of freedom", "write 3 or more")
    if read.blocks.months not in LENGTHS:
        right = f"write {', '.join(map(str, LENGTHS[:-1]))} or {LENGTHS[-1]}"
        yield Problem(
            "blocks.months", f"{read.blocks.months} months do not fill a year without a rest", right
        )
    if both := sorted(set(read.growth.fixed) & set(read.growth.measures)):
        yield Problem("growth.fixed", f"'{both[0]}' is fixed and has a growth", "keep one of the two")
