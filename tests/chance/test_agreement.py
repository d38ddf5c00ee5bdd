"""Two calculators that share no formula agree on schemes written by chance, paid amounts to the cent."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from chance.agreement import BASE, PLAN, Bank, Comparison, Tally, run, written
from chance.card import in_seasons
from chance.choices import telling
from chance.documents import document
from chance.histories import history
from policymodel import reference
from policymodel.computation import compute
from policymodel.errors import DataGap
from policymodel.history.measures import Status
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.reading import read_scheme


def test_two_calculators_agree(tmp_path):
    """A few schemes which together make most of the choices that there are."""
    seeds = telling({seed: document(seed) for seed in range(400)}, 24)
    tally = run(seeds, tmp_path, per_history=80, people=3)

    assert tally.mismatches == []
    assert tally.schemes == len(seeds) - tally.seasons
    assert tally.seasons < len(seeds) / 4
    assert tally.numbers.total() > 5_000


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1200, 50))
def test_two_calculators_agree_on_many_schemes(first, tmp_path):
    """Every kind is priced, and not only where it has no number."""
    tally = run(range(first, first + 50), tmp_path, per_history=10)

    assert tally.mismatches == []
    assert tally.schemes >= 49 - tally.seasons
    assert {*KINDS} - {*tally.numbers} == set()


def test_two_calculators_agree_on_seasons_or_refuse(tmp_path):
    """S4.0 (ours): seasons measured on a base year by chance, which some histories do not know, or are below zero.

    What is priced once is priced twice. The first refuses for every fact that a scheme names; the second asks only for
    what somebody needs, so a few are refused once.
    """
    tally, refused_once, refused_twice = Tally(), 0, 0
    for number in (1, 2, 3, 5):
        bank = Bank.of(history(number, people=3))
        for seed in [each for each in range(14) if "targets" in document(each)]:
            scheme = read_scheme(written(in_seasons(document(seed)), tmp_path))
            reckoned = reference.reckon(scheme, bank.rows, PLAN, BASE)
            try:
                computed = compute(bank.panel, scheme)
            except DataGap:
                both = refused(reckoned, scheme)
                refused_once, refused_twice = refused_once + (not both), refused_twice + both
                continue
            Comparison(seed, computed, reckoned, tally).values()
            tally.schemes += 1

    assert tally.mismatches == []
    assert tally.schemes > 10
    assert refused_twice > 10
    assert refused_once < 5


def refused(reckoned, scheme):
    """Whether the second calculator refuses a line of somebody in a period, and for the season."""
    try:
        for period in PLAN.split(scheme.months):
            for who in reckoned.here(period.label):
                for line in scheme.lines:
                    reckoned.value(line, who, period.label)
    except DataGap as gap:
        return bool(re.search("season|no time of", str(gap)))
    return False


@pytest.fixture
def comparison(tmp_path):
    """A scheme with pay, priced twice."""
    bank = Bank.of(history(0, people=2))
    scheme = read_scheme(written(document(1), tmp_path))
    computed = compute(bank.panel, scheme)
    reckoned = reference.reckon(scheme, bank.rows, bank.panel.plan_year, bank.panel.base_year)
    return Comparison(1, computed, reckoned, Tally())


@pytest.mark.parametrize(
    ("value", "status", "other", "agree"),
    [
        (1.0, Status.MEASURED, Fraction(1), True),
        (1.0, Status.MEASURED, Fraction("1.000001"), False),
        (1e9, Status.TRUE_ZERO, Fraction(10**9), True),
        (float("nan"), Status.ABSENT, Fraction(0), False),
        (0.0, Status.ABSENT, Fraction(0), False),
        (float("nan"), Status.ABSENT, reference.Missing("absent"), True),
        (float("nan"), Status.ABSENT, reference.Missing("quarantined"), False),
        (0.0, Status.MEASURED, reference.Missing("not_applicable"), False),
    ],
)
def test_a_mismatch_is_noticed(comparison, value, status, other, agree):
    comparison.note("a_line", "a_line m1 2024", value, status, other)

    assert (comparison.tally.mismatches == []) is agree


@pytest.mark.parametrize(
    ("cents", "status", "other", "agree"),
    [
        (100, Status.MEASURED, Fraction(1), True),
        (100, Status.MEASURED, Fraction("1.001"), False),
        (101, Status.MEASURED, Fraction(1), False),
        (0, Status.ABSENT, reference.Missing("absent"), True),
        (5, Status.ABSENT, reference.Missing("absent"), False),
        (0, Status.MEASURED, reference.Missing("absent"), False),
    ],
)
def test_a_cent_is_noticed(comparison, cents, status, other, agree):
    comparison.count("an item", cents, status, other)

    assert (comparison.tally.mismatches == []) is agree


def test_a_scheme_with_another_number_disagrees(tmp_path):
    """Every line, transaction and payment that the other number reaches is told apart."""
    line = {"kind": "commission", "id": "fee", "title": "Fee", "every": "transaction"}
    line |= {"of": {"transaction": "amount"}, "rate": 0.01}
    schemes = []
    for rate in (0.01, 0.02):
        items = [{"kind": "figure", "id": "due", "title": "Due", "of": {"line": "fee"}}]
        pay = {"currency": "CNY", "round": {"digits": 2, "mode": "half_up"}, "items": items}
        found = {"id": "fees", "title": "Fees", "source": "1", "every": "quarter", "pay": pay}
        found["figures"] = [line | {"rate": rate}]
        schemes.append(read_scheme(written(found, tmp_path)))
    bank = Bank.of(history(0, people=4))
    computed = compute(bank.panel, schemes[0])
    same, other = (
        Comparison(0, computed, reference.reckon(each, bank.rows, PLAN, BASE), Tally()) for each in schemes
    )
    for each in (same, other):
        each.values()
        each.payments()

    assert same.tally.mismatches == []
    credited = [each for each in other.tally.mismatches if " fee t0" in each]
    paid = [each for each in other.tally.mismatches if " paid due " in each]
    totals = [each for each in other.tally.mismatches if " paid m" in each]
    assert credited
    assert paid
    assert len(totals) == len(paid)
