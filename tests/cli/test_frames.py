"""Tables on their way out: no cell becomes a formula, identifiers stay text, files are whole or absent."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from policymodel.cli.frames import check_target, hand_over
from policymodel.errors import InputError
from policymodel.report.export import write_table

FRAME = pd.DataFrame(
    {"manager_id": ["0123456", "=cmd()", "+1", "@x", "北"], "score": [-1.5, 0.0, 1.0, float("nan"), 2.0]}
)


def test_csv_cells_are_guarded_and_ids_stay(tmp_path):
    """A formula gets an apostrophe; a negative number and a leading zero stay as they are."""
    path = write_table(FRAME, tmp_path / "out.csv")

    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["manager_id,score", "0123456,-1.5", "'=cmd(),0.0", "'+1,1.0", "'@x,", "北,2.0"]


def test_excel_gets_text_and_no_formula(tmp_path):
    """The cell holds the id itself, as text."""
    path = write_table(FRAME, tmp_path / "out.xlsx")

    cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["0123456", "=cmd()", "+1", "@x", "北"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_parquet_is_unchanged(tmp_path):
    """For programs, nothing is guarded."""
    pd.testing.assert_frame_equal(pd.read_parquet(write_table(FRAME, tmp_path / "out.parquet")), FRAME)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """Whole or not at all."""
    path = tmp_path / "out.parquet"
    path.write_bytes(b"old")

    with pytest.raises(Exception, match=r"Conversion failed|Expected bytes"):
        write_table(pd.DataFrame({"mixed": [b"1", 2, "3"]}), path)

    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.parquet"]


def test_no_zero_that_is_handed_over_has_a_sign(tmp_path, capsys):
    """On the screen and in a file; what is below zero stays below, and the table itself stays as it is."""
    frame = pd.DataFrame({"line": ["a", "b", "c"], "value": [-0.0, -1.5, float("nan")]})

    hand_over(frame, None)
    hand_over(frame, tmp_path / "out.csv")

    assert capsys.readouterr().out.splitlines()[1:] == ["a,0.0", "b,-1.5", "c,"]
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "a,0.0",
        "b,-1.5",
        "c,",
    ]
    assert str(frame["value"][0]) == "-0.0"


@pytest.mark.parametrize("name", ["out.doc", "nowhere/out.csv"])
def test_a_target_we_cannot_write_is_refused_first(tmp_path, name):
    """Before anything is computed."""
    with pytest.raises(InputError):
        check_target(tmp_path / name)
