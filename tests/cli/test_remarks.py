"""What is said beside figures: rows that were put aside, and words of a scheme that no row of history has."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store

SCHEME = """
id: plan
title: Plan
source: S1
every: quarter
figures:
  - {kind: deduction, id: minor, title: Minor, source: S1, event: minor, channels: [hotline], points_each: 1}
  - kind: commission
    id: loans
    title: Loans
    of: {transactions: credited, products: [loan]}
    rate: 0.01
    cap: {transactions: amount, products: [loan]}
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - kind: group
      id: points
      title: Points
      source: S1
      cap: null
      floor: null
      not_applicable: zero
      lines:
        - {kind: deduction, id: major, title: Major, source: S1, event: major, channels: null, points_each: 1}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - {kind: figure, id: paid, title: Paid, of: {measure: sales}}
"""
MAPPING = """
title: {en: A small bank}
currency: CNY
tables:
  managers: {file: managers.csv}
  activity: {file: activity.csv}
  events: {file: events.csv}
  transactions: {file: deals.csv}
measures:
  sales: {title: {en: Sales}, type: flow, unit: CNY, better: up, no_row: zero, regulator_class: development}
"""
TABLES = {
    "managers": "manager_id,region,outlet_id,valid_from\nkim,north,main,2020-01-01\nlee,north,main,2020-01-01\n",
    "activity": "manager_id,month,measure,actual\nkim,2025-01,sales,500\n",
    "events": "event_id,manager_id,date,event,verified,channel\n"
    "1,kim,2025-01-05,minor,yes,hotline\n2,lee,2025-01-05,major,no,visit\n",
    "deals": "transaction_id,manager_id,date,product,amount\nl1,kim,2025-01-15,loan,4000\n",
}
AT = ["--manager", "kim", "--period", "2025-Q1"]
EACH = [
    ["figures", "scheme.yaml"],
    ["score", "scheme.yaml"],
    ["pay", "scheme.yaml"],
    ["slopes", "scheme.yaml", "--line", "paid"],
    ["curve", "scheme.yaml", *AT, "--line", "paid", "--measure", "sales", "--from", "0", "--to", "900"],
    ["compare", "scheme.yaml", "other.yaml"],
    ["explain", "scheme.yaml", *AT],
]
"""Every command that works figures out over a history."""
RAW = ("--history", "bank", "--mapping", "mapping.yaml")

each_command = pytest.mark.parametrize("words", EACH, ids=lambda words: words[0])


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """What a command prints beside its table, and the table; tables that are named are written in place of ours."""
    monkeypatch.chdir(tmp_path)
    Path("bank").mkdir()
    Path("mapping.yaml").write_text(MAPPING, encoding="utf-8")
    Path("other.yaml").write_text(SCHEME.replace("id: plan", "id: other"), encoding="utf-8")

    def asked(words, scheme=SCHEME, over=RAW, **tables):
        for name, text in (TABLES | tables).items():
            (Path("bank") / f"{name}.csv").write_text(text, encoding="utf-8")
        Path("scheme.yaml").write_text(scheme, encoding="utf-8")
        assert main([*words, *over, "--plan-year", "2025"]) == 0
        told = capsys.readouterr()
        return told.err, told.out

    return asked


@each_command
def test_nothing_is_said_where_nothing_is_odd(words, say):
    """Each word is there, and so is each row; an event that is not verified is there too."""
    assert say(words)[0] == ""


@each_command
def test_rows_put_aside_are_counted(words, say):
    """With the command that lists them; the exit code stays 0."""
    rows = TABLES["activity"] + "kim,2025-13,sales,1\nnobody,2025-01,sales,1\n"

    assert say(words, activity=rows)[0] == (
        "bank: 2 rows were put aside; see `policymodel check bank --mapping mapping.yaml`\n"
    )


def test_a_store_remembers_rows_put_aside(say):
    """The command that is named can be copied, a space in a name or not."""
    say(["figures", "scheme.yaml"], activity=TABLES["activity"] + "kim,2025-13,sales,1\n")
    write_store(read_history("bank", read_mapping("mapping.yaml")), "my store")

    assert say(["figures", "scheme.yaml"], over=("--history", "my store"))[0] == (
        "my store: 1 row was put aside; see `policymodel check 'my store'`\n"
    )


@each_command
def test_a_word_that_no_row_has_is_told_with_its_line(words, say):
    """Once for a line, in a group too, with the nearest word that is there; the exit code stays 0."""
    scheme = SCHEME.replace("event: minor", "event: mionr").replace("[loan]", "[loans, loan]")
    scheme = scheme.replace("event: major", "event: zzz").replace("[hotline]", "[hotlin]")

    assert say(words, scheme)[0].splitlines() == [
        "scheme.yaml: minor: no row of `events` has the event 'mionr'; did you mean 'minor'?",
        "scheme.yaml: minor: no row of `events` has the channel 'hotlin'; did you mean 'hotline'?",
        "scheme.yaml: loans: no row of `transactions` has the product 'loans'; did you mean 'loan'?",
        "scheme.yaml: major: no row of `events` has the event 'zzz'",
    ]


@pytest.mark.parametrize("words", [["figures", "scheme.yaml"], ["score", "scheme.yaml", "--lines"]])
def test_no_zero_has_a_sign(words, say):
    """Of somebody from whom nothing is taken off."""
    assert "-0.0" not in say(words)[1]


def test_a_deduction_keeps_its_sign(say):
    """One point off for kim, who alone has a verified event."""
    lines = pd.read_csv(io.StringIO(say(["figures", "scheme.yaml"])[1]))
    minor = lines[(lines["line"] == "minor") & (lines["period"] == "2025-Q1")]

    assert dict(zip(minor["manager_id"], minor["value"], strict=True)) == {"kim": -1, "lee": 0}
