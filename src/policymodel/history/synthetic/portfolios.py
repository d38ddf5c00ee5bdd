"""The invented clients of each manager and their income (S6.2): interest, deposit, fee; of some in dollars."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.people import RELOCATED, SEPARATE_BOOK, STAYS, People, coded
from policymodel.history.synthetic.territory import Codes, Numbers
from policymodel.periods import Period, month_label
from policymodel.units import largest_remainder

LINES = ("interest", "deposit", "fee")
FEWEST_CLIENTS, MEAN_CLIENTS, MOST_CLIENTS = 12, 16, 20
INCOME_A_YEAR = 2_400_000.0  # yuan, of a portfolio
GRADE_FACTOR = np.array([1.35, 1.10, 0.95, 0.80])  # premium portfolios go to A-grade managers (S6.8)
PORTFOLIO_SD, CLIENT_SD = 0.22, 0.80
GROWTH, ABILITY_ON_GROWTH, GROWTH_SD = 0.01, 0.30, 0.20
YEARLY = 0.08  # of a region's whole, where yearly shocks are planted
NEW, LOST, TO_JOINER, FROM_CLOSED = 0.06, 0.05, 0.30, 0.25  # shares of clients
PEOPLE_A_SEPARATE_BOOK_MANAGER = 30
BORROWERS, FEE_MONTHS = 0.65, 0.30
IN_DOLLARS = 0.05  # of the clients, whose income comes in dollars


@dataclass(frozen=True)
class Clients:
    """The clients of a region, one element each; positions of months and people."""

    client_id: NDArray[np.object_]
    owner: Codes
    first: Codes  # first month with income
    last: Codes  # last month with income
    handed_over: Codes  # from this month on the next owner is credited; beyond the last month: never
    next_owner: Codes
    yearly: Numbers  # [client, line], at the start
    growth: Numbers  # log, a year
    in_dollars: NDArray[np.bool_]


def invent_clients(draws: Draws, people: People, wanted: int | None = None) -> Clients:
    """Twelve to twenty clients a manager, or `wanted` in all: new ones, lost ones, those handed over to a colleague.

    A leaver's clients go to a colleague of the outlet; a colleague gives a joiner some of theirs; the people of a
    closed outlet, who move apart, leave some with the colleagues at the new place.
    """
    rng = draws.generator("clients", block=people.region.number)
    months = len(people.months.months)
    mean = MEAN_CLIENTS if wanted is None else wanted / people.size
    fewest, most = (round(bound * mean / MEAN_CLIENTS) for bound in (FEWEST_CLIENTS, MOST_CLIENTS))
    count = rng.integers(fewest, most + 1, people.size)
    count = np.where(people.fate == "joiner", count // 2, count)
    if wanted is not None:
        count = largest_remainder(wanted, count)
    owner = np.repeat(np.arange(people.size), count)
    size = len(owner)

    arrival = (people.employed_span()[1] > 0).argmax(axis=0)
    begins = people.plan_start + rng.integers(0, 11, size)
    first = np.maximum(np.where(rng.random(size) < NEW, begins, 0), arrival[owner])
    ends = people.plan_start + rng.integers(0, 11, size)
    last = np.where((rng.random(size) < LOST) & (ends >= first), ends, months - 1)

    handed_over, next_owner = np.full(size, months), owner.copy()
    fate = people.fate[owner]
    departure = _month_of(people, people.last_day)
    colleague = _steady_colleague(rng, people)
    gone = fate == "leaver"
    handed_over[gone], next_owner[gone] = departure[owner[gone]] + 1, colleague[owner[gone]]
    chance = rng.random(size)
    closed = (fate == RELOCATED) & (chance < FROM_CLOSED)
    handed_over[closed] = _month_of(people, people.change)[owner[closed]] + 1
    next_owner[closed] = colleague[owner[closed]]
    joiner = np.flatnonzero(people.fate == "joiner")
    taker = np.full(people.size, -1)
    taker[colleague[joiner]] = joiner
    given = (taker[owner] >= 0) & (chance < TO_JOINER)
    handed_over[given], next_owner[given] = arrival[taker[owner[given]]] + 1, taker[owner[given]]

    weight = np.exp(CLIENT_SD * rng.standard_normal(size))
    weight /= np.bincount(owner, weight)[owner]
    effect = people.region.effect + 0.5 * people.region.outlet_effect[people.outlet]
    effect = effect + PORTFOLIO_SD * rng.standard_normal(people.size)
    portfolio = INCOME_A_YEAR * GRADE_FACTOR[people.grade] * np.exp(effect) * count / mean
    interest = (rng.random(size) < BORROWERS) * rng.beta(7, 3, size)
    fee = (1 - interest) * rng.beta(2, 8, size)
    shares = np.stack([interest, 1 - interest - fee, fee], axis=1)
    growth = np.log1p(GROWTH) + ABILITY_ON_GROWTH * people.ability[owner] + rng.normal(0, GROWTH_SD, size)
    number = people.region.number + 1
    return Clients(
        client_id=np.array([f"{number:02d}{client:06d}" for client in range(1, size + 1)], object),
        owner=owner,
        first=first,
        last=last,
        handed_over=handed_over,
        next_owner=next_owner,
        yearly=(portfolio[owner] * weight)[:, None] * shares,
        growth=growth,
        in_dollars=draws.generator("dollars", block=people.region.number).random(size) < IN_DOLLARS,
    )


def separate_books(draws: Draws, people: People, clients: Clients) -> People:
    """The same people, one of every thirty of them under the separate-book plan (S6.8).

    They are there throughout and neither take clients over nor hand any on, so that their clients can stay apart
    from all others. Whoever has a target set by hand stays with the ordinary plan.
    """
    moved = clients.next_owner != clients.owner
    free = (people.fate == STAYS) & people.licensed
    free[np.concatenate([clients.owner[moved], clients.next_owner[moved]])] = False
    free[np.flatnonzero(people.fate == STAYS)[:2]] = False
    rng = draws.generator("plans", block=people.region.number)
    chosen = rng.permutation(np.flatnonzero(free))[: people.size // PEOPLE_A_SEPARATE_BOOK_MANAGER]
    plan = np.full(people.size, None, dtype=object)
    plan[chosen] = SEPARATE_BOOK
    return replace(people, plan=plan)


def client_income(draws: Draws, people: People, clients: Clients) -> Numbers:
    """Income received, yuan and fen, [client, month, line]; a fee comes in some months only."""
    rng = draws.generator("client income", block=people.region.number)
    months = np.arange(len(people.months.months))
    shape = (len(clients.owner), len(months))
    grown = np.exp(clients.growth[:, None] * months / 12) / 12
    open_months = (months >= clients.first[:, None]) & (months <= clients.last[:, None])
    # interest, deposit: steady; fee: seldom and uneven. Each around a mean of 1.
    steady = np.exp(0.06 * rng.standard_normal((2, *shape)))
    fee = (rng.random(shape) < FEE_MONTHS) / FEE_MONTHS * np.exp(0.6 * rng.standard_normal(shape) - 0.18)
    if people.course is not None:
        # Some clients grow faster for good, which would make the whole grow ever faster: here it grows by the shocks.
        value = clients.yearly.sum(axis=1)
        grown = grown / (value @ grown / value.sum() * 12) * (1 + YEARLY) ** (months / 12)
        grown = grown * np.exp(people.course.by_month("income")[:, 0])
        grown = grown * np.exp(people.course.people_by_month().T[clients.owner])
    noise = np.stack([*steady, fee], axis=2)
    return np.asarray(np.round(clients.yearly[:, None, :] * noise * (grown * open_months)[:, :, None], 2))


def income_rows(people: People, clients: Clients, income: Numbers) -> pd.DataFrame:
    """The `client_income` table: by client, month and line, in the client's currency; no row without income."""
    client, month, line = np.nonzero(income)
    later = month >= clients.handed_over[client]
    credited = np.where(later, clients.next_owner[client], clients.owner[client])
    labels = [month_label(number) for number in people.months.months]
    foreign = clients.in_dollars[client]
    rate = np.where(foreign, dollar_rates(people.months)[0][month], 1.0)
    return pd.DataFrame(
        {
            "client_id": coded(clients.client_id, client),
            "manager_id": coded(people.manager_id, credited),
            "month": coded(labels, month),
            "line": coded(LINES, line),
            "currency": coded(["CNY", "USD"], foreign.astype(np.int64)),
            "amount": np.round(income[client, month, line] / rate, 2),
        }
    )


def forecast_rows(draws: Draws, people: People, clients: Clients, income: Numbers) -> pd.DataFrame:
    """The `client_forecasts` table: in steps of 100 yuan, what each client of the base year may bring more by line.

    A forecaster knows a client's own growth by half and is wrong by as much as the growth itself differs.
    """
    rng = draws.generator("forecasts", block=people.region.number)
    base = income[:, people.plan_start - 12 : people.plan_start].sum(axis=1)
    seen = 0.5 * clients.growth + GROWTH_SD * rng.standard_normal(len(clients.owner))
    growth = np.round(base * np.expm1(seen)[:, None], -2)
    client, line = np.nonzero(base)
    year = Period(people.months.first + people.plan_start, people.months.last).label
    return pd.DataFrame(
        {
            "client_id": coded(clients.client_id, client),
            "line": coded(LINES, line),
            "period": year,
            "growth": growth[client, line],
        }
    )


def dollar_rates(months: Period) -> tuple[Numbers, Numbers]:
    """Yuan for a dollar, a smooth invented course: the mean of each month, and the rate on its last day."""
    course = 7.15 + 0.09 * np.sin(np.arange(months.first, months.last + 2) / 3)
    return np.round((course[:-1] + course[1:]) / 2, 4), np.round(course[1:], 4)


def rate_rows(months: Period) -> pd.DataFrame:
    """The `fx` table: the dollar in every month."""
    average, at_end = dollar_rates(months)
    labels = [month_label(number) for number in months.months]
    return pd.DataFrame({"currency": "USD", "month": labels, "average": average, "period_end": at_end})


def _month_of(people: People, days: NDArray[np.datetime64]) -> Codes:
    """Position of the month a day lies in; before the first month where there is no day."""
    return (
        np.searchsorted(people.month_starts, np.where(np.isnat(days), people.month_starts[0], days), "right")
        - 1
    )


def _steady_colleague(rng: np.random.Generator, people: People) -> Codes:
    """For each person a colleague of the outlet who never moves; of the region, where the outlet has none."""
    steady = people.steady()
    steady = steady[np.argsort(people.outlet[steady], kind="stable")]
    outlet = people.later_outlet
    begin = np.searchsorted(people.outlet[steady], outlet, "left")
    many = np.searchsorted(people.outlet[steady], outlet, "right") - begin
    nobody = many == 0
    begin, many = np.where(nobody, 0, begin), np.where(nobody, len(steady), many)
    pick = begin + np.floor(rng.random(people.size) * many).astype(np.int64)
    return steady[pick]
