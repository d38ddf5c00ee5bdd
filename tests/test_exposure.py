"""Exposure: what is said about withheld counts agrees with a search of its own for each of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from policymodel.exposure import Readers, witness

pytestmark = pytest.mark.thorough


def most(people: np.ndarray, published: list[np.ndarray], secret: np.ndarray) -> float:
    """The largest sum that fits everything published."""
    equations = np.array([np.isin(np.arange(people.size), each) for each in published], dtype=float)
    goal = -np.isin(np.arange(people.size), secret).astype(float)
    totals = [people[each].sum() for each in published]
    found = linprog(goal, A_eq=equations, b_eq=totals, bounds=(0, None))
    return np.inf if found.status == 3 else -found.fun


def cube(seed: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """People of three regions by three grades and three bands, their places, and all two-way sums."""
    chance = np.random.default_rng(seed)
    people = chance.poisson(chance.choice([4, 8, 15]), 27)
    place = np.arange(27).reshape(3, 3, 3)
    return (
        people,
        place,
        [np.moveaxis(place, a, -1)[i, j] for a in range(3) for i in range(3) for j in range(3)],
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_cell_is_open_where_a_programme_for_its_largest_says_so(seed):
    """And what shows it fits everything published: no count below zero, every sum as it was, ten people or more."""
    people, _, published = cube(seed)
    for secret in np.flatnonzero(people < 10)[:, None]:
        moved = witness(people, published, secret)

        assert (moved is not None) == (most(people, published, secret) >= 10 - 1e-6)
        if moved is not None:
            assert (people + moved).min() > -1e-6
            assert (people + moved)[secret].sum() > 10 - 1e-6
            assert all(abs(moved[each].sum()) < 1e-6 for each in published)


@pytest.mark.parametrize("seed", range(6))
def test_a_figure_is_admitted_where_everything_stays_open_to_every_reader(seed):
    """Each reader searched for by itself, with the cells of their own region known one by one."""
    people, place, published = cube(seed)
    readers = Readers(people, [f"r{each}" for each in np.repeat(range(3), 9)])
    for each in people.nonzero()[0]:
        readers.keep([each])
    known: list[np.ndarray] = []
    for part in published:
        told = any(
            people[secret] < 10 and most(people, [*known, part, *own], np.array([secret])) < 10 - 1e-6
            for reader in (None, 0, 1, 2)
            for own in [[] if reader is None else list(place[reader].ravel()[:, None])]
            for secret in people.nonzero()[0]
            if reader is None or secret not in place[reader]
        )
        assert readers.admits(part) is not told
        if not told:
            readers.publish(part)
            known.append(part)


def test_what_subtraction_reveals():
    """Four regions withhold two bands each; with two totals the last bands of two regions hold 8 together."""
    bands = np.arange(12).reshape(4, 3)
    people = np.array([7, 15, 6, 12, 16, 7, 24, 16, 3, 24, 15, 5])
    shown = [bands[0, 1:2], bands[1, 1:2], bands[2, 0:1], bands[3, 0:1]]
    both = bands[2:, 2]

    assert witness(people, [*bands, *shown, bands[:, 2]], both) is not None
    assert witness(people, [*bands, *shown, bands[:, 2], bands[:, 0]], both) is None
