"""What one region's rows hold is in nothing that another region, or the group, is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.store import read_store, slug
from policymodel.history.synthetic import write_bank
from runner.canaries import Canaries, forms, plant, seen
from runner.test_run import RUN_FILE

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two regions with canaries; the run's folder."""
    folder = tmp_path_factory.mktemp("canaries")
    write_bank(folder / "bank", Draws(3), managers=48, regions=2)
    canaries = plant(folder / "bank")
    assert main(["run", str(RUN_FILE), "--history", str(folder / "bank"), "--out", str(folder / "out")]) == 0
    return canaries, folder / "out"


def test_no_canary_is_in_another_regions_or_the_groups_folder(run):
    """Pages, executed notebooks, tables, records; nor in the other's part of the store."""
    canaries, out = run

    for each in canaries:
        others = [other.region for other in canaries if other is not each]
        for place in [*others, "group", *(f"store/{slug(other)}" for other in others)]:
            assert seen(each, out / place) == {}, (each.region, place)


def test_the_search_finds_each_canary_at_home(run):
    """All of them in the region's own part of the store."""
    canaries, out = run

    for each in canaries:
        assert set(seen(each, out / "store" / slug(each.region))) == set(each.planted)


def test_a_kernel_is_told_of_a_store_that_holds_its_own_region_alone(run):
    """The parameters in the executed notebook, and what stands where they lead."""
    canaries, out = run

    for each in canaries:
        notebook = json.loads((out / each.region / "report.ipynb").read_text(encoding="utf-8"))
        told = notebook["metadata"]["papermill"]["parameters"]["history"]
        history = read_store(out / each.region / told)
        assert list(history.regions) == [each.region]
        assert set(history.tables["managers"]["region"]) == {each.region}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<p>a &#73;D9 b</p>"),
        ("chart.json", '{"label": "\\u0049D9"}'),
        ("table.csv", "x,ID9,y"),
        ("number.html", "<td>1,234,567.50</td>"),
        ("cents.json", '{"amount_minor": 123456750}'),
    ],
)
def test_the_search_sees_through_escapes(tmp_path: Path, name, text):
    """A search that finds nothing proves something only if it would have found it."""
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert seen(Canaries("north", {"it": ("ID9", *forms(1234567.5))}), tmp_path) == {"it": [name]}
