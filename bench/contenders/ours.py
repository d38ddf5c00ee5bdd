"""This project's engine: scheme files read, and worked out by value or by a lowered plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from contenders.reference import Outcome
from contenders.schemes import AWARD, PAY, PERIODS, SCORE, Standing, columns_of, schemes_of
from contenders.workload import Design, Facts, Floats
from policymodel.lowering import Arrays, lower
from policymodel.scheme.algebra import Column, Node
from policymodel.scheme.evaluation import Values, evaluate

TILE = 10_000
"""Rows that the interpreter is given at a time: whole groups, and what it keeps of them stays in the cache."""


def by_value(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """The direct interpreter, every node of the expressions once, tile by tile."""
    scheme = schemes_of([design])[design.name]
    nodes = [scheme.given.line(name) for name in (SCORE, PAY, AWARD)]
    tiles = [(at, Standing(facts.between(at, at + TILE))) for at in range(0, facts.rows, TILE)]

    def run() -> Outcome:
        found = np.empty((3, facts.rows))
        for at, ground in tiles:
            known: dict[Node, Values] = {}
            for row, node in zip(found, nodes, strict=True):
                row[at : at + TILE] = evaluate(node, ground, known).number[0]
        return Outcome(found[0], found[1], found[2] > 0)

    return run


def by_value_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """The direct interpreter for each design in turn."""
    schemes = schemes_of(designs)
    nodes = [[scheme.given.line(name) for name in (SCORE, PAY)] for scheme in schemes.values()]
    tiles = [Standing(facts.between(at, at + TILE)) for at in range(0, facts.rows, TILE)]

    def run() -> Floats:
        totals = np.zeros((len(nodes), 2))
        for ground in tiles:
            for total, pair in zip(totals, nodes, strict=True):
                known: dict[Node, Values] = {}
                total += [evaluate(node, ground, known).number.sum() for node in pair]
        return totals

    return run


def _ground(facts: Facts) -> Arrays:
    columns: dict[Column | str, Floats] = {name: each[None] for name, each in columns_of(facts).items()}
    return Arrays(PERIODS, columns, codes={"outlet": facts.group[None]})


def lowered(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """The plan of one design, tile by tile."""
    plan = lower(schemes_of([design]), (SCORE, PAY, AWARD))
    ground = _ground(facts)
    score, pay = np.empty((2, facts.rows))
    won = np.empty(facts.rows, dtype=bool)

    def run() -> Outcome:
        for cells, values in plan.tiles(ground):
            score[cells] = values[SCORE].number[0, 0]
            pay[cells] = values[PAY].number[0, 0]
            won[cells] = values[AWARD].number[0, 0] > 0
        return Outcome(score, pay, won)

    return run


def lowered_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """One plan for all designs."""
    plan = lower(schemes_of(designs), (SCORE, PAY))
    ground = _ground(facts)

    def run() -> Floats:
        totals = np.zeros((len(designs), 2))
        for _, values in plan.tiles(ground):
            totals[:, 0] += values[SCORE].number.sum(axis=(1, 2))
            totals[:, 1] += values[PAY].number.sum(axis=(1, 2))
        return totals

    return run
