"""Pages are made several at a time; whatever happens to one, the others finish and the truth is written down."""

from __future__ import annotations

import json
import re
import shutil
import time
from dataclasses import replace

import pytest

from policymodel.errors import Problem, RunFileError, SchemeError
from policymodel.history.store import slug
from policymodel.runner.execute import Provenance, make_pages, reason
from policymodel.runner.private import PrivateKernel
from policymodel.runner.record import read_record
from runner.toy import plan, simple

pytestmark = pytest.mark.thorough

HOSTILE = '../<script>"'


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """One run of seven regions: corrupt, killed, never ending (and deaf to interruption), greedy; two are sound."""
    folder = tmp_path_factory.mktemp("toy {braces}")
    poisoned = ["corrupt", "killed", "endless", "stubborn", "greedy"]
    made = plan(folder, ["north", *poisoned, HOSTILE], timeout=3, memory=400)
    made.out.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        simple(patch)
        seen = []
        notice = lambda page, state, message: seen.append((page.region, state))  # noqa: E731
        records = make_pages(
            made, made.pages, Provenance({"north": {"data": "abc"}}, {"north": {"noted": 2}}), notice
        )
    return made, {record.region: record for record in records}, seen


def test_the_sound_regions_finish(outcome):
    """Two of seven, whatever became of the others."""
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
    assert records["stubborn"].message == "one step took longer than 3 seconds"
    assert records["greedy"].message == (
        "it needed more than the 400 MB of memory that a region may have (--memory)"
    )


def test_a_failed_region_leaves_no_page_and_no_results(outcome):
    """Only how far it came, and the record."""
    made, records, _ = outcome
    folder = made.out / records["corrupt"].folder

    assert sorted(path.name for path in folder.iterdir()) == ["failed.ipynb", "record.json"]
    assert not (made.out / records["killed"].folder / "results").exists()


@pytest.mark.parametrize("region", ["killed", "endless", "stubborn"])
def test_a_notebook_that_never_ended_is_kept_as_far_as_it_came(outcome, region):
    """Its parameters, what it had shown, the cell it was in, the one that was still to come."""
    made, records, _ = outcome
    folder = made.out / records[region].folder
    cells = json.loads((folder / "failed.ipynb").read_text(encoding="utf-8"))["cells"]

    assert sorted(path.name for path in folder.iterdir()) == ["failed.ipynb", "failed.txt", "record.json"]
    assert [each["metadata"]["papermill"]["status"] for each in cells] == [
        *("completed", "completed", "completed", "failed", "pending"),
    ]
    assert f'region = "{region}"' in "".join(cells[1]["source"])
    assert cells[2]["outputs"][0]["text"] == ["results\n"]


def test_a_step_that_took_too_long_is_named(outcome):
    """What stands beside the record quotes the step."""
    made, records, _ = outcome
    folder = made.out / records["endless"].folder

    assert 'Path(results_dir, "cost.txt")' in (folder / "failed.txt").read_text(encoding="utf-8")


def test_a_hostile_name_does_not_leave_the_folder(outcome):
    """Everything written is below the run's folder, and the kernel was told the name as it is."""
    made, records, _ = outcome
    folder = made.out / records[HOSTILE].folder

    assert folder.parent == made.out
    told = (folder / "results" / "cost.txt").read_text(encoding="utf-8")
    assert told == f"{HOSTILE} ../../run.yaml ../store/{slug(HOSTILE)}"
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

    assert (record.seed, record.hashes["data"], record.findings) == (7, "abc", {"noted": 2})
    assert record.figures == {"cost_minor": {"old": 100}}
    assert record.versions["papermill"]


def test_the_audit_record_names_no_place_on_this_machine(outcome):
    """The executed notebook may be sent to somebody."""
    made, records, _ = outcome
    path = made.out / records["north"].folder / "report.ipynb"

    text = path.read_text(encoding="utf-8")

    assert str(made.out.parent) not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT", text), "nor when it was run"
    assert json.loads(text)["metadata"]["papermill"]["parameters"]["region"] == "north"


def test_reasons_of_other_errors():
    """A mistake of ours is called one; a file's mistakes are counted."""
    one = SchemeError("pay.yaml", [Problem("lines[0].kind", "'atainment' is no kind of line")])

    assert reason(one) == "lines[0].kind: 'atainment' is no kind of line"
    assert reason(KeyError("x")) == "an error in the program (KeyError: 'x')"
    assert reason(RunFileError("run.yaml", [])) == "run.yaml: 0 problems"
    assert reason(RuntimeError("Kernel died before replying to kernel_info")).startswith("its process ended")


def test_an_interruption_ends_the_kernels_and_goes_on(tmp_path, monkeypatch):
    """Control-C while a region is being made: its kernel ends within seconds, and nothing of it is left."""
    made = plan(tmp_path, ["north", "endless"], timeout=600)
    made.out.mkdir()
    simple(monkeypatch)

    def interrupt(page, state, message):
        if state == "done":
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        make_pages(made, made.pages, Provenance({}, {}), interrupt)

    assert time.monotonic() - begun < 60
    assert [path.name for path in made.out.iterdir()] == ["north"]
    assert [kernel for kernel in PrivateKernel.started if kernel.process is not None] == []


def test_a_full_disk_stops_the_run_and_is_no_regions_failure(tmp_path, monkeypatch):
    """One kernel meets a full disk: the others are ended, what is unfinished goes, and the error goes on."""
    made = plan(tmp_path, ["north", "full", "endless"], timeout=600)
    made.out.mkdir()
    simple(monkeypatch)

    with pytest.raises(OSError, match="No space left on device"):
        make_pages(made, made.pages, Provenance({}, {}), lambda page, state, message: None)

    assert [path.name for path in made.out.iterdir() if path.name != "north"] == []


def test_a_resumed_run_makes_what_is_missing_failed_changed_or_damaged(tmp_path, monkeypatch):
    """Of five pages one is as it should be; that one is kept, byte for byte."""
    regions = ["north", "east", "south", "west", "far"]
    made = plan(tmp_path, regions)
    made.out.mkdir()
    simple(monkeypatch)
    hashes = {region: {"data": region} for region in regions}
    make_pages(made, made.pages, Provenance(hashes, {}), lambda page, state, message: None)
    shutil.rmtree(made.out / "east")
    failed = json.loads((made.out / "south" / "record.json").read_text(encoding="utf-8")) | {
        "status": "failed"
    }
    (made.out / "south" / "record.json").write_text(json.dumps(failed), encoding="utf-8")
    (made.out / "far" / "report.en.html").write_text("<body>two</body>", encoding="utf-8")
    before = (made.out / "north" / "record.json").stat().st_mtime_ns
    seen = []

    made_of = Provenance({**hashes, "west": {"data": "changed"}}, {})
    notice = lambda page, state, message: seen.append((page.region, state))  # noqa: E731
    records = make_pages(replace(made, resume=True), made.pages, made_of, notice)

    assert [region for region, state in seen if state == "kept"] == ["north"]
    assert sorted(region for region, state in seen if state == "done") == ["east", "far", "south", "west"]
    assert [record.status for record in records] == ["done"] * 5
    assert (made.out / "north" / "record.json").stat().st_mtime_ns == before
