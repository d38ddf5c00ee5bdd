"""Disclosure: random tables are attacked with linear programming, as a reader with a pencil might."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from policymodel.disclosure import (
    apart,
    merged_bins,
    pooled,
    shown_groups,
    suppress,
    withheld_block,
    withheld_parts,
)

pytestmark = pytest.mark.thorough

SPARSE = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 12), st.integers(0, 40))


def most(parts: np.ndarray, published: list[np.ndarray], secret: np.ndarray) -> float:
    """The largest sum a reader must reckon with: counts of zero or more that fit everything published."""
    equations = np.array([np.isin(np.arange(parts.size), each) for each in published], dtype=float)
    totals = [parts[each].sum() for each in published]
    goal = -np.isin(np.arange(parts.size), secret).astype(float)
    found = linprog(goal, A_eq=equations, b_eq=totals, bounds=(0, None))
    assert found.status in (0, 3)
    return np.inf if found.status == 3 else -found.fun


def attack(cube: np.ndarray, axes: dict[str, int], threshold: int = 10) -> None:
    """Suppress the tables of a cube of people and ask what is left open about every withheld small cell.

    The last axis is the band; `axes` says which other axis is which grouping. What is published: the people in
    all and in each group shown, and every cell shown.
    """
    place = np.arange(cube.size).reshape(cube.shape)
    band = cube.ndim - 1
    tables = {"all": place.reshape(1, -1, cube.shape[band])}
    for by, axis in axes.items():
        moved = np.moveaxis(place, axis, 0)
        tables[by] = moved.reshape(cube.shape[axis], -1, cube.shape[band])
    rows = [
        {"by": by, "group": g, "band": b, "parts": table[g, :, b]}
        for by, table in tables.items()
        for g, b in itertools.product(range(table.shape[0]), range(cube.shape[band]))
    ]
    cells = pd.DataFrame(rows)
    cells["people"] = [int(cube.ravel()[each].sum()) for each in cells["parts"]]
    cells = suppress(cells, threshold)
    groups = pd.DataFrame(
        [
            {"by": by, "group": group, "parts": table[group].ravel()}
            for by, table in tables.items()
            for group in range(table.shape[0])
        ]
    )
    groups["people"] = [int(cube.ravel()[each].sum()) for each in groups["parts"]]
    groups = groups.assign(shown=shown_groups(groups, threshold))
    known = pd.concat([cells[["parts", "people", "shown"]], groups[["parts", "people", "shown"]]])
    assert not ((known["people"] < threshold) & (known["people"] > 0) & known["shown"]).any()
    if cube.sum() < threshold:
        assert not known["shown"].any()
        return
    published = known.loc[known["shown"], "parts"].tolist()
    for row in known[~known["shown"] & known["people"].between(1, threshold - 1)].itertuples():
        assert most(cube.ravel(), published, row.parts) >= threshold - 1e-6


def cubes(*shape: int) -> st.SearchStrategy[np.ndarray]:
    size = int(np.prod(shape))
    return st.lists(SPARSE, min_size=size, max_size=size).map(lambda each: np.array(each).reshape(shape))


@settings(max_examples=25, deadline=None)
@given(cubes(5))
def test_one_row_of_bands_resists(cube):
    """With the total known, every withheld count under ten might as well be ten."""
    attack(cube, {})


@settings(max_examples=25, deadline=None)
@given(st.one_of(cubes(3, 4), cubes(6, 5), cubes(12, 3)))
def test_bands_by_group_resist(cube):
    """With groups and bands both added up, every withheld count under ten might as well be ten."""
    attack(cube, {"grade": 0})


@settings(max_examples=15, deadline=None)
@given(cubes(3, 3, 4))
def test_two_groupings_of_the_same_people_resist_together(cube):
    """The tables by grade and by outlet together leave every withheld count open."""
    attack(cube, {"grade": 0, "outlet": 1})


@settings(max_examples=15, deadline=None)
@given(cubes(3, 3, 3))
def test_two_designs_of_the_same_people_resist_together(cube):
    """Bands under one design by grade, beside bands under another, leave every withheld count open."""
    place = np.arange(cube.size).reshape(cube.shape)
    published, secrets = [], []
    for other in (1, 2):
        table = cube.sum(axis=other)
        cells = pd.DataFrame(
            [
                {"by": "grade", "group": g, "band": b, "people": int(table[g, b])}
                for g, b in itertools.product(range(3), range(3))
            ]
            + [{"by": "all", "group": "all", "band": b, "people": int(table[:, b].sum())} for b in range(3)]
        )
        parts = np.moveaxis(place, other, -1)
        for row in suppress(cells).itertuples():
            behind = parts[:, row.band] if row.by == "all" else parts[row.group, row.band]
            (published if row.shown else secrets).append(behind.ravel())
    rows = cube.sum(axis=(1, 2))
    published += [place[g].ravel() for g in np.flatnonzero(~withheld_parts(rows))] + [place.ravel()]
    if cube.sum() < 10:
        return

    for secret in secrets:
        if 0 < cube.ravel()[secret].sum() < 10:
            assert most(cube.ravel(), published, secret) >= 10 - 1e-6


@given(st.lists(SPARSE, min_size=1, max_size=12), st.integers(2, 12))
def test_withheld_parts_hide_each_other(counts, threshold):
    """What is withheld is nothing, or two parts and more with enough people; nothing small is shown."""
    count = np.array(counts)
    hidden = withheld_parts(count, threshold)

    assert not ((count > 0) & (count < threshold) & ~hidden).any()
    if count.sum() >= threshold and hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        assert count[hidden].sum() >= threshold
        assert count[hidden].sum() > hidden.sum()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([30, 20], [False, False]),
        ([30, 0, 20], [False, False, False]),
        ([4, 26, 30], [True, True, False]),
        ([6, 5, 30], [True, True, False]),
        ([6, 3, 30, 12], [True, True, False, True]),
        ([4, 0, 30], [True, False, True]),
        ([4, 3, 0], [True, True, True]),
        ([1] * 10 + [15, 40], [True] * 11 + [False]),
    ],
)
def test_parts_worked_by_hand(counts, expected):
    """A zero is shown, the smallest other part is the complement, ten parts of ten people are not enough."""
    assert withheld_parts(counts).tolist() == expected


def test_complement_of_a_band_is_its_neighbour():
    """Where parts have an order, 3 who gain most are hidden with the 16 who gain less, not with the 12 who lose."""
    assert withheld_parts([12, 20, 24, 16, 3], ordered=True).tolist() == [False, False, False, True, True]
    assert withheld_parts([0, 24, 0, 4, 0, 30], ordered=True).tolist() == [
        False,
        True,
        False,
        True,
        False,
        False,
    ]


def test_block_grows_until_its_own_sums_are_large():
    """One cell of 3 needs a second row and column, and more while a sum of the block stays under ten."""
    table = [[3, 4, 20, 30], [5, 12, 25, 30], [40, 50, 60, 70]]

    assert withheld_block(table).astype(int).tolist() == [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0]]


def test_zero_is_shown_outside_the_block():
    """Nobody of grade A loses: that is said, since nothing around it is withheld."""
    cells = pd.DataFrame(
        [
            ("all", "all", "loses", 30),
            ("all", "all", "same", 90),
            ("grade", "A", "loses", 0),
            ("grade", "A", "same", 40),
            ("grade", "B", "loses", 30),
            ("grade", "B", "same", 50),
        ],
        columns=["by", "group", "band", "people"],
    )

    assert suppress(cells)["shown"].all()


def test_sum_over_regions_stands_only_where_it_hides_each_of_them():
    """One region that withholds, or two of which HR of either knows one, would be found by subtraction."""
    parts = pd.DataFrame(
        [
            ("alone", 7, False),
            ("alone", 50, True),
            ("complement", 15, False),
            ("complement", 50, True),
            ("two", 40, False),
            ("two", 6, False),
            ("nine", 4, False),
            ("nine", 5, False),
            ("nine", 30, False),
            ("ten", 4, False),
            ("ten", 6, False),
            ("ten", 30, False),
            ("open", 12, True),
            ("nobody", 0, False),
            ("nobody", 30, True),
        ],
        columns=["band", "people", "shown"],
    )

    assert pooled(parts, ["band"]).to_dict() == {
        "alone": False,
        "complement": False,
        "two": False,
        "nine": False,
        "ten": True,
        "open": True,
        "nobody": True,
    }


def test_counts_of_nearly_the_same_people():
    """Two counts shown never differ by 1 to 9, and none is 1 to 9 itself; a zero concerns nobody."""
    assert apart([60, 58, 50, 41, 5, 0]) == [True, False, True, False, False, True]
    assert apart([0, 60]) == [True, True]


@given(st.lists(st.floats(-200, 300), max_size=200), st.integers(2, 12))
def test_bins_hold_enough_people_and_everybody(values, threshold):
    """Each bin is large enough, the bins join up, everybody is in one, and edges are round numbers."""
    bins = merged_bins(values, threshold)
    if len(values) < threshold:
        assert bins.empty
        return

    assert bins["people"].min() >= threshold
    assert bins["people"].sum() == len(values)
    assert bins["upper"].tolist()[:-1] == bins["lower"].tolist()[1:]
    assert (bins["upper"] > bins["lower"]).all()
    assert (bins[["lower", "upper"]].to_numpy() % 1 == 0).all()
    assert bins["lower"].iloc[0] % 50 == 0
    assert bins["upper"].iloc[-1] % 50 == 0
    for row in bins.iloc[:-1].itertuples():
        assert sum(row.lower <= each < row.upper for each in values) == row.people


def test_bins_worked_by_hand():
    """Twenty at 71-80 and ten far out: width 5 is the narrowest that leaves ten in the bin between."""
    values = [71] * 12 + [76] * 11 + [-30] * 3 + [82] * 10

    assert merged_bins(values).values.tolist() == [[-50, 75, 15], [75, 80, 11], [80, 100, 10]]
