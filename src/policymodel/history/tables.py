"""The canonical tables of history, declared once: managers and what they did, targets, transactions, rates; records."""

from __future__ import annotations

from functools import cache

import pandas as pd

from policymodel.history.columns import Kind, Table, TableColumn, identifier
from policymodel.history.record_tables import RECORD_TABLES

MANAGERS = Table(
    "managers",
    "Dated spells: where an account manager worked, in which grade, from when to when.",
    (
        identifier("manager_id", "the account manager"),
        TableColumn("name", Kind.TEXT, "for people to read"),
        identifier("region", "the region of the spell"),
        identifier("outlet_id", "the outlet of the spell"),
        TableColumn("grade", Kind.TEXT, "the grade the base wage follows (S6.6)"),
        TableColumn("fte", Kind.NUMBER, "share of a full-time post, above 0 and at most 1", default="1"),
        TableColumn(
            "plan",
            Kind.TEXT,
            "the plan under which the person is appraised and paid; blank: the ordinary one (S6.8)",
        ),
        identifier("reports_to", "the manager who leads this one directly", required=False),
        TableColumn(
            "hired", Kind.DATE, "day of joining; blank: the first day of the first spell", month_means="first"
        ),
        TableColumn("valid_from", Kind.DATE, "first day of the spell", required=True, month_means="first"),
        TableColumn("valid_to", Kind.DATE, "last day of the spell; blank: it goes on", month_means="last"),
    ),
    key=("manager_id", "valid_from"),
    required=True,
)
OUTLETS = Table(
    "outlets",
    "The outlets (網點) and the region each belongs to.",
    (
        identifier("outlet_id", "the outlet"),
        TableColumn("name", Kind.TEXT, "for people to read"),
        identifier("region", "its region"),
    ),
    key=("outlet_id",),
)
ACTIVITY = Table(
    "activity",
    "What was achieved: one figure for a manager, a month and a measure.",
    (
        identifier("manager_id", "who achieved it"),
        TableColumn("month", Kind.MONTH, "in which month", required=True),
        identifier("measure", "which declared measure"),
        TableColumn(
            "actual", Kind.NUMBER, "the figure; blank: not known, which is not zero", compulsory=True
        ),
    ),
    key=("manager_id", "month", "measure"),
    required=True,
)
TARGETS = Table(
    "targets",
    "Targets as set, at the level they were set (S4.0).",
    (
        TableColumn(
            "level", Kind.TEXT, "whose target", required=True, closed=("region", "outlet", "manager")
        ),
        identifier("unit_id", "the region, outlet or manager"),
        identifier("measure", "which declared measure"),
        TableColumn("period", Kind.PERIOD, "a year, quarter, month or run of months", required=True),
        TableColumn("target", Kind.NUMBER, "the figure to reach", required=True),
    ),
    key=("level", "unit_id", "measure", "period"),
)
EVENTS = Table(
    "events",
    "Dated events that earn or cost points (S4.2, S4.3).",
    (
        identifier("event_id", "the event; blank where the source has no number", required=False),
        identifier("manager_id", "whom it concerns"),
        TableColumn("date", Kind.DATE, "when it happened", required=True),
        identifier("event", "what happened"),
        TableColumn("channel", Kind.TEXT, "how it was reported, for example hotline"),
        TableColumn("verified", Kind.YES_NO, "an unverified event does not count", default="yes"),
        TableColumn("points", Kind.NUMBER, "points set by the finding itself"),
    ),
    key=("event_id",),
)
CLIENT_INCOME = Table(
    "client_income",
    "Income of a client in a month, by line, currency and basis (S6.2), with the manager credited for it.",
    (
        identifier("client_id", "the client"),
        identifier("manager_id", "who is credited"),
        TableColumn("month", Kind.MONTH, "in which month", required=True),
        identifier("line", "interest, deposit, fee …"),
        TableColumn("currency", Kind.TEXT, "of the amount", required=True),
        TableColumn("amount", Kind.NUMBER, "the income, in its own currency", required=True),
        TableColumn(
            "basis",
            Kind.TEXT,
            "whether it came in that month or was earned in it (S6.9); blank: received",
            closed=("received", "accrued"),
        ),
    ),
    key=("client_id", "manager_id", "month", "line", "currency", "basis"),
)
CLIENT_FORECASTS = Table(
    "client_forecasts",
    "How the portfolio is expected to develop: what a client's income of a line is to grow by (S6.4).",
    (
        identifier("client_id", "the client"),
        identifier("line", "interest, deposit, fee …"),
        TableColumn("period", Kind.PERIOD, "the target's period, or a part of it", required=True),
        TableColumn(
            "growth",
            Kind.NUMBER,
            "the growth over the base, in the history's currency; below zero where it shrinks",
            required=True,
        ),
    ),
    key=("client_id", "line", "period"),
)
CLIENTS = Table(
    "clients",
    "What is known of a client beside what it brings: for classes and portfolios (S6.7, S6.8). A blank is not known.",
    (
        identifier("client_id", "the client"),
        TableColumn("industry", Kind.TEXT, "its industry"),
        TableColumn("chain", Kind.TEXT, "the supply chain it belongs to, upstream or downstream"),
        TableColumn("client_group", Kind.TEXT, "clients of one system, group or controlling holder"),
        TableColumn("condition", Kind.TEXT, "the condition of its business"),
        TableColumn("rating", Kind.TEXT, "its credit rating"),
        TableColumn("size", Kind.TEXT, "its size"),
        TableColumn("credit_record", Kind.TEXT, "how it has paid so far"),
        TableColumn("dealings", Kind.TEXT, "its dealings with the bank"),
        TableColumn(
            "separate_book", Kind.YES_NO, "kept under separate-book management (分賬經營)", default="no"
        ),
        TableColumn("potential", Kind.NUMBER, "what it could bring in a year; blank: not known"),
    ),
    key=("client_id",),
)
TRANSACTIONS = Table(
    "transactions",
    "Single deals and refunds, each with its amount, and the manager who made it.",
    (
        identifier("transaction_id", "the transaction"),
        identifier("manager_id", "who made it, and is credited with all of it where `credits` names nobody"),
        TableColumn("date", Kind.DATE, "when it counts", required=True),
        TableColumn("product", Kind.TEXT, "what was sold"),
        TableColumn("amount", Kind.NUMBER, "its amount; a refund's is negative", required=True),
        identifier("client_id", "the client", required=False),
        identifier("refers_to", "the transaction that this one reverses", required=False),
    ),
    key=("transaction_id",),
)
CREDITS = Table(
    "credits",
    "Who is credited with what share of a transaction.",
    (
        identifier("transaction_id", "which transaction"),
        identifier("manager_id", "who is credited"),
        TableColumn("share", Kind.NUMBER, "the share credited, above 0 and at most 1", required=True),
    ),
    key=("transaction_id", "manager_id"),
)
TRANSACTION_FIGURES = Table(
    "transaction_figures",
    "Other figures of a transaction: its margin, its term in months, the months it was kept …",
    (
        identifier("transaction_id", "which transaction"),
        identifier("figure", "the name of the figure"),
        TableColumn("value", Kind.NUMBER, "the figure; blank: not known, which is not zero", compulsory=True),
    ),
    key=("transaction_id", "figure"),
)
FX = Table(
    "fx",
    "Exchange rates: units of the history's currency for one unit of a foreign one.",
    (
        identifier("currency", "the foreign currency"),
        TableColumn("month", Kind.MONTH, "in which month", required=True),
        TableColumn("average", Kind.NUMBER, "the mean rate of the month"),
        TableColumn("period_end", Kind.NUMBER, "the rate on the month's last day"),
    ),
    key=("currency", "month"),
    everywhere=True,
)
CALENDAR = Table(
    "calendar",
    "The bank's working days, for targets that are judged by them (S4.0). Every day of a target's time has its row.",
    (
        TableColumn("date", Kind.DATE, "the day", required=True),
        TableColumn("working", Kind.YES_NO, "whether it is a working day", required=True),
    ),
    key=("date",),
    everywhere=True,
)

PAID = Table(
    "paid",
    "What was really paid, to hold against what a scheme pays. Rows of one person, period and item add up.",
    (
        identifier("payment_id", "the payment; blank where the source has no number", required=False),
        identifier("manager_id", "who was paid"),
        TableColumn("period", Kind.PERIOD, "for which year, quarter, month or run of months", required=True),
        identifier("item", "the id of the pay item or of its part; blank: all of it", required=False),
        TableColumn("amount", Kind.NUMBER, "the amount, in the history's currency", required=True),
    ),
    key=("payment_id",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MANAGERS,
        OUTLETS,
        ACTIVITY,
        TARGETS,
        EVENTS,
        CLIENT_INCOME,
        CLIENT_FORECASTS,
        CLIENTS,
        TRANSACTIONS,
        CREDITS,
        TRANSACTION_FIGURES,
        FX,
        PAID,
        CALENDAR,
        *RECORD_TABLES,
    )
}
AMOUNTS_OF_A_TRANSACTION = ("amount", "share", "credited", "count")
"""Words for what every transaction has; no figure of `transaction_figures` can be called by them."""

FINDING_COLUMNS: dict[str, str] = {
    "severity": "str",
    "table": "str",
    "file": "str",
    "row": "int64",
    "column": "str",
    "value": "str",
    "rule": "str",
    "what_to_do": "str",
    "region": "str",
}
COUNT_COLUMNS: dict[str, str] = {
    "table": "str",
    "file": "str",
    "region": "str",
    "rows_in": "int64",
    "accepted": "int64",
    "quarantined": "int64",
    "excluded": "int64",
}
QUARANTINE_COLUMNS: dict[str, str] = {
    "table": "str",
    "file": "str",
    "row": "int64",
    "region": "str",
    "manager_id": "str",
    "month": "int64",
    "measure": "str",
    "transaction_id": "str",
    "rules": "str",
    "content": "str",
}


def empty_frame(columns: dict[str, str]) -> pd.DataFrame:
    """A frame of those columns and types with no row.

    >>> list(empty_frame(COUNT_COLUMNS))
    ['table', 'file', 'region', 'rows_in', 'accepted', 'quarantined', 'excluded']
    """
    return _empty(tuple(columns.items())).copy()


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})
