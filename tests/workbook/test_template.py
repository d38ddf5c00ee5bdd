"""The workbook that goes out: every number a row, only what may be filled in is open, no text is a formula."""

import re
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from policymodel.errors import SchemeError
from policymodel.scheme.biography import Bound, Range
from policymodel.workbook.layout import ASKED, COLUMNS, COVER, COVER_VALUES, LETTERS, NUMBERS, interval
from policymodel.workbook.template import write_template
from workbook.filling import COVER_WORDS, ROWS, SCHEME, make


@pytest.fixture
def path(tmp_path):
    return make(tmp_path)


def test_every_number_is_a_row_with_its_biography(path):
    """As another library reads the file."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(NUMBERS).to_python()
    by_address = {row[0]: row[1:8] for row in rows[1:]}

    assert [row[0] for row in rows[1:]] == list(ROWS)
    assert by_address["commission.rate"] == [
        "=Commission / 佣金",
        "rate",
        "Rate of pay / 佣金率",
        "share",
        "0 ≤ x ≤ 0.2",
        "yes 是",
        0.05,
    ]
    assert by_address["commission.cap"][3:] == ["@CNY", "x > commission.floor", "", 5000]
    assert by_address["start.points"][0] == "-Start"
    assert by_address["card.rescale"][:2] == ["Card / 考核表", "rescale"]
    assert by_address["dated.points"][6] == "1.5 (2024-01-01 – 2024-12-31); 2 (2025-01-01 – …)"


def test_a_number_that_is_left_out_has_no_row(tmp_path):
    """A first tier without a beginning is its rate; nobody can fill in where it begins."""
    tiered = """
  - kind: tiers
    id: tiered
    title: Tiered
    of: {measure: sales}
    rate_applies_to: slice
    measured: by_itself
    tiers: [{rate: 0.01}, {from: 1000, rate: 0.02}]
card:"""
    made = make(tmp_path, SCHEME.replace("\ncard:", tiered))
    rows = CalamineWorkbook.from_path(made).get_sheet_by_name(NUMBERS).to_python()

    assert [row[0] for row in rows if row[0].startswith("tiered")] == [
        "tiered.tiers[0].rate",
        "tiered.tiers[1].from",
        "tiered.tiers[1].rate",
    ]


def test_no_text_becomes_a_formula(path):
    """Titles and units that begin with = + - @ are strings in the file, marked as typed text."""
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    sheet = load_workbook(path)[NUMBERS]

    assert len(sheets) == 2
    assert not any(re.search(r"<f[ >]", text) for text in sheets)
    for cell in ("B2", "E3", "B8", "B9"):
        assert (sheet[cell].data_type, sheet[cell].quotePrefix) == ("s", True)


def test_only_what_may_be_filled_in_is_open(path):
    book = load_workbook(path)
    opened = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    letters = [LETTERS[name] for name in ("new", "effective", "why")]

    assert all(sheet.protection.sheet for sheet in book)
    assert opened == {(NUMBERS, f"{letter}{row}") for letter in letters for row in ROWS.values()} | {
        (COVER, f"{COVER_VALUES}{row}") for row, _ in ASKED.values()
    }


def test_what_excel_lets_one_type_follows_from_the_range(path):
    """A closed range, an open one, an end that is another row's new value, no range; days."""
    validations = {
        str(each.sqref): (
            each.type,
            each.operator if each.type == "decimal" else None,
            each.formula1,
            each.formula2,
        )
        for each in load_workbook(path)[NUMBERS].data_validations.dataValidation
    }

    assert validations["I2"] == ("decimal", "between", "0", "0.2")
    assert validations["I3"][0::2] == ("custom", "AND(ISNUMBER(I3),I3>IF(ISNUMBER(I4),I4,H4))")
    assert validations["I8"][0::2] == ("custom", "AND(ISNUMBER(I8),I8>0,I8<20)")
    assert validations["I7"] == ("decimal", "between", "-9.99E+307", "9.99E+307")
    assert validations["J2:J9"][0] == "date"


def test_the_sheet_can_be_read(path):
    """Headings in two languages stay in sight, every column has a width, the cover speaks both languages."""
    book = load_workbook(path)
    sheet = book[NUMBERS]
    words = " ".join(str(cell.value) for row in book[COVER].iter_rows() for cell in row if cell.value)

    assert sheet.freeze_panes == "B2"
    assert [sheet.cell(1, index + 1).value for index in range(len(COLUMNS))] == [
        each.heading for each in COLUMNS
    ]
    assert all(re.search(r"[一-鿿]", each.heading) for each in COLUMNS)
    assert all(sheet.column_dimensions[letter].width >= 10 for letter in LETTERS.values())
    assert "Fill in the yellow cells" in words
    assert "請填黃色儲存格" in words
    assert set(COVER_WORDS) <= set(ASKED)


def test_values_are_written_as_decimals(tmp_path):
    """0.285 is written with its own three digits, not with the nearest binary number's seventeen."""
    path = make(tmp_path, SCHEME.replace("value: 0.05", "value: 0.145"))
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()

    assert "<v>0.145</v>" in sheet


def test_a_scheme_that_cannot_be_read_makes_no_workbook(tmp_path):
    (tmp_path / "small.yaml").write_text(SCHEME.replace("kind: advance", "kind: advace"), encoding="utf-8")
    with pytest.raises(SchemeError, match="did you mean 'advance'"):
        write_template(tmp_path / "small.yaml", tmp_path / "parameters.xlsx")

    assert [each.name for each in tmp_path.iterdir()] == ["small.yaml"]


@pytest.mark.parametrize(
    ("allowed", "signs"),
    [
        (Range(Bound(Decimal(0)), Bound(Decimal(1), included=False)), "0 ≤ x < 1"),
        (Range(Bound(Decimal(0), included=False)), "x > 0"),
        (Range(None, Bound("commission.cap")), "x ≤ commission.cap"),
    ],
)
def test_ranges_are_written_in_signs(allowed, signs):
    assert interval(allowed) == signs
