"""Folders as banks have them: Chinese headers, Excel, Parquet, packed files, old encodings, several files."""

import gzip

import numpy as np
import pandas as pd
import pytest

from policymodel.errors import HistoryError
from policymodel.history import TABLES, files, read_history, read_mapping
from policymodel.history.columns import DTYPES, SOURCE, Kind, TableColumn
from policymodel.history.parsing import Style, parse
from policymodel.history.whereabouts import Spells, days_of
from policymodel.periods import month_number

ACTIVITY = "activity: {file: activity.csv}"
CHINESE = "columns: {manager_id: 工號, month: 月份, measure: 指標, actual: 完成}"
CHINESE_ACTIVITY = "工號,月份,指標,完成\nM1,2024-01,cards,3\nM2,2024-01,cards,1\n"


def figures(history) -> list[tuple[str, int, str, float]]:
    """Accepted figures."""
    frame = history.tables["activity"]
    return list(frame[["manager_id", "month", "measure", "actual"]].itertuples(index=False, name=None))


JANUARY = month_number("2024-01")
TWO_FIGURES = [("M1", JANUARY, "cards", 3.0), ("M2", JANUARY, "cards", 1.0)]


def test_the_small_bank_is_read_whole(bank):
    """Nothing is wrong with it: every row accepted, every column of its declared type, every row with its source."""
    history = bank.read()

    assert history.findings.empty
    for name, table in TABLES.items():
        types = {column.name: DTYPES[column.kind] for column in table.columns} | SOURCE
        assert {column: str(dtype) for column, dtype in history.tables[name].dtypes.items()} == types
    activity = history.tables["activity"]
    assert activity["actual"].tolist()[:1] == [3.0]
    assert np.isnan(activity["actual"].iloc[1])
    assert activity["source_row"].tolist() == [2, 3, 4, 5, 6, 7]
    assert history.tables["managers"]["valid_to"].isna().tolist() == [True, False, True, False]
    assert history.tables["events"]["verified"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("encoding", "option"),
    [("utf-8", ""), ("utf-8-sig", ""), ("big5", ", encoding: big5"), ("gb18030", ", encoding: gb18030")],
)
def test_chinese_headers_in_each_encoding(bank, encoding, option):
    """The same figures come out of UTF-8 with or without its mark, Big5 and GB18030."""
    bank.write("實績.csv", CHINESE_ACTIVITY, encoding)
    bank.map(ACTIVITY, f"activity: {{file: 實績.csv, {CHINESE}{option}}}")

    assert figures(bank.read()) == TWO_FIGURES


def test_another_encoding_is_named(bank):
    """Big5 read as UTF-8 is refused with the line and the setting that would help."""
    bank.write("a.csv", CHINESE_ACTIVITY, "big5")
    bank.map(ACTIVITY, f"activity: {{file: a.csv, {CHINESE}}}")

    with pytest.raises(HistoryError, match="line 1 is not utf-8 text; write `encoding: big5 or gb18030`"):
        bank.read()


def test_gzip_and_several_files(bank):
    """A pattern takes all files it fits, in the order of their names, each row with its own file."""
    packed = gzip.compress(b"manager_id,month,measure,actual\nM1,2024-01,cards,3\n")
    (bank.folder / "part_1.csv.gz").write_bytes(packed)
    bank.write("part_2.csv", "actual,measure,month,manager_id\n1,cards,2024-01,M2\n")
    bank.map(ACTIVITY, "activity: {file: 'part_*'}".replace("part_*", "part_*.csv*"))

    with pytest.raises(Exception, match="is no kind of table"):
        bank.read()
    bank.map("part_*.csv*", "part_2.csv")
    assert figures(bank.read()) == TWO_FIGURES[1:]
    (bank.folder / "part_2.csv").rename(bank.folder / "part_2.csv.old")
    (bank.folder / "part_3.csv.gz").write_bytes(
        gzip.compress(b"month,measure,manager_id\n2024-01,cards,M2\n")
    )
    bank.map("part_2.csv", "part_*.csv.gz")
    with pytest.raises(HistoryError, match=r"activity, part_3.csv.gz: there is no column 'actual'"):
        bank.read()
    (bank.folder / "part_3.csv.gz").write_bytes(
        gzip.compress(b"month,measure,manager_id,actual\n2024-01,cards,M2,1\n")
    )
    history = bank.read()
    assert figures(history) == TWO_FIGURES
    assert history.tables["activity"]["source_file"].tolist() == ["part_1.csv.gz", "part_3.csv.gz"]


def test_excel(bank):
    """Typed cells: a staff number typed as text keeps its zeros, a date in a month column is its month."""
    people = pd.DataFrame(
        {
            "工號": ["007"],
            "地區": ["北"],
            "網點": [12],
            "起": [pd.Timestamp("2024-01-01")],
            "比例": [0.5],
        }
    )
    done = pd.DataFrame(
        {"工號": ["007"], "月份": [pd.Timestamp("2024-01-01")], "指標": ["cards"], "完成": [3.25]}
    )
    with pd.ExcelWriter(bank.folder / "book.xlsx") as book:
        people.to_excel(book, sheet_name="人員", index=False)
        done.to_excel(book, sheet_name="2024", index=False)
    bank.map(
        "managers: {file: managers.csv}",
        "managers: {file: book.xlsx, sheet: 人員, "
        "columns: {manager_id: 工號, region: 地區, outlet_id: 網點, valid_from: 起, fte: 比例}}",
    )
    bank.map(ACTIVITY, f"activity: {{file: book.xlsx, sheet: 2024, {CHINESE}}}")
    for table in ("outlets", "targets", "events", "client_income"):
        bank.map(f"  {table}: {{file: {table}.csv}}\n", "")

    history = bank.read()

    assert figures(history) == [("007", JANUARY, "cards", 3.25)]
    spell = history.tables["managers"].iloc[0]
    assert (spell["outlet_id"], spell["fte"], spell["valid_from"]) == ("12", 0.5, pd.Timestamp("2024-01-01"))


def test_a_sheet_that_is_not_there(bank):
    """The sheets that are there are named."""
    pd.DataFrame({"a": [1]}).to_excel(bank.folder / "book.xlsx", sheet_name="Jan", index=False)
    bank.map(ACTIVITY, "activity: {file: book.xlsx, sheet: Feb}")

    with pytest.raises(HistoryError, match="it has no sheet 'Feb'; its sheets are 'Jan'"):
        bank.read()


def test_parquet_with_types(bank):
    """Numbers, missing ones, dates and categories of a Parquet file are what they are."""
    frame = pd.DataFrame(
        {
            "manager_id": pd.Categorical(["M1", "M1", "M2"]),
            "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-01"]),
            "measure": ["cards", "cards", "cards"],
            "actual": [0.1, np.nan, 1e6],
        }
    )
    frame.to_parquet(bank.folder / "a.parquet")
    bank.map(ACTIVITY, "activity: {file: a.parquet}")

    history = bank.read()

    assert history.findings.empty
    np.testing.assert_equal(history.tables["activity"]["actual"].to_numpy(), [0.1, np.nan, 1e6])
    assert history.tables["activity"]["source_row"].tolist() == [2, 3, 4]


def test_ways_of_writing(bank):
    """Semicolons, decimal commas, German dates and slashed months, each declared."""
    bank.write(
        "activity.csv",
        "manager_id;month;measure;actual\nM1;2024/1;deposits;-1234,5\nM1;2024/2;deposits;1.234,5\n",
    )
    bank.map(ACTIVITY, "activity: {file: activity.csv, separator: semicolon, decimal: comma, months: YYYY/M}")
    text = (bank.folder / "events.csv").read_text(encoding="utf-8")
    bank.write("events.csv", text.replace("2024-01-20", "20.01.2024"))
    bank.map("file: events.csv", "file: events.csv, dates: DD.MM.YYYY")

    history = bank.read()

    assert figures(history) == [("M1", JANUARY, "deposits", -1234.5)]
    assert history.findings["value"].tolist() == ["1.234,5"]
    assert history.tables["events"]["date"].iloc[0] == pd.Timestamp("2024-01-20")


def test_months_as_spells(bank):
    """A month stands for the first day a spell begins and the last day it ends."""
    bank.write(
        "managers.csv", "manager_id,region,outlet_id,valid_from,valid_to\nM1,North,N1,2024-01,2024-02\n"
    )
    for table in ("targets", "events", "client_income"):
        bank.map(f"  {table}: {{file: {table}.csv}}\n", "")
    bank.write("activity.csv", "manager_id,month,measure,actual\nM1,2024-02,cards,3\n")

    spell = bank.read().tables["managers"].iloc[0]

    assert (spell["valid_from"], spell["valid_to"]) == (
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-29"),
    )


def test_constants_and_words(bank):
    """A constant fills a column; words are translated as declared."""
    bank.write("targets.csv", "level,unit_id,measure,period,target\n網點,N1,cards,2024,6\n")
    bank.map("file: targets.csv", "file: targets.csv, values: {level: {網點: outlet}}")
    bank.map("file: managers.csv", "file: managers.csv, constants: {grade: Z}")

    history = bank.read()

    assert history.tables["targets"]["level"].tolist() == ["outlet"]
    assert set(history.tables["managers"]["grade"]) == {"Z"}


def test_all_missing_files_and_columns_at_once(bank):
    """Three mistakes in three tables are said together, with the nearest name."""
    (bank.folder / "events.csv").rename(bank.folder / "event.csv")
    bank.write("targets.csv", "level,unit,measure,period,target\n")
    bank.map("file: outlets.csv", "file: outlets.csv, columns: {region: 地區}")

    with pytest.raises(HistoryError) as refusal:
        bank.read()

    assert str(refusal.value).splitlines()[1:] == [
        "  outlets, outlets.csv: there is no column '地區' for region; its columns are outlet_id, name, region",
        "  targets, targets.csv: there is no column 'unit_id'; did you mean 'unit'?",
        "  events: there is no file 'events.csv'; did you mean 'event.csv'?",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "its first line is blank"),
        (b"\n\nmanager_id,month\n", "its first line is blank"),
        (b"manager_id,month,measure,actual,month\n", "the header 'month' stands twice; rename one of them"),
    ],
)
def test_files_that_are_no_tables(bank, content, sentence):
    """A file without usable headers is refused as a whole."""
    (bank.folder / "activity.csv").write_bytes(content)

    with pytest.raises(HistoryError, match=sentence):
        bank.read()


@pytest.mark.parametrize("suffix", ["csv.gz", "parquet", "xlsx"])
def test_garbage_is_refused_in_a_sentence(bank, suffix):
    """A file that is not what its name says."""
    (bank.folder / f"a.{suffix}").write_bytes(b"PK\x03\x04 nothing of the kind")
    bank.map(ACTIVITY, f"activity: {{file: a.{suffix}}}")

    with pytest.raises(HistoryError, match=r"a\.(csv\.gz|parquet|xlsx): it is no "):
        bank.read()


def test_a_table_of_headers_only(bank):
    """No rows is no mistake: noughts are counted."""
    bank.write("events.csv", "event_id,manager_id,date,event\n")

    history = bank.read()

    counts = history.counts.set_index("table").loc["events"]
    assert history.tables["events"].empty
    assert (counts["rows_in"], counts["accepted"]) == (0, 0)


def test_no_folder(bank, tmp_path):
    """A folder that is not there is said to be so."""
    with pytest.raises(HistoryError, match="there is no such folder"):
        read_history(tmp_path / "none", read_mapping(bank.mapping))


def test_a_file_is_the_same_in_blocks_of_any_size(tmp_path, monkeypatch):
    """Rows keep their numbers and broken lines are named, also where a field is longer than a block."""
    lines = [f"M{number},2024-01,cards,{number}" for number in range(40)]
    lines[7], lines[20], lines[31] = (
        "M7,2024-01",
        ", , ,",
        '"M31\n' + "long " * 60 + '",1,2,3',
    )
    path = tmp_path / "activity.csv"
    path.write_text("\n".join(["manager_id,month,measure,actual", *lines]), encoding="utf-8")

    whole = files.read_text(path, "activity.csv", files.Writing())
    assert [(row.row, row.fields) for row in whole.broken] == [(9, 2)]
    assert len(whole.cells) == 38
    for block in (40, 64, 100):
        monkeypatch.setattr(files, "BLOCK", block)
        pieces = files.read_text(path, "activity.csv", files.Writing())
        pd.testing.assert_frame_equal(pieces.cells, whole.cells)
        assert pieces.rows.tolist() == whole.rows.tolist()
        assert pieces.broken == whole.broken


DIGITS = ["5", "5.", ".5", "-.5", "-0", "007", "", "-", ".", "1.2.3", "1-2", "1/2", "9" * 400]
OTHERS = ["+4", "1e3", "1e00005", "nan", "inf", "1,000", "１", "5 6"]


@pytest.mark.parametrize("word", DIGITS + OTHERS)
def test_plain_numbers_are_told_by_their_bytes_as_by_the_pattern(word):
    """Alone among plain numbers a word is read by its bytes; beside a word that is no number, by the pattern."""
    column = TableColumn("actual", Kind.NUMBER, "")
    alone, faults = parse(pd.Series(["1.25", word, "2"], dtype="str"), column, Style())
    beside, told = parse(pd.Series(["1.25", word, "2", "x"], dtype="str"), column, Style())

    assert alone.tolist() == pytest.approx(beside.tolist()[:3], rel=0, nan_ok=True)
    wrong = [(fault.rule, fault.rows.tolist()) for fault in faults]
    assert wrong == [(fault.rule, fault.rows[:3].tolist()) for fault in told if fault.rows[:3].any()]


def test_spells_are_found_on_every_day():
    """Against a plain loop over random spells of a few managers, days before and after, and strangers."""
    random = np.random.default_rng(1)
    starts = {name: np.cumsum(random.integers(5, 40, size)) for name, size in (("a", 1), ("b", 2), ("c", 7))}
    day = pd.Timestamp("2024-01-01")
    rows = [
        (
            name,
            day + pd.Timedelta(days=int(first)),
            day + pd.Timedelta(days=int(first + random.integers(0, 5))),
        )
        for name, each in starts.items()
        for first in each
    ]
    managers = pd.DataFrame(rows, columns=["manager_id", "valid_from", "valid_to"]).sample(
        frac=1, random_state=2
    )
    managers = managers.reset_index(drop=True)
    asked = pd.DataFrame({"manager_id": random.choice(["a", "b", "c", "z"], 300)})
    asked["date"] = day + pd.to_timedelta(random.integers(0, 300, 300), unit="D")

    at, reached = Spells.of(managers).during(asked["manager_id"], *days_of("events", asked))

    for row, (name, when) in enumerate(asked.itertuples(index=False)):
        own = managers[managers["manager_id"] == name].sort_values("valid_from")
        begun = own[own["valid_from"] <= when]
        expected = -1 if own.empty else (begun.index[-1] if len(begun) else own.index[0])
        assert at[row] == expected
        assert reached[row] == (len(begun) > 0 and begun["valid_to"].iloc[-1] >= when)
