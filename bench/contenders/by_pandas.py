"""pandas, as it is usually written: long rows masked and merged, pivoted first, or a function applied to each group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contenders.reference import Outcome
from contenders.workload import (
    BASES,
    BONUS_CAP,
    INDICATORS,
    LINES,
    PLACES,
    SCALE,
    Design,
    Facts,
    Floats,
    Numbers,
    names,
    numbers_of,
)


def long_of(facts: Facts) -> pd.DataFrame:
    """One row for each manager-period and indicator, in the order of rows."""
    every = names(INDICATORS)
    return pd.DataFrame(
        {
            "row": np.repeat(np.arange(facts.rows), INDICATORS),
            "measure": pd.Categorical.from_codes(np.tile(np.arange(INDICATORS), facts.rows), every),
            "actual": facts.actual.T.ravel(),
            "target": facts.target.T.ravel(),
        }
    )


def wide_of(facts: Facts) -> pd.DataFrame:
    """What stands once for each manager-period."""
    columns = {"row": np.arange(facts.rows), "group": facts.group, "bonus": facts.bonus}
    columns |= {"deductions": facts.deductions, "base_wage": facts.base_wage, "part": facts.part}
    for at in range(LINES):
        columns |= {f"income_{at}": facts.income[at], f"base_{at}": facts.base_income[at]}
        columns |= {f"target_{at}": facts.target_income[at]}
    return pd.DataFrame(columns)


def columns_of(facts: Facts) -> dict[str, Any]:
    """One column a fact, for engines that take a table of one row a manager-period."""
    wide = wide_of(facts)
    columns = {name: wide[name].to_numpy() for name in wide}
    for at in range(INDICATORS):
        columns |= {f"actual_{at}": facts.actual[at], f"asked_{at}": facts.target[at]}
    return columns


def _paid(table: pd.DataFrame, numbers: Numbers) -> pd.DataFrame:
    table["score"] = table["points"] + table["bonus"].clip(upper=float(BONUS_CAP)) - table["deductions"]
    tiers = 0.0
    for at in range(LINES):
        earned = table[f"income_{at}"]
        stock = table[[f"income_{at}", f"base_{at}"]].min(axis=1)
        asked = table[[f"income_{at}", f"target_{at}"]].min(axis=1)
        low, middle, high = numbers.rates[at]
        tiers = tiers + low * stock + middle * (asked - stock) + high * (earned - asked)
    wage = np.minimum(tiers * table["score"] * float(SCALE), BASES * table["base_wage"])
    table["pay"] = (table["base_wage"] + wage) * table["part"]
    return table


def _awarded(table: pd.DataFrame) -> Outcome:
    place = table.groupby("group")["score"].rank(method="first", ascending=False)
    return Outcome(table["score"].to_numpy(), table["pay"].to_numpy(), (place <= PLACES).to_numpy())


def _scored(long: pd.DataFrame, wide: pd.DataFrame, numbers: Numbers) -> pd.DataFrame:
    frame = long.assign(ratio=long["actual"] / long["target"], points=0.0)
    for at, name in enumerate(names(INDICATORS)):
        mine = frame["measure"] == name
        points = np.interp(frame.loc[mine, "ratio"], numbers.knots[at], numbers.heights[at])
        frame.loc[mine, "points"] = numbers.weights[at] * points
    points = frame.groupby("row")["points"].sum().reset_index()
    return _paid(wide.merge(points, on="row", how="left"), numbers)


def idiomatic(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Long rows: a mask for each indicator, np.interp, groupby.sum, merge, groupby.rank."""
    long, wide, numbers = long_of(facts), wide_of(facts), numbers_of(design)
    return lambda: _awarded(_scored(long, wide, numbers))


def idiomatic_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """The same for each design in turn."""
    long, wide, numbers = long_of(facts), wide_of(facts), [numbers_of(each) for each in designs]

    def run() -> Floats:
        tables = (_scored(long, wide, each)[["score", "pay"]] for each in numbers)
        return np.array([table.sum().to_numpy() for table in tables])

    return run


def pivoted(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Pivot to a column for each indicator first."""
    long, wide, numbers = long_of(facts), wide_of(facts), numbers_of(design)

    def run() -> Outcome:
        ratios = long.assign(ratio=long["actual"] / long["target"]).pivot(
            index="row", columns="measure", values="ratio"
        )
        points = pd.Series(0.0, index=ratios.index, name="points")
        for at, name in enumerate(names(INDICATORS)):
            points += numbers.weights[at] * np.interp(ratios[name], numbers.knots[at], numbers.heights[at])
        return _awarded(_paid(wide.merge(points.reset_index(), on="row", how="left"), numbers))

    return run


def applied(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """A function applied to the rows of each manager-period, and one to each row of the table."""
    long, wide, numbers = long_of(facts), wide_of(facts), numbers_of(design)
    at = {name: index for index, name in enumerate(names(INDICATORS))}

    def points_of(rows: pd.DataFrame) -> float:
        total = 0.0
        for _, row in rows.iterrows():
            which = at[row["measure"]]
            given = np.interp(row["actual"] / row["target"], numbers.knots[which], numbers.heights[which])
            total += numbers.weights[which] * given
        return total

    def score_of(row: pd.Series) -> float:
        return float(row["points"] + min(row["bonus"], BONUS_CAP) - row["deductions"])

    def pay_of(row: pd.Series) -> float:
        tiers = 0.0
        for line in range(LINES):
            earned = row[f"income_{line}"]
            stock, asked = min(earned, row[f"base_{line}"]), min(earned, row[f"target_{line}"])
            low, middle, high = numbers.rates[line]
            tiers += low * stock + middle * (asked - stock) + high * (earned - asked)
        wage = min(tiers * row["score"] * float(SCALE), BASES * row["base_wage"])
        return float((row["base_wage"] + wage) * row["part"])

    def run() -> Outcome:
        points = long.groupby("row")[["measure", "actual", "target"]].apply(points_of).rename("points")
        table = wide.merge(points.reset_index(), on="row", how="left")
        table["score"] = table.apply(score_of, axis=1)
        table["pay"] = table.apply(pay_of, axis=1)
        return _awarded(table)

    return run
