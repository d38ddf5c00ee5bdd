"""polars: one lazy query over a wide table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from contenders.by_pandas import columns_of
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
    numbers_of,
)


def table_of(facts: Facts) -> pl.DataFrame:
    """One row a manager-period, one column a fact."""
    return pl.DataFrame(columns_of(facts))


def _score(numbers: Numbers) -> pl.Expr:
    score = pl.min_horizontal("bonus", pl.lit(float(BONUS_CAP))) - pl.col("deductions")
    for at in range(INDICATORS):
        ratio = pl.col(f"actual_{at}") / pl.col(f"asked_{at}")
        knots = numbers.knots[at]
        for piece, slope in enumerate(numbers.slopes[at]):
            low, high = float(knots[piece]), float(knots[piece + 1])
            score = score + float(slope) * (ratio.clip(low, high) - low)
    return score


def _pay(numbers: Numbers, score: pl.Expr) -> pl.Expr:
    tiers = pl.lit(0.0)
    for at in range(LINES):
        earned = pl.col(f"income_{at}")
        stock, asked = (pl.min_horizontal(earned, pl.col(f"{name}_{at}")) for name in ("base", "target"))
        low, middle, high = (float(rate) for rate in numbers.rates[at])
        tiers = tiers + low * stock + middle * (asked - stock) + high * (earned - asked)
    wage = pl.min_horizontal(tiers * score * float(SCALE), BASES * pl.col("base_wage"))
    return (pl.col("base_wage") + wage) * pl.col("part")


def lazy(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Score, pay and place in one lazy query."""
    numbers = numbers_of(design)
    query = (
        table_of(facts)
        .lazy()
        .with_columns(_score(numbers).alias("score"))
        .with_columns(_pay(numbers, pl.col("score")).alias("pay"))
        .with_columns(won=pl.col("score").rank("ordinal", descending=True).over("group") <= PLACES)
        .select("score", "pay", "won")
    )

    def run() -> Outcome:
        found = query.collect()
        return Outcome(*(found[name].to_numpy() for name in ("score", "pay", "won")))

    return run


def lazy_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """The sums of every design, each a query of its own."""
    table = table_of(facts).lazy()
    queries = [
        table.with_columns(_score(each).alias("score")).select(
            pl.col("score").sum(), _pay(each, pl.col("score")).alias("pay").sum()
        )
        for each in map(numbers_of, designs)
    ]
    return lambda: np.array([query.collect().row(0) for query in queries])
