"""Whether the leaves of every line of a scheme come to the number the line has, for every person and period."""

from __future__ import annotations

import math

import pytest

from policymodel.account import _spread
from policymodel.computation import Computed
from policymodel.explanation import Standpoint


def missed(computed: Computed) -> tuple[int, list[tuple[str, str, float, float]]]:
    """How many numbers were taken apart, and those whose leaves do not add up: line, person, number, sum."""
    count, found = 0, []
    given = computed.scheme.given
    for name in computed.scheme.lines:
        for row, period in enumerate(computed.periods):
            for manager, who in enumerate(computed.panel.managers):
                here = Standpoint(computed, str(who), period, row, manager)
                number = here.number(given.over_period(name))
                if math.isfinite(number):
                    count += 1
                    total = sum(each.amount_of() for each in _spread(here, given.over_period(name), 1.0, ()))
                    if total != pytest.approx(number, rel=1e-9, abs=1e-9):
                        found.append((name, str(who), number, total))
    return count, found
