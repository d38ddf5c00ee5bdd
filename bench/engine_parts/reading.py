"""From a file to pay: the reading of this project beside pandas and pandera, on the same file and the same scheme.

4,000 people, 12 months, 33 measures: 1.6 million long rows of text and numbers as CSV, shuffled. `read_history` checks
more than the others do (it keeps the row of the file that each figure comes from, and puts bad rows aside); what is
compared is the whole way, then its parts: long rows to arrays, and checks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from contenders.reference import PAY_WITHIN, reference
from contenders.schemes import PAY, written
from contenders.workload import (
    BASES,
    BONUS_CAP,
    INDICATORS,
    LINES,
    SCALE,
    Facts,
    designs_of,
    facts_of,
    numbers_of,
)

from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import Ground, Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.reading import read_scheme

PEOPLE, MONTHS = 4_000, 12
YEAR, BEFORE = Period.parse("2025"), Period.parse("2024")
TURNS = 4
"""The first is left out."""


def names() -> list[str]:
    """The measures, in the order of `Facts.inputs`."""
    several = [f"{name}_{at}" for name in ("indicator", "asked") for at in range(INDICATORS)]
    income = [f"{name}_{at}" for name in ("income", "base", "limit") for at in range(LINES)]
    return [*several, *income, "bonus", "deductions", "base_wage", "part_of_period"]


def reading(seed: int) -> dict[str, Any]:
    """CPU seconds of each way, best of three, and how many times as long others take."""
    facts = facts_of(PEOPLE * MONTHS, seed)
    design = designs_of(1, seed)[0]
    right = reference(facts, design).pay.reshape(MONTHS, PEOPLE)
    with TemporaryDirectory() as place:
        folder = Path(place)
        written_out(folder, facts, seed)
        text = written(design).replace("every: quarter", "every: month")
        text = text.replace("{target: indicator_", "{measure: asked_")
        text = text.replace("{base: income_", "{measure: base_").replace(
            "{target: income_", "{measure: limit_"
        )
        (folder / "scheme.yaml").write_text(text, encoding="utf-8")
        scheme, mapping = read_scheme(folder / "scheme.yaml"), read_mapping(folder / "mapping.yaml")
        periods = YEAR.split(1)

        def ours() -> np.ndarray:
            ground = Ground(build_panel(read_history(folder, mapping), YEAR, BEFORE), periods)
            return evaluate(scheme.given.line(PAY), ground, {}).number

        def theirs() -> np.ndarray:
            return by_pandas(pd.read_csv(folder / "activity.csv", dtype={"manager_id": str}), design)

        for way in (ours, theirs):
            assert np.abs(way() - right).max() <= PAY_WITHIN, way
        history = read_history(folder, mapping)
        frame = pd.read_csv(folder / "activity.csv", dtype={"manager_id": str})
        ways: dict[str, Callable[[], object]] = {
            "file to pay": ours,
            "file to pay, pandas": theirs,
            "file to history, all checks": lambda: read_history(folder, mapping),
            "read_csv": lambda: pd.read_csv(folder / "activity.csv", dtype={"manager_id": str}),
            "history to arrays": lambda: arrays(history, periods),
            "DataFrame.pivot": lambda: frame.pivot(
                index=["month", "manager_id"], columns="measure", values="actual"
            ),
        }
        if (check := checks()) is not None:
            ways["pandera, the same checks"] = lambda: check(frame)
        return {"rows": len(frame), "cpu_seconds": {name: best(way) for name, way in ways.items()}}


def best(way: Callable[[], object]) -> float:
    """The best CPU seconds, the first turn left out."""
    seconds = []
    for _ in range(TURNS):
        begun = time.process_time()
        way()
        seconds.append(time.process_time() - begun)
    return round(min(seconds[1:]), 4)


def written_out(folder: Path, facts: Facts, seed: int) -> None:
    """The facts as long rows of text and numbers, shuffled, with people and a mapping."""
    ids = np.array([f"{number:06d}" for number in range(PEOPLE)], dtype=object)
    months = np.array([f"2025-{month:02d}" for month in range(1, MONTHS + 1)], dtype=object)
    frames = [
        pd.DataFrame(
            {
                "manager_id": np.tile(ids, MONTHS),
                "month": np.repeat(months, PEOPLE),
                "measure": name,
                "actual": column,
            }
        )
        for name, column in zip(names(), facts.inputs, strict=True)
    ]
    order = Draws(seed).generator("bench order").permutation(sum(map(len, frames)))
    pd.concat(frames).iloc[order].to_csv(folder / "activity.csv", index=False)
    people = {"manager_id": ids, "region": "north", "outlet_id": [each[:4] for each in ids], "grade": "A"}
    pd.DataFrame(people).assign(valid_from="2020-01-01").to_csv(folder / "managers.csv", index=False)
    rule = "type: flow, unit: CNY, better: up, no_row: absent, regulator_class: efficiency"
    told = {name: f"{{title: {{en: {name}}}, {rule}}}" for name in names()}
    lines = "\n".join(f"  {name}: {said}" for name, said in told.items())
    tables = "tables:\n  managers: {file: managers.csv}\n  activity: {file: activity.csv}\n"
    (folder / "mapping.yaml").write_text(
        f"title: {{en: bench}}\ncurrency: CNY\n{tables}measures:\n{lines}\n", encoding="utf-8"
    )


def by_pandas(frame: pd.DataFrame, design: Any) -> np.ndarray:
    """Checked, pivoted and paid as it is usually written; [month, person]."""
    assert not frame.duplicated(["manager_id", "month", "measure"]).any()
    assert frame["measure"].isin(names()).all()
    assert frame["actual"].notna().all()
    wide = frame.pivot(index=["month", "manager_id"], columns="measure", values="actual")
    numbers = numbers_of(design)
    score = wide["bonus"].clip(upper=float(BONUS_CAP)) - wide["deductions"]
    for at in range(INDICATORS):
        ratio = wide[f"indicator_{at}"] / wide[f"asked_{at}"]
        score += numbers.weights[at] * np.interp(ratio, numbers.knots[at], numbers.heights[at])
    tiers = 0.0
    for at in range(LINES):
        earned = wide[f"income_{at}"]
        stock, asked = np.minimum(earned, wide[f"base_{at}"]), np.minimum(earned, wide[f"limit_{at}"])
        low, middle, high = numbers.rates[at]
        tiers = tiers + low * stock + middle * (asked - stock) + high * (earned - asked)
    wage = np.minimum(tiers * score * float(SCALE), BASES * wide["base_wage"])
    pay = (wide["base_wage"] + wage) * wide["part_of_period"]
    return np.asarray(pay.to_numpy().reshape(MONTHS, PEOPLE))


def arrays(history: History, periods: tuple[Period, ...]) -> list[np.ndarray]:
    """Every measure as [month, person], with its statuses."""
    panel: Panel = build_panel(history, YEAR, BEFORE)
    ground = Ground(panel, periods)
    return [ground.column(Column(name)).number for name in names()]


def checks() -> Callable[[pd.DataFrame], object] | None:
    """The same checks in pandera: form of ids and months, known measures, numbers, no row twice."""
    try:
        pandera = __import__("pandera.pandas", fromlist=["pandas"])
    except ModuleNotFoundError:
        return None
    schema = pandera.DataFrameSchema(
        {
            "manager_id": pandera.Column(str, pandera.Check.str_matches(r"^\d{6}$")),
            "month": pandera.Column(str, pandera.Check.str_matches(r"^\d{4}-\d{2}$")),
            "measure": pandera.Column(str, pandera.Check.isin(names())),
            "actual": pandera.Column(float, pandera.Check.ge(-1e15), nullable=False),
        },
        unique=["manager_id", "month", "measure"],
    )
    return lambda frame: schema.validate(frame)
