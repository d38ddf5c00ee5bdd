"""A bank's folder becomes history: files as text, text as values, values held against the rules."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from policymodel.errors import HistoryError, Problem, suggest
from policymodel.history.checking import check
from policymodel.history.coding import Coded
from policymodel.history.columns import Kind, Table
from policymodel.history.drafts import ACCEPTED, EXCLUDED, Draft
from policymodel.history.facts import History
from policymodel.history.files import FileFault, TextFile, read_text
from policymodel.history.ledger import Loaded, account, in_order, joined, tally
from policymodel.history.made import made_of_records, made_of_transactions
from policymodel.history.mapping import Mapping, Source
from policymodel.history.measures import sum_of
from policymodel.history.parsing import Fault, parse
from policymodel.history.tables import (
    COUNT_COLUMNS,
    FINDING_COLUMNS,
    QUARANTINE_COLUMNS,
    TABLES,
)
from policymodel.history.whereabouts import classes_before, coded_regions, hired_days


def read_history(folder: Path | str, mapping: Mapping, part: str = "") -> History:
    """Read every table the mapping names; bad rows are put aside, a table that cannot be read is an error.

    The error holds every missing file and column at once. Of a folder in parts (see `parts_of`) all are read, or only
    the one named, as if it were all there is.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise HistoryError(str(folder), [Problem("", "there is no such folder")])
    problems: list[Problem] = []
    parts = (part,) if part else parts_of(folder, mapping)
    loaded = {
        name: _load(folder, TABLES[name], source, problems, parts) for name, source in mapping.tables.items()
    }
    problems.extend(_lacking(mapping, loaded))
    if problems:
        raise HistoryError(str(folder), problems)
    drafts = {
        name: _draft(table, loaded[name], mapping.tables[name]) if name in loaded else _nothing(table)
        for name, table in TABLES.items()
    }
    check(drafts, mapping.measures, mapping.currency, mapping.rubric)
    return _assemble(drafts, loaded, mapping, part)


def parts_of(folder: Path | str, mapping: Mapping) -> tuple[str, ...]:
    """The folders below a folder in which managers stand apart from all others; none where they stand in it itself.

    So may a large bank hand over its history: a folder for each region, or for regions among which people move. Each
    part has the files that the mapping names; a file that is there once, in the folder itself, is of all parts.
    """
    source = mapping.tables["managers"]
    if _files(Path(folder), source.file):
        return ()
    return tuple(
        sorted({each.parent.name for each in Path(folder).glob(f"*/{source.file}") if each.is_file()})
    )


def _files(folder: Path, pattern: str) -> list[Path]:
    """The file of that name in a folder, else those that match it."""
    if (folder / pattern).is_file():
        return [folder / pattern]
    return sorted(each for each in folder.glob(pattern) if each.is_file())


def _load(
    folder: Path, table: Table, source: Source, problems: list[Problem], parts: tuple[str, ...]
) -> Loaded:
    there = {folder: _files(folder, source.file)}
    if not there[folder] and parts:
        there = {folder / part: _files(folder / part, source.file) for part in parts}
    paths = [path for files in there.values() for path in files]
    for home in [each for each, files in there.items() if not files]:
        others = [each.name for each in sorted(home.iterdir()) if each.is_file()]
        problems.append(
            Problem(
                table.name,
                f"there is no file '{source.file}'" + (f" in {home.name}" if home != folder else ""),
                suggest(source.file, others),
            )
        )
    files, texts, reasons, unread = [], [], [], []
    given = set(table.names)
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            file = read_text(path, name, source.writing)
        except FileFault as fault:
            problems.append(Problem(f"{table.name}, {name}", fault.what, fault.right))
            continue
        found = len(problems)
        headers = _headers(file, table, source, problems)
        reason = _exclusions(file, table, source, problems)
        if len(problems) > found:
            continue
        files.append(file)
        texts.append(_canonical(file, table, source, headers))
        reasons.append(reason)
        given &= {*headers, *source.constants}
        used = set(headers.values()) | {rule.column for rule in source.exclude}
        missing = [each.name for each in table.columns if each.name not in {*headers, *source.constants}]
        for header in file.cells.columns:
            if header not in used and (close := suggest(header, missing)):
                unread.append((name, header, close))
    text = (
        pd.concat(texts, ignore_index=True) if texts else pd.DataFrame(columns=list(table.names), dtype="str")
    )
    ruled = source.exclude and reasons
    reason = pd.concat(reasons, ignore_index=True) if ruled else None
    return Loaded(tuple(files), text, reason, tuple(unread), frozenset(given))


def _lacking(mapping: Mapping, loaded: AnyMapping[str, Loaded]) -> Iterator[Problem]:
    """Rules over columns that a table's files do not have: what they count is not known, and no number."""
    for name, rule in mapping.records.items():
        given = loaded[rule.of].given
        if "client_class" in given:
            given |= {"class_before"}
        for column in sorted(rule.reads - given):
            files = ", ".join(file.name for file in loaded[rule.of].files)
            what = f"'{name}' is counted by {column}, and {files or 'its file'} has no such column"
            yield Problem(
                f"records.{name}", what, "leave the measure out: it is not known, which is not zero"
            )
    for name, figure in mapping.transaction_figures.items():
        for table, column in figure.reads():
            if column not in loaded[table].given:
                files = ", ".join(file.name for file in loaded[table].files)
                what = f"'{name}' is judged by {column}, and {files or 'its file'} has no such column"
                right = "leave the figure out: it is not known, which is not zero"
                if column == "valid_until":
                    right = f"{right}; or say `valid_days`"
                yield Problem(f"transaction_figures.{name}", what, right)


def _headers(file: TextFile, table: Table, source: Source, problems: list[Problem]) -> dict[str, str]:
    """The header under which each canonical column stands in the file."""
    present = list(file.cells.columns)
    place = f"{table.name}, {file.name}"
    headers: dict[str, str] = {}
    for column in table.columns:
        if column.name in source.constants:
            continue
        header = source.columns.get(column.name, column.name)
        if present.count(header) == 1:
            headers[column.name] = header
        elif header in present:
            problems.append(Problem(place, f"the header '{header}' stands twice", "rename one of them"))
        elif column.name in source.columns or column.compulsory or (column.required and not column.default):
            what = f"there is no column '{header}'" + ("" if header == column.name else f" for {column.name}")
            right = suggest(header, present) or f"its columns are {', '.join(present[:12])}"
            problems.append(Problem(place, what, right))
    return headers


def _exclusions(file: TextFile, table: Table, source: Source, problems: list[Problem]) -> pd.Series:
    reasons = _everywhere("", len(file.cells) if source.exclude else 0)
    present = list(file.cells.columns)
    for rule in source.exclude:
        header = rule.column if rule.column in present else source.columns.get(rule.column, rule.column)
        if present.count(header) != 1:
            right = suggest(header, present) or f"its columns are {', '.join(present[:12])}"
            what = f"there is no column '{header}', by which rows are excluded"
            problems.append(Problem(f"{table.name}, {file.name}", what, right))
            continue
        reasons = reasons.mask((file.cells[header] == rule.equals) & (reasons == ""), rule.because)
    return reasons


def _canonical(file: TextFile, table: Table, source: Source, headers: AnyMapping[str, str]) -> pd.DataFrame:
    """The file's cells under canonical names, with constants and translated words, still as text."""
    rows = len(file.cells)
    texts = {}
    for column in table.columns:
        if column.name in headers:
            text = file.cells[headers[column.name]]
        else:
            text = _everywhere(source.constants.get(column.name, column.default), rows)
        if words := source.values.get(column.name):
            text = text.mask(text.isin(list(words)), text.map(words)).astype("str")
        texts[column.name] = text
    texts["source_file"] = _everywhere(file.name, rows)
    frame = pd.DataFrame(texts).assign(source_row=file.rows)
    if table.may_lack_number and (frame[table.key[0]] == "").any():
        # Without a number of its own an event or a record is its whole row, so the row is kept whole.
        for position in range(file.cells.shape[1]):
            frame[f"cell {position}"] = file.cells.iloc[:, position]
    return frame


def _everywhere(word: str, rows: int) -> pd.Series:
    """A word in each of some rows."""
    return pd.Series(pa.repeat(pa.scalar(word, pa.large_string()), rows), dtype="str")


def _draft(table: Table, loaded: Loaded, source: Source) -> Draft:
    """Typed rows with the faults of their texts; rows left out by a rule are not looked at."""
    texts = loaded.texts
    state = np.full(len(texts), ACCEPTED, dtype=np.int8)
    if loaded.excluded is not None:
        state[(loaded.excluded != "").to_numpy(dtype=bool)] = EXCLUDED
    values: dict[str, pd.Series] = {}
    coded: dict[str, Coded] = {}
    faults: list[tuple[str, Fault]] = []
    for column in table.columns:
        text = texts[column.name]
        words = None if column.kind is Kind.NUMBER else Coded.of(text)
        values[column.name], wrong = parse(text, column, source.style, words)
        if words is not None and values[column.name] is text:
            coded[column.name] = words
        faults.extend((column.name, fault) for fault in wrong)
    frame = pd.DataFrame(values, index=texts.index)
    if len(texts):
        frame["source_file"], frame["source_row"] = texts["source_file"], texts["source_row"].astype("int64")
    else:
        frame = table.empty()
    draft = Draft(
        table, frame, texts.drop(columns=["source_file", "source_row"], errors="ignore"), state, coded
    )
    draft.months_only = source.months_only
    for name, fault in faults:
        draft.flag(fault.rows, fault.rule, name, fault.what_to_do)
    return draft


def _nothing(table: Table) -> Draft:
    return Draft(table, table.empty(), _no_texts(table).copy(), np.zeros(0, dtype=np.int8))


@cache
def _no_texts(table: Table) -> pd.DataFrame:
    return table.empty()[list(table.names)].astype("str")


def _assemble(
    drafts: AnyMapping[str, Draft], loaded: AnyMapping[str, Loaded], mapping: Mapping, part: str
) -> History:
    tables = {name: draft.accepted() for name, draft in drafts.items()}
    # A region sees only its own spells, so days of joining and the classes of clients before are settled here.
    tables["managers"] = tables["managers"].assign(hired=hired_days(tables["managers"]))
    if "assignments" in loaded and "class_before" not in loaded["assignments"].given:
        tables["assignments"] = tables["assignments"].assign(
            class_before=classes_before(tables["assignments"])
        )
    ledgers = [account(name, loaded[name], drafts, tables) for name in TABLES if name in loaded]
    counts = [ledger.counts for ledger in ledgers]
    quarantine = in_order(joined([ledger.quarantine for ledger in ledgers], QUARANTINE_COLUMNS))
    findings = [ledger.findings for ledger in ledgers]
    counted = made_of_records(mapping.records, tables, quarantine)
    judged = made_of_transactions(mapping.transaction_figures, tables, quarantine)
    findings += [counted.findings, judged.findings]

    def add(table: str, rows: pd.DataFrame) -> None:
        if part:
            # rows that a rule makes are numbered in each part anew
            rows = rows.assign(source_file=f"{part}/" + rows["source_file"])
        regions = coded_regions(table, {**tables, table: rows})
        state = np.full(len(rows), ACCEPTED, dtype=np.int8)
        counts.append(tally(table, Coded.of(rows["source_file"]), regions, state, []))
        tables[table] = pd.concat([tables[table], rows], ignore_index=True)

    for name, rule in mapping.records.items():
        own = tables["activity"][tables["activity"]["measure"] == name]
        _refuse_ready_made(mapping, f"records.{name}", f"'{name}' is counted from {rule.of}", own, "measure")
    for name, figure in mapping.transaction_figures.items():
        own = tables["transaction_figures"][tables["transaction_figures"]["figure"] == name]
        place = f"transaction_figures.{name}"
        _refuse_ready_made(mapping, place, f"'{name}' is judged by {figure.of}", own, "figure")
    if mapping.records:
        add("activity", counted.rows)
    if mapping.transaction_figures:
        add("transaction_figures", judged.rows)
    for name, addends in mapping.sums.items():
        add("activity", sum_of(name, addends, tables["activity"], mapping.measures, quarantine))
    history = History(
        tables=tables,
        measures=mapping.measures,
        currency=mapping.currency,
        findings=in_order(joined(findings, FINDING_COLUMNS)),
        counts=in_order(joined(counts, COUNT_COLUMNS)),
        quarantine=quarantine,
        title=mapping.title,
        notes=mapping.notes,
        records=mapping.records,
        transaction_rules=mapping.transaction_figures,
        codes=mapping.codes,
        rubric=mapping.rubric,
    )
    activity = drafts["activity"]
    if activity.good.all() and len(tables["activity"]) == len(activity.frame):
        for column in ("manager_id", "measure"):
            history.remember("activity", column, activity.coded(column))
    return history


def _refuse_ready_made(mapping: Mapping, place: str, made: str, written: pd.DataFrame, kind: str) -> None:
    """What a rule makes must not stand in the source too."""
    if len(written):
        one = written.iloc[0]
        what = f"{made} and has rows of its own"
        right = (
            f"see {one['source_file']}, row {one['source_row']}; leave them out, or call the {kind} otherwise"
        )
        raise HistoryError(mapping.file, [Problem(place, what, right)])
