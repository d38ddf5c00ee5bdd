"""The value of a line on facts small enough to be worked on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policymodel.history.measures import Status
from policymodel.periods import Period
from policymodel.scheme.algebra import (
    Accumulate,
    Award,
    Awards,
    Carry,
    Choose,
    Column,
    Constant,
    Dated,
    OverPeers,
    Slice,
    Sum,
    columns_of,
)
from policymodel.scheme.evaluation import Values, evaluate, measured
from policymodel.scheme.evaluation.carrying import carry, collect
from policymodel.scheme.evaluation.curves import choose, dated, dated_by_day
from policymodel.scheme.evaluation.peers import SPREADS, awards, over_peers, over_team
from policymodel.scheme.evaluation.values import settle
from policymodel.scheme.kinds.card import Attainment
from policymodel.scheme.kinds.running import ZERO, earned
from policymodel.scheme.reading import read_scheme
from policymodel.units import largest_remainder

ONE = Constant(Decimal(1))
YEAR = tuple(Period(month, month) for month in Period.parse("2024").months)


@dataclass(frozen=True)
class Ground:
    """Facts of one person who is employed throughout: figures by name, and the day of each credit."""

    periods: tuple[Period, ...]
    facts: dict[str, list[float]]
    days: list[str] = field(default_factory=list)

    def column(self, column):
        axis = (1, -1) if self.days else (-1, 1)
        return measured(np.array(self.facts[column.name]).reshape(axis))

    def dates(self):
        return np.array(self.days, dtype="datetime64[D]")

    def places(self):
        months = self.dates().astype("datetime64[M]").astype(np.int64) + 1970 * 12
        return months - self.periods[0].first, np.zeros(months.size, dtype=np.int64)

    def peers(self, scope):
        return np.zeros((len(self.periods), 1), dtype=np.int64)

    def opens(self, within):
        return np.arange(len(self.periods)) == 0


@pytest.fixture
def figures(tmp_path):
    """The numbers of everything that one line of a monthly scheme works out, by name."""

    def worked_out(line: dict[str, Any], **facts: list[float]) -> dict[str, list[float]]:
        path: Path = tmp_path / "scheme.yaml"
        named = {"id": "it", "title": "It"} | line
        document = {"id": "one", "title": "One", "source": "1", "every": "month", "figures": [named]}
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        ground = Ground(YEAR[: len(next(iter(facts.values())))], facts)
        found = {name: evaluate(node, ground, {}) for name, node in read_scheme(path).nodes().items()}
        assert all(values.ok.all() for values in found.values())
        return {name: values.number.ravel().tolist() for name, values in found.items()}

    return worked_out


def test_a_quarter_of_a_plan_that_begins_in_february_ends_in_april():
    """Credits of 1, 2 and 4 on 10 February, 30 April and 1 May: 1, 3, and 4 of a new quarter."""
    days = ["2024-02-10", "2024-04-30", "2024-05-01"]
    ground = Ground(YEAR[1:], {"transaction:amount": [1.0, 2.0, 4.0]}, days)
    total = Carry(Column("transaction:amount"), ONE, None, "quarter", "transaction")

    assert evaluate(total, ground, {}).number.tolist() == [[1, 3, 4]]


@pytest.mark.parametrize(("carries", "value", "carried"), [("surplus", 10, 3), ("shortfall", 3, 0)])
def test_what_is_carried_forward(figures, carries, value, carried):
    """13 against 10: a surplus of 3 is carried on; without an earlier shortfall 3 is above the target."""
    line = {"kind": "carry_forward", "of": {"measure": "sales"}, "against": 10, "carries": carries}

    assert figures(line | {"resets": "never"}, sales=[13.0]) == {"it": [value], "it.carried": [carried]}


def test_a_shortfall_carried_forward_is_negative(figures):
    """8 against 10 leaves 2 to be made up; of the 15 that follow 3 are left above the target."""
    line = {"kind": "carry_forward", "of": {"measure": "sales"}, "against": 10, "carries": "shortfall"}

    assert figures(line | {"resets": "never"}, sales=[8.0, 15.0]) == {"it": [0, 3], "it.carried": [-2, 0]}


def test_a_limit_that_falls_cuts_what_is_carried_on(figures):
    """5 above the target are carried whole, then 5 and 1 more are cut to 2."""
    line = {"kind": "carry_forward", "of": {"measure": "sales"}, "against": 10, "carries": "surplus"}
    found = figures(
        line | {"resets": "never", "carried_at_most": {"measure": "most"}},
        sales=[15.0, 11.0],
        most=[5.0, 2.0],
    )

    assert found == {"it": [10, 10], "it.carried": [5, 2]}


@pytest.mark.parametrize(("mean", "weightless"), [("harmonic", 0.0), ("geometric", -3.0)])
def test_a_value_without_weight_brings_nothing_to_a_mean(figures, mean, weightless):
    """9 with all the weight is the mean, though a reciprocal of 0 or a root of -3 would be none."""
    of = [{"value": {"measure": "good"}, "weight": 1}, {"value": {"measure": "bad"}, "weight": 0}]
    line = {"kind": "weighted_mean", "of": of, "mean": mean, "not_applicable": "refuse"}

    assert figures(line, good=[9.0], bad=[weightless])["it"] == [pytest.approx(9, rel=1e-12)]


def test_the_last_step_fills_up_and_is_then_full(figures):
    """10 over the first hundred and 20 over the second: 5 at 50, 20 at 150, 30 at 200 and beyond."""
    steps = [{"from": 0, "amount": 10}, {"from": 100, "amount": 20, "to": 200}]
    line = {"kind": "steps", "of": {"measure": "sales"}, "steps": steps, "amounts": "in_proportion"}

    found = figures(line | {"below": 0}, sales=[50.0, 150.0, 200.0, 250.0])
    assert found == {"it": [5, 20, 30, 30]}


def test_what_decimals_make_nothing_stands_on_a_threshold_of_nothing(figures):
    """0.3 - 0.1 - 0.2 is 0 on paper and a little less in floats; it is at least 0."""
    when = [{"value": {"measure": "left"}, "at_least": 0}]
    line = {"kind": "gate", "of": 7, "when": when, "need": "all", "otherwise": 1}

    assert 0.3 - 0.1 - 0.2 < 0
    assert figures(line, left=[0.3 - 0.1 - 0.2]) == {"it": [7], "it.open": [1]}


def test_a_balance_is_not_known_after_a_share_that_is_missing():
    """Of 10 a period nobody knows how much was kept in the second, so the third is not known either."""
    of = measured(np.full((3, 1), 10.0))
    keep = Values(np.ones((3, 1)), np.array([[Status.MEASURED], [Status.ABSENT], [Status.MEASURED]]))
    balance = carry(of, keep, None, np.array([True, False, False]), debts_stand=False)

    assert balance.status.ravel().tolist() == [Status.MEASURED, Status.ABSENT, Status.ABSENT]
    assert balance.number[0, 0] == 10


def test_earnings_that_reach_the_draw_exactly_repay_a_loan(figures):
    """40 against a draw of 100 leaves 60 owed; the 100 of the next month reach the draw and repay them."""
    line = {"kind": "draw", "of": {"measure": "sales"}, "amount": 100, "meaning": "loan", "forgiven": "never"}

    found = figures(line, sales=[40.0, 100.0])
    assert (found["it"], found["it.owed"], found["it.recovered"]) == ([100, 40], [60, 0], [0, 60])


def test_no_more_is_recovered_of_a_draw_than_its_cap(figures):
    """60 are owed; the next 200 exceed the draw by 100, of which 10 are recovered and 50 stay owed."""
    line = {
        "kind": "draw",
        "of": {"measure": "sales"},
        "amount": 100,
        "meaning": "advance",
        "forgiven": "never",
    }

    found = figures(line | {"recovery_cap": 10}, sales=[40.0, 200.0])
    assert (found["it"], found["it.owed"], found["it.recovered"]) == ([100, 190], [60, 50], [0, 10])


def test_only_a_share_of_a_draw_is_recovered_and_no_more_than_a_limit_is_owed(figures):
    """A draw of 2,000, half of what exceeds it recovered, at most 1,500 owed.

    1,000 leave 1,000 owed and 1,200 only 500 more, so 1,700 are paid; of 500 nothing more is drawn. 3,000 exceed
    the draw by 1,000, of which 500 are recovered; 1,800 then are 200 short.
    """
    line = {"kind": "draw", "of": {"measure": "sales"}, "amount": 2000, "meaning": "advance"}
    line |= {"forgiven": "never", "recovery_share": 0.5, "owed_at_most": 1500}

    found = figures(line, sales=[1000.0, 1200.0, 500.0, 3000.0, 1800.0])
    assert found == {
        "it": [2000, 1700, 500, 2500, 2000],
        "it.drawn": [1000, 500, 0, 0, 200],
        "it.recovered": [0, 0, 0, 500, 0],
        "it.owed": [1000, 1500, 1500, 1000, 1200],
    }


def test_a_share_of_a_loan_is_a_share_of_all_earnings(figures):
    """900 are owed: a quarter of 1,600 is recovered, then a quarter of 2,400, of which the cap leaves 450."""
    line = {"kind": "draw", "of": {"measure": "sales"}, "amount": 1000, "meaning": "loan"}
    line |= {"forgiven": "never", "recovery_share": 0.25, "recovery_cap": 450}

    found = figures(line, sales=[100.0, 1600.0, 2400.0])
    assert (found["it"], found["it.owed"]) == ([1000, 1200, 1950], [900, 500, 50])


def test_a_limit_that_falls_takes_nothing_back(figures):
    """600 are owed when the limit falls to 400: nothing more is drawn, and the 600 wait for earnings."""
    line = {"kind": "draw", "of": {"measure": "sales"}, "amount": 1000, "meaning": "advance"}
    line |= {"forgiven": "never", "owed_at_most": {"measure": "limit"}}

    found = figures(line, sales=[400.0, 400.0, 1500.0, 800.0], limit=[1000.0, 400.0, 400.0, 400.0])
    assert (found["it"], found["it.owed"]) == ([1000, 400, 1000, 1000], [600, 600, 100, 300])


def test_a_whole_larger_than_floats_can_count_goes_to_the_only_one():
    """2 to the 53rd and 3 more is an odd number that no float holds: the next one is larger."""
    whole = 2**53 + 3

    assert int(float(whole)) > whole
    assert largest_remainder(whole, [1.0]).tolist() == [whole]


def test_another_figure_may_decide_the_rate_that_is_reached(figures):
    """Sales of 1,000 at an attainment of 0.8 earn the 1 % below the target; at 1.0 the 2 % from there on."""
    tiers = [{"from": 0, "rate": 0.01}, {"from": 1, "rate": 0.02}]
    line = {"kind": "tiers", "of": {"measure": "sales"}, "tiers": tiers, "rate_applies_to": "all"}
    line |= {"measured": "by_itself", "edge": "upper", "reached_by": {"measure": "attainment"}}

    found = figures(line, sales=[1000.0, 1000.0], attainment=[0.8, 1.0])
    assert found == {"it": [10, 20], "it.rate": [0.01, 0.02]}


def test_equal_fractions_of_a_large_whole_go_in_the_order_given():
    """1,000,673.10 for 123, 122, 30 and 91 days: two leave 192 of 366 parts of a cent, the first gets it."""
    days, whole = [123, 122, 30, 91], 100_067_310

    assert largest_remainder(whole, [each / 366 for each in days]).tolist() == shared_on_paper(whole, days)


def test_fractions_that_nearly_meet_are_told_apart():
    """Of 1 for 49,793,956,387 and 49,793,961,495 the second asks for 0.00000005 more."""
    assert largest_remainder(1, [49_793_956_387, 49_793_961_495]).tolist() == [0, 1]


@given(st.integers(1, 10**11), st.lists(st.integers(0, 366), min_size=1, max_size=12))
def test_a_whole_is_shared_by_days_as_on_paper(whole, days):
    """Fractions of days that are equal on paper are equal, however large the whole."""
    assert largest_remainder(whole, [each / 366 for each in days]).tolist() == shared_on_paper(whole, days)


def shared_on_paper(whole: int, days: list[int]) -> list[int]:
    """The largest remainders in whole numbers."""
    weights = days if any(days) else [1] * len(days)
    parts, rests = zip(*(divmod(whole * each, sum(weights)) for each in weights), strict=True)
    order = sorted(range(len(days)), key=lambda at: (-rests[at], at))[: whole - sum(parts)]
    return [part + (at in order) for at, part in enumerate(parts)]


def test_numbers_that_cancel_leave_nothing(figures):
    """1.1 + 2.2 - 3.3 is nothing on paper, and nothing divided by itself is no share of anything."""
    line = {"kind": "total", "add": [{"measure": "one"}, {"measure": "two"}], "less": [{"measure": "three"}]}

    assert 1.1 + 2.2 - 3.3 != 0
    assert figures(line, one=[1.1], two=[2.2], three=[3.3]) == {"it": [0]}


def test_a_part_moves_where_the_whole_entitlement_stands_as_high_as_before():
    """0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 are the same on paper; the second is a little less in floats."""
    ground = Ground(YEAR[:2], {"first": [0.1, 0.3], "second": [0.2, 0.2], "third": [0.3, 0.1]})
    whole = Sum((Column("first"), Column("second"), Column("third")))

    paid = evaluate(Accumulate(Column("first"), whole), ground, {})
    assert 0.3 + 0.2 + 0.1 < 0.1 + 0.2 + 0.3
    assert paid.number.ravel().tolist() == pytest.approx([0.1, 0.2])


def test_a_total_earns_what_it_is_worth_more_than_when_something_last_came_in():
    """Up to 10 in January, up to 30 in March: of 20 and 5, 10 count and then 15; February brings nothing."""
    periods = YEAR[:3]
    ground = Ground(periods, {"of": [20.0, 0.0, 5.0], "upper": [10.0, 15.0, 30.0]})
    status = np.array([[Status.MEASURED], [Status.NOT_APPLICABLE], [Status.MEASURED]], dtype=np.uint8)
    known = {Column("of"): Values(np.array([[20.0], [0.0], [5.0]]), status)}
    line = earned(lambda of: Slice(of, ZERO, Column("upper")), Column("of"), "year_to_date", "period")

    found = evaluate(line, ground, known)
    assert found.number[[0, 2], 0].tolist() == [10, 15]
    assert found.status.ravel().tolist() == status.ravel().tolist()


@pytest.mark.parametrize(("negative", "bank"), [("ignored", [50, 25]), ("reduces_bank", [50, -50])])
def test_a_negative_bonus_is_ignored_or_eats_into_the_bank(figures, negative, bank):
    """Half of 100 is paid; then a bonus of -100 leaves half of the other 50, or 50 to be made up."""
    line = {"kind": "bonus_bank", "of": {"measure": "sales"}, "pays": 0.5, "negative": negative}

    assert figures(line, sales=[100.0, -100.0])["it.bank"] == bank


def test_a_category_that_no_case_is_for_has_no_number():
    """Grade C is in no table; whoever is not there has no grade at all."""
    node = Choose("grade", ("A", "B"), (ONE, ONE), None)
    here = np.array([True, True, False])
    grades = np.array(["A", "C", "A"], dtype=object)

    found = choose(node, grades, [measured(np.array([7.0])), measured(np.array([8.0]))], here)
    assert found.status.tolist() == [Status.MEASURED, Status.ABSENT, Status.NOT_APPLICABLE]
    assert found.number[0] == 7


def test_a_category_that_no_case_is_for_has_what_is_said_of_the_others():
    """7 for A, 8 for B, 9 for whoever else."""
    node = Choose("grade", ("A", "B"), (ONE, ONE, ONE), ONE)
    grades = np.array(["B", "C", "A"], dtype=object)

    found = choose(node, grades, [measured(np.array([each])) for each in (7.0, 8.0, 9.0)], np.full(3, True))
    assert found.number.tolist() == [8, 9, 7]


def test_on_a_day_of_which_nothing_is_said_nothing_is_in_force():
    """1 until the end of March, 2 from July on: a credit of May has no number."""
    spans = ((None, date(2024, 3, 31)), (date(2024, 7, 1), None))
    days = np.array(["2024-03-31", "2024-05-01", "2024-07-01"], dtype="datetime64[D]")
    cases = [measured(np.full((1, 3), 1.0)), measured(np.full((1, 3), 2.0))]

    found = dated_by_day(Dated(spans, (ONE, ONE), None, "transaction"), cases, days)
    assert found.status.tolist() == [[Status.MEASURED, Status.ABSENT, Status.MEASURED]]
    assert found.number[0, [0, 2]].tolist() == [1, 2]


@pytest.mark.parametrize("of_one", [Status.ABSENT, Status.QUARANTINED])
def test_a_leader_has_no_number_for_the_reason_that_weighs_most(of_one):
    """Of the two people led one has 5; of the other it is not known, or it was put aside."""
    of = Values(np.array([[0.0, 5.0, 0.0]]), np.array([[Status.MEASURED, Status.MEASURED, of_one]]))

    found = over_team(of, np.array([[-1, 0, 0]]), "direct")
    assert found.status.tolist() == [[of_one, Status.TRUE_ZERO, Status.TRUE_ZERO]]


@pytest.mark.parametrize("better_down", [None, "target_over_actual", "distance"])
@pytest.mark.parametrize(
    ("actual", "target", "rule", "share"),
    [
        (Status.QUARANTINED, Status.ABSENT, "zero", Status.QUARANTINED),
        (Status.QUARANTINED, Status.NOT_APPLICABLE, "zero", Status.QUARANTINED),
        (0.0, Status.ABSENT, "zero", Status.ABSENT),
        (Status.ABSENT, 5.0, "zero", Status.ABSENT),
        (Status.ABSENT, 0.0, "zero", Status.ABSENT),
        (Status.ABSENT, 0.0, "not_applicable", Status.NOT_APPLICABLE),
    ],
)
def test_an_attainment_has_no_number_for_the_same_reason_whichever_direction_is_better(
    better_down, actual, target, rule, share
):
    """The reason that weighs most of actual and target; a target known to be zero decides by itself."""
    line = Attainment(
        id="a",
        title="A",
        source="1",
        measure="x",
        points=10,
        cap=None,
        floor=None,
        zero_target=rule,
        missing="refuse",
        lower_is_better=better_down,
    )
    node = line.share(SimpleNamespace(targets=None))
    facts = {"x": actual, "target:x": target}
    known = {
        column: Values(np.array([[0.0]]), np.array([[fact]]))
        if isinstance(fact := facts[column.name], Status)
        else measured(np.array([[fact]]))
        for column in columns_of(node)
    }

    assert evaluate(node, Ground(YEAR[:1], {}), known).status.tolist() == [[share]]


@pytest.mark.parametrize(
    ("ties", "amount"), [("all_get_the_better", 30), ("share_the_awards", 20), ("all_get_the_worse", 10)]
)
def test_two_who_are_equal_at_the_top(ties, amount):
    """The first place earns 30 and the second 10; nobody else anything."""
    given_for = (Award(1, 1, Decimal(30)), Award(2, 2, Decimal(10)))
    node = Awards(Column("of"), "group", "highest", given_for, ties, "refuse")

    found = awards(node, measured(np.array([[9.0, 9.0, 1.0]])), np.zeros((1, 3), dtype=np.int64), None)
    assert found.number.tolist() == [[amount, amount, 0]]


def test_where_there_is_no_credit_there_is_no_total():
    """One row and no column, as every other value on credits."""
    total = Carry(Column("transaction:amount"), ONE, None, "quarter", "transaction")
    amounts = {Column("transaction:amount"): measured(np.zeros((1, 0)))}

    assert evaluate(total, Ground(YEAR, {}), amounts).number.shape == (1, 0)


def test_what_credits_add_up_to_was_measured_and_without_one_it_is_truly_zero():
    """Credits of 3 and -3 in January, none in February."""
    months, people = np.array([0, 0]), np.array([0, 0])

    found = collect(measured(np.array([[3.0, -3.0]])), months, people, (2, 1))
    assert found.status.ravel().tolist() == [Status.MEASURED, Status.TRUE_ZERO]
    assert found.number.ravel().tolist() == [0, 0]


def test_a_period_of_which_days_are_left_open_has_no_number():
    """Something is said of the first half of June only; of all of July."""
    halves = (np.array([0.5, 0.0]), np.array([0.0, 1.0]))
    spans = ((date(2024, 6, 1), date(2024, 6, 15)), (date(2024, 7, 1), None))
    one = measured(np.ones((1, 1)))

    days = [date(2024, 6, 1), date(2024, 7, 1)]
    found = dated(Dated(spans, (ONE, ONE), "by_days"), [one, one], list(halves), days, days)
    assert found.status.ravel().tolist() == [Status.ABSENT, Status.MEASURED]


def test_large_numbers_are_as_near_as_their_size():
    """A thousandth more than a billion is a billion; a thousandth more than one is not one."""
    near, far = np.array([1e9 + 1e-3]), np.array([1.0 + 1e-3])

    assert settle(near, np.array([1e9])).tolist() == [1e9]
    assert settle(far, np.array([1.0])).tolist() == [1.0 + 1e-3]


NO_BEGINNING = [{"rate": 0.01}, {"from": 1000, "rate": 0.02}]
FROM_ZERO = [{"from": 0, "rate": 0.01}, {"from": 1000, "rate": 0.02}]


@pytest.mark.parametrize(("tiers", "refund"), [(NO_BEGINNING, -300), (FROM_ZERO, 0)])
def test_a_refund_by_itself_is_charged_back_where_the_first_tier_has_no_beginning(figures, tiers, refund):
    """-30,000 at 1 % is -300, and nothing where tiers begin at 0; 1,500 is 1,000 at 1 % and 500 at 2 %."""
    line = {"kind": "tiers", "of": {"measure": "sales"}, "tiers": tiers, "rate_applies_to": "slice"}

    found = figures(line | {"measured": "by_itself"}, sales=[-30000.0, 1500.0])
    assert found == {
        "it": pytest.approx([refund, 20]),
        "it.slice_1": pytest.approx([100 * refund, 1000]),
        "it.tier_1": pytest.approx([refund, 10]),
        "it.slice_2": pytest.approx([0, 500]),
        "it.tier_2": pytest.approx([0, 10]),
    }


@pytest.mark.parametrize(
    ("tiers", "earned_by_slice", "earned_by_all"),
    [(NO_BEGINNING, [20, -25, 7], [30, -35, 7]), (FROM_ZERO, [20, -20, 2], [30, -30, 2])],
)
def test_a_running_total_goes_below_zero(figures, tiers, earned_by_slice, earned_by_all):
    """Totals of 1,500, -500 and 200: worth 20 (all at the rate reached: 30), then -5 or nothing, then 2."""
    line = {"kind": "tiers", "of": {"measure": "sales"}, "tiers": tiers, "measured": "year_to_date"}
    sales = [1500.0, -2000.0, 700.0]

    found = figures(line | {"rate_applies_to": "slice"}, sales=sales)
    assert found["it"] == pytest.approx(earned_by_slice)
    found = figures(line | {"rate_applies_to": "all", "edge": "lower"}, sales=sales)
    assert found["it"] == pytest.approx(earned_by_all)
    assert found["it.rate"] == [0.02, 0.01 if tiers is NO_BEGINNING else 0, 0.01]


@pytest.mark.parametrize(("start", "expected"), [(1, [-20, 5, 20]), (-1, [-20, 20, 40])])
def test_the_first_tier_goes_through_zero_in_multiples_too(figures, start, expected):
    """Of a quota of 1,000: 1 % to once or to minus once, then 2 %; 500 above -1,000 is -10 and 30."""
    tiers = [{"rate": 0.01}, {"from": start, "rate": 0.02}]
    line = {"kind": "tiers", "of": {"measure": "sales"}, "tiers": tiers, "rate_applies_to": "slice"}
    more = {"measured": "by_itself", "thresholds_of": {"measure": "quota"}}

    found = figures(line | more, sales=[-2000.0, 500.0, 1500.0], quota=[1000.0] * 3)
    assert found["it"] == pytest.approx(expected)


def test_one_tier_without_a_beginning_is_a_commission(figures):
    """1 % of everything, of what is owed back too."""
    line = {"kind": "tiers", "of": {"measure": "sales"}, "tiers": [{"rate": 0.01}], "measured": "by_itself"}

    assert figures(line | {"rate_applies_to": "slice"}, sales=[-500.0, 700.0])["it"] == pytest.approx([-5, 7])


@pytest.mark.parametrize("statistic", SPREADS)
def test_where_all_have_the_same_nothing_is_spread(statistic):
    """Exactly zero, not the 1e-17 that floats leave: what is measured against it does not apply."""
    at = Decimal("0.5") if statistic == "atkinson" else None
    node = OverPeers((ONE,), statistic, "group", "refuse", at)

    for people in (6, 7, 11, 23):
        for amount in (7500.0, 0.1, 1 / 3):
            same = measured(np.full((1, people), amount))
            spread = over_peers(node, [same], None, np.zeros((1, people), dtype=np.int64))

            assert spread.number.tolist() == [[0.0] * people], (people, amount)
            assert (spread.status == Status.MEASURED).all()
