"""Which client is in whose care, in which class; files kept on premium clients and meetings with them (S2, S4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.synthetic.achievements import logistic
from policymodel.history.synthetic.people import Days, People, as_text, first_days
from policymodel.history.synthetic.portfolios import Clients
from policymodel.history.synthetic.territory import Codes
from policymodel.history.synthetic.working_days import WorkingDays

CLASSES = np.array(["premium", "potential", "growing", "ordinary"], object)
PREMIUM = 0
PREMIUM_BY_GRADE = np.array([0.90, 0.70, 0.55, 0.40])  # premium portfolios go to A-grade managers (S6.8)
OTHER_SHARES = (0.40, 0.35, 0.25)
RISES = np.array([0.0, 0.025, 0.015, 0.010])  # a client and month, to the next better class
FALLS = 0.004  # a premium client and month
ATTENTION = 1.3  # logit: how many premium clients are met in a quarter
FILING = 1.8  # logit: on how many a complete file is kept
REPAIR = 0.12  # of files that are not complete, a month
MEETING_MONTHS = np.array(
    [0.5, 0.8]
)  # shares of the quarter's meetings in its first month, and in its first two
MET_AGAIN = 0.15

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Care:
    """The clients of a region month by month, [client, month]."""

    owner: Codes
    rank: Codes  # position in CLASSES; -1: no client of the bank
    complete: Mask  # a premium client whose file is complete
    since: Days  # first day of each client, [client]
    people: int

    @property
    def there(self) -> Mask:
        """Whether somebody is a client in a month."""
        return np.asarray(self.rank >= 0)

    @cached_property
    def holders(self) -> Holders:
        """All clients of each person and month."""
        return Holders.of(self, self.there, self.people)

    def not_before(self, client: Codes, day: Days) -> Days:
        """The day; of a client who came later the client's first one. -1 is nobody in particular."""
        return np.where(client >= 0, np.maximum(day, self.since[client]), day)


@dataclass(frozen=True)
class Holders:
    """Some of the clients of each person and month, to draw from."""

    keys: Codes
    clients: Codes
    people: int

    @classmethod
    def of(cls, care: Care, which: Mask, people: int) -> Holders:
        """Those cells of the care that are asked for."""
        client, month = np.nonzero(which)
        key = month * people + care.owner[client, month]
        order = np.argsort(key, kind="stable")
        return cls(key[order], client[order], people)

    def draw(self, rng: np.random.Generator, month: Codes, person: Codes) -> Codes:
        """By chance a client of a person in a month; -1 where there is none."""
        key = month * self.people + person
        begin = np.searchsorted(self.keys, key)
        many = np.searchsorted(self.keys, key, side="right") - begin
        at = begin + np.floor(rng.random(len(key)) * many).astype(np.int64)
        return np.where(many > 0, self.clients[np.minimum(at, len(self.clients) - 1)], -1)


def invent_care(draws: Draws, people: People, clients: Clients, work: WorkingDays) -> Care:
    """Each client's manager, class and file in each month; its income of the month is the manager's."""
    rng = draws.generator("care", block=people.region.number)
    size, months = len(clients.owner), len(people.months.months)
    month = np.arange(months)
    there = (month >= clients.first[:, None]) & (month <= clients.last[:, None])
    owner = np.where(
        month >= clients.handed_over[:, None], clients.next_owner[:, None], clients.owner[:, None]
    )
    since = np.where(
        clients.first == 0,
        np.maximum(people.month_starts[0], people.first_day[clients.owner]),
        work.at_work(rng, people, clients.first, owner[np.arange(size), clients.first]),
    )
    premium = rng.random(size) < PREMIUM_BY_GRADE[people.grade[clients.owner]]
    begins = np.where(premium, PREMIUM, rng.choice([1, 2, 3], size, p=OTHER_SHARES))
    zeal = np.exp(0.5 * people.diligence)
    filed = logistic(FILING + people.diligence)
    rank, complete = np.empty((size, months), np.int64), np.zeros((size, months), bool)
    now, kept = begins, rng.random(size) < filed[clients.owner]
    for each in month:
        whose = owner[:, each]
        chance, other = rng.random((2, size))
        older = each > clients.first
        now = (
            now
            - (older & (chance < RISES[now] * zeal[whose]))
            + (older & (now == PREMIUM) & (chance > 1 - FALLS))
        )
        share = filed[whose]
        kept = np.where(older, np.where(kept, other >= REPAIR * (1 - share) / share, other < REPAIR), kept)
        rank[:, each], complete[:, each] = now, kept
    rank[~there] = -1
    return Care(owner, rank, complete & (rank == PREMIUM), since, people.size)


def assignment_rows(people: People, clients: Clients, care: Care) -> pd.DataFrame:
    """The `assignments` table: a spell for each manager and class; a new class or manager begins with a month."""
    before = _before(care.rank, -1)
    starts = care.there & ((care.rank != before) | (care.owner != _before(care.owner, -1)))
    client, month = np.nonzero(starts)
    follows = np.append(client[1:] == client[:-1], False)
    last = np.where(follows, np.append(month[1:], 0) - 1, clients.last[client])
    begins = np.where(month == clients.first[client], care.since[client], people.month_starts[month])
    ends = first_days(people.months)[last + 1] - 1
    ends[last == len(people.months.months) - 1] = np.datetime64("NaT")
    frame = pd.DataFrame(
        {
            "client_id": clients.client_id[client],
            "manager_id": people.manager_id[care.owner[client, month]],
            "client_class": CLASSES[care.rank[client, month]],
            "valid_from": as_text(begins),
            "valid_to": as_text(ends),
        }
    )
    return frame.sort_values(["valid_from", "client_id"], ignore_index=True)


def file_rows(draws: Draws, people: People, clients: Clients, care: Care, work: WorkingDays) -> pd.DataFrame:
    """The `client_files` table: a file is opened with a premium client, handed over with it, and kept or not."""
    rng = draws.generator("client files", block=people.region.number)
    premium = care.rank == PREMIUM
    opened = premium & (~_before(premium, False) | (care.owner != _before(care.owner, -1)))
    client, month = np.nonzero(care.there & (opened | (care.complete != _before(care.complete, False))))
    who = care.owner[client, month]
    day = np.where(opened[client, month], people.month_starts[month], work.at_work(rng, people, month, who))
    frame = pd.DataFrame(
        {
            "client_id": clients.client_id[client],
            "manager_id": people.manager_id[who],
            "date": as_text(np.maximum(day, care.since[client])),
            "complete": np.where(care.complete[client, month], "yes", "no"),
        }
    )
    return frame.sort_values(["date", "client_id"], ignore_index=True)


def meetings(draws: Draws, people: People, care: Care, work: WorkingDays) -> tuple[Codes, Codes, Days]:
    """Client, manager and day of each maintenance contact with a premium client.

    A careful manager meets nearly all of them once a quarter, and some of them again.
    """
    rng = draws.generator("meetings", block=people.region.number)
    quarters = len(people.months.months) // 3
    attention = ATTENTION + people.diligence + 0.4 * rng.standard_normal((quarters, people.size))
    worked = np.minimum(people.effort() / people.fte, 1)
    size = len(care.owner)
    client, quarter = (each.ravel() for each in np.indices((size, quarters)))
    month = 3 * quarter + np.searchsorted(MEETING_MONTHS, rng.random(size * quarters))
    chance, again = rng.random((2, size * quarters))
    who = care.owner[client, month]
    met = (care.rank[client, month] == PREMIUM) & (
        chance < logistic(attention[quarter, who]) * worked[month, who]
    )
    later = np.minimum(month + 1, 3 * quarter + 2)
    once_more = met & (again < MET_AGAIN) & (care.rank[client, later] == PREMIUM)
    client, month = np.append(client[met], client[once_more]), np.append(month[met], later[once_more])
    who = care.owner[client, month]
    there = people.employed_span()[1][month, who] > 0
    client, month, who = client[there], month[there], who[there]
    return client, who, np.maximum(work.at_work(rng, people, month, who), care.since[client])


def _before(cells: NDArray[Any], first: object) -> NDArray[Any]:
    """Each cell's value in the month before."""
    return np.concatenate([np.full((len(cells), 1), first, cells.dtype), cells[:, :-1]], axis=1)
