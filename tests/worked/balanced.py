"""S5 once more, read literally: what each measure is, and a mean of means with weights; exact fractions.

Like `literal` it imports nothing of the package; the objectives and every weight are written here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from worked.books import ABSENT, NOT_APPLICABLE, NOTHING, Books, Figure, Months, added, divided, half_up, span

Parts = list[tuple[str, int]]

OBJECTIVES: dict[str, Parts] = {
    "premium_clients": [("new_premium_clients", 2), ("new_premium_mined", 1), ("new_premium_won", 1)],
    "agency_income": [("fee_growth", 2), ("insurance_sold", 1), ("funds_sold", 1)],
    "deposits": [("net_deposits", 1)],
    "premium_relations": [("maintenance", 1)],
    "client_trust": [("complaints", 1), ("satisfaction", 1)],
    "complete_files": [("client_files", 1)],
    "sound_conduct": [("inspections", 1), ("duty_mark", 1)],
    "off_counter": [("off_counter_share", 1), ("ebanking_clients", 1)],
    "timeliness": [("reports_timely", 1), ("notes_timely", 1)],
    "skills": [("training", 1)],
    "market_knowledge": [("reports_written", 2), ("reports_adopted", 1)],
}
PERSPECTIVES: dict[str, tuple[int, Parts]] = {
    "financial": (40, [("premium_clients", 2), ("agency_income", 2), ("deposits", 1)]),
    "client": (20, [("premium_relations", 1), ("client_trust", 1)]),
    "process": (25, [("complete_files", 1), ("sound_conduct", 2), ("off_counter", 2), ("timeliness", 1)]),
    "learning": (15, [("market_knowledge", 2), ("skills", 1)]),
}
TARGETED = {
    "new_premium_clients": "wealth_accounts",
    "insurance_sold": "insurance_sold",
    "funds_sold": "funds_sold",
    "net_deposits": "net_deposits",
    "ebanking_clients": "ebanking_clients",
}
MOST = Fraction("1.2")


@dataclass(frozen=True, eq=False)
class Balanced:
    """The scorecard as its file has it, or with some settings changed, some of them from a day on."""

    books: Books
    changes: list[Mapping[str, Any]] = field(default_factory=list)

    def score(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Every measure, objective and perspective, the `factor` of the perspectives, and the `score`."""
        found = self.measures(who, quarter)
        for name, parts in OBJECTIVES.items():
            scores = [self._counting(found[each], name) for each, _ in parts]
            found[name] = self._mean(
                scores, [self._weight(name, at, parts, quarter) for at in range(len(parts))]
            )
        points: dict[str, Fraction] = {}
        for name, (most, parts) in PERSPECTIVES.items():
            points[name] = self._now(f"{name}.points", Fraction(most), quarter)
            weights = [self._weight(name, at, parts, quarter) for at in range(len(parts))]
            mean = self._mean([found[each] for each, _ in parts], weights)
            found[name] = mean if isinstance(mean, str) else points[name] * mean
        applying = [name for name in PERSPECTIVES if found[name] != NOT_APPLICABLE]
        found["factor"] = Fraction(100) / sum(points[name] for name in applying)
        total = added(found[name] for name in applying)
        found["score"] = total if isinstance(total, str) else half_up(total * Fraction(found["factor"]))
        return found

    def measures(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Each measure between nothing (0), what is asked (1) and the most that counts."""
        books, found = self.books, dict[str, Figure]()
        for name, measure in TARGETED.items():
            period, target = books.target_to_date(who, measure, quarter[1])
            found[name] = _between(divided(books.flow(who, measure, (period[0], quarter[1])), target), MOST)
        year = (books.plan[0], quarter[1])
        received = sum(
            (
                row["amount"]
                for row in books.client_income
                if row["line"] == "fee" and row["month"] in span(year)
            ),
            NOTHING,
        )
        found["fee_to_base"] = divided(received, books.portfolio(who, "fee", year))
        found["fee_growth"] = _between(_way(found["fee_to_base"], Fraction(1), Fraction("1.08")), MOST)
        clients = books.stock(who, "wealth_clients", quarter)
        kept = books.stock(who, "client_files_kept", quarter)
        met = books.flow(who, "wealth_clients_maintained", quarter)
        found["maintenance"], found["client_files"] = (
            _between(divided(each, clients)) for each in (met, kept)
        )
        events = [
            row
            for row in books.events
            if row["manager_id"] == who
            and row["verified"]
            and row["date"].year * 12 + row["date"].month - 1 in span(quarter)
        ]
        complaints = [row for row in events if (row["event"], row["channel"]) == ("complaint", "hotline")]
        off = sum((row["points"] for row in events if row["event"] == "inspection_finding"), NOTHING)
        found["complaints"] = _between(_way(Fraction(-len(complaints)), Fraction(-2), NOTHING))
        found["inspections"] = _between(_way(-off, Fraction(-10), NOTHING))
        found["duty_mark"] = divided(books.stock(who, "duty_mark", quarter), Fraction(100))
        outlet = books.outlet(who, quarter)
        now, then = (self._share(outlet, each) for each in (quarter, (quarter[0] - 3, quarter[0] - 1)))
        found["off_counter_share"] = _between(divided(now, then), MOST)
        for name in ("new_premium_mined", "new_premium_won"):
            found[name] = _between(_way(books.flow(who, name, quarter), NOTHING, Fraction(1)), MOST)
        year_to_date = [books.flow(who, f"new_premium_{each}", year) for each in ("mined", "won")]
        found["new_premium_in_year"] = added(year_to_date)
        found["satisfaction"] = _between(
            _way(books.stock(who, "satisfaction", quarter), Fraction(1), Fraction(5))
        )
        for name, top, bottom in (
            ("reports_timely", "reports_in_time", "reports_handed_in"),
            ("notes_timely", "notes_in_time", "interviews"),
        ):
            found[name] = _between(divided(books.flow(who, top, quarter), books.flow(who, bottom, quarter)))
        found["training"] = _between(_way(books.flow(who, "training_days", quarter), NOTHING, Fraction(3)))
        written = books.flow(who, "research_reports", quarter)
        adopted = books.flow(who, "research_reports_adopted", quarter)
        found["reports_written"] = _between(_way(written, NOTHING, Fraction(3)))
        found["reports_adopted"] = _between(_way(adopted, NOTHING, Fraction(1)))
        return found

    def _share(self, outlet: str, quarter: Months) -> Figure:
        count = self.books.outlet_flow
        return divided(
            count(outlet, "off_counter_business", quarter), count(outlet, "total_business", quarter)
        )

    def _counting(self, score: Figure, objective: str) -> Figure:
        """A score that is not known leaves its weight to the others, or counts what the changed file says."""
        if score != ABSENT:
            return score
        missing = next(
            (each["to"] for each in self.changes if each["at"] == f"{objective}.missing"), "rescale"
        )
        return {"rescale": NOT_APPLICABLE, "zero": NOTHING, "refuse": ABSENT}[missing]

    @staticmethod
    def _mean(scores: list[Figure], weights: list[Fraction]) -> Figure:
        pairs = [pair for pair in zip(scores, weights, strict=True) if pair[0] != NOT_APPLICABLE]
        if ABSENT in scores:
            return ABSENT
        whole = sum((weight for _, weight in pairs), NOTHING)
        return divided(sum((Fraction(each) * weight for each, weight in pairs), NOTHING), whole)

    def _weight(self, line: str, place: int, parts: Parts, quarter: Months) -> Fraction:
        return self._now(f"{line}.of[{place}].weight", Fraction(parts[place][1]), quarter)

    def _now(self, setting: str, written: Fraction, quarter: Months) -> Fraction:
        """A number as it is in the quarter; a change of a day holds from the quarter that begins on it."""
        for change in self.changes:
            day = date.fromisoformat(change.get("effective", "0001-01-01"))
            if change["at"] == setting and day.year * 12 + day.month - 1 <= quarter[0]:
                written = Fraction(change["to"])
        return written


def _way(figure: Figure, start: Fraction, end: Fraction) -> Figure:
    """How far a figure has come from start to end."""
    return figure if isinstance(figure, str) else (figure - start) / (end - start)


def _between(figure: Figure, most: Fraction = Fraction(1)) -> Figure:
    """Not below nothing, and not above the most."""
    return figure if isinstance(figure, str) else min(max(figure, NOTHING), most)
