"""The mapping file: which file of a bank's folder holds which table, and what its measures are.

    title: {en: Northern bank, zh-Hant: 北方銀行}
    currency: CNY
    notes:
      - {en: Marks below 60 were not kept., zh-Hant: 60 分以下未保存。}
    tables:
      managers: {file: 人員.xlsx, sheet: 2024, columns: {manager_id: 工號, region: 地區, …}, constants: {grade: B}}
      activity: {file: activity_*.csv, encoding: big5, months: YYYY/MM, columns: {measure: 指標, actual: 完成}}
    measures:
      cards: {title: {en: New cards}, type: flow, unit: count, better: up, no_row: zero, regulator_class: development}

`sums` makes a measure of others, `records` one of single records (`record_rules`); `transaction_figures` tells of every
transaction whether it rests on an assessment (`transaction_rules`). `events`, `channels` and `products` say what
codes are called. `rubric` names the file that says what the marks of `reviews` mean (`rubric`).
A canonical column that is not mentioned is looked for under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field, ValidationError, model_validator

from policymodel.documents import Where, place, problems_of, read_yaml_lines
from policymodel.errors import MappingError, Problem, suggest
from policymodel.history.files import Writing
from policymodel.history.measures import Measure, MeasureType, RegulatorClass, Within
from policymodel.history.parsing import HIDDEN, TRAVELS, Style, parse
from policymodel.history.record_rules import BackDated, Following, OnTime, RecordRule, loose_ends
from policymodel.history.rubric import Rubric, read_rubric, strangers
from policymodel.history.settings import Currency, FileName, Settings, Span, Template, Words, Written
from policymodel.history.tables import TABLES
from policymodel.history.transaction_rules import TransactionRule
from policymodel.history.transaction_rules import loose_ends as loose_ends_of_figure


class Exclusion(Settings):
    """Rows left out by a declared rule: where a column of the file (by its own header) holds this word."""

    column: Written
    equals: Written
    because: str


class Source(Settings):
    """Where one table comes from and how its files are written.

    `file` may be a pattern (`activity_*.csv`). `columns` names the header of a canonical column, `constants`
    gives one value to every row, `values` translates words (`values: {level: {網點: outlet}}`).
    """

    file: FileName
    sheet: Written | None = None
    encoding: Literal["utf-8", "big5", "gb18030", "utf-16"] = "utf-8"
    separator: Literal["comma", "semicolon", "tab"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    dates: Template = "YYYY-MM-DD"
    months: Template = "YYYY-MM"
    columns: dict[str, Written] = Field({})
    constants: dict[str, Written] = Field({})
    values: dict[str, dict[str, Written]] = Field({})
    exclude: tuple[Exclusion, ...] = Field((), strict=False)

    @property
    def writing(self) -> Writing:
        """How the bytes become text."""
        return Writing(self.encoding, self.separator, self.sheet, self.decimal)

    @property
    def style(self) -> Style:
        """How the text becomes dates, months and numbers."""
        return Style(self.decimal, self.dates, self.months)

    @property
    def months_only(self) -> bool:
        """Whether its days are written as months (`dates: YYYY-MM`)."""
        return "D" not in self.dates


class _MeasureSettings(Settings):
    title: Words
    type: MeasureType
    unit: str
    better: Literal["up", "down"]
    no_row: Literal["zero", "absent"]
    top: str | None = None
    bottom: str | None = None
    within: Within | None = None
    regulator_class: RegulatorClass
    observed: Span = None

    @model_validator(mode="after")
    def _belongs_together(self) -> _MeasureSettings:
        if (self.type == "ratio") != (self.top is not None and self.bottom is not None):
            raise ValueError(
                "a ratio, and nothing else, is made from two counts; give `top` and `bottom` together"
            )
        if (self.type == "cumulative_within") != (self.within is not None):
            raise ValueError(
                "`within` belongs to type cumulative_within; say month, quarter, half_year or year"
            )
        return self


class Coded(Settings):
    """What a code of the tables is called."""

    title: Words


class _Document(Settings):
    title: Words
    currency: Currency
    notes: tuple[Words, ...] = Field((), strict=False)
    tables: dict[str, Source]
    measures: dict[str, _MeasureSettings]
    sums: dict[str, Annotated[tuple[str, ...], Field(min_length=2, strict=False)]] = Field({})
    records: dict[str, RecordRule] = Field({})
    transaction_figures: dict[str, TransactionRule] = Field({})
    events: dict[Written, Coded] = Field({})
    channels: dict[Written, Coded] = Field({})
    products: dict[Written, Coded] = Field({})

    def codes(self) -> dict[str, dict[str, dict[str, str]]]:
        """The titles of codes and of figures of transactions, by what they are codes of."""
        named: dict[str, AnyMapping[str, Coded | TransactionRule]] = {
            "event": self.events,
            "channel": self.channels,
            "product": self.products,
            "figure": self.transaction_figures,
        }
        return {
            of: {code: each.title.by_language() for code, each in titled.items()}
            for of, titled in named.items()
        }

    rubric: Written | None = None


class Mapping(Settings):
    """A mapping that was read and holds together; `file` is where it stood."""

    file: str
    title: dict[str, str]
    currency: str
    notes: tuple[dict[str, str], ...]
    tables: dict[str, Source]
    measures: dict[str, Measure]
    sums: dict[str, tuple[str, ...]]
    records: dict[str, RecordRule]
    transaction_figures: dict[str, TransactionRule]
    codes: dict[str, dict[str, dict[str, str]]]
    rubric: Rubric | None = None


SETTINGS = frozenset(
    name
    for model in (
        _Document,
        Source,
        Exclusion,
        _MeasureSettings,
        RecordRule,
        OnTime,
        BackDated,
        TransactionRule,
        Coded,
        Following,
    )
    for name in model.model_fields
) | {"en", "zh-Hant", "zh-Hans", "from"}


def read_mapping(path: Path | str) -> Mapping:
    """The mapping in a file, or a MappingError with everything that is wrong with it."""
    written, lines = read_yaml_lines(path, MappingError)
    if not isinstance(written, dict):
        right = "it is a table with title, currency, tables and measures"
        raise MappingError(str(path), [Problem("", "this is no mapping", right)])
    problems = list(_unknown_names(written, lines))
    try:
        document = _Document.model_validate(written)
    except ValidationError as fault:
        raise MappingError(str(path), [*problems_of(fault, SETTINGS, lines), *problems]) from None
    problems.extend(_loose_ends(document, lines))
    rubric, unread = _rubric(document, Path(path))
    problems.extend(Problem(place(where, lines), what, right) for where, what, right in unread)
    if problems:
        raise MappingError(str(path), problems)
    measures = {name: Measure(name=name, **_given(settings)) for name, settings in document.measures.items()}
    return Mapping(
        file=str(path),
        title=document.title.by_language(),
        currency=document.currency,
        notes=tuple(note.by_language() for note in document.notes),
        tables=document.tables,
        measures=measures,
        sums=document.sums,
        records=document.records,
        transaction_figures=document.transaction_figures,
        codes=document.codes(),
        rubric=rubric,
    )


def _rubric(document: _Document, path: Path) -> tuple[Rubric | None, list[tuple[Where, str, str]]]:
    """The rubric that a mapping names, seen from where the mapping stands, and what does not fit it."""
    if document.rubric is None:
        return None, []
    file = path.parent / document.rubric
    if not file.is_file():
        there = [each.name for each in file.parent.glob("*.yaml")] if file.parent.is_dir() else []
        right = suggest(file.name, there) or "name the file that says what the marks mean"
        return None, [(("rubric",), f"there is no file '{document.rubric}'", right)]
    rubric = read_rubric(file)
    return rubric, list(strangers(rubric, document.records))


def _given(settings: _MeasureSettings) -> dict[str, Any]:
    names = [each.name for each in fields(Measure) if each.name not in ("name", "title")]
    return {"title": settings.title.by_language(), **{name: getattr(settings, name) for name in names}}


def _unknown_names(written: dict[str, Any], lines: AnyMapping[Where, int]) -> list[Problem]:
    """Tables and canonical columns that do not exist; compulsory tables that nobody mentions."""
    tables = written.get("tables")
    if not isinstance(tables, dict):
        return []
    problems = []
    counted = {"activity"} if written.get("records") else set()
    for table in TABLES.values():
        if table.required and table.name not in {*tables, *counted}:
            problems.append(Problem("tables", f"'{table.name}' is compulsory and not here"))
    for name, source in tables.items():
        if name not in TABLES:
            right = suggest(name, TABLES) or f"the tables are {', '.join(TABLES)}"
            problems.append(Problem(place(("tables", name), lines), f"there is no table '{name}'", right))
            continue
        for part in ("columns", "constants", "values"):
            chosen = source.get(part) if isinstance(source, dict) else None
            for column in chosen if isinstance(chosen, dict) else ():
                if column not in TABLES[name].names:
                    right = suggest(column, TABLES[name].names) or f"it has {', '.join(TABLES[name].names)}"
                    where = place(("tables", name, part, column), lines)
                    problems.append(Problem(where, f"{name} has no column '{column}'", right))
    return problems


def _loose_ends(document: _Document, lines: AnyMapping[Where, int]) -> list[Problem]:
    """What only shows when the parts are laid side by side."""
    problems = []

    def note(where: Where, what: str, right: str = "") -> None:
        problems.append(Problem(place(where, lines), what, right))

    for name, source in document.tables.items():
        for column, text in source.constants.items():
            if name not in TABLES or column not in TABLES[name].names:
                continue
            where: Where = ("tables", name, "constants", column)
            if column in source.columns:
                note(where, f"'{column}' is also mapped to a header", "keep one of them")
            for fault in parse(pd.Series([text]), TABLES[name].column(column), source.style)[1]:
                advice = fault.what_to_do if isinstance(fault.what_to_do, str) else str(fault.what_to_do[0])
                note(where, f"'{text}' is no {TABLES[name].column(column).kind}", advice)
    plain = {name: each for name, each in document.measures.items() if each.type in ("flow", "stock")}
    for name, measure in document.measures.items():
        if HIDDEN.search(name) or TRAVELS.search(name):
            note(("measures", name), "the name holds a hidden sign or a way through folders", "rename it")
        for end, part in (("top", measure.top), ("bottom", measure.bottom)):
            if part is not None and part not in plain:
                right = suggest(part, plain) or "name a measure of type flow or stock"
                note(("measures", name, end), f"'{part}' is no flow or stock declared here", right)
    for name, parts in document.sums.items():
        for part in (name, *parts):
            if part not in plain:
                note(("sums", name), f"'{part}' is no flow or stock declared here", suggest(part, plain))
        if name in parts:
            note(("sums", name), "a sum cannot be one of its own parts", "name other measures")
    types = {name: measure.type for name, measure in document.measures.items()}
    months_only = {name: source.months_only for name, source in document.tables.items()}
    for name, rule in document.records.items():
        if name in document.sums:
            note(("records", name), "it is declared as a sum too", "keep one of them")
        for where, what, right in loose_ends(name, rule, types, months_only):
            note(("records", name, *where), what, right)
    for name, figure in document.transaction_figures.items():
        for where, what, right in loose_ends_of_figure(name, figure, months_only):
            note(("transaction_figures", name, *where), what, right)
    return problems
