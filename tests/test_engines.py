"""The engines of `bench/engines.py` answer the same question: what is timed there is right."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(
    str(Path(__file__).resolve().parents[1] / "bench")
)  # last: benches have names that tests have

from contenders import by_numpy, by_pandas, ours, reference, workload

BENCH = Path(__file__).resolve().parents[1] / "bench"
ROWS = 5_000


@pytest.fixture(scope="module")
def facts():
    """Ten groups of five hundred."""
    return workload.facts_of(ROWS, 1)


def test_the_reference_is_what_rationals_say(facts):
    """Score and pay of some rows without any rounding."""
    design = workload.designs_of(2, 1, moved=True)[1]
    right = reference.reference(facts, design)
    for row in range(0, ROWS, 97):
        score, pay = reference.exact(facts, design, row)
        assert abs(float(score) - right.score[row]) < 1e-10
        assert abs(float(pay) - right.pay[row]) < 1e-8


@pytest.mark.parametrize(
    "way",
    [
        ours.lowered,
        ours.by_value,
        by_numpy.closed_form,
        by_numpy.interp,
        by_numpy.hinges,
        by_pandas.idiomatic,
    ],
)
def test_an_engine_gives_score_pay_and_winners_of_the_reference(way, facts):
    """To 1e-9 and 1e-7, and the same people win."""
    design = workload.designs_of(2, 1)[1]
    right = reference.reference(facts, design)
    found = reference.agreement(way(facts, design)(), right)

    assert reference.ties(right.score) == 0
    assert found.score <= reference.SCORE_WITHIN
    assert found.pay <= reference.PAY_WITHIN
    assert found.winners == 0


@pytest.mark.parametrize("moved", [False, True])
def test_many_designs_at_once_are_each_design_by_itself(facts, moved):
    """Sums of score and pay, with knots that all share and with knots of their own."""
    designs = workload.designs_of(4, 1, moved)
    right = [reference.reference(facts, each) for each in designs]

    sums = [[each.score.sum(), each.pay.sum()] for each in right]
    np.testing.assert_allclose(ours.lowered_many(facts, designs)(), sums, rtol=1e-11)


@pytest.mark.slow
def test_ratios_of_speed_hold():
    """The small race, gated on ratios alone: no second is looked at."""
    words = ["--size", "200000", "--designs", "1", "10", "100", "--few", "--gate", "--seconds", "3"]
    done = subprocess.run(
        [sys.executable, BENCH / "engines.py", *words], capture_output=True, text=True, check=False
    )

    assert not any(race["disagrees"] for race in json.loads(done.stdout)["races"])
    assert done.returncode == 0, done.stderr
