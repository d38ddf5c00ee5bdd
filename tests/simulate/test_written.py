"""The oracle of futures: a draw written out as history and priced as if it had happened gives the same figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

import future_bank
from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import Ground, Panel, build_panel, under_plans
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from policymodel.simulate.ageing import aged
from policymodel.simulate.drawing import Drawn, Future
from policymodel.simulate.ground import FutureGround
from policymodel.simulate.months import Happened
from policymodel.simulate.region import Designs
from policymodel.simulate.running import growth_of, years_of
from policymodel.simulate.shocks import Common
from policymodel.simulate.written import as_history

SHIPPED = ("s4_scorecard", "s5_scorecard", "s6_profit_centre", "s6_separate_book")
DRAWS = 3


def drawn_of(history: History, year: Period, schemes: Iterable[Scheme], growing: bool = True) -> Drawn:
    """Some draws of a history's next year for everything that some schemes ask for."""
    assumptions = future_bank.assumed()
    every = Designs({each.id: (each, None) for each in schemes}, {}, next(iter(schemes)).id)
    older = aged(history, year, assumptions)
    happened = Happened.of(older.past, year, every.columns)
    growths = (
        growth_of([years_of(history, year, every, assumptions)], assumptions)
        if growing
        else future_bank.NOBODY
    )
    common = Common(growths, Draws(5), 8)
    return Future(older, happened, assumptions, common, Draws(5), "here").draw(2, DRAWS)


def assert_same(drawn: Drawn, scheme: Scheme, draws: Sequence[int], plan: str = "") -> None:
    """Every node of a scheme has the same number and status on the ground of a draw and on its written history."""
    older = drawn.future.aged
    periods = older.next_year.split(scheme.months)
    ground = FutureGround.of(under_plans(older.panel, [plan], periods), drawn, periods)
    known: dict = {}
    for draw in draws:
        panel = build_panel(as_history(drawn, draw), older.next_year, older.last_year)
        panel = under_plans(panel, [plan], periods)
        true = pay(panel, scheme) if scheme.pay is not None else score(panel, scheme)
        assert panel.employed(periods).any()
        for node, values in true.known.items():
            people = panel.managers.size
            mine = evaluate(node, ground, known).over((len(periods), DRAWS * people))
            own = slice(draw * people, (draw + 1) * people)
            values = values.over((len(periods), people))
            assert np.array_equal(mine.status[:, own], values.status), node
            np.testing.assert_allclose(
                mine.number[:, own][values.ok], values.number[values.ok], rtol=1e-12, atol=1e-9
            )


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    schemes = [future_bank.scheme(f"schemes/{name}") for name in SHIPPED]
    return drawn_of(future_bank.bank(), future_bank.YEARS[0], schemes)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_draw_written_as_history_is_priced_the_same(drawn: Drawn, name: str):
    plan = "separate_book" if name == "s6_separate_book" else ""

    assert_same(drawn, future_bank.scheme(f"schemes/{name}"), [1], plan)


@pytest.fixture(scope="module")
def written(drawn: Drawn) -> Panel:
    """The panel of the second draw written out."""
    older = drawn.future.aged
    return build_panel(as_history(drawn, 1), older.next_year, older.last_year)


COLUMNS = (
    Column("debit_cards", window="rolling", months=7),
    Column("debit_cards", window="rolling", months=7, level="outlet"),
    Column("debit_cards", lag=2),
    Column("debit_cards", lag_years=1),
    Column("debit_cards", window="half_year_to_date", lag=1, level="region"),
    Column("debit_cards", window="whole_year", level="group"),
    Column("fee", window="rolling", months=14),
    Column("wealth_clients", window="rolling", months=5, read="mean_of_months"),
    Column("wealth_clients", window="year_to_date", level="outlet"),
    Column("off_counter_share", window="rolling", months=4, level="region"),
    Column("events:count:complaint@hotline", window="rolling", months=9),
    Column("person:fte"),
    Column("calendar:days"),
    Column("fx:USD:average"),
)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: f"{each.name} {each.window} {each.level}")
def test_windows_that_reach_back_into_history_hold_both(drawn: Drawn, written: Panel, column: Column):
    older = drawn.future.aged
    periods = older.next_year.split(3)
    people = older.panel.managers.size

    mine = FutureGround.of(older.panel, drawn, periods).column(column)
    true = Ground(written, periods).column(column)

    own = slice(people, 2 * people)
    assert np.array_equal(mine.status[:, own], true.status)
    np.testing.assert_allclose(mine.number[:, own][true.ok], true.number[true.ok], rtol=1e-12, atol=1e-9)


def test_the_rest_of_the_ground_is_that_of_the_written_history(drawn: Drawn, written: Panel):
    """Categories, leaders, time; and peers, who are those of one's own draw."""
    older = drawn.future.aged
    periods = older.next_year.split(3)
    mine = FutureGround.of(older.panel, drawn, periods)
    true = Ground(written, periods)
    people = older.panel.managers.size
    own = slice(people, 2 * people)

    for word in ("grade", "region", "outlet"):
        assert (mine.category(word, "period")[:, own] == true.category(word, "period")).all()
    for scope in ("outlet", "region", "group"):
        peers, here = mine.peers(scope), true.peers(scope)
        assert ((peers[:, own] < 0) == (here < 0)).all()
        together = here[:, :, None] == here[:, None]
        assert ((peers[:, own][:, :, None] == peers[:, own][:, None]) == together).all()
        drawn_apart = [set(peers[0, at * people : (at + 1) * people]) - {-1} for at in range(DRAWS)]
        assert not set.intersection(*drawn_apart)
    assert (mine.leaders()[:, own] == np.where(true.leaders() < 0, -1, true.leaders() + people)).all()
    assert (mine.opens("half_year") == true.opens("half_year")).all()
    assert (mine.days(None, None) == true.days(None, None)).all()


@pytest.mark.parametrize(
    ("mapping", "scheme", "year", "region"),
    [
        ("estban", "estban_profit_centre", "2021-07..2022-06", "AC"),
        ("berka", "berka_scorecard", "1997", "Prague"),
        ("berka", "berka_s4_card", "1997", "Prague"),
    ],
)
@pytest.mark.slow
def test_on_real_tables_too(shared_data: Path, mapping: str, scheme: str, year: str, region: str):
    folder = future_bank.ROOT / "params/mappings" / f"{mapping}.yaml"
    whole = read_history(shared_data / mapping, read_mapping(folder))
    history = whole.region(region if region in whole.regions else whole.regions[0])
    own = future_bank.scheme(f"schemes/{scheme}")

    assert_same(drawn_of(history, Period.parse(year), [own]), own, range(DRAWS))
