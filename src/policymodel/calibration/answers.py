"""What is asked of a scheme and a panel, and the answer: the number, what it costs, and who moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from policymodel.calibration.course import CostCourse, template
from policymodel.calibration.levers import Lever, shown
from policymodel.calibration.pricing import Costs, Priced, costs
from policymodel.calibration.questions import Found, Question
from policymodel.calibration.shapes import UNKNOWN, shape_of
from policymodel.calibration.solving import solve
from policymodel.comparison import BANDS, compare
from policymodel.panel import Panel
from policymodel.scheme.scheme import Scheme

BASELINE, SOLVED = "baseline", "solved"
WITHIN = Decimal("0.001")
"""How far below the budget a cost still meets it, as a share of the budget."""


@dataclass(frozen=True)
class Answer:
    """Every value of a lever at which the year's cost meets a budget.

    `before` is the baseline's cost and `now` that of the scheme as it stands, person by person.
    """

    lever: Lever
    found: Found
    before: Priced
    now: int
    solved: tuple[Priced, ...]

    def frame(self) -> pd.DataFrame:
        """One row for each solution, the nearest to the present value first.

        Columns: number (addresses), value, written (each number at it), cost_minor, budget_minor, short_minor (what is
        left of the budget), slope (minor units for one unit more), beyond and beyond_minor (the next written value and
        its cost, over the budget), method, searched, checked, proved (costs worked out), people, and how many of them
        fall in each band of change against the baseline.
        """
        rows = []
        for solution, priced in zip(self.found.solutions, self.solved, strict=True):
            beyond = solution.beyond
            numbers = self.lever.values_at(solution.value)
            rows.append(
                {
                    "number": self.lever.name,
                    "present": shown(self.lever.value),
                    "value": shown(solution.value),
                    "written": "; ".join(f"{name} {shown(at)}" for name, at in numbers.items()),
                    "cost_minor": solution.cost,
                    "budget_minor": self.found.question.budget,
                    "short_minor": self.found.question.budget - solution.cost,
                    "slope": solution.slope,
                    "beyond": shown(beyond[0]) if beyond is not None else "",
                    "beyond_minor": beyond[1] if beyond is not None else pd.NA,
                    "method": self.found.method,
                    "searched": self.found.searched,
                    "checked": self.found.checked,
                    "proved": self.found.proved,
                    **self._moved(priced),
                }
            )
        return pd.DataFrame(rows)

    def _moved(self, priced: Priced) -> dict[str, int]:
        totals = pd.concat([self.before.frame(0, BASELINE), priced.frame(0, SOLVED)], ignore_index=True)
        changes = compare(totals, BASELINE)
        bands = changes["band"].value_counts()
        return {"people": len(changes)} | {band: int(bands.get(band, 0)) for band in BANDS}


def meet(
    panel: Panel,
    lever: Lever,
    *,
    budget: int | None = None,
    baseline: Scheme | None = None,
    within: Decimal = WITHIN,
    decimals: int | None = None,
    price: Costs | None = None,
) -> Answer:
    """The value of a lever at which the year's cost meets a budget, or the baseline's cost where none is given.

    A value meets the budget where the cost is at most that, and at most `within` of it below. It is written with as few
    digits as do that, or with as many behind the point as `decimals` says. The baseline is the scheme itself unless
    another is named. The cost of what is written is priced by the ordinary engine, or by `price`.
    """
    priced = price or (lambda schemes: costs(schemes, panel))
    before = priced([baseline if baseline is not None else lever.scheme])
    now = before if baseline is None else priced([lever.scheme])
    allowed = before.totals[0] if budget is None else budget
    question = Question(
        lever.low, lever.high, lever.value, allowed, int(abs(allowed) * within), decimals, lever.whole
    )
    read = template(lever)
    known: dict[Decimal, Priced] = {lever.value: now}

    def written(values: Sequence[Decimal]) -> list[int]:
        missing = [each for each in values if each not in known]
        if missing:
            found = priced([lever.scheme_at(each) for each in missing])
            for place, each in enumerate(missing):
                known[each] = found.only(place)
        return [known[each].totals[0] for each in values]

    if read is None:
        found = solve(question, written)
    else:
        whose = np.isin(panel.managers, now.managers[now.known[0]])
        course = CostCourse(panel, lever, read, whose)
        shape = shape_of(course, float(lever.low), float(lever.high)) if read.moved else UNKNOWN
        found = solve(question, written, course.at, shape)
    return Answer(lever, found, before, now.totals[0], tuple(known[each.value] for each in found.solutions))
