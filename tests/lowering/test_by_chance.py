"""Plans of many designs give what the interpreter gives for each of them."""

import pytest

from lowering.designs import by_chance, panel_of


def test_designs_by_chance_come_to_the_same(tmp_path):
    """Every line, score and pay of a few schemes, each with some numbers changed, statuses and cents too."""
    panel = panel_of(1, people=4)
    found = [by_chance(seed, panel, tmp_path, count=3) for seed in (3, 10, 17, 24, 31)]

    assert [each for one in found if one is not None for each in one] == []
    assert len([one for one in found if one is not None]) >= 4


def test_where_everything_is_measured_designs_come_to_the_same(tmp_path):
    """Then tiles are runs of array operations on fixed places."""
    panel = panel_of(2, people=4)
    found = [by_chance(seed, panel, tmp_path, count=3, filled=True) for seed in (5, 10, 13)]

    assert [each for one in found if one is not None for each in one] == []
    assert len([one for one in found if one is not None]) >= 2


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("first", range(0, 400, 40))
def test_many_designs_by_chance_come_to_the_same(first, filled, tmp_path):
    panel = panel_of(first, people=8)
    found = [by_chance(seed, panel, tmp_path, 6, filled) for seed in range(first, first + 40)]

    assert [each for one in found if one is not None for each in one] == []
    assert len([one for one in found if one is not None]) >= 30
