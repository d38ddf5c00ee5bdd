"""Blocks worked out here or by other processes, in any order, give the same sums."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from policymodel.evaluate import Block, Minor, run_tiles
from policymodel.lowering import Arrays, lower
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.units import Rounding

SCHEME = """
id: fees
title: Fees
source: "1"
every: year
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - {kind: commission, id: due, title: Due, of: {measure: sales}, rate: RATE}
"""
CENTS = Minor("pay", Rounding(2, "half_up"))


@dataclass(frozen=True)
class Sales:
    """A thousand people's sales, which travel as a number."""

    first: int

    def __call__(self):
        return Arrays((Period.parse("2024"),), {"sales": self.first + np.arange(1000.0)[None]})


@pytest.fixture
def plan(tmp_path: Path):
    schemes = {}
    for rate in ("0.01", "0.02"):
        file = tmp_path / f"{rate}.yaml"
        file.write_text(SCHEME.replace("RATE", rate), encoding="utf-8")
        schemes[rate] = read_scheme(file)
    return lower(schemes)


def expected(first):
    """In cents: a hundredth of whole yuan is a whole cent."""
    return [rate * sum(range(first, first + 1000)) for rate in (1, 2)]


def test_sums_of_blocks_with_one_key_are_added(plan):
    blocks = [Block("a", Sales(0)), Block("b", Sales(7)), Block("a", Sales(1000))]
    found = run_tiles(plan, blocks, CENTS)

    assert list(found) == ["a", "b"]
    assert found["b"]["amount_minor"].tolist() == expected(7)
    assert found["a"]["amount_minor"].tolist() == [
        a + b for a, b in zip(expected(0), expected(1000), strict=True)
    ]
    assert found["a"]["person_periods"].tolist() == [2000, 2000]
    assert found["a"]["not_computed"].tolist() == [0, 0]


@pytest.mark.thorough
@pytest.mark.slow
def test_two_processes_give_the_same(plan):
    blocks = [Block(each % 3, Sales(each)) for each in range(7)]
    one, two = (run_tiles(plan, blocks, CENTS, jobs) for jobs in (1, 2))

    assert list(one) == list(two)
    for key, sums in one.items():
        assert {name: each.tolist() for name, each in sums.items()} == {
            name: each.tolist() for name, each in two[key].items()
        }


def test_who_is_not_here_counts_nowhere(plan):
    ground = Arrays(
        (Period.parse("2024"),),
        {"sales": np.array([[100.0, 200.0, 300.0]])},
        {"sales": np.array([[0, 2, 0]], dtype=np.uint8)},
        {"group": np.array([[0, 0, -1]])},
    )
    found = run_tiles(plan, [Block("", lambda: ground)], CENTS)[""]

    assert {name: each.tolist() for name, each in found.items()} == {
        "amount_minor": [100, 200],
        "person_periods": [2, 2],
        "not_computed": [1, 1],
    }
