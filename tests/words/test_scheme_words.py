"""What changed is said line by line, with its reason; every rule of the checks has words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policymodel.history.drafts import RULES
from policymodel.history.tables import TABLES
from policymodel.words.gaps import RULE_WORDS, TABLE_WORDS
from policymodel.words.scheme import all_changes, change_words, value_words
from policymodel.words.sentences import render
from report.invented import changes, region_page


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


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("cap", None, "none"),
        ("cap", Decimal("1.50"), "150%"),
        ("shares.stock", Decimal("0.0045"), "0.45%"),
        ("points", Decimal("15"), "15"),
        ("against", "same_period_last_year", "the same period last year"),
        ("measure", "a_banks_own", "a_banks_own"),
        ("monthly.A", Decimal("12000"), "12,000"),
    ],
)
def test_values_of_settings(setting, value, expected):
    assert render(value_words(setting, value), "en") == expected


def test_designs_that_do_not_differ_say_so():
    empty = {"proposal": changes()["proposal"].iloc[:0]}

    assert [each.render("en") for each in all_changes(region_page(changes=empty))] == [
        "The designs do not differ."
    ]


def test_every_rule_and_table_of_the_checks_has_words():
    assert set(RULE_WORDS) == set(RULES)
    assert set(TABLE_WORDS) == set(TABLES)
