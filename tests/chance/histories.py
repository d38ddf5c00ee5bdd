"""Small histories by chance: people who join, leave, move and lead, with round figures that meet thresholds exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

import small_bank
from policymodel.history.facts import History
from policymodel.history.measures import Measure
from policymodel.history.tables import QUARANTINE_COLUMNS
from policymodel.periods import Period, month_number

FLOWS = ("net_deposits", "insurance_sold", "funds_sold", "debit_cards", "credit_cards", "complaints")
STOCKS = ("wealth_clients", "duty_mark")
COUNTED = ("loans_to_date", "late_reports")
RATIO = "off_counter_share"
INCOME = ("interest", "fees")
PRODUCTS = ("loan", "fund", "card")
FIGURES = ("term", "kept")
EVENTS = ("complaint", "inspection")
CHANNELS = ("hotline", "letter")
GRADES = ("A", "B", "C")
TARGETS = (
    *("net_deposits", "insurance_sold", "funds_sold", "credit_cards", "complaints"),
    *("wealth_clients", RATIO),
    *INCOME,
)
"""What has targets: by manager and quarter, by region and year, by outlet and half-year; levels among them."""
YEARS = (2023, 2024)
MONTHS = tuple(f"{year}-{month:02d}" for year in YEARS for month in range(1, 13))

MEASURES = {
    "complaints": Measure("complaints", {"en": "complaints"}, "flow", "count", "down", "zero"),
    "loans_to_date": Measure(
        "loans_to_date", {"en": "loans"}, "cumulative_within", "CNY", "up", "absent", within="half_year"
    ),
    "late_reports": Measure(
        "late_reports",
        {"en": "late reports"},
        "flow",
        "count",
        "up",
        "zero",
        observed=Period.parse("2023-06..2024-10"),
    ),
}
"""What the small bank does not measure: less is better, a figure that runs up, one that was not always kept."""

Row = tuple[object, ...]


def history(seed: int, people: int = 8) -> History:
    """A bank of so many people over two years; the same seed gives the same bank."""
    chance = random.Random(f"history {seed}")
    names = [f"m{number:02d}" for number in range(people)]
    outlets = [f"o{number}" for number in range(1, max(3, people // 4) + 1)]
    aside = list(_aside(chance, names))
    lost = {(table, who, month, name) for table, who, month, name, _, rules in aside if rules == "unreadable"}
    bank = small_bank.bank(
        managers=_managers(chance, names, outlets),
        activity=small_bank.activity(
            *(row for row in _activity(chance, names) if ("activity", *row[:3]) not in lost)
        ),
        targets=small_bank.targets(*_targets(chance, names, outlets)),
        events=small_bank.events(*_events(chance, names)),
        client_income=small_bank.income(*_income(chance, names)),
        client_forecasts=small_bank.forecasts(*_forecasts(random.Random(f"forecasts {seed}"), names)),
        transactions=small_bank.transactions(*_transactions(chance, names)),
        credits=small_bank.credits_of(*_credits(chance, names)),
        transaction_figures=small_bank.figures_of(*_figures(chance)),
        fx=small_bank.fx(*_rates(chance)),
        calendar=small_bank.calendar(*_calendar()),
    )
    return replace(bank, measures={**bank.measures, **MEASURES}, quarantine=_quarantine(aside))


def _round(chance: random.Random, low: int, high: int) -> float:
    """A figure that is often a round number, seldom one with cents, sometimes zero."""
    kind = chance.random()
    if kind < 0.1:
        return 0.0
    if kind < 0.7:
        return float(chance.randint(low // 100, high // 100) * 100)
    return round(chance.uniform(low, high), 2)


def _managers(chance: random.Random, names: list[str], outlets: list[str]) -> pd.DataFrame:
    rows: list[Row] = []
    leaders: dict[str, str] = {}
    hired: dict[str, str] = {}
    for index, name in enumerate(names):
        grade, outlet = chance.choice(GRADES), chance.choice(outlets)
        starts = chance.choice(["2020-01-01"] * 4 + ["2023-11-16", "2024-02-01", "2024-05-10", "2024-12-31"])
        ends = chance.choice([None] * 5 + ["2024-08-31", "2024-10-14", "2023-09-30"])
        if ends is not None and ends < starts:
            ends = None
        if starts == "2020-01-01" and ends != "2023-09-30" and chance.random() < 0.4:
            # Moved from one day to the next, or gone for some months in between.
            left, moved = chance.choice(
                [("2024-03-31", "2024-04-01"), ("2024-07-15", "2024-07-16"), ("2024-02-10", "2024-06-20")]
            )
            rows.append((name, outlet, starts, left, grade, 1.0))
            grade, outlet, starts = chance.choice(GRADES), chance.choice(outlets), moved
        rows.append((name, outlet, starts, ends, grade, chance.choice([1.0, 1.0, 0.5])))
        if index and chance.random() < 0.6:
            leaders[name] = names[chance.randrange(index)]
        if chance.random() < 0.3:
            hired[name] = chance.choice(["2019-06-15", "2020-02-29", "2019-12-31"])
    # Somebody is there throughout, whatever becomes of the others.
    rows.append(("m99", outlets[0], "2019-03-31", None, "A", 1.0))
    regions = {outlet: "S" if index % 3 == 2 else "R" for index, outlet in enumerate(outlets)}
    return small_bank.managers(*rows, leaders=leaders, hired=hired, regions=regions)


def _activity(chance: random.Random, names: list[str]) -> Iterator[tuple[str, str, str, float | None]]:
    for name in (*names, "m99"):
        to_date = 0.0
        for month in MONTHS:
            for measure in FLOWS[:-1]:
                if chance.random() < 0.98:
                    low = -2000 if measure == "net_deposits" else 0
                    yield (
                        name,
                        month,
                        measure,
                        None if chance.random() < 0.005 else _round(chance, low, 5000),
                    )
            for measure in (*STOCKS, "complaints", "late_reports"):
                if chance.random() < 0.9:
                    yield (name, month, measure, float(chance.randint(0, 10)))
            to_date = (0.0 if month[5:] in ("01", "07") else to_date) + _round(chance, 0, 4000)
            if chance.random() < 0.99:
                yield (name, month, "loans_to_date", round(to_date, 2))
            yield (name, month, "total_business", float(chance.randint(0, 6) * 100))
            yield (name, month, "off_counter_business", float(chance.randint(0, 3) * 100))


def _targets(chance: random.Random, names: list[str], outlets: list[str]) -> Iterator[Row]:
    for name in names:
        for quarter in range(1, 5):
            for measure in ("net_deposits", "insurance_sold"):
                if chance.random() < 0.95:
                    yield ("manager", name, measure, f"2024-Q{quarter}", float(chance.randint(0, 8) * 1000))
            yield ("manager", name, "complaints", f"2024-Q{quarter}", float(chance.randint(0, 20)))
    for region in ("R", "S"):
        yield ("region", region, "funds_sold", "2024", round(chance.uniform(300000, 900000), 2))
        yield ("region", region, "interest", "2024", float(chance.randint(100, 900) * 1000))
        yield ("region", region, "fees", "2024", float(chance.randint(100, 900) * 1000))
    for outlet in outlets:
        # Beside those of all its people, more or less than they add up to.
        if chance.random() < 0.5:
            yield (
                "outlet",
                outlet,
                "insurance_sold",
                f"2024-Q{chance.randint(1, 4)}",
                float(chance.randint(0, 40000)),
            )
    if chance.random() < 0.5:
        yield ("outlet", chance.choice(outlets), "funds_sold", "2024", round(chance.uniform(9000, 90000), 2))
    if chance.random() < 0.5:
        yield ("manager", chance.choice(names), "funds_sold", "2024", float(chance.randint(1, 20) * 1000))
    for quarter in range(1, 5):
        yield ("region", "R", "wealth_clients", f"2024-Q{quarter}", float(chance.randint(10, 90)))
        yield (
            "manager",
            chance.choice(names),
            "wealth_clients",
            f"2024-Q{quarter}",
            float(chance.randint(1, 9)),
        )
    yield ("outlet", chance.choice(outlets), RATIO, "2024", round(chance.uniform(0.2, 0.9), 2))
    yield ("manager", chance.choice(names), RATIO, "2024", round(chance.uniform(0.2, 0.9), 2))
    for outlet in outlets:
        for half in ("2024-01..2024-06", "2024-07..2024-12"):
            yield ("outlet", outlet, "credit_cards", half, float(chance.randint(10, 500)))


def _events(chance: random.Random, names: list[str]) -> Iterator[Row]:
    for _ in range(6 * len(names)):
        event, channel = chance.choice(EVENTS), chance.choice([*CHANNELS, ""])
        points = chance.choice([None, 1.0, 2.5]) if event == "complaint" else float(chance.randint(1, 9)) / 2
        yield (chance.choice(names), _day(chance, MONTHS[10:]), event, channel, chance.random() < 0.8, points)


def _income(chance: random.Random, names: list[str]) -> Iterator[Row]:
    for number in range(2 * len(names)):
        holder = chance.choice(names)
        # Some clients pay in dollars or euros, and of some what is earned is written and not what came in.
        kind = chance.choice([(), (), (), ("USD",), ("EUR",), ("CNY", "accrued"), ("USD", "accrued")])
        for month in MONTHS:
            if chance.random() < 0.1:
                holder = chance.choice(names)
            # Now and then two share a client's month; who has the larger part of it holds the client.
            shared = [other] if chance.random() < 0.1 and (other := chance.choice(names)) != holder else []
            for line in INCOME:
                if chance.random() < 0.4:
                    for who in (holder, *shared):
                        yield (f"c{number:02d}", who, month, line, _round(chance, -200, 3000), *kind)


def _forecasts(chance: random.Random, names: list[str]) -> Iterator[Row]:
    """For the year or for parts of it, of some clients; one of whom nobody holds. Some are more than any task."""
    size = chance.choice([2000, 20000, 90000])
    for number in range(2 * len(names) + 1):
        for line in INCOME:
            for period in chance.choice([(), ("2024",), ("2024-Q1", "2024-07..2024-12")]):
                yield (f"c{number:02d}", line, period, _round(chance, -size // 4, size))
    yield from ((f"x{line}", line, "2024", 100.0) for line in INCOME)


def _day(chance: random.Random, months: tuple[str, ...]) -> str:
    return f"{chance.choice(months)}-{chance.randint(1, 28):02d}"


def _transactions(chance: random.Random, names: list[str]) -> Iterator[Row]:
    for number in range(8 * len(names)):
        amount = _round(chance, 0, 20000) * (-1 if chance.random() < 0.1 else 1)
        yield (
            f"t{number:03d}",
            chance.choice(names),
            _day(chance, MONTHS[10:]),
            chance.choice(PRODUCTS),
            amount,
        )


def _credits(chance: random.Random, names: list[str]) -> Iterator[Row]:
    for number in range(0, 8 * len(names), 4):
        for name in chance.sample(names, 2):
            yield (f"t{number:03d}", name, chance.choice([0.5, 0.4, 0.6, 1.0, 0.25]))


def _figures(chance: random.Random) -> Iterator[Row]:
    for number in range(200):
        yield (f"t{number:03d}", "term", float(chance.choice([6, 12, 24])))
        if chance.random() < 0.95:
            yield (f"t{number:03d}", "kept", float(chance.randint(0, 12)))


def _rates(chance: random.Random) -> Iterator[Row]:
    for month in MONTHS:
        yield ("USD", month, round(chance.uniform(6.8, 7.3), 4), round(chance.uniform(6.8, 7.3), 4))
        # Of a month or two nobody knows the rate of the euro.
        if chance.random() < 0.97:
            yield ("EUR", month, None if chance.random() < 0.02 else round(chance.uniform(7.5, 8.1), 4), None)


def _calendar() -> Iterator[Row]:
    """Monday to Friday, with a week off in October and its Saturday worked on."""
    for day in pd.date_range("2022-12-01", "2024-12-31"):
        off = day.month == 10 and day.day <= 7
        made_up = day.month == 10 and day.day == 12
        yield (str(day.date()), made_up or (day.day_of_week < 5 and not off))


def _aside(chance: random.Random, names: list[str]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows put aside: table, person, month, name, transaction and the rule; one that stood twice is no loss."""
    for _ in range(len(names) // 4):
        who, month = chance.choice(names), chance.choice(MONTHS[6:])
        rule = chance.choice(["unreadable", "unreadable", "duplicate_row"])
        yield ("activity", who, month, chance.choice(FLOWS + STOCKS), "", rule)
    who = chance.choice(names)
    yield ("client_income", who, chance.choice(MONTHS), chance.choice(INCOME), "", "unreadable")
    yield ("events", who, chance.choice(MONTHS[12:]), chance.choice(EVENTS), "", "unreadable")
    yield ("transactions", chance.choice(names), chance.choice(MONTHS[12:]), "fund", "t900", "unreadable")
    yield ("credits", chance.choice(names), chance.choice(MONTHS[12:]), "card", "t901", "unreadable")
    yield ("transaction_figures", "", MONTHS[12], "term", f"t{chance.randrange(60):03d}", "unreadable")


def _quarantine(aside: list[tuple[str, str, str, str, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        aside, columns=["table", "manager_id", "month", "measure", "transaction_id", "rules"]
    )
    frame["month"] = [month_number(month) for month in frame["month"]]
    blank = frame.assign(file="", row=1, region="", content="")
    return blank[list(QUARANTINE_COLUMNS)].astype(QUARANTINE_COLUMNS)
