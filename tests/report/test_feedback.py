"""The feedback sheet of one person and period: what stands on it, what does not, and that it is one sheet of paper."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from dataclasses import replace

import pandas as pd
import pytest

import small_bank
from policymodel.disclosure import Promise, Secrets, scan_html
from policymodel.disclosure.pseudonyms import new_key
from policymodel.disclosure.secrets import forms
from policymodel.errors import Exposed, RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.persons import persons_of
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.report.display import contents
from policymodel.report.feedback import discretion_of, write_sheets
from policymodel.report.own_figures import OwnFigures
from policymodel.report.own_records import Discretion
from policymodel.report.pdf import sheets, write_pdf
from policymodel.report.runfile import read_run_file
from policymodel.report.session import open_session
from policymodel.report.sheets import Feedback, sheet
from policymodel.report.wording import schemes_of
from policymodel.runner.inspection import inspect
from policymodel.runner.plan import KEY, Wishes, make_plan
from policymodel.words.sentences import render
from report.looking import VIEWS, faults, look, violations
from report.recorded import bare_bank, recorded_bank
from report.test_session import RUN

pytestmark = pytest.mark.thorough

PERSON, COLLEAGUE, STRANGER = "0010001", "0010003", "0020001"
"""Whose sheet it is, somebody of the same region, somebody of another one."""
QUARTER, BEFORE = "2025-Q3", "2025-Q2"
WIDE = {ord(digit): 0xFF10 + value for value, digit in enumerate("0123456789")}
HOSTILE = "<script>alert(1)</script> & =cmd() {period} ## not a heading"
LONG = (
    "存款任務超額完成，新增家庭客戶較多；保險銷售落後於網點計劃，請每週與產品經理安排兩次聯合拜訪，並於下月底前回報結果。"
    * 4
)
MORE = {
    "remarks": [
        ("R1", PERSON, "RV-900", "2025-09-26", HOSTILE),
        ("R2", PERSON, "RV-900", "2025-09-27", f"Ask {COLLEAGUE} how it is done"),
        ("R3", PERSON, "RV-900", "2025-09-28", f"{PERSON} did well"),
        ("R4", PERSON, "RV-900", "2025-04-28", "Like " + STRANGER.translate(WIDE)),
        *((f"RL{day}", COLLEAGUE, "RV-900", f"2025-09-{day}", LONG) for day in (26, 27, 28)),
    ],
    "work_reports": [
        ("W1", PERSON, "monthly", "2025-09-30", "2025-09-30", "2025-10-02", f"With {STRANGER}: two visits"),
        *(
            (f"WL{day}", COLLEAGUE, "monthly", f"2025-09-{day}", f"2025-10-{day}", "", LONG)
            for day in (26, 27, 28, 29, 30)
        ),
    ],
    "contacts": [(f"{STRANGER}-CL1", PERSON, f"{PERSON}-CL3", "2025-09-30", "", "", "call")],
    "events": [
        *(
            (f"EL{day}", COLLEAGUE, f"2025-09-{day}", "complaint", "hotline", "yes", "")
            for day in range(21, 28)
        ),
        ("E1", PERSON, "2025-07-03", "complaint", "hotline", "yes", ""),
        ("E2", PERSON, "2025-08-04", "inspection_finding", "", "yes", "2.5"),
        ("E3", PERSON, "2025-08-05", "complaint", "hotline", "no", ""),
        ("E5", PERSON, "2025-07-02", "complaint", "branch", "yes", ""),
        ("E4", PERSON, "2025-05-05", "complaint", "hotline", "yes", ""),
    ],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run over the bank with records, its store, and the session of the north."""
    folder = tmp_path_factory.mktemp("feedback")
    run = read_run_file(recorded_bank(folder, MORE))
    store = write_store(read_history(run.history, read_mapping(run.mapping)), folder / "out" / "store")
    session = open_session("north", str(run.file), str(store))
    return session, run, store, folder


@pytest.fixture(scope="module")
def written(made):
    """The sheets of one quarter, as a run writes them; the session says how it went."""
    session, _, store, folder = made
    new_key(folder / "out" / KEY)
    place = folder / "written" / "sheets"
    said = write_sheets(session, "", str(place), str(store), QUARTER)
    return place, said


def of(made, period=QUARTER):
    session, _, store, _ = made
    return Feedback.of(session, Period.parse(period), discretion_of(session, str(store)))


def shown(things, language="en"):
    """Every table of a sheet by its heading, folds by their titles, all texts."""
    tables, folds, texts = {}, {}, []
    heading = ""
    for item in contents(list(things), language):
        if item["kind"] == "markdown":
            heading = item["text"].removeprefix("## ")
        elif item["kind"] == "table":
            tables.setdefault(heading, []).append(item)
        elif item["kind"] == "fold":
            folds.setdefault(heading, []).append(item)
        elif item["kind"] == "text":
            texts.append(item["text"])
    return tables, folds, texts


def cells(table):
    return {row["head"]: [cell["text"] for cell in row["cells"]] for row in table["rows"]}


def rows_of(made, name):
    """The rows of one person as the file has them."""
    with (made[1].history / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["manager_id"] == PERSON]


def in_quarter(row):
    return "2025-07-01" <= row["date"] <= "2025-09-30"


def by_month(rows, value=lambda row: 1.0):
    totals = defaultdict(float)
    for row in rows:
        totals[row["date"][:7]] += value(row)
    return [totals[f"2025-0{month}"] for month in (7, 8, 9)]


def test_figures_counted_from_records_are_those_of_the_files(made):
    """S1.3, S1 (ours): contacts, distinct clients, payments, satisfaction: recounted from the rows, by month."""
    (figures,) = shown(sheet(of(made), PERSON))[0]["What you reached"]
    told = cells(figures)
    contacts = [row for row in rows_of(made, "contacts") if row["kind"] in ("visit", "call")]
    now = by_month(contacts)
    then = sum("2025-04-01" <= row["date"] <= "2025-06-30" for row in contacts)
    clients = {row["client_id"] for row in rows_of(made, "contacts") if in_quarter(row)} - {""}
    paid = by_month(rows_of(made, "collections"), lambda row: float(row["amount"]))
    answers = [row for row in rows_of(made, "surveys") if in_quarter(row)]
    satisfied = sum(float(row["score"]) for row in answers) / sum(float(row["out_of"]) for row in answers)

    assert figures["heads"][:7] == ["Figure", "Jul", "Aug", "Sep", "Q3", "Q2", "Change"]
    assert told["Contacts made"][:5] == [*(f"{each:.0f}" for each in now), f"{sum(now):.0f}", f"{then}"]
    assert told["Contacts made"][5] == f"{sum(now) / then - 1:+.0%}".replace("-", "−")
    assert told["Contacts made"][-1] == f"{sum(now):.0f}"
    assert told["Clients contacted"][:4] == ["–", "–", "–", str(len(clients))]
    assert told["Payments collected (CNY)"][:4] == [f"{each:,.0f}" for each in (*paid, sum(paid))]
    assert told["Satisfaction"][3] == f"{satisfied:.1%}"
    assert told["Satisfaction"][-1] == ""


def test_figures_that_were_reported_stand_with_their_target(made):
    """S1.3: net deposits month by month as the file has them; attainment is actual ÷ target to date."""
    told = cells(shown(sheet(of(made), PERSON))[0]["What you reached"][0])
    with gzip.open(made[1].history / "activity.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["工號"] == PERSON and row["指標"] == "net_deposits"
        ]
    monthly = {row["月份"]: float(row["實績"]) for row in rows}
    *_, to_date, target, attained, records = told["Net new deposits (CNY)"]
    actual, asked = (float(each.replace(",", "").replace("−", "-")) for each in (to_date, target))

    assert told["Net new deposits (CNY)"][:3] == [
        f"{monthly[each]:,.0f}".replace("-", "−") for each in ("2025-07", "2025-08", "2025-09")
    ]
    assert actual == pytest.approx(sum(monthly[f"2025-0{month}"] for month in range(1, 10)), abs=1)
    assert attained == f"{actual / asked:.0%}"
    assert records == ""


def test_every_figure_leads_to_its_records(made):
    """S1 (ours): under a figure the numbers of exactly the records that count, and no client."""
    *_, fold = shown(sheet(of(made), PERSON))[1]["What you reached"]
    by_title = {each["title"].split(": ")[0]: each for each in fold["items"]}
    expected = {
        row["contact_id"]
        for row in rows_of(made, "contacts")
        if row["kind"] in ("visit", "call") and in_quarter(row)
    }
    named = {f"{STRANGER}-CL1"}
    (table,) = by_title["Contacts made"]["items"]
    numbers = [each for cell in cells(table).values() for each in re.split(", and |, | and ", cell[1])]
    payments = [row for row in rows_of(made, "collections") if in_quarter(row)]
    (collected,) = by_title["Payments collected (CNY)"]["items"]
    text = " ".join(cell[1] for cell in cells(collected).values())

    assert {each for each in numbers if not each.startswith("row ")} == expected - named
    assert sum(each.startswith("row ") for each in numbers) == 1
    assert by_title["Contacts made"]["title"] == f"Contacts made: {len(expected)} records"
    assert all(f"{row['collection_id']} ({float(row['amount']):,.0f})" in text for row in payments)
    assert "-CL" not in str(fold)


def test_a_change_says_why_there_is_none():
    """S4.0 (ours): by hand: twice as many, three from none, not here then, not known then, one case more."""
    months = {"2023-12": 6, "2024-01": 3, "2024-02": 4, "2024-03": 5}
    history = small_bank.bank(
        managers=small_bank.managers(("M1", "N1", "2022-01-01", None), ("M2", "N1", "2024-02-01", None)),
        activity=small_bank.activity(
            *(("M1", month, "wealth_accounts", count) for month, count in months.items()),
            ("M1", "2024-02", "debit_cards", 3),
            ("M2", "2024-03", "wealth_accounts", 2),
            ("M1", "2024-03", "net_deposits", 100),
            ("M1", "2024-02", "net_deposits", 100),
            ("M1", "2024-01", "net_deposits", 100),
        ),
        events=small_bank.events(
            ("M1", "2023-11-02", "complaint", "hotline", True, None),
            ("M1", "2024-01-02", "complaint", "hotline", True, None),
            ("M1", "2024-03-02", "complaint", "hotline", True, None),
        ),
    )
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    schemes = schemes_of(read_run_file(RUN))
    figures = OwnFigures(panel, schemes, Period.parse("2024-Q1"))
    first = OwnFigures(panel, schemes, Period.parse("2023-Q1"))

    def change(figures, name, manager):
        figure = next(each for each in figures.all if each.name == name)
        return render(figures.change(figure, manager), "en")

    assert change(figures, "wealth_accounts", 0) == "+100%"
    assert change(figures, "debit_cards", 0) == "from 0"
    assert change(figures, "credit_cards", 0) == "0%"
    assert change(figures, "wealth_accounts", 1) == "not here then"
    assert change(figures, "net_deposits", 0) == "not known then"
    assert change(figures, "complaint", 0) == "+1"
    assert change(first, "debit_cards", 0) == "history begins later"


def test_what_a_ratio_is_made_of_goes_with_it(made):
    """Counts of a share that no design reads leave room to what one reads."""
    figures = of(made).figures
    read = [each.name for each in figures.standing(figures.all, 0)]
    at = read.index("off_counter_share")
    without = replace(figures, schemes={})

    assert read[at : at + 3] == ["off_counter_share", "off_counter_business", "total_business"]
    assert without.standing(without.all, 0) == []


def test_verified_events_stand_with_day_channel_and_points(made):
    """S4.3: 5 points for the complaint, 2.5 as found; the unverified one and last quarter's do not stand."""
    tables, _, _ = shown(sheet(of(made), PERSON))
    (listed,) = tables["Complaints and findings"]
    score = cells(tables["What each design gives for it"][1])
    reached = cells(tables["What you reached"][0])

    assert cells(listed) == {
        "2025-08-04": ["–", "Inspection findings", "−2.5"],
        "2025-07-03": ["the hotline 95588", "Verified hotline complaints", "−5"],
        "2025-07-02": ["the outlet", "complaint", "does not count"],
    }
    assert score["Deductions"][0] == "−7.50"
    assert reached["Verified hotline complaints"][:6] == ["1", "0", "0", "1", "1", "0"]


def test_reports_stand_with_their_days_and_more_are_counted(made):
    """S1.3: the latest five with due day, day and adoption; late ones say so; the others stand in a fold."""
    tables, folds, _ = shown(sheet(of(made), PERSON))
    (table,) = tables["Weekly and monthly reports"]
    (more,) = folds["Weekly and monthly reports"]
    due = [row for row in rows_of(made, "work_reports") if "2025-07-01" <= row["due"] <= "2025-09-30"]
    first, second = table["rows"][:2]

    assert [cell["text"] for cell in first["cells"]] == [
        "2025-09-30",
        "2025-09-30",
        "2025-10-02",
        "Withheld: the text names another person.",
    ]
    assert second["head"] == "weekly"
    assert sum("late" in row["cells"][1]["text"] for row in table["rows"] + more["items"][0]["rows"]) == sum(
        row["date"] > row["due"] for row in due
    )
    assert len(table["rows"]) == 5
    assert more["title"] == f"And {len(due) - 5} more"
    assert len(more["items"][0]["rows"]) == len(due) - 5


def test_what_names_somebody_else_is_withheld_and_told(made, written):
    """S1.3: a colleague, and a stranger of another region in wide figures; one's own id may stand."""
    place, said = written
    remarks = shown(sheet(of(made), PERSON))[0]["Remarks"][0]
    spring = shown(sheet(of(made, BEFORE), PERSON))[0]["Remarks"][0]
    told = pd.read_csv(place.with_name("withheld.csv"))

    assert cells(remarks)["2025-09-28"] == [f"{PERSON} did well"]
    assert cells(remarks)["2025-09-27"] == ["Withheld: the text names another person."]
    assert cells(spring)["2025-04-28"] == ["Withheld: the text names another person."]
    assert told["table"].tolist() == ["remarks", "work_reports"]
    assert "2 texts name another person and are withheld: see withheld.csv." in render(said, "en")
    for row in told.itertuples():
        lines = (made[1].history / row.source_file).read_text("utf-8").splitlines()
        assert COLLEAGUE in lines[row.source_row - 1] or STRANGER in lines[row.source_row - 1]


def test_sheets_hold_nobody_else_and_no_client(made, written):
    """S1.3: every sheet is read for everybody's ids but its owner's, also in the folds; outlets have folders."""
    place, _ = written
    persons = persons_of(made[2])
    secrets = Secrets(persons.everybody())
    pages = sorted(place.rglob("*.html"))

    assert len(pages) == 3 * made[0].panel.employed((Period.parse(QUARTER),)).sum()
    for page in pages:
        owner = page.name.split("-")[0]
        allowed = frozenset(form for word in persons.called("north", owner) for form in forms(word))
        assert owner in page.read_text("utf-8")
        assert scan_html(page.read_text("utf-8"), Promise(secrets, allowed=allowed, persons=True)) == []
    homes = {each.parent.name for each in pages}
    outlets = made[0].panel.spells.outlets
    assert len(homes) == len(
        {str(outlets[code]) for code in made[0].panel.spells.outlet_in(Period.parse(QUARTER))}
    )


def test_a_run_keeps_its_sheets_where_a_text_names_somebody(made, tmp_path, monkeypatch):
    """S1.3: the scanner of a run passes the region's folder; were nothing withheld, it would empty it."""
    session, run, store, folder = made
    wanted = run.model_copy(update={"editions": ["leadership", "manager"]})
    wanted._file = run.file
    plan = make_plan(wanted, folder / "out", store, ["east", "north"], Wishes())
    page = next(each for each in plan.editions if each.region == "north")
    key = str(new_key(folder / "out" / KEY))

    write_sheets(session, key, str(tmp_path / "sheets"), str(store), QUARTER, manager=PERSON)
    inspect(plan, page, tmp_path)
    assert len(list((tmp_path / "sheets").rglob("*.html"))) == 3

    monkeypatch.setattr(Discretion, "naming_others", lambda self, texts, manager_id: set())
    write_sheets(session, key, str(tmp_path / "sheets"), str(store), QUARTER, manager=PERSON)
    with pytest.raises(Exposed):
        inspect(plan, page, tmp_path)


def test_a_hostile_text_is_a_text(written):
    """S1.3: a script, a formula, a place of a template and a heading in a remark do nothing."""
    place, _ = written
    (page,) = place.rglob(f"{PERSON}-*.en.html")
    text = page.read_text("utf-8")

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; =cmd() {period} ## not a heading" in text


def test_without_records_a_sheet_says_what_is_not_there(tmp_path):
    """S1.3: the bank without a single record has figures and events, and sentences in place of the rest."""
    session = open_session("north", str(bare_bank(tmp_path)))
    feedback = Feedback.of(session, Period.parse(QUARTER), discretion_of(session))
    tables, folds, texts = shown(sheet(feedback, PERSON))

    assert "Records" not in tables["What you reached"][0]["heads"]
    assert folds == {}
    assert (
        "This history holds no single records from which figures are counted; they stand as they were reported."
        in texts
    )
    assert "This history holds no reports." in texts
    assert "This history holds no remarks." in texts


def test_by_hand_a_stranger_is_known_too(made):
    """S1.3: over a folder of raw tables or a store, without being told where everybody stands."""
    session, run, store, _ = made
    for history in (run.history, store):
        by_hand = replace(session, run=run.with_history(history))
        assert discretion_of(by_hand).naming_others([STRANGER, PERSON], PERSON) == {STRANGER}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"period": "2025-Q5"}, "period: '2025-Q5' is none of this run"),
        ({"outlet": "nowhere"}, "outlet: 'nowhere' is not in this region"),
        ({"manager": STRANGER}, f"manager: '{STRANGER}' is not in this region"),
        ({"folder": " "}, "sheets_dir: is empty"),
    ],
)
def test_what_is_not_there_is_refused(made, tmp_path, asked, message):
    """S1.3: in a sentence, before anything is written."""
    folder = asked.pop("folder", str(tmp_path / "sheets"))
    with pytest.raises(RunFileError, match=message):
        write_sheets(made[0], "", folder, **asked)

    assert list(tmp_path.iterdir()) == []


def test_one_outlet_or_one_person_may_be_asked_for(made, tmp_path):
    """S1.3: the batch of an outlet is one folder; a person's own sheet is three files."""
    outlets = made[0].panel.spells
    home = str(outlets.outlets[outlets.outlet_in(Period.parse(QUARTER))[0]])
    write_sheets(made[0], "", str(tmp_path / "all"), period=QUARTER, outlet=home)
    write_sheets(made[0], "", str(tmp_path / "one"), period=QUARTER, manager=PERSON)

    assert len(list((tmp_path / "all").iterdir())) == 1
    assert {path.name.split(".", 1)[1] for path in (tmp_path / "one").rglob("*.html")} == {
        "2025-Q3.en.html",
        "2025-Q3.zh-Hant.html",
        "2025-Q3.zh-Hans.html",
    }


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("person", [PERSON, COLLEAGUE])
@pytest.mark.usefixtures("printer")
def test_a_sheet_is_one_sheet_of_paper(written, tmp_path, person, language):
    """S1.3: with 31 figures, two designs, seven complaints, eighteen reports and three long remarks too."""
    (page,) = written[0].rglob(f"{person}-*.{language}.html")

    assert sheets(write_pdf(page, tmp_path / "sheet.pdf").read_bytes()) == 1


@pytest.mark.browser
@pytest.mark.parametrize(
    "view", [each for each in VIEWS if each.name in ("1280", "390", "dark", "paper")], ids=str
)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_sheet_has_no_faults(written, chromium, view, language):
    """S1.3: for eyes, a screen reader and a ruler; every fold open."""
    (page,) = written[0].rglob(f"{COLLEAGUE}-*.{language}.html")
    opened = look(chromium, page, view)

    assert violations(opened) + faults(opened) == []
