"""A whole run: history read once, a page for each region, one for the group, an index over all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from policymodel.approvals.register import sound_register
from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key, write_list
from policymodel.errors import PolicymodelError, Problem, RunFileError
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.persons import MANAGERS, REVIEWERS
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store, write_store
from policymodel.report.export import write_table
from policymodel.report.index import Contents, Entry, Sums, write_index
from policymodel.report.last_places import write_last_places
from policymodel.report.result_tables import published, read_results
from policymodel.report.runfile import RunFile
from policymodel.report.wording import (
    lint_settings,
    plan_schemes_of,
    refuse_mixed_facts,
    refuse_unknown_plans,
    schemes_of,
)
from policymodel.runner.execute import Notice, Provenance, State, make_pages
from policymodel.runner.folder import RUN, claim, occupied, retire, writable
from policymodel.runner.inputs import (
    edition_inputs,
    group_inputs,
    inputs_of,
    source_files,
)
from policymodel.runner.inspection import known_to, without_persons
from policymodel.runner.plan import EDITIONS, KEY, Page, Plan, Wishes, make_plan, relative, told_of
from policymodel.runner.record import Record, check_group, key_figures, sum_of_regions, versions, write_json
from policymodel.runner.workers import Workers, page_makers

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
    contents: Contents
    seconds: float
    put_aside: int = 0
    message: str = ""
    kept: int = 0
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
    schemes_of(run)
    plan_schemes_of(run)
    lint_settings(run)
    if run.approvals is not None:
        sound_register(run.approvals)
    if run.history is None or not run.history.is_dir():
        what = "names no history" if run.history is None else f"there is no folder {run.history}"
        raise RunFileError(str(run.file), [Problem("history", what, "give one with --history DIR")])
    raw = not is_store(run.history)
    # of a store each page reads its own region; whoever starts the run needs to know who is where
    history = (
        read_history(run.history, read_mapping(run.mapping))
        if raw
        else read_store(run.history, tables=("managers",))
    )
    refuse_mixed_facts(run, history)
    refuse_unknown_plans(run, history)
    store = out / "store" if raw else run.history
    plan = make_plan(run, out, store, history.regions, wishes)
    if wishes.only:
        refuse_to_lose_pages(plan)
    if wishes.resume:
        refuse_other_pseudonyms(plan)
    with (
        writable(out),
        occupied(out),
        page_makers(wishes.scheduler, plan.jobs, wishes.memory) as workers,
    ):
        plan = workers.suited(plan)
        claim(out, run.id, wishes.resume)
        if raw:
            write_store(history, store)
        write_table(history.findings, out / "findings.csv")
        write_table(history.quarantine, out / "quarantine.csv")
        write_last_places(run, partial(whole, run.history, history), out)
        made_of = Provenance(inputs_of(plan), count_findings(history), source_files(run))
        del history  # the kernels read what they need, and need the memory
        if wishes.resume:
            retire_strangers(plan)
        return finish(plan, made_of, listener(plan), begun, workers)


def whole(place: Path, history: History) -> History:
    """All tables of a run's history: those of a store are read only now."""
    return read_store(place) if is_store(place) else history


def finish(plan: Plan, made_of: Provenance, notice: Notice, begun: float, workers: Workers) -> Outcome:
    """The regions' pages, the group's page from their result tables, the check, the index."""
    kept: list[str] = []

    def heard(page: Page, state: State, message: str) -> None:
        kept.extend([page.region] if state == "kept" else [])
        notice(page, state, message)

    regions = tuple(make_pages(plan, plan.pages, made_of, heard, workers))
    done = [record for record in regions if record.status == "done"]
    group, message = None, ""
    missing = sorted([*plan.left_out, *(each.region for each in regions if each.status == "failed")])
    plan = told_of(plan, "; ".join(missing))
    if done:
        hashes = {each.region: made_of.hashes[each.region] for each in done}
        made_of = replace(made_of, hashes={**made_of.hashes, "": group_inputs(plan.group, hashes, plan.run)})
        group = make_pages(plan, (plan.group,), made_of, heard, workers)[0]
        if group.status == "done":
            try:
                check_group(done, group)
            except PolicymodelError as error:
                message = str(error)
    elif (plan.out / plan.group.folder).exists():
        retire(plan.out / plan.group.folder)
    editions = make_editions(plan, [*regions, *([group] if group else [])], made_of, heard, workers)
    seconds = time.monotonic() - begun
    entries = [
        Entry(record.region, record.folder, without_persons(plan, record.message)) for record in regions
    ]
    first = (
        None if group is None else Entry("", group.folder, without_persons(plan, group.message or message))
    )
    edition = {page.folder: page.edition for page in plan.editions}
    others = [
        Entry(each.region, each.folder, without_persons(plan, each.message), edition[each.folder])
        for each in editions
    ]
    sums, quarters = published_sums(plan, done, group), approved_quarters(plan, done)
    contents = Contents(plan.run, entries, first, others, sums, quarters=quarters)
    index = write_index(contents, plan.out)
    put_aside = sum(each.get("quarantined", 0) for each in made_of.findings.values())
    outcome = Outcome(index, regions, group, contents, seconds, put_aside, message, len(kept), editions)
    write_json(
        {
            "run": plan.run.id,
            "status": "done" if outcome.whole else "failed",
            "seconds": round(seconds, 2),
            "seed": plan.run.seed,
            "places": {
                "run_file": relative(plan.run.file, plan.out),
                "history": relative(plan.run.history, plan.out) if plan.run.history else "",
                "store": relative(plan.store, plan.out),
                "notebooks": relative(plan.group.notebook.parent, plan.out),
            },
            "sources": made_of.sources,
            "missing": missing,
            "versions": versions(),
            "sum_of_regions_minor": sum_of_regions(done),
            "message": message,
            "pages": [asdict(each) for each in (*regions, *((group,) if group else ()))],
            "editions": [asdict(each) for each in editions],
        },
        plan.out / RUN,
    )
    return outcome


def published_sums(plan: Plan, regions: Sequence[Record], group: Record | None) -> Sums | None:
    """What the regions' pages and the group's show of their cost; None where a page withholds some of it."""
    if group is None or group.status != "done" or not group.figure("cost_minor"):
        return None

    def shown(record: Record) -> Mapping[str, int]:
        figures = key_figures(published(read_results(plan.out / record.folder / "results")))
        return dict(figures.get("cost_minor", {}))

    sums = {each.region: shown(each) for each in regions}
    if any(sums[each.region] != each.figure("cost_minor") for each in regions):
        return None
    return Sums(sums, shown(group), read_mapping(plan.run.mapping).currency)


def approved_quarters(plan: Plan, regions: Sequence[Record]) -> pd.DataFrame:
    """What the regions' pages say of the approval of their figures (S6.9)."""
    if plan.run.approvals is None or not regions:
        return pd.DataFrame()
    tables = [read_results(plan.out / each.folder / "results")["quarters"] for each in regions]
    return pd.concat(tables, ignore_index=True)


def make_editions(
    plan: Plan, made: Sequence[Record], made_of: Provenance, notice: Notice, workers: Workers
) -> tuple[Record, ...]:
    """The pages for other readers, of the regions (and the group) whose own page could be made; others go."""
    whole = {record.region for record in made if record.status == "done"}
    wanted = [page for page in plan.editions if page.region in whole]
    for page in plan.editions:
        if page not in wanted and (plan.out / page.folder).exists():
            retire(plan.out / page.folder)
    if {page.edition for page in wanted} & {"regional_hr", "manager"}:
        key = new_key(plan.out / KEY)
        for page in plan.pages:
            ids = known_to(plan.run, plan.store).persons.of(page.region, (MANAGERS, REVIEWERS))
            write_list(pseudonyms(sorted(ids), read_key(key)), key.with_name(f"{page.folder}.csv"))
    records: list[Record] = []
    for edition in dict.fromkeys(page.edition for page in wanted):
        pages = tuple(page for page in wanted if page.edition == edition)
        hashes = {page.region: edition_inputs(page, made_of.hashes[page.region], plan) for page in pages}
        records += make_pages(plan, pages, replace(made_of, hashes=hashes), notice, workers)
    return tuple(records)


def refuse_to_lose_pages(plan: Plan) -> None:
    """A run of some regions does not remove the pages that another run made of others."""
    wanted = {page.folder for page in (*plan.pages, plan.group)}
    there = {path.parent.name for path in plan.out.glob("*/record.json")} - wanted
    if there:
        what = f"there are pages of {', '.join(sorted(there))} from another run, which would be removed"
        raise RunFileError(str(plan.out), [Problem("--only", what, "name another folder with --out")])


def refuse_other_pseudonyms(plan: Plan) -> None:
    """A resumed run does not go on under other pseudonyms than those of the pages that are there."""
    if any(page.under_pseudonyms(plan.run) and (plan.out / page.folder).is_dir() for page in plan.editions):
        read_key(plan.out / KEY)


def retire_strangers(plan: Plan) -> None:
    """Remove the pages of regions and readers that the resumed run no longer has."""
    wanted = {plan.out / page.folder for page in (*plan.pages, plan.group, *plan.editions)}
    for place in ("*", f"{EDITIONS}/*/*"):
        for record in sorted(plan.out.glob(f"{place}/record.json")):
            if record.parent not in wanted:
                retire(record.parent)


def count_findings(history: History) -> dict[str, dict[str, int]]:
    """Rows quarantined and rows noted, region by region."""
    found: dict[str, dict[str, int]] = {}
    for region, rows in history.findings.groupby("region", observed=True):
        found[str(region)] = {
            str(name): int(count) for name, count in rows["severity"].value_counts().items()
        }
    return found
