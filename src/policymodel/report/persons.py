"""What each person of a region would have had under every design: for the region's own HR and nobody else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from policymodel.disclosure.pseudonyms import pseudonyms, read_key
from policymodel.history.measures import COMPUTED
from policymodel.report.figures import year_of_pay, year_of_scores
from policymodel.report.session import Session
from policymodel.tables import Number, Row, Table
from policymodel.words.editions import READERS
from policymodel.words.numbers import MINOR_UNITS
from policymodel.words.page import Page
from policymodel.words.sentences import Passage, Value, passage, say

PEOPLE_AS = ("pseudonyms", "ids")


def people(session: Session, key_file: str) -> Table:
    """A row for each person: pay and score of the year under each design, and the change against the baseline.

    People stand under keyed pseudonyms unless the run file asks for ids, and in the order of what they stand under,
    which says nothing about pay, outlet or joining.
    """
    page, paid, scored = (
        session.page,
        _wide(year_of_pay(session.payments)),
        _wide(year_of_scores(session.scores)),
    )
    ids = sorted({*paid.index, *scored.index})
    named = shown_as(session, ids, key_file)
    rows = [
        Row(named[each], [*_pay(page, paid, each), *_scores(page, scored, each)])
        for each in sorted(ids, key=lambda each: named[each])
    ]
    heads: list[Value] = []
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
