"""S3 once more, read literally: one sale and one client-month after the other; exact fractions.

It imports nothing of the package; rates, what is asked and the points are written here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from worked.books import ABSENT, NOT_APPLICABLE, NOTHING, Figure, Months, divided, half_up, span
from worked.counted import Counter, day_in, last_day, month_of

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]

ASSESSED: dict[str, Any] = {
    "of": "needs",
    "products": ["insurance", "trust", "funds"],
    "fits": "same_product",
    "same_day": "yes",
}
"""The rule of the examples; a mapping also gives it a title."""
CONTACTED: dict[str, Any] = {
    "of": "contacts",
    "where": {"kind": ["visit", "call", "message"]},
    "having": ["client_id"],
    "assigned": "yes",
    "once_per": ["client_id", "month"],
    "figure": "records",
}
ASSIGNED: dict[str, Any] = {"of": "assignments", "at": "month_end", "figure": "records"}
RATES = {"insurance": "1.5", "trust": "1.2", "funds": "1"}
ASKED = {"A": "900000", "B": "800000", "C": "700000", "D": "500000"}


@dataclass(frozen=True, eq=False)
class Mix:
    """The product mix as its file has it, or with some numbers changed; `factor` is the other reading of the gate."""

    tables: Tables
    rule: Mapping[str, Any] = field(default_factory=lambda: ASSESSED)
    changed: Mapping[str, Fraction] = field(default_factory=dict)
    factor: bool = False

    def score(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Every figure of the file and the `score`."""
        found: dict[str, Figure] = {"sale_credit": NOTHING, "suitable_credit": NOTHING}
        for sale in self.tables["transactions"]:
            if month_of(date.fromisoformat(sale["date"])) in span(quarter) and (
                share := self._share(who, sale)
            ):
                rate = self._now(f"product_rate.values.{sale['product']}", RATES.get(sale["product"], "0"))
                credit = Fraction(sale["amount"]) * share * rate
                found["sale_credit"] = Fraction(found["sale_credit"]) + credit
                suitable = self._gated(credit, self.assessed(sale))
                found["suitable_credit"] = _plus(found["suitable_credit"], suitable)
        found["suitability"] = self._suitability(found)
        found["credit_asked"] = self._asked(who, quarter)
        top = found["sale_credit" if self.factor else "suitable_credit"]
        reached = divided(top, found["credit_asked"])
        most = self._now("credit_reached.cap", "1.2")
        found["credit_reached"] = reached if isinstance(reached, str) else min(reached, most)
        points = self._now("sales.of[last]", "70")
        found["sales"] = _times(found["credit_reached"], points)
        if self.factor:
            found["sales"] = _times(found["suitability"], found["sales"])
        found["relationship"] = self._relationship(who, quarter)
        total = NOTHING if found["relationship"] == NOT_APPLICABLE else found["relationship"]
        score = _plus(found["sales"], total)
        found["score"] = score if isinstance(score, str) else half_up(score)
        return found

    def assessed(self, sale: Row) -> Figure:
        """1 where the sale rests on an assessment, 0 where it does not; what takes another back is as that one."""
        unclear = ABSENT if self.rule.get("unclear", "not_known") == "not_known" else NOTHING
        for _ in self.tables["transactions"]:
            if not sale.get("refers_to"):
                break
            named = [
                each for each in self.tables["transactions"] if each["transaction_id"] == sale["refers_to"]
            ]
            if not named:
                return unclear
            sale = named[0]
        else:
            return unclear
        if "products" in self.rule and sale["product"] not in self.rule["products"]:
            return Fraction(1)
        if not sale.get("client_id"):
            return unclear
        needs = [row for row in self.tables["needs"] if row["client_id"] == sale["client_id"]]
        if any(self._readable(row) and self._covers(row, sale) for row in needs):
            return Fraction(1)
        month = sale["date"][:7]
        return (
            unclear
            if any(not self._readable(row) and self._may(row, sale, month) for row in needs)
            else NOTHING
        )

    def _may(self, need: Row, sale: Row, month: str) -> bool:
        """Whether an assessment that cannot be read might have been made by then, by somebody who counts."""
        own = self.rule.get("made_by") != "seller" or need["manager_id"] == sale["manager_id"]
        return own and not (_is_day(need["date"]) and need["date"][:7] > month)

    def _readable(self, need: Row) -> bool:
        return all(_is_day(need[name]) for name in ("date", "valid_until") if need.get(name))

    def _covers(self, need: Row, sale: Row) -> bool:
        sold, made = date.fromisoformat(sale["date"]), date.fromisoformat(need["date"])
        if made > sold or (made == sold and self.rule["same_day"] == "no"):
            return False
        last = day_in(need, "valid_until")
        if last is None and "valid_days" in self.rule:
            last = date.fromordinal(made.toordinal() + int(self.rule["valid_days"]))
        if last is not None and last < sold:
            return False
        if self.rule.get("made_by") == "seller" and need["manager_id"] != sale["manager_id"]:
            return False
        fits = {
            "any_product": True,
            "same_product": need.get("product", "") == sale["product"],
            "same_or_blank": need.get("product", "") in ("", sale["product"]),
        }
        return fits[self.rule["fits"]]

    def _share(self, who: str, sale: Row) -> Fraction:
        shares = [
            row for row in self.tables.get("credits", []) if row["transaction_id"] == sale["transaction_id"]
        ]
        if not shares:
            return Fraction(sale["manager_id"] == who)
        return sum((Fraction(row["share"]) for row in shares if row["manager_id"] == who), NOTHING)

    def _gated(self, credit: Fraction, assessed: Figure) -> Figure:
        if isinstance(assessed, str):
            return assessed
        open_ = assessed >= self._now("suitable_credit.when[0].at_least", "1")
        return credit if open_ else self._now("suitable_credit.otherwise", "0")

    def _suitability(self, found: Mapping[str, Figure]) -> Figure:
        suitable, every = found["suitable_credit"], found["sale_credit"]
        if isinstance(suitable, str):
            return suitable
        return Fraction(1) if suitable >= Fraction(every) else self._now("suitability.otherwise", "0.8")

    def _asked(self, who: str, quarter: Months) -> Figure:
        """By the grade at the end, the full-time share and the days employed."""
        months = span(quarter)
        first, last = last_day(months[0]).replace(day=1), last_day(months[-1])
        spell = next(row for row in self.tables["managers"] if row["manager_id"] == who)
        there = max(first, date.fromisoformat(spell["valid_from"]))
        days = (last - there).days + 1
        asked = self._now(f"asked_of_grade.values.{spell['grade']}", ASKED[spell["grade"]])
        return asked * Fraction(spell.get("fte", "1")) * days / ((last - first).days + 1)

    def _relationship(self, who: str, quarter: Months) -> Figure:
        met, assigned = (
            [Counter(self.tables, rule, who).figure(month) for month in span(quarter)]
            for rule in (CONTACTED, ASSIGNED)
        )
        if ABSENT in (*met, *assigned):
            return ABSENT
        share = divided(sum(map(Fraction, met), NOTHING), sum(map(Fraction, assigned), NOTHING))
        if isinstance(share, str):
            return share
        return self._now("relationship.points", "30") * min(share, self._now("relationship.cap", "1"))

    def _now(self, setting: str, written: str) -> Fraction:
        return self.changed.get(setting, Fraction(written))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plus(first: Figure, second: Figure) -> Figure:
    return ABSENT if ABSENT in (first, second) else Fraction(first) + Fraction(second)


def _times(first: Figure, second: Figure) -> Figure:
    for each in (first, second):
        if isinstance(each, str):
            return each
    return Fraction(first) * Fraction(second)
