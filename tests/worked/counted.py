"""Monthly figures counted from records, read a second time: plain Python, one person and one rule at a time.

It imports nothing of the package. Tables are rows of text as files hold them; a rule is written as in a mapping.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ABSENT = "absent"
MARKS = "012345"


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def last_day(month: int) -> date:
    year, index = divmod(month, 12)
    return date(year, index + 1, monthrange(year, index + 1)[1])


def day_in(row: Row, column: str) -> date | None:
    return date.fromisoformat(row[column]) if row.get(column) else None


def employed(tables: Tables, who: str, first: date, last: date) -> bool:
    """Whether a manager has a spell that touches the days."""
    return any(
        spell["manager_id"] == who
        and date.fromisoformat(spell["valid_from"]) <= last
        and (day_in(spell, "valid_to") or date.max) >= first
        for spell in tables["managers"]
    )


def employed_in(tables: Tables, who: str, month: int) -> bool:
    return employed(tables, who, last_day(month).replace(day=1), last_day(month))


def assigned(tables: Tables, who: str, client: str, day: date) -> bool:
    return any(
        (spell["manager_id"], spell["client_id"]) == (who, client)
        and date.fromisoformat(spell["valid_from"]) <= day <= (day_in(spell, "valid_to") or date.max)
        for spell in tables["assignments"]
    )


def class_before(tables: Tables, row: Row) -> str:
    """The class of a client before a spell, whoever had it; `none`, or nothing where it cannot be known."""
    earlier = [
        spell
        for spell in tables["assignments"]
        if spell["client_id"] == row["client_id"] and spell["valid_from"] < row["valid_from"]
    ]
    if earlier:
        return max(earlier, key=lambda spell: spell["valid_from"])["client_class"]
    first = min(spell["valid_from"] for spell in tables["assignments"])
    return "none" if row["valid_from"] > first else ""


def written(tables: Tables, row: Row, column: str) -> str:
    return class_before(tables, row) if column == "class_before" else row.get(column, "")


def working_days(tables: Tables, first: date, last: date) -> int | None:
    """Days that the bank works after the first up to the last; None where the calendar does not hold both."""
    works = {date.fromisoformat(row["date"]): row["working"] == "yes" for row in tables.get("calendar", [])}
    if first not in works or last not in works:
        return None
    return sum(works[day] for day in works if first < day <= last) - sum(
        works[day] for day in works if last < day <= first
    )


def days_between(tables: Tables, first: date, last: date, counted_in: str) -> int | None:
    if counted_in == "working":
        return working_days(tables, first, last)
    return (last - first).days


def begins(row: Row) -> date:
    """The day of a record; of a spell its first."""
    return date.fromisoformat(row.get("valid_from") or row["date"])


def ends(row: Row) -> date:
    """The day of a record; of a spell its last."""
    return (day_in(row, "valid_to") or date.max) if "valid_from" in row else begins(row)


def unreadable(tables: Tables, who: str, row: Row) -> bool:
    """A row that was put aside: a day or an amount that is none, or a day on which nobody was there."""
    try:
        first, last = begins(row), ends(row)
        Fraction(row.get("amount", "0"))
    except ValueError:
        return True
    if row.get("mark", "") not in {"", *MARKS}:
        return True
    return not employed(tables, who, first, last)


class Counter:
    """One rule for one person."""

    def __init__(self, tables: Tables, rule: Mapping[str, Any], who: str) -> None:
        self.tables, self.rule, self.who = tables, rule, who
        figure = rule["figure"]
        self.word, self.column = (figure, "") if isinstance(figure, str) else next(iter(figure.items()))
        self.length = LENGTHS[rule.get("within", "month")]
        self.counted: list[tuple[int, Fraction]] = []
        self.unsure: set[int] = set()
        rows = [row for row in tables[rule["of"]] if row["manager_id"] == who]
        if "at" not in rule:
            self._records(rows)

    def figure(self, month: int) -> Fraction | str:
        """The figure of a month; 0 where nothing counts."""
        if "at" in self.rule:
            return self._state(month)
        if self.word in ("mean", "median", "last"):
            return self._level(month)
        if month in self.unsure:
            return ABSENT
        return sum((value for at, value in self.counted if at == month), Fraction(0))

    def _records(self, rows: Sequence[Row]) -> None:
        good = []
        for row in rows:
            if not unreadable(self.tables, self.who, row):
                good.append(row)
            elif self._asked(row) and self.rule.get("put_aside") != "leave_out":
                self._lost(row)
        seen: set[tuple[object, ...]] = set()
        # sorted is stable: of one day the first in the file comes first
        for row in sorted(good, key=begins):
            for month, value, keys in self._counting(row):
                if all(key not in seen for key in keys):
                    seen.update(keys)
                    self.counted.append((month, value))

    def _asked(self, row: Row) -> bool:
        """Whether the kind of a row that was put aside, or what it marks, is asked for."""
        asked = self.rule.get("where", {})
        return all(
            column not in asked or not row.get(column) or row[column] in asked[column]
            for column in ("kind", "item")
        )

    def _lost(self, row: Row) -> None:
        try:
            month = month_of(begins(row))
        except ValueError:
            return
        if employed_in(self.tables, self.who, month):
            self.unsure.add(month)

    def _counting(self, row: Row) -> Iterator[tuple[int, Fraction, list[tuple[object, ...]]]]:
        rule, day = self.rule, begins(row)
        where = rule.get("where", {}).items()
        if any(written(self.tables, row, column) not in words for column, words in where):
            return
        if any(not row.get(column) for column in rule.get("having", [])):
            return
        month = month_of(day)
        if not self._inside(row, month):
            return
        if late := rule.get("back_dated"):
            recorded = day_in(row, "recorded_on") or day
            passed = days_between(self.tables, day, recorded, late.get("counted_in", "calendar"))
            if passed is not None and passed > int(late["after_days"]):
                if late["then"] == "leave_out":
                    return
                if late["then"] == "count_when_recorded":
                    month = month_of(recorded)
        if rule.get("assigned") and not assigned(self.tables, self.who, row.get("client_id", ""), day):
            return
        if "followed_by" in rule:
            if not row.get("client_id"):
                if employed_in(self.tables, self.who, month):
                    self.unsure.add(month)
                return
            if not self._followed(row):
                return
        timely = self._timely(row, day)
        if timely is None and employed_in(self.tables, self.who, month):
            self.unsure.add(month)
        if not timely or not employed_in(self.tables, self.who, month):
            return
        value = Fraction(1)
        if self.word in ("sum", "mean", "median", "last", "distinct"):
            if not row.get(self.column):
                self.unsure.add(month)
                return
            value = value if self.word == "distinct" else Fraction(row[self.column])
        keys: list[tuple[object, ...]] = []
        if once := rule.get("once_per"):
            parts = [month if column == "month" else row.get(column, "") for column in once]
            keys += [("once", *parts)] if all(part != "" for part in parts) else []
        if self.word == "distinct":
            keys.append(("distinct", month // self.length, row[self.column]))
        yield month, value, keys

    def _inside(self, row: Row, month: int) -> bool:
        """Whether its numbers lie inside the bounds, both included; without a number the month is not known."""
        least, most = self.rule.get("at_least", {}), self.rule.get("at_most", {})
        for column in {**least, **most}:
            if not row.get(column):
                self.unsure.add(month)
                return False
            number = Fraction(row[column])
            if column in least and number < Fraction(least[column]):
                return False
            if column in most and number > Fraction(most[column]):
                return False
        return True

    def _followed(self, row: Row) -> bool:
        """Whether another readable record of this manager and the client comes so soon after."""
        asked = self.rule["followed_by"]
        for other in self.tables[self.rule["of"]]:
            same = other["manager_id"] == self.who and other.get("client_id") == row["client_id"]
            if other is row or not same or unreadable(self.tables, self.who, other):
                continue
            if any(other.get(column, "") not in words for column, words in asked.get("where", {}).items()):
                continue
            if 0 <= (begins(other) - ends(row)).days <= int(asked["days"]):
                return True
        return False

    def _timely(self, row: Row, day: date) -> bool | None:
        """Whether a record is in time; None where that cannot be said."""
        rule = self.rule.get("on_time")
        if rule is None:
            return True
        to = rule.get("to", "date")
        done = day_in(row, to) or (day if to == "recorded_on" else None)
        if "by" in rule:
            due = day_in(row, rule["by"])
            if due is None:
                return None
            return done is not None and done <= due
        start = day_in(row, rule["from"])
        if start is None:
            return None
        if done is None:
            return False
        passed = days_between(self.tables, start, done, rule.get("counted_in", "calendar"))
        return None if passed is None else passed <= int(rule["days"])

    def _level(self, month: int) -> Fraction | str:
        """A mean, a median or the last mark of the span, told in its last month of employment."""
        first = month // self.length * self.length
        there = [
            each for each in range(first, first + self.length) if employed_in(self.tables, self.who, each)
        ]
        if not there or month != there[-1]:
            return Fraction(0)
        if self.unsure & set(range(first, first + self.length)):
            return ABSENT
        values = [value for at, value in self.counted if first <= at < first + self.length]
        if not values:
            return Fraction(0)
        return {"mean": sum(values) / len(values), "median": median(values), "last": values[-1]}[self.word]

    def _state(self, month: int) -> Fraction | str:
        """What holds on the last day of a month."""
        if not employed_in(self.tables, self.who, month):
            return Fraction(0)
        rows = [row for row in self.tables[self.rule["of"]] if row["manager_id"] == self.who]
        end, found = last_day(month), []
        for row in rows:
            first = date.fromisoformat(row.get("valid_from") or row["date"])
            last = day_in(row, "valid_to") or date.max
            if self.rule["of"] == "client_files":
                later = [row2["date"] for row2 in rows if row2["client_id"] == row["client_id"]]
                following = [date.fromisoformat(each) for each in later if each > row["date"]]
                last = min(following) - timedelta(days=1) if following else date.max
            wanted = all(row.get(column, "") in words for column, words in self.rule.get("where", {}).items())
            if self.rule.get("assigned") and not assigned(self.tables, self.who, row["client_id"], end):
                continue
            if wanted and first <= end <= last:
                found.append(row)
        return Fraction(len({row[self.column] for row in found}) if self.word == "distinct" else len(found))
