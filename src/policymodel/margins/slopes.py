"""Slopes: what one more unit of each measure adds to a line, and how far it is to the next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.computation import Computed, compute, person_periods, readable
from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.margins.course import Course, depends_on_peers
from policymodel.margins.directions import OneMore
from policymodel.margins.germs import Germ, part_by_part
from policymodel.margins.scenes import Scenes
from policymodel.margins.sight import Sight
from policymodel.margins.steps import NOISE, SAME, Walk
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.evaluation.values import Numbers
from policymodel.scheme.scheme import Scheme

CELLS = 2_000_000
"""Numbers held at a time where every person is a scene of their own."""


@dataclass(frozen=True)
class Slopes:
    """What one more unit does, each [period, manager]; not a number where the line, or that side of it, has none.

    The cliffs are jumps that lie exactly here: `right_cliff` is what the smallest movement upward adds at once,
    `left_cliff` what the smallest movement downward takes away. To the year's end the same unit of this period is
    followed through this and all later periods. `capped` says that a cap keeps it, or a part of it, from showing,
    and `flat` that more adds nothing. `next_step` is the distance upward to the next bend or jump, `next_jump` what
    is jumped there (0 where it bends); `exact` is false where a curve meets a threshold, whose place is then found
    by bisection to 1e-6.
    """

    left: Numbers
    right: Numbers
    left_cliff: Numbers
    right_cliff: Numbers
    left_to_year_end: Numbers
    right_to_year_end: Numbers
    left_cliff_to_year_end: Numbers
    right_cliff_to_year_end: Numbers
    flat: NDArray[np.bool_]
    capped: NDArray[np.bool_]
    next_step: Numbers
    next_jump: Numbers
    exact: NDArray[np.bool_]


def slopes(
    panel: Panel,
    scheme: Scheme,
    line: str = "score",
    measures: Sequence[str] | None = None,
    period: Period | None = None,
    managers: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What one more unit of each measure in a period adds to a line, upward and downward, and the next step.

    One row for each design, manager, period, line and measure the line reads (of those named, where some are).
    Columns: value, then those of `Slopes`, then rounding. `line` is `score`, `pay` (all of it) or the id of a line.

    The unit is done at the period's end; a figure of transactions is that of the period's last transaction. Other
    people's figures stand still. Slopes, cliffs and steps are those before rounding, also where the scheme rounds
    half-way; `rounding` is the step in which the line itself is rounded, 0 where it is not. `value` is rounded.
    """
    return slopes_of(compute(panel, scheme), line, measures, period, managers)


def slopes_of(
    computed: Computed,
    line: str,
    measures: Sequence[str] | None = None,
    period: Period | None = None,
    managers: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The slopes of a scheme that is worked out already."""
    panel, scheme = computed.panel, computed.scheme
    sight = Sight.of(computed, line)
    chosen = (
        sight.known_names(measures, sight.measures, "measure") if measures is not None else sight.measures
    )
    people = (
        list(panel.managers)
        if managers is None
        else sight.known_names(managers, list(panel.managers), "manager")
    )
    periods = sight.ground.periods
    where = [index for index, each in enumerate(periods) if period is None or _inside(each, period)]
    if not where:
        there = ", ".join(each.label for each in periods)
        asked = period.label if period is not None else ""
        raise DataGap(scheme.file, [Problem("period", f"no period lies in {asked}", f"they are {there}")])
    value = readable(sight.computed.values(sight.node))[where]
    frames = []
    for measure in chosen:
        found = _slopes(sight, measure, np.array(where), np.flatnonzero(np.isin(panel.managers, people)))
        columns = {each.name: getattr(found, each.name) for each in fields(found)}
        frame = person_periods(
            panel,
            tuple(periods[index] for index in where),
            scheme.id,
            {
                "line": line,
                "measure": measure,
                "value": value,
                **columns,
                "rounding": np.full(value.shape, sight.rounding),
            },
        )
        frames.append(frame[frame["manager_id"].isin(people)])
    return pd.concat(frames, ignore_index=True)


def _inside(one: Period, other: Period) -> bool:
    return other.first <= one.first and one.last <= other.last


def _slopes(sight: Sight, measure: str, where: NDArray[np.int64], people: NDArray[np.int64]) -> Slopes:
    """The slopes of some people in some periods; not a number for all others."""
    shape = (where.size, sight.ground.panel.managers.size)
    flags = ("flat", "capped", "exact")
    whole = {
        each.name: np.full(shape, False) if each.name in flags else np.full(shape, np.nan)
        for each in fields(Slopes)
    }
    for scenes in _scenes(sight, measure, where, people):
        found = _of_scenes(sight, OneMore(sight.ground, measure, scenes))
        row = np.searchsorted(where, scenes.period)[:, None]
        column = np.arange(shape[1])[None] if scenes.mover is None else scenes.mover[:, None]
        for name, numbers in whole.items():
            numbers[row, column] = getattr(found, name)
    return Slopes(**whole)


def _scenes(
    sight: Sight, measure: str, where: NDArray[np.int64], people: NDArray[np.int64]
) -> Iterator[Scenes]:
    """Everybody at once, each for themselves; or one by one, where people's figures reach one another."""
    if not depends_on_peers(sight.bare, sight.columns_of(measure)):
        yield Scenes(where)
        return
    period, mover = (each.ravel() for each in np.meshgrid(where, people, indexing="ij"))
    rows, managers = sight.ground.peers("group").shape
    block = max(1, CELLS // (rows * managers))
    for first in range(0, period.size, block):
        yield Scenes(period[first : first + block], mover[first : first + block])


def _of_scenes(sight: Sight, direction: OneMore) -> Slopes:
    course = Course(sight.bare, direction, sight.known)
    walk = Walk(course, direction.figures())
    here = np.zeros(direction.figures().shape)
    sides = {side: course.germ(here, side) for side in (-1, 0, 1)}
    value, down, up = (part_by_part(course.scenes.own, sides[side]) for side in (0, -1, 1))
    known = value.values.ok
    turn = walk.turn(here, up, known)
    right, right_cliff = _where(known & up.values.ok, up.slope), _cliff(up, value)
    return Slopes(
        left=_where(known & down.values.ok, -down.slope),
        right=right,
        left_cliff=_cliff(value, down),
        right_cliff=right_cliff,
        left_to_year_end=_onward(course.scenes, sides[-1], sides[0], -sides[-1].slope),
        right_to_year_end=_onward(course.scenes, sides[1], sides[0], sides[1].slope),
        left_cliff_to_year_end=_onward(
            course.scenes, sides[-1], sides[0], _jump(sides[0].number, sides[-1].number)
        ),
        right_cliff_to_year_end=_onward(
            course.scenes, sides[1], sides[0], _jump(sides[1].number, sides[0].number)
        ),
        flat=(right == 0) & (right_cliff == 0),
        capped=known & up.path.capped,
        next_step=_where(known, turn.away),
        next_jump=_where(known & np.isfinite(turn.away), turn.jump),
        exact=turn.exact,
    )


def _where(here: NDArray[np.bool_], numbers: Numbers) -> Numbers:
    """The numbers where they are known; what floats leave of nothing is nothing."""
    return np.where(here, np.where(np.abs(numbers) <= NOISE, 0.0, numbers), np.nan)


def _cliff(upper: Germ, lower: Germ) -> Numbers:
    """The jump from one to the other; nothing where they differ by what floats lose."""
    both = upper.values.ok & lower.values.ok
    return _where(both, _jump(upper.number, lower.number))


def _jump(upper: Numbers, lower: Numbers) -> Numbers:
    size = np.maximum(1.0, np.minimum(np.abs(upper), np.abs(lower)))
    return np.where(np.abs(upper - lower) <= SAME * size, 0.0, upper - lower)


def _onward(scenes: Scenes, beside: Germ, value: Germ, moved: Numbers) -> Numbers:
    """What moves from the scene's period to the year's end, added up; a missing period leaves no number."""
    counted = beside.values.ok & value.values.ok
    lost = ~counted & ~((beside.status == Status.NOT_APPLICABLE) & (value.status == Status.NOT_APPLICABLE))
    total: Numbers = scenes.onward(np.where(counted, moved, 0.0)).sum(axis=1)
    return _where(scenes.own(value.values.ok) & ~scenes.onward(lost).any(axis=1), total)
