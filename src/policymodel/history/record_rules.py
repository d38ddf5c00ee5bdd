"""The rules by which single records become a monthly measure: a closed set of words, and no formulas.

    records:
      contacts_made:     {of: contacts, where: {kind: [visit, call]}, once_per: [client_id, date], figure: records}
      long_calls:        {of: contacts, where: {kind: [call]}, at_least: {seconds: 30}, figure: records}
      clients_contacted: {of: contacts, having: [client_id], figure: {distinct: client_id}, within: quarter}
      collected:         {of: collections, figure: {sum: amount}, back_dated: {after_days: 3, then: flag}}
      noted_in_time:     {of: contacts, on_time: {from: date, to: recorded_on, days: 1}, figure: records}
      reports_in_time:   {of: work_reports, where: {kind: [weekly]}, on_time: {by: due}, figure: records}
      clients_assigned:  {of: assignments, at: month_end, figure: {distinct: client_id}}
      calls_answered:    {of: contacts, followed_by: {where: {kind: [visit]}, days: 10}, figure: records}

Each entry is one measure, which is declared under `measures` too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from policymodel.documents import Where
from policymodel.errors import suggest
from policymodel.history.columns import Kind, Table
from policymodel.history.measures import Within
from policymodel.history.record_tables import RECORD_TABLES, RECORDS
from policymodel.history.settings import Settings, Written

FIGURES = ("records", "sum", "distinct", "mean", "median", "last")
LEVELS = ("mean", "median", "last")
"""Figures that do not add up over months."""
BY_NAME = {table.name: table for table in RECORD_TABLES}
STATES = ("assignments", "client_files")
"""Tables whose rows hold from a day on, so that they can be read at a month's end."""

Days = Annotated[int, Field(ge=0)]
Calendar = Literal["calendar", "working"]
Columns = Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


def _bound(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{value!r} is no number; write it plain, such as 30")
    return float(value)


Bounds = dict[str, Annotated[float, BeforeValidator(_bound)]]
Words = Annotated[tuple[Written, ...], Field(strict=False, min_length=1)]


class OnTime(Settings):
    """In time: by the day in the column `by`, or at most some days after the day in the column `from`."""

    model_config = ConfigDict(populate_by_name=True)

    to: str = "date"
    by: str | None = None
    after: str | None = Field(None, alias="from")
    days: Days | None = None
    counted_in: Calendar = "calendar"

    @model_validator(mode="after")
    def _one_of_two(self) -> OnTime:
        if (self.by is None) == (self.after is None) or (self.after is None) != (self.days is None):
            raise ValueError(
                "it is in time `by` a day, or some `days` after the day `from`; write one of the two"
            )
        return self


class BackDated(Settings):
    """What is done with a record that was written down more than some days after the day it happened."""

    after_days: Days
    counted_in: Calendar = "calendar"
    then: Literal["flag", "leave_out", "count_when_recorded"]


class Following(Settings):
    """A later record of the same table, manager and client, on the day or at most some days after."""

    where: dict[str, Words] = Field({})
    days: Days


class Figure(Settings):
    """What is made of the records that count: their number, or something of one column."""

    word: Literal["records", "sum", "distinct", "mean", "median", "last"]
    column: str = ""


def _figure(value: Any) -> Any:
    if value == "records":
        return Figure(word="records")
    if isinstance(value, dict) and len(value) == 1:
        word, column = next(iter(value.items()))
        if word in FIGURES[1:] and isinstance(column, str):
            return Figure(word=word, column=column)
    if isinstance(value, Figure):
        return value
    if isinstance(value, dict) and {"word"} <= set(value) <= {"word", "column"}:
        return Figure(**value)
    words = ", ".join(f"{{{word}: COLUMN}}" for word in FIGURES[1:])
    raise ValueError(f"this is no figure of records; write records or one of {words}")


class RecordRule(Settings):
    """One measure counted from records."""

    of: str
    where: dict[str, Words] = Field({})
    at_least: Bounds = Field({})
    at_most: Bounds = Field({})
    having: Columns | None = None
    once_per: Columns | None = None
    on_time: OnTime | None = None
    assigned: Literal["yes"] | None = None
    followed_by: Following | None = None
    at: Literal["month_end"] | None = None
    figure: Annotated[Figure, BeforeValidator(_figure)]
    within: Within = "month"
    back_dated: BackDated | None = None
    put_aside: Literal["not_known", "leave_out"] = "not_known"

    @property
    def table(self) -> Table:
        """The table of its records."""
        return BY_NAME[self.of]

    @property
    def day(self) -> str:
        """The column with the day of a record."""
        return "date" if "date" in self.table.names else "valid_from"

    @property
    def reads(self) -> frozenset[str]:
        """The columns of its table without which nothing can be counted."""
        read = {
            *self.where,
            *self.at_least,
            *self.at_most,
            *(self.having or ()),
            *(self.once_per or ()),
            self.figure.column,
        }
        if self.on_time is not None:
            read |= {self.on_time.to, self.on_time.by or "", self.on_time.after or ""}
        if self.back_dated is not None:
            read.add("recorded_on")
        if self.assigned or self.followed_by:
            read.add("client_id")
        if self.followed_by is not None:
            read |= {*self.followed_by.where}
        return frozenset(read) - {"", "month"}

    @property
    def joins(self) -> bool:
        """Whether its figures of several spans can be joined: days add up, distinct clients of two quarters do not.

        Of states the last one stands, whatever was counted.
        """
        return self.at is not None or self.figure.word != "distinct" or self.figure.column == self.day

    @property
    def counts_working_days(self) -> bool:
        """Whether it needs to know which days the bank works."""
        counted = (each.counted_in for each in (self.on_time, self.back_dated) if each is not None)
        return "working" in counted

    @property
    def needs_days(self) -> bool:
        """Whether a source that writes months instead of days leaves it without an answer."""
        once = self.once_per or ()
        asked = self.on_time or self.back_dated or self.assigned or self.followed_by or self.at
        return bool(asked or "date" in once)


def loose_ends(
    name: str, rule: RecordRule, types: Mapping[str, str], months_only: Mapping[str, bool]
) -> Iterator[tuple[Where, str, str]]:
    """What does not hold together: place, what is wrong, what would be right.

    `types` are those of the declared measures. `months_only` says of each table that the mapping names whether its
    source writes months for days.
    """
    if rule.of not in RECORDS:
        right = suggest(rule.of, RECORDS) or f"the tables of records are {', '.join(RECORDS)}"
        yield ("of",), f"'{rule.of}' is no table of records", right
        return
    named = [rule.of]
    named += ["assignments"] if rule.assigned else []
    named += ["calendar"] if rule.counts_working_days else []
    for table in named:
        if table not in months_only:
            yield ("of",), f"no file is named for '{table}'", "name it under `tables`"
    yield from _measure(name, rule, types)
    yield from _columns(rule)
    for column, least in rule.at_least.items():
        if least > rule.at_most.get(column, least):
            what = f"{column} cannot be at least {least:g} and at most {rule.at_most[column]:g}"
            yield ("at_least", column), what, "turn the two round"
    if rule.at and rule.of not in STATES:
        yield (
            ("at",),
            f"the rows of {rule.of} have no state at a month's end",
            f"only {' and '.join(STATES)} have",
        )
    if rule.at and rule.figure.word in ("sum", *LEVELS):
        yield ("figure",), "a state is counted, not added up", "write records or distinct"
    if rule.within != "month" and (rule.figure.word in ("records", "sum") or rule.at):
        what = "only distinct, mean, median and last look at more than one month"
        yield ("within",), what, "leave `within` out"
    if rule.back_dated and "recorded_on" not in rule.table.names:
        yield ("back_dated",), f"{rule.of} has no recorded_on, so nothing is back-dated", "leave it out"
    if rule.assigned and "client_id" not in rule.table.names:
        yield ("assigned",), f"{rule.of} has no client_id, so nobody is assigned", "leave it out"
    if rule.followed_by and "client_id" not in rule.table.names:
        yield (
            ("followed_by",),
            f"{rule.of} has no client_id, so nothing is of the same client",
            "leave it out",
        )
    if rule.followed_by and rule.at:
        yield ("followed_by",), "a state at a month's end is looked at by itself", "leave out one of the two"
    if months_only.get(rule.of) and rule.needs_days:
        what = f"the source of {rule.of} writes months, and this rule needs days"
        right = "leave out on_time, back_dated, assigned, followed_by, at, and the date in once_per"
        yield (), what, right


def _measure(name: str, rule: RecordRule, types: Mapping[str, str]) -> Iterator[tuple[Where, str, str]]:
    if name not in types:
        yield (
            (),
            f"'{name}' is no measure declared here",
            suggest(name, types) or "declare it under `measures`",
        )
        return
    right = "stock" if rule.at or rule.figure.word in LEVELS else "flow"
    # states may also be added up over the months: so many client-months
    added_up = bool(rule.at) and rule.figure.word == "records" and types[name] == "flow"
    if types[name] != right and not added_up:
        what = f"what this rule makes is a {right}, and '{name}' is declared as {types[name]}"
        yield (), what, f"declare it as `type: {right}`"


def _columns(rule: RecordRule) -> Iterator[tuple[Where, str, str]]:
    table = rule.table
    numbers = [column.name for column in table.columns if column.kind is Kind.NUMBER]
    dates = [column.name for column in table.columns if column.kind is Kind.DATE]
    words = [column.name for column in table.columns if column.kind in (Kind.TEXT, Kind.YES_NO)]
    asked: list[tuple[Where, str, list[str]]] = [(("where", each), each, words) for each in rule.where]
    asked += [(("at_least", each), each, numbers) for each in rule.at_least]
    asked += [(("at_most", each), each, numbers) for each in rule.at_most]
    if rule.followed_by is not None:
        asked += [(("followed_by", "where", each), each, words) for each in rule.followed_by.where]
    asked += [(("having",), each, list(table.names)) for each in rule.having or ()]
    asked += [(("once_per",), each, [*table.names, "month"]) for each in rule.once_per or ()]
    if rule.on_time is not None:
        ends = {"to": rule.on_time.to, "by": rule.on_time.by, "from": rule.on_time.after}
        asked += [(("on_time", end), each, dates) for end, each in ends.items() if each is not None]
    if rule.figure.word != "records":
        known = words if rule.figure.word == "distinct" else numbers
        known = [*known, rule.day] if rule.figure.word == "distinct" else known
        asked.append((("figure",), rule.figure.column, known))
    for where, column, known in asked:
        if column not in known:
            right = suggest(column, known) or f"write one of {', '.join(known)}"
            if not known:
                right = (
                    "write records, or distinct" if where == ("figure",) else "it has no column of numbers"
                )
            yield where, f"{rule.of} has no such column '{column}' for this", right
