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
from policymodel.panel import build_panel, under_plans
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from policymodel.simulate.ageing import aged
from policymodel.simulate.drawing import Drawn, Future
from policymodel.simulate.ground import FutureGround
from policymodel.simulate.months import Happened
from policymodel.simulate.region import Designs
from policymodel.simulate.running import growth_of
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
    growths = growth_of(history, year, assumptions, every) if growing else future_bank.NOBODY
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
