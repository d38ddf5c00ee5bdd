"""Invented events (S4.3) and the targets head office set for the plan year (S4.0, S6.4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.history.synthetic.people import STAYS, People, as_text
from policymodel.history.synthetic.portfolios import LINES
from policymodel.history.synthetic.territory import Numbers
from policymodel.periods import Period

GROWTH_ASKED = 0.08
# The S4.1 indicators that are judged against a target, with the step to which a target is rounded.
TARGETED = {
    "net_deposits": 100_000,
    "wealth_accounts": 10,
    "autodebit_agreements": 10,
    "insurance_sold": 10_000,
    "broker_links": 5,
    "debit_cards": 10,
    "credit_cards": 5,
    "funds_sold": 10_000,
    "ebanking_clients": 10,
}
INCREMENT_STEP = 10_000
HAND_SET = {"net_deposits": 0.8, "debit_cards": 0.8}  # one person each, at this share of the region's average

COMPLAINTS, FINDINGS = 0.018, 0.015  # a person and month
GRAVE = {
    "negligent_client_loss": 0.010,
    "risk_noticed_late": 0.005,
    "serious_breach": 0.0015,
}  # a person and month
CHANNELS = np.array(["hotline", "branch", "letter"], object)
CHANNEL_SHARES = (0.55, 0.35, 0.10)
VERIFIED = 0.65
POINTS = np.array([1.0, 2.0, 3.0, 5.0])
POINT_SHARES = (0.45, 0.30, 0.15, 0.10)


def invent_events(draws: Draws, people: People) -> pd.DataFrame:
    """The `events` table, by date: complaints by channel, some not verified; findings with their points.

    The careful cause fewer of both. Beside them the rarer events for which S6.11 has penalties.
    """
    rng = draws.generator("events", block=people.region.number)
    begin, days = people.employed_span()
    rates = np.array([COMPLAINTS, FINDINGS])[:, None, None] * np.exp(-0.6 * people.diligence) * (days > 0)
    many = rng.poisson(rates)
    kind, month, person = (np.repeat(place, many[many > 0]) for place in np.nonzero(many))
    size = len(kind)
    complaint = kind == 0
    date = begin[month, person] + np.floor(rng.random(size) * days[month, person]).astype(np.int64)
    channel = rng.choice(CHANNELS, size, p=CHANNEL_SHARES)
    verified = rng.random(size) < VERIFIED
    points = rng.choice(POINTS, size, p=POINT_SHARES)
    frame = pd.DataFrame(
        {
            "manager_id": people.manager_id[person],
            "date": as_text(date),
            "event": np.where(complaint, "complaint", "inspection_finding"),
            "channel": pd.Series(channel).where(complaint),
            "verified": np.where(complaint & ~verified, "no", "yes"),
            "points": np.where(complaint, np.nan, points),
        }
    ).sort_values(["date", "manager_id", "event"], kind="stable", ignore_index=True)
    number = people.region.number + 1
    frame.insert(0, "event_id", [f"{number:02d}{event:05d}" for event in range(1, size + 1)])
    grave = _grave_events(draws, people)
    return pd.concat([frame, grave]).sort_values("date", kind="stable", ignore_index=True)


def _grave_events(draws: Draws, people: People) -> pd.DataFrame:
    """Client loss, risk noticed late and breaches (S6.11), some not verified; drawn apart from all other events."""
    rng = draws.generator("grave events", block=people.region.number)
    begin, days = people.employed_span()
    rates = np.array([*GRAVE.values()])[:, None, None] * np.exp(-0.6 * people.diligence) * (days > 0)
    many = rng.poisson(rates)
    kind, month, person = (np.repeat(place, many[many > 0]) for place in np.nonzero(many))
    date = begin[month, person] + np.floor(rng.random(len(kind)) * days[month, person]).astype(np.int64)
    frame = pd.DataFrame(
        {
            "manager_id": people.manager_id[person],
            "date": as_text(date),
            "event": np.array([*GRAVE], object)[kind],
            "verified": np.where(rng.random(len(kind)) < VERIFIED, "yes", "no"),
        }
    ).sort_values(["date", "manager_id", "event"], kind="stable", ignore_index=True)
    number = people.region.number + 1
    frame.insert(0, "event_id", [f"{number:02d}9{event:04d}" for event in range(1, len(frame) + 1)])
    return frame


def invent_targets(people: People, values: dict[str, Numbers], income: Numbers) -> pd.DataFrame:
    """The `targets` table of a region for the plan year.

    Region rows: last year's actual and 8 % more for each indicator, and 8 % of last year's income as the
    increment of each line (S6.4), both of the people of the ordinary plan: whom another plan appraises, that plan
    asks (S6.8). Manager rows are set by hand and stand: what is left of the region's target is broken down over the
    others. One person without licence has a hand-set target of zero.
    """
    plan = people.plan_start
    base = slice(plan - 12, plan)
    year = Period(people.months.first + plan, people.months.last).label
    asked = 1 + GROWTH_ASKED
    ordinary = people.plan == None  # noqa: E711
    region = {
        name: to_step(np.nansum(values[name][base][:, ordinary]) * asked, step)
        for name, step in TARGETED.items()
    }
    last_year = income[:, base].sum(axis=(0, 1))
    for line, amount in zip(LINES, last_year, strict=True):
        region[line] = to_step(amount * GROWTH_ASKED, INCREMENT_STEP)

    steady = np.flatnonzero(people.fate == STAYS)
    hand = [
        (
            people.manager_id[person],
            name,
            to_step(region[name] * share / ordinary.sum(), TARGETED[name] // 10),
        )
        for person, (name, share) in zip(steady, HAND_SET.items(), strict=False)
    ]
    unlicensed = steady[~people.licensed[steady]]
    hand += [(people.manager_id[person], "broker_links", 0) for person in unlicensed[:1]]
    rows = [("region", people.region.name, name, target) for name, target in region.items()]
    rows += [("manager", *row) for row in hand]
    frame = pd.DataFrame(rows, columns=["level", "unit_id", "measure", "target"])
    frame.insert(3, "period", year)
    return frame


def to_step(value: float, step: int) -> int:
    """To the nearest multiple of the step.

    >>> to_step(1234.0, 10)
    1230
    """
    return round(value / step) * step
