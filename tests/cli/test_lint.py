"""policymodel lint: places, sentences in three languages, JSON, and exit codes by level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policymodel.cli import main

ROOT = Path(__file__).resolve().parents[2]
S4 = str(ROOT / "params" / "schemes" / "s4_scorecard.yaml")
CASE = ROOT / "tests" / "cases" / "049-visdum-threshold-70"
HISTORY = ("--history", str(CASE / "history"), "--mapping", str(CASE / "history" / "mapping.yaml"))


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 0), ("warning", 1), ("note", 1)])
def test_the_exit_code_is_by_level(level, code, capsys):
    """S4 by itself has warnings and notes, no error."""
    assert main(["lint", S4, "--fail-at", level]) == code

    assert capsys.readouterr().out.endswith("Errors: 0, warnings: 4, notes: 4; accepted: 0.\n")


def test_a_finding_has_its_place_its_sentence_and_its_source(capsys):
    main(["lint", S4])

    place, said, remedy = capsys.readouterr().out.splitlines()[:3]
    assert place == f"{S4}:33: warning: small_weight: broker_links.points (S4.1.5)"
    assert said == "    It weighs 5.0% of its group."
    assert remedy.startswith("    → Give it weight")
    assert remedy.endswith("10 % and 15 % are used too]")


def test_the_words_are_in_the_language_asked_for(capsys):
    main(["lint", S4, "--lang", "zh-Hant"])

    assert "警告: small_weight" in capsys.readouterr().out


def test_json_is_for_programs(capsys):
    """A threshold of 70 %: the jump is told with its sample."""
    main(["lint", str(CASE / "scheme.yaml"), *HISTORY, "--plan-year", "2024", "--format", "json"])

    found = {each["rule"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert found["cliff"]["level"] == "warning"
    assert found["cliff"]["evidence"]["people"] >= found["cliff"]["evidence"]["hit_people"] > 0
    assert found["cliff"]["line"] > 1


def test_accepted_findings_do_not_fail(tmp_path, capsys):
    rules = tmp_path / "lint.yaml"
    accepted = ("small_weight", "too_many_measures", "one_complaint_channel", "ratchet")
    rules.write_text(
        "accepted:\n" + "".join(f"  - {{rule: {each}, because: so it is}}\n" for each in accepted)
    )

    assert main(["lint", S4, "--rules", str(rules)]) == 0
    assert capsys.readouterr().out.count("Accepted, because so it is.") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml"),
        (
            [S4, "--plan-year", "2025"],
            "--plan-year: 1 problem\n  has no meaning without a history; add --history DIR",
        ),
        ([S4, *HISTORY], "nothing says which year is replayed; write --plan-year 2025"),
        ([S4, "--rules", "nowhere.yaml"], "nowhere.yaml"),
        ([S4, "--lang", "fr"], "'fr' is no language"),
        ([S4, *HISTORY, "--plan-year", "2024"], "activity"),
    ],
)
def test_what_cannot_be_linted_is_refused(words, said, capsys):
    """In a sentence, with exit code 2: files that are not there, a history that has not what the scheme reads."""
    assert main(["lint", *words]) == 2

    assert said in capsys.readouterr().err
