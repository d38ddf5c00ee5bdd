"""The designs that cannot be bettered, against brute force; limits that bind, and why a design is dropped."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.till import BASE, SALES, YEAR, cents, panel, scheme
from policymodel.calibration import changed, lever
from policymodel.calibration.frontier import AIMS, Limits, frontier, non_dominated, spread_of
from policymodel.calibration.points import grid, scattered
from policymodel.calibration.pricing import costs, lowered
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.scheme.reading import scheme_of
from small_bank import bank, income, managers, targets

D = Decimal
WAGE = {"kind": "commission", "id": "wage", "of": {"measure": "credit_cards"}, "rate": 0.04, "cap": 2500}
FIXED = {"kind": "figure", "id": "fixed", "of": {"value": 1000}}


@cache
def till():
    return panel()


@cache
def levers():
    of = scheme(WAGE, FIXED)
    return (
        lever(of, ["wage.rate"], between=(D("0.01"), D("0.09"))),
        lever(of, ["fixed.of"], between=(D(0), D(2000))),
        lever(of, ["wage.cap"], between=(D(1000), D(5000))),
    )


@cache
def everything(count: int = 2):
    return frontier(till(), levers()[:count], grid(levers()[:count], 7 if count == 2 else 4))


def better(one, other) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True)) and any(
        a < b for a, b in zip(one, other, strict=True)
    )


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=40))
def test_the_filter_is_brute_force(rows):
    expected = [not any(better(other, row) for other in rows) for row in rows]

    assert non_dominated(rows).tolist() == expected


def test_a_row_that_is_not_known_is_on_no_frontier():
    assert non_dominated([[1, float("nan")], [2, 2]]).tolist() == [False, True]


@pytest.mark.parametrize("count", [2, 3])
def test_the_frontier_of_a_grid_is_brute_force(count):
    table = everything(count).table
    rows = [tuple(each) for each in table[list(AIMS)].itertuples(index=False)]
    expected = [not any(better(other, row) for other in rows) for row in rows]

    assert (table["state"] == "frontier").tolist() == expected
    assert 0 < sum(expected) < len(rows)
    by_id = dict(zip(table["design"], rows, strict=True))
    for row in table[table["state"] == "dominated"].itertuples(index=False):
        assert better(by_id[row.why], by_id[row.design])


def test_the_figures_of_a_design_are_reckoned_by_hand():
    """Rate, fixed part and cap of one design: cost, who loses more than 1 %, and the Gini of fourteen people."""
    row = everything(3).table.iloc[20]
    rate, fixed, cap = (D(row[each]) for each in ("wage.rate", "fixed.of", "wage.cap"))

    def year(rate: Decimal, fixed: Decimal, cap: Decimal) -> dict[str, int]:
        found: dict[str, int] = {}
        for (who, _), sold in SALES.items():
            found[who] = found.get(who, 0) + cents(min(sold * rate, cap)) + cents(fixed)
        return found

    now, then = year(rate, fixed, cap), year(D("0.04"), D(1000), D(2500))
    assert row["cost_minor"] == sum(now.values())
    assert row["lose"] == sum(100 * (then[who] - now[who]) > then[who] for who in then)
    paid = sorted(now.values())
    pairs = sum(abs(a - b) for a in paid for b in paid)
    assert row["spread"] == pytest.approx(pairs / (2 * len(paid) * sum(paid)))


def test_limits_drop_and_bind():
    """A budget at the present cost, and half may lose: what is dropped says why, and the best of the rest is left."""
    whole = everything().table
    present = int(whole.iloc[0]["cost_minor"])
    limits = Limits(budget=present, losers=0.5)
    found = frontier(till(), levers()[:2], grid(levers()[:2], 7), limits=limits)
    table = found.table
    inside = (whole["cost_minor"] <= present) & (whole["lose_share"] <= 0.5)

    assert ((table["state"] != "dropped") == inside).all()
    rows = [tuple(each) for each in whole.loc[inside, list(AIMS)].itertuples(index=False)]
    expected = [not any(better(other, row) for other in rows) for row in rows]
    assert (table.loc[inside, "state"] == "frontier").tolist() == expected
    for row in table[table["state"] == "dropped"].itertuples(index=False):
        over = {"budget": row.cost_minor > present, "losers": row.lose_share > 0.5}
        assert row.why == ", ".join(name for name, each in over.items() if each)
    for name, column, limit in (("budget", "lose_share", 0.5), ("losers", "cost_minor", present)):
        kept = whole[column] <= limit
        lifted = [tuple(each) for each in whole.loc[kept, list(AIMS)].itertuples(index=False)]
        best = np.array([not any(better(other, row) for other in lifted) for row in lifted])
        assert found.binding[name] == int((best & ~inside[kept].to_numpy()).sum())


def test_a_limit_that_nothing_reaches_does_not_bind():
    found = frontier(till(), levers()[:1], grid(levers()[:1], 5), limits=Limits(budget=10**12, spread=1.0))

    assert found.binding == {"budget": 0, "spread": 0}


def test_the_chosen_are_the_best_at_something():
    found = everything(3)
    best = found.table[found.table["state"] == "frontier"].set_index("design")
    chosen = found.chosen()

    assert best.loc[chosen["cheapest"], "cost_minor"] == best["cost_minor"].min()
    assert best.loc[chosen["fewest_losers"], "lose_share"] == best["lose_share"].min()
    assert best.loc[chosen["least_spread"], "spread"] == best["spread"].min()
    assert found.values_of(chosen["cheapest"]) == [
        D(best.loc[chosen["cheapest"], each.name]) for each in found.levers
    ]


def test_together_is_one_by_one():
    """Many designs as one plan cost what each costs by itself, person by person."""
    designs = [levers()[0].scheme_at(D(place) / 100) for place in range(1, 10)]
    together, apart = lowered(designs, till()), costs(designs, till())

    assert (together.amounts == apart.amounts).all()
    assert (together.known == apart.known).all()
    assert together.managers.tolist() == apart.managers.tolist()


def test_points_fill_the_ranges():
    """In every quarter of both ranges lies a sixteenth of them, but for a few; more points keep those there are."""
    points = scattered(levers()[:2], 160)
    low, high = (np.array([[float(getattr(each, end)) for each in levers()[:2]]]) for end in ("low", "high"))
    parts = (np.array(points[1:], dtype=np.float64) - low) / (high - low)
    cells = np.bincount((np.minimum(parts * 4, 3).astype(int) @ [4, 1]), minlength=16)

    assert points[0] == (D("0.04"), D(1000))
    assert cells.min() >= 7 and cells.max() <= 13  # noqa: PT018
    assert scattered(levers()[:2], 40) == points[:41]
    assert all(len(str(value)) <= 7 for point in points for value in point)


def test_a_design_that_the_scheme_refuses_says_why():
    tiers = {
        **{"kind": "tiers", "id": "tiers", "of": {"measure": "credit_cards"}, "rate_applies_to": "slice"},
        **{"measured": "by_itself", "tiers": [{"from": 1000, "rate": 0.01}, {"from": 40000, "rate": 0.05}]},
    }
    of = scheme(tiers)
    both = [
        lever(of, ["tiers.tiers[0].from"], between=(D(0), D(39000))),
        lever(of, ["tiers.tiers[1].from"], between=(D(1001), D(80000))),
    ]
    table = frontier(till(), both, [(D(0), D(40000)), (D(39000), D(20000))]).table

    assert table["state"].tolist() == ["frontier", "refused"]
    assert "20000 comes after 39000" in table["why"].iloc[1]


def test_spread():
    assert spread_of([1, 2, 3, 4, 5], "gini") == pytest.approx(4 / 15)
    assert spread_of([100] * 5 + [200] * 5, "p90_p10") == 2
    assert np.isnan(spread_of([], "gini"))
    assert np.isnan(spread_of([0, 0], "gini"))


def test_the_envelope_is_that_of_the_payments():
    """Outlets whose pay is over their share of income, as the payments of each design say themselves."""
    rows = [
        (f"C{who}{month}", f"M{who:02d}", f"2025-{month:02d}", "fee", 900 * who)
        for who in range(14)
        for month in range(1, 13)
    ]
    people = managers(*((f"M{who:02d}", f"O{who % 3}", "2023-01-01", None) for who in range(14)))
    here = build_panel(
        bank(
            managers=people,
            client_income=income(*rows),
            targets=targets(("region", "R", "fee", "2025", 10**5)),
        ),
        YEAR,
        BASE,
    )
    shares = {"stock": 0.005, "increment": 0.03, "super_increment": 0.05}
    wage = {
        **{"kind": "performance_wage", "id": "profit", "income": ["fee"], "increment": "from_targets"},
        **{"shares": shares, "negative_balance": "carry", "scaled_by": None, "full_score": 1000},
    }
    of = scheme(
        wage,
        FIXED | {"of": 600},
        targets={
            "set_by": "table",
            "break_down": "by_base",
            "without_base": "mean",
            "progress": "calendar_days",
            "source": "by hand",
        },
    )
    document = dict(of.document)
    document["pay"] = document["pay"] | {"envelope": {"level": "outlet", "share_of_income": D("0.08")}}
    of = scheme_of(document)
    parts = (
        lever(of, ["profit.shares.super_increment"], between=(D(0), D("0.2"))),
        lever(of, ["pay.envelope.share_of_income"], between=(D("0.01"), D("0.3"))),
    )
    found = frontier(here, parts, grid(parts, 4), limits=Limits(envelope=True))
    expected = []
    for row in found.table.itertuples(index=False):
        values = found.values_of(row.design)
        changes = [
            each for one, value in zip(parts, values, strict=True) for each in one.changes_at(value, "t", "t")
        ]
        expected.append(int((~pay(here, changed(of, changes)).envelope()["inside"]).sum()))

    assert found.table["breaches"].tolist() == expected
    assert len(set(expected)) > 1
    assert (found.table.loc[found.table["breaches"] > 0, "why"] == "envelope").all()
