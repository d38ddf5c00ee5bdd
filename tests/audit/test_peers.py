"""Every way to stand among peers, as formulas: ties under each rule, awards, statistics, parts that add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.recalculating import Held, hold, office, recalculated
from chance.agreement import PLAN, Bank, written
from chance.histories import history
from chance.peers import OF_ONE, OF_SEVERAL
from policymodel.audit.writing import write_audit
from policymodel.scheme.reading import read_scheme

TIED = {"measure": "wealth_clients"}
"""Whole numbers from 0 to 10: many are equal."""
MARKS = {"measure": "duty_mark"}
OPEN = {"missing": "leave_out"}


def lines() -> Iterator[dict[str, Any]]:
    """One line for each rule."""
    for best in ("highest", "lowest"):
        for ties in ("best_place", "mean_place", "worst_place", "next_place"):
            for each in ("person", "outlet"):
                ranked = {"of": TIED, "best": best, "ties": ties, "each": each, "among": "group"}
                shown = "share" if best == "lowest" else "place"
                yield {"kind": "rank", "shown_as": shown} | ranked | OPEN
    for ties in ("all_get_the_better", "share_the_awards", "all_get_the_worse"):
        awards = [
            {"place": 1, "amount": 500},
            {"from": 2, "to": 4, "amount": 200},
            {"last": 2, "amount": -70},
        ]
        yield {
            "kind": "rank_award",
            "of": TIED,
            "best": "highest",
            "ties": ties,
            "among": "group",
            "awards": awards,
        } | OPEN
    for word in OF_ONE:
        at = {"quantile": 0.3, "lorenz": 0.35, "atkinson": 0.5}.get(word)
        yield (
            {"kind": "statistic", "of": TIED, "statistic": word, "among": "group"}
            | OPEN
            | ({"at": at} if at else {})
        )
        yield (
            {"kind": "statistic", "of": MARKS, "statistic": word, "among": "region"}
            | OPEN
            | ({"at": at} if at else {})
        )
    for epsilon in (0, 1, 1.5):
        yield {
            "kind": "statistic",
            "of": MARKS,
            "statistic": "atkinson",
            "among": "group",
            "at": epsilon,
        } | OPEN
    for word in OF_SEVERAL:
        three = [TIED, MARKS, {"measure": "debit_cards"}]
        many = three if word == "kendall_w" else three[:2]
        yield {"kind": "statistic", "of": many, "statistic": word, "among": "group"} | OPEN
    for among in ("group", "region"):
        whole = {"digits": 0, "mode": "half_up"}
        shared = {"kind": "pool", "fund": 1000, "allocation": "in_proportion", "weight": TIED, "among": among}
        yield shared | OPEN | {"round": whole, "remainder": "largest_remainder"}
        yield shared | OPEN | {"allocation": "equal", "round": whole, "remainder": "largest_remainder"}


def test_every_rule_among_peers(tmp_path):
    """Twelve people with many equal figures, some of them unknown."""
    program = office()
    figures = [
        {"id": f"line_{count}", "title": f"Line {count}", "source": "1"} | each
        for count, each in enumerate(lines())
    ]
    for each in figures:
        if each["kind"] == "pool" and each["allocation"] == "equal":
            del each["weight"]
    found = {"id": "peers", "title": "Peers", "source": "1", "every": "quarter", "figures": figures}
    scheme = read_scheme(written(found, tmp_path))
    out = tmp_path / "peers.xlsx"
    panel = Bank.of(history(3, people=12)).panel
    book, counted = write_audit(panel, scheme, PLAN.split(scheme.months), out, "en")
    held = Held()
    hold(book, recalculated([out], tmp_path, program)[out], held)

    assert counted.taken_over == 0
    assert held.errors == []
    assert held.differences == []
    for each in figures:
        known = book.engine(book.lines[each["id"]], book.sheets["figures"])
        assert any(not isinstance(value, str) for value in known), each
