"""The store: what is read back is what was written; a region reads only its own folder."""

import csv
import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from policymodel.errors import HistoryError
from policymodel.history.store import MANIFEST, guarded, is_store, read_store, slug, write_store
from policymodel.periods import Period


def equal(one, other) -> None:
    """Two histories are the same in every table, account and declaration."""
    assert set(one.tables) == set(other.tables)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name], obj=name)
    for name in ("findings", "counts", "quarantine"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
    for name in ("measures", "currency", "title", "notes"):
        assert getattr(one, name) == getattr(other, name)


@pytest.fixture
def history(bank):
    """The small bank with a few rows put aside, some of nobody's region."""
    bank.add(
        "activity.csv", "M1,2024-03,cards,x", "M9,2024-03,cards,1", "M3,2024-03,cards", "M2,2024-03,cards,5"
    )
    bank.add("client_income.csv", "C3,M3,2024-03,fee,CNY,")
    return bank.read()


def test_round_trip(history, tmp_path):
    """All regions together give the history that was written, row for row and in the same order."""
    folder = write_store(history, tmp_path / "store")

    assert is_store(folder)
    equal(read_store(folder), history)


def test_a_measure_that_was_kept_for_some_months_comes_back(history, tmp_path):
    """The run of months in which the source kept a measure is written and read again."""
    cards = replace(history.measures["cards"], observed=Period.parse("2024-03..2024-07"))
    kept = replace(history, measures={**history.measures, "cards": cards})

    found = read_store(write_store(kept, tmp_path / "store"))

    assert found.measures["cards"].observed == Period.parse("2024-03..2024-07")
    equal(found, kept)


def test_a_region_of_the_store_is_the_region_of_the_history(history, tmp_path):
    """Reading one region and filtering the whole agree, and the regions with "" give the whole back."""
    folder = write_store(history, tmp_path / "store")

    for region in history.regions:
        equal(read_store(folder, region), history.region(region))
    for name, frame in history.tables.items():
        assert sum(len(history.region(region).tables[name]) for region in history.regions) == len(frame)
    nowhere = history.region("")
    assert nowhere.findings["rule"].tolist() == ["unknown_manager", "fields"]
    assert nowhere.counts["quarantined"].sum() == 2


def test_a_mover_is_where_the_last_employed_day_of_the_month_is(history):
    """M2 moves from North to South on 16 February: February's figure is South's, January's North's."""
    north, south = (history.region(region).tables["activity"] for region in ("North", "South"))

    assert north.loc[north["manager_id"] == "M2", "actual"].tolist() == [1]
    assert south.loc[south["manager_id"] == "M2", "actual"].tolist() == [2, 5]
    income = history.region("South").tables["client_income"]
    assert income[["client_id", "manager_id"]].to_numpy().tolist() == [["C1", "M2"]]


def test_targets_go_with_their_unit(history):
    """A region's, an outlet's and a manager's target belong to the region of each."""
    assert history.region("North").tables["targets"]["unit_id"].tolist() == ["North", "N1", "N2"]
    assert history.region("South").tables["targets"]["unit_id"].tolist() == ["M3"]


def test_a_region_needs_only_its_own_folder(history, tmp_path):
    """With every other region's files gone a region still reads; the whole says what is missing."""
    folder = write_store(history, tmp_path / "store")
    for region in ("South", ""):
        shutil.rmtree(folder / slug(region))

    equal(read_store(folder, "North"), history.region("North"))
    with pytest.raises(HistoryError, match=r"activity\.parquet: it cannot be read"):
        read_store(folder)


def test_a_changed_file_is_noticed(history, tmp_path):
    """Another region's file in a region's place has another hash."""
    folder = write_store(history, tmp_path / "store")
    shutil.copy(folder / slug("North") / "activity.parquet", folder / slug("South") / "activity.parquet")

    with pytest.raises(HistoryError, match=f"{slug('South')}/activity.parquet: the file is not the one"):
        read_store(folder, "South")
    assert len(read_store(folder, "North").tables["activity"]) == 4


def test_a_store_of_another_version_is_refused(history, tmp_path):
    """A file without a column that is read today is named, and nothing is made up for it."""
    folder = write_store(history, tmp_path / "store")
    path = folder / slug("North") / "activity.parquet"
    pd.read_parquet(path).drop(columns="actual").to_parquet(path)

    with pytest.raises(HistoryError, match=r"activity\.parquet: it has no column actual: another version"):
        read_store(folder, "North", verify=False)


def test_an_unknown_region_is_refused(history, tmp_path):
    """With the name that was probably meant."""
    folder = write_store(history, tmp_path / "store")

    with pytest.raises(HistoryError, match="there is no region 'Nort'; did you mean 'North'"):
        read_store(folder, "Nort")


def test_a_store_replaces_a_store_and_nothing_else(history, tmp_path):
    """A folder with other things in it is left alone; nothing half-written stays behind."""
    folder = write_store(history, tmp_path / "store")
    write_store(history.region("North"), folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")

    assert read_store(folder).regions == ("North",)
    with pytest.raises(HistoryError, match="something else is here already"):
        write_store(history, other)
    assert (other / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []


def test_a_failure_leaves_the_old_store(history, tmp_path, monkeypatch):
    """When writing stops half-way, the store that was there is the store that is there."""
    folder = write_store(history, tmp_path / "store")

    def full(*_args, **_kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr("policymodel.history.store._write_quarantine", full)
    with pytest.raises(OSError, match="no space"):
        write_store(history.region("North"), folder)

    equal(read_store(folder), history)
    assert [each.name for each in tmp_path.iterdir() if "new" in each.name or "old" in each.name] == []


def test_no_store(tmp_path):
    """A folder without a manifest, or with another program's, is no store."""
    assert not is_store(tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps({"format": "something"}), encoding="utf-8")
    assert not is_store(tmp_path)
    with pytest.raises(HistoryError, match="this is no store of history"):
        read_store(tmp_path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("regions", "north"),
        ("regions", [5]),
        ("title", 5),
        ("measures", [{}]),
        ("files", []),
        ("currency", ["CNY"]),
    ],
)
def test_a_manifest_that_no_store_has_written_is_a_sentence(history, tmp_path, place, value):
    """Where it is odd, and no traceback."""
    folder = write_store(history, tmp_path / "store")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | {place: value}), encoding="utf-8")

    with pytest.raises(
        HistoryError, match=f"{place}.*is not what a store says of itself; write the store again"
    ):
        read_store(folder)


def test_a_manifest_too_deep_to_follow_is_no_store(tmp_path):
    """It is a folder like any other."""
    (tmp_path / MANIFEST).write_text("[" * 200_000, encoding="utf-8")

    assert not is_store(tmp_path)


def test_a_store_of_an_older_form_is_refused_and_may_be_replaced(history, tmp_path):
    """Reading says what to do; writing puts today's in its place."""
    folder = write_store(history, tmp_path / "store")
    manifest = folder / MANIFEST
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("history 3", "history 1"), encoding="utf-8"
    )

    with pytest.raises(
        HistoryError, match="'policymodel history 1' and can no longer be read; write it again"
    ):
        read_store(folder)
    equal(read_store(write_store(history, folder)), history)


def test_hostile_regions_have_safe_and_different_folders(bank, tmp_path):
    """Slashes, dots, cases, long and Chinese names stay inside the store, each in its own folder."""
    names = ["a/b", "a\\b", "A", "a", "北區", "南區", "con", "x" * 300, "=cmd()", "<script>", "..x"]
    for number, name in enumerate(names):
        bank.add("managers.csv", f"H{number},,{name},H{number},A,1,2024-01-01,")
    history = bank.read()

    folder = write_store(history, tmp_path / "store")

    assert len({slug(name).lower() for name in names}) == len(names)
    assert all(slug(name).isascii() and len(slug(name)) < 64 for name in names)
    for name in names:
        equal(read_store(folder, name), history.region(name))


def test_the_quarantine_file_cannot_run(bank, tmp_path):
    """A formula in a name or figure is text in every cell of quarantine.csv."""
    bank.add("activity.csv", "=cmd(),2024-03,=HYPERLINK(1),x", "@M1,2024-03,+1,x")
    folder = write_store(bank.read(), tmp_path / "store")

    with (folder / "quarantine.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["manager_id"] for row in rows] == ["'=cmd()", "'@M1"]
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row.values())
    assert guarded("-5") == "'-5"
