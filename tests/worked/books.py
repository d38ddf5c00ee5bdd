"""The canonical tables read literally: plain Python, exact fractions, one person at a time.

Half of the tests' slow second opinion; `literal` is the other half. It imports nothing of the package and knows no
arrays. Ids are text, months are numbers (year x 12 + month - 1), dates are dates, numbers are Fractions, a blank
is None.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

Row = dict[str, Any]
Months = tuple[int, int]
Figure = Fraction | str
Cell = tuple[str, str]
"""A person in an outlet."""
Weight = dict[Cell, Fraction]
Way = tuple[str, Fraction, Weight]
"""A way of sharing targets, what it counts for, and what everybody weighs by it."""
AS_PUBLISHED = {"break_down": "by_base", "without_base": "mean", "progress": "calendar_days"}
"""The rule for targets of both schemes."""
ABSENT = "absent"
NOT_APPLICABLE = "not applicable"
NOTHING = Fraction(0)
ALWAYS = (0, 12 * 9999)
INCOME = ("interest", "deposit", "fee")


def span(months: Months) -> range:
    """The months from the first to the last."""
    return range(months[0], months[1] + 1)


def calendar_days(months: Months) -> int:
    """Calendar days from the first month to the last."""
    return sum(monthrange(month // 12, month % 12 + 1)[1] for month in span(months))


def month_end(month: int) -> date:
    """The last day of a month."""
    return date(month // 12, month % 12 + 1, calendar_days((month, month)))


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """Rounded, away from zero at exactly one half."""
    whole = int(abs(value) * 10**digits + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def divided(top: Figure, bottom: Figure) -> Figure:
    """Top ÷ bottom; nothing can be in proportion to zero or less."""
    if ABSENT in (top, bottom):
        return ABSENT
    if NOT_APPLICABLE in (top, bottom) or Fraction(bottom) <= 0:
        return NOT_APPLICABLE
    return Fraction(top) / Fraction(bottom)


def added(figures: Iterable[Figure]) -> Figure:
    """The sum; absent where one of them is."""
    figures = list(figures)
    return ABSENT if ABSENT in figures else sum((Fraction(each) for each in figures), NOTHING)


def shared(units: int, weights: list[Fraction]) -> list[int]:
    """Whole units in proportion to the weights, adding up exactly: the largest fractions first, then in order."""
    if not any(weights):
        weights = [Fraction(1)] * len(weights)
    exact = [abs(units) * weight / sum(weights) for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: abs(units) - sum(parts)]:
        parts[at] += 1
    return [part if units >= 0 else -part for part in parts]


def among(ways: list[Way], share: Weight, units: list[list[Cell]]) -> list[Fraction]:
    """What each outlet, or each person, weighs among some: every way's parts of 1, times what the way counts for."""
    total = [NOTHING] * len(units)
    for name, counts, of in ways:
        weights = [sum((of[cell] for cell in unit), NOTHING) for unit in units]
        if name == "equal":
            weights = [min(each, Fraction(1)) for each in weights]
        if not any(weights):
            weights = [sum((share[cell] for cell in unit), NOTHING) for unit in units]
        total = [before + counts * each / sum(weights) for before, each in zip(total, weights, strict=True)]
    return total


@dataclass(frozen=True, eq=False)
class Books:
    """One region's tables with the plan year and the base year, each as first and last month."""

    managers: list[Row]
    activity: list[Row]
    targets: list[Row]
    events: list[Row]
    client_income: list[Row]
    silent_zero: Mapping[str, Months]  # measures of which no row means zero, and the months in which it does
    counts: frozenset[str]  # measures in whole things
    stocks: frozenset[str]  # measures that stand at a month's end
    plan: Months
    base: Months
    rule: Mapping[str, Any]  # what the scheme says under `targets:`
    calendar: list[Row] = field(default_factory=list)
    client_forecasts: list[Row] = field(default_factory=list)

    # Who is where, when

    @cached_property
    def spells(self) -> dict[str, list[Row]]:
        """Each manager's spells in order of time."""
        found: dict[str, list[Row]] = {}
        for row in sorted(self.managers, key=lambda row: row["valid_from"]):
            found.setdefault(row["manager_id"], []).append(row)
        return dict(sorted(found.items()))

    def spell_days(self, spell: Row, months: Months) -> int:
        """Days of a spell within the months; the last day is worked."""
        start = date(months[0] // 12, months[0] % 12 + 1, 1)
        end = date(months[1] // 12, months[1] % 12 + 1, calendar_days((months[1], months[1])))
        first: date = max(start, spell["valid_from"])
        last: date = min(end, spell["valid_to"] or end)
        return max((last - first).days + 1, 0)

    @cache  # noqa: B019
    def days(self, who: str, months: Months, outlet: str | None = None) -> int:
        """Employed calendar days within the months, in all outlets or in one."""
        spells = [spell for spell in self.spells[who] if outlet in (None, spell["outlet_id"])]
        return sum(self.spell_days(spell, months) for spell in spells)

    @cache  # noqa: B019
    def outlet(self, who: str, months: Months) -> str:
        """The outlet at the end of the months, or of the time there in them."""
        return str([each["outlet_id"] for each in self.spells[who] if self.spell_days(each, months)][-1])

    def months_there(self, who: str, months: Months) -> list[int]:
        """The months in which the manager is employed at least a day."""
        return [month for month in span(months) if self.days(who, (month, month))]

    # What was achieved

    @cached_property
    def _actual(self) -> dict[tuple[str, str, int], Fraction | None]:
        return {(row["manager_id"], row["measure"], row["month"]): row["actual"] for row in self.activity}

    def month(self, who: str, measure: str, month: int) -> Figure:
        """One month's figure of a manager who is there."""
        kept = self.silent_zero.get(measure)
        silence = NOTHING if kept is not None and month in span(kept) else None
        value = self._actual.get((who, measure, month), silence)
        return ABSENT if value is None else value

    def flow(self, who: str, measure: str, months: Months) -> Figure:
        """The sum over the months there."""
        return added(self.month(who, measure, month) for month in self.months_there(who, months))

    def stock(self, who: str, measure: str, months: Months) -> Figure:
        """The figure of the last month there."""
        return self.month(who, measure, self.months_there(who, months)[-1])

    def figure(self, who: str, measure: str, months: Months) -> Figure:
        """A flow or a stock, as it is declared."""
        return (self.stock if measure in self.stocks else self.flow)(who, measure, months)

    @cache  # noqa: B019
    def outlet_flow(self, outlet: str, measure: str, months: Months) -> Figure:
        """The counts of all who belong to the outlet on their last day of each month (S4.1.9)."""
        return added(
            self.month(who, measure, month)
            for who in self.spells
            for month in self.months_there(who, months)
            if self.outlet(who, (month, month)) == outlet
        )

    # Clients: the base follows the client to whoever is credited in the plan year (S6.3)

    @cached_property
    def _held(self) -> dict[tuple[str, str, int], Fraction]:
        """By manager, line and month of the plan year: last year's income of the clients that are with the manager."""
        base: dict[tuple[str, str], Fraction] = {}
        for row in self.client_income:
            if row["month"] in span(self.base):
                key = (row["client_id"], row["line"])
                base[key] = base.get(key, NOTHING) + row["amount"]
        held: dict[tuple[str, str, int], Fraction] = {}
        for (client, line), income in base.items():
            for month in span(self.plan):
                holder = self._holder(client, month)
                held[holder, line, month] = held.get((holder, line, month), NOTHING) + income
        return held

    @cached_property
    def _credited(self) -> dict[str, dict[int, str]]:
        credited: dict[str, dict[int, str]] = {}
        for row in self.client_income:
            credited.setdefault(row["client_id"], {})[row["month"]] = row["manager_id"]
        return credited

    def _holder(self, client: str, month: int) -> str:
        """The latest who was credited up to the month: a client without a row stays where it was."""
        credited = self._credited[client]
        return credited[max(each for each in credited if each <= month)]

    def grows_by(self, who: str, line: str, months: Months, outlet: str) -> Fraction:
        """What counts of the growth forecast for the clients held, for the days of some months in an outlet (S6.4)."""
        growth = NOTHING
        for row in self.client_forecasts:
            for month in set(span(months)) & set(span(row["period"])) if row["line"] == line else ():
                if self._holder(row["client_id"], month) == who:
                    days = Fraction(self.days(who, (month, month), outlet), calendar_days(row["period"]))
                    growth += row["growth"] * days
        return growth * Fraction(self.rule.get("weight_of_forecast", "0"))

    @cache  # noqa: B019
    def portfolio(self, who: str, line: str, months: Months) -> Fraction:
        """The base of the clients held, month by month, for the days employed of the year's days."""
        accrued = NOTHING
        for month in self.months_there(who, months):
            held = self._held.get((who, line, month), NOTHING)
            accrued += held * self.days(who, (month, month)) / calendar_days(self.plan)
        return accrued

    @cached_property
    def _received(self) -> dict[tuple[str, int], Fraction]:
        received: dict[tuple[str, int], Fraction] = {}
        for row in self.client_income:
            if row["line"] in INCOME:
                key = (row["manager_id"], row["month"])
                received[key] = received.get(key, NOTHING) + row["amount"]
        return received

    def received(self, who: str, months: Months) -> Fraction:
        """Income of all lines credited in the months there (S6.2)."""
        return sum((self._received.get((who, m), NOTHING) for m in self.months_there(who, months)), NOTHING)

    # Targets: to outlets, then to managers, as the rule says (S4.0, S6.4)

    def own_base(self, who: str, measure: str) -> Fraction:
        """Last year's actual; of an income line the clients' base as if held for a whole year."""
        if measure in INCOME:
            held, days = self.portfolio(who, measure, self.plan), self.days(who, self.plan)
            return held * calendar_days(self.plan) / days if days else NOTHING
        known = [self._actual.get((who, measure, month)) for month in span(self.base)]
        return sum((each for each in known if each is not None), NOTHING)

    @cache  # noqa: B019
    def own_targets(self, measure: str, period: Months) -> dict[tuple[str, str], Fraction]:
        """The target of each manager in each outlet, for the days employed there in the target's period."""
        cells = [
            (who, outlet)
            for who, spells in self.spells.items()
            for outlet in sorted({spell["outlet_id"] for spell in spells})
            if self.days(who, period, outlet)
        ]
        share = {cell: Fraction(self.days(cell[0], period, cell[1]), calendar_days(period)) for cell in cells}
        rows = [row for row in self.targets if (row["measure"], row["period"]) == (measure, period)]
        by_hand = {row["unit_id"]: row["target"] for row in rows if row["level"] == "manager"}
        own = {cell: by_hand[cell[0]] * share[cell] for cell in cells if cell[0] in by_hand}
        left = [cell for cell in cells if cell not in own]
        whole = [row["target"] for row in rows if row["level"] in ("region", "outlet")]
        if not whole or not left:
            return own
        unit = 1 if measure in self.counts else 100
        units = int(half_up((whole[0] - sum(own.values())) * unit, 0))
        outlets = [
            [cell for cell in left if cell[1] == outlet] for outlet in sorted({each for _, each in left})
        ]
        ways = self._ways(measure, period, share)
        expected = {cell: self.grows_by(cell[0], measure, period, cell[1]) for cell in left}
        for here, part in zip(
            outlets, self._joined(units, ways, share, outlets, expected, unit), strict=True
        ):
            mine = self._joined(part, ways, share, [[cell] for cell in here], expected, unit)
            own |= {cell: Fraction(each, unit) for cell, each in zip(here, mine, strict=True)}
        return own

    def room(self, measure: str, period: Months) -> Fraction:
        """How much of the forecasts counts: what of them the task leaves room for."""
        expected = sum(
            (
                self.grows_by(who, measure, period, outlet)
                for who, spells in self.spells.items()
                for outlet in {spell["outlet_id"] for spell in spells}
            ),
            NOTHING,
        )
        whole = sum((row["target"] for row in self.targets if row["measure"] == measure), NOTHING)
        return whole / expected if expected > whole >= 0 else Fraction(1)

    @staticmethod
    def _joined(
        units: int, ways: list[Way], share: Weight, groups: list[list[Cell]], expected: Weight, unit: int
    ) -> list[int]:
        """Each one's own forecast, cut where all are more than the task, and a part of what they do not cover."""
        own = [sum((expected[cell] for cell in group), NOTHING) * unit for group in groups]
        cut = units / sum(own) if sum(own) > units >= 0 else Fraction(1)
        first = [int(half_up(each * cut, 0)) for each in own]
        rest = shared(units - sum(first), among(ways, share, groups))
        return [one + other for one, other in zip(first, rest, strict=True)]

    def _ways(self, measure: str, period: Months, share: Weight) -> list[Way]:
        """Each way of sharing with what it counts for and what everybody weighs by it."""
        mixed = self.rule.get("mix") or {self.rule["break_down"]: "1"}
        full_time = {
            (who, outlet): sum(
                (
                    each["fte"] * self.spell_days(each, period)
                    for each in self.spells[who]
                    if each["outlet_id"] == outlet
                ),
                NOTHING,
            )
            for who, outlet in share
        }
        weighs = {"equal": share, "by_head_count": full_time}
        if "by_base" in mixed:
            weighs["by_base"] = self._by_own(lambda who: self.own_base(who, measure), share)
        if "by_potential" in mixed:
            weighs["by_potential"] = self._by_own(self._potential, share)
        return [(name, Fraction(counts), weighs[name]) for name, counts in mixed.items()]

    def _by_own(self, base: Callable[[str], Fraction], share: Weight) -> Weight:
        """What is one's own x employed time; who has nothing counts as the mean of the others, or as nobody."""
        bases = {who: base(who) for who, _ in share}
        positive = [each for each in bases.values() if each > 0]
        others = (
            sum(positive, NOTHING) / max(len(positive), 1) if self.rule["without_base"] == "mean" else NOTHING
        )
        return {cell: (bases[cell[0]] if bases[cell[0]] > 0 else others) * share[cell] for cell in share}

    def _potential(self, who: str) -> Fraction:
        """The stock as it stood at the end of last year."""
        there = self.months_there(who, self.base)
        return (self._actual.get((who, self.rule["potential"], there[-1])) or NOTHING) if there else NOTHING

    @cached_property
    def _working(self) -> dict[date, bool]:
        return {row["date"]: row["working"] for row in self.calendar}

    def time(self, who: str, measure: str, months: Months, outlet: str) -> Fraction:
        """The time somebody is in an outlet, as the rule's progress counts it."""
        passed = NOTHING
        for spell in self.spells[who]:
            for month in span(months) if spell["outlet_id"] == outlet else ():
                days = self.spell_days(spell, (month, month))
                part = Fraction(days, calendar_days((month, month)))
                match self.rule["progress"]:
                    case "calendar_days":
                        passed += days
                    case "months":
                        passed += part
                    case "working_days":
                        last = min(spell["valid_to"] or date.max, month_end(month))
                        there = [last - timedelta(days=back) for back in range(days)]
                        passed += sum(self._working[day] for day in there)
                    case "profile":
                        passed += part * self._season(measure, month)
        return passed

    def _season(self, measure: str, month: int) -> Fraction:
        """The month's part of a year: as written, or the mean of last year's figures that are known."""
        if self.rule["profile"] != "base_year":
            return Fraction(self.rule["profile"][month % 12])
        before = next(each for each in span(self.base) if each % 12 == month % 12)
        figures = [
            self.month(who, measure, before) for who in self.spells if self.days(who, (before, before))
        ]
        known = [Fraction(each) for each in figures if each != ABSENT]
        return sum(known, NOTHING) / len(known)

    def target_to_date(self, who: str, measure: str, until: int) -> tuple[Months, Figure]:
        """The target's period, and the target for the days employed from its start to the end of a month."""
        periods = {row["period"] for row in self.targets if row["measure"] == measure}
        period = next(each for each in sorted(periods) if until in span(each))
        passed = []
        for (person, outlet), own in self.own_targets(measure, period).items():
            if person == who:
                time, whole = (
                    self.time(who, measure, months, outlet) for months in ((period[0], until), period)
                )
                days, all_days = (self.days(who, months, outlet) for months in ((period[0], until), period))
                passed.append(own * time / whole if whole else own * days / all_days)
                if self.client_forecasts:
                    # A client's growth is due while the client is held, and only the rest in one's own time.
                    due, all_due = (
                        self.grows_by(who, measure, months, outlet) for months in ((period[0], until), period)
                    )
                    passed.append(self.room(measure, period) * (due - all_due * days / all_days))
        return period, added(passed) if passed else ABSENT


def read_months(text: str) -> Months:
    """The first and last month of a year, a quarter, a month, or from a month to another.

    >>> read_months("2025-Q1") == (2025 * 12, 2025 * 12 + 2)
    True
    """
    if ".." in text:
        return tuple(read_months(each)[0] for each in text.split(".."))  # type: ignore[return-value]
    year, _, part = text.partition("-")
    first = int(year) * 12
    if part.startswith("Q"):
        first += int(part[1]) * 3 - 3
        return first, first + 2
    return (first + int(part) - 1,) * 2 if part else (first, first + 11)


def read_books(
    tables: Mapping[str, list[dict[str, str]]],
    measures: Mapping[str, Mapping[str, str]],
    plan: str,
    base: str,
    rule: Mapping[str, Any] = AS_PUBLISHED,
    basis: str = "received",
) -> Books:
    """Books from tables in which every cell is text, and the measures as a mapping file declares them.

    Of income the rows of one basis, in yuan: a foreign amount at the mean rate of its month (S6.2, S6.9).
    """
    rates = {(row["currency"], row["month"]): Fraction(row["average"]) for row in tables.get("fx", [])}
    tables = {name: list(rows) for name, rows in tables.items() if name != "fx"}
    tables["client_income"] = [
        {**row, "amount": str(Fraction(row["amount"]) * rates.get((row["currency"], row["month"]), 1))}
        for row in tables["client_income"]
        if (row.get("basis") or "received") == basis
    ]

    def typed(row: dict[str, str]) -> Row:
        cells: Row = {"fte": "1", "valid_to": "", "points": "", **row}
        for name in cells.keys() & {"actual", "target", "points", "amount", "fte", "growth"}:
            cells[name] = Fraction(cells[name]) if cells[name] else None
        for name in cells.keys() & {"date", "valid_from", "valid_to"}:
            cells[name] = date.fromisoformat(cells[name]) if cells[name] else None
        if "month" in cells:
            cells["month"] = read_months(cells["month"])[0]
        if "period" in cells:
            cells["period"] = read_months(cells["period"])
        return cells | {name: cells.get(name, "yes") == "yes" for name in ("verified", "working")}

    return Books(
        **{name: [typed(row) for row in rows] for name, rows in tables.items()},
        silent_zero={
            name: read_months(str(each["observed"])) if "observed" in each else ALWAYS
            for name, each in measures.items()
            if each["no_row"] == "zero"
        },
        counts=frozenset(name for name, each in measures.items() if each["unit"] == "count"),
        stocks=frozenset(name for name, each in measures.items() if each["type"] == "stock"),
        plan=read_months(plan),
        base=read_months(base),
        rule=rule,
    )
