"""Tables that leave the program as files: CSV, Excel, Parquet; no cell of them becomes a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from policymodel.history.store import guarded as guarded_text
from policymodel.whole import whole

FORMATS = (".csv", ".xlsx", ".parquet")


def write_table(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table in the format its name says, whole or not at all."""
    with whole(path) as part:
        match path.suffix.lower():
            case ".csv":
                # Excel reads a CSV file as UTF-8 only with the mark at its beginning
                guarded(frame).to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\n")
            case ".parquet":
                frame.to_parquet(part, index=False)
            case ".xlsx":
                write_workbook(frame, part)
            case other:
                raise ValueError(f"'{other}' is no format of tables; use {', '.join(FORMATS)}")
    return path


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay as they are.

    >>> guarded(pd.DataFrame({"manager_id": ["=cmd()", "0123"], "score": [-1.0, 2.0]})).values.tolist()
    [["'=cmd()", -1.0], ['0123', 2.0]]
    """
    words = frame.select_dtypes(["object", "string", "category"]).columns
    safe = {
        name: frame[name].map(lambda cell: guarded_text(cell) if isinstance(cell, str) else cell)
        for name in words
    }
    return frame.assign(**safe)


def write_workbook(frame: pd.DataFrame, path: Path) -> None:
    """One sheet; text is written as text, so that Excel computes and opens nothing in it."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as workbook:
        frame.to_excel(workbook, sheet_name="policymodel", index=False, freeze_panes=(1, 0))
