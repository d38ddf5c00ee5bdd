"""The value of an expression: every node once, in the order of its parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.periods import MONTHS_OF
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Choose,
    Collect,
    Column,
    Constant,
    Dated,
    Greatest,
    Instead,
    Least,
    Line,
    Matrix,
    Node,
    OverPeers,
    OverTeam,
    Piecewise,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Round,
    RoundTogether,
    Slice,
    Sum,
    Unknown,
    Where,
    nodes_of,
    parts_of,
)
from policymodel.scheme.evaluation import arithmetic, carrying, curves, peers
from policymodel.scheme.evaluation.ground import Ground
from policymodel.scheme.evaluation.values import Values, added, combine, measured, what_applies


def evaluate(node: Node, ground: Ground, known: dict[Node, Values]) -> Values:
    """The values of a node; those of every node below it are added to `known`."""
    if node not in known:
        for each in nodes_of(node):
            if each not in known:
                parts = [known[part] for part in parts_of(each)]
                known[each] = _walk(each, parts, ground)
    return known[node]


def _walk(node: Node, parts: list[Values], ground: Ground) -> Values:
    """One node from its parts."""
    match node:
        case Column():
            return ground.column(node)
        case Constant(value):
            return measured(np.array([[float(value)]]))
        case Unknown(applies=applies):
            status = Status.ABSENT if applies else Status.NOT_APPLICABLE
            return Values(np.zeros((1, 1)), np.full((1, 1), status, dtype=np.uint8))
        case Sum(skip_not_applicable=skip):
            parts = what_applies(parts) if skip else parts
            return combine(parts, added)
        case Product():
            return combine(parts, lambda a, b: a * b)
        case Least():
            return combine(parts, np.minimum)
        case Greatest():
            return combine(parts, np.maximum)
        case Ratio(at_zero=rule, any_sign=any_sign):
            return arithmetic.divide(parts[0], parts[1], rule, any_sign)
        case Power():
            return arithmetic.power(*parts)
        case Slice():
            return arithmetic.slice_between(*parts)
        case Reached(comparison=comparison):
            return arithmetic.reached(parts[0], parts[1], comparison)
        case Where():
            return arithmetic.where(*parts)
        case Applies():
            return arithmetic.applies(*parts)
        case Instead(when_missing=rule):
            return arithmetic.instead(parts[0], rule)
        case Round(rounding=rounding):
            return Values(rounding.apply(parts[0].number), parts[0].status)
        case Line():
            return parts[0]
        case Piecewise():
            return curves.piecewise(node, *parts)
        case Matrix():
            return curves.matrix(node, *parts)
        case Choose(category=category, every=every):
            here = ground.peers("group") >= 0 if every == "period" else np.ones(1, dtype=bool)
            return curves.choose(node, ground.category(category, every), parts, here)
        case Dated():
            return _dated(node, parts, ground)
        case Accumulate():
            return carrying.accumulate(_while_employed(parts[0], ground), parts[-1])
        case Carry() | Previous():
            return _carried(node, parts, ground)
        case Collect():
            return carrying.collect(parts[0], *ground.places(), _shape(ground))
        case Place():
            return carrying.place(parts[0], *ground.places(), _shape(ground))
        case OverPeers(parts=inner):
            who = parts[-1] if node.who is not None else None
            return peers.over_peers(node, parts[: len(inner)], who, ground.peers(node.scope))
        case Rank(scope=scope, each=each):
            return peers.rank(node, parts[0], ground.peers(scope), ground.peers(each) if each else None)
        case Awards(scope=scope, each=each):
            return peers.awards(node, parts[0], ground.peers(scope), ground.peers(each) if each else None)
        case RoundTogether(scope=scope, rounding=rounding):
            return peers.round_together(parts[0], parts[1], rounding, ground.peers(scope))
        case OverTeam(team=team):
            return peers.over_team(parts[0], ground.leaders(), team)
    raise AssertionError(f"no rule for {type(node).__name__}")


def _shape(ground: Ground) -> tuple[int, int]:
    rows, people = ground.peers("group").shape
    return rows, people


def _dated(node: Dated, cases: list[Values], ground: Ground) -> Values:
    if node.every == "transaction":
        return curves.dated_by_day(node, cases, ground.dates())
    shares: list[NDArray[np.float64]] = [ground.days(first, last) for first, last in node.spans]
    periods = ground.periods
    return curves.dated(node, cases, shares, [each.start for each in periods], [each.end for each in periods])


def _carried(node: Carry | Previous, parts: list[Values], ground: Ground) -> Values:
    if node.every == "period":
        opens = (
            np.ones(len(ground.periods), dtype=bool) if node.within == "period" else ground.opens(node.within)
        )
        return _step(node, [_while_employed(parts[0], ground), *parts[1:]], opens)
    period, manager = ground.places()
    if period.size == 0:
        return measured(np.zeros((1, 0)))
    strands = carrying.Strands(manager, runs_of(node, period, ground))
    laid = [strands.lay(each) for each in parts]
    return strands.pick(_step(node, laid, strands.opens()))


def runs_of(node: Carry | Previous, period: NDArray[np.int64], ground: Ground) -> NDArray[np.int64]:
    """In which run of time each credit lies: its period, or the quarter, half-year or year of its own day."""
    if node.within == "period":
        return period
    if node.within is None:
        return np.zeros(period.size, dtype=np.int64)
    month = ground.dates().astype("datetime64[M]").astype(np.int64) + 1970 * 12
    runs: NDArray[np.int64] = (month - ground.periods[0].first) // MONTHS_OF[node.within]
    return runs


def _step(node: Carry | Previous, parts: list[Values], opens: NDArray[np.bool_]) -> Values:
    if isinstance(node, Previous):
        return carrying.previous(parts[0], node.by, opens, node.held)
    floor = None if node.floor is None else float(node.floor)
    return carrying.carry(parts[0], parts[1], floor, opens, node.debts_stand, node.cut, *parts[2:])


def _while_employed(of: Values, ground: Ground) -> Values:
    """Nothing that is handed on comes from a period in which somebody is not employed."""
    here = ground.peers("group") >= 0
    of = of.over(here.shape)
    return Values(of.number, np.where(here, of.status, Status.NOT_APPLICABLE).astype(np.uint8))
