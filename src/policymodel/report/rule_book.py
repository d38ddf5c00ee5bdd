"""A scheme as a rule book: clauses in the order of the file, worked examples, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from policymodel import charts
from policymodel.explanation import Step
from policymodel.history.facts import NO_CODES, Codes
from policymodel.history.measures import Measure
from policymodel.history.rubric import Item
from policymodel.report.display import Article, Mark
from policymodel.report.worked import Example, worked_examples
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.scheme import Scheme
from policymodel.tables import Row, Table
from policymodel.words import claims
from policymodel.words.clauses.book import Chapter, Clause, InCommon, chapters, numbers_said, shared_out
from policymodel.words.clauses.gaps import left_open
from policymodel.words.clauses.plan import ILLUSTRATIVE, Day, Plan, code_words
from policymodel.words.clauses.said import Grid, Said
from policymodel.words.cover import Answer, Cover
from policymodel.words.formula import Formula, Plain
from policymodel.words.numbers import AmountUnit, Count, Figure, Span
from policymodel.words.sentences import Listing, Passage, Sentence, Text, Value, render, say, say_many

Thing: TypeAlias = Cover | Article | Table | charts.Drawing | Value
EVERY: Mapping[str, Sentence] = {
    "month": say("Applied every month"),
    "quarter": say("Applied every quarter"),
    "year": say("Applied every year"),
}
CASES: Mapping[str, Sentence] = {
    "ordinary": say("an ordinary case"),
    "bound": say("a limit holds"),
    "above": say("far above what is asked"),
    "missing": say("a figure is not known"),
    "low": say("a very low figure"),
    "joiner": say("somebody joins"),
}


@dataclass(frozen=True)
class Opening:
    """A sentence that begins with a capital letter where the language has them, whatever its first value is."""

    words: Value

    def render(self, language: str) -> str:
        """The sentence in this language."""
        text = render(self.words, language)
        return text[:1].upper() + text[1:] if language == "en" else text


def rule_book(
    scheme: Scheme,
    measures: Mapping[str, Measure],
    languages: tuple[str, ...],
    codes: Codes = NO_CODES,
    marks: Mapping[str, Item] | None = None,
) -> list[Thing]:
    """The whole document, ready to be shown in each language.

    `codes` are what a mapping calls its codes, `marks` the items of a rubric whose marks measures hold (S2).
    """
    plan = Plan(scheme, measures, codes=code_words(codes))
    examples = worked_examples(scheme, measures)
    book = [shared_out(each) for each in chapters(plan, first=1)]
    things: list[Thing] = [_cover(plan, languages)]
    for chapter in book:
        things.append(_heading(chapter.number, chapter.heading))
        things += _articles(chapter, scheme, marks or {})
        if any(clause.id == "map" for clause in chapter.clauses):
            things.append(charts.strategy(scheme, claims.strategy(scheme), claims.arrows(scheme), languages))
    things.append(_heading(len(book) + 1, say("Worked examples")))
    things += example_things(plan, examples, len(book) + 1)
    things.append(_heading(len(book) + 2, say("What the plan leaves open")))
    things += [
        Article(f"{len(book) + 2}.{place}", title, "", tuple(("", each) for each in said))
        for place, (title, said) in enumerate(left_open(plan), start=1)
    ]
    return things


def _heading(number: int, words: Value) -> Sentence:
    return say("## {number} {heading}", number=str(number), heading=words)


def _cover(plan: Plan, languages: tuple[str, ...]) -> Cover:
    scheme = plan.scheme
    answers = [
        Answer(
            say("For whom"),
            say("Account managers, for every {period} in which they are employed.", period=plan.period),
        )
    ]
    if scheme.card is not None:
        count = sum(line.kind != "group" for line, _ in scheme.card.walk())
        said = say_many(
            "The score, from {count} line of the scorecard.",
            "The score, from {count} lines of the scorecard.",
            count,
            count=Count(count),
        )
        answers.append(Answer(say("What is judged"), said))
    if scheme.pay is not None:
        items = tuple(plan.line(item.id) for item in scheme.pay.items)
        said = say(
            "{items}, in {currency}.",
            items=items[0] if len(items) == 1 else Listing(items),
            currency=AmountUnit(0, scheme.pay.currency),
        )
        answers.append(Answer(say("What is paid"), said))
    answers.append(
        Answer(
            say("Sources"),
            say(
                "After each title stands the clause of {source} that it follows; after a number, only where it is "
                "another one.",
                source=scheme.source,
            ),
        )
    )
    return Cover(
        scope=say("Rule book"),
        place=Text(dict(scheme.title.languages)),
        title=scheme.id,
        question=say("How account managers are judged and paid, clause by clause, with worked examples."),
        period=EVERY[scheme.every],
        answers=answers,
        notes=(),
        tiles=(),
        replay="",
        illustrative=illustrative_words(scheme),
        languages=languages,
    )


def illustrative_words(*schemes: Scheme) -> Value:
    """What the mark behind a number means, where one stands."""
    if any(each.source == ILLUSTRATIVE for scheme in schemes for each in scheme.numbers()):
        return say("Numbers marked * are illustrative: the published source does not print them.")
    return ""


def _articles(chapter: Chapter, scheme: Scheme, marks: Mapping[str, Item]) -> Iterator[Article]:
    for common in chapter.common:
        yield Article(f"{chapter.number}", "", "", (common_words(common),))
    for clause in chapter.clauses:
        told, item = article(clause), marks.get(getattr(scheme.lines.get(clause.id), "measure", ""))
        tables = told.tables if item is None else (*told.tables, marks_table(item, clause.number))
        yield replace(told, tables=tables)


def marks_table(item: Item, number: str) -> Table:
    """S2: what each mark of an item means, the highest first."""
    words = sorted(((int(mark), each) for mark, each in item.marks.items()), reverse=True)
    rows = [Row(Count(mark), [Text(each.by_language())]) for mark, each in words]
    caption = say("Table {number}: what each mark means", number=number)
    return Table(caption, say("Mark"), [say("What it means")], rows, basis="")


def article(clause: Clause) -> Article:
    """A clause as it is shown."""
    paragraphs: list[tuple[Mark, Value]] = []
    if clause.said:
        paragraphs.append(("", together(clause.said)))
    paragraphs += [common_words(each) for each in clause.common]
    return Article(
        clause.number,
        clause.title,
        clause.source,
        tuple(paragraphs),
        tuple(table_of(each, clause) for each in clause.grids),
    )


def common_words(common: InCommon) -> tuple[Mark, Value]:
    """What clauses have in common, with their numbers before it."""
    head = say("For {numbers}, unless they say otherwise:", numbers=numbers_said(common.numbers))
    return "common", Passage((head, *(Opening(each.words) for each in common.said)))


def together(said: tuple[Said, ...]) -> Passage:
    """Sentences as one paragraph."""
    return Passage(tuple(Opening(each.words) for each in said))


def caption_of(grid: Grid, clause: Clause) -> Sentence:
    """What a table is called: by the clause it stands in."""
    return say("Table {number}: {caption}", number=clause.number, caption=grid.caption)


def table_of(grid: Grid, clause: Clause) -> Table:
    """A table of a clause."""
    rows = [Row(head, cells) for head, *cells in grid.rows]
    return Table(caption_of(grid, clause), grid.corner, grid.heads, rows, basis="")


def example_things(plan: Plan, examples: list[Example], chapter: int) -> Iterator[Thing]:
    """What the document says of its worked examples."""
    if not examples:
        yield Article(
            f"{chapter}.1",
            say("No example"),
            "",
            (("", say("No invented history could be made for this plan.")),),
        )
        return
    yield say(
        "The people are invented. Their figures are worked out by the same program that works out everybody's, and "
        "read from it step by step."
    )
    for place, example in enumerate(examples, start=1):
        title = say("Example {number}: {case}", number=Count(place), case=CASES[example.which])
        tables = [] if example.which == "missing" else [_facts(plan, example, place)]
        yield Article(
            f"{chapter}.{place}",
            title,
            "",
            (("", Passage(tuple(story(plan, example)))), ("", outcome(plan, example))),
            (*tables, steps(plan, example, place)),
        )


def story(plan: Plan, example: Example) -> Iterator[Value]:
    """Who it is and what is special about them."""
    period = Span(example.period.label)
    yield say("Person {person} in {period}.", person=example.person, period=period)
    if example.which == "bound":
        held = tuple(plan.line(name) for name in example.bounds())
        yield say(
            "So much is achieved that a limit holds: {lines}.",
            lines=held[0] if len(held) == 1 else Listing(held),
        )
    elif example.which == "above":
        yield say("Much more is achieved than is asked for.")
    elif example.which == "missing":
        yield say(
            "Everything is as in the first example, but this is not known: {what}.",
            what=plan.measure(example.without),
        )
    elif example.which == "low":
        yield say(
            "Everything is as in the first example, but one figure is very low: {what}.",
            what=plan.measure(example.low),
        )
    elif example.which == "joiner":
        yield say(
            "Everything is as in the first example, but the person joins on {day}.", day=Day(example.joined)
        )


def outcome(plan: Plan, example: Example) -> Value:
    """What comes out in the end."""
    told: list[Value] = []
    for name, known, unknown in (
        (SCORE, say("The score is {number}."), say("No score can be given.")),
        (PAY, say("The pay is {number} {currency}."), say("The pay cannot be worked out.")),
    ):
        if name in example.lines:
            step = example.lines[name]
            values: dict[str, Value] = {"number": result_of(plan, name, step)}
            if name == PAY and plan.scheme.pay is not None:
                values["currency"] = AmountUnit(0, plan.scheme.pay.currency)
            told.append(say(known.message, **values) if step.number == step.number else unknown)
    return Passage(tuple(told)) if told else say("The last column says what each line gives.")


def _facts(plan: Plan, example: Example, place: int) -> Table:
    """The person's figures, each with its target where it has one."""
    targets = {
        column.name.removeprefix("target:"): step
        for column, step in example.facts.items()
        if column.name.startswith("target:") and column.window == "target_to_date"
    }
    rows = []
    for column, step in example.facts.items():
        if column.window == "target_to_date" and column.name.startswith("target:"):
            continue
        asked = targets.get(column.name) if column.window == "target_to_date" else None
        cells: list[Value] = [Plain(step.number, step.status)]
        if targets:
            cells.append("" if asked is None else Plain(asked.number, asked.status))
        rows.append(Row(Opening(plan.fact(column)), cells))
    heads: list[Value] = [say("Figure"), say("Target to date")] if targets else [say("Figure")]
    return Table(
        say("Example {number}: what is known of the person", number=Count(place)),
        say("Fact"),
        heads,
        rows,
        basis="",
    )


def result_of(plan: Plan, name: str, step: Step) -> Value:
    """What a line gave; what is paid, and a score, with as many decimals as it is rounded to."""
    paid, card = plan.scheme.pay, plan.scheme.card
    if name == SCORE and card is not None and not card.rescaled and step.number == step.number:
        return Figure(step.number, max(card.rounding.digits, 0))
    items = {PAY, *(item.id for item in paid.items)} if paid is not None else set()
    if paid is not None and name.partition(".")[0] in items and step.number == step.number:
        return Figure(step.number, max(paid.rounding.digits, 0))
    return Plain(step.number, step.status)


def steps(plan: Plan, example: Example, place: int) -> Table:
    """Every line with its arithmetic and its result."""
    card = plan.scheme.card
    depths = card.depths() if card is not None else {}
    rows = [
        Row(
            plan.statement(name),
            [Formula(step, example.whole), result_of(plan, name, step)],
            "total" if name in (SCORE, PAY) else "plain",
            depth=depths.get(name, 0),
        )
        for name, step in example.lines.items()
    ]
    heads: list[Value] = [say("How it is worked out"), say("Result")]
    return Table(
        say("Example {number}: how it is worked out, line by line", number=Count(place)),
        say("What is worked out"),
        heads,
        rows,
        basis="",
    )
