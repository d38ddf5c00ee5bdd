"""Whether published sums give a withheld count away: an attack by linear programming, before a reader's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

from policymodel.disclosure import SMALLEST_CELL, Counts

EXACT = 1e-6
NOBODY = ""
"""The reader who holds the pages and nothing else."""


@dataclass
class Kept:
    """A withheld sum: its cells, whose it is ("" where it is several regions'), and what shows that it stays open."""

    cells: Counts
    region: str
    witnesses: list[NDArray[np.float64]] = field(default_factory=list)


class Readers:
    """Everybody who may hold all pages: with nothing else, or with every figure of one region, as its HR has.

    `people` are the finest cells, `regions` whose each is. What is published and what is kept are sums of cells, by
    their places. A figure is admitted if after it no reader can tell of anything kept that it is under the threshold;
    what is kept of their own region its HR knows anyway. Of several regions' sums it knows its own part, and the rest
    holds other regions' kept parts.

    Two regions hide 6 and 7 people; HR of either takes its own from their sum, and has the other's. With a third it
    cannot:

    >>> two, three = Readers([6, 7], ["a", "b"]), Readers([6, 7, 8], ["a", "b", "c"])
    >>> for each in (two, three):
    ...     for place in range(len(each.people)):
    ...         each.keep([place])
    >>> two.admits([0, 1]), three.admits([0, 1, 2])
    (False, True)
    """

    def __init__(self, people: ArrayLike, regions: Sequence[str], threshold: int = SMALLEST_CELL) -> None:
        self.people = np.asarray(people, dtype=np.int64)
        self.regions = np.asarray(regions, dtype=object)
        self.threshold = threshold
        self.published: list[Counts] = []
        self.kept: list[Kept] = []

    def publish(self, part: ArrayLike) -> None:
        """Let a figure in: from now on every reader knows it."""
        cells = np.asarray(part, dtype=np.int64)
        self.published.append(cells)
        for each in self.kept:
            each.witnesses = [moved for moved in each.witnesses if abs(moved[cells].sum()) < EXACT]

    def keep(self, part: ArrayLike) -> None:
        """Protect a figure that is withheld, if it is about 1 to 9 people."""
        cells = np.asarray(part, dtype=np.int64)
        if 0 < self.people[cells].sum() < self.threshold:
            owners = set(self.regions[cells])
            self.kept.append(Kept(cells, owners.pop() if len(owners) == 1 else ""))

    def admits(self, part: ArrayLike) -> bool:
        """Whether everything kept stays open to every reader once this figure is known too."""
        cells = np.asarray(part, dtype=np.int64)
        known = [*self.published, cells]
        regions = [str(each) for each in dict.fromkeys(self.regions)]
        return all(
            self._is_open(each, reader, known)
            for each in self.kept
            for reader in ([NOBODY, *regions] if each.region else [NOBODY])
            if reader != each.region
        )

    def _is_open(self, kept: Kept, reader: str, known: Sequence[Counts]) -> bool:
        """Whether a reader must reckon with ten people or more in something kept."""
        mine = self.regions == reader
        for moved in kept.witnesses:
            if not moved[mine].any() and abs(moved[known[-1]].sum()) < EXACT:
                return True
        found = witness(self.people, known, kept.cells, self.threshold, np.flatnonzero(mine))
        if found is None:
            return False
        kept.witnesses.append(found)
        return True


def witness(
    people: ArrayLike,
    published: Sequence[ArrayLike],
    secret: ArrayLike,
    threshold: int = SMALLEST_CELL,
    own: ArrayLike = (),
) -> NDArray[np.float64] | None:
    """How the people of all cells might be moved so that every published sum stays and the secret is large enough.

    `people` are the finest cells; each sum says by place which of them it is made of, and the cells that are somebody's
    `own` do not move. As few are moved as can be. None where there is no such way: a reader can then tell that the
    secret is under the threshold. Where there is one, no sum or difference of published sums has it as its answer.

    Two rows of 30 in three columns of 20: any cell could hold ten, but not once the rest of its row is known.

    >>> rows, columns = [np.arange(3), np.arange(3, 6)], [np.array([c, c + 3]) for c in range(3)]
    >>> round(float(witness([4, 10, 16, 16, 10, 4], [*rows, *columns], [0])[0]), 6)
    6.0
    >>> witness([4, 10, 16, 16, 10, 4], [*rows, *columns, [1, 2]], [0]) is None
    True
    """
    cells = np.asarray(people, dtype=np.float64)
    free = np.ones(cells.size)
    free[np.asarray(own, dtype=np.int64)] = 0
    where = np.asarray(secret, dtype=np.int64)
    lacking = threshold - cells[where].sum()
    nothing = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([nothing, *(np.full(np.size(part), row) for row, part in enumerate(published))])
    places = np.concatenate([nothing, *(np.asarray(part, dtype=np.int64) for part in published)])
    shape = (len(published), cells.size)
    sums = coo_array((np.ones(rows.size), (rows, places)), shape).tocsr()
    wanted = coo_array((np.ones(where.size), (np.zeros(where.size, dtype=np.int64), where)), (1, cells.size))
    most = cells.sum() + threshold
    # What comes and what goes, cell by cell: no cell loses more than it has.
    found = linprog(
        np.ones(2 * cells.size),
        A_eq=hstack([sums, -sums]) if len(published) else None,
        b_eq=np.zeros(len(published)) if len(published) else None,
        A_ub=hstack([-wanted, wanted]),
        b_ub=[-lacking],
        bounds=np.column_stack([np.zeros(2 * cells.size), np.concatenate([free * most, free * cells])]),
    )
    if found.status != 0:
        return None
    moved: NDArray[np.float64] = found.x[: cells.size] - found.x[cells.size :]
    moved[np.abs(moved) < EXACT] = 0
    return moved
