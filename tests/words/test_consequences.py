"""Rewards and penalties in words (S6.10, S6.11): every number is said, in every language; a changed one is told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chance.agreement import written
from chance.documents import document
from policymodel.scheme.changes import apply_changes
from policymodel.scheme.reading import read_scheme, resolved, scheme_of
from policymodel.scheme.scheme import Scheme
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.clauses.book import chapters
from policymodel.words.clauses.plan import Plan, numbers_in
from policymodel.words.differences import differences
from policymodel.words.sentences import render
from words.untied import untied

PARAMS = Path(__file__).resolve().parents[2] / "params"
S6 = PARAMS / "schemes" / "s6_profit_centre.yaml"


def said(scheme: Scheme, language: str = "en") -> dict[str, str]:
    """What each clause about consequences says."""
    (chapter,) = [each for each in chapters(Plan(scheme, {})) if each.clauses[-1].id == "consequences"]
    return {
        clause.id: " ".join(render(each.words, language) for each in clause.said)
        for clause in chapter.clauses
    }


def test_a_ladder_is_read_step_by_step():
    """S6.11: poor results, from an oral warning to dismissal."""
    told = said(read_scheme(S6))["poor_results"]

    assert "the score is below 750* in 2* quarters in a row" in told
    assert (
        "Step 1: oral warning. Step 2: formal warning; 30%* of the performance wage of the next 2* quarters"
        in told
    )
    assert "Step 4: dismissal." in told
    assert "again within 12* months of the last time" in told


def test_ten_is_printed_and_has_no_mark():
    """S6.10: ten is the only number that the clause prints for the top ten."""
    told = said(read_scheme(S6))["top_ten"]

    assert "for the 10 highest performance wages of the group over the year" in told
    assert "promotion by 1* grade from the next year on" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(1, 24, 2))
def test_every_number_of_a_rule_is_said(language, seed, tmp_path):
    scheme = read_scheme(written(document(seed), tmp_path))
    assert scheme.consequences is not None
    told = said(scheme, language)
    for rule in scheme.consequences.rules:
        for number in numbers_in(rule):
            value = number.value
            shown = {f"{value.normalize():f}".replace("-", "−"), f"{(value * 100).normalize():f}%"}
            assert any(each in told[rule.id] for each in shown), (rule.id, value)


def test_a_changed_number_is_told_with_its_reason():
    base, _ = resolved(S6)
    at = "poor_results.ladder[1].then[1].share"
    change = {"at": at, "from": Decimal("0.3"), "to": Decimal("0.2"), "because": {"en": "kinder"}}
    raw: dict[str, Any] = {
        "id": "x",
        "title": "X",
        "author": "HR",
        "base": "b",
        "because": "x",
        "changes": [change],
    }
    document, reasons = apply_changes(base, raw, "x")
    found = differences(Plan(scheme_of(base), {}), Plan(scheme_of(document, reasons), {}))
    (clause,) = found.clauses
    (replaced,) = clause.replaced

    assert replaced.was is not None
    assert replaced.now is not None
    assert "30%*" in untied(replaced.was.words, "en")
    assert "20% of the performance wage" in untied(replaced.now.words, "en")
    assert [render(each, "en") for each in replaced.because] == ["kinder"]


def test_a_rule_is_added_and_taken_out():
    base, _ = resolved(S6)
    rule = base["consequences"]["rules"][3] | {"id": "again"}
    changes = [
        {"remove": "poor_results", "because": "x"},
        {"add": "consequences", "line": rule, "after": "top_ten", "because": "y"},
    ]
    raw = {"id": "x", "title": "X", "author": "HR", "base": "b", "because": "x", "changes": changes}
    document, reasons = apply_changes(base, raw, "x")
    scheme = scheme_of(document, reasons)
    assert scheme.consequences is not None

    names = [each.id for each in scheme.consequences.rules]
    assert names[:2] == ["top_ten", "again"]
    assert "poor_results" not in names
    found = differences(Plan(scheme_of(base), {}), Plan(scheme, {}))
    assert {each.how: each.clause.id for each in found.clauses} == {
        "added": "again",
        "removed": "poor_results",
    }
