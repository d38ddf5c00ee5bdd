"""Two calculators side by side: every line of a scheme for every person, period and transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from chance.documents import Writer
from chance.histories import history
from policymodel import reference
from policymodel.computation import compute
from policymodel.errors import InputError
from policymodel.history.facts import History
from policymodel.history.measures import Status
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

PLAN, BASE = Period.parse("2024"), Period.parse("2023")
NEAR = 1e-7


@dataclass
class Tally:
    """How much was compared, by kind, and every mismatch."""

    schemes: int = 0
    people: int = 0
    values: Counter[str] = field(default_factory=Counter)
    numbers: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)


class _Plain(yaml.SafeDumper):
    """Writes every value out, without references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(seed: int, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The scheme file of a seed."""
    document = Writer(seed).scheme()
    path = folder / f"scheme_{seed}.yaml"
    path.write_text(yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path, document


def compare(seed: int, panel: Panel, rows: reference.Rows, folder: Path, tally: Tally) -> None:
    """Price one scheme by chance twice and note where the two differ."""
    path, _ = written(seed, folder)
    try:
        scheme = read_scheme(path)
    except InputError as refusal:
        tally.mismatches.append(f"seed {seed}: a legal file was refused: {refusal}")
        return
    try:
        computed = compute(panel, scheme)
    except InputError as refusal:
        tally.refused[str(refusal).splitlines()[-1].split(":")[-1].strip()] += 1
        return
    reckoned = reference.reckon(scheme, rows, PLAN, BASE, computed.periods)
    tally.schemes += 1
    tally.people += panel.managers.size
    frame = computed.frame()
    for line, manager, period, value, status in frame[
        ["line", "manager_id", "period", "value", "status"]
    ].itertuples(index=False):
        other = reckoned.value(line, manager, period)
        _note(tally, scheme, line, f"seed {seed} {line} {manager} {period}", value, status, other)
    for transaction, manager, line, value, status in computed.transactions()[
        ["transaction_id", "manager_id", "line", "value", "status"]
    ].itertuples(index=False):
        other = reckoned.transaction(line, transaction, manager)
        _note(tally, scheme, line, f"seed {seed} {line} {transaction} {manager}", value, status, other)


def _note(
    tally: Tally, scheme: Scheme, line: str, where: str, value: float, status: int, other: Fraction | Any
) -> None:
    record = scheme.lines.get(line.partition(".")[0])
    tally.values[record.kind if record is not None else line] += 1
    if isinstance(other, reference.Missing):
        wanted = {"absent": Status.ABSENT, "not_applicable": Status.NOT_APPLICABLE, "quarantined": Status.QUARANTINED}
        if wanted[other.status] != status:
            tally.mismatches.append(f"{where}: {value} ({Status(status).name}) against {other}")
        return
    tally.numbers += 1
    exact = float(other)
    if not abs(value - exact) <= NEAR * max(1.0, abs(exact)):
        tally.mismatches.append(f"{where}: {value} ({Status(status).name}) against {exact}")


def seeds(first: int, count: int, per_history: int) -> Iterator[tuple[int, int]]:
    """Pairs of a history's and a scheme's seed."""
    for number in range(first, first + count):
        yield number // per_history, number


def run(first: int, count: int, folder: Path, per_history: int = 20, people: int = 8) -> Tally:
    """Compare so many schemes from a seed on; a new history every `per_history` schemes."""
    tally = Tally()
    made: tuple[int, Panel, reference.Rows] | None = None
    for bank, scheme in seeds(first, count, per_history):
        if made is None or made[0] != bank:
            facts: History = history(bank, people)
            made = (bank, build_panel(facts, PLAN, BASE), reference.rows_of(facts))
        compare(scheme, made[1], made[2], folder, tally)
    return tally
