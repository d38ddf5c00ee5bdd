"""Yearly shocks of the invented bank: what makes one year better than another for everybody, a region or a person.

Without them every year of the bank grows by 8 % and nobody's year differs from another but by luck, so that a forecast
has nothing common to be unsure of. With them the truth of a forecast's bands is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.territory import Numbers, Region
from policymodel.periods import Period

FAMILIES = ("sales", "deposits", "business", "income")
"""Products that are shaken together: what is sold, net deposits, all business (S4.1.9), clients' income (S6.2)."""


@dataclass(frozen=True)
class Shocks:
    """How far the years differ, as standard deviations of yearly growth on the log scale.

    A shock lasts: the years after it stand on it. `group_sd` is common to all regions, `region_sd` is a region's
    own, both drawn for each family of products; `person_sd` is a person's ability, in place of the one change that
    ability else has in the plan year.
    """

    group_sd: float
    region_sd: float
    person_sd: float

    def __post_init__(self) -> None:
        if min(self.group_sd, self.region_sd, self.person_sd) < 0:
            raise ValueError("a spread below 0 is none; write 0 or more")


@dataclass(frozen=True)
class Course:
    """The sums of the shocks of a region so far, on the log scale: by family [year], of people [year, person]."""

    group: dict[str, Numbers]
    region: dict[str, Numbers]
    people: Numbers

    def by_month(self, family: str) -> Numbers:
        """What a family's level is multiplied by, log, [month, 1]."""
        return np.repeat(self.group[family] + self.region[family], 12)[:, None]

    def people_by_month(self) -> Numbers:
        """What is added to people's ability, [month, person]."""
        return np.repeat(self.people, 12, axis=0)


def invent_course(draws: Draws, shocks: Shocks, region: Region, size: int, months: Period) -> Course:
    """The shocks of a region's years, from the second one on; years are counted back from the last month.

    Those of the group are the same for every region, whichever are invented beside it.
    """
    years = -(-len(months.months) // 12)
    cut = 12 * years - len(months.months)
    if cut:
        raise ValueError(f"{months.label} is no number of whole years")
    common = draws.generator("shocks of the group").standard_normal((len(FAMILIES), years))
    rng = draws.generator("shocks of a region", block=region.number)
    own = rng.standard_normal((len(FAMILIES), years))
    people = draws.generator("shocks of people", block=region.number).standard_normal((years, size))
    for each in (common.T, own.T, people):
        each[0] = 0.0
    return Course(
        group={name: shocks.group_sd * each.cumsum() for name, each in zip(FAMILIES, common, strict=True)},
        region={name: shocks.region_sd * each.cumsum() for name, each in zip(FAMILIES, own, strict=True)},
        people=shocks.person_sd * people.cumsum(axis=0),
    )


def planted_shocks(
    course: Course, region: Region, manager_id: NDArray[np.object_], months: Period
) -> pd.DataFrame:
    """The truth: each shock of each year but the first, of the group (with the first region), region and people."""
    labels = [Period(first, first + 11).label for first in range(months.first, months.last, 12)]
    rows: list[tuple[str, str, str, str, float]] = []
    for family in FAMILIES:
        both = [("region", region.name, course.region[family])]
        if region.number == 0:
            both.insert(0, ("group", "all", course.group[family]))
        for level, unit, path in both:
            steps = np.diff(path).round(6)
            rows += [(level, unit, family, year, step) for year, step in zip(labels[1:], steps, strict=True)]
    for person, path in zip(manager_id, course.people.T, strict=True):
        steps = np.diff(path).round(6)
        rows += [
            ("manager", person, "ability", year, step) for year, step in zip(labels[1:], steps, strict=True)
        ]
    return pd.DataFrame(rows, columns=["level", "unit_id", "family", "year", "shock"])
