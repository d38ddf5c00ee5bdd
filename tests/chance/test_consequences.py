"""Rewards and penalties by chance: the replay and the diaries, which share nothing, tell the same (S6.10, S6.11)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chance.agreement import BASE, PLAN, Bank, written
from chance.documents import document
from chance.histories import history
from policymodel import reference
from policymodel.consequences import Replay, consequences
from policymodel.errors import DataGap
from policymodel.panel import Panel
from policymodel.payroll import pay
from policymodel.reference.consequences import Diary, diaries
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme


def fitted(seed: int, folder: Path, panel: Panel) -> Scheme | None:
    """A scheme by chance whose limits lie among the scores that there are; None where it cannot be paid."""
    found = document(seed)
    scheme = read_scheme(written(found, folder))
    if scheme.card is None:
        return scheme
    try:
        scores = pay(panel, scheme).totals()["management_score"].dropna()
    except DataGap:
        return None
    if len(scores):
        for place, rule in enumerate(found["consequences"]["rules"]):
            if "limit" in rule["when"]:
                share = (0.3, 0.5, 0.7, 0.9)[(seed + place) % 4]
                limit = round(float(np.quantile(scores, share, method="nearest")), 6)
                rule["when"]["limit"] = limit + 0.0 if abs(limit) < 1e9 else 0
    return read_scheme(written(found, folder))


def lines(replay: Replay) -> Counter[tuple[Any, ...]]:
    """All that a replay says, as countable lines."""
    told: Counter[tuple[Any, ...]] = Counter()
    for each in replay.held().itertuples():
        told["held", each.manager_id, each.period, each.rule, each.step] += 1
    for each in replay.facts().itertuples():
        if not each.bars and each.fact != "event":
            told["fact", each.manager_id, each.period, each.rule, each.fact == "score" and each.at] += 1
        elif not each.bars:
            told["event", each.manager_id, each.period, each.rule] += 1
    grouped = replay.effects().groupby(["manager_id", "period", "rule", "wage", "because"])
    for key, rows in grouped:
        amount = int(rows["amount_minor"].sum()) if rows["known"].all() else None
        if amount != 0:
            told["taken", *key, amount] += 1
    for each in replay.totals().itertuples():
        if each.grade != each.grade_after and not each.dismissed:
            told["grade", each.manager_id, each.period, each.grade_after] += 1
        if each.dismissed:
            told["gone", each.manager_id, each.period] += 1
    return told


def lines_of(kept: dict[str, Diary], labels: list[str], grades: dict[tuple[str, str], str]) -> Counter[Any]:
    """The same of the diaries."""
    told: Counter[tuple[Any, ...]] = Counter()
    for who, diary in kept.items():
        for entry in diary.entries:
            label = labels[entry.period]
            told["held", who, label, entry.rule, entry.step] += 1
            for why in entry.why:
                if why.startswith("event"):
                    told["event", who, label, entry.rule] += 1
                else:
                    told["fact", who, label, entry.rule, why != "place" and why] += 1
        for (period, rule, wage, because), amount in diary.taken.items():
            if amount != 0:
                minor = None if amount is None else 100 * amount
                told["taken", who, labels[period], rule, wage, because, minor] += 1
        for period, grade in diary.grades.items():
            if grade != grades[who, labels[period]]:
                told["grade", who, labels[period], grade] += 1
        for period, label in enumerate(labels):
            if diary.dismissed is not None and period > diary.dismissed and (who, label) in grades:
                told["gone", who, label] += 1
    return told


def compared(seed: int, folder: Path, bank: Bank) -> tuple[Counter[Any], Counter[Any]] | None:
    """What the two say of the scheme of a seed; None where history lacks what it needs."""
    scheme = fitted(seed, folder, bank.panel)
    if scheme is None:
        return None
    try:
        replay = consequences(pay(bank.panel, scheme))
    except DataGap:
        return None
    reckoned = reference.reckon(scheme, bank.rows, PLAN, BASE)
    labels = [each.label for each in replay.standing.periods]
    totals = replay.totals()
    keys = zip(totals["manager_id"], totals["period"], strict=True)
    grades = dict(zip(keys, totals["grade"], strict=True))
    return lines(replay), lines_of(dict(diaries(reckoned)), labels, grades)


def run(seeds: range, folder: Path, people: int) -> Counter[str]:
    """Compare some seeds; how often each kind of thing was told."""
    told: Counter[str] = Counter()
    bank = Bank.of(history(seeds.start, people))
    for seed in seeds:
        both = compared(seed, folder, bank)
        if both is not None:
            first, second = both
            assert first == second, (seed, first - second, second - first)
            told["schemes"] += 1
            told.update(each[0] for each in first.elements())
    return told


@pytest.mark.thorough
def test_the_replay_and_the_diaries_tell_the_same(tmp_path):
    told = run(range(1, 33, 2), tmp_path, people=4)

    assert told["schemes"] >= 10
    assert {"held", "fact", "event", "taken", "grade", "gone"} <= {*told}


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("first", range(1001, 1401, 100))
def test_the_replay_and_the_diaries_tell_the_same_of_many(first, tmp_path):
    told = run(range(first, first + 100, 2), tmp_path, people=12)

    assert told["schemes"] > 30
    assert min(told.values()) > 10
