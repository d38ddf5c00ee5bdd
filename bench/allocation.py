"""How good proposed portfolios are, and how long they take, beside two naive ways; as JSON.

    python bench/allocation.py [--clients 12000] [--managers 60] [--seconds 240] [--data ../shared/data] [--seed 1]

Books: the invented bank of so many clients and managers in one region, and in four; the clients of `berka` where
its folder is there. For each the cost found, the bound, the gap and the seconds, part by part; span and potential
(largest ÷ smallest portfolio of a kind, and the coefficient of variation), groups that are split, chains that one
manager holds and clients who move: today, one by one in turn (`round_robin`), largest first to whoever has least
(`greedy`), and as proposed; and the hard rules that each breaks, by the checker. At last a book whose demands clash.
Exit code 1 if a proposal breaks a hard rule.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from policymodel.allocation import Book, Rules, allocate, book_of, clashes, read_rules, violations
from policymodel.allocation.parts import holders_of, parts_of
from policymodel.allocation.rules import Limits
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.words.clashes import clash_words

PARAMS = Path(__file__).resolve().parents[1] / "params"
RULES = read_rules(PARAMS / "allocations" / "bank.yaml")


def invented(clients: int, managers: int, regions: int) -> Book:
    """The book of an invented bank at the end of its plan year."""
    with tempfile.TemporaryDirectory() as folder:
        write_bank(folder, Draws(2026), managers=managers, regions=regions, clients=clients)
        history = read_history(folder, read_mapping(PARAMS / "mappings" / "bank.yaml"))
    return book_of(history, RULES, date(2025, 12, 31))


def spread(book: Book, assigned: pd.Series) -> dict[str, Any]:
    """How even portfolios are, what is kept together, and who moves."""
    clients = book.clients.assign(to=book.clients["client_id"].map(assigned))
    told: dict[str, Any] = {}
    for name, value in (("span", np.ones(len(clients))), ("potential", clients["potential"].to_numpy())):
        ratios, variations = [], []
        for (_, kind), rows in clients.groupby(["region", "portfolio"]):
            around = book.managers[book.managers["region"] == rows["region"].iloc[0]]
            ids = around.loc[holders_of(str(kind), around), ["manager_id", "fte"]].set_index("manager_id")[
                "fte"
            ]
            load = pd.Series(value[rows.index], index=rows.index).groupby(rows["to"]).sum().reindex(ids.index)
            load = load.fillna(0) / ids
            ratios.append(float(load.max() / load.min()) if load.min() > 0 else None)
            variations.append(float(load.std(ddof=0) / load.mean()))
        known = [each for each in ratios if each is not None]
        told[name] = {
            "largest_to_smallest": round(max(known), 3) if len(known) == len(ratios) else None,
            "variation": round(max(variations), 4),
        }
    groups = clients[clients["client_group"] != ""].groupby("client_group")["to"].nunique()
    chains = clients[clients["chain"] != ""].groupby("chain")["to"].nunique()
    told["groups_split"] = int((groups > 1).sum())
    told["chains_in_one_hand"] = f"{int((chains == 1).sum())} of {len(chains)}"
    told["moves"] = int((clients["to"] != clients["manager_id"]).sum())
    return told


def naive(book: Book, rules: Rules, way: str) -> pd.Series:
    """Clients in turn, or the largest first to whoever has least, among those who may hold their kind."""
    assigned = book.clients["manager_id"].to_numpy(dtype=object).copy()
    for part in parts_of(book, rules):
        rows = part.client
        if way == "round_robin":
            assigned[rows] = part.managers[np.arange(len(rows)) % len(part.managers)]
            continue
        worth = book.clients["potential"].to_numpy()[rows]
        load = np.zeros(len(part.managers))
        for row, size in sorted(zip(rows.tolist(), worth.tolist(), strict=True), key=lambda each: -each[1]):
            least = int((load / part.fte).argmin())
            load[least] += size
            assigned[row] = part.managers[least]
    return pd.Series(assigned, index=book.clients["client_id"].to_numpy(dtype=object))


def measured(book: Book, rules: Rules, seed: int, seconds: float) -> dict[str, Any]:
    """Everything about one book."""
    made = allocate(book, rules, seed, seconds)
    today = book.clients.set_index("client_id")["manager_id"]
    ways = {"today": today, **{way: naive(book, rules, way) for way in ("round_robin", "greedy")}}
    ways["proposed"] = made.assigned
    return {
        "clients": len(book.clients),
        "without_holder": len(book.without_holder),
        "managers": len(book.managers),
        "found": round(made.found, 5),
        "bound": round(made.bound, 5),
        "gap": round(made.gap, 4),
        "seconds": round(made.seconds, 1),
        "ways": {
            way: {
                **spread(book, assigned),
                "hard_rules_broken": [each.rule for each in violations(book, rules, assigned)],
            }
            for way, assigned in ways.items()
        },
        "parts": [
            {
                key: round(value, 5) if isinstance(value, float) else value
                for key, value in asdict(part).items()
                if key != "terms"
            }
            | {"terms": {key: round(value, 5) for key, value in asdict(part.terms).items()}}
            for part in made.parts
        ],
    }


def clashing(book: Book) -> list[str]:
    """A book that cannot be allocated: one group half under separate books, limits too tight, a pin against a rule."""
    clients = book.clients.copy()
    group = clients.loc[clients["client_group"] != "", "client_group"].iloc[0]
    first = clients.index[clients["client_group"] == group][0]
    clients.loc[first, "separate_book"] = True
    premium = clients.loc[clients["portfolio"] == "premium", "client_id"].iloc[0]
    plain = book.managers.loc[holders_of("ordinary", book.managers), "manager_id"].iloc[0]
    rules = RULES.model_copy(
        update={"limits": {"ordinary": Limits(most=10)}, "pinned": {str(premium): str(plain)}}
    )
    return [clash_words(each).render("en") for each in clashes(Book(clients, book.managers), rules)]


def main() -> int:
    """Measure, and print the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=12_000)
    parser.add_argument("--managers", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    told: dict[str, Any] = {}
    for regions in (1, 4):
        book = invented(asked.clients, asked.managers, regions)
        told[f"invented bank, {regions} region{'s' if regions > 1 else ''}"] = measured(
            book, RULES, asked.seed, asked.seconds
        )
    told["clashes"] = clashing(book)
    if asked.data is not None and (asked.data / "berka").is_dir():
        history = read_history(asked.data / "berka", read_mapping(PARAMS / "mappings" / "berka_clients.yaml"))
        rules = read_rules(PARAMS / "allocations" / "berka.yaml")
        told["berka"] = measured(
            book_of(history, rules, date(1998, 12, 31)), rules, asked.seed, asked.seconds
        )
    print(json.dumps(told, indent=1))
    broken = [
        name
        for name, each in told.items()
        if isinstance(each, dict) and each["ways"]["proposed"]["hard_rules_broken"]
    ]
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
