"""Region results: right against the engine's own rows, typed on disk, and safe to publish."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policymodel.draws import Draws
from policymodel.errors import HistoryError, InputError, PolicymodelError
from policymodel.history.synthetic.bank import write_bank
from policymodel.payroll import Payments
from policymodel.report import result_tables, results
from policymodel.report.adding_up import check_region
from policymodel.report.figures import year_of_pay
from policymodel.report.indicators import region_indicators
from policymodel.report.moves import count_moves
from policymodel.report.profit_centre import hidden_outlets, profit_centre
from policymodel.report.result_tables import (
    SCHEMAS,
    mark_counts,
    published,
    read_results,
    typed,
    write_results,
)
from policymodel.report.results import contribution, region_results
from policymodel.report.session import Session, open_session
from policymodel.tables import Table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """One region of 30 people of the invented bank, scored and paid under two designs."""
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(5), managers=30, regions=1)
    return open_session("north", str(ROOT / "params/runs/demo.yaml"), str(folder))


def test_tables_are_as_declared(session):
    """Every table has its columns in order, and comes back from disk as it went."""
    for name, frame in session.results.items():
        assert list(frame.columns) == SCHEMAS[name].names
        assert (frame["region"] == "north").all()


def test_cost_is_what_people_were_paid(session):
    """The items of a design add up to the sum over everybody's quarters, in whole minor units."""
    cost = session.results["cost"].groupby("design")["amount_minor"].sum()

    assert cost["published"] == session.payments["published"].totals()["amount_minor"].sum()
    assert cost["proposal"] == session.payments["proposal"].totals()["amount_minor"].sum()


def test_bands_and_change_are_of_each_persons_year(session):
    """Counting people one by one in plain Python gives the bands and the total change."""
    years = {
        design: payments.totals().groupby("manager_id")["amount_minor"].sum().to_dict()
        for design, payments in session.payments.items()
    }
    names = {(-1, 2): "loses_over_5", (-1, 1): "loses_1_to_5", (1, 1): "gains_1_to_5", (1, 2): "gains_over_5"}
    bands: dict[str, int] = {}
    for person, now in years["published"].items():
        move = years["proposal"][person] - now
        edges = (100 * abs(move) > now) + (20 * abs(move) > now)
        band = names.get((1 if move > 0 else -1, edges), "same")
        bands[band] = bands.get(band, 0) + 1
    found = session.results["bands"].query("by == 'all' and people > 0").set_index("band")["people"]
    change = session.results["change"].query("by == 'all'")["total_change"].item()

    assert found.to_dict() == bands
    assert change == sum(years["proposal"].values()) - sum(years["published"].values())


def test_groups_hold_everybody_once(session):
    """Grades, and outlets, add up to all the people, band by band."""
    counts = session.results["bands"].groupby(["by", "band"])["people"].sum().unstack("by")

    assert (counts["grade"] == counts["all"]).all()


def test_contribution_orders_people_by_income(session):
    """Groups of ten by income received; their mean pay is that of the very people."""
    table = session.results["contribution"].query("design == 'published'")
    income = session.payments["published"].income().set_index("manager_id")["income"].sort_values()
    pay = session.payments["published"].totals().groupby("manager_id")["amount_minor"].sum()

    assert table["people"].tolist() == [10, 10, 10]
    assert table["mean_contribution"].tolist() == pytest.approx(
        [100 * income[i : i + 10].mean() for i in (0, 10, 20)]
    )
    assert table["mean_pay_minor"].tolist() == pytest.approx(
        [pay[income.index[i : i + 10]].mean() for i in (0, 10, 20)]
    )
    assert (table["low"] < table["mean_pay_minor"]).all()


def test_pay_by_contribution_is_withheld_where_few_others_are_paid(session):
    """Three are paid and not compared: the cost less mean pay times people would be their pay."""
    paid, cost = year_of_pay(session.payments), session.results["cost"]
    but_three = paid[~paid["manager_id"].isin(sorted(paid["manager_id"].unique())[:3])]

    for people, shown in ((paid, True), (but_three, False)):
        for table in contribution(session, people, cost, True):
            assert (table["shown"] == shown).all()


def test_pay_by_contribution_is_withheld_where_few_bring_in_nothing_known(session, monkeypatch):
    """Three are compared and have no income: pay by rank under two designs, less everybody's change, is theirs."""
    income = Payments.income
    monkeypatch.setattr(Payments, "income", lambda self: income(self).iloc[3:])

    for table in contribution(session, year_of_pay(session.payments), session.results["cost"], True):
        assert len(table)
        assert not table["shown"].any()


def test_two_lines_of_one_measure_do_not_tell_what_a_few_reached(session, monkeypatch):
    """30 people have the figure and 27 of them a target: the second row would tell what three reached."""
    rows = region_indicators(session.scores["published"]).query("line == 'debit_cards'")
    both = pd.concat([rows, rows.assign(line="again", people=27), rows.assign(line="same")])
    monkeypatch.setattr(results, "region_indicators", lambda scores: both)
    table = region_results(session)["indicators"]

    assert table.groupby("line")["shown"].all().to_dict() == {
        "debit_cards": True,
        "again": False,
        "same": True,
    }


@pytest.mark.parametrize(("column", "count"), [("previous_people", 4), ("gone", 4), ("previous_people", 0)])
def test_a_previous_period_of_few_people_is_blank(session, monkeypatch, column, count):
    """Four had the figure the period before, or a figure to date leaves four of them out; nobody is nobody."""
    rows = region_indicators(session.scores["published"]).query("line == 'debit_cards'")
    monkeypatch.setattr(results, "region_indicators", lambda scores: rows.assign(**{column: count}))
    page = published(region_results(session))["indicators"]

    assert page["actual"].notna().all()
    assert page["previous_actual"].isna().all() == bool(count)


def test_spread_and_directions_are_of_each_persons_year(session):
    """The Gini coefficient by its definition, and three sums, from people one by one."""
    pay = year_of_pay(session.payments).pivot(index="manager_id", columns="design", values="amount")
    change = (pay["proposal"] - pay["published"])[lambda each: each.abs() * 100 > pay["published"]]
    mine = pay["published"].to_numpy(dtype=float)
    spread = session.results["spread"].set_index("design").loc["published"]
    sides = session.results["directions"].set_index("side")

    assert spread["gini"] == pytest.approx(np.abs(mine[:, None] - mine).mean() / (2 * mine.mean()))
    assert (spread["people"], spread["parts"]) == (30, 3)
    assert spread["lowest_share"] == pytest.approx(np.sort(mine)[:10].sum() / mine.sum())
    assert sides.loc["gains", ["people", "total_change"]].tolist() == [
        (change > 0).sum(),
        change[change > 0].sum(),
    ]
    assert sides.loc["loses", ["people", "total_change"]].tolist() == [
        (change < 0).sum(),
        change[change < 0].sum(),
    ]
    assert sides["people"].sum() == 30


def test_indicators_are_sums_over_the_activity_rows(session):
    """The second quarter's debit cards are the rows of April to June, beside those of the first quarter."""
    activity = session.history.tables["activity"]
    cards = activity[activity["measure"] == "debit_cards"]
    month = 2025 * 12
    row = (
        session.results["indicators"]
        .query("design == 'published' and line == 'debit_cards' and period == '2025-Q2'")
        .iloc[0]
    )
    target = (
        session.history.tables["targets"]
        .query("measure == 'debit_cards' and period == '2025'")["target"]
        .sum()
    )

    assert row["actual"] == cards.loc[cards["month"].between(month + 3, month + 5), "actual"].sum()
    assert row["previous_actual"] == cards.loc[cards["month"].between(month, month + 2), "actual"].sum()
    assert row["actual_to_date"] == row["actual"] + row["previous_actual"]
    assert row["attainment"] == pytest.approx(row["actual_to_date"] / row["target"])
    assert 0.45 < row["target"] / target < 0.51


def test_indicator_of_a_ratio_is_made_from_its_sums(session):
    """The region's off-counter share is all off-counter business over all business, not a mean of shares."""
    table = region_indicators(session.scores["published"]).query("line == 'off_counter_share'")
    measure = session.history.measures["off_counter_share"]
    rows = session.history.tables["activity"].query("24300 <= month <= 24302")
    top, bottom = (
        rows.loc[rows["measure"] == each, "actual"].sum() for each in (measure.top, measure.bottom)
    )

    assert table["actual"].iloc[0] == pytest.approx(top / bottom)
    assert table["divisor"].iloc[0] == bottom


def test_same_seed_same_tables(session):
    """Nothing but the run file's seed decides what chance adds."""
    again = region_results(session)

    for name, frame in session.results.items():
        pd.testing.assert_frame_equal(again[name], frame)


def test_pages_show_no_small_count(session):
    """Of 30 people nothing published is about one to nine of them."""
    pages = published(session.results)
    counts = [pages[name]["people"] for name in ("bands", "change", "scores", "contribution", "people")]
    shown = pd.concat(counts).dropna()

    assert not shown.between(1, 9).any()
    assert session.results["bands"]["people"].between(1, 9).any()


def test_results_travel_as_parquet(session, tmp_path):
    """What was written is read back with the same types, and nothing half-written is left."""
    write_results(session.results, tmp_path / "results")
    again = read_results(tmp_path / "results")

    for name, frame in session.results.items():
        pd.testing.assert_frame_equal(again[name], frame)
    assert not list((tmp_path / "results").glob(".*"))


def test_what_is_in_the_way_of_results_is_told_in_a_sentence(session, tmp_path):
    """A file in place of their folder, a file on the way to it, a folder in place of a table."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "results" / "cost.parquet").mkdir(parents=True)
    said = []
    for place in ("file", "file/results", "results"):
        with pytest.raises(InputError) as refused:
            write_results(session.results, tmp_path / place)
        said += [str(each) for each in refused.value.problems]

    assert said == [
        "file: is a file, or lies below one; name a new or an empty folder",
        "results: is a file, or lies below one; name a new or an empty folder",
        "results/cost.parquet: a folder stands where a file is to be written; move it away",
    ]


def test_a_folder_in_which_nothing_may_be_written_is_told_in_a_sentence(session, tmp_path, monkeypatch):
    """Whoever runs the tests may be allowed everything, so the system's answer is invented."""

    def refuse(*anything: object) -> None:
        raise PermissionError(13, "Permission denied", "cost.parquet")

    monkeypatch.setattr(result_tables.pq, "write_table", refuse)
    with pytest.raises(InputError, match="results: nothing may be written there; name another folder"):
        write_results(session.results, tmp_path / "results")


def test_damaged_results_are_refused_with_all_that_is_wrong(session, tmp_path):
    """A missing table, one that is no Parquet and one with other columns are named together."""
    write_results(session.results, tmp_path)
    (tmp_path / "cost.parquet").unlink()
    (tmp_path / "bands.parquet").write_text("<script>")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "people.parquet")

    with pytest.raises(HistoryError) as refused:
        read_results(tmp_path)
    assert {each.place for each in refused.value.problems} == {
        "cost.parquet",
        "bands.parquet",
        "people.parquet",
    }


def test_parts_that_do_not_make_the_whole_stop_the_report(session):
    """A cent missing in the cost, or a person in a band, is an error of ours and no page is made."""
    paid = {design: int(each.totals()["amount_minor"].sum()) for design, each in session.payments.items()}
    check_region(session.results, paid)

    with pytest.raises(PolicymodelError, match="cost does not add up"):
        check_region(session.results, paid | {"proposal": paid["proposal"] + 1})
    fewer = session.results["bands"].copy()
    fewer.loc[fewer["by"] == "grade", "people"] += 1
    with pytest.raises(PolicymodelError, match="by grade does not add up"):
        check_region({**session.results, "bands": fewer}, paid)


def people_table(people: list[int], **columns: list[int]) -> pd.DataFrame:
    parts = ("not_computed", "base_nonpositive", "clipped_score", "carried_negative", "envelope_breaches")
    frame = pd.DataFrame({"design": [f"d{n}" for n in range(len(people))], "people": people, "region": "r"})
    frame = frame.assign(**{each: columns.get(each, 0) for each in parts})
    return typed("people", frame.assign(compared=columns.get("compared", people), shown=True, withheld=""))


def test_counts_that_tell_how_few_are_missing_are_blank():
    """60 compared: a design that paid 62 does not say so, nor that 4 were clipped or all but 5 had no base."""
    tables = {name: typed(name, pd.DataFrame()) for name in SCHEMAS}
    tables["people"] = people_table(
        [60, 62], compared=[60, 60], clipped_score=[4, 0], base_nonpositive=[55, 20], not_computed=[2, 0]
    )
    people = published(mark_counts(tables, 10))["people"]

    assert people["people"].tolist() == [60, pd.NA]
    assert people["clipped_score"].tolist() == [pd.NA, 0]
    assert people["base_nonpositive"].tolist() == [pd.NA, 20]
    assert people["not_computed"].tolist() == [pd.NA, 0]


def test_hostile_names_stay_text():
    """A grade called =cmd() or <script> is a name like any other, and one without a name keeps its people."""
    moves = pd.DataFrame({"manager_id": ["1", "2"], "band": "same", "change": [0, 5]})
    groups = pd.DataFrame({"manager_id": ["1", "2"], "all": "all", "grade": ["=cmd()", "<script>"]})
    cells, change = count_moves(moves, groups, "minor")

    assert set(change["group"]) == {"all", "=cmd()", "<script>"}
    assert cells.groupby("by")["people"].sum().to_dict() == {"all": 2, "grade": 2}
    assert np.allclose(change.query("by == 'all'")["mean_change"], 2.5)


def tables_of_the_profit_centre(session):
    """The tables of the section, each as rows of words."""
    tables = [each.written("en") for each in profit_centre(session) if isinstance(each, Table)]
    return [{row["head"]: [cell["text"] for cell in row["cells"]] for row in each["rows"]} for each in tables]


def whole(text):
    """The number of a cell."""
    return int(text.replace(",", ""))


def test_the_profit_centre_adds_up_to_what_was_received_and_paid(session):
    """S6.2, S6.5: income is that of everybody's rows, the slices hold all of it, and paid is the cost table's."""
    by_line, slices, _ = tables_of_the_profit_centre(session)
    received = session.payments["published"].income()["income"].sum()
    cost = session.results["cost"].set_index(["design", "item"])["amount_minor"]

    assert whole(by_line["Total"][3]) == pytest.approx(received, abs=1)
    assert sum(whole(cells[0]) for cells in slices.values()) == pytest.approx(received, abs=3)
    for cells, part in zip(slices.values(), ("stock", "increment", "super_increment"), strict=True):
        paid = cost["published", f"performance_wage.{part}"] / 100
        assert whole(cells[1]) == pytest.approx(paid, abs=1)


@pytest.mark.parametrize(
    ("people", "hidden"),
    [([10, 20], ""), ([9, 30, 12], "ac"), ([3, 4, 30, 40], "abc"), ([9, 9, 30], "ab"), ([9], "a")],
)
def test_an_outlet_of_few_people_is_withheld_with_another(people, hidden):
    """S6.6: of one alone the others would leave its pay, and of two with seven people they would too."""
    outlets = pd.DataFrame({"outlet_id": list("abcd"[: len(people)]), "people": people})

    assert hidden_outlets(outlets, 10) == set(hidden)


@pytest.mark.parametrize(("apart", "hidden"), [(0, ""), (2, "ab"), (10, "")])
def test_few_people_of_another_plan_cannot_be_subtracted_from_the_outlets(apart, hidden):
    """S6.6, S6.8: slices are without them and outlets are with them, so not every outlet is told."""
    outlets = pd.DataFrame({"outlet_id": list("abcd"), "people": [12, 14, 16, 18]})

    assert hidden_outlets(outlets, 10, apart) == set(hidden)


def test_a_region_of_few_people_has_no_profit_centre(session):
    """No sum over fewer people than a page may tell of."""
    few = replace(session, run=session.run.model_copy(update={"smallest_cell": 100}))

    assert list(profit_centre(few)) == []
