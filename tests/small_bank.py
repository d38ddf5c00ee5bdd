"""A bank of a few people, written out row by row, for tests that work by hand."""

from collections.abc import Mapping, Sequence

import pandas as pd

from policymodel.history.facts import History
from policymodel.history.measures import Measure
from policymodel.history.record_tables import RECORDS
from policymodel.history.tables import COUNT_COLUMNS, FINDING_COLUMNS, QUARANTINE_COLUMNS, TABLES, empty_frame
from policymodel.periods import month_number

AMOUNTS = ("net_deposits", "insurance_sold", "funds_sold")
COUNTS = (
    "wealth_accounts",
    "autodebit_agreements",
    "broker_links",
    "debit_cards",
    "credit_cards",
    "ebanking_clients",
    "off_counter_business",
    "total_business",
    "wealth_clients_maintained",
    "research_reports",
    "research_reports_adopted",
)
STOCKS = ("wealth_clients", "client_files_kept", "duty_mark")

MEASURES = (
    {name: Measure(name, {"en": name}, "flow", "CNY", "up", "absent") for name in AMOUNTS}
    | {name: Measure(name, {"en": name}, "flow", "count", "up", "zero") for name in COUNTS}
    | {name: Measure(name, {"en": name}, "stock", "count", "up", "absent") for name in STOCKS}
    | {
        "off_counter_share": Measure(
            "off_counter_share",
            {"en": "off-counter share"},
            "ratio",
            "share",
            "up",
            "absent",
            top="off_counter_business",
            bottom="total_business",
        )
    }
)

Row = Sequence[object]


def managers(
    *rows: Row,
    regions: Mapping[str, str] | None = None,
    leaders: Mapping[str, str] | None = None,
    hired: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """(manager, outlet, from, to or None, grade B, FTE 1): in region R, or in that of their outlet."""
    filled = [(*row, *("B", 1.0)[len(row) - 4 :]) for row in rows]
    frame = pd.DataFrame(
        filled, columns=["manager_id", "outlet_id", "valid_from", "valid_to", "grade", "fte"]
    )
    frame["valid_from"] = pd.to_datetime(frame["valid_from"])
    frame["valid_to"] = pd.to_datetime(frame["valid_to"])
    frame["region"] = [(regions or {}).get(each, "R") for each in frame["outlet_id"]]
    frame["reports_to"] = [(leaders or {}).get(each, "") for each in frame["manager_id"]]
    frame["hired"] = pd.to_datetime([(hired or {}).get(each) for each in frame["manager_id"]])
    return _rows(frame, "managers.csv")


def activity(*rows: Row) -> pd.DataFrame:
    """(manager, month, measure, actual)."""
    frame = pd.DataFrame(rows, columns=["manager_id", "month", "measure", "actual"])
    frame["month"] = [month_number(month) for month in frame["month"]]
    return _rows(frame.astype({"actual": float}), "activity.csv")


def targets(*rows: Row) -> pd.DataFrame:
    """(level, unit, measure, period, target)."""
    frame = pd.DataFrame(rows, columns=["level", "unit_id", "measure", "period", "target"])
    return _rows(frame.astype({"target": float}), "targets.csv")


def events(*rows: Row) -> pd.DataFrame:
    """(manager, date, event, channel, verified, points or None)."""
    frame = pd.DataFrame(rows, columns=["manager_id", "date", "event", "channel", "verified", "points"])
    frame["date"] = pd.to_datetime(frame["date"])
    return _rows(frame.astype({"points": float}).assign(event_id=""), "events.csv")


def income(*rows: Row) -> pd.DataFrame:
    """(client, manager, month, line, amount), and where it is not yuan received: currency, basis."""
    names = ["client_id", "manager_id", "month", "line", "amount", "currency", "basis"]
    written = [(*row, *("CNY", "")[len(row) - 5 :]) for row in rows]
    frame = pd.DataFrame(written, columns=names)
    frame["month"] = [month_number(month) for month in frame["month"]]
    return _rows(frame.astype({"amount": float}), "client_income.csv")


def forecasts(*rows: Row) -> pd.DataFrame:
    """(client, line, period, growth)."""
    frame = pd.DataFrame(rows, columns=["client_id", "line", "period", "growth"])
    return _rows(frame.astype({"growth": float}), "client_forecasts.csv")


def transactions(*rows: Row) -> pd.DataFrame:
    """(transaction, manager, date, product, amount)."""
    frame = pd.DataFrame(rows, columns=["transaction_id", "manager_id", "date", "product", "amount"])
    frame["date"] = pd.to_datetime(frame["date"])
    blank = frame.assign(client_id="", refers_to="")
    return _rows(blank.astype({"amount": float}), "transactions.csv")


def credits_of(*rows: Row) -> pd.DataFrame:
    """(transaction, manager, share)."""
    frame = pd.DataFrame(rows, columns=["transaction_id", "manager_id", "share"])
    return _rows(frame.astype({"share": float}), "credits.csv")


def figures_of(*rows: Row) -> pd.DataFrame:
    """(transaction, figure, value or None)."""
    frame = pd.DataFrame(rows, columns=["transaction_id", "figure", "value"])
    return _rows(frame.astype({"value": float}), "transaction_figures.csv")


def fx(*rows: Row) -> pd.DataFrame:
    """(currency, month, average, period_end), the rates or None."""
    frame = pd.DataFrame(rows, columns=["currency", "month", "average", "period_end"])
    frame["month"] = [month_number(month) for month in frame["month"]]
    return _rows(frame.astype({"average": float, "period_end": float}), "fx.csv")


def calendar(*rows: Row) -> pd.DataFrame:
    """(day, whether it is worked on)."""
    frame = pd.DataFrame(rows, columns=["date", "working"])
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[us]")
    return _rows(frame.astype({"working": bool}), "calendar.csv")


def paid(*rows: Row) -> pd.DataFrame:
    """(manager, period, item or "", amount)."""
    frame = pd.DataFrame(rows, columns=["manager_id", "period", "item", "amount"])
    return _rows(frame.astype({"amount": float}).assign(payment_id=""), "paid.csv")


def bank(**tables: pd.DataFrame) -> History:
    """History of the given tables; the others are empty."""
    makers = {
        "activity": activity,
        "targets": targets,
        "events": events,
        "client_income": income,
        "client_forecasts": forecasts,
        "transactions": transactions,
        "credits": credits_of,
        "transaction_figures": figures_of,
        "fx": fx,
        "paid": paid,
        "calendar": calendar,
    }
    given = {name: tables[name] if name in tables else maker() for name, maker in makers.items()}
    given |= {name: tables.get(name, TABLES[name].empty()) for name in (*RECORDS, "clients")}
    outlets = _rows(pd.DataFrame(columns=["outlet_id", "name", "region"]), "outlets.csv")
    assert set(given) | {"managers", "outlets"} == set(TABLES)
    return History(
        tables={"managers": tables["managers"], "outlets": outlets, **given},
        measures=MEASURES,
        currency="CNY",
        findings=empty_frame(FINDING_COLUMNS),
        counts=empty_frame(COUNT_COLUMNS),
        quarantine=empty_frame(QUARANTINE_COLUMNS),
        title={"en": "a small bank"},
    )


def _rows(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    return frame.assign(source_file=file, source_row=range(2, len(frame) + 2))
