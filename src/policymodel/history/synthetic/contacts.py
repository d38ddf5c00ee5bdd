"""Contacts with clients, and the answers to signs that a client leaves (S1.1, S2.1, S2.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.history.synthetic.care import PREMIUM, Care, Holders, meetings
from policymodel.history.synthetic.people import (
    Days,
    People,
    as_text,
    coded,
    coded_days,
    first_days,
)
from policymodel.history.synthetic.portfolios import Clients
from policymodel.history.synthetic.sales import id_of, numbered
from policymodel.history.synthetic.territory import Codes
from policymodel.history.synthetic.working_days import WorkingDays, some

KINDS = np.array(["maintenance", "visit", "call", "message", "referral", "interview", "appointment"], object)
MAINTENANCE, VISIT, CALL, MESSAGE, REFERRAL, INTERVIEW, APPOINTMENT = range(7)
CHANNELS = np.array(["branch", "client_site", "telephone", "wechat", "lobby_manager", "teller"], object)
BRANCH, SITE, TELEPHONE, WECHAT, LOBBY, TELLER = range(6)
OUTCOMES = np.array(["kept", "missed", "need_found", "no_need"], object)

# A person and month of the plan year.
RATES = {VISIT: 0.6, CALL: 1.0, MESSAGE: 0.8, REFERRAL: 0.7, INTERVIEW: 0.2, APPOINTMENT: 0.7}
WAYS = {VISIT: SITE, CALL: TELEPHONE, MESSAGE: WECHAT, INTERVIEW: BRANCH, APPOINTMENT: BRANCH}
NOBODY = 0.06  # of visits, calls and messages: the client was not written down
AGAIN = 0.06  # of calls and messages: the same client once more on the same day
TURNED = 0.60  # of referrals that become an interview, for a person of average diligence
FROM_LOBBY = 0.65
MISSED, MOVED = 0.08, 0.12  # of appointments: not kept at all, kept some days later
LATE_NOTE, BACK_DATED = 0.14, 0.02  # of interviews: written down after the next day, after a month or more

OUTFLOWS = 0.20  # large outflows of premium clients, a person and month
WARNED = 0.70  # of clients who leave
DAYS_TO_ANSWER = 7
ANSWERED_IN_TIME, NOT_ANSWERED = 0.85, 0.05
SETTLED = 30  # days until it is known what became of the client
WARNINGS = np.array(["outflow", "downgrade", "attrition"], object)
OUTFLOW, DOWNGRADE, ATTRITION = range(3)


@dataclass
class _Contacts:
    """Contacts in the making, one element each; NaT and -1 stand for blanks."""

    kind: Codes
    person: Codes
    client: Codes
    day: Days
    due: Days
    recorded: Days
    channel: Codes
    outcome: Codes

    @classmethod
    def of(cls, kind: int, person: Codes, client: Codes, day: Days) -> _Contacts:
        size = len(person)
        never, blank = np.full(size, np.datetime64("NaT", "D")), np.full(size, -1)
        channel = np.full(size, WAYS.get(kind, BRANCH))
        return cls(np.full(size, kind), person, client, day, never, never.copy(), channel, blank)


def contact_rows(
    draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays
) -> pd.DataFrame:
    """The `contacts` table: maintenance of both years, everything else of the plan year."""
    rng = draws.generator("contacts", block=people.region.number)
    holders = care.holders
    client, who, day = meetings(draws, people, care, work)
    made = {MAINTENANCE: _Contacts.of(MAINTENANCE, who, client, day)}
    plan = np.arange(len(people.months.months))[:, None] >= people.plan_start
    busy = plan * people.effort() * np.exp(0.3 * people.diligence)
    for kind, rate in RATES.items():
        month, person = some(rng, rate * busy)
        client = holders.draw(rng, month, person)
        day = care.not_before(client, work.at_work(rng, people, month, person))
        made[kind] = _Contacts.of(kind, person, client, day)
    _refer(rng, people, made, work)
    _keep_or_miss(rng, people, made[APPOINTMENT], work)
    every = _joined([*made.values(), *(_once_more(rng, made[kind]) for kind in (CALL, MESSAGE))])
    loose = np.isin(every.kind, [VISIT, CALL, MESSAGE]) & (rng.random(len(every.day)) < NOBODY)
    every.client[loose] = -1
    _write_down(rng, people, every)
    order = np.lexsort((every.kind, every.person, every.day))
    return pd.DataFrame(
        {
            "contact_id": numbered("K", people, len(order)),
            "manager_id": coded(people.manager_id, every.person[order]),
            "client_id": coded(clients.client_id, every.client[order]),
            "date": coded_days(every.day[order]),
            "recorded_on": coded_days(every.recorded[order]),
            "due": coded_days(every.due[order]),
            "kind": coded(KINDS, every.kind[order]),
            "channel": coded(CHANNELS, every.channel[order]),
            "outcome": coded(OUTCOMES, every.outcome[order]),
        }
    )


def _refer(rng: np.random.Generator, people: People, made: dict[int, _Contacts], work: WorkingDays) -> None:
    """Referrals come from the lobby or the counter; most become an interview within ten days (S2.1)."""
    referral = made[REFERRAL]
    size = len(referral.day)
    referral.channel = np.where(rng.random(size) < FROM_LOBBY, LOBBY, TELLER)
    turned = rng.random(size) < np.clip(TURNED + 0.2 * people.diligence[referral.person], 0.1, 0.95)
    after = work.pick(rng, referral.day, referral.day + 10)
    turned &= after <= _last_days(people)[referral.person]
    own = made[INTERVIEW]
    led = _Contacts.of(INTERVIEW, referral.person[turned], referral.client[turned], after[turned])
    interview = made[INTERVIEW] = _joined([own, led])
    interview.outcome = np.where(rng.random(len(interview.day)) < 0.7, 2, 3)


def _keep_or_miss(rng: np.random.Generator, people: People, planned: _Contacts, work: WorkingDays) -> None:
    """The day for which an appointment was planned, and whether it was kept then, later, or not at all."""
    chance = rng.random(len(planned.day))
    planned.due = planned.day.copy()
    careless = np.exp(-0.6 * people.diligence[planned.person])
    missed, moved = MISSED * careless, (MISSED + MOVED) * careless
    planned.outcome = np.where(chance < missed, 1, 0)
    later = work.pick(rng, planned.due + 1, planned.due + 8)
    late = (chance >= missed) & (chance < moved) & (later <= _last_days(people)[planned.person])
    planned.day = np.where(late, later, planned.day)


def _once_more(rng: np.random.Generator, contacts: _Contacts) -> _Contacts:
    """Some of the contacts, with the same client on the same day again."""
    again = rng.random(len(contacts.day)) < AGAIN
    return _Contacts(**{name: part[again] for name, part in vars(contacts).items()})


def _write_down(rng: np.random.Generator, people: People, contacts: _Contacts) -> None:
    """When it was recorded: interviews mostly on the next day; a few long afterwards, with the day it happened."""
    chance, size = rng.random(len(contacts.day)), len(contacts.day)
    careless = np.exp(-0.6 * people.diligence[contacts.person])
    days = np.where(chance < 0.8, 1, 0)
    days = np.where(chance > 1 - LATE_NOTE * careless, rng.integers(2, 10, size), days)
    days = np.where(chance > 1 - BACK_DATED * careless, rng.integers(32, 60, size), days)
    noted = contacts.kind == INTERVIEW
    end = first_days(people.months)[-1] - 1
    contacts.recorded = np.where(noted, np.minimum(contacts.day + days, end), contacts.recorded)


def _joined(parts: list[_Contacts]) -> _Contacts:
    names = vars(parts[0])
    return _Contacts(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _last_days(people: People) -> Days:
    """Each person's last day of the history."""
    end = first_days(people.months)[-1] - 1
    return np.where(np.isnat(people.last_day), end, people.last_day)


def alert_rows(draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays) -> pd.DataFrame:
    """The `alerts` table of the plan year (S2.2).

    Large outflows of premium clients, downgrades, and signs before a client leaves. Whoever leaves the bank is lost,
    everybody else was kept; in the last weeks of the history it is not known yet.
    """
    rng = draws.generator("alerts", block=people.region.number)
    plan, end = people.plan_start, first_days(people.months)[-1] - 1
    month, person = some(
        rng, OUTFLOWS * (np.arange(len(people.months.months))[:, None] >= plan) * people.effort()
    )
    premium = Holders.of(care, care.rank == PREMIUM, people.size).draw(rng, month, person)
    fallen, when = np.nonzero((care.rank[:, 1:] > care.rank[:, :-1]) & (care.rank[:, :-1] >= 0))
    leaving = np.flatnonzero(
        (clients.last < len(people.months.months) - 1) & (rng.random(len(clients.last)) < WARNED)
    )
    client = np.concatenate([premium, fallen, leaving])
    month = np.concatenate([month, when + 1, clients.last[leaving]])
    kind = np.repeat([OUTFLOW, DOWNGRADE, ATTRITION], [len(premium), len(fallen), len(leaving)])
    due = (client >= 0) & (month >= plan)
    client, month, kind = client[due], month[due], kind[due]
    who = care.owner[client, month]
    day = care.not_before(client, work.at_work(rng, people, month, who))

    size = len(day)
    chance = rng.random(size)
    in_time = np.clip(ANSWERED_IN_TIME + 0.15 * people.diligence[who], 0.4, 0.95)
    days = np.where(chance < in_time, rng.integers(0, DAYS_TO_ANSWER + 1, size), rng.integers(8, 25, size))
    answered = day + days
    answered[(chance > 1 - NOT_ANSWERED) | (answered > end)] = np.datetime64("NaT")
    gone = clients.last[client] < len(people.months.months) - 1
    outcome = np.where(gone, "lost", "kept").astype(object)
    outcome[day + SETTLED > end] = None
    order = np.lexsort((who, day))
    return pd.DataFrame(
        {
            "alert_id": numbered("W", people, size),
            "client_id": id_of(clients, client[order]),
            "manager_id": people.manager_id[who[order]],
            "date": as_text(day[order]),
            "kind": WARNINGS[kind[order]],
            "due": as_text(day[order] + DAYS_TO_ANSWER),
            "answered_on": as_text(answered[order]),
            "outcome": outcome[order],
        }
    )
