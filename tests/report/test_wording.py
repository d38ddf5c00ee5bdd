"""A page never mixes languages: what people wrote for it is in every language of the run, or the run is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from policymodel.draws import Draws
from policymodel.errors import RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import read_run_file
from policymodel.report.wording import refuse_mixed_facts, schemes_of
from policymodel.runner.reports import run_reports

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
    refuse_mixed_facts(found, read_mapping(found.mapping))


def test_a_line_without_a_language_of_the_run_is_refused_by_name(params):
    file = params / "schemes" / "s4_scorecard.yaml"
    file.write_text(file.read_text("utf-8").replace(', zh-Hans: "基金销售"', ""), "utf-8")

    assert refused(params) == [
        "s4_scorecard.yaml, the title of line funds_sold: 'Funds sold' is not written in zh-Hans; "
        "add it in its file, or take the language out of the run file's languages"
    ]


def test_a_reason_without_a_language_is_refused(params):
    file = params / "changes" / "s6_more_for_growth.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(', zh-Hans: "计划要求的是达到目标的增量"', ""), "utf-8")

    assert [each.split(":")[0] for each in refused(params)] == [
        "s6_more_for_growth.yaml, the reason for performance_wage.shares.increment"
    ]


def test_a_part_of_pay_without_a_language_is_refused_once(params):
    """Both designs have it; it stands in the base of the second."""
    file = params / "schemes" / "s6_profit_centre.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(', zh-Hans: "基础工资"', ""), "utf-8")

    assert text != file.read_text("utf-8")
    assert [each.split(":")[0] for each in refused(params)] == [
        "s6_profit_centre.yaml, the title of item base_wage"
    ]


def test_a_measure_a_code_or_an_assumption_without_a_language_is_refused_by_name():
    run = read_run_file(PARAMS / "runs" / "demo.yaml")
    mapping = read_mapping(run.mapping)
    one = next(iter(mapping.measures.values()))

    refuse_mixed_facts(run, mapping)
    lacking = {
        "measures": {one.name: replace(one, title={"en": "Net deposits"})},
        "codes": {"channel": {"hotline": {"en": "hotline"}}},
        "notes": ({"zh-Hant": "假設"},),
    }
    with pytest.raises(RunFileError) as caught:
        refuse_mixed_facts(run, mapping.model_copy(update=lacking))
    assert [str(each).split("; ")[0] for each in caught.value.problems] == [
        f"bank.yaml, the title of measure {one.name}: 'Net deposits' is not written in zh-Hant, zh-Hans",
        "bank.yaml, the title of channel hotline: 'hotline' is not written in zh-Hant, zh-Hans",
        "bank.yaml, notes[0]: '假設' is not written in en, zh-Hans",
    ]


def test_a_run_refuses_mixed_languages_before_it_writes_anything(params, tmp_path):
    """A measure of the mapping lacks one of three."""
    write_bank(tmp_path / "bank", Draws(1), managers=12, regions=1)
    file = params / "mappings" / "bank.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(', zh-Hans: "存款净增"', ""), "utf-8")
    run = read_run_file(params / "runs" / "demo.yaml").with_history(tmp_path / "bank")

    assert text != file.read_text("utf-8")
    with pytest.raises(
        RunFileError, match=r"bank.yaml, the title of measure net_deposits: .* is not written in zh-Hans"
    ):
        run_reports(run, tmp_path / "out")
    assert not (tmp_path / "out").exists()
