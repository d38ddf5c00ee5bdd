"""Writes the invented bank: a folder of tables as a bank's own systems would hand them over.

Each region's tables are appended to the bank's files in turn, or stand in a folder of its own, so a large bank needs
the memory of its largest region.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.errors import InputError, Problem, suggest
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
from policymodel.history.synthetic.writing import Written
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
OF_ALL = frozenset({"fx", "calendar"})
"""Tables of the whole bank, which stand once."""
FIGURES = (
    *("managers", "outlets", "activity", "targets", "events"),
    *("client_income", "client_forecasts", "clients", "fx", "calendar"),
)
"""The tables that are no single records."""
COMPULSORY = frozenset({"managers", "outlets", "activity"})
"""Tables without which there is no history."""

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
    tables: Collection[str] | None = None,
    apart: bool = False,
) -> BankSummary:
    """Write the invented bank's tables to a folder, and what was planted in it to `truth/` below.

    The last twelve months are the plan year, the twelve before it the base year. The same seed and sizes give
    the same bytes; a region with the same number of people is the same in a bank with more regions. `clients` is how
    many clients there are in all, those who leave the bank among them; without it twelve to twenty a manager.
    `shocks` makes the years differ from each other and is written to the truth; it needs whole years.
    `tables` are those that are written, without it all; each is the same whichever stand beside it. With `apart` each
    region has a folder of its own, and beside these stands what all share.

    >>> import tempfile
    >>> bank = write_bank(tempfile.mkdtemp(), Draws(0), managers=40, regions=2)
    >>> bank.regions, bank.months, bank.rows["outlets"]
    (('north', 'east'), '2024-01..2025-12', 2)
    """
    which = frozenset(FILES if tables is None else tables)
    period = _check(managers, regions, months, first_month, headers, clients, which, shocks)
    folder = Path(folder)
    sizes = np.full(regions, managers // regions) + (np.arange(regions) < managers % regions)
    rows = {table: 0 for table in FILES if table in which}
    names, found = [], 0
    named = CHINESE if headers == "zh" else {}
    truth = TRUTH if shocks is None else TRUTH | SHOCKS
    with Written(folder) as files:
        for number, size in enumerate(sizes.tolist()):
            people = invent_people(draws, invent_region(draws, number, size), size, period, shocks)
            wanted = None if clients is None else int(largest_remainder(clients, sizes)[number])
            bringing, every = _tables(draws, people, headers, wanted, which)
            found += bringing
            for table, frame in every:
                if table in truth:
                    files.append(truth[table], frame, {})
                    continue
                own = f"{people.region.name}/" if apart and table not in OF_ALL else ""
                files.append(own + FILES[table], frame, named)
                rows[table] += len(frame)
            names.append(people.region.name)
            if apart:
                files.end(f"{people.region.name}/")
    size_of = rows.get("outlets", 0)
    return BankSummary(folder, draws.seed, period.label, managers, tuple(names), size_of, found, rows)


def _tables(
    draws: Draws, people: People, headers: Headers, wanted: int | None, which: Collection[str]
) -> tuple[int, Iterator[tuple[str, pd.DataFrame]]]:
    """How many clients of a region bring income, and its rows of each table that is asked for, and of the truth."""
    values = achievements(draws, people)
    clients = invent_clients(draws, people, wanted)
    people = separate_books(draws, people, clients)
    ordinary = people.plan[clients.owner] == None  # noqa: E711
    income = client_income(draws, people, clients)
    work = WorkingDays.of(people.months)
    reviewers = invent_reviewers(draws, people)
    care = cache(lambda: invent_care(draws, people, clients, work))
    sales = cache(lambda: invent_sales(draws, people, care(), work, values))
    made: dict[str, Callable[[], pd.DataFrame]] = {
        "managers": people.spells,
        "outlets": lambda: _outlets(people, headers),
        "activity": lambda: activity_rows(people, values),
        "targets": lambda: invent_targets(people, values, income[ordinary]),
        "events": lambda: invent_events(draws, people),
        "client_income": lambda: income_rows(people, clients, income),
        "client_forecasts": lambda: forecast_rows(draws, people, clients, income),
        "clients": lambda: client_rows(draws, people, clients),
        "truth": people.planted,
        "fx": lambda: rate_rows(people.months),
        "calendar": lambda: calendar_rows(people.months),
        "transactions": lambda: transaction_rows(people, clients, sales()),
        "needs": lambda: need_rows(draws, people, clients, care(), work, sales()),
        "assignments": lambda: assignment_rows(people, clients, care()),
        "client_files": lambda: file_rows(draws, people, clients, care(), work),
        "contacts": lambda: contact_rows(draws, people, clients, care(), work),
        "alerts": lambda: alert_rows(draws, people, clients, care(), work),
        "collections": lambda: collection_rows(draws, people, clients, care(), work),
        "surveys": lambda: survey_rows(draws, people, clients, care(), work),
        "attendance": lambda: attendance_rows(draws, people, work),
        "work_reports": lambda: report_rows(draws, people, work, values, headers),
        "reviews": lambda: review_rows(draws, people, reviewers, work),
        "remarks": lambda: remark_rows(draws, people, reviewers, work, headers),
        "reviewers": lambda: reviewers.planted(people),
    }
    if people.course is not None:
        course = people.course
        made["shocks"] = lambda: planted_shocks(course, people.region, people.manager_id, people.months)
    asked = {*which, *TRUTH, *SHOCKS} - (OF_ALL if people.region.number else frozenset())
    return int(income.any(axis=(1, 2)).sum()), (
        (table, make()) for table, make in made.items() if table in asked
    )


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
    which: Collection[str],
    shocks: Shocks | None,
) -> Period:
    """The months of the bank; everything that is wrong with what was asked, at once."""
    problems = [
        Problem(
            "tables", f"there is no table '{each}'", suggest(each, FILES) or f"there are {', '.join(FILES)}"
        )
        for each in sorted(set(which) - FILES.keys())
    ]
    if missing := sorted(COMPULSORY - set(which)):
        problems.append(Problem("tables", f"there is no history without {', '.join(missing)}"))
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
