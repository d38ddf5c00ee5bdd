"""What a page is made from, as hashes: equal hashes make the same page, so an unfinished run can go on."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from os.path import relpath
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from policymodel.approvals.register import read_register
from policymodel.documents import read_yaml
from policymodel.errors import SchemeError
from policymodel.history.mapping import read_mapping
from policymodel.history.store import MANIFEST, is_store, slug
from policymodel.report.last_places import FILE as LAST_PLACES
from policymodel.report.runfile import RunFile
from policymodel.runner.plan import KEY, Page, Plan
from policymodel.runner.record import Record, file_digest, read_record, source_digest, versions

PLACES = frozenset({"source_row", "row"})
"""Columns that say where in a file a row stood, which another region's new rows may change."""
BANK = ("title", "currency", "notes", "measures")
Hashes = Mapping[str, Any]


def inputs_of(plan: Plan) -> dict[str, Hashes]:
    """The hashes of everything each region's page is made from, by region."""
    common = common_inputs(plan.run)
    if (plan.out / LAST_PLACES).is_file():
        common = {**common, "last_places": file_digest(plan.out / LAST_PLACES)}
    return {
        page.region: {
            "data": data_digest(plan.store / slug(page.region)),
            **common,
            "notebook": file_digest(page.notebook),
        }
        for page in plan.pages
    }


def edition_inputs(page: Page, region: Hashes, plan: Plan) -> Hashes:
    """The hashes of what a page for other readers is made from: those of its region, its notebook, and the key.

    Where pages say in which row of a file something stands, also that of the rows with their places.
    """
    told = {**region, "notebook": file_digest(page.notebook)}
    if "key_file" in page.parameters:
        told["pseudonyms"] = file_digest(plan.out / KEY)
    if "people_dir" in page.parameters:
        told["rows"] = file_digest(plan.store / slug(page.region) / MANIFEST)
    return told


def group_inputs(page: Page, regions: Mapping[str, Hashes], run: RunFile) -> Hashes:
    """The hashes of what the group's page is made from: the data of the regions it has, and the names of the others."""
    data = "".join(f"{region}\0{hashes['data']}\n" for region, hashes in sorted(regions.items()))
    whole = f"{data}\0{page.parameters['missing']}"
    return {"data": digest(whole.encode()), **common_inputs(run), "notebook": file_digest(page.notebook)}


def common_inputs(run: RunFile) -> Hashes:
    """The hashes of the parameters, the mapping, the schemes and the code, which all pages of a run share."""
    return {
        "params": file_digest(run.file),
        "mapping": files_digest(scheme_files(run.mapping)),
        **({"lint": file_digest(run.lint)} if run.lint is not None else {}),
        **({"register": read_register(run.approvals).head} if run.approvals is not None else {}),
        **({"allocation": file_digest(run.allocation)} if run.allocation is not None else {}),
        "schemes": {place: files_digest(scheme_files(path)) for place, path in scheme_paths(run).items()},
        "code": source_digest(),
    }


def scheme_paths(run: RunFile) -> dict[str, Path]:
    """The scheme file of each part of each design, by its place: `published.card`."""
    return {f"{design.id}.{place}": path for design in run.designs for place, path in design.files().items()}


def scheme_files(path: Path) -> tuple[Path, ...]:
    """A file and all those it is built on: the base of a change file, included lines, the rubric of a mapping."""
    found: dict[Path, None] = {}

    def follow(file: Path) -> None:
        if file in found:
            return
        found[file] = None
        document = read_yaml(file, SchemeError)
        for name in named_files(document):
            follow((file.parent / name).resolve())

    follow(path.resolve())
    return tuple(found)


def named_files(document: Any) -> Iterator[str]:
    """The files that the document of a scheme or a mapping names.

    >>> list(named_files({"base": "s4.yaml", "card": {"lines": [{"include": "lines.yaml", "line": "a"}]}}))
    ['s4.yaml', 'lines.yaml']
    """
    if isinstance(document, dict):
        for key, value in document.items():
            if (
                key in ("base", "include", "rubric")
                and isinstance(value, str)
                and value.endswith((".yaml", ".yml"))
            ):
                yield value
            else:
                yield from named_files(value)
    elif isinstance(document, list):
        for each in document:
            yield from named_files(each)


def data_digest(part: Path) -> str:
    """sha256 over one region's rows and what the bank says of them, wherever in its files the rows stood."""
    manifest = json.loads((part / MANIFEST).read_text(encoding="utf-8"))
    whole = hashlib.sha256(json.dumps([manifest[name] for name in BANK], sort_keys=True).encode())
    for name in sorted(manifest["regions"][0]["files"]):
        whole.update(f"\0{name}\0".encode())
        whole.update(rows_digest(pq.read_table(part / f"{name}.parquet")))
    return whole.hexdigest()


def rows_digest(table: pa.Table) -> bytes:
    """sha256 over the rows of a table, their places in files left out.

    >>> one, two = (pa.table({"actual": [1.5], "source_row": [row]}) for row in (2, 3))
    >>> rows_digest(one) == rows_digest(two) != rows_digest(pa.table({"actual": [1.6]}))
    True
    """
    kept = table.drop_columns([name for name in table.column_names if name in PLACES])
    kept = kept.replace_schema_metadata(None).combine_chunks()
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, kept.schema) as stream:
        stream.write_table(kept)
    return hashlib.sha256(sink.getbuffer()).digest()


def source_files(run: RunFile) -> dict[str, str]:
    """The hash of every file of the run's history that is read, by its path in the folder."""
    if run.history is None:
        return {}
    home = run.history
    if is_store(home):
        files = {home / MANIFEST, *home.glob("*/*.parquet"), *home.glob(f"*/{MANIFEST}")}
    else:
        names = [source.file for source in read_mapping(run.mapping).tables.values()]
        files = {
            path for name in names for path in ([home / name] if (home / name).is_file() else home.glob(name))
        }
    return {path.relative_to(home).as_posix(): file_digest(path) for path in sorted(files)}


def files_digest(paths: Iterable[Path]) -> str:
    """sha256 over files, by name as seen from the first of them, and content."""
    files = list(paths)
    lines = [f"{Path(relpath(path, files[0].parent)).as_posix()}\0{file_digest(path)}\n" for path in files]
    return digest("".join(lines).encode())


def digest(content: bytes) -> str:
    """sha256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def kept(plan: Plan, page: Page, hashes: Hashes) -> Record | None:
    """The record of a page that was made from these hashes and is as it was written; None where it is to be made."""
    folder = plan.out / page.folder
    try:
        record = read_record(folder)
    except (OSError, ValueError, TypeError):
        return None
    same = (
        record.status == "done"
        and (record.run, record.region, record.seed) == (plan.run.id, page.region, plan.run.seed)
        and record.hashes == hashes
        and record.versions == versions()
        and record.files == files_of(folder)
    )
    return record if same else None


def files_of(folder: Path) -> dict[str, str]:
    """The hash of every file of a page's folder but its record, and what was printed from the page."""
    return {
        path.relative_to(folder).as_posix(): file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "record.json" and path.suffix != ".pdf"
    }
