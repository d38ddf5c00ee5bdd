"""What invented managers achieve each month: ability × territory × season × luck (S4.1, S4.2, S2).

On the log scale the expected figure of a person in a month is

    log rate + ability + skill + region + outlet + season + growth + luck of the quarter

times the share of the month worked. Counts are Poisson around it, amounts a count times a size. The planted
parts come from `people`; the season is the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.people import People, coded
from policymodel.history.synthetic.territory import Numbers
from policymodel.periods import month_label

GROWTH = 0.08  # a year
SKILL_SD = 0.20  # a person's own taste for a product, lasting
CROWDING = 8.0  # shape of the monthly gamma factor: the smaller, the more uneven the months

EVEN = (1.0,) * 12
OPENING = (
    1.25,
    0.80,
    1.30,
    0.95,
    0.95,
    1.10,
    0.90,
    0.90,
    1.05,
    0.85,
    0.95,
    1.00,
)  # a campaign opens the year
QUARTER_ENDS = (
    1.3,
    0.8,
    1.9,
    0.2,
    0.8,
    1.7,
    0.1,
    0.8,
    1.5,
    0.2,
    0.9,
    1.8,
)  # deposits come before a quarter closes
HOLIDAYS = (1.05, 0.80, 1.05, 1.00, 0.95, 1.00, 1.00, 1.00, 1.05, 0.95, 1.05, 1.10)
OFF_COUNTER_SEASON = (-0.75, 0.20, 0.05, 0.0, 0.0, 0.0, -0.05, -0.05, 0.0, 0.10, 0.35, 0.10)  # on the logit


@dataclass(frozen=True)
class Product:
    """Sales in a month, their season, and the average size of a sale in yuan (0: sales are counted)."""

    rate: float
    season: tuple[float, ...]
    size: float = 0.0
    spread: float = 0.0
    needs_licence: bool = False


PRODUCTS: dict[str, Product] = {
    "wealth_accounts": Product(4.0, OPENING),
    "autodebit_agreements": Product(5.0, EVEN),
    "insurance_sold": Product(1.6, OPENING, size=32_000.0, spread=0.8, needs_licence=True),
    "broker_links": Product(0.62, EVEN, needs_licence=True),
    "debit_cards": Product(12.0, OPENING),
    "credit_cards": Product(0.50, EVEN),
    "funds_sold": Product(2.2, OPENING, size=55_000.0, spread=0.9, needs_licence=True),
    "ebanking_clients": Product(6.0, EVEN),
}

DEPOSITS_A_MONTH = 1_000_000.0
DEPOSIT_SWING = 0.75  # monthly noise in shares of the expected inflow, for a person of average luck
WITHDRAWAL_CHANCE, WITHDRAWAL_SIZE = 0.010, 7.0  # a large client leaves: so many months' inflow at once

# Counted from single records; they have no row of their own.
FROM_RECORDS = ("research_reports", "research_reports_adopted")


def achievements(draws: Draws, people: People) -> dict[str, Numbers]:
    """The figure of every measure, [month, person]; NaN where there is no row."""
    luck = _luck(draws, people)
    expected = _expected(people) * luck
    values = {name: _sold(draws, people, name, _shaken(people, "sales", expected)) for name in PRODUCTS}
    values |= {"net_deposits": _net_deposits(draws, people, _shaken(people, "deposits", expected))}
    values |= _business(draws, people)
    values |= _reports(draws, people, luck)
    values["duty_mark"] = _duty_mark(draws, people)
    there = people.employed_span()[1] > 0
    return {name: np.where(there, value, np.nan) for name, value in values.items()}


def activity_rows(people: People, values: dict[str, Numbers]) -> pd.DataFrame:
    """The `activity` table: by person, month and measure, whole figures."""
    names = sorted(set(values) - set(FROM_RECORDS))
    cube = np.stack([values[name] for name in names]).transpose(2, 1, 0)
    person, month, measure = np.nonzero(np.isfinite(cube))
    labels = [month_label(number) for number in people.months.months]
    return pd.DataFrame(
        {
            "manager_id": coded(people.manager_id, person),
            "month": coded(labels, month),
            "measure": coded(names, measure),
            "actual": cube[person, month, measure].astype(np.int64),
        }
    )


def season(people: People, shape: tuple[float, ...]) -> Numbers:
    """A calendar year's shape laid along the months, [month, 1]."""
    return np.asarray(shape, np.float64)[np.asarray(people.months.months) % 12, None]


def _quarters(people: People) -> NDArray[np.int64]:
    """Position of each month's quarter."""
    return np.arange(len(people.months.months)) // 3


def _luck(draws: Draws, people: People) -> Numbers:
    """A factor around 1, the same for the three months of a quarter and for all that a person does in it."""
    rng = draws.generator("luck", block=people.region.number)
    quarters = _quarters(people)
    noise = rng.standard_normal((quarters[-1] + 1, people.size))
    scale = people.luck_scale
    return np.asarray(np.exp(scale * noise - scale**2 / 2)[quarters])


def _expected(people: People) -> Numbers:
    """Ability × territory × growth, around 1, [month, person]; without season, luck and time worked."""
    years = np.arange(len(people.months.months))[:, None] / 12
    territory = people.region.effect + people.region.outlet_effect[people.outlet_by_month()]
    return np.asarray(np.exp(people.ability_by_month() + territory) * (1 + GROWTH) ** years)


def _shaken(people: People, family: str, expected: Numbers) -> Numbers:
    """The same after the yearly shocks of a family of products, where there are any."""
    shocks = people.shaken(family)
    return expected if shocks is None else np.asarray(expected * shocks)


def _sold(draws: Draws, people: People, name: str, expected: Numbers) -> Numbers:
    """Counts of sales, or their amount in hundreds of yuan where the product has a size."""
    product = PRODUCTS[name]
    rng = draws.generator(f"sold {name}", block=people.region.number)
    skill = np.exp(rng.normal(0, SKILL_SD, people.size) - SKILL_SD**2 / 2)
    crowding = rng.gamma(CROWDING, 1 / CROWDING, expected.shape)
    rate = product.rate * expected * skill * crowding * season(people, product.season) * people.effort()
    if product.needs_licence:
        rate = rate * people.licensed
    count = rng.poisson(rate)
    if not product.size:
        return np.asarray(count, np.float64)
    deviation = product.spread / np.sqrt(np.maximum(count, 1))
    size = product.size * np.exp(deviation * rng.standard_normal(count.shape) - deviation**2 / 2)
    return np.asarray(np.round(count * size, -2))


def _net_deposits(draws: Draws, people: People, expected: Numbers) -> Numbers:
    """Inflow less outflow in yuan: below zero in a bad month, far below when a large client leaves."""
    rng = draws.generator("net deposits", block=people.region.number)
    skill = np.exp(rng.normal(0, SKILL_SD, people.size) - SKILL_SD**2 / 2)
    swing = DEPOSIT_SWING * people.luck_scale / people.luck_scale.mean()
    noise = swing * rng.standard_t(5, expected.shape) / np.sqrt(5 / 3)
    left = rng.random(expected.shape) < WITHDRAWAL_CHANCE
    withdrawn = left * WITHDRAWAL_SIZE * np.exp(0.5 * rng.standard_normal(expected.shape))
    level = DEPOSITS_A_MONTH * expected * skill * people.effort()
    return np.asarray(np.round(level * (season(people, QUARTER_ENDS) + noise - withdrawn), -3))


def _business(draws: Draws, people: People) -> dict[str, Numbers]:
    """Total and off-counter business, the two counts of the off-counter share (S4.1.9)."""
    rng = draws.generator("business", block=people.region.number)
    outlet = people.outlet_by_month()
    territory = people.region.effect + people.region.outlet_effect[outlet]
    rate = 700 * np.exp(territory) * season(people, HOLIDAYS) * people.effort()
    total = rng.poisson(_shaken(people, "business", rate) * rng.gamma(60, 1 / 60, rate.shape))
    years = np.arange(len(rate))[:, None] / 12
    logit = (
        -0.75 + 0.12 * years + season(people, OFF_COUNTER_SEASON) + people.region.off_counter_effect[outlet]
    )
    logit = logit + 0.10 * rng.standard_normal(rate.shape)
    off_counter = rng.binomial(total, logistic(logit))
    return {
        "total_business": np.asarray(total, np.float64),
        "off_counter_business": np.asarray(off_counter, np.float64),
    }


def _reports(draws: Draws, people: People, luck: Numbers) -> dict[str, Numbers]:
    """At most one research report a month; the sub-branch adopts a quarter of them (S4.2)."""
    rng = draws.generator("reports", block=people.region.number)
    chance = logistic(-0.5 + people.diligence) * luck * people.effort()
    written = rng.random(luck.shape) < chance
    adopted = written & (rng.random(luck.shape) < 0.25)
    return {
        "research_reports": written.astype(np.float64),
        "research_reports_adopted": adopted.astype(np.float64),
    }


def _duty_mark(draws: Draws, people: People) -> Numbers:
    """The reviewer's mark for the duties of S2, 0 to 100, on each quarter's last month of work.

    True diligence, the outlet's reviewer bias, and chance.
    """
    rng = draws.generator("duty mark", block=people.region.number)
    bias = people.region.reviewer_bias[people.outlet_by_month()]
    merit = 78 + 8 * people.diligence + 8 * people.ability
    mark = np.clip(np.round(merit + bias + rng.normal(0, 4, bias.shape)), 0, 100)
    there = people.employed_span()[1] > 0
    later = np.vstack([there[1:], np.zeros((1, people.size), bool)])
    later[2::3] = False
    return np.where(there & ~later, mark, np.nan)


def logistic(value: Numbers) -> Numbers:
    """The share of a logit.

    >>> float(logistic(np.array(0.0)))
    0.5
    """
    return np.asarray(1 / (1 + np.exp(-value)))
