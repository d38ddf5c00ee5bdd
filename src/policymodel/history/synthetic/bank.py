"""Writes the invented bank: a folder of tables as a bank's own systems would hand them over.

Each region's tables are appended to the bank's files in turn, so a large bank needs the memory of its largest
region.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from policymodel.draws import Draws
from policymodel.errors import InputError, Problem
from policymodel.history.synthetic.achievements import achievements, activity_rows
from policymodel.history.synthetic.care import assignment_rows, file_rows, invent_care
from policymodel.history.synthetic.clients import client_rows
from policymodel.history.synthetic.contacts import alert_rows, contact_rows
from policymodel.history.synthetic.duties import (
    attendance_rows,
    invent_reviewers,
    remark_rows,
    report_rows,
    review_rows,
)
from policymodel.history.synthetic.people import People, invent_people
from policymodel.history.synthetic.portfolios import (
    client_income,
    forecast_rows,
    income_rows,
    invent_clients,
    rate_rows,
    separate_books,
)
from policymodel.history.synthetic.records import invent_events, invent_targets
from policymodel.history.synthetic.sales import (
    collection_rows,
    invent_sales,
    need_rows,
    survey_rows,
    transaction_rows,
)
from policymodel.history.synthetic.shocks import Shocks, planted_shocks
from policymodel.history.synthetic.territory import LEAST_PEOPLE, MOST_PEOPLE, invent_region
from policymodel.history.synthetic.working_days import WorkingDays, calendar_rows
from policymodel.periods import Period, month_number
from policymodel.units import largest_remainder

Headers = Literal["zh", "en"]
FILES = {
    "managers": "managers.csv",
    "outlets": "outlets.csv",
    "activity": "activity.csv.gz",
    "targets": "targets.csv",
    "events": "events.csv",
    "client_income": "client_income.csv.gz",
    "client_forecasts": "client_forecasts.csv",
    "clients": "clients.csv",
    "fx": "fx.csv",
    "transactions": "transactions.csv.gz",
    "calendar": "calendar.csv",
    "contacts": "contacts.csv.gz",
    "collections": "collections.csv",
    "surveys": "surveys.csv",
    "attendance": "attendance.csv.gz",
    "work_reports": "work_reports.csv.gz",
    "remarks": "remarks.csv",
    "reviews": "reviews.csv",
    "needs": "needs.csv",
    "alerts": "alerts.csv",
    "assignments": "assignments.csv.gz",
    "client_files": "client_files.csv.gz",
}
TRUTH = {"truth": "truth/planted_truth.csv", "reviewers": "truth/planted_reviewers.csv"}
SHOCKS = {"shocks": "truth/planted_shocks.csv"}
"""Written only where yearly shocks are planted."""

# The header of each column in a Chinese bank's extract; params/mappings/bank.yaml maps them back.
CHINESE = {
    "manager_id": "工號",
    "region": "地區",
    "outlet_id": "網點",
    "name": "網點名稱",
    "grade": "職級",
    "fte": "用工比例",
    "plan": "適用辦法",
    "valid_from": "起始日期",
    "valid_to": "截止日期",
    "month": "月份",
    "measure": "指標",
    "actual": "實績",
    "level": "層級",
    "unit_id": "單位編號",
    "period": "期間",
    "target": "任務數",
    "event_id": "事件編號",
    "date": "日期",
    "event": "事件",
    "channel": "渠道",
    "verified": "是否屬實",
    "points": "扣分",
    "client_id": "客戶號",
    "line": "收入項目",
    "currency": "幣種",
    "amount": "金額",
    "growth": "預計增量",
    "average": "平均匯率",
    "period_end": "期末匯率",
    "transaction_id": "交易編號",
    "product": "產品",
    "working": "是否工作日",
    "contact_id": "聯繫編號",
    "recorded_on": "記錄日期",
    "due": "應辦日期",
    "kind": "類別",
    "outcome": "結果",
    "collection_id": "回款編號",
    "survey_id": "調查編號",
    "score": "滿意度",
    "out_of": "滿分",
    "status": "出勤狀態",
    "place": "地點",
    "report_id": "報告編號",
    "adopted_on": "採用日期",
    "text": "內容",
    "remark_id": "評語編號",
    "reviewer_id": "考評人",
    "review_id": "考評編號",
    "item": "考評項目",
    "mark": "評分",
    "need_id": "評估編號",
    "valid_until": "有效期至",
    "plan_due": "跟進日期",
    "alert_id": "預警編號",
    "answered_on": "處理日期",
    "client_class": "客戶分類",
    "industry": "行業",
    "chain": "產業鏈",
    "client_group": "集團編號",
    "condition": "經營狀況",
    "rating": "信用等級",
    "size": "規模",
    "credit_record": "信用記錄",
    "dealings": "往來情況",
    "separate_book": "分賬經營",
    "complete": "是否完整",
}
MOST_CLIENTS_A_MANAGER = 2_000
COMPRESSION = 4  # of 9: about the size of 6 in half the time


@dataclass(frozen=True)
class BankSummary:
    """What was written: where, from which seed, how many of each, and the rows of each table."""

    folder: Path
    seed: int
    months: str
    managers: int
    regions: tuple[str, ...]
    outlets: int
    clients: int
    rows: dict[str, int]


def write_bank(
    folder: Path | str,
    draws: Draws,
    *,
    managers: int = 240,
    regions: int = 4,
    months: int = 24,
    first_month: str = "2024-01",
    headers: Headers = "zh",
    clients: int | None = None,
    shocks: Shocks | None = None,
) -> BankSummary:
    """Write the invented bank's tables to a folder, and what was planted in it to `truth/` below.

    The last twelve months are the plan year, the twelve before it the base year. The same seed and sizes give
    the same bytes; a region with the same number of people is the same in a bank with more regions. `clients` is how
    many clients there are in all, those who leave the bank among them; without it twelve to twenty a manager.
    `shocks` makes the years differ from each other and is written to the truth; it needs whole years.

    >>> import tempfile
    >>> bank = write_bank(tempfile.mkdtemp(), Draws(0), managers=40, regions=2)
    >>> bank.regions, bank.months, bank.rows["outlets"]
    (('north', 'east'), '2024-01..2025-12', 2)
    """
    period = _check(managers, regions, months, first_month, headers, clients, shocks)
    folder = Path(folder)
    sizes = np.full(regions, managers // regions) + (np.arange(regions) < managers % regions)
    rows, truth = dict.fromkeys(FILES, 0), TRUTH if shocks is None else TRUTH | SHOCKS
    names, found = [], 0
    with ExitStack() as stack:
        targets = {table: folder / name for table, name in {**FILES, **truth}.items()}
        files = {table: stack.enter_context(_writing(path)) for table, path in targets.items()}
        for number, size in enumerate(sizes.tolist()):
            people = invent_people(draws, invent_region(draws, number, size), size, period, shocks)
            wanted = None if clients is None else int(largest_remainder(clients, sizes)[number])
            for table, frame in _tables(draws, people, headers, wanted):
                if number == 0:
                    files[table].write(_head(frame, "en" if table in truth else headers))
                _append(files[table], frame)
                if table in rows:
                    rows[table] += len(frame)
                if table == "client_income":
                    found += frame["client_id"].nunique()
            names.append(people.region.name)
    return BankSummary(folder, draws.seed, period.label, managers, tuple(names), rows["outlets"], found, rows)


def _tables(
    draws: Draws, people: People, headers: Headers, wanted: int | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """A region's rows of each table, and of the truth."""
    values = achievements(draws, people)
    clients = invent_clients(draws, people, wanted)
    people = separate_books(draws, people, clients)
    ordinary = people.plan[clients.owner] == None  # noqa: E711
    income = client_income(draws, people, clients)
    yield "managers", people.spells()
    yield "outlets", _outlets(people, headers)
    yield "activity", activity_rows(people, values)
    yield "targets", invent_targets(people, values, income[ordinary])
    yield "events", invent_events(draws, people)
    yield "client_income", income_rows(people, clients, income)
    yield "client_forecasts", forecast_rows(draws, people, clients, income)
    yield "clients", client_rows(draws, people, clients)
    yield "truth", people.planted()
    if people.course is not None:
        yield "shocks", planted_shocks(people.course, people.region, people.manager_id, people.months)
    work = WorkingDays.of(people.months)
    if people.region.number == 0:
        yield "fx", rate_rows(people.months)
        yield "calendar", calendar_rows(people.months)
    care = invent_care(draws, people, clients, work)
    sales = invent_sales(draws, people, care, work, values)
    yield "transactions", transaction_rows(people, clients, sales)
    yield "needs", need_rows(draws, people, clients, care, work, sales)
    yield "assignments", assignment_rows(people, clients, care)
    yield "client_files", file_rows(draws, people, clients, care, work)
    yield "contacts", contact_rows(draws, people, clients, care, work)
    yield "alerts", alert_rows(draws, people, clients, care, work)
    yield "collections", collection_rows(draws, people, clients, care, work)
    yield "surveys", survey_rows(draws, people, clients, care, work)
    yield "attendance", attendance_rows(draws, people, work)
    yield "work_reports", report_rows(draws, people, work, values, headers)
    reviewers = invent_reviewers(draws, people)
    yield "reviews", review_rows(draws, people, reviewers, work)
    yield "remarks", remark_rows(draws, people, reviewers, work, headers)
    yield "reviewers", reviewers.planted(people)


def _outlets(people: People, headers: Headers) -> pd.DataFrame:
    """The `outlets` table of a region."""
    region = people.region
    numbers = range(1, len(region.outlet_ids) + 1)
    english = region.name.capitalize()
    title = [f"{region.title}第 {n} 網點" if headers == "zh" else f"{english} outlet {n}" for n in numbers]
    return pd.DataFrame({"outlet_id": region.outlet_ids, "name": title, "region": region.name})


def _check(
    managers: int,
    regions: int,
    months: int,
    first_month: str,
    headers: str,
    clients: int | None,
    shocks: Shocks | None,
) -> Period:
    """The months of the bank; everything that is wrong with what was asked, at once."""
    problems = []
    if not 1 <= regions <= 99:
        problems.append(Problem("regions", f"{regions} is not possible", "write 1 to 99"))
    elif not LEAST_PEOPLE * regions <= managers <= MOST_PEOPLE * regions:
        least, most = LEAST_PEOPLE * regions, MOST_PEOPLE * regions
        problems.append(
            Problem(
                "managers",
                f"{managers} do not make {regions} regions of {LEAST_PEOPLE} to {MOST_PEOPLE} people",
                f"write {least} to {most}",
            )
        )
    if clients is not None and not 4 * managers <= clients <= MOST_CLIENTS_A_MANAGER * managers:
        least, most = 4 * managers, MOST_CLIENTS_A_MANAGER * managers
        what = f"{clients} clients are not for {managers} people"
        problems.append(Problem("clients", what, f"write {least} to {most}"))
    if months < 24 or months % 3:
        problems.append(
            Problem(
                "months",
                f"{months} months do not hold a base year and a plan year in whole quarters",
                "write 24, 27, 30 …",
            )
        )
    elif shocks is not None and months % 12:
        what = f"{months} months are no whole years, and shocks are yearly"
        problems.append(Problem("months", what, "write 24, 36, 48 …, or plant no shocks"))
    first = 0
    try:
        first = month_number(first_month)
    except ValueError as error:
        problems.append(Problem("first_month", str(error)))
    if first % 3:
        problems.append(
            Problem(
                "first_month",
                f"{first_month} does not begin a quarter",
                "begin with January, April, July or October",
            )
        )
    if headers not in ("zh", "en"):
        problems.append(Problem("headers", f"'{headers}' is no language of headers", "write zh or en"))
    if problems:
        raise InputError("invented bank", problems)
    return Period(first, first + months - 1)


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is complete; packed without a time stamp, so equal rows are equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(part.open("wb"))
            if path.suffix == ".gz":
                packed = gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0)
                file = stack.enter_context(io.BufferedWriter(stack.enter_context(packed), 1 << 20))
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _head(frame: pd.DataFrame, headers: Headers) -> bytes:
    """The line of headers."""
    known: Mapping[str, str] = CHINESE if headers == "zh" else {}
    return (",".join(known.get(column, column) for column in frame.columns) + "\n").encode()


def _append(file: IO[bytes], frame: pd.DataFrame) -> None:
    """The rows as CSV; no invented text needs quotes, and what is missing stays blank."""
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), file, options)
