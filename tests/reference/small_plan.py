"""Rows of a small history and the figures of a small plan, written out for tests that work by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policymodel.periods import Period, month_label
from policymodel.reference import Reckoned, Value

Row = dict[str, str]
Amounts = Sequence[object] | Mapping[str, Sequence[object]]
Plan = Callable[..., Reckoned]

PLAN, BASE = Period.parse("2024"), Period.parse("2023")


def spell(who: str, first: str = "2020-01-01", last: str = "", **more: str) -> Row:
    """A row of the managers table: outlet o, region r unless said otherwise."""
    return {"manager_id": who, "outlet_id": "o", "region": "r", "valid_from": first, "valid_to": last} | more


def written(figures: Mapping[str, Amounts], people: Sequence[Row], first: int) -> list[Row]:
    """Rows of the activity table from figures month by month; None is a row without a figure, "" no row."""
    rows = []
    for measure, amounts in figures.items():
        by_person = amounts if isinstance(amounts, Mapping) else {people[0]["manager_id"]: amounts}
        for who, months in by_person.items():
            for month, amount in enumerate(months, start=first):
                actual = "" if amount is None else str(amount)
                row = {"manager_id": who, "month": month_label(month), "measure": measure, "actual": actual}
                rows += [] if amount == "" else [row]
    return rows


def monthly(reckoned: Reckoned, line: str, count: int, who: str = "m") -> list[Value]:
    """A line of the plan year's first months."""
    return [reckoned.value(line, who, month_label(each)) for each in PLAN.months[:count]]


def at(reckoned: Reckoned, line: str, *people: str, period: str = "2024-01") -> list[Value]:
    """A line of several people in one period."""
    return [reckoned.value(line, who, period) for who in people]
