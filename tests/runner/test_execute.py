"""Pages are made several at a time; whatever happens to one, the others finish and the truth is written down."""

from __future__ import annotations

import json
import time

import pandas as pd
import pytest

from policymodel.errors import Problem, RunFileError, SchemeError
from policymodel.runner import execute
from policymodel.runner.execute import Provenance, make_pages, reason
from policymodel.runner.private import PrivateKernel
from policymodel.runner.record import read_record
from runner.toy import plan

pytestmark = pytest.mark.thorough

HOSTILE = '../<script>"'


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """One run of five regions: one corrupt, one whose kernel is killed, one that never ends, two sound."""
    folder = tmp_path_factory.mktemp("toy {braces}")
    made = plan(folder, ["north", "corrupt", "killed", "endless", HOSTILE], timeout=3)
    made.out.mkdir()
    cost = pd.DataFrame({"design": ["old"], "amount_minor": [100]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "read_results", lambda folder: {"cost": cost})
        patch.setattr(execute, "render_html", lambda notebook, language, out: out.write_text(language))
        patch.setattr(execute, "inspect", lambda *anything: None)
        seen = []
        notice = lambda page, state, message: seen.append((page.region, state))  # noqa: E731
        records = make_pages(made, made.pages, Provenance({"store": "abc"}, {"north": {"noted": 2}}), notice)
    return made, {record.region: record for record in records}, seen


def test_the_sound_regions_finish(outcome):
    """Two of five, whatever became of the others."""
    _, records, seen = outcome

    assert [region for region, record in records.items() if record.status == "done"] == ["north", HOSTILE]
    assert ("north", "done") in seen
    assert ("killed", "failed") in seen


def test_each_failure_has_its_reason_in_one_sentence(outcome):
    """What the index will say; no traceback."""
    _, records, _ = outcome

    assert records["corrupt"].message == "activity: 31 of 100 rows were put aside (and 1 more, see store)"
    assert records["killed"].message.startswith("its process ended before the notebook did")
    assert records["endless"].message == "one step took longer than 3 seconds"


def test_a_failed_region_leaves_no_page_and_no_results(outcome):
    """Only how far it came, and the record."""
    made, records, _ = outcome
    folder = made.out / records["corrupt"].folder

    assert sorted(path.name for path in folder.iterdir()) == ["failed.ipynb", "record.json"]
    assert not (made.out / records["killed"].folder / "results").exists()


def test_a_hostile_name_does_not_leave_the_folder(outcome):
    """Everything written is below the run's folder, and the kernel was told the name as it is."""
    made, records, _ = outcome
    folder = made.out / records[HOSTILE].folder

    assert folder.parent == made.out
    told = (folder / "results" / "cost.txt").read_text(encoding="utf-8")
    assert told == f"{HOSTILE} ../../run.yaml ../store"
    assert sorted(path.name for path in made.out.parent.iterdir()) == sorted(
        ["mapping.yaml", "notebooks", "out", "pay.yaml", "run.yaml"]
    )


def test_nothing_unfinished_is_left(outcome):
    """Building folders become pages or go."""
    made, _, _ = outcome

    assert [path.name for path in made.out.iterdir() if path.name.startswith(".")] == []


def test_the_record_says_what_the_page_is_made_from(outcome):
    """Hashes, versions, seed, findings and key figures stand beside the page."""
    made, records, _ = outcome

    record = read_record(made.out / records["north"].folder)

    assert (record.seed, record.hashes["store"], record.findings) == (7, "abc", {"noted": 2})
    assert record.figures == {"cost_minor": {"old": 100}}
    assert record.versions["papermill"]


def test_the_audit_record_names_no_place_on_this_machine(outcome):
    """The executed notebook may be sent to somebody."""
    made, records, _ = outcome
    path = made.out / records["north"].folder / "report.ipynb"

    text = path.read_text(encoding="utf-8")

    assert str(made.out.parent) not in text
    assert json.loads(text)["metadata"]["papermill"]["parameters"]["region"] == "north"


def test_reasons_of_other_errors():
    """A mistake of ours is called one; a file's mistakes are counted."""
    one = SchemeError("pay.yaml", [Problem("lines[0].kind", "'atainment' is no kind of line")])

    assert reason(one) == "lines[0].kind: 'atainment' is no kind of line"
    assert reason(KeyError("x")) == "an error in the program (KeyError: 'x')"
    assert reason(RunFileError("run.yaml", [])) == "run.yaml: 0 problems"


def test_an_interruption_ends_the_kernels_and_goes_on(tmp_path, monkeypatch):
    """Control-C while a region is being made: its kernel ends within seconds, and nothing of it is left."""
    made = plan(tmp_path, ["north", "endless"], timeout=600)
    made.out.mkdir()
    monkeypatch.setattr(execute, "read_results", lambda folder: {})
    monkeypatch.setattr(execute, "render_html", lambda notebook, language, out: None)
    monkeypatch.setattr(execute, "inspect", lambda *anything: None)

    def interrupt(page, state, message):
        if state == "done":
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        make_pages(made, made.pages, Provenance({}, {}), interrupt)

    assert time.monotonic() - begun < 60
    assert [path.name for path in made.out.iterdir()] == ["north"]
    assert [kernel for kernel in PrivateKernel.started if kernel.process is not None] == []
