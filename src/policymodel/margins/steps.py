"""The walk along a line: from piece to piece, until it bends or jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from policymodel.margins.course import Course
from policymodel.margins.germs import Flags, Germ, part_by_part, select
from policymodel.scheme.evaluation.values import Numbers

SAME = 1e-9
"""Relatively: limits and slopes closer than this are the same line."""
NOISE = 1e-15
"""What a slope of nothing may come to where equal slopes are taken from one another."""
CLOSE = 1e-6
"""How closely, in units, a step is found where a curve meets a threshold."""
PIECES = 500
DOUBLINGS = 40
TOGETHER, MOST_COPIES = 3_000, 31
"""Numbers up to which an array costs little more than an empty one, and steps that are seen in one pass at most."""


@dataclass(frozen=True)
class Turn:
    """Where a line next bends or jumps, [scene, manager]: how far away, by how much it jumps, what follows.

    `away` is NaN where there is no such place, `exact` false where it was found by bisection or not found in a search.
    """

    away: Numbers
    jump: Numbers
    after: Germ
    exact: Flags


class Walk:
    """Walks a course upward; the germs are those of each scene's own period."""

    def __init__(self, course: Course, scale: Numbers) -> None:
        self.course = course
        # A search for what has no closed form starts at a millionth of the figure.
        self.scale = np.fmax(np.abs(scale), 1.0)
        self._courses: dict[int, Course] = {}

    def beside(self, at: Numbers, side: int) -> Germ:
        """The germ after so many units in the scenes' own periods, [scene, manager]."""
        whole = self.course.germ(at, side)
        return part_by_part(self.course.scenes.own, whole)

    def turn(self, at: Numbers, start: Germ, wanted: Flags) -> Turn:
        """The next place where the line bends or jumps, above `at`, where it begins as `start`."""
        here, now = np.array(at), start
        found, jump = np.full(here.shape, np.nan), np.zeros(here.shape)
        exact, open_ = np.ones(here.shape, dtype=bool), wanted & start.values.ok
        after = start
        for _ in range(PIECES):
            if not open_.any():
                break
            sought = open_ & np.isnan(now.path.reach)
            reach = now.path.reach
            short = reach
            if sought.any():
                short, reach = self._search(here, now, sought)
                exact &= ~sought
            open_ &= np.isfinite(reach)
            # Never less than what floats can tell apart, or a walk would stand still.
            ahead = here + np.where(open_, np.maximum(reach, 4 * np.spacing(np.abs(here))), 0.0)
            beyond = self.beside(ahead, 1)
            number, slope = self._arriving(here, now, np.where(open_, np.fmin(short, reach), 0.0), sought)
            lost = ~beyond.values.ok
            rise = np.where(lost, np.nan, beyond.number - number)
            loose = np.where(sought, CLOSE, SAME)
            bends = ~_same(beyond.slope, slope, loose)
            size = np.maximum(1.0, np.fmin(np.abs(beyond.number), np.abs(number)))
            jumps = np.abs(rise) > loose * size
            turns = open_ & (lost | bends | jumps)
            found = np.where(turns, ahead - at, found)
            jump = np.where(turns, np.where(jumps | lost, rise, 0.0), jump)
            after = select([turns], [beyond], after)
            open_ &= ~turns
            here, now = np.where(open_, ahead, here), select([open_], [beyond], now)
        return Turn(found, jump, after, exact & ~open_)

    def _arriving(self, here: Numbers, now: Germ, away: Numbers, sought: Flags) -> tuple[Numbers, Numbers]:
        """Value and slope of the piece at its far end: along the line, or on a curve as seen from there."""
        number, slope = now.number + np.where(now.slope == 0, 0.0, now.slope * away), now.slope
        curved = ~now.straight
        if curved.any():
            back = self.beside(here + np.where(curved, away, 0.0), -1)
            number, slope = np.where(curved, back.number, number), np.where(curved, -back.slope, slope)
        return number, slope

    def _search(self, here: Numbers, now: Germ, sought: Flags) -> tuple[Numbers, Numbers]:
        """Before and behind where the formula changes, by doubling and then by halving; inf where it does not."""
        low, high = np.zeros(here.shape), np.full(here.shape, np.inf)
        for first in range(0, DOUBLINGS, self._copies):
            powers = range(first, min(first + self._copies, DOUBLINGS))
            steps = [np.where(sought, self.scale * 2.0 ** (each - DOUBLINGS // 2), 0.0) for each in powers]
            for step, changed in zip(steps, self._differ(here, steps, now), strict=True):
                waiting = sought & np.isinf(high)
                high = np.where(waiting & changed, step, high)
                low = np.where(waiting & ~changed, step, low)
            if not (sought & np.isinf(high)).any():
                break
        bracketed = sought & np.isfinite(high)
        while bracketed.any():
            low, high, bracketed = self._halved(here, now, low, high, bracketed)
        return np.where(sought, low, now.path.reach), np.where(sought, high, now.path.reach)

    def _halved(
        self, here: Numbers, now: Germ, low: Numbers, high: Numbers, bracketed: Flags
    ) -> tuple[Numbers, Numbers, Flags]:
        """Some halvings: of every middle that they may come to it is asked in one pass whether it differs."""
        halvings = (self._copies + 1).bit_length() - 1
        ends, middles = [(low, high)], []
        for each in range(2**halvings - 1):
            left, right = ends[each]
            middles.append(np.where(bracketed, (left + right) / 2.0, 0.0))
            ends += [(left, middles[each]), (middles[each], right)]
        differ = np.stack(self._differ(here, middles, now))
        place, found = np.zeros(here.shape, dtype=np.int64), np.stack(middles)
        for _ in range(halvings):
            middle, changed = (np.take_along_axis(each, place[None], axis=0)[0] for each in (found, differ))
            high = np.where(bracketed & changed, middle, high)
            low = np.where(bracketed & ~changed, middle, low)
            place = 2 * place + np.where(changed, 1, 2)
            fine = np.maximum(CLOSE / 2, 8 * np.spacing(np.abs(here + high)))
            bracketed = bracketed & (high - low > fine)
        return low, high, bracketed

    def _differ(self, here: Numbers, steps: Sequence[Numbers], now: Germ) -> list[Flags]:
        """Of each of several steps whether another formula holds behind it."""
        if len(steps) == 1:
            return [self.beside(here + steps[0], 1).path.branch != now.path.branch]
        course = self._courses.get(len(steps)) or self.course.copied(len(steps))
        self._courses[len(steps)] = course
        there = course.germ(np.concatenate([here + each for each in steps]), 1)
        branches = course.scenes.own(there.path.branch)
        return [each != now.path.branch for each in np.split(branches, len(steps))]

    @cached_property
    def _copies(self) -> int:
        """How many steps are looked at in one pass: few people cost as much one by one as several times over."""
        if self.course.scenes.mover is not None:
            return 1
        scenes, periods, people = self.course.shape
        return max(1, min(MOST_COPIES, TOGETHER // max(1, scenes * periods * people)))


def _same(one: Numbers, other: Numbers, loose: Numbers) -> Flags:
    near = np.abs(one - other) <= loose * np.maximum(np.abs(one), np.abs(other)) + NOISE
    same: Flags = near | (one == other)
    return same
