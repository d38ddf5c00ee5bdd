"""The linter answers for every published plan, over its history."""

from __future__ import annotations

from pathlib import Path

import pytest

from policymodel.errors import DataGap
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.lint import lint
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "cases").glob("*/scheme.yaml"))
YEARS = [Period.parse(str(year)) for year in range(2025, 2015, -1)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_published_plan_has_no_error(case):
    """They were published as right: warnings there may be, contradictions not. Every place is a line of the file."""
    scheme = read_scheme(case / "scheme.yaml")
    found = [*lint(scheme), *lint(scheme, panel=_panel(case, scheme))]

    assert [(each.rule, each.place.address) for each in found if each.level == "error"] == []
    assert [each.rule for each in found if each.place.address and each.place.line is None] == []


def _panel(case, scheme):
    """The panel of the latest year that the scheme can be worked out over; None where there is none."""
    history = read_history(case / "history", read_mapping(case / "history" / "mapping.yaml"))
    for year in YEARS:
        try:
            panel = build_panel(history, year, year.year_before())
            lint(scheme, panel=panel)
        except DataGap:
            continue
        return panel
    return None
