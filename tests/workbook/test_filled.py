"""The workbook that comes back: what was typed becomes a change file, and each wrong cell has its sentence."""

import os
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from policymodel.documents import parse_yaml
from policymodel.errors import InputError
from policymodel.scheme.changes import changes_between
from policymodel.scheme.reading import read_scheme
from policymodel.workbook.changefile import quoted, write_change_file
from policymodel.workbook.filled import read_filled
from policymodel.workbook.layout import COVER, COVER_VALUES, NUMBERS, RECORDED
from policymodel.workbook.marking import mark
from policymodel.workbook.opening import CellFault, typed
from workbook.filling import COVER_WORDS, ROWS, SCHEME, fill, make, overwrite

WHY = "because I say so"


@pytest.fixture
def path(tmp_path):
    return make(tmp_path)


def said(path, base=None):
    """Findings by cell."""
    return {each.cell: f"{each.what}; {each.right}" for each in read_filled(path, base).findings}


def test_a_blank_workbook_changes_nothing(path):
    filled = read_filled(path)

    assert (filled.changes, filled.findings) == ([], ())


def test_there_and_back_again(path, tmp_path):
    """Template, typing, change file, scheme: the very decimals, days and reasons that were typed."""
    fill(
        path,
        ("commission.rate", 0.045, None, 'it says "no": 010, = 2'),
        ("advance.earned_over", 24, None, "two years\nas in the north"),
        ("commission.cap", 123456.789, datetime.fromisoformat("2025-07-01"), "更高"),
        ("dated.points", 2.25, "2025-03-15", WHY),
    )
    filled = read_filled(path)
    (tmp_path / "proposals").mkdir()
    out = tmp_path / "proposals" / "change.yaml"
    write_change_file(filled.about, filled.base, out)
    scheme = read_scheme(out)
    commission, advance = scheme.figures

    assert filled.findings == ()
    assert commission.rate.value == Decimal("0.045")
    assert (commission.rate.unit, commission.rate.region_may_change) == ("share", True)
    assert advance.earned_over == 24
    assert [(each.value, each.first) for each in commission.cap.segments] == [
        (5000, None),
        (Decimal("123456.789"), date(2025, 7, 1)),
    ]
    assert [(each.value, each.first, each.last) for each in scheme.card.lines[1].points.segments] == [
        (Decimal("1.5"), date(2024, 1, 1), date(2024, 12, 31)),
        (2, date(2025, 1, 1), date(2025, 3, 14)),
        (Decimal("2.25"), date(2025, 3, 15), None),
    ]
    assert [each["because"] for each in scheme.reasons] == [
        'it says "no": 010, = 2',
        "更高",
        "two years\nas in the north",
        WHY,
    ]
    assert (scheme.id, dict(scheme.title.languages)) == ("more", {"en": "More", "zh-Hant": "更多"})
    assert len(changes_between(read_scheme(filled.base), scheme)) == 4
    assert [each.name for each in out.parent.iterdir()] == ["change.yaml"]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_the_typed_decimal_is_the_number(number):
    """Excel keeps the nearest binary number and writes seventeen digits of it."""
    assert typed(float(f"{float(number):.17g}")) == number


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        (0.28499999999999998, "0.285"),
        (1.1 / 100, "0.011"),
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
    ],
)
def test_what_the_sheet_shows_is_what_is_meant(stored, number):
    assert quoted(typed(stored)) == number


@pytest.mark.parametrize("stored", [1 / 3, 2**0.5, 1e15, 123456789012345678, 1e-40, float("inf")])
def test_what_nobody_typed_is_refused(stored):
    """Results of a computation have digits that the sheet does not show."""
    with pytest.raises(CellFault):
        typed(stored)


def test_four_percent_is_a_number_only_where_excel_made_it_one(path):
    """Typed into a percent cell it is 0.04; as text it is refused with what to do."""
    fill(path, ("commission.rate", 0.04, None, WHY), formats=[("I2", "0%")])
    assert read_filled(path).changes[0]["to"] == Decimal("0.04")

    fill(path, ("commission.rate", "4%", None, WHY))
    assert said(path) == {
        "I2": "'4%' is text; set the cell's format to percent and type it again, or type 0.04 for 4%"
    }


ROW_FAULTS = {
    "text": (
        ("commission.rate", "0.04", None, WHY),
        "I2",
        "'0.04' is text; set the cell's format to General",
    ),
    "words": (("commission.rate", "much", None, WHY), "I2", "'much' is text"),
    "unit": (("commission.cap", "6,000 CNY", None, WHY), "I3", "'6,000 CNY' is text"),
    "full-width digits": (("commission.rate", "０.１", None, WHY), "I2", "'０.１' is text"),
    "formula": (("commission.rate", "=0.02*2", None, WHY), "I2", "it holds a formula; type what it gives"),
    "error": (("commission.rate", "#DIV/0!", None, WHY), "I2", "it holds the error #DIV/0!; type the value"),
    "yes": (("commission.rate", True, None, WHY), "I2", "TRUE is no number; type digits"),
    "a date": (
        ("commission.rate", date(2025, 4, 3), None, WHY),
        "I2",
        "Excel took it for the time 2025-04-03",
    ),
    "computed": (("commission.rate", 1 / 7, None, WHY), "I2", "has more than 15 digits; round it"),
    "above": (
        ("commission.rate", 0.21, None, WHY),
        "I2",
        "0.21 is out of range; it may be at least 0 and at most 0.2",
    ),
    "below": (("commission.rate", -0.01, None, WHY), "I2", "-0.01 is out of range"),
    "on an open end": (
        ("start.points", 20, None, WHY),
        "I8",
        "20 is out of range; it may be above 0 and below 20",
    ),
    "out of range later": (
        ("commission.rate", 0.21, date(2025, 7, 1), WHY),
        "I2",
        "0.21 is out of range from 2025-07-01",
    ),
    "no whole number": (("advance.earned_over", 12.5, None, WHY), "I5", "12.5 is no whole number"),
    "no integer changes on a day": (("advance.earned_over", 24, date(2025, 7, 1), WHY), "I5", ""),
    "no reason": (
        ("commission.rate", 0.04, None, None),
        "K2",
        "there is no reason for the new value; say why",
    ),
    "blank reason": (("commission.rate", 0.04, None, "  "), "K2", "there is no reason for the new value"),
    "a number for a reason": (
        ("commission.rate", 0.04, None, 7),
        "K2",
        "'7' says nothing; write it in words",
    ),
    "a formula for a reason": (("commission.rate", 0.04, None, "=A1"), "K2", "it holds a formula"),
    "hidden character": (
        ("commission.rate", 0.04, None, "a\u202eb"),
        "K2",
        "hidden character U+202E; remove it",
    ),
    "no day": (
        ("commission.rate", 0.04, "summer", WHY),
        "J2",
        "'summer' is no day; type a day such as 2025-07-01",
    ),
    "a number for a day": (
        ("commission.rate", 0.04, 2025, WHY),
        "J2",
        "Excel took it for 1905-07-17; type",
    ),
    "not in the calendar": (("commission.rate", 0.04, "2025-02-30", WHY), "J2", "'2025-02-30' is no day"),
    "an hour": (
        ("commission.rate", 0.04, datetime.fromisoformat("2025-07-01T08:00"), WHY),
        "J2",
        "is no day",
    ),
    "inside a month": (
        ("commission.rate", 0.04, date(2025, 7, 2), WHY),
        "J2",
        "2025-07-02 lies inside a month",
    ),
    "before it begins": (("dated.points", 3, "2023-07-01", WHY), "J9", "the number begins on 2024-01-01"),
    "from when": (
        ("dated.points", 3, None, WHY),
        "J9",
        "the number has a value for each run of days; say from which day",
    ),
    "nothing new": (("commission.rate", 0.05, None, WHY), "I2", "0.05 is what holds already; clear the row"),
    "nothing new then": (("dated.points", 1.5, "2024-07-01", WHY), "I9", "1.5 is what holds already"),
    "reason alone": (
        ("commission.rate", None, None, WHY),
        "I2",
        "there is no new value; type one, or clear the rest",
    ),
    "day alone": (("commission.rate", None, date(2025, 7, 1), None), "I2", "there is no new value"),
}


@pytest.mark.parametrize(("row", "cell", "sentence"), ROW_FAULTS.values(), ids=ROW_FAULTS.keys())
def test_each_wrong_cell_has_its_sentence(path, row, cell, sentence):
    """One way to be wrong, one cell, and no other cell is blamed for it."""
    found = said(fill(path, row))

    assert list(found) == [cell]
    assert sentence in found[cell]


def test_a_range_that_names_another_number_sees_its_new_value(path):
    """cap > floor: raising the floor to 6000 alone makes the cap wrong; with the cap at 7000 both hold."""
    fill(path, ("commission.floor", 6000, None, WHY))
    assert said(path)["I3"] == (
        "5000 is out of range; it may be above commission.floor, and commission.floor is 6000"
    )

    fill(path, ("commission.cap", 7000, None, WHY))
    assert said(path) == {}


@pytest.mark.parametrize(
    ("cover", "sentence"),
    [
        ({"id": None}, "it is empty; a proposal needs it"),
        ({"title_en": None}, "it is empty"),
        ({"author": " "}, "it is empty"),
        ({"because": None}, "it is empty"),
        ({"id": "two words"}, "'two words' is no id; write a word of letters, digits, _ or -"),
        ({"id": "small"}, "'small' is the id of the scheme itself"),
        ({"author": 2025}, "'2025' says nothing; write it in words"),
        ({"because": "=A1"}, "it holds a formula"),
    ],
)
def test_the_cover_must_be_filled_in_too(path, cover, sentence):
    (finding,) = read_filled(
        fill(path, ("commission.rate", 0.04, None, WHY), cover=COVER_WORDS | cover)
    ).findings

    assert finding.sheet == COVER
    assert sentence in f"{finding.what}; {finding.right}"


def test_a_region_s_workbook_opens_no_more_than_head_office_did(path):
    """The rate is open to regions, the floor is not; its row is told so."""
    north = COVER_WORDS | {"region": "north"}
    fill(path, ("commission.rate", 0.04, None, WHY), ("commission.floor", 50, None, WHY), cover=north)
    assert said(path) == {
        "A4": "region 'north' may not change 'commission.floor'; head office opened commission.rate"
    }

    fill(path, ("commission.floor", "", None, ""), cover=north)
    filled = read_filled(path)
    assert (filled.about["region"], filled.findings) == ("north", ())


LOCKED = {
    "address": (
        "A2",
        "commission.rat",
        "the scheme has no number 'commission.rat'; did you mean 'commission.rate'?",
    ),
    "title": ("B2", "Bonus", "it says 'Bonus', and the scheme '=Commission / 佣金'"),
    "value today": ("H2", 0.06, "it says '0.06', and the scheme '0.05'; this cell is locked"),
    "value as text": ("H2", "0.05", "it says '0.05', and the scheme '0.05'; this cell is locked"),
    "formula": ("H2", "=0.05", "it says '=0.05', and the scheme '0.05'"),
    "range": ("F2", "0 ≤ x ≤ 1", "and the scheme '0 ≤ x ≤ 0.2'"),
    "range removed": ("F2", None, "it says 'None', and the scheme '0 ≤ x ≤ 0.2'"),
    "unit given": ("E4", "CNY", "it says 'CNY', and the scheme empty"),
    "opened to regions": ("G4", "yes 是", "and the scheme empty"),
    "a row more": ("A10", "commission.rate", "'commission.rate' stands in row 2 already; remove one"),
    "another's row": ("A30", "bonus.rate", "the scheme has no number 'bonus.rate'"),
}


@pytest.mark.parametrize(("cell", "value", "sentence"), LOCKED.values(), ids=LOCKED.keys())
def test_a_locked_cell_that_was_altered_is_found(path, cell, value, sentence):
    found = said(overwrite(path, NUMBERS, cell, value))

    assert sentence in found[cell]
    assert set(found) <= {cell, "A1"}


def test_a_row_that_is_gone_is_missed(path):
    book = load_workbook(path)
    book[NUMBERS].delete_rows(ROWS["advance.advanced"])
    book.save(path)

    assert said(path) == {
        "A1": "the row of 'advance.advanced' is gone; make a new workbook with policymodel template"
    }


def test_rows_may_stand_in_another_order(path):
    """Whoever unprotects and sorts the sheet changes nothing."""
    fill(path, ("commission.rate", 0.04, None, WHY))
    book = load_workbook(path)
    sheet = book[NUMBERS]
    for column in range(1, 12):
        first, last = sheet.cell(2, column), sheet.cell(9, column)
        first.value, last.value = last.value, first.value
    book.save(path)

    assert said(path) == {}
    assert read_filled(path).changes[0]["at"] == "commission.rate"


def test_a_scheme_that_changed_meanwhile_is_noticed(path, tmp_path):
    """The cell is not blamed on who filled in the workbook."""
    (tmp_path / "small.yaml").write_text(SCHEME.replace("value: 0.05", "value: 0.06"), encoding="utf-8")

    found = said(path)

    assert found["B17"].startswith("the scheme has changed since the workbook was made")
    assert found["H2"] == "it says '0.05', and the scheme '0.06'; make a new workbook"


def test_another_scheme_than_the_workbook_s_is_noticed(path, tmp_path):
    (tmp_path / "other.yaml").write_text(SCHEME.replace("id: small", "id: other"), encoding="utf-8")

    assert (
        "the workbook was made for 'small', and the scheme is 'other'"
        in said(path, tmp_path / "other.yaml")["B14"]
    )


@pytest.mark.parametrize(
    ("base", "sentence"),
    [
        ("/etc/scheme.yaml", "it names no scheme; say which with --base SCHEME"),
        ("../secret.txt", "it names no scheme"),
        (None, "it names no scheme"),
        ("=A1", "it names no scheme"),
        ("gone.yaml", "its scheme gone.yaml is not where it was, seen from the workbook; say where it is"),
    ],
)
def test_the_cover_names_only_a_scheme_beside_it(path, base, sentence):
    """A workbook from elsewhere does not choose which file of this machine is read."""
    overwrite(path, COVER, f"{COVER_VALUES}{RECORDED['base'][0]}", base)

    with pytest.raises(InputError, match=sentence):
        read_filled(path)


def test_what_is_no_workbook_is_refused(tmp_path):
    """Text, a broken zip, a zip of something else, an old .xls, a workbook of other sheets, none at all."""
    files = {
        "text.xlsx": b"id: small\n",
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "empty.xlsx": b"",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as parts:
        parts.writestr("hello.txt", "hello")
    whole = make(tmp_path).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    for name in (*files, "zip.xlsx", "half.xlsx"):
        with pytest.raises(
            InputError, match=r"it is no Excel workbook; save it as \.xlsx, without a password"
        ):
            read_filled(tmp_path / name)
    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="it has no sheet 'Cover 封面'; make one with policymodel template"):
        read_filled(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="there is no such file"):
        read_filled(tmp_path / "nowhere.xlsx")


def rewritten(path, edit):
    """The workbook with parts added or replaced in its zip."""
    with zipfile.ZipFile(path) as parts:
        contents = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in edit(contents).items():
            parts.writestr(name, content)
    return path


def test_a_bomb_is_not_unpacked(path):
    """A small file that would become a large one; a file of very many parts; entities that multiply."""
    large = rewritten(path, lambda parts: parts | {"xl/media/x.bin": bytes(30_000_000)})
    assert large.stat().st_size < 100_000
    with pytest.raises(InputError, match=r"unpacked it would have 30\d+ bytes"):
        read_filled(large)


def test_a_workbook_of_very_many_parts_is_not_opened(path):
    many = rewritten(path, lambda parts: parts | {f"xl/media/{each}.bin": b"" for each in range(300)})
    with pytest.raises(InputError, match="parts at most"):
        read_filled(many)


def test_entities_that_multiply_are_not_read(path):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    bomb = rewritten(
        path,
        lambda parts: (
            parts
            | {
                "xl/workbook.xml": parts["xl/workbook.xml"].replace(
                    b"<workbook", laughs.encode() + b"<workbook", 1
                )
            }
        ),
    )
    with pytest.raises(InputError, match="it is no Excel workbook"):
        read_filled(bomb)


def test_macros_are_refused(path):
    with pytest.raises(InputError, match=r"it holds macros; save it as \.xlsx, which has none"):
        read_filled(rewritten(path, lambda parts: parts | {"xl/vbaProject.bin": b"x"}))


def test_a_cell_at_the_far_end_is_no_reason_to_wait(path):
    """One cell in the last row of a sheet: told, and not looked for row by row."""
    found = said(overwrite(path, NUMBERS, "A1048576", "x"))

    assert found == {"A20000": "there are more than 20000 rows; remove what is below"}


def test_the_marked_copy_says_what_is_wrong_where_it_is_wrong(path):
    """Red and with the sentence; all else is as it was, and nothing else is red."""
    fill(
        path, ("commission.rate", "4%", None, None), ("commission.floor", 50, None, WHY), cover={"id": "more"}
    )
    before = path.read_bytes()
    copy = mark(path, read_filled(path))
    book = load_workbook(copy)
    red = {
        cell.coordinate: cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "00FF9999"
    }

    assert copy.name == "parameters.checked.xlsx"
    assert path.read_bytes() == before
    assert set(red) == {"I2", "B21", "B23", "B24"}
    assert red["I2"].startswith("'4%' is text; set the cell's format to percent")
    assert book[NUMBERS]["I4"].value == 50
    assert book[NUMBERS].protection.sheet
    assert len(book[NUMBERS].data_validations.dataValidation) == len(ROWS) + 1


def test_a_marked_copy_that_was_put_right_is_a_workbook_again(path):
    """Its marks go once the cell is right, and it makes the same proposal."""
    fill(path, ("commission.rate", "4%", None, WHY))
    copy = mark(path, read_filled(path))
    fill(copy, ("commission.rate", 0.04, None, WHY), ("start.points", 0, None, WHY))
    again = mark(copy, read_filled(copy))
    sheet = load_workbook(again)[NUMBERS]

    assert again == copy
    assert (sheet["I2"].comment, sheet["I2"].fill.fgColor.rgb) == (None, "00FFF6CC")
    assert sheet["I8"].comment.text.startswith("0 is out of range")
    assert read_filled(again).changes[0]["to"] == Decimal("0.04")


def test_no_change_file_is_written_that_cannot_be_read(path, tmp_path):
    """Whole or not at all."""
    fill(path, ("commission.rate", 0.5, None, WHY))
    filled = read_filled(path)
    out = tmp_path / "change.yaml"
    with pytest.raises(InputError, match="out of range"):
        write_change_file(filled.about, filled.base, out)

    assert not out.exists()
    assert not list(tmp_path.glob(".change*"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1))
def test_words_are_read_as_they_were_written(words):
    """Whatever a person types into a cell is text in the file: no number, no yes, no comment, no list."""
    assert parse_yaml(f"because: {quoted(words)}\n", "change.yaml")[0] == {"because": words}


def test_libre_office_keeps_what_was_typed(path, tmp_path):
    """Opened and saved by another program, the workbook makes the same changes and has no findings."""
    office = shutil.which("soffice")
    if office is None:
        assert os.environ.get("POLICYMODEL_OFFICE") != "require", "LibreOffice is required and not there"
        pytest.skip("LibreOffice is not installed")
    fill(path, ("commission.rate", 0.045, None, WHY), ("dated.points", 2.25, date(2025, 3, 15), WHY))
    (tmp_path / "saved").mkdir()
    subprocess.run(
        [office, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    filled = read_filled(tmp_path / "saved" / "parameters.xlsx", tmp_path / "small.yaml")

    assert filled.findings == ()
    assert [(each["at"], each["to"]) for each in filled.changes] == [
        ("commission.rate", Decimal("0.045")),
        ("dated.points", Decimal("2.25")),
    ]
