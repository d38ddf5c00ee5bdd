"""History aged by a year: the same people in the same posts, and what they are asked for by the scheme's own rule.

Today's people are those employed on the last day of the plan year. They stay where they are, in their grade, post and
plan, for as long again; clients stay with whom they are. Nothing that happened later is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.coding import Coded, codes_of
from policymodel.history.facts import History
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import Values
from policymodel.scheme.terms import income_fact, income_line
from policymodel.simulate.assumptions import Assumptions
from policymodel.units import Rounding

Numbers = NDArray[np.float64]
LEVELS = ("region", "outlet", "manager")
ROLLED = ["level", "unit_id", "measure", "period", "last", "base_before", "base", "next", "why"]


@dataclass(frozen=True)
class Aged:
    """A history up to the end of its plan year, and the same with a year more of posts and targets.

    `panel` is next year's, with the last year as its base year: an ordinary panel in which nothing has happened yet.
    `past` is the panel of what happened, over the years whose months may be repeated. `rolled` says how each target
    that the bank has not set was carried forward: level, unit_id, measure, period (next year's), last (target),
    base_before, base (of the last year), next (target), why (moved, base not positive, base not known, a share).
    """

    history: History
    last_year: Period
    next_year: Period
    panel: Panel
    past: Panel
    rolled: pd.DataFrame

    @cached_property
    def region(self) -> NDArray[np.int64]:
        """The region of each manager's post next year, as a code into `panel.spells.regions`; -1 for who is gone."""
        return self.panel.spells.code_in("region", self.next_year)


def aged(history: History, plan_year: Period, assumptions: Assumptions) -> Aged:
    """A history aged by as long again as its last plan year.

    Raises DataGap where nobody is employed on the plan year's last day, or where history lacks what a panel needs.
    """
    length = len(plan_year.months)
    next_year = Period(plan_year.last + 1, plan_year.last + length)
    seen = _until(history, plan_year)
    past = build_panel(seen, plan_year, _first_year(seen, plan_year, assumptions.blocks.years))
    posts = _posts(seen.tables["managers"], plan_year)
    staying = set(posts.loc[posts["valid_to"].isna(), "manager_id"])
    if not staying:
        what = f"nobody is employed on {plan_year.end}, the last day of {plan_year.label}"
        raise DataGap(history.title.get("en", "history"), [Problem("managers", what, "correct the spells")])
    ratchet = assumptions.targets.ratchet.value
    targets, rolled = _targets(history, seen, past, plan_year, next_year, ratchet, staying)
    tables = dict(seen.tables) | {
        "managers": posts,
        "targets": targets,
        "client_forecasts": _forecasts(history, past, plan_year, next_year, ratchet),
        "fx": _rates(seen.tables["fx"], plan_year, next_year),
    }
    measures = {
        name: replace(each, observed=Period(each.observed.first, max(next_year.last, each.observed.last)))
        if each.observed is not None and each.observed.last >= plan_year.last
        else each
        for name, each in seen.measures.items()
    }
    older = seen.with_tables(tables, measures=measures)
    return Aged(seen, plan_year, next_year, build_panel(older, next_year, plan_year), past, rolled)


def _until(history: History, plan_year: Period) -> History:
    """What was known at the end of the plan year; calendars, and targets and rates already set, may reach beyond."""
    day, tables = pd.Timestamp(plan_year.end), dict(history.tables)
    managers = tables["managers"]
    tables["managers"] = _only(managers, managers["valid_from"] <= day)
    for name in ("activity", "client_income"):
        tables[name] = _only(tables[name], tables[name]["month"] <= plan_year.last)
    for name in ("events", "transactions"):
        tables[name] = _only(tables[name], tables[name]["date"] <= day)
    sold = set(tables["transactions"]["transaction_id"])
    for name in ("credits", "transaction_figures"):
        tables[name] = _only(tables[name], Coded.of(tables[name]["transaction_id"]).among(sold))
    aside = history.quarantine
    if len(aside):
        aside = aside[aside["month"] <= plan_year.last].reset_index(drop=True)
    return history.with_tables(tables, quarantine=aside)


def _only(table: pd.DataFrame, rows: Any) -> pd.DataFrame:
    """Some of the rows; where these are all, the table itself."""
    return table if np.all(rows) else table[rows].reset_index(drop=True)


def _first_year(history: History, plan_year: Period, years: int) -> Period:
    """The first of the years whose months may be repeated, at least the year before the plan year."""
    length = len(plan_year.months)
    months = [history.tables[name]["month"].min() for name in ("activity", "client_income")]
    first = min(int(each) for each in months if pd.notna(each)) if any(map(pd.notna, months)) else 0
    whole = (plan_year.first - first) // length
    back = length * max(1, min(years - 1, whole))
    return Period(plan_year.first - back, plan_year.last - back)


def _posts(managers: pd.DataFrame, plan_year: Period) -> pd.DataFrame:
    """Spells that reach the plan year's last day go on."""
    there = managers["valid_to"].isna() | (managers["valid_to"] >= pd.Timestamp(plan_year.end))
    return managers.assign(valid_to=managers["valid_to"].where(~there))


@cache
def _shifted(period: str, by: int) -> str:
    each = Period.parse(period)
    return Period(each.first + by, each.last + by).label


def _touching(rows: pd.DataFrame, year: Period) -> pd.Series:
    asked = {label: Period.parse(label) for label in rows["period"].unique()}
    inside = {label for label, each in asked.items() if each.first <= year.last and each.last >= year.first}
    return rows["period"].isin(inside)


def _targets(
    history: History,
    seen: History,
    past: Panel,
    last: Period,
    following: Period,
    ratchet: float,
    staying: set[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The targets table with next year's rows, and how each of them came about."""
    table = history.tables["targets"]
    already = set(table.loc[_touching(table, following), "measure"]) if len(table) else set()
    rows = table[_touching(table, last) & ~table["measure"].isin(already)] if len(table) else table
    # Who has left is asked for nothing more.
    rows = rows[(rows["level"] != "manager") | rows["unit_id"].isin(staying)].reset_index(drop=True)
    told = []
    for measure, mine in rows.groupby("measure", sort=True):
        bases = _Bases(past, str(measure), last)
        # Parts move with the whole: targets below a region's own would else no longer add up to it.
        leading = {level: set(mine.loc[mine["level"] == level, "unit_id"]) for level in LEVELS}
        for row in mine.itertuples(index=False):
            level, unit = past_leader(past, str(row.level), str(row.unit_id), leading)
            before, now, why = bases.of(level, unit)
            moved = 1.0 + ratchet * (now / before - 1.0) if why == "moved" else 1.0
            rounding = Rounding(past.facts.layout.digits(str(measure)), "half_up")
            target = (
                float(rounding.apply(np.array([row.target * moved]))[0]) if why == "moved" else row.target
            )
            period = _shifted(str(row.period), len(last.months))
            told.append((row.level, row.unit_id, measure, period, row.target, before, now, target, why))
    rolled = pd.DataFrame(told, columns=ROLLED)
    new = rows.sort_values("measure", kind="stable").reset_index(drop=True)
    new = new.assign(period=rolled["period"].to_numpy(), target=rolled["next"].to_numpy(dtype=np.float64))
    kept = [table, new.astype(table.dtypes.to_dict())] if len(new) else [table]
    return pd.concat(kept, ignore_index=True), rolled


def past_leader(past: Panel, level: str, unit: str, leading: Mapping[str, set[str]]) -> tuple[str, str]:
    """The widest unit with a target of the same measure that a unit is part of at the year's end: itself at least."""
    if level == "region":
        return level, unit
    spells = past.spells
    ids = spells.managers if level == "manager" else spells.outlets
    here = np.flatnonzero(ids[spells.at(level)] == unit)
    if here.size:
        row = here[np.argmax(spells.month[here])]
        for wider, names in (("region", spells.regions), ("outlet", spells.outlets)):
            of = str(names[spells.at(wider)[row]])
            if of in leading[wider]:
                return wider, of
    return level, unit


class _Bases:
    """What the units reached of a measure in the last year and in the one before."""

    def __init__(self, past: Panel, measure: str, last: Period) -> None:
        self.past = past
        layout = past.facts.layout
        names = [name for name in (measure, income_fact(measure, "accrued")) if self._known(name)]
        self.name = names[0] if names else ""
        self.share = layout.ratio(measure) is not None
        year = len(last.months)
        at = last.first - past.months[0]
        self.windows = ((at - year, at - 1), (at, at + year - 1))

    def _known(self, name: str) -> bool:
        return name in self.past.history.measures or name in self.past.facts.layout.lines

    def of(self, level: str, unit: str) -> tuple[float, float, str]:
        """The base before, the new one, and whether a target can move with them."""
        if self.share:
            return float("nan"), float("nan"), "a share"
        spells = self.past.spells
        ids = {"region": spells.regions, "outlet": spells.outlets, "manager": spells.managers}[level]
        at = np.flatnonzero(ids == unit)
        if not self.name or not at.size or self.windows[0][0] < 0:
            return float("nan"), float("nan"), "base not known"
        before, now = (self._over(level, *window) for window in self.windows)
        numbers = float(before.number[at[0]]), float(now.number[at[0]])
        if not (before.ok[at[0]] and now.ok[at[0]]):
            return *numbers, "base not known"
        return *numbers, "moved" if min(numbers) > 0 else "base not positive"

    def _over(self, level: str, first: int, last: int) -> Values:
        months = self.past.monthly(Column(self.name, level=level))  # type: ignore[arg-type]
        stock = self.past.facts.layout.is_stock(self.name)
        return months.at_end(first, last) if stock else months.over(first, last)


def _forecasts(
    history: History, past: Panel, last: Period, following: Period, ratchet: float
) -> pd.DataFrame:
    """The clients' forecasts for next year, in the same proportion to what each brought."""
    table = history.tables["client_forecasts"]
    if table.empty or _touching(table, following).any():
        return table
    rows = table[_touching(table, last)]
    before, now = _brought(past, rows, last)
    moves = (before > 0) & (now > 0)
    factor = 1.0 + ratchet * (np.divide(now, before, out=np.ones(len(rows)), where=moves) - 1.0)
    new = rows.assign(
        growth=np.round(rows["growth"].to_numpy() * factor, 2),
        period=[_shifted(str(each), len(last.months)) for each in rows["period"]],
    )
    return pd.concat([table, new.astype(table.dtypes.to_dict())], ignore_index=True)


def _brought(past: Panel, rows: pd.DataFrame, last: Period) -> tuple[Numbers, Numbers]:
    """What the client of each row brought on its line in the year before the last one and in it; 0 without income."""
    layout = past.facts.layout
    client, fact = layout.history.coded("client_income", "client_id"), layout.facts
    line = fact.called([income_line(each) for each in fact.words])
    place = client.codes * len(line.words) + line.codes
    month, amount = (layout.income[each].to_numpy(dtype=np.float64) for each in ("month", "amount"))
    who = codes_of(rows["client_id"], {each: at for at, each in enumerate(client.words)})
    which = codes_of(rows["line"], {each: at for at, each in enumerate(line.words)})
    known = (who >= 0) & (which >= 0)
    asked = np.where(known, who * len(line.words) + which, 0)
    found = []
    for first, end in ((last.first - len(last.months), last.first), (last.first, np.inf)):
        mine = (month >= first) & (month < end) & ~np.isnan(amount)
        size = max(len(client.words) * len(line.words), 1)
        sums = np.bincount(place[mine], amount[mine], minlength=size)
        found.append(np.where(known, sums[asked], 0.0))
    return found[0], found[1]


def _rates(table: pd.DataFrame, last: Period, following: Period) -> pd.DataFrame:
    """Next year's exchange rates, where they are not known yet: those of the last month that is."""
    rows = [table]
    known = set(zip(table["currency"], table["month"], strict=True))
    for currency, mine in table[table["month"] <= last.last].groupby("currency", sort=True):
        newest = mine.loc[[mine["month"].idxmax()]]
        new = [each for each in following.months if (currency, each) not in known]
        if new:
            rows.append(pd.concat([newest.assign(month=each) for each in new], ignore_index=True))
    return pd.concat(rows, ignore_index=True)
