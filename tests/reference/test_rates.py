"""Commissions, tiers and slices against published results and results worked on paper."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE
from reference.small_plan import monthly

TIERS = (
    "[{from: 0, rate: 0.01}, {from: 1000, rate: 0.02}, {from: 3000, rate: 0.03}, {from: 8000, rate: 0.05}]"
)
ROWS = [200, 300, 1500, 1200, 2000, 4500]


def deals(*amounts: object, product: str = "", day: str = "2024-01-{:02d}") -> list[dict[str, str]]:
    """One transaction a day."""
    return [
        {
            "transaction_id": f"t{number}",
            "manager_id": "m",
            "date": day.format(number),
            "product": product,
            "amount": str(amount),
        }
        for number, amount in enumerate(amounts, start=1)
    ]


def test_each_transaction_walks_the_tiers_by_itself(plan):
    """Published by Oracle: commissions 2, 3, 20, 14, 30, 95 and 164 in all."""
    reckoned = plan(
        "- {kind: tiers, id: earns, every: transaction, of: {transaction: amount}, rate_applies_to: slice, "
        f"measured: by_itself, tiers: {TIERS}}}\n- {{kind: figure, id: all, of: {{line: earns}}}}",
        transactions=deals(*ROWS),
    )

    assert [reckoned.transaction("earns", f"t{n}", "m") for n in range(1, 7)] == [2, 3, 20, 14, 30, 95]
    assert reckoned.value("earns", "m", "2024-01") == reckoned.value("all", "m", "2024-01") == 164
    assert reckoned.value("earns", "m", "2024-02") == 0


def test_each_transaction_goes_on_where_the_last_one_stood(plan):
    """9,700 in all earn 10 + 40 + 150 + 85; t3 lies between 500 and 2,000: 5 + 20."""
    reckoned = plan(
        "- {kind: tiers, id: earns, every: transaction, of: {transaction: amount}, rate_applies_to: slice, "
        f"measured: period_to_date, tiers: {TIERS}}}",
        transactions=deals(*ROWS),
    )

    assert reckoned.transaction("earns", "t3", "m") == 25
    assert reckoned.transaction("earns.slice_1", "t3", "m") == 500
    assert reckoned.transaction("earns.tier_2", "t3", "m") == 20
    assert reckoned.value("earns", "m", "2024-01") == 10 + 40 + 150 + 85


def test_order_is_by_day_and_then_by_id(plan):
    """The later id of the same day stands on top: 600 at 1 %, then 400 at 1 % and 200 at 2 %."""
    rows = [row | {"date": "2024-01-05"} for row in deals(600, 600)]
    reckoned = plan(
        "- {kind: tiers, id: earns, every: transaction, of: {transaction: amount}, rate_applies_to: slice, "
        f"measured: period_to_date, tiers: {TIERS}}}",
        transactions=rows[::-1],
    )

    assert reckoned.transaction("earns", "t1", "m") == 6
    assert reckoned.transaction("earns", "t2", "m") == 4 + 4


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ("by_itself", [10, 10, 10, 10, 10, 10]),
        ("quarter_to_date", [10, 20, 20, 10, 20, 20]),
        ("half_year_to_date", [10, 20, 20, 30, 30, 30]),
        ("year_to_date", [10, 20, 20, 30, 30, 30]),
    ],
)
def test_running_totals_begin_again(plan, measured, expected):
    """A thousand a month: by the quarter the tiers are walked from 0 to 3,000, by the half-year to 6,000."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: slice, "
        f"measured: {measured}, tiers: {TIERS}}}",
        {"sales": [1000] * 6},
    )

    assert monthly(reckoned, "earns", 6) == expected


def test_year_to_date_crossing(plan):
    """Printed 2,340.33: 659,667 at 0.1 % and 840,333 at 0.2 %."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: slice, measured: year_to_date, tiers: "
        "[{from: 0, rate: 0.001}, {from: 4166667, rate: 0.002}, {from: 8333333, rate: 0.003}]}",
        {"sales": [3507000, 1500000]},
    )

    assert reckoned.value("earns", "m", "2024-02") == Fraction("2340.333")
    assert reckoned.value("earns.slice_2", "m", "2024-02") == 840333


@pytest.mark.parametrize(("edge", "rate"), [("upper", Fraction("0.03")), ("lower", Fraction("0.02"))])
def test_a_value_on_the_edge(plan, edge, rate):
    """Oracle gives 3 % at exactly 50,000, OpenFisca the tier below."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: all, measured: by_itself, "
        f"edge: {edge}, tiers: [{{from: 0, rate: 0.01}}, {{from: 25000, rate: 0.02}}, {{from: 50000, rate: 0.03}}]}}",
        {"sales": [50000]},
    )

    assert reckoned.value("earns.rate", "m", "2024-01") == rate
    assert reckoned.value("earns", "m", "2024-01") == rate * 50000


def test_everything_once_reached_pays_the_difference(plan):
    """10 % of 900, then 12 % of 1,500 less the 90 that were paid."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: all, measured: year_to_date, "
        "edge: upper, tiers: [{from: 0, rate: 0.1}, {from: 1000, rate: 0.12}]}",
        {"sales": [900, 600]},
    )

    assert monthly(reckoned, "earns", 2) == [90, 90]
    assert reckoned.value("earns.rate", "m", "2024-02") == Fraction("0.12")


def test_below_the_first_tier_is_nothing(plan):
    """Nothing before 70 % of quota, then 10 % from the first dollar: 0, 70,000."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: all, measured: by_itself, "
        "edge: upper, thresholds_of: {measure: quota}, tiers: [{from: 0.7, rate: 0.1}]}",
        {"sales": [690000, 700000, 5], "quota": [1000000, 1000000, 0]},
    )

    assert monthly(reckoned, "earns", 3) == [0, 70000, NOT_APPLICABLE]


def test_another_figure_decides_the_tier(plan):
    """A margin of 20 % reaches the rate of 5 %, whatever was sold."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, reached_by: {measure: margin}, rate_applies_to: all, "
        "measured: by_itself, edge: upper, tiers: [{from: 0, rate: 0.01}, {from: 0.2, rate: 0.05}]}",
        {"sales": [4000, 4000], "margin": ["0.2", "0.19"]},
    )

    assert monthly(reckoned, "earns", 2) == [200, 40]


def test_slice_of_a_running_total(plan):
    """Of 80 and 50 more, 20 and 30 lie between 60 and 110; a refund takes back what lay there."""
    reckoned = plan(
        "- {kind: slice, id: between, of: {measure: sales}, from: 60, to: 110, measured: year_to_date}\n"
        "- {kind: slice, id: above, of: {measure: sales}, from: 60, to: null, measured: by_itself}",
        {"sales": [80, 50, -40]},
    )

    assert monthly(reckoned, "between", 3) == [20, 30, -20]
    assert monthly(reckoned, "above", 3) == [20, 0, 0]


def test_floor_then_cap_then_rounding(plan):
    """0.285 rounds up; 0.285 is not below 0.3 where that is the floor, nor above 0.2 where that is the cap."""
    reckoned = plan(
        "- {kind: commission, id: rounded, of: {measure: sales}, rate: 0.1, round: {digits: 2, mode: half_up}}\n"
        "- {kind: commission, id: even, of: {measure: sales}, rate: 0.1, round: {digits: 2, mode: half_even}}\n"
        "- {kind: commission, id: cut, of: {measure: sales}, rate: 0.1, cap: 0.2}\n"
        "- {kind: commission, id: raised, of: {measure: sales}, rate: 0.1, floor: 0.3, cap: 7}",
        {"sales": ["2.85"]},
    )

    found = [reckoned.value(name, "m", "2024-01") for name in ("rounded", "even", "cut", "raised")]

    assert found == [Fraction("0.29"), Fraction("0.28"), Fraction("0.2"), Fraction("0.3")]


def test_a_missing_month_leaves_the_total_unknown_until_it_begins_again(plan):
    """February is not known: neither are February and March of the quarter; April is."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: slice, measured: quarter_to_date, "
        "tiers: [{from: 0, rate: 0.1}]}",
        {"sales": [100, None, 100, 100]},
    )

    found = monthly(reckoned, "earns", 4)

    assert found == [10, ABSENT, ABSENT, 10]


def test_thresholds_that_grow_leave_the_sum_that_of_the_year(plan):
    """Quotas of 100 and 200 to date, sales of 150 and 150: the year earns 5 % of 300 and 5 % more above 200."""
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: slice, measured: year_to_date, "
        "thresholds_of: {measure: quota, window: year_to_date}, "
        "tiers: [{from: 0, rate: 0.05}, {from: 1, rate: 0.1}]}",
        {"sales": [150, 150], "quota": [100, 100]},
    )

    first, second = monthly(reckoned, "earns", 2)

    assert first == 5 + 5
    assert first + second == 10 + 10


@pytest.mark.parametrize(("own", "expected"), [("included", [1, 3, 7, 8]), ("left_out", [0, 1, 3, 0])])
def test_a_running_total(plan, own, expected):
    """Powers of two say what is in it; April begins a new quarter."""
    reckoned = plan(
        f"- {{kind: running_total, id: total, of: {{measure: sales}}, measured: quarter_to_date, own: {own}}}",
        {"sales": [1, 2, 4, 8]},
    )

    assert monthly(reckoned, "total", 4) == expected


def test_the_quarter_of_a_transaction_is_that_of_its_day(plan):
    """In a plan by the year, the deal of April begins at zero again."""
    days = ["2024-02-01", "2024-03-31", "2024-04-01"]
    rows = [row | {"date": day} for row, day in zip(deals(1, 2, 4), days, strict=True)]
    reckoned = plan(
        "- {kind: running_total, id: total, every: transaction, of: {transaction: amount}, "
        "measured: quarter_to_date, own: included}",
        every="year",
        transactions=rows,
    )

    assert [reckoned.transaction("total", f"t{n}", "m") for n in (1, 2, 3)] == [1, 3, 4]


@pytest.mark.parametrize(("mode", "expected"), [("down", ["0.28", "-0.28"]), ("up", ["0.29", "-0.29"])])
def test_rounding_towards_zero_or_away_from_it(plan, mode, expected):
    reckoned = plan(
        f"- {{kind: commission, id: earns, of: {{measure: x}}, rate: 0.1, round: {{digits: 2, mode: {mode}}}}}",
        {"x": ["2.81", "-2.81"] if mode == "up" else ["2.89", "-2.89"]},
    )

    assert monthly(reckoned, "earns", 2) == [Fraction(each) for each in expected]


@pytest.mark.parametrize(("measured", "february"), [("by_itself", NOT_APPLICABLE), ("year_to_date", ABSENT)])
def test_without_a_quota_nothing_applies_but_a_total_that_is_not_known_stays_so(plan, measured, february):
    """January's sales are not known; in February neither sales nor a quota are there to judge them by."""
    reckoned = plan(
        f"- {{kind: tiers, id: earns, of: {{measure: sales}}, rate_applies_to: slice, measured: {measured}, "
        "thresholds_of: {measure: quota}, tiers: [{from: 0, rate: 0.1}]}",
        {"sales": [None, None, 5], "quota": [10, 0, 10]},
    )

    assert monthly(reckoned, "earns", 2) == [ABSENT, february]


@pytest.mark.parametrize(
    ("first", "refund", "to_date"),
    [("{rate: 0.01}", -300, [20, -25, 7]), ("{from: 0, rate: 0.01}", 0, [20, -20, 2])],
    ids=["no beginning", "from zero"],
)
def test_below_zero_a_first_tier_without_a_beginning_charges_back(plan, first, refund, to_date):
    """-30,000 at 1 % is -300. Totals of 1,500, -500 and 200 are worth 20, then -5 or nothing, then 2."""
    line = "{kind: tiers, of: {measure: %s}, rate_applies_to: slice, tiers: [%s, {from: 1000, rate: 0.02}], "
    reckoned = plan(
        f"- {line % ('alone', first)}id: alone, measured: by_itself}}\n"
        f"- {line % ('sales', first)}id: earns, measured: year_to_date}}",
        {"alone": [-30000], "sales": [1500, -2000, 700]},
    )

    assert reckoned.value("alone", "m", "2024-01") == reckoned.value("alone.tier_1", "m", "2024-01") == refund
    assert reckoned.value("alone.slice_1", "m", "2024-01") == 100 * refund
    assert reckoned.value("alone.slice_2", "m", "2024-01") == 0
    assert monthly(reckoned, "earns", 3) == to_date


@pytest.mark.parametrize("thresholds_of", ["", "thresholds_of: {measure: quota}, "])
def test_the_first_rate_holds_for_everything_under_the_second_tier(plan, thresholds_of):
    """All at 1 % under 1,000, or under once the quota of 1,000; -2,000 takes 1,500 at 2 % to -500 at 1 %."""
    start = 1 if thresholds_of else 1000
    line = (
        "{kind: tiers, of: {measure: sales}, rate_applies_to: all, edge: upper, "
        f"{thresholds_of}tiers: [{{rate: 0.01}}, {{from: {start}, rate: 0.02}}], "
    )
    reckoned = plan(
        f"- {line}id: alone, measured: by_itself}}\n- {line}id: to_date, measured: year_to_date}}",
        {"sales": [1500, -2000, 1500], "quota": [1000, 1000, 1000]},
    )

    assert monthly(reckoned, "alone", 3) == [30, -20, 30]
    assert monthly(reckoned, "alone.rate", 3) == [Fraction("0.02"), Fraction("0.01"), Fraction("0.02")]
    assert monthly(reckoned, "to_date", 3) == [30, -5 - 30, 20 + 5]
    assert monthly(reckoned, "to_date.rate", 3) == [Fraction("0.02"), Fraction("0.01"), Fraction("0.02")]


def test_a_refund_in_multiples_of_a_quota_and_a_threshold_below_zero(plan):
    """-500 is -0.5 times 1,000. Of 500, -1,000 lies under -1,000 at 1 % and 1,500 above it at 2 %.

    A margin of -20 % earns 1 %.
    """
    line = "{kind: tiers, of: {measure: sales}, measured: by_itself, tiers: [{rate: 0.01}, {from: %s, rate: 0.02}], "
    reckoned = plan(
        f"- {line % 1}id: quotas, rate_applies_to: slice, thresholds_of: {{measure: quota}}}}\n"
        f"- {line % -1000}id: below, rate_applies_to: slice}}\n"
        f"- {line % 0}id: by, rate_applies_to: all, edge: upper, reached_by: {{measure: margin}}}}",
        {"sales": [-500, 500, -2000], "quota": [1000] * 3, "margin": ["-0.2"] * 3},
    )

    assert monthly(reckoned, "quotas", 3) == [-5, 5, -20]
    assert monthly(reckoned, "below", 3) == [-10 + 10, -10 + 30, -20]
    assert monthly(reckoned, "by", 3) == [-5, 5, -20]


RAISED = "{segments: [{value: 0.02, to: 2024-06-30}, {value: 0.03, from: 2024-07-01}]}"


@pytest.mark.parametrize(("on_change", "july"), [("new_amounts_only", 3000), ("whole_total", 9000)])
@pytest.mark.parametrize("applies", ["slice", "all"])
def test_a_rate_that_is_raised_in_july_reprices_the_year_or_does_not(plan, on_change, july, applies):
    """100,000 a month: 2 % until June, then 3 % of what is new, or of all seven months less the 12,000 paid."""
    reckoned = plan(
        f"- {{kind: tiers, id: earns, of: {{measure: sales}}, rate_applies_to: {applies}, measured: year_to_date, "
        f"on_change: {on_change}, tiers: [{{from: 0, rate: {RAISED}}}]{', edge: upper' * (applies == 'all')}}}",
        {"sales": [100_000] * 8},
    )

    assert monthly(reckoned, "earns", 8) == [2000] * 6 + [july, 3000]


@pytest.mark.parametrize(
    ("on_change", "expected"), [("new_amounts_only", [10, 8, 6]), ("whole_total", [10, 18, 6])]
)
def test_a_deal_is_priced_by_the_numbers_of_its_own_day(plan, on_change, expected):
    """500 at 2 % to 14 January, 4 % up to 700 from the 15th and 2 % above: 200 more at 4 %, then 300 at 2 %.

    The second deal brings 700 x 4 % less the 10 of the first, where the change reprices what came before it.
    """
    rate = (
        "{segments: [{value: 0.02, to: 2024-01-14}, {value: 0.04, from: 2024-01-15}], inside_period: by_days}"
    )
    rows = [
        row | {"date": day}
        for row, day in zip(deals(500, 200, 300), ("2024-01-14", "2024-01-15", "2024-01-16"), strict=True)
    ]
    reckoned = plan(
        "- {kind: tiers, id: earns, every: transaction, of: {transaction: amount}, rate_applies_to: slice, "
        f"measured: period_to_date, on_change: {on_change}, "
        f"tiers: [{{from: 0, rate: {rate}}}, {{from: 700, rate: 0.02}}]}}",
        transactions=rows,
    )

    assert [reckoned.transaction("earns", f"t{n}", "m") for n in (1, 2, 3)] == expected


def test_what_is_earned_before_anything_came_in_is_earned_once(plan):
    """A milestone of 100 from zero on is reached by the first amount, though a total of zero would be worth it too."""
    reckoned = plan(
        "- {kind: steps, id: earns, of: {measure: sales}, amounts: add_up, edge: upper, below: 5, "
        "measured: quarter_to_date, on_change: new_amounts_only, "
        "steps: [{from: 0, amount: 100}, {from: 50, amount: 10}]}",
        {"sales": [0, 60, 20, 70]},
    )

    assert monthly(reckoned, "earns", 4) == [105, 10, 0, 115]


@pytest.mark.parametrize(("on_change", "expected"), [("new_amounts_only", 3), ("whole_total", 2)])
def test_a_threshold_that_is_raised_takes_back_or_does_not(plan, on_change, expected):
    """Above 5 lie 2 of 7; from March on only what exceeds 6 counts, and 3 more come in: 4 - 1, or 4 - 2."""
    rising = "{segments: [{value: 5, to: 2024-02-29}, {value: 6, from: 2024-03-01}]}"
    reckoned = plan(
        f"- {{kind: slice, id: above, of: {{measure: sales}}, from: {rising}, to: null, measured: year_to_date, "
        f"on_change: {on_change}}}",
        {"sales": [7, 0, 3]},
    )

    assert monthly(reckoned, "above", 3) == [2, 0, expected]
