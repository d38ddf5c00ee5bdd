"""Rules over records: what a mapping may say, what is refused and how, and what a region knows of a figure."""

import json

import pandas as pd
import pytest

from policymodel.errors import DataGap, HistoryError, MappingError
from policymodel.history import read_mapping
from policymodel.history.counting import Fate, account_of, fates
from policymodel.history.record_rules import RecordRule
from policymodel.history.record_tables import RECORDS
from policymodel.history.store import MANIFEST, read_store, write_store
from policymodel.history.tables import QUARANTINE_COLUMNS, empty_frame
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period, month_number
from policymodel.scheme.algebra import Column
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.explanation import rows_on_page

CONTACTS = (
    "contact_id,manager_id,client_id,date,recorded_on,due,kind,seconds\n"
    "K1,M1,C1,2024-01-05,,2024-01-05,visit,60\n"
    "K2,M1,C1,2024-01-05,,2024-01-04,visit,60\n"
    "K3,M1,C2,2024-02-29,2024-04-06,,call,20\n"
    "K4,M2,C1,2024-02-01,,,visit,10\n"
    "K5,M2,C1,2024-02-20,,,visit,10\n"
    "K6,M2,C2,2024-01-20,,,call,10\n"
    "K6,M2,C2,2024-01-20,,,call,10\n"
)
RULES = """
  contacts: {file: contacts.csv}
records:
  made: {of: contacts, figure: records}
  visits: {of: contacts, where: {kind: [visit]}, once_per: [client_id, date], figure: records}
  clients: {of: contacts, figure: {distinct: client_id}, within: quarter}
measures:
  made: {title: {en: Contacts}, type: flow, unit: count, better: up, no_row: zero, regulator_class: efficiency}
  visits: {title: {en: Visits}, type: flow, unit: count, better: up, no_row: zero, regulator_class: efficiency}
  clients: {title: {en: Clients}, type: flow, unit: count, better: up, no_row: zero, regulator_class: efficiency}
"""
QUARTER = Period.parse("2024-Q1")


@pytest.fixture
def seen(bank):
    """The small bank, which also keeps its contacts. M2 moves from North to South on 16 February."""
    bank.write("contacts.csv", CONTACTS)
    bank.map("\nmeasures:\n", RULES)
    return bank


def figures(history, measure):
    """(manager, month of 2024) and figure of a measure."""
    rows = history.tables["activity"]
    rows = rows[rows["measure"] == measure]
    months = rows["month"] - month_number("2024-01") + 1
    return dict(zip(zip(rows["manager_id"], months, strict=True), rows["actual"], strict=True))


def test_contacts_and_clients_are_counted_separately(seen):
    """S1 (ours): two visits to one client on one day are two contacts, one visit a day, one client."""
    history = seen.read()

    assert figures(history, "made") == {("M1", 1): 2, ("M1", 2): 1, ("M2", 1): 1, ("M2", 2): 2}
    assert figures(history, "visits") == {("M1", 1): 1, ("M2", 2): 2}
    assert figures(history, "clients") == {("M1", 1): 1, ("M1", 2): 1, ("M2", 1): 1, ("M2", 2): 1}


def test_every_record_has_one_fate(seen):
    """S1 (ours): the same row twice, a second visit of the day and a call are explained, each once."""
    history = seen.read()

    assert account_of(history.records["visits"], history.tables, history.quarantine) == {
        Fate.COUNTED: 3,
        Fate.AGAIN: 1,
        Fate.NOT_ASKED_FOR: 2,
        Fate.COPY: 1,
    }


def test_a_regions_store_tells_the_records_of_its_own_figures(seen, tmp_path):
    """S1 (ours): of a mover each region holds the months that end there, with the records that made their figures."""
    history = seen.read()
    folder = write_store(history, tmp_path / "store")

    assert read_store(folder).records == history.records
    for region, months, expected in (("North", "2024-01", ["K6"]), ("South", "2024-02", ["K4", "K5"])):
        part = read_store(folder, region)
        panel = build_panel(part, Period.parse("2024"), Period.parse("2023"))
        behind = rows_behind(panel, Column("made"), "M2", Period.parse(months))
        assert behind["record"].tolist() == expected
        assert behind["value"].sum() == figures(part, "made")["M2", int(months[-1])]


def test_distinct_clients_are_not_added_up(seen):
    """S1 (ours): a quarter's clients are known, those of the year or of two months inside the quarter are refused."""
    panel = build_panel(seen.read(), Period.parse("2024"), Period.parse("2023"))

    assert panel.column(Column("clients"), (QUARTER,)).number[0].tolist() == [2, 2, 0]
    for period in ("2024", "2024-02..2024-03"):
        with pytest.raises(DataGap, match="distinct client_id within a quarter: it cannot be added up"):
            panel.column(Column("clients"), (Period.parse(period),))
    with pytest.raises(DataGap, match="cannot be added up over 2023"):
        panel.facts.bases.of_manager("clients")


@pytest.mark.parametrize(
    ("then", "told", "figure"),
    [
        ("flag", "counts in the month in which it happened", {("M1", 2): 1}),
        ("leave_out", "it does not count", {}),
        ("count_when_recorded", "in which it was recorded", {("M1", 4): 1}),
    ],
)
def test_late_records_are_told(seen, then, told, figure):
    """S1 (ours): what was recorded 37 days later is noted, with what becomes of it: each setting is another figure."""
    seen.map("made: {of: contacts, ", f"made: {{of: contacts, back_dated: {{after_days: 3, then: {then}}}, ")
    history = seen.read()

    (note,) = history.findings.loc[history.findings["rule"] == "back_dated", "what_to_do"]
    assert note.startswith("recorded 37 days after it happened; ")
    assert told in note
    assert figures(history, "made") == {("M1", 1): 2, ("M2", 1): 1, ("M2", 2): 2, **figure}


def test_a_record_of_before_it_happened_is_odd(seen):
    """It is noted and counts."""
    seen.add("contacts.csv", "K9,M1,C3,2024-01-05,2024-01-04,,visit,1")
    history = seen.read()

    assert sorted(history.findings["rule"]) == ["duplicate_row", "recorded_early"]
    assert figures(history, "made")["M1", 1] == 3


def test_records_without_numbers_are_their_rows(seen):
    """Two equal rows without a number are one record and a copy; the drill-down then has file and row alone."""
    seen.write(
        "contacts.csv", CONTACTS.replace("K1,", ",").replace("K2,", ",").replace("2024-01-04", "2024-01-05")
    )
    history = seen.read()

    assert figures(history, "made")["M1", 1] == 1
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    behind = rows_behind(panel, Column("made"), "M1", Period.parse("2024-01"))
    assert behind[["row", "record"]].to_numpy().tolist() == [[2, ""]]


def test_working_days_need_the_calendar(seen):
    """Nobody guesses at holidays."""
    seen.map(
        "made: {of: contacts, ",
        "made: {of: contacts, on_time: {from: date, to: recorded_on, days: 1, counted_in: working}, ",
    )

    with pytest.raises(MappingError, match="no file is named for 'calendar'; name it under `tables`"):
        read_mapping(seen.mapping)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{of: contacts, figure: records}", "{of: contact, figure: records}", "did you mean 'contacts'?"),
        (
            "{of: contacts, figure: records}",
            "{of: surveys, figure: records}",
            "no file is named for 'surveys'",
        ),
        ("figure: records}", "figure: count}", "this is no figure of records; write records or one of"),
        (
            "figure: records}",
            "figure: {sum: kind}}",
            "contacts has no such column 'kind' for this; write one of seconds",
        ),
        (
            "figure: records}",
            "figure: {distinct: client}}",
            "no such column 'client' for this; did you mean 'client_id'",
        ),
        ("figure: records}", "figure: {mean: seconds}}", "makes is a stock, and 'made' is declared as flow"),
        ("{of: contacts, figure", "{of: contacts, at: month_end, figure", "have no state at a month's end"),
        (
            "made: {of: contacts, figure",
            "made: {of: contacts, at_least: {kind: 3}, figure",
            "contacts has no such column 'kind' for this; write one of seconds",
        ),
        (
            "made: {of: contacts, figure",
            "made: {of: contacts, at_most: {seconds: many}, figure",
            "'many' is no number; write it plain, such as 30",
        ),
        (
            "made: {of: contacts, figure",
            "made: {of: contacts, at_least: {seconds: 60}, at_most: {seconds: 30}, figure",
            "seconds cannot be at least 60 and at most 30; turn the two round",
        ),
        (
            "made: {of: contacts, figure",
            "made: {of: contacts, within: quarter, figure",
            "only distinct, mean, median and last look",
        ),
        (
            "{of: contacts, figure",
            "{of: contacts, where: {seconds: [1]}, figure",
            "no such column 'seconds' for this",
        ),
        ("{of: contacts, figure", "{of: contacts, on_time: {days: 3}, figure", "write one of the two"),
        (
            "{of: contacts, figure",
            "{of: contacts, on_time: {by: date, days: 3}, figure",
            "write one of the two",
        ),
        (
            "{of: contacts, figure",
            "{of: contacts, assigned: yes, figure",
            "no file is named for 'assignments'",
        ),
        (
            "{of: contacts, figure",
            "{of: contacts, back_dated: {after_days: 3, then: forget}, figure",
            "'forget' is not one of flag, leave_out or count_when_recorded",
        ),
        ("{of: contacts, figure", "{of: contacts, oncee_per: [date], figure", "did you mean 'once_per'?"),
        ("  made: {of", "  mode: {of", "'mode' is no measure declared here"),
        (
            "{file: contacts.csv}",
            "{file: contacts.csv, dates: YYYY-MM}",
            "writes months, and this rule needs days",
        ),
        ("currency: CNY", "currency: CNY\nsums: {made: [visits, cards]}", "it is declared as a sum too"),
    ],
)
def test_each_way_to_be_wrong(seen, old, new, sentence):
    """One mistake of a rule, and its sentence."""
    seen.map(old, new)

    with pytest.raises(MappingError) as refusal:
        read_mapping(seen.mapping)
    assert sentence in str(refusal.value)


def test_a_column_that_no_file_has_is_refused(seen):
    """S1 (ours): where nobody says which client it was, the number of clients is not known: neither 0 nor all."""
    seen.write("contacts.csv", "contact_id,manager_id,date,kind\nK1,M1,2024-01-05,visit\n")

    with pytest.raises(
        HistoryError, match=r"'clients' is counted by client_id, and contacts\.csv has no such column"
    ):
        seen.read()


def test_a_measure_is_counted_or_given(seen):
    """Never both."""
    seen.add("activity.csv", "M1,2024-05,made,7")

    with pytest.raises(
        HistoryError, match=r"counted from contacts and has rows of its own; see activity\.csv, row 8"
    ):
        seen.read()


def test_without_ready_made_figures_no_activity_is_needed(seen):
    """A bank whose every measure is counted names no activity file."""
    seen.map("  activity: {file: activity.csv}\n", "")

    assert set(seen.read().tables["activity"]["measure"]) == {"made", "visits", "clients"}


def test_states_are_told_at_the_ends_of_months(seen):
    """S2.3: a client assigned until 30 January is not there at the month's end; another class is another spell."""
    seen.write(
        "assignments.csv",
        "client_id,manager_id,client_class,valid_from,valid_to\n"
        "C1,M1,B,2024-01-01,2024-01-30\n"
        "C1,M1,A,2024-01-31,\n"
        "C2,M1,B,2024-02-10,2024-02-20\n",
    )
    seen.map(
        "  contacts: {file: contacts.csv}",
        "  contacts: {file: contacts.csv}\n  assignments: {file: assignments.csv}",
    )
    seen.map(
        "records:\n", "records:\n  mine: {of: assignments, at: month_end, figure: {distinct: client_id}}\n"
    )
    seen.map(
        "measures:\n",
        "measures:\n  mine: {title: {en: Mine}, type: stock, unit: count, better: up, no_row: zero, "
        "regulator_class: efficiency}\n",
    )
    history = seen.read()
    told = fates(history.records["mine"], history.tables, history.quarantine, QUARTER.months)

    assert figures(history, "mine")["M1", 1] == 1
    # The state of several months is that of the last one; it is not added up, and so it is not refused.
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    two = Period.parse("2024-01..2024-02")
    assert panel.column(Column("mine"), (two,)).number[0].tolist() == [1, 0, 0]
    assert rows_behind(panel, Column("mine"), "M1", two)["month"].tolist() == ["2024-02"]
    assert told.groupby("position")["fate"].min().tolist() == [
        Fate.NO_MONTH_END,
        Fate.COUNTED,
        Fate.NO_MONTH_END,
    ]


def test_working_days_are_counted_by_the_calendar(seen):
    """S2.2: Friday to Monday is one working day; a day that the calendar does not hold leaves the month not known."""
    days = {"2024-01-05": True, "2024-01-06": False, "2024-01-07": False, "2024-01-08": True}
    calendar = pd.DataFrame({"date": pd.to_datetime(list(days)), "working": list(days.values())})
    seen.write(
        "contacts.csv",
        "contact_id,manager_id,client_id,date,recorded_on,kind\n"
        "K1,M1,C1,2024-01-05,2024-01-08,visit\n"
        "K2,M1,C1,2024-02-05,2024-02-06,visit\n",
    )
    tables = seen.read().tables
    told = {}
    for counted_in in ("calendar", "working"):
        on_time = {"from": "date", "to": "recorded_on", "days": 1, "counted_in": counted_in}
        rule = RecordRule(of="contacts", on_time=on_time, figure="records")
        told[counted_in] = fates(rule, {**tables, "calendar": calendar}, empty_frame(QUARANTINE_COLUMNS))[
            "fate"
        ].tolist()

    assert told == {"calendar": [Fate.LATE, Fate.COUNTED], "working": [Fate.COUNTED, Fate.BLANK]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_the_numbers_of_records_and_no_client(seen, language):
    """S1 (ours): whoever doubts a figure finds its records: file, rows, numbers."""
    panel = build_panel(seen.read(), Period.parse("2024"), Period.parse("2023"))
    behind = rows_behind(panel, Column("made"), "M1", QUARTER)
    told = [each.words for each in rows_on_page(behind, {}, language)]

    assert len(told) == 2
    assert "contacts.csv" in told[0]
    assert told[0].endswith(
        {"en": "; numbers K1, K2", "zh-Hant": "；編號 K1, K2", "zh-Hans": "；编号 K1, K2"}[language]
    )
    assert not any("C1" in each for each in told)


def test_a_store_of_before_there_were_records_can_be_read(bank, tmp_path):
    """It has no rules and no records; everything else is there."""
    history = bank.read()
    folder = write_store(history, tmp_path / "store")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del manifest["records"]
    for part in manifest["regions"]:
        part["files"] = {name: facts for name, facts in part["files"].items() if name not in RECORDS}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    found = read_store(folder)

    assert found.records == {}
    assert all(found.tables[name].empty for name in RECORDS)
    pd.testing.assert_frame_equal(found.tables["activity"], history.tables["activity"])
