"""Single sales to clients, the assessments of need before them, payments collected and answers to surveys (S1, S3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.care import Care
from policymodel.history.synthetic.people import (
    Days,
    People,
    as_text,
    coded,
    coded_days,
    first_days,
    words_at,
)
from policymodel.history.synthetic.portfolios import Clients
from policymodel.history.synthetic.territory import Codes, Numbers
from policymodel.history.synthetic.working_days import WorkingDays, some

SOLD = {
    "insurance": "insurance_sold",
    "funds": "funds_sold",
}  # the measure that the sales of a product add up to
PRODUCTS = np.array([*SOLD, "trust"], object)
TRUST_RATE, TRUST_SIZE = 0.12, 150_000.0  # a person and month; yuan
STEP = 100  # yuan: every sale is a multiple
SPLIT = (0.70, 0.25, 0.05)  # of how many sales a month's figure is made

ASSESSED, EXPIRED, UNFIT = (
    0.80,
    0.06,
    0.08,
)  # shares of sales; assessments that fit no product, a person and month
VALID, SHORT = 365, 90  # days

COLLECTED, COLLECTION_SIZE, REVERSED = 0.9, 40_000.0, 0.02
SURVEYED, UNANSWERED, BEST = 0.8, 0.12, 5


@dataclass(frozen=True)
class Sales:
    """Single sales, by day; product is a position in PRODUCTS."""

    client: Codes
    person: Codes
    product: Codes
    day: Days
    amount: Codes  # yuan


def invent_sales(
    draws: Draws, people: People, care: Care, work: WorkingDays, values: dict[str, Numbers]
) -> Sales:
    """Sales of insurance and funds that add up to each month's figures, and of trusts, of which there is none."""
    rng = draws.generator("sales", block=people.region.number)
    parts = []
    for number, measure in enumerate(SOLD.values()):
        steps = np.round(np.nan_to_num(values[measure]) / STEP).astype(np.int64)
        month, person = np.nonzero(steps)
        total = steps[month, person]
        many = np.minimum(rng.choice([1, 2, 3], len(total), p=SPLIT), np.maximum(total, 1))
        # Cut at as many places less one; a cut too close to an end falls away, and one sale is larger.
        cuts = np.sort(np.floor(rng.random((2, len(total))) * total).astype(np.int64), axis=0)
        first = np.where(many > 1, cuts[0], 0)
        second = np.where(many > 2, cuts[1] - cuts[0], 0)
        pieces = np.stack([first, second, total - first - second])
        piece, cell = np.nonzero(pieces)
        parts.append((month[cell], person[cell], np.full(len(cell), number), pieces[piece, cell] * STEP))
    month, person = some(rng, TRUST_RATE * people.effort() * people.licensed)
    size = np.maximum(np.round(TRUST_SIZE * np.exp(0.5 * rng.standard_normal(len(month))), -4), 10_000)
    parts.append((month, person, np.full(len(month), len(SOLD)), size.astype(np.int64)))
    month, person, product, amount = (np.concatenate(each) for each in zip(*parts, strict=True))
    client = care.holders.draw(rng, month, person)
    day = care.not_before(client, work.at_work(rng, people, month, person))
    order = np.lexsort((product, person, day))
    return Sales(client[order], person[order], product[order], day[order], amount[order])


def transaction_rows(people: People, clients: Clients, sales: Sales) -> pd.DataFrame:
    """The `transactions` table."""
    return pd.DataFrame(
        {
            "transaction_id": numbered("T", people, len(sales.day)),
            "manager_id": coded(people.manager_id, sales.person),
            "date": coded_days(sales.day),
            "product": coded(PRODUCTS, sales.product),
            "amount": sales.amount,
            "client_id": coded(clients.client_id, sales.client),
        }
    )


def need_rows(
    draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays, sales: Sales
) -> pd.DataFrame:
    """The `needs` table: before most sales of the plan year an assessment, some of which had expired by then.

    Of those that fit no product the follow-up is planned (S2.1).
    """
    rng = draws.generator("needs", block=people.region.number)
    sold = sales.day >= people.month_starts[people.plan_start]
    size = int(sold.sum())
    chance, share = rng.random((2, size))
    expired = chance > 1 - EXPIRED
    before = np.where(expired, SHORT + 10 + 100 * share, 45 * share**2).astype(np.int64)
    who, client = sales.person[sold], sales.client[sold]
    day = care.not_before(client, np.maximum(sales.day[sold] - before, people.first_day[who]))
    valid = np.where(expired, SHORT, VALID)
    kept = (chance < ASSESSED) | expired
    parts: list[tuple[NDArray[Any], ...]] = [
        (who, client, day, day + valid, sales.product[sold], np.full(size, np.datetime64("NaT", "D")), kept)
    ]

    plan = np.arange(len(people.months.months))[:, None] >= people.plan_start
    month, person = some(rng, UNFIT * plan * people.effort())
    other = care.holders.draw(rng, month, person)
    when = care.not_before(other, work.at_work(rng, people, month, person))
    follow_up = when + rng.integers(14, 90, len(when))
    nothing = np.full(len(when), -1)
    parts.append((person, other, when, when + VALID, nothing, follow_up, np.ones(len(when), bool)))
    who, client, day, until, product, due, kept = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.flatnonzero(kept & (client >= 0))
    order = order[np.lexsort((who[order], day[order]))]
    return pd.DataFrame(
        {
            "need_id": numbered("N", people, len(order)),
            "client_id": id_of(clients, client[order]),
            "manager_id": people.manager_id[who[order]],
            "date": as_text(day[order]),
            "valid_until": as_text(until[order]),
            "product": words_at(PRODUCTS, product[order]),
            "plan_due": as_text(due[order]),
        }
    )


def collection_rows(
    draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays
) -> pd.DataFrame:
    """The `collections` table of the plan year: most are paid by the day due; a few are reversed within a month."""
    rng = draws.generator("collections", block=people.region.number)
    month, person = _of_plan_year(rng, people, COLLECTED)
    client = care.holders.draw(rng, month, person)
    day = care.not_before(client, work.at_work(rng, people, month, person))
    due = day + np.round(rng.normal(3, 6, len(day))).astype(np.int64)
    amount = np.maximum(np.round(COLLECTION_SIZE * np.exp(0.8 * rng.standard_normal(len(day))), -2), STEP)
    back = day + rng.integers(2, 28, len(day))
    end = np.where(np.isnat(people.last_day), first_days(people.months)[-1] - 1, people.last_day)
    reversed_ = np.flatnonzero((rng.random(len(day)) < REVERSED) & (back <= end[person]))
    at = np.append(np.arange(len(day)), reversed_)
    when = np.append(day, back[reversed_])
    signed = np.append(amount, -amount[reversed_]).astype(np.int64)
    order = np.lexsort((person[at], when))
    at = at[order]
    return pd.DataFrame(
        {
            "collection_id": numbered("P", people, len(at)),
            "manager_id": people.manager_id[person[at]],
            "client_id": id_of(clients, client[at]),
            "due": as_text(due[at]),
            "date": as_text(when[order]),
            "amount": signed[order],
        }
    )


def survey_rows(
    draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays
) -> pd.DataFrame:
    """The `surveys` table of the plan year: 1 to 5, better for the careful; some do not answer."""
    rng = draws.generator("surveys", block=people.region.number)
    month, person = _of_plan_year(rng, people, SURVEYED)
    client = care.holders.draw(rng, month, person)
    day = care.not_before(client, work.at_work(rng, people, month, person))
    felt = 4.1 + 0.5 * people.diligence[person] + 0.8 * rng.standard_normal(len(day))
    answer = np.clip(np.round(felt), 1, BEST).astype(np.int64).astype(object)
    answer[rng.random(len(day)) < UNANSWERED] = None
    order = np.lexsort((person, day))
    return pd.DataFrame(
        {
            "survey_id": numbered("S", people, len(order)),
            "manager_id": people.manager_id[person[order]],
            "client_id": id_of(clients, client[order]),
            "date": as_text(day[order]),
            "score": pd.Series(answer[order], dtype="Int64"),
            "out_of": BEST,
        }
    )


def numbered(letter: str, people: People, size: int) -> pd.api.extensions.ExtensionArray:
    """Numbers of records: a letter, the region, a count. No digits of them are a person's or a client's number."""
    start = f"{letter}{people.region.number + 1:02d}-"
    count = pc.utf8_lpad(pa.array(np.arange(1, size + 1)).cast(pa.string()), 5, "0")
    return pd.array(pc.binary_join_element_wise(start, count, ""), dtype="str")


def id_of(clients: Clients, client: Codes) -> NDArray[np.object_]:
    """The ids of clients; None for nobody, -1."""
    return words_at(clients.client_id, client)


def _of_plan_year(rng: np.random.Generator, people: People, rate: float) -> tuple[Codes, Codes]:
    plan = np.arange(len(people.months.months))[:, None] >= people.plan_start
    return some(rng, rate * plan * people.effort())
