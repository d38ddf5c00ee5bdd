"""Records of three real sources become monthly figures; an independent count in SQL over the raw files agrees."""

import csv
import gzip
import io
import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from policymodel.errors import HistoryError
from policymodel.history import History, read_history, read_mapping
from policymodel.history.counting import Fate, account_of, fates, known_months
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Column

MAPPINGS = Path(__file__).resolve().parents[2] / "params" / "mappings"

pytestmark = [pytest.mark.realdata, pytest.mark.thorough]

RAW = {
    "campaign": "crm_contacts.csv.gz",
    "callcentre": "activity_daily.csv",
    "salesreps": "clients.csv",
}
QUERIES = {
    "campaign": {
        "contacts_made": "select manager_id, month, count(*) from raw group by 1, 2",
        "deposits_sold": "select manager_id, month, sum(sold_term_deposit) from raw group by 1, 2",
        "landline_contacts": "select manager_id, month, sum(channel = 'telephone') from raw group by 1, 2",
        "talk_seconds": "select manager_id, month, sum(seconds) from raw group by 1, 2",
    },
    "callcentre": {
        metric: f"select manager_id, substr(day, 1, 7), sum(actual) from raw where metric = '{metric}' group by 1, 2"
        for metric in (
            "calls_served",
            "service_seconds",
            "calls_regular",
            "calls_prospect",
            "calls_securities",
            "calls_internet",
            "calls_regular_english",
            "calls_callback",
            "calls_priority_clients",
            "calls_under_10_seconds",
        )
    }
    | {
        "days_on_duty": "select manager_id, substr(day, 1, 7), count(distinct day) from raw "
        "where metric = 'calls_served' group by 1, 2"
    },
    "salesreps": {
        "deals_won": "select manager_id, month, count(*) from raw group by 1, 2",
        "clients_won": "select manager_id, first, count(*) from (select manager_id, client_id, min(month) as first "
        "from raw group by 1, 2, substr(month, 1, 4), (substr(month, 6, 2) + 2) / 3) group by 1, 2",
        "deals_by_search": "select manager_id, month, sum(origin in ('paid_search', 'organic_search')) "
        "from raw group by 1, 2",
        "deals_in_30_days": "select manager_id, month, sum(cast(days_to_close as real) <= 30) from raw group by 1, 2",
        "slow_deals": "select manager_id, month, sum(cast(days_to_close as real) > 90) from raw group by 1, 2",
        # of each quarter, in the last month of it in which the manager is employed
        "days_to_close": "with deals as (select manager_id, cast(days_to_close as real) as days, "
        "substr(month, 1, 4) || '-' || printf('%02d', (substr(month, 6, 2) + 2) / 3 * 3) as closing from raw), "
        "placed as (select *, row_number() over (partition by manager_id, closing order by days) as place, "
        "count(*) over (partition by manager_id, closing) as many from deals) "
        "select manager_id, min(closing, last_month), avg(days) from placed join people using (manager_id) "
        "where place in ((many + 1) / 2, (many + 2) / 2) group by 1, 2",
        "deals_developed": "select developer_id, month, count(*) from raw "
        "where developer_id in (select manager_id from people) group by 1, 2",
    },
}
"""Each measure as one query over the raw file; a figure of 0 has no row in history."""
RULES = [(name, measure) for name, queries in QUERIES.items() for measure in queries]

_READ: dict[str, History] = {}


def history_of(name: str, shared_data: Path) -> History:
    """One source as history, read once."""
    if name not in _READ:
        _READ[name] = read_history(shared_data / name, read_mapping(MAPPINGS / f"{name}.yaml"))
    return _READ[name]


def database(name: str, shared_data: Path) -> sqlite3.Connection:
    """The raw file and the people, as they are, in a database that knows nothing of this package."""
    base = sqlite3.connect(":memory:")
    for table, file in (("raw", RAW[name]), ("people", "managers.csv")):
        raw = (shared_data / name / file).read_bytes()
        text = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text))
        base.execute(f"create table {table} ({', '.join(head)})")
        base.executemany(f"insert into {table} values ({', '.join('?' * len(head))})", rows)
    return base


@pytest.mark.parametrize(("name", "measure"), RULES)
def test_every_monthly_figure_is_that_of_an_independent_query(shared_data, name, measure):
    """S1.1, S1.2: raw records become monthly figures, each one the count that SQL makes of the raw file."""
    activity = history_of(name, shared_data).tables["activity"]
    rows = activity[activity["measure"] == measure]
    ours = {
        (who, month_label(month)): actual
        for who, month, actual in zip(rows["manager_id"], rows["month"], rows["actual"], strict=True)
    }
    asked = database(name, shared_data).execute(QUERIES[name][measure])
    expected = {(who, month): float(figure) for who, month, figure in asked}

    assert {key: figure for key, figure in ours.items() if figure} == {
        key: figure for key, figure in expected.items() if figure
    }
    assert sum(expected.values()) > 0


def test_every_rule_has_a_query():
    """No measure counted from real records goes unchecked."""
    for name, queries in QUERIES.items():
        assert set(read_mapping(MAPPINGS / f"{name}.yaml").records) == set(queries)


@pytest.mark.parametrize(("name", "measure"), RULES)
def test_records_in_are_counted_or_explained(shared_data, name, measure):
    """S1 (ours): each record of the file has exactly one fate under each rule."""
    history = history_of(name, shared_data)
    rule = history.records[measure]
    told = fates(rule, history.tables, history.quarantine, known_months(history.tables))
    written = database(name, shared_data).execute("select count(*) from raw").fetchone()[0]

    assert sum(account_of(rule, history.tables, history.quarantine).values()) == len(told) == written
    assert told["position"].is_unique


def test_the_ready_made_figures_of_the_campaign_are_the_same(shared_data):
    """S1.2: what the source says of each manager and month is what its contacts add up to, 626 times three."""
    activity = history_of("campaign", shared_data).tables["activity"]
    ours = {
        (who, month_label(month), measure): actual
        for who, month, measure, actual in zip(
            activity["manager_id"], activity["month"], activity["measure"], activity["actual"], strict=True
        )
    }
    called = {
        "contacts": "contacts_made",
        "term_deposits_sold": "deposits_sold",
        "talk_seconds": "talk_seconds",
    }
    with (shared_data / "campaign" / "activity.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 3 * 626
    for row in rows:
        key = (row["manager_id"], row["month"], called[row["metric"]])
        assert ours.get(key, 0.0) == float(row["actual"])


def test_distinct_clients_of_the_campaign_are_refused(shared_data, tmp_path):
    """S1 (ours): without client ids the number of different clients is not known, and is no number either."""
    text = (MAPPINGS / "campaign.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "contacts_made: {of: contacts, figure: records}",
        "contacts_made: {of: contacts, figure: {distinct: client_id}}",
    )
    mapping = tmp_path / "campaign.yaml"
    mapping.write_text(text, encoding="utf-8")

    with pytest.raises(
        HistoryError,
        match=r"'contacts_made' is counted by client_id, and crm_contacts\.csv\.gz has no such column",
    ):
        read_history(shared_data / "campaign", read_mapping(mapping))


def test_deals_of_developers_whom_nobody_knows(shared_data):
    """S1 (ours): 126 of 416 deals were developed by seven who are not among the people; each is named, none is lost."""
    history = history_of("salesreps", shared_data)
    rule = history.records["deals_developed"]
    unknown = history.findings[history.findings["rule"] == "unknown_manager"]
    base = database("salesreps", shared_data)
    strangers = dict(
        base.execute(
            "select developer_id, count(*) from raw "
            "where developer_id not in (select manager_id from people) group by 1"
        )
    )

    assert account_of(rule, history.tables, history.quarantine) == {Fate.COUNTED: 290, Fate.NOBODY: 126}
    assert dict(Counter(unknown["value"])) == strangers
    assert set(strangers) == {"S03", "S05", "S12", "S13", "S23", "S27", "S32"}


def test_a_figure_is_drilled_down_to_its_records(shared_data):
    """S1 (ours): the contacts behind a figure are the numbers that the raw file has for that manager and month."""
    history = history_of("campaign", shared_data)
    panel = build_panel(history, Period.parse("2008-05..2008-12"), Period.parse("2008-05"))
    month = Period.parse("2008-06")
    behind = rows_behind(panel, Column("deposits_sold"), "K01", month)
    asked = database("campaign", shared_data).execute(
        "select contact_no from raw where manager_id = 'K01' and month = '2008-06' and sold_term_deposit = '1'"
    )

    assert sorted(behind["record"]) == sorted(number for (number,) in asked)
    at = np.flatnonzero(panel.managers == "K01")[0]
    assert panel.column(Column("deposits_sold"), (month,)).number[0, at] == len(behind) > 0
