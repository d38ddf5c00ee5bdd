"""Small books of clients, by chance or as written."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policymodel.allocation import Book, Rules, book_of
from policymodel.allocation.book import portfolios
from policymodel.allocation.rules import ClientClass, Designated, Weights

RULES = Rules(
    id="small",
    title={"en": "Small"},
    classes=[
        ClientClass(id="premium", title={"en": "Premium"}, premium=True, when={"rating": ["AAA"]}),
        ClientClass(id="general", title={"en": "General"}),
    ],
    designated=Designated(grades=["A"]),
)


def managers(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """A row each: id, grade, plan; all of one region and outlet, on full posts."""
    frame = pd.DataFrame(rows, columns=["manager_id", "grade", "plan"])
    return frame.assign(region="north", outlet_id="O1", fte=1.0, designated=frame["grade"] == "A")


def clients(*rows: tuple[str, str, str, str, str, float], rules: Rules = RULES) -> pd.DataFrame:
    """A row each: id, today's manager, class, group, chain, potential; `separate` is a class of this helper alone."""
    columns = ["client_id", "manager_id", "client_class", "client_group", "chain", "potential"]
    frame = pd.DataFrame(rows, columns=columns).assign(region="north", outlet_id="O1")
    frame["separate_book"] = frame["client_class"] == "separate"
    frame["portfolio"] = portfolios(frame, rules)
    return frame


def by_chance(seed: int, *, size: int, hands: int, rules: Rules = RULES) -> Book:
    """A book with two designated managers, one of separate books, and groups and chains among the others' clients."""
    rng = np.random.default_rng(seed)
    people = managers(
        ("A1", "A", ""),
        ("A2", "A", ""),
        ("S1", "B", "separate_book"),
        *((f"M{n}", "B", "") for n in range(hands)),
    )
    kinds = rng.choice(["premium", "general", "separate"], size, p=[0.25, 0.65, 0.1])
    rows = []
    for number, kind in enumerate(kinds.tolist()):
        holder = str(rng.choice(people["manager_id"]))
        group = f"G{rng.integers(size // 4)}" if kind != "separate" and rng.random() < 0.3 else ""
        chain = f"C{rng.integers(size // 5)}" if kind != "separate" and rng.random() < 0.4 else ""
        rows.append((f"K{number:03d}", holder, kind, group, chain, float(rng.lognormal(10, 0.8))))
    return Book(clients(*rows, rules=rules), people)


__all__ = ["RULES", "Book", "Rules", "Weights", "book_of", "by_chance", "clients", "managers"]
