"""Small histories by chance: people who join, leave, move and lead, with round figures that meet thresholds exactly."""

from __future__ import annotations

import random

import small_bank
from policymodel.history.facts import History

FLOWS = ("net_deposits", "insurance_sold", "debit_cards", "credit_cards")
STOCKS = ("wealth_clients", "duty_mark")
RATIO = "off_counter_share"
PRODUCTS = ("loan", "fund", "card")
GRADES = ("A", "B", "C")
MONTHS = tuple(f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13))


def history(seed: int, people: int = 8) -> History:
    """A bank of so many people over two years; the same seed gives the same bank."""
    chance = random.Random(f"history {seed}")
    names = [f"m{number:02d}" for number in range(people)]
    return small_bank.bank(
        managers=_managers(chance, names),
        activity=small_bank.activity(*_activity(chance, names)),
        targets=small_bank.targets(*_targets(chance, names)),
        transactions=small_bank.transactions(*_transactions(chance, names)),
        credits=small_bank.credits_of(*_credits(chance, names)),
        transaction_figures=small_bank.figures_of(*_figures(chance)),
        fx=small_bank.fx(*_rates(chance)),
    )


def _round(chance: random.Random, low: int, high: int) -> float:
    """A figure that is often a round number, seldom one with cents, sometimes zero."""
    kind = chance.random()
    if kind < 0.1:
        return 0.0
    if kind < 0.7:
        return float(chance.randint(low // 100, high // 100) * 100)
    return round(chance.uniform(low, high), 2)


def _managers(chance: random.Random, names: list[str]):
    rows, leaders, hired = [], {}, {}
    for index, name in enumerate(names):
        outlet = f"o{chance.randint(1, 3)}"
        grade = chance.choice(GRADES)
        starts = chance.choice(["2020-01-01", "2020-01-01", "2023-11-16", "2024-02-01", "2024-05-10"])
        ends = chance.choice([None, None, None, "2024-08-31", "2024-10-14"])
        if starts == "2020-01-01" and chance.random() < 0.25:
            moved = chance.choice(["2024-04-01", "2024-07-16"])
            before = {"2024-04-01": "2024-03-31", "2024-07-16": "2024-07-15"}[moved]
            rows.append((name, outlet, starts, before, grade, 1.0))
            outlet, starts = f"o{chance.randint(1, 3)}", moved
        rows.append((name, outlet, starts, ends, grade, chance.choice([1.0, 1.0, 0.5])))
        if index and chance.random() < 0.6:
            leaders[name] = names[chance.randrange(index)]
        if chance.random() < 0.3:
            hired[name] = chance.choice(["2019-06-15", "2023-12-01", "2024-01-31"])
    regions = {"o1": "R", "o2": "R", "o3": "S"}
    return small_bank.managers(*rows, leaders=leaders, hired=hired, regions=regions)


def _activity(chance: random.Random, names: list[str]):
    for name in names:
        for month in MONTHS:
            for measure in FLOWS:
                if chance.random() < 0.97:
                    low = -2000 if measure == "net_deposits" else 0
                    yield (name, month, measure, _round(chance, low, 5000))
            for measure in STOCKS:
                if chance.random() < 0.9:
                    yield (name, month, measure, float(chance.randint(0, 10)))
            yield (name, month, "total_business", float(chance.randint(0, 6) * 100))
            yield (name, month, "off_counter_business", float(chance.randint(0, 3) * 100))


def _targets(chance: random.Random, names: list[str]):
    for name in names:
        for measure in ("net_deposits", "insurance_sold"):
            for quarter in range(1, 5):
                if chance.random() < 0.95:
                    yield ("manager", name, measure, f"2024-Q{quarter}", float(chance.randint(0, 8) * 1000))


def _transactions(chance: random.Random, names: list[str]):
    for number in range(60):
        month = chance.choice(MONTHS[10:])
        day = f"{month}-{chance.randint(1, 28):02d}"
        amount = _round(chance, 0, 20000) * (-1 if chance.random() < 0.1 else 1)
        yield (f"t{number:03d}", chance.choice(names), day, chance.choice(PRODUCTS), amount)


def _credits(chance: random.Random, names: list[str]):
    for number in range(0, 60, 4):
        for name in chance.sample(names, 2):
            yield (f"t{number:03d}", name, chance.choice([0.5, 0.4, 0.6, 1.0, 0.25]))


def _figures(chance: random.Random):
    for number in range(60):
        yield (f"t{number:03d}", "term", float(chance.choice([6, 12, 24])))
        if chance.random() < 0.95:
            yield (f"t{number:03d}", "kept", float(chance.randint(0, 12)))


def _rates(chance: random.Random):
    for month in MONTHS:
        yield ("USD", month, round(chance.uniform(6.8, 7.3), 4), round(chance.uniform(6.8, 7.3), 4))
