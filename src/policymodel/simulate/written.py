"""One draw of next year written out as history, as if it had happened: the oracle of the futures.

The same future priced the ordinary way must give the same figures, because all that a ground adds is drawing many
futures at once.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.facts import History
from policymodel.history.measures import COMPUTED, Measure, Status
from policymodel.periods import MONTHS_OF
from policymodel.scheme.terms import income_line
from policymodel.simulate.drawing import Drawn

FILE = "future"
CLIENT = "client of "
"""Whom a person's income of a month is written for: real clients stay with whom they are."""


def as_history(drawn: Drawn, draw: int) -> History:
    """Next year as it is in one draw of a block (by position), after the history that led to it.

    Raises DataGap for facts that are not rows of their own (transactions added up).
    """
    aged, happened = drawn.future.aged, drawn.future.happened
    history = aged.panel.history
    people = np.flatnonzero(aged.region >= 0)
    rows: dict[str, list[pd.DataFrame]] = {"activity": [], "client_income": [], "events": []}
    kinds: set[tuple[str, str]] = set()
    aside = [history.quarantine]
    for name in happened.facts:
        kind, _, which = name.partition(":")
        if kind == "events":
            event = which.split(":", 1)[1]
            kinds.add((event.partition("@")[0], event.partition("@")[2]))
            continue
        number, status = (each[:, draw][:, people] for each in drawn.figures(name))
        frame = pd.DataFrame(
            {
                "manager_id": np.tile(aged.panel.managers[people].astype(object), number.shape[0]),
                "month": np.repeat(np.array(aged.next_year.months), people.size),
                "status": status.ravel(),
                "value": number.ravel(),
            }
        )
        if name in history.measures:
            rows["activity"].append(_measured(frame, history.measures[name]))
            aside.append(_aside(frame, "activity", name, history))
        elif name in aged.panel.facts.layout.lines:
            basis = "received" if income_line(name) == name else "accrued"
            paid = frame[frame["status"] == Status.MEASURED]
            columns = {
                "client_id": CLIENT + paid["manager_id"],
                "line": income_line(name),
                "currency": history.currency,
                "amount": paid["value"],
                "basis": basis,
            }
            rows["client_income"].append(paid.assign(**columns))
        else:
            problem = Problem(name, "it is no fact that can be written down as rows of its own")
            raise DataGap("futures", [problem])
    if kinds:
        rows["events"].append(_events(drawn, draw, people, kinds))
    tables = dict(history.tables)
    for name, frames in rows.items():
        if not frames:
            continue
        new = pd.concat(frames, ignore_index=True).assign(source_file=FILE)
        new = new.assign(source_row=np.arange(1, len(new) + 1))
        old = tables[name]
        tables[name] = pd.concat([old, new.reindex(columns=old.columns)], ignore_index=True).astype(
            old.dtypes.to_dict()
        )
    return replace(history, tables=tables, quarantine=pd.concat(aside, ignore_index=True))


def _measured(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    value = frame["value"].where(frame["status"].isin(COMPUTED))
    if measure.type == "cumulative_within":
        # The figure runs up from the first month of its run on; a month that is not known breaks the run.
        run = (frame["month"] // MONTHS_OF[measure.within or "month"]).rename("run")
        value = value.groupby([frame["manager_id"], run]).transform(lambda own: own.cumsum(skipna=False))
    return frame.assign(measure=measure.name, actual=value)[frame["status"] != Status.QUARANTINED]


def _aside(frame: pd.DataFrame, table: str, name: str, history: History) -> pd.DataFrame:
    lost = frame[frame["status"] == Status.QUARANTINED]
    told = lost[["manager_id", "month"]].assign(table=table, measure=name, rules="drawn", file=FILE)
    return told.reindex(columns=history.quarantine.columns)


def _events(drawn: Drawn, draw: int, people: NDArray[np.int64], kinds: set[tuple[str, str]]) -> pd.DataFrame:
    """The events of the months that are repeated, on the same days of next year's months."""
    aged = drawn.future.aged
    events = aged.history.tables["events"]
    events = events[events["event"].isin({event for event, _ in kinds})]
    months = events["date"].to_numpy(dtype="datetime64[M]").astype(np.int64) + 1970 * 12
    of_month = dict(iter(events.assign(month=months).groupby(["manager_id", "month"])))
    found = []
    for at, month in enumerate(aged.next_year.months):
        for person in people:
            source = drawn.people[at, draw, person]
            if source < 0:
                continue
            key = (aged.past.managers[source], int(drawn.months[at, draw, person]) + aged.past.months[0])
            if key in of_month:
                rows = of_month[key]
                # The first day of the month: which day it was matters to no scheme, and every month has one.
                date = pd.Timestamp(f"{month // 12:04d}-{month % 12 + 1:02d}-01")
                found.append(rows.assign(manager_id=aged.panel.managers[person], date=date, event_id=""))
    return pd.concat(found, ignore_index=True) if found else events.iloc[:0]
