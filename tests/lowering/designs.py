"""Many designs of one scheme by chance, and both ways to work them out side by side."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chance.agreement import BASE, PLAN, written
from chance.documents import document
from chance.histories import history
from policymodel.computation import compute
from policymodel.errors import DataGap, InputError
from policymodel.lowering import lower
from policymodel.panel import Ground, Panel, build_panel
from policymodel.scheme.algebra import Axis, Column, Scope
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.given import PAY
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

FACTORS = (0.5, 0.8, 1.1, 1.25, 2.0)


def varied(found: Any, chance: random.Random, share: float) -> Any:
    """The same document with some of its numbers changed; whole numbers may be counts and stay."""
    if isinstance(found, dict):
        # A quantile stays a share.
        kept = {"digits", "round", "consequences", *(["at"] if found.get("kind") == "statistic" else [])}
        return {key: value if key in kept else varied(value, chance, share) for key, value in found.items()}
    if isinstance(found, list):
        return [varied(each, chance, share) for each in found]
    if isinstance(found, bool) or not isinstance(found, int | float) or chance.random() > share:
        return found
    return round(found * chance.choice(FACTORS), 6)


def designs(seed: int, folder: Path, count: int) -> dict[str, Scheme]:
    """The scheme of a seed, and the same with other numbers, as many as are legal."""
    base = document(seed)
    chance = random.Random(f"designs {seed}")
    found = {"d0": read_scheme(written(base, folder, "d0"))}
    for number in range(1, count):
        for share in (0.3, 0.1, 0.05, 0.02):
            try:
                scheme = read_scheme(written(varied(base, chance, share), folder, f"d{number}"))
            except InputError:
                continue
            found[f"d{number}"] = scheme
            break
    return found


def asked_of(schemes: Mapping[str, Scheme]) -> list[str]:
    """Every line that all have, the score and the pay."""
    names = [set(scheme.nodes()) for scheme in schemes.values()]
    return sorted(set.intersection(*names))


def direct(scheme: Scheme, ground: Ground, names: list[str]) -> dict[str, Values]:
    """The interpreter's values over the period."""
    known: dict[Any, Values] = {}
    shape = ground.peers("group").shape
    return {name: evaluate(scheme.given.over_period(name), ground, known).over(shape) for name in names}


def differences(schemes: Mapping[str, Scheme], ground: Ground, names: list[str]) -> Iterator[str]:
    """Where the plan says something else than the interpreter."""
    stacked = lower(schemes, names).evaluate(ground)
    for index, (design, scheme) in enumerate(schemes.items()):
        for name, one in direct(scheme, ground, names).items():
            other = stacked[name]
            status = np.broadcast_to(other.status, other.number.shape)[index]
            if (status != one.status).any():
                yield f"{design} {name}: statuses {status.tolist()} against {one.status.tolist()}"
                continue
            far = one.ok & ~(
                np.abs(other.number[index] - one.number) <= 1e-9 * np.maximum(1, np.abs(one.number))
            )
            if far.any():
                yield f"{design} {name}: {other.number[index][far]} against {one.number[far]}"
                continue
            if scheme.pay is not None and name in (PAY, *(item.id for item in scheme.pay.items)):
                rounding = scheme.pay.rounding
                cents = [
                    rounding.to_minor(np.where(one.ok, each, 0.0))
                    for each in (one.number, other.number[index])
                ]
                if (cents[0] != cents[1]).any():
                    yield f"{design} {name}: cents"


@dataclass(frozen=True)
class Filled:
    """A ground on which everybody is employed and everything is measured: what was not has a number of its own."""

    ground: Ground

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ground, name)

    def column(self, column: Column) -> Values:
        found = self.ground.column(column)
        other = np.arange(found.number.size).reshape(found.number.shape) % 7 * 125.0
        return Values(np.where(found.ok, found.number, other), np.zeros_like(found.status))

    def peers(self, scope: Scope) -> Any:
        return np.maximum(self.ground.peers(scope), 0)

    def category(self, name: str, axis: Axis) -> Any:
        found = self.ground.category(name, axis)
        return np.where(found == "", found[found != ""][0], found) if (found != "").any() else found


def panel_of(number: int, people: int = 6) -> Panel:
    return build_panel(history(number, people), PLAN, BASE)


def by_chance(seed: int, panel: Panel, folder: Path, count: int, filled: bool = False) -> list[str] | None:
    """The differences of the designs of one seed; None where the panel cannot price one of them."""
    schemes = designs(seed, folder, count)
    try:
        periods = next(compute(panel, scheme).periods for scheme in schemes.values())
    except DataGap:
        return None
    names = asked_of(schemes)
    ground: Any = Filled(Ground(panel, periods)) if filled else Ground(panel, periods)
    return [f"seed {seed} {each}" for each in differences(schemes, ground, names)]
