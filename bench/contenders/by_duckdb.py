"""DuckDB: one SQL statement over a wide table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pyarrow as pa

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


def connected(facts: Facts) -> duckdb.DuckDBPyConnection:
    """A database in memory with one table of facts."""
    database = duckdb.connect(config={"threads": 2})
    database.register("given", pa.table(columns_of(facts)))
    database.execute('create table facts as select * from given order by "row"')
    database.unregister("given")
    return database


def scored(numbers: Numbers) -> str:
    """The query that gives row, group, score and pay."""
    score = [f"least(bonus, {float(BONUS_CAP)}::double) - deductions"]
    for at in range(INDICATORS):
        knots = [float(each) for each in numbers.knots[at]]
        for piece, slope in enumerate(numbers.slopes[at]):
            held = f"least(greatest(ratio_{at}, {knots[piece]}::double), {knots[piece + 1]}::double)"
            score.append(f"{float(slope)!r}::double * ({held} - {knots[piece]}::double)")
    tiers = []
    for at in range(LINES):
        stock, asked = (f"least(income_{at}, {name}_{at})" for name in ("base", "target"))
        low, middle, high = (f"{float(rate)!r}::double" for rate in numbers.rates[at])
        tiers.append(f"{low} * {stock} + {middle} * ({asked} - {stock}) + {high} * (income_{at} - {asked})")
    ratios = ", ".join(f"actual_{at} / asked_{at} as ratio_{at}" for at in range(INDICATORS))
    wage = f"least(({' + '.join(tiers)}) * score * {SCALE}::double, {BASES} * base_wage)"
    return f"""
        with ratios as (select *, {ratios} from facts),
        scores as (select *, {" + ".join(score)} as score from ratios)
        select "row", "group", score, (base_wage + {wage}) * part as pay from scores
    """


def sql(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Score, pay and place in one statement."""
    database = connected(facts)
    place = 'row_number() over (partition by "group" order by score desc, "row")'
    statement = f"""
        with paid as ({scored(numbers_of(design))})
        select score, pay, {place} <= {PLACES} as won, "row" from paid order by "row"
    """

    def run() -> Outcome:
        found = database.execute(statement).fetchnumpy()
        return Outcome(found["score"], found["pay"], found["won"])

    return run


def sql_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """The sums of every design, each a statement of its own."""
    database = connected(facts)
    statements = [f"select sum(score), sum(pay) from ({scored(numbers_of(each))})" for each in designs]
    return lambda: np.array([database.execute(each).fetchone() for each in statements])
