"""Awards by place, of all groups of peers at once: only those who may have an award are put in order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.scheme.algebra import Award, Awards
from policymodel.scheme.evaluation.values import Numbers, Statuses, Values
from policymodel.statistics.ranking import EQUAL_WITHIN

Codes = NDArray[np.int64]
InTurn = Callable[[Awards, Values, Codes, Codes | None], Values]
FULLEST = 4
"""A table of groups may be so many times as large as what stands in it."""


def awards(node: Awards, of: Values, peers: Codes, in_turn: InTurn) -> Values:
    """The award of each place counted from the first, where nobody's number is missing.

    The groups stand one below the other in a table. Of each the numbers that reach its last place with an award are
    put in order, and a group in which the next one is as good as equal to these goes `in_turn`.
    """
    everybody = not of.status.any() and peers.min(initial=0) >= 0
    values = of.number if of.number.shape == peers.shape else np.broadcast_to(of.number, peers.shape)
    ranked = None if everybody else (peers >= 0) & np.broadcast_to(of.ok, peers.shape)
    number = np.zeros(peers.shape)
    status = np.zeros(peers.shape, dtype=np.uint8) if ranked is None else _statuses(ranked)
    last = max(award.last for award in node.awards)
    for period, codes in enumerate(peers):
        value = values[period] if node.best == "highest" else -values[period]
        if ranked is not None:
            value = np.where(ranked[period], value, -np.inf)
        laid = _laid_out(value, codes)
        if laid is None:
            return in_turn(node, of.over(peers.shape), peers, None)
        table, place = laid
        reached = _reached(table, last) if table.size else table > 0
        if reached is None:
            return in_turn(node, of.over(peers.shape), peers, None)
        found = np.flatnonzero(reached)
        if not found.size:
            continue
        who = found if place is None else place.reshape(-1)[found]
        if _all_alike(node, reached, last):
            number[period, who] = float(node.awards[0].amount)
        else:
            number[period, who] = _paid(node, found // table.shape[1], table.reshape(-1)[found])
    return Values(number, status)


def the_same(node: Awards, values: Numbers, width: int, out: Numbers) -> bool:
    """The award of groups of one size that stand beside each other, where whoever has one has the same; into `out`.

    False where it takes more than to see who reaches the last place; what is in `out` is then nothing.
    """
    if any(each.from_the_end for each in node.awards):
        return False
    table = values.reshape(-1, width)
    last = max(award.last for award in node.awards)
    reached = _reached(table if node.best == "highest" else -table, last)
    if reached is None or not _all_alike(node, reached, last):
        return False
    np.multiply(reached, float(node.awards[0].amount), out=out.reshape(-1, width))
    return True


def _all_alike(node: Awards, reached: NDArray[np.bool_], last: int) -> bool:
    """Whether whoever reaches the last place has one and the same award, whatever the order."""
    if len(node.awards) > 1 or node.awards[0].first > 1:
        return False
    return node.ties == "all_get_the_better" or bool((np.count_nonzero(reached, axis=1) <= last).all())


def _statuses(ranked: NDArray[np.bool_]) -> Statuses:
    return np.where(ranked, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.uint8)


def _laid_out(value: Numbers, codes: Codes) -> tuple[Numbers, Codes | None] | None:
    """The groups' numbers one below the other, and where each stands (None: as they come).

    Nothing where most of the table would be empty.
    """
    if width := of_equal_size(codes):
        return value.reshape(-1, width), None
    steps = np.diff(codes)
    order: Codes | None = None
    if steps.min(initial=0) < 0:
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        steps = np.diff(codes)
    nobodys = int(np.searchsorted(codes, 0))
    people = codes.size - nobodys
    counts = np.diff(np.flatnonzero(steps[nobodys:] != 0) + 1, prepend=0, append=people)
    width = int(counts.max())
    if counts.size * width > FULLEST * people:
        return None
    order = np.arange(nobodys, codes.size) if order is None else order[nobodys:]
    there = np.arange(width) < counts[:, None]
    table, place = np.full(there.shape, -np.inf), np.zeros(there.shape, dtype=np.int64)
    table[there], place[there] = value[order], order
    return table, place


def of_equal_size(codes: Codes) -> int:
    """How many are in each group, where all have as many and stand beside each other in order; else 0.

    >>> [of_equal_size(np.array(codes)) for codes in ([2, 2, 5, 5], [2, 2, 5, 5, 5], [-1, -1])]
    [2, 0, 0]
    """
    width = int(np.searchsorted(codes, codes[0], side="right")) if codes.size and codes[0] >= 0 else 0
    if width == 0 or codes.size % width:
        return 0
    table = codes.reshape(-1, width)
    alike = (table == table[:, :1]).all() and (table[1:, 0] > table[:-1, 0]).all()
    return width if alike else 0


def _reached(table: Numbers, last: int) -> NDArray[np.bool_] | None:
    """What reaches each row's last place with an award; None where what does not is as good as equal to it."""
    at = table.shape[1] - last
    if at <= 0:
        return np.asarray(table > -np.inf)
    ends = np.partition(table, at, axis=1)
    cut, after = ends[:, at, None], ends[:, :at].max(axis=1)[:, None]
    reached: NDArray[np.bool_] = table >= cut
    lowest = after.min()
    if lowest > -np.inf and (cut - after).min() > EQUAL_WITHIN * max(cut.max(), -lowest):
        # Mostly no group has two that could be taken for equal there.
        return reached
    if (after == cut).any():
        after = np.max(table, axis=1, where=~reached, initial=-np.inf)[:, None]
    if not (after > -np.inf).all():
        # Fewer than so many have a number: there is no next one.
        after = np.where(after > -np.inf, after, cut - np.abs(cut) - 1)
        after = np.where(cut > -np.inf, after, 0.0)
        cut = np.where(cut > -np.inf, cut, 1.0)
        reached &= table > -np.inf
    near = cut - after <= EQUAL_WITHIN * np.maximum(np.abs(cut), np.abs(after))
    return None if near.any() else reached


def _paid(node: Awards, group: Codes, value: Numbers) -> Numbers:
    """What the best of each group are paid, in the order given."""
    order = np.lexsort((-value, group))
    group, value = group[order], value[order]
    size = np.abs(value)
    other = np.diff(group) != 0
    apart = other | (np.abs(np.diff(value)) > EQUAL_WITHIN * np.maximum(size[1:], size[:-1]))
    start = np.concatenate([[True], other])
    rank = np.arange(value.size) - np.flatnonzero(start)[np.cumsum(start) - 1]
    begins = np.flatnonzero(np.concatenate([[True], apart]))
    tied = np.diff(begins, append=value.size)
    best = np.repeat(rank[begins] + 1, tied)
    worst = np.repeat(rank[begins] + tied, tied)
    amounts = np.empty(value.size)
    amounts[order] = shared(node.ties, paid(node.awards, int(worst.max())), best, worst)
    return amounts


def paid(given: tuple[Award, ...], people: int) -> Numbers:
    """The award of each place among so many people; a place from the first wins over one from the last."""
    found = np.zeros(people)
    for award in sorted(given, key=lambda each: each.from_the_end)[::-1]:
        if award.from_the_end:
            found[max(people - award.last, 0) : max(people + 1 - award.first, 0)] = float(award.amount)
        else:
            found[award.first - 1 : award.last] = float(award.amount)
    return found


def shared(ties: str, given: Numbers, best: Codes, worst: Codes) -> Numbers:
    """The awards of those who fill the places from best to worst."""
    if ties == "all_get_the_better":
        return given[best - 1]
    if ties == "all_get_the_worse":
        return given[worst - 1]
    total = np.concatenate([[0.0], np.cumsum(given)])
    shares: Numbers = (total[worst] - total[best - 1]) / (worst - best + 1)
    return shares
