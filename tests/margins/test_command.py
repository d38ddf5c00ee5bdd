"""policymodel slopes: the same figures as from Python, and a sentence for a question without an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policymodel.cli.slopes import answer

CASE = Path(__file__).parents[1] / "cases" / "113-tftnews-zh-linear-score"
FACTS = [
    "--history",
    str(CASE / "history"),
    "--mapping",
    str(CASE / "history" / "mapping.yaml"),
    "--plan-year",
    "2024",
]


def asked(*words: str) -> int:
    return answer([str(CASE / "scheme.yaml"), *FACTS, *words])


def test_the_printed_slope(capsys):
    """k = 2 in January, and one month only."""
    assert asked("--line", "sales_score", "--measure", "sales", "--period", "2024-01", "--json") == 0

    rows = json.loads(capsys.readouterr().out)
    assert {row["period"] for row in rows} == {"2024-01"}
    assert {(row["left"], row["right"], row["next_step"]) for row in rows} == {(2.0, 2.0, None)}


def test_a_table_in_a_file(tmp_path, capsys):
    """The score, where no line is named; one person, where one is."""
    assert asked("--manager", "seller", "--out", str(tmp_path / "slopes.csv")) == 0

    lines = (tmp_path / "slopes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith(
        "design,manager_id,period,line,measure,value,left,right,left_cliff,right_cliff"
    )
    assert {line.split(",")[1] for line in lines[1:]} == {"seller"}
    assert {line.split(",")[3] for line in lines[1:]} == {"score"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--line", "sales_scor"], "did you mean 'sales_score'?"),
        (["--measure", "deposits"], "score reads no units of 'deposits'; there is sales"),
        (["--period", "2023-05"], "no scored period lies in 2023-05"),
        (["--line", "pay"], "there is no line 'pay'"),
    ],
)
def test_a_question_without_an_answer_is_refused(capsys, words, said):
    """Exit code 2 and one sentence."""
    assert asked(*words) == 2

    assert said in capsys.readouterr().err
