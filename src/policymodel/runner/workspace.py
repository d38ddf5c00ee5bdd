"""A folder to work in with JupyterLab: copies of a run's notebooks and files, a start page, and how Lab opens.

Whoever works there changes copies. What was changed is known by the hash of what was written, and is never
written over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path
from typing import Any

import nbformat

from policymodel.disclosure.pseudonyms import new_key
from policymodel.documents import read_yaml
from policymodel.errors import Problem, RunFileError, SchemeError, suggest
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store
from policymodel.report.runfile import RunFile
from policymodel.runner.folder import writable
from policymodel.runner.inputs import digest, named_files, scheme_files, scheme_paths
from policymodel.runner.plan import (
    KEY,
    NOTEBOOKS,
    REGION_NOTEBOOK,
    Page,
    check_parameters,
    notebooks_of,
    relative,
)
from policymodel.runner.private import KERNEL
from policymodel.runner.record import file_digest, write_json
from policymodel.scheme.schema import change_schema, json_schema
from policymodel.whole import write_text
from policymodel.words.catalogues import translate
from policymodel.words.editions import READERS, Edition
from policymodel.words.sentences import Text
from policymodel.words.workspace import Start, start_page

START, BANK = "START.md", "bank"
LAB = ".jupyter"
"""What JupyterLab keeps of a workspace, and what we wrote there; hidden in its file browser."""
NOTE = f"{LAB}/written.json"
LAYOUT = f"{LAB}/workspaces/default-37a8.jupyterlab-workspace"
"""The file in which JupyterLab keeps the layout of the workspace that it opens by itself."""
FILES, SCHEMAS, COPIES = "params", "schema", "explore"
"""A folder `notebooks` would be taken for the project's own by a run of the copied run file."""
SETTINGS = ("lint", "futures", "allocation")
"""What of a run file names a file of settings."""
SCHEMA_FILES = {"scheme": json_schema, "change": change_schema}
WORKED_AT: Mapping[Edition, str] = {
    "leadership": REGION_NOTEBOOK,
    "works_council": NOTEBOOKS["works_council"],
    "regional_hr": NOTEBOOKS["regional_hr"],
}
"""The notebooks that one region's history is enough for."""


@dataclass(frozen=True)
class Workspace:
    """A workspace that is ready: its region, and the files that were left as a person had changed them."""

    folder: Path
    region: str
    kept: tuple[str, ...]


def prepare_workspace(run: RunFile, out: Path, region: str, language: str) -> Workspace:
    """Write what is missing of the workspace of a run, and what nobody has changed since it was written.

    Parameters
    ----------
    region : the region its notebooks open with; the first of the run where it is empty.
    language : the language of the start page and of the headings.
    """
    regions = _regions(run)
    if region and region not in regions:
        right = suggest(region, regions) or f"the run has {', '.join(regions)}"
        raise RunFileError("--region", [Problem("", f"'{region}' is no region of the run", right)])
    chosen = region or regions[0]
    files = _contents(run, out, chosen, regions, language)
    with writable(out):
        refuse_others(out, run.id)
        new_key(out / KEY)
        return Workspace(out, chosen, _put(files, out, run.id))


def _regions(run: RunFile) -> tuple[str, ...]:
    if run.history is None or not run.history.is_dir():
        what = "names no history" if run.history is None else f"there is no folder {run.history}"
        raise RunFileError(str(run.file), [Problem("history", what, "give one with --history DIR")])
    raw = not is_store(run.history)
    history = read_history(run.history, read_mapping(run.mapping)) if raw else read_store(run.history)
    return tuple(each for each in history.regions if run.regions == "all" or each in run.regions)


def refuse_others(out: Path, run_id: str) -> None:
    """A folder with other files in it is refused, and so is the workspace of another run."""
    note = out / NOTE
    if note.is_file():
        if (held := _note(out)["run"]) != run_id:
            what = f"is the workspace of the run '{held}'"
            raise RunFileError(str(out), [Problem("--out", what, "name another folder")])
    elif out.is_dir() and {each.name for each in out.iterdir()} - {BANK}:
        what = "holds files that are no workspace's"
        raise RunFileError(str(out), [Problem("--out", what, "name a new or an empty folder")])


def _note(out: Path) -> dict[str, Any]:
    note: dict[str, Any] = json.loads((out / NOTE).read_text(encoding="utf-8"))
    return note


def _put(files: Mapping[str, str], out: Path, run_id: str) -> tuple[str, ...]:
    """Write the files but those a person has changed, and say which; the layout, which Lab keeps, is no news."""
    written: dict[str, str] = dict(_note(out)["written"]) if (out / NOTE).is_file() else {}
    kept = []
    for name, text in files.items():
        path, new = out / name, digest(text.encode("utf-8"))
        there = file_digest(path) if path.is_file() else written.get(name)
        if there not in (new, written.get(name)):
            kept.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if there != new or not path.is_file():
            write_text(text, path)
        written[name] = new
    (out / NOTE).parent.mkdir(exist_ok=True)
    write_json({"run": run_id, "written": written}, out / NOTE)
    return tuple(name for name in kept if name != LAYOUT)


def _contents(run: RunFile, out: Path, region: str, regions: Sequence[str], language: str) -> dict[str, str]:
    """Every file of the workspace by its path in it."""
    sources = _sources(run)
    run_file = next(name for name, path in sources.items() if path == run.file)
    schemes = {
        name: path
        for name, path in sources.items()
        if path not in (run.file, *scheme_files(run.mapping), *_settings(run))
    }
    notebooks = _notebooks(run, out, region, run_file)
    start = Start(
        title=Text(run.title),
        question=Text(run.question),
        region=region,
        regions=regions,
        notebooks={f"{COPIES}/{WORKED_AT[each]}": READERS[each] for each in WORKED_AT},
        schemes=list(schemes),
        schemas=f"{SCHEMAS}/",
        run_file=run_file,
        history=_history(run, out),
    )
    return {
        START: start_page(start, language),
        **{f"{COPIES}/{page.notebook.name}": _filled(page, regions, language) for page in notebooks},
        **{
            name: _with_schema(name, path) if name in schemes else _text(path)
            for name, path in sources.items()
        },
        **{f"{SCHEMAS}/{kind}.schema.json": _json(schema()) for kind, schema in SCHEMA_FILES.items()},
        LAYOUT: _json(_layout(f"{COPIES}/{REGION_NOTEBOOK}")),
    }


def _settings(run: RunFile) -> list[Path]:
    """The files of settings that a run names."""
    named: list[Path | None] = [getattr(run, name) for name in SETTINGS]
    return [each.resolve() for each in named if each is not None]


def _sources(run: RunFile) -> dict[str, Path]:
    """The files a run is made of, by their path in the workspace: they lie to each other there as they did."""
    paths = {
        run.file: None,
        **dict.fromkeys(scheme_files(run.mapping)),
        **dict.fromkeys(_settings(run)),
        **{file: None for path in scheme_paths(run).values() for file in scheme_files(path)},
    }
    if problems := list(_whole_paths(run, paths)):
        raise RunFileError(str(run.file), problems)
    try:
        root = Path(commonpath([path.parent for path in paths]))
    except ValueError:  # two drives of Windows
        problem = Problem("", "its files lie on different drives", "bring them together in one folder")
        raise RunFileError(str(run.file), [problem]) from None
    return {f"{FILES}/{path.relative_to(root).as_posix()}": path for path in paths}


def _whole_paths(run: RunFile, paths: Iterable[Path]) -> Iterator[Problem]:
    """Files named by their whole path: a copy that names them leads back to the project."""
    for path in paths:
        document = read_yaml(path, RunFileError)
        if path == run.file:
            designs = document["designs"]
            schemes = [*designs, *(each for design in designs for each in design.get("plans", {}).values())]
            parts = [each.get(part) for each in schemes if each for part in ("card", "pay")]
            named: Iterable[str] = [
                document["mapping"],
                *(each for each in (*parts, *(document.get(name) for name in SETTINGS)) if each),
            ]
        else:
            named = named_files(document)
        for each in named:
            if Path(each).is_absolute():
                right = "name it as seen from this file"
                yield Problem(path.name, f"{each} is a whole path, which a copy cannot follow", right)


def _history(run: RunFile, start: Path) -> str:
    assert run.history is not None
    return relative(run.history, start)


def _notebooks(run: RunFile, out: Path, region: str, run_file: str) -> tuple[Page, ...]:
    """The notebooks with what each is told, as seen from the folder of the copies."""
    place = notebooks_of(run.file)
    told = {
        "region": region,
        "run_file": f"../{run_file}",
        "history": _history(run, out / COPIES),
        "results_dir": "",
    }
    pages = tuple(
        Page(
            region,
            COPIES,
            place / name,
            told | ({"key_file": f"../{KEY}", "people_dir": ""} if edition == "regional_hr" else {}),
            edition,
        )
        for edition, name in WORKED_AT.items()
    )
    for page in pages:
        check_parameters(page)
    return pages


def _filled(page: Page, regions: Sequence[str], language: str) -> str:
    """A notebook with its parameters written in, its headings in the reader's language, and our kernel chosen."""
    notebook = nbformat.read(page.notebook, as_version=4)
    notebook.metadata.kernelspec = {"name": KERNEL, "display_name": KERNEL, "language": "python"}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            values = [
                f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in page.parameters.items()
            ]
            cell.source = "\n".join([f"# region: {', '.join(regions)}", *values])
        elif cell.cell_type == "markdown":
            cell.source = translate(cell.source, language)
    return str(nbformat.writes(notebook)) + "\n"


def _with_schema(name: str, path: Path) -> str:
    """A scheme or change file that names its schema to an editor."""
    text = _text(path)
    document = read_yaml(path, SchemeError)
    kind = "change" if isinstance(document, dict) and "changes" in document else "scheme"
    schema = relative(Path(SCHEMAS, f"{kind}.schema.json"), Path(name).parent)
    marker = "# yaml-language-server: $schema="
    return text if text.startswith(marker) else f"{marker}{schema}\n{text}"


def _layout(notebook: str) -> dict[str, Any]:
    """JupyterLab with the files on the left, and the notebook open before the start page."""
    start, report = f"markdownviewer-widget:{START}", f"notebook:{notebook}"
    tabs = {"type": "tab-area", "currentIndex": 1, "widgets": [start, report]}
    return {
        "data": {
            "layout-restorer:data": {
                "main": {"dock": tabs, "current": report},
                "left": {
                    "collapsed": False,
                    "visible": True,
                    "current": "filebrowser",
                    "widgets": ["filebrowser"],
                },
            },
            start: {"data": {"path": START, "factory": "Markdown Preview"}},
            report: {"data": {"path": notebook, "factory": "Notebook"}},
        },
        "metadata": {"id": "default"},
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
