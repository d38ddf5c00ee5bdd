"""Germs of statistics: one number for each scene, from the values [scene, 1, person] of those who count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from policymodel.history.measures import Status
from policymodel.margins.arithmetic import divide, less, times
from policymodel.margins.germs import Germ, constant, join, level, nothing, side_of
from policymodel.margins.order import Order, across, total
from policymodel.scheme.algebra import OverPeers
from policymodel.scheme.evaluation.peers import EMPTY, OF_SEVERAL
from policymodel.scheme.evaluation.values import Numbers, Values

PLACES = {"smallest": 0.0, "median": 0.5, "largest": 1.0}
SPREADS = {"standard_deviation": 1, "standard_deviation_of_all": 0}
"""What is taken from the number of people before dividing."""


def statistic_of(node: OverPeers, parts: Sequence[Germ]) -> Germ:
    """The statistic; not applicable where it is not defined for the values."""
    of, people = parts[0], parts[0].shape[-1]
    at = float(node.at) if node.at is not None else 0.5
    if people == 0 and node.statistic not in EMPTY:
        return nothing(Status.NOT_APPLICABLE)
    match node.statistic:
        case "count":
            return constant(float(people))
        case "sum":
            return total(of, across(of.path))
        case "mean":
            return _mean(of)
        case "smallest" | "median" | "largest" | "quantile":
            return Order(of).weighed(_quantile(PLACES.get(node.statistic, at), people))
        case "standard_deviation" | "standard_deviation_of_all":
            return _standard_deviation(of, people - SPREADS[node.statistic])
        case statistic if statistic in OF_SEVERAL:
            return _agreement(statistic, [Order(each) for each in parts])
    return _unequal(node.statistic, at, of)


def _mean(of: Germ) -> Germ:
    return times(constant(1.0 / of.shape[-1]), total(of, across(of.path)))


def _quantile(share: float, people: int) -> Numbers:
    """The weights of the two people between whom the quantile lies (type 7)."""
    place = share * (people - 1)
    weights: Numbers = np.maximum(0.0, 1.0 - np.abs(np.arange(people) - place))
    return weights


def _standard_deviation(of: Germ, divisor: int) -> Germ:
    if divisor < 1:
        return nothing(Status.NOT_APPLICABLE).on(across(of.path))
    off, away, bend = (each - each.mean(axis=-1, keepdims=True) for each in (of.number, of.slope, of.bend))
    terms = (off**2, 2.0 * off * away, away**2 + 2.0 * off * bend)
    squared = [each.sum(axis=-1, keepdims=True) / divisor for each in terms]
    still = np.asarray(of.still.all(axis=-1, keepdims=True))
    number, spread = np.sqrt(squared[0]), np.sqrt(squared[2])
    slope = np.where(number > 0, squared[1] / (2.0 * number), spread)
    bent = np.where(number > 0, (squared[2] - slope**2) / (2.0 * number), 0.0)
    return Germ(number, slope, bent, np.zeros(number.shape, dtype=np.uint8), still, across(of.path))


def _agreement(statistic: str, orders: Sequence[Order]) -> Germ:
    """How far several orders agree: steps, which change where two people meet."""
    scenes = orders[0].group.shape[0]
    number, status = np.zeros((scenes, 1, 1)), np.zeros((scenes, 1, 1), dtype=np.uint8)
    places = [(best + last) / 2 for best, last, _ in (each.places("lowest") for each in orders)]
    for scene in range(scenes):
        try:
            number[scene] = OF_SEVERAL[statistic](np.stack([each[scene, 0] for each in places]))
        except ValueError:
            status[scene] = Status.NOT_APPLICABLE
    status[~np.isfinite(number)] = Status.NOT_APPLICABLE
    return level(Values(number, status), join([each.path for each in orders]))


def _unequal(statistic: str, at: float, of: Germ) -> Germ:
    """Inequality: not of a negative value, nor where nobody has anything."""
    people, whole = of.shape[-1], total(of, across(of.path))
    side, reach = side_of(of, constant(0.0))
    match statistic:
        case "gini":
            found = _gini(of)
        case "gini_of_sample":
            found = times(constant(people / max(people - 1, 1)), _gini(of))
        case "lorenz":
            found = _lorenz(at, of)
        case "wolfson":
            gap = less(less(constant(1.0), times(constant(2.0), _lorenz(0.5, of))), _gini(of))
            middle = Order(of).weighed(_quantile(0.5, people))
            found = times(gap, divide(_mean(of), middle, "not_applicable"))
        case "atkinson":
            found = less(constant(1.0), divide(_equal_to(of, at), _mean(of), "not_applicable"))
        case "theil_t":
            worth = divide(_mean(_by_its_log(of)), _mean(of), "not_applicable")
            found = less(worth, _log(_mean(of)))
        case "theil_l":
            found = less(_log(_mean(of)), _mean(_log(of)))
        case "herfindahl":
            found = divide(total(times(of, of), across(of.path)), times(whole, whole), "not_applicable")
        case _:
            raise AssertionError(f"no slope for the statistic {statistic}")
    refused = side <= 0 if statistic == "theil_l" else side < 0
    nowhere = np.asarray(refused.any(axis=-1, keepdims=True)) | ~(side_of(whole, constant(0.0))[0] > 0)
    nowhere = nowhere | (statistic == "gini_of_sample" and people < 2)
    status = np.where(nowhere, Status.NOT_APPLICABLE, found.status).astype(np.uint8)
    first = reach.min(axis=-1, keepdims=True, initial=np.inf)
    return replace(found, status=status, path=found.path.turn(nowhere, first))


def _gini(of: Germ) -> Germ:
    people, order = of.shape[-1], Order(of)
    place = (2.0 * np.arange(1, people + 1) - people - 1) / people
    return divide(order.weighed(place), order.weighed(np.ones(people)), "not_applicable")


def _lorenz(share: float, of: Germ) -> Germ:
    """What the poorest share of people hold of the whole."""
    people, order = of.shape[-1], Order(of)
    held = (share * people - np.arange(people)).clip(0.0, 1.0)
    return divide(order.weighed(held), order.weighed(np.ones(people)), "not_applicable")


def _log(of: Germ) -> Germ:
    slope = np.where(of.slope == 0, 0.0, of.slope / of.number)
    bend = np.where(of.bend == 0, 0.0, of.bend / of.number) - slope**2 / 2.0
    return replace(of, number=np.log(of.number), slope=slope, bend=bend, straight=of.still)


def _by_its_log(of: Germ) -> Germ:
    """Value x log of value, which is nothing for nothing."""
    logs = np.log(of.number)
    slope = np.where(of.slope == 0, 0.0, of.slope * (logs + 1.0))
    bend = np.where(of.bend == 0, 0.0, of.bend * (logs + 1.0))
    bend = bend + np.where(of.slope == 0, 0.0, of.slope**2 / (2.0 * of.number))
    number = np.where(of.number == 0, 0.0, of.number * logs)
    return replace(of, number=number, slope=slope, bend=bend, straight=of.still)


def _equal_to(of: Germ, aversion: float) -> Germ:
    """What each would have to get, if all got the same, to be as good: the power mean of order 1 - aversion."""
    order = 1.0 - aversion
    logs = np.log(of.number.clip(0.0))
    if order == 0:
        equal = np.exp(logs.mean(axis=-1, keepdims=True))
    else:
        equal = np.exp(np.log(np.exp(order * logs).mean(axis=-1, keepdims=True)) / order)
    grows = np.where(of.slope == 0, 0.0, (of.number / equal) ** -aversion * of.slope / of.shape[-1])
    slope = grows.sum(axis=-1, keepdims=True)
    if aversion >= 1:
        # A value of nothing makes all of it nothing, until the last such value moves.
        moves = ((of.number > 0) | (of.slope > 0)).all(axis=-1, keepdims=True)
        slope = np.where(equal > 0, slope, np.where(moves, np.inf, 0.0))
    still = np.asarray(of.still.all(axis=-1, keepdims=True) | (aversion == 0))
    return Germ(
        equal, slope, np.zeros(equal.shape), np.zeros(equal.shape, dtype=np.uint8), still, across(of.path)
    )
