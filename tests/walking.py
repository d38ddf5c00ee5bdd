"""A quarter walked through its steps on a table of figures written by hand."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from policymodel.approvals.register import Step, append

ABOUT = ("north", "2025-Q2", "s6")
WHO = {
    "performance": ("Chan", "accounting"),
    "management": ("Wong", "department_head"),
    "reviewed": ("Lee", "corporate_department"),
    "submitted": ("Lee", "corporate_department"),
    "approved": ("Ho", "presidents_office"),
    "released": ("Chan", "accounting"),
    "returned": ("Lee", "corporate_department"),
}
PERFORMANCE = pd.DataFrame(
    [
        ("M1", "base", "grade_wage", "9000.00"),
        ("M1", "bonus", "commission", "120.50"),
        ("M1", "fee", "income", "4000.00"),
        ("M1", "pay", "total", "9120.50"),
        ("M2", "base", "grade_wage", "7000.00"),
        ("M2", "bonus", "commission", ""),
        ("M2", "pay", "total", ""),
    ],
    columns=["manager_id", "line", "kind", "value"],
)
MANAGEMENT = pd.DataFrame(
    [("M1", "score", "score", "88.50"), ("M2", "score", "score", "71.25")], columns=PERFORMANCE.columns
)
FIGURES = {"performance": PERFORMANCE, "management": MANAGEMENT}


def clock(start="2025-07-01T09:00:00"):
    """A clock that moves on a minute a step."""
    moment = [datetime.fromisoformat(start).replace(tzinfo=UTC)]

    def now():
        moment[0] += timedelta(minutes=1)
        return moment[0]

    return now


def take(path, step, name="", role="", reason="", figures=FIGURES, about=ABOUT, time=None, **others):
    """One step by whoever takes it in the walk, or by somebody else."""
    first, second = WHO[step]
    computes = step in FIGURES
    told = Step(
        *about,
        "computed" if computes else step,
        name or first,
        role or second,
        reason=reason,
        figures={step: figures[step]} if computes else {},
        parts=tuple(figures),
        made_of={"data": "d1", "code": "c1"} if computes else {},
    )
    return append(path, told, clock=time or clock(), **others)


def walk(path, *steps, about=ABOUT):
    """Several steps, a minute apart; the entries."""
    time = clock()
    return [take(path, step, about=about, time=time) for step in steps]


ALL = ("performance", "management", "reviewed", "submitted", "approved", "released")
