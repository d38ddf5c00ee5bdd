"""The bank's working days (S4.0): read strictly, the same for every region, and no row is guessed."""

import pytest

from policymodel.history.store import MANIFEST, read_store, write_store

ROWS = (
    "date,working\n2024-01-01,no\n2024-01-02,yes\n2024-01-03,是\n2024-01-04,\n2024-01-05,perhaps\n"
    "2024-01-02,no\n2024-01-06,no\n2024-01-06,no\n"
)


@pytest.fixture
def calendar(bank):
    """The history of the small bank with a calendar."""
    bank.write("calendar.csv", ROWS)
    bank.map("measures:\n", "  calendar: {file: calendar.csv}\nmeasures:\n")
    return bank.read()


def days(history):
    frame = history.tables["calendar"]
    return {
        str(day.date()): bool(working) for day, working in zip(frame["date"], frame["working"], strict=True)
    }


def test_a_day_is_worked_on_or_not_and_what_is_unclear_is_put_aside(calendar):
    """A blank, a word that is neither, and a day of which two rows differ are no days off."""
    assert days(calendar) == {"2024-01-01": False, "2024-01-03": True, "2024-01-06": False}
    mine = calendar.findings[calendar.findings["table"] == "calendar"]
    assert sorted(mine["rule"]) == ["bad_word", "blank", "duplicate_key", "duplicate_key", "duplicate_row"]


def test_every_region_has_the_whole_calendar(calendar, tmp_path):
    folder = write_store(calendar, tmp_path / "store")

    assert days(read_store(folder)) == days(read_store(folder, "South")) == days(calendar)
    assert days(calendar.region("North")) == days(calendar)
    assert (folder / MANIFEST).is_file()
