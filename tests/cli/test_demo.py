"""policymodel demo: after the main run one of each other system, to which the index leads in every language."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from policymodel.cli import demo, main
from policymodel.errors import Problem, RunFileError
from policymodel.report.index import Contents


@pytest.fixture
def quick(monkeypatch):
    """A demo that makes no page: each run is whole, and its index leads nowhere."""
    asked = []

    def allocated(request, rules, out, seconds, jobs):
        asked.append((request, rules, out, seconds))
        return SimpleNamespace(whole=True)

    monkeypatch.setattr(demo, "write_bank", lambda *args, **named: SimpleNamespace(regions=("north", "east")))
    monkeypatch.setattr(demo, "read_store", lambda folder, region: (folder.name, region))
    monkeypatch.setattr(demo, "allocated", allocated)
    monkeypatch.setattr(
        demo, "make_forecast", lambda told: SimpleNamespace(record=SimpleNamespace(status="done"))
    )
    monkeypatch.setattr(demo, "said", lambda made, run_file: "")
    monkeypatch.setattr(
        demo,
        "reported",
        lambda run, out, wishes, pdf: SimpleNamespace(whole=True, contents=Contents(run, [], None)),
    )
    return asked


def test_the_index_leads_to_the_portfolios_of_the_first_region_in_every_language(quick, tmp_path):
    """S6.7 and S6.8 beside S1 to S5: the same words on the index as on the page."""
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0

    index = (tmp_path / "demo" / "index.html").read_text(encoding="utf-8")
    assert index.count('href="also/portfolios/index.html"') == 3
    assert all(title in index for title in ("Portfolio allocation", "客戶組合分配", "客户组合分配"))
    [(request, rules, out, seconds)] = quick
    assert request.history == ("store", "north")
    assert request.pay.name == "s6_profit_centre.yaml"
    assert request.region_titles["north"]["zh-Hans"] == "北区"
    assert (rules.id, out.parts[-2:], seconds <= 20) == ("bank", ("also", "portfolios"), True)


def test_portfolios_that_clash_are_a_reason_on_the_index_and_stop_nothing(
    quick, tmp_path, monkeypatch, capsys
):
    def refused(*asked):
        raise RunFileError("bank.yaml", [Problem("north", "no designated manager")])

    monkeypatch.setattr(demo, "allocated", refused)

    assert main(["demo", "--out", str(tmp_path / "demo")]) == 1

    index = (tmp_path / "demo" / "index.html").read_text(encoding="utf-8")
    assert index.count("north: no designated manager") == 3
    assert "also/balanced/index.html" in index
    assert "failed  portfolios" in capsys.readouterr().out


def test_the_index_leads_to_next_year_in_the_readers_language(quick, tmp_path, monkeypatch):
    """All regions, as many futures as the run file says, drawn from the store that the first run wrote."""
    asked = []
    made = SimpleNamespace(record=SimpleNamespace(status="failed"))
    monkeypatch.setattr(demo, "make_forecast", lambda told: asked.append(told) or made)

    assert main(["demo", "--out", str(tmp_path / "demo")]) == 1

    index = (tmp_path / "demo" / "index.html").read_text(encoding="utf-8")
    for language in ("en", "zh-Hant", "zh-Hans"):
        assert index.count(f'href="also/next_year/next_year/report.{language}.html"') == 1
    assert all(title in index for title in ("What next year may cost", "下一年可能的成本"))
    [told] = asked
    assert (told.count, told.run.history.name, told.out.name) == (256, "store", "next_year")
