"""policymodel consequences, and what explain adds: whom rewards and penalties would touch (S6.10, S6.11)."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from chance.agreement import written
from policymodel.cli import main
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store

MAPPING = """
title: {en: "A bank of two"}
currency: CNY
events: {breach: {title: {en: "serious breach", zh-Hant: "嚴重違規"}}}
tables:
  managers: {file: managers.csv}
  activity: {file: activity.csv}
  events: {file: events.csv}
measures:
  mark: {title: {en: mark}, type: stock, unit: points, better: up, no_row: absent, regulator_class: risk}
  sold: {title: {en: sold}, type: flow, unit: CNY, better: up, no_row: zero, regulator_class: development}
"""
RULES = {
    "grades": ["A", "B"],
    "several_cuts": "add_up",
    "rules": [
        {
            "kind": "penalty",
            "id": "poor",
            "title": {"en": "Poor results", "zh-Hant": "業績不佳"},
            "source": "S6.11",
            "when": {"score": "below", "limit": 60, "periods": 2},
            "ladder": [{"then": [{"action": "reduce_performance_wage", "share": 0.3, "periods": 1}]}],
            "appeal": "to HR",
        },
        {
            "kind": "reward",
            "id": "top",
            "title": "Top",
            "source": "S6.10",
            "when": {"rank": "score", "over": "year", "top": 1, "among": "group", "ties": "all_get_it"},
            "unless": {"events": ["breach"], "at_least": 1, "months": 12},
            "then": [{"action": "promotion", "grades": 1, "begins": "next_year"}],
        },
    ],
}
SCHEME = {
    "id": "marks",
    "title": "Marks",
    "source": "S6",
    "every": "quarter",
    "card": {
        "round": {"digits": 2, "mode": "half_up"},
        "rescale": 1,
        "floor": 0,
        "cap": 100,
        "lines": [{"kind": "figure", "id": "mark", "title": "Mark", "of": {"measure": "mark"}}],
    },
    "pay": {
        "currency": "CNY",
        "round": {"digits": 2, "mode": "half_up"},
        "items": [
            {
                "kind": "grade_wage",
                "id": "base",
                "title": "Base",
                "source": "S6",
                "monthly": {"A": 9000, "B": 7000},
            },
            {"kind": "figure", "id": "wage", "title": "Wage", "of": {"measure": "sold"}},
        ],
    },
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """Chan scores 50, 55, 70, 70 and sold 1,000.05 in Q3; Lee 90 throughout, with a verified breach."""
    folder = tmp_path_factory.mktemp("bank")
    rows = ["manager_id,month,measure,actual"]
    for who, marks in (("chan", (50, 55, 70, 70)), ("lee", (90, 90, 90, 90))):
        rows += [f"{who},2025-{month:02d},mark,{marks[(month - 1) // 3]}" for month in range(1, 13)]
    rows.append("chan,2025-08,sold,1000.05")
    (folder / "activity.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "managers.csv").write_text(
        "manager_id,region,outlet_id,grade,valid_from\nchan,north,o1,B,2020-01-01\nlee,north,o1,B,2020-01-01\n",
        encoding="utf-8",
    )
    (folder / "events.csv").write_text(
        "event_id,manager_id,date,event,verified\ne7,lee,2025-05-03,breach,yes\n", encoding="utf-8"
    )
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    write_store(read_history(folder, read_mapping(folder / "mapping.yaml")), folder / "store")
    written(SCHEME | {"consequences": RULES}, folder)
    written(SCHEME, folder, "without")
    return folder


def said(capsys, *words: str) -> str:
    assert main([*words]) == 0
    return str(capsys.readouterr().out)


def words_for(bank: Path, command: str, *more: str, scheme: str = "scheme") -> list[str]:
    store = ["--history", str(bank / "store"), "--plan-year", "2025"]
    return [command, str(bank / f"{scheme}.yaml"), *store, *more]


def test_a_row_says_whom_when_why_and_what_follows(bank, capsys):
    found = json.loads(said(capsys, *words_for(bank, "consequences", "--json")))

    poor, top = found
    assert (poor["manager_id"], poor["period"], poor["rule"], poor["step"]) == ("chan", "2025-Q2", "poor", 1)
    assert poor["why"] == "score 50.00 in Q1 2025 and score 55.00 in Q2 2025"
    assert poor["follows"] == "performance wage reduced by 30%, in Q3 2025"
    assert (top["manager_id"], top["step"]) == ("lee", 0)
    assert top["why"] == "place 1 with 90.00"
    assert top["follows"] == "nothing, because of serious breach of 3 May 2025 (e7)"


def test_amounts_stand_in_minor_units(bank, capsys):
    """30 % of 1,000.05 is 300.015, half-up 300.02."""
    (row,) = json.loads(said(capsys, *words_for(bank, "consequences", "--amounts", "--json")))

    assert (row["period"], row["wage"], row["amount_minor"]) == ("2025-Q3", "performance_wage", -30002)


def test_it_speaks_chinese_and_writes_files(bank, capsys, tmp_path):
    out = tmp_path / "found.csv"
    said(capsys, *words_for(bank, "consequences", "--lang", "zh-Hant", "--out", str(out)))

    text = out.read_text(encoding="utf-8-sig")
    assert "2025 年 5 月 3 日嚴重違規（e7）" in text
    assert list(pd.read_csv(out)["title"]) == ["業績不佳", "Top"]


def test_a_part_of_the_year_is_picked_after_the_whole_was_judged(bank, capsys):
    found = json.loads(said(capsys, *words_for(bank, "consequences", "--period", "2025-Q2", "--json")))

    assert [each["rule"] for each in found] == ["poor"]


def test_explain_names_what_holds_and_what_it_takes(bank, capsys):
    told = said(capsys, *words_for(bank, "explain", "--manager", "chan", "--period", "2025-Q3"))

    assert told.splitlines()[-2:] == [
        "Rewards and penalties",
        "Q3 2025, performance wage: 300.02 CNY less by “Poor results”.",
    ]
    quiet = said(capsys, *words_for(bank, "explain", "--manager", "chan", "--period", "2025-Q4"))
    assert "Rewards" not in quiet


def test_a_scheme_without_rules_is_refused_in_a_sentence(bank, capsys):
    assert main(words_for(bank, "consequences", scheme="without")) == 2

    assert "the scheme has no rewards and no penalties" in capsys.readouterr().err
