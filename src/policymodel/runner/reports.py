"""A whole run: history read once, a page for each region, one for the group, an index over all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key, write_list
from policymodel.errors import PolicymodelError, Problem, RunFileError
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.persons import MANAGERS
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store, write_store
from policymodel.report.export import write_table
from policymodel.report.index import Entry, write_index
from policymodel.report.runfile import RunFile
from policymodel.runner.execute import Notice, Provenance, make_pages
from policymodel.runner.inspection import known_to, without_persons
from policymodel.runner.plan import EDITIONS, KEY, PRIVATE, Plan, Wishes, make_plan
from policymodel.runner.record import (
    Record,
    check_group,
    file_digest,
    source_digest,
    sum_of_regions,
    versions,
    write_json,
)
from policymodel.scheme.reading import read_scheme

RUN = "run.json"
HISTORIES = {"bank", "store"}
"""What may stand in a run's folder before its first run: a history to report on."""
Listener = Callable[[Plan], Notice]


ALL_REGIONS = Wishes()


def silent(plan: Plan) -> Notice:
    """Listens to a run and says nothing."""
    return lambda page, state, message: None


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    index: Path
    regions: tuple[Record, ...]
    group: Record | None
    seconds: float
    put_aside: int = 0
    message: str = ""
    editions: tuple[Record, ...] = ()

    @property
    def failed(self) -> tuple[Record, ...]:
        """Pages that could not be made, the group's too."""
        return tuple(
            each
            for each in (*self.regions, self.group, *self.editions)
            if each is not None and each.status == "failed"
        )

    @property
    def whole(self) -> bool:
        """Every page is there and the regions add up to the group."""
        return not self.failed and not self.message and self.group is not None


def run_reports(
    run: RunFile, out: Path | str, wishes: Wishes = ALL_REGIONS, listener: Listener = silent
) -> Outcome:
    """Make every page of a run below `out`.

    Whatever is wrong with the run file, the schemes, the mapping, or a table as a whole is refused before
    anything is written. `listener` is told the plan and gives back what is called as pages begin and end.
    """
    begun = time.monotonic()
    out = Path(out).resolve()
    schemes = {
        f"{design.id}.{part}": read_scheme(path)
        for design in run.designs
        for part, path in (("card", design.card), ("pay", design.pay))
        if path is not None
    }
    if run.history is None or not run.history.is_dir():
        what = "names no history" if run.history is None else f"there is no folder {run.history}"
        raise RunFileError(str(run.file), [Problem("history", what, "give one with --history DIR")])
    raw = not is_store(run.history)
    history = read_history(run.history, read_mapping(run.mapping)) if raw else read_store(run.history)
    store = out / "store" if raw else run.history
    plan = make_plan(run, out, store, history.regions, wishes)
    if wishes.only:
        refuse_to_lose_pages(plan)
    claim(out, run.id)
    if raw:
        write_store(history, store)
    write_table(history.findings, out / "findings.csv")
    write_table(history.quarantine, out / "quarantine.csv")
    made_of = Provenance(
        hashes={
            "store": file_digest(store / "manifest.json"),
            "run_file": file_digest(run.file),
            "package": source_digest(),
            "schemes": {place: scheme.digest for place, scheme in schemes.items()},
        },
        findings=count_findings(history),
    )
    del history  # the kernels read what they need, and need the memory
    return finish(plan, made_of, listener(plan), begun)


def finish(plan: Plan, made_of: Provenance, notice: Notice, begun: float) -> Outcome:
    """The regions' pages, the group's page from their result tables, the check, the index."""
    regions = tuple(make_pages(plan, plan.pages, made_of, notice))
    done = [record for record in regions if record.status == "done"]
    group, message = None, ""
    if done:
        missing = sorted([*plan.left_out, *(each.region for each in regions if each.status == "failed")])
        told = {**plan.group.parameters, "missing": "; ".join(missing)}
        group = make_pages(plan, (replace(plan.group, parameters=told),), made_of, notice)[0]
        if group.status == "done":
            try:
                check_group(done, group)
            except PolicymodelError as error:
                message = str(error)
    editions = make_editions(plan, done, made_of, notice)
    seconds = time.monotonic() - begun
    entries = [
        Entry(record.region, record.folder, without_persons(plan, record.message)) for record in regions
    ]
    first = (
        None if group is None else Entry("", group.folder, without_persons(plan, group.message or message))
    )
    index = write_index(plan.run, entries, first, seconds, plan.out)
    put_aside = sum(each.get("quarantined", 0) for each in made_of.findings.values())
    outcome = Outcome(index, regions, group, seconds, put_aside, message, editions)
    write_json(
        {
            "run": plan.run.id,
            "status": "done" if outcome.whole else "failed",
            "seconds": round(seconds, 2),
            "seed": plan.run.seed,
            "hashes": made_of.hashes,
            "versions": versions(),
            "sum_of_regions_minor": sum_of_regions(done),
            "message": message,
            "pages": [asdict(each) for each in (*regions, *((group,) if group else ()))],
            "editions": [asdict(each) for each in editions],
        },
        plan.out / RUN,
    )
    return outcome


def make_editions(
    plan: Plan, done: Sequence[Record], made_of: Provenance, notice: Notice
) -> tuple[Record, ...]:
    """The pages for other readers, of the regions whose own page could be made."""
    whole = {record.region for record in done}
    wanted = [page for page in plan.editions if page.region in whole]
    if {page.edition for page in wanted} & {"regional_hr", "manager"}:
        key = new_key(plan.out / KEY)
        for page in plan.pages:
            ids = known_to(plan.run, plan.store).persons.of(page.region, (MANAGERS,))
            write_list(pseudonyms(sorted(ids), read_key(key)), key.with_name(f"{page.folder}.csv"))
    records: list[Record] = []
    for edition in dict.fromkeys(page.edition for page in wanted):
        pages = tuple(page for page in wanted if page.edition == edition)
        records += make_pages(plan, pages, made_of, notice)
    return tuple(records)


def refuse_to_lose_pages(plan: Plan) -> None:
    """A run of some regions does not remove the pages that another run made of others."""
    wanted = {page.folder for page in (*plan.pages, plan.group)}
    there = {path.parent.name for path in plan.out.glob("*/record.json")} - wanted
    if there:
        what = f"there are pages of {', '.join(sorted(there))} from another run, which would be removed"
        raise RunFileError(str(plan.out), [Problem("--only", what, "name another folder with --out")])


def claim(out: Path, run_id: str) -> None:
    """Make the run's folder its own: an earlier run's pages go, a folder with other files in it is refused."""
    if out.exists() and not out.is_dir():
        raise RunFileError(str(out), [Problem("--out", "is a file", "name a folder")])
    others = {each.name for each in out.iterdir()} - HISTORIES if out.is_dir() else set()
    if others and not (out / RUN).is_file():
        what = "holds files that no run has written"
        raise RunFileError(str(out), [Problem("--out", what, "name a new or an empty folder")])
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").unlink(missing_ok=True)
    for name in (EDITIONS, PRIVATE):
        shutil.rmtree(out / name, ignore_errors=True)
    for folder in out.iterdir():
        unfinished = folder.name.startswith(".") and folder.name.endswith(".unfinished")
        if folder.is_dir() and (unfinished or (folder / "record.json").is_file()):
            shutil.rmtree(folder)
    write_json({"run": run_id, "status": "unfinished"}, out / RUN)


def count_findings(history: History) -> dict[str, dict[str, int]]:
    """Rows quarantined and rows noted, region by region."""
    found: dict[str, dict[str, int]] = {}
    for region, rows in history.findings.groupby("region", observed=True):
        found[str(region)] = {
            str(name): int(count) for name, count in rows["severity"].value_counts().items()
        }
    return found
