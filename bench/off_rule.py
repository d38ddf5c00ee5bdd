"""Whether off-rule payments are found, as JSON: a bank's replay is paid out, with faults planted in it, and reconciled.

    python bench/off_rule.py --seeds 1 2 3 [--people 10000] [--share 0.02] [--missing 0 0.00002] [--data DATA_DIR]

Of so many people so large a share is paid one amount off the rule. Kinds, in turn: another rate (one part at 0.8 of
its amount, as an older scheme would have it), an item left out, a manual bonus (round or not), all of it paid twice,
the amount of another period. As many others are paid rounded, to whole units or tenths: these are not off the rule.
`precision` and `recall` are of amounts, `named` is how many of those found had their kind as the first hypothesis,
`unseen` how many planted faults moved the amount by no more than the tolerance and cannot be found. `missing`: the
replay is made from a history that lacks this share of its rows of income and activity, and payroll had them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.payroll import Payments, pay
from policymodel.reconciliation import TOLERANCE, reconcile
from policymodel.report.runfile import read_run_file
from policymodel.report.wording import schemes_of

PARAMS = Path(__file__).resolve().parents[1] / "params"
KINDS = ("rate", "left_out", "bonus", "twice", "other_period")
NAMED = {
    "rate": ("rate", "share", "other_scheme"),
    "left_out": ("left_out",),
    "bonus": ("round_sum",),
    "twice": ("twice",),
    "other_period": ("other_period",),
}
RATE = 0.8
"""Of its amount: what a part is at the rate of an older scheme."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--missing", type=float, nargs="*", default=[0.0])
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            write_bank(folder, Draws(seed), managers=asked.people, regions=max(4, asked.people // 500))
            history, payments = replayed("demo", Path(folder))
        for gap in asked.missing:
            found[f"invented bank, seed {seed}, missing {gap:g}"] = measured(
                history, payments, asked.share, seed, gap
            )
    if asked.data is not None and (asked.data / "estban").is_dir():
        history, payments = replayed("estban", asked.data / "estban")
        for seed in asked.seeds:
            found[f"estban, seed {seed}"] = measured(history, payments, asked.share, seed, 0.0)
    print(json.dumps(found, indent=1))


def replayed(name: str, folder: Path) -> tuple[History, Payments]:
    """A history, and what the baseline of its run file pays."""
    run = read_run_file(PARAMS / "runs" / f"{name}.yaml")
    history = read_history(folder, read_mapping(run.mapping))
    plan = schemes_of(run)[run.baseline][1]
    assert plan is not None
    return history, pay(build_panel(history, run.plan_year, run.base_year), plan)


def measured(history: History, payments: Payments, share: float, seed: int, gap: float) -> dict[str, Any]:
    """Plant faults, reconcile, and count what was found."""
    lines = payments.lines().pivot(index=["manager_id", "period"], columns="item", values="amount_minor")
    paid, planted = with_faults(lines, share, seed)
    rows = pd.DataFrame(
        {
            "payment_id": "",
            "manager_id": [who for who, _ in paid.index],
            "period": [when for _, when in paid.index],
            "item": "",
            "amount": paid.to_numpy() / 100,
            "source_file": "paid.csv",
            "source_row": np.arange(2, len(paid) + 2),
        }
    )
    tables = {**history.tables, "paid": rows}
    chance = Draws(seed).generator("missing")
    for name in ("client_income", "activity"):
        there = chance.random(len(tables[name])) >= gap
        tables[name] = tables[name][there].reset_index(drop=True)
    of = payments.panel
    panel = build_panel(replace(history, tables=tables), of.plan_year, of.base_year)
    begun = time.monotonic()
    told = reconcile(pay(panel, payments.scheme, payments.periods))
    off = told.off_rule.set_index(["manager_id", "period"])
    true = planted[planted != "rounding"]
    replay = told.people.set_index(["manager_id", "period"])["difference"].abs()
    unseen = [key for key in true.index if not replay[key] > TOLERANCE]
    hits = true.index.intersection(off.index)
    kinds = {}
    for kind in KINDS:
        own = true[true == kind].index
        seen = own.intersection(off.index)
        named = off.loc[seen, "why"].isin(NAMED[kind]) if len(seen) else pd.Series(dtype=bool)
        kinds[kind] = {
            "planted": len(own),
            "unseen": len(set(own) & set(unseen)),
            "found": len(seen),
            "named": int(named.sum()),
            "unexplained": int((off.loc[seen, "why"] == "unknown").sum()) if len(seen) else 0,
        }
    rounding = planted[planted == "rounding"].index
    return {
        "people": int(told.people["manager_id"].nunique()),
        "amounts": len(told.people),
        "planted": len(true),
        "unseen": len(unseen),
        "off_rule": len(off),
        "precision": round(len(hits) / max(len(off), 1), 4),
        "recall": round(len(hits) / max(len(true), 1), 4),
        "rounded_amounts": len(rounding),
        "rounded_taken_for_off_rule": len(rounding.intersection(off.index)),
        "kinds": kinds,
        "seconds": round(time.monotonic() - begun, 1),
    }


def with_faults(lines: pd.DataFrame, share: float, seed: int) -> tuple[pd.Series, pd.Series]:
    """What is paid for each person and period, and which faults are in it: one fault a person at most."""
    chance = Draws(seed).generator("off_rule")
    paid = lines.sum(axis=1).astype(np.int64)
    people = np.array(sorted({who for who, _ in lines.index}), dtype=object)
    chosen = chance.permutation(people)
    count = round(share * len(people))
    planted = {}
    for place, who in enumerate(chosen[:count].tolist()):
        kind = KINDS[place % len(KINDS)]
        periods = [when for name, when in lines.loc[[who]].index]
        key = (who, str(chance.choice(periods)))
        items = lines.loc[key]
        several = items[items.abs() > 0].index.tolist()
        item = str(chance.choice(several)) if several else str(items.index[0])
        if kind == "rate":
            item = str(
                chance.choice([each for each in several if each != items.index[0]] or several or [item])
            )
            paid[key] += round((RATE - 1) * items[item])
        elif kind == "left_out":
            paid[key] -= items[item]
        elif kind == "bonus":
            size = (
                int(chance.integers(1, 21)) * 50_000 if place % 2 else int(chance.integers(10_000, 1_000_000))
            )
            paid[key] += size
        elif kind == "twice":
            paid[key] *= 2
        else:
            others = [when for when in periods if when != key[1]]
            if not others:
                continue
            paid[key] = int(lines.loc[(who, str(chance.choice(others)))].sum())
        planted[key] = kind
    for who in chosen[count : 2 * count].tolist():
        key = (who, str(chance.choice([when for name, when in lines.loc[[who]].index])))
        unit = int(chance.choice([10, 100]))
        whole = int(((lines.loc[key] + unit // 2) // unit * unit).sum())
        paid[key] = whole if chance.random() < 0.5 else int((paid[key] + unit // 2) // unit * unit)
        planted[key] = "rounding"
    index = pd.MultiIndex.from_tuples(list(planted), names=lines.index.names)
    return paid, pd.Series(list(planted.values()), index=index, dtype=object)


if __name__ == "__main__":
    main()
