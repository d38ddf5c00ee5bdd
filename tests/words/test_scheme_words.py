"""What changed is said line by line, with its reason; every rule of the checks has words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.history.drafts import RULES
from policymodel.history.tables import TABLES
from policymodel.scheme.changes import changes_between
from policymodel.scheme.reading import read_scheme
from policymodel.words.gaps import RULE_WORDS, TABLE_WORDS
from policymodel.words.scheme import all_changes, change_words, value_words
from policymodel.words.sentences import render
from report.invented import changes, region_page

ROOT = Path(__file__).resolve().parents[2]
FACTOR = "changes/s3_gate_as_factor.yaml"


def test_changes_in_words():
    sentences = change_words(changes()["proposal"])

    assert [each.render("en") for each in sentences] == [
        "Net new deposits: cap, from none to 150%, because a windfall should not carry a weak card.",
        "Performance wage: share paid of the stock, from 0.5% to 0.4%, because what was already there needs "
        "less reward.",
    ]
    assert sentences[1].render("zh-Hant") == (
        "效益工資：存量部分提取比例由 0.5% 改為 0.4%。理由：原有存量所需獎勵較少。"
    )


def test_a_line_that_comes_or_goes_is_one_sentence():
    """S3 (ours): the factor is a line of its own; what else changes is said setting by setting."""
    gate, factor = (read_scheme(ROOT / "params" / each) for each in ("schemes/s3_product_mix.yaml", FACTOR))
    there, back = (change_words(changes_between(*pair)) for pair in ((gate, factor), (factor, gate)))
    words = [each.render("en") for each in there]

    assert words[0] == (
        "Suitability factor: new, because the score is multiplied where not all credit has an assessment behind it."
    )
    assert words[1].startswith("Credit reached: ")
    assert sum("Suitability factor" in each for each in words) == 1
    assert (
        there[0].render("zh-Hant") == "適當性係數：新增。理由：本季折算業績未全部經需求評估者，得分乘以係數。"
    )
    assert [each.render("en") for each in back if "Suitability" in each.render("en")] == [
        "Suitability factor: no longer there."
    ]


@pytest.mark.parametrize(
    ("setting", "value", "kind", "expected"),
    [
        ("cap", None, "attainment", "none"),
        ("cap", Decimal("1.50"), "attainment", "150%"),
        ("cap", Decimal("25"), "change_on_period", "2,500%"),
        ("cap", Decimal("10"), "group", "10"),
        ("floor", Decimal("0"), "", "0"),
        ("cap", Decimal("0.5"), "commission", "0.5"),
        ("shares.stock", Decimal("0.0045"), "performance_wage", "0.45%"),
        ("points", Decimal("15"), "attainment", "15"),
        ("against", "same_period_last_year", "change_on_period", "the same period last year"),
        ("measure", "a_banks_own", "attainment", "a_banks_own"),
        ("monthly.A", Decimal("12000"), "grade_wage", "12,000"),
    ],
)
def test_values_of_settings(setting, value, kind, expected):
    """A line is bounded in multiples of its target, a group and the whole card in points, a payment in money."""
    assert render(value_words(setting, value, kind), "en") == expected


def test_designs_that_do_not_differ_say_so():
    empty = {"proposal": changes()["proposal"].iloc[:0]}

    assert [each.render("en") for each in all_changes(region_page(changes=empty))] == [
        "The designs do not differ."
    ]


def test_every_rule_and_table_of_the_checks_has_words():
    assert set(RULE_WORDS) == set(RULES)
    assert set(TABLE_WORDS) == set(TABLES)
