"""The page on next year from tables with a known truth: what it says, what it leaves out, what it withholds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from policymodel.errors import HistoryError, RunFileError
from policymodel.report import futures_tables
from policymodel.report.futures import FuturesSession, open_futures
from policymodel.report.futures_figures import futures_figures, read_tables
from policymodel.report.html import render_html
from policymodel.words import futures as words
from policymodel.words.claims import futures as told
from policymodel.words.sentences import render
from report.looking import VIEWS, faults, look
from report.notebooks import executed
from simulate.planted import Planted, everybody, people, tables, write

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "params" / "runs" / "demo.yaml"
SIZES = {"north": (320_000_000, 70), "south": (290_000_000, 64), "isle": (20_000_000, 6)}
TRUTH = {
    (region, design): Planted(mean * (1 + dearer), mean * wide, 0.8, int(mean * 0.97), people=count)
    for region, (mean, count) in SIZES.items()
    for design, dearer, wide in (("published", 0.0, 0.05), ("proposal", 0.02, 0.07))
}
BUDGET = {region: int(mean * 1.05) for region, (mean, _) in SIZES.items()}


def planted(draws: int, **more) -> dict:
    made = tables(TRUTH, draws, 1, factors=[("net_deposits", 0.9), ("interest", 0.5)], **more)
    return made | {"futures_people": everybody(TRUTH, draws, "published", 2)}


def session(folder: Path, draws: int, **more) -> FuturesSession:
    return open_futures(str(RUN), str(write(planted(draws, **more), folder)))


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> FuturesSession:
    return session(tmp_path_factory.mktemp("many"), 256, budget=BUDGET)


def cells(table: futures_tables.Table, language: str = "en") -> dict[str, list[str]]:
    return {row["head"]: [cell["text"] for cell in row["cells"]] for row in table.written(language)["rows"]}


def test_the_year_is_the_one_after_and_last_year_is_said_first(many):
    """610 million cents planted, without the island; 97 % of it last year: 5.917 million."""
    page = many.page

    said = render(told.cost(page), "en").replace("\xa0", " ")
    assert (page.period, page.base_period) == ("2026", "2025")
    assert said.startswith("“As published”: CNY 5.92 million in 2025, replayed as it was; CNY 6.")
    assert render(words.cover(page).replay, "en").startswith("2025 as it was is replayed first.")


def test_a_region_with_few_people_is_in_no_figure(many):
    """The island has six people: it is not in the group, not in a row, and the page says that one is left out."""
    page = many.page

    assert many.left_out == 1
    assert set(page.table("futures_cost")["region"]) == {"all", "north", "south"}
    assert page.table("futures_cost")["people"].max() == 134
    assert any("1 region with too few people" in render(each, "en") for each in words.cover(page).notes)


def test_trust_stands_in_words_beside_each_difference(many):
    """On 256 draws; the dearer design was planted 2 % dearer and with a wider spread."""
    [difference] = cells(futures_tables.designs_by_futures(many.page)).values()

    assert difference[-1] == "dearer on average"
    assert difference[0] == "0"  # last year both were planted alike


def test_most_of_the_spread_is_what_was_planted(many):
    """Deposits: 0.81 / 1.06 of the common part."""
    assert "is how “Net new deposits” grows" in render(told.drivers(many.page), "en")


def test_sixteen_draws_make_no_band_of_95_and_say_so(tmp_path):
    page = session(tmp_path, 16, budget=BUDGET).page

    said = render(told.cost(page), "en")
    rows = cells(futures_tables.costs(page))
    assert "in 80 of 100 futures" in said
    assert "in 95 of 100" not in said
    assert rows["Proposal"][3] == "–"
    assert "only 16 draws" in cells(futures_tables.designs_by_futures(page))["Proposal"][-1]


def test_without_a_budget_nothing_is_said_of_one(tmp_path):
    page = session(tmp_path, 16).page

    assert futures_tables.chances(page).rows == ()
    assert "names no budget" in render(told.over_budget(page), "en")
    assert render(told.worst_regions(page), "en") == "No region has a budget of its own."


def test_few_losers_are_withheld_and_with_them_the_next_larger_side():
    """Of 60 people 3 are likely losers, 40 undecided, 17 likely winners."""
    rows = [("north", "old", f"m{at}", 10_000, 0, 0, 0, 0) for at in range(60)]
    loses = [90] * 3 + [50] * 40 + [0] * 17
    gains = [0] * 3 + [50] * 40 + [95] * 17
    rows += [("north", "new", f"m{at}", 10_000, loses[at], gains[at], 0, 0) for at in range(60)]
    truth = {("north", each): Planted(600_000, 10_000, people=60) for each in ("old", "new")}
    made = tables(truth, 100) | {"futures_people": people(*rows)}

    figures, _ = futures_figures(made, "old", 0.01, 10)

    chance = figures["futures_moved"].query("view == 'chance'").set_index("side")
    assert chance["shown"].to_dict() == {
        "likely_loses": False,
        "undecided": False,
        "likely_same": True,
        "likely_gains": True,
    }
    assert chance["people"].isna().sum() == 2


def test_no_answer_of_the_page_is_about_a_person(many):
    """What is kept of people is counts over the whole group."""
    assert all("manager_id" not in frame.columns for frame in many.page.results.values())


def test_a_back_test_stands_on_the_page_only_where_there_is_one(many, tmp_path):
    row = {"origin": "all", "design": "published", "level": "person", "of": 200, "bias": 0.01}
    row |= {
        "low_t": 0.7,
        "high_t": 0.9,
        "width": 0.2,
        "score": 0.3,
        "crps": 0.1,
        "left_out": 0,
        "method": "x",
    }
    tested = [
        row | {"forecast": "futures", "band": 0.8, "coverage": 0.6, "low": 0.5, "high": 0.7, "error": 0.1},
        row
        | {"forecast": "last_year", "band": None, "coverage": None, "low": None, "high": None, "error": 0.2},
    ]
    write(planted(16) | {"backtest": many.page.table("futures_cost").iloc[:0]}, tmp_path)
    (tmp_path / "backtest.parquet").unlink()
    assert told.backtest(open_futures(str(RUN), str(tmp_path)).page) is None
    write({"backtest": pd.DataFrame(tested)}, tmp_path)
    page = open_futures(str(RUN), str(tmp_path)).page

    assert render(told.backtest(page), "en") == (
        "Of people's pay only 60% lay in bands that promised 80% (95% interval 50% to 70%): the bands are too narrow."
    )
    assert cells(futures_tables.backtest(page))["people's pay"][-1] == "20.0%"


def test_every_assumed_number_is_on_the_page_with_its_range(many):
    rows = cells(futures_tables.assumptions(many.assumptions), "zh-Hant")

    assert len(rows) == len(list(many.assumptions.numbers()))
    assert rows["任務隨新基數調整的程度"][-1] == "先驗"
    assert not any("." in head for head in rows)  # every one has words of its own


def test_what_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(HistoryError, match=r"futures_totals.parquet: the table is not there"):
        read_tables(tmp_path)
    with pytest.raises(RunFileError, match="futures_dir: is empty"):
        open_futures(str(RUN), "")
    with pytest.raises(RunFileError, match="futures: names no assumptions about next year"):
        open_futures(str(RUN.with_name("estban.yaml")), str(tmp_path))


@pytest.mark.thorough
@pytest.mark.browser
def test_the_page_reads_well_on_a_telephone(many, chromium, tmp_path):
    notebook = executed(tmp_path / "report.ipynb", many.page, "futures_report", many)
    path = render_html(notebook, "zh-Hant", tmp_path / "report.zh-Hant.html")
    page = look(chromium, path, next(each for each in VIEWS if each.name == "390"))

    assert faults(page) == []
    assert page.locator("figure").count() == 2
