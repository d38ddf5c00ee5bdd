"""The kinds a scheme file may name, written by hand; a bank's own are added by passing another dict."""

from __future__ import annotations

from policymodel.scheme.kinds.lines import (
    Assumed,
    Attainment,
    ChangeOnPeriod,
    Counted,
    Deduction,
    Group,
    Mark,
    Share,
)
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage

LINE_KINDS = {
    each.kind: each for each in (Attainment, ChangeOnPeriod, Share, Counted, Deduction, Mark, Assumed, Group)
}
PAY_KINDS = {each.kind: each for each in (GradeWage, PerformanceWage)}
KINDS = {**LINE_KINDS, **PAY_KINDS}
