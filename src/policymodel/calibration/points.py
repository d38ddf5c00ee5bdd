"""Designs to try: every combination of a few values, or points that fill the ranges evenly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import product

from policymodel.calibration.levers import Lever, exact

STEPS = 1000
"""Into how many steps a range is cut at the least, so that a value has few digits."""


def grid(levers: Sequence[Lever], each: int) -> list[tuple[Decimal, ...]]:
    """Every combination of so many values of each lever, both ends among them, and the present values."""
    parts = [Decimal(place) / (each - 1) for place in range(each)]
    columns = [[written(lever, part) for part in parts] for lever in levers]
    return _with_present(levers, list(product(*columns)))


def scattered(levers: Sequence[Lever], count: int) -> list[tuple[Decimal, ...]]:
    """So many points that fill the ranges evenly, however many are taken, and the present values.

    The additive sequence with the powers of 1/g, where g is the root of x^(d+1) = x + 1 for d levers (for one lever the
    golden ratio): no seed, and every point keeps its place when more are asked for.
    """
    size = len(levers)
    root = 2.0
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (size + 1))
    steps = [root ** -(place + 1) for place in range(size)]
    found = [
        tuple(
            written(lever, Decimal(repr(math.fmod(0.5 + (place + 1) * step, 1.0))))
            for lever, step in zip(levers, steps, strict=True)
        )
        for place in range(count)
    ]
    return _with_present(levers, found)


def written(lever: Lever, part: Decimal) -> Decimal:
    """The value at a part of a lever's range, with as many digits as cut the range into a thousand steps or more."""
    digits = 0 if lever.whole else math.ceil(math.log10(STEPS / float(lever.high - lever.low)))
    step = Decimal(1).scaleb(-digits)
    value = ((lever.low + part * (lever.high - lever.low)) / step).to_integral_value() * step
    return exact(min(max(value, lever.low), lever.high))


def _with_present(levers: Sequence[Lever], found: list[tuple[Decimal, ...]]) -> list[tuple[Decimal, ...]]:
    """The present values first, and no point twice."""
    present = tuple(each.value for each in levers)
    return list(dict.fromkeys([present, *found]))
