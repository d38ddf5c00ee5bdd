"""Reading rows as they are written: text becomes words, days, months and exact numbers, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from policymodel.periods import Period, days_in_month, month_label, month_number
from policymodel.reference.rows import Credit, Declared, Event, Figure, Forecast, Rows, Spell, Target
from policymodel.scheme.terms import income_fact

Cells = Mapping[str, str]
_YES = ("yes", "y", "true", "1", "是")
_MARKS = ("duplicate_row",)
"""Rules of quarantine under which nothing is lost: the row stands a second time."""


class Frames(Protocol):
    """What is needed of a history: its frames, and what its measures are."""

    @property
    def tables(self) -> Mapping[str, Any]:
        """A frame for each table."""

    @property
    def measures(self) -> Mapping[str, Any]:
        """The declaration of each measure."""

    @property
    def quarantine(self) -> Any:
        """The rows put aside."""

    @property
    def currency(self) -> str:
        """The currency in which the bank counts."""


def read_rows(
    tables: Mapping[str, list[dict[str, str]]],
    measures: Mapping[str, Mapping[str, Any]],
    currency: str = "CNY",
) -> Rows:
    """Rows from tables in which every cell is text, and the measures as a mapping file declares them.

    Income in another currency than the bank's own is worth the mean rate of its month; without one it is not known.

    >>> spell = {"manager_id": "m1", "region": "R", "outlet_id": "o", "valid_from": "2024-01-01"}
    >>> read_rows({"managers": [spell]}, {}).spells[0].fte
    Fraction(1, 1)
    """

    def of(name: str) -> list[dict[str, str]]:
        return tables.get(name, [])

    aside = [row for row in of("quarantine") if row["rules"] not in _MARKS]
    rates = {
        (row["currency"], _month(row["month"])): (_number(row["average"]), _number(row["period_end"]))
        for row in of("fx")
    }

    def at_home(row: Cells) -> Fraction | None:
        amount = _number(row["amount"])
        if row["currency"] == currency or amount is None:
            return amount
        rate, _ = rates.get((row["currency"], _month(row["month"])), (None, None))
        return None if rate is None else amount * rate

    return Rows(
        spells=tuple(_spell(row) for row in of("managers")),
        activity=tuple(
            Figure(row["manager_id"], _month(row["month"]), row["measure"], _number(row["actual"]))
            for row in of("activity")
        ),
        income=tuple(
            Figure(
                row["manager_id"],
                _month(row["month"]),
                income_fact(row["line"], "accrued" if row.get("basis") == "accrued" else "received"),
                at_home(row),
                row["client_id"],
            )
            for row in of("client_income")
        ),
        targets=tuple(
            Target(
                row["level"],
                row["unit_id"],
                row["measure"],
                Period.parse(row["period"]),
                Fraction(row["target"]),
            )
            for row in of("targets")
        ),
        forecasts=tuple(
            Forecast(row["client_id"], row["line"], Period.parse(row["period"]), Fraction(row["growth"]))
            for row in of("client_forecasts")
        ),
        events=tuple(
            Event(
                row["manager_id"],
                date.fromisoformat(row["date"]),
                row["event"],
                row.get("channel", ""),
                row.get("verified", "yes").lower() in _YES,
                _number(row.get("points", "")),
            )
            for row in of("events")
        ),
        credits=_credits(of("transactions"), of("credits"), aside),
        figures={
            (row["transaction_id"], row["figure"]): _number(row["value"]) for row in of("transaction_figures")
        },
        rates=rates,
        aside=frozenset(
            (row["table"], row["manager_id"], _month(row["month"]), row["measure"])
            for row in aside
            if row["month"]
        ),
        figures_aside=frozenset(
            (row["transaction_id"], row["measure"]) for row in aside if row["table"] == "transaction_figures"
        ),
        calendar={date.fromisoformat(row["date"]): row["working"].lower() in _YES for row in of("calendar")},
        measures={name: _declared(name, each) for name, each in measures.items()},
    )


def rows_of(history: Frames) -> Rows:
    """The rows of a history that was read already; a float is the shortest decimal that names it."""
    tables = {name: _written(frame) for name, frame in history.tables.items()}
    names = ("type", "unit", "no_row", "top", "bottom", "within", "observed")
    measures = {name: {key: getattr(each, key) for key in names} for name, each in history.measures.items()}
    return read_rows({**tables, "quarantine": _written(history.quarantine)}, measures, history.currency)


def _written(frame: Any) -> list[dict[str, str]]:
    return [
        {str(name): _text(str(name), cell) for name, cell in row.items()} for row in frame.to_dict("records")
    ]


def _text(name: str, cell: Any) -> str:
    # What is not equal to itself is a blank: a number or a day that is not there.
    if cell is None or cell != cell:
        return ""
    if name == "month":
        return month_label(int(cell)) if int(cell) >= 0 else ""
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day).isoformat()
    return str(cell)


def _number(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _month(text: str) -> int:
    return month_number(text[:7])


def _day(text: str, *, last: bool = False) -> date | None:
    """A day, or the first or last day of a month."""
    if not text:
        return None
    if len(text) > 7:
        return date.fromisoformat(text)
    month = month_number(text)
    return date(month // 12, month % 12 + 1, days_in_month(month) if last else 1)


def _spell(row: Cells) -> Spell:
    first = _day(row["valid_from"])
    assert first is not None, "a spell has a first day"
    return Spell(
        who=row["manager_id"],
        region=row.get("region", ""),
        outlet=row["outlet_id"],
        grade=row.get("grade", ""),
        fte=Fraction(row.get("fte") or "1"),
        first=first,
        last=_day(row.get("valid_to", ""), last=True),
        leader=row.get("reports_to", ""),
        hired=_day(row.get("hired", "")),
        plan=row.get("plan", ""),
    )


def _credits(
    transactions: list[dict[str, str]], shared: list[dict[str, str]], aside: list[dict[str, str]]
) -> tuple[Credit, ...]:
    """Each transaction for everybody credited with it, whole to its manager where nobody else is named."""
    shares: dict[str, list[tuple[str, Fraction]]] = {}
    for row in shared:
        shares.setdefault(row["transaction_id"], []).append((row["manager_id"], Fraction(row["share"])))
    found = []
    for row in transactions:
        for who, share in shares.get(row["transaction_id"], [(row["manager_id"], Fraction(1))]):
            day = date.fromisoformat(row["date"])
            amount = _number(row["amount"])
            found.append(Credit(day, row["transaction_id"], who, row.get("product", ""), amount, share))
    named = {row["transaction_id"] for row in aside if row["table"] == "credits"}
    for row in aside:
        whole = row["table"] == "transactions" and row["transaction_id"] not in named
        if row["month"] and (whole or row["table"] == "credits"):
            day = Period.parse(row["month"]).start
            found.append(
                Credit(day, row["transaction_id"], row["manager_id"], row["measure"], None, Fraction(0), True)
            )
    return tuple(sorted(found, key=lambda each: (each.day, each.transaction, each.who)))


def _declared(name: str, each: Mapping[str, Any]) -> Declared:
    observed = each.get("observed")
    return Declared(
        name,
        each["type"],
        each.get("unit", ""),
        each["no_row"],
        each.get("top"),
        each.get("bottom"),
        each.get("within"),
        Period.parse(observed) if isinstance(observed, str) else observed,
    )
