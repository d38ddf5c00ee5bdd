"""Germs among peers: one statistic for all, places, awards, the sum over the people led."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.margins.carrying import gather
from policymodel.margins.germs import Flags, Germ, Path, constant, join, level, nothing, side_of
from policymodel.margins.order import Order, across
from policymodel.margins.statistic import statistic_of
from policymodel.scheme.algebra import Awards, OverPeers, Rank
from policymodel.scheme.evaluation.contest import paid as paid_at
from policymodel.scheme.evaluation.values import RANK, Numbers, Values, worst

Members = NDArray[np.int64]
Codes = NDArray[np.int64]
NOW = np.zeros(1, dtype=np.int64)


class _Table:
    """A whole [scene, period, manager] germ, filled group by group; who is in no group has nothing."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        path = Path(np.full(shape, np.inf), np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=bool))
        status = np.full(shape, Status.NOT_APPLICABLE, dtype=np.uint8)
        still = np.ones(shape, dtype=bool)
        self.germ = Germ(np.zeros(shape), np.zeros(shape), np.zeros(shape), status, still, path)

    def put(self, scenes: Members, period: int, people: Members, germ: Germ) -> None:
        """Write a germ [scene, 1, person] (or one number a scene) to the people of a group."""
        place = np.ix_(scenes, np.array([period]), people)
        shape = (scenes.size, 1, people.size)
        germ = germ.over(shape)
        for name in ("number", "slope", "bend", "status", "straight"):
            getattr(self.germ, name)[place] = getattr(germ, name)
        for name in ("reach", "branch", "capped"):
            getattr(self.germ.path, name)[place] = getattr(germ.path, name)


def over_peers(node: OverPeers, parts: Sequence[Germ], who: Germ | None, peers: NDArray[np.int64]) -> Germ:
    """The statistic of each group of peers, at every one of them."""
    shape = np.broadcast_shapes(
        (1, *peers.shape), *(each.shape for each in parts), who.shape if who else (1, 1, 1)
    )
    parts = [each.over(shape) for each in parts]
    chosen = who.over(shape) if who is not None else None
    table = _Table(shape)
    for period, people in _groups(peers):
        here = (slice(None), slice(period, period + 1), people)
        mine = [each.at(here) for each in parts]
        status, counts = worst([each.status for each in mine]), np.ones(mine[0].shape, dtype=bool)
        paths = [each.path for each in mine]
        if chosen is not None:
            asked = chosen.at(here)
            counts = ~asked.values.ok | (side_of(asked, constant(0.0))[0] != 0)
            status = np.where(counts, worst([status, asked.status]), Status.MEASURED).astype(np.uint8)
            paths.append(asked.path)
        path = across(join(paths))
        lost, use = counts & (RANK[status] > RANK[Status.NOT_APPLICABLE]), counts & (RANK[status] == 0)
        for scenes, used in _alike(use):
            if node.missing == "refuse" and lost[scenes].any():
                found = nothing(status[scenes][lost[scenes]].max())
            else:
                found = statistic_of(node, [each.at(np.ix_(scenes, NOW, used)) for each in mine])
            table.put(scenes, period, people, found.on(join([_of_scenes(path, scenes), found.path])))
    return table.germ


def rank(node: Rank, of: Germ, peers: Codes, units: Codes | None) -> Germ:
    """Each person's place among peers who have a number."""

    def place(order: Order) -> Numbers:
        best, last, together = order.places(node.best)
        places = {
            "best_place": best,
            "mean_place": (best + last) / 2,
            "worst_place": last,
            "next_place": together,
        }
        chosen = np.asarray(places[node.ties], dtype=np.float64)
        return chosen / order.group.shape[-1] if node.shown_as == "share" else chosen

    return _placed(of, peers, units, node.missing, place)


def awards(node: Awards, of: Germ, peers: Codes, units: Codes | None) -> Germ:
    """The award of each person's place; tied people share places as the scheme says."""

    def amount(order: Order) -> Numbers:
        best, last, _ = order.places(node.best)
        people = order.group.shape[-1]
        paid = paid_at(node.awards, people)
        if node.ties == "all_get_the_better":
            return paid[best - 1]
        if node.ties == "all_get_the_worse":
            return paid[last - 1]
        running = np.concatenate([[0.0], np.cumsum(paid)])
        shared: Numbers = (running[last] - running[best - 1]) / (last - best + 1)
        return shared

    return _placed(of, peers, units, node.missing, amount)


def _placed(
    of: Germ, peers: Codes, units: Codes | None, missing: str, worth: Callable[[Order], Numbers]
) -> Germ:
    """What each person's or unit's place is worth; places do not move until somebody is met."""
    shape = np.broadcast_shapes((1, *peers.shape), of.shape)
    of, table = of.over(shape), _Table(shape)
    for period, people in _groups(peers):
        mine = of.at((slice(None), slice(period, period + 1), people))
        for scenes, used in _alike(mine.values.ok):
            lost = mine.values.missing[scenes]
            if missing == "refuse" and lost.any():
                path = _of_scenes(across(mine.path), scenes)
                table.put(scenes, period, people, nothing(mine.status[scenes][lost].max()).on(path))
                continue
            if used.size == 0:
                # Nobody has a number, so nobody has a place.
                continue
            placed = np.arange(people.size)[used]
            whose = np.arange(placed.size)
            if units is not None:
                _, first, whose = np.unique(
                    units[period, people[used]], return_index=True, return_inverse=True
                )
                placed = placed[first]
            order = Order(mine.at(np.ix_(scenes, NOW, placed)))
            number = worth(order)[..., whose]
            known = Values(number, np.zeros(number.shape, dtype=np.uint8))
            table.put(scenes, period, people[used], level(known, order.path))
    return table.germ


def over_team(of: Germ, leaders: NDArray[np.int64], team: str) -> Germ:
    """The sum over the people who report to somebody; a missing value leaves the leader without a number."""
    of = of.over(np.broadcast_shapes(of.shape, (1, *leaders.shape)))
    rows, led, above = [], [], []
    for period in range(leaders.shape[0]):
        leader = leaders[period]
        member = np.flatnonzero(leader >= 0)
        head = leader[member]
        while member.size:
            rows.append(np.full(member.size, period))
            led.append(member)
            above.append(head)
            if team == "direct":
                break
            head = leader[head]
            member, head = member[head >= 0], head[head >= 0]
    row, member, head = (np.concatenate([[], *each]).astype(np.int64) for each in (rows, led, above))
    return gather(
        of.at((slice(None), row[None], member[None])), row, head, (leaders.shape[0], leaders.shape[1])
    )


def _groups(peers: NDArray[np.int64]) -> Iterator[tuple[int, Members]]:
    for period in range(peers.shape[0]):
        for code in np.unique(peers[period][peers[period] >= 0]):
            yield period, np.flatnonzero(peers[period] == code)


def _alike(use: Flags) -> Iterator[tuple[Members, Members]]:
    """Scenes in which the same people count, and who they are."""
    if (use == use[:1]).all():
        yield np.arange(use.shape[0]), np.flatnonzero(use[0, 0])
        return
    masks, code = np.unique(use[:, 0], axis=0, return_inverse=True)
    for index, mask in enumerate(masks):
        yield np.flatnonzero(code.reshape(-1) == index), np.flatnonzero(mask)


def _of_scenes(path: Path, scenes: Members) -> Path:
    return Path(path.reach[scenes], path.branch[scenes], path.capped[scenes])
