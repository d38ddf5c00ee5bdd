"""What the linter says can never be, against schemes written by chance and worked out over a history."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
import pytest

from chance.agreement import BASE, PLAN, written
from chance.documents import document
from chance.histories import history
from policymodel.computation import compute
from policymodel.lint import Settings, lint
from policymodel.lint.ranges import ranges
from policymodel.lint.settings import Thresholds
from policymodel.panel import build_panel
from policymodel.scheme.addresses import at, locate
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.reading import read_scheme

SEEDS = (*range(20), 157, 228, 358, 385)
"""Those after the first found a mistake when they were first tried."""
ALL_CASES = Settings(thresholds=Thresholds(smallest_sample=1))


@cache
def panel():
    return build_panel(history(7, 12), PLAN, BASE)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_lies_in_its_range(seed, tmp_path):
    """The least and the most that the file alone allows hold for every node of every line."""
    computed = compute(panel(), read_scheme(written(document(seed), tmp_path)))
    outside = []
    for node, known in ranges(*computed.scheme.nodes().values()).items():
        values = computed.known[node]
        number = values.number[values.ok & np.isfinite(values.number)]
        loose = 1e-6 * max(1.0, float(np.abs(number).max(initial=0.0)))
        if number.size and not (known.least - loose <= number.min() and number.max() <= known.most + loose):
            outside.append((type(node).__name__, known, number.min(), number.max()))

    assert outside == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dead_clause_changes_nothing_when_it_is_taken_out(seed, tmp_path):
    """Every figure of every line stays as it was without it."""
    found = document(seed)
    computed = compute(panel(), read_scheme(written(found, tmp_path)))
    changed = []
    for each in lint(computed.scheme, ALL_CASES, computed=computed):
        if each.rule == "dead_clause":
            other = copy.deepcopy(found)
            where = locate(other, each.place.address)
            at(other, where[:-1])[where[-1]] = None
            without = compute(panel(), read_scheme(written(other, tmp_path, "without"))).frame()
            before = computed.frame()
            if not np.allclose(before["value"], without["value"], rtol=1e-9, atol=1e-7, equal_nan=True):
                changed.append(each.place.address)

    assert changed == []


def test_every_kind_of_line_is_among_them(tmp_path):
    """So that none of them stops the linter."""
    schemes = [read_scheme(written(document(seed), tmp_path)) for seed in SEEDS]

    assert {line.kind for scheme in schemes for line in scheme.lines.values()} == set(KINDS)
