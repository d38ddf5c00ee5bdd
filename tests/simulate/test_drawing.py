"""What a draw repeats, by hand: own months of the same season, peers' where there are none, levels and growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

import future_bank
import small_bank
from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Column
from policymodel.simulate.ageing import aged
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.drawing import Drawn, Future
from policymodel.simulate.growth import Growth, Growths
from policymodel.simulate.months import Happened
from policymodel.simulate.shocks import Common

YEAR = Period.parse("2025")
MONTHS = [month_label(each) for each in Period.parse("2024-01..2025-12").months]


def history() -> History:
    """M1 and M2 there for two years, M3 of the same grade since July 2025, M4 of another grade since then.

    In month k from January 2024 on M1 sells k cards, M2 100 + k, M3 200 + k, M4 300 + k, and takes in -k of deposits;
    M1 has 50 clients and one more with each month; the duty mark is 8 in 2024 and 9 in 2025.
    """
    rows = []
    for at, month in enumerate(MONTHS):
        for code, who in enumerate(("M1", "M2", "M3", "M4")):
            if code < 2 or month >= "2025-07":
                rows.append((who, month, "debit_cards", 100.0 * code + at))
        rows.append(("M1", month, "net_deposits", -float(at)))
        rows.append(("M1", month, "wealth_clients", 50.0 + at))
        rows.append(("M1", month, "duty_mark", 8.0 if month < "2025" else 9.0))
    found = small_bank.bank(
        managers=small_bank.managers(
            ("M1", "X1", "2020-01-01", None, "B", 1.0),
            ("M2", "X1", "2020-01-01", None, "B", 1.0),
            ("M3", "X1", "2025-07-01", None, "B", 1.0),
            ("M4", "X1", "2025-07-01", None, "C", 1.0),
        ),
        activity=small_bank.activity(*rows),
    )
    mark = replace(found.measures["duty_mark"], unit="points")
    return replace(found, measures={**found.measures, "duty_mark": mark})


def drawn_of(
    *names: str, growth: Mapping[str, Growth] | None = None, assumptions: Assumptions | None = None
) -> Drawn:
    assumptions = assumptions or future_bank.assumed()
    older = aged(history(), YEAR, assumptions)
    happened = Happened.of(older.past, YEAR, [Column(name) for name in names])
    growths = Growths(growth or {}, ("R",), {}, {"": 0.0}, {"": 0.0})
    return Future(older, happened, assumptions, Common(growths, Draws(3), 40), Draws(3), "R").draw(0, 40)


def declared(by: float) -> Growth:
    return Growth(float(np.log(by)), 0.0, 0.0, 0.0, 8.0, 8.0, 0, "declared")


def test_each_quarter_repeats_the_same_quarter_of_a_year():
    cards = drawn_of("debit_cards").figures("debit_cards")[0]

    for person, add in ((0, 0), (1, 100)):
        months = cards[:, :, person] - add
        assert set(np.unique(months[0])) == {0, 12}
        # three months of one year together, in their order
        for quarter in range(4):
            runs = months[3 * quarter : 3 * quarter + 3]
            assert (np.diff(runs, axis=0) == 1).all()
            assert set(np.unique(runs[0])) == {3 * quarter, 3 * quarter + 12}


def test_people_and_quarters_are_drawn_by_themselves():
    cards = drawn_of("debit_cards").figures("debit_cards")[0]

    later = cards[::3, :, :2] - [0, 100] >= 12
    assert 0.3 < later.mean() < 0.7
    assert (later[:, :, 0] != later[:, :, 1]).any()
    assert (later[0] != later[1]).any()


def test_who_was_not_there_in_a_season_borrows_of_the_same_grade():
    """M3 has July to December of their own. For January to June M1's or M2's months are taken, not those of M4."""
    drawn = drawn_of("debit_cards")

    cards = drawn.figures("debit_cards")[0][:, :, 2]
    assert drawn.future.choices.lent == 4  # two quarters of M3 and of M4
    assert (cards[6:] >= 218).all()
    assert set(np.unique(cards[0])) == {0.0, 12.0, 100.0, 112.0}


def test_a_grade_alone_borrows_of_its_plan():
    """Nobody of grade C was there in spring: M4 takes the months of the others."""
    cards = drawn_of("debit_cards").figures("debit_cards")[0][:, :, 3]

    assert set(np.unique(cards[0])) <= {0.0, 12.0, 100.0, 112.0}


def test_a_stock_goes_on_from_its_last_level_by_the_changes_of_the_months():
    """M1 ends 2025 with 73 clients and wins one with every month; the first month of all shows no change."""
    drawn = drawn_of("wealth_clients")

    clients = drawn.figures("wealth_clients")[0][:, :, 0]
    first = drawn.months[:, :, 0] == 0
    expected = 73 + np.cumsum(np.where(first, 0, 1), axis=0)
    np.testing.assert_allclose(clients, expected)


def test_a_mark_is_given_anew():
    assert set(np.unique(drawn_of("duty_mark").figures("duty_mark")[0][:, :, 0])) == {8.0, 9.0}


@pytest.mark.parametrize(
    ("name", "factor"), [("debit_cards", 1.1), ("net_deposits", 0.9), ("duty_mark", 1.0)]
)
def test_growth_makes_good_months_better_and_bad_months_less_bad(name: str, factor: float):
    """Marks do not grow: 9 of 10 is not 9.9 for having risen."""
    before = drawn_of(name).figures(name)[0]

    after = drawn_of(name, growth={name: declared(1.1)}).figures(name)[0]

    np.testing.assert_allclose(after, before * factor)


def test_what_is_fixed_does_not_grow():
    fixed = future_bank.with_settings(growth={"fixed": ["debit_cards"]})
    growth = {"debit_cards": declared(1.1)}

    after = drawn_of("debit_cards", growth=growth, assumptions=fixed).figures("debit_cards")[0]

    assert (after == drawn_of("debit_cards").figures("debit_cards")[0]).all()


@pytest.mark.parametrize(("level", "factor"), [("last_year", 2.0), ("as_it_was", 1.0)])
def test_an_earlier_year_is_brought_to_the_level_of_the_last(level: str, factor: float):
    """The region doubled from 2024 to 2025: what is repeated of 2024 counts twice."""
    assumptions = future_bank.with_settings(blocks={"level": level})
    older = aged(history(), YEAR, assumptions)
    happened = Happened.of(older.past, YEAR, [Column("debit_cards")])
    growths = Growths(
        {"debit_cards": declared(1.0)},
        ("R",),
        {"debit_cards": np.log([[2.0], [1.0]])},
        {"": 0.0},
        {"": 0.0},
    )
    common = Common(growths, Draws(3), 40)

    found = Future(older, happened, assumptions, common, Draws(3), "R").draw(0, 40)
    cards = found.figures("debit_cards")[0][:, :, 0]

    was = found.months[:, :, 0]
    np.testing.assert_allclose(cards, np.where(was < 12, was * factor, was))


def test_a_ratio_is_drawn_by_its_two_counts():
    happened = drawn_of("off_counter_share").future.happened

    assert happened.facts == ("off_counter_business", "total_business")


def test_sobol_points_tell_a_mean_better_than_plain_draws():
    """Of 64 points of 10 factors: the error of the mean of their sum over 30 seeds, a tenth or less."""
    growth = {f"m{at}": Growth(0.0, 0.1, 0.0, 0.0, 30.0, 30.0, 0, "declared") for at in range(10)}
    growths = Growths(growth, ("R",), {}, {"": 0.0}, {"": 0.0})

    def error(plain: bool) -> float:
        means = []
        for seed in range(30):
            common = Common(growths, Draws(seed), 64, plain)
            means.append(sum(np.exp(each).mean() for each in common.of_group.values()))
        return float(np.std(means))

    assert error(False) < 0.1 * error(True)
