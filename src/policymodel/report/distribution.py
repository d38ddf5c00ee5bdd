"""What a works council asks of a pay scheme: its rules, how pay is spread, who gains and loses how much, which data."""

from __future__ import annotations

from collections.abc import Iterator

from policymodel.populations import Schemes
from policymodel.report.rule_book import common_words, together
from policymodel.report.wording import Plans
from policymodel.scheme.scheme import Scheme
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words.clauses import Grid, Plan
from policymodel.words.clauses.book import chapters, shared_out
from policymodel.words.numbers import MINOR_UNITS, Figure
from policymodel.words.page import Page
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import Listing, Passage, Series, Value, say

MEASURES = ("measure", "event", "top", "bottom")
"""Settings of a line that name what is counted."""


def rules(page: Page, schemes: Schemes, plans: Plans) -> Table:
    """Every clause of every design on points or pay, with its source, in the words of the rule book.

    Measures and objectives that are figures of the scheme stand before the part that they are read by, the card where
    there is one, and which objective is held to bring about which after it. Further plans stand at the end, each once.
    """
    rows: list[Row] = []
    for design, both in schemes.items():
        for part, scheme in zip(("card", "pay"), both, strict=True):
            if scheme is not None:
                head = say("{design}: {part}", design=page.designs[design], part=setting_words(part))
                rows += [Row(head, role="heading"), *_rules(page, scheme, part)]
    for plan, each in plans.items():
        for part, owners in _each_once(each):
            designs = Listing(tuple(page.designs[design] for design, _ in owners))
            head = say("{plan}: {part}", plan=page.plans[plan], part=setting_words(part))
            if len(owners) < len(each):
                head = say(
                    "{plan}, {design}: {part}",
                    plan=page.plans[plan],
                    design=designs,
                    part=setting_words(part),
                )
            rows += [Row(head, role="heading"), *_rules(page, owners[0][1], part)]
    caption = say("The rules of every design; how they differ is said further on")
    return Table(caption, say("Line"), [say("Clause"), say("What it says")], rows, "", prose=True)


def _each_once(schemes: Schemes) -> Iterator[tuple[str, list[tuple[str, Scheme]]]]:
    """Each card and each pay scheme of a plan once, with the designs that have it."""
    for at, part in enumerate(("card", "pay")):
        same: dict[str, list[tuple[str, Scheme]]] = {}
        for design, both in schemes.items():
            scheme = both[at]
            if scheme is not None:
                same.setdefault(scheme.digest, []).append((design, scheme))
        yield from ((part, owners) for owners in same.values())


def _rules(page: Page, scheme: Scheme, part: str) -> Iterator[Row]:
    """A row for each clause of the card, or of pay, and of what belongs to it."""
    plan = Plan(scheme, {}, lambda code: _called(page, code), page.names)
    wanted = {"card": scheme.card is not None, "pay": scheme.pay is not None}
    last = {part} | ({"map"} if part == "card" else set())
    if scheme.figures and (part == "card" or scheme.card is None):
        last.add(scheme.figures[-1].id)
    mine = [each for each in chapters(plan) if each.clauses[-1].id in last] if wanted[part] else []
    for chapter in mine:
        if len(mine) > 1:
            yield Row(chapter.heading, role="heading")
        told = shared_out(chapter)
        for common in told.common:
            yield Row(say("In common"), ["", common_words(common)[1]])
        for clause in told.clauses:
            said: list[Value] = [together(clause.said)] if clause.said else []
            said += [common_words(each)[1] for each in clause.common]
            said += [_in_one_line(grid) for grid in clause.grids]
            title = say("{number} {title}", number=clause.number, title=clause.title)
            yield Row(title, [clause.source, Passage(tuple(said))], depth=clause.depth)


def _called(page: Page, code: str) -> Value:
    """What a measure, an event or an income line is called."""
    known = page.name("measure", code)
    return known if known != code else page.name("income", code)


def _in_one_line(grid: Grid) -> Value:
    """A table as a series of its rows."""
    rows = tuple(say("{head}: {cells}", head=head, cells=Listing(tuple(cells))) for head, *cells in grid.rows)
    return say("{caption}: {rows}.", caption=grid.caption, rows=Series(rows))


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


def data_used(page: Page, schemes: Schemes, plans: Plans) -> list[Value]:
    """Which figures about people the designs read, and what becomes of them."""
    read = dict.fromkeys(_measures(schemes))
    said: list[Value] = [
        say("Read for every manager: {what}.", what=page.name(kind, code)) for kind, code in read
    ]
    if plans:
        said = [
            say("Read for every manager who is under no other plan: {what}.", what=page.name(kind, code))
            for kind, code in read
        ]
    for plan, each in plans.items():
        said += [
            say(
                "Read for managers under “{plan}”: {what}.", plan=page.plans[plan], what=page.name(kind, code)
            )
            for kind, code in dict.fromkeys(_measures(each))
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
