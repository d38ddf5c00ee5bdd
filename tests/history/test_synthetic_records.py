"""The invented bank's single records: consistent with each other, with its figures and with what was planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.history.synthetic.bank import FILES, TRUTH

pytestmark = pytest.mark.thorough

NUMBERS = ("amount", "actual", "mark", "score", "out_of", "fte", "marks_too_high")
END = "9999-12-31"
PLAN = "2025-01-01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(17), managers=480, headers="en")
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Plain text and numbers, without the package's own reader; days are ISO texts, which sort as days do."""
    found = {}
    for name, file in {**FILES, **TRUTH}.items():
        frame = pd.read_csv(folder / file, dtype="str")
        found[name] = frame.assign(**{each: frame[each].astype(float) for each in NUMBERS if each in frame})
    return found


def held(tables: dict[str, pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    """Each row with the class in which its client was assigned to its manager on its day; rows without are left out."""
    spells = tables["assignments"].fillna({"valid_to": END})
    both = rows.reset_index().merge(spells, on=["client_id", "manager_id"])
    return both[(both["valid_from"] <= both["date"]) & (both["date"] <= both["valid_to"])]


def days_between(first: pd.Series, last: pd.Series) -> pd.Series:
    return (pd.to_datetime(last) - pd.to_datetime(first)).dt.days


@pytest.mark.parametrize(("product", "measure"), [("insurance", "insurance_sold"), ("funds", "funds_sold")])
def test_single_sales_add_up_to_the_figures(
    tables: dict[str, pd.DataFrame], product: str, measure: str
) -> None:
    """S3.1: the sales of every manager and month are what the activity table says was sold, to the yuan."""
    sales = tables["transactions"].query("product == @product")
    sums = sales.groupby([sales["manager_id"], sales["date"].str[:7].rename("month")])["amount"].sum()
    figures = tables["activity"].query("measure == @measure").set_index(["manager_id", "month"])["actual"]

    assert (sales["amount"] > 0).all()
    assert sums.reindex(figures.index).fillna(0).equals(figures.rename("amount"))
    assert len(sums) == (figures > 0).sum()


@pytest.mark.parametrize("name", ["transactions", "contacts", "surveys", "client_files"])
def test_clients_are_the_managers_own(tables: dict[str, pd.DataFrame], name: str) -> None:
    """S2.3: a client who is named was assigned to that manager on that day, in one class."""
    rows = tables[name].dropna(subset="client_id")
    if name == "contacts":
        # Who was planned or referred may be handed over before the day comes.
        rows = rows[~rows["kind"].isin(["appointment", "interview"])]

    assert sorted(held(tables, rows)["index"]) == sorted(rows.index)


def test_who_is_credited_with_income_holds_the_client(tables: dict[str, pd.DataFrame]) -> None:
    """S6.2: on the last day of a month its client is assigned to whoever is credited with the month's income."""
    income = tables["client_income"].drop_duplicates(["client_id", "month"]).reset_index(drop=True)
    ends = pd.PeriodIndex(income["month"], freq="M").end_time.strftime("%Y-%m-%d")

    assert len(held(tables, income.assign(date=ends))) == len(income)


def test_spells_of_a_client_follow_each_other(tables: dict[str, pd.DataFrame]) -> None:
    """S2.3: a client is in one class of one manager at a time; upgrades come, downgrades are few."""
    spells = tables["assignments"].sort_values(["client_id", "valid_from"])
    follows = spells["client_id"] == spells["client_id"].shift()
    gap = days_between(spells["valid_to"].shift(), spells["valid_from"])
    order = spells["client_class"].map({"premium": 0, "potential": 1, "growing": 2, "ordinary": 3})
    step = order.diff()[follows & (spells["manager_id"] == spells["manager_id"].shift())]

    assert (gap[follows] == 1).all()
    assert set(step) == {-1, 1}
    assert (step == -1).sum() > 3 * (step == 1).sum() > 0


def test_contacts(tables: dict[str, pd.DataFrame]) -> None:
    """S1.1: every kind is there, a few without a client, some with the same client twice on a day."""
    contacts = tables["contacts"]
    loose = contacts["client_id"].isna()
    named = contacts[~loose]

    assert set(contacts["kind"]) == {
        *("visit", "call", "message", "referral", "interview", "appointment", "maintenance")
    }
    assert set(contacts.loc[contacts["kind"] == "referral", "channel"]) == {"lobby_manager", "teller"}
    assert set(contacts.loc[loose, "kind"]) == {"visit", "call", "message"}
    assert 0.005 < loose.mean() < 0.05
    assert named.duplicated(["manager_id", "client_id", "date"]).sum() > 100
    assert (contacts["due"].notna() == (contacts["kind"] == "appointment")).all()
    assert set(contacts.loc[contacts["date"] < PLAN, "kind"]) == {"maintenance"}


def test_interviews_are_noted_on_the_next_day_or_later(tables: dict[str, pd.DataFrame]) -> None:
    """S2.2: mostly by the next day, some later, a few back-dated by a month; none before it was held."""
    interviews = tables["contacts"].query("kind == 'interview'")
    days = days_between(interviews["date"], interviews["recorded_on"])

    assert days.min() == 0
    assert 0.75 < (days <= 1).mean() < 0.95
    assert 0.005 < (days > 31).mean() < 0.05


def test_most_sales_follow_an_assessment(tables: dict[str, pd.DataFrame]) -> None:
    """S3.2: before about 80 % of the plan year's sales a valid assessment of the client for the product."""
    sales = tables["transactions"].query("date >= @PLAN").reset_index()
    needs = tables["needs"]
    both = sales.merge(needs, on=["client_id", "product"], suffixes=("", "_of_need"))
    before = both[both["date_of_need"] <= both["date"]]
    valid = before[before["date"] <= before["valid_until"]]
    covered, seen = valid["index"].nunique(), before["index"].nunique()

    assert 0.74 < covered / len(sales) < 0.86
    assert 0.02 < (seen - covered) / len(sales) < 0.10
    assert (needs["product"].isna() == needs["plan_due"].notna()).all()


def test_alerts_are_answered_after_they_rise(tables: dict[str, pd.DataFrame]) -> None:
    """S2.2: never before; mostly within a week; who left the bank is lost, and nobody else is."""
    alerts = tables["alerts"]
    answered = alerts.dropna(subset="answered_on")
    gone = tables["assignments"].groupby("client_id")["valid_to"].apply(lambda days: days.notna().all())
    settled = alerts.dropna(subset="outcome")

    assert set(alerts["kind"]) == {"outflow", "downgrade", "attrition"}
    assert (answered["answered_on"] >= answered["date"]).all()
    assert 0.7 < (answered["answered_on"] <= answered["due"]).mean() < 0.97
    assert (answered["answered_on"] <= "2025-12-31").all()
    assert ((settled["outcome"] == "lost") == settled["client_id"].map(gone)).all()
    assert 0.7 < (settled["outcome"] == "kept").mean() < 0.9


def test_collections_and_reversals(tables: dict[str, pd.DataFrame]) -> None:
    """S1.1: a reversal takes back one earlier amount of the same client and manager."""
    rows = tables["collections"]
    back = rows[rows["amount"] < 0]
    paid = rows[rows["amount"] > 0].assign(amount=-rows["amount"])
    both = back.merge(paid, on=["client_id", "manager_id", "due", "amount"], suffixes=("", "_paid"))

    assert 0.005 < len(back) / len(rows) < 0.04
    assert set(both.loc[both["date_paid"] < both["date"], "collection_id"]) == set(back["collection_id"])


def test_surveys(tables: dict[str, pd.DataFrame]) -> None:
    """S1.1: 1 to 5; about one of eight does not answer."""
    score = tables["surveys"]["score"]

    assert 0.08 < score.isna().mean() < 0.16
    assert set(score.dropna()) == {1, 2, 3, 4, 5}
    assert (tables["surveys"]["out_of"] == 5).all()


def test_attendance_is_one_row_a_working_day(tables: dict[str, pd.DataFrame]) -> None:
    """S2.4: who has a whole post and was there throughout has a row for every working day, and nobody has two."""
    rows = tables["attendance"]
    work = tables["calendar"].query("working == 'yes' and date >= '2025-07-01'")["date"]
    spells = tables["managers"].groupby("manager_id")
    steady = spells.size().index[(spells["valid_from"].min() < PLAN) & (spells["fte"].min() == 1)]
    steady = steady.difference(tables["truth"].query("fate == 'leaver'")["manager_id"])

    assert not rows.duplicated(["manager_id", "date"]).any()
    assert set(rows["date"]) == set(work)
    assert (rows.groupby("manager_id").size()[steady] == len(work)).all()
    assert set(rows["status"]) == {"present", "training", "leave", "absent"}
    assert (rows["place"].notna() == (rows["status"] == "present")).all()


def test_the_calendar_has_weekends_and_holidays(tables: dict[str, pd.DataFrame]) -> None:
    """2024 and 2025 have 731 days; of 2024's 262 weekdays the holidays take 1 + 5 + 3 + 5."""
    days = tables["calendar"].set_index("date")["working"]

    assert len(days) == 731
    assert (days["2024-01-01":"2024-12-31"] == "yes").sum() == 262 - 14
    assert days[["2024-10-07", "2024-10-08", "2024-10-12"]].tolist() == ["no", "yes", "no"]


def test_reports(tables: dict[str, pd.DataFrame]) -> None:
    """S1.3, S4.2: most in time; research in a month at most once, adopted after it was handed in."""
    reports = tables["work_reports"]
    regular = reports[reports["kind"] != "research"]
    research = reports[reports["kind"] == "research"]
    adopted = research.dropna(subset="adopted_on")

    assert 0.8 < (regular["date"] <= regular["due"]).mean() < 0.97
    assert not research.assign(month=research["date"].str[:7]).duplicated(["manager_id", "month"]).any()
    assert (adopted["adopted_on"] > adopted["date"]).all()
    assert 0.2 < len(adopted) / len(research) < 0.3
    assert regular["adopted_on"].isna().all()
    assert (adopted["adopted_on"].str[:7] > adopted["date"].str[:7]).any()
    weekly = reports[reports["kind"] == "weekly"].sort_values(["manager_id", "due"])
    same = (weekly["text"] == weekly["text"].shift()) & (weekly["manager_id"] == weekly["manager_id"].shift())
    assert same.mean() < 0.01


def test_planted_reviewers_are_recovered(tables: dict[str, pd.DataFrame]) -> None:
    """S2 (ours): where both marked the same duty on the same person and quarter, the difference is what was planted.

    The generous one gives 0.7 too much, the severe one 0.7 too little; marks are whole numbers from 0 to 5, so a little
    is lost at the ends.
    """
    marks, planted = tables["reviews"], tables["reviewers"].set_index("reviewer_id")["marks_too_high"]
    quarter = pd.PeriodIndex(marks["date"], freq="Q").astype(str)
    pairs = marks.assign(quarter=quarter).merge(
        marks.assign(quarter=quarter), on=["manager_id", "item", "quarter"], suffixes=("", "_other")
    )
    pairs = pairs[pairs["reviewer_id"] != pairs["reviewer_id_other"]]
    gap = (pairs["mark"] - pairs["mark_other"]).groupby(pairs["reviewer_id"]).mean()
    asked = (
        (pairs["reviewer_id"].map(planted) - pairs["reviewer_id_other"].map(planted))
        .groupby(pairs["reviewer_id"])
        .mean()
    )

    assert sorted(planted[planted.abs() > 0.5].round(6)) == [-0.7] * 4 + [0.7] * 4
    for reviewer in planted.index[planted.abs() > 0.5]:
        assert gap[reviewer] == pytest.approx(asked[reviewer], abs=0.25)
    both = marks.groupby("manager_id")["reviewer_id"].nunique() == 2
    assert 0.18 < both.mean() < 0.35
    assert 0.03 < marks["mark"].isna().mean() < 0.05
    assert set(marks["mark"].dropna()) <= set(range(6))


def test_evidence_of_the_bonus_is_plausible(tables: dict[str, pd.DataFrame]) -> None:
    """S4.2: at the year's end files on three to nine of ten premium clients; as many met in the last quarter."""
    premium = tables["assignments"].query("client_class == 'premium' and valid_to.isna()")
    files = (
        tables["client_files"].sort_values("date").drop_duplicates(["client_id", "manager_id"], keep="last")
    )
    state = premium.merge(files, on=["client_id", "manager_id"])
    met = tables["contacts"].query("kind == 'maintenance' and date >= '2025-10-01'")
    pairs = premium.merge(met.drop_duplicates(["client_id", "manager_id"]), on=["client_id", "manager_id"])

    assert len(state) == len(premium)
    assert 0.75 < (state["complete"] == "yes").mean() < 0.92
    assert 0.6 < len(pairs) / len(premium) < 0.9
    assert premium.groupby("manager_id").size().median() > 6


def test_numbers_of_records_hold_no_persons_number(tables: dict[str, pd.DataFrame]) -> None:
    """S1 (ours): a record's number names neither a manager nor a client nor a reviewer; texts name none either."""
    persons = {*tables["managers"]["manager_id"], *tables["assignments"]["client_id"]}
    persons |= {*tables["reviewers"]["reviewer_id"]}
    for name, frame in tables.items():
        for column in frame.columns.intersection(["text", *(each for each in frame if each.endswith("_id"))]):
            if column in ("manager_id", "client_id", "reviewer_id", "outlet_id", "unit_id", "event_id"):
                continue
            words = frame[column].dropna()
            assert not words.duplicated().any() or column == "text", name
            digits = words.str.findall(r"\d+").explode().dropna()
            assert not digits.isin(persons).any(), name
    assert np.isin(["remarks", "work_reports"], list(tables)).all()
