"""What each person of a region would have had under every design: for the region's own HR and nobody else.

The table holds a row for each person; a page a person beside it says what each amount is made of. Sixty people's
trees in one page would be several megabytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from policymodel.account import Account
from policymodel.disclosure.pseudonyms import pseudonyms, read_key
from policymodel.history.measures import COMPUTED
from policymodel.report.accounts import Result, account_page, accounts_of, write_account
from policymodel.report.figures import year_of_pay, year_of_scores
from policymodel.report.session import Session
from policymodel.tables import Name, Number, Row, Table
from policymodel.words.cover import approval, replay
from policymodel.words.editions import READERS
from policymodel.words.numbers import MINOR_UNITS
from policymodel.words.page import Page
from policymodel.words.sentences import Listing, Passage, Sentence, Value, passage, say, say_many

PEOPLE_AS = ("pseudonyms", "ids")


def people(session: Session, key_file: str, people_dir: str = "") -> Table:
    """A row for each person: pay and score of the year under each design, and the change against the baseline.

    People stand under keyed pseudonyms unless the run file asks for ids, and in the order of what they stand under,
    which says nothing about pay, outlet or joining. With `people_dir` each name leads to the person's page there.
    """
    page, paid, scored = (
        session.page,
        _wide(year_of_pay(session.payments)),
        _wide(year_of_scores(session.scores)),
    )
    ids = sorted({*paid.index, *scored.index})
    named = shown_as(session, ids, key_file)
    files = pseudonyms(ids, read_key(key_file))
    rows = [
        Row(
            named[each],
            [*_plan(session, each), *_pay(page, paid, each), *_scores(page, scored, each)],
            page=f"{people_dir}/{files[each]}" if people_dir else "",
        )
        for each in sorted(ids, key=lambda each: named[each])
    ]
    heads: list[Value] = [say("Plan")] if len(session.populations) > 1 else []
    if len(paid):
        heads += [say("Pay, {design}", design=page.designs[each]) for each in page.designs]
        heads += [say("Pay, {design}: difference", design=page.designs[each]) for each in page.others]
    if len(scored):
        heads += [say("Score, {design}", design=page.designs[each]) for each in page.designs]
    caption = say("Pay and score of the year by person; a dash: no figure could be computed")
    return Table(caption, say("Person"), heads, rows)


def shown_as(session: Session, ids: list[str], key_file: str) -> Mapping[str, str]:
    """What each person is called on a page of single persons."""
    if session.run.people_as == "ids":
        return {each: each for each in ids}
    return pseudonyms(ids, read_key(key_file))


def everybody_as(session: Session, key_file: str) -> Mapping[str, str]:
    """What everybody of the region is called on a page of single persons."""
    return shown_as(session, session.panel.managers.tolist(), key_file)


def write_people(session: Session, key_file: str, people_dir: str) -> Sentence | None:
    """Write a page for each person: what every amount is made of; under pseudonyms, an id may be no file name.

    Pay where there is any, else the scores. Without a folder nothing is written: somebody is at work.
    """
    if not people_dir:
        return None
    everybody: Mapping[str, Result] = session.payments or session.scores
    ids = sorted(
        {str(each) for result in everybody.values() for each in result.totals()["manager_id"].unique()}
    )
    Path(people_dir).mkdir(parents=True, exist_ok=True)
    named, page = shown_as(session, ids, key_file), session.page
    scope = say("{scope} · {reader}", scope=page.name("region", page.place), reader=READERS["regional_hr"])
    for person, file in pseudonyms(ids, read_key(key_file)).items():
        accounts = [replace(each, manager_id=named[person]) for each in _accounts(session, person)]
        about = (page.designs, named[person], page.title, scope, replay(page))
        things = list(account_page(accounts, *about, page.standing, approval(page), page.when))
        write_account(things, session.run.languages, Path(people_dir), file)
    return say_many(
        "{count} person; the name leads to what each amount is made of.",
        "{count} people; each name leads to what that person's amounts are made of.",
        len(ids),
        count=str(len(ids)),
    )


def _accounts(session: Session, person: str) -> list[Account]:
    """What a person's amounts are made of, design by design, in each period by the scheme of the plan of that time."""
    found = []
    for own in session.populations:
        results: Mapping[str, Result] = own.payments or own.scores
        found += accounts_of(results, person, session.run.plan_year)
    order = list(session.schemes)
    return sorted(found, key=lambda each: (order.index(each.design), each.period))


def about_persons(session: Session) -> Passage:
    """How persons are named, and what the page must not be used for."""
    named = (
        say("People stand under their ids, as the run file asks.")
        if session.run.people_as == "ids"
        else say("People stand under pseudonyms in no order; the key stays with whoever made the run.")
    )
    return passage([named, say("This page is {reader}. Do not pass it on.", reader=READERS["regional_hr"])])


def _wide(year: pd.DataFrame) -> pd.DataFrame:
    known = year.assign(amount=year["amount"].where(year["status"].isin(COMPUTED)).astype("float64"))
    return known.pivot(index="manager_id", columns="design", values="amount")


def _plan(session: Session, person: str) -> list[Value]:
    """The plan or plans a person stands under in the year, where there are several."""
    if len(session.populations) < 2:
        return []
    named = dict.fromkeys(session.plans_of(person))
    titles = [session.page.plans[each] if each else say("the ordinary plan") for each in named]
    return [Name(Listing(tuple(titles)))]


def _pay(page: Page, paid: pd.DataFrame, person: str) -> list[Number]:
    if paid.empty:
        return []
    amounts = [_figure(paid, person, design) / MINOR_UNITS for design in page.designs]
    first = _figure(paid, person, page.baseline) / MINOR_UNITS
    moves = [_figure(paid, person, design) / MINOR_UNITS - first for design in page.others]
    return [*(Number(each, 2) for each in amounts), *(Number(each, 2, True) for each in moves)]


def _scores(page: Page, scored: pd.DataFrame, person: str) -> list[Number]:
    return [] if scored.empty else [Number(_figure(scored, person, design), 2) for design in page.designs]


def _figure(wide: pd.DataFrame, person: str, design: str) -> float:
    return float(wide.at[person, design]) if person in wide.index and design in wide else float(np.nan)
