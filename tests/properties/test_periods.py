"""A year cut into runs of periods: what is worked out for a run is what the whole year says of it."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from chance import card
from chance.documents import DECK, Writer, document
from policymodel.errors import DataGap
from policymodel.periods import Period
from properties.pricing import banks, panel, same, scheme, seeds, values

CARRIES = ("draw", "advance", "deferral", "bonus_bank", "carry_forward", "running_total")
"""Kinds of figures that hand something to the next period, so that a run must begin with the year."""
SUMS = ("figure", "commission", "total")
WHOLE_YEAR = Period.parse("2024")


def carry_free(seed: int) -> dict[str, Any]:
    """Figures of all other kinds, none of which looks at a running total or at an earlier line."""
    writer = Writer(seed)
    pen = writer.pen
    pen.has_targets = True
    kinds = pen.some([kind for kind in DECK if kind not in CARRIES], 8)
    figures = [without_looking_back(writer.line(kind)) for kind in kinds]
    found = {"id": "free", "title": "Free", "source": "1", "every": pen.every, "figures": figures}
    return found | {"targets": card.target_rule(pen)}


def without_looking_back(raw: Any) -> Any:
    """The same settings with each period by itself."""
    if isinstance(raw, list):
        return [without_looking_back(each) for each in raw]
    if not isinstance(raw, dict):
        return raw
    kept = {
        key: without_looking_back(value)
        for key, value in raw.items()
        if key != "on_change" and ("line" not in raw or key == "line")
    }
    return kept | ({"measured": "by_itself"} if "measured" in kept else {})


@settings(max_examples=6)
@given(seeds, banks)
def test_a_run_from_the_start_is_what_the_year_says_of_it(seed, bank):
    """Whatever is carried, no later period changes an earlier one."""
    found = scheme(document(seed))
    periods = WHOLE_YEAR.split(found.months)
    first = periods[: random.Random(seed).randint(1, len(periods))]

    whole = values(panel(bank), found)
    labels = [each.label for each in first]
    same(values(panel(bank), found, first), whole[whole.index.isin(labels, level="period")])


@settings(max_examples=6)
@given(seeds, banks)
def test_where_nothing_is_carried_any_runs_make_up_the_year(seed, bank):
    found = scheme(carry_free(seed))
    periods = WHOLE_YEAR.split(found.months)
    cut = random.Random(seed).randint(1, max(len(periods) - 1, 1))
    runs = [run for run in (periods[:cut], periods[cut:]) if run]

    parts = pd.concat([values(panel(bank), found, run) for run in runs]).sort_index()
    same(parts, values(panel(bank), found))


@pytest.mark.parametrize("kind", CARRIES)
def test_a_run_that_begins_later_is_refused_where_something_is_carried(kind):
    writer = Writer(7)
    line = writer.line(kind)
    found = scheme({"id": "c", "title": "C", "source": "1", "every": "quarter", "figures": [line]})

    with pytest.raises(DataGap, match="from 2024-Q1 without a gap"):
        values(panel(0), found, WHOLE_YEAR.split(3)[1:])


@settings(max_examples=6)
@given(seeds, banks)
def test_months_add_up_to_quarters_and_quarters_to_the_year(seed, bank):
    """What is a sum of flows is the same whether it is worked out by month, by quarter or for the year."""
    chance = random.Random(seed)
    sold = [
        {"measure": chance.choice(["net_deposits", "funds_sold", "complaints"])},
        {"transactions": chance.choice(["amount", "credited", "count"])},
        {"measure": "interest"},
    ]
    settings_of = {
        "figure": {"of": sold[0]},
        "commission": {"of": sold[1], "rate": 0.025},
        "total": {"add": sold[:2], "less": sold[2:]},
    }
    figures = [{"kind": kind, "id": kind, "title": kind} | settings_of[kind] for kind in SUMS]
    raw = {"id": "sums", "title": "Sums", "source": "1", "figures": figures}
    by_length = [
        values(panel(bank), scheme(raw | {"every": every}))["value"].groupby(["line", "manager_id"])
        for every in ("month", "quarter", "year")
    ]

    # A month that is not known leaves the quarter and the year unknown.
    months, quarters, year = (each.agg(lambda found: found.sum(skipna=False)) for each in by_length)
    pd.testing.assert_series_equal(months, quarters)
    pd.testing.assert_series_equal(quarters, year)
    assert year.notna().sum() > 5
