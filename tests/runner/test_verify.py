"""A page is verified: against its own hash, against the files of today, and against itself made again."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.report.last_places import FILE as LAST_PLACES
from policymodel.runner.folder import RUN
from policymodel.runner.plan import KEY
from policymodel.runner.record import file_digest
from policymodel.runner.seal import record_in, seal_page, without_record
from policymodel.runner.verification import verify_page
from runner.test_run import ROOT, RUN_FILE

pytestmark = pytest.mark.thorough

LANGUAGE = "zh-Hant"
REPORT = f"report.{LANGUAGE}.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run of two regions, with pages for all readers and its own copy of params and notebooks.

    In one language: another takes as long again, and each page stands for itself.
    """
    folder = tmp_path_factory.mktemp("verify")
    for name in ("params", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    run = folder / "params" / "runs" / "demo.yaml"
    text = re.sub(r"(?m)^languages: .*", f"languages: [{LANGUAGE}]", run.read_text("utf-8"))
    editions = "editions: [leadership, works_council, regional_hr, manager]\nsheets_of: 2025-Q4\n"
    run.write_text(text + editions, "utf-8")
    assert main(["run", str(run), "--history", str(folder / "bank"), "--out", str(folder / "out")]) == 0
    return folder


def page_for(out, readers: str):
    """A page below a run's folder; of the managers' sheets the first."""
    return next(iter(sorted((out / "editions" / readers).glob(f"**/*.{LANGUAGE}.html"))))


@pytest.fixture
def project(made, tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(made, tmp_path / "project")


def promote(bank) -> None:
    """Give the first person of the north another grade."""
    path = bank / "managers.csv"
    people = pd.read_csv(path, dtype="str", keep_default_na=False)
    first = people.index[people["地區"] == "north"][0]
    other = people.loc[people["職級"] != people.loc[first, "職級"], "職級"].iloc[0]
    people.loc[first, "職級"] = other
    people.to_csv(path, index=False)


def places(verdict) -> list[str]:
    return [each.place for each in verdict.differences]


def test_a_page_that_is_as_it_was_is_the_same_made_again(made, capsys):
    """A region's and the group's. Who is among the best of the group (S6.10) is found again over all regions."""
    record = json.loads((made / "out" / "north" / "record.json").read_text("utf-8"))
    assert record["hashes"]["last_places"] == file_digest(made / "out" / LAST_PLACES)
    for name in ("north", "group"):
        assert main(["verify", str(made / "out" / name / REPORT), "--json"]) == 0
        verdict = json.loads(capsys.readouterr().out)[0]
        assert (verdict["same"], verdict["made_again"], verdict["differences"]) == (True, True, [])


@pytest.mark.parametrize(
    "readers", ["works_council/north", "works_council/group", "regional_hr/north", "manager/north"]
)
def test_pages_for_other_readers_are_made_again_with_the_key_of_the_run(project, readers, capsys):
    """Those under pseudonyms too, and one sheet of many, which holds no record; the works council's need none."""
    if readers.startswith("works_council"):
        (project / "out" / KEY).unlink()
    page = str(page_for(project / "out", readers))

    assert main(["verify", page, "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)[0]
    assert (verdict["same"], verdict["made_again"], verdict["differences"]) == (True, True, [])


@pytest.mark.parametrize(
    "readers",
    ["works_council/north", pytest.param("regional_hr/north", marks=pytest.mark.slow), "manager/north"],
)
def test_of_pages_for_other_readers_other_figures_are_told_in_words(project, readers):
    """They have no result tables beside them, which is no difference."""
    promote(project / "bank")
    page = page_for(project / "out", readers)
    record = next(each for each in page.parents if (each / "record.json").is_file()) / "record.json"
    told = json.loads(record.read_text("utf-8"))

    verdict = verify_page(page)

    assert {"data, managers.csv", "data"} <= set(places(verdict))
    assert not [each for each in places(verdict) if each.startswith("results/")]
    said = [each.what for each in verdict.differences if each.place == "record.json, figures"]
    if told["figures"]:
        assert any(each.startswith("the cost of published, in minor units, is ") for each in said)
    assert not [each for each in said if "_" in each or "None" in each]


def test_without_the_key_of_the_pseudonyms_a_sentence_says_what_is_lost(project):
    """Of a page under pseudonyms."""
    (project / "out" / KEY).unlink()

    verdict = verify_page(page_for(project / "out", "regional_hr/north"))

    assert places(verdict) == [KEY]
    assert verdict.differences[0].what.startswith("it is not there, and without it no page is made under")
    assert not verdict.remade


def test_a_figure_changed_and_sealed_again_is_found_by_making_the_page_again(project):
    """Whoever can compute a hash cannot compute another page from the same data."""
    page = project / "out" / "north" / REPORT
    content = page.read_bytes()
    record = record_in(content)
    figure = without_record(content).split(b'<dd class="number">')[1][:3]
    page.write_bytes(
        without_record(content).replace(b'<dd class="number">' + figure, b'<dd class="number">9', 1)
    )
    seal_page(page, {name: value for name, value in record.items() if name not in ("form", "page", "sha256")})

    verdict = verify_page(page)

    assert "it is not, byte for byte" not in str(verdict.differences)
    line = next(each for each in verdict.differences if each.what.startswith("line "))
    assert line.place == REPORT
    assert places(verdict)[0] == REPORT


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("params/runs/demo.yaml", "params"),
        ("params/mappings/bank.yaml", "mapping"),
        ("params/lint/bank.yaml", "lint"),
        ("params/schemes/s6_profit_centre.yaml", "schemes, published.pay"),
        ("params/changes/s4_softer_deposits.yaml", "schemes, proposal.card"),
        ("notebooks/region_report.ipynb", "notebook"),
        ("bank/managers.csv", "data, managers.csv"),
        ("out/north/results/cost.parquet", "results/cost.parquet"),
        ("out/north/report.ipynb", "report.ipynb"),
    ],
)
def test_a_changed_file_is_named(project, file, place):
    """Without making anything again."""
    path = project / file
    path.write_bytes(path.read_bytes() + b"\n")

    verdict = verify_page(project / "out" / "north" / REPORT, remake=False)

    assert places(verdict) == [place] or (place == "schemes, published.pay" and place in places(verdict))


def test_an_amount_changed_in_the_data_is_told_where_it_shows(project):
    """In the file, in the rows of the region, in the figures that come out."""
    promote(project / "bank")

    north = verify_page(project / "out" / "north" / REPORT)

    assert {"data, managers.csv", "data", "results/cost.parquet", REPORT} <= set(places(north))
    assert any(
        each.place == "results/cost.parquet" and each.what.startswith("amount_minor of ")
        for each in north.differences
    )


def test_a_file_that_can_no_longer_be_read_is_a_difference_and_no_refusal(project):
    """The scheme ends in a bracket that nobody closed."""
    path = project / "params" / "schemes" / "s6_profit_centre.yaml"
    path.write_bytes(path.read_bytes() + b"[\n")

    verdict = verify_page(project / "out" / "north" / REPORT)

    assert "schemes, published.pay" in places(verdict)


def test_a_page_by_itself_can_only_be_held_against_its_hash(made, tmp_path, capsys):
    """Sent by mail: the hash is there, the run is not."""
    page = tmp_path / "sent" / REPORT
    page.parent.mkdir()
    shutil.copy(made / "out" / "north" / REPORT, page)

    assert main(["verify", str(page)]) == 2
    assert f"there is no {RUN} in the folder of its run" in capsys.readouterr().err
    assert places(verify_page(page, remake=False)) == ["record.json"]


def test_a_page_without_a_record_is_refused(tmp_path, capsys):
    """Nothing is known of it."""
    (tmp_path / "page.html").write_text("<p>hello</p>", encoding="utf-8")

    assert main(["verify", str(tmp_path / "page.html")]) == 2
    assert "it holds no run record, and there is none beside it" in capsys.readouterr().err


@pytest.mark.parametrize("hashes", [{"schemes": 5}, {"schemes": ["x"]}, {}])
@pytest.mark.parametrize("run", ['{"places": 5}', '{"places": {"run_file": 5}}', "[" * 100_000, "[]", "{"])
@pytest.mark.parametrize("beside", ['{"region": 5, "hashes": 5}', "[" * 100_000, "[]"])
def test_forged_records_are_differences_and_no_failures(tmp_path, hashes, run, beside):
    """Whatever stands in a page, beside it, or above it."""
    page = tmp_path / "out" / "north" / REPORT
    page.parent.mkdir(parents=True)
    page.write_text("<body></body>", encoding="utf-8")
    told = {"run": "demo", "region": "north", "seed": 1, "hashes": hashes, "versions": {}, "figures": {}}
    seal_page(page, told)
    (page.parent / "record.json").write_text(beside, encoding="utf-8")
    (tmp_path / "out" / RUN).write_text(run, encoding="utf-8")

    verdict = verify_page(page, RUN_FILE, remake=False)

    assert {"record.json", "params", "schemes, published.card"} <= set(places(verdict))
