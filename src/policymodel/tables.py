"""Tables for a page: typed rows, finished words for each language, nothing computed that a reader cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from policymodel.words import claims
from policymodel.words.numbers import MINOR_UNITS, Figure, Scale, number, percent
from policymodel.words.page import ACTUAL, BANDS, REPLAY, Page, band_words, group_words, in_order
from policymodel.words.sentences import Listing, Value, render, say

MOST_NAMES = 3
"""Groups that are named where they stand in one row; of more it is said how many they are."""


@dataclass(frozen=True)
class Number:
    """A number in a cell; None is a cell that does not apply. With `people` it counts persons."""

    value: float | None
    digits: int = 0
    signed: bool = False
    share: bool = False
    people: bool = False

    def render(self, language: str) -> str:
        """The number as this language writes it."""
        if self.value is None or self.value != self.value:
            return "–"
        write = percent if self.share else number
        return write(self.value, language, self.digits, self.signed)


WITHHELD = say("withheld")


@dataclass(frozen=True)
class Withheld:
    """A cell about too few people, or one that would reveal such a cell; the caption says so.

    `words` are what is said there instead of that it is withheld.
    """

    words: Value = WITHHELD

    def render(self, language: str) -> str:
        """Said in words, never a blank or a star."""
        return render(self.words, language)


@dataclass(frozen=True)
class Name:
    """A name in a cell, which stays on one line."""

    words: Value

    def render(self, language: str) -> str:
        """The name in this language."""
        return render(self.words, language)


@dataclass(frozen=True)
class Row:
    """A row: its head, its cells, and whether it is a total or only a heading over the rows below.

    A row of some `depth` is a part of the last row above it that is less deep. `page` is a page beside this one that
    says more of it, without its language.
    """

    head: Value
    cells: Sequence[Number | Withheld | Value] = ()
    role: str = "plain"
    depth: int = 0
    page: str = ""


@dataclass(frozen=True)
class Table:
    """A caption with the unit, column heads, rows; empty where the run has nothing to show.

    The cells of one in `prose` are sentences to be read, not compared: on a narrow screen they stand below each other.
    """

    caption: Value
    corner: Value
    heads: Sequence[Value]
    rows: Sequence[Row]
    basis: Value = REPLAY
    prose: bool = False

    def written(self, language: str) -> dict[str, Any]:
        """The table in a language, ready for a template."""
        return {
            "caption": render(self.caption, language),
            "basis": render(self.basis, language),
            "prose": self.prose,
            "heads": [render(each, language) for each in (self.corner, *self.heads)],
            "columns": [self._column(place, language) for place in range(len(self.heads))],
            "rows": [
                {
                    "role": row.role,
                    "depth": row.depth,
                    "head": render(row.head, language),
                    "href": f"{row.page}.{language}.html" if row.page else "",
                    "cells": [
                        {
                            "text": render(cell, language),
                            "kind": "withheld"
                            if isinstance(cell, Withheld)
                            else ("number people" if cell.people else "number")
                            if isinstance(cell, Number)
                            else "text",
                            "name": isinstance(cell, Name),
                        }
                        for cell in row.cells
                    ],
                }
                for row in self.rows
            ],
        }

    def _column(self, place: int, language: str) -> str:
        """Whether a column holds words, which begin at the left, or figures, which end at the right."""
        cells = [row.cells[place] for row in self.rows if place < len(row.cells)]
        texts = [render(each, language) for each in cells if not isinstance(each, Number | Withheld)]
        said = [any(letter.isalpha() or letter in "×÷" for letter in each) for each in texts if each]
        return "words" if said and 2 * sum(said) >= len(cells) else "number"


NOTHING = Table("", "", (), ())


def cost(page: Page) -> Table:
    """What each design costs, part by part, with the difference to the baseline and to the budget."""
    if not page.has("cost"):
        return NOTHING
    table = page.table("cost").set_index(["item", "design"])["amount_minor"]
    order = (page.baseline, *page.others)
    heads: list[Value] = [page.designs[design] for design in order]
    heads += [say("{design}: difference", design=page.designs[design]) for design in page.others]
    items = list(dict.fromkeys(page.table("cost")["item"]))
    rows = [
        Row(page.name("item", item), _amounts([int(table.get((item, d), 0)) for d in order]))
        for item in items
    ]
    totals = [claims.total_cost(page, design) for design in order]
    rows.append(Row(say("Total"), _amounts(totals), "total"))
    allowed = claims.budget(page)
    if allowed is not None:
        blank = ("",) * len(page.others)
        rows.append(Row(say("Budget"), (*(_money(allowed) for _ in order), *blank)))
        rows.append(Row(say("Left of the budget"), (*(_money(allowed - t, True) for t in totals), *blank)))
    unit = Scale(1, "")
    caption = say("Cost of the year by part of pay, in whole {currency}", currency=_Unit(unit, page.currency))
    return Table(caption, say("Part of pay"), heads, rows)


@dataclass(frozen=True)
class _Unit:
    scale: Scale
    currency: str

    def render(self, language: str) -> str:
        return self.scale.unit(self.currency, language)


def _money(minor: float, signed: bool = False) -> Number:
    return Number(minor / MINOR_UNITS, 0, signed)


def _amounts(minor: Sequence[int]) -> tuple[Number, ...]:
    return (*(_money(each) for each in minor), *(_money(each - minor[0], True) for each in minor[1:]))


def region_costs(page: Page) -> Table:
    """What each region costs under each design, and what is left of its budget."""
    table = page.table("regions")
    if table.empty:
        return NOTHING
    order = (page.baseline, *page.others)
    cost = table.set_index(["region", "design"])["amount_minor"]
    allowed = table.groupby("region")["budget_minor"].first()
    budgeted = bool(allowed.notna().any())
    rows = []
    for region in dict.fromkeys(table["region"]):
        amounts = [int(cost.get((region, design), 0)) for design in order]
        rest = [_money(allowed[region] - each, True) for each in amounts] if budgeted else []
        rows.append(Row(page.name("region", region), (*_amounts(amounts), *rest)))
    totals = [claims.total_cost(page, design) for design in order]
    whole = claims.budget(page)
    rest = (
        [_money(whole - each, True) if whole is not None else Number(None) for each in totals]
        if budgeted
        else []
    )
    rows.append(Row(say("All regions"), (*_amounts(totals), *rest), "total"))
    heads: list[Value] = [page.designs[design] for design in order]
    heads += [say("{design}: difference", design=page.designs[design]) for design in page.others]
    heads += (
        [say("{design}: left of the budget", design=page.designs[each]) for each in order] if budgeted else []
    )
    caption = say(
        "Cost of the year by region, in whole {currency}", currency=_Unit(Scale(1, ""), page.currency)
    )
    return Table(caption, say("Region"), heads, rows)


def groups(page: Page) -> Table:
    """People by band of change, and the mean change, for each grade and each outlet."""
    bands, change = page.table("bands"), page.table("change")
    if bands.empty or change.empty:
        return NOTHING
    rows: list[Row] = []
    for design in page.others:
        if len(page.others) > 1:
            rows.append(Row(page.designs[design], role="heading"))
        rows += _group_rows(page, bands[bands["design"] == design], change[change["design"] == design])
    unit = say("points") if page.in_points else _Unit(Scale(1, ""), page.currency)
    heads: list[Value] = [
        say("People"),
        *(band_words(page, band) for band in BANDS),
        say("Mean change a person, {unit}", unit=unit),
    ]
    caption = say("People by band of change against “{baseline}”", baseline=page.designs[page.baseline])
    if not (bands["shown"].all() and change["shown"].all()):
        caption = say(
            "{caption}. Withheld: fewer than {count} people, or a figure that would reveal them.",
            caption=caption,
            count=str(page.limits.smallest_cell),
        )
    return Table(caption, say("Group"), heads, rows)


def _group_rows(page: Page, bands: pd.DataFrame, change: pd.DataFrame) -> Iterator[Row]:
    """A row a group; groups of which nothing is shown are one row, of what the others leave of everybody.

    It tells what a reader could subtract, and nothing else.
    """
    counts = {
        (each.by, each.group, each.band): float(each.people) if each.shown else None
        for each in bands.itertuples()
    }
    seen = bands[bands["shown"]]
    everybody = change[change["by"] == "all"]

    def in_bands(by: str, group: str, shown: bool) -> list[float | None]:
        """A band without a row holds nobody."""
        return [counts.get((by, group, band), 0 if shown else None) for band in BANDS]

    for by, groups in in_order(change).groupby("by", sort=False):
        silent = groups[~groups["shown"] & ~groups["group"].isin(seen.loc[seen["by"] == by, "group"])]
        named = groups.drop(silent.index)
        together = len(silent) > 1 and len(named) > 0 and bool(pd.concat([named, everybody])["shown"].all())
        for each in (named if together else groups).itertuples():
            people = each.people if each.shown else None
            cells = in_bands(str(by), str(each.group), bool(each.shown))
            yield Row(
                group_words(page, str(by), str(each.group)),
                _group_cells(people, cells, each.mean_change, str(each.unit)),
                "total" if by == "all" else "plain",
            )
        if together:
            whole = everybody.iloc[0]
            parts = [in_bands(str(by), str(each), True) for each in named["group"]]
            rest = [_left(*each) for each in zip(in_bands("all", whole["group"], True), *parts, strict=True)]
            people, total = (whole[each] - named[each].sum() for each in ("people", "total_change"))
            yield Row(
                _together(page, str(by), silent["group"].tolist()),
                _group_cells(people, rest, total / people, str(whole["unit"])),
            )


def _left(whole: float | None, *parts: float | None) -> float | None:
    """What known parts leave of a known whole."""
    known = [each for each in parts if each is not None]
    return whole - sum(known) if whole is not None and len(known) == len(parts) else None


def _group_cells(
    people: float | None, bands: list[float | None], mean: float, unit: str
) -> list[Number | Withheld]:
    """People, people by band, and the mean change, which is shown where the people are."""
    counts = [Withheld() if each is None else Number(each, people=True) for each in (people, *bands)]
    if people is None:
        return [*counts, Withheld()]
    in_money = unit == "minor"
    return [*counts, Number(mean / (MINOR_UNITS if in_money else 1), 0 if in_money else 1, True)]


def _together(page: Page, by: str, groups: list[str]) -> Value:
    """The words for groups that are shown as one: their names, or how many they are."""
    if len(groups) > MOST_NAMES:
        return say("The other {count} together", count=str(len(groups)))
    return say("{groups} together", groups=Listing(tuple(group_words(page, by, each) for each in groups)))


def indicators(page: Page) -> Table:
    """Each indicator in the last period: actual, target to date, attainment, and the change on the previous period."""
    if page.own("indicators").empty:
        return NOTHING
    last = claims.latest(page.own("indicators"))
    rows = []
    for each in last.itertuples():
        if each.shown:
            share = {each.line, each.measure} & page.shares
            write = _share if share else quantity
            cells: list[Number | Withheld | Value] = [
                write(each.actual_to_date if each.target == each.target else None),
                write(each.target),
                Number(each.attainment, 0, share=True),
                write(each.actual),
                write(each.previous_actual),
                points_of_shares(each.actual - each.previous_actual)
                if share
                else Number(_change(each.actual, each.previous_actual), 0, True, share=True),
            ]
        else:
            cells = [Withheld()] * 6
        title, unit = page.name("line", each.line), page.names.get(("unit", str(each.measure)))
        rows.append(Row(title if unit is None else with_unit(title, unit), cells))
    heads: list[Value] = [
        say("Actual to date"),
        say("Target to date"),
        say("Attainment"),
        say("This period"),
        say("Previous period"),
        say("Change"),
    ]
    caption = say(
        "Indicators in {period}; the change is on the previous period",
        period=page.when(str(last["period"].iloc[0])),
    )
    return Table(caption, say("Indicator"), heads, rows, ACTUAL)


def quantity(value: float | None) -> Number:
    """Counts and amounts as whole numbers, small figures with three decimals."""
    small = value is not None and value == value and abs(value) < 10 and value != round(value)
    return Number(value, 3 if small else 0)


def _share(value: float | None) -> Number:
    return Number(value, 1, share=True)


def points_of_shares(difference: float) -> Number | Value:
    """The difference of two shares, in percentage points."""
    if difference != difference:
        return Number(None)
    return say("{number} pp", number=Figure(100 * difference, 1, signed=True))


def _change(now: float, then: float) -> float | None:
    """The relative change, where the earlier figure is above zero."""
    return now / then - 1 if then == then and then > 0 and now == now else None


def with_unit(title: Value, unit: Value) -> Value:
    """What a figure is called, and in which unit it is."""
    return say("{what} ({unit})", what=title, unit=unit)
