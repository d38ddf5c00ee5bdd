"""Whether the leaves of every pay and score add up, as JSON: real towns, the invented bank, published examples.

    python bench/leaves.py [DATA_DIR] [--seeds 1 2]

DATA_DIR holds the folder estban; where it is not there, or not named, the towns are left out. For each design: people,
periods, amounts that were computed, of them those whose leaves add up to what `totals()` gives, those that miss it by
more than rounding can, leaves by kind, the largest rounding in cents, seconds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from policymodel.account import account_of
from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import COMPUTED
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.payroll import Payments, pay
from policymodel.periods import Period
from policymodel.report.runfile import read_run_file
from policymodel.report.wording import schemes_of
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import Scores, score

ROOT = Path(__file__).resolve().parents[1]
PARAMS = ROOT / "params"
CASES = ROOT / "tests" / "cases"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--people", type=int, default=240)
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    if asked.data is not None and (asked.data / "estban").is_dir():
        found["estban"] = of_run("estban", asked.data / "estban")
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            write_bank(folder, Draws(seed), managers=asked.people)
            found[f"invented bank, seed {seed}"] = of_run("demo", Path(folder))
    found["published examples"] = of_examples()
    print(json.dumps(found, indent=1))


def of_run(name: str, folder: Path) -> dict[str, Any]:
    """Every design of a run file over one history: its pay, and its card where it has one of its own."""
    run = read_run_file(PARAMS / "runs" / f"{name}.yaml")
    history = read_history(folder, read_mapping(run.mapping))
    panel = build_panel(history, run.plan_year, run.base_year)
    found = {}
    for design, (card, plan) in schemes_of(run).items():
        if plan is not None:
            found[f"{design}, pay"] = counted([pay(panel, plan)])
        if card is not None:
            found[f"{design}, score"] = counted([score(panel, card)])
    return found


def of_examples() -> dict[str, Any]:
    """All published examples that pay or score somebody."""
    results = []
    for folder in sorted(each for each in CASES.iterdir() if (each / "scheme.yaml").is_file()):
        scheme = read_scheme(folder / "scheme.yaml")
        if scheme.pay is None and scheme.card is None:
            continue
        expected = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
        history = example(folder)
        plan = Period.parse(str(expected["plan_year"]))
        panel = build_panel(history, plan, Period.parse(str(expected["base_year"])))
        results.append(pay(panel, scheme) if scheme.pay is not None else score(panel, scheme))
    return counted(results)


def example(folder: Path) -> History:
    """The history of one example."""
    return read_history(folder / "history", read_mapping(folder / "history" / "mapping.yaml"))


def counted(results: list[Payments | Scores]) -> dict[str, Any]:
    """How many amounts were taken apart, and how many of them add up."""
    begun = time.monotonic()
    people: set[tuple[int, str]] = set()
    told: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    largest = 0
    for place, result in enumerate(results):
        totals = result.totals()
        amounts = totals["amount_minor" if isinstance(result, Payments) else "score"]
        for who, when, amount, status in zip(
            totals["manager_id"], totals["period"], amounts, totals["status"], strict=True
        ):
            people.add((place, str(who)))
            told["person-periods"] += 1
            if status not in COMPUTED:
                continue
            told["computed"] += 1
            account = account_of(result, str(who), str(when), rows=False)
            leaves = [leaf for part in account.parts for leaf in part.leaves]
            kinds.update(leaf.why for leaf in leaves)
            digits = (
                result.scheme.pay.rounding.digits if result.scheme.pay and isinstance(result, Payments) else 0
            )
            expected = round(float(amount) * 10.0 ** (account.digits - digits))
            told["add up"] += sum(leaf.amount for leaf in leaves) == expected
            told["miss by more than rounding"] += any(part.unexplained for part in account.parts)
            ends = [leaf.amount for leaf in leaves if leaf.why == "rounding"]
            largest = max(largest, *map(abs, ends)) if ends else largest
    return {
        "people": len(people),
        **told,
        "leaves": dict(kinds.most_common()),
        "largest_rounding_in_last_digits": largest,
        "seconds": round(time.monotonic() - begun, 1),
    }


if __name__ == "__main__":
    main()
