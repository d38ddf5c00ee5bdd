"""The index of a run: every page by region and language, and what failed and why. One file, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from policymodel.report.runfile import RunFile
from policymodel.style import custom_properties
from policymodel.tables import Number, Row, Table
from policymodel.whole import write_text
from policymodel.words import procedure
from policymodel.words.catalogues import ENDONYMS
from policymodel.words.editions import READERS, SECTIONS, Edition
from policymodel.words.numbers import MINOR_UNITS, AmountUnit, Count, Span
from policymodel.words.page import standing_on
from policymodel.words.sentences import Sentence, Text, Value, passage, render, say, say_many

TEMPLATE = Path(__file__).with_name("template")
SCROLLS = say("table, scrolls sideways")
SHEETS = "sheets"
"""The folder of a region's sheets, beside the notebook that wrote them."""
WITHHELD = "withheld.csv"
"""Beside it, for whoever runs them: which texts are withheld from the sheets, by table, file and row."""
PEOPLE = "people"
"""The folder of a page a person, beside the page of the region's HR that leads to them."""


@dataclass(frozen=True)
class Entry:
    """One page of the run: whose ("" for the group), in which folder, why not where it failed, and for whom."""

    region: str
    folder: str
    failure: str = ""
    edition: Edition = "leadership"


@dataclass(frozen=True)
class Sums:
    """What each region's own page and the group's say of the year's cost, in minor units by design."""

    regions: Mapping[str, Mapping[str, int]]
    group: Mapping[str, int]
    currency: str


@dataclass(frozen=True)
class Also:
    """Something else made of the same history: its title in each language, its page seen from the index, or why not.

    `{language}` in the way to the page stands for the reader's language.
    """

    title: Mapping[str, str]
    href: str
    failure: str = ""


@dataclass(frozen=True)
class Contents:
    """What an index leads to: the regions' pages, the group's, those for other readers; and what was made beside."""

    run: RunFile
    entries: Sequence[Entry]
    group: Entry | None
    editions: Sequence[Entry] = ()
    sums: Sums | None = None
    also: Sequence[Also] = ()
    quarters: pd.DataFrame = field(default_factory=pd.DataFrame)


def write_index(contents: Contents, out: Path) -> Path:
    """Write `index.html` into the run's folder, whole or not at all."""
    path = out / "index.html"
    write_text(index_html(contents), path)
    return path


def index_html(contents: Contents) -> str:
    """The index page, for whoever hands the pages out; it holds every language of the run, one after the other.

    Names of regions and reasons of failures come from data, so everything is escaped. It shows no figure that the
    pages do not show.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = Markup(custom_properties() + (TEMPLATE / "page.css").read_text(encoding="utf-8"))
    parts = [_part(contents, language) for language in contents.run.languages]
    return environment.get_template("index.html.j2").render(style=style, parts=parts)


def _part(contents: Contents, language: str) -> dict[str, Any]:
    """The index in one language."""
    run, group, editions = contents.run, contents.group, contents.editions
    failed = [entry for entry in contents.entries if entry.failure]
    done = [entry for entry in contents.entries if not entry.failure]
    titles: dict[str, Value] = {design.id: Text(design.title) for design in run.designs}
    sections = []
    if group is not None:
        sections.append(("group", _for_leadership(say("All regions together")), [group]))
    if failed:
        sections.append(("failed", say("No report could be made"), failed))
    if done:
        sections.append(("regions", _for_leadership(say("Regions")), done))
    for edition, heading in SECTIONS.items():
        if mine := [entry for entry in editions if entry.edition == edition]:
            sections.append((edition, heading, sorted(mine, key=lambda each: bool(each.region))))
    return {
        "language": language,
        "name": ENDONYMS[language],
        "title": Text(run.title).render(language),
        "question": Text(run.question).render(language),
        "period": Span(run.plan_year.label).render(language),
        "standing": render(
            standing_on(run.as_of) or procedure.mark(contents.quarters, run.baseline), language
        ),
        "labels": {
            "language": render(say("Language"), language),
            "reports": render(say("Reports"), language),
            "facts": render(say("About this run"), language),
            "scroll": render(SCROLLS, language),
        },
        "sections": [
            *(
                {
                    "id": key,
                    "heading": render(heading, language),
                    "pages": [_page(run, entry, language) for entry in shown],
                }
                for key, heading, shown in sections
            ),
            *(_beside(contents.also, language) if contents.also else ()),
        ],
        "facts": render(
            passage(
                [
                    *(_made(len(done)), _not_made(len(failed)), _whole(group)),
                    *procedure.states(contents.quarters, run.baseline, titles),
                    *_handing_out(editions),
                ]
            ),
            language,
        ),
        "sums": _summed(run, contents.sums).written(language) if contents.sums is not None else None,
    }


def _summed(run: RunFile, sums: Sums) -> Table:
    """Every region's cost, their sum, and what the group's page says: to the cent."""

    def row(head: Value, costs: Mapping[str, int], role: str = "plain") -> Row:
        return Row(head, [Number(costs[design.id] / MINOR_UNITS, 2) for design in run.designs], role)

    rows = [row(_region(run, region), costs) for region, costs in sums.regions.items()]
    added = {design.id: sum(costs[design.id] for costs in sums.regions.values()) for design in run.designs}
    rows += [row(say("Regions added up"), added, "total"), row(say("On the group's page"), sums.group)]
    caption = say("Cost of the year to the cent, {unit}", unit=AmountUnit(0, sums.currency))
    return Table(caption, say("Region"), [Text(design.title) for design in run.designs], rows)


def _for_leadership(scope: Sentence) -> Sentence:
    return say("{scope} · {reader}", scope=scope, reader=READERS["leadership"])


def _handing_out(editions: Sequence[Entry]) -> Iterator[Sentence]:
    """What whoever hands the pages out must know."""
    if editions:
        yield say("Send pages, not this index: it leads to the pages of every reader.")
    if any(entry.edition == "manager" for entry in editions):
        yield say("Sheets are named by pseudonym; the lists in the folder “private” say whose each is.")


def _page(run: RunFile, entry: Entry, language: str) -> dict[str, Any]:
    """One line of the index: the page in this language, then in the others; a failed page has a reason and no links."""
    name = render(_region(run, entry.region) if entry.region else say("The whole group"), language)
    if entry.failure:
        return {"name": name, "failure": entry.failure}
    if entry.edition == "manager":
        sheets = {"href": f"{quote(entry.folder)}/{SHEETS}/"}
        return {
            "name": f"{name} · {render(say('Folder of sheets'), language)}",
            "here": sheets,
            "others": [],
            "failure": "",
        }
    links = [
        {"href": f"{quote(entry.folder)}/report.{each}.html", "language": each, "name": ENDONYMS[each]}
        for each in run.languages
    ]
    return {
        "name": name,
        "here": next(each for each in links if each["language"] == language),
        "others": [each for each in links if each["language"] != language],
        "failure": "",
    }


def _beside(also: Sequence[Also], language: str) -> Iterator[dict[str, Any]]:
    """The section of what else was made of the same history."""
    pages = [
        {
            "name": render(Text(each.title), language),
            "here": {"href": each.href.replace("{language}", language)},
            "others": [],
            "failure": each.failure,
        }
        for each in also
    ]
    yield {"id": "also", "heading": render(say("Also made of this history"), language), "pages": pages}


def _region(run: RunFile, region: str) -> Value:
    return Text(run.region_titles[region]) if region in run.region_titles else region


def _made(count: int) -> Sentence:
    return say_many("{count} region reported.", "{count} regions reported.", count, count=Count(count))


def _whole(group: Entry | None) -> Sentence | None:
    if group is None or group.failure:
        return None
    return say("The regions add up to the group, to the cent.")


def _not_made(count: int) -> Sentence | None:
    if not count:
        return None
    return say_many(
        "{count} region could not be reported; it is left out of the group.",
        "{count} regions could not be reported; they are left out of the group.",
        count,
        count=Count(count),
    )
