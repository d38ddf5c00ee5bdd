"""Every page is read for persons before it gets its final name; one that holds any is not kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from policymodel.charts.bundle import vega_bundle
from policymodel.disclosure import Promise, Secrets, scan_html, scan_json, scan_text
from policymodel.disclosure.pseudonyms import pseudonyms, read_key
from policymodel.disclosure.secrets import forms
from policymodel.errors import Exposed, Problem
from policymodel.history.persons import MANAGERS, REVIEWERS, Persons, persons_of
from policymodel.history.store import measures_of, read_manifest, slug
from policymodel.report.index import SHEETS
from policymodel.report.result_tables import Results
from policymodel.report.runfile import RunFile
from policymodel.report.wording import names_of, plan_schemes_of, schemes_of, with_plans
from policymodel.runner.inputs import scheme_files
from policymodel.runner.plan import KEY, Page, Plan
from policymodel.tables import with_unit
from policymodel.words.catalogues import LANGUAGES, SOURCE_LANGUAGE, catalogue_file
from policymodel.words.sentences import render

TEMPLATE = Path(__file__).resolve().parents[1] / "report" / "template"
READERS = {".html": scan_html, ".svg": scan_html, ".ipynb": scan_json, ".json": scan_json}
RESULTS, RECORD, PRINTED = "results/", "record.json", ".pdf"
"""What stays with whoever runs the reports, as it holds true small numbers; and what is printed of a page later."""

TEXTS = (".txt", ".md", ".csv")
OF_CHARTS = """
align autosize axis axisX axisY background bandPosition bar bottom color columns config container
contains data datum description direction domain encoding field fill filled filter font format greedy
grid height horizontal interpolate label layer left legend line low mark name nice nominal normal offset
opacity order ordinal orient padding point quantitative range rect right row rule scale shape size sort
step stroke text tick ticks title top transform transparent trail type value values vertical view white
width zero
"""
"""Words in which charts are written down: somebody called Mark is not on every page."""

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Known:
    """What a run knows of persons, and all it says before it knows any."""

    persons: Persons
    secrets: Secrets
    public: str


def inspect(plan: Plan, page: Page, folder: Path, results: Results | None = None) -> None:
    """Read a page's folder as it will be kept; if it holds what it must not, empty it and say what and where."""
    promise = promise_of(plan, page, results)
    problems = list(findings(folder, promise))
    if page.edition == "manager":
        problems += list(_sheets(plan, page, folder / SHEETS, promise))
    if problems:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise Exposed(page.name, problems)


def inspect_record(plan: Plan, page: Page, told: Mapping[str, Any], results: Results) -> None:
    """Read what is going to be sealed into a page: it is not there yet when the page itself is read."""
    text = json.dumps(told, ensure_ascii=False)
    if problems := scan_json(text, promise_of(plan, page, results), "the run record"):
        raise Exposed(page.name, problems)


def findings(folder: Path, promise: Promise) -> Iterator[Problem]:
    """What is wrong with the files of a folder, their names included; a kind of file that nobody can read is wrong."""
    for count, path in enumerate(sorted(folder.rglob("*")), start=1):
        where = path.relative_to(folder).as_posix()
        if named := scan_text(where, promise, f"file {count}: its name"):
            yield from named
            continue
        if where.startswith(f"{SHEETS}/") or not path.is_file():
            continue
        if path.suffix == ".parquet" and where.startswith(RESULTS):
            yield from scan_text(_words_of(path), promise, where)
        elif where == RECORD or path.suffix == PRINTED:
            continue
        elif path.suffix in READERS:
            yield from READERS[path.suffix](path.read_text(encoding="utf-8"), promise, where)
        elif path.suffix in TEXTS:
            yield from scan_text(path.read_text(encoding="utf-8"), promise, where)
        else:
            yield Problem(where, "is a file of a kind that is not read")


def _words_of(path: Path) -> str:
    """The words of a result table: its true small numbers stay with whoever runs the reports, but it names nobody."""
    table = pq.read_table(path)
    words = [str(each) for name in table.column_names for each in _distinct(table, name)]
    return "\n".join([*table.column_names, *words, *map(str, (table.schema.metadata or {}).values())])


def _distinct(table: pa.Table, name: str) -> list[Any]:
    found: list[Any] = (
        table[name].unique().to_pylist() if table.schema.field(name).type == pa.string() else []
    )
    return found


def _sheets(plan: Plan, page: Page, folder: Path, promise: Promise) -> Iterator[Problem]:
    """What is wrong with the sheets of a region: each may name the one manager whose it is."""
    known = known_to(plan.run, plan.store)
    ids = known.persons.of(page.region, (MANAGERS,))
    owners = {name: person for person, name in pseudonyms(ids, read_key(plan.out / KEY)).items()}
    for path in sorted(folder.rglob("*.html")):
        mine = known.persons.called(page.region, owners.get(path.name.split(".")[0], ""))
        allowed = frozenset(form for word in mine for form in forms(word))
        own = replace(promise, allowed=allowed, persons=True)
        yield from scan_html(
            path.read_text(encoding="utf-8"), own, path.relative_to(folder.parent).as_posix()
        )


def promise_of(plan: Plan, page: Page, results: Results | None = None) -> Promise:
    """What a page of a run promises."""
    known = known_to(plan.run, plan.store)
    people = {known.persons.managers(page.region)}
    if results is not None and "people" in results:
        counts = results["people"]
        people |= {int(each) for name in ("people", "compared") for each in counts[name].dropna()}
    single = page.edition == "regional_hr"
    ids = (
        known.persons.of(page.region, (MANAGERS, REVIEWERS)) if single and plan.run.people_as == "ids" else ()
    )
    return Promise(
        known.secrets,
        plan.run.smallest_cell,
        frozenset(people),
        frozenset(form for word in ids for form in forms(word)),
        single,
        public=known.public,
        scripts=drawing_script(),
    )


def known_to(run: RunFile, store: Path) -> Known:
    """Read once for a run and its store, however many pages are inspected at a time."""
    with _ONE_AT_A_TIME:
        stamp = hashlib.sha256((store / "manifest.json").read_bytes()).hexdigest()
        return _known(_Run(run), store, stamp)


class _Run:
    """A run file that is the same as another one with the same path and content."""

    def __init__(self, run: RunFile) -> None:
        self.run = run
        self.key = (str(run.file), run.model_dump_json(exclude={"history", "plan_year", "base_year"}))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Run) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=4)
def _known(run: _Run, store: Path, stamp: str) -> Known:
    persons = persons_of(store)
    public = "\n".join(_public(run.run, store, persons))
    return Known(persons, Secrets(persons.everybody(), public), public)


def _public(run: RunFile, store: Path, persons: Persons) -> Iterator[str]:
    """All that the pages of a run say whoever works there: words, schemes, names of places and measures."""
    yield OF_CHARTS
    for language in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            yield catalogue_file(language).read_text(encoding="utf-8").replace('"\n"', "")
    for path in sorted(TEMPLATE.iterdir()):
        yield path.read_text(encoding="utf-8")
    named = [each for each in (run.lint, run.futures) if each is not None]
    for path in (run.file, *scheme_files(run.mapping), *named):
        yield path.read_text(encoding="utf-8")
    schemes = with_plans(schemes_of(run), plan_schemes_of(run))
    for scheme in (each for both in schemes.values() for each in both if each is not None):
        yield json.dumps(scheme.document, ensure_ascii=False, default=str)
    manifest = read_manifest(store)
    # kinds of line name parts of their own, which stand in no file; and a line stands before its unit
    names = names_of(schemes, measures_of(manifest).values(), manifest["currency"])
    lines, units = ([words for (of, _), words in names.items() if of == kind] for kind in ("line", "unit"))
    for each in (*names.values(), *(with_unit(line, unit) for line in lines for unit in units)):
        yield from (render(each, language) for language in LANGUAGES)
    yield json.dumps(
        [manifest[each] for each in ("title", "currency", "notes", "measures")], ensure_ascii=False
    )
    for region in persons.regions:
        yield region
        for name, columns in {"outlets": ["outlet_id", "name"], "managers": ["grade", "outlet_id"]}.items():
            table = pq.read_table(store / slug(region) / f"{name}.parquet", columns=columns)
            for column in table.columns:
                yield "\n".join(str(each) for each in column.unique().to_pylist() if each)


@lru_cache(maxsize=1)
def drawing_script() -> frozenset[str]:
    """The hash of the script that draws charts: it is the same on every page of every bank."""
    return frozenset({hashlib.sha256(vega_bundle().encode("utf-8")).hexdigest()})


def without_persons(plan: Plan, reason: str) -> str:
    """A failure's reason as the index may print it: a sentence that names a person stays in the records.

    The index is sent with the pages.
    """
    if not scan_text(reason, Promise(known_to(plan.run, plan.store).secrets, smallest=0)):
        return reason
    return "the reason names a person; it stands in record.json beside the page"
