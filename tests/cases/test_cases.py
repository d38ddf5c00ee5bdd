"""Worked examples that others have printed: sayable in a scheme file, and priced as printed by both calculators."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from policymodel.scheme.reading import read_scheme
from published import Case, cases, misses, package, reference
from sensitivity import larger_numbers, noticed_changes, other_conventions

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"
CASES = cases()

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
beside = pytest.mark.skipif(not SHARED.is_dir(), reason="no published examples beside the project")


def printed(value: Any, name: str) -> Iterator[tuple[str, Fraction]]:
    """Every printed number with its name: `commission[0]`, `total`."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from printed(each, f"{name}[{index}]")
    else:
        yield name, Fraction(str(value))


@beside
def test_every_example_has_its_folder() -> None:
    """No published example is left out, and none is invented."""
    assert [case.name for case in CASES] == sorted(file.stem for file in SHARED.glob("*.yaml"))


@beside
@each_case
def test_every_printed_value_is_expected(case: Case) -> None:
    """What the source prints is what the folder expects, within the tolerance the source allows."""
    published = yaml.safe_load((SHARED / f"{case.name}.yaml").read_text(encoding="utf-8"))
    tolerances = published.get("tolerance_by_key") or {}
    shown = dict(pair for name, value in published["expected"].items() for pair in printed(value, name))

    expected = {
        each.printed: Fraction(each.sign) if each.value is None else each.value for each in case.expected
    }

    assert expected == shown
    for each in case.expected:
        allowed = tolerances.get(each.printed.partition("[")[0], published["tolerance"])
        assert each.tolerance <= Fraction(str(allowed)), each


@each_case
def test_the_package_prices_it_as_printed(case: Case) -> None:
    assert misses(case, package, read_scheme(case.scheme)) == []


@each_case
def test_the_reference_calculator_prices_it_as_printed(case: Case) -> None:
    assert misses(case, reference, read_scheme(case.scheme)) == []


@pytest.mark.thorough
@each_case
def test_a_changed_scheme_is_noticed(case: Case, tmp_path: Path) -> None:
    """A number a hundredth larger, or where a scheme has none that matters a convention said otherwise, shows."""
    text = case.scheme.read_text(encoding="utf-8")

    noticed = noticed_changes(case, larger_numbers(text), tmp_path).noticed
    if not noticed:
        noticed = noticed_changes(case, other_conventions(text), tmp_path).noticed

    assert noticed
