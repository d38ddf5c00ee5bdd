"""People under different plans (S6.8): who stands under which in each period, and the panel of one plan's people.

A change of plan is read as if the person had left the one and joined the other between two periods, so that days,
targets, running totals and peers need no further rule.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from policymodel.panel.facts import Facts
from policymodel.panel.panel import Panel
from policymodel.periods import Period

ORDINARY = ""
"""The plan of whoever stands under no other."""


def plans_of(panel: Panel, periods: tuple[Period, ...]) -> NDArray[np.object_]:
    """The plan of each person in each period, [period, manager]; None for who is not employed in it.

    It is that of the period's last employed day, or of the last one so far where things stand on a day inside it.
    """
    spells = panel.facts.whole
    begun = spells.begun(panel.as_of)
    plans = np.full((len(periods), panel.managers.size), None, dtype=object)
    for each, period in zip(plans, periods, strict=True):
        inside = panel.facts.layout_of_whole.inside(period)
        # Rows are in order of time, so the last one written is the latest; days to come decide where none has passed.
        for rows in (np.flatnonzero(inside), np.flatnonzero(inside & begun)):
            each[spells.manager[rows]] = spells.plan[rows]
    return plans


def plans_here(panel: Panel, periods: tuple[Period, ...]) -> dict[str, int]:
    """How many people stand under each plan in at least one of the periods, the ordinary one first."""
    plans = plans_of(panel, periods)
    names = sorted({each for each in plans.ravel() if each is not None})
    return {name: int(np.isin(plans, [name]).any(axis=0).sum()) for name in names}


def under_plans(panel: Panel, plans: Collection[str], periods: tuple[Period, ...]) -> Panel:
    """The panel of the people under some plans: arrays keep everybody's place, and who is not under them is not there.

    `periods` are the plan year's. Earlier rows are those of its people, and of whoever was under it then and is gone.
    Peers, targets and bases are its people's alone; what an outlet, a region or the group reached is everybody's. What
    the targets table sets for an outlet or a region it sets for the ordinary plan.
    """
    spells, whole = panel.facts.whole, panel.facts.layout_of_whole
    here = plans_of(panel, periods)
    mine = np.array([np.isin(each, list(plans)) for each in here])
    gone = np.logical_not(np.logical_or.reduce(panel.employed(periods)))[spells.manager]
    kept = np.logical_or.reduce(mine)[spells.manager]
    kept[gone] = np.isin(spells.plan[gone], list(plans))
    for each, period in zip(mine, periods, strict=True):
        inside = whole.inside(period)
        kept[inside] = each[spells.manager[inside]]
    facts = Facts.of(
        panel.history,
        spells.rows_where(kept),
        panel.plan_year,
        panel.base_year,
        panel.as_of,
        for_units=ORDINARY in plans,
    )
    return Panel(
        panel.history,
        facts.layout.spells,
        facts,
        panel.plan_year,
        panel.base_year,
        panel.as_of,
        everybody=panel,
    )
