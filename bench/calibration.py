"""How many costs it takes to meet a budget, and how near one comes, beside two general root finders; as JSON.

    OPENBLAS_NUM_THREADS=1 python bench/calibration.py [--people 50000] [--seed 1]

Invented people sell in four quarters (50,000 make 200,000 rows); each question is answered by `calibration.solve` and,
in the same run and on the same exact cost, by `scipy.optimize.brentq` and `toms748` between the same two ends until the
cost is within 0.01 of the budget. `searched` counts costs worked out, `error` is what the cost at the value found is
away from the budget, in currency units before rounding to cents; `proved` are written values priced by the ordinary
engine, of which the cheaper is at most the budget and the dearer more. `evaluation` and `pay` are seconds of one cost
with its slope, and of the ordinary engine, best of five in turn. Exit code 1 if rates scaled under caps
take more than four (five where the budget is a fifth higher, or it is the cap that moves), one without caps more than
one, or one comes no nearer than 0.01. Where the cost jumps, from person to person, ten, and it
ends inside what is allowed below the budget.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, toms748

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from policymodel.calibration import costs, lever, meet
from policymodel.calibration.course import CostCourse, template
from policymodel.draws import Draws
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.scheme import Scheme
from small_bank import bank

YEAR, BASE = Period.parse("2025"), Period.parse("2024")

CENT = 1.0
"""In minor units."""
NEAR = 0.01
"""In currency units."""
SALES = {"measure": "credit_cards"}
RATE = {"kind": "commission", "id": "wage", "of": SALES, "rate": 0.04}
TIERS = {
    **{"kind": "tiers", "id": "tiers", "of": SALES, "rate_applies_to": "slice", "measured": "by_itself"},
    "tiers": [{"from": 0, "rate": 0.01}, {"from": 40000, "rate": 0.05}],
}


@dataclass(frozen=True)
class Asked:
    """One question: what is paid, which numbers move, between what, and the budget as a share of the present cost."""

    name: str
    items: tuple[dict[str, Any], ...]
    numbers: tuple[str, ...]
    between: tuple[str, str]
    budget: float
    most: int
    scales: bool = False


QUESTIONS = (
    Asked("a rate, no cap", (RATE,), ("wage.rate",), ("0", "0.5"), 1.07, 1),
    *(
        Asked(
            f"three rates scaled, two capped, budget {share:.0%}",
            (
                RATE | {"cap": 2500},
                RATE | {"id": "more", "rate": 0.01, "cap": 400},
                RATE | {"id": "base", "rate": 0.002},
            ),
            ("wage.rate", "more.rate", "base.rate"),
            ("0", "5"),
            share,
            most,
            True,
        )
        for share, most in ((0.85, 4), (0.95, 4), (1.03, 4), (1.1, 4), (1.2, 5))
    ),
    Asked("a cap", (RATE | {"cap": 2500},), ("wage.cap",), ("0", "5000"), 0.95, 5),
    Asked("where a slice begins", (TIERS,), ("tiers.tiers[1].from",), ("1", "99000"), 0.9, 10),
    Asked(
        "where a higher rate of everything begins",
        (TIERS | {"rate_applies_to": "all", "edge": "upper"},),
        ("tiers.tiers[1].from",),
        ("1", "99000"),
        0.9,
        10,
    ),
)


def scheme(items: tuple[dict[str, Any], ...]) -> Scheme:
    """A scheme that pays these items each quarter."""
    pay = {
        "currency": "CNY",
        "round": {"digits": 2, "mode": "half_up"},
        "items": [{"title": each["id"], "source": "invented"} | each for each in items],
    }
    document = {"id": "till", "title": "Till", "source": "invented", "every": "quarter", "pay": pay}
    return scheme_of(json.loads(json.dumps(document), parse_float=Decimal))


def invented(people: int, seed: int) -> Panel:
    """People who sell between nothing and a long tail, one row a quarter."""
    who = np.array([f"M{place:06d}" for place in range(people)], dtype=object)
    chance = Draws(seed).generator("sales")
    sales = np.round(chance.lognormal(10.5, 0.6, (people, 4)), 2)
    managers = pd.DataFrame({"manager_id": who, "outlet_id": "O1", "grade": "B", "fte": 1.0, "region": "R"})
    managers = managers.assign(
        valid_from=pd.Timestamp("2023-01-01"), valid_to=pd.NaT, reports_to="", hired=pd.NaT
    )
    months = YEAR.first + 1 + 3 * np.arange(4)
    activity = pd.DataFrame(
        {
            "manager_id": np.repeat(who, 4),
            "month": np.tile(months, people),
            "measure": "credit_cards",
            "actual": sales.ravel(),
        }
    )
    tables = {"managers": managers, "activity": activity}
    sourced = {
        name: each.assign(source_file=f"{name}.csv", source_row=range(2, len(each) + 2))
        for name, each in tables.items()
    }
    return build_panel(bank(**sourced), YEAR, BASE)


class Counted:
    """A cost less the budget, counted; within half a minor unit it is nothing."""

    def __init__(self, course: CostCourse, budget: int) -> None:
        self.course, self.budget, self.count = course, budget, 0

    def __call__(self, value: float) -> float:
        self.count += 1
        over = self.course.at(float(value), (1,)).cost - self.budget
        return 0.0 if abs(over) <= CENT / 2 else over


def answered(panel: Panel, asked: Asked) -> dict[str, Any]:
    """Ours beside the two finders."""
    of = scheme(asked.items)
    low, high = (Decimal(each) for each in asked.between)
    moved = lever(of, asked.numbers, scales=asked.scales, between=(low, high))
    present = costs([of], panel)
    budget = int(present.totals[0] * asked.budget)
    answer = meet(panel, moved, budget=budget)
    found = answer.found
    read = template(moved)
    assert read is not None
    course = CostCourse(panel, moved, read, np.ones(panel.managers.size, dtype=bool))
    told: dict[str, Any] = {"question": asked.name, "budget": budget / 100, "method": found.method}
    errors = [abs(course.at(each, (1,)).cost - budget) / 100 for each in found.passes]
    told["ours"] = {"searched": found.searched, "checked": found.checked, "error": max(errors)}
    [solution] = found.solutions
    assert solution.beyond is not None
    assert solution.cost <= budget < solution.beyond[1]
    told["written"] = {
        **{"value": str(solution.value), "cost": solution.cost / 100, "proved": found.proved},
        **{"beyond": str(solution.beyond[0]), "costs": solution.beyond[1] / 100},
    }
    for name, finder in (("brentq", brentq), ("toms748", toms748)):
        gap = Counted(course, budget)
        value = finder(gap, float(low), float(high), xtol=1e-15, rtol=8.9e-16, maxiter=200)
        told[name] = {"searched": gap.count, "error": abs(course.at(float(value), (1,)).cost - budget) / 100}
    told["seconds"] = _in_turn(
        {
            "evaluation": lambda: course.at(float(moved.value), (1,)),
            "pay": lambda: costs([of], panel),
        }
    )
    told["met"] = found.searched + found.checked <= asked.most and (
        max(errors) <= NEAR or found.method == "bracket"
    )
    return told


def _in_turn(contenders: dict[str, Callable[[], Any]]) -> dict[str, float]:
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(5):
        for name, run in contenders.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    return {name: round(each, 4) for name, each in best.items()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    panel = invented(chosen.people, chosen.seed)
    told = [answered(panel, each) for each in QUESTIONS]
    whole = {"rows": 4 * chosen.people, "seed": chosen.seed, "answers": told}
    sys.stdout.write(json.dumps(whole, indent=1) + "\n")
    return 0 if all(each["met"] for each in told) else 1


if __name__ == "__main__":
    sys.exit(main())
