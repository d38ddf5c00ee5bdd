"""The invented regions and outlets, and what is planted in the ground a manager works on.

All that a region holds comes from generators keyed by the region's number, so a region is the same whichever
other regions are invented beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policymodel.draws import Draws

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

NAMES = ("north", "east", "south", "west")
TITLES = {"north": "北區", "east": "東區", "south": "南區", "west": "西區"}
PEOPLE_AN_OUTLET = 15
MOST_PEOPLE, LEAST_PEOPLE = (
    9_999,
    10,
)  # in a region: four digits of a staff number; the smallest cell a page shows

REGION_SD, OUTLET_SD = 0.15, 0.12  # log
REVIEWER_SD = 4.0  # marks
OFF_COUNTER_SD = 0.25  # logit


@dataclass(frozen=True)
class Region:
    """One invented region: its number is its key in `Draws`; `effect` is planted.

    >>> region_name(0), region_name(4)
    ('north', 'r05')
    """

    number: int
    name: str
    title: str
    effect: float
    outlet_ids: NDArray[np.object_]
    outlet_effect: Numbers
    reviewer_bias: Numbers
    off_counter_effect: Numbers
    closing: int  # the outlet that closes in the plan year; -1: none


def region_name(number: int) -> str:
    """The id of the region: four points of the compass, then r05, r06 …"""
    return NAMES[number] if number < len(NAMES) else f"r{number + 1:02d}"


def invent_region(draws: Draws, number: int, size: int) -> Region:
    """The region, its outlets of about fifteen people, and what is planted in its territory."""
    rng = draws.generator("territory", block=number)
    outlets = max(1, round(size / PEOPLE_AN_OUTLET))
    name = region_name(number)
    effect = float(rng.normal(0, REGION_SD))
    # Drawn by outlet: a larger region begins with the outlets of a smaller one.
    outlet_effect, reviewer_bias, off_counter_effect = rng.standard_normal((outlets, 3)).T
    return Region(
        number=number,
        name=name,
        title=TITLES.get(name, f"第 {number + 1} 區"),
        effect=effect,
        outlet_ids=np.array([f"{number + 1:02d}{outlet:03d}" for outlet in range(1, outlets + 1)], object),
        outlet_effect=OUTLET_SD * outlet_effect,
        reviewer_bias=REVIEWER_SD * reviewer_bias,
        off_counter_effect=OFF_COUNTER_SD * off_counter_effect,
        closing=outlets - 1 if number == 0 and outlets > 1 else -1,
    )
