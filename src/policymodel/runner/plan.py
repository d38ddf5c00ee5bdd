"""What a run will do, settled before the first kernel starts: its pages, their folders and parameters."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import papermill
from nbformat import ValidationError

from policymodel.errors import Problem, RunFileError, suggest
from policymodel.history.store import slug
from policymodel.report.index import PEOPLE, SHEETS
from policymodel.report.runfile import RunFile
from policymodel.runner.memory import share_of_machine
from policymodel.words.editions import Edition

REGION_NOTEBOOK = "region_report.ipynb"
GROUP_NOTEBOOK = "group_report.ipynb"
GROUP = "group"
DEVICES = (
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
)
EDITIONS, PRIVATE = "editions", "private"
"""Below a run's folder: the editions beside the leadership's, and what must not leave it (the key of pseudonyms)."""

KEY = f"{PRIVATE}/pseudonyms.key"
UNREADABLE = (ValueError, AttributeError, KeyError, TypeError, RecursionError, ValidationError)
"""What a file that is no notebook makes its reader raise."""

NOTEBOOKS: Mapping[Edition, str] = {
    "works_council": "works_council_report.ipynb",
    "regional_hr": "regional_hr_report.ipynb",
    "manager": "feedback_sheet.ipynb",
}
GROUP_NOTEBOOKS: Mapping[Edition, str] = {"works_council": "works_council_group_report.ipynb"}
"""Editions that also have a page of the group."""

BESIDE = "also"
"""Below a run's folder: what else was made of the same history."""

RESERVED = frozenset({GROUP, "store", "bank", EDITIONS, PRIVATE, BESIDE, *DEVICES})
"""Names of folders that are no region's: the run's own, and those Windows cannot have."""

MARKERS = frozenset({"all", "left_out"})
"""Words that the group's result tables use in place of a region."""


@dataclass(frozen=True)
class Page:
    """One page to make: whose it is ("" for the group), its folder, its notebook and what that is told."""

    region: str
    folder: str
    notebook: Path
    parameters: Mapping[str, str]
    edition: Edition = "leadership"

    @property
    def name(self) -> str:
        """The region as a person calls it, or the group."""
        return self.region or GROUP

    def under_pseudonyms(self, run: RunFile) -> bool:
        """Whether people stand in it, or its files are named, under pseudonyms."""
        return self.edition == "manager" or (self.edition == "regional_hr" and run.people_as == "pseudonyms")


@dataclass(frozen=True)
class Wishes:
    """What whoever starts a run may ask for beside the run file.

    `only`: these regions and no others. `jobs`: pages made at a time; else two, or one on one core. `timeout`:
    seconds that one cell of a notebook may take. `notebooks`: another folder than the project's. `memory`: megabytes
    that one kernel may have; else its share of the machine. `resume`: keep the pages that are as they should be.
    `scheduler`: the address of a Dask cluster whose workers make the pages.
    """

    only: tuple[str, ...] = ()
    jobs: int | None = None
    timeout: int = 600
    notebooks: Path | None = None
    memory: int | None = None
    resume: bool = False
    scheduler: str | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a run needs to know, and nothing it has still to find out."""

    run: RunFile
    out: Path
    store: Path
    pages: tuple[Page, ...]
    group: Page
    left_out: tuple[str, ...]
    jobs: int
    timeout: int
    memory: int
    resume: bool = False
    editions: tuple[Page, ...] = ()


def make_plan(run: RunFile, out: Path, store: Path, regions: Sequence[str], wishes: Wishes) -> Plan:
    """Which of the history's regions, in which folders, with which parameters; what cannot work is refused."""
    place = wishes.notebooks or notebooks_of(run.file)
    problems: list[Problem] = []
    wanted = list(regions) if run.regions == "all" else list(run.regions)
    for name in set(regions) & MARKERS:
        problems.append(
            Problem("regions", f"'{name}' cannot be a region", "the group's tables use that word")
        )
    for where, names in (("regions", wanted), ("--only", wishes.only)):
        for name in names:
            if name not in regions:
                right = suggest(name, regions) or f"the history has {', '.join(regions) or 'none'}"
                problems.append(Problem(where, f"'{name}' is no region of the history", right))
    chosen = [name for name in wanted if not wishes.only or name in wishes.only]
    if run.allocation is not None:
        what = "portfolios have pages of their own"
        problems.append(Problem("allocation", what, "use policymodel allocate"))
    if not chosen and not problems:
        problems.append(Problem("regions", "no region is left to report on"))
    others = [books[each] for books in (NOTEBOOKS, GROUP_NOTEBOOKS) for each in run.editions if each in books]
    for name in (REGION_NOTEBOOK, GROUP_NOTEBOOK, *others):
        if not (place / name).is_file():
            problems.append(Problem("", f"there is no notebook {place / name}"))
    if problems:
        raise RunFileError(str(run.file), problems)

    # every page's kernel runs inside its own folder, so the paths it is told hold on any machine
    run_file = relative(run.file, out / GROUP)
    folders = folders_of(regions)
    pages = tuple(
        Page(
            name,
            folders[name],
            place / REGION_NOTEBOOK,
            {
                "region": name,
                "run_file": run_file,
                # a region is shown its own part of the store, which holds nobody else's rows
                "history": relative(store / slug(name), out / GROUP),
                "results_dir": "results",
            },
        )
        for name in chosen
    )
    told = {"run_file": run_file, "results_dir": "results", "missing": ""}
    group = Page("", GROUP, place / GROUP_NOTEBOOK, told)
    editions = tuple(
        page
        for each in NOTEBOOKS
        if each in run.editions
        for page in (
            *(_edition(run, each, page, out, store) for page in pages),
            *((_edition_of_group(run, each, group, out),) if each in GROUP_NOTEBOOKS else ()),
        )
    )
    for page in {page.notebook: page for page in (*pages, group, *editions)}.values():
        check_parameters(page)
    jobs = wishes.jobs or min(2, os.cpu_count() or 1)
    left_out = tuple(name for name in regions if name not in chosen)
    memory = wishes.memory or share_of_machine(jobs)
    return Plan(
        run, out, store, pages, group, left_out, jobs, wishes.timeout, memory, wishes.resume, editions
    )


def _edition(run: RunFile, edition: Edition, page: Page, out: Path, store: Path) -> Page:
    """The same region's page for other readers: in a folder of its own, two levels further down."""
    folder = f"{EDITIONS}/{edition}/{page.folder}"
    told = dict(page.parameters)
    told |= {
        "run_file": relative(run.file, out / folder),
        "history": relative(store / slug(page.region), out / folder),
    }
    if edition in ("regional_hr", "manager"):
        told["key_file"] = relative(out / KEY, out / folder)
    if edition == "manager":
        told |= {"sheets_dir": SHEETS, "period": run.sheets_of, "outlet": "", "manager": ""}
        # no text on a sheet may name anybody of any region: whoever writes it must know them all
        told["store"] = relative(store, out / folder)
    if edition == "regional_hr":
        told["people_dir"] = PEOPLE
    return Page(page.region, folder, page.notebook.with_name(NOTEBOOKS[edition]), told, edition)


def _edition_of_group(run: RunFile, edition: Edition, group: Page, out: Path) -> Page:
    """The group's page for other readers, made of the tables of the leadership's."""
    folder = f"{EDITIONS}/{edition}/{group.folder}"
    told = dict(group.parameters)
    told |= {
        "run_file": relative(run.file, out / folder),
        "pooled_dir": relative(out / group.folder / told["results_dir"], out / folder),
    }
    return Page("", folder, group.notebook.with_name(GROUP_NOTEBOOKS[edition]), told, edition)


def told_of(plan: Plan, missing: str) -> Plan:
    """The plan with the group's pages told which regions are not in them (`a; b`)."""
    group, *editions = (
        page if page.region else replace(page, parameters={**page.parameters, "missing": missing})
        for page in (plan.group, *plan.editions)
    )
    return replace(plan, group=group, editions=tuple(editions))


def check_parameters(page: Page) -> None:
    """Refuse a page whose notebook does not ask for exactly what it would be told.

    papermill only warns of an unknown parameter and then makes a page with the default: one region's
    figures under another region's name.
    """
    try:
        asked = set(papermill.inspect_notebook(literal(page.notebook)))
    except UNREADABLE:
        problem = Problem(
            "", "it is no notebook that can be read", "put back the one that came with the program"
        )
        raise RunFileError(str(page.notebook), [problem]) from None
    told = set(page.parameters)
    problems = [
        Problem("parameters", f"{name} is sent, and the notebook does not ask for it", suggest(name, asked))
        for name in sorted(told - asked)
    ] + [
        Problem("parameters", f"the notebook asks for {name}, which is not sent")
        for name in sorted(asked - told)
    ]
    if problems:
        raise RunFileError(str(page.notebook), problems)


def folders_of(regions: Iterable[str]) -> dict[str, str]:
    """A folder for each region's page: its name made plain, and with a mark where that is not enough.

    Plain names that would meet another region's, a folder of the run, or a device of Windows get the mark that
    the store gives the region; nothing leaves the run's folder whatever a region is called.

    >>> folders = folders_of(["SP", "../etc", "North", "north"])
    >>> folders["SP"], folders["../etc"], folders["North"] == folders["north"]
    ('sp', 'etc', False)
    """
    marked = {region: slug(region).removeprefix("region=") for region in regions}
    plain = {region: re.sub(r"-?[0-9a-f]{8}$", "", name) for region, name in marked.items()}
    count = Counter(plain.values())
    folders = {
        region: name if name and count[name] == 1 and name not in RESERVED else marked[region]
        for region, name in plain.items()
    }
    return folders if len(set(folders.values())) == len(folders) else marked


def relative(path: Path, start: Path) -> str:
    """The way from one place to another, with forward strokes; the whole path where there is none.

    >>> relative(Path("/project/params/demo.yaml"), Path("/project/reports/demo"))
    '../../params/demo.yaml'
    """
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # another drive of Windows
        return str(path)


def notebooks_of(run_file: Path) -> Path:
    """The notebooks of the project that the run file stands in, else of the project this package is part of."""
    for folder in run_file.resolve().parents:
        if (folder / "notebooks" / REGION_NOTEBOOK).is_file():
            return folder / "notebooks"
    return Path(__file__).resolve().parents[3] / "notebooks"


def literal(path: Path) -> str:
    """A path that papermill, which fills in braces, leaves as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")
