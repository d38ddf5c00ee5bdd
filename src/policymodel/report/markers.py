"""Do the markers agree? A section for a region's own HR: reviewers are employees and stand in it one by one (S2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel import charts
from policymodel.charts import Drawing
from policymodel.diagnostics.markers import MarkedItem, Marker, Marking, marking
from policymodel.history.rubric import Rubric
from policymodel.report.display import Trust
from policymodel.report.persons import shown_as
from policymodel.report.session import Session
from policymodel.tables import Number, Row, Table
from policymodel.words import claims
from policymodel.words.page import ACTUAL
from policymodel.words.sentences import Passage, Sentence, Text, Value, say


def agreement(session: Session, key_file: str) -> Iterator[Drawing | Table | Trust | Sentence]:
    """S2 (ours): each reviewer against the others, each duty's agreement, what is missing; a sentence without marks."""
    found = marking(session.history.tables["reviews"], session.periods)
    if not found.marks:
        yield claims.NO_MARKS
        return
    names = shown_as(session, [each.reviewer_id for each in found.markers], key_file)
    yield charts.markers(session.page, found, names, claims.markers(found))
    yield claims.missing_marks(found)
    yield _by_marker(found, names)
    yield _by_item(found, session.history.rubric)
    yield Trust(_trust(found))


def _by_marker(found: Marking, names: Mapping[str, str]) -> Table:
    def row(each: Marker) -> Row:
        one = each.severity
        cells: list[Number | Value] = [Number(each.marks), Number(each.missing), Number(each.mean, 2)]
        if one is None:
            return Row(
                names[each.reviewer_id], [*cells, "–", "–", Number(0, people=True), say("not compared")]
            )
        known = one.low == one.low
        between: Value = (
            say("{low} to {high}", low=Number(one.low, 2, True), high=Number(one.high, 2, True))
            if known
            else "–"
        )
        told = {1: say("higher"), -1: say("lower"), 0: say("as the others")}[each.off]
        verdict = told if known else say("too few people")
        people = Number(one.people, people=True)
        return Row(names[each.reviewer_id], [*cells, Number(one.value, 2, True), between, people, verdict])

    heads: list[Value] = [
        say("Marks"),
        say("Missing"),
        say("Mean mark"),
        say("Difference"),
        say("95% interval"),
        say("People marked by others too"),
        say("Verdict"),
    ]
    caption = say(
        "Reviewers of the year; the difference, in marks, is to those who marked the same duty of the same person"
    )
    rows = [row(each) for each in sorted(found.markers, key=lambda each: names[each.reviewer_id])]
    return Table(caption, say("Reviewer"), heads, rows, ACTUAL)


def _by_item(found: Marking, rubric: Rubric | None) -> Table:
    def title(each: MarkedItem) -> Value:
        known = rubric.items.get(each.item) if rubric is not None else None
        return Text(known.title.by_language()) if known is not None else each.item

    def row(each: MarkedItem) -> Row:
        one = each.agreement
        return Row(
            title(each),
            [
                Number(each.marks),
                Number(each.missing),
                Number(each.twice),
                Number(each.people, people=True),
                Number(one.absolute if one is not None else None, 2),
                Number(one.consistent if one is not None else None, 2),
                Number(each.kappa, 2),
            ],
        )

    heads: list[Value] = [
        say("Marks"),
        say("Missing"),
        say("Marked twice"),
        say("People"),
        say("Agreement of two marks, ICC(2,1)"),
        say("Severity taken out, ICC(3,1)"),
        say("Weighted kappa"),
    ]
    caption = say("Agreement by duty: 1 is full agreement, 0 is none; a dash: too few were marked twice")
    return Table(caption, say("Duty"), heads, [row(each) for each in found.items], ACTUAL)


def _trust(found: Marking) -> Passage:
    compared = [each.severity for each in found.markers if each.severity is not None]
    said: list[Value] = [
        say(
            "The difference is adjusted for whom each reviewer marked (mark = duty of a person in a period + "
            "reviewer, least squares); only what two reviewers marked tells anything."
        ),
        say("Of twenty reviewers who mark alike one would fall outside a 95% interval by chance alone."),
        say(
            "ICC(2,1) and ICC(3,1) are those of Shrout and Fleiss, from variances fitted to marks with gaps; kappa has "
            "quadratic weights, each pair taken both ways round."
        ),
    ]
    if any(each.others == 1 for each in compared):
        said.insert(
            1,
            say(
                "Where only two reviewers can be compared, it cannot be told which of the two is off the common "
                "measure."
            ),
        )
    return Passage(tuple(said))
