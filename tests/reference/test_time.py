"""Draws, guarantees, ramps, advances, clawbacks, deferrals, banks and proration against published results."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE
from reference.small_plan import monthly, spell

DRAW = "- {{kind: draw, id: earns, of: {{measure: earned}}, amount: {}, meaning: {}}}"


def test_siebels_six_months(plan):
    """A recoverable draw of 2,000: 2,750, 3,000, 2,000, 2,000, 2,875, 2,750 are paid."""
    reckoned = plan(
        DRAW.format(2000, "advance, forgiven: never"), {"earned": [2750, 3000, 1500, 2375, 3000, 2750]}
    )

    assert monthly(reckoned, "earns", 6) == [2750, 3000, 2000, 2000, 2875, 2750]
    assert monthly(reckoned, "earns.owed", 6) == [0, 0, 500, 125, 0, 0]
    assert monthly(reckoned, "earns.drawn", 4) == [0, 0, 500, 0]
    assert monthly(reckoned, "earns.recovered", 5) == [0, 0, 0, 375, 125]


def test_three_meanings_of_a_draw(plan):
    """Xactly: 500 and 3,000 against 1,500; as a loan all of September's 3,000 may go, here the 1,000 owed."""
    facts = {"earned": [500, 3000]}

    assert monthly(plan(DRAW.format(1500, "advance, forgiven: never"), facts), "earns", 2) == [1500, 2000]
    assert monthly(plan(DRAW.format(1500, "minimum"), facts), "earns", 2) == [1500, 3000]
    assert monthly(plan(DRAW.format(1500, "minimum"), facts), "earns.drawn", 2) == [1000, 0]
    assert monthly(plan(DRAW.format(1500, "loan, forgiven: never"), facts), "earns", 2) == [1500, 2000]


def test_a_loan_may_leave_less_than_the_draw(plan):
    """1,400 are owed; of the next 1,500 a loan takes 1,400 and leaves 100, an advance leaves the draw of 1,500."""
    facts = {"earned": [100, 1500, 1600]}

    assert monthly(plan(DRAW.format(1500, "loan, forgiven: never"), facts), "earns", 3) == [1500, 100, 1600]
    assert monthly(plan(DRAW.format(1500, "advance, forgiven: never"), facts), "earns", 3) == [
        1500,
        1500,
        1500,
    ]


def test_recovery_has_a_cap(plan):
    """At most 200 a month: of 900 owed 200 and 200 come back, from a loan as from an advance."""
    for meaning in ("advance", "loan"):
        reckoned = plan(
            DRAW.format(1000, f"{meaning}, forgiven: never, recovery_cap: 200"), {"earned": [100, 2000, 2000]}
        )

        assert monthly(reckoned, "earns.owed", 3) == [900, 700, 500]
        assert monthly(reckoned, "earns", 3) == [1000, 1800, 1800]


def test_a_share_is_recovered_and_a_limit_owed(plan):
    """Half of what exceeds the draw comes back; past 1,500 owed only earnings are paid."""
    reckoned = plan(
        DRAW.format(2000, "advance, forgiven: never, recovery_share: 0.5, owed_at_most: 1500"),
        {"earned": [1000, 1200, 500, 3000, 1800]},
    )

    assert monthly(reckoned, "earns", 5) == [2000, 1700, 500, 2500, 2000]
    assert monthly(reckoned, "earns.owed", 5) == [1000, 1500, 1500, 1000, 1200]


def test_a_limit_that_falls_below_what_is_owed_takes_nothing_back(plan):
    """Nor is anything drawn; where the limit is not known neither is what is owed."""
    reckoned = plan(
        DRAW.format(1000, "loan, forgiven: quarter_end, owed_at_most: {measure: limit}"),
        {"earned": [400, 400, 1000, 400, 400], "limit": [1000, 400, 400, 400, None]},
    )

    assert monthly(reckoned, "earns", 5) == [1000, 400, 400, 800, ABSENT]
    assert monthly(reckoned, "earns.owed", 5) == [600, 600, 0, 400, ABSENT]


def test_what_is_owed_is_forgiven_at_the_quarters_end(plan):
    """500 are still owed in March; in April nothing is."""
    reckoned = plan(DRAW.format(1000, "advance, forgiven: quarter_end"), {"earned": [1000, 1000, 500, 1200]})

    assert monthly(reckoned, "earns", 4) == [1000, 1000, 1000, 1200]
    assert monthly(reckoned, "earns.owed", 4) == [0, 0, 500, 0]


def test_a_month_that_is_not_known_leaves_what_is_owed_unknown(plan):
    reckoned = plan(DRAW.format(1000, "advance, forgiven: quarter_end"), {"earned": [900, None, 1200, 1200]})

    assert monthly(reckoned, "earns", 4) == [1000, ABSENT, ABSENT, 1200]


def test_a_draw_against_settlement(plan):
    """3,000 drawn: 5,000 leave 2,000 to pay, 2,000 a deficit of 1,000."""
    reckoned = plan(DRAW.format(3000, "advance, forgiven: never"), {"earned": [5000, 2000]})

    assert monthly(reckoned, "earns", 2) == [5000, 3000]
    assert monthly(reckoned, "earns.owed", 2) == [0, 1000]


def test_months_of_service(plan):
    """Hired on 15 January: the first month runs to 14 February; by 29 February the second has begun.

    Hired on 30 June, the eighth month is complete with the last day of February.
    """
    people = [spell("m", first="2024-01-15"), spell("n", first="2024-02-01", hired="2023-06-30")]
    reckoned = plan(
        "- {kind: figure, id: service, of: {person: months_of_service}}\n"
        "- {kind: guarantee, id: paid, of: {measure: earned}, amount: 1000, first_months: 2}\n"
        "- {kind: ramp, id: quota, of: 900, factors: [0.25, 0.5], after: 1}",
        {"earned": {"m": [100, 1500, 100, 100]}},
        people=people,
    )

    assert monthly(reckoned, "service", 4) == [1, 2, 3, 4]
    assert monthly(reckoned, "paid", 4) == [1000, 1500, 100, 100]
    assert monthly(reckoned, "quota", 4) == [225, 450, 900, 900]
    assert monthly(reckoned, "service", 2, "n") == [NOT_APPLICABLE, 9]


def test_a_leavers_last_day_counts(plan):
    """Hired on 20 January and gone on 19 March: the second month was not completed."""
    reckoned = plan(
        "- {kind: figure, id: service, of: {person: months_of_service}}",
        people=[spell("m", first="2024-01-20", last="2024-03-19")],
    )

    assert monthly(reckoned, "service", 4) == [1, 2, 2, NOT_APPLICABLE]


def test_a_movers_service_goes_on(plan):
    """From 20 January on in one outlet, from 1 March in another until the 19th."""
    reckoned = plan(
        "- {kind: figure, id: service, of: {person: months_of_service}}\n"
        "- {kind: guarantee, id: paid, of: 5, amount: 10, first_months: 1}",
        every="quarter",
        people=[
            spell("m", first="2024-01-20", last="2024-02-29"),
            spell("m", first="2024-03-01", last="2024-03-19", outlet_id="p"),
        ],
    )

    assert [reckoned.value("service", "m", each) for each in ("2024-Q1", "2024-Q2")] == [2, NOT_APPLICABLE]
    assert [reckoned.value("paid", "m", each) for each in ("2024-Q1", "2024-Q2")] == [5, NOT_APPLICABLE]


def test_nine_of_twelve_months_are_advanced(plan):
    """480 over twelve months: 360 at once, 40 in each of months 10 to 12; the published rest is 120."""
    reckoned = plan(
        "- {kind: advance, id: earns, of: {measure: sold}, earned_over: 12, advanced: 9}",
        {"sold": [480] + [0] * 11},
    )

    assert monthly(reckoned, "earns", 12) == [360] + [0] * 8 + [40] * 3
    assert reckoned.value("earns.rest", "m", "2024-01") == 120
    assert reckoned.value("earns.part", "m", "2024-01") == 40
    assert [reckoned.value("earns.outstanding", "m", each) for each in ("2024-01", "2024-10", "2024-12")] == [
        120,
        80,
        0,
    ]


def test_a_share_is_advanced(plan):
    """75 % of 570 is 427.50 at once, 47.50 in each of the last three months."""
    reckoned = plan(
        "- {kind: advance, id: earns, of: {measure: sold}, earned_over: 12, advanced_share: 0.75}",
        {"sold": [570, 0, 0, 0, 0, 0, 0, 0, 0, 1140, 0, 0]},
    )

    assert monthly(reckoned, "earns", 12) == [
        *(Fraction("427.5"), 0, 0, 0, 0, 0, 0, 0, 0),
        *(855 + Fraction("47.5"), Fraction("47.5"), Fraction("47.5")),
    ]


@pytest.mark.parametrize(
    ("advanced", "expected"),
    [(0, [30, 30, 30, 30]), (4, [120, 0, 0, 0]), (1, [30, 30, 30, 30]), (3, [90, 0, 0, 30])],
)
def test_all_of_an_advance_is_paid_in_the_end(plan, advanced, expected):
    reckoned = plan(
        f"- {{kind: advance, id: earns, of: {{measure: sold}}, earned_over: 4, advanced: {advanced}}}",
        {"sold": [120, 0, 0, 0]},
    )

    assert monthly(reckoned, "earns", 4) == expected
    assert reckoned.value("earns.outstanding", "m", "2024-04") == 0


def test_the_unearned_part_is_taken_back(plan):
    """Published: 612 over nine months, lapsed after four: 340 back, 68 a month; 600 over six, kept two: 400."""
    reckoned = plan(
        "- {kind: clawback, id: back, of: {measure: paid}, reclaims: unearned, "
        "earned_over: {measure: over}, kept: {measure: kept}}",
        {"paid": [612, 600, 600], "over": [9, 6, 6], "kept": [4, 2, 8]},
    )

    assert monthly(reckoned, "back", 3) == [-340, -400, 0]
    assert monthly(reckoned, "back.reclaimed", 3) == [340, 400, 0]
    assert monthly(reckoned, "back.per_period", 2) == [68, 100]


def test_a_clawback_needs_its_conditions(plan):
    reckoned = plan(
        "- {kind: clawback, id: half, of: {measure: paid}, reclaims: share, share: 0.5, when: "
        "[{value: {measure: kept}, below: 3}]}\n"
        "- {kind: clawback, id: whole, of: {measure: paid}, reclaims: all}",
        {"paid": [100, 100], "kept": [2, 3]},
    )

    assert monthly(reckoned, "half", 2) == [-50, 0]
    assert monthly(reckoned, "whole", 2) == [-100, -100]


def test_a_deferred_award(plan):
    """60 % at once, 20 % one and 20 % two periods later; what is due after the last period is outstanding."""
    reckoned = plan(
        "- {kind: deferral, id: earns, of: {measure: award}, "
        "instalments: [{after: 0, share: 0.6}, {after: 1, share: 0.2}, {after: 2, share: 0.2}]}",
        {"award": [100, 200, 0] + [0] * 8 + [50]},
    )

    assert monthly(reckoned, "earns", 4) == [60, 140, 60, 40]
    assert monthly(reckoned, "earns.outstanding", 4) == [40, 100, 40, 0]
    assert reckoned.value("earns.outstanding", "m", "2024-12") == 20


def test_an_award_is_due_although_there_is_no_later_one(plan):
    """Somebody who joins in February is not owed nothing because there was no January."""
    reckoned = plan(
        "- {kind: deferral, id: earns, of: {measure: award}, "
        "instalments: [{after: 0, share: 0.5}, {after: 1, share: 0.5}]}",
        {"award": ["", 100, 0]},
        people=[spell("m", first="2024-02-01")],
    )

    assert monthly(reckoned, "earns", 3) == [0, 50, 50]


def test_an_award_that_is_not_known_stays_so_until_it_is_paid(plan):
    reckoned = plan(
        "- {kind: deferral, id: earns, of: {measure: award}, "
        "instalments: [{after: 0, share: 0.5}, {after: 1, share: 0.5}]}",
        {"award": [100, None, 100, 100]},
    )

    assert monthly(reckoned, "earns", 4) == [50, ABSENT, ABSENT, 100]
    assert monthly(reckoned, "earns.outstanding", 2) == [50, ABSENT]


def test_a_bonus_bank(plan):
    """Hay: 100,000 and 80,000, half of the balance paid: 50,000 and 65,000; a loss below zero pays nothing."""
    line = "- {{kind: bonus_bank, id: earns, of: {{measure: bonus}}, pays: 0.5, negative: {}}}"
    facts = {"bonus": [100000, 80000, -165000, 50000]}

    reduced = plan(line.format("reduces_bank"), facts)
    assert monthly(reduced, "earns", 4) == [50000, 65000, 0, 0]
    assert monthly(reduced, "earns.before", 4) == [100000, 130000, -100000, -50000]
    assert monthly(reduced, "earns.bank", 4) == [50000, 65000, -100000, -50000]
    ignored = plan(line.format("ignored"), facts)
    assert monthly(ignored, "earns", 4) == [50000, 65000, 32500, 41250]


def test_a_surplus_is_carried_on(plan):
    """Against 100: 130 counts 100 and carries 30; 90 counts 100 and carries 20; 70 counts 90."""
    reckoned = plan(
        "- {kind: carry_forward, id: counted, of: {measure: x}, against: 100, carries: surplus, resets: never}",
        {"x": [130, 90, 70, 100]},
    )

    assert monthly(reckoned, "counted", 4) == [100, 100, 90, 100]
    assert monthly(reckoned, "counted.carried", 4) == [30, 20, 0, 0]


def test_a_shortfall_is_made_up_first(plan):
    """Against 100: 70 leaves 30 to make up; of 150 only 20 count; with a new quarter the slate is clean."""
    reckoned = plan(
        "- {kind: carry_forward, id: counted, of: {measure: x}, against: 100, carries: shortfall, resets: quarter_end}",
        {"x": [70, 150, 40, 110]},
    )

    assert monthly(reckoned, "counted", 4) == [0, 20, 0, 10]
    assert monthly(reckoned, "counted.carried", 4) == [-30, 0, -60, 0]


LIMITED = (
    "- {{kind: carry_forward, id: counted, of: {{measure: x}}, against: 100, carries: {}, resets: never, "
    "carried_at_most: {{measure: most}}}}"
)


def test_a_surplus_carried_on_has_a_limit(plan):
    """Against 100 and at most 20, out of March 10: 150 carries 20, then 15 lapse, then 15 again; 50 counts 60."""
    reckoned = plan(LIMITED.format("surplus"), {"x": [150, 115, 105, 50], "most": [20, 20, 10, 20]})

    assert monthly(reckoned, "counted", 4) == [100, 100, 100, 60]
    assert monthly(reckoned, "counted.carried", 4) == [20, 20, 10, 0]


def test_a_shortfall_carried_on_has_a_limit(plan):
    """Against 100 and at most 20: of 10 and 40 short only 20 are made up, and 130 counts 10."""
    reckoned = plan(LIMITED.format("shortfall"), {"x": [90, 60, 130], "most": [20, 20, 20]})

    assert monthly(reckoned, "counted", 3) == [0, 0, 10]
    assert monthly(reckoned, "counted.carried", 3) == [-10, -20, 0]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("{digits: 3, mode: half_up}", Fraction("250.5")), ("null", Fraction(1500 * 61, 365))],
)
def test_proration(plan, rounding, expected):
    """Published: 1,500 x 0.167 = 250.50, the factor rounded first; 250.68 otherwise."""
    reckoned = plan(
        f"- {{kind: proration, id: bonus, of: 1500, part: {{measure: days}}, whole: 365, round_factor: {rounding}}}",
        {"days": [61]},
    )

    assert monthly(reckoned, "bonus", 1) == [expected]
    assert monthly(reckoned, "bonus.factor", 1) == [expected / 1500]


def test_foreign_money(plan):
    """100 dollars at a mean of 7.1, at 7.2 by the month's end, or at 7 as the scheme says; no rate, no number."""
    reckoned = plan(
        "- {kind: converted, id: mean, of: 100, currency: USD, at: average}\n"
        "- {kind: converted, id: end, of: 100, currency: USD, at: period_end}\n"
        "- {kind: converted, id: fixed, of: 100, currency: USD, at: 7}\n"
        "- {kind: figure, id: rate, of: {fx: USD, at: period_end}}",
        every="quarter",
        fx=[
            {"currency": "USD", "month": f"2024-0{month}", "average": average, "period_end": end}
            for month, average, end in [
                (1, "7.0", "7.05"),
                (2, "7.1", "7.15"),
                (3, "7.2", "7.2"),
                (4, "7", "7"),
            ]
        ],
    )

    found = [reckoned.value(name, "m", "2024-Q1") for name in ("mean", "end", "fixed", "rate")]

    assert found == [710, 720, 700, Fraction("7.2")]
    assert [reckoned.value(name, "m", "2024-Q2") for name in ("mean", "end", "fixed")] == [
        ABSENT,
        ABSENT,
        700,
    ]
