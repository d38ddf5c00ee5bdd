"""Days of attendance, reports handed in, and what reviewers mark and remark (S1.3, S2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.history.synthetic.people import (
    Days,
    People,
    as_text,
    coded,
    coded_days,
    first_days,
)
from policymodel.history.synthetic.sales import numbered
from policymodel.history.synthetic.territory import Codes, Numbers
from policymodel.history.synthetic.texts import TEXTS
from policymodel.history.synthetic.working_days import WorkingDays

ATTENDANCE_MONTHS = 6  # at the end of the plan year; before it there was no time clock
STATUSES = np.array(["present", "training", "leave", "absent"], object)
STATUS_SHARES = (0.925, 0.025, 0.040)  # the rest: absent
PLACES = np.array(["lobby", "outlet", "clients"], object)
LOBBY_SHARE, CLIENTS_SHARE = 0.30, 0.15

KINDS = np.array(["weekly", "monthly", "research"], object)
WEEKLY, MONTHLY, RESEARCH = range(3)
WEEKLY_IN_TIME, MONTHLY_IN_TIME, FORGOTTEN = 0.90, 0.85, 0.03
MONTHLY_DUE = 4  # days after the month's end

ITEMS = np.array(
    ["client_assessment", "maintenance_plan", "product_matching", "lobby_patrol", "service_quality"], object
)
BEST = 5
MERIT, ITEM_SD, MARKING_SD = 3.3, 0.20, 0.45
BOTH_MARK = 0.25  # of people: by both reviewers of the outlet
KIND_REVIEWER, STERN_REVIEWER, REVIEWER_SD = 0.7, -0.7, 0.10  # marks
NOT_MARKED = 0.04


@dataclass(frozen=True)
class Reviewers:
    """Two reviewers an outlet, [outlet, 0 or 1], and how much higher than others each of them marks."""

    reviewer_id: np.ndarray
    bias: Numbers

    def planted(self, people: People) -> pd.DataFrame:
        """What was planted in each of them."""
        return pd.DataFrame(
            {
                "region": people.region.name,
                "outlet_id": np.repeat(people.region.outlet_ids, 2),
                "reviewer_id": self.reviewer_id.ravel(),
                "marks_too_high": self.bias.ravel().round(6),
            }
        )


def attendance_rows(draws: Draws, people: People, work: WorkingDays) -> pd.DataFrame:
    """The `attendance` table: where everybody was on each working day of the last months."""
    rng = draws.generator("attendance", block=people.region.number)
    begin = people.month_starts[-ATTENDANCE_MONTHS]
    days = work.days[work.days >= begin]
    last = np.where(np.isnat(people.last_day), days[-1], people.last_day)
    there = (days[:, None] >= people.first_day) & (days[:, None] <= last)
    # Who has part of a post comes on so many days.
    day, person = np.nonzero(there & (rng.random(there.shape) < people.fte))
    careless = np.exp(-0.6 * people.diligence[person])
    chance, where = rng.random((2, len(day)))
    present, training, leave = np.cumsum(STATUS_SHARES)
    absent = (1 - leave) * careless
    status = np.select([chance < absent, chance < absent + 1 - present - (1 - leave)], [3, -1], 0)
    other = rng.random(len(day)) < (training - present) / (leave - present)
    status = np.where(status < 0, np.where(other, 1, 2), status)
    lobby = np.clip(LOBBY_SHARE * np.exp(0.3 * people.diligence[person]), 0, 0.7)
    place = np.select([where < lobby, where > 1 - CLIENTS_SHARE], [0, 2], 1)
    return pd.DataFrame(
        {
            "manager_id": coded(people.manager_id, person),
            "date": coded_days(days[day]),
            "status": coded(STATUSES, status),
            "place": coded(PLACES, np.where(status == 0, place, -1)),
        }
    )


def report_rows(
    draws: Draws, people: People, work: WorkingDays, values: dict[str, Numbers], language: Literal["zh", "en"]
) -> pd.DataFrame:
    """The `work_reports` table: weekly and monthly ones of the plan year, research of both years.

    Of research there is one in each month that the figures say, and it is adopted where they say so.
    """
    rng = draws.generator("work reports", block=people.region.number)
    starts, end = first_days(people.months), work.days[-1]
    weeks = _week_ends(work, starts[people.plan_start])
    months = work.days[np.searchsorted(work.days, starts[people.plan_start + 1 : -1] + MONTHLY_DUE)]
    parts = []
    for number, dues, share in ((WEEKLY, weeks, WEEKLY_IN_TIME), (MONTHLY, months, MONTHLY_IN_TIME)):
        last = np.where(np.isnat(people.last_day), end, people.last_day)
        there = (dues[:, None] - 4 >= people.first_day) & (dues[:, None] <= last)
        at, person = np.nonzero(there & (rng.random(there.shape) >= FORGOTTEN))
        late = rng.random(len(at)) > np.clip(share + 0.08 * people.diligence[person], 0.5, 0.99)
        due = dues[at]
        day = np.where(late, work.pick(rng, due + 1, due + 7), due)
        parts.append((np.full(len(at), number), person, at, due, np.minimum(day, last[person])))
    month, person = np.nonzero(values["research_reports"] == 1)
    written = work.at_work(rng, people, month, person)
    never = np.full(len(month), np.datetime64("NaT", "D"))
    parts.append((np.full(len(month), RESEARCH), person, month, never, written))
    adopted = np.minimum(written + rng.integers(5, 60, len(month)), starts[-1] - 1)
    adopted[values["research_reports_adopted"][month, person] != 1] = np.datetime64("NaT")
    kind, person, turn, due, day = (np.concatenate(each) for each in zip(*parts, strict=True))
    adopted_on = np.full(len(day), np.datetime64("NaT", "D"))
    adopted_on[len(day) - len(adopted) :] = adopted
    # In turn, so that nobody writes the same twice running.
    turn = turn + rng.integers(0, 100, people.size)[person]
    text = np.empty(len(day), object)
    for each, name in enumerate(KINDS):
        known = np.array(TEXTS[language][name], object)
        text[kind == each] = known[turn[kind == each] % len(known)]
    order = np.lexsort((kind, person, day))
    return pd.DataFrame(
        {
            "report_id": numbered("B", people, len(order)),
            "manager_id": people.manager_id[person[order]],
            "kind": KINDS[kind[order]],
            "due": as_text(due[order]),
            "date": as_text(day[order]),
            "adopted_on": as_text(adopted_on[order]),
            "text": text[order],
        }
    )


def invent_reviewers(draws: Draws, people: People) -> Reviewers:
    """Two an outlet; one of the region's first outlet is too generous, one of the last that stays open too severe."""
    rng = draws.generator("reviewers", block=people.region.number)
    outlets = len(people.region.outlet_ids)
    bias = np.clip(REVIEWER_SD * rng.standard_normal((outlets, 2)), -2 * REVIEWER_SD, 2 * REVIEWER_SD)
    open_outlets = outlets - (people.region.closing >= 0)
    bias[0, 0], bias[open_outlets - 1, 1] = KIND_REVIEWER, STERN_REVIEWER
    ids = np.array([[f"9{outlet}{each}" for each in (1, 2)] for outlet in people.region.outlet_ids], object)
    return Reviewers(ids, bias)


def review_rows(draws: Draws, people: People, reviewers: Reviewers, work: WorkingDays) -> pd.DataFrame:
    """The `reviews` table: each quarter of the plan year five duties, 0 to 5; some people by both reviewers."""
    rng = draws.generator("reviews", block=people.region.number)
    item_effect = ITEM_SD * rng.standard_normal(len(ITEMS))
    merit = MERIT + 0.8 * people.diligence + 0.8 * people.ability
    own = 0.25 * rng.standard_normal((people.size, len(ITEMS)))
    first, both = rng.integers(0, 2, people.size), rng.random(people.size) < BOTH_MARK
    month, person, outlet = _quarters_of_plan_year(people)
    twice = both[person]
    at = np.append(np.arange(len(person)), np.flatnonzero(twice))
    which = np.append(first[person], 1 - first[person[twice]])
    month, person, outlet = month[at], person[at], outlet[at]
    day = _end_of_work(rng, people, work, month, person)
    mark = merit[person][:, None] + own[person] + item_effect + reviewers.bias[outlet, which][:, None]
    mark = np.clip(np.round(mark + MARKING_SD * rng.standard_normal(mark.shape)), 0, BEST)
    given = pd.array(mark.ravel().astype(np.int64), dtype="Int64")
    given[rng.random(mark.size) < NOT_MARKED] = pd.NA
    frame = pd.DataFrame(
        {
            "manager_id": np.repeat(people.manager_id[person], len(ITEMS)),
            "reviewer_id": np.repeat(reviewers.reviewer_id[outlet, which], len(ITEMS)),
            "date": np.repeat(as_text(day), len(ITEMS)),
            "item": np.tile(ITEMS, len(person)),
            "mark": given,
        }
    ).sort_values(["date", "manager_id", "reviewer_id", "item"], kind="stable", ignore_index=True)
    frame.insert(0, "review_id", numbered("V", people, len(frame)))
    return frame


def remark_rows(
    draws: Draws, people: People, reviewers: Reviewers, work: WorkingDays, language: Literal["zh", "en"]
) -> pd.DataFrame:
    """The `remarks` table: one a quarter of the plan year, kinder to the diligent."""
    rng = draws.generator("remarks", block=people.region.number)
    month, person, outlet = _quarters_of_plan_year(people)
    felt = people.diligence[person] + 0.3 * rng.standard_normal(len(person))
    pick = rng.random(len(person))
    text = np.empty(len(person), object)
    for name, mine in {"high": felt > 0.3, "low": felt < -0.5}.items():
        text[mine] = _one_of(TEXTS[language][name], pick[mine])
    middle = (felt <= 0.3) & (felt >= -0.5)
    text[middle] = _one_of(TEXTS[language]["middle"], pick[middle])
    day = _end_of_work(rng, people, work, month, person)
    who = reviewers.reviewer_id[outlet, rng.integers(0, 2, len(person))]
    order = np.lexsort((person, day))
    return pd.DataFrame(
        {
            "remark_id": numbered("R", people, len(order)),
            "manager_id": people.manager_id[person[order]],
            "reviewer_id": who[order],
            "date": as_text(day[order]),
            "text": text[order],
        }
    )


def _one_of(texts: tuple[str, ...], chance: Numbers) -> np.ndarray:
    known = np.array(texts, object)
    return known[np.floor(chance * len(known)).astype(np.int64)]


def _quarters_of_plan_year(people: People) -> tuple[Codes, Codes, Codes]:
    """For each quarter of the plan year and who worked in it: the last month of work, the person, the outlet then."""
    worked = people.employed_span()[1][people.plan_start :] > 0
    months = np.arange(people.plan_start, people.plan_start + 12)[:, None]
    last = np.where(worked, months, -1).reshape(4, 3, people.size).max(axis=1)
    quarter, person = np.nonzero(last >= 0)
    month = last[quarter, person]
    return month, person, people.outlet_by_month()[month, person]


def _end_of_work(
    rng: np.random.Generator, people: People, work: WorkingDays, month: Codes, person: Codes
) -> Days:
    """A working day among the last eight days of a month that the person was there."""
    begin, days = people.employed_span()
    last = begin[month, person] + days[month, person] - 1
    return work.pick(rng, np.maximum(last - 8, begin[month, person]), last)


def _week_ends(work: WorkingDays, begin: np.datetime64) -> Days:
    """The last working day of each week from a day on."""
    days = work.days[work.days >= begin]
    week = (days.astype(np.int64) + 3) // 7  # weeks begin on Monday
    return np.asarray(days[np.append(week[1:] != week[:-1], True)])
