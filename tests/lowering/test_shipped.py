"""The schemes and change files of the project: equal to the interpreter's figures, by the routes one would expect."""

import pytest

from lowering.designs import asked_of, differences
from policymodel.lowering import lower
from policymodel.panel import Ground
from policymodel.scheme.reading import read_scheme

FAMILIES = {
    "s2": ("schemes/s2_duties", "changes/s2_more_for_records"),
    "s3": ("schemes/s3_product_mix", "changes/s3_gate_as_factor"),
    "s4": ("schemes/s4_scorecard", "changes/s4_softer_deposits"),
    "s5": ("schemes/s5_scorecard", "changes/s5_more_for_clients"),
    "s6": (
        "schemes/s6_profit_centre",
        "changes/s6_more_for_growth",
        "changes/s6_forecast_and_task",
        "changes/s6_reviewers_mark",
    ),
    "separate": ("schemes/s6_separate_book",),
}


def family(name):
    """The designs of a family, by their ids."""
    found = [read_scheme(f"params/{each}.yaml") for each in FAMILIES[name]]
    return {scheme.id: scheme for scheme in found}


@pytest.mark.parametrize("name", FAMILIES)
def test_shipped_designs_come_to_the_same(name, bank):
    schemes = family(name)
    months = next(iter(schemes.values())).months
    ground = Ground(bank, tuple(bank.plan_year.split(months)))

    assert list(differences(schemes, ground, asked_of(schemes))) == []


def routes(schemes, asked, design):
    """The route of each line of a design."""
    told = lower(schemes, (asked,)).explain()
    return dict(told.loc[told["design"] == design, ["line", "route"]].itertuples(index=False))


def test_a_card_with_other_points_for_one_line():
    """The line that differs is weighed; a group that is reweighted is a product of two things that differ."""
    found = routes(family("s4"), "score", "s4_softer_deposits")

    assert found["net_deposits"] == found["off_counter_share"] == "basis"
    assert found["indicators"] == found["score"] == "by_value"
    assert found["debit_cards"] == found["bonus"] == found["deductions"] == "shared"


@pytest.mark.parametrize("name", ["s6", "estban"])
def test_other_shares_of_the_slices_of_income(name):
    """Entitlements run over the year; the score that scales them is the same in both designs."""
    names = ("schemes/estban_profit_centre", "changes/estban_more_for_growth")
    schemes = {each.id: each for each in (read_scheme(f"params/{one}.yaml") for one in names)}
    if name == "s6":
        schemes = {key: family("s6")[key] for key in ("s6_profit_centre", "s6_more_for_growth")}
    found = routes(schemes, "pay", list(schemes)[1])

    assert {found[f"performance_wage.{part}"] for part in ("stock", "increment", "super_increment")} == {
        "carried"
    }
    assert found["score"] == found["base_wage"] == "shared"
    assert found["pay"] == "by_value"


COMMISSION = """
id: commission
title: Commission
source: "1"
every: year
figures:
  - kind: curve
    id: accelerator
    title: Accelerator
    of: {measure: sales}
    thresholds_of: {measure: quota}
    points: [{at: 0, gives: 0}, {at: 1, gives: ONE}, {at: 1.5, gives: TWO}]
    below: zero
    above: extend
  - {kind: total, id: due, title: Due, add: [{line: accelerator}, {measure: base}]}
  - kind: rank_award
    id: prize
    title: Prize
    of: {line: due}
    best: highest
    among: outlet
    missing: leave_out
    ties: all_get_the_better
    awards: [{from: 1, to: 1, amount: ONE}]
"""


def test_a_commission_with_an_accelerator_is_a_row_and_a_prize_compares_people(tmp_path):
    schemes = {}
    for name, one, two in (("slow", 100, 200), ("fast", 100, 300), ("more", 150, 300)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(COMMISSION.replace("ONE", str(one)).replace("TWO", str(two)), encoding="utf-8")
        schemes[name] = read_scheme(file)
    due, prize = routes(schemes, "due", "fast"), routes(schemes, "prize", "fast")

    assert due == {"accelerator": "basis", "due": "basis"}
    assert prize == {"accelerator": "basis", "due": "basis", "prize": "peers"}
