"""The profit centre on a region's page: targets by line and both their splits, the slices and what they paid (S6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from policymodel.payroll import Payments
from policymodel.report.display import Trust
from policymodel.report.session import Session
from policymodel.scheme.algebra import Column, Product
from policymodel.scheme.kinds.pay import PARTS
from policymodel.scheme.terms import income_line
from policymodel.tables import Number, Row, Table, Withheld
from policymodel.words.numbers import MINOR_UNITS, AmountUnit
from policymodel.words.page import ACTUAL
from policymodel.words.sentences import Passage, Sentence, Text, Value, say

Cell = Number | Withheld | Value


def profit_centre(session: Session) -> Iterator[Table | Trust]:
    """The year's targets and income by line, the three slices, and each outlet's envelope; nothing without a slice.

    Sums over everybody under the ordinary plan, an outlet's over everybody. Of a region with fewer people than a page
    may tell of nothing is shown, and of an outlet neither its pay nor what others would leave of it.
    """
    ordinary: Mapping[str, Payments] = next((each.payments for each in session.populations), {})
    designs = {
        design: ordinary[design]
        for design in (session.page.baseline, *session.page.others)
        if design in ordinary and ordinary[design].performance_wages()
    }
    if not designs:
        return
    if session.panel.employed((session.panel.plan_year,)).sum() < session.run.smallest_cell:
        return
    design, first = next(iter(designs.items()))
    splits = first.splits()
    yield _by_line(session, first, splits)
    yield Trust(Passage((*_counted(session), *_told_of(splits))))
    yield _slices(session, designs)
    if first.scheme.pay is not None and first.scheme.pay.envelope is not None:
        yield _envelopes(session, design)


def _counted(session: Session) -> Iterator[Sentence]:
    """Whom the section counts, where people stand under several plans."""
    if len(session.populations) > 1:
        yield say(
            "Targets, income and slices are those of the managers under the ordinary plan; what an outlet earns "
            "and pays is everybody's."
        )


def _told_of(splits: pd.DataFrame) -> Iterator[Sentence]:
    """What both splits are, and why they may differ."""
    yield say(
        "The target adds up what persons are asked for; beside it stand what their clients brought last year and "
        "what the units are asked for. Worked out apart, both should come to the same."
    )
    if not splits["agree"].all():
        yield say(
            "Where both splits differ, targets set by hand do not add up to those above them, clients were with "
            "nobody for a time, or a base was earned in another region."
        )
    if not splits["known"].all():
        yield say(
            "A figure that is not known leaves its person out of the sums; such lines are not compared."
        )


def _by_line(session: Session, payments: Payments, splits: pd.DataFrame) -> Table:
    """Stock, increment and target of persons by line; beside them what clients brought and units are asked for."""
    page, year = session.page, (session.panel.plan_year,)
    rows = []
    received = {}
    for fact in splits["line"]:
        values = payments.panel.column(Column(fact), year)
        received[fact] = float(np.where(values.ok, values.number, 0.0).sum())
    parts = ["stock", "increment", "clients_base", "task"]
    for each in splits.to_dict("records"):
        figures = [float(each[part]) for part in parts]
        verdict = _verdict(figures, known=each["known"], agree=each["agree"])
        cells = _cells(figures, received[each["line"]])
        rows.append(Row(page.name("income", income_line(each["line"])), [*cells, verdict]))
    whole = [float(splits[part].sum()) for part in parts]
    verdict = _verdict(whole, known=bool(splits["known"].all()), agree=bool(splits["agree"].all()))
    rows.append(Row(say("Total"), [*_cells(whole, sum(received.values())), verdict], "total"))
    heads: list[Value] = [
        say("Stock (base)"),
        say("Increment"),
        say("Target"),
        say("Income of the year"),
        say("Last year's income of the clients"),
        say("Task of the units"),
        say("Both splits"),
    ]
    caption = say(
        "Profit target and income by line, in whole {currency}", currency=AmountUnit(0, page.currency)
    )
    return Table(caption, say("Line of income"), heads, rows, ACTUAL)


def _cells(figures: list[float], received: float) -> list[Cell]:
    stock, increment, clients_base, task = figures
    money = (stock, increment, stock + increment, received, clients_base, task)
    return [Number(each) for each in money]


def _verdict(figures: list[float], *, known: bool, agree: bool) -> Value:
    """Whether both splits come to the same, and else by how much they differ."""
    if not known:
        return say("not known")
    stock, increment, clients_base, task = figures
    gap = clients_base + task - stock - increment
    return say("agree") if agree else say("differ by {amount}", amount=Number(gap, 0, True))


def _slices(session: Session, designs: Mapping[str, Payments]) -> Table:
    """How much of the year's income lies in each slice, and what it paid under each design."""
    page = session.page
    rows = []
    for part, title in PARTS.items():
        cells: list[Cell] = []
        for payments in designs.values():
            lines = payments.lines()
            held = paid = 0.0
            for item in payments.performance_wages():
                node = item.entitlements(payments.scheme.given)[part]
                assert isinstance(node, Product), "a slice is multiplied by its share"
                values = payments.values(node.parts[1])
                held += float(np.where(values.ok[-1], values.number[-1], 0.0).sum())
                paid += float(lines.loc[lines["item"] == f"{item.id}.{part}", "amount_minor"].sum())
            cells += [Number(held), Number(paid / MINOR_UNITS)]
        rows.append(Row(Text(dict(title.languages)), cells))
    heads: list[Value] = []
    for design in designs:
        heads += [
            say("{design}: income in the slice", design=page.designs[design]),
            say("{design}: paid", design=page.designs[design]),
        ]
    caption = say(
        "Income of the year by slice and what it paid, in whole {currency}",
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Slice"), heads, rows)


def hidden_outlets(frame: pd.DataFrame, smallest_cell: int, apart: int = 0) -> set[str]:
    """The outlets of which nothing is shown: those of few people, and who else keeps them from being subtracted.

    `apart`: people whom the outlets count and the rest of the section leaves out. Where they are few, all outlets less
    what the section counts would be theirs, so the smallest outlets are not shown.

    >>> hidden_outlets(pd.DataFrame({"outlet_id": ["a", "b", "c"], "people": [9, 30, 12]}), 10) == {"a", "c"}
    True
    """
    hidden: set[str] = set()
    for outlet, people in frame.sort_values("people", kind="stable")[["outlet_id", "people"]].to_numpy():
        together = frame.loc[frame["outlet_id"].isin(hidden), "people"].sum()
        more = len(hidden) == 1 or together < smallest_cell
        if people < smallest_cell or (more and (hidden or 0 < apart < smallest_cell)):
            hidden.add(str(outlet))
    return hidden


def _envelopes(session: Session, design: str) -> Table:
    """Pay of each outlet's people against the outlet's income, everybody's, whatever their plan (S6.6)."""
    page, frame = session.page, session.payments[design].envelope()
    year = (session.panel.plan_year,)
    apart = sum(int(each.panel.employed(year).sum()) for each in session.populations[1:])
    hidden = hidden_outlets(frame, session.run.smallest_cell, apart)
    rows = []
    for each in frame.sort_values("outlet_id").itertuples():
        cells: list[Cell] = [Withheld()] * 4
        if each.outlet_id not in hidden:
            inside: Value = say("inside") if each.inside else say("outside")
            cells = [
                Number(each.people, people=True),
                Number(each.paid_minor / MINOR_UNITS) if each.known else Number(None),
                Number(each.limit_minor / MINOR_UNITS) if each.known else Number(None),
                inside if each.known else say("not known"),
            ]
        rows.append(Row(page.name("outlet", str(each.outlet_id)), cells))
    heads: list[Value] = [say("People"), say("Pay of its people"), say("Limit"), say("Envelope")]
    caption = say(
        "Pay against the income of the outlet under “{design}”, in whole {currency}",
        design=page.designs[design],
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Outlet"), heads, rows)
