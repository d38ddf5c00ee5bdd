"""Cents on pay that is prone to ties: ours, and what is often written instead, against exact whole numbers.

Pay = base wage (in cents) x score (in tenths) x 0.01 x a half where somebody works half-time: of such products one
in a few hundred is exactly half a cent. What is right is worked out in whole numbers, and in rationals on a sample.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from contenders.workload import Floats
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.scheme.algebra import Column, Constant, Node, Product, Round
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.units import Rounding

ROWS = 1_000_000
HALF_UP = Rounding(2, "half_up")
TURNS = 7


def cents(seed: int) -> dict[str, Any]:
    """The share of rows with a wrong cent and the CPU nanoseconds a row of each way of rounding."""
    chance = Draws(seed).generator("bench cents")
    base = chance.integers(500_000, 1_200_000, ROWS)
    score = chance.integers(300, 1_200, ROWS)
    halves = np.where(chance.random(ROWS) < 0.5, 1, 2)
    # base / 100 x score / 10 x 1 / 100 x halves / 2, in cents: base x score x halves / 2000.
    product = base * score * halves
    right = (2 * product + 2000) // 4000
    checked(base, score, halves, right)
    pay = base / 100 * (score / 10) * 0.01 * (halves / 2)
    single = (base / 100).astype(np.float32) * (score / 10).astype(np.float32) * np.float32(0.01)
    single *= (halves / 2).astype(np.float32)
    series = pd.Series(pay)
    ways: dict[str, Callable[[], Any]] = {
        "policymodel": lambda: HALF_UP.to_minor(pay),
        "np.round": lambda: np.round(pay, 2),
        "pandas round": lambda: series.round(2),
        "floor(x * 100 + 0.5)": lambda: np.floor(pay * 100 + 0.5),
        "float32, half up": lambda: np.floor(single.astype(np.float64) * 100 + 0.5),
    }
    told = {}
    for name, way in ways.items():
        found = np.asarray(way(), dtype=np.float64)
        minor = np.rint(found * 100) if "round" in name else found
        took = min(timed(way) for _ in range(TURNS))
        told[name] = {
            "wrong_share": float((minor != right).mean()),
            "wrong_rows": int((minor != right).sum()),
            "cpu_ns_a_row": round(took / ROWS * 1e9, 2),
        }
    wrong = int((in_the_engine(base / 100, score / 10, halves / 2) != right).sum())
    ties = float((product % 2000 == 1000).mean())
    return {"rows": ROWS, "exact_halves_share": ties, "wrong_rows_in_the_engine": wrong, "ways": told}


def checked(
    base: NDArray[np.int64], score: NDArray[np.int64], halves: NDArray[np.int64], right: NDArray[np.int64]
) -> None:
    """The whole numbers against rationals and the decimal module on a sample."""
    for row in random.Random(1).sample(range(ROWS), 2_000):
        amount = Fraction(int(base[row]), 100) * Fraction(int(score[row]), 10) / 100 * int(halves[row]) / 2
        decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
        assert int(decimal.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100) == right[row], row


def timed(way: Callable[[], Any]) -> float:
    """CPU seconds of one call."""
    begun = time.process_time()
    way()
    return time.process_time() - begun


def in_the_engine(base: Floats, score: Floats, part: Floats) -> NDArray[np.int64]:
    """The same product as a scheme's expression, rounded by its own node."""
    columns: dict[Node, Values] = {
        Column(name): Values(number[None], np.zeros((1, 1), dtype=np.uint8))
        for name, number in (("base", base), ("score", score), ("part", part))
    }
    amount = Product((*columns, Constant(Decimal("0.01"))))
    node = Round(amount, HALF_UP)
    found = evaluate(node, None, columns).number[0]  # type: ignore[arg-type]
    return np.rint(found * 100).astype(np.int64)
