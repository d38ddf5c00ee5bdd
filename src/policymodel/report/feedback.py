"""All feedback sheets of a region: a folder an outlet, a sheet a person and period in every language (S1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from policymodel.disclosure.pseudonyms import pseudonyms, read_key
from policymodel.errors import Problem, RunFileError, suggest
from policymodel.history.mapping import read_mapping
from policymodel.history.persons import persons_in, persons_of
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, slug
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.report.display import contents
from policymodel.report.export import write_table
from policymodel.report.html import render_content
from policymodel.report.index import WITHHELD
from policymodel.report.own_records import Discretion, texts_of, withheld_rows
from policymodel.report.session import Session
from policymodel.report.sheets import Feedback, sheet
from policymodel.whole import folder_for
from policymodel.words.numbers import Count
from policymodel.words.sentences import Passage, passage, say_many

SHEET = "sheet"
"""How the page looks that is printed on one sheet of paper."""


def write_sheets(
    session: Session,
    key_file: str,
    folder: str,
    store: str = "",
    period: str = "",
    outlet: str = "",
    manager: str = "",
) -> Passage:
    """Write the sheets of a region in every language: `OUTLET/NAME.PERIOD.LANGUAGE.html`, and say what is withheld.

    Parameters
    ----------
    key_file : the key of a run's pseudonyms, under which files are named; without it a person is at work, and files
        are named by ids.
    store : the history of all regions, whose persons no text may name; without it the one that the run names.
    period, outlet, manager : which sheets; "" is every period of the plan year, every outlet, everybody.
    """
    _refuse_blank(folder)
    periods = _chosen(session, period)
    discretion = discretion_of(session, store)
    texts = texts_of(session.history.tables, periods, discretion)
    people = _people(session, outlet, manager, periods)
    names = pseudonyms(people, read_key(key_file)) if key_file else {each: _plain(each) for each in people}
    count = 0
    with folder_for(Path(folder)) as place:
        for each in periods:
            by_plan = {
                own.plan: Feedback(session.under(own.plan), each, discretion, texts)
                for own in session.populations
            }
            for person, home in _at_work(session.panel, each, people, outlet):
                count += 1
                things = list(sheet(by_plan[session.plan_in(person, each)], person))
                for language in session.run.languages:
                    render_content(
                        contents(things, language),
                        language,
                        list(session.run.languages),
                        place / _plain(home) / f"{names[person]}.{each.label}.{language}.html",
                        SHEET,
                    )
    withheld = withheld_rows(texts, people)
    told = Path(folder).with_name(WITHHELD)
    told.unlink(missing_ok=True)
    if len(withheld):
        write_table(withheld, told)
    return passage(
        [
            say_many("{count} sheet was written.", "{count} sheets were written.", count, count=Count(count)),
            say_many(
                "{count} text names another person and is withheld: see {file}.",
                "{count} texts name another person and are withheld: see {file}.",
                len(withheld),
                count=Count(len(withheld)),
                file=WITHHELD,
            )
            if len(withheld)
            else None,
        ]
    )


def discretion_of(session: Session, store: str = "") -> Discretion:
    """Whom the texts of a region may not name: everybody of the store, else of the history that the run names."""
    history, run = session.history, session.run
    if not store and run.history is not None and (run.history / slug(session.region)).is_dir():
        store = str(run.history)
    if store:
        return Discretion(persons_of(Path(store)), session.region)
    if run.history is not None and not is_store(run.history):
        history = read_history(run.history, read_mapping(run.mapping))
    tables = {**history.tables, "quarantine": history.quarantine}
    return Discretion(persons_in(session.region, tables), session.region)


def _refuse_blank(folder: str) -> None:
    if not folder.strip():
        problem = Problem("sheets_dir", "is empty", "name the folder that the sheets are written to")
        raise RunFileError("parameters", [problem])


def _chosen(session: Session, period: str) -> tuple[Period, ...]:
    """The periods of the first design, or the one that is asked for."""
    known = {each.label: each for each in session.periods}
    if period and period not in known:
        right = suggest(period, known) or f"the periods are {', '.join(known)}"
        raise RunFileError("parameters", [Problem("period", f"'{period}' is none of this run", right)])
    return (known[period],) if period else session.periods


def _people(session: Session, outlet: str, manager: str, periods: Sequence[Period]) -> list[str]:
    """Everybody who has a sheet in one of the periods; an outlet or a person that is not there is refused."""
    panel = session.panel
    outlets, managers = panel.spells.outlets.tolist(), panel.managers.tolist()
    for name, asked, known in (("outlet", outlet, outlets), ("manager", manager, managers)):
        if asked and asked not in known:
            right = suggest(asked, known) or "look it up in the managers table"
            raise RunFileError("parameters", [Problem(name, f"'{asked}' is not in this region", right)])
    wanted = [manager] if manager else managers
    found = {person for each in periods for person, _ in _at_work(panel, each, wanted, outlet)}
    if not found:
        what = "nobody who is asked for was at work in the period"
        raise RunFileError(
            "parameters", [Problem("manager", what, "ask for another period, outlet or person")]
        )
    return sorted(found)


def _at_work(panel: Panel, period: Period, people: Sequence[str], outlet: str) -> Iterator[tuple[str, str]]:
    """Who was at work in a period, in which outlet at its end; of one outlet, or of all."""
    homes = panel.spells.outlet_in(period)
    for person in people:
        code = int(homes[int(np.flatnonzero(panel.managers == person)[0])])
        if code >= 0 and (home := str(panel.spells.outlets[code])) and outlet in ("", home):
            yield person, home


def _plain(name: str) -> str:
    """A name that a folder or a file can have, whatever the outlet or the person is called.

    >>> _plain("N-01"), _plain("../etc")
    ('n-01-fa0c468c', 'etc-f7f9121f')
    """
    return slug(name).removeprefix("region=")
