"""The foldable end of a page: the method in sentences, every number of the designs, what was found in the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from policymodel.tables import NOTHING, Number, Row, Table
from policymodel.words.gaps import RULE_WORDS, TABLE_WORDS
from policymodel.words.numbers import Count
from policymodel.words.page import Page, small_change
from policymodel.words.scheme import line_words, setting_words, value_words
from policymodel.words.sentences import Value, say
from policymodel.words.trust import FATES

ILLUSTRATIVE = say("illustrative")


def method(page: Page) -> list[Value]:
    """How the figures came about, one sentence a step."""
    return list(_method(page))


def _method(page: Page) -> Iterator[Value]:
    yield say(
        "History is checked row by row. A row that breaks a rule is put aside and counted below; no figure is repaired "
        "or guessed."
    )
    if page.scored:
        yield say("Each design's card scores everybody's real figures of {period} again.", period=page.span())
    if page.pays:
        yield say(
            "Each design's pay plan pays the same people for the same figures; amounts are rounded where they are "
            "paid, and totals are sums of rounded amounts."
        )
    yield say(
        "People are compared with themselves under “{baseline}”. A change of up to {small} counts as none.",
        baseline=page.designs[page.baseline],
        small=small_change(page),
    )
    yield say("Nobody is assumed to work differently, to leave or to come because of a design.")
    yield say(
        "Intervals come from resampling people with seed {seed}; they say what another draw of such people could show, "
        "not what next year brings.",
        seed=str(page.seed),
    )
    yield say(
        "No figure about fewer than {count} people is shown, nor one that would reveal such a figure by subtraction "
        "within a page or across the pages of a run.",
        count=Count(page.limits.smallest_cell),
    )


def parameters(page: Page) -> Table:
    """Every number of the designs side by side, and where it comes from."""
    order = (page.baseline, *page.others)
    found: dict[tuple[str, str, int], dict[str, Mapping[str, Any]]] = {}
    for design in order:
        seen: Counter[tuple[str, str]] = Counter()
        rows = page.parameters.get(design)
        for row in rows.to_dict("records") if rows is not None else ():
            place = (str(row["part"]), str(row["at"]))
            # One place may hold several numbers in a row, the points of a curve.
            found.setdefault((*place, seen[place]), {})[design] = row
            seen[place] += 1
    if not found:
        return NOTHING
    parts = dict.fromkeys(part for part, _, _ in found)
    rows = []
    for part in parts:
        # A pay scheme that pays by score holds a card too.
        rows += [Row(_part_words(page, part), role="heading")] if len(parts) > 1 else []
        rows += [_number(by_design, order) for (its, _, _), by_design in found.items() if its == part]
    heads: list[Value] = [*(page.designs[each] for each in order), say("Source")]
    return Table(say("Every number of the designs, and where it is printed"), say("Number"), heads, rows, "")


def _part_words(page: Page, part: str) -> Value:
    """The card or pay, and whose it is where it is that of another plan."""
    *of, its = part.split(".")
    if not of:
        return setting_words(its)
    return say("{plan}: {part}", plan=page.plans[of[-1]], part=setting_words(its))


def _number(by_design: Mapping[str, Mapping[str, Any]], order: tuple[str, ...]) -> Row:
    """One number under each design that has it, and its source under the last of these."""
    first, last = next(iter(by_design.values())), next(reversed(list(by_design.values())))
    setting, kind = str(first["setting"]), str(first["kind"])
    name = say("{line}: {setting}", line=line_words(first), setting=setting_words(setting))
    values = [
        value_words(setting, by_design[each]["value"], kind) if each in by_design else "–" for each in order
    ]
    source = str(last["source"] or "")
    return Row(name, (*values, ILLUSTRATIVE if source == "illustrative" else source))


def findings(page: Page) -> Table:
    """What was found in the rows of history, by table and rule."""
    rows = [
        Row(
            TABLE_WORDS.get(gap.table, gap.table),
            (RULE_WORDS.get(gap.rule, gap.rule), FATES[gap.severity], Number(gap.rows)),
        )
        for gap in page.limits.gaps
    ]
    heads: list[Value] = [say("What was found"), say("What happened to them"), say("Rows")]
    return Table(say("Findings in the rows of history"), say("Table"), heads, rows, "") if rows else NOTHING
