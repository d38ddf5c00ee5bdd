"""S4 and S6 once more, read literally: plain Python, exact fractions, one person at a time.

The slow second opinion of the tests. It imports nothing of the package; what it knows of the schemes is written
here a second time, from the clauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from worked.books import (
    ABSENT,
    INCOME,
    NOT_APPLICABLE,
    NOTHING,
    Books,
    Figure,
    Months,
    added,
    calendar_days,
    divided,
    half_up,
    month_end,
    span,
)
from worked.duties import Checklist

INDICATORS = {  # S4.1
    "net_deposits": 15,
    "wealth_accounts": 10,
    "autodebit_agreements": 10,
    "insurance_sold": 10,
    "broker_links": 5,
    "debit_cards": 10,
    "credit_cards": 10,
    "funds_sold": 10,
    "off_counter_share": 10,
    "ebanking_clients": 10,
}
WAGES = {"A": 12000, "B": 9000, "C": 7000, "D": 5500}
SHARES = {"stock": Fraction("0.005"), "increment": Fraction("0.03"), "super_increment": Fraction("0.05")}
FULL = Fraction(1000)


def _counted(figure: Figure) -> Figure:
    """What does not apply is worth nothing."""
    return NOTHING if figure == NOT_APPLICABLE else figure


def _at_most(figure: Figure, cap: int | Fraction) -> Figure:
    return figure if isinstance(figure, str) else min(figure, Fraction(cap))


def _unknown(figures: Iterable[Figure]) -> Figure | None:
    """Why there is no figure where one of some is not known or does not apply; None where all are known."""
    words = [each for each in figures if isinstance(each, str)]
    return (ABSENT if ABSENT in words else NOT_APPLICABLE) if words else None


def _times(figure: Figure, factor: int | Fraction) -> Figure:
    return figure if isinstance(figure, str) else figure * factor


@dataclass(frozen=True, eq=False)
class Literal:
    """The two schemes as published, or with some settings changed (`net_deposits.cap`, `reports.cap` …)."""

    books: Books
    changed: Mapping[str, Fraction] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)
    """From which day on a change is in force; without one it always was (S4.4)."""
    as_of: date | None = None
    """The day on which things stand, inside a quarter; None where quarters are over."""
    one_mark: bool = False
    """Whether a reviewer's one mark stands where the duties do (S6.6)."""

    # S4

    def indicator(self, who: str, name: str, quarter: Months) -> Figure:
        """Points of one line of S4.1."""
        if name == "off_counter_share":
            outlet = self.books.outlet(who, quarter)
            share = divided(
                self._share_of_outlet(outlet, quarter),
                self._share_of_outlet(outlet, (quarter[0] - 3, quarter[0] - 1)),
            )
        else:
            period, target = self.books.target_to_date(who, name, quarter[1])
            share = divided(self.books.flow(who, name, (period[0], quarter[1])), target)
        if not isinstance(share, str):
            share = max(share, self.changed.get(f"{name}.floor", share))
            share = min(share, self.changed.get(f"{name}.cap", share))
        return _times(share, self._points(name, quarter))

    def _points(self, name: str, quarter: Months) -> Fraction:
        """The points in force, each for the days of the quarter on which it is (S4.4)."""
        published = Fraction(INDICATORS[name])
        changed = self.changed.get(f"{name}.points", published)
        start = date(quarter[0] // 12, quarter[0] % 12 + 1, 1)
        days = calendar_days(quarter)
        before = min(max((self.since.get(f"{name}.points", start) - start).days, 0), days)
        return (published * before + changed * (days - before)) / days

    def _share_of_outlet(self, outlet: str, quarter: Months) -> Figure:
        count = self.books.outlet_flow
        return divided(
            count(outlet, "off_counter_business", quarter), count(outlet, "total_business", quarter)
        )

    def bonus_lines(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Points of each line of S4.2."""
        clients = self.books.stock(who, "wealth_clients", quarter)
        files = divided(self.books.stock(who, "client_files_kept", quarter), clients)
        met = divided(self.books.flow(who, "wealth_clients_maintained", quarter), clients)
        return {
            "client_files": _at_most(_times(files, 2), 2),
            "maintenance": _at_most(_times(met, 2), 2),
            "reports_written": self.books.flow(who, "research_reports", quarter),
            "reports_adopted": _times(self.books.flow(who, "research_reports_adopted", quarter), 2),
        }

    def bonus(self, who: str, quarter: Months) -> Figure:
        """At most 6 for reports and at most 10 in all (S4.2)."""
        lines = {name: _counted(figure) for name, figure in self.bonus_lines(who, quarter).items()}
        reports = added([lines["reports_written"], lines["reports_adopted"]])
        reports = _at_most(reports, self.changed.get("reports.cap", Fraction(6)))
        return _at_most(added([lines["client_files"], lines["maintenance"], reports]), 10)

    def deductions(self, who: str, quarter: Months) -> dict[str, Figure]:
        """5 points for each verified complaint to the hotline, inspections as found; no floor (S4.3)."""
        verified = [
            row
            for row in self.books.events
            if row["manager_id"] == who
            and row["verified"]
            and row["date"].year * 12 + row["date"].month - 1 in span(quarter)
        ]
        complaints = [row for row in verified if (row["event"], row["channel"]) == ("complaint", "hotline")]
        found = [row["points"] for row in verified if row["event"] == "inspection_finding"]
        return {
            "complaints": Fraction(-5 * len(complaints)),
            "inspections": ABSENT if None in found else -sum(found, NOTHING),
        }

    def one_indicator(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Debit cards alone (S4.1.6)."""
        points = self.indicator(who, "debit_cards", quarter)
        return {"debit_cards": points, "score": points if isinstance(points, str) else half_up(points)}

    def two_indicators(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Cards and the outlet's share as they stand on a day inside the quarter (S4.0, S4.1.9)."""
        assert self.as_of is not None
        start = date(quarter[0] // 12, quarter[0] % 12 + 1, 1)
        passed = Fraction((self.as_of - start).days + 1, calendar_days(quarter))
        asked = next(row["target"] for row in self.books.targets if row["unit_id"] == who)
        reported = (quarter[0], self.as_of.year * 12 + self.as_of.month - 1)
        cards = _times(divided(self.books.flow(who, "debit_cards", reported), asked * passed), 10)
        share: Figure = NOT_APPLICABLE
        if over := [month for month in span(quarter) if month_end(month) <= self.as_of]:
            outlet = self.books.outlet(who, reported)
            now, then = (
                self._share_of_outlet(outlet, (quarter[0] - back, over[-1] - back)) for back in (0, 3)
            )
            share = _times(divided(now, then), 10)
        applying = [each for each in (cards, share) if each != NOT_APPLICABLE]
        factor = Fraction(2, len(applying))
        score = half_up(Fraction(_times(added(applying), factor)))
        return {"debit_cards": cards, "off_counter_share": share, "factor": factor, "score": score}

    def score(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Every line of the scorecard, the `factor` that reweights the indicators, and the `score`."""
        lines = {name: self.indicator(who, name, quarter) for name in INDICATORS}
        applying = [name for name in INDICATORS if lines[name] != NOT_APPLICABLE]
        factor = Fraction(100, sum(INDICATORS[name] for name in applying))
        indicators = _times(added(lines[name] for name in applying), factor)
        deductions = self.deductions(who, quarter)
        total = added([indicators, self.bonus(who, quarter), *deductions.values()])
        score = total if isinstance(total, str) else half_up(total)
        return lines | self.bonus_lines(who, quarter) | deductions | {"factor": factor, "score": score}

    # S6

    def management_score(self, who: str, quarter: Months) -> Figure:
        """Duties, bonus and deductions; two digits, then x 10, between 0 and 1000 (S6.6)."""
        duties = Checklist(self.books.figure, self.changed).score(who, quarter)["duties"]
        if self.one_mark:
            duties = self.books.stock(who, "duty_mark", quarter)
        others = added([self.bonus(who, quarter), *self.deductions(who, quarter).values()])
        if unknown := _unknown([duties, others]):
            return unknown
        return min(max(half_up(Fraction(added([duties, others]))) * 10, NOTHING), FULL)

    def base_wage(self, who: str, quarter: Months) -> Fraction:
        """The grade's monthly wage for the share of a post and the days employed (S6.6)."""
        wage = NOTHING
        for spell in self.books.spells[who]:
            for month in span(quarter):
                days = self.books.spell_days(spell, (month, month))
                wage += WAGES[spell["grade"]] * spell["fte"] * days / calendar_days((month, month))
        return half_up(wage)

    def parts_to_date(self, who: str, until: int) -> list[Figure]:
        """What the three slices of the income received this year amount to, before any score (S6.5)."""
        months = (self.books.plan[0], until)
        realised = max(self.books.received(who, months), NOTHING)
        stock = max(sum((self.books.portfolio(who, line, months) for line in INCOME), NOTHING), NOTHING)
        growth = added(self.books.target_to_date(who, line, until)[1] for line in INCOME)
        if isinstance(growth, str):
            return [growth] * 3
        target = stock + max(growth, NOTHING)
        slices = {
            "stock": min(realised, stock),
            "increment": min(max(realised - stock, NOTHING), target - stock),
            "super_increment": max(realised - target, NOTHING),
        }
        shares = {part: self.changed.get(f"performance_wage.shares.{part}", SHARES[part]) for part in SHARES}
        return [shares[part] * piece for part, piece in slices.items()]

    def drawn(self, who: str, quarter: Months) -> list[Figure]:
        """What the parts of the year so far exceed their highest total of earlier quarters by, if they do (S6.5)."""
        highest: list[Figure] = [NOTHING] * 3
        due: list[Figure] = [NOTHING] * 3
        for end in range(self.books.plan[0] + 2, quarter[1] + 1, 3):
            due = [NOTHING] * 3
            if not self.books.days(who, (self.books.plan[0], end)):
                continue
            parts = self.parts_to_date(who, end)
            if ABSENT in parts:
                return parts
            if Fraction(added(parts)) > Fraction(added(highest)):
                due = [Fraction(now) - Fraction(then) for now, then in zip(parts, highest, strict=True)]
                highest = parts
        return due

    def pay(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Base wage and the three parts in yuan, their total, and the management score that scaled them."""
        score = self.management_score(who, quarter)
        items: dict[str, Figure] = {"base_wage": self.base_wage(who, quarter)}
        for part, due in zip(SHARES, self.drawn(who, quarter), strict=True):
            items[part] = _unknown([due, score]) or half_up(Fraction(due) * Fraction(score) / FULL)
        total = _unknown(items.values()) or added(items.values())
        return items | {"total": total, "management_score": score}
