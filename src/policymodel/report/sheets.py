"""The feedback sheet (績效考核反饋表) of one account manager in one period, on one printed page (S1.3).

A sheet holds what that person reached month by month, what each design gives for it, complaints and findings, reports
and remarks, and nobody else's figures and no group's: what a line was compared with (peers, the outlet, the team) is
left out, and the lines' own numbers stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from policymodel.payroll import Payments
from policymodel.periods import Period, month_label
from policymodel.report import touched
from policymodel.report.display import Fold
from policymodel.report.own_figures import OwnFigure, OwnFigures
from policymodel.report.own_records import Discretion, events, marks, remarks, reports, texts_of
from policymodel.report.own_results import OwnResults, change_words
from policymodel.report.session import Session
from policymodel.tables import Number, Row, Table, with_unit
from policymodel.words import procedure
from policymodel.words.cover import Answer, Cover, Tile, replay
from policymodel.words.editions import READERS
from policymodel.words.numbers import AmountUnit, Count, Figure, Share, Span
from policymodel.words.page import ACTUAL
from policymodel.words.sentences import Listing, Passage, Sentence, Value, passage, say, say_many

MOST_FIGURES = 31
"""Rows of figures that stand on the sheet, as long as the designs read no more; others stand in a fold.

Beside marks with what they mean there is room for what the designs read alone.
"""

Thing = Cover | Table | Fold | Sentence | Passage


@dataclass(frozen=True)
class Feedback:
    """What the sheets of a region and a period are made of, read once for everybody.

    `texts` are the reports and remarks that may stand on them, as `texts_of` gives them.
    """

    session: Session
    period: Period
    discretion: Discretion
    texts: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, session: Session, period: Period, discretion: Discretion) -> Feedback:
        """Of one period alone."""
        return cls(session, period, discretion, texts_of(session.history.tables, (period,), discretion))

    @cached_property
    def figures(self) -> OwnFigures:
        """What everybody reached."""
        first = self.session.run.baseline
        schemes = self.session.schemes
        return OwnFigures(self.session.panel, {first: schemes[first], **schemes}, self.period)

    @cached_property
    def results(self) -> OwnResults:
        """What each design gives everybody."""
        return OwnResults(self.session, self.period)

    def manager(self, person: str) -> int:
        """The person's place in every array."""
        return int(np.flatnonzero(self.session.panel.managers == person)[0])

    def marks(self, person: str) -> list[Table]:
        """One person's marks for duties, each beside what it means."""
        history = self.session.history
        return marks(history.tables["reviews"], person, self.period, history.rubric)

    def own(self, table: str, person: str) -> pd.DataFrame:
        """One person's texts of the period."""
        rows = self.texts[table]
        return rows[((rows["manager_id"] == person) & (rows["period"] == self.period.label)).to_numpy()]


def sheet(feedback: Feedback, person: str) -> Iterator[Thing]:
    """What one manager's sheet holds."""
    lines = list(feedback.results.tables(feedback.manager(person)))
    yield _cover(feedback, person)
    yield say("## What you reached")
    yield from _reached(feedback, person)
    if lines:
        yield say("## What each design gives for it")
        yield from lines
    yield say("## Complaints and findings")
    yield from _events(feedback, person)
    yield from touched.own(feedback.session.replays, feedback.session.page, person, [feedback.period.label])
    yield from touched.unjudged(feedback.session.replays, feedback.period.label)
    yield say("## Weekly and monthly reports")
    yield from _reports(feedback, person)
    yield from _marks(feedback, person)
    yield say("## Remarks")
    yield from _remarks(feedback, person)
    yield say("## How to read this sheet")
    yield passage(_how_to_read())


def _how_to_read() -> Iterator[Sentence]:
    yield say(
        "The figures are yours alone. A dash is a figure that is not known or does not apply; it is not counted as "
        "zero unless the scheme says so."
    )
    yield say(
        "Lines that compare you with others show what they gave you, not what the others had. Ask HR of your region "
        "for the way from each line back to your rows."
    )


def _reached(feedback: Feedback, person: str) -> Iterator[Thing]:
    """Every figure by month, its target and its change; what is not there by name; the records behind."""
    manager, figures = feedback.manager(person), feedback.figures
    there = [each for each in figures.all if each.is_there(manager)]
    standing = figures.standing(there, 0 if figures.reads_marks else MOST_FIGURES)
    if standing:
        yield _figures(feedback, standing, person)
        told = {id(each) for each in standing}
        others = [each for each in there if id(each) not in told]
        apart = [] if figures.reads_marks else feedback.marks(person)
        if others or apart:
            tables = [*([_figures(feedback, others, person, first=False)] if others else []), *apart]
            # what holds folds is left out on paper
            inside = tuple(Fold(each.caption, (each,)) for each in tables)
            yield Fold(say("Other figures of yours"), inside)
    else:
        yield say("The history has no figure of yours for this period or the one before.")
    if once := [each for each in standing if each.once]:
        yield say(
            "Counted once in the period, so not by month: {figures}.",
            figures=Listing(tuple(_title(feedback, each) for each in once)),
        )
    if missing := [each for each in figures.all if not each.is_there(manager)]:
        yield say(
            "The history has no figure of yours for: {figures}.",
            figures=Listing(tuple(_title(feedback, each) for each in missing)),
        )
    if not feedback.session.history.records:
        yield say(
            "This history holds no single records from which figures are counted; they stand as they were reported."
        )
        return
    if folds := [_behind(feedback, each, person) for each in there if each.records is not None]:
        yield Fold(say("The records behind these figures"), tuple(folds))


def _figures(feedback: Feedback, there: Sequence[OwnFigure], person: str, first: bool = True) -> Table:
    manager, figures, period = feedback.manager(person), feedback.figures, feedback.period
    before = period.before()
    months = period.months if len(period.months) > 1 else range(0)
    judged = any(each.target is not None for each in there)
    counted = any(each.records is not None for each in there)
    heads: list[Value] = [
        *(Span(month_label(each), in_year=True) for each in months),
        Span(period.label, in_year=True),
        Span(before.label, in_year=before.start.year == period.start.year),
        say("Change"),
    ]
    heads += [say("Actual to date"), say("Target to date"), say("Attainment")] if judged else []
    heads += [say("Records")] if counted else []
    rows = []
    for each in there:
        cells: list[Number | Value] = [
            *(each.cell(each.months, place, manager) for place in range(len(months))),
            each.cell(each.whole, 0, manager),
            each.cell(each.before, 0, manager),
            figures.change(each, manager),
        ]
        if judged:
            cells += [
                "" if each.to_date is None else each.cell(each.to_date, 0, manager),
                "" if each.target is None else each.cell(each.target, 0, manager),
                "" if each.target is None else Number(each.attainment(manager), 0, share=True),
            ]
        if counted:
            cells.append("" if each.records is None else Number(len(each.own_records(person))))
        rows.append(Row(_title(feedback, each), cells, depth=each.depth))
    when = {"before": Span(before.label), "period": Span(period.label)}
    caption = (
        say(
            "Your figures; actual and target to date run to the end of {period}, the change is on {before}",
            **when,
        )
        if first
        else say(
            "Your other figures; actual and target to date run to the end of {period}, the change is on {before}",
            **when,
        )
    )
    return Table(caption, say("Figure"), heads, rows, ACTUAL)


def _title(feedback: Feedback, figure: OwnFigure) -> Value:
    title = feedback.session.page.name("measure", figure.name)
    unit = feedback.session.page.names.get(("unit", figure.name))
    return title if unit is None or figure.event else with_unit(title, unit)


def _behind(feedback: Feedback, figure: OwnFigure, person: str) -> Fold:
    """The numbers of the records that made a figure, by month; with what each brings where that is not one."""
    rows = figure.own_records(person)
    columns = [rows[each].tolist() if len(rows) else [] for each in ("month", "record", "row", "value")]
    plain = all(value == 1 for value in columns[-1])
    unspoken = feedback.discretion.naming_others(columns[1], person)
    told: dict[str, list[Value]] = {}
    for month, record, row, value in zip(*columns, strict=True):
        told.setdefault(month, []).append(_number("" if record in unspoken else record, row, value, plain))
    lines = [
        Row(Span(month), [Number(len(some)), Listing(tuple(some))]) for month, some in sorted(told.items())
    ]
    count = say_many("{count} record", "{count} records", len(rows), count=Count(len(rows)))
    title = say("{what}: {records}", what=_title(feedback, figure), records=count)
    heads: list[Value] = [say("Records"), say("Their numbers")]
    return Fold(title, (Table(title, say("Month"), heads, lines, ACTUAL),) if lines else ())


def _number(record: str, row: int, value: float, plain: bool) -> Value:
    """A record by its number, and by its row where it has none or the number names somebody; with what it brings."""
    name: Value = record or say("row {row}", row=str(row))
    if plain:
        return name
    return say("{what} ({unit})", what=name, unit=Figure(value, 0 if value == round(value) else 2))


def _events(feedback: Feedback, person: str) -> Iterator[Thing]:
    session = feedback.session
    table = session.history.tables["events"]
    found = events(table, person, feedback.period, feedback.figures.deductions, session.page.name)
    if found:
        yield from found
    elif table.empty:
        yield say("This history holds no complaints and no findings.")
    else:
        yield say(
            "No complaint and no finding about you was verified in {period}.",
            period=Span(feedback.period.label),
        )


def _reports(feedback: Feedback, person: str) -> Iterator[Thing]:
    if found := reports(feedback.own("work_reports", person), feedback.period):
        yield from found
    elif feedback.session.history.tables["work_reports"].empty:
        yield say("This history holds no reports.")
    else:
        yield say(
            "No report of yours due in {period} stands in the history.", period=Span(feedback.period.label)
        )


def _marks(feedback: Feedback, person: str) -> Iterator[Thing]:
    """S2: the marks for duties with their words, where a design reads them."""
    if not feedback.figures.reads_marks:
        return
    yield say("## Marks for duties")
    if found := feedback.marks(person):
        yield from found
    else:
        yield say("No duty of yours was marked in {period}.", period=Span(feedback.period.label))


def _remarks(feedback: Feedback, person: str) -> Iterator[Thing]:
    if found := remarks(feedback.own("remarks", person), feedback.period):
        yield from found
    elif feedback.session.history.tables["remarks"].empty:
        yield say("This history holds no remarks.")
    else:
        yield say(
            "No remark about you stands in the history for {period}.", period=Span(feedback.period.label)
        )


def _cover(feedback: Feedback, person: str) -> Cover:
    page = feedback.session.page
    quarters = procedure.within(page.table("quarters"), feedback.period)
    return Cover(
        scope=say(
            "Feedback sheet · {region} · {outlet} · {reader}",
            region=page.name("region", page.place),
            outlet=_outlet(feedback, person),
            reader=READERS["manager"],
        ),
        place=_called(feedback, person),
        title=page.title,
        question=say(
            "What did you reach in {period}, and what does each design give for it?",
            period=Span(feedback.period.label),
        ),
        period=Span(feedback.period.label),
        answers=list(_answers(feedback, person)),
        notes=(),
        tiles=list(_tiles(feedback, person)),
        replay=replay(page),
        illustrative="",
        standing=procedure.mark(quarters, page.baseline),
        provisional=bool(procedure.provisional(quarters, page.baseline)),
        approval=passage(told)
        if (told := list(procedure.states(quarters, page.baseline, page.designs)))
        else "",
    )


def _outlet(feedback: Feedback, person: str) -> Value:
    """Where the person ends the period."""
    spells = feedback.session.panel.spells
    code = int(spells.outlet_in(feedback.period)[feedback.manager(person)])
    home = str(spells.outlets[code])
    name = feedback.session.page.name("outlet", home)
    return say("Outlet {outlet}", outlet=home) if name == home else name


def _called(feedback: Feedback, person: str) -> Value:
    """The person's latest name and id, or the id alone."""
    managers = feedback.session.history.tables["managers"]
    if "name" in managers:
        names = managers.loc[managers["manager_id"] == person].sort_values("valid_from")["name"]
        known = [str(each) for each in names if isinstance(each, str) and each.strip()]
        if known:
            return f"{known[-1]} · {person}"
    return person


def _tiles(feedback: Feedback, person: str) -> Iterator[Tile]:
    """The period's pay under each design, then its score; and the change on the period before (環比)."""
    page, before, results = feedback.session.page, feedback.period.before(), feedback.results
    manager = feedback.manager(person)
    for what, designs in results.all():
        for design, result in designs.items():
            paid = isinstance(result, Payments)
            amount, then = results.amount(result, manager), results.amount(result, manager, before)
            digits = 0 if paid else 2
            change = say(
                "{change} against {period}",
                change=Figure(amount - then, digits, signed=True),
                period=Span(before.label),
            )
            if math.isnan(amount - then):
                change = say("No figure of {period} to compare with", period=Span(before.label))
            label = say("{what}, “{design}”", what=what, design=page.designs[design])
            unit: Value = AmountUnit(0, page.currency) if paid else say("points")
            yield Tile(label, Figure(amount, digits), unit, [change])


def _answers(feedback: Feedback, person: str) -> Iterator[Answer]:
    """How many targets were reached, and what every other design would have changed for this person."""
    page, results, manager = feedback.session.page, feedback.results, feedback.manager(person)
    if (targets := _targets(feedback, person)) is not None:
        yield Answer(say("Attainment"), targets)
    for what, designs in results.all():
        for design in page.others:
            if design in designs and page.baseline in designs:
                before, after = (results.amount(designs[each], manager) for each in (page.baseline, design))
                currency = page.currency if isinstance(designs[design], Payments) else ""
                names = {"design": page.designs[design], "baseline": page.designs[page.baseline]}
                yield Answer(what, change_words(before, after, currency, names))


def _targets(feedback: Feedback, person: str) -> Sentence | None:
    """How many targets were reached, and which is furthest off."""
    manager = feedback.manager(person)
    shares = {each.name: each.attainment(manager) for each in feedback.figures.all}
    known = {each: share for each, share in shares.items() if not math.isnan(share)}
    if not known:
        return None
    reached = sum(share >= 1 for share in known.values())
    period = Span(feedback.period.label)
    if reached == len(known):
        return say(
            "All {count} targets were reached by the end of {period}.", count=Count(reached), period=period
        )
    lowest = min(known, key=lambda each: known[each])
    return say(
        "{reached} of {count} targets were reached by the end of {period}. Furthest off: {figure}, {share}.",
        reached=Count(reached),
        count=Count(len(known)),
        period=period,
        figure=feedback.session.page.name("measure", lowest),
        share=Share(known[lowest], 0),
    )
