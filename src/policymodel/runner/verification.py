"""Whether a page still is what it says: its own hash, the files it was made from, and the page made again."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from policymodel.approvals.register import read_register
from policymodel.disclosure.pseudonyms import read_key
from policymodel.errors import HistoryError, InputError, Problem, RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store, write_store
from policymodel.report.index import PEOPLE, SHEETS
from policymodel.report.last_places import write_last_places
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.differences import Difference, between_folders
from policymodel.runner.execute import Provenance, make_pages
from policymodel.runner.folder import RUN
from policymodel.runner.inputs import (
    Hashes,
    edition_inputs,
    files_digest,
    files_of,
    group_inputs,
    inputs_of,
    scheme_files,
    scheme_paths,
    source_files,
)
from policymodel.runner.next_year import DRAWING, TABLES, tables_digest
from policymodel.runner.next_year import NOTEBOOK as FUTURES_NOTEBOOK
from policymodel.runner.plan import (
    EDITIONS,
    GROUP,
    GROUP_NOTEBOOK,
    GROUP_NOTEBOOKS,
    KEY,
    NOTEBOOKS,
    PRIVATE,
    REGION_NOTEBOOK,
    Page,
    Plan,
    Wishes,
    make_plan,
    notebooks_of,
    told_of,
)
from policymodel.runner.portfolios import FOUND, NOTEBOOK, found_inputs, found_name, portfolio_plan
from policymodel.runner.record import Record, file_digest, read_record, source_digest, versions
from policymodel.runner.seal import record_in, unbroken
from policymodel.words.editions import Edition

SAID = {
    "run": "the run is not the one",
    "region": "the region is not the one",
    "seed": "the seed is not the one",
    "hashes": "the hashes of what it was made from are not those",
    "versions": "the versions of Python and the libraries are not those",
}
FUTURES = "futures"
"""Among the hashes of a page on next year: those of the tables that were drawn."""
SAME = tuple(SAID)
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
class Place:
    """Where a page of a run lies: the run's folder, the folder with the page's record, the readers it is for."""

    out: Path
    folder: Path
    edition: Edition

    @classmethod
    def of(cls, page: Path) -> Place:
        """A page of one person lies a folder below its record, a sheet two; and an edition two below the run."""
        alone = page.parent.name == PEOPLE and not (page.parent / "record.json").is_file()
        folder = page.parent.parent if alone else page.parent
        if page.parent.parent.name == SHEETS:
            folder = page.parents[2]
        known = {each: each for each in NOTEBOOKS}
        if folder.parent.parent.name == EDITIONS and folder.parent.name in known:
            return cls(folder.parents[2], folder, known[folder.parent.name])
        return cls(folder.parent, folder, "leadership")

    def notebook(self, region: str) -> str:
        """The name of the notebook that makes such pages."""
        if self.edition == "leadership":
            return REGION_NOTEBOOK if region else GROUP_NOTEBOOK
        return NOTEBOOKS[self.edition] if region else GROUP_NOTEBOOKS.get(self.edition, "")


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
    place = Place.of(page)
    beside = record_beside(place.folder)
    if told is None and beside is None:
        what = "it holds no run record, and there is none beside it"
        raise RunFileError(str(page), [Problem("", what, "only pages of `policymodel run` can be verified")])
    # a sheet holds no record: its hash stands in that of its folder
    found = list(of_the_page(page.name, content, told)) if page.parent == place.folder else []
    found += of_the_folder(place.folder, told, beside)
    try:
        origin = origin_of(place.out, run_file, history)
    except InputError as error:
        return Verdict(page, False, (*found, *(Difference(error.file, str(each)) for each in error.problems)))
    if origin is None:
        if remake:
            what = f"there is no {RUN} in the folder of its run, so nobody can say what it was made from"
            raise RunFileError(str(page), [Problem("", what, "name the run file with --run, or use --quick")])
        return Verdict(page, False, tuple(found))
    record = {name: getattr(beside, name) for name in SAME} if beside is not None else told or {}
    if told is not None and unbroken(content):
        record = told
    found += of_the_inputs(record, origin, place)
    # under another key everybody has another pseudonym, and without what was found there is no proposal
    remake = remake and not {KEY, found_of(place)} & {each.place for each in found}
    if remake:
        made = made_again(page, place, record, origin, wishes or Wishes())
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
            yield Difference("record.json", f"{SAID[name]} that the page says")
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


def of_the_inputs(record: Mapping[str, Any], origin: Origin, place: Place) -> Iterator[Difference]:
    """Which of the files a page was made from are others today, and which versions."""
    hashes, run = record["hashes"], origin.run
    named = {"params": run.file, "lint": run.lint, "allocation": run.allocation}
    named |= {"assumptions": run.futures} if FUTURES in hashes else {}
    for name, path in named.items():
        if path is not None and hashes.get(name) != file_digest(path):
            yield Difference(name, f"{path.name} is not the file the page was made from")
    if run.allocation is not None:
        yield from of_the_found(place, str(hashes.get("found", "")))
    if FUTURES in hashes:
        yield from of_the_tables(place, hashes[FUTURES])
    if run.approvals is not None:
        yield from of_the_register(run.approvals, str(hashes.get("register", "")))
    schemes = hashes.get("schemes")
    schemes = schemes if isinstance(schemes, dict) else {}
    built = {"mapping": (run.mapping, hashes.get("mapping"))}
    built |= {f"schemes, {part}": (path, schemes.get(part)) for part, path in scheme_paths(run).items()}
    for name, (path, digest) in built.items():
        try:
            files = scheme_files(path)
        except InputError as error:
            file = Path(error.file).name
            yield from (Difference(name, f"{file}: {each}") for each in error.problems)
            continue
        if digest != files_digest(files):
            names = ", ".join(each.name for each in files)
            yield Difference(name, f"{names}: not the text the page was made from")
    name = NOTEBOOK if run.allocation is not None else place.notebook(record["region"])
    name = FUTURES_NOTEBOOK if FUTURES in hashes else name
    notebook = origin.notebooks / name
    if not notebook.is_file() or hashes.get("notebook") != file_digest(notebook):
        yield Difference("notebook", f"{notebook.name} is not the notebook the page was made by")
    if "pseudonyms" in hashes:
        yield from of_the_key(place.out / KEY, str(hashes["pseudonyms"]))
    if hashes.get("code") != source_digest():
        yield Difference("code", "the program is not the one the page was made by")
    for name, version in versions().items():
        if record["versions"].get(name) != version:
            yield Difference("versions", f"{name} is {version}, and was {record['versions'].get(name)}")
    yield from of_the_sources(origin)


def of_the_tables(place: Place, digests: Mapping[str, str]) -> Iterator[Difference]:
    """Whether the tables that a page on next year was made of lie there as they were drawn."""
    there = tables_digest(place.out / TABLES)
    for name, digest in digests.items():
        if name not in there:
            yield Difference(f"{TABLES}/{name}", "the table is not there")
        elif there[name] != digest:
            yield Difference(f"{TABLES}/{name}", "it is not the table that the page was made of")


def of_the_found(place: Place, digest: str) -> Iterator[Difference]:
    """Whether the portfolios that were found for a page are there, and are those that it was made of (S6.8)."""
    found = place.out / found_of(place)
    if not found.is_file():
        yield Difference(found_of(place), "it is not there, and without it nobody knows what was proposed")
    elif file_digest(found) != digest:
        yield Difference(found_of(place), "it does not hold the portfolios that the page was made of")


def found_of(place: Place) -> str:
    """The file of the portfolios that were found for a page, seen from the run's folder."""
    return f"{PRIVATE}/{FOUND}/{found_name(place.folder.name)}"


def of_the_register(path: Path, head: str) -> Iterator[Difference]:
    """Whether the register is the one the page was made with: sound, and how it has grown since (S6.9)."""
    register = read_register(path)
    yield from (Difference("register", str(fault)) for fault in register.faults)
    since = register.since(head)
    if since is None:
        what = "the entry that was its last one is not there: it was cut off, or written anew"
        yield Difference("register", what)
    yield from (Difference("register", f"a step was taken since: {entry}") for entry in since or ())


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


def of_the_key(key: Path, digest: str) -> Iterator[Difference]:
    """Whether the key of the run's pseudonyms is there, and the one with which the page was made."""
    try:
        read_key(key)
    except InputError as error:
        yield from (Difference(KEY, each.what) for each in error.problems)
        return
    if file_digest(key) != digest:
        yield Difference(KEY, "it is not the key that the page's pseudonyms were made with")


def made_again(
    page: Path, place: Place, record: Mapping[str, Any], origin: Origin, wishes: Wishes
) -> list[Difference]:
    """Make the page anew in a folder of its own, from the files of today, and compare."""
    with tempfile.TemporaryDirectory(prefix="pm-verify-") as folder:
        out = Path(folder, "run").resolve()
        out.mkdir()
        try:
            again = futures_remade if FUTURES in record["hashes"] else remade
            now = again(place, out, record, origin, wishes)
        except InputError as error:
            return [Difference(error.file, str(each)) for each in error.problems]
        if now.status == "failed":
            return [Difference(page.name, f"it can no longer be made: {now.message}")]
        found = []
        if now.hashes["data"] != record["hashes"].get("data"):
            whose = f"the rows of {record['region']}" if record["region"] else "the rows of the regions"
            found.append(Difference("data", f"{whose} are not those the page was made from"))
        drawn, before = (each.get(FUTURES) for each in (now.hashes, record["hashes"]))
        if drawn != before:
            what = "drawn again they are not those that the page was made of"
            found.append(Difference(TABLES, what))
        if record_beside(place.folder) is None:
            return found
        name = page.relative_to(place.folder).as_posix()
        return [*found, *between_folders(place.folder, out / now.folder, [name])]


def futures_remade(
    place: Place, out: Path, record: Mapping[str, Any], origin: Origin, wishes: Wishes
) -> Record:
    """The page on next year made again below `out`, from futures that are drawn again."""
    wishes = replace(wishes, jobs=1, notebooks=origin.notebooks)
    count = int(record["hashes"]["draws"])
    # loaded by name where it is needed: whoever draws waits for SciPy's statistics, and few pages are of draws
    drawn_again = importlib.import_module(DRAWING).drawn_again
    plan, hashes = drawn_again(origin.run, place.out / TABLES, out, count, wishes)
    return made(plan, place, plan.pages[0], hashes)


def remade(place: Place, out: Path, record: Mapping[str, Any], origin: Origin, wishes: Wishes) -> Record:
    """One page made again below `out`; the group's from the result tables that the regions wrote."""
    region = str(record["region"])
    run, home = origin.run, origin.run.history
    if home is None or not home.is_dir():
        raise RunFileError(str(run.file), [Problem("history", "is not there", "name it with --history DIR")])
    wishes = replace(wishes, jobs=1, notebooks=origin.notebooks)
    raw = not is_store(home)
    history = read_history(home, read_mapping(run.mapping)) if raw else read_store(home)
    store = write_store(history, out / "store") if raw else home
    if run.allocation is not None:
        kept, wishes = place.out / PRIVATE / FOUND, replace(wishes, only=(region,))
        plan = portfolio_plan(run, out, store, kept, history.regions, wishes)
        return made(plan, place, plan.pages[0], found_inputs(plan, kept)[region])
    if not region:
        return group_remade(place, out, store, origin, wishes)
    plan = make_plan(run, out, store, history.regions, replace(wishes, only=(region,)))
    write_last_places(run, lambda: history, out)
    return made(plan, place, page_for(plan, place, plan.pages[0]), inputs_of(plan)[region])


def page_for(plan: Plan, place: Place, leaderships: Page) -> Page:
    """The page of a plan for the readers of a place; refused where the run no longer makes it."""
    if place.edition == "leadership":
        return leaderships
    for page in plan.editions:
        if (page.edition, page.region) == (place.edition, leaderships.region):
            return page
    what = f"does not name {place.edition}, for which the page was made"
    raise RunFileError(str(plan.run.file), [Problem("editions", what)])


def group_remade(place: Place, out: Path, store: Path, origin: Origin, wishes: Wishes) -> Record:
    """The group's page, from copies of the regions' result tables; for other readers also of the group's."""
    regions: dict[str, Record] = {}
    for path in sorted(place.out.glob("*/record.json")):
        record = record_beside(path.parent)
        if record is not None and record.region and record.status == "done":
            regions[record.region] = record
            copy_results(path.parent, out)
    if place.edition != "leadership":
        copy_results(place.out / GROUP, out)
    whole = origin.run.model_copy(update={"regions": "all"})
    whole._file = origin.run.file
    plan = told_of(make_plan(whole, out, store, list(regions), wishes), origin.missing)
    hashes = group_inputs(plan.group, {name: each.hashes for name, each in regions.items()}, origin.run)
    return made(plan, place, page_for(plan, place, plan.group), hashes)


def copy_results(folder: Path, out: Path) -> None:
    """Copy the result tables of a page's folder to that of the same name below `out`."""
    if not (folder / "results").is_dir():
        what = "the result tables are not there"
        raise HistoryError(str(folder), [Problem("results", what, "run the region again")])
    shutil.copytree(folder / "results", out / folder.name / "results")


def made(plan: Plan, place: Place, page: Page, hashes: Hashes) -> Record:
    """The record of one page of a plan, made; one under pseudonyms with a copy of the run's key."""
    if "key_file" in page.parameters:
        read_key(place.out / KEY)
        (plan.out / KEY).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(place.out / KEY, plan.out / KEY)
    if page.edition != "leadership":
        hashes = edition_inputs(page, hashes, plan)
    made_of = Provenance({page.region: hashes}, {})
    return make_pages(plan, (page,), made_of, lambda page, state, message: None)[0]


def pages_of(place: Path) -> list[Path]:
    """The pages to verify: one, or all that a run made for the leadership.

    The languages of a page are made together, so of a folder every page is named.
    """
    if place.is_file():
        return [place]
    pages = sorted(place.glob("*/report.*.html"))
    if not pages:
        what = "there is no page here" if place.is_dir() else "there is no such file"
        raise RunFileError(str(place), [Problem("", what, "name a page, or the folder of a run")])
    return sorted(pages, key=lambda page: page.parent.name == GROUP)
