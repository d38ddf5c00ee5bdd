"""The mapping file: everything wrong with it at once, and what was probably meant."""

from pathlib import Path

import pytest

from policymodel.errors import MappingError
from policymodel.history import read_mapping
from policymodel.periods import Period

ROOT = Path(__file__).resolve().parents[2]


def complaint(bank) -> str:
    """What is said about the mapping."""
    with pytest.raises(MappingError) as refusal:
        read_mapping(bank.mapping)
    return str(refusal.value)


def test_a_good_mapping(bank):
    """Titles by language, measures as declared, tables where they were said to be."""
    mapping = read_mapping(bank.mapping)

    assert mapping.title == {"en": "Small bank", "zh-Hant": "小銀行"}
    assert mapping.notes == ({"en": "Invented.", "zh-Hant": "虛構。"},)
    assert (mapping.measures["share"].top, mapping.measures["share"].bottom) == ("cards", "deposits")
    assert mapping.tables["activity"].file == "activity.csv"


def test_all_problems_at_once(bank):
    """Six mistakes are six sentences, each with its line."""
    bank.map("currency: CNY", "currency: yuan")
    bank.map("activity: {file: activity.csv}", "activty: {file: activity.csv}")
    bank.map("events: {file: events.csv}", "events: {file: events.csv, colums: {date: 日期}}")
    bank.map("outlets: {file: outlets.csv}", "outlets: {file: outlets.csv, columns: {regoin: 地區}}")
    bank.map("cards: {title: {en: Cards}, type: flow", "cards: {title: {en: Cards}, type: flo")

    text = complaint(bank)

    assert text.splitlines()[0].endswith("small.yaml: 6 problems")
    for sentence in (
        "currency (line 3): 'yuan' is no currency; write three capital letters such as CNY",
        "tables.events.colums (line 10): there is no such setting; did you mean 'columns'?",
        "measures.cards.type (line 13): 'flo' is not one of flow, stock, ratio or cumulative_within; "
        "did you mean 'flow'?",
        "tables: 'activity' is compulsory and not here",
        "tables.activty (line 8): there is no table 'activty'; did you mean 'activity'?",
        "tables.outlets.columns.regoin (line 7): outlets has no column 'regoin'; did you mean 'region'?",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("file: events.csv", "file: ../events.csv", "'../events.csv' leaves the folder of history"),
        ("file: events.csv", "file: /etc/passwd.csv", "leaves the folder of history"),
        ("file: events.csv", "file: 'C:\\x.csv'", "leaves the folder of history"),
        ("file: events.csv", "file: events.pdf", "'events.pdf' is no kind of table"),
        ("file: events.csv", "sheet: 1", "tables.events.file (line 10): this setting is needed"),
        ("file: events.csv", "file: events.csv, encoding: latin1", "'latin1' is not one of utf-8, big5,"),
        ("file: events.csv", "file: events.csv, dates: dd/mm/yy", "is no way to write a date"),
        ("file: managers.csv", "file: managers.csv, constants: {fte: all}", "'all' is no number"),
        ("file: managers.csv", "file: managers.csv, constants: {valid_from: 2024-13-01}", "is no date"),
        (
            "file: managers.csv",
            "file: managers.csv, columns: {grade: 級}, constants: {grade: B}",
            "'grade' is also mapped to a header; keep one of them",
        ),
        ("top: cards", "top: card", "'card' is no flow or stock declared here; did you mean 'cards'?"),
        ("top: cards, ", "", "a ratio, and nothing else, is made from two counts"),
        (
            "type: flow, unit: CNY",
            "type: cumulative_within, unit: CNY",
            "`within` belongs to type cumulative_within",
        ),
        ("regulator_class: efficiency", "regulator_class: growth", "is not one of compliance, risk"),
        ("title: {en: Small bank, zh-Hant: 小銀行}", "title: {zh-Hant: 小銀行}", "title.en (line 2)"),
        (
            "currency: CNY",
            "currency: CNY\nsums: {cards: [cards, nothing]}",
            "a sum cannot be one of its own parts",
        ),
        (
            "currency: CNY",
            "currency: CNY\nsums: {cards: [deposits, nothing]}",
            "'nothing' is no flow or stock",
        ),
        ("currency: CNY", "currency: CNY\ncurrency: USD", "the key 'currency' stands here twice"),
        ("  cards: {title", "  ../cards: {title", "hidden sign or a way through folders"),
    ],
)
def test_each_way_to_be_wrong(bank, old, new, sentence):
    """One mistake, its place and its sentence."""
    bank.map(old, new)

    assert sentence in complaint(bank)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_no_mapping_at_all(bank, text):
    """A list, a word or nothing is no mapping."""
    bank.mapping.write_text(text, encoding="utf-8")

    assert "this is no mapping" in complaint(bank)


def test_plain_numbers_stand_for_their_text(bank):
    """A sheet called 2024 and a constant 1 need no quotes."""
    bank.map("file: managers.csv", "file: managers.xlsx, sheet: 2024, constants: {fte: 1}")

    managers = read_mapping(bank.mapping).tables["managers"]

    assert (managers.sheet, managers.constants) == ("2024", {"fte": "1"})


@pytest.mark.parametrize("name", ["estban", "berka"])
def test_mappings_of_the_project_are_good(name):
    """The mappings shipped for real tables can be read and speak both languages everywhere."""
    mapping = read_mapping(ROOT / "params" / "mappings" / f"{name}.yaml")

    titles = [mapping.title, *mapping.notes, *(measure.title for measure in mapping.measures.values())]
    assert all(set(title) == {"en", "zh-Hant", "zh-Hans"} for title in titles)


def test_observed_months_are_a_period():
    """Cards of the Czech bank are kept from November 1993 on."""
    cards = read_mapping(ROOT / "params" / "mappings" / "berka.yaml").measures["cards_issued"]

    assert cards.observed == Period.parse("1993-11..1998-12")
