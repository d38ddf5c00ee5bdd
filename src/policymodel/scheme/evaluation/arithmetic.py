"""Sums, products, ratios, bounds, and what happens where something is missing."""

from __future__ import annotations

import numpy as np

from policymodel.history.measures import Status
from policymodel.scheme.evaluation.values import Values, combine, settle, worst


def divide(top: Values, bottom: Values, at_zero: str, any_sign: bool = False) -> Values:
    """Top ÷ bottom; where a known bottom is not positive, full, zero or (whatever the top) not applicable."""
    number, below = np.broadcast_arrays(top.number, bottom.number)
    usable = below != 0 if any_sign else below > 0
    ratio = np.divide(number, below, out=np.zeros(number.shape), where=usable)
    status = np.broadcast_to(worst([top.status, bottom.status]), ratio.shape)
    if at_zero == "not_applicable":
        return Values(ratio, np.where(~usable & bottom.ok, Status.NOT_APPLICABLE, status).astype(np.uint8))
    return Values(np.where(usable, ratio, 1.0 if at_zero == "full" else 0.0), status)


def power(of: Values, exponent: Values) -> Values:
    """`of` raised to the exponent; a negative base, or zero to a negative power, does not apply."""
    base, raised = np.broadcast_arrays(of.number, exponent.number)
    usable = (base > 0) | ((base == 0) & (raised >= 0))
    number = np.power(np.where(usable, base, 1.0), raised)
    status = worst([of.status, exponent.status])
    refused = ~usable & np.broadcast_to((of.ok & exponent.ok), base.shape)
    return Values(number, np.where(refused, Status.NOT_APPLICABLE, status).astype(np.uint8))


def slice_between(of: Values, lower: Values, upper: Values | None = None) -> Values:
    """How much lies between two thresholds."""
    above = combine([of, lower], lambda a, b: np.maximum(a - b, 0.0))
    if upper is None:
        return above
    height = combine([upper, lower], lambda a, b: np.maximum(a - b, 0.0))
    return combine([above, height], np.minimum)


def reached(of: Values, threshold: Values, comparison: str) -> Values:
    """1 where the comparison holds, else 0."""
    number = settle(of.number, threshold.number)
    compare = {
        "at_least": np.greater_equal,
        "above": np.greater,
        "at_most": np.less_equal,
        "below": np.less,
    }[comparison]
    holds = compare(number, threshold.number).astype(np.float64)
    return Values(holds, np.broadcast_to(worst([of.status, threshold.status]), holds.shape))


def where(condition: Values, then: Values, otherwise: Values) -> Values:
    """One of two; a condition that is missing or does not apply leaves no number."""
    shape = np.broadcast_shapes(condition.number.shape, then.number.shape, otherwise.number.shape)
    condition, then, otherwise = condition.over(shape), then.over(shape), otherwise.over(shape)
    yes = condition.number != 0
    status = np.where(yes, then.status, otherwise.status)
    status = np.where(condition.ok, status, condition.status).astype(np.uint8)
    return Values(np.where(yes, then.number, otherwise.number), status)


def applies(of: Values) -> Values:
    """1 where it applies, 0 where it does not; a missing value stays missing."""
    status = np.where(of.gone, Status.MEASURED, of.status).astype(np.uint8)
    return Values(np.where(of.gone, 0.0, 1.0), status)


def instead(of: Values, when_missing: str) -> Values:
    """A zero, or not applicable, where a value is missing."""
    status = Status.MEASURED if when_missing == "zero" else Status.NOT_APPLICABLE
    return Values(
        np.where(of.missing, 0.0, of.number), np.where(of.missing, status, of.status).astype(np.uint8)
    )
