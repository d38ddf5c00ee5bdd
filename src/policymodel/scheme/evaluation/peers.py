"""Among peers: one statistic for all, places, awards, parts that add up; and sums over the people led."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from policymodel import statistics
from policymodel.history.measures import Status
from policymodel.scheme.algebra import Awards, OverPeers, Rank
from policymodel.scheme.evaluation import contest
from policymodel.scheme.evaluation.values import DUST, RANK, Numbers, Values, worst
from policymodel.units import Rounding, largest_remainder

Codes = NDArray[np.int64]

OF_ONE: dict[str, Callable[[Numbers, float], float]] = {
    "sum": lambda values, _: float(values.sum()),
    "count": lambda values, _: float(values.size),
    "mean": lambda values, _: float(values.mean()),
    "median": lambda values, _: statistics.median(values),
    "quantile": lambda values, at: statistics.quantile(values, at),
    "smallest": lambda values, _: float(values.min()),
    "largest": lambda values, _: float(values.max()),
    "standard_deviation": lambda values, _: statistics.standard_deviation(values, ddof=1),
    "standard_deviation_of_all": lambda values, _: statistics.standard_deviation(values, ddof=0),
    "gini": lambda values, _: statistics.gini(values),
    "gini_of_sample": lambda values, _: statistics.gini(values, form="sample"),
    "theil_t": lambda values, _: statistics.theil_t(values),
    "theil_l": lambda values, _: statistics.theil_l(values),
    "herfindahl": lambda values, _: statistics.herfindahl(values),
    "lorenz": lambda values, at: statistics.lorenz_at(values, at),
    "atkinson": lambda values, at: statistics.atkinson(values, at),
    "wolfson": lambda values, _: statistics.wolfson(values),
}
OF_SEVERAL: dict[str, Callable[[Numbers], float]] = {
    "kendall_tau_b": lambda rows: statistics.kendall_tau_b(rows[0], rows[1]),
    "spearman": lambda rows: statistics.spearman_rho(rows[0], rows[1]),
    "kendall_w": lambda rows: statistics.kendall_w(rows),
}
EMPTY = ("sum", "count")
SPREADS = (
    "standard_deviation",
    "standard_deviation_of_all",
    "gini",
    "gini_of_sample",
    "theil_t",
    "theil_l",
    "atkinson",
    "wolfson",
)
"""What is zero where all have the same."""


def over_peers(node: OverPeers, parts: list[Values], who: Values | None, peers: Codes) -> Values:
    """The statistic of each group of peers, at every one of them."""
    parts = [each.over(peers.shape) for each in parts]
    counts = np.ones(peers.shape, dtype=bool)
    status = worst(each.status for each in parts)
    if who is not None:
        chosen = who.over(peers.shape)
        counts = ~chosen.ok | (chosen.number != 0)
        status = worst([status, chosen.status])
    numbers = np.stack([each.number for each in parts])
    result = _nobody(peers)
    at = float(node.at) if node.at is not None else 0.0
    for period, here in groups_of(peers):
        mine = here[counts[period, here]]
        weighs = RANK[status[period, mine]]
        lost = mine[weighs > RANK[Status.NOT_APPLICABLE]]
        if lost.size and node.missing == "refuse":
            result.status[period, here] = status[period, lost].max()
            continue
        use = mine[weighs == 0]
        if not use.size and node.statistic not in EMPTY:
            continue
        rows = numbers[:, period, use]
        try:
            value = (
                OF_SEVERAL[node.statistic](rows)
                if node.statistic in OF_SEVERAL
                else OF_ONE[node.statistic](rows[0], at)
            )
        except statistics.Undefined:
            # The statistic is not defined for these values (a Gini of a negative sum): it does not apply.
            continue
        if node.statistic in SPREADS and np.ptp(rows[0]) <= DUST * np.abs(rows[0]).max():
            value = 0.0
        if np.isfinite(value):
            result.number[period, here] = value
            result.status[period, here] = Status.MEASURED
    return result


def rank(node: Rank, of: Values, peers: Codes, units: Codes | None) -> Values:
    """Each person's or unit's place among those who have a number."""
    of = of.over(peers.shape)
    result = _nobody(peers)
    for period, use, numbers, mine in _ranked(of, peers, units, node.missing, result):
        places = statistics.ranks(numbers, best=node.best, ties=node.ties)
        result.number[period, use] = (places / numbers.size if node.shown_as == "share" else places)[mine]
        result.status[period, use] = Status.MEASURED
    return result


def awards(node: Awards, of: Values, peers: Codes, units: Codes | None) -> Values:
    """The award of each place; who is tied shares places as the scheme says."""
    plain = units is None and not any(each.from_the_end for each in node.awards)
    if plain and not (of.status.any() and ((peers >= 0) & of.missing).any()):
        return contest.awards(node, of, peers, _awards_in_turn)
    return _awards_in_turn(node, of.over(peers.shape), peers, units)


def _awards_in_turn(node: Awards, of: Values, peers: Codes, units: Codes | None) -> Values:
    """Group by group."""
    result = _nobody(peers)
    for period, use, numbers, mine in _ranked(of, peers, units, node.missing, result):
        best = statistics.ranks(numbers, best=node.best, ties="best_place").astype(np.int64)
        worst_place = statistics.ranks(numbers, best=node.best, ties="worst_place").astype(np.int64)
        paid = contest.paid(node.awards, numbers.size)
        result.number[period, use] = contest.shared(node.ties, paid, best, worst_place)[mine]
        result.status[period, use] = Status.MEASURED
    return result


def _ranked(
    of: Values, peers: Codes, units: Codes | None, missing: str, result: Values
) -> Iterator[tuple[int, NDArray[np.int64], Numbers, NDArray[np.int64]]]:
    """Each group: its period, who has a place, the numbers that are ranked, and which of them is whose.

    A missing value is left out, or leaves the group without places. People of one unit share one number.
    """
    missed, known = of.missing, of.ok
    for period, here in groups_of(peers):
        lost = here[missed[period, here]]
        if lost.size and missing == "refuse":
            result.status[period, here] = of.status[period, lost].max()
            continue
        use = here[known[period, here]]
        numbers, mine = of.number[period, use], np.arange(use.size)
        if units is not None:
            _, first, mine = np.unique(units[period, use], return_index=True, return_inverse=True)
            numbers = numbers[first]
        yield period, use, numbers, mine


def groups_of(peers: Codes) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each period's groups in the order of their codes, with where their people stand."""
    for period, codes in enumerate(peers):
        order = np.argsort(codes, kind="stable")
        ends = np.flatnonzero(np.diff(codes[order], append=codes.max(initial=-1) + 1)) + 1
        for here in np.split(order, ends[:-1]):
            if here.size and codes[here[0]] >= 0:
                yield period, here


def _nobody(peers: Codes) -> Values:
    return Values(np.zeros(peers.shape), np.full(peers.shape, Status.NOT_APPLICABLE, dtype=np.uint8))


def round_together(of: Values, whole: Values, rounding: Rounding, peers: Codes) -> Values:
    """Amounts in whole units of the last digit that add up to the rounded whole."""
    of, whole = of.over(peers.shape), whole.over(peers.shape)
    number, status = of.number.copy(), np.array(of.status)
    for period, here in groups_of(peers):
        use = here[of.ok[period, here] & whole.ok[period, here]]
        if not use.size:
            continue
        weights = np.abs(of.number[period, use])
        if not weights.any():
            continue
        total = int(rounding.to_minor(whole.number[period, use][:1])[0])
        number[period, use] = largest_remainder(total, weights) / 10.0**rounding.digits
    return Values(number, status)


def over_team(of: Values, leaders: Codes, team: str) -> Values:
    """The sum over the people who report to somebody; a missing value leaves the leader without a number."""
    of = of.over(leaders.shape)
    number = np.zeros(leaders.shape)
    status = np.full(leaders.shape, Status.TRUE_ZERO, dtype=np.uint8)
    for period in range(leaders.shape[0]):
        leader = leaders[period]
        led = np.flatnonzero(leader >= 0)
        above = leader[led]
        while led.size:
            counted = of.ok[period, led]
            np.add.at(number[period], above[counted], of.number[period, led[counted]])
            status[period, above[counted & (status[period, above] == Status.TRUE_ZERO)]] = Status.MEASURED
            for worse in (Status.ABSENT, Status.QUARANTINED):
                hit = above[of.status[period, led] == worse]
                status[period, hit] = np.maximum(status[period, hit], worse)
            if team == "direct":
                break
            above = leader[above]
            led, above = led[above >= 0], above[above >= 0]
    return Values(number, status)
