"""No cent is wrong where exact halves of cents are many, whatever route the pay took."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from policymodel.lowering import Arrays, lower
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.units import Rounding

ROWS, PARTS = 20_000, ("0.5", "0.25", "1")
SCHEME = """
id: half_time
title: Half time
source: "1"
every: year
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - kind: product
      id: due
      title: Due
      of: [{measure: base}, {measure: score}, 0.01, PART]
"""


@pytest.fixture(scope="module")
def due(tmp_path_factory):
    """Base wages of two digits, scores of one, and what three designs pay for them."""
    folder = tmp_path_factory.mktemp("cents")
    schemes = {}
    for part in PARTS:
        (folder / f"{part}.yaml").write_text(SCHEME.replace("PART", part), encoding="utf-8")
        schemes[part] = read_scheme(folder / f"{part}.yaml")
    chance = np.random.default_rng(8)
    base, score = chance.integers(400_000, 1_600_000, ROWS), chance.integers(0, 10_001, ROWS)
    ground = Arrays((Period.parse("2024"),), {"base": base[None] / 100, "score": score[None] / 10})
    return base, score, lower(schemes).evaluate(ground)["pay"].number[:, 0]


def exact(part, base, score):
    """Cents, a half going up, in whole numbers of Python."""
    cents = Fraction(part) * int(base) * int(score) / 1_000
    return floor(cents + Fraction(1, 2)), cents.denominator == 2


def test_halves_of_cents_go_up(due):
    base, score, number = due
    paid = Rounding(2, "half_up").to_minor(number)
    right = [[exact(part, *each) for each in zip(base, score, strict=True)] for part in PARTS]

    assert sum(half for row in right for _, half in row) > 200
    assert paid.tolist() == [[cents for cents, _ in row] for row in right]
