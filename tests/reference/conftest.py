"""A small plan written as text over a few figures written as text, reckoned by hand beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from policymodel.periods import Period
from policymodel.reference import Reckoned, read_rows, reckon
from policymodel.scheme.reading import read_scheme
from reference.small_plan import BASE, PLAN, Amounts, Plan, Row, spell, written


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Reckons lines of a scheme; every line's title is its id.

    `figures` are YAML lines, or `scheme` is the rest of a file. `facts` holds the figures of measures from the plan
    year's first month on, for the first person or by person. Other tables are given as rows.
    """

    def make(
        figures: str = "",
        facts: Mapping[str, Amounts] | None = None,
        *,
        scheme: str = "",
        every: str = "month",
        people: Sequence[Row] = (spell("m"),),
        measures: Mapping[str, Mapping[str, str]] | None = None,
        plan_year: Period = PLAN,
        earlier: Mapping[str, Amounts] | None = None,
        **tables: list[Row],
    ) -> Reckoned:
        lines = f"figures:\n{figures}\n" if figures else ""
        text = re.sub(r"^( *)id: (\w+)$", r"\1id: \2\n\1title: \2", lines + scheme, flags=re.MULTILINE)
        text = re.sub(r"\bid: (\w+),", r"id: \1, title: \1,", text)
        file = tmp_path / "plan.yaml"
        file.write_text(f"id: plan\ntitle: Plan\nsource: paper\nevery: {every}\n{text}", encoding="utf-8")
        names = [*(facts or {}), *(earlier or {})]
        flow = {"type": "flow", "unit": "CNY", "no_row": "absent"}
        rows = written(facts or {}, people, plan_year.first) + written(earlier or {}, people, BASE.first)
        declared = dict.fromkeys(names, flow) | {name: flow | each for name, each in (measures or {}).items()}
        history = read_rows({"managers": list(people), "activity": rows, **tables}, declared)
        return reckon(read_scheme(file), history, plan_year, BASE)

    return make
