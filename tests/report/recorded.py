"""A bank of 24 people with single records: contacts, collections, surveys, attendance, reports and remarks.

The bank is invented as ever; the records are written here, row by row, for everybody in the same way, so that a sheet
is as full as a real one. What a test looks at by hand it adds itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from policymodel.draws import Draws
from policymodel.history.record_tables import RECORDS
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import read_run_file

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "params" / "runs" / "demo.yaml"
COLUMNS = {
    "contacts": ["contact_id", "manager_id", "client_id", "date", "recorded_on", "due", "kind"],
    "collections": ["collection_id", "manager_id", "client_id", "due", "date", "amount"],
    "surveys": ["survey_id", "manager_id", "client_id", "date", "score", "out_of"],
    "attendance": ["manager_id", "date", "status", "place"],
    "work_reports": ["report_id", "manager_id", "kind", "due", "date", "adopted_on", "text"],
    "remarks": ["remark_id", "manager_id", "reviewer_id", "date", "text"],
}
TITLES = {
    "contacts_made": ("Contacts made", "聯絡次數", "联络次数"),
    "clients_contacted": ("Clients contacted", "聯絡客戶數", "联络客户数"),
    "collected": ("Payments collected", "回款金額", "回款金额"),
    "survey_points": ("Satisfaction points", "滿意度得分", "满意度得分"),
    "survey_out_of": ("Best satisfaction points", "滿意度滿分", "满意度满分"),
    "satisfaction": ("Satisfaction", "客戶滿意度", "客户满意度"),
    "days_present": ("Days present", "出勤天數", "出勤天数"),
    "days_recorded": ("Days recorded", "應出勤天數", "应出勤天数"),
    "attendance": ("Attendance", "出勤率", "出勤率"),
    "reports_in_time": ("Reports in time", "按時提交報告", "按时提交报告"),
}
UNITS = {"collected": "CNY", "satisfaction": "share", "attendance": "share"}
PARTS = {"satisfaction": ("survey_points", "survey_out_of"), "attendance": ("days_present", "days_recorded")}
RULES = {
    "contacts_made": {"of": "contacts", "where": {"kind": ["visit", "call"]}, "figure": "records"},
    "clients_contacted": {"of": "contacts", "figure": {"distinct": "client_id"}, "within": "quarter"},
    "collected": {"of": "collections", "figure": {"sum": "amount"}},
    "survey_points": {"of": "surveys", "figure": {"sum": "score"}},
    "survey_out_of": {"of": "surveys", "figure": {"sum": "out_of"}},
    "days_present": {"of": "attendance", "where": {"status": ["present"]}, "figure": "records"},
    "days_recorded": {"of": "attendance", "figure": "records"},
    "reports_in_time": {"of": "work_reports", "on_time": {"by": "due"}, "figure": "records"},
}
EVIDENCE = (
    "wealth_clients",
    "client_files_kept",
    "wealth_clients_maintained",
    "research_reports",
    "research_reports_adopted",
)
"""What the card's bonus is counted from (S4.2)."""
END = "2025-12-31"
REMARK = (
    "Deposits grew with new families in the district; follow-up notes come in time. Insurance stays behind the plan of "
    "the outlet, please agree two joint appointments a week with the product desk before the end of the next month."
)


def recorded_bank(folder: Path, more: dict[str, list[tuple[object, ...]]] | None = None) -> Path:
    """Write the bank, its records (and `more` rows of them) and a run over them; the path of the run file."""
    bank = folder / "bank"
    write_bank(bank, Draws(1), managers=24, regions=2)
    managers = pd.read_csv(bank / "managers.csv", dtype=str)
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in COLUMNS}
    for person, spells in managers.groupby("工號"):
        begins, ends = spells["起始日期"].min(), spells["截止日期"].fillna(END).max()
        for name, made in _records(str(person), *map(date.fromisoformat, (begins, ends))).items():
            rows[name] += made
    for name in COLUMNS:
        rows[name] += (more or {}).get(name, [])
    for name, columns in COLUMNS.items():
        with (bank / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows[name]])
    if events := (more or {}).get("events"):
        with (bank / "events.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(events)
    mapping = _mapping()
    evidence = {name: rule for name, rule in mapping["records"].items() if name in EVIDENCE}
    for name in set(mapping["records"]) - set(evidence):
        del mapping["measures"][name]
    mapping["tables"] |= {name: {"file": f"{name}.csv"} for name in COLUMNS}
    mapping["measures"] |= {name: _measure(name) for name in TITLES}
    mapping["records"] = evidence | RULES
    return _run_over(folder, mapping)


def bare_bank(folder: Path) -> Path:
    """Write the bank and a run over it whose mapping names no table of records; the path of the run file."""
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    mapping = _mapping()
    for name in set(mapping.pop("records")) - set(EVIDENCE):
        del mapping["measures"][name]
    mapping["tables"] = {name: each for name, each in mapping["tables"].items() if name not in RECORDS}
    return _run_over(folder, mapping)


def _mapping() -> dict[str, Any]:
    """The bank's own mapping, without rules that judge its sales, and without the words of its marks."""
    mapping: dict[str, Any] = yaml.safe_load(read_run_file(RUN).mapping.read_text("utf-8"))
    mapping.pop("transaction_figures", None)
    mapping.pop("rubric", None)
    return mapping


def _run_over(folder: Path, mapping: dict[str, Any]) -> Path:
    """Pay rests on the reviewer's one mark: these histories do not hold the duties' records."""
    (folder / "mapping.yaml").write_text(
        yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    run = yaml.safe_load(RUN.read_text("utf-8")) | {"mapping": "mapping.yaml", "history": "bank"}
    for design in run["designs"]:
        design["pay"] = "../changes/s6_reviewers_mark.yaml"
    text = yaml.safe_dump(run, allow_unicode=True).replace("../", f"{RUN.parents[1].as_posix()}/")
    (folder / "run.yaml").write_text(text, encoding="utf-8")
    return folder / "run.yaml"


def _measure(name: str) -> dict[str, object]:
    said = dict(zip(("en", "zh-Hant", "zh-Hans"), TITLES[name], strict=True))
    whole = {"title": said, "unit": UNITS.get(name, "count"), "better": "up", "regulator_class": "efficiency"}
    if name in PARTS:
        top, bottom = PARTS[name]
        return {**whole, "type": "ratio", "top": top, "bottom": bottom, "no_row": "absent"}
    return {**whole, "type": "flow", "no_row": "zero"}


def _records(person: str, begins: date, ends: date) -> dict[str, list[tuple[object, ...]]]:
    """Of one person, from the middle of 2024 to the end of 2025."""
    found: dict[str, list[tuple[object, ...]]] = {name: [] for name in COLUMNS}
    for number, day in enumerate(_days(max(begins, date(2024, 7, 1)), ends), start=1):
        found["attendance"].append((person, day, "leave" if number % 17 == 0 else "present", "outlet"))
        if number % 2 == 0:
            kind = ("visit", "call", "message")[number % 3]
            client = f"{person}-CL{number % 23}"
            found["contacts"].append((f"K{person}{number:04}", person, client, day, "", "", kind))
        if number % 9 == 0:
            found["collections"].append((f"C{person}{number:04}", person, "", day, day, 1000 + number * 37))
        if number % 15 == 0:
            found["surveys"].append((f"S{person}{number:04}", person, "", day, 3 + number % 3, 5))
        if day.weekday() == 4:
            late = timedelta(days=3 if number % 4 == 0 else 0)
            text = f"Week of {day}: visits in the eastern quarter, two families"
            found["work_reports"].append(
                (f"W{person}{number:04}", person, "weekly", day, day + late, "", text)
            )
        if day.day == 5:
            found["remarks"].append((f"R{person}{number:04}", person, "RV-900", day, REMARK))
    return found


def _days(first: date, last: date) -> Iterator[date]:
    """The weekdays from one day to another."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if (day := date.fromordinal(ordinal)).weekday() < 5:
            yield day
