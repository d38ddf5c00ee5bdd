"""Broken rows: each is named with file, row, column and rule, put aside, and never repaired."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policymodel.history.drafts import RULES


@pytest.mark.parametrize(
    ("file", "line", "column", "rule", "advice"),
    [
        ("activity.csv", ",2024-03,cards,1", "manager_id", "blank", "fill it in"),
        ("activity.csv", "M1,,cards,1", "month", "blank", "fill it in"),
        ("activity.csv", "M1,2024-03,cards,x", "actual", "bad_number", "write digits with a decimal point"),
        ("activity.csv", "M1,2024-03,cards,NaN", "actual", "bad_number", "write digits"),
        ("activity.csv", "M1,2024-03,cards,inf", "actual", "bad_number", "write digits"),
        ("activity.csv", "M1,2024-03,cards,1e400", "actual", "bad_number", "the figure is too large"),
        ("activity.csv", 'M1,2024-03,cards,"1,234"', "actual", "bad_number", "without thousands separators"),
        ("activity.csv", "M1,2024-03,cards,５", "actual", "bad_number", "write digits"),
        ("activity.csv", "M1,2024-13,cards,1", "month", "bad_month", "write YYYY-MM"),
        ("activity.csv", "M1,2024-03-15,cards,1", "month", "bad_month", "write YYYY-MM"),
        ("activity.csv", "M1,0024-03,cards,1", "month", "bad_month", "write YYYY-MM"),
        ("activity.csv", "M11,2024-03,cards,1", "manager_id", "unknown_manager", "did you mean 'M1'?"),
        ("activity.csv", "M1,2024-03,crads,1", "measure", "unknown_measure", "did you mean 'cards'?"),
        ("activity.csv", "M1,2024-03,share,1", "measure", "ratio_row", "made from its two counts"),
        ("activity.csv", "M3,2024-04,cards,1", "month", "no_spell", "the manager has no spell then"),
        ("activity.csv", "M1,2023-12,cards,1", "month", "no_spell", "the manager has no spell then"),
        ("activity.csv", "../M1,2024-03,cards,1", "manager_id", "unsafe_name", "a way through folders"),
        ("activity.csv", "M1\u202e,2024-03,cards,1", "manager_id", "hidden_sign", "remove the sign U+202E"),
        ("activity.csv", "M1\x00,2024-03,cards,1", "manager_id", "hidden_sign", "remove the sign U+0000"),
        ("activity.csv", "M1,2024-03,cards", "", "fields", "it has 3 fields and the file has 4 headers"),
        ("activity.csv", "M1,2024-03,cards,1,234", "", "fields", "it has 5 fields"),
        (
            "activity.csv",
            'M1,2024-03,"cards,1\nM1,2024-04,cards,2',
            "",
            "fields",
            "a quote is opened and never closed",
        ),
        (
            "managers.csv",
            "M4,Dee,North,N1,A,1,2024-02-30,",
            "valid_from",
            "bad_date",
            "write YYYY-MM-DD or YYYY-MM",
        ),
        (
            "managers.csv",
            "M4,Dee,North,N1,A,1,2024-03-01,2024-02-01",
            "valid_to",
            "ends_before_start",
            "put them right",
        ),
        (
            "managers.csv",
            "M4,Dee,North,N1,A,1.5,2024-03-01,",
            "fte",
            "fte_range",
            "share of a full-time post",
        ),
        (
            "managers.csv",
            "M4,Dee,North,N1,A,,2024-03-01,",
            "fte",
            "blank",
            "write 1 where nothing else is meant",
        ),
        ("managers.csv", "M4,Dee,,N1,A,1,2024-03-01,", "region", "blank", "fill it in"),
        ("targets.csv", "team,N1,cards,2024,3", "level", "bad_word", "write region, outlet or manager"),
        ("targets.csv", "outlet,N22,cards,2024,3", "unit_id", "unknown_outlet", "did you mean 'N2'?"),
        (
            "targets.csv",
            "region,West,cards,2024,3",
            "unit_id",
            "unknown_region",
            "no spell or outlet has this region",
        ),
        ("targets.csv", "manager,M1,cards,2024-Q5,3", "period", "bad_period", "write 2024, 2024-Q3"),
        ("targets.csv", "manager,M3,cards,2025,3", "period", "no_spell", "the manager has no spell then"),
        ("targets.csv", "manager,M3,cards,2024,", "target", "blank", "fill it in"),
        ("events.csv", "E9,M3,2024-02-01,breach,,yes,", "date", "no_spell", "the manager has no spell then"),
        ("events.csv", "E9,M1,2024-02-01,breach,,maybe,", "verified", "bad_word", "write yes or no"),
        ("client_income.csv", "C9,M1,2024-01,fee,CNY,12.3.4", "amount", "bad_number", "write digits"),
        ("outlets.csv", "../../x,Fourth,North", "outlet_id", "unsafe_name", "a way through folders"),
    ],
)
def test_one_broken_row_is_named_and_put_aside(bank, file, line, column, rule, advice):
    """The finding names file, row and column and says what to do; every other row is as before."""
    before = bank.read()
    row = (bank.folder / file).read_bytes().count(b"\n") + 1
    bank.add(file, line)

    history = bank.read()

    found = history.findings[history.findings["severity"] == "quarantined"]
    assert found[["file", "row", "column", "rule"]].to_numpy(dtype=object).tolist() == [
        [file, row, column, rule]
    ]
    assert advice in found["what_to_do"].iloc[0]
    assert rule in RULES
    for name, frame in before.tables.items():
        assert history.tables[name].equals(frame)


def test_rows_of_one_key_that_disagree_are_all_put_aside(bank, said):
    """Nobody knows which is right: both go, and both are named."""
    bank.add("activity.csv", "M1,2024-01,cards,4")

    history = bank.read()

    assert said(history) == [
        ("activity.csv", 2, "manager_id", "duplicate_key"),
        ("activity.csv", 8, "manager_id", "duplicate_key"),
    ]
    assert len(history.tables["activity"]) == 5


def test_of_equal_rows_one_stays(bank, said):
    """The first stands, the copies are named; 1 and 1.0 are equal."""
    bank.add("activity.csv", "M1,2024-01,cards,3.0", "M1,2024-01,cards,3")

    assert said(bank.read()) == [
        ("activity.csv", 8, "manager_id", "duplicate_row"),
        ("activity.csv", 9, "manager_id", "duplicate_row"),
    ]


def test_events_without_a_number_are_their_whole_row(bank, said):
    """Two like events differ by a column nobody maps, so both count; a copy of the whole row does not."""
    bank.write(
        "events.csv", "manager_id,date,event,account\n" + "M1,2024-01-20,late,7\nM1,2024-01-20,late,8\n" * 2
    )

    history = bank.read()

    assert said(history) == [
        ("events.csv", 4, "event_id", "duplicate_row"),
        ("events.csv", 5, "event_id", "duplicate_row"),
    ]
    assert history.tables["events"]["verified"].all()


def test_overlapping_spells(bank, said):
    """Two spells that share a day are both put aside, also when a third lies inside an open one."""
    bank.write(
        "managers.csv",
        "manager_id,region,outlet_id,valid_from,valid_to\n"
        "M1,North,N1,2024-01-01,\n"
        "M2,North,N1,2024-01-01,2024-02-15\n"
        "M2,North,N2,2024-02-16,\n"
        "M2,North,N1,2024-03-01,2024-03-02\n"
        "M2,North,N1,2024-04-01,2024-04-02\n"
        "M3,North,N1,2024-01-01,2024-12-31\n"
        "M3,North,N2,2024-12-31,2025-01-31\n"
        "M3,North,N2,2025-02-01,\n",
    )

    history = bank.read()

    overlaps = [each for each in said(history) if each[3] == "overlapping_spells"]
    assert [row for _, row, _, _ in overlaps] == [4, 5, 6, 7, 8]


def test_rows_of_a_manager_put_aside_wait_for_him(bank, said):
    """With M1's only spell broken, M1's rows cannot be placed; they say so and keep their region."""
    text = (
        (bank.folder / "managers.csv")
        .read_text(encoding="utf-8")
        .replace("M1,Ann,North,N1,A,1", "M1,Ann,North,N1,A,2")
    )
    bank.write("managers.csv", text)

    history = bank.read()

    rules = history.findings.groupby(["table", "rule"]).size().to_dict()
    assert rules == {
        ("managers", "fte_range"): 1,
        ("activity", "manager_quarantined"): 3,
        ("events", "manager_quarantined"): 1,
        ("client_income", "manager_quarantined"): 1,
    }
    assert set(history.findings["region"]) == {"North"}


def test_excluded_managers_take_their_rows_along(bank):
    """A declared rule leaves out the manager and all that is his; it is counted and said once a file."""
    bank.map(
        "managers: {file: managers.csv}",
        "managers: {file: managers.csv, exclude: [{column: manager_id, equals: M1, because: head office}]}",
    )

    history = bank.read()

    excluded = history.counts.groupby("table")["excluded"].sum()
    assert excluded.to_dict() == {
        "activity": 3,
        "client_income": 1,
        "events": 1,
        "managers": 1,
        "outlets": 0,
        "targets": 0,
    }
    said = (
        history.findings.loc[history.findings["rule"] == "excluded", ["table", "what_to_do"]]
        .to_numpy()
        .tolist()
    )
    assert ["managers", "1 row left out: head office"] in said
    assert ["activity", "3 rows left out: the manager is left out"] in said


def test_odd_rows_are_noted_and_kept(bank):
    """A negative count, an unknown outlet and one in another region stay in history."""
    bank.map("  targets: {file: targets.csv}\n", "")
    bank.add("activity.csv", "M1,2024-03,cards,-1")
    bank.write("outlets.csv", "outlet_id,name,region\nN1,First,South\nN2,Second,North\n")

    history = bank.read()

    noted = history.findings[["severity", "file", "row", "rule"]].to_numpy(dtype=object).tolist()
    assert noted == [
        ["noted", "managers.csv", 2, "outlet_elsewhere"],
        ["noted", "managers.csv", 4, "unknown_outlet"],
        ["noted", "managers.csv", 5, "unknown_outlet"],
        ["noted", "activity.csv", 8, "negative_count"],
    ]
    assert history.quarantine.empty


def test_targets_that_do_not_add_up_are_noted(bank):
    """10 over 6.01 + 4, and 6.01 over M1's 6: both splits must agree (S4.0, S6.4)."""
    bank.write(
        "targets.csv",
        "level,unit_id,measure,period,target\nregion,North,cards,2024,10\noutlet,N2,cards,2024,4\n"
        "outlet,N1,cards,2024,6.01\nmanager,M1,cards,2024,6\n",
    )

    findings = bank.read().findings

    assert findings[["severity", "row", "rule", "what_to_do"]].to_numpy(dtype=object).tolist() == [
        ["noted", 2, "target_sum", "the outlets add up to 10.01"],
        ["noted", 4, "target_sum", "the managers add up to 6"],
    ]


def test_targets_set_for_some_need_not_add_up(bank):
    """One hand-set target of two managers leaves the rest to be broken down (S4.0)."""
    bank.write(
        "targets.csv",
        "level,unit_id,measure,period,target\noutlet,S1,cards,2024,10\nmanager,M3,cards,2024,2\n",
    )

    assert bank.read().findings.empty


def test_a_header_that_nobody_reads_is_noted(bank):
    """A misspelt optional column would silently take its default."""
    text = (bank.folder / "events.csv").read_text(encoding="utf-8").replace("verified", "verifed")
    bank.write("events.csv", text)

    finding = bank.read().findings.iloc[0]

    assert (finding["severity"], finding["rule"], finding["column"]) == ("noted", "unread_column", "verifed")
    right = "nobody reads this column; did you mean 'verified'? Then name it under `columns`"
    assert finding["what_to_do"] == right
    assert "did you mean 'verified'?" in finding["what_to_do"]


def test_rows_keep_their_number_behind_blank_and_broken_lines(bank, said):
    """Row 3 is blank and no row, row 4 has too many fields; the bad figure stands in row 6 as a person sees it."""
    lines = ["manager_id,month,measure,actual", "M1,2024-01,cards,3", "", "M1,2,2,2,2,2"]
    bank.write("activity.csv", "\n".join([*lines, "M1,2024-02,cards,1", "M1,2024-03,cards,x", ""]))

    history = bank.read()

    assert said(history) == [("activity.csv", 4, "", "fields"), ("activity.csv", 6, "actual", "bad_number")]
    assert history.tables["activity"]["source_row"].tolist() == [2, 5]


def test_unreadable_bytes_cost_their_row_only(bank, said):
    """One damaged byte in a long file puts one row aside."""
    rows = "".join(f"M1,2024-{month:02d},deposits,{month}\n" for month in range(2, 13))
    path = bank.write("activity.csv", "manager_id,month,measure,actual\n" + rows * 1 + "M1,2024-01,cards,1\n")
    path.write_bytes(path.read_bytes().replace(b"M1,2024-01,cards", b"M\xff,2024-01,cards"))

    assert said(bank.read()) == [("activity.csv", 13, "manager_id", "hidden_sign")]


def test_quarantined_rows_are_kept_as_written(bank):
    """The row put aside is there with every cell, its rules, and the month and measure it would have been."""
    bank.add("activity.csv", "M1,2024-03,cards,'12")

    row = bank.read().quarantine.iloc[0]

    assert json.loads(row["content"]) == {
        "manager_id": "M1",
        "month": "2024-03",
        "measure": "cards",
        "actual": "'12",
    }
    assert (row["rules"], row["measure"], row["month"], row["region"]) == (
        "bad_number",
        "cards",
        24290,
        "North",
    )


def test_hostile_names_are_only_names(bank):
    """Markup and formulas are text like any other and come through unchanged."""
    hostile = ["<script>alert(1)</script>", "=cmd()", "O'Neil; DROP", "100%", "a/b"]
    for number, name in enumerate(hostile):
        quoted = '"' + name.replace('"', '""') + '"'
        bank.add("managers.csv", f"{quoted},{quoted},{quoted},{quoted},A,1,2024-01-01,")
        bank.add("activity.csv", f"{quoted},2024-01,cards,{number}")

    history = bank.read()

    assert (history.findings["rule"] == "unknown_outlet").all()
    assert set(hostile) <= set(history.tables["activity"]["manager_id"])
    assert set(hostile) <= set(history.regions)


WORDS = "M1 M2 M9 2024-01 2024-02 2024-13 cards deposits share x 3 -1 1e999 nan ../x =1+1 0x1 １ 1,5"
CELLS = st.sampled_from([*WORDS.split(), "", '"', '"a', "\x00", "\u202e", " 7 ", "M1\n"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=12))
def test_whatever_is_in_the_file_counts_add_up(bank, rows):
    """Any rows at all: in = accepted + quarantined + excluded, and no accepted figure that was not written."""
    bank.write(
        "activity.csv", "manager_id,month,measure,actual\n" + "".join(",".join(row) + "\n" for row in rows)
    )

    history = bank.read()

    written = {cell.strip() for row in rows for cell in row} | {""}
    accepted = history.tables["activity"]
    assert set(accepted["actual"].dropna()) <= {3.0, -1.0, 7.0}
    assert set(accepted["manager_id"]) <= written
    aside = history.findings.loc[
        history.findings["severity"] == "quarantined", ["file", "row"]
    ].drop_duplicates()
    assert len(aside) == len(history.quarantine)
    assert np.isfinite(accepted["actual"].dropna()).all()


def test_foreign_income_without_a_rate_is_noted_with_its_month(bank):
    """The row is kept, its figure is not known, and the note names currency and month (S6.2)."""
    bank.add("client_income.csv", "C3,M1,2024-02,fee,USD,7")

    history = bank.read()

    noted = history.findings[["severity", "table", "rule", "what_to_do"]].to_numpy().tolist()
    what = "add the average rate of USD in 2024-02 to the table fx"
    assert noted == [["noted", "client_income", "missing_rate", what]]
    assert len(history.tables["client_income"]) == 4
