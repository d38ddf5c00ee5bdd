"""Exposure: what is said about withheld counts agrees with a search of its own for each of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from policymodel.exposure import given_away


def most(people: np.ndarray, published: list[np.ndarray], secret: np.ndarray) -> float:
    """The largest sum that fits everything published."""
    equations = np.array([np.isin(np.arange(people.size), each) for each in published], dtype=float)
    goal = -np.isin(np.arange(people.size), secret).astype(float)
    totals = [people[each].sum() for each in published]
    return -linprog(goal, A_eq=equations, b_eq=totals, bounds=(0, None)).fun


@pytest.mark.parametrize("seed", range(6))
def test_answer_is_that_of_each_cell_alone(seed):
    """With all two-way sums of a cube known, a cell is given away where a programme for it alone says so."""
    chance = np.random.default_rng(seed)
    people = chance.poisson(chance.choice([4, 8, 15]), 27)
    place = np.arange(27).reshape(3, 3, 3)
    published = [np.moveaxis(place, a, -1)[i, j] for a in range(3) for i in range(3) for j in range(3)]
    secrets = [np.array([each]) for each in np.flatnonzero(people < 10)]
    lost = {n for n, each in enumerate(secrets) if most(people, published, each) < 10 - 1e-6}

    found = given_away(people, published, secrets)

    assert (found in lost) if lost else (found is None)


def test_what_subtraction_reveals():
    """Four regions withhold two bands each; with two totals the last bands of two regions hold 8 together."""
    bands = np.arange(12).reshape(4, 3)
    people = np.array([7, 15, 6, 12, 16, 7, 24, 16, 3, 24, 15, 5])
    shown = [bands[0, 1:2], bands[1, 1:2], bands[2, 0:1], bands[3, 0:1]]
    both = bands[2:, 2]

    assert given_away(people, [*bands, *shown, bands[:, 2]], [both]) is None
    assert given_away(people, [*bands, *shown, bands[:, 2], bands[:, 0]], [both]) == 0


def test_nothing_to_protect():
    """Without a secret none is given away."""
    assert given_away([1, 2], [np.array([0, 1])], []) is None
