"""Winners and losers over many futures, counted by hand."""

from __future__ import annotations

from policymodel.simulate.moved import moved
from simulate.planted import people


def counted(rows, view: str) -> dict[str, int]:
    found = moved(people(*rows), "old", 0.01)
    return found[found["view"] == view].set_index("side")["people"].to_dict()


def both(*others: tuple[int, int, int, int]) -> list[tuple[object, ...]]:
    """Somebody with 10,000 under the baseline for each (loses, gains, change, change in bad years) of the other."""
    rows: list[tuple[object, ...]] = []
    for at, (loses, gains, change, bad) in enumerate(others):
        rows.append(("north", "old", f"m{at}", 10_000, 0, 0, 0, 0))
        rows.append(("north", "new", f"m{at}", 10_000 + change, loses, gains, change, bad))
    return rows


def test_by_chance_four_of_five_draws_are_likely():
    """80 and 79 of 100 draws lost; 80 gained; 85 neither; 50 and 50."""
    rows = both((80, 0, 0, 0), (79, 21, 0, 0), (0, 80, 0, 0), (5, 10, 0, 0), (50, 50, 0, 0))

    assert counted(rows, "chance") == {
        "likely_loses": 1,
        "undecided": 2,
        "likely_same": 1,
        "likely_gains": 1,
    }


def test_in_expectation_a_change_of_one_per_cent_is_none():
    """Of 10,000: 100 is the edge, 101 beyond it."""
    rows = both((0, 0, -101, 0), (0, 0, -100, 0), (0, 0, 100, 0), (0, 0, 101, 0))

    assert counted(rows, "expected") == {"loses": 1, "same": 2, "gains": 1}


def test_bad_years_are_counted_apart():
    """Somebody gains on the whole and loses when the year is bad."""
    rows = both((30, 70, 500, -300), (0, 100, 500, 400))

    assert counted(rows, "expected") == {"loses": 0, "same": 0, "gains": 2}
    assert counted(rows, "bad") == {"loses": 1, "same": 0, "gains": 1}


def test_whoever_has_no_pay_before_is_moved_by_any_change():
    rows = [("north", "old", "m", 0, 0, 0, 0, 0), ("north", "new", "m", 1, 0, 100, 1, 0)]

    assert counted(rows, "expected")["gains"] == 1


def test_everybody_stands_on_one_side_of_every_view():
    rows = both(*[(at, 100 - at, 500 - 10 * at, 0) for at in range(0, 101, 7)])
    found = moved(people(*rows), "old", 0.01)

    assert found.groupby("view")["people"].sum().to_dict() == dict.fromkeys(("chance", "expected", "bad"), 15)


def test_without_bad_years_nothing_is_said_of_them():
    found = moved(people(*both((1, 1, 1, 1)), bad=0), "old", 0.01)

    assert set(found["view"]) == {"chance", "expected"}
