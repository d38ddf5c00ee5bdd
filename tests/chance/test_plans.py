"""Both calculators agree on the people of each plan, whatever the scheme (S6.8)."""

from chance.agreement import Bank, Tally, compare_under_plans, with_plans
from chance.histories import history


def test_schemes_by_chance_come_to_the_same_for_the_people_of_each_plan(tmp_path):
    """Ranks, pools, teams, targets and running totals among one plan's people; some people change with a spell."""
    tally = Tally()
    for seed in range(4):
        compare_under_plans(seed, Bank.of(with_plans(history(seed), seed)), tmp_path, tally)

    assert tally.mismatches == []
    assert tally.schemes >= 4
    assert sum(tally.numbers.values()) > 500
    assert tally.paid > 100
