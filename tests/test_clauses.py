"""docs/clauses.md: no clause without a home, a test that cites it and a place where it is seen."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("make_clauses", ROOT / "docs" / "make_clauses.py")
assert spec is not None
assert spec.loader is not None
maker = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = maker
spec.loader.exec_module(maker)

CLAUSES = maker.clauses()
DONE = [each for each in CLAUSES if not each.yet]


@pytest.fixture(scope="module")
def files():
    return maker.cited_in_files()


@pytest.fixture(scope="module")
def tests():
    return maker.cited_in_tests()


def test_the_page_is_up_to_date():
    """Else: python docs/make_clauses.py"""
    assert maker.page() == maker.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("clause", DONE, ids=lambda each: each.id)
def test_every_clause_has_a_home_a_test_and_a_place(clause, files, tests):
    assert files.get(clause.id), "no file of params/ or of the package cites it"
    assert tests.get(clause.id), "no test cites it"
    assert clause.see, "it is not said where a reader sees it"


@pytest.mark.parametrize("clause", DONE, ids=lambda each: each.id)
def test_every_place_is_there(clause):
    """A notebook and one of its headings, a command, or a document."""
    for place in clause.see:
        name, _, heading = place.partition(" § ")
        if name.startswith("policymodel "):
            assert re.search(rf'answering(_several)?\("{name.split()[1]}"', commands()), place
        elif name.endswith(".ipynb"):
            notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
            said = "".join("".join(cell["source"]) for cell in notebook["cells"])
            assert heading, place
            assert heading in said, place
        else:
            assert (ROOT / name).is_file(), place


def test_nothing_cites_a_clause_that_is_not_there(files, tests):
    known = {each.id for each in CLAUSES}

    assert sorted(({*files} | {*tests}) - known) == []


def test_what_is_said_not_to_be_there_is_not_there():
    """`yet` is taken out as soon as a clause has its home, its test and its place."""
    assert [each.id for each in CLAUSES if each.yet and each.see] == []


def test_a_citation_that_is_taken_out_is_missed(tmp_path, tests):
    """Without the one test that names it, a clause is bare."""
    for name in ("params", "src", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    lone = next(each for each in DONE if len(tests.get(each.id, ())) == 1)
    path = tmp_path / tests[lone.id][0].partition("::")[0]
    path.write_text(path.read_text(encoding="utf-8").replace(lone.id, "it"), encoding="utf-8")

    assert lone.id not in maker.cited_in_tests(tmp_path)


def test_the_clauses_are_those_of_the_source(shared_data):
    """Every id that the description of the systems numbers is in docs/clauses.yaml."""
    text = (shared_data.parent / "design" / "seed_systems.md").read_text(encoding="utf-8")
    numbered = {
        *re.findall(r"^- (S[1-6](?:\.\d+)+) ", text, re.M),
        *re.findall(r"\| (S4\.1\.\d+) \|", text),
    }

    assert sorted(numbered - {each.id for each in CLAUSES}) == []


def commands() -> str:
    """What the command line answers to, as its modules write it."""
    folder = ROOT / "src" / "policymodel" / "cli"
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
