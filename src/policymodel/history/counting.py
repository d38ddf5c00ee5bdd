"""Monthly figures counted from single records: what became of each record under a rule, and the figures that follow.

S1.2, S1 (ours): every record has one fate under a rule, so records in = counted + explained. A figure is made of the
counted ones and of nothing else; whoever asks which records made it asks the same function again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.columns import Kind
from policymodel.history.ledger import ABOUT
from policymodel.history.parsing import Mask
from policymodel.history.record_rules import LEVELS, BackDated, OnTime, RecordRule
from policymodel.history.record_tables import RECORDS
from policymodel.history.whereabouts import SPAN, Spells, days_of_months, months_of, region_of
from policymodel.periods import MONTHS_OF

Tables = Mapping[str, pd.DataFrame]


class Fate(IntEnum):
    """What became of a record; a state has the first of those that it meets at the ends of its months."""

    COUNTED = 0
    AGAIN = 1
    NOT_ASKED_FOR = 2
    NOT_ASSIGNED = 3
    BLANK = 4
    LATE = 5
    BACK_DATED = 6
    NOT_EMPLOYED = 7
    NO_MONTH_END = 8
    COPY = 9
    PUT_ASIDE = 10
    NOBODY = 11
    ALONE = 12


MEANINGS: dict[Fate, str] = {
    Fate.COUNTED: "counted",
    Fate.AGAIN: "the same once more",
    Fate.NOT_ASKED_FOR: "not asked for",
    Fate.NOT_ASSIGNED: "of a client not assigned then",
    Fate.BLANK: "without what the rule needs",
    Fate.LATE: "not in time",
    Fate.BACK_DATED: "recorded too late",
    Fate.NOT_EMPLOYED: "recorded when the manager had left",
    Fate.NO_MONTH_END: "over before a month's end",
    Fate.COPY: "standing twice",
    Fate.PUT_ASIDE: "put aside",
    Fate.NOBODY: "put aside, of nobody who is known",
    Fate.ALONE: "without the other record that the rule asks for",
}


def fates(
    rule: RecordRule, tables: Tables, quarantine: pd.DataFrame, months: range = range(0)
) -> pd.DataFrame:
    """What became of each record under a rule; of a state, at the end of each of some months.

    Parameters
    ----------
    rule : RecordRule
        How the measure is counted.
    tables : Mapping[str, DataFrame]
        Managers, records and what else the rule reads. The records may be those of a few people alone.
    quarantine : DataFrame
        Rows that were put aside.
    months : range
        The months at whose ends a state is looked at; records need none.

    Returns
    -------
    DataFrame
        One row a record (a state: a row a month). position (in the record table; of what was put aside -1 minus the
        position in `quarantine`), manager_id, month (-1: not known), value (NaN: not known), fate.
    """
    told = _standing(rule, tables, months)
    if (quarantine["table"] == rule.of).any():
        told = pd.concat([told, _aside(rule, tables, quarantine)], ignore_index=True)
    return told


def figures(rule: RecordRule, told: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The measure's figures: manager_id, month, actual (NaN: not known), in order of manager and month.

    A record that lacks what the rule needs, or was put aside, leaves its month (a mean: its span; a state: every month
    from then on) not known.
    """
    fate, month = told["fate"].to_numpy(), told["month"].to_numpy()
    counted = told[fate == Fate.COUNTED]
    if rule.figure.word == "last":
        day = tables[rule.of][rule.day].to_numpy()[counted["position"]]
        counted = counted.assign(day=day).sort_values("day", kind="stable")
    lost = (fate == Fate.BLANK) & (month >= 0)
    if rule.put_aside == "not_known":
        lost |= fate == Fate.PUT_ASIDE
    unsure = told[lost].drop_duplicates(["manager_id", "month"]) if lost.any() else told.iloc[:0]
    word = "sum"
    if rule.figure.word in LEVELS:
        word = rule.figure.word
        counted, unsure = _at_span_ends(rule, counted, tables), _at_span_ends(rule, unsure, tables)
    if rule.at and len(unsure):
        unsure = _from_then_on(unsure, told)
    # Managers as numbers in the order of their ids: one number then is the key, and its order that of the figures.
    managers = pd.Index(told["manager_id"].unique()).sort_values()
    key, lost_key = (
        managers.get_indexer(rows["manager_id"]) * SPAN + rows["month"].to_numpy()
        for rows in (counted, unsure)
    )
    actual = counted["value"].groupby(key, sort=True).agg(word)
    if len(lost_key):
        actual = actual.reindex(np.union1d(actual.index, lost_key))
        actual[np.isin(actual.index, lost_key)] = np.nan
    keys = actual.index.to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {"manager_id": managers.take(keys // SPAN), "month": keys % SPAN, "actual": actual.to_numpy()}
    )


def account_of(rule: RecordRule, tables: Tables, quarantine: pd.DataFrame) -> dict[Fate, int]:
    """How many records met each fate; they add up to the records that were accepted or put aside."""
    told = fates(rule, tables, quarantine, known_months(tables))
    first = told.sort_values("fate", kind="stable").drop_duplicates("position")["fate"]
    return {Fate(fate): int(size) for fate, size in first.value_counts().sort_index().items()}


def known_months(tables: Tables) -> range:
    """The months from the first to the last in which anything was recorded."""
    found = [tables["activity"]["month"].to_numpy(dtype=np.int64)]
    for name in RECORDS:
        day = "date" if "date" in tables[name] else "valid_from"
        found.append(months_of(tables[name][day]))
    months = np.concatenate(found)
    months = months[months >= 0]
    return range(int(months.min()), int(months.max()) + 1) if months.size else range(0)


def days_late(rule: BackDated, table: pd.DataFrame, tables: Tables) -> NDArray[np.float64]:
    """Days from when each record happened to when it was recorded; 0 where that is blank."""
    recorded = table["recorded_on"].fillna(table["date"])
    return _days_between(table["date"], recorded, rule.counted_in, tables)


def _standing(rule: RecordRule, tables: Tables, months: range) -> pd.DataFrame:
    """The fates of accepted records."""
    table = tables[rule.of].reset_index(drop=True)
    rows = _Rows.of(rule, table, months)
    at = rows.position
    _asked(rule, table, rows)
    if rule.back_dated is not None:
        late = days_late(rule.back_dated, table, tables)[at] > rule.back_dated.after_days
        if rule.back_dated.then == "leave_out":
            rows.say(late, Fate.BACK_DATED)
        if rule.back_dated.then == "count_when_recorded":
            rows.month[late] = months_of(table["recorded_on"])[at][late]
    who = table["manager_id"].take(at).reset_index(drop=True)
    if rule.assigned:
        rows.say(
            ~_assigned(who, table["client_id"].take(at), rows.day, tables["assignments"]), Fate.NOT_ASSIGNED
        )
    if rule.followed_by:
        rows.say((table["client_id"].fillna("").astype("str") == "").to_numpy()[at], Fate.BLANK)
        rows.say(~_followed(rule, table)[at], Fate.ALONE)
    if rule.on_time is not None:
        late, blank = _late(rule.on_time, table, tables)
        rows.say(blank[at], Fate.BLANK)
        rows.say(late[at], Fate.LATE)
    if (
        rule.day == "valid_from"
        or rule.at
        or (rule.back_dated is not None and rule.back_dated.then == "count_when_recorded")
    ):
        # A record in the month in which it happened was held against the spells when it was read; a state of some
        # length was not in the month in which it began.
        _, there = Spells.of(tables["managers"]).during(who, *days_of_months(rows.month))
        rows.say(~there, Fate.NOT_EMPLOYED)
    value = np.ones(len(at))
    if rule.figure.word in ("sum", *LEVELS):
        value = table[rule.figure.column].to_numpy(dtype=np.float64)[at]
        rows.say(np.isnan(value), Fate.BLANK)
    if rule.once_per is not None or rule.figure.word == "distinct":
        _say_again(rule, table, rows, _places(rule, table, tables)[at])
    return pd.DataFrame(
        {"position": at, "manager_id": who, "month": rows.month, "value": value, "fate": rows.fate}
    )


def _places(rule: RecordRule, table: pd.DataFrame, tables: Tables) -> NDArray[np.int64]:
    """One number for each manager, of a mover one for each region: clients are counted anew there."""
    found, names = pd.factorize(table["manager_id"])
    codes = np.asarray(found, dtype=np.int64)
    regions = tables["managers"][["manager_id", "region"]].drop_duplicates()
    if len(table) == 0 or regions["manager_id"].is_unique:
        return codes
    region = pd.factorize(region_of(rule.of, {**tables, rule.of: table}))[0]
    return np.asarray(codes + region * len(names), dtype=np.int64)


def _say_again(rule: RecordRule, table: pd.DataFrame, rows: _Rows, place: NDArray[np.int64]) -> None:
    """Which records are the same once more: by `once_per`, and as a distinct value of its span."""
    at = rows.position

    def codes_of(column: str) -> NDArray[np.int64]:
        """One number for each value, -1 for a blank."""
        values = table[column].mask(table[column].astype("str") == "") if column in words else table[column]
        return np.asarray(pd.factorize(values)[0], dtype=np.int64)[at]

    words = {each.name for each in rule.table.columns if each.kind is Kind.TEXT}
    if rule.once_per is not None:
        parts = {column: codes_of(column) for column in rule.once_per if column != "month"}
        blank = (
            np.any([each < 0 for each in parts.values()], axis=0) if parts else np.zeros(len(at), dtype=bool)
        )
        if "month" in rule.once_per or rule.at:
            parts["month"] = rows.month
        rows.first_of(pd.DataFrame({"place": place, **parts}), ~blank)
    if rule.figure.word == "distinct":
        what = codes_of(rule.figure.column)
        rows.say(what < 0, Fate.BLANK)
        span = rows.month // MONTHS_OF[rule.within]
        rows.first_of(
            pd.DataFrame({"place": place, "span": span, "what": what}), np.ones(len(at), dtype=bool)
        )


@dataclass
class _Rows:
    """Records, or states at the ends of months, while their fates are settled; the first thing said of one stays."""

    position: NDArray[np.int64]
    day: NDArray[Any]
    month: NDArray[np.int64]
    fate: NDArray[np.int8]

    @classmethod
    def of(cls, rule: RecordRule, table: pd.DataFrame, months: range) -> _Rows:
        day = table[rule.day].to_numpy(dtype="datetime64[D]")
        month = months_of(table[rule.day]).copy()
        if rule.at is None:
            return cls(np.arange(len(table)), day, month, np.zeros(len(table), dtype=np.int8))
        first = np.maximum(month, months.start)
        last = np.minimum(_last_month_ends(rule, table, months), months.stop - 1)
        times = np.maximum(last - first + 1, 0)
        # A state that holds at no month's end is told once, in the month it began.
        shown = np.maximum(times, 1)
        position = np.repeat(np.arange(len(table)), shown)
        run = np.arange(shown.sum()) - np.repeat(np.cumsum(shown) - shown, shown)
        held = np.repeat(times > 0, shown)
        month = np.where(held, np.repeat(first, shown) + run, np.repeat(month, shown))
        ends = (month + 1 - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(
            1, "D"
        )
        return cls(position, ends, month, np.where(held, Fate.COUNTED, Fate.NO_MONTH_END).astype(np.int8))

    def say(self, rows: Mask, fate: Fate) -> None:
        """Some rows met a fate, unless another was said of them before."""
        self.fate[(self.fate == Fate.COUNTED) & rows] = fate

    def first_of(self, key: pd.DataFrame, comparable: Mask) -> None:
        """Of comparable rows with one key the first by day counts."""
        at = np.flatnonzero((self.fate == Fate.COUNTED) & comparable)
        at = at[np.lexsort((self.position[at], self.day[at]))]
        again = key.iloc[at].duplicated().to_numpy()
        self.fate[at[again]] = Fate.AGAIN


def _last_month_ends(rule: RecordRule, table: pd.DataFrame, months: range) -> NDArray[np.int64]:
    """The last month at whose end each state holds."""
    if "valid_to" in table:
        until = table["valid_to"] + pd.Timedelta(days=1)
    else:
        ordered = table.sort_values(["manager_id", "client_id", "date"], kind="stable")
        following = ordered.groupby(["manager_id", "client_id"], sort=False)["date"].shift(-1)
        until = following.reindex(table.index)
    return np.where(until.isna(), max(months.stop, 1) - 1, months_of(until) - 1)


def _followed(rule: RecordRule, table: pd.DataFrame) -> Mask:
    """Which records have another one of the same manager and client so few days after them; a spell, after its end."""
    assert rule.followed_by is not None
    wanted = np.ones(len(table), dtype=bool)
    for column, words in rule.followed_by.where.items():
        wanted &= _words(rule, table, column).isin(list(words)).to_numpy()
    first = table[rule.day]
    last = table["valid_to"].fillna(pd.Timestamp.max.floor("D")) if "valid_to" in table else first
    of = pd.DataFrame(
        {"who": table["manager_id"], "client": table["client_id"], "row": np.arange(len(table))}
    )
    both = of.assign(day=last).merge(
        of.assign(day=first)[wanted], on=["who", "client"], suffixes=("", "_other")
    )
    passed = (both["day_other"] - both["day"]).dt.days
    near = both[(passed >= 0) & (passed <= rule.followed_by.days) & (both["row"] != both["row_other"])]
    kept = np.zeros(len(table), dtype=bool)
    kept[near["row"].to_numpy()] = True
    return kept


def _asked(rule: RecordRule, table: pd.DataFrame, rows: _Rows) -> None:
    at = rows.position
    for column, words in rule.where.items():
        rows.say(~_words(rule, table, column).isin(list(words)).to_numpy()[at], Fate.NOT_ASKED_FOR)
    for column in rule.having or ():
        filled = table[column].notna() & (table[column].astype("str") != "")
        rows.say(~filled.to_numpy()[at], Fate.NOT_ASKED_FOR)
    for column in {**rule.at_least, **rule.at_most}:
        number = table[column].to_numpy(dtype=np.float64)[at]
        rows.say(np.isnan(number), Fate.BLANK)
        least, most = rule.at_least.get(column, -np.inf), rule.at_most.get(column, np.inf)
        rows.say((number < least) | (number > most), Fate.NOT_ASKED_FOR)


def _words(rule: RecordRule, table: pd.DataFrame, column: str) -> pd.Series:
    """A column as a mapping writes it."""
    if rule.table.column(column).kind is Kind.YES_NO:
        return table[column].map({True: "yes", False: "no"})
    return table[column]


def _late(rule: OnTime, table: pd.DataFrame, tables: Tables) -> tuple[Mask, Mask]:
    """Which records are not in time, and of which it cannot be said."""
    done = table[rule.to]
    if rule.to == "recorded_on":
        done = done.fillna(table["date"])
    if rule.by is not None:
        due = table[rule.by]
        return np.asarray((done > due) | done.isna()), np.asarray(due.isna())
    assert rule.after is not None
    assert rule.days is not None
    passed = _days_between(table[rule.after], done, rule.counted_in, tables)
    unknown = table[rule.after].isna().to_numpy() | (np.isnan(passed) & done.notna().to_numpy())
    return np.asarray(done.isna().to_numpy() | (passed > rule.days)), unknown


def _days_between(first: pd.Series, last: pd.Series, counted_in: str, tables: Tables) -> NDArray[np.float64]:
    """Days after the first up to the last; NaN where one is blank or the calendar of working days does not reach it."""
    start, end = (each.to_numpy(dtype="datetime64[D]") for each in (first, last))
    blank = np.isnat(start) | np.isnat(end)
    if counted_in == "calendar":
        return np.where(blank, np.nan, (end - start).astype(np.int64).astype(np.float64))
    calendar = tables["calendar"].sort_values("date")
    days = calendar["date"].to_numpy(dtype="datetime64[D]")
    worked = np.append(0, np.cumsum(calendar["working"].to_numpy(dtype=bool)))
    passed = (
        worked[np.searchsorted(days, end, side="right")] - worked[np.searchsorted(days, start, side="right")]
    )
    known = ~blank & np.isin(start, days) & np.isin(end, days)
    return np.where(known, passed.astype(np.float64), np.nan)


def _assigned(
    who: pd.Series, clients: pd.Series, day: NDArray[np.datetime64], assignments: pd.DataFrame
) -> Mask:
    """Whether each client was assigned to the manager on a day."""
    asked = pd.DataFrame({"manager_id": who.to_numpy(), "client_id": clients.to_numpy()})
    asked = asked.assign(row=np.arange(len(asked)), day=day)
    spells = assignments[["manager_id", "client_id", "valid_from", "valid_to"]]
    both = asked.merge(spells, on=["manager_id", "client_id"])
    held = (both["valid_from"] <= both["day"]) & (both["valid_to"].isna() | (both["valid_to"] >= both["day"]))
    found = np.zeros(len(asked), dtype=bool)
    found[both.loc[held, "row"]] = True
    return found


def _aside(rule: RecordRule, tables: Tables, quarantine: pd.DataFrame) -> pd.DataFrame:
    """The fates of records that were put aside; one whose month is nobody's changes no figure."""
    aside = quarantine[(quarantine["table"] == rule.of).to_numpy()]
    position = -1 - np.flatnonzero((quarantine["table"] == rule.of).to_numpy())
    month = aside["month"].to_numpy(dtype=np.int64)
    at, there = Spells.of(tables["managers"]).during(aside["manager_id"], *days_of_months(month))
    fate = np.full(len(aside), Fate.PUT_ASIDE, dtype=np.int8)
    fate[~there & (month >= 0 if rule.at is None else at < 0)] = Fate.NOBODY
    fate[(month < 0) & (rule.at is None)] = Fate.NOBODY
    about = aside["measure"].to_numpy(dtype=object)
    if wanted := rule.where.get(ABOUT.get(rule.of, "")):
        fate[~np.isin(about, list(wanted)) & (about != "")] = Fate.NOT_ASKED_FOR
    fate[(aside["rules"] == "duplicate_row").to_numpy()] = Fate.COPY
    who = aside["manager_id"].to_numpy(dtype=object)
    return pd.DataFrame(
        {"position": position, "manager_id": who, "month": month, "value": np.nan, "fate": fate}
    )


def _at_span_ends(rule: RecordRule, rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Rows moved to the month in which a stock is read: the last of their span in which the manager is employed."""
    if rows.empty:
        return rows
    length = MONTHS_OF[rule.within]
    last = rows["month"].to_numpy(dtype=np.int64) // length * length + length - 1
    spells = Spells.of(tables["managers"])
    month = last.copy()
    for back in range(length - 1, -1, -1):
        _, there = spells.during(rows["manager_id"], *days_of_months(last - back))
        month = np.where(there, last - back, month)
    return rows.assign(month=month)


def _from_then_on(unsure: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """A state that is not known leaves every later month of its manager not known, as far as states are told."""
    months = told.loc[told["month"] >= 0, "month"]
    if months.empty:
        return unsure[unsure["month"] >= 0]
    every = pd.DataFrame({"later": range(int(months.min()), int(months.max()) + 1)})
    both = unsure.merge(every, how="cross")
    both = both[both["later"] >= both["month"]]
    return both[["manager_id", "later"]].rename(columns={"later": "month"}).drop_duplicates()
