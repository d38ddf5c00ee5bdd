"""Rules over transactions: what a mapping may say, what is refused and how, and what a region knows of a verdict."""

import json

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.errors import HistoryError, MappingError
from policymodel.history import read_mapping
from policymodel.history.store import MANIFEST, read_store, write_store
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.explanation import rows_on_page

NEEDS = (
    "need_id,client_id,manager_id,date,valid_until,product\n"
    "N1,C1,M1,2024-01-05,,loan\n"
    "N2,C2,M1,2024-02-01,2024-03-01,loan\n"
    "N3,C3,M1,2024-01-02,,card\n"
)
RULE = """
  needs: {file: needs.csv}
transaction_figures:
  assessed: {title: {en: Need assessed}, of: needs, products: [loan], fits: same_product, same_day: yes}
measures:
"""
YEAR = Period.parse("2024")


@pytest.fixture
def judging(deals):
    """The small bank with deals, which also keeps its assessments. M1, of the other region, assessed C2's need."""
    deals.write("needs.csv", NEEDS)
    deals.add("transactions.csv", "T6,M2,2024-02-20,loan,7,C2,", "T7,M1,2024-02-21,loan,7,,")
    deals.map("\nmeasures:\n", RULE)
    return deals


def assessed(history):
    """The figure of each transaction, None where it is not known."""
    rows = history.tables["transaction_figures"]
    rows = rows[rows["figure"] == "assessed"]
    values = [None if pd.isna(each) else each for each in rows["value"]]
    return dict(zip(rows["transaction_id"], values, strict=True))


def test_figures_stand_beside_those_that_deals_bring_along(judging):
    """S3.2: one row a transaction; a card needs no assessment, and T4 takes back T3, which had one of its day."""
    history = judging.read()

    assert assessed(history) == {"T1": 1, "T2": 1, "T3": 1, "T4": 1, "T5": 1, "T6": 1, "T7": None}
    assert set(history.tables["transaction_figures"]["figure"]) == {"margin", "assessed"}


def test_of_what_it_cannot_be_told_is_noted(judging):
    """S3 (ours): the sale without a client is named with its file and row, and with what follows."""
    found = judging.read().findings
    noted = found[found["rule"] == "unclear_assessment"]

    assert noted[["file", "row", "value", "region"]].to_numpy().tolist() == [
        ["transactions.csv", 8, "T7", "North"]
    ]
    assert noted["what_to_do"].tolist() == ["it is without a client, so 'assessed' is not known"]


def test_every_verdict_is_counted(judging, capsys):
    """S3 (ours): transactions in = the verdicts and what was put aside, printed and in JSON."""
    judging.add("transactions.csv", "T8,M1,2024-02-31,loan,7,C1,")
    command = ["check", str(judging.folder), "--mapping", str(judging.mapping)]
    main(command)
    told = capsys.readouterr().out
    main([*command, "--json"])

    account = (
        "assessed: 8 transactions in = 4 assessed + 2 of products for which nothing is asked + 1 without a client"
        " + 1 put aside"
    )
    assert account in told
    assert json.loads(capsys.readouterr().out)[0]["counted"] == [account]


def test_a_region_keeps_the_figure_where_it_lacks_the_assessment(judging, tmp_path):
    """S3 (ours): South sold to C2, whose need M1 of North assessed: the figure stands, and tells no other reason."""
    history = judging.read()
    panels = [
        build_panel(each, YEAR, Period.parse("2023"))
        for each in (history, read_store(write_store(history, tmp_path / "store"), "South"))
    ]
    told = [
        rows_behind(each, Column("transaction:assessed"), "M2", Period.parse("2024-02")) for each in panels
    ]
    rows = [each[each["name"].str.startswith("T6 ") & (each["about"] == "assessed")] for each in told]

    assert [each["value"].tolist() for each in rows] == [[1.0], [1.0]]
    assert [each["name"].tolist() for each in rows] == [["T6 N2"], ["T6 assessed"]]
    assert [each["why"].tolist() for each in rows] == [["ASSESSED"], [""]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_the_number_of_the_assessment_and_no_client(judging, language):
    """S3.2: whoever doubts a figure finds the assessment: file, row, number, and why it counts."""
    panel = build_panel(judging.read(), YEAR, Period.parse("2023"))
    behind = rows_behind(panel, Column("transaction:assessed"), "M1", Period.parse("2024-01"))
    told = [each.words for each in rows_on_page(behind, {"assessed": {"en": "Need assessed"}}, language)]

    assert len(told) == 2
    assert told[1].startswith("needs.csv")
    assert "N1" in told[1]
    why = {"en": "(the need was assessed)", "zh-Hant": "（已評估需求）", "zh-Hans": "（已评估需求）"}
    assert why[language] in told[1]
    assert not any("C1" in each for each in told)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("of: needs", "of: contacts", "'contacts' is not one of needs"),
        ("  needs: {file: needs.csv}\n", "", "no file is named for 'needs'"),
        ("  transactions: {file: transactions.csv}\n", "", "no file is named for 'transactions'"),
        (
            "fits: same_product",
            "fits: product",
            "'product' is not one of same_product, same_or_blank or any_product",
        ),
        (", fits: same_product", "", "fits"),
        (", same_day: yes", "", "same_day"),
        ("same_day: yes", "same_day: maybe", "'maybe' is not one of yes or no"),
        ("same_day: yes", "same_day: yes, valid_days: -1", "valid_days"),
        ("same_day: yes", "same_day: yes, made_by: seler", "did you mean 'seller'?"),
        ("same_day: yes", "same_day: yes, unclear: zero", "'zero' is not one of not_known or not_assessed"),
        ("same_day: yes", "same_day: yes, product: [loan]", "did you mean 'products'?"),
        ("  assessed: {title", "  credited: {title", "every transaction has a figure 'credited' already"),
        ("{file: needs.csv}", "{file: needs.csv, dates: YYYY-MM}", "the source of needs writes months"),
        (
            "{file: transactions.csv}",
            "{file: transactions.csv, dates: YYYY-MM}",
            "the source of transactions writes months, and days decide what came first",
        ),
    ],
)
def test_each_way_to_be_wrong(judging, old, new, sentence):
    """One mistake of a rule, and its sentence."""
    judging.map(old, new)

    with pytest.raises(MappingError) as refusal:
        read_mapping(judging.mapping)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        (
            "needs",
            "valid_until",
            r"judged by valid_until, and needs\.csv has no such column.*or say `valid_days`",
        ),
        ("needs", "product", r"judged by product, and needs\.csv has no such column"),
        ("transactions", "client_id", r"judged by client_id, and transactions\.csv has no such column"),
    ],
)
def test_a_column_that_no_file_has_is_refused(judging, table, column, words):
    """S3 (ours): where nobody says which client it was, or until when, it is not known: neither 0 nor 1."""
    judging.map(f"{table}: {{file: {table}.csv}}", f"{table}: {{file: lacking.csv}}")
    frame = pd.read_csv(judging.folder / f"{table}.csv", dtype="str").drop(columns=column)
    frame.to_csv(judging.folder / "lacking.csv", index=False)

    with pytest.raises(
        HistoryError,
        match=words.replace("needs\\.csv", "lacking\\.csv").replace("transactions\\.csv", "lacking\\.csv"),
    ):
        judging.read()


def test_a_figure_is_judged_or_given(judging):
    """Never both."""
    judging.add("figures.csv", "T1,assessed,1")

    with pytest.raises(
        HistoryError, match=r"judged by needs and has rows of its own; see figures\.csv, row 5"
    ):
        judging.read()


def test_titles_of_codes_are_kept_in_a_store(judging, tmp_path):
    """Of events, channels and products, and of the figure; a measure goes before a code of the same name."""
    judging.map(
        "currency: CNY\n",
        "currency: CNY\nproducts: {cards: {title: {en: Plastic}}, loan: {title: {en: Loans}}}\n",
    )
    found = read_store(write_store(judging.read(), tmp_path / "store"), "South")

    assert found.codes["product"] == {"cards": {"en": "Plastic"}, "loan": {"en": "Loans"}}
    assert [found.titles[each]["en"] for each in ("loan", "cards", "assessed")] == [
        "Loans",
        "Cards",
        "Need assessed",
    ]


def test_a_store_of_before_there_were_rules_can_be_read(deals, tmp_path):
    """It has none; its figures are there."""
    history = deals.read()
    folder = write_store(history, tmp_path / "store")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del manifest["transaction_rules"], manifest["codes"]
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    found = read_store(folder)

    assert found.transaction_rules == {}
    assert found.codes == {}
    pd.testing.assert_frame_equal(found.tables["transaction_figures"], history.tables["transaction_figures"])
