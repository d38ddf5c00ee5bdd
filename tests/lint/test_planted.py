"""Faults planted in sound schemes are found at their place, and nothing else is said."""

from __future__ import annotations

from functools import cache

import pytest

from lint import planted
from policymodel.lint import RULES, lint
from policymodel.lint.findings import Finding

SEEDS = (1, 2)


@cache
def bank(zero_targets: bool = False) -> planted.Bank:
    return planted.bank(1, zero_targets=zero_targets)


def said(document: planted.Doc, where: planted.Bank) -> set[tuple[str, str]]:
    found: tuple[Finding, ...] = lint(planted.read(document), planted.SETTINGS, where.panel)
    return {(each.rule, each.place.address) for each in found}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sound_scheme_has_no_finding(seed):
    assert said(planted.sound(seed, bank()), bank()) == set()


@pytest.mark.parametrize("name", planted.FAULTS)
def test_a_planted_fault_is_found_and_nothing_else(name):
    fault = planted.FAULTS[name]
    where = bank(fault.zero_targets)
    found = said(planted.planted(fault, planted.sound(1, bank()), where, 1), where)

    assert (fault.rule, fault.at) in found
    assert {rule for rule, _ in found} <= {fault.rule, *fault.also}


def test_every_rule_is_planted_or_is_tried_elsewhere():
    """Rules about what is not written, and those whose fault needs words of the settings, are tried by themselves."""
    elsewhere = {
        *("no_clawback", "paid_before_review", "not_approved", "no_appeal", "records_too_short"),
        *("rule_never_holds", "punished_twice", "penalty_without_appeal"),
        *("too_many_numbers", "weight_without_effect", "products_per_client"),
    }

    assert {fault.rule for fault in planted.FAULTS.values()} | elsewhere == set(RULES)
