"""What may stand on a page: nothing about fewer people than the smallest cell, nor what subtraction reveals.

A count of 1 to 9 (under the threshold of 10) is withheld, and with it as many others as it takes. A zero is shown
where nothing around it is withheld: it is about nobody. The method and its limits are in
docs/method/disclosure.md; the functions here only say what is shown, they change no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

SMALLEST_CELL = 10
WIDTHS = (1, 2, 5, 10, 20, 50, 100)
OUTER = 50


def withheld_parts(
    counts: ArrayLike, threshold: int = SMALLEST_CELL, also: ArrayLike = False, *, ordered: bool = False
) -> Mask:
    """Which parts of a known total are withheld: the small ones, and the smallest others as complement.

    What is withheld together has at least two parts, at least `threshold` people, and more people than
    parts (ten parts known to hold ten people are one each). Under the threshold in all, everything is. Where the
    parts have an order the complement is taken from next to what is withheld: the sum then has a meaning.

    >>> withheld_parts([3, 30, 12, 25]).tolist(), withheld_parts([3, 30, 12, 25], ordered=True).tolist()
    ([True, False, True, False], [True, True, False, False])
    """
    count = np.asarray(counts, dtype=np.int64)
    if count.sum() < threshold:
        return np.ones(count.size, dtype=np.bool_)
    hidden = _small(count, threshold) | np.broadcast_to(np.asarray(also, dtype=np.bool_), count.shape)
    while hidden.any() and not _hides(count[hidden], threshold):
        near = ~hidden & (count > 0)
        if ordered:
            beside = near & (np.append(hidden[1:], False) | np.append(False, hidden[:-1]))
            near = beside if beside.any() else near
        left = np.flatnonzero(near if near.any() else ~hidden)
        if left.size == 0:
            break
        hidden[left[np.argmin(count[left])]] = True
    return hidden


def _small(count: Counts, threshold: int) -> Mask:
    return (count > 0) & (count < threshold)


def _hides(parts: Counts, threshold: int) -> bool:
    """Whether a known sum says too little about the parts it was made of."""
    total = int(parts.sum())
    return parts.size > 1 and total >= threshold and total > parts.size


def withheld_block(table: ArrayLike, threshold: int = SMALLEST_CELL, also: ArrayLike = False) -> Mask:
    """Which cells of a two-way table are withheld when every row's and column's total is known.

    The withheld cells are a whole block: some rows x some columns, zeros and large cells too. What the totals
    then reveal are the block's own row and column sums, and each of these is 0 or at least the threshold.
    So each cell of the block could, for all a reader can tell, hold any number up to the smaller of the two.
    Every total must itself be 0 or at least the threshold.

    >>> withheld_block([[2, 30, 18], [50, 80, 33], [15, 70, 9]]).astype(int).tolist()
    [[1, 0, 1], [0, 0, 0], [1, 0, 1]]
    """
    count = np.asarray(table, dtype=np.int64)
    first = _small(count, threshold) | np.broadcast_to(np.asarray(also, dtype=np.bool_), count.shape)
    rows, columns = np.logical_or.reduce(first, axis=1), np.logical_or.reduce(first, axis=0)
    while True:
        thin_rows = rows & _small(count[:, columns].sum(axis=1), threshold)
        thin_columns = columns & _small(count[rows].sum(axis=0), threshold)
        if thin_rows.any():
            row = int(np.argmax(thin_rows))
            columns[_smallest(count[row], ~columns)] = True
        elif thin_columns.any():
            column = int(np.argmax(thin_columns))
            rows[_smallest(count[:, column], ~rows)] = True
        else:
            block: Mask = rows[:, None] & columns
            return block


def _smallest(count: Counts, where: Mask) -> int:
    """The place of the smallest count that is not zero; there is one wherever the total is large enough."""
    left = np.flatnonzero(where & (count > 0))
    return int(left[np.argmin(count[left])])


def suppress(
    cells: pd.DataFrame, threshold: int = SMALLEST_CELL, also: pd.Series | None = None
) -> pd.DataFrame:
    """Counts of the same people by band, for everybody and by grade, outlet …, with `shown`.

    `cells` has by, group, band, people; the rows with by = all are the totals of every other table, and each
    group's own total counts as known where `shown_groups` shows it. A band withheld for everybody is withheld
    in every group, and a group too small to name in every band; both are then one column and one row of the
    table that `withheld_block` protects. `also` marks cells that must be withheld for another reason.

    >>> cells = pd.DataFrame({"by": "all", "group": "all", "band": ["a", "b", "c"], "people": [4, 40, 30]})
    >>> suppress(cells)["shown"].tolist()
    [False, False, True]
    """
    marked = cells.assign(also=False if also is None else also, place=np.arange(len(cells)))
    shown = np.zeros(len(cells), dtype=np.bool_)
    everybody = marked[marked["by"] == "all"]
    if everybody["people"].sum() < threshold:
        return cells.assign(shown=shown)
    no_band = withheld_parts(everybody["people"], threshold, everybody["also"], ordered=True)
    shown[everybody["place"]] = ~no_band
    bands = everybody["band"].tolist()
    for _, rows in marked[marked["by"] != "all"].groupby("by", sort=False):
        wide = rows.pivot(index="group", columns="band", values=["people", "also", "place"])
        people, marks, place = (
            wide[each][bands].to_numpy(dtype=np.int64) for each in ("people", "also", "place")
        )
        no_group = withheld_parts(people.sum(axis=1), threshold, marks.all(axis=1))
        hidden = no_group[:, None] | no_band | _block(people, marks, no_group, no_band, threshold)
        shown[place] = ~hidden
    return cells.assign(shown=shown)


def _block(people: Counts, marks: Counts, no_group: Mask, no_band: Mask, threshold: int) -> Mask:
    """The block to withhold once the groups and bands withheld altogether are one row and one column."""
    row = np.where(no_group, (~no_group).sum(), np.cumsum(~no_group) - 1)
    column = np.where(no_band, (~no_band).sum(), np.cumsum(~no_band) - 1)
    joined = np.zeros((row.max() + 1, column.max() + 1), dtype=np.int64)
    np.add.at(joined, (row[:, None], column), people)
    also = np.zeros(joined.shape, dtype=np.bool_)
    np.logical_or.at(also, (row[:, None], column), (marks > 0) & ~no_group[:, None] & ~no_band)
    return withheld_block(joined, threshold, also)[row[:, None], column]


def shown_groups(
    groups: pd.DataFrame, threshold: int = SMALLEST_CELL, also: pd.Series | None = None
) -> pd.Series:
    """Which groups of people may be named with a figure: by, group, people; by = all is their total.

    >>> groups = pd.DataFrame({"by": ["all", "grade", "grade", "grade"], "people": [60, 4, 26, 30]})
    >>> shown_groups(groups).tolist()
    [True, False, False, True]
    """
    marked = groups.assign(also=False if also is None else also)
    hidden = pd.Series(False, index=groups.index)
    for _, rows in marked.groupby("by", sort=False):
        hidden[rows.index] = withheld_parts(rows["people"], threshold, rows["also"])
    return ~hidden


def pooled(parts: pd.DataFrame, keys: Sequence[str], threshold: int = SMALLEST_CELL) -> pd.Series:
    """Whether a sum over regions may stand beside the regions' own pages: one value for each of the keys.

    `parts` has the keys, people and shown, a row for each region. The sum tells a reader what the regions that
    withhold the cell hold together, and HR of one of them what the others hold: it is shown where there are none
    of them, or several with enough people whichever of them is known.

    >>> parts = pd.DataFrame({"item": "a", "people": [6, 7, 8, 50], "shown": [False, False, False, True]})
    >>> pooled(parts, ["item"]).tolist(), pooled(parts[1:], ["item"]).tolist()
    ([True], [False])
    """
    hidden = parts["people"].where(~parts["shown"].astype(bool))
    grouped = hidden.groupby([parts[key] for key in keys], sort=False)
    return grouped.agg(lambda people: _hide_each_other(people.dropna().to_numpy(dtype=np.int64), threshold))


def _hide_each_other(parts: Counts, threshold: int) -> bool:
    """Whether a known sum says too little about its parts, also to somebody who knows the largest of them."""
    return not parts.sum() or _hides(np.sort(parts)[:-1], threshold)


def apart(counts: Iterable[int], known: Iterable[int] = (), threshold: int = SMALLEST_CELL) -> list[bool]:
    """Which counts of nearly the same people may stand beside each other.

    60 people with a figure beside 58 would say that two are without. Counts equal to one that is known, or
    different enough from all that are shown, are shown; the others are not, and a count of 1 to 9 never is.

    >>> apart([60, 58, 41, 60], known=[60])
    [True, False, True, True]
    """
    kept = set(known)
    values = [int(count) for count in counts]
    for value in sorted(set(values) - kept, reverse=True):
        if all(abs(value - other) >= threshold for other in kept) and not 0 < value < threshold:
            kept.add(value)
    return [value in kept for value in values]


def merged_bins(
    values: ArrayLike, threshold: int = SMALLEST_CELL, widths: Sequence[int] = WIDTHS, outer: int = OUTER
) -> pd.DataFrame:
    """A distribution in bins of at least `threshold` people: lower (included), upper (not included), people.

    The narrowest round width is taken at which every bin between the two outermost is large enough; the
    outermost take in whoever lies beyond, and their far edges are rounded outward to a multiple of `outer`,
    so that they are not one person's value (the last bin includes it). Too few people for one bin: no rows.

    >>> merged_bins([62, 71, 75, 78, 84, 88], threshold=2).values.tolist()
    [[50.0, 75.0, 2.0], [75.0, 80.0, 2.0], [80.0, 100.0, 2.0]]
    """
    number = np.asarray(values, dtype=np.float64)
    if number.size < threshold:
        return pd.DataFrame({"lower": [], "upper": [], "people": []}).astype({"people": "int64"})
    cuts: list[float] = []
    for width in widths:
        edges = np.arange(np.floor(number.min() / width) + 1, np.floor(number.max() / width) + 1) * width
        below = np.searchsorted(np.sort(number), edges)
        inner = edges[(below >= threshold) & (number.size - below >= threshold)].tolist()
        if inner and _bin(number, inner).min() >= threshold:
            cuts = inner
            break
    lower = [float(np.floor(number.min() / outer) * outer), *cuts]
    far = float(np.ceil(number.max() / outer) * outer)
    upper = [*cuts, far if far > lower[-1] else far + outer]
    return pd.DataFrame({"lower": lower, "upper": upper, "people": _bin(number, cuts)})


def _bin(number: NDArray[np.float64], cuts: Sequence[float]) -> Counts:
    return np.bincount(np.searchsorted(cuts, number, side="right"), minlength=len(cuts) + 1)
