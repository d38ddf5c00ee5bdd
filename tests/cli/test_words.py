"""policymodel words and diff: documents on the screen and in a folder, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from policymodel.cli import main
from policymodel.words.catalogues import LANGUAGES

pytestmark = pytest.mark.thorough

PARAMS = Path(__file__).resolve().parents[2] / "params"
S4, SOFTER = str(PARAMS / "schemes/s4_scorecard.yaml"), str(PARAMS / "changes/s4_softer_deposits.yaml")
NAMES = ("--mapping", str(PARAMS / "mappings/bank.yaml"))


def test_the_rule_book_stands_on_the_screen(capsys):
    assert main(["words", S4, *NAMES, "--lang", "zh-Hant"]) == 0

    assert "### 2.1.1 存款淨增（S4.1.1）\n\n完成任務得 15 分" in capsys.readouterr().out


def test_a_folder_gets_pages_and_markdown_in_every_language(tmp_path, capsys):
    assert main(["words", S4, *NAMES, "--out", str(tmp_path / "rules")]) == 0

    files = {each.name for each in (tmp_path / "rules").iterdir()}
    assert files == {f"s4_scorecard.{language}.{kind}" for language in LANGUAGES for kind in ("html", "md")}
    assert capsys.readouterr().out.count("\n") == len(LANGUAGES)


def test_a_change_file_is_compared_with_its_base(capsys):
    assert main(["diff", SOFTER, *NAMES]) == 0
    alone = capsys.readouterr().out
    assert main(["diff", S4, SOFTER, *NAMES]) == 0

    assert alone == capsys.readouterr().out
    assert "A single withdrawal can cost a manager more points" in alone


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["diff", S4], "is no change file, so nothing says what it is compared with; name a second file"),
        (["words", S4, "--lang", "fr"], "'fr' is no language"),
        (["words", S4, "--out", S4], "is a file; name a folder"),
        (["words", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(asked, sentence, capsys):
    assert main(asked) == 2
    assert sentence in capsys.readouterr().err
