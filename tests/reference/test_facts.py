"""What the reference calculator sees of a history: windows, levels, statuses, kinds of measure, targets."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.errors import DataGap
from policymodel.periods import Period
from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE, QUARANTINED
from reference.small_plan import Row, at, monthly, spell

STOCK = {"type": "stock", "unit": "count", "no_row": "absent"}
ZERO = {"type": "flow", "unit": "count", "no_row": "zero"}


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("", [1, 2, 4, 8, 16, 32, 64, 128]),
        (", window: quarter_to_date", [1, 3, 7, 8, 24, 56, 64, 192]),
        (", window: half_year_to_date", [1, 3, 7, 15, 31, 63, 64, 192]),
        (", window: year_to_date", [1, 3, 7, 15, 31, 63, 127, 255]),
        (", window: rolling, months: 3", [7001, 1003, 7, 14, 28, 56, 112, 224]),
        (", earlier: 1", [1000, 1, 2, 4, 8, 16, 32, 64]),
        (", earlier: 2, window: year_to_date", [9000, 10000, 1, 3, 7, 15, 31, 63]),
        (", years_earlier: 1", [500, 600, 700, 800, 0, 0, 0, 0]),
        (", years_earlier: 1, window: quarter_to_date", [500, 1100, 1800, 800, 800, 800, 0, 0]),
    ],
)
def test_windows(plan, window, expected):
    """Powers of two say which months were added; the year before has 500, 600, 700, 800, and 6,400 at its end."""
    reckoned = plan(
        f"- {{kind: figure, id: x, of: {{measure: sales{window}}}}}",
        {"sales": [1, 2, 4, 8, 16, 32, 64, 128]},
        earlier={"sales": [500, 600, 700, 800, 0, 0, 0, 0, 0, 400, 6000, 1000]},
    )

    assert monthly(reckoned, "x", 8) == expected


def test_a_window_from_before_the_history_does_not_apply(plan):
    reckoned = plan(
        "- {kind: figure, id: x, of: {measure: sales, years_earlier: 2}}\n"
        "- {kind: figure, id: y, of: {measure: sales, window: rolling, months: 14}}",
        {"sales": [1, 1]},
        earlier={"sales": [1] * 12},
    )

    assert monthly(reckoned, "x", 1) == [NOT_APPLICABLE]
    assert monthly(reckoned, "y", 2) == [NOT_APPLICABLE, 14]


def test_levels(plan):
    """b moves on 16 January: the month is counted where it ends; c is in another region."""
    people = [
        spell("a"),
        spell("b", last="2024-01-15"),
        spell("b", first="2024-01-16", outlet_id="p"),
        spell("c", outlet_id="q", region="s"),
    ]
    reckoned = plan(
        "\n".join(
            f"- {{kind: figure, id: {level}, of: {{measure: sales, level: {level}}}}}"
            for level in ("manager", "outlet", "region", "group")
        ),
        {"sales": {"a": [1], "b": [10], "c": [100]}},
        people=people,
    )

    assert at(reckoned, "manager", "a", "b", "c") == [1, 10, 100]
    assert at(reckoned, "outlet", "a", "b", "c") == [1, 10, 100]
    assert at(reckoned, "region", "a", "b", "c") == [11, 11, 100]
    assert at(reckoned, "group", "a", "b", "c") == [111, 111, 111]


def test_kinds_of_measure(plan):
    """A stock is the last known, a ratio is made again from its counts, a running figure is taken apart."""
    running = {"type": "cumulative_within", "within": "half_year", "unit": "CNY", "no_row": "absent"}
    ratio = {"type": "ratio", "unit": "share", "no_row": "absent", "top": "won", "bottom": "met"}
    reckoned = plan(
        "\n".join(
            f"- {{kind: figure, id: {name}, of: {{measure: {name}_, window: year_to_date}}}}"
            for name in ("stock", "share", "running")
        ).replace("share_", "share_of"),
        {"stock_": [5, 7, 6], "won": [1, 3, 0], "met": [2, 6, 4], "running_": [10, 25, 27, 30, 31, 40, 4]},
        measures={"stock_": STOCK, "running_": running, "share_of": ratio},
    )

    assert monthly(reckoned, "stock", 3) == [5, 7, 6]
    assert monthly(reckoned, "share", 3) == [Fraction(1, 2), Fraction(1, 2), Fraction(1, 3)]
    # 40 in the first half-year, then 4 more.
    assert monthly(reckoned, "running", 7) == [10, 25, 27, 30, 31, 40, 44]


def test_the_mean_of_a_stock(plan):
    """5, 7 and 6 have a mean of 6; who comes in February has two months; a month that is not known leaves none.

    9 of something to a mean of 6 are 1.5; the outlet holds 5, 17 and 18, a mean of 40 ÷ 3 after one of 5.
    """
    ratio = {"type": "ratio", "unit": "share", "no_row": "absent", "top": "sold", "bottom": "held"}
    of = "{{measure: {}, read: mean_of_months{}}}"
    reckoned = plan(
        f"- {{kind: figure, id: mean, of: {of.format('held', '')}}}\n"
        f"- {{kind: figure, id: outlet, of: {of.format('held', ', level: outlet')}}}\n"
        f"- {{kind: figure, id: two, of: {of.format('held', ', window: rolling, months: 2')}}}\n"
        f"- {{kind: figure, id: each, of: {of.format('each', '')}}}\n"
        "- {kind: change_on_period, id: change, source: x, measure: held, points: 12, against: previous_period,"
        " level: outlet, cap: null, floor: null, missing: refuse, read: mean_of_months}",
        {"held": {"m": [5, 7, 6, 8, None, 8], "n": ["", 10, 12]}, "sold": {"m": [2, 3, 4]}},
        people=[spell("m"), spell("n", first="2024-02-01")],
        every="quarter",
        earlier={"held": {"m": [*[None] * 9, 4, 5, 6]}},
        measures={"held": STOCK, "each": ratio},
    )

    assert at(reckoned, "mean", "m", "n", period="2024-Q1") == [6, 11]
    assert at(reckoned, "mean", "m", period="2024-Q2") == [ABSENT]
    assert at(reckoned, "two", "m", period="2024-Q1") == [Fraction(13, 2)]
    assert at(reckoned, "outlet", "m", "n", period="2024-Q1") == [Fraction(40, 3)] * 2
    assert at(reckoned, "each", "m", period="2024-Q1") == [Fraction(3, 2)]
    assert at(reckoned, "change", "m", "n", period="2024-Q1") == [32, 32]


def test_a_running_figure_after_a_gap_is_not_known(plan):
    running = {"type": "cumulative_within", "within": "year", "unit": "CNY", "no_row": "absent"}
    reckoned = plan(
        "- {kind: figure, id: x, of: {measure: r}}", {"r": [10, "", 27, 30]}, measures={"r": running}
    )

    assert monthly(reckoned, "x", 4) == [10, ABSENT, ABSENT, 3]


def test_what_no_row_means(plan):
    """No row of a measure without rows is zero while it was kept, and not known before; a blank is never zero."""
    kept = ZERO | {"observed": "2024-02..2024-12"}
    reckoned = plan(
        "- {kind: figure, id: x, of: {measure: reports}}\n- {kind: figure, id: y, of: {measure: sales}}\n"
        "- {kind: figure, id: z, of: {measure: sales, missing: zero}}",
        {"reports": ["", "", None, 2], "sales": ["", 3]},
        measures={"reports": kept},
    )

    assert monthly(reckoned, "x", 4) == [ABSENT, 0, ABSENT, 2]
    assert monthly(reckoned, "y", 2) == [ABSENT, 3]
    assert monthly(reckoned, "z", 2) == [0, 3]


def test_who_is_not_there_has_no_figures(plan):
    """A joiner of March has a quarter of one month; a row of February is nobody's."""
    reckoned = plan(
        "- {kind: figure, id: x, of: {measure: sales}}",
        {"sales": ["", 100, 7]},
        every="quarter",
        people=[spell("m", first="2024-03-10", last="2024-04-30")],
    )

    assert reckoned.value("x", "m", "2024-Q1") == 7
    assert reckoned.value("x", "m", "2024-Q2") == ABSENT
    assert reckoned.value("x", "m", "2024-Q3") == NOT_APPLICABLE


def test_a_figure_that_was_put_aside(plan):
    """It outranks an absent one in the same window; a row that merely stood twice is no loss."""
    aside = {"table": "activity", "manager_id": "m", "measure": "sales"}
    reckoned = plan(
        "- {kind: figure, id: x, of: {measure: sales, window: year_to_date, missing: refuse}}",
        {"sales": [1, 2, "", 4]},
        quarantine=[
            aside | {"month": "2024-02", "rules": "duplicate_row"},
            aside | {"month": "2024-04", "rules": "bad_number"},
        ],
    )

    assert monthly(reckoned, "x", 4) == [1, 3, ABSENT, QUARANTINED]


def test_about_the_person_and_the_period(plan):
    """60 employed days of the first quarter of a leap year, half of them on half a post."""
    people = [spell("m", last="2024-01-30", fte="0.5"), spell("m", first="2024-02-01", last="2024-03-01")]
    reckoned = plan(
        "\n".join(
            f"- {{kind: figure, id: {name}, of: {{{sort}: {name}}}}}"
            for sort, name in [
                ("person", "employed_days"),
                ("person", "fte"),
                ("calendar", "days"),
                ("calendar", "months"),
            ]
        ),
        every="quarter",
        people=people,
    )

    found = [reckoned.value(name, "m", "2024-Q1") for name in ("employed_days", "fte", "days", "months")]

    assert found == [60, Fraction(3, 4), 91, 3]
    assert reckoned.value("fte", "m", "2024-Q2") == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("every", "year", "quarters", "half_years", "years"),
    [
        ("month", "2024", [3, 6, 9, 12], [6, 12], [12]),
        ("quarter", "2024-04..2025-03", [1, 2, 3, 4], [2, 4], [4]),
        ("month", "2024-01..2024-05", [3, 5], [5], [5]),
        ("year", "2023-01..2024-12", [1, 2], [1, 2], [1, 2]),
    ],
)
def test_the_last_period_of_a_run(plan, every, year, quarters, half_years, years):
    """Runs are counted from the plan year's start; one that is cut short ends with it."""
    plan_year = Period.parse(year)
    runs = {"quarter": quarters, "half_year": half_years, "year": years}
    lines = (f"- {{kind: figure, id: {run}, of: {{calendar: last_of_{run}}}}}" for run in runs)
    reckoned = plan("\n".join(lines), every=every, plan_year=plan_year)

    periods = plan_year.split({"month": 1, "quarter": 3, "year": 12}[every])
    for run, last in runs.items():
        found = [reckoned.value(run, "m", each.label) for each in periods]
        assert found == [int(number in last) for number in range(1, len(periods) + 1)]


def test_transactions_over_windows(plan):
    """By product and with the figures they bring along; who sold nothing has sold zero."""
    rows = [
        {"transaction_id": name, "manager_id": "m", "date": day, "product": product, "amount": amount}
        for name, day, product, amount in [
            ("t1", "2024-01-31", "loan", "100"),
            ("t2", "2024-02-01", "card", "10"),
            ("t3", "2024-02-29", "loan", "-30"),
        ]
    ]
    reckoned = plan(
        "- {kind: figure, id: all, of: {transactions: amount, window: year_to_date}}\n"
        "- {kind: figure, id: loans, of: {transactions: amount, products: [loan]}}\n"
        "- {kind: figure, id: margin, of: {transactions: margin, products: [loan]}}",
        transactions=rows,
        transaction_figures=[{"transaction_id": "t1", "figure": "margin", "value": "0.5"}],
    )

    assert monthly(reckoned, "all", 3) == [100, 80, 80]
    assert monthly(reckoned, "loans", 3) == [100, -30, 0]
    assert monthly(reckoned, "margin", 3) == [Fraction(1, 2), ABSENT, 0]


GROWTH = "targets: {set_by: growth, growth: 0.1, progress: calendar_days, source: x}\n"
TABLE = "targets: {{set_by: table, progress: {}, source: x}}\n"


def target(amount: str, period: str, level: str = "manager", unit: str = "m") -> Row:
    return {"level": level, "unit_id": unit, "measure": "sales", "period": period, "target": amount}


def test_a_target_accrues_with_the_days(plan):
    """366 for a leap year: 31 in January, 60 by the end of February; a quarter's own target starts again."""
    line = (
        "- {kind: figure, id: t, of: {target: sales}}\n- {kind: figure, "
        "id: d, of: {target: sales, window: year_to_date}}"
    )
    year = plan(line, {"sales": [1]}, scheme=TABLE.format("calendar_days"), targets=[target("366", "2024")])
    months = plan(line, {"sales": [1]}, scheme=TABLE.format("months"), targets=[target("366", "2024")])

    assert monthly(year, "t", 2) == [31, 29]
    assert monthly(year, "d", 2) == [31, 60]
    assert monthly(months, "t", 2) == [Fraction("30.5"), Fraction("30.5")]


def test_a_target_by_growth(plan):
    """Last year's 366 and a tenth more; half a year of employment is half of it."""
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales, window: year_to_date}}\n"
        "- {kind: figure, id: b, of: {base: sales, window: year_to_date}}",
        scheme=GROWTH,
        earlier={"sales": [366] + [0] * 11},
        people=[spell("m", last="2024-06-30")],
    )

    assert reckoned.value("t", "m", "2024-06") == Fraction("1.1") * 182
    assert reckoned.value("b", "m", "2024-06") == 182


def test_a_target_that_grows_from_what_was_put_aside(plan):
    """The base was put aside, and so is what grows from it."""
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales, window: year_to_date}}",
        scheme=GROWTH,
        earlier={"sales": [366] + [0] * 11},
        quarantine=[
            {
                "table": "activity",
                "manager_id": "m",
                "month": "2023-05",
                "measure": "sales",
                "rules": "bad_number",
            }
        ],
    )

    assert reckoned.value("t", "m", "2024-06") == QUARANTINED


def test_a_regions_target_adds_up(plan):
    """10 pieces for three people with bases 1, 1 and none: the third counts as the mean, the first gets one more."""
    people = [spell("a"), spell("b"), spell("c", first="2024-01-01")]
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales, window: year_to_date}}",
        scheme="targets: {set_by: table, break_down: by_base, without_base: mean, progress: months, source: x}\n",
        people=people,
        measures={"sales": ZERO},
        earlier={"sales": {"a": [5] + [0] * 11, "b": [5] + [0] * 11}},
        targets=[target("10", "2024", "region", "r")],
    )

    assert at(reckoned, "t", "a", "b", "c", period="2024-12") == [4, 3, 3]


def test_what_is_set_by_hand_is_taken_off_first(plan):
    """Of 20, 8 are the outlet's p and 5 of these c's; of the other 12, 4 are a's: b has 8 and d has 3."""
    people = [spell("a"), spell("b"), spell("c", outlet_id="p"), spell("d", outlet_id="p")]
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales, window: year_to_date}}",
        scheme=TABLE.format("months"),
        people=people,
        measures={"sales": ZERO},
        targets=[
            target("20", "2024", "region", "r"),
            target("8", "2024", "outlet", "p"),
            target("5", "2024", "manager", "c"),
            target("4", "2024", "manager", "a"),
        ],
    )

    assert at(reckoned, "t", *"abcd", period="2024-12") == [4, 8, 5, 3]


def test_a_regions_growth_is_shared_by_base(plan):
    """Bases of 10 and 20 grow to 33 in all: 11 and 22; c has none and gets none."""
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales, window: year_to_date}}",
        scheme="targets: {set_by: growth, growth: 0.1, break_down: by_base, progress: months, source: x}\n",
        people=[spell("a"), spell("b"), spell("c")],
        measures={"sales": ZERO},
        earlier={"sales": {"a": [10] + [0] * 11, "b": [20] + [0] * 11}},
    )

    assert at(reckoned, "t", *"abc", period="2024-12") == [11, 22, 0]


def test_targets_of_other_years_are_others(plan):
    rows = [target("500", "2023"), target("120", "2024"), target("900", "2025")]
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales}}",
        {"sales": [1]},
        scheme=TABLE.format("months"),
        targets=rows,
    )

    assert monthly(reckoned, "t", 1) == [10]


def test_nobody_below_a_target_has_none(plan):
    """The region's target is another region's."""
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales}}",
        scheme=TABLE.format("months"),
        measures={"sales": ZERO},
        targets=[target("20", "2024", "region", "elsewhere")],
    )

    assert monthly(reckoned, "t", 1) == [ABSENT]


def test_spells_by_the_month(plan):
    """From the first day of the first month to the last day of the last."""
    reckoned = plan(
        "- {kind: figure, id: days, of: {person: employed_days}}",
        people=[spell("m", first="2024-02", last="2024-12")],
    )

    assert monthly(reckoned, "days", 3) == [NOT_APPLICABLE, 29, 31]
    assert reckoned.value("days", "m", "2024-12") == 31


def test_targets_that_overlap_are_refused(plan):
    reckoned = plan(
        "- {kind: figure, id: t, of: {target: sales}}",
        {"sales": [1]},
        scheme=TABLE.format("months"),
        targets=[target("10", "2024"), target("3", "2024-Q1")],
    )

    with pytest.raises(DataGap, match="overlap"):
        reckoned.value("t", "m", "2024-01")


def test_an_unknown_measure_is_named(plan):
    reckoned = plan("- {kind: figure, id: x, of: {measure: sale}}", {"sales": [1]})

    with pytest.raises(DataGap, match="did you mean 'sales'"):
        reckoned.value("x", "m", "2024-01")


def test_a_transaction_that_was_put_aside(plan):
    """It leaves its month and the running total of its quarter without a number; other products stay known."""
    rows = [
        {"transaction_id": "t1", "manager_id": "m", "date": "2024-02-10", "product": "card", "amount": "10"},
        {"transaction_id": "t2", "manager_id": "m", "date": "2024-04-10", "product": "loan", "amount": "20"},
    ]
    aside = {
        "table": "transactions",
        "manager_id": "m",
        "month": "2024-02",
        "measure": "loan",
        "transaction_id": "t9",
    }
    reckoned = plan(
        "- {kind: figure, id: all, of: {transactions: amount}}\n"
        "- {kind: figure, id: cards, of: {transactions: amount, products: [card]}}\n"
        "- {kind: slice, id: running, every: transaction, of: {transaction: amount}, from: 0, to: null, "
        "measured: quarter_to_date}",
        transactions=rows,
        quarantine=[aside | {"rules": "bad_number"}],
    )

    assert monthly(reckoned, "all", 4) == [0, QUARANTINED, 0, 20]
    assert monthly(reckoned, "cards", 2) == [0, 10]
    assert reckoned.transaction("running", "t1", "m") == QUARANTINED
    assert reckoned.transaction("running", "t2", "m") == 20


def test_a_figure_of_a_transaction_that_was_put_aside(plan):
    deal = {"transaction_id": "t1", "manager_id": "m", "date": "2024-02-10", "product": "", "amount": "10"}
    lost = {
        "table": "transaction_figures",
        "manager_id": "",
        "month": "",
        "measure": "margin",
        "transaction_id": "t1",
    }
    reckoned = plan(
        "- {kind: figure, id: x, of: {transactions: margin}}\n- {kind: figure, id: y, of: {transactions: amount}}",
        transactions=[deal],
        quarantine=[lost | {"rules": "bad_number"}],
    )

    assert monthly(reckoned, "x", 2) == [0, QUARANTINED]
    assert monthly(reckoned, "y", 2) == [0, 10]
