"""The rows of history that a number was made from, as a person finds them in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.record_rules import LEVELS
from policymodel.history.suitability import Verdict, judged
from policymodel.history.tables import AMOUNTS_OF_A_TRANSACTION
from policymodel.panel.panel import Panel
from policymodel.periods import MONTHS_OF, Period, month_label
from policymodel.scheme.algebra import Column
from policymodel.scheme.terms import income_line

SHOWN = ["file", "row", "month", "name", "value", "about"]


def rows_behind(panel: Panel, column: Column, manager_id: str, period: Period) -> pd.DataFrame:
    """File, row, month, name, value of every row behind one person's number in one period, and what each is about.

    A name may hold the id of a client, a transaction or another manager; `about` (a measure, a line, an event) never.
    """
    window = panel.window(column, period)
    if window is None:
        return pd.DataFrame(columns=SHOWN)
    first, last = (index + panel.months[0] for index in window)
    kind, _, name = (
        column.name.rpartition(":") if column.name.startswith("events:") else column.name.partition(":")
    )
    tables = panel.history.tables
    if kind in ("target", "increment"):
        rows = _overlapping(tables["targets"], income_line(name), Period(first, last))
        shown = _targets(rows, panel, column.level, manager_id, period)
        if column.rule is None or column.rule.set_by != "forecast_and_task" or column.level != "manager":
            return shown
        grows_by = _overlapping(tables["client_forecasts"], income_line(name), panel.plan_year, "line")
        return pd.concat([shown, _forecasts(grows_by, panel, manager_id)], ignore_index=True)
    if kind == "base":
        return _base(panel, name, manager_id)
    if kind == "months_in_grade":
        spells = tables["managers"]
        spells = spells[(spells["manager_id"] == manager_id) & (spells["grade"] == name)]
        return _shown(
            spells, spells["valid_from"].astype(str), spells["grade"], spells["fte"], spells["grade"]
        )
    if kind.startswith("events"):
        return _events(panel, name, manager_id, first, last)
    if kind == "person":
        return _spells(tables["managers"], manager_id, Period(first, last))
    if kind == "calendar":
        return pd.DataFrame(columns=SHOWN)
    if kind == "fx":
        return _rates(tables["fx"], name, first, last)
    who = _colleagues(panel, column.level, manager_id, period)
    if kind in ("transaction", "transactions"):
        return _transactions(panel, name, who, first, last)
    names = list(panel.facts.layout.ratio(column.name) or [column.name])
    if names[0] in panel.history.measures:
        return _measured(panel, names, who, first, last)
    here = _at(panel.places["client_income"], who)
    return _income(panel, here, names, first, last)


def _measured(panel: Panel, names: list[str], who: list[str], first: int, last: int) -> pd.DataFrame:
    """The rows of measures; of one that is counted from records, the records that count (S1, ours)."""
    written = [name for name in names if name not in panel.history.records]
    found = [
        _records(panel, name, _counted_at(panel, name, who, first, last))
        for name in names
        if name in panel.history.records
    ]
    if written:
        rows = _between(panel, "activity", "measure", written, who, first, last)
        months = rows["month"].map(month_label)
        found.insert(0, _shown(rows, months, rows["measure"], rows["actual"], rows["measure"]))
    return pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]


def records_counted(panel: Panel, measure: str, who: Iterable[str], first: int, last: int) -> pd.DataFrame:
    """The records that made a measure of some people from one month to another, in the columns of SHOWN.

    Each by its number (`record` too), and never by its client; `manager_id` is whose figure it made. A mean, median or
    last figure is made of its whole span, also where the window begins inside it; a state is that of the last month in
    which the manager is employed.
    """
    at = _counted_at(panel, measure, who, first, last)
    return _records(panel, measure, at).assign(manager_id=panel.counted(measure).manager[at])


def _records(panel: Panel, measure: str, at: NDArray[np.intp]) -> pd.DataFrame:
    """Records that were counted, without whose each is."""
    return panel.counted(measure).shown.iloc[at].reset_index(drop=True)


def _counted_at(panel: Panel, measure: str, who: Iterable[str], first: int, last: int) -> NDArray[np.intp]:
    """Where the records that made a measure of some people stand among those counted."""
    rule, counted = panel.history.records[measure], panel.counted(measure)
    first -= first % MONTHS_OF[rule.within] if rule.figure.word in LEVELS else 0
    at = _at(counted.places, who)
    month = counted.month[at]
    inside = (month >= first) & (month <= last)
    if rule.at:
        row = panel.spells.row_in(Period(first, last))
        ends = dict(
            zip(panel.managers.tolist(), (panel.spells.month[row] + panel.months[0]).tolist(), strict=True)
        )
        inside &= np.array([ends[each] for each in counted.manager[at]], dtype=np.int64) == month
    return at[inside]


def _between(
    panel: Panel, name: str, column: str, names: list[str], who: list[str], first: int, last: int
) -> pd.DataFrame:
    table = _of(panel, name, name, who)
    inside = (table["month"] >= first) & (table["month"] <= last)
    return table[inside & table[column].isin(names)]


def _of(panel: Panel, name: str, places: str, ids: Iterable[str]) -> pd.DataFrame:
    """The rows of some managers, or clients, in the order of the table."""
    return panel.history.tables[name].iloc[_at(panel.places[places], ids)]


def _at(places: Mapping[str, NDArray[np.intp]], ids: Iterable[str]) -> NDArray[np.intp]:
    """Where the rows of some ids stand, in the order of the table."""
    found = [places[each] for each in ids if each in places]
    return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.intp)


def _income(panel: Panel, here: NDArray[np.intp], facts: list[str], first: int, last: int) -> pd.DataFrame:
    """Rows of income as they are written; of foreign ones the rates of their months too."""
    written = panel.history.tables["client_income"]
    month = written["month"].to_numpy()[here]
    here = here[(month >= first) & (month <= last)]
    lines = panel.facts.layout.facts
    here = here[np.isin(lines.at(here), facts)]
    rows = written.iloc[here]
    fact = pd.Series(lines.at(here), index=rows.index, dtype="str")
    foreign = (rows["currency"] != panel.history.currency).to_numpy(dtype=bool)
    name, about = rows["client_id"] + " " + rows["line"], fact
    if foreign.any():
        name = name.where(~foreign, name + " " + rows["currency"])
        about = fact.where(~foreign, fact + np.where(fact.str.contains("@"), "+", "@") + rows["currency"])
    shown = _shown(rows, rows["month"].map(month_label), name, rows["amount"], about)
    if not foreign.any():
        return shown
    asked = set(zip(rows["currency"][foreign], rows["month"][foreign], strict=True))
    rates = panel.history.tables["fx"]
    rates = rates[[each in asked for each in zip(rates["currency"], rates["month"], strict=True)]]
    of_rates = _shown(
        rates, rates["month"].map(month_label), rates["currency"], rates["average"], rates["currency"]
    )
    return pd.concat([shown, of_rates], ignore_index=True)


def _colleagues(panel: Panel, level: str, manager_id: str, period: Period) -> list[str]:
    """Everybody who worked in the outlet, region or group where the manager ends the period; else the manager alone."""
    if level == "manager":
        return [manager_id]
    here = panel.spells.code_in(level, period)[_code(panel, manager_id)]
    return list(panel.managers[np.unique(panel.spells.manager[panel.spells.at(level) == here])])


def _code(panel: Panel, manager_id: str) -> int:
    return int(np.flatnonzero(panel.managers == manager_id)[0])


def _events(panel: Panel, which: str, manager_id: str, first: int, last: int) -> pd.DataFrame:
    event, _, channels = which.partition("@")
    table = panel.history.tables["events"]
    if panel.as_of is not None:
        table = table[table["date"] <= pd.Timestamp(panel.as_of)]
    month = table["date"].to_numpy(dtype="datetime64[M]").astype(int) + 1970 * 12
    mine = (table["event"] == event) & (table["manager_id"] == manager_id) & table["verified"].astype(bool)
    if channels:
        mine &= table["channel"].isin(channels.split("+"))
    rows = table[mine & (month >= first) & (month <= last)]
    return _shown(rows, rows["date"].astype(str), rows["event"], rows["points"], rows["event"])


def _transactions(panel: Panel, which: str, who: list[str], first: int, last: int) -> pd.DataFrame:
    """The transactions credited to some people, with the shares and other figures that the number needs."""
    figure, _, products = which.partition("@")
    rows = panel.facts.credits.rows
    mine = rows["manager"].isin([_code(panel, each) for each in who]) & (rows["transaction"] >= 0)
    mine &= (rows["month"] >= first) & (rows["month"] <= last)
    if products:
        mine &= rows["product"].isin(products.split("+"))
    rows = rows[mine]
    tables = panel.history.tables
    deals = tables["transactions"].iloc[rows["transaction"].unique()]
    days = deals.set_index("transaction_id")["date"].astype(str)
    name = (deals["transaction_id"] + " " + deals["product"]).str.strip()
    shown = [_shown(deals, deals["date"].astype(str), name, deals["amount"], deals["product"])]
    if figure in ("share", "credited"):
        named = tables["credits"].iloc[rows.loc[rows["credit"] >= 0, "credit"].to_numpy()]
        name = named["transaction_id"] + " " + named["manager_id"]
        share = pd.Series("share", index=named.index)
        shown.append(_shown(named, named["transaction_id"].map(days), name, named["share"], share))
    elif figure not in AMOUNTS_OF_A_TRANSACTION:
        table = tables["transaction_figures"]
        brought = table[(table["figure"] == figure) & table["transaction_id"].isin(days.index)]
        name = brought["transaction_id"] + " " + brought["figure"]
        days_of = brought["transaction_id"].map(days)
        rows = _shown(brought, days_of, name, brought["value"], brought["figure"])
        if figure in panel.history.transaction_rules:
            rows = _judged(panel, figure, rows, brought["transaction_id"].tolist())
        shown.append(rows)
    return pd.concat(shown, ignore_index=True)


def _judged(panel: Panel, figure: str, made: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Figures of transactions with the assessment behind each, or the one that comes nearest (S3, ours).

    Two columns more: `why` (a verdict's name) and `record` (the number of the assessment). A verdict that rests on rows
    of another region is not found again here: then the figure stands by itself.
    """
    history = panel.history
    needs, sales = history.tables["needs"], history.tables["transactions"]
    at = pd.Index(sales["transaction_id"]).get_indexer(pd.Index(ids))
    told = judged(history.transaction_rules[figure], history.tables, history.quarantine, at)
    same = np.isclose(told["value"], made["value"], equal_nan=True)
    verdict = [Verdict(each).name if known else "" for each, known in zip(told["verdict"], same, strict=True)]
    behind = np.where(same, told["need"], -1)
    rows = needs.iloc[behind[behind >= 0]]
    shown = made.assign(why=verdict, record="")
    found = np.flatnonzero(behind >= 0)
    shown.loc[found, "file"] = rows["source_file"].to_numpy()
    shown.loc[found, "row"] = rows["source_row"].to_numpy()
    shown.loc[found, "month"] = rows["date"].astype(str).to_numpy()
    shown.loc[found, "record"] = rows["need_id"].to_numpy(dtype=object)
    shown.loc[found, "name"] = [f"{ids[at]} {need}" for at, need in zip(found, rows["need_id"], strict=True)]
    return shown


def _spells(table: pd.DataFrame, manager_id: str, window: Period) -> pd.DataFrame:
    """The person's spells up to the window's end; those before it hold the day of joining."""
    rows = table[
        (table["manager_id"] == manager_id) & (table["valid_from"] <= pd.Timestamp(window.end))
    ].sort_values("valid_from")
    return _shown(rows, rows["valid_from"].astype(str), rows["outlet_id"], rows["fte"], rows["outlet_id"])


def _rates(table: pd.DataFrame, which: str, first: int, last: int) -> pd.DataFrame:
    """The rates of a currency: of every month for an average, of the last one for the rate at the end."""
    currency, _, at = which.partition(":")
    inside = (table["month"] >= (first if at == "average" else last)) & (table["month"] <= last)
    rows = table[inside & (table["currency"] == currency)]
    return _shown(rows, rows["month"].map(month_label), rows["currency"], rows[at], rows["currency"])


def _forecasts(rows: pd.DataFrame, panel: Panel, manager_id: str) -> pd.DataFrame:
    """The forecasts of the clients whom the manager holds in the plan year."""
    held = _clients_of(panel, manager_id)
    rows = rows[rows["client_id"].isin(held)]
    return _shown(rows, rows["period"], rows["client_id"] + " " + rows["line"], rows["growth"], rows["line"])


def _clients_of(panel: Panel, manager_id: str) -> list[str]:
    """The clients whom the manager holds in some month of the plan year."""
    holder, clients = panel.facts.bases.holders
    months = [month - panel.months[0] for month in panel.plan_year.months]
    held = (holder[:, months] == _code(panel, manager_id)).any(axis=1)
    return [each for each, place in clients.items() if held[place]]


def _overlapping(table: pd.DataFrame, measure: str, window: Period, about: str = "measure") -> pd.DataFrame:
    rows = table[table[about] == measure]
    asked = [Period.parse(label) for label in rows["period"]]
    touch = [each.first <= window.last and each.last >= window.first for each in asked]
    return rows[np.array(touch, dtype=bool)]


def _targets(rows: pd.DataFrame, panel: Panel, level: str, manager_id: str, period: Period) -> pd.DataFrame:
    """The rows that set a target: the manager's or the unit's own, else those above and below that make it."""
    spells = panel.spells
    here = spells.at(level) == spells.code_in(level, period)[_code(panel, manager_id)]
    units = {
        "manager": set(panel.managers[np.unique(spells.manager[here])]),
        "outlet": set(spells.outlets[np.unique(spells.outlet[here])]),
        "region": set(spells.regions[np.unique(spells.region[here])]),
    }
    keep = [unit in units[at] for at, unit in zip(rows["level"], rows["unit_id"], strict=True)]
    rows = rows[np.array(keep, dtype=bool)]
    own = rows[rows["level"] == level]
    rows = own if len(own) else rows
    name = rows["level"] + " " + rows["unit_id"] + " " + rows["measure"]
    return _shown(rows, rows["period"], name, rows["target"], rows["measure"])


def _base(panel: Panel, name: str, manager_id: str) -> pd.DataFrame:
    """Last year's rows: of the measure, or of the clients whom the manager holds in the plan year."""
    first, last = panel.base_year.first, panel.base_year.last
    if name in panel.history.measures:
        return _measured(panel, [name], [manager_id], first, last)
    here = _at(panel.places["clients"], _clients_of(panel, manager_id))
    return _income(panel, here, [name], first, last)


def _shown(
    rows: pd.DataFrame, month: pd.Series, name: pd.Series, value: pd.Series, about: pd.Series
) -> pd.DataFrame:
    columns = (rows["source_file"], rows["source_row"], month, name, value, about)
    return pd.DataFrame({label: np.asarray(each) for label, each in zip(SHOWN, columns, strict=True)})
