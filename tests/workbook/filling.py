"""A small scheme, its workbook, and hands that fill it in."""

from pathlib import Path

from openpyxl import load_workbook

from policymodel.workbook.layout import ASKED, COVER, COVER_VALUES, LETTERS, NUMBERS
from policymodel.workbook.template import write_template

SCHEME = """
id: small
title: {en: Small, zh-Hant: 小方案}
source: S1
every: quarter
figures:
  - kind: commission
    id: commission
    title: {en: "=Commission", zh-Hant: 佣金}
    of: {measure: sales}
    rate: {value: 0.05, unit: share, range: [0, 0.2], title: {en: Rate of pay, zh-Hant: 佣金率}, region_may_change: yes}
    cap: {value: 5000, unit: "@CNY", range: {above: commission.floor}}
    floor: 100
  - kind: advance
    id: advance
    title: Advance
    of: {line: commission}
    earned_over: 12
    advanced: 9
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - {kind: assumed, id: start, title: "-Start", source: S4, points: {value: 10, range: {above: 0, below: 20}}}
    - kind: assumed
      id: dated
      title: "+Dated"
      source: S4
      points:
        segments: [{value: 1.5, from: 2024-01-01, to: 2024-12-31}, {value: 2, from: 2025-01-01}]
        inside_period: by_days
"""
ROWS = {
    "commission.rate": 2,
    "commission.cap": 3,
    "commission.floor": 4,
    "advance.earned_over": 5,
    "advance.advanced": 6,
    "card.rescale": 7,
    "start.points": 8,
    "dated.points": 9,
}
COVER_WORDS = {
    "id": "more",
    "title_en": "More",
    "title_zh": "更多",
    "author": "HR, 2025-06",
    "because": "to see",
}


def make(folder: Path, scheme: str = SCHEME) -> Path:
    """The workbook of a scheme in a folder."""
    (folder / "small.yaml").write_text(scheme, encoding="utf-8")
    write_template(folder / "small.yaml", folder / "parameters.xlsx")
    return folder / "parameters.xlsx"


def fill(path: Path, *rows, cover=COVER_WORDS, formats=()) -> Path:
    """Type into open cells: (address, new, effective, why) a row, words on the cover; give cells a format."""
    book = load_workbook(path)
    for address, *typed in rows:
        for name, value in zip(("new", "effective", "why"), typed, strict=True):
            if value is not None:
                book[NUMBERS][f"{LETTERS[name]}{ROWS[address]}"] = value
    for name, value in cover.items():
        book[COVER][f"{COVER_VALUES}{ASKED[name][0]}"] = value
    for cell, form in formats:
        book[NUMBERS][cell].number_format = form
    book.save(path)
    return path


def overwrite(path: Path, sheet: str, cell: str, value) -> Path:
    """Put something into a cell that is locked."""
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    return path
