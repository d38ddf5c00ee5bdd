"""The store: accepted history on disk as Parquet, a folder for each region, with the hash of every file.

    store/
      manifest.json                      title, currency, measures, notes, regions, rows and hashes
      quarantine.csv                     the rows put aside, for people
      region=north-1f3a…/manifest.json   the same, of this region alone
      region=north-1f3a…/activity.parquet …

The folder of a region is a store of its own: a region's run is handed that and knows of nothing else. Rows whose
region is not known have a folder too; no run of a region sees them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from policymodel.documents import parse_json
from policymodel.errors import HistoryError, Problem, suggest
from policymodel.history.coding import codes_of
from policymodel.history.columns import DTYPES, SOURCE
from policymodel.history.facts import History
from policymodel.history.ledger import in_order
from policymodel.history.measures import Measure
from policymodel.history.record_rules import RecordRule
from policymodel.history.rubric import Rubric
from policymodel.history.tables import (
    COUNT_COLUMNS,
    FINDING_COLUMNS,
    QUARANTINE_COLUMNS,
    TABLES,
)
from policymodel.history.transaction_rules import TransactionRule
from policymodel.history.whereabouts import homes
from policymodel.periods import Period

FORMATS = "policymodel history "
FORMAT = f"{FORMATS}3"
MANIFEST = "manifest.json"
HERE = "."
"""The folder of the one region whose part of a store is read by itself."""
REPORTS = {"findings": FINDING_COLUMNS, "counts": COUNT_COLUMNS, "quarantine": QUARANTINE_COLUMNS}
SHARED = (
    "transactions",
    "transaction_figures",
    "assignments",
    *(table.name for table in TABLES.values() if table.everywhere),
)
"""Tables of which a row may stand in the folders of several regions."""
READ_ONLY_IN_EXCEL = ("=", "+", "-", "@", "\t", "\r", "\n")


def slug(region: str) -> str:
    """A folder name for any region: safe on every system, different for different names.

    >>> slug("North"), slug("../etc"), slug("north")
    ('region=north-43f853bb', 'region=etc-f7f9121f', 'region=north-dc365e79')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", region.lower()).strip("-")[:40]
    digest = hashlib.sha256(region.encode("utf-8")).hexdigest()[:8]
    return f"region={plain}-{digest}" if plain else f"region={digest}"


def is_store(folder: Path | str) -> bool:
    """Whether a folder was written by `write_store`, today's or an older one."""
    manifest = Path(folder) / MANIFEST
    try:
        written = parse_json(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(written, dict) and str(written.get("format")).startswith(FORMATS)


def write_store(history: History, folder: Path | str) -> Path:
    """Write history to a folder, all of it or nothing; a store that is there is replaced, anything else is not."""
    return write_store_of([("", history)], folder)


def write_store_of(parts: Iterable[tuple[str, History]], folder: Path | str) -> Path:
    """The same of a history that comes in parts (`reading.parts_of`), one after the other: it is never all in memory.

    A region and a person stand in one part alone, else the store is refused: each part was checked by itself.
    """
    folder = Path(folder)
    if folder.exists() and not is_store(folder) and (not folder.is_dir() or any(folder.iterdir())):
        right = "name a new folder, or one that holds a store"
        raise HistoryError(str(folder), [Problem("", "something else is here already", right)])
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = f"{os.getpid()}-{secrets.token_hex(4)}"
    building, leaving = (
        folder.with_name(f".{folder.name}.new-{mark}"),
        folder.with_name(f".{folder.name}.old-{mark}"),
    )
    try:
        building.mkdir()
        filling = _Filling(building)
        for name, part in parts:
            filling.add(name, part)
        filling.end()
        if folder.exists():
            folder.rename(leaving)
        building.rename(folder)
    finally:
        if leaving.exists() and not folder.exists():
            leaving.rename(folder)
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(leaving, ignore_errors=True)
    return folder


def read_store(
    folder: Path | str,
    region: str | None = None,
    verify: bool = True,
    tables: Collection[str] | None = None,
) -> History:
    """Read a store back: one region's files, or all. Hashes of the files that are read are compared.

    A region's history is the same as `History.region` of the whole. Of `tables` where they are named no other is read:
    the others are empty, so such a history answers only what these tables tell.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    regions = [each["region"] for each in manifest["regions"]]
    if region is not None and region not in regions:
        known = [each for each in regions if each]
        right = suggest(region, known) or f"its regions are {', '.join(known)}"
        raise HistoryError(str(folder), [Problem("", f"there is no region '{region}'", right)])
    chosen = [each for each in manifest["regions"] if region is None or each["region"] == region]
    if tables is not None:
        wanted = {*tables, *REPORTS}
        chosen = [
            {**part, "files": {name: facts for name, facts in part["files"].items() if name in wanted}}
            for part in chosen
        ]
    problems: list[Problem] = []
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in (*TABLES, *REPORTS)}
    for part in chosen:
        for name, frame in _read_region(folder, part, verify, problems).items():
            frames[name].append(frame)
    if problems:
        raise HistoryError(str(folder), problems)
    whole = {name: _whole(parts, name, manifest["files"].get(name, [])) for name, parts in frames.items()}
    return History(
        tables={name: whole[name] for name in TABLES},
        measures=measures_of(manifest),
        currency=manifest["currency"],
        findings=whole["findings"],
        counts=whole["counts"],
        quarantine=whole["quarantine"],
        title=manifest["title"],
        notes=tuple(manifest["notes"]),
        # a store that was written before there were records has none
        records={name: RecordRule(**rule) for name, rule in manifest.get("records", {}).items()},
        transaction_rules={
            name: TransactionRule(**rule) for name, rule in manifest.get("transaction_rules", {}).items()
        },
        codes=manifest.get("codes", {}),
        rubric=Rubric.model_validate(manifest["rubric"]) if manifest.get("rubric") else None,
    )


def read_manifest(folder: Path | str) -> dict[str, Any]:
    """What a store says of itself."""
    folder = Path(folder)
    if not is_store(folder):
        right = "write one with write_store, or name a folder of tables together with its mapping"
        raise HistoryError(str(folder), [Problem("", "this is no store of history", right)])
    manifest: dict[str, Any] = parse_json((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        what = f"this store was written as '{manifest['format']}' and can no longer be read"
        raise HistoryError(str(folder), [Problem("", what, "write it again from the bank's own tables")])
    try:
        _Manifest.model_validate(manifest)
    except ValidationError as fault:
        place = ".".join(map(str, fault.errors()[0]["loc"]))
        problem = Problem(place, "is not what a store says of itself", "write the store again")
        raise HistoryError(str(folder / MANIFEST), [problem]) from None
    return manifest


class _File(BaseModel):
    sha256: str


class _Region(BaseModel):
    region: str
    folder: str
    files: dict[str, _File]


def _with_period(written: Any) -> Any:
    """A measure as it is written, but the months in which it was observed as a period."""
    if isinstance(written, dict) and isinstance(written.get("observed"), str):
        return {**written, "observed": Period.parse(written["observed"])}
    return written


class _Manifest(BaseModel):
    """What of a manifest is relied on."""

    title: dict[str, str]
    currency: str
    notes: list[dict[str, str]]
    measures: list[Annotated[Measure, BeforeValidator(_with_period)]]
    records: dict[str, RecordRule] = Field({})
    transaction_rules: dict[str, TransactionRule] = Field({})
    codes: dict[str, dict[str, dict[str, str]]] = Field({})
    rubric: Rubric | None = None
    files: dict[str, list[str]]
    regions: list[_Region]


@dataclass
class _Filling:
    """A store while it is written, part by part."""

    folder: Path
    regions: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    """In which part each region and each person stands; a person's id is marked by a leading blank."""
    nowhere: list[History] = field(default_factory=list)
    """What of each part has no region that is known; of most parts nothing."""
    told: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: {name: [] for name in REPORTS})
    files: dict[str, dict[str, None]] = field(default_factory=lambda: {name: {} for name in TABLES})

    def add(self, name: str, history: History) -> None:
        """Write the folders of a part's regions; what belongs to none is kept for the end."""
        belonging = {table: homes(table, history.tables) for table in TABLES}
        reports = {each: getattr(history, each) for each in REPORTS}
        regions = {
            *history.regions,
            *(str(each) for report in reports.values() for each in report["region"].unique()),
        }
        for owners in belonging.values():
            if not owners.everywhere:
                regions |= {str(each) for each in pd.unique(owners.region)}
        self._refuse_twice(name, history, regions - {""})
        for table, frame in history.tables.items():
            self.files[table] |= dict.fromkeys(frame["source_file"].unique())
        for each, report in reports.items():
            self.told[each].append(report)
        for region in sorted(regions - {""}):
            own = {table: frame.iloc[belonging[table].of(region)] for table, frame in history.tables.items()}
            told = {each: report[(report["region"] == region).to_numpy()] for each, report in reports.items()}
            part = replace(history, tables=own, **told)
            self._write_region(region, part)
        told = {each: report[(report["region"] == "").to_numpy()] for each, report in reports.items()}
        own = {table: frame.iloc[belonging[table].of("")] for table, frame in history.tables.items()}
        self.nowhere.append(replace(history, tables=own, **told))

    def end(self) -> None:
        """Write what belongs to no region, and what the store says of itself."""
        if not self.nowhere:
            raise HistoryError(str(self.folder), [Problem("", "there is no part to write")])
        first = self.nowhere[0]
        tables = {table: _joined([each.tables[table] for each in self.nowhere]) for table in TABLES}
        nowhere = {name: _joined([getattr(each, name) for each in self.nowhere]) for name in REPORTS}
        own = [frame for name, frame in tables.items() if not TABLES[name].everywhere]
        if any(map(len, (*own, *nowhere.values()))):
            self._write_region("", replace(first, tables=tables, **nowhere))
        whole = {name: in_order(_joined(reports)) for name, reports in self.told.items()}
        _write_quarantine(whole["quarantine"], self.folder / "quarantine.csv")
        files = {table: list(names) for table, names in self.files.items()}
        parts = sorted(self.regions, key=lambda part: str(part["region"]))
        _write_manifest(replace(first, **whole), files, parts, self.folder)

    def _write_region(self, region: str, part: History) -> None:
        home = self.folder / slug(region)
        home.mkdir()
        frames = {**part.tables, **{name: getattr(part, name) for name in REPORTS}}
        files = {name: _write(frame, home / f"{name}.parquet") for name, frame in frames.items()}
        self.regions.append({"region": region, "folder": home.name, "files": files})
        _write_manifest(part, _files_of(part), [{**self.regions[-1], "folder": HERE}], home)

    def _refuse_twice(self, name: str, history: History, regions: set[str]) -> None:
        """A region or a person in two parts: what is about them was never looked at together."""
        here = {*regions, *(f" {each}" for each in history.tables["managers"]["manager_id"].unique())}
        for each in sorted(here & self.homes.keys()):
            what = f"'{each.strip()}' stands in the part {self.homes[each]} and in the part {name}"
            right = "what is about one region or person belongs into one part; put such parts together"
            raise HistoryError(name, [Problem("", what, right)])
        self.homes |= dict.fromkeys(here, name)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several parts; what stands in all of them, such as rates, once."""
    if len(frames) == 1:
        return frames[0]
    filled = [each for each in frames if len(each)]
    return pd.concat(filled, ignore_index=True).drop_duplicates(ignore_index=True) if filled else frames[0]


def _files_of(history: History) -> dict[str, list[str]]:
    return {name: list(table["source_file"].unique()) for name, table in history.tables.items()}


def _write_manifest(
    history: History, files: Mapping[str, list[str]], parts: list[dict[str, Any]], folder: Path
) -> None:
    """What a store, or the part of one region, says of itself."""
    tally = history.findings.groupby(["severity", "rule"]).size().rename("rows").reset_index()
    manifest = {
        "format": FORMAT,
        "title": dict(history.title),
        "currency": history.currency,
        "notes": [dict(note) for note in history.notes],
        "measures": [_as_data(measure) for measure in history.measures.values()],
        "records": {name: _rule_as_data(rule) for name, rule in history.records.items()},
        "transaction_rules": {name: _rule_as_data(rule) for name, rule in history.transaction_rules.items()},
        "codes": history.codes,
        "rubric": history.rubric and history.rubric.model_dump(mode="json", by_alias=True, exclude_none=True),
        "counts": {
            name: int(history.counts[name].sum())
            for name in ("rows_in", "accepted", "quarantined", "excluded")
        },
        "findings": tally.to_dict("records"),
        "files": files,
        "regions": parts,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _write(frame: pd.DataFrame, path: Path) -> dict[str, Any]:
    frame.reset_index(drop=True).to_parquet(path, index=False)
    raw = path.read_bytes()
    return {"rows": len(frame), "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}


def _write_quarantine(quarantine: pd.DataFrame, path: Path) -> None:
    """For people and their spreadsheets: no cell of it can act as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(quarantine.columns)
        for row in quarantine.itertuples(index=False):
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guarded("=cmd()"), guarded("M1")
    ("'=cmd()", 'M1')
    """
    return f"'{cell}" if cell.startswith(READ_ONLY_IN_EXCEL) else cell


def _read_region(
    folder: Path, part: Mapping[str, Any], verify: bool, problems: list[Problem]
) -> dict[str, pd.DataFrame]:
    frames = {}
    # The place follows from the region's name; what the manifest says of folders is for people.
    home = folder if part["folder"] == HERE else folder / slug(part["region"])
    for name, facts in part["files"].items():
        if name not in TABLES and name not in REPORTS:
            continue
        path = home / f"{name}.parquet"
        place = f"{home.name}/{path.name}"
        try:
            if verify and hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
                problems.append(
                    Problem(place, "the file is not the one that was written", "write the store again")
                )
                continue
            frame, types = pd.read_parquet(path), _types(name)
            if missing := [each for each in types if each not in frame]:
                wrong = f"it has no column {missing[0]}: another version of this program wrote it"
                problems.append(Problem(place, wrong, "write the store again"))
                continue
            as_written = dict(zip(frame.columns, frame.dtypes.astype("str"), strict=True)) == types
            frames[name] = frame if as_written else frame.astype(types)
        except (OSError, pa.ArrowInvalid) as fault:
            problems.append(Problem(place, f"it cannot be read: {fault}", "write the store again"))
    return frames


def _types(name: str) -> dict[str, str]:
    if name in REPORTS:
        return REPORTS[name]
    return {column.name: DTYPES[column.kind] for column in TABLES[name].columns} | SOURCE


def _whole(parts: list[pd.DataFrame], name: str, files: list[str]) -> pd.DataFrame:
    """The regions' rows as they stood in the files they came from."""
    if not parts:
        # a store that was written before there was this table
        return TABLES[name].empty()
    frame = pd.concat(parts, ignore_index=True)
    if len(parts) == 1:
        return frame
    if name in REPORTS:
        return in_order(frame)
    if name in SHARED:
        frame = frame.drop_duplicates(list(SOURCE))
    position = codes_of(frame["source_file"], {file: index for index, file in enumerate(files)})
    return frame.iloc[np.lexsort((frame["source_row"].to_numpy(), position))].reset_index(drop=True)


def _as_data(measure: Measure) -> dict[str, Any]:
    data = asdict(measure)
    return data | {"observed": measure.observed.label if measure.observed else None}


def _rule_as_data(rule: RecordRule | TransactionRule) -> dict[str, Any]:
    data: dict[str, Any] = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


def measures_of(manifest: Mapping[str, Any]) -> dict[str, Measure]:
    """The measures that a manifest declares, by name."""
    return {each["name"]: _measure(each) for each in manifest["measures"]}


def _measure(data: Mapping[str, Any]) -> Measure:
    observed = data["observed"]
    return Measure(**{**data, "observed": Period.parse(observed) if observed else None})
