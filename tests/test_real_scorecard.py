"""S4 on a real bank: an early and a late quarter of the card, each figure against an independent query of raw files.

The query knows the clauses and nothing of this package: bases, a region's target grown from them, its break-down to
outlets and people in whole units by largest remainder, time progress, the share against the quarter before, bonus and
deductions. In 1993 there is no year before, so no target; in the first quarter of all no quarter before either.
"""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from chance.agreement import Comparison, Tally
from policymodel import reference
from policymodel.account import account_of
from policymodel.computation import compute
from policymodel.history import History, read_history, read_mapping
from policymodel.history.measures import Status
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import Scores, score
from policymodel.words.explanation import render

PARAMS = Path(__file__).resolve().parents[1] / "params"
CARD = PARAMS / "schemes" / "berka_s4_card.yaml"

pytestmark = [pytest.mark.realdata, pytest.mark.thorough]

POINTS = {
    "net_deposits": ("net_deposits_amount", 15),
    "new_accounts": ("new_accounts", 20),
    "autodebit_agreements": ("new_autodebit_first_use_count", 10),
    "insurance_payments": ("insurance_payments_amount", 10),
    "cards_issued": ("cards_issued", 15),
    "loans_granted": ("loans_granted_count", 10),
    "loan_volume": ("loans_granted_amount", 10),
}
"""The indicators with a target: measure and points."""
ASKED = {
    "1994-Q1": ("net_deposits", "new_accounts", "autodebit_agreements", "insurance_payments"),
    "1997-Q4": ("new_accounts", "cards_issued", "loans_granted", "loan_volume"),
}
"""Of these, what the source kept throughout the year before and in the year up to the quarter's end."""
DAYS = {"1994-Q1": Fraction(90, 365), "1997-Q4": Fraction(365, 365)}
TARGETS = """
with
  grown as (  -- in whole units: things, or hundredths of a crown
    select manager_id, region, outlet_id, max(base, 0) as weight from (
      select m.manager_id, m.region, m.outlet_id,
        (select cast(round(coalesce(sum(actual), 0) * :unit) as integer) from activity a
         where a.manager_id = m.manager_id and metric = :metric and substr(month, 1, 4) = :base_year) as base
      from managers m)),
  whole as (select region, (sum(weight) * 105 + 50) / 100 as target, sum(weight) as weight from grown group by 1),
  outlet as (
    select region, outlet_id, sum(weight) as weight from grown group by 1, 2),
  outlet_part as (
    select o.outlet_id, o.weight, target * o.weight / w.weight as part, w.region,
      target - sum(target * o.weight / w.weight) over (partition by w.region) as left_over,
      row_number() over (partition by w.region order by target * o.weight % w.weight desc, o.outlet_id) as place
    from outlet o join whole w using (region) where w.weight > 0),
  outlet_target as (
    select outlet_id, weight, part + (place <= left_over) as target from outlet_part),
  part as (
    select manager_id, target * g.weight / o.weight as part,
      target - sum(target * g.weight / o.weight) over (partition by outlet_id) as left_over,
      row_number() over (partition by outlet_id order by target * g.weight % o.weight desc, manager_id) as place
    from grown g join outlet_target o using (outlet_id) where o.weight > 0)
select m.manager_id, coalesce(part + (place <= left_over), 0),
  (select cast(round(coalesce(sum(actual), 0) * :unit) as integer) from activity a
   where a.manager_id = m.manager_id and metric = :metric and month between :first and :last)
from managers m left join part using (manager_id)
"""
SHARES = """
select outlet_id, cast(sum((metric = 'transactions_offcounter_count') * actual) as integer),
  cast(sum(actual) as integer)
from activity join managers using (manager_id)
where metric in ('transactions_offcounter_count', 'transactions_counter_count') and month between :first and :last
group by 1
"""
EVENTS = """
select manager_id, sum(case event when 'loan_ended_unpaid' then 5 when 'loan_running_in_arrears' then 2 else 1 end)
from (select distinct * from events) where substr(date, 1, 7) between :first and :last group by 1
"""
GOLD = """
select manager_id, min(10, 4 * sum(actual)) from activity
where metric = 'cards_issued_gold' and month between :first and :last group by 1
"""


@pytest.fixture(scope="module")
def base(shared_data: Path) -> sqlite3.Connection:
    """The raw files as they are, in a database."""
    found = sqlite3.connect(":memory:")
    for table, file in (
        ("managers", "managers.csv"),
        ("activity", "activity.csv.gz"),
        ("events", "events.csv"),
    ):
        raw = (shared_data / "berka" / file).read_bytes()
        text = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text))
        numbers = {"actual": "real"}
        columns = ", ".join(f"{each} {numbers.get(each, 'text')}" for each in head)
        found.execute(f"create table {table} ({columns})")
        found.executemany(f"insert into {table} values ({', '.join('?' * len(head))})", rows)
    return found


@cache
def history_in(folder: Path) -> History:
    return read_history(folder, read_mapping(PARAMS / "mappings" / "berka.yaml"))


@cache
def scored(folder: Path, year: str) -> Scores:
    plan = Period.parse(year)
    panel = build_panel(history_in(folder), plan, plan.year_before())
    return score(panel, read_scheme(CARD), plan.split(3))


def found(scores: Scores, quarter: str) -> dict[tuple[str, str], float | Status]:
    """Every line's own points and the total, or why there are none."""
    lines, totals = scores.lines(), scores.totals()
    rows = [
        *zip(
            lines["manager_id"], lines["period"], lines["line"], lines["points"], lines["status"], strict=True
        ),
        *(
            (who, when, "score", total, status)
            for _, who, when, total, _, status in totals.itertuples(index=False)
        ),
    ]
    return {
        (who, line): points if status < Status.ABSENT else Status(status)
        for who, when, line, points, status in rows
        if when == quarter
    }


def months(quarter: str, before: int = 0) -> dict[str, str]:
    period = Period.parse(quarter).before(before)
    return {"first": Period(period.first, period.first).label, "last": Period(period.last, period.last).label}


def by_query(base: sqlite3.Connection, quarter: str) -> dict[tuple[str, str], Fraction | Status]:
    """The same figures in exact fractions; a line that does not apply is left out of the reweighting."""
    year = quarter[:4]
    figures: dict[tuple[str, str], Fraction | Status] = {}
    everybody = dict(base.execute("select manager_id, outlet_id from managers"))
    for line, (metric, points) in POINTS.items():
        asked = {
            "unit": 100 if metric.endswith("_amount") else 1,
            "metric": metric,
            "base_year": str(int(year) - 1),
            "first": f"{year}-01",
            "last": months(quarter)["last"],
        }
        for who, target, actual in base.execute(TARGETS, asked):
            applies = line in ASKED[quarter] and target > 0
            figures[who, line] = (
                points * Fraction(actual) / (target * DAYS[quarter]) if applies else Status.NOT_APPLICABLE
            )
    now, before = (
        {outlet: (off, all_of) for outlet, off, all_of in base.execute(SHARES, months(quarter, lag))}
        for lag in (0, 1)
    )
    for who, outlet in everybody.items():
        figures[who, "off_counter_share"] = Status.NOT_APPLICABLE
        if outlet in now and before.get(outlet, (0, 0))[0]:
            figures[who, "off_counter_share"] = 10 * Fraction(*now[outlet]) / Fraction(*before[outlet])
    off, bonus = (dict(base.execute(query, months(quarter))) for query in (EVENTS, GOLD))
    weights = {line: points for line, (_, points) in POINTS.items()} | {"off_counter_share": 10}
    for who in everybody:
        own = {line: value for line in weights if not isinstance(value := figures[who, line], Status)}
        figures[who, "score"] = (
            sum(own.values()) * Fraction(100, sum(weights[line] for line in own))
            + Fraction(bonus.get(who, 0))
            - Fraction(off.get(who, 0))
        )
    return figures


@pytest.mark.parametrize("quarter", ["1994-Q1", "1997-Q4"])
def test_every_figure_of_a_quarter_is_that_of_an_independent_query(shared_data, base, quarter):
    """S4.0, S4.1, S4.1.9, S4.2, S4.3: an early quarter with deposits and counters, a late one with cards and loans."""
    computed = found(scored(shared_data / "berka", quarter[:4]), quarter)
    expected = by_query(base, quarter)

    assert len(expected) == 55 * 9
    for (who, line), figure in expected.items():
        if isinstance(figure, Status):
            assert computed[who, line] == figure, (who, line)
        else:
            digits = 0.005 if line == "score" else 0.0
            assert computed[who, line] == pytest.approx(float(figure), rel=1e-9, abs=digits + 1e-9), (
                who,
                line,
            )
    lines = {line for (_, line), figure in expected.items() if not isinstance(figure, Status)}
    assert lines == {*ASKED[quarter], "score"} | ({"off_counter_share"} if quarter == "1994-Q1" else set())


def test_bonus_and_deductions_are_met(base):
    """S4.2, S4.3: in the late quarter somebody has a gold card, in the early one an account is overdrawn."""
    assert max(points for _, points in base.execute(GOLD, months("1997-Q4"))) > 0
    assert len(list(base.execute(EVENTS, months("1994-Q1")))) > 0


def test_the_first_quarter_of_all_has_nothing_to_be_held_against(shared_data):
    """S4.1.9: neither a year nor a quarter before: nothing applies, nobody has a score, and the reason is said."""
    scores = scored(shared_data / "berka", "1993")
    first = found(scores, "1993-Q1")
    indicators = [*POINTS, "off_counter_share", "score"]

    assert {first[who, line] for who, line in first if line in indicators} == {Status.NOT_APPLICABLE}
    said = render(account_of(scores, "M14A", "1993-Q1"), "en")
    assert "one period earlier, the whole outlet = does not apply: the history begins later" in said
    assert "later" not in render(account_of(scores, "M14A", "1993-Q2"), "en")


def test_the_second_quarter_is_held_against_the_first(shared_data, base):
    """S4.1.9: without targets the share against the quarter before bears all 100 points."""
    second = found(scored(shared_data / "berka", "1993"), "1993-Q2")
    now, before = (
        {outlet: (off, all_of) for outlet, off, all_of in base.execute(SHARES, months("1993-Q2", lag))}
        for lag in (0, 1)
    )
    expected = {
        who: 100 * Fraction(*now[outlet]) / Fraction(*before[outlet])
        for who, outlet in base.execute("select manager_id, outlet_id from managers")
        if before.get(outlet, (0, 0))[0]
    }

    off = dict(base.execute(EVENTS, months("1993-Q2")))
    assert len(expected) == 39
    for who, points in expected.items():
        assert second[who, "score"] == pytest.approx(
            float(points - Fraction(off.get(who, 0))), abs=0.005 + 1e-9
        )


@pytest.mark.parametrize("quarter", ["1993-Q1", "1994-Q1"])
def test_two_calculators_agree_where_there_is_hardly_a_base(shared_data, quarter):
    """S4.0: where nobody's base is known nothing is asked, and that is no target of zero."""
    history, scheme, period = history_in(shared_data / "berka"), read_scheme(CARD), Period.parse(quarter)
    years = Period.parse(quarter[:4]), Period.parse(quarter[:4]).year_before()
    computed = compute(build_panel(history, *years), scheme, (period,))
    reckoned = reference.reckon(scheme, reference.rows_of(history), *years, (period,))
    both = Comparison(0, computed, reckoned, Tally())
    both.values()

    assert both.tally.mismatches == []
    cards = computed.panel.column(Column("target:cards_issued", rule=scheme.targets), (period,))
    expected = {Status.TRUE_ZERO, Status.NOT_APPLICABLE} if quarter == "1993-Q1" else {Status.ABSENT}
    assert set(cards.status[0]) == expected
