"""The run file is refused with everything that is wrong, or means exactly what is written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.errors import RunFileError
from policymodel.periods import Period
from policymodel.report.runfile import read_region_parameters, read_run_file

ROOT = Path(__file__).resolve().parents[2]
PARAMS = ROOT / "params"

GOOD = """
id: trial
title: {en: "A trial"}
question: {en: "What would it cost?"}
mapping: mapping.yaml
plan_year: 2025
base_year: "2024"
designs:
  - {id: old, title: {en: Old}, pay: old.yaml}
  - {id: new, title: {en: New}, pay: new.yaml}
baseline: old
seed: 0
max_quarantined: 0.02
"""


@pytest.fixture
def write(tmp_path: Path):
    for name in ("mapping.yaml", "old.yaml", "new.yaml"):
        (tmp_path / name).write_text("{}", encoding="utf-8")

    def written(text: str) -> Path:
        path = tmp_path / "run.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def problems(path: Path) -> list[str]:
    with pytest.raises(RunFileError) as caught:
        read_run_file(path)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_means_what_it_says(write, tmp_path):
    """Paths stand beside the file, a year is a period, 0 is a seed, and disclosure has its defaults."""
    run = read_run_file(write(GOOD))

    assert run.designs[0].pay == tmp_path / "old.yaml"
    assert run.plan_year == Period.parse("2025")
    assert (run.seed, run.regions, run.languages) == (0, "all", ["en"])
    assert (run.smallest_cell, run.no_change, run.large_change) == (10, 0.01, 0.05)


def test_all_problems_come_at_once_each_with_its_place(write):
    """Seven mistakes, seven sentences, none a traceback."""
    broken = (
        GOOD.replace("pay: old.yaml", "payy: old.yaml")
        .replace("seed: 0", "seed: -1")
        .replace("plan_year: 2025", "plan_year: soon")
        .replace('question: {en: "What would it cost?"}\n', "")
        .replace("max_quarantined: 0.02", "max_quarantined: 2")
        + "regoins: all\nlanguages: [en, fr]\n"
    )

    found = problems(write(broken))

    assert "designs[0].payy: there is no such setting; did you mean 'pay'?" in found
    assert "regoins: there is no such setting; did you mean 'regions'?" in found
    assert "question: this setting is needed" in found
    assert "languages[1]: 'fr' is no language of the pages; write en or zh-Hant or zh-Hans" in found
    assert {each.split(":")[0] for each in found} >= {"seed", "plan_year", "max_quarantined"}
    assert len(found) == 7


@pytest.mark.parametrize(
    ("old", "new", "promised"),
    [
        ("baseline: old", "baseline: odl", "baseline: 'odl' is not the id of a design; did you mean 'old'?"),
        ("id: new", "id: old", "designs: two designs are called 'old'; each id stands once"),
        (
            "pay: new.yaml",
            "pay: nwe.yaml",
            "designs[1].pay: there is no file nwe.yaml; did you mean 'new",
        ),
        (", pay: new.yaml", "", "designs[1]: has neither card nor pay; name one file at least"),
        ('base_year: "2024"', 'base_year: "2025"', "base_year: 2025 does not end before 2025 begins"),
        ("seed: 0", "seed: 0\nlanguages: [en, zh-Hant]", "title: is not written in zh-Hant"),
        (
            "seed: 0",
            "seed: 0\nlanguages: [en, zh-Hans]\nregion_titles: {north: {en: North}}",
            "region_titles.north: is not written in zh-Hans",
        ),
        ("seed: 0", "seed: 0\nregions: [1]", "regions[0]: must be text; write it in quotes"),
        ("seed: 0", "seed: 0\nbudget: {share_of_base_income: 0.06}", "budget.source: this setting is needed"),
        (
            "seed: 0",
            "seed: 0\nbudget: {source: x}",
            "budget: must name either share_of_base",
        ),
        ("id: trial", "id: ../trial", "id: must be of letters, figures, _ and - only"),
        ("seed: 0", "seed: 1.5", "seed: must be a whole number"),
        ("seed: 0", "seed: 0\nas_of: 14 May", "as_of: '14 May' is no day; write YYYY-MM-DD"),
        ("seed: 0", "seed: 0\nregister: nowhere.jsonl", "register: there is no file nowhere.jsonl"),
        (
            "seed: 0",
            "seed: 0\nregster: r.jsonl",
            "regster: there is no such setting; did you mean 'register'?",
        ),
        (
            "seed: 0",
            "seed: 0\nas_of: 2025-05-14\nregister: run.yaml",
            "register: a standing is not approved; leave it out, or as_of",
        ),
        ("seed: 0", "seed: 0\nas_of: 2026-01-01", "as_of: 2026-01-01 does not lie in 2025; its days are"),
        (
            "seed: 0",
            "seed: 0\nas_of: 2025-05-14",
            "as_of: a standing is not paid; leave `pay` of the designs out",
        ),
        (
            "seed: 0",
            "seed: 0\nas_of: 2025-05-14\neditions: [leadership, manager]",
            "as_of: a standing has the leadership's page alone",
        ),
        ("seed: 0", "seed: 0\nfutures: nowhere.yaml", "futures: there is no file nowhere.yaml"),
        ("seed: 0", "seed: 0\ndraws: 0", "draws: input should be greater than or equal to 1"),
        (
            "seed: 0",
            "seed: 0\nas_of: 2025-05-14\nfutures: new.yaml",
            "futures: a year that is not over is not followed by one",
        ),
        ("seed: 0", "seed: 0\nsheets_of: 2025-Q4", "sheets_of: this run makes no sheets; add manager"),
        (
            "seed: 0",
            "seed: 0\nsheets_of: 2026-Q1\neditions: [leadership, manager]",
            "sheets_of: '2026-Q1' is no period of 2025; write one such as 2025-Q4",
        ),
    ],
)
def test_each_mistake_has_its_sentence(write, old, new, promised):
    """One way to be wrong, and the sentence we promise for it."""
    found = problems(write(GOOD.replace(old, new)))

    assert any(each.startswith(promised) for each in found), found


def test_next_year_is_told_of_designs_that_pay(write):
    found = problems(write(GOOD.replace("pay:", "card:") + "futures: new.yaml\n"))

    assert found == [
        "futures: next year is told by what it costs, and a design does not pay; give every design a pay scheme, or "
        "leave futures out"
    ]


def test_budget_numbers_are_the_decimals_written(write):
    """0.285 is the number 285/1000, plain or with its source."""
    plain = read_run_file(write(GOOD + "budget: {share_of_base_income: 0.285, source: S6.6}\n"))
    full = read_run_file(write(GOOD + "budget: {share_of_base_income: {value: 0.285, source: S6.6}}\n"))

    assert plain.budget.share_of_base_income.value == Decimal("0.285")
    assert full.budget.share_of_base_income.source == "S6.6"


def test_a_misspelt_parameter_is_refused_with_what_was_meant(tmp_path):
    """papermill only warns of it and reports the wrong region."""
    path = tmp_path / "north.yaml"
    path.write_text('regoin: "north"\nrun_file: run.yaml\nhistory: 7\n', encoding="utf-8")

    with pytest.raises(RunFileError) as caught:
        read_region_parameters(path)

    assert [str(each) for each in caught.value.problems] == [
        "region: this setting is needed",
        "history: must be text; write it in quotes",
        "regoin: there is no such setting; did you mean 'region'?",
    ]


@pytest.mark.parametrize("path", sorted((PARAMS / "regions").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_projects_region_parameters_hold(path):
    """Every file for a single page names its own region and a run file that is there."""
    parameters = read_region_parameters(path)

    assert parameters.region == path.stem
    assert (ROOT / parameters.run_file).is_file()


@pytest.mark.parametrize("path", sorted((PARAMS / "runs").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_projects_run_files_hold(path):
    """Every run file in the project can be read, and names files that are there."""
    assert read_run_file(path).id == path.stem
