"""What stands where in a parameter workbook, the same for who writes it and for who reads it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from policymodel.scheme.biography import Bound, Number, Range
from policymodel.scheme.parameters import Parameter, parameters
from policymodel.scheme.reading import digest_of
from policymodel.scheme.texts import Text, read_text
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import render

COVER = "Cover 封面"
NUMBERS = "Parameters 參數"


@dataclass(frozen=True)
class Column:
    """One column of the numbers: its heading, its width, and whether a person fills it in."""

    name: str
    heading: str
    width: int
    is_open: bool = False


COLUMNS = (
    Column("address", "Address\n位址", 34),
    Column("line", "Line\n項目", 34),
    Column("setting", "Setting\n設定", 22),
    Column("meaning", "What it is\n說明", 26),
    Column("unit", "Unit\n單位", 12),
    Column("allowed", "Allowed range\n允許範圍", 24),
    Column("region", "Region may change it\n區域可改", 14),
    Column("today", "Value today\n現值", 20),
    Column("new", "New value\n新值", 16, True),
    Column("effective", "Effective from\n生效日", 16, True),
    Column("why", "Why\n理由", 48, True),
)
LETTERS = {column.name: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index] for index, column in enumerate(COLUMNS)}
FIRST_ROW = 2
"""The headings stand in row 1."""

EARLIEST_YEAR = 1990
"""A day before it is a number that was typed where a day belongs."""

COVER_VALUES = "B"
RECORDED = {
    "scheme": (14, "Scheme 方案"),
    "title": (15, "Its title 方案名稱"),
    "base": (16, "Its file 方案檔案"),
    "digest": (17, "Its state 方案狀態 (sha256)"),
}
"""What the cover records of the scheme: row and label."""

ASKED = {
    "id": (20, "Id of the proposal: letters, digits and _ 提案代號"),
    "title_en": (21, "Title in English 英文名稱"),
    "title_zh": (22, "Title in Chinese, if any 中文名稱（可空）"),
    "author": (23, "Who proposes it, and when 提案人及日期"),
    "because": (24, "Why, as a whole 整體理由"),
    "region": (25, "Region, if it is one's own change 區域（僅區域自行調整時填）"),
}
"""What a person fills in on the cover: row and label."""

NEEDED = ("id", "title_en", "author", "because")

GUIDE = (
    ("Fill in the yellow cells; all others are locked.", "請填黃色儲存格，其他儲存格已鎖定。"),
    (
        "A row with a new value needs a reason. Leave a row empty where nothing changes.",
        "填了新值即須填理由；不變動的列請留空。",
    ),
    (
        "Type numbers as numbers: 0.04, or 4% in a cell with percent format. No formulas, no units, no separators.",
        "數字請直接輸入：0.04，或在百分比格式的儲存格輸入 4%；不要輸入公式、單位或千分位。",
    ),
    (
        "With an effective day (2025-07-01) the value today holds until the day before.",
        "填了生效日（如 2025-07-01），現值沿用至前一日。",
    ),
    ("Check it:  policymodel check THIS_FILE", "檢查：policymodel check 本檔"),
    (
        "Make it a proposal:  policymodel template --from THIS_FILE --out change.yaml",
        "轉為提案：policymodel template --from 本檔 --out change.yaml",
    ),
)

Value = str | Decimal | None


@dataclass(frozen=True)
class Row:
    """The locked cells of one number, by column."""

    parameter: Parameter
    cells: Mapping[str, Value]


def rows_of(document: Mapping[str, Any]) -> dict[str, Row]:
    """The rows of a scheme's numbers by address, in the order of the file."""
    return {each.address: Row(each, _cells(each)) for each in parameters(document)}


def _cells(parameter: Parameter) -> dict[str, Value]:
    number = parameter.number
    words = setting_words(parameter.setting)
    meaning = number.title or Text((("en", render(words, "en")), ("zh-Hant", render(words, "zh-Hant"))))
    return {
        "address": parameter.address,
        "line": both(parameter.title),
        "setting": parameter.setting,
        "meaning": both(meaning),
        "unit": number.unit or None,
        "allowed": interval(number.range) if number.range is not None else None,
        "region": "yes 是" if number.region_may_change else None,
        "today": _today(number),
    }


def recorded(document: Mapping[str, Any], base: str) -> dict[str, str]:
    """What the cover says of the scheme."""
    title = both(read_text(document["title"]))
    return {"scheme": str(document["id"]), "title": title, "base": base, "digest": digest_of(document)}


def both(text: Text) -> str:
    """A text in English and in Chinese, once where it is the same.

    >>> both(Text((("en", "Cards"), ("zh-Hant", "新增靈通卡"))))
    'Cards / 新增靈通卡'
    """
    return " / ".join(dict.fromkeys((text.within("en"), text.within("zh-Hant"))))


def interval(allowed: Range) -> str:
    """A range in signs that need no language.

    >>> interval(Range(Bound(Decimal(0), included=False), Bound("commission.cap")))
    '0 < x ≤ commission.cap'
    """
    low, high = allowed.low, allowed.high
    if high is None:
        return f"x {'≥' if low and low.included else '>'} {_end(low)}"
    if low is None:
        return f"x {'≤' if high.included else '<'} {_end(high)}"
    return f"{_end(low)} {'≤' if low.included else '<'} x {'≤' if high.included else '<'} {_end(high)}"


def _end(bound: Bound | None) -> str:
    at = bound.at if bound is not None else ""
    return at if isinstance(at, str) else f"{at:f}"


def _today(number: Number) -> Value:
    """The value, or all dated values with their days."""
    if not number.segments:
        return number.value
    return "; ".join(f"{each.value:f} ({_day(each.first)} – {_day(each.last)})" for each in number.segments)


def _day(day: date | None) -> str:
    return "…" if day is None else str(day)
