"""The words of an audit workbook: sheets, steps, and what its cover and its list of differences say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policymodel.history.measures import Status
from policymodel.scheme.algebra import Column, Node, Round
from policymodel.words.explanation import WHAT, fact_words
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Sentence, Series, Text, Value, say, say_many

SHEETS: Mapping[str, Sentence] = {
    "cover": say("Cover"),
    "differences": say("Differences"),
    "numbers": say("Numbers"),
    "tables": say("Tables"),
    "periods": say("Periods"),
    "facts": say("Facts"),
    "transactions": say("Transactions"),
    "peers": say("Peers"),
    "teams": say("Teams"),
    "figures": say("Figures"),
    "card": say("Scorecard"),
    "pay": say("Pay scheme"),
}

ROLES: Mapping[str, Sentence] = {
    "key": say("whose row it is"),
    "fact": say("fact"),
    "line": say("line, by formula"),
    "step": say("step, by formula"),
    "help": say("aid, by formula"),
    "engine": say("as the engine has it"),
    "difference": say("formula less engine"),
    "taken": say("taken over from the engine"),
}


STEPS: Mapping[str, Sentence] = {
    "Least": say("the smaller of (a cap)"),
    "Greatest": say("the larger of (a floor)"),
    "Slice": say("the part of the first that lies between the thresholds"),
    "Reached": say("1 if the first compares with the second as asked, 0 if not"),
}
"""What a step is where an explanation would say it with the numbers of one person."""


def step_words(node: Node, names: Mapping[str, Mapping[str, str]]) -> Value:
    """What a fact or a step is; `names` are the titles of the measures."""
    if isinstance(node, Column):
        return Series(fact_words(node, lambda name: _title(name, names)))
    if isinstance(node, Round):
        return say("{step} ({digits} digits)", step=say("rounded"), digits=str(node.rounding.digits))
    name = type(node).__name__
    return STEPS.get(name) or Sentence(WHAT[name])


def _title(name: str, names: Mapping[str, Mapping[str, str]]) -> Value:
    return Text(dict(names[name])) if name in names else name.removeprefix("count:").removeprefix("points:")


@dataclass(frozen=True)
class Facts:
    """What the cover is told: where the figures come from, how many there are, what has no formula."""

    source: str
    file: str
    digest: str
    plan_year: str
    base_year: str
    written: Mapping[str, int]
    taken: Sequence[Value]
    sheets: Sequence[Value]
    codes: Mapping[Status, str]
    has_rules: bool = False
    """Whether the scheme has rewards and penalties, which are not in the workbook."""


def cover(facts: Facts) -> Iterator[tuple[Value, list[Value]]]:
    """The cover by its headings: what this is, how to read it, how to try it out, what it does not say."""
    yield say("What this is"), list(_what(facts))
    yield say("How to read it"), list(_reading(facts))
    yield say("How to check by hand"), list(by_hand())
    yield say("Missing figures"), list(_missing(facts))
    yield say("What it does not say"), list(_limits(facts))


def _what(facts: Facts) -> Iterator[Value]:
    counts = facts.written
    yield say(
        "Every line of the scheme for every person and period, worked out by formulas in this workbook; beside each "
        "stands the value of the engine that makes the reports, and the difference."
    )
    yield say(
        "Scheme: {file}, clause {source}. Plan year {plan}, base year {base}. State of the scheme (sha256): {digest}.",
        file=facts.file,
        source=facts.source,
        plan=facts.plan_year,
        base=facts.base_year,
        digest=facts.digest,
    )
    yield say(
        "{people} people, {periods} periods, {formulas} cells with a formula, {compared} values compared with "
        "the engine.",
        **{name: Count(counts[name]) for name in ("people", "periods", "formulas", "compared")},
    )
    yield say(
        "The file holds no results: they appear once the program has worked them out. If cells are empty, let the "
        "program edit the file (in Excel: Enable Editing)."
    )


def _reading(facts: Facts) -> Iterator[Value]:
    yield say("Sheets: {sheets}.", sheets=Listing(tuple(facts.sheets)))
    yield say(
        "A row is one person in one period; the same row means the same on every sheet of people. A column is one line "
        "or one step towards it, from left to right; steps can be folded away."
    )
    yield say(
        "Yellow columns are facts of the history, blue ones lines of the scheme, grey ones the engine's values, green "
        "ones the difference. Formulas call the numbers of the scheme by their names."
    )


def by_hand() -> list[Value]:
    """How somebody checks a figure without this program."""
    return [
        say(
            "Choose a line in the list of differences, follow the link, filter one person, and read the formula: each "
            "cell it names is a step to the left, a fact, or a number of the scheme."
        ),
        say(
            "To try another number, type it on the sheet of numbers: every line follows it, and the difference shows "
            "what it moves. Facts can be tried out in the same way."
        ),
    ]


def _missing(facts: Facts) -> Iterator[Value]:
    yield say(
        "{na}: the line does not apply. {unknown}: the history has no figure. {withheld}: the figure did not pass the "
        "checks and was set aside.",
        na=facts.codes[Status.NOT_APPLICABLE],
        unknown=facts.codes[Status.ABSENT],
        withheld=facts.codes[Status.QUARANTINED],
    )
    yield say("None of them counts as zero. Of several the last in this order is passed on.")


def _limits(facts: Facts) -> Iterator[Value]:
    yield say(
        "Facts (sums over months, targets broken down, bases) are as the engine reads them from the history; how each "
        "comes about is told by policymodel explain."
    )
    yield say(
        "A half is rounded as the scheme says; it is recognised within a billionth, because programs store decimals "
        "a hair beside their written value."
    )
    if facts.has_rules:
        yield say(
            "Rewards and penalties are not in it: they change no figure here, and policymodel consequences tells them."
        )
    if facts.taken:
        count = len(facts.taken)
        yield say_many(
            "{count} column has no formula that a spreadsheet can hold and is taken over from the engine: {columns}.",
            "{count} columns have no formula that a spreadsheet can hold and are taken over from the engine: "
            "{columns}.",
            count,
            count=Count(count),
            columns=Listing(tuple(facts.taken)),
        )
    else:
        yield say("Nothing is taken over from the engine: every line and step has its formula.")
    if loose := facts.written["loose_numbers"]:
        yield say_many(
            "{count} number in the tables is worked out from numbers of the scheme and does not follow a change of "
            "them.",
            "{count} numbers in the tables are worked out from numbers of the scheme and do not follow a change of "
            "them.",
            loose,
            count=Count(loose),
        )


def verdict_words() -> tuple[Value, Value, Value]:
    """The heading of the verdict, and what it says where all agree and where not."""
    return (
        say("Result, worked out in this workbook"),
        say("All lines agree with the engine to less than half a cent, and no cell is an error."),
        say("Some lines differ from the engine, or cells are errors: see the list of differences."),
    )


def differences_heads() -> list[Value]:
    """The columns of the list of differences."""
    return [
        say("Line of the scheme"),
        say("Id"),
        say("Sheet"),
        say("Clause"),
        say("Values compared"),
        say("Largest difference"),
        say("How many differ by more than half a cent"),
        say("Cells with an error"),
    ]


def numbers_heads() -> list[Value]:
    """The columns of the list of numbers."""
    return [
        say("Name in formulas"),
        say("Line of the scheme"),
        say("Setting"),
        say("Value"),
        say("Unit"),
        say("From"),
        say("To"),
        say("Clause"),
    ]
