"""A page of a reconciliation: no person, and no figure about fewer people than may be shown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from policymodel.disclosure import SMALLEST_CELL, suppress, withheld_parts
from policymodel.reconciliation import Reconciliation
from policymodel.tables import Number, Row, Table, Withheld
from policymodel.words.cover import Answer, Cover, Tile
from policymodel.words.numbers import AmountUnit, Count, Figure, Span
from policymodel.words.reconciliation import GROUPINGS, hypothesis
from policymodel.words.sentences import Sentence, Text, Value, say

OFF, WITHIN = "off", "within"
BY = ("grade", "outlet_id")


def reconciliation_page(told: Reconciliation, period: str) -> Iterator[Cover | Table | Sentence]:
    """What the page holds: how many are off the rule, where, and what might have been."""
    cells = _cells(told)
    everybody = cells[cells["by"] == "all"].set_index("band")
    off = int(everybody.at[OFF, "people"])
    shown = bool(everybody.at[OFF, "shown"])
    yield _cover(told, period, off, shown)
    yield say("## Where?")
    somewhere = cells[(cells["band"] == OFF) & cells["shown"]]["by"].unique()
    for by in BY:
        if by.removesuffix("_id") in somewhere:
            yield _groups(told, cells, by)
        else:
            yield say(
                "{grouping}: withheld everywhere, as too few people are off the rule, or too few are not.",
                grouping=GROUPINGS[by.removesuffix("_id")],
            )
    yield say("## What to look at first?")
    yield say(
        "These are hypotheses: the amount paid is what the scheme would give if this one thing had gone wrong. Whoever "
        "paid it knows what was."
    )
    if shown and off:
        yield _checks(told)
    yield say("## How it is reckoned")
    yield say(
        "An amount is off the rule where it differs from the replay by more than {tolerance} {currency}, and is "
        "neither the parts nor their sum rounded to whole units or tenths.",
        tolerance=Figure(told.tolerance, 2),
        currency=AmountUnit(0, told.currency),
    )
    yield say(
        "The replay is only as good as the history: a row that is missing there looks like a payment that is wrong. "
        "Two errors that cancel are not seen."
    )
    yield say(
        "Figures about fewer than {count} people are withheld, and those that would reveal them.",
        count=str(SMALLEST_CELL),
    )


def _cells(told: Reconciliation) -> pd.DataFrame:
    """People off the rule and within it, for all and by grade and outlet, with what may be shown."""
    rows = []
    for by in ("all", *BY):
        for row in told.groups(by).itertuples():
            counts = {OFF: int(row.off_rule), WITHIN: int(row.people) - int(row.off_rule)}
            rows += [(row.by, str(row.group), band, people) for band, people in counts.items()]
    return suppress(pd.DataFrame(rows, columns=["by", "group", "band", "people"]))


def _cover(told: Reconciliation, period: str, off: int, shown: bool) -> Cover:
    everybody = told.groups("all").iloc[0]
    people = Count(int(everybody["people"]))
    unit = AmountUnit(0, told.currency)
    difference: Value = Figure(float(everybody["difference"]), 2, signed=True) if shown else say("withheld")
    rest = Figure(float(everybody["unexplained"]), 2, signed=True)
    count: Value = Count(off) if shown else say("withheld")
    answer = (
        say(
            "{off} of {people} people were paid off the rule, together {difference} {currency}.",
            off=count,
            people=people,
            difference=difference,
            currency=AmountUnit(0, told.currency),
        )
        if shown
        else say("Those paid off the rule, or all others, are too few to be counted on a page.")
    )
    return Cover(
        scope=say("What was paid, held against the scheme"),
        place=Text(told.title),
        title=Text(told.title),
        question=say("Was everybody paid as the scheme says?"),
        period=Span(period),
        answers=[Answer(say("People"), answer)],
        notes=(),
        tiles=[
            Tile(say("Off the rule"), count, say("of {people} people", people=people)),
            Tile(say("Difference"), difference, unit if shown else ""),
            *(
                [Tile(say("Unexplained"), rest, unit)]
                if shown and _tells_the_rest(told.groups("all"))
                else []
            ),
        ],
        replay=say(
            "The replay is what the scheme makes of the history; it is compared with what was really paid."
        ),
        illustrative="",
    )


def _groups(told: Reconciliation, cells: pd.DataFrame, by: str) -> Table:
    """People, people off the rule and the difference of each grade or outlet; what is unexplained where it may be."""
    name = by.removesuffix("_id")
    own = cells[cells["by"] == name].pivot(index="group", columns="band", values=["people", "shown"])
    groups = told.groups(by).set_index("group")
    tells = _tells_the_rest(told.groups(by))
    rows = []
    for group in own.index:
        off, row = bool(own.at[group, ("shown", OFF)]), groups.loc[group]
        counts = [
            Number(int(row["people"]), people=True) if _named(own, group) else Withheld(),
            Number(int(row["off_rule"]), people=True) if off else Withheld(),
        ]
        amounts = [
            Number(float(row[name]), 2, True) if off else Withheld()
            for name in ("difference", *(["unexplained"] if tells else []))
        ]
        rows.append(Row(str(group) or "–", [*counts, *amounts]))
    heads: list[Value] = [say("People"), say("Off the rule"), say("Difference")]
    heads += [say("Unexplained")] if tells else []
    caption = (
        say(
            "People off the rule by grade, and the difference in {currency}",
            currency=AmountUnit(0, told.currency),
        )
        if name == "grade"
        else say(
            "People off the rule by outlet, and the difference in {currency}",
            currency=AmountUnit(0, told.currency),
        )
    )
    return Table(caption, GROUPINGS[name], heads, rows, basis="")


def _named(own: pd.DataFrame, group: str) -> bool:
    """Whether a group's people may be told, its bands withheld or not."""
    people = own["people"].sum(axis=1).to_numpy(dtype=np.int64)
    hidden = withheld_parts(people)
    return not hidden[list(own.index).index(group)]


def _tells_the_rest(groups: pd.DataFrame) -> bool:
    """Whether nowhere too few people are behind what is unexplained, nor behind what is explained."""
    behind = pd.concat([groups["open"], groups["off_rule"] - groups["open"]])
    return bool(((behind == 0) | (behind >= SMALLEST_CELL)).all())


def _checks(told: Reconciliation) -> Table:
    """Hypotheses with enough people; each person counts with the largest of their differences."""
    rows = told.off_rule.drop_duplicates("manager_id")
    keys = ["why", "item", "instead", "scheme_value", "found_value"]
    found = rows.groupby(keys, dropna=False, as_index=False).agg(
        people=("manager_id", "nunique"), difference=("difference", "sum")
    )
    found = found.sort_values("people", ascending=False, kind="stable", ignore_index=True)
    hidden = withheld_parts(found["people"])
    known = [
        Row(
            hypothesis(row, told.items),
            [Number(int(row["people"]), people=True), Number(float(row["difference"]), 2, True)],
        )
        for (_, row), withheld in zip(found.iterrows(), hidden, strict=True)
        if not withheld
    ]
    few = found[hidden]
    if len(few):
        cells = [
            Number(int(few["people"].sum()), people=True),
            Number(float(few["difference"].sum()), 2, True),
        ]
        known.append(Row(say("Hypotheses about few people each, and amounts without one"), cells))
    caption = say(
        "People off the rule by the first hypothesis that fits, and the difference in {currency}",
        currency=AmountUnit(0, told.currency),
    )
    return Table(caption, say("Hypothesis"), [say("People"), say("Difference")], known, basis="")
