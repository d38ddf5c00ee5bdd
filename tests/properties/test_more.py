"""More achieved never pays less, unless a kind says so."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from policymodel.history.facts import History
from policymodel.scheme.kinds import KINDS
from properties.pricing import banks, facts, panel, panel_of, scheme, seeds, values
from properties.rising import FIRST, OVER_TIME, SOLD, STEADY, document

FALLING = {"change_on_period", "premium_plan", "clawback", "rank", "deduction"}
"""Kinds that may pay less for more, or that count something else."""
ELSEWHERE = {
    "table",
    "override",
    "split_credit",
    "grade_wage",
    "performance_wage",
    "assumed",
    "group",
    "objective",
    "perspective",
}
"""Kinds whose own achievement is not what goes in, or that only hold or weigh other lines."""


def sold_more(bank: History, who: str, month: int, more: float) -> History:
    """The same facts, but that somebody sold more in one month."""
    activity = bank.tables["activity"]
    here = (activity["manager_id"] == who) & (activity["month"] == month) & (activity["measure"] == SOLD)
    changed = activity.assign(actual=activity["actual"] + here * more)
    return replace(bank, tables={**bank.tables, "activity": changed})


def test_every_kind_is_here_or_named_as_left_out():
    assert {*STEADY, *OVER_TIME, *FALLING, *ELSEWHERE} == {*KINDS}


@settings(max_examples=15)
@given(seeds, banks)
def test_more_never_pays_less(seed, bank):
    chance = random.Random(seed)
    rows = facts(bank).tables["activity"]
    rows = rows[(rows["measure"] == SOLD) & (rows["month"] >= panel(bank).plan_year.first)].dropna()
    who, month = rows.sort_values(["manager_id", "month"])[["manager_id", "month"]].to_numpy()[
        chance.randrange(len(rows))
    ]
    found = scheme(document(seed))

    before = values(panel(bank), found)["value"].unstack("period")
    more = sold_more(facts(bank), who, month, chance.choice([0.01, 100.0, 1000.0, 2345.67]))
    after = values(panel_of(more), found)["value"].unstack("period")
    for place, line in enumerate(found.lines):
        if (line, who) not in before.index:
            continue
        old, new = before.loc[line, who].to_numpy(), after.loc[line, who].to_numpy()
        gained = np.nan_to_num(new) - np.nan_to_num(old)

        assert np.array_equal(np.isnan(old), np.isnan(new)), line
        # What is carried over may come in another period, but up to any day it is no less.
        assert (np.cumsum(gained) >= -1e-6).all(), (line, who, month, gained)
        assert place >= FIRST or (gained >= -1e-6).all(), (line, who, month, gained)
