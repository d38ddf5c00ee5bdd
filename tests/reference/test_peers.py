"""Statistics, ranks, awards, pools, overrides and split credits against published results and other libraries."""

from __future__ import annotations

from fractions import Fraction
from math import log

import pytest

from policymodel.errors import DataGap
from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE
from reference.small_plan import Plan, at, spell

NAMES = "abcdefghijkl"


def crowd(plan: Plan, figures: str, *columns: tuple[object, ...], scheme: str = ""):
    """People a, b, c … with a figure x (and y, z) each in January."""
    people = [spell(who) for who in NAMES[: len(columns[0])]]
    facts = {
        name: {who: [value] for who, value in zip(NAMES, column, strict=False)}
        for name, column in zip("xyz", columns, strict=False)
    }
    return plan(figures, facts, people=people, scheme=scheme)


def close(value: object, expected: float, digits: int = 9) -> bool:
    return isinstance(value, Fraction) and abs(value - Fraction(expected)) < Fraction(1, 10**digits)


@pytest.mark.parametrize(
    ("statistic", "values", "expected", "digits"),
    [
        ("mean", (1, 2, 3, 10), 4, 12),
        ("median", (1, 2, 3, 10), 2.5, 12),
        ("quantile, at: 0.9", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12), 10, 12),
        ("standard_deviation", (2, 4, 4, 4, 5, 5, 7, 9), (32 / 7) ** 0.5, 12),
        ("gini", (1, 2, 3, 4, 5), 4 / 15, 12),
        ("gini_of_sample", (1, 2, 3, 4, 5), 1 / 3, 12),
        ("standard_deviation_of_all", (2, 4, 4, 4, 5, 5, 7, 9), 2, 12),
        # Shares of the mean 1/2 and 3/2; of the whole 1/4 and 3/4.
        ("theil_t", (1, 3), (log(1 / 2) / 2 + 3 * log(3 / 2) / 2) / 2, 12),
        ("theil_l", (1, 3), (log(2) + log(2 / 3)) / 2, 12),
        ("herfindahl", (1, 3), 10 / 16, 12),
        # One has everything.
        ("herfindahl", (0, 4), 1, 12),
        ("theil_t", (0, 4), log(2), 12),
        # PySAL inequality: tests/test_atkinson.py, test_wolfson.py
        ("atkinson, at: 0.5", (10, 20, 30, 40, 50), 0.06315, 4),
        ("atkinson, at: 1", (10, 20, 30, 40, 50), 0.1316096, 7),
        ("atkinson, at: 0", (10, 20, 30, 40, 50), 0, 12),
        # The mean root of 0 and 4 is 1, against a mean of 2; with an aversion of 1 a single zero outweighs all.
        ("atkinson, at: 0.5", (0, 4), 1 / 2, 12),
        ("atkinson, at: 1", (0, 4), 1, 12),
        ("atkinson, at: 0.75", (6500, 6500), 0, 60),
        ("lorenz, at: 0.4", (1, 2, 3, 4, 5), 0.2, 12),
        ("lorenz, at: 0.5", (1, 2, 3, 4, 5), 0.3, 12),
        ("wolfson", (6, 6, 8, 8, 10, 10, 12, 12), 1 / 12, 12),
        ("wolfson", (2, 4, 6, 8, 10, 12, 14, 16), 11 / 72, 12),
        ("wolfson", (20000, 25000, 27000, 30000, 35000, 45000, 60000, 75000, 80000, 120000), 0.2013, 4),
        ("sum", (1, 2, 3), 6, 12),
        ("count", (1, 2, 3), 3, 12),
        ("smallest", (4, 2, 3), 2, 12),
        ("largest", (4, 2, 3), 4, 12),
    ],
)
def test_a_statistic_is_the_same_for_all(plan, statistic, values, expected, digits):
    reckoned = crowd(
        plan,
        f"- {{kind: statistic, id: s, of: {{measure: x}}, statistic: {statistic}, among: outlet, missing: refuse}}",
        values,
    )

    found = at(reckoned, "s", *NAMES[: len(values)])

    assert close(found[0], expected, digits)
    assert len(set(found)) == 1


def test_published_agreement(plan):
    """SciPy's own examples: Kendall's tau-b -0.4714… and Spearman 0.8207…; three raters with ties: W 0.85."""
    pair = (
        "- {{kind: statistic, id: s, of: [{{measure: x}}, {{measure: y}}], "
        "statistic: {}, among: group, missing: refuse}}"
    )
    three = (
        "- {kind: statistic, id: s, of: [{measure: x}, {measure: y}, {measure: z}], "
        "statistic: kendall_w, among: group, missing: refuse}"
    )

    tau = crowd(plan, pair.format("kendall_tau_b"), (12, 2, 1, 12, 2), (1, 4, 7, 1, 0))
    assert close(tau.value("s", "a", "2024-01"), -0.47140452079103173, 12)
    rho = crowd(plan, pair.format("spearman"), (1, 2, 3, 4, 5), (5, 6, 7, 8, 7))
    assert close(rho.value("s", "a", "2024-01"), 0.8207826816681233, 12)
    w = crowd(plan, three, (1, 4, "2.5", 5, 6, "2.5"), (2, 3, 1, 5, 6, 4), ("1.5", 3, "1.5", 4, "5.5", "5.5"))
    # Rank sums 4.5, 10, 5, 14, 17.5, 12: S = 130 and T = 6 + 12 of the two raters with ties.
    assert w.value("s", "a", "2024-01") == Fraction(12 * 130) / (9 * 210 - 3 * (6 + 12))


@pytest.mark.parametrize(
    ("statistic", "values"),
    [
        *((name, (-1, 2)) for name in ("gini", "theil_t", "theil_l", "herfindahl", "wolfson")),
        *((name, (-1, 2)) for name in ("lorenz, at: 0.5", "atkinson, at: 0.5")),
        *(
            (name, (0, 0))
            for name in ("gini", "theil_t", "herfindahl", "lorenz, at: 0.5", "atkinson, at: 0.5")
        ),
        ("wolfson", (0, 0, 9)),
        ("standard_deviation", (3,)),
        ("gini_of_sample", (3,)),
        ("theil_l", (0, 1)),
    ],
)
def test_a_statistic_that_has_no_value_does_not_apply(plan, statistic, values):
    reckoned = crowd(
        plan,
        f"- {{kind: statistic, id: s, of: {{measure: x}}, statistic: {statistic}, among: outlet, missing: refuse}}",
        values,
    )

    assert at(reckoned, "s", "a") == [NOT_APPLICABLE]


def test_conditions_say_who_counts_and_all_see_the_figure(plan):
    """The mean of those who sold at least 5."""
    reckoned = crowd(
        plan,
        "- {kind: statistic, id: s, of: {measure: x}, statistic: mean, among: outlet, missing: refuse, "
        "who: [{value: {measure: x}, at_least: 5}]}",
        (1, 5, 9),
    )

    assert at(reckoned, "s", "a", "b", "c") == [7, 7, 7]


def test_a_statistic_of_nobody(plan):
    """Nobody sold at least 99: they are none and sold nothing, and there is no mean."""
    names = ("count", "sum", "mean", "largest")
    line = (
        "- {{kind: statistic, id: {0}, of: {{measure: x}}, statistic: {0}, among: outlet, missing: refuse, "
        "who: [{{value: {{measure: x}}, at_least: 99}}]}}"
    )
    reckoned = crowd(plan, "\n".join(line.format(name) for name in names), (1, 2))

    assert [reckoned.value(name, "a", "2024-01") for name in names] == [0, 0, NOT_APPLICABLE, NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("missing", "ranks", "sums"),
    [
        ("refuse", [ABSENT] * 3, [ABSENT] * 3),
        ("leave_out", [2, NOT_APPLICABLE, 1], [7, 7, 7]),
    ],
)
def test_a_peer_without_a_figure(plan, missing, ranks, sums):
    reckoned = crowd(
        plan,
        f"- {{kind: rank, id: r, of: {{measure: x}}, best: highest, ties: best_place, "
        f"shown_as: place, among: outlet, missing: {missing}}}\n"
        f"- {{kind: statistic, id: s, of: {{measure: x}}, statistic: sum, among: outlet, missing: {missing}}}",
        (3, None, 4),
    )

    assert at(reckoned, "r", "a", "b", "c") == ranks
    assert at(reckoned, "s", "a", "b", "c") == sums


def test_peers_to_whom_it_does_not_apply_never_count(plan):
    """b has a target of zero: with refuse the others are still ranked."""
    reckoned = crowd(
        plan,
        "- {kind: ratio, id: q, top: {measure: x}, bottom: {measure: y}, zero_bottom: not_applicable}\n"
        "- {kind: rank, id: r, of: {line: q}, best: highest, ties: best_place, "
        "shown_as: share, among: outlet, missing: refuse}",
        (3, 1, 4),
        (10, 0, 10),
    )

    assert at(reckoned, "r", "a", "b", "c") == [1, NOT_APPLICABLE, Fraction(1, 2)]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("best_place", [1, 1, 3]),
        ("worst_place", [2, 2, 3]),
        ("mean_place", [Fraction(3, 2), Fraction(3, 2), 3]),
        ("next_place", [1, 1, 2]),
    ],
)
def test_ties(plan, ties, expected):
    line = (
        f"- {{kind: rank, id: r, of: {{measure: x}}, best: {{}}, ties: {ties}, "
        f"shown_as: place, among: outlet, missing: refuse}}"
    )

    assert at(crowd(plan, line.replace("{}", "highest"), (8, 8, 5)), "r", "a", "b", "c") == expected
    assert at(crowd(plan, line.replace("{}", "lowest"), (5, 5, 8)), "r", "a", "b", "c") == expected


def test_peers_are_those_of_the_outlet_and_of_the_period(plan):
    """c works elsewhere, d left in January: by February a is alone with b in the outlet."""
    people = [spell("a"), spell("b"), spell("c", outlet_id="other"), spell("d", last="2024-01-31")]
    line = (
        "- {{kind: rank, id: {0}, of: {{measure: x}}, best: highest, "
        "ties: best_place, shown_as: place, among: {0}, missing: refuse}}"
    )
    reckoned = plan(
        "\n".join(line.format(scope) for scope in ("outlet", "region")),
        {"x": {"a": [1, 1], "b": [2, 2], "c": [3, 3], "d": [4, ""]}},
        people=people,
    )

    assert at(reckoned, "outlet", "a", "b", "c", "d") == [3, 2, 1, 1]
    assert at(reckoned, "outlet", "a", "b", "c", "d", period="2024-02") == [2, 1, 1, NOT_APPLICABLE]
    assert at(reckoned, "region", "a", "b", "c", period="2024-02") == [3, 2, 1]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("all_get_the_better", [200, 100, 100, 0, 0, -30]),
        ("share_the_awards", [200, 50, 50, 0, 0, -30]),
        ("all_get_the_worse", [200, 0, 0, 0, 0, -30]),
    ],
)
def test_awards_by_place(plan, ties, expected):
    """First 200, second 100, last -30 of six; two are equal on the second place."""
    reckoned = crowd(
        plan,
        f"- {{kind: rank_award, id: r, of: {{measure: x}}, best: highest, "
        f"ties: {ties}, among: outlet, missing: refuse, "
        "awards: [{place: 1, amount: 200}, {place: 2, amount: 100}, {last: 1, amount: -30}]}",
        (9, 8, 8, 6, 5, 4),
    )

    assert at(reckoned, "r", *NAMES[:6]) == expected


def test_a_place_from_the_front_wins_over_one_from_the_end(plan):
    """Alone, somebody is first and last: the first place's award."""
    reckoned = crowd(
        plan,
        "- {kind: rank_award, id: r, of: {measure: x}, best: highest, ties: all_get_the_better, among: outlet, "
        "missing: refuse, awards: [{last: 1, amount: -30}, {from: 1, to: 3, amount: 200}]}",
        (9,),
    )

    assert at(reckoned, "r", "a") == [200]


def test_published_pools(plan):
    """10,000 by pay of 40, 75 and 125 thousand: 1,666.67, 3,125, 5,208.33; per head 3,333.33."""
    reckoned = crowd(
        plan,
        "- {kind: pool, id: p, fund: 10000, allocation: in_proportion, "
        "weight: {measure: x}, among: outlet, missing: refuse, "
        "round: {digits: 2, mode: half_up}, remainder: left_over}\n"
        "- {kind: pool, id: e, fund: 10000, allocation: equal, among: outlet, missing: refuse, "
        "round: {digits: 2, mode: half_up}, remainder: largest_remainder}\n"
        "- {kind: pool, id: h, fund: 10000, allocation: equal, among: outlet, missing: refuse, "
        "round: {digits: 2, mode: half_up}, remainder: left_over}",
        (40000, 75000, 125000),
    )

    assert at(reckoned, "p", "a", "b", "c") == [Fraction("1666.67"), 3125, Fraction("5208.33")]
    assert at(reckoned, "p.share", "b") == [Fraction(75, 240)]
    assert at(reckoned, "p.unspent", "a", "c") == [0, 0]
    assert at(reckoned, "e", "a", "b", "c") == [Fraction("3333.34"), Fraction("3333.33"), Fraction("3333.33")]
    assert at(reckoned, "h.unspent", "a") == [Fraction("0.01")]


def test_who_does_not_qualify_gets_nothing(plan):
    """Ten of twelve at half of their quota share 10,000: 1,000 each."""
    reckoned = crowd(
        plan,
        "- {kind: pool, id: p, fund: 10000, allocation: equal, among: outlet, missing: refuse, "
        "who: [{value: {measure: x}, at_least: 0.5}]}",
        tuple(["0.5"] * 10 + ["0.49", "0"]),
    )

    assert at(reckoned, "p", "a", "j", "k", "l") == [1000, 1000, 0, 0]


def test_a_pool_of_an_outlet_is_not_for_who_is_not_there(plan):
    """In February only a is left, and the weight of c never applies."""
    reckoned = plan(
        "- {kind: ratio, id: w, top: {measure: x}, bottom: {measure: y}, zero_bottom: not_applicable}\n"
        "- {kind: pool, id: p, fund: 100, allocation: in_proportion, "
        "weight: {line: w}, among: outlet, missing: refuse}",
        {"x": {"a": [1, 1], "b": [3, ""], "c": [9, 9]}, "y": {"a": [1, 1], "b": [1, ""], "c": [0, 0]}},
        people=[spell("a"), spell("b", last="2024-01-31"), spell("c")],
    )

    assert at(reckoned, "p", "a", "b", "c") == [25, 75, NOT_APPLICABLE]
    assert at(reckoned, "p.share", "a", "b", "c") == [Fraction(1, 4), Fraction(3, 4), NOT_APPLICABLE]
    assert at(reckoned, "p", "a", "b", "c", period="2024-02") == [100, NOT_APPLICABLE, NOT_APPLICABLE]


def test_a_pool_without_weights_stays_unspent(plan):
    reckoned = crowd(
        plan,
        "- {kind: pool, id: p, fund: 10000, allocation: in_proportion, "
        "weight: {measure: x}, among: outlet, missing: refuse}",
        (0, 0),
    )

    assert at(reckoned, "p", "a", "b") == [0, 0]
    assert at(reckoned, "p.unspent", "a") == [10000]


def test_a_negative_weight_counts_as_none(plan):
    """3 and 7 of 10; the one below zero neither gets anything nor pays the others."""
    reckoned = crowd(
        plan,
        "- {kind: pool, id: p, fund: 100, allocation: in_proportion, "
        "weight: {measure: x}, among: outlet, missing: refuse}",
        (3, -1, 7),
    )

    assert at(reckoned, "p", "a", "b", "c") == [30, 0, 70]


OVERRIDE = "- {{kind: override, id: o, of: {{measure: x}}, rate: 0.03, team: {}}}"


def test_published_override(plan):
    """Five sell 300,000 and their leader earns 3 %: 9,000; one of them leads another."""
    sales = dict(zip("abcde", [75000, 60000, 67500, 52500, 45000], strict=True))
    people = [spell(who, reports_to="a" if who == "b" else "chief") for who in sales] + [spell("chief")]
    facts = {"x": {who: [amount] for who, amount in sales.items()} | {"chief": [None]}}

    direct = plan(OVERRIDE.format("direct"), facts, people=people)
    whole = plan(OVERRIDE.format("whole"), facts, people=people)

    assert at(whole, "o.base", "chief", "a", "b") == [300000, 60000, 0]
    assert at(whole, "o", "chief") == [9000]
    assert at(direct, "o.base", "chief", "a", "b") == [240000, 60000, 0]


def test_leaders_in_a_circle_are_refused(plan):
    people = [spell("a", reports_to="b"), spell("b", reports_to="a")]
    reckoned = plan(OVERRIDE.format("whole"), {"x": {"a": [1], "b": [1]}}, people=people)

    with pytest.raises(DataGap, match="circle"):
        reckoned.value("o", "a", "2024-01")


def test_a_deal_is_split_by_the_credits(plan):
    """60/40 of 100,000 at 10 %: 6,000 and 4,000; who is not named with a share is credited whole."""
    deal = {"manager_id": "a", "date": "2024-01-31", "product": ""}
    reckoned = plan(
        "- {kind: commission, id: earns, every: transaction, of: {transaction: credited}, rate: 0.1}\n"
        "- {kind: commission, id: full, every: transaction, of: {transaction: amount}, rate: 0.1}\n"
        "- {kind: split_credit, id: split, every: transaction, of: {line: full}}\n"
        "- {kind: figure, id: credited, of: {transactions: credited}}\n"
        "- {kind: figure, id: count, of: {transactions: count}}",
        people=[spell("a"), spell("b")],
        transactions=[
            deal | {"transaction_id": "t", "amount": "100000"},
            deal | {"transaction_id": "u", "amount": "10"},
        ],
        credits=[
            {"transaction_id": "t", "manager_id": "a", "share": "0.6"},
            {"transaction_id": "t", "manager_id": "b", "share": "0.4"},
        ],
    )

    assert at(reckoned, "earns", "a", "b") == [6001, 4000]
    assert at(reckoned, "split", "a", "b") == [6001, 4000]
    assert reckoned.transaction("split", "t", "b") == 4000
    assert at(reckoned, "credited", "a", "b") == [60010, 40000]
    assert at(reckoned, "count", "a", "b") == [2, 1]


@pytest.mark.parametrize("kind", ["rank", "rank_award"])
def test_who_does_not_meet_the_conditions_has_no_place_and_takes_none(plan, kind):
    """b is first by figures and had a breach: c has the first place and a the second."""
    own = {
        "rank": "ties: best_place, shown_as: place",
        "rank_award": "ties: share_the_awards, awards: [{place: 1, amount: 1}, {place: 2, amount: 2}]",
    }[kind]
    reckoned = crowd(
        plan,
        f"- {{kind: {kind}, id: r, of: {{measure: x}}, best: highest, {own}, among: group, missing: refuse, "
        "who: [{value: {measure: y}, at_most: 0}]}",
        (5, 9, 7),
        (0, 1, 0),
    )

    assert at(reckoned, "r", "a", "b", "c") == [2, NOT_APPLICABLE, 1]
