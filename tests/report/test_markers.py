"""The section for a region's own HR: who is told, under which name, and what it says where nobody marked (S2)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.rubric import items_of, read_rubric
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.report.display import Article, contents
from policymodel.report.markers import agreement
from policymodel.report.own_records import marks
from policymodel.report.rule_book import rule_book
from policymodel.report.session import Session, open_session
from policymodel.scheme.reading import read_scheme

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "params" / "runs" / "duties.yaml"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duties")
    write_bank(folder / "bank", Draws(3), managers=70, regions=1)
    history = read_history(folder / "bank", read_mapping(ROOT / "params" / "mappings" / "bank.yaml"))
    write_store(history, folder / "store")
    new_key(folder / "private" / "key")
    return folder


@pytest.fixture(scope="module")
def session(place: Path) -> Session:
    return open_session("north", str(RUN), history=str(place / "store"), edition="regional_hr")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def said(session: Session, place: Path, language: str) -> list[dict]:
    return contents(list(agreement(session, str(place / "private" / "key"))), language)


def test_the_planted_reviewers_stand_first_and_last(session, place):
    """S2 (ours): who was made too generous marks highest, who was made too severe lowest, each by more than chance."""
    planted = {
        row["reviewer_id"]: float(row["marks_too_high"])
        for row in rows(place / "bank" / "truth" / "planted_reviewers.csv")
    }
    names = pseudonyms(planted, read_key(place / "private" / "key"))
    table = next(each for each in said(session, place, "en") if each["kind"] == "table")
    verdicts = {row["head"]: [each["text"] for each in row["cells"]] for row in table["rows"]}

    for who, much in planted.items():
        if abs(much) > 0.5:
            cells = verdicts[names[who]]
            assert cells[3].startswith("+" if much > 0 else "−")
            assert cells[-1] == ("higher" if much > 0 else "lower")


def test_missing_marks_are_counted_as_the_file_has_them(session, place):
    """S2: blank cells of the source, by hand from the file."""
    raw = [row for row in rows(place / "bank" / "reviews.csv") if row["日期"].startswith("2025")]
    blank = sum(row["評分"] == "" for row in raw)
    text = "\n".join(each.get("text", "") for each in said(session, place, "en"))

    assert f"{blank} of {len(raw):,} marks are missing" in text


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_reviewers_stand_under_pseudonyms_in_every_language(language, session, place):
    ids = {row["考評人"] for row in rows(place / "bank" / "reviews.csv")}
    text = str(said(session, place, language))

    assert ids
    assert not [each for each in ids if each in text]
    assert "P-" in text


def test_under_ids_where_the_run_file_asks_for_them(session, place):
    ids = {row["考評人"] for row in rows(place / "bank" / "reviews.csv")}
    run = session.run.model_copy(update={"people_as": "ids"})
    table = next(each for each in said(replace(session, run=run), place, "en") if each["kind"] == "table")

    assert {row["head"] for row in table["rows"]} <= ids


def test_a_history_without_marks_says_so_in_one_sentence(session, place):
    empty = session.history.tables["reviews"].iloc[:0]
    bare = replace(
        session, history=replace(session.history, tables={**session.history.tables, "reviews": empty})
    )

    assert [each["text"] for each in said(bare, place, "en")] == ["This history holds no marks of reviewers."]


def test_nobody_can_be_compared_where_one_reviewer_marks(session, place):
    reviews = session.history.tables["reviews"]
    one = reviews[(reviews["reviewer_id"] == reviews["reviewer_id"].iloc[0]).to_numpy()]
    bare = replace(
        session, history=replace(session.history, tables={**session.history.tables, "reviews": one})
    )
    text = str(said(bare, place, "en"))

    assert "No duty was marked by two reviewers" in text
    assert "not compared" in text
    assert pd.notna(one["mark"]).any()


def own_marks(rubric, *given):
    """One person's table of marks in the third quarter, in English, as rows of texts."""
    frame = pd.DataFrame(given, columns=["manager_id", "reviewer_id", "date", "item", "mark"])
    frame = frame.assign(date=pd.to_datetime(frame["date"]), mark=frame["mark"].astype(float))
    tables = marks(frame, "m1", Period.parse("2025-Q3"), rubric)
    rows = [row for each in tables for row in each.written("en")["rows"]]
    return [[row["head"], *(cell["text"] for cell in row["cells"])] for row in rows]


def test_a_mark_stands_beside_what_it_means():
    """S2: words of the mark; of a mean the words on either side; what was not given is counted; nobody's name."""
    rubric = read_rubric(ROOT / "params" / "rubrics" / "duties.yaml")
    day = "2025-09-28"
    found = own_marks(
        rubric,
        ("m1", "v1", day, "service_quality", 4),
        ("m1", "v1", day, "lobby_patrol", 3),
        ("m1", "v2", day, "lobby_patrol", 4),
        ("m1", "v3", day, "lobby_patrol", None),
        ("m1", "v1", day, "client_assessment", None),
        ("m1", "v1", "2025-06-30", "service_quality", 0),
        ("m2", "v1", day, "service_quality", 1),
    )

    assert found == [
        ["Clients recognised and brought to the right service", "–", "1 of 1", ""],
        [
            "Patrols of the lobby",
            "3.50",
            "1 of 3",
            "3: Patrolled on every day of duty, with a record. "
            "4: As 3, and faults that are found are put right on the day.",
        ],
        ["Service quality of the lobby's staff", "4", "–", "As 3, and staff are shown what to do better."],
    ]


def test_without_a_rubric_a_mark_stands_alone():
    assert own_marks(None, ("m1", "v1", "2025-09-28", "lobby_patrol", 3)) == [["lobby_patrol", "3", "–", ""]]
    assert own_marks(None) == []


def test_the_plan_document_prints_every_mark_of_the_rubric():
    """S2: each line that reads a mark has six rows of words in each language, and no other line has any."""
    mapping = read_mapping(ROOT / "params" / "mappings" / "bank.yaml")
    scheme = read_scheme(ROOT / "params" / "schemes" / "s2_duties.yaml")
    things = rule_book(scheme, mapping.measures, ("en",), marks=items_of(mapping.rubric, mapping.records))
    tables = [each for thing in things if isinstance(thing, Article) for each in thing.tables]
    told = [each.written("zh-Hant") for each in tables if "評定標準" in each.written("zh-Hant")["caption"]]

    assert len(told) == 5
    assert [row["head"] for row in told[0]["rows"]] == ["5", "4", "3", "2", "1", "0"]
    written = {cell["text"] for each in told for row in each["rows"] for cell in row["cells"]}
    texts = {words.zh_hant for item in mapping.rubric.items.values() for words in item.marks.values()}
    assert written == texts
