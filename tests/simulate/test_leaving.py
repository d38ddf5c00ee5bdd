"""Leavers, vacancies and successors, by hand: everybody leaves with January, and in April a successor comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import future_bank
import small_bank
from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Column
from policymodel.scheme.reading import read_scheme
from policymodel.simulate.ageing import aged
from policymodel.simulate.assumptions import Assumed, Assumptions
from policymodel.simulate.drawing import Drawn, Future
from policymodel.simulate.ground import FutureGround
from policymodel.simulate.months import Happened
from policymodel.simulate.region import Designs, Pricings, Region
from policymodel.simulate.shocks import Common

YEAR, BEFORE = Period.parse("2025"), Period.parse("2024")
SCHEME = """
id: wage_and_share
title: {en: "Wage and share", zh-Hant: "薪", zh-Hans: "薪"}
source: illustrative
every: quarter
targets: {set_by: growth, growth: {value: 0, source: illustrative}, progress: months, source: illustrative}
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: {value: 0, source: illustrative}
  cap: {value: 1000, source: illustrative}
  lines:
    - kind: assumed
      id: management_score
      title: {en: "Score", zh-Hant: "分", zh-Hans: "分"}
      source: illustrative
      points: {value: 1000, source: illustrative}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - kind: grade_wage
      id: wage
      title: {en: "Wage", zh-Hant: "薪", zh-Hans: "薪"}
      source: illustrative
      monthly: {B: {value: 1000, source: illustrative}}
    - kind: performance_wage
      id: share
      title: {en: "Share", zh-Hant: "薪", zh-Hans: "薪"}
      source: illustrative
      income: [fee]
      increment: from_targets
      shares:
        stock: {value: 0.1, source: illustrative}
        increment: {value: 0.1, source: illustrative}
        super_increment: {value: 0.1, source: illustrative}
      negative_balance: carry
      scaled_by: management_score
      full_score: {value: 1000, source: illustrative}
"""


def history() -> History:
    """Two people; the first brings in 100 a month by one client and sells 6 cards a month."""
    months = [month_label(each) for year in (BEFORE, YEAR) for each in year.months]
    return small_bank.bank(
        managers=small_bank.managers(("M1", "X1", "2020-01-01", None), ("M2", "X1", "2020-01-01", None)),
        client_income=small_bank.income(*(("C1", "M1", month, "fee", 100.0) for month in months)),
        activity=small_bank.activity(
            *(("M1", month, "debit_cards", 6.0) for month in months),
            *(("M1", month, "wealth_clients", 40.0) for month in months),
        ),
    )


def leaving(on: bool) -> Assumptions:
    found = future_bank.assumed()

    def number(name: str, value: float) -> Assumed:
        return getattr(found.leavers, name).model_copy(update={"value": value})

    changed = {
        "on": on,
        "hazard": number("hazard", 1.0),
        "vacant_months": number("vacant_months", 2.0),
        "first_share": number("first_share", 0.5),
        "ramp_months": number("ramp_months", 5.0),
    }
    return found.model_copy(update={"leavers": found.leavers.model_copy(update=changed)})


def drawn_of(on: bool, *names: str) -> Drawn:
    assumptions = leaving(on)
    older = aged(history(), YEAR, assumptions)
    happened = Happened.of(older.past, YEAR, [Column(name) for name in names])
    return Future(older, happened, assumptions, Common(future_bank.NOBODY, Draws(1), 2), Draws(1), "R").draw(
        0, 2
    )


def by_quarter(on: bool, name: str, level: str = "manager") -> np.ndarray:
    """[quarter, place of the first draw, person]."""
    drawn = drawn_of(on, name)
    ground = FutureGround.of(drawn.future.aged.panel, drawn, drawn.future.aged.next_year.split(3))
    values = ground.column(Column(name, level=level))  # type: ignore[arg-type]
    number = np.where(values.ok, values.number, np.nan).reshape(4, -1, 2)
    return number[:, : drawn.places // 2]


def test_work_is_done_by_whoever_holds_the_post_and_a_successor_learns():
    """January 6; nobody in February and March; April on 6 x (0.5, 0.6, 0.7), (0.8, 0.9, 1), then all of it."""
    cards = by_quarter(True, "debit_cards")[:, :, 0]

    np.testing.assert_allclose(cards[:, 0], [6, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(cards[:, 1], [np.nan, 10.8, 16.2, 18])
    assert by_quarter(False, "debit_cards")[:, 0, 0].tolist() == [18, 18, 18, 18]


def test_the_outlet_has_what_was_done_there():
    np.testing.assert_allclose(by_quarter(True, "debit_cards", "outlet")[0, 0], [6, 6])
    np.testing.assert_allclose(by_quarter(True, "debit_cards", "outlet")[1:, 1, 1], [10.8, 16.2, 18])


def test_a_stock_stays_with_the_post():
    """A successor has all of the clients from the first day."""
    clients = by_quarter(True, "wealth_clients")[:, :, 0]

    np.testing.assert_allclose(clients[:, 0], [40, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(clients[:, 1], [np.nan, 40, 40, 40])


def test_days_and_bases_are_those_of_the_months_in_the_post():
    days, base = by_quarter(True, "person:employed_days")[:, :, 0], by_quarter(True, "base:fee")[:, :, 0]

    np.testing.assert_allclose(days[:, 0], [31, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(days[:, 1], [np.nan, 91, 92, 92])
    # 1,200 a year by calendar days: 31 of 365, then those of the second quarter.
    np.testing.assert_allclose(base[0, 0], 1200 * 31 / 365)
    np.testing.assert_allclose(base[1, 1], 1200 * 91 / 365)


def region(on: bool, tmp_path: Path) -> Region:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME, encoding="utf-8")
    scheme = read_scheme(file)
    designs = Designs({"one": (None, scheme)}, {}, "one")
    common = Common(future_bank.NOBODY, Draws(1), 2)
    years = (YEAR, BEFORE)
    return Region.of("R", history(), years, designs, leaving(on), common, Draws(1), Pricings(designs))


@pytest.mark.parametrize(
    ("on", "people", "wages", "shares", "periods"),
    [
        # 2 x 12 x 1,000 and a tenth of 1,200
        (False, 2, 24_000.0, 120.0, 8),
        # 2 x (1 + 9) x 1,000; the first a tenth of 100; the successor a tenth of what came in from April,
        # 100 x (0.5 + 0.6 + 0.7 + 0.8 + 0.9 + 1 + 1 + 1 + 1) = 750
        (True, 2, 20_000.0, 10.0 + 75.0, 8),
    ],
)
def test_pay_follows_the_months_in_the_post(
    on: bool, people: int, wages: float, shares: float, periods: int, tmp_path: Path
):
    block = region(on, tmp_path).priced(0, 2, np.zeros(2, dtype=bool))

    assert block.totals[0, 0].tolist() == [round((wages + shares) * 100), 0, periods, 0]
    own = 2 * (12_000 + 120 if not on else 1_000 + 10)
    assert block.people["one"].sum_minor[0] == own * 100
    assert block.people["one"].draws.tolist() == [2] * people
