"""Text becomes values of the declared type; every text that cannot is named, none is guessed at."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from policymodel.errors import suggest
from policymodel.history.coding import Coded, only_signs
from policymodel.history.columns import Kind, TableColumn
from policymodel.periods import Period, days_in_month

Mask = NDArray[np.bool_]

NUMBER = r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
WORDS_FOR_YES = frozenset({"yes", "y", "true", "1", "是"})
WORDS_FOR_NO = frozenset({"no", "n", "false", "0", "否"})
YEARS = range(1900, 2200)
TEMPLATE_PARTS = {"YYYY": "(?P<y>[0-9]{4})", "MM": "(?P<m>[0-9]{2})", "DD": "(?P<d>[0-9]{2})"}
TEMPLATE_PARTS |= {"M": "(?P<m>[0-9]{1,2})", "D": "(?P<d>[0-9]{1,2})"}
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")
TRAVELS = re.compile(r"(?:^|[/\\])\.{1,2}(?:[/\\]|$)")


@dataclass(frozen=True)
class Style:
    """How dates, months and numbers are written; ISO dates and months are always understood."""

    decimal: str = "point"
    dates: str = "YYYY-MM-DD"
    months: str = "YYYY-MM"


@dataclass(frozen=True)
class Fault:
    """Rows whose text breaks one rule, and what a person should do, for all or row by row."""

    rows: Mask = field(repr=False)
    rule: str
    what_to_do: str | NDArray[Any]


def parse(
    text: pd.Series, column: TableColumn, style: Style, coded: Coded | None = None
) -> tuple[pd.Series, list[Fault]]:
    """The values of a column and what is wrong with its texts; a faulty row's value is a mere filler.

    `coded` are the same texts as codes, where they are known; numbers need none.

    >>> fte = TableColumn("fte", Kind.NUMBER, "share of a post")
    >>> values, faults = parse(pd.Series(["0.5", "1,000", ""]), fte, Style())
    >>> list(values), [(fault.rule, fault.rows.tolist()) for fault in faults]
    ([0.5, nan, nan], [('bad_number', [False, True, False])])
    """
    if column.kind is Kind.NUMBER:
        blank = (text == "").to_numpy(dtype=bool)
    else:
        coded = Coded.of(text) if coded is None else coded
        blank = np.asarray(coded.words == "", dtype=bool)[coded.codes]
    faults = []
    if column.required or column.default:
        advice = f"write {column.default} where nothing else is meant" if column.default else "fill it in"
        faults.append(Fault(blank, "blank", advice))
    if coded is None:
        values, wrong = _numbers(text, blank, style)
    else:
        values, wrong = _by_word(text, coded, blank, column, style)
    faults.extend(wrong)
    return values, [fault for fault in faults if fault.rows.any()]


def _numbers(text: pd.Series, blank: Mask, style: Style) -> tuple[pd.Series, list[Fault]]:
    if style.decimal == "point" and (values := _all_plain(text, blank)) is not None:
        return pd.Series(values), []
    plain = text
    good = ~blank
    if style.decimal == "comma":
        good &= ~text.str.contains(".", regex=False).to_numpy(dtype=bool)
        plain = text.str.replace(",", ".", regex=False)
    good &= plain.str.fullmatch(NUMBER).to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    values[good] = pc.cast(pa.array(plain[good], pa.large_string()), pa.float64()).to_numpy()
    endless = good & ~np.isfinite(values)
    values[endless] = np.nan
    sign = "a decimal comma" if style.decimal == "comma" else "a decimal point"
    advice = f"write digits with {sign} and without thousands separators, units or signs such as %"
    return pd.Series(values), [
        Fault(~blank & ~good, "bad_number", advice),
        Fault(endless, "bad_number", "the figure is too large to be one; write it in full"),
    ]


def _all_plain(text: pd.Series, blank: Mask) -> NDArray[np.float64] | None:
    """The numbers where every text is digits with a point at most, as nearly all columns are; None elsewhere."""
    column = pa.array(text[~blank] if blank.any() else text, pa.large_string())
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    for chunk in chunks:
        ends = chunk.buffers()[1]
        if ends is None or not len(chunk):
            continue
        bounds = np.frombuffer(ends, dtype=np.int64)[[chunk.offset, chunk.offset + len(chunk)]]
        signs = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)[slice(*bounds)]
        if not only_signs(signs, "-", "9") or (signs == ord("/")).any():
            return None
    try:
        numbers = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    if not np.isfinite(numbers).all():
        return None
    values = np.full(len(text), np.nan)
    values[~blank] = numbers
    return values


def _by_word(
    text: pd.Series, coded: Coded, blank: Mask, column: TableColumn, style: Style
) -> tuple[pd.Series, list[Fault]]:
    """Each different text is looked at once, however many rows repeat it."""
    if column.kind is Kind.TEXT and not column.closed and _all_fit(coded.words, column):
        return text, []
    codes, words = coded.codes, coded.words.tolist()
    reader, rule, right = _reader(column, style)
    values: list[Any] = []
    advice = np.empty(len(words), dtype=object)
    rules = np.full(len(words), "", dtype=object)
    for index, word in enumerate(words):
        value = reader(word) if word else None
        if word and value is None:
            rules[index], advice[index] = rule, right(word)
        elif word and column.kind is Kind.TEXT and (fault := _unfit(word, column)):
            rules[index], advice[index] = fault
        values.append(value)
    filled = _typed(values, column)[codes] if len(words) else _typed([], column)
    faults = []
    for name in sorted(set(rules) - {""}):
        faults.append(Fault((rules == name)[codes] & ~blank, str(name), advice[codes]))
    return pd.Series(filled), faults


def _typed(values: list[Any], column: TableColumn) -> Any:
    if column.kind is Kind.DATE:
        return np.array([np.datetime64(each or "NaT", "us") for each in values], dtype="datetime64[us]")
    if column.kind is Kind.MONTH:
        return np.array([-1 if each is None else each for each in values], dtype=np.int64)
    if column.kind is Kind.YES_NO:
        return np.array([bool(each) for each in values], dtype=bool)
    return pd.array(["" if each is None else each for each in values], dtype="str")


def _reader(column: TableColumn, style: Style) -> tuple[Callable[[str], Any], str, Callable[[str], str]]:
    """How a word of this column is read, which rule it breaks otherwise, and what would be right."""
    if column.kind is Kind.DATE:
        either = f"write {style.dates}" + ("" if not column.month_means else f" or {style.months}")
        return lambda word: read_date(word, column, style), "bad_date", lambda word: either
    if column.kind is Kind.MONTH:
        return lambda word: read_month(word, style.months), "bad_month", lambda word: f"write {style.months}"
    if column.kind is Kind.PERIOD:
        right = "write 2024, 2024-Q3, 2024-07 or 2021-07..2022-06"
        return _read_period, "bad_period", lambda word: right
    if column.kind is Kind.YES_NO:
        return _read_yes_no, "bad_word", lambda word: "write yes or no"
    if column.closed:
        allowed = f"write {', '.join(column.closed[:-1])} or {column.closed[-1]}"
        return _one_of(column.closed), "bad_word", lambda word: suggest(word, column.closed) or allowed
    return str, "", str


def _all_fit(words: Any, column: TableColumn) -> bool:
    """Whether texts can be kept as they are; they are looked at in one go, for numbers of records are many."""
    together = "".join(words.tolist())
    return HIDDEN.search(together) is None and not (column.identifier and "." in together)


def _unfit(word: str, column: TableColumn) -> tuple[str, str] | None:
    """The rule a text breaks although it is text: hidden signs, or a name that wanders through folders."""
    if hidden := HIDDEN.search(word):
        return "hidden_sign", f"remove the sign U+{ord(hidden[0]):04X}, which nobody can see or read"
    if column.identifier and TRAVELS.search(word):
        return "unsafe_name", "a name cannot be or contain a way through folders such as ../"
    return None


def read_date(word: str, column: TableColumn, style: Style) -> str | None:
    """The ISO date of a word; where the column allows it a month means its first or its last day.

    >>> read_date("2022-02", TableColumn("to", Kind.DATE, "", month_means="last"), Style())
    '2022-02-28'
    """
    parts = _match(word, style.dates) or _match(word, "YYYY-MM-DD")
    if parts:
        year, month, day = parts
        try:
            return datetime.date(year, month, day).isoformat() if year in YEARS else None
        except ValueError:
            return None
    number = read_month(word, style.months) if column.month_means else None
    if number is None:
        return None
    day = 1 if column.month_means == "first" else days_in_month(number)
    return datetime.date(number // 12, number % 12 + 1, day).isoformat()


def read_month(word: str, template: str) -> int | None:
    """The number of a month; the date of its first day (as Excel writes months) is understood too.

    >>> read_month("2024/7", "YYYY/M") == read_month("2024-07-01", "YYYY/M") == 24294
    True
    """
    parts = _match(word, template) or _match(word, "YYYY-MM") or _match(word, "YYYY-MM-DD")
    if not parts:
        return None
    year, month, day = parts
    return year * 12 + month - 1 if year in YEARS and 1 <= month <= 12 and day == 1 else None


def _match(word: str, template: str) -> tuple[int, int, int] | None:
    found = _pattern(template).fullmatch(word)
    if not found:
        return None
    parts = found.groupdict()
    return int(parts["y"]), int(parts["m"]), int(parts.get("d", 1))


@lru_cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split("(YYYY|MM|DD|M|D)", template)
    return re.compile("".join(TEMPLATE_PARTS.get(part) or re.escape(part) for part in parts))


def _read_period(word: str) -> str | None:
    try:
        period = Period.parse(word)
    except ValueError:
        return None
    return period.label if period.first // 12 in YEARS and period.last // 12 in YEARS else None


def _read_yes_no(word: str) -> bool | None:
    lower = word.lower()
    return True if lower in WORDS_FOR_YES else False if lower in WORDS_FOR_NO else None


def _one_of(words: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda word: word if word in words else None
