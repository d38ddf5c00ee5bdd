"""A back-test sees nothing of the year it forecasts, compares like with like, and scores by published formulas."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from policymodel.draws import Draws
from policymodel.errors import DataGap
from policymodel.history.measures import Measure
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.simulate import read_assumptions
from policymodel.simulate.backtest import COLUMNS, Settings, backtest, hold_out, method_of
from policymodel.simulate.coverage import coverage, crps, interval_score
from policymodel.simulate.region import Designs
from small_bank import activity, managers
from small_bank import bank as small_bank

PARAMS = Path(__file__).resolve().parents[2] / "params"
ASSUMED = read_assumptions(PARAMS / "assumptions/next_year.yaml")
SCHEME = read_scheme(PARAMS / "schemes/estban_profit_centre.yaml")
DESIGNS = Designs({"published": (None, SCHEME)}, {}, "published")
FEW = Settings(draws=16)
LAST, HELD_OUT = Period.parse("2022"), Period.parse("2023")


def test_intervals_of_equal_clusters_are_those_of_their_shares():
    """With clusters of one size the formula is Student's interval of their shares, drawing again is the bootstrap."""
    rng = np.random.default_rng(3)
    inside = rng.random((12, 10)) < rng.beta(8, 2, (12, 1))
    found = coverage(inside.ravel(), np.repeat(np.arange(12), 10), Draws(5), "test")

    shares = inside.mean(axis=1)
    low, high = stats.t.interval(0.95, 11, shares.mean(), stats.sem(shares))
    assert (found.low_t, found.high_t) == pytest.approx((low, min(high, 1.0)))
    again = stats.bootstrap((shares,), np.mean, method="percentile", rng=rng).confidence_interval
    assert (found.low, found.high) == pytest.approx((again.low, again.high), abs=0.02)


def test_one_cluster_has_no_interval():
    found = coverage(np.array([True, False]), np.array([0, 0]), Draws(1), "test")

    assert (found.share, found.clusters) == (0.5, 1)
    assert np.isnan([found.low, found.high, found.low_t, found.high_t]).all()


def test_crps_is_the_integral_of_the_squared_difference():
    drawn = np.random.default_rng(2).normal(3, 2, (40, 1))

    def squared(at):
        return ((drawn <= at).mean() - (at >= 4.5)) ** 2

    points = np.sort(np.append(drawn.ravel(), 4.5))
    whole = sum(integrate.quad(squared, low, high, epsabs=1e-12)[0] for low, high in pairwise(points))
    assert crps(drawn, np.array([4.5]))[0] == pytest.approx(whole, abs=1e-9)


def test_interval_score_of_a_miss_below_and_above():
    """Ten wide, and 2 / 0.2 times the distance outside."""
    low, high = np.full(3, 10.0), np.full(3, 20.0)

    assert interval_score(low, high, np.array([15.0, 9.0, 23.0]), 0.8).tolist() == pytest.approx([10, 20, 40])


def made(later=1.0, leaver=None):
    """Ten people in two regions over five years: a level of their own, uneven months and 5 % growth a year.

    `later` multiplies everything from 2023 on; a leaver goes in May 2023.
    """
    rng = np.random.default_rng(11)
    people = [f"M{number}" for number in range(10)]
    regions = {f"outlet {each}": "north" if number < 5 else "south" for number, each in enumerate(people)}
    spells = [
        (each, f"outlet {each}", "2020-01-01", "2023-05-31" if each == leaver else None) for each in people
    ]
    months = pd.period_range("2020-01", periods=60, freq="M")
    rows = []
    for each in people:
        figures = rng.uniform(2e5, 9e5) * 1.05 ** (np.arange(60) / 12) * rng.lognormal(0, 0.3, 60)
        for month, figure in zip(months, figures, strict=True):
            if each != leaver or month < pd.Period("2023-06"):
                scale = later if month >= pd.Period("2023-01") else 1.0
                rows.append((each, str(month), "result", round(figure * scale, 2)))
    measures = {"result": Measure("result", {}, "flow", "BRL", "up", "absent")}
    bank = small_bank(managers=managers(*spells, regions=regions), activity=activity(*rows))
    return replace(bank, measures=measures, currency="BRL")


def held(history, settings=FEW):
    return hold_out(history, LAST, DESIGNS, ASSUMED, Draws(3), settings)


FORECAST = ["design", "forecast", "level", "unit", "mean", "median", "low_80", "high_80", "low_95", "high_95"]


def test_what_happens_later_changes_no_forecast():
    one, other = held(made()).units, held(made(later=3.0)).units

    pd.testing.assert_frame_equal(one[FORECAST], other[FORECAST])
    assert (one["happened"] != other["happened"]).all()


def paid(history, year, before):
    """What each person is paid in a year, by the engine that pays."""
    rows = pay(build_panel(history, year, before), SCHEME).totals()
    return rows.groupby("manager_id")["amount_minor"].sum()


def test_what_happened_is_what_the_scheme_pays_on_it():
    history = made()
    units = held(history).units.query("forecast == 'futures'").set_index(["level", "unit"])
    truth = paid(history, HELD_OUT, LAST)

    assert units.loc["person"]["happened"].to_dict() == truth.astype(float).to_dict()
    assert units.loc[("group", "all"), "happened"] == truth.sum()
    assert units.loc[("region", "north"), "happened"] == truth[[f"M{number}" for number in range(5)]].sum()


def test_the_naive_forecast_is_last_year_written_once_more():
    """The history of 2022 copied to 2023 and paid: what `last_year` says for everybody; and 8 % more."""
    history = made()
    rows = history.tables["activity"]
    year = rows[rows["month"].between(LAST.first, LAST.last)]
    units = held(history).units.query("level == 'person'").set_index(["forecast", "unit"])
    for name, factor in (("last_year", 1.0), ("last_year_108", 1.08)):
        copied = year.assign(month=year["month"] + 12, actual=year["actual"] * factor)
        before = rows[rows["month"] <= LAST.last]
        tables = {**history.tables, "activity": pd.concat([before, copied], ignore_index=True)}
        again = paid(replace(history, tables=tables), HELD_OUT, LAST)
        assert units.loc[name]["median"].to_dict() == pytest.approx(again.astype(float).to_dict(), abs=4)


def test_who_leaves_in_the_held_out_year_is_left_out_and_counted():
    found = held(made(leaver="M3"))

    assert found.left_out == 1
    assert "M3" not in set(found.units["unit"])
    assert set(found.units.query("level == 'group'")["people"]) == {9}


def test_the_table_holds_every_origin_and_all_of_them():
    years = [Period.parse("2021"), LAST]
    found = backtest(made(), years, DESIGNS, ASSUMED, Draws(3), FEW)
    alone = hold_out(made(), LAST, DESIGNS, ASSUMED, Draws(3), FEW)

    assert list(found.table.columns) == COLUMNS
    assert list(found.table["origin"].unique()) == ["2022", "2023", "all"]
    pd.testing.assert_frame_equal(found.held[1].units, alone.units)
    rows = found.table.query("level == 'person' and band == 0.8").set_index("origin")
    assert rows.loc["all", "of"] == rows.loc["2022", "of"] + rows.loc["2023", "of"] == 20
    assert rows.loc["all", "covered"] == rows.loc["2022", "covered"] + rows.loc["2023", "covered"]
    naive = found.table.query("forecast == 'last_year' and level == 'group' and origin == '2023'").iloc[0]
    group = alone.units.query("forecast == 'last_year' and level == 'group'").iloc[0]
    assert naive["bias"] == pytest.approx(group["mean"] / group["happened"] - 1)
    assert np.isnan(naive["coverage"])


def test_a_year_that_has_not_happened_cannot_be_held_out():
    with pytest.raises(DataGap, match="history does not reach the end of 2025"):
        hold_out(made(), Period.parse("2024"), DESIGNS, ASSUMED, Draws(3), FEW)


def test_other_settings_have_another_mark():
    more = ASSUMED.model_copy(update={"blocks": ASSUMED.blocks.model_copy(update={"years": 3})})

    assert len({method_of(ASSUMED, FEW), method_of(more, FEW), method_of(ASSUMED, Settings(32))}) == 3
