"""A session computes one region once, tells it on a page, and refuses nonsense in one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from policymodel.draws import Draws
from policymodel.errors import DataGap, HistoryError, RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.report.display import MIME
from policymodel.report.group import open_group
from policymodel.report.pooling import group_results
from policymodel.report.result_tables import read_results
from policymodel.report.session import open_session
from policymodel.words import claims
from policymodel.words.cover import cover
from policymodel.words.sentences import render

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
RUN = str(ROOT / "params" / "runs" / "demo.yaml")
REGIONS = ("east", "north")


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank") / "bank"
    write_bank(folder, Draws(7), managers=60, regions=2)
    return folder


@pytest.fixture(scope="module")
def made(bank, tmp_path_factory):
    """The folder of a run: the store, and what each region wrote; the sessions that wrote it."""
    out = tmp_path_factory.mktemp("run")
    write_store(read_history(bank, read_mapping(ROOT / "params" / "mappings" / "bank.yaml")), out / "store")
    store = str(out / "store")
    return out, {each: open_session(each, RUN, store, str(out / each / "results")) for each in REGIONS}


@pytest.fixture(scope="module")
def run(made):
    return made[0]


@pytest.fixture(scope="module")
def north(run):
    return open_session("north", RUN, str(run / "store"))


def test_what_a_region_writes_is_what_it_computed(run, north):
    written = read_results(run / "north" / "results")

    for name, table in north.results.items():
        if name != "lint":
            pd.testing.assert_frame_equal(table, written[name], check_dtype=False)


def test_a_region_keeps_what_the_linter_found_for_the_group(made):
    """Each finding of its page; the group's table holds those of every region."""
    run, sessions = made
    north = sessions["north"]
    one = read_results(run / "north" / "results")["lint"]
    all_of_them = group_results([run / each / "results" for each in REGIONS], "published")["lint"]
    found = [(design, each.rule) for design, told in north.linted.items() for each in told]

    assert list(zip(one["design"], one["rule"], strict=True)) == found
    assert set(all_of_them["region"]) == set(REGIONS)
    assert (all_of_them["region"] == "north").sum() == len(found) > 0


def test_a_raw_folder_gives_the_same_page_as_the_store(bank, north):
    raw = open_session("north", RUN, str(bank))

    assert claims.cost(raw.page).render("en") == claims.cost(north.page).render("en")
    pd.testing.assert_frame_equal(raw.results["change"], north.results["change"])


def test_the_page_has_words_for_every_code(north):
    """Parts of pay, lines and outlets stand in the tables as codes and on the page as names."""
    page = north.page
    items, lines = set(page.table("cost")["item"]), set(page.table("indicators")["line"])

    assert items
    assert lines
    assert all(("item", item) in page.names for item in items)
    assert all(("line", line) in page.names for line in lines)
    assert page.name("line", "net_deposits").render("zh-Hant") == "存款淨增"
    assert page.names["unit", "net_deposits"].render("zh-Hant") == "元"


def test_the_cover_counts_the_numbers_no_source_prints(north):
    """Grade wages 4, shares 3 and 3, floor and cap of the proposal 2, budget 1; of the separate-book plan 7; 61 with
    the 40 of rewards and penalties and one that the proposal changes; 107 with the 46 of the duties.

    The plan's grade wages are those of the design; floor and cap of the card, rate, floor and cap of what is recovered,
    the points of a mark and a rate of pay are its own.
    """
    words = [each.render("en") for each in north.page.limits.illustrative]

    assert len(words) == 107
    assert "Base wage: monthly wage of grade A 12,000" in words
    assert "107 of them" in cover(north.page).illustrative.render("en")


def test_a_person_at_work_also_gets_html(north):
    assert north.live
    assert "text/html" in north.show(cover(north.page)).data
    assert set(north.show(cover(north.page)).data[MIME]) == {"en", "zh-Hant", "zh-Hans"}


@pytest.mark.parametrize(
    ("parameters", "error", "expected"),
    [
        ({"region": " ", "run_file": RUN}, RunFileError, "region: is empty"),
        ({"region": "north", "run_file": ""}, RunFileError, "run_file: is empty"),
        (
            {"region": "nort", "run_file": RUN},
            HistoryError,
            "there is no region 'nort'; did you mean 'north'?",
        ),
        ({"region": "north", "run_file": RUN, "history": "nowhere"}, RunFileError, "there is no folder"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(run, parameters, error, expected):
    with pytest.raises(error) as refused:
        open_session(**{"history": str(run / "store"), **parameters})

    assert expected in str(refused.value)


def test_a_region_that_a_raw_folder_lacks_is_refused(bank):
    with pytest.raises(RunFileError, match="'nort' is no region of the history; did you mean 'north'"):
        open_session("nort", RUN, str(bank))


def test_too_many_rows_put_aside_are_a_gap(bank, tmp_path):
    """Every fifth figure of activity is no number; the run allows 2 % of a region's rows."""
    broken = tmp_path / "bank"
    shutil.copytree(bank, broken)
    activity = pd.read_csv(broken / "activity.csv.gz", dtype=str)
    activity.loc[::5, "實績"] = "many"
    activity.to_csv(broken / "activity.csv.gz", index=False)

    with pytest.raises(DataGap) as refused:
        open_session("north", RUN, str(broken), str(tmp_path / "results"))
    assert "activity: " in str(refused.value)
    assert "most often by the rule 'bad_number'" in str(refused.value)
    assert "max_quarantined (0.02)" in str(refused.value)
    assert not (tmp_path / "results").exists()


def test_the_group_is_the_sum_of_its_regions(run):
    group = open_group(RUN, str(run / "group" / "results"))
    regions = [read_results(run / region / "results")["cost"]["amount_minor"].sum() for region in REGIONS]

    assert group.results["cost"]["amount_minor"].sum() == sum(regions)
    assert read_results(run / "group" / "results")["cost"]["amount_minor"].sum() == sum(regions)
    assert set(group.page.table("regions")["region"]) == set(REGIONS)
    assert "exceed their own budget" in claims.region_costs(group.page).render("en")


def test_a_group_without_regions_is_refused(tmp_path):
    with pytest.raises(RunFileError, match="no region has results below"):
        open_group(RUN, str(tmp_path / "group" / "results"))


@pytest.fixture(scope="module")
def mid_quarter(run, tmp_path_factory):
    """The demonstration's cards on a day inside the second quarter, through the run file of the project."""
    return open_session("north", str(ROOT / "params" / "runs" / "mid_quarter.yaml"), str(run / "store"))


@pytest.mark.parametrize(
    ("language", "said", "so_far"),
    [
        ("en", "Standing on 2025-05-14, not final.", "Q2 2025 so far"),
        ("zh-Hant", "截至 2025-05-14 的進度，非最終結果。", "2025 年第 2 季（至今）"),
        ("zh-Hans", "截至 2025-05-14 的进度，非最终结果。", "2025 年第 2 季度（至今）"),
    ],
)
def test_a_page_on_a_day_says_below_its_place_that_it_is_not_final(mid_quarter, language, said, so_far):
    """S4.0: at any date; in every language of the run."""
    page = mid_quarter.page

    assert render(cover(page).standing, language) == said
    assert render(page.when("2025-Q2"), language) == so_far
    assert mid_quarter.show(cover(page)).data[MIME][language][0]["standing"] == said


def test_a_page_on_a_day_holds_the_quarter_that_runs_against_nothing(mid_quarter, run):
    """S4.0: due on 14 May is 134 of 365 parts of a year's target; a part of a quarter has no change on a whole one."""
    table = mid_quarter.results["indicators"]
    cards = table[(table["line"] == "debit_cards") & (table["design"] == "published")].set_index("period")
    whole = open_session("north", RUN, str(run / "store")).results["indicators"]
    final = whole[(whole["line"] == "debit_cards") & (whole["design"] == "published")].set_index("period")

    assert list(cards.index) == ["2025-Q1", "2025-Q2"]
    pd.testing.assert_series_equal(
        cards.loc["2025-Q1", ["actual", "target", "previous_actual"]],
        final.loc["2025-Q1", ["actual", "target", "previous_actual"]],
    )
    assert pd.isna(cards.loc["2025-Q2", "previous_actual"])
    assert cards.loc["2025-Q2", "target"] < final.loc["2025-Q2", "target"]
    assert "On 2025-05-14" in render(claims.indicators(mid_quarter.page), "en")
