"""The number that meets a budget: the best of every written value, reckoned by hand; and how many costs it took."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from functools import cache

import pytest

from calibration.till import SALES, best_of_grid, by_hand, panel, scheme
from policymodel.calibration import Answer, lever, meet
from policymodel.scheme.scheme import Scheme

D = Decimal
WAGE = {"kind": "commission", "id": "wage", "of": {"measure": "credit_cards"}, "rate": 0.04}
CAPPED = WAGE | {"cap": 2500}
CLIMBING = {
    "kind": "tiers",
    "id": "tiers",
    "of": {"measure": "credit_cards"},
    "rate_applies_to": "slice",
    "measured": "by_itself",
    "tiers": [{"from": 0, "rate": 0.01}, {"from": 40000, "rate": 0.05}],
}
AT_ONCE = CLIMBING | {"rate_applies_to": "all", "edge": "upper"}
BETWEEN = CLIMBING | {
    "tiers": [{"from": 0, "rate": 0}, {"from": 20000, "rate": 0.05}, {"from": 40000, "rate": 0}]
}


@cache
def till():
    return panel()


def asked(of: Scheme, address: str | list[str], budget: int, low: str, high: str, **more) -> Answer:
    scales = isinstance(address, list)
    found = lever(of, address if scales else [address], scales=scales, between=(D(low), D(high)))
    return meet(till(), found, budget=budget, **more)


def only(answer: Answer) -> tuple[Decimal, int]:
    [solution] = answer.found.solutions
    return solution.value, solution.cost


def capped(rate: Decimal) -> int:
    return by_hand(lambda sales: min(sales * rate, D(2500)))


def climbed(threshold: Decimal) -> int:
    return by_hand(lambda sales: min(sales, threshold) * D("0.01") + max(sales - threshold, D(0)) * D("0.05"))


def at_once(threshold: Decimal) -> int:
    return by_hand(lambda sales: sales * (D("0.05") if sales >= threshold else D("0.01")))


def in_between(factor: Decimal) -> int:
    low, high = 20000 * factor, 40000 * factor
    return by_hand(lambda sales: (min(sales, high) - min(sales, low)) * D("0.05"))


def test_the_hand_and_the_engine_price_alike():
    """Else the tests below would compare two things that differ anyway."""
    for of, cost in (
        (scheme(WAGE), by_hand(lambda sales: sales * D("0.04"))),
        (scheme(CAPPED), capped(D("0.04"))),
        (scheme(CLIMBING), climbed(D(40000))),
        (scheme(AT_ONCE), at_once(D(40000))),
        (scheme(BETWEEN), in_between(D(1))),
    ):
        number = next(iter(of.lines)) + (".rate" if "wage" in of.lines else ".tiers[0].rate")
        assert asked(of, number, 10**7, "0", "0.5").now == cost


@pytest.mark.parametrize("budget", [50_000_00, 77_777_77, 123_456_78])
@pytest.mark.parametrize("decimals", [2, 4])
def test_without_caps_it_is_one_division(budget, decimals):
    """Cost = rate x sales, so rate = budget ÷ sales, cut to the digits asked for."""
    answer = asked(scheme(WAGE), "wage.rate", budget, "0", "0.2", decimals=decimals)

    assert only(answer) == best_of_grid(
        lambda rate: by_hand(lambda sales: sales * rate), budget, "0", "0.2", decimals
    )
    found = answer.found
    assert (found.method, found.searched, found.checked) == ("one_division", 1, 0)
    assert found.proved <= 2
    assert answer.found.solutions[0].slope == pytest.approx(float(sum(SALES.values())) * 100)


@pytest.mark.parametrize("budget", [60_000_00, 90_000_00, 112_000_00])
@pytest.mark.parametrize("decimals", [3, 4])
def test_with_caps_it_is_newton_in_four(budget, decimals):
    answer = asked(scheme(CAPPED), "wage.rate", budget, "0", "0.4", decimals=decimals)

    assert only(answer) == best_of_grid(capped, budget, "0", "0.4", decimals)
    assert answer.found.method == "newton"
    assert answer.found.searched <= 4


def test_several_numbers_are_scaled_by_one_factor():
    other = {"kind": "commission", "id": "more", "of": {"measure": "credit_cards"}, "rate": 0.01, "cap": 600}

    def cost(factor: Decimal) -> int:
        return sum(
            by_hand(lambda sales, rate=rate, cap=cap: min(sales * rate * factor, D(cap)))
            for rate, cap in ((D("0.04"), 2500), (D("0.01"), 600))
        )

    answer = asked(scheme(CAPPED, other), ["wage.rate", "more.rate"], 100_000_00, "0", "5", decimals=3)

    assert only(answer) == best_of_grid(cost, 100_000_00, "0", "5", 3)
    assert answer.found.searched <= 4
    factor = answer.found.solutions[0].value
    assert answer.lever.values_at(factor) == {
        "wage.rate": D("0.04") * factor,
        "more.rate": D("0.01") * factor,
    }


@pytest.mark.parametrize("budget", [30_000_00, 55_000_00, 80_000_00])
def test_the_threshold_of_a_slice(budget):
    """The higher it begins, the less is paid."""
    answer = asked(scheme(CLIMBING), "tiers.tiers[1].from", budget, "1000", "99000", decimals=0)
    low = answer.found.solutions[0].value - 500

    assert only(answer) == best_of_grid(climbed, budget, str(low), str(low + 1000), 0)
    assert answer.found.searched <= 10


@pytest.mark.parametrize("budget", [40_000_00, 61_000_00])
def test_a_threshold_that_jumps(budget):
    """Each person who falls below it loses 4 % of everything; the value is the last before the budget is passed."""
    answer = asked(scheme(AT_ONCE), "tiers.tiers[1].from", budget, "1000", "99000", decimals=0)
    [solution] = answer.found.solutions

    assert (
        solution.cost == at_once(solution.value) <= budget < at_once(solution.value - 1) == solution.beyond[1]
    )
    # The cost changes where somebody's sales are, and nowhere else.
    steps = {
        at_once(each.to_integral_value(ROUND_CEILING) + more) for each in SALES.values() for more in (0, 1)
    }
    assert solution.cost == max(each for each in steps if each <= budget)


@pytest.mark.parametrize(("budget", "places"), [(21_000_00, 5), (40_000_00, 10), (3_999_99, None)])
def test_whole_numbers(budget, places):
    """Each place has 1,000 yuan a quarter."""
    contest = {"kind": "rank_award", "id": "contest", "of": {"measure": "credit_cards"}, "best": "highest"}
    rules = {"ties": "share_the_awards", "among": "group", "missing": "leave_out"}
    of = scheme(contest | rules | {"awards": [{"from": 1, "to": 3, "amount": 1000}]})
    answer = asked(of, "contest.awards[0].to", budget, "1", "14", within=D("0.1"))

    assert [(each.value, each.cost) for each in answer.found.solutions] == (
        [(places, places * 4000_00)] if places else []
    )


def test_all_places_where_a_cost_passes_the_budget_are_told():
    """A band of sales that moves up pays more, then less: nobody sells so much."""
    budget = 35_000_00
    answer = asked(
        scheme(BETWEEN), ["tiers.tiers[1].from", "tiers.tiers[2].from"], budget, "0.1", "4.8", decimals=3
    )
    grid = [D("0.1") + place * D("0.001") for place in range(4701)]
    costs = [in_between(each) for each in grid]
    passed = {
        (grid[place] if costs[place] <= budget else grid[place + 1])
        for place in range(4700)
        if (costs[place] <= budget) != (costs[place + 1] <= budget)
    }

    assert len(passed) == 2
    assert {each.value for each in answer.found.solutions} == passed
    assert answer.found.method == "grid"
    distances = [abs(each.value - 1) for each in answer.found.solutions]
    assert distances == sorted(distances)


def test_as_few_digits_as_meet_the_budget():
    """0.046 is 0.8 % short of 0.04637, and 0.0463 still 0.15 %; the next written value always costs too much."""
    budget = int(by_hand(lambda sales: sales * D("0.04637")))
    found = {}
    for within in ("0.3", "0.1", "0.01", "0.001"):
        [solution] = asked(scheme(WAGE), "wage.rate", budget, "0", "0.2", within=D(within)).found.solutions
        assert budget * (1 - D(within)) <= solution.cost <= budget < solution.beyond[1]
        found[within] = str(solution.value)

    assert found == {"0.3": "0.04", "0.1": "0.046", "0.01": "0.046", "0.001": "0.04637"}


def test_rounding_on_the_way_does_not_lead_astray():
    """A figure rounded to whole hundreds before it is paid: the cost is a staircase, and the answer stands on it."""
    figure = WAGE | {"id": "earned", "round": {"digits": -2, "mode": "half_up"}}
    paid = {"kind": "commission", "id": "wage", "of": {"line": "earned"}, "rate": 1}
    of = scheme(paid, figures=[figure])

    def cost(rate: Decimal) -> int:
        return by_hand(lambda sales: ((sales * rate) / 100).to_integral_value("ROUND_HALF_UP") * 100)

    answer = asked(of, "earned.rate", 100_000_00, "0", "0.2", within=D("0.01"))
    [solution] = answer.found.solutions

    assert (
        solution.cost == cost(solution.value) <= 100_000_00 < cost(solution.beyond[0]) == solution.beyond[1]
    )
    assert solution.cost >= 99_000_00


def test_no_solution_tells_the_nearest_cost():
    answer = asked(scheme(CAPPED), "wage.rate", 10**9, "0", "1")

    assert answer.found.solutions == ()
    assert answer.found.nearest == (D(1), capped(D(1)))
    assert not answer.found.flat


def test_a_number_that_nothing_is_paid_by():
    unpaid = WAGE | {"id": "idle", "kind": "commission"}
    answer = asked(scheme(WAGE, figures=[unpaid]), "idle.rate", 50_000_00, "0", "1")

    assert answer.found.solutions == ()
    assert answer.found.flat


def test_the_range_itself_may_meet_the_budget():
    """At the end of the range the year costs a little less than the budget, which is near enough."""
    top = capped(D("0.1"))
    answer = asked(scheme(CAPPED), "wage.rate", top + 100, "0", "0.1", within=D("0.001"))

    assert only(answer) == (D("0.1"), top)


def test_the_present_value_meets_its_own_cost():
    answer = meet(till(), lever(scheme(WAGE), ["wage.rate"], between=(D(0), D("0.2"))))

    assert answer.found.solutions[0].value == D("0.04")
    assert answer.frame()[["people", "same"]].iloc[0].tolist() == [14, 14]


def test_who_moves_is_told_against_the_baseline():
    """Twice the rate: everybody who sold gains more than 5 %."""
    dear, cheap = scheme(WAGE | {"rate": 0.08}), scheme(WAGE)
    answer = meet(till(), lever(dear, ["wage.rate"], between=(D(0), D("0.2"))), baseline=cheap)
    assert only(answer)[0] == D("0.04")

    again = meet(
        till(),
        lever(cheap, ["wage.rate"], between=(D(0), D("0.2"))),
        budget=2 * answer.before.totals[0],
        baseline=cheap,
    )
    assert again.frame()["gains_over_5"].tolist() == [14]
