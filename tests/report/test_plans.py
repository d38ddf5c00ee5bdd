"""S6.8: a run in which some managers stand under another plan, from the run file to what a page may say."""

import json
from pathlib import Path

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.errors import RunFileError
from policymodel.history.measures import COMPUTED
from policymodel.history.synthetic import write_bank
from policymodel.report import distribution, linting, persons
from policymodel.report.accounts import accounts_of
from policymodel.report.feedback import Feedback, discretion_of
from policymodel.report.profit_centre import profit_centre
from policymodel.report.results import joined_parts
from policymodel.report.runfile import read_run_file
from policymodel.report.session import open_session
from policymodel.report.sheets import sheet
from policymodel.report.wording import refuse_unknown_plans
from policymodel.tables import Table
from policymodel.words.sentences import render

RUN = Path(__file__).parents[2] / "params" / "runs" / "demo.yaml"
BOOKS = "separate_book"

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """60 people, of whom two manage separate books."""
    place = tmp_path_factory.mktemp("plans")
    write_bank(place, Draws(2026), managers=60, regions=1)
    return place


@pytest.fixture(scope="module")
def session(folder):
    return open_session("north", str(RUN), str(folder))


def under(session, plan):
    """Whoever stands under a plan, as the managers table says."""
    managers = session.history.tables["managers"]
    plans = managers["plan"].where(managers["plan"].notna(), "")
    return set(managers.loc[plans == plan, "manager_id"])


def test_everybody_is_scored_and_paid_by_the_schemes_of_their_plan(session):
    """The two have the lines of their own card and parts of pay, the other 58 the design's; nobody has both."""
    lines, parts = session.scores["published"].lines(), session.payments["published"].lines()
    has = {name: set(rows["manager_id"]) for name, rows in lines.groupby("line")}
    paid = {name: set(rows["manager_id"]) for name, rows in parts.groupby("item")}

    assert (len(under(session, BOOKS)), len(under(session, ""))) == (2, 58)
    assert has["recovery"] == paid["recovery_wage"] == under(session, BOOKS)
    assert has["net_deposits"] == paid["performance_wage.stock"] == under(session, "")
    assert paid["base_wage"] == has["complaints"] == under(session, BOOKS) | under(session, "")


def test_recovery_pays_120_yuan_a_point(session):
    """Worked out from the records of payments collected and the duty marks: 1 point for 2,500 yuan, and 0.4 a mark."""
    tables = session.history.tables
    payments = session.payments["published"].lines().query("item == 'recovery_wage'")
    lines = session.scores["published"].lines().query("line == 'deductions'")
    off = lines.set_index(["manager_id", "period"])["points"]
    quarter = tables["collections"]["date"].dt.to_period("Q").astype(str)
    collected = tables["collections"].groupby(["manager_id", quarter])["amount"].sum()
    marks = tables["activity"].query("measure == 'duty_mark'")
    for row in payments.to_dict("records"):
        who, label = row["manager_id"], row["period"]
        last = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}[label[-2:]] + 2025 * 12 - 1
        mark = marks.loc[(marks["manager_id"] == who) & (marks["month"] == last), "actual"].item()
        recovered = min(max(collected.get((who, label.replace("-", "")), 0.0) * 0.0004, 0.0), 60.0)
        score = round(min(max(recovered + 0.4 * mark + off[who, label], 0.0), 100.0) + 1e-9, 2)

        assert row["amount_minor"] == round(score * 12_000)


def test_everybody_is_in_the_cost_and_among_the_compared(session):
    """60 are compared, each with themselves; items add up to all that was paid; of two no row tells the pay."""
    results, payments = session.results, session.payments["published"]
    cost = results["cost"].query("design == 'published'")
    lines = payments.lines().groupby("item")["amount_minor"].sum()

    assert results["people"]["compared"].tolist() == [60, 60]
    assert cost["amount_minor"].sum() == payments.totals()["amount_minor"].sum()
    assert set(cost["item"]) == set(payments.parts) - {"recovery_wage"}
    last = "performance_wage.super_increment"
    assert cost.set_index("item").at[last, "amount_minor"] == lines[last] + lines["recovery_wage"]
    assert joined_parts(payments, 10) == {"recovery_wage": last}
    assert joined_parts(payments, 2) == {}


def test_indicators_are_of_the_people_of_the_card(session):
    """Those of the ordinary plan who were there; of the two no line stands in the table."""
    table = session.results["indicators"].query("design == 'published'")
    spells = session.history.tables["managers"]
    there = (spells["valid_from"] <= "2025-03-31") & ~(spells["valid_to"] < "2025-01-01")
    ordinary = set(spells.loc[there, "manager_id"]) & under(session, "")
    first = table.query("line == 'debit_cards' and period == '2025-Q1'")

    assert "recovery" not in set(table["line"])
    assert first["people"].item() == len(ordinary)


def test_income_and_the_envelope_are_of_all_the_units_people(session):
    """An outlet's pay holds the two's as well, and its income what their clients bring in."""
    payments = session.payments["published"]
    envelope = payments.envelope()

    assert envelope["people"].sum() == 60
    assert envelope["paid_minor"].sum() == payments.totals()["amount_minor"].sum()
    assert set(payments.income()["manager_id"]) == under(session, BOOKS) | under(session, "")


def test_the_page_says_whom_it_is_about_and_not_how_many(session):
    """Two of 60 are too few to be counted."""
    notes = [render(each, "en") for each in session.page.limits.notes]

    assert any(
        "Managers under “Separate-book plan” are scored and paid by the schemes of that plan" in each
        for each in notes
    )
    assert any(
        "too few to be told apart" in each and "“For what exceeds the target”" in each for each in notes
    )
    assert not any("stand under it" in each for each in notes)


def test_the_rules_of_a_plan_stand_once(session):
    """Both designs have one scheme for it: one heading for its card and one for its pay."""
    rows = distribution.rules(session.page, session.schemes, session.plans).written("en")["rows"]
    heads = [row["head"] for row in rows if row["role"] == "heading" and "Separate-book" in row["head"]]

    assert heads == ["Separate-book plan: Scorecard", "Separate-book plan: Pay scheme"]


def test_the_linter_reads_the_plans_schemes_without_its_few_people(session):
    """Findings in them bear the plan's name and no evidence."""
    found = [each for each in session.linted["published"] if each.place.address.startswith("plans.")]
    told = linting.found(session.page, session.linted, session.schemes).written("en")["rows"]

    assert {each.rule for each in found} >= {"one_complaint_channel"}
    assert [each.evidence for each in found if each.evidence is not None] == []
    assert any("Separate-book plan: Verified hotline complaints" in str(row["cells"]) for row in told)


def test_sheets_and_accounts_are_by_the_own_card(session):
    """The sheet of one of the two has recovery and no funds sold by target; the account adds up to the own pay."""
    person = min(under(session, BOOKS))
    own = session.under(BOOKS)
    feedback = Feedback.of(own, session.periods[0], discretion_of(session))
    tables = list(feedback.results.tables(feedback.manager(person)))
    heads = [row["head"] for table in tables for row in table.written("en")["rows"]]
    accounts = accounts_of(own.payments, person, session.run.plan_year)
    paid = session.payments["published"].totals().query("manager_id == @person")["amount_minor"]

    assert "Payments recovered" in heads
    assert "Recovery wage" in heads
    assert "Funds sold" not in heads
    assert [
        round(100 * each.value(each.amount)) for each in accounts if each.design == "published"
    ] == paid.tolist()
    assert session.plan_in(person, session.periods[0]) == BOOKS
    assert list(sheet(feedback, person))


def test_hr_sees_who_stands_under_which_plan(session, tmp_path, monkeypatch):
    """A column says it for every person, on one line."""
    monkeypatch.setattr(persons, "pseudonyms", lambda ids, key: {each: each for each in ids})
    monkeypatch.setattr(persons, "read_key", lambda file: b"")
    table = persons.people(session, "key").written("en")
    plans = {row["head"]: row["cells"][0]["text"] for row in table["rows"]}

    assert {each for each, plan in plans.items() if plan == "Separate-book plan"} == under(session, BOOKS)
    assert {each for each, plan in plans.items() if plan == "the ordinary plan"} == under(session, "")
    assert all(row["cells"][0]["name"] for row in table["rows"])


def written(tmp_path, old, new):
    """The demo's run file beside the params, with something changed."""
    text = RUN.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "run.yaml"
    file.write_text(
        text.replace("../", f"{RUN.parents[1]}/").replace(old.replace("../", f"{RUN.parents[1]}/"), new),
        encoding="utf-8",
    )
    return file


SCHEME = "../schemes/s6_separate_book.yaml"
PLANS = f"    plans:\n      separate_book: {{card: {SCHEME}, pay: {SCHEME}}}\n"


def test_people_under_a_plan_without_a_scheme_are_refused(folder, tmp_path):
    with pytest.raises(
        RunFileError, match="people stand under the plan 'separate_book', and no design has a scheme"
    ):
        open_session("north", str(written(tmp_path, PLANS, "")), str(folder))


def test_people_of_a_plan_may_be_left_out(folder, tmp_path):
    """`null` for the plan: 58 people are in every table, and the page says that others are left out."""
    file = written(tmp_path, PLANS, "    plans: {separate_book: null}\n")
    without = open_session("north", str(file), str(folder))
    notes = [render(each, "en") for each in without.page.limits.notes]

    assert without.results["people"]["compared"].tolist() == [58, 58]
    assert set(without.payments["published"].totals()["manager_id"]) == under(without, "")
    assert without.payments["published"].totals()["status"].isin(COMPUTED).all()
    assert any("under the plan “separate_book” are left out" in each for each in notes)


def test_a_misspelt_plan_is_refused(folder, session, tmp_path):
    run = read_run_file(written(tmp_path, "separate_book: {", "seperate_book: {"))
    with pytest.raises(
        RunFileError, match="nobody in the history stands under this plan; did you mean 'separate_book'"
    ):
        refuse_unknown_plans(run, session.history)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            ", pay: ../schemes/s6_separate_book.yaml}",
            "}",
            "plans.separate_book: has not the same parts as the design",
        ),
        (
            "card: ../schemes/s6_separate_book.yaml,",
            "crad: x,",
            "there is no such setting; did you mean 'card'",
        ),
        ("schemes/s6_separate_book.yaml, pay", "schemes/s6_separate.yaml, pay", "there is no file"),
    ],
)
def test_a_plan_that_is_not_written_as_it_must_be_is_refused(tmp_path, old, new, said):
    with pytest.raises(RunFileError, match=said):
        read_run_file(written(tmp_path, old, new))


def test_designs_name_the_same_plans(tmp_path):
    file = written(
        tmp_path,
        "    pay: ../changes/s6_more_for_growth.yaml\n" + PLANS,
        f"    pay: {RUN.parents[1]}/changes/s6_more_for_growth.yaml\n",
    )
    with pytest.raises(RunFileError, match="not every design has the same plans"):
        read_run_file(file)


SCHEMES = RUN.parents[1] / "schemes"


@pytest.fixture
def told(folder):
    """What every command asks for."""
    mapping = RUN.parents[1] / "mappings" / "bank.yaml"
    return ["--history", str(folder), "--mapping", str(mapping), "--plan-year", "2025"]


def test_the_command_line_pays_the_people_of_one_plan(told, capsys):
    """`--plan separate_book`: the two, and the same amounts as in the run; a plan that is not there is refused."""
    scheme = str(SCHEMES / "s6_separate_book.yaml")

    assert main(["pay", scheme, *told, "--plan", BOOKS]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + 2 * 4
    assert main(["score", scheme, *told, "--plan", "seperate_book"]) == 2
    assert (
        "nobody stands under the plan 'seperate_book'; did you mean 'separate_book'?"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(("plan", "scheme"), [("", "s6_profit_centre"), (BOOKS, "s6_separate_book")])
def test_an_amount_is_explained_as_the_run_pays_it(session, told, plan, scheme, tmp_path):
    """S6.8: a person's own plan is taken without being named; the leaves add up to what the run pays."""
    who = min(under(session, plan))
    asked = ["explain", str(SCHEMES / f"{scheme}.yaml"), *told, "--manager", who, "--period", "2025-Q3"]

    assert main([*asked, "--out", str(tmp_path / "why.csv")]) == 0
    adds = pd.read_csv(tmp_path / "why.csv")["adds"].sum()
    parts = session.payments["published"].lines().query("manager_id == @who and period == '2025-Q3'")
    assert round(adds * 100) == parts["amount_minor"].sum() > 0


def test_a_plan_named_for_somebody_who_stands_under_another_is_refused(session, told, capsys):
    """S6.8: nothing is told of a person by a plan that is not theirs."""
    scheme, who = str(SCHEMES / "s6_separate_book.yaml"), min(under(session, ""))
    asked = ["explain", scheme, *told, "--manager", who, "--period", "2025-Q3"]

    assert main([*asked, "--plan", BOOKS]) == 2
    assert f"'{who}' does not stand under the plan '{BOOKS}' in 2025-Q3" in capsys.readouterr().err


def test_figures_and_comparisons_are_of_the_people_of_one_plan(session, told, tmp_path, capsys):
    """S6.8: `figures` has a row for each of the two, `compare` counts the 58 and adds up what the run pays them."""
    out = ["--plan", BOOKS, "--period", "2025-Q3", "--out", str(tmp_path / "lines.csv")]
    designs = [
        str(SCHEMES / "s6_profit_centre.yaml"),
        str(RUN.parents[1] / "changes/s6_more_for_growth.yaml"),
    ]

    assert main(["figures", str(SCHEMES / "s6_separate_book.yaml"), *told, *out]) == 0
    lines = pd.read_csv(tmp_path / "lines.csv", dtype={"manager_id": "str"})
    assert set(lines["manager_id"]) == under(session, BOOKS)
    assert main(["compare", *designs, *told, "--plan", "ordinary", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    totals = session.payments["published"].totals()
    paid = totals[totals["manager_id"].isin(under(session, ""))]
    assert paid["status"].isin(COMPUTED).all()
    assert (first["people"], first["cost_minor"]) == (58, paid["amount_minor"].sum())


def test_the_profit_centre_counts_the_same_people_by_line_and_by_slice(session):
    """S6.5, S6.8: income by line is that of the 58, as the slices are; the page says so."""
    lines, said, slices, *_ = profit_centre(session)
    assert isinstance(lines, Table)
    assert isinstance(slices, Table)
    rows = session.history.tables["client_income"].query("month >= 2025 * 12")
    own = rows[rows["manager_id"].isin(under(session, ""))]
    rates = session.history.tables["fx"].set_index("month")["average"]
    yuan = own["amount"].where(own["currency"] == "CNY", own["amount"] * own["month"].map(rates))

    assert lines.rows[-1].cells[3].value == pytest.approx(yuan.sum())
    assert sum(row.cells[0].value for row in slices.rows) == pytest.approx(yuan.sum(), rel=1e-9)
    assert "the managers under the ordinary plan" in render(said.text, "en")
