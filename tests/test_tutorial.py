"""The tutorial, step by step: files are written as shown, commands are run, and they say what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from policymodel.cli import COMMANDS, main

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial" / "writing_a_plan.md"
SHOWN = ("check", "figures", "score", "pay", "explain", "slopes", "compare")
"""The commands that the tutorial must show."""


def blocks() -> list[tuple[str, str]]:
    """Every fenced block: what stands behind its fence, and its text."""
    return re.findall(r"```([^\n]+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)


def commands(block: str) -> Iterator[tuple[list[str], str]]:
    """The words of each command of a block, and what the page says it prints."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        line, _, printed = part.partition("\n")
        yield shlex.split(line), printed


def test_the_tutorial_says_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One folder from the first block to the last, as a reader has it."""
    monkeypatch.chdir(tmp_path)
    wrong = []
    for fence, text in blocks():
        language, _, file = fence.partition(" ")
        if language == "console":
            for words, printed in commands(text):
                assert words[0] == "policymodel"
                main(words[1:])
                said = "".join(capsys.readouterr())
                if said != printed:
                    wrong.append((words, said, printed))
        else:
            path = tmp_path / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    assert wrong == []


def test_every_file_has_a_name_and_every_command_is_shown() -> None:
    shown = {words[1] for fence, text in blocks() if fence == "console" for words, _ in commands(text)}

    assert all(re.fullmatch(r"console|(yaml|csv) [\w/]+\.(yaml|csv)", fence) for fence, _ in blocks())
    assert shown == set(SHOWN) & set(COMMANDS)
