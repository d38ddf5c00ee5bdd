"""Who works in an invented region, where and when, and what is planted in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.shocks import Course, Shocks, invent_course
from policymodel.history.synthetic.territory import Codes, Numbers, Region
from policymodel.periods import Period

Days = NDArray[np.datetime64]

GRADES = np.array(["A", "B", "C", "D"])
GRADE_SHARES = (0.12, 0.28, 0.40, 0.20)
PEOPLE_AN_OUTLET = 15
MOST_PEOPLE, LEAST_PEOPLE = (
    9_999,
    10,
)  # in a region: four digits of a staff number; the smallest cell a page shows

ABILITY_SD, CHANGE_SD = 0.22, 0.12
LUCK, LUCK_SD = 0.16, 0.30
LICENSED = 0.94

SEPARATE_BOOK = "separate_book"
"""The plan of managers who hold nothing but separate-book clients (分賬經營, S6.8)."""

# What happens to how many, each to other people; at least one of each in a region.
FATES = {"leaver": 0.03, "joiner": 0.06, "mover": 0.03, "promoted": 0.03, "early joiner": 0.02}
STAYS = "stayer"
RELOCATED = "relocated"
DAYS_OF_CHANGE = np.array([0, 10, 15, 20])  # the 1st, 11th, 16th and 21st
CLOSING_MONTH, CLOSING_DAY = (
    4,
    15,
)  # the closing outlet opens its doors last on the 15th of the plan year's 5th month


@dataclass(frozen=True)
class People:
    """The account managers of a region, one element each; where `change` is a day, the person has two spells."""

    region: Region
    months: Period
    manager_id: NDArray[np.object_]
    fate: NDArray[np.object_]
    grade: Codes
    later_grade: Codes
    fte: Numbers
    plan: NDArray[np.object_]  # None: the ordinary one
    outlet: Codes
    later_outlet: Codes
    first_day: Days
    change: Days  # first day of the second spell; NaT: none
    last_day: Days  # NaT: still there
    ability: Numbers
    ability_change: Numbers
    luck_scale: Numbers
    diligence: Numbers
    licensed: NDArray[np.bool_]
    course: Course | None = None  # of yearly shocks, where they are planted

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.manager_id)

    @property
    def plan_start(self) -> int:
        """Position of the plan year's first month; the plan year is the last twelve months."""
        return len(self.months.months) - 12

    @property
    def month_starts(self) -> Days:
        """The first day of each month."""
        return first_days(self.months)[:-1]

    def employed_span(self) -> tuple[Days, NDArray[np.int64]]:
        """First employed day and number of employed days, [month, person]; 0 days: not there."""
        starts, ends = first_days(self.months)[:-1, None], first_days(self.months)[1:, None]
        gone = np.where(np.isnat(self.last_day), ends.max(), self.last_day + 1)
        first = np.maximum(starts, self.first_day)
        return first, np.maximum((np.minimum(ends, gone) - first).astype(np.int64), 0)

    def effort(self) -> Numbers:
        """Share of the month worked: employed days over calendar days, times FTE; [month, person]."""
        lengths = np.diff(first_days(self.months)).astype(np.int64)
        return np.asarray(self.employed_span()[1] / lengths[:, None] * self.fte)

    def outlet_by_month(self) -> Codes:
        """The outlet at the end of each month, [month, person]."""
        changed = self.change < first_days(self.months)[1:, None]  # never true for NaT
        return np.where(changed, self.later_outlet, self.outlet)

    def ability_by_month(self) -> Numbers:
        """Log ability: the person's own, and from the plan year on the person's change; [month, person].

        Where yearly shocks are planted ability changes with each of them, and not in the plan year alone.
        """
        if self.course is not None:
            return np.asarray(self.ability + self.course.people_by_month())
        in_plan = np.arange(len(self.months.months)) >= self.plan_start
        return np.asarray(self.ability + in_plan[:, None] * self.ability_change)

    def shaken(self, family: str) -> Numbers | None:
        """What the yearly shocks of a family of products make of its level, [month, 1]; None without shocks."""
        return None if self.course is None else np.asarray(np.exp(self.course.by_month(family)))

    def steady(self) -> Codes:
        """Positions of the people who are there throughout and never change outlet."""
        return np.flatnonzero(np.isin(self.fate, [STAYS, "promoted"]))

    def spells(self) -> pd.DataFrame:
        """The `managers` table: one row a spell, by person and first day."""
        two = ~np.isnat(self.change)
        person = np.concatenate([np.arange(self.size), np.flatnonzero(two)])
        later = np.arange(len(person)) >= self.size
        grade = np.where(later, self.later_grade[person], self.grade[person])
        outlet = np.where(later, self.later_outlet[person], self.outlet[person])
        day_before = self.change - 1
        frame = pd.DataFrame(
            {
                "manager_id": self.manager_id[person],
                "region": self.region.name,
                "outlet_id": self.region.outlet_ids[outlet],
                "grade": GRADES[grade],
                "fte": self.fte[person],
                "plan": self.plan[person],
                "valid_from": as_text(np.where(later, self.change[person], self.first_day[person])),
                "valid_to": as_text(
                    np.where(two[person] & ~later, day_before[person], self.last_day[person])
                ),
            }
        )
        return frame.sort_values(["manager_id", "valid_from"], ignore_index=True)

    def planted(self) -> pd.DataFrame:
        """What was planted in each person; the outlet's figures are those of the first outlet."""
        region, outlet = self.region, self.outlet
        return pd.DataFrame(
            {
                "region": region.name,
                "manager_id": self.manager_id,
                "outlet_id": region.outlet_ids[outlet],
                "fate": self.fate,
                "ability": self.ability.round(6),
                "ability_change": self.ability_change.round(6),
                "luck_scale": self.luck_scale.round(6),
                "territory_region": round(region.effect, 6),
                "territory_outlet": region.outlet_effect[outlet].round(6),
                "reviewer_bias": region.reviewer_bias[outlet].round(6),
                "diligence": self.diligence.round(6),
                "licensed": np.where(self.licensed, "yes", "no"),
            }
        )


def first_days(months: Period) -> Days:
    """The first day of each month and of the month after the last.

    >>> first_days(Period.parse("2024-02"))
    array(['2024-02-01', '2024-03-01'], dtype='datetime64[D]')
    """
    return (
        (np.arange(months.first, months.last + 2) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    )


def as_text(days: Days) -> NDArray[np.object_]:
    """ISO dates as text; None where there is no day."""
    # Few different days stand for many rows.
    few = coded_days(days)
    return words_at(few.categories.to_numpy(dtype=object), few.codes.astype(np.int64))


def coded(words: Any, at: Codes) -> pd.Categorical:
    """The words at some positions, each kept once; nothing at -1.

    >>> list(coded(["kept", "missed"], np.array([1, 0, 1])))
    ['missed', 'kept', 'missed']
    """
    return pd.Categorical.from_codes(at, pd.Index(words, dtype="str"))


def coded_days(days: Days) -> pd.Categorical:
    """ISO dates as text, each kept once; nothing where there is no day."""
    blank = np.isnat(days)
    if blank.all():
        return coded([], np.full(len(days), -1))
    first = days[~blank].min()
    every = np.datetime_as_string(np.arange(first, days[~blank].max() + 1))
    return coded(every, np.where(blank, -1, (days - first).astype(np.int64)))


def words_at(words: NDArray[np.object_], at: Codes) -> NDArray[np.object_]:
    """The words at some positions; None at -1.

    >>> words_at(np.array(["kept", "missed"], object), np.array([1, -1]))
    array(['missed', None], dtype=object)
    """
    return np.append(words, np.array([None], object))[at]


def invent_people(
    draws: Draws, region: Region, size: int, months: Period, shocks: Shocks | None = None
) -> People:
    """The region's managers: where they sit, what is planted in them, who comes, goes, moves and rises."""
    rng = draws.generator("people", block=region.number)
    outlets = len(region.outlet_ids)
    outlet = rng.permutation(size) % outlets
    ability = rng.normal(0, ABILITY_SD, size)
    change = rng.normal(0, CHANGE_SD, size)
    luck = LUCK * np.exp(LUCK_SD * rng.standard_normal(size))
    diligence = rng.normal(0, 0.5, size)
    licensed = rng.random(size) < LICENSED
    fte = rng.choice([1.0, 0.8, 0.5], size, p=[0.97, 0.02, 0.01])
    # Grades follow ability, and not only ability.
    standing = ability / ABILITY_SD + rng.normal(0, 1, size)
    rank = np.argsort(np.argsort(-standing)) / size
    grade = np.searchsorted(np.cumsum(GRADE_SHARES)[:-1], rank, side="right")

    fate = np.full(size, STAYS, dtype=object)
    fate[outlet == region.closing] = RELOCATED
    free = rng.permutation(np.flatnonzero(outlet != region.closing))
    counts = [max(1, round(share * size)) for share in FATES.values()]
    for name, chosen in zip(FATES, np.split(free, np.cumsum(counts))[:-1], strict=True):
        fate[chosen] = name
    if outlets - (region.closing >= 0) < 2:
        fate[fate == "mover"] = STAYS

    starts = first_days(months)
    plan = len(months.months) - 12
    day = starts[plan + rng.integers(1, 11, size)] + rng.choice(DAYS_OF_CHANGE, size)
    early_day = starts[rng.integers(1, plan, size)] + rng.choice(DAYS_OF_CHANGE, size)
    hired = starts[0].astype("datetime64[M]") - rng.integers(1, 120, size)
    first_day = hired.astype("datetime64[D]")
    first_day = np.where(fate == "joiner", day, np.where(fate == "early joiner", early_day, first_day))
    last_day = np.where(fate == "leaver", day - 1, np.datetime64("NaT"))
    changes = np.isin(fate, ["mover", "promoted"])
    closed = starts[plan + CLOSING_MONTH] + CLOSING_DAY
    second = np.where(fate == RELOCATED, closed, np.where(changes, day, np.datetime64("NaT")))
    # Movers and the people of the closed outlet go to any other outlet that stays open.
    open_outlets = outlets - (region.closing >= 0)
    step = rng.integers(1, max(2, open_outlets), size)
    elsewhere = np.where(
        fate == RELOCATED, rng.permutation(size) % open_outlets, (outlet + step) % open_outlets
    )
    return People(
        region=region,
        months=months,
        manager_id=np.array(
            [f"0{region.number + 1:02d}{person:04d}" for person in range(1, size + 1)], object
        ),
        fate=fate,
        grade=grade,
        later_grade=np.where(fate == "promoted", np.maximum(grade - 1, 0), grade),
        fte=fte,
        plan=np.full(size, None, dtype=object),
        outlet=outlet,
        later_outlet=np.where(np.isin(fate, ["mover", RELOCATED]), elsewhere, outlet),
        first_day=first_day.astype("datetime64[D]"),
        change=second.astype("datetime64[D]"),
        last_day=last_day.astype("datetime64[D]"),
        ability=ability,
        ability_change=change if shocks is None else np.zeros(size),
        luck_scale=luck,
        diligence=diligence,
        licensed=licensed,
        course=None if shocks is None else invent_course(draws, shocks, region, size, months),
    )
