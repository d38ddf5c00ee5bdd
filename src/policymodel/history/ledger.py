"""What became of every row: findings, counts that add up, and the rows put aside as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.coding import Coded
from policymodel.history.credits import HANGING, with_transaction
from policymodel.history.drafts import EXCLUDED, QUARANTINED, Draft
from policymodel.history.files import BrokenRow, TextFile
from policymodel.history.tables import COUNT_COLUMNS, FINDING_COLUMNS, QUARANTINE_COLUMNS, TABLES, empty_frame
from policymodel.history.whereabouts import coded_regions, months_of, whose
from policymodel.periods import month_number

LONGEST_VALUE = 200
ABOUT = {
    "activity": "measure",
    "targets": "measure",
    "client_income": "line",
    "client_forecasts": "line",
    "events": "event",
    "transactions": "product",
    "credits": "product",
    "transaction_figures": "figure",
    "fx": "currency",
    "paid": "item",
    "contacts": "kind",
    "attendance": "status",
    "work_reports": "kind",
    "reviews": "item",
    "needs": "product",
    "alerts": "kind",
    "assignments": "client_class",
    "daily_activity": "measure",
}
"""The column that says what a figure of each table is about."""
LEFT_OUT = {
    "credits": "the manager or the transaction is left out",
    "transaction_figures": "the transaction is left out",
}


@dataclass(frozen=True)
class Loaded:
    """A table's files as text, one under the other.

    `excluded` gives each row the reason for which it is left out, "" where it stays; None without a rule. `unread`
    names headers that nobody reads although they look like a column: file, header, question. `given` are the columns
    that every file, or a constant, gives.
    """

    files: tuple[TextFile, ...]
    texts: pd.DataFrame
    excluded: pd.Series | None
    unread: tuple[tuple[str, str, str], ...]
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ledger:
    """The three accounts of one table."""

    findings: pd.DataFrame
    counts: pd.DataFrame
    quarantine: pd.DataFrame


def account(
    name: str, loaded: Loaded, drafts: Mapping[str, Draft], tables: Mapping[str, pd.DataFrame]
) -> Ledger:
    """The accounts of a table that was checked; `tables` are the accepted rows."""
    draft = drafts[name]
    regions = _regions(name, drafts, tables)
    rows = draft.frame
    if name in HANGING:
        rows = with_transaction(rows, drafts["transactions"].frame)
    return Ledger(
        findings=_findings(draft, loaded, regions),
        counts=_counts(draft, loaded, regions),
        quarantine=_quarantine(draft, rows, loaded, regions),
    )


def tally(
    table: str, files: Coded, regions: Coded, state: NDArray[np.int8], names: Iterable[str]
) -> pd.DataFrame:
    """Rows by file and region and what became of them; every named file is there, if only with noughts."""
    code = (files.codes * len(regions.words) + regions.codes) * 3 + state
    counted = np.bincount(code, minlength=len(files.words) * len(regions.words) * 3).reshape(-1, 3)
    rows_in = counted.sum(axis=1)
    there = np.flatnonzero(rows_in)
    file = np.repeat(files.words, len(regions.words))[there].tolist()
    region = np.tile(regions.words, len(files.words))[there].tolist()
    silent = [each for each in names if each not in set(file)]
    nought = np.zeros((len(silent), 4), dtype=np.int64)
    numbers = np.concatenate([np.column_stack([rows_in, counted])[there], nought])
    if not len(numbers):
        return empty_frame(COUNT_COLUMNS)
    words = {"table": table, "file": [*file, *silent], "region": [*region, *([""] * len(silent))]}
    figures = dict(zip(list(COUNT_COLUMNS)[3:], numbers.T, strict=True))
    return pd.DataFrame({**words, **figures})


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Findings, counts or quarantine in the order of the tables, the files and their rows."""
    tables = {table: position for position, table in enumerate(TABLES)}
    row = "row" if "row" in frame else "region"
    keys = pd.DataFrame({"table": frame["table"].map(tables), "file": frame["file"], "row": frame[row]})
    return frame.loc[keys.sort_values(["table", "file", "row"], kind="stable").index].reset_index(drop=True)


def joined(frames: Iterable[pd.DataFrame], columns: dict[str, str]) -> pd.DataFrame:
    """Frames of the same columns under each other, in the order given."""
    filled = [frame for frame in frames if len(frame)]
    return (
        pd.concat(filled, ignore_index=True)[list(columns)].astype(columns)
        if filled
        else empty_frame(columns)
    )


def _regions(name: str, drafts: Mapping[str, Draft], tables: Mapping[str, pd.DataFrame]) -> Coded:
    """The region of each row, good or not, where it can be known: its own, or that of its manager's spell.

    A row of a manager who was put aside or left out belongs where the managers table says; a region that no
    accepted manager and no outlet has is a misprint, and known to nobody.
    """
    frame = drafts[name].frame
    transactions = drafts["transactions"].frame
    # A row of a transaction that was put aside still belongs where that transaction would.
    known_tables = {**tables, "transactions": transactions, name: frame}
    # Where a day was taken for its month the spell of the day may be another.
    known = None if drafts[name].months_only else drafts[name].spell_at
    regions = coded_regions(name, known_tables, known)
    aside = drafts["managers"].frame[~drafts["managers"].good]
    if len(aside) and "region" not in TABLES[name].names and not TABLES[name].everywhere:
        homes = dict(zip(aside["manager_id"], aside["region"], strict=True))
        hanging = with_transaction(frame, transactions) if name in HANGING else frame
        # What is about clients alone names nobody.
        ids = hanging.get(whose(name), pd.Series("", frame.index)).reset_index(drop=True)
        people = frame["level"].eq("manager").to_numpy() if name == "targets" else np.ones(len(frame), bool)
        words = regions.at(slice(None))
        stranger = ((words == "") & people & ids.isin(list(homes))).to_numpy()
        words[stranger] = ids[stranger].map(homes)
        regions = Coded.of(words)
    real = {*tables["managers"]["region"], *tables["outlets"]["region"]}
    if name == "managers":
        real |= {*frame.loc[drafts[name].state == EXCLUDED, "region"]}
    return regions.called([word if word in real else "" for word in regions.words])


def _broken(loaded: Loaded) -> list[tuple[TextFile, BrokenRow]]:
    return [(file, row) for file in loaded.files for row in file.broken]


def _findings(draft: Draft, loaded: Loaded, regions: Coded) -> pd.DataFrame:
    told = _of_files(draft, loaded)
    if not draft.findings and not told and not (draft.state == EXCLUDED).any():
        return empty_frame(FINDING_COLUMNS)
    parts = []
    for found in draft.findings:
        at = found["at"].to_numpy()
        rows = found.drop(columns="at").assign(
            table=draft.table.name,
            file=draft.frame["source_file"].to_numpy(dtype=object)[at],
            row=draft.frame["source_row"].to_numpy()[at],
            value=found["value"].str.slice(0, LONGEST_VALUE),
            region=regions.at(at),
        )
        parts.append(rows)
    parts.append(pd.DataFrame(told, columns=list(FINDING_COLUMNS)))
    parts.append(_of_exclusions(draft, loaded, regions))
    return joined(parts, FINDING_COLUMNS)


def _of_files(draft: Draft, loaded: Loaded) -> list[tuple[Any, ...]]:
    """Findings about a line that is no row, and about a header nobody reads."""
    table = draft.table.name
    found: list[tuple[Any, ...]] = []
    for file, row in _broken(loaded):
        headers = file.cells.shape[1]
        advice = (
            f"it has {row.fields} fields and the file has {headers} headers; look for a missing quote or sign"
        )
        if lines := row.text.count("\n"):
            advice = f"a quote is opened and never closed; {lines} lines after it are swallowed"
        shown = row.text[:LONGEST_VALUE]
        found.append(("quarantined", table, file.name, row.row, "", shown, "fields", advice, ""))
    for name, header, question in loaded.unread:
        advice = f"nobody reads this column; {question} Then name it under `columns`"
        found.append(("noted", table, name, 1, header, "", "unread_column", advice, ""))
    return found


def _of_exclusions(draft: Draft, loaded: Loaded, regions: Coded) -> pd.DataFrame:
    """One finding for each reason, file and region, at the first row left out."""
    out = draft.state == EXCLUDED
    if not out.any():
        return empty_frame(FINDING_COLUMNS)
    reasons = np.full(np.count_nonzero(out), "", dtype=object)
    if loaded.excluded is not None:
        reasons = loaded.excluded.to_numpy(dtype=object)[out]
    rows = pd.DataFrame(
        {
            "because": np.where(
                reasons == "", LEFT_OUT.get(draft.table.name, "the manager is left out"), reasons
            ),
            "file": draft.frame["source_file"].to_numpy(dtype=object)[out],
            "region": regions.at(out),
            "row": draft.frame["source_row"].to_numpy()[out],
        }
    )
    grouped = rows.groupby(["because", "file", "region"], as_index=False)["row"].agg(["first", "size"])
    advice = [
        f"{size} row{'' if size == 1 else 's'} left out: {because}"
        for size, because in zip(grouped["size"], grouped["because"], strict=True)
    ]
    grouped = grouped.assign(
        severity="noted",
        table=draft.table.name,
        row=grouped["first"],
        column="",
        value="",
        rule="excluded",
        what_to_do=advice,
    )
    return grouped[list(FINDING_COLUMNS)]


def _counts(draft: Draft, loaded: Loaded, regions: Coded) -> pd.DataFrame:
    broken = _broken(loaded)
    names = np.array([file.name for file in loaded.files], dtype=object)
    at = {name: index for index, name in enumerate(names)}
    whose = np.repeat(np.arange(len(names)), [len(file.cells) for file in loaded.files])
    files = Coded(np.append(whose, [at[file.name] for file, _ in broken]).astype(np.int64), names)
    state = np.append(draft.state, np.full(len(broken), QUARANTINED, dtype=np.int8))
    nowhere = np.full(len(broken), len(regions.words))
    everywhere = Coded(np.append(regions.codes, nowhere), regions.words).called([*regions.words, ""])
    return tally(draft.table.name, files, everywhere, state, names)


def _quarantine(draft: Draft, frame: pd.DataFrame, loaded: Loaded, regions: Coded) -> pd.DataFrame:
    """The rows put aside, whole and as written, with the rules they break and whose month they would be."""
    at = np.flatnonzero(draft.state == QUARANTINED).tolist()
    if not at and not _broken(loaded):
        return empty_frame(QUARANTINE_COLUMNS)
    rules: dict[int, list[str]] = {}
    for found in draft.findings:
        for row, severity, rule in zip(found["at"].tolist(), found["severity"], found["rule"], strict=True):
            if severity == "quarantined" and rule not in rules.setdefault(row, []):
                rules[row].append(rule)
    starts = np.cumsum([0, *(len(file.cells) for file in loaded.files)])
    name = draft.table.name
    content = []
    for row in at:
        which = int(np.searchsorted(starts, row, side="right")) - 1
        cells = loaded.files[which].cells
        content.append(_content(dict(zip(cells.columns, cells.iloc[row - starts[which]], strict=True))))

    def cells_of(column: str) -> NDArray[Any]:
        if column not in frame:
            return np.full(len(at), "", dtype=object)
        return np.asarray(frame[column], dtype=object)[at]

    rows = pd.DataFrame(
        {
            "table": np.full(len(at), name, dtype=object),
            "file": frame["source_file"].to_numpy(dtype=object)[at],
            "row": frame["source_row"].to_numpy()[at],
            "region": regions.at(at),
            "manager_id": cells_of(whose(name)),
            "month": _months(frame.iloc[at]),
            "measure": cells_of(ABOUT.get(name, "")),
            "transaction_id": cells_of("transaction_id"),
            "rules": [", ".join(rules[row]) for row in at],
            "content": content,
        }
    )
    lines = [
        (name, file.name, row.row, "", "", -1, "", "", "fields", _content({"": row.text}))
        for file, row in _broken(loaded)
    ]
    return joined([rows, pd.DataFrame(lines, columns=list(QUARANTINE_COLUMNS))], QUARANTINE_COLUMNS)


def _content(cells: dict[str, str]) -> str:
    return json.dumps(cells, ensure_ascii=False)


def _months(frame: pd.DataFrame) -> NDArray[np.int64]:
    """The month of each row, -1 where it has none or it could not be read."""
    if "month" in frame:
        return np.asarray(frame["month"], dtype=np.int64)
    if "date" in frame:
        return months_of(frame["date"])
    if "period" in frame:
        firsts = [label.split("..")[0] for label in frame["period"]]
        return np.array([month_number(each) if len(each) == 7 and "Q" not in each else -1 for each in firsts])
    return np.full(len(frame), -1, dtype=np.int64)
