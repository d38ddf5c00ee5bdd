"""The command line: one word a question, honest exit codes, and never a traceback for a person's mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policymodel.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from policymodel.cli import main; sys.exit(main())"


def program(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        env={**os.environ, **environment},
        cwd=ROOT,
        check=False,
    )


def test_help_loads_nothing_heavy():
    """`policymodel --help` answers at once: no tables, no notebooks, no command but the one asked for."""
    heavy = "print(sorted({'pandas', 'numpy', 'papermill', 'typer', 'altair'} & set(sys.modules)))"
    code = f"import sys; from policymodel.cli import main; main(['--help']); {heavy}"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command, capsys):
    """Each help shows a line that can be typed."""
    assert main([command, "--help"]) == 0

    assert f"policymodel {command} " in capsys.readouterr().out.split("Example:")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_overview(command, capsys):
    """And nothing else is."""
    main(["--help"])

    assert f"\n  {command} " in capsys.readouterr().out


def test_a_misspelt_command_is_named(capsys):
    """With the one that was meant, and exit code 2."""
    assert main(["expalin"]) == 2

    assert "did you mean 'explain'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["score", "nowhere.yaml", "--history", "x", "--plan-year", "2025"], "nowhere.yaml"),
        (["run", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "params/runs/estban.yaml", "--history", "nowhere"], "there is no folder"),
        (["run", "params/runs/estban.yaml"], "give one with --history DIR"),
        (["bank", "--out", "nowhere", "--managers", "3"], "managers: 3 do not make 4 regions"),
        (["check", "nowhere.yaml"], "nowhere.yaml"),
        (["pay", "params/schemes/s6_profit_centre.yaml", "--history", "x"], "--plan-year"),
        (["run", "params/runs/demo.yaml", "--jobs", "0"], "--jobs"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(words, said, capsys, monkeypatch):
    """No traceback, whatever was typed."""
    monkeypatch.chdir(ROOT)

    assert main(words) == 2

    told = capsys.readouterr()
    assert said in told.err + told.out
    assert "Traceback" not in told.err


def test_an_old_locale_stops_nothing(tmp_path):
    """A region of China in a pipe whose locale knows only ASCII comes out as UTF-8."""
    path = tmp_path / "north.yaml"
    path.write_text('region: "北區"\nrun_flie: "x"\n', encoding="utf-8")
    named = path.rename(tmp_path / "北區.yaml")

    done = program("check", str(named), PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 2
    assert "北區.yaml: 2 problems" in done.stdout.decode("utf-8")


def test_a_closed_pipe_is_no_error():
    """`policymodel … | head` has seen enough."""
    line = f'"{sys.executable}" -c "{PROGRAM}" check params/schemes/*.yaml | head -c 1'

    done = subprocess.run(line, shell=True, capture_output=True, cwd=ROOT, check=False)

    assert b"Traceback" not in done.stderr
