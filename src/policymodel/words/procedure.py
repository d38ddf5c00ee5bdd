"""Which figures of a page are approved and which are provisional (S6.9), told from its table `quarters`.

A page speaks of its baseline and of every other design that the register knows. A proposal that nobody has handed in is
a replay and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from policymodel.periods import Period
from policymodel.words.numbers import Count, Span
from policymodel.words.sentences import Listing, Sentence, Series, Value, say

FINAL = ("approved", "released")
STATES = ("", "returned", "computed", "reviewed", "submitted", *FINAL)
"""How far figures have come, from not at all."""
PROVISIONAL, APPROVED = say("Provisional"), say("Approved")


def concerned(quarters: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The rows of the baseline, and of each other design that has figures in the register."""
    if quarters.empty:
        return quarters
    known = set(quarters.loc[quarters["state"] != "", "design"]) | {baseline}
    return quarters[quarters["design"].isin(known)]


def within(quarters: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The rows of the periods that lie in one."""
    if quarters.empty:
        return quarters
    inside = [
        period.first <= each.first and each.last <= period.last
        for each in map(Period.parse, quarters["period"])
    ]
    return quarters[inside]


def provisional(quarters: pd.DataFrame, baseline: str) -> tuple[str, ...]:
    """The periods, in their order, of which anything is not approved as it stands here."""
    rows = concerned(quarters, baseline)
    if rows.empty:
        return ()
    settled = rows["state"].isin(FINAL) & rows["same"].astype(bool)
    return tuple(sorted(set(rows.loc[~settled, "period"]), key=_first))


def mark(quarters: pd.DataFrame, baseline: str) -> Value:
    """What stands below the title of a page with figures that are not approved; nothing on any other."""
    periods = provisional(quarters, baseline)
    if not periods:
        return ""
    if set(periods) == set(quarters["period"]):
        return say("Provisional, not approved")
    return say("Provisional, not approved: {periods}", periods=_spans(periods))


def states(quarters: pd.DataFrame, baseline: str, designs: Mapping[str, Value]) -> Iterator[Sentence]:
    """How far each design's pay and scores have come, and up to which entry the register was read."""
    rows = concerned(quarters, baseline)
    if rows.empty:
        return
    for (design, what), mine in rows.groupby(["design", "what"], sort=False):
        said: list[tuple[Sentence, list[str]]] = []
        for period, there in mine.groupby("period", sort=False):
            state = _state(there)
            if said and said[-1][0] == state:
                said[-1][1].append(str(period))
            else:
                said.append((state, [str(period)]))
        told = Series(
            tuple(say("{periods} {state}", periods=_spans(each), state=state) for state, each in said)
        )
        names = {"design": designs[str(design)], "states": told}
        yield (
            say("Pay under “{design}”: {states}.", **names)
            if what == "pay"
            else say("Scores under “{design}”: {states}.", **names)
        )
    last = rows.iloc[rows["entries"].to_numpy().argmax()]
    if last["entries"]:
        yield say(
            "The register had {count} entries, the last one with the hash {hash}.",
            count=Count(int(last["entries"])),
            hash=str(last["head"]),
        )


def differing(quarters: pd.DataFrame, baseline: str) -> tuple[str, ...]:
    """The periods whose figures were approved, but are not those that stand here."""
    rows = concerned(quarters, baseline)
    if rows.empty:
        return ()
    other = rows["state"].isin(FINAL) & ~rows["same"].astype(bool)
    return tuple(sorted(set(rows.loc[other, "period"]), key=_first))


def _state(rows: pd.DataFrame) -> Sentence:
    """Where the figures of a period stand; of several regions that are not alike, how many are approved."""
    alike = rows[["state", "same"]].drop_duplicates()
    if len(alike) > 1:
        settled = rows["state"].isin(FINAL) & rows["same"].astype(bool)
        return say(
            "approved in {count} of {number} regions",
            count=Count(int(settled.sum())),
            number=Count(len(rows)),
        )
    state = str(alike["state"].iloc[0])
    if state in FINAL and not alike["same"].iloc[0]:
        return say("approved with other figures than stand here")
    return {
        "": say("not in the register"),
        "returned": say("returned, to be computed again"),
        "computed": say("computed, not reviewed yet"),
        "reviewed": say("reviewed, not submitted yet"),
        "submitted": say("submitted, not approved yet"),
        "approved": say("approved as shown here"),
        "released": say("approved as shown here and released for payment"),
    }[state]


def _first(period: str) -> int:
    return Period.parse(period).first


def _spans(periods: Sequence[str]) -> Listing:
    return Listing(tuple(Span(each, in_year=True) for each in periods))
