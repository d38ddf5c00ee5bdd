"""Errors: the tree is as drawn, and what is raised in one process arrives in another."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import policymodel
from policymodel import errors
from policymodel.errors import LONGEST, InputError, PolicymodelError, Problem, inert


def descendants(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from descendants(each)


def drawn() -> str:
    """The tree at the top of the module, without what it says about each error."""
    lines = errors.__doc__.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("PolicymodelError"))
    return "\n".join(re.match(r"[│├└─ ]*\w+", line)[0] for line in lines[start:] if line.strip())


def branches(kind: type, indent: str = "") -> Iterator[str]:
    """The real tree below an error, drawn the same way."""
    children = kind.__subclasses__()
    for child in children:
        last = child is children[-1]
        yield f"{indent}{'└──' if last else '├──'} {child.__name__}"
        yield from branches(child, indent + ("    " if last else "│   "))


def test_the_tree_is_as_drawn():
    """The first thing a reader of the module sees is true of the whole package: no module hides an error of its own."""
    for module in pkgutil.walk_packages(policymodel.__path__, "policymodel."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    assert drawn() == "\n".join(["PolicymodelError", *branches(PolicymodelError)])


def test_every_error_says_what_it_is_about():
    """Each branch carries a few words, and its class says the same at more length."""
    for kind in descendants(PolicymodelError):
        line = next(line for line in errors.__doc__.splitlines() if f"─ {kind.__name__} " in line)
        assert line.split(kind.__name__)[1].strip()
        assert kind.__doc__


@pytest.mark.parametrize("kind", [*descendants(InputError), InputError], ids=lambda kind: kind.__name__)
def test_errors_travel_between_processes(kind):
    """An error arrives with its type, its file and all its problems."""
    error = kind("next_year.yaml", [Problem("card", "is no card", "write one"), Problem("", "is nothing")])
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is kind
    assert (back.file, back.problems) == (error.file, error.problems)
    assert str(back) == str(error)


def test_a_sentence_has_an_end():
    """A word of a million letters is not printed a million letters long."""
    sentence = str(Problem("of", f"'{'x' * 1_000_000}' is no line", "did you mean 'y'?"))

    assert len(sentence) <= LONGEST
    assert sentence.endswith("did you mean 'y'?")


@pytest.mark.parametrize(
    "hidden", ["\x1b[2J", "\r", "\n", "\x00", "\x9b31m", "\u202e", "\u2028", "\ufeff", "\udcff"]
)
def test_nothing_in_a_sentence_acts_on_a_screen(hidden):
    """Escapes, ends of line and marks that turn the direction of writing are shown, not done."""
    said = str(InputError(f"a{hidden}.yaml", [Problem(f"b{hidden}", f"c{hidden}", f"d{hidden}")]))

    assert all(line.isprintable() for line in said.split("\n"))
    assert len(said.split("\n")) == 2


def test_ordinary_writing_stays_as_it_is():
    """Chinese, typographic spaces and signs are no danger."""
    text = "存款淨增 — 15 %\u3000“x” ≤ 1"

    assert inert(text) == text


@pytest.fixture
def notebook_shell(tmp_path, monkeypatch):
    """What runs a notebook's cells, without a notebook."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


def test_a_notebook_shows_the_sentences_alone(notebook_shell, capsys):
    """The cell has failed all the same, so a run of the notebook fails too."""
    cell = "from policymodel.report.runfile import read_run_file\n"
    result = notebook_shell.run_cell(f"{cell}read_run_file('nowhere.yaml')")

    assert isinstance(result.error_in_exec, InputError)
    assert (
        capsys.readouterr().out == "nowhere.yaml: 1 problem\n  it cannot be opened: there is no such file\n"
    )


def test_a_notebook_shows_where_an_error_of_the_program_is(notebook_shell, capsys):
    """What nobody foresaw keeps its traceback, for whoever must mend it."""
    notebook_shell.run_cell("from policymodel.words.catalogues import catalogue\ncatalogue('tlh')")

    assert "catalogues.py" in capsys.readouterr().out
