"""What a plan leaves open: silences a reader should know of, each found in the record and none guessed."""

from __future__ import annotations

from collections.abc import Iterator

from policymodel.scheme.kinds.card import Assumed
from policymodel.words.clauses.plan import ILLUSTRATIVE, Plan
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Sentence, Value, say, say_many


def left_open(plan: Plan) -> Iterator[tuple[Sentence, tuple[Value, ...]]]:
    """Each thing left open: what it is about, and sentences on it."""
    scheme = plan.scheme
    count = sum(each.source == ILLUSTRATIVE for each in scheme.numbers())
    if count:
        yield (
            say("Numbers to be decided"),
            (
                say_many(
                    "{count} number is marked *: the published source does not print it, and the bank has to decide "
                    "it.",
                    "{count} numbers are marked *: the published source does not print them, and the bank has to "
                    "decide them.",
                    count,
                    count=Count(count),
                ),
            ),
        )
    assumed = tuple(plan.line(line.id) for line in scheme.lines.values() if isinstance(line, Assumed))
    if assumed:
        lines = assumed[0] if len(assumed) == 1 else Listing(assumed)
        yield (
            say("Points that are assumed"),
            (say("The same for everybody, in place of a record: {lines}.", lines=lines),),
        )
    waits = tuple(
        plan.line(line.id) for line in scheme.lines.values() if getattr(line, "missing", "") == "refuse"
    )
    if waits:
        yield (
            say("Figures that are not known"),
            (
                say_many(
                    "{count} line waits for a figure that is not known; the plan does not say by when it must be "
                    "supplied.",
                    "{count} lines wait for a figure that is not known; the plan does not say by when it must be "
                    "supplied.",
                    len(waits),
                    count=Count(len(waits)),
                ),
            ),
        )
    yield (
        say("What no clause settles"),
        (
            say(
                "When the result is handed over and paid, who may object to it and how, and what becomes of it when "
                "somebody leaves, are not part of this plan unless a clause says so."
            ),
        ),
    )
