"""docs/lint.md holds every rule and every threshold, as the program has them."""

from __future__ import annotations

import importlib.util
import inspect
from dataclasses import fields
from pathlib import Path

import pytest

from policymodel.lint import RULES
from policymodel.lint.settings import Thresholds

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date():
    """Else: python docs/make_lint_reference.py"""
    spec = importlib.util.spec_from_file_location(
        "make_lint_reference", ROOT / "docs" / "make_lint_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)

    assert maker.page() == PAGE


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_told(code):
    """With what it means; and one search for its code finds its class."""
    rule = RULES[code]

    assert f"### {code}\n\n{inspect.getdoc(rule)}" in PAGE
    assert f'code: ClassVar[str] = "{code}"' in inspect.getsource(type(rule))


def test_every_threshold_is_told_and_used():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "policymodel" / "lint").rglob("*.py")
    )
    told = [each.name for each in fields(Thresholds) if f"| `{each.name}` |" in PAGE]
    used = [name for name in told if f".{name}" in source]

    assert told == [each.name for each in fields(Thresholds)]
    assert used == told
