"""An intruder with every page of a run, and perhaps with all that one region's HR has: what can be reckoned from them.

Written apart from the package's own attack: that one looks ahead before a figure is shown, this one looks at tables as
they were published. Counts are bounded by linear programming; amounts have no bounds, so for them a set is given away
if and only if it lies in the row space of what is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from policymodel.comparison import BANDS

SIDES = {"loses": (0, 1), "same": (2,), "gains": (3, 4)}
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bank:
    """People of each region by grade and band, [grade, band], and how many are paid and not compared."""

    regions: Mapping[str, Counts]
    others: Mapping[str, int]

    def places(self) -> tuple[dict[str, Counts], dict[str, int], Counts]:
        """Where each region's cells stand, where its others stand, and how many people each place holds."""
        cells, others, people = {}, {}, []
        for name, counts in self.regions.items():
            cells[name] = np.arange(counts.size).reshape(counts.shape) + len(people)
            people += [*counts.ravel().tolist(), self.others.get(name, 0)]
            others[name] = len(people) - 1
        return cells, others, np.array(people)


def leaks(bank: Bank, pages: Mapping[str, Mapping[str, pd.DataFrame]], threshold: int = 10) -> Iterator[str]:
    """What somebody finds out about 1 to 9 people; `pages` are published tables by region, the group's under "all"."""
    cells, others, people = bank.places()
    counts, amounts, kept = [], [], []
    for page, tables in pages.items():
        here = list(cells.values()) if page == "all" else [cells[page]]
        rows = [
            (name, row)
            for name in ("bands", "change", "directions")
            for row in tables[name].to_dict("records")
        ]
        for name, row in rows:
            if row.get("by") not in ("all", "grade", None):
                continue
            part = np.concatenate([_part(each, row) for each in here])
            if 0 < people[part].sum() < threshold:
                kept.append(part)
            if row["shown"]:
                assert row["people"] == people[part].sum(), f"{page}: {row}"
                counts.append(part)
                if name != "bands":
                    amounts.append(part)
        if page != "all":
            mine = cells[page].ravel()
            counts.append(mine)
            amounts.append(np.append(mine, others[page]))  # what the designs cost
            kept.append(np.array([others[page]]))
            kept += list(mine[:, None])
    kept = [each for each in kept if 0 < people[each].sum() < threshold]
    for reader in ("nobody", *cells):
        own = [] if reader == "nobody" else [*cells[reader].ravel(), others[reader]]
        theirs = [each for each in kept if not set(each) & set(own)]
        yield from _told_by_counts(reader, people, [*counts, *([[each] for each in own])], theirs, threshold)
        yield from _told_by_amounts(
            reader, people, [*amounts, *([[each] for each in own])], theirs, own, threshold
        )


def _part(cells: Counts, row: Mapping[str, object]) -> Counts:
    grade = int(str(row["group"])[1:]) if row.get("by") == "grade" else slice(None)
    band = slice(None)
    if isinstance(row.get("band"), str):
        band = BANDS.index(str(row["band"]))
    if "side" in row:
        band = list(SIDES[str(row["side"])])
    return np.ravel(cells[grade][..., band])


def _told_by_counts(reader, people, known, kept, threshold):
    equations = _members(known, people.size)
    for each in kept:
        goal = -_members([each], people.size)[0]
        found = linprog(goal, A_eq=equations, b_eq=equations @ people)
        most = np.inf if found.status == 3 else -found.fun
        if most < threshold - 1e-6:
            yield f"{reader} knows that {people[each].sum()} people at {each} are at most {most:.1f}"


def _told_by_amounts(reader, people, known, kept, own, threshold):
    there = np.flatnonzero(people)  # nobody has no pay
    equations = _members(known, people.size)[:, there]
    echelon = _echelon(equations)
    for each in kept:
        if not np.any(np.abs(_rest(_members([each], people.size)[0][there], echelon)) > 1e-9):
            yield f"{reader} knows what {people[each].sum()} people at {each} gain or lose"
    for row in echelon:
        about = [place for place in there[np.abs(row) > 1e-9] if place not in own]
        if 0 < people[about].sum() < threshold and np.isin(about, there[row > 1e-9]).all():
            yield f"{reader} knows something of {people[about].sum()} people at {about}"


def _members(sums, size):
    table = np.zeros((len(sums), size))
    for row, part in enumerate(sums):
        table[row, part] = 1.0
    return table


def _echelon(table):
    """The same row space, each row with a first 1 that no other row has."""
    rows = table.copy()
    top = 0
    for column in range(rows.shape[1]):
        if top == len(rows):
            break
        best = top + int(np.argmax(np.abs(rows[top:, column])))
        if abs(rows[best, column]) < 1e-9:
            continue
        rows[[top, best]] = rows[[best, top]]
        rows[top] /= rows[top, column]
        for other in range(len(rows)):
            if other != top:
                rows[other] -= rows[other, column] * rows[top]
        top += 1
    return rows[:top]


def _rest(vector, echelon):
    """What is left of a vector once the row space is taken out of it."""
    rest = vector.copy()
    for row in echelon:
        rest -= rest[np.argmax(np.abs(row) > 1e-9)] * row
    return rest
