"""Two calculators side by side: every line for every person, period and transaction, and all that is paid."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from chance.documents import document
from chance.histories import history
from policymodel import reference
from policymodel.computation import Computed, compute
from policymodel.errors import DataGap
from policymodel.history.facts import History
from policymodel.history.measures import COMPUTED, Status
from policymodel.panel import Panel, build_panel, plans_here, under_plans
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

PLAN, BASE = Period.parse("2024"), Period.parse("2023")
NEAR = 1e-7
STATUS = {
    "absent": Status.ABSENT,
    "not_applicable": Status.NOT_APPLICABLE,
    "quarantined": Status.QUARANTINED,
}


@dataclass
class Tally:
    """How much was compared, by kind of line, and every mismatch.

    `compared` counts values with a number or a status, `numbers` those with a number, `paid` amounts that agreed
    to the cent; `refused` what the engine refuses to price for want of a fact.
    """

    schemes: int = 0
    people: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    paid: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    @property
    def seasons(self) -> int:
        """How many refused to measure a season on sums that fall below zero."""
        return sum(count for what, count in self.refused.items() if "season cannot be measured" in what)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.schemes + other.schemes,
            self.people + other.people,
            self.compared + other.compared,
            self.numbers + other.numbers,
            self.paid + other.paid,
            self.refused + other.refused,
            self.mismatches + other.mismatches,
        )


class Plain(yaml.SafeDumper):
    """Writes every value out, without references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(found: dict[str, Any], folder: Path, name: str = "scheme") -> Path:
    """A document as a file."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.dump(found, Dumper=Plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Bank:
    """A history as each calculator reads it."""

    panel: Panel
    rows: reference.Rows

    @classmethod
    def of(cls, facts: History) -> Bank:
        """Both readings of a history."""
        return cls(build_panel(facts, PLAN, BASE), reference.rows_of(facts))


@dataclass(frozen=True)
class Comparison:
    """One scheme priced twice; what is compared is noted in a tally."""

    seed: int
    computed: Computed
    reckoned: reference.Reckoned
    tally: Tally

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        return self.computed.scheme

    def values(self) -> None:
        """Every line for every person and period; what stands on transactions for each of them too."""
        frame = self.computed.frame()
        columns = frame[["line", "manager_id", "period", "value", "status"]]
        for line, manager, period, value, status in columns.itertuples(index=False):
            other = self.reckoned.value(line, manager, period)
            self.note(line, f"{line} {manager} {period}", value, status, other)
        frame = self.computed.transactions()
        columns = frame[["transaction_id", "manager_id", "line", "value", "status"]]
        for transaction, manager, line, value, status in columns.itertuples(index=False):
            other = self.reckoned.transaction(line, transaction, manager)
            self.note(line, f"{line} {transaction} {manager}", value, status, other)

    def note(self, line: str, where: str, value: float, status: int, other: reference.Value) -> None:
        record = self.scheme.lines.get(line.partition(".")[0])
        kind = line if record is None else record.kind
        self.tally.compared[kind] += 1
        if isinstance(other, reference.Missing):
            if STATUS[other.status] != status:
                self._differ(where, f"{value} ({Status(status).name})", other)
            return
        self.tally.numbers[kind] += 1
        exact = float(other)
        # Where there is no number the value is not one, and no distance is near enough.
        if not (status in COMPUTED and abs(value - exact) <= NEAR * max(1.0, abs(exact))):
            self._differ(where, f"{value} ({Status(status).name})", exact)

    def payments(self) -> None:
        """Every part that is paid and the total of each person and period, in whole cents."""
        paid = Payments(self.scheme, self.computed.panel, self.computed.periods, self.computed.known)
        if too_large := list(paid.uncountable()):
            self.tally.refused.update("pay too large to be counted to the cent" for _ in too_large)
            return
        columns = paid.lines()[["item", "manager_id", "period", "amount_minor", "status"]]
        for item, manager, period, cents, status in columns.itertuples(index=False):
            self.count(
                f"paid {item} {manager} {period}", cents, status, self.reckoned.paid(item, manager, period)
            )
        columns = paid.totals()[["manager_id", "period", "amount_minor", "status"]]
        for manager, period, cents, status in columns.itertuples(index=False):
            self.count(f"paid {manager} {period}", cents, status, self.reckoned.value("pay", manager, period))

    def count(self, where: str, cents: int, status: int, other: reference.Value) -> None:
        if isinstance(other, reference.Missing):
            if STATUS[other.status] != status or cents != 0:
                self._differ(where, f"{cents} cents ({Status(status).name})", other)
            return
        self.tally.paid += 1
        if status not in COMPUTED or cents != 100 * other:
            self._differ(where, f"{cents} cents ({Status(status).name})", f"{float(100 * other)} cents")

    def _differ(self, where: str, found: str, other: object) -> None:
        self.tally.mismatches.append(f"seed {self.seed} {where}: {found} against {other}")


def compare(seed: int, bank: Bank, folder: Path, tally: Tally) -> None:
    """Price the scheme of a seed twice and note where the two differ."""
    scheme = read_scheme(written(document(seed), folder))
    try:
        computed = compute(bank.panel, scheme)
    except DataGap as gap:
        tally.refused.update(problem.what for problem in gap.problems)
        return
    reckoned = reference.reckon(scheme, bank.rows, PLAN, BASE, computed.periods)
    comparison = Comparison(seed, computed, reckoned, tally)
    comparison.values()
    comparison.payments()
    tally.schemes += 1
    tally.people += int(bank.panel.employed(computed.periods).any(axis=0).sum())


def compare_under_plans(seed: int, bank: Bank, folder: Path, tally: Tally) -> None:
    """Price the scheme of a seed twice for the people of each plan, peers and targets among them alone (S6.8)."""
    scheme = read_scheme(written(document(seed), folder))
    every = PLAN.split(scheme.months)
    for plan in plans_here(bank.panel, every):
        panel = under_plans(bank.panel, [plan], every)
        try:
            computed = compute(panel, scheme)
        except DataGap as gap:
            tally.refused.update(problem.what for problem in gap.problems)
            continue
        reckoned = reference.reckon(scheme, bank.rows, PLAN, BASE, computed.periods, plan=plan)
        comparison = Comparison(seed, computed, reckoned, tally)
        comparison.values()
        comparison.payments()
        tally.schemes += 1
        tally.people += int(panel.employed(computed.periods).any(axis=0).sum())


def with_plans(facts: History, seed: int) -> History:
    """The same history with half of its spells under another plan: some change with a spell."""
    chance = random.Random(f"plans {seed}")
    managers = facts.tables["managers"]
    own = {who: chance.random() < 0.5 for who in managers["manager_id"].unique()}
    plan = ["books" if own[who] != (chance.random() < 0.3) else "" for who in managers["manager_id"]]
    return replace(facts, tables={**facts.tables, "managers": managers.assign(plan=plan)})


def run(seeds: Iterable[int], folder: Path, per_history: int = 20, people: int = 8) -> Tally:
    """Compare the schemes of some seeds in order; every `per_history` seeds share a history."""
    tally = Tally()
    for number, shared in groupby(seeds, lambda seed: seed // per_history):
        bank = Bank.of(history(number, people))
        for seed in shared:
            compare(seed, bank, folder, tally)
    return tally
