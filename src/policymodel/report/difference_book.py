"""The difference of two schemes as a document: by clause, and what it does to the worked examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from policymodel.history.facts import NO_CODES, Codes
from policymodel.history.measures import Measure
from policymodel.report.display import Article, Mark
from policymodel.report.rule_book import (
    CASES,
    EVERY,
    Opening,
    Thing,
    caption_of,
    common_words,
    illustrative_words,
    result_of,
    story,
    table_of,
    together,
)
from policymodel.report.worked import Example, compared_examples
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.scheme import Scheme
from policymodel.tables import Number, Row, Table
from policymodel.words.clauses.book import Chapter, Clause, shared_out
from policymodel.words.clauses.plan import Plan, code_words
from policymodel.words.clauses.said import Grid
from policymodel.words.cover import Answer, Cover
from policymodel.words.differences import Difference, differences
from policymodel.words.numbers import AmountUnit, Count
from policymodel.words.sentences import Passage, Sentence, Text, Value, say, say_many

HOW: Mapping[str, Sentence] = {
    "changed": say("{title}"),
    "added": say("{title}: new"),
    "removed": say("{title}: no longer there"),
}


def difference_book(
    before: Scheme,
    after: Scheme,
    measures: Mapping[str, Measure],
    languages: tuple[str, ...],
    because: Mapping[str, str] | None = None,
    codes: Codes = NO_CODES,
) -> list[Thing]:
    """The whole document; `because` is the reason for all changes together, where a change file gives one."""
    old, new = (Plan(each, measures, codes=code_words(codes)) for each in (before, after))
    found = differences(old, new)
    pairs = compared_examples(before, after, measures)
    things: list[Thing] = [_cover(old, new, list(found.clauses), pairs, languages, because)]
    for chapter in dict.fromkeys(str(each.chapter.message) for each in found.clauses):  # type: ignore[union-attr]
        here = [each for each in found.clauses if each.chapter.message == chapter]  # type: ignore[union-attr]
        things.append(say("## {heading}", heading=here[0].chapter))
        for how in ("added", "removed"):
            here, common = _in_common(here, how)
            things += common
        things += [_article(each) for each in here]
    if found.others:
        things.append(say("## {heading}", heading=say("Other settings")))
        things.append(Article("", "", "", tuple(("", each) for each in found.others)))
    things.append(say("## {heading}", heading=say("What it does to the worked examples")))
    things += _effects(old, new, pairs)
    return things


def _cover(
    old: Plan,
    new: Plan,
    found: list[Difference],
    pairs: list[tuple[Example, Example]],
    languages: tuple[str, ...],
    because: Mapping[str, str] | None,
) -> Cover:
    answers = [Answer(say("In short"), Passage(tuple(_counted(found))))]
    if because:
        answers.append(Answer(say("Reason"), Opening(Text(dict(because)))))
    for pair in pairs[:2]:
        answers.append(
            Answer(say("Person {person}", person=pair[0].person), Passage(tuple(_totals(new, *pair))))
        )
    return Cover(
        scope=say("What changes in the rule book"),
        place=Text(dict(new.scheme.title.languages)),
        title=say("{before} → {after}", before=old.scheme.id, after=new.scheme.id),
        question=say(
            "How “{after}” differs from “{before}”, clause by clause, with the reasons.",
            after=Text(dict(new.scheme.title.languages)),
            before=Text(dict(old.scheme.title.languages)),
        ),
        period=EVERY[new.scheme.every],
        answers=answers,
        notes=(),
        tiles=(),
        replay="",
        illustrative=illustrative_words(old.scheme, new.scheme),
        languages=languages,
    )


def _counted(found: list[Difference]) -> Iterator[Value]:
    """How many clauses change, are new, are no longer there."""
    if not found:
        yield say("No clause differs.")
    if changed := sum(each.how == "changed" for each in found):
        yield say_many("{count} clause changes.", "{count} clauses change.", changed, count=Count(changed))
    if added := sum(each.how == "added" for each in found):
        yield say_many("{count} clause is new.", "{count} clauses are new.", added, count=Count(added))
    if removed := sum(each.how == "removed" for each in found):
        yield say_many(
            "{count} clause is no longer there.",
            "{count} clauses are no longer there.",
            removed,
            count=Count(removed),
        )


def _in_common(found: list[Difference], how: str) -> tuple[list[Difference], list[Article]]:
    """The differences with what new clauses (or those no longer there) have in common taken together."""
    chapter = shared_out(Chapter(0, "", tuple(each.clause for each in found if each.how == how)))
    clauses = {each.id: each for each in chapter.clauses}
    laid_out = [replace(each, clause=clauses[each.clause.id]) if each.how == how else each for each in found]
    return laid_out, [Article("", "", "", (common_words(each),)) for each in chapter.common]


def _article(difference: Difference) -> Article:
    clause = difference.clause
    paragraphs: list[tuple[Mark, Value]] = []
    after: tuple[tuple[Mark, Value], ...]
    if difference.how == "changed":
        for each in difference.replaced:
            if each.was is not None:
                paragraphs.append(("was", Opening(each.was.words)))
            if each.now is not None:
                paragraphs.append(("now", Opening(each.now.words)))
            paragraphs += [("because", Opening(reason)) for reason in each.because]
        told = {reason for each in difference.replaced for reason in map(repr, each.because)}
        after = tuple(("because", Opening(each)) for each in difference.because if repr(each) not in told)
        tables = tuple(_both(was, now, clause) for was, now in difference.grids)
    else:
        mark: Mark = "now" if difference.how == "added" else "was"
        if clause.said:
            paragraphs.append((mark, together(clause.said)))
        paragraphs += [common_words(each) for each in clause.common]
        after = tuple(("because", Opening(each)) for each in difference.because)
        tables = tuple(
            table_of(grid, clause) for pair in difference.grids for grid in pair if grid is not None
        )
    title = say(HOW[difference.how].message, title=clause.title)
    return Article(clause.number, title, clause.source, tuple(paragraphs), tables, after)


def _both(was: Grid | None, now: Grid | None, clause: Clause) -> Table:
    """A table with what stood in each cell and what stands there now; of another shape, the one before the other."""
    if was is None or now is None:
        one = now or was
        assert one is not None
        return table_of(one, clause)
    same = was.heads == now.heads and [row[0] for row in was.rows] == [row[0] for row in now.rows]
    if same:
        rows = [
            Row(old[0], [_arrow(a, b) for a, b in zip(old[1:], new[1:], strict=True)])
            for old, new in zip(was.rows, now.rows, strict=True)
        ]
        return Table(caption_of(now, clause), now.corner, now.heads, rows, basis="")
    rows = [Row(say("Current"), role="heading"), *(Row(row[0], row[1:]) for row in was.rows)]
    rows += [Row(say("New"), role="heading"), *(Row(row[0], row[1:]) for row in now.rows)]
    heads = now.heads if len(now.heads) >= len(was.heads) else was.heads
    return Table(caption_of(now, clause), now.corner, heads, rows, basis="")


def _arrow(before: Value, after: Value) -> Value:
    return after if before == after else say("{before} → {after}", before=before, after=after)


def _effects(old: Plan, new: Plan, pairs: list[tuple[Example, Example]]) -> Iterator[Thing]:
    if not pairs:
        yield say(
            "The two cannot be worked out over the same people and periods, so that there is no example of the effect."
        )
        return
    yield say("The same invented people, worked out by the same program under both.")
    for place, (first, second) in enumerate(pairs, start=1):
        title = say("Example {number}: {case}", number=Count(place), case=CASES[first.which])
        told = Passage((*story(old, first), *_totals(new, first, second)))
        yield Article("", title, "", (("", told),), (_effect(old, new, first, second, place),))


def _totals(plan: Plan, first: Example, second: Example) -> Iterator[Value]:
    """What becomes of the score and of the pay."""
    currency = plan.scheme.pay.currency if plan.scheme.pay is not None else ""
    for name, moves, stays, unknown in (
        (
            SCORE,
            say("The score goes from {before} to {after}."),
            say("The score stays at {after}."),
            say("No score can be given."),
        ),
        (
            PAY,
            say("The pay goes from {before} to {after} {currency}."),
            say("The pay stays at {after} {currency}."),
            say("The pay cannot be worked out."),
        ),
    ):
        if name not in first.lines or name not in second.lines:
            continue
        steps = first.lines[name], second.lines[name]
        figures = [result_of(plan, name, each) for each in steps]
        money: dict[str, Value] = {"currency": AmountUnit(0, currency)} if name == PAY else {}
        if any(each.number != each.number for each in steps):
            both = all(each.number != each.number for each in steps)
            values: dict[str, Value] = {"before": figures[0], "after": figures[1], **money}
            yield unknown if both else say(moves.message, **values)
        elif steps[0].number == steps[1].number:
            yield say(stays.message, after=figures[1], **money)
        else:
            yield say(moves.message, before=figures[0], after=figures[1], **money)


def _effect(old: Plan, new: Plan, first: Example, second: Example, place: int) -> Table:
    """The lines whose figure differs, and the totals."""
    rows = []
    for name in dict.fromkeys((*second.lines, *first.lines)):
        steps = first.lines.get(name), second.lines.get(name)
        plan = new if steps[1] is not None else old
        numbers = [None if each is None else each.number for each in steps]
        total = name in (SCORE, PAY)
        same = numbers[0] == numbers[1] or (None not in numbers and all(each != each for each in numbers))
        if same and not total:
            continue
        cells: list[Number | Value] = [
            say("none") if each is None else result_of(plan, name, each) for each in steps
        ]
        change = None if None in numbers else numbers[1] - numbers[0]  # type: ignore[operator]
        cells.append(Number(change, 2, signed=True))
        rows.append(Row(plan.statement(name), cells, "total" if total else "plain"))
    heads: list[Value] = [say("Current"), say("New"), say("New less current")]
    return Table(
        say("Example {number}: lines that differ, and the totals", number=Count(place)),
        say("What is worked out"),
        heads,
        rows,
        basis="",
    )
