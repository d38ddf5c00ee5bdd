"""One person's events, weekly and monthly reports, and remarks in a period; what names anybody else is withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from unicodedata import east_asian_width

import numpy as np
import pandas as pd

from policymodel.disclosure import Promise, Secrets, scan_html
from policymodel.disclosure.secrets import forms
from policymodel.history.persons import Persons
from policymodel.history.rubric import Item, Rubric
from policymodel.periods import Period
from policymodel.report.display import Fold
from policymodel.scheme.biography import Number as Dated
from policymodel.scheme.kinds.card import Deduction
from policymodel.tables import Number, Row, Table
from policymodel.words.numbers import Count, Span
from policymodel.words.page import ACTUAL
from policymodel.words.sentences import Passage, Sentence, Text, Value, say

MOST_REPORTS, MOST_REMARKS, MOST_EVENTS = 5, 3, 5
"""Rows that stand on the sheet; the others stand in a fold, which is not printed."""
LONGEST = {"work_reports": 70, "remarks": 100}
"""Letters of a text that stand on the sheet; a Chinese character is as wide as two."""
Name = Callable[[str, object], Value]
OF_TEXTS = ("work_reports", "remarks")
KINDS: Mapping[str, Sentence] = {
    "weekly": say("weekly"),
    "monthly": say("monthly"),
    "research": say("market report"),
}


@dataclass(frozen=True)
class Discretion:
    """Whom a text of one region may name: whoever's sheet it stands on, and nobody else of `persons`."""

    persons: Persons
    region: str
    _promises: dict[str, Promise] = field(default_factory=dict, repr=False)

    @cached_property
    def secrets(self) -> Secrets:
        """Everybody's ids and names."""
        return Secrets(self.persons.everybody())

    def naming_others(self, texts: Sequence[str], manager_id: str) -> set[str]:
        """Which of some texts name anybody but one manager, read as the scanner reads a page: together, then singly.

        >>> words = {"the id of a manager": frozenset({"EMP-07", "EMP-12"})}
        >>> here = Discretion(Persons({"north": words}), "north")
        >>> here.naming_others(["EMP-07: a good quarter", "ask emp-12"], "EMP-07")
        {'ask emp-12'}
        """
        if manager_id not in self._promises:
            own = self.persons.called(self.region, manager_id)
            allowed = frozenset(form for word in own for form in forms(word))
            self._promises[manager_id] = Promise(self.secrets, allowed=allowed, persons=True)
        promise, once = self._promises[manager_id], list(dict.fromkeys(texts))
        if not scan_html(_as_page(once), promise):
            return set()
        return {each for each in once if scan_html(_as_page([each]), promise)}


def _as_page(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in texts)


def texts_of(
    tables: Mapping[str, pd.DataFrame], periods: Sequence[Period], discretion: Discretion
) -> dict[str, pd.DataFrame]:
    """The reports and remarks of everybody in some periods: day, period, `said` as a sheet shows it, `withheld`."""
    return {name: _read(name, tables[name], periods, discretion) for name in OF_TEXTS}


def _read(name: str, table: pd.DataFrame, periods: Sequence[Period], discretion: Discretion) -> pd.DataFrame:
    """A report belongs to the period in which it is due, a remark to that of its day."""
    day = table["due"].fillna(table["date"]) if name == "work_reports" else table["date"]
    month = day.dt.year * 12 + day.dt.month - 1
    label = pd.Series("", index=table.index)
    for each in periods:
        label = label.mask((month >= each.first) & (month <= each.last), each.label)
    rows = table.assign(day=day, period=label)[(label != "").to_numpy()]
    rows = rows.sort_values(["day", "source_row"], ascending=False, kind="stable")
    texts = [" ".join(str(text).split()) for text in rows["text"]]
    rows = rows.assign(said=texts)
    naming = {
        (str(who), text)
        for who, own in rows.groupby("manager_id", sort=False)["said"]
        for text in discretion.naming_others(own.tolist(), str(who))
    }
    pairs = zip(rows["manager_id"].astype(str), texts, strict=True)
    return rows.assign(withheld=[each in naming for each in pairs])


def withheld_rows(texts: Mapping[str, pd.DataFrame], people: Iterable[str]) -> pd.DataFrame:
    """Which texts are withheld from the sheets of some people, for whoever runs them: table, file and row, no words."""
    rows = [
        frame[frame["withheld"].to_numpy(dtype=bool) & frame["manager_id"].isin(set(people)).to_numpy()]
        .assign(table=name)
        .loc[:, ["table", "source_file", "source_row"]]
        for name, frame in texts.items()
    ]
    return pd.concat(rows, ignore_index=True).sort_values(["table", "source_file", "source_row"])


def reports(rows: pd.DataFrame, period: Period) -> list[Table | Fold]:
    """One person's reports: kind, by when, when, adopted when, and how they begin."""
    heads: list[Value] = [say("Due"), say("Handed in"), say("Adopted"), say("How it begins")]
    caption = say("Reports due in {period}, the latest first", period=Span(period.label))

    def row(each: pd.Series, whole: bool) -> Row:
        handed: Value = _day(each["date"])
        if pd.notna(each["due"]) and each["date"] > each["due"]:
            handed = say("{day}, late", day=handed)
        kind: Value = KINDS.get(each["kind"], each["kind"])
        words = _said(each, "work_reports", whole)
        return Row(kind, [_day(each["due"]), handed, _day(each["adopted_on"]), words])

    return _listed(rows, MOST_REPORTS, Table(caption, say("Report"), heads, (), ACTUAL), row)


def remarks(rows: pd.DataFrame, period: Period) -> list[Table | Fold]:
    """What reviewers remarked about one person, with the day; one that is cut stands in full in a fold."""
    caption = say("Remarks of {period}, the latest first", period=Span(period.label))
    table = Table(caption, say("Day"), [say("Remark")], (), ACTUAL)

    def row(each: pd.Series, whole: bool) -> Row:
        return Row(_day(each["date"]), [_said(each, "remarks", whole)])

    shown = _listed(rows, MOST_REMARKS, table, row)
    first = rows[:MOST_REMARKS]
    whole = [beginning(text, LONGEST["remarks"]) == text for text in first["said"]]
    cut = first[~first["withheld"].astype(bool) & ~np.array(whole, dtype=bool)]
    if len(cut):
        rows_in_full = [row(each, True) for _, each in cut.iterrows()]
        full = replace(table, caption=say("{table}: in full", table=caption), rows=rows_in_full)
        shown.append(Fold(say("What is cut above, in full"), (full,)))
    return shown


def marks(table: pd.DataFrame, person: str, period: Period, rubric: Rubric | None) -> list[Table]:
    """One person's marks for duties, each beside what it means; who gave them is not told (S2).

    Of several marks the mean is shown, with the words of the marks on either side of it; those not given are counted.
    """
    inside = (table["date"] >= pd.Timestamp(period.start)) & (table["date"] <= pd.Timestamp(period.end))
    mine = table[((table["manager_id"] == person) & inside).to_numpy()]
    items = rubric.items if rubric is not None else {}
    order = [*(each for each in items if each in set(mine["item"])), *sorted({*mine["item"]} - {*items})]
    rows = []
    for name in order:
        own = mine.loc[(mine["item"] == name).to_numpy(), "mark"]
        mean, lost, item = float(own.mean()), int(own.isna().sum()), items.get(name)
        title: Value = Text(item.title.by_language()) if item is not None else str(name)
        meant: Value = "" if item is None or mean != mean else _meaning(item, mean)
        missing: Value = say("{count} of {all}", count=Count(lost), all=Count(len(own))) if lost else "–"
        rows.append(Row(title, [Number(mean, 0 if mean % 1 == 0 else 2), missing, meant]))
    heads: list[Value] = [say("Mark"), say("Marks missing"), say("What it means")]
    caption = say(
        "Marks for duties in {period}, the mean where several were given", period=Span(period.label)
    )
    return [Table(caption, say("Duty"), heads, rows, ACTUAL)] if rows else []


def _meaning(item: Item, mark: float) -> Value:
    """The words of a mark; of a mean between two marks, those of both with their numbers."""
    words = [(each, Text(texts)) for each, texts in item.words(mark)]
    if len(words) == 1:
        return words[0][1]
    return Passage(tuple(say("{mark}: {words}", mark=Count(each), words=text) for each, text in words))


def events(
    table: pd.DataFrame, person: str, period: Period, deductions: Sequence[Deduction], name: Name
) -> list[Table | Fold]:
    """One person's verified events: day, channel, what, and the points that it costs under the first design (S4.3).

    `name` says what a code is called; what a line counts goes by the line.
    """
    mine = table[(table["manager_id"] == person) & table["verified"].fillna(False).astype(bool)]
    inside = (mine["date"] >= pd.Timestamp(period.start)) & (mine["date"] <= pd.Timestamp(period.end))
    rows = mine[inside].sort_values(["date", "source_row"], ascending=False, kind="stable")
    heads: list[Value] = [say("Channel"), say("What"), say("Points")]
    caption = say("Verified complaints and findings in {period}, the latest first", period=Span(period.label))

    def row(each: pd.Series, whole: bool) -> Row:
        lines = [
            line
            for line in deductions
            if line.event == each["event"] and (not line.channels or each["channel"] in line.channels)
        ]
        # a line is called after the channel that counts, so what came another way goes by the event's own name
        what: Value = Text(dict(lines[0].title.languages)) if lines else name("event", each["event"])
        channel: Value = name("channel", each["channel"]) if each["channel"] else "–"
        return Row(_day(each["date"]), [channel, what, _points(each, lines)])

    return _listed(rows, MOST_EVENTS, Table(caption, say("Day"), heads, (), ACTUAL), row)


def _points(event: pd.Series, lines: Sequence[Deduction]) -> Number | Value:
    """What an event takes off: as each of its lines says, or as the finding does."""
    if not lines:
        return say("does not count")
    taken = 0.0
    for line in lines:
        if isinstance(line.points_each, Dated):
            taken += float(line.points_each.on(event["date"].date()) or 0)
        else:
            taken += float(event["points"])
    return Number(-taken, 1 if taken % 1 else 0)


def _listed(
    rows: pd.DataFrame, most: int, table: Table, row: Callable[[pd.Series, bool], Row]
) -> list[Table | Fold]:
    """The first rows, and a fold that says how many more there are and holds them; nothing where there are none."""
    every = [each for _, each in rows.iterrows()]
    shown: list[Table | Fold] = (
        [replace(table, rows=[row(each, False) for each in every[:most]])] if every else []
    )
    if rest := every[most:]:
        others = say("{table}: the others", table=table.caption)
        inside = replace(table, caption=others, rows=[row(each, True) for each in rest])
        more = say("And {count} more", count=Count(len(rest)))
        shown.append(Fold(more, (inside,)))
    return shown


def _said(row: pd.Series, table: str, whole: bool) -> Value:
    if row["withheld"]:
        return say("Withheld: the text names another person.")
    text = str(row["said"])
    fits = beginning(text, LONGEST[table])
    return text if whole or fits == text else f"{fits.rstrip()} …"


def beginning(text: str, width: int) -> str:
    """As much of a text as is no wider than so many Latin letters.

    >>> beginning("abcdef", 4), beginning("存款淨增", 4)
    ('abcd', '存款')
    """
    for place, letter in enumerate(text):
        width -= 2 if east_asian_width(letter) in "WF" else 1
        if width < 0:
            return text[:place]
    return text


def _day(day: pd.Timestamp) -> Value:
    return "–" if pd.isna(day) else day.date().isoformat()
