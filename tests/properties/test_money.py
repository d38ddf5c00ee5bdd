"""Yuan or 10,000 yuan makes no difference, where amounts and thresholds are written in the same unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from chance.documents import ON_BOTH, ON_PERIODS, Writer
from chance.histories import INCOME
from chance.pen import Pen
from policymodel.history.facts import History
from properties.pricing import banks, facts, panel, panel_of, same, scheme, seeds, values

UNIT = 10_000
AMOUNTS = ("net_deposits", "insurance_sold", "funds_sold", "loans_to_date")
SHARES = ("ratio", "rescaled", "rank")
"""Kinds whose value has no unit, whatever goes in."""
BARE = ("premium_plan", "matrix", "table", "power", "statistic")
"""Kinds whose value is another number than an amount of what goes in, or a power of it."""
KINDS = tuple(sorted({*ON_BOTH, *ON_PERIODS} - {*BARE}))
SHARE_OF = (".rate", ".open", ".share", ".factor")
"""Side figures that have no unit."""


class MoneyPen(Pen):
    """Writes amounts of money alone, in a unit of so many yuan."""

    def fact(self) -> Any:
        if self.axis == "transaction" and self.maybe(0.6):
            lines = [{"line": name} for name in self.on_transactions]
            return self.pick({"transaction": "amount"}, {"transaction": "credited"}, *lines)
        return self.pick(self.measure, self.measure, self.line, self.line, self.transactions, self.base)()

    def measure(self) -> Any:
        return {"measure": self.pick(*AMOUNTS, *INCOME), "missing": "zero"} | self.window()

    def base(self) -> Any:
        return {"base": self.pick(*AMOUNTS, *INCOME)} | self.window()

    def transactions(self) -> Any:
        return {"transactions": self.pick("credited", "amount")} | self.window()


def document(seed: int, unit: int) -> dict[str, Any]:
    """Figures with every amount in a unit of so many yuan; nothing is rounded."""
    pen = MoneyPen(seed, 1 / unit)
    pen.has_targets = False
    writer = Writer(seed, pen)
    figures = []
    for kind in pen.some(KINDS, 8):
        before = [*pen.on_periods], [*pen.on_transactions]
        line = without_rounding(writer.line(kind))
        # Of money by money, not by clients.
        figures.append(line | ({"bottom": pen.measure()} if kind == "ratio" else {}))
        if kind in SHARES:
            pen.on_periods, pen.on_transactions = before
        pen.on_periods = [name for name in pen.on_periods if not name.endswith(SHARE_OF)]
        pen.on_transactions = [name for name in pen.on_transactions if not name.endswith(SHARE_OF)]
    return {"id": "money", "title": "Money", "source": "1", "every": pen.every, "figures": figures}


def without_rounding(line: dict[str, Any]) -> dict[str, Any]:
    """The line as it is before its rounding; bounds of a value without a unit are left out too."""
    bounds = ("floor", "cap") if line["kind"] in SHARES else ()
    return {key: value for key, value in line.items() if key not in ("round", "remainder", *bounds)}


def in_tens_of_thousands(bank: History) -> History:
    """The same facts with every amount of money in tens of thousands."""
    tables = dict(bank.tables)
    activity = tables["activity"]
    money = activity["measure"].isin(AMOUNTS)
    tables["activity"] = activity.assign(actual=activity["actual"].where(~money, activity["actual"] / UNIT))
    for name in ("client_income", "transactions"):
        tables[name] = tables[name].assign(amount=tables[name]["amount"] / UNIT)
    return replace(bank, tables=tables)


@settings(max_examples=12)
@given(seeds, banks)
def test_yuan_or_ten_thousand_yuan_makes_no_difference(seed, bank):
    small, large = scheme(document(seed, unit=1)), scheme(document(seed, unit=UNIT))

    found = values(panel(bank), small)
    other = values(panel_of(in_tens_of_thousands(facts(bank))), large)
    lines = other.index.get_level_values("line")
    share = lines.str.fullmatch(rf"({'|'.join(SHARES)})_\d+") | lines.str.endswith(SHARE_OF)
    # Values are shown to nine digits, so a small one in a large unit has lost some.
    same(other.assign(value=other["value"].where(share, other["value"] * UNIT)), found, within=1e-4)


def test_the_two_documents_differ_by_their_amounts_alone():
    assert str(document(3, unit=1)) != str(document(3, unit=UNIT))
    assert [line["id"] for line in document(3, 1)["figures"]] == [
        line["id"] for line in document(3, UNIT)["figures"]
    ]
