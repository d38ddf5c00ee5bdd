"""Transactions, credits, their figures and exchange rates: what is put aside, what is noted, whose they are."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policymodel.history.credits import credited
from policymodel.history.drafts import RULES
from policymodel.history.store import read_store, write_store
from policymodel.periods import month_number


def found(history, severity="quarantined"):
    """Findings as (file, row, column, rule)."""
    frame = history.findings[history.findings["severity"] == severity]
    return list(frame[["file", "row", "column", "rule"]].itertuples(index=False, name=None))


def ids(history, table="transactions"):
    """The ids of a table's transactions in order."""
    return history.tables[table]["transaction_id"].tolist()


def test_the_tables_are_read_whole(deals):
    """Nothing is wrong with them; a blank figure is not known, and a blank rate neither."""
    history = deals.read()

    assert history.findings.empty
    assert history.tables["transactions"]["amount"].tolist() == [1000, 50, 400, -100, 80]
    assert history.tables["transaction_figures"]["value"].isna().tolist() == [False, True, False]
    assert history.tables["fx"]["period_end"].isna().tolist() == [False, True]


def test_the_day_of_joining_is_that_of_the_first_spell_where_none_is_written(deals):
    """Ann joined in 2019; Bea's second spell does not begin her service again."""
    managers = deals.read().tables["managers"]

    assert managers["hired"].dt.strftime("%Y-%m-%d").tolist() == [
        "2019-05-01",
        "2024-01-01",
        "2024-01-01",
        "2024-02-10",
    ]
    assert managers["reports_to"].tolist() == ["", "M1", "M3", ""]


def test_the_tables_are_optional(bank):
    """Without them they are empty, and nobody has a leader."""
    history = bank.read()

    assert all(history.tables[name].empty for name in ("transactions", "credits", "fx"))
    assert set(history.tables["managers"]["reports_to"]) == {""}


@pytest.mark.parametrize(
    ("file", "line", "column", "rule", "advice"),
    [
        ("transactions.csv", ",M1,2024-03-01,loan,5,,", "transaction_id", "blank", "fill it in"),
        ("transactions.csv", "T9,M1,2024-03-01,loan,,,", "amount", "blank", "fill it in"),
        ("transactions.csv", "T9,M1,2024-03,loan,5,,", "date", "bad_date", "write YYYY-MM-DD"),
        ("transactions.csv", "T9,M11,2024-03-01,loan,5,,", "manager_id", "unknown_manager", "mean 'M1'"),
        ("transactions.csv", "T9,M3,2024-03-21,loan,5,,", "date", "no_spell", "no spell then"),
        ("transactions.csv", "../T9,M1,2024-03-01,loan,5,,", "transaction_id", "unsafe_name", "folders"),
        ("credits.csv", "T55,M2,0.5", "transaction_id", "unknown_transaction", "did you mean 'T5'?"),
        ("credits.csv", "T5,M3,0", "share", "share_range", "for example 0.5"),
        ("credits.csv", "T5,M3,1.01", "share", "share_range", "for example 0.5"),
        ("credits.csv", "T5,M3,", "share", "blank", "fill it in"),
        ("credits.csv", "T5,M33,0.5", "manager_id", "unknown_manager", "did you mean 'M3'?"),
        ("credits.csv", "T1,M3,0.5", "manager_id", "no_spell", "no spell then"),
        ("figures.csv", "T44,margin,1", "transaction_id", "unknown_transaction", "mean 'T4'"),
        ("figures.csv", "T4,margin,x", "value", "bad_number", "write digits"),
        ("figures.csv", "T4,credited,1", "figure", "taken_name", "another name"),
        ("fx.csv", "USD,2024-03,0,7.2", "average", "rate_range", "units of the bank's currency"),
        ("fx.csv", "USD,2024-03,7.2,-1", "period_end", "rate_range", "units of the bank's currency"),
        ("fx.csv", "USD,March,7.2,7.2", "month", "bad_month", "write YYYY-MM"),
        ("managers.csv", "M4,Dee,North,N1,A,1,2024-03-01,,,2024-03-02", "hired", "hired_late", "put one"),
    ],
)
def test_one_broken_row_is_named_and_put_aside(deals, as_read, file, line, column, rule, advice):
    """The finding names file, row and column and says what to do; every other row is as before."""
    row = (deals.folder / file).read_bytes().count(b"\n") + 1
    deals.add(file, line)

    history = deals.read()

    assert found(history) == [(file, row, column, rule)]
    assert advice in history.findings["what_to_do"].iloc[0]
    assert rule in RULES
    for name, frame in as_read.tables.items():
        assert history.tables[name].equals(frame)


@pytest.mark.parametrize(
    ("file", "line", "rows"),
    [
        ("transactions.csv", "T5,M1,2024-03-01,,81,,", [6, 7]),
        ("credits.csv", "T5,M2,0.4", [6, 7]),
        ("figures.csv", "T5,margin,4", [4, 5]),
        ("fx.csv", "USD,2024-02,7,", [3, 4]),
    ],
)
def test_rows_of_one_key_that_disagree_are_all_put_aside(deals, file, line, rows):
    """Nobody knows which is right."""
    deals.add(file, line)

    assert [
        row for where, row, _, rule in found(deals.read()) if (where, rule) == (file, "duplicate_key")
    ] == rows


def test_what_hangs_on_a_transaction_waits_for_it(deals):
    """T1 has no amount: its credits and its margin are put aside with it, each with whose month it would have been."""
    text = deals.folder.joinpath("transactions.csv").read_text(encoding="utf-8")
    deals.write("transactions.csv", text.replace("loan,1000", "loan,ten"))

    history = deals.read()

    assert found(history) == [
        ("transactions.csv", 2, "amount", "bad_number"),
        ("credits.csv", 2, "transaction_id", "transaction_quarantined"),
        ("credits.csv", 3, "transaction_id", "transaction_quarantined"),
        ("figures.csv", 2, "transaction_id", "transaction_quarantined"),
    ]
    about = history.quarantine[["table", "region", "manager_id", "month", "measure", "transaction_id"]]
    january = month_number("2024-01")
    assert about.to_numpy(dtype=object).tolist() == [
        ["transactions", "North", "M1", january, "loan", "T1"],
        ["credits", "North", "M1", january, "loan", "T1"],
        ["credits", "North", "M2", january, "loan", "T1"],
        ["transaction_figures", "North", "M1", january, "margin", "T1"],
    ]


def test_a_transaction_of_which_nobody_is_left_does_not_fall_to_its_manager(deals):
    """T2 is credited to a misspelt M22 alone: whole to M1 would be a guess."""
    text = deals.folder.joinpath("credits.csv").read_text(encoding="utf-8")
    deals.write("credits.csv", text.replace("T2,M2", "T2,M22"))

    history = deals.read()

    assert found(history) == [
        ("transactions.csv", 3, "transaction_id", "credit_quarantined"),
        ("credits.csv", 4, "manager_id", "unknown_manager"),
    ]
    assert "T2" not in ids(history)
    assert set(history.quarantine["region"]) == {"North"}


def test_shares_above_one_are_noted_and_used(deals):
    """T5 is credited 0.5 + 0.5 + 0.25; it is said once, at the first of them."""
    deals.add("credits.csv", "T5,M3,0.25")

    history = deals.read()

    assert found(history, "noted") == [("credits.csv", 5, "share", "shares_above_one")]
    assert history.findings["what_to_do"].tolist() == [
        "the shares add up to 1.25; they are used as they stand"
    ]
    assert len(history.tables["credits"]) == 6


def test_an_unknown_leader_and_an_unknown_reversal_are_noted(deals):
    """Who leads need not be appraised, and what is reversed may be older than the table."""
    text = deals.folder.joinpath("managers.csv").read_text(encoding="utf-8")
    deals.write("managers.csv", text.replace(",M3,", ",M33,"))
    deals.add("transactions.csv", "T6,M1,2024-03-02,loan,-5,,T0")

    history = deals.read()

    assert found(history, "noted") == [
        ("managers.csv", 4, "reports_to", "unknown_manager"),
        ("transactions.csv", 7, "refers_to", "unknown_transaction"),
    ]
    assert found(history) == []


def exclude(deals, table, column, word):
    """Leave out the rows of a table that hold a word."""
    file = {"transaction_figures": "figures"}.get(table, table)
    rule = f"exclude: [{{column: {column}, equals: {word}, because: head office}}]"
    deals.map(f"{table}: {{file: {file}.csv}}", f"{table}: {{file: {file}.csv, {rule}}}")


def test_a_manager_who_is_left_out_does_not_take_along_what_others_are_credited_with(deals):
    """M1 is head office: T1 and T5 stay with M2's shares, T2 with M2; M1's credits are left out."""
    exclude(deals, "managers", "manager_id", "M1")

    history = deals.read()

    assert ids(history) == ["T1", "T2", "T3", "T4", "T5"]
    assert history.tables["credits"]["manager_id"].tolist() == ["M2", "M2", "M2"]
    assert found(history) == []


def test_a_transaction_goes_out_with_all_its_people(deals):
    """M2 is head office: T2, hers alone, is left out and does not fall to M1; so is T3, which she made."""
    exclude(deals, "managers", "manager_id", "M2")

    history = deals.read()

    assert ids(history) == ["T1", "T4", "T5"]
    assert ids(history, "transaction_figures") == ["T1", "T5"]
    assert found(history) == []


def test_a_transaction_that_is_left_out_takes_its_credits_along(deals):
    """Loans are left out by a rule of the mapping, with all that hangs on them."""
    exclude(deals, "transactions", "product", "loan")

    history = deals.read()

    assert ids(history) == ["T2", "T5"]
    assert ids(history, "credits") == ["T2", "T5", "T5"]
    assert ids(history, "transaction_figures") == ["T5"]
    assert found(history) == []
    assert "2 rows left out: the transaction is left out" in set(history.findings["what_to_do"])


def test_credits_left_out_by_the_mapping_name_nobody(deals):
    """Without its only row in `credits` T2 is M1's again, whole."""
    exclude(deals, "credits", "transaction_id", "T2")

    history = deals.read()

    shares = credited(history.tables["transactions"], history.tables["credits"])
    assert shares.loc[shares["transaction"] == 1, ["manager_id", "share"]].to_numpy().tolist() == [
        ["M1", 1.0]
    ]


def test_a_transaction_is_with_everybody_credited_with_it(deals):
    """T2 goes to South with M2, who has moved; T5 to both; figures go along, and rates are everywhere."""
    history = deals.read()
    north, south = history.region("North"), history.region("South")

    assert ids(north) == ["T1", "T3", "T5"]
    assert ids(south) == ["T2", "T4", "T5"]
    assert ids(north, "credits") == ["T1", "T1", "T5"]
    assert ids(south, "credits") == ["T2", "T5"]
    assert ids(north, "transaction_figures") == ["T1", "T3", "T5"]
    assert ids(south, "transaction_figures") == ["T5"]
    assert len(north.tables["fx"]) == len(south.tables["fx"]) == 2
    assert south.tables["managers"]["hired"].iloc[0] == pd.Timestamp("2024-01-01")


def test_the_store_gives_back_the_whole_and_each_region(deals, tmp_path):
    """A transaction of two regions stands in both folders, and once in the whole."""
    deals.add("credits.csv", "T55,M2,0.5", "T5,M3,1.01")
    history = deals.read()
    folder = write_store(history, tmp_path / "store")
    whole = read_store(folder)
    parts = [(read_store(folder, region), history.region(region)) for region in history.regions]

    for name in history.tables:
        for kept, wanted in [(whole, history), *parts]:
            pd.testing.assert_frame_equal(kept.tables[name], wanted.tables[name], obj=name)
    assert whole.quarantine.equals(history.quarantine)


WORDS = st.sampled_from(["T1", "T2", "T5", "T9", "", "M1", "M2", "M3", "M9", "0.5", "1", "0", "x", "2"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(
    shares=st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=8),
    figures=st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4),
)
def test_whatever_is_in_the_files_counts_add_up_and_nothing_hangs_in_the_air(deals, shares, figures):
    """Every accepted credit and figure has an accepted transaction, and regions lose none."""
    deals.write(
        "credits.csv", "transaction_id,manager_id,share\n" + "".join(f"{','.join(row)}\n" for row in shares)
    )
    deals.write(
        "figures.csv", "transaction_id,figure,value\n" + "".join(f"{','.join(row)}\n" for row in figures)
    )

    history = deals.read()

    assert {*ids(history, "credits"), *ids(history, "transaction_figures")} <= set(ids(history))
    assert {each for region in history.regions for each in ids(history.region(region))} == set(ids(history))
