"""Files that are wrong, each beside the sentences promised: all of them at once, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from policymodel.cli import main
from policymodel.documents import LARGEST_BYTES

HERE = Path(__file__).resolve().parent
FOLDERS = sorted(each for each in HERE.iterdir() if (each / "promise.txt").is_file())
FILES = ("change.yaml", "region.yaml", "run.yaml", "scheme.yaml", "mapping.yaml")
REFUSED, FINDINGS = 2, 1

HISTORY = HERE.parent / "cases" / "001-oracle-step-rate-individual" / "history"
"""A history with which nothing is wrong."""


def broken(folder: Path) -> str:
    return next(name for name in FILES if (folder / name).is_file())


def words(folder: Path) -> list[str]:
    command = folder / "command.txt"
    return command.read_text(encoding="utf-8").split() if command.is_file() else ["check", broken(folder)]


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_broken_file_is_told_as_promised(folder, capsys, monkeypatch):
    """Word for word, with an exit code a program can read; none of it acts on a screen."""
    monkeypatch.chdir(folder)
    promised = (folder / "promise.txt").read_text(encoding="utf-8")

    code, text = said(words(folder), capsys)

    assert text == promised
    assert code == (REFUSED if "problem" in promised.splitlines()[0] else FINDINGS)
    assert all(line.isprintable() for line in text.splitlines())


SCHEMES = [
    folder
    for folder in FOLDERS
    if not (folder / "command.txt").is_file() and broken(folder) in ("change.yaml", "scheme.yaml")
]


@pytest.mark.parametrize("folder", SCHEMES, ids=lambda folder: folder.name)
def test_a_broken_scheme_is_worked_out_for_nobody(folder, capsys, monkeypatch):
    """A command that needs the scheme says the same, and nothing else."""
    monkeypatch.chdir(folder)
    promised = (folder / "promise.txt").read_text(encoding="utf-8").splitlines()[1:]
    history = ["--history", str(HISTORY), "--mapping", str(HISTORY / "mapping.yaml")]

    code, text = said(["figures", broken(folder), *history, "--plan-year", "2024"], capsys)

    assert code == REFUSED
    # Under a broken base its own name stands above the problems, not before each.
    assert text.splitlines()[1:] == [line.replace("  scheme.yaml: ", "  ") for line in promised]


def test_a_file_too_large_to_be_one_is_refused_unread(tmp_path, capsys, monkeypatch):
    """Fifty million bytes are no scheme, whatever stands in them."""
    monkeypatch.chdir(tmp_path)
    with Path("scheme.yaml").open("wb") as file:
        file.truncate(50_000_000)

    assert said(["check", "scheme.yaml"], capsys) == (
        REFUSED,
        f"scheme.yaml: 1 problem\n  it has 50000000 bytes; {LARGEST_BYTES} at most\n",
    )


def test_references_that_multiply_are_not_followed(tmp_path, capsys, monkeypatch):
    """A thousand million laughs in ten lines: each alias is a mistake, and none is written out."""
    monkeypatch.chdir(tmp_path)
    lines = ["a0: &a0 laugh"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    Path("scheme.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    code, text = said(["check", "scheme.yaml"], capsys)

    assert code == REFUSED
    assert text.startswith("scheme.yaml: 91 problems\n")


def test_a_file_name_does_nothing_to_a_screen(tmp_path, capsys, monkeypatch):
    """A name may hold what a terminal obeys; it is shown, not done."""
    monkeypatch.chdir(tmp_path)

    code, text = said(["check", "no\x1b[2Kfile.yaml"], capsys)

    assert (code, text) == (
        REFUSED,
        "no\\x1b[2Kfile.yaml: 1 problem\n  it cannot be opened: there is no such file\n",
    )
