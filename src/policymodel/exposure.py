"""How much of a withheld count the published sums give away: an attack by linear programming, before a reader's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from policymodel.disclosure import SMALLEST_CELL, Counts

Table = NDArray[np.float64]
EXACT = 1e-6


def given_away(
    people: ArrayLike, published: Sequence[Counts], secrets: Sequence[Counts], threshold: int = SMALLEST_CELL
) -> int | None:
    """The place of a withheld sum of which a reader can tell that it is under the threshold; None if all stay open.

    `people` are the finest cells; `published` and `secrets` say by place which of them each sum is made of. A
    secret stays open if there is a witness: other counts of zero or more with the same published sums, in which
    it is `threshold` or more. Then no subtraction of published sums can have the secret as its answer.

    Two rows of 30 in three columns of 20: any cell could hold ten, but not once the rest of its row is known.

    >>> rows, columns = [np.arange(3), np.arange(3, 6)], [np.array([c, c + 3]) for c in range(3)]
    >>> given_away([4, 10, 16, 16, 10, 4], [*rows, *columns], [np.array([0])])
    >>> given_away([4, 10, 16, 16, 10, 4], [*rows, *columns, np.array([1, 2])], [np.array([0])])
    0
    """
    cells = np.asarray(people, dtype=np.float64)
    known, hidden = _members(published, cells.size), _members(secrets, cells.size)
    totals = known @ cells
    is_open = np.zeros(len(secrets), dtype=np.bool_)
    while not is_open.all():
        # One witness serves many secrets at once; when it serves no more of them, each is tried by itself.
        before = is_open.sum()
        is_open |= hidden @ _largest(hidden[~is_open], known, totals, threshold) >= threshold - EXACT
        if is_open.sum() == before:
            one = int(np.argmin(is_open))
            is_open |= hidden @ _largest(hidden[[one]], known, totals, threshold) >= threshold - EXACT
            if not is_open[one]:
                return one
    return None


def _members(sums: Sequence[Counts], size: int) -> Table:
    """Which cells belong to each sum, as a table of 0 and 1."""
    table = np.zeros((len(sums), size))
    for row, part in enumerate(sums):
        table[row, part] = 1.0
    return table


def _largest(secrets: Table, known: Table, totals: Table, threshold: int) -> Table:
    """Counts with the published totals that bring the secrets as near to the threshold as they can be together."""
    count, size = secrets.shape
    found = linprog(
        np.append(np.zeros(size), -np.ones(count)),
        A_eq=np.hstack([known, np.zeros((len(known), count))]),
        b_eq=totals,
        A_ub=np.hstack([-secrets, np.eye(count)]),
        b_ub=np.zeros(count),
        bounds=[(0, None)] * size + [(0, threshold)] * count,
    )
    # The true counts fit, so there always is an answer.
    assert found.status == 0, found.message
    witness: Table = found.x[:size]
    return witness
