"""A design as a scheme file of ours, and the facts as the ground it stands on."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from contenders.workload import BASES, BONUS_CAP, INDICATORS, LINES, PLACES, SCALE, SLICES, Design, Facts
from policymodel.periods import Period
from policymodel.scheme.algebra import Axis, Column, Scope
from policymodel.scheme.evaluation import Values, measured
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

SCORE, PAY, AWARD = "points", "due", "top_ten"
"""The lines that are asked for; score and pay are not rounded, as those of the other engines."""
PERIODS = (Period.parse("2025-Q1"),)

HEAD = """\
id: {name}
title: {name}
source: illustrative
every: quarter
targets: {{set_by: table, progress: months, source: illustrative}}
figures:
"""
INDICATOR = """\
  - kind: curve
    id: curve_{at}
    title: Curve {at}
    of: {{measure: indicator_{at}}}
    thresholds_of: {{target: indicator_{at}}}
    points: [{points}]
    below: hold
    above: hold
  - {{kind: commission, id: points_{at}, title: Points {at}, of: {{line: curve_{at}}}, rate: {weight}}}
"""
POINTS = """\
  - {{kind: figure, id: bonus, title: Bonus points, of: {{measure: bonus}}, cap: {cap}}}
  - {{kind: total, id: points, title: Score, add: [{lines}, {{line: bonus}}], less: [{{measure: deductions}}]}}
"""
INCOME = """\
  - kind: slice
    id: stock_{at}
    title: Stock
    of: {{measure: income_{at}}}
    from: 0
    to: {{base: income_{at}}}
    measured: by_itself
  - kind: slice
    id: increment_{at}
    title: Increment
    of: {{measure: income_{at}}}
    from: {{base: income_{at}}}
    to: {{target: income_{at}}}
    measured: by_itself
  - kind: slice
    id: super_increment_{at}
    title: Super-increment
    of: {{measure: income_{at}}}
    from: {{target: income_{at}}}
    to: null
    measured: by_itself
"""
RATE = "  - {{kind: commission, id: {part}_{at}_pay, title: Pay of a slice, of: {{line: {part}_{at}}}, rate: {rate}}}\n"
PAYING = """\
  - {{kind: total, id: tiers, title: Tiers of all lines, add: [{lines}]}}
  - {{kind: product, id: most, title: Most of a performance wage, of: [{bases}, {{measure: base_wage}}]}}
  - kind: product
    id: wage
    title: Performance wage
    of: [{{line: tiers}}, {{line: points}}, {scale}]
    cap: {{line: most}}
  - {{kind: total, id: full, title: Wage of a whole period, add: [{{measure: base_wage}}, {{line: wage}}]}}
  - {{kind: product, id: due, title: Pay, of: [{{line: full}}, {{measure: part_of_period}}]}}
  - kind: rank_award
    id: top_ten
    title: Award
    of: {{line: points}}
    best: highest
    among: outlet
    missing: leave_out
    ties: all_get_the_better
    awards: [{{from: 1, to: {places}, amount: 1000}}]
"""


def written(design: Design) -> str:
    """The scheme file of a design."""
    text = HEAD.format(name=design.name)
    for at in range(INDICATORS):
        corners = zip(design.knots[at], design.heights[at], strict=True)
        points = ", ".join(f"{{at: {knot}, gives: {height}}}" for knot, height in corners)
        text += INDICATOR.format(at=at, points=points, weight=design.weights[at])
    lines = ", ".join(f"{{line: points_{at}}}" for at in range(INDICATORS))
    text += POINTS.format(cap=BONUS_CAP, lines=lines)
    for at in range(LINES):
        text += INCOME.format(at=at)
        for part, rate in zip(SLICES, design.rates[at], strict=True):
            text += RATE.format(part=part, at=at, rate=rate)
    paid = ", ".join(f"{{line: {part}_{at}_pay}}" for at in range(LINES) for part in SLICES)
    return text + PAYING.format(lines=paid, bases=BASES, scale=SCALE, places=PLACES)


def schemes_of(designs: Sequence[Design]) -> dict[str, Scheme]:
    """The schemes, each written to a file and read from it."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{design.name}.yaml" for design in designs]
        for file, design in zip(files, designs, strict=True):
            file.write_text(written(design), encoding="utf-8")
        return {design.name: read_scheme(file) for file, design in zip(files, designs, strict=True)}


def columns_of(facts: Facts) -> dict[str, NDArray[np.float64]]:
    """The facts by the names that a scheme reads them under."""
    several = {
        "indicator": facts.actual,
        "target:indicator": facts.target,
        "income": facts.income,
        "base:income": facts.base_income,
        "target:income": facts.target_income,
    }
    found = {f"{name}_{at}": row for name, rows in several.items() for at, row in enumerate(rows)}
    one = {"bonus": facts.bonus, "deductions": facts.deductions, "base_wage": facts.base_wage}
    return found | one | {"part_of_period": facts.part}


class Standing:
    """A ground of arrays: every row a person of one quarter, in an outlet of five hundred."""

    def __init__(self, facts: Facts) -> None:
        self.values = {name: measured(column[None]) for name, column in columns_of(facts).items()}
        self.group = facts.group[None]

    @property
    def periods(self) -> tuple[Period, ...]:
        """One quarter."""
        return PERIODS

    def column(self, column: Column) -> Values:
        """A fact, known for everybody."""
        return self.values[column.name]

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The group of five hundred, or one and the same."""
        return self.group if scope == "outlet" else np.zeros_like(self.group)

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """No credits."""
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)

    def dates(self) -> NDArray[np.datetime64]:
        """No credits."""
        return np.zeros(0, dtype="datetime64[D]")

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """No categories."""
        return np.full(self.group.shape, "", dtype=object)

    def leaders(self) -> NDArray[np.int64]:
        """Nobody leads anybody."""
        return np.full_like(self.group, -1)

    def opens(self, within: Literal["quarter", "half_year", "year"] | None) -> NDArray[np.bool_]:
        """The first period opens."""
        return np.ones(1, dtype=bool)

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """All of them."""
        return np.ones(1)
