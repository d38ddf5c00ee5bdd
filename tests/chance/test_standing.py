"""S4.0: a standing on any day, for schemes by chance; on a period's last day it is the period's result."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from chance.agreement import BASE, PLAN, Comparison, Tally, written
from chance.documents import document
from chance.histories import history
from policymodel import reference
from policymodel.computation import compute
from policymodel.errors import DataGap
from policymodel.panel import Panel, build_panel
from policymodel.periods import MONTHS_OF
from policymodel.scheme.reading import read_scheme


@cache
def panel_on(day) -> Panel:
    return build_panel(history(5, people=6), PLAN, BASE, day)


@cache
def rows() -> reference.Rows:
    return reference.rows_of(panel_on(None).history)


def lines_of(panel, scheme, periods):
    try:
        return compute(panel, scheme, periods).frame()
    except DataGap as gap:
        pytest.skip(str(gap))


@pytest.mark.parametrize("seed", range(60))
def test_on_the_last_day_of_a_period_the_standing_is_its_result(seed, tmp_path):
    """Every line of every kind, for everybody, whatever happens in later periods."""
    scheme = read_scheme(written(document(seed), tmp_path))
    periods = PLAN.split(MONTHS_OF[scheme.every])
    final = lines_of(panel_on(None), scheme, periods)

    for index, period in enumerate(periods):
        if index in (0, 2, len(periods) - 1):
            standing = lines_of(panel_on(period.end), scheme, periods[: index + 1])
            here = [each[each["period"] == period.label].reset_index(drop=True) for each in (standing, final)]
            pd.testing.assert_frame_equal(*here, check_exact=False, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("seed", range(100, 160))
def test_two_calculators_agree_on_any_day(seed, tmp_path):
    """Each from the rows by itself: spells, events and transactions up to the day, targets and bases in part.

    Every twentieth scheme stands on the same day.
    """
    day = date(2024, 1, 1) + timedelta(days=random.Random(seed % 20).randrange(366))
    scheme = read_scheme(written(document(seed), tmp_path))
    periods = tuple(each for each in PLAN.split(MONTHS_OF[scheme.every]) if each.start <= day)
    try:
        computed = compute(panel_on(day), scheme, periods)
    except DataGap as gap:
        pytest.skip(str(gap))
    reckoned = reference.reckon(scheme, rows(), PLAN, BASE, periods, day)
    both = Comparison(seed, computed, reckoned, Tally())
    both.values()

    assert both.tally.mismatches == []
    assert both.tally.compared.total() > 0
