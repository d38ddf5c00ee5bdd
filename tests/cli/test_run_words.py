"""The closing lines of a run: what was made, for whom, and where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from policymodel.cli.run import run, said, written
from policymodel.report.index import Contents, Entry
from policymodel.report.runfile import read_run_file
from policymodel.runner.record import Record
from policymodel.runner.reports import Outcome

RUN = read_run_file(Path(__file__).resolve().parents[2] / "params" / "runs" / "demo.yaml")


def record(region: str, folder: str, status: str = "done") -> Record:
    return Record("demo", region, folder, status, 1.0, 0, {}, {}, {"people": {"now": 60}}, message="why not")


@pytest.fixture
def outcome(tmp_path):
    (tmp_path / "private").mkdir()
    return Outcome(
        index=tmp_path / "index.html",
        regions=(record("north", "north"),),
        group=record("", "group"),
        contents=Contents(RUN, [Entry("north", "north")], Entry("", "group")),
        seconds=1.0,
        editions=(
            record("north", "editions/works_council/north"),
            record("", "editions/works_council/group"),
            record("north", "editions/regional_hr/north", "failed"),
            record("north", "editions/manager/north"),
        ),
    )


def test_every_edition_is_named_with_its_readers_and_its_place(outcome):
    lines = [each.strip() for each in said(outcome, RUN).splitlines()]

    assert "For the works council: pages in 2 folders below editions/works_council" in lines
    assert (
        "For each account manager: a sheet a person, only for that person: sheets in 1 folder below editions/manager"
        in lines
    )
    assert "failed  editions/regional_hr/north: why not" in lines
    assert "Whose pseudonym is whose: private/, for you alone" in lines
    assert not any("regional_hr" in each for each in lines if not each.startswith("failed"))
    assert lines[-1].endswith("index.html")


def test_every_page_but_the_sheets_is_printed(outcome):
    folders = dict.fromkeys(
        each.parent.relative_to(outcome.index.parent).as_posix() for each in written(outcome, RUN)
    )

    assert list(folders) == ["north", "group", "editions/works_council/north", "editions/works_council/group"]


def test_help_says_where_editions_lie():
    assert "editions/ in the output folder" in " ".join((run.__doc__ or "").split())
