"""The ground of an expression: peers, leaders, categories, and the cuts of time, by hand."""

from datetime import date

import pytest

from policymodel.errors import DataGap
from policymodel.panel import Ground, build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from small_bank import activity, bank, managers

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS, MONTHS = YEAR.split(3), YEAR.split(1)


def ground(people, periods=QUARTERS, year=YEAR, **tables):
    """A panel of some people and its periods."""
    before = Period(year.first - 12, year.last - 12)
    return Ground(build_panel(bank(managers=people, **tables), year, before), periods)


TEAM = managers(
    ("M1", "O1", "2024-01-01", None, "A", 1.0),
    ("M2", "O1", "2024-01-01", "2025-05-09"),
    ("M2", "O3", "2025-05-10", None, "A", 1.0),
    ("M3", "O2", "2025-04-01", None),
    ("M4", "O3", "2024-01-01", "2025-02-28"),
    regions={"O1": "North", "O2": "North", "O3": "South"},
    leaders={"M2": "M1", "M3": "M2", "M4": "M9"},
)


def test_peers_are_those_of_the_same_place_at_the_period_s_end():
    """M2 moves from O1 in the North to O3 in the South in May; M3 comes in April, M4 leaves in February."""
    here = ground(TEAM, QUARTERS[:2])

    assert here.peers("outlet").tolist() == [[0, 0, -1, 2], [0, 2, 1, -1]]
    assert here.peers("region").tolist() == [[0, 0, -1, 1], [0, 1, 0, -1]]
    assert here.peers("group").tolist() == [[0, 0, -1, 0], [0, 0, 0, -1]]


def test_categories_are_those_of_the_period_s_end():
    """M2 is promoted with the move; nobody has a grade before they come or after they have left."""
    here = ground(TEAM, QUARTERS[:2])

    assert here.category("grade", "period").tolist() == [["A", "B", "", "B"], ["A", "A", "B", ""]]
    assert here.category("outlet", "period").tolist() == [["O1", "O1", "", "O3"], ["O1", "O3", "O2", ""]]
    assert here.category("region", "period")[1].tolist() == ["North", "South", "North", ""]


@pytest.mark.parametrize(
    ("name", "axis", "sentence"),
    [
        ("grad", "period", "there is no category 'grad' of a person; did you mean 'grade'?"),
        ("product", "period", "there is no category 'product' of a person; write grade, region or outlet"),
        ("colour", "transaction", "of a transaction; write grade, region, outlet or product"),
    ],
)
def test_an_unknown_category_is_named(name, axis, sentence):
    """With what was probably meant."""
    with pytest.raises(DataGap) as refusal:
        ground(TEAM).category(name, axis)
    assert sentence in str(refusal.value)


def test_leaders_are_those_of_the_period_s_end():
    """M4's leader is not here; M3 and M4 have one only while they are employed."""
    assert ground(TEAM, QUARTERS[:2]).leaders().tolist() == [[-1, 0, -1, -1], [-1, 0, 1, -1]]


@pytest.mark.parametrize(
    ("leaders", "names"),
    [
        ({"M1": "M2", "M2": "M1"}, "M1 → M2 → M1"),
        ({"M3": "M3"}, "M3 → M3"),
        ({"M1": "M2", "M2": "M3", "M3": "M2"}, "M2 → M3 → M2"),
    ],
)
def test_people_who_lead_one_another_are_named(leaders, names):
    """A circle has no top, so nobody's team could be added up."""
    people = managers(*[(f"M{n}", "O1", "2024-01-01", None) for n in (1, 2, 3)], leaders=leaders)

    with pytest.raises(DataGap) as refusal:
        ground(people).leaders()
    said = str(refusal.value)
    turned = {names, *(f"{b} → {a} → {b}" for a, b in [names.split(" → ")[:2]])}
    assert any(f"these lead one another in 2025-Q1: {each}; let one of them" in said for each in turned)


def test_a_long_line_of_leaders_is_no_circle():
    """Nine people, each reporting to the one before."""
    people = managers(
        *[(f"M{n}", "O1", "2024-01-01", None) for n in range(1, 10)],
        leaders={f"M{n}": f"M{n - 1}" for n in range(2, 10)},
    )

    assert ground(people, QUARTERS[:1]).leaders().tolist() == [[-1, 0, 1, 2, 3, 4, 5, 6, 7]]


def opened(here, within):
    """The labels of the periods that open."""
    return [period.label for period, opens in zip(here.periods, here.opens(within), strict=True) if opens]


def test_what_opens_a_quarter_a_half_year_and_a_year():
    """The first period always, then each that begins a new run of months."""
    here = ground(TEAM, MONTHS)

    assert opened(here, "quarter") == ["2025-01", "2025-04", "2025-07", "2025-10"]
    assert opened(here, "half_year") == ["2025-01", "2025-07"]
    assert opened(here, "year") == opened(here, None) == ["2025-01"]
    assert opened(ground(TEAM, MONTHS[4:8]), "quarter") == ["2025-05", "2025-07"]
    assert opened(ground(TEAM, YEAR.split(6)), "quarter") == ["2025-01..2025-06", "2025-07..2025-12"]


def test_a_plan_year_of_its_own_has_its_own_quarters():
    """From February on a quarter opens in February, May, August and November."""
    year = Period.parse("2025-02..2026-01")

    assert opened(ground(TEAM, year.split(1), year), "quarter") == [
        "2025-02",
        "2025-05",
        "2025-08",
        "2025-11",
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [1, 1, 1, 1]),
        (date(2025, 2, 1), None, [59 / 90, 1, 1, 1]),
        (None, date(2025, 4, 1), [1, 1 / 91, 0, 0]),
        (date(2025, 3, 31), date(2025, 7, 1), [1 / 90, 1, 1 / 92, 0]),
        (date(2026, 1, 1), None, [0, 0, 0, 0]),
    ],
)
def test_the_share_of_a_period_s_days_between_two_dates(first, last, expected):
    """Both dates are inside; an open end reaches as far as there are periods."""
    assert ground(TEAM).days(first, last).tolist() == pytest.approx(expected)


def test_other_columns_are_the_panel_s():
    """Cards of the second quarter."""
    here = ground(TEAM, QUARTERS[:2], activity=activity(("M1", "2025-05", "debit_cards", 3)))

    assert here.column(Column("debit_cards")).number[:, 0].tolist() == [0, 3]
