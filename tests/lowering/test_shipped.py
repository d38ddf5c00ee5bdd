"""The schemes and change files of the project: equal to the interpreter's figures, by the routes one would expect."""

import pytest

from lowering.designs import asked_of, differences
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
