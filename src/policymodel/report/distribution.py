"""What a works council asks of a pay scheme: its rules, how pay is spread, who gains and loses how much, which data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policymodel.report.wording import Schemes
from policymodel.scheme.scheme import Scheme
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words.numbers import MINOR_UNITS, Figure
from policymodel.words.page import Page
from policymodel.words.scheme import numbers_of, setting_words, value_words
from policymodel.words.sentences import Listing, Series, Text, Value, say

MEASURES = ("measure", "event", "top", "bottom")
"""Settings of a line that name what is counted."""


def rules(page: Page, schemes: Schemes) -> Table:
    """Every line of every design that gives points or pay, with its clause, what it counts and its numbers."""
    rows: list[Row] = []
    for design, both in schemes.items():
        for part, scheme in zip(("card", "pay"), both, strict=True):
            if scheme is not None:
                head = say("{design}: {part}", design=page.designs[design], part=setting_words(part))
                rows += [Row(head, role="heading"), *_rules(page, scheme)]
    caption = say("The rules of every design; how they differ is said further on")
    return Table(caption, say("Line"), [say("Clause"), say("What decides")], rows, "")


def _rules(page: Page, scheme: Scheme) -> Iterator[Row]:
    """A row for each line of the card and each item of pay."""
    numbers = numbers_of(scheme).to_dict("records")
    depths = scheme.card.depths() if scheme.card is not None else {}
    lines = [line for line, _ in scheme.card.walk()] if scheme.card is not None else []
    for line in (*lines, *(scheme.pay.items if scheme.pay is not None else ())):
        settings = [
            *_counted(page, line),
            *(
                (str(row["setting"]), value_words(str(row["setting"]), row["value"], line.kind))
                for row in numbers
                if row["at"].startswith(f"{line.id}.")
            ),
        ]
        if missing := getattr(line, "missing", None):
            settings.append(("missing", value_words("missing", missing, line.kind)))
        said = tuple(
            say("{setting}: {value}", setting=setting_words(name), value=value) for name, value in settings
        )
        yield Row(
            Text(dict(line.title.languages)), [str(line.source), Series(said)], depth=depths.get(line.id, 0)
        )


def _counted(page: Page, line: Any) -> Iterator[tuple[str, Value]]:
    """What a line counts."""
    for name in MEASURES:
        if value := getattr(line, name, None):
            yield name, page.name("measure", value)
    if income := getattr(line, "income", None):
        yield "income", Listing(tuple(page.name("income", each) for each in income))


def directions(page: Page) -> Table:
    """How many gain, lose and stay under each design, and what they gain or lose in all and on average, in pay."""
    if not page.pays or not page.has("directions"):
        return NOTHING
    words = {"loses": say("Loses"), "same": say("About the same"), "gains": say("Gains")}
    table, rows = page.table("directions"), []
    for design in page.others:
        rows.append(Row(page.designs[design], role="heading"))
        for each in table[table["design"] == design].to_dict("records"):
            cells: list[Number | Withheld] = [Withheld()] * 3
            if each["shown"]:
                total, count = each["total_change"] / MINOR_UNITS, each["people"]
                mean = Number(total / count if count else None, 0, True)
                cells = [Number(count, people=True), Number(total, 0, True), mean]
            rows.append(Row(words[each["side"]], cells))
    heads: list[Value] = [say("People"), say("Change in all, {unit}", unit=page.currency)]
    heads.append(say("Mean change a person, {unit}", unit=page.currency))
    caption = say("Gains and losses of the year against “{baseline}”", baseline=page.designs[page.baseline])
    return Table(caption, say("Group"), heads, rows)


def spread(page: Page) -> Table:
    """How unequal pay is under each design: the Gini coefficient, and the shares of the lowest and highest paid part.

    For the group it is told region by region: a Gini coefficient of all cannot be made of the regions' own.
    """
    if not page.pays or not page.has("spread"):
        return NOTHING
    table, rows = page.table("spread"), []
    for design in page.designs:
        mine = table[table["design"] == design]
        if page.subject == "group":
            rows.append(Row(page.designs[design], role="heading"))
        for each in mine.to_dict("records"):
            name = page.name("region", each["region"]) if page.subject == "group" else page.designs[design]
            cells: list[Number | Withheld] = [Withheld()] * 4
            if each["shown"]:
                shares = [Number(each[part], 1, share=True) for part in ("lowest_share", "highest_share")]
                cells = [Number(each["gini"], 3), *shares, Number(each["parts"])]
            rows.append(Row(name, cells))
    heads: list[Value] = [
        say("Gini coefficient"),
        say("Share of the lowest paid part"),
        say("Share of the highest paid part"),
        say("Parts"),
    ]
    corner = say("Region") if page.subject == "group" else say("Design")
    return Table(say("How pay of the year is spread"), corner, heads, rows)


def data_used(page: Page, schemes: Schemes) -> list[Value]:
    """Which figures about people the designs read, and what becomes of them."""
    read = dict.fromkeys(_measures(schemes))
    said: list[Value] = [
        say("Read for every manager: {what}.", what=page.name(kind, code)) for kind, code in read
    ]
    return [
        *said,
        say(
            "No figure of this page is about fewer than {count} people. None such can be found by subtraction from all "
            "pages of the run that hold no single person, nor can whoever knows one region's people one by one find "
            "another region's that way.",
            count=Figure(page.limits.smallest_cell, 0),
        ),
        say("Every page is searched for ids and names before it is kept; a page that holds one is not made."),
    ]


def _measures(schemes: Schemes) -> Iterator[tuple[str, str]]:
    for both in schemes.values():
        for scheme in both:
            if scheme is not None and scheme.card is not None:
                for line, _ in scheme.card.walk():
                    for name in MEASURES:
                        value = getattr(line, name, None)
                        if isinstance(value, str):
                            yield "measure", value
            if scheme is not None and scheme.pay is not None:
                for item in scheme.pay.items:
                    yield from (("income", each) for each in getattr(item, "income", ()))
