"""Whom rewards and penalties would touch in a region: the result table, and what a page shows of it (S6.10, S6.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from policymodel import charts
from policymodel.consequences import LastPlaces, Replay, consequences
from policymodel.diagnostics.luck import luck_of
from policymodel.disclosure import apart
from policymodel.draws import Draws
from policymodel.payroll import Payments
from policymodel.populations import PaymentsOfPlans, Schemes
from policymodel.report.display import Trust
from policymodel.report.wording import Plans
from policymodel.scheme.consequences import Penalty, Rule
from policymodel.scoring import Scores
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words import claims
from policymodel.words.claims.consequences import FEW, GROUP, NEARLY_ALL, NULLS, by_luck, unshown
from policymodel.words.clauses.consequences import rule_said
from policymodel.words.clauses.plan import Plan
from policymodel.words.consequences import person_said, rule_title
from policymodel.words.numbers import Count, Money
from policymodel.words.page import Page
from policymodel.words.sentences import Passage, Sentence, Series, Value, passage, render, say


class Computed(Protocol):
    """What the replay is made from: a session, or whatever has its parts."""

    @property
    def scores(self) -> Mapping[str, Scores]:
        """Scores by design."""

    @property
    def payments(self) -> Mapping[str, Payments]:
        """Payments by design."""

    @property
    def draws(self) -> Draws:
        """Chance."""

    @property
    def last_places(self) -> Mapping[str, LastPlaces]:
        """Last places among the group by design."""


def replays(session: Computed) -> dict[str, Replay]:
    """The replay of each design that has rules: those of its pay scheme, else of its card.

    A region sees its own people only: who is among the best of the whole group is known where the last places are, and
    else nobody is.
    """
    found: dict[str, Replay] = {}
    for design in dict.fromkeys([*session.payments, *session.scores]):
        paid = session.payments.get(design)
        # Whoever stands under another plan has that plan's rules, not these.
        own = paid.own if isinstance(paid, PaymentsOfPlans) else paid
        made: list[Payments | Scores | None] = [own, session.scores.get(design)]
        for given in made:
            if given is not None and given.scheme.consequences is not None and given.panel.as_of is None:
                found.setdefault(design, consequences(given, session.last_places.get(design, {})))
    return found


def touched_table(session: Computed, smallest: int, enough: bool) -> pd.DataFrame:
    """One row for each design, rule and step (0: at any), with the true figures and what of them may be shown.

    Columns: design, rule, kind, step, people, times, taken_minor (below zero), then of step 0 what luck alone would do:
    expected, low, high, chance and `null` (scores, events, or "" where it cannot be said); hidden, shown.
    """
    frames = []
    for design, replay in replays(session).items():
        everybody = int(replay.standing.here.any(axis=0).sum())
        held, effects = replay.held(), replay.effects()
        for rule in replay.standing.rules.rules:
            mine = held[(held["rule"] == rule.id) & (held["step"] > 0)]
            taken = int(effects.loc[effects["rule"] == rule.id, "amount_minor"].sum())
            luck = luck_of(replay, rule, session.draws)
            steps = range(len(rule.steps) + 1) if len(rule.steps) > 1 else range(1)
            for step in steps:
                rows = mine if step == 0 else mine[mine["step"] == step]
                people = rows["manager_id"].nunique()
                row: dict[str, object] = {"design": design, "rule": rule.id, "kind": rule.kind, "step": step}
                row |= {"people": people, "times": len(rows), "taken_minor": taken if step == 0 else 0}
                told = luck if step == 0 else None
                row |= {"null": told.null if told else ""}
                row |= {name: getattr(told, name) if told else np.nan for name in LUCK}
                row["hidden"] = _hidden(people, everybody, smallest, rule in replay.unjudged)
                frames.append(row)
    table = pd.DataFrame(frames, columns=COLUMNS)
    if table.empty:
        return table.assign(shown=True)
    # Two designs with nearly the same people would tell who is touched by one of them alone.
    near = table.groupby(["rule", "step"], sort=False)["people"].transform(
        lambda people: apart(people, {0}, smallest)
    )
    shown = (table["hidden"] == "") & near.astype(bool) & enough
    return table.assign(shown=shown)


NO_RULES = say("No design has rewards or penalties.")
FROM_ONE_REGION = say(
    "Who is among the best of the whole group cannot be said from one region: policymodel consequences over "
    "the whole history names them."
)
LUCK = ("expected", "low", "high", "chance")
COLUMNS = [
    *("design", "rule", "kind", "step", "people", "times", "taken_minor", "null"),
    *LUCK,
    "hidden",
]


def _hidden(people: int, everybody: int, smallest: int, group: bool) -> str:
    if group:
        return GROUP
    if people < smallest:
        return FEW
    return NEARLY_ALL if 0 < everybody - people < smallest else ""


def section(page: Page, schemes: Schemes, plans: Plans) -> Iterator[Value | Table | charts.Drawing | Trust]:
    """The section of a page: claims, how many each rule would touch beside what luck alone would, the nulls in words.

    Of a run without rules it says that there are none. The rules of other `plans` are for few people, whom it does not
    count; it says where they stand.
    """
    table = page.table("consequences")
    apart = tuple(_apart(page, plans))
    if table.empty:
        yield NO_RULES if not apart else passage(apart)
        return
    yield picture(page, schemes)
    yield _counts(page, schemes)
    yield Trust(Passage((*_remarks(table), *apart)))


def _apart(page: Page, plans: Plans) -> Iterator[Value]:
    """That a plan has rules of its own, which are not counted here."""
    for plan, theirs in plans.items():
        if any(rules_of(theirs, design) for design in theirs):
            yield say(
                "Managers under “{plan}” have rewards and penalties of their own, which are not counted here: they "
                "stand on the page of the region's own HR and on the managers' sheets.",
                plan=page.plans[plan],
            )


def picture(page: Page, schemes: Schemes) -> charts.Drawing:
    """How many people each rule would touch, beside luck; a sentence where no number of people may be told."""
    titles = {
        design: {rule.id: rule_title(rule) for rule in rules_of(schemes, design)} for design in page.designs
    }
    return charts.consequences(page, titles, claims.consequences(page, titles))


def rules_of(schemes: Schemes, design: str) -> tuple[Rule, ...]:
    """The rules of a design: those of its pay scheme, else of its card."""
    for scheme in reversed(schemes[design]):
        if scheme is not None and scheme.consequences is not None:
            return scheme.consequences.rules
    return ()


def _counts(page: Page, schemes: Schemes) -> Table:
    table, rows = page.table("consequences"), []
    for design in page.designs:
        own = table[table["design"] == design]
        rules = {rule.id: rule for rule in rules_of(schemes, design)}
        if own.empty:
            continue
        rows.append(Row(page.designs[design], role="heading"))
        told = set(own.loc[own["shown"].astype(bool) & (own["step"] == 0), "rule"])
        for each in own.to_dict("records"):
            rule, step = rules[str(each["rule"])], int(each["step"])
            if step and rule.id not in told:
                continue  # of fewer than ten people no step is told
            head: Value = rule_title(rule) if not step else say("step {step}", step=Count(step))
            rows.append(Row(head, _cells(each, page), depth=0 if not step else 1))
    caption = say(
        "People each rule would touch in {period}, and what it would take in the year", period=page.span()
    )
    heads: list[Value] = [say("People"), say("Taken"), say("By luck alone")]
    return Table(caption, say("Rule"), heads, rows) if rows else NOTHING


def _cells(row: Mapping[object, object], page: Page) -> list[Number | Withheld | Value]:
    step = int(str(row["step"]))
    if not row["shown"]:
        return [Withheld(unshown(str(row["hidden"]))), "", ""]
    people = Number(float(str(row["people"])), people=True)
    if step:
        return [people, "", ""]
    taken = float(str(row["taken_minor"]))
    money: Value = Money(int(-taken), page.currency) if taken else "–"
    return [people, money, by_luck(row)]


def _remarks(table: pd.DataFrame) -> Iterator[Value]:
    """The nulls in words, where it cannot be said, and what is not judged here."""
    for null in ("scores", "events"):
        if (table["null"] == null).any():
            yield NULLS[null]
    yield say(
        "Where “cannot be said” stands, so many are rewarded whoever they are, or several events are asked within less "
        "than a year. An interval holds 95 of 100 years of luck."
    )
    if (table["hidden"] == GROUP).any():
        yield FROM_ONE_REGION
    yield say(
        "Figures are what people did under the rules of that year; nobody was warned by these rules, and nobody would "
        "act as before under them."
    )


def by_region(
    page: Page, schemes: Schemes, regions: Sequence[str]
) -> Iterator[Value | Table | charts.Drawing]:
    """The group's page: how many people of each region each rule would touch, as the regions' own pages have it."""
    table = page.table("consequences")
    if table.empty:
        yield NO_RULES
        return
    yield picture(page, schemes)
    table = table[table["step"] == 0]
    rows: list[Row] = []
    for design in page.designs:
        rows += [Row(page.designs[design], role="heading")] if rules_of(schemes, design) else []
        for rule in rules_of(schemes, design):
            mine = table[(table["design"] == design) & (table["rule"] == rule.id)].set_index("region")
            cells: list[Number | Withheld | Value] = []
            for region in regions:
                if region not in mine.index:
                    cells.append("–")
                elif mine.at[region, "shown"]:
                    cells.append(Number(float(mine.at[region, "people"]), people=True))
                else:
                    cells.append(Withheld(unshown(str(mine.at[region, "hidden"]))))
            rows.append(Row(rule_title(rule), cells))
    caption = say("People each rule would touch in {period}, by region", period=page.span())
    yield Table(caption, say("Rule"), [page.name("region", each) for each in regions], rows)


def own(replayed: Mapping[str, Replay], page: Page, person: str, labels: Sequence[str]) -> list[Passage]:
    """What held for one person in some periods and what it took then; designs that say the same are told once.

    [] where nothing did.
    """
    codes = {key: each for key, each in page.names.items() if key[0] == "event"}
    said = {design: person_said(each, person, list(labels), codes) for design, each in replayed.items()}
    if len({tuple(render(each, "en") for each in sentences) for sentences in said.values()}) == 1:
        return [Passage(tuple(sentences)) for sentences in list(said.values())[:1] if sentences]
    return [
        Passage((say("Under “{design}”:", design=page.designs[design]), *sentences))
        for design, sentences in said.items()
        if sentences
    ]


def unjudged(replayed: Mapping[str, Replay], label: str = "") -> Iterator[Sentence]:
    """That rules which rank the whole group are not judged, where a page is made without what the run finds over it.

    Of the period `label` those alone that give places at its end.
    """
    rules = {
        rule.id: rule
        for each in replayed.values()
        for rule in each.unjudged
        if not label or label in each.places_given(rule)
    }
    if rules:
        yield say(
            "Not judged here, because it ranks the whole group and this was made from one region alone: {rules}.",
            rules=Series(tuple(map(rule_title, rules.values()))),
        )


def by_person(
    replayed: Mapping[str, Mapping[str, Replay]], page: Page, names: Mapping[str, str]
) -> Iterator[Table | Sentence]:
    """Every time that a rule would have held for somebody, why and what follows: for a region's own HR alone.

    Everybody is judged by the rules of the plan they stand under: `replayed` has the replays of each. `names` are what
    people are called there, in whose order they stand.
    """
    rows = [
        row
        for design, title in page.designs.items()
        for plan, replays_of in replayed.items()
        if design in replays_of
        for row in _rows_by_person(
            say("{design}: {what}", design=title, what=page.plans[plan]) if plan else title,
            {design: replays_of[design]},
            page,
            names,
        )
    ]
    if rows:
        caption = say("Rewards and penalties by person: why, what follows, and what it takes")
        yield Table(caption, say("Person"), [say("What held and what follows")], rows, prose=True)
    else:
        yield say("No rule for rewards or penalties held for anybody.")
    for each in replayed.values():
        yield from unjudged(each)


def _rows_by_person(
    title: Value, replayed: Mapping[str, Replay], page: Page, names: Mapping[str, str]
) -> Iterator[Row]:
    """A heading, and a row for each person for whom a rule of one design held; nothing where none did."""
    (found,) = replayed.values()
    held = found.held()
    if len(held):
        yield Row(title, role="heading")
    labels = [each.label for each in found.standing.periods]
    for person in sorted(set(held["manager_id"]), key=names.__getitem__):
        yield Row(names[person], own(replayed, page, person, labels))


def in_words(page: Page, schemes: Schemes) -> Table:
    """Every rule of every design in words, for those who speak for the people it touches."""
    rows: list[Row] = []
    said: list[Rule] = []
    for design in page.designs:
        rules = rules_of(schemes, design)
        scheme = next(
            (each for each in reversed(schemes[design]) if each is not None and each.consequences), None
        )
        if scheme is None:
            continue
        plan = Plan(scheme, {}, codes={key: each for key, each in page.names.items() if key[0] == "event"})
        rows.append(Row(page.designs[design], role="heading"))
        for rule in rules:
            if rule in said:
                continue
            said.append(rule)
            told = Passage(tuple(each.words for each in rule_said(rule, plan)))
            kind = say("penalty") if isinstance(rule, Penalty) else say("reward")
            rows.append(Row(rule_title(rule), [kind, told]))
    caption = say(
        "Rewards and penalties, as the schemes say; a rule that another design has too stands once, and a number with "
        "* is not printed in the source"
    )
    return Table(
        caption, say("Rule"), [say("Kind"), say("When it holds and what follows")], rows, "", prose=True
    )
