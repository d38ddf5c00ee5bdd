"""Whether a page still is what it says: its own hash, the files it was made from, and the page made again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from policymodel.errors import InputError, Problem, RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store, write_store
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.differences import Difference, between_folders
from policymodel.runner.execute import Provenance, make_pages
from policymodel.runner.folder import RUN
from policymodel.runner.inputs import (
    files_digest,
    files_of,
    group_inputs,
    inputs_of,
    scheme_files,
    scheme_paths,
    source_files,
)
from policymodel.runner.plan import (
    EDITIONS,
    GROUP,
    GROUP_NOTEBOOK,
    REGION_NOTEBOOK,
    Plan,
    Wishes,
    make_plan,
    notebooks_of,
)
from policymodel.runner.record import Record, file_digest, read_record, source_digest, versions
from policymodel.runner.seal import record_in, unbroken

SAME = ("run", "region", "seed", "hashes", "versions")
"""What a page says of itself and its record says too."""


@dataclass(frozen=True)
class Verdict:
    """What came of verifying one page: whether it was made again, and everything that differs."""

    page: Path
    remade: bool
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Nothing differs."""
        return not self.differences


@dataclass(frozen=True)
class Origin:
    """Where what a page was made from stands now, and the hashes the run wrote of its sources."""

    run: RunFile
    notebooks: Path
    sources: Mapping[str, str] | None
    missing: str


def verify_page(
    page: Path | str,
    run_file: Path | None = None,
    history: Path | None = None,
    remake: bool = True,
    wishes: Wishes | None = None,
) -> Verdict:
    """Compare a page with its record, its record with the files of today, and the page with itself made again.

    `run_file` and `history` are those the run wrote down, unless others are named. Without `remake` no notebook is run.
    A page that holds no record and has none beside it cannot be verified.
    """
    page = Path(page).resolve()
    content = page.read_bytes()
    told = record_in(content)
    beside = record_beside(page.parent)
    if told is None and beside is None:
        what = "it holds no run record, and there is none beside it"
        raise RunFileError(str(page), [Problem("", what, "only pages of `policymodel run` can be verified")])
    if remake and beside is not None and beside.folder.startswith(f"{EDITIONS}/"):
        what = "it is made with the key of the run's pseudonyms, so it is not made again here"
        raise RunFileError(str(page), [Problem("", what, "verify the file itself with --quick")])
    found = list(of_the_page(page.name, content, told))
    found += of_the_folder(page.parent, told, beside)
    try:
        origin = origin_of(page.parent.parent, run_file, history)
    except InputError as error:
        return Verdict(page, False, (*found, *(Difference(error.file, str(each)) for each in error.problems)))
    if origin is None:
        if remake:
            what = f"there is no {RUN} in the folder above it, so nobody can say what it was made from"
            raise RunFileError(str(page), [Problem("", what, "name the run file with --run, or use --quick")])
        return Verdict(page, False, tuple(found))
    record = {name: getattr(beside, name) for name in SAME} if beside is not None else told or {}
    if told is not None and unbroken(content):
        record = told
    found += of_the_inputs(record, origin)
    if remake:
        made = made_again(page, record, origin, wishes or Wishes())
        found += [each for each in made if each not in found]
    return Verdict(page, remake, tuple(found))


def record_beside(folder: Path) -> Record | None:
    """The record beside a page, if there is one that can be read."""
    try:
        return read_record(folder)
    except (OSError, ValueError, TypeError):
        return None


def of_the_page(name: str, content: bytes, told: Mapping[str, Any] | None) -> Iterator[Difference]:
    """What the page tells by itself."""
    if told is None:
        yield Difference(name, "its record cannot be read")
    elif not unbroken(content):
        yield Difference(name, "it is not, byte for byte, the page that was made: its hash is another")
    elif told["page"] != name:
        yield Difference(name, f"it was made as {told['page']}")


def of_the_folder(
    folder: Path, told: Mapping[str, Any] | None, beside: Record | None
) -> Iterator[Difference]:
    """What the record beside the page, and the hashes in it, tell of the page and of the other files."""
    if beside is None:
        yield Difference("record.json", "it is not there, or cannot be read")
        return
    for name in SAME if told is not None else ():
        if told is not None and told[name] != getattr(beside, name):
            yield Difference("record.json", f"{name} is not what the page says")
    files = files_of(folder)
    for name, digest in beside.files.items():
        if name not in files:
            yield Difference(name, "the file is not there")
        elif files[name] != digest:
            yield Difference(name, "the file is not the one that was made: its hash is another")
    yield from (Difference(name, "no run has made this file") for name in files if name not in beside.files)


class _Written(BaseModel):
    """What a run wrote of itself that is needed here."""

    places: dict[str, str] = {}
    sources: dict[str, str] = {}
    missing: list[str] = []


def origin_of(out: Path, run_file: Path | None, history: Path | None) -> Origin | None:
    """What the run wrote of where it read, with what else is named; None where neither says."""
    try:
        written = _Written.model_validate_json((out / RUN).read_bytes())
    except (OSError, ValueError):
        written = _Written()
    places = written.places
    if run_file is None and "run_file" not in places:
        return None
    run = read_run_file(run_file or (out / places["run_file"]).resolve())
    home = history or (out / places["history"] if places.get("history") else run.history)
    if home is not None:
        run = run.with_history(home)
    notebooks = (out / places["notebooks"]).resolve() if "notebooks" in places else notebooks_of(run.file)
    return Origin(run, notebooks, written.sources if history is None else None, "; ".join(written.missing))


def of_the_inputs(record: Mapping[str, Any], origin: Origin) -> Iterator[Difference]:
    """Which of the files a page was made from are others today, and which versions."""
    hashes, run = record["hashes"], origin.run
    named = {"params": run.file, "mapping": run.mapping} | (
        {"lint": run.lint} if run.lint is not None else {}
    )
    for name, path in named.items():
        if hashes.get(name) != file_digest(path):
            yield Difference(name, f"{path.name} is not the file the page was made from")
    schemes = hashes.get("schemes")
    schemes = schemes if isinstance(schemes, dict) else {}
    for place, path in scheme_paths(run).items():
        try:
            files = scheme_files(path)
        except InputError as error:
            file = Path(error.file).name
            yield from (Difference(f"schemes, {place}", f"{file}: {each}") for each in error.problems)
            continue
        if schemes.get(place) != files_digest(files):
            names = ", ".join(each.name for each in files)
            yield Difference(f"schemes, {place}", f"{names}: not the text the page was made from")
    notebook = origin.notebooks / (REGION_NOTEBOOK if record["region"] else GROUP_NOTEBOOK)
    if not notebook.is_file() or hashes.get("notebook") != file_digest(notebook):
        yield Difference("notebook", f"{notebook.name} is not the notebook the page was made by")
    if hashes.get("code") != source_digest():
        yield Difference("code", "the program is not the one the page was made by")
    for name, version in versions().items():
        if record["versions"].get(name) != version:
            yield Difference("versions", f"{name} is {version}, and was {record['versions'].get(name)}")
    yield from of_the_sources(origin)


def of_the_sources(origin: Origin) -> Iterator[Difference]:
    """Which files of the history are not those that were read."""
    home = origin.run.history
    try:
        files = source_files(origin.run) if home is not None and home.is_dir() else {}
    except InputError as error:
        yield from (Difference("mapping", str(each)) for each in error.problems)
        return
    for name, digest in (origin.sources or {}).items():
        if name not in files:
            yield Difference(f"data, {name}", "the file is not there")
        elif files[name] != digest:
            yield Difference(f"data, {name}", "the file is not the one that was read: its hash is another")


def made_again(page: Path, record: Mapping[str, Any], origin: Origin, wishes: Wishes) -> list[Difference]:
    """Make the page anew in a folder of its own, from the files of today, and compare."""
    with tempfile.TemporaryDirectory(prefix="pm-verify-") as folder:
        out = Path(folder, "run").resolve()
        out.mkdir()
        try:
            now = remade(page.parent.parent, out, record["region"], origin, wishes)
        except InputError as error:
            return [Difference(error.file, str(each)) for each in error.problems]
        if now.status == "failed":
            return [Difference(page.name, f"it can no longer be made: {now.message}")]
        found = []
        if now.hashes["data"] != record["hashes"].get("data"):
            whose = f"the rows of {record['region']}" if record["region"] else "the rows of the regions"
            found.append(Difference("data", f"{whose} are not those the page was made from"))
        if record_beside(page.parent) is None:
            return found
        return [*found, *between_folders(page.parent, out / now.folder, [page.name])]


def remade(was: Path, out: Path, region: str, origin: Origin, wishes: Wishes) -> Record:
    """One page made again below `out`; the group's from the result tables that the regions wrote."""
    run, home = origin.run, origin.run.history
    if home is None or not home.is_dir():
        raise RunFileError(str(run.file), [Problem("history", "is not there", "name it with --history DIR")])
    wishes = replace(wishes, jobs=1, notebooks=origin.notebooks)
    raw = not is_store(home)
    history = read_history(home, read_mapping(run.mapping)) if raw else read_store(home)
    store = write_store(history, out / "store") if raw else home
    if not region:
        return group_remade(was, out, store, origin, wishes)
    plan = make_plan(run, out, store, history.regions, replace(wishes, only=(region,)))
    return made(plan, Provenance(inputs_of(plan), {}))


def group_remade(was: Path, out: Path, store: Path, origin: Origin, wishes: Wishes) -> Record:
    """The group's page, from copies of the regions' result tables."""
    records = [record_beside(path.parent) for path in sorted(was.glob("*/record.json"))]
    regions = [each for each in records if each is not None and each.region and each.status == "done"]
    for each in regions:
        shutil.copytree(was / each.folder / "results", out / each.folder / "results")
    names = [each.region for each in regions]
    whole = origin.run.model_copy(update={"regions": "all"})
    whole._file = origin.run.file
    plan = make_plan(whole, out, store, names, wishes)
    page = replace(plan.group, parameters={**plan.group.parameters, "missing": origin.missing})
    hashes = group_inputs(page, {each.region: each.hashes for each in regions}, origin.run)
    return made(replace(plan, pages=(page,)), Provenance({"": hashes}, {}))


def made(plan: Plan, made_of: Provenance) -> Record:
    """The record of the one page of a plan, made."""
    return make_pages(plan, plan.pages, made_of, lambda page, state, message: None)[0]


def pages_of(place: Path) -> list[Path]:
    """The pages to verify: one, or all of a run's folder.

    The languages of a page are made together, so of a folder every page is named.
    """
    if place.is_file():
        return [place]
    pages = sorted(place.glob("*/report.*.html"))
    if not pages:
        what = "there is no page here" if place.is_dir() else "there is no such file"
        raise RunFileError(str(place), [Problem("", what, "name a page, or the folder of a run")])
    return sorted(pages, key=lambda page: page.parent.name == GROUP)
