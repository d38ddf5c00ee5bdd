"""How much of a withheld count the published sums give away: an attack by linear programming, before a reader's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from policymodel.disclosure import SMALLEST_CELL, Counts

Table = NDArray[np.float64]
EXACT = 1e-6


class Readers:
    """Everybody who may hold all pages: with nothing else, or with every figure of one region, as its HR has.

    `people` are the finest cells, `regions` whose each is. What is published and what is kept are sums of cells, by
    their places. A figure is admitted if after it no reader can tell of anything kept that it is under the threshold;
    what is kept of their own region its HR knows anyway.

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
        self.threshold = threshold
        self.regions = np.asarray(regions, dtype=object)
        self.published: list[Counts] = []
        self.kept: list[Counts] = []

    def publish(self, part: ArrayLike) -> None:
        """Let a figure in: from now on every reader knows it."""
        self.published.append(np.asarray(part, dtype=np.int64))

    def keep(self, part: ArrayLike) -> None:
        """Protect a figure that is withheld, if it is about 1 to 9 people."""
        cells = np.asarray(part, dtype=np.int64)
        if 0 < self.people[cells].sum() < self.threshold:
            self.kept.append(cells)

    def admits(self, part: ArrayLike) -> bool:
        """Whether everything kept stays open to every reader once this figure is known too."""
        known = [*self.published, np.asarray(part, dtype=np.int64)]
        return all(
            given_away(self.people, [*known, *inside], secrets, self.threshold) is None
            for inside, secrets in self._readers()
        )

    def _readers(self) -> Iterator[tuple[list[Counts], list[Counts]]]:
        """What each reader knows besides the pages, and what must stay open to them."""
        owners = [frozenset(self.regions[each]) for each in self.kept]
        yield [], self.kept
        for region in dict.fromkeys(self.regions):
            others = [
                each
                for each, owner in zip(self.kept, owners, strict=True)
                if len(owner) == 1 and owner != {region}
            ]
            if others:
                yield [np.array([cell]) for cell in np.flatnonzero(self.regions == region)], others


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
