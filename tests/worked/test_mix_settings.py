"""S3: every number and word that is ours changes the score of an example worked by hand, by hand and in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.found import agrees, computed
from worked.mix import ASSESSED
from worked.paper import Case, exact, read_case, write_scheme
from worked.test_mix import BASE, HERE, PLAN, filled, read

pytestmark = pytest.mark.thorough

CENTS, WHOLE = {"digits": "2", "mode": "half_up"}, {"digits": "0", "mode": "half_up"}
SECOND_QUARTER = ("04", "10")


def score(
    example: str, who: str, folder: Path, changes: list[dict[str, Any]], rule: dict[str, Any], period: str
) -> Any:
    """The score of somebody in an example, with settings of the scheme or words of the mapping changed."""
    folder.mkdir()
    case = read_case(next((HERE / "s3").glob(f"{example}_*.yaml")))
    if changes:
        case = Case(case.file, case.written | {"changes": changes})
    history = read(filled(case.written["history"]), rule, folder)
    scheme = read_scheme(write_scheme(case, folder))
    return computed(build_panel(history, PLAN, BASE), scheme, (Period.parse(period),))[who, period, "score"]


def check(found: Any, before: Any, expected: str) -> None:
    assert agrees(exact(expected), found)
    assert found != before


@pytest.mark.parametrize(
    ("example", "who", "at", "was", "becomes", "expected"),
    [
        # 200,000 of insurance, 300,000 of funds and 50,000 of trust: 660,000 of 800,000, and 20 for contact
        ("01", "m1", "product_rate.values.insurance", "1.5", "2", "760000 ÷ 800000 × 70 + 20"),
        ("01", "m1", "product_rate.values.trust", "1.2", "0.4", "620000 ÷ 800000 × 70 + 20"),
        ("01", "m1", "product_rate.values.funds", "1", "0.4", "480000 ÷ 800000 × 70 + 20"),
        ("01", "m1", "asked_of_grade.values.B", "800000", "1320000", "0.5 × 70 + 20"),
        ("02", "m1", "asked_of_grade.values.C", "700000", "250000", "0.6 × 70 + 30"),
        ("09", "m1", "asked_of_grade.values.A", "900000", "1800000", "42 ÷ 2 + 15"),
        ("09", "m2", "asked_of_grade.values.D", "500000", "1000000", "50.4 ÷ 2 + 10"),
        ("01", "m1", "credit_reached.cap", "1.2", "0.8", "0.8 × 70 + 20"),
        ("01", "m1", "sales.of[1]", "70", "28", "0.825 × 28 + 20"),
        ("01", "m1", "relationship.points", "30", "60", "57.75 + 40"),
        ("01", "m1", "relationship.cap", "1", "0.5", "57.75 + 15"),
        # no credit without an assessment; or so much for each such sale
        ("02", "m1", "suitable_credit.otherwise", "0", "10000", "160000 ÷ 700000 × 70 + 30"),
        ("02", "m1", "suitable_credit.when[0].at_least", "1", "0", "180000 ÷ 700000 × 70 + 30"),
        # no floor and no cap, two decimals
        ("04", "m1", "card.floor", "null", "0", "0 × 1"),
        ("01", "m1", "card.cap", "null", "70", "70 × 1"),
        ("01", "m1", "mix.cap", "null", "71", "71 × 1"),
        ("10", "m1", "card.round", CENTS, WHOLE, "5 × 1"),
    ],
)
def test_numbers_of_the_product_mix(example, who, at, was, becomes, expected, tmp_path):
    """S3 (ours): rates a product line, what is asked, the gate, points, caps, rounding."""
    period = "2025-Q2" if example in SECOND_QUARTER else "2025-Q1"
    changes = [{"at": at, "from": was, "to": becomes}]
    found = score(example, who, tmp_path / "after", changes, ASSESSED, period)

    check(found, score(example, who, tmp_path / "before", [], ASSESSED, period), expected)


def test_the_factor(tmp_path):
    """S3 (ours): the sales score is multiplied by less than one: 0.8, or another number."""
    base = (HERE / "../../params/changes/s3_gate_as_factor.yaml").resolve()
    text = base.read_text(encoding="utf-8")
    harder = tmp_path / "harder.yaml"
    assert "otherwise: {value: 0.8" in text
    harder.write_text(
        text.replace("otherwise: {value: 0.8", "otherwise: {value: 0.5").replace(
            "../schemes", str(base.parents[1] / "schemes")
        ),
        encoding="utf-8",
    )
    case = read_case(next((HERE / "s3").glob("08_*.yaml")))
    (tmp_path / "facts").mkdir()
    panel = build_panel(read(filled(case.written["history"]), ASSESSED, tmp_path / "facts"), PLAN, BASE)
    quarter = (Period.parse("2025-Q1"),)
    found = computed(panel, read_scheme(harder), quarter)["m1", "2025-Q1", "score"]

    check(
        found, computed(panel, read_scheme(base), quarter)["m1", "2025-Q1", "score"], "4 ÷ 7 × 0.5 × 70 + 10"
    )


@pytest.mark.parametrize(
    ("example", "words", "expected"),
    [
        # the sale of the day of its assessment no longer counts, or the one with an expired one does (it has an end)
        ("02", {"same_day": "no"}, "50000 ÷ 700000 × 70 + 30"),
        # an assessment without a last day lasts so many days: 20 January and then one more
        ("03", {"valid_days": 28}, "0 × 70 + 10"),
        ("03", {"fits": "same_or_blank"}, "200000 ÷ 700000 × 70 + 10"),
        ("03", {"fits": "any_product"}, "300000 ÷ 700000 × 70 + 10"),
        ("03", {"products": ["insurance"]}, "300000 ÷ 700000 × 70 + 10"),
        # the other manager of the outlet assessed the need
        ("09", {"made_by": "seller"}, "0 × 70 + 15"),
        ("05", {"unclear": "not_assessed"}, "100000 ÷ 700000 × 70 + 10"),
        ("10", {"unclear": "not_assessed"}, "0 × 70 + 0"),
    ],
)
def test_words_of_the_mapping(example, words, expected, tmp_path):
    """S3 (ours): which assessment stands behind a sale, and what counts where it cannot be told."""
    found = score(example, "m1", tmp_path / "after", [], ASSESSED | words, "2025-Q1")

    check(found, score(example, "m1", tmp_path / "before", [], ASSESSED, "2025-Q1"), expected)
