"""A page never mixes languages: what people wrote for it is in every language of the run, or the run is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policymodel.errors import RunFileError
from policymodel.report.runfile import read_run_file
from policymodel.report.wording import assumptions_of, schemes_of

PARAMS = Path(__file__).resolve().parents[2] / "params"


@pytest.fixture
def params(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PARAMS, tmp_path / "params"))


def refused(params: Path, run: str = "demo") -> list[str]:
    with pytest.raises(RunFileError) as caught:
        schemes_of(read_run_file(params / "runs" / f"{run}.yaml"))
    return [str(each) for each in caught.value.problems]


@pytest.mark.parametrize("run", ["demo", "estban", "berka"])
def test_the_runs_of_the_project_are_written_in_all_their_languages(run):
    found = read_run_file(PARAMS / "runs" / f"{run}.yaml")

    assert found.languages == ["en", "zh-Hant", "zh-Hans"]
    assert schemes_of(found)


def test_a_line_without_a_language_of_the_run_is_refused_by_name(params):
    file = params / "schemes" / "s4_scorecard.yaml"
    file.write_text(file.read_text("utf-8").replace(', zh-Hans: "基金销售"', ""), "utf-8")

    assert refused(params) == [
        "line funds_sold: 'Funds sold' is not written in zh-Hans; add it in its file, or take the language out of "
        "the run file's languages"
    ]


def test_a_reason_without_a_language_is_refused(params):
    file = params / "changes" / "s6_more_for_growth.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(', zh-Hans: "计划要求的是达到目标的增量"', ""), "utf-8")

    assert [each.split(":")[0] for each in refused(params)] == [
        "the reason of proposal for performance_wage.shares.increment"
    ]


def test_an_assumption_without_a_language_is_refused():
    run = read_run_file(PARAMS / "runs" / "demo.yaml")

    assert len(assumptions_of(run, [dict.fromkeys(run.languages, "x")])) == 1
    with pytest.raises(
        RunFileError, match=r"notes\[0\] of the mapping: 'x' is not written in zh-Hant, zh-Hans"
    ):
        assumptions_of(run, [{"en": "x"}])
