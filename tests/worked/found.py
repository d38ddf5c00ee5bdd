"""What the package computed, laid out for comparison: a figure for each manager, period and item."""

from __future__ import annotations

from fractions import Fraction
from math import isnan

from policymodel.history.measures import Status
from policymodel.panel import Panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from worked.books import ABSENT, NOT_APPLICABLE, Figure

Found = dict[tuple[str, str, str], Figure | float]


def computed(panel: Panel, scheme: Scheme, periods: tuple[Period, ...]) -> Found:
    """Points, `factor` and `score` of a scorecard; cents, `total` and `management_score` of a pay plan."""
    return _scored(panel, scheme, periods) if scheme.pay is None else _paid(panel, scheme, periods)


def _scored(panel: Panel, scheme: Scheme, periods: tuple[Period, ...]) -> Found:
    scores = score(panel, scheme, periods)
    found: Found = {}
    for row in scores.lines().to_dict("records"):
        key = (row["manager_id"], row["period"])
        found[*key, row["line"]] = _figure(row["points"], row["status"])
        if row["group"] in ("indicators", "perspectives"):
            found[*key, "factor"] = row["factor"]
    figures = {each.id for each in scheme.figures}
    for row in scores.frame().to_dict("records"):
        if row["line"] in figures:
            found[row["manager_id"], row["period"], row["line"]] = _figure(row["value"], row["status"])
    for row in scores.totals().to_dict("records"):
        found[row["manager_id"], row["period"], "score"] = _figure(row["score"], row["status"])
    return found


def _paid(panel: Panel, scheme: Scheme, periods: tuple[Period, ...]) -> Found:
    payments = pay(panel, scheme, periods)
    found: Found = {}
    for row in payments.lines().to_dict("records"):
        item = row["item"].removeprefix("performance_wage.")
        found[row["manager_id"], row["period"], item] = _yuan(row["amount_minor"], row["status"])
    for row in payments.totals().to_dict("records"):
        key = (row["manager_id"], row["period"])
        found[*key, "total"] = _yuan(row["amount_minor"], row["status"])
        score = row["management_score"]
        found[*key, "management_score"] = _figure(score, row["status"]) if isnan(score) else score
    return found


def _yuan(minor: int, status: int) -> Figure | float:
    return _figure(Fraction(minor, 100), status)


def _figure(number: Fraction | float, status: int) -> Figure | float:
    return {Status.ABSENT: ABSENT, Status.NOT_APPLICABLE: NOT_APPLICABLE}.get(Status(status), number)


def agrees(expected: Figure, found: Figure | float) -> bool:
    """Money is compared exactly, in cents; scores and points are floats, which may miss by a billionth."""
    if isinstance(expected, str) or isinstance(found, str):
        return expected == found
    if isinstance(found, Fraction):
        return found == expected
    return abs(found - float(expected)) < 1e-9 * max(1.0, abs(found))
