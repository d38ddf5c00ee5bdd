"""S5 (ours): every setting that is ours changes a figure of the plain example, by hand and in the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.balanced import Balanced
from worked.books import read_books, read_months
from worked.found import agrees, computed
from worked.paper import Case, calculate, exact, read_case, write_scheme
from worked.test_worked import HERE, declared, written_history

pytestmark = pytest.mark.thorough

# In the plain example: financial 34 = 40 × 4.25 ÷ 5, client 13, process 20.75, learning 10; 77.75 in all.
SETTINGS = {
    # the four perspectives: what each is worth
    "financial.points": ("40", "60", "(51 + 13 + 20.75 + 10)"),
    "client.points": ("20", "10", "34 + 6.5 + 20.75 + 10"),
    "process.points": ("25", "50", "34 + 13 + 41.5 + 10"),
    "learning.points": ("15", "30", "34 + 13 + 20.75 + 20"),
    # weights of objectives in a perspective
    "financial.of[2].weight": ("1", "6", "40 × (2 × 1.1 + 2 × 0.775 + 6 × 0.5) ÷ 10 + 43.75"),
    "client.of[1].weight": ("1", "3", "34 + 20 × (0.8 + 3 × 0.5) ÷ 4 + 30.75"),
    # weights of measures in an objective
    "agency_income.of[0].weight": ("2", "0", "40 × (2 × 1.1 + 2 × 1.05 + 0.5) ÷ 5 + 43.75"),
    "market_knowledge.of[1].weight": ("1", "2", "67.75 + 15 × (2 × 1 + 2 × 0) ÷ 4"),
    # less is better: the worst that is scored
    "complaints.from": ("-2", "-4", "34 + 20 × (0.8 + 0.75) ÷ 2 + 30.75"),
    "inspections.from": ("-10", "-20", "47 + 25 × (0.75 + 2 × 0.85 + 2 × 0.95) ÷ 5 + 10"),
    # the growth that is asked for, the most that counts
    "fee_growth.to": ("1.08", "1.04", "40 × (2 × 1.1 + 2 × (2 + 0.9 + 1.2) ÷ 4 + 0.5) ÷ 5 + 43.75"),
    "new_premium_clients.cap": ("1.2", "1", "40 × (2 × (2 × 1 + 1 + 1.2) ÷ 4 + 2 × 0.775 + 0.5) ÷ 5 + 43.75"),
    # new premium clients: what is asked of those mined and of those newly won, and what each kind weighs
    "new_premium_mined.to": ("1", "2", "40 × (2 × (2 × 1.1 + 0.5 + 1.2) ÷ 4 + 2 × 0.775 + 0.5) ÷ 5 + 43.75"),
    "new_premium_won.to": ("1", "4", "40 × (2 × (2 × 1.1 + 1 + 0.5) ÷ 4 + 2 × 0.775 + 0.5) ÷ 5 + 43.75"),
    "new_premium_won.cap": ("1.2", "2", "40 × (2 × (2 × 1.1 + 1 + 2) ÷ 4 + 2 × 0.775 + 0.5) ÷ 5 + 43.75"),
    "premium_clients.of[1].weight": (
        "1",
        "5",
        "40 × (2 × (2 × 1.1 + 5 × 1 + 1.2) ÷ 8 + 2 × 0.775 + 0.5) ÷ 5 + 43.75",
    ),
    "financial.cap": ("null", "0.8", "40 × 0.8 + 43.75"),
    "reports_written.to": ("3", "6", "67.75 + 15 × (2 × 0.5 + 0) ÷ 3"),
}


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(HERE / "s5" / "01_plain.yaml")


@pytest.fixture(scope="module")
def panel(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    folder = tmp_path_factory.mktemp("plain")
    history = read_history(folder, read_mapping(written_history(case, folder)))
    return build_panel(history, Period.parse("2025"), Period.parse("2024"))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_of_ours_changes_the_score(setting: str, case: Case, panel: Panel, tmp_path: Path) -> None:
    """S5 (ours): one setting is changed, and the score is what the working by hand says."""
    was, becomes, working = SETTINGS[setting]
    changed = Case(case.file, case.written | {"changes": [{"at": setting, "from": was, "to": becomes}]})
    quarter = Period.parse("2025-Q1")
    found = computed(panel, read_scheme(write_scheme(changed, tmp_path)), (quarter,))

    assert agrees(calculate(working), found["m1", "2025-Q1", "score"])
    assert not agrees(calculate("77.75"), found["m1", "2025-Q1", "score"])


@pytest.mark.parametrize(
    ("missing", "deposits", "score"),
    [
        ("rescale", "not applicable", "40 × (2 × 1.1 + 2 × 0.775) ÷ 4 + 43.75"),
        ("zero", "0", "40 × (2 × 1.1 + 2 × 0.775) ÷ 5 + 43.75"),
        ("refuse", "absent", "absent"),
    ],
)
def test_what_a_gap_means_is_a_setting(missing: str, deposits: str, score: str, tmp_path: Path) -> None:
    """S5 (ours): of the same month that is not known the weight goes to others, it counts 0, or there is no score."""
    case = read_case(HERE / "s5" / "05_gap_month.yaml")
    if missing != "rescale":
        case.written["changes"] = [{"at": "deposits.missing", "from": "rescale", "to": missing}]
    history = read_history(tmp_path, read_mapping(written_history(case, tmp_path)))
    panel = build_panel(history, Period.parse("2025"), Period.parse("2024"))
    found = computed(panel, read_scheme(write_scheme(case, tmp_path)), (Period.parse("2025-Q1"),))
    books = read_books(case.rows(), declared(), "2025", "2024")
    literal = Balanced(books, case.written.get("changes", [])).score("m1", read_months("2025-Q1"))

    for item, expected in (("deposits", deposits), ("score", score)):
        assert agrees(exact(expected), found["m1", "2025-Q1", item]), item
        assert literal[item] == exact(expected), item
