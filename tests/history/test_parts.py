"""A history in parts, a folder for each region: read part by part it is the store that reading it whole makes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.errors import HistoryError, InputError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import parts_of, read_history
from policymodel.history.store import read_store, slug, write_store, write_store_of
from policymodel.history.synthetic import FIGURES, write_bank

ROOT = Path(__file__).resolve().parents[2]
MAPPING = read_mapping(ROOT / "params" / "mappings" / "bank.yaml")


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def same(frame: pd.DataFrame) -> list[str]:
    """The rows of a table in some order, without the place they come from."""
    told = frame.drop(columns=["source_file", "source_row"], errors="ignore")
    return sorted(told.to_csv(index=False).splitlines())


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    """The same bank in one folder and apart, a region of which has rows that are put aside and strangers."""
    folder = tmp_path_factory.mktemp("parts")
    write_bank(folder / "one", Draws(3), managers=24, regions=2)
    write_bank(folder / "apart", Draws(3), managers=24, regions=2, apart=True)
    events = folder / "apart" / "east" / "events.csv"
    rows = events.read_text(encoding="utf-8").splitlines()
    number, manager, rest = rows[1].split(",", 2)
    strange = [
        f"9{number},nobody,{rest}",
        rows[1].replace(manager, "0109999"),
        rows[2].replace(",20", ",30", 1),
    ]
    events.write_text("\n".join([*rows, *strange]) + "\n", encoding="utf-8")
    return folder


def test_apart_are_the_same_rows(banks):
    """The files of the regions, one below the other, are the one file of the bank."""
    for name in ("managers.csv", "client_forecasts.csv", "reviews.csv"):
        head, *whole = (banks / "one" / name).read_text(encoding="utf-8").splitlines()
        parts = [
            (banks / "apart" / region / name).read_text(encoding="utf-8").splitlines()
            for region in ("north", "east")
        ]

        assert [part[0] for part in parts] == [head, head]
        assert [line for part in parts for line in part[1:]] == whole
    assert sorted(each.name for each in (banks / "apart").iterdir()) == [
        "calendar.csv", "east", "fx.csv", "north", "truth",
    ]  # fmt: skip


def test_part_by_part_is_the_store_of_the_whole(banks):
    """Every region's tables byte for byte, rows put aside and strangers too.

    Rows that rules make are numbered in each part anew; they are the same but for that.
    """
    apart = banks / "apart"
    assert parts_of(apart, MAPPING) == ("east", "north")
    assert parts_of(banks / "one", MAPPING) == ()
    whole = read_history(apart, MAPPING)
    write_store(whole, banks / "whole_store")
    write_store_of(
        ((part, read_history(apart, MAPPING, part)) for part in parts_of(apart, MAPPING)), banks / "store"
    )

    one, other = hashes(banks / "whole_store"), hashes(banks / "store")
    assert len(whole.quarantine) >= 2
    assert one.keys() == other.keys()
    different = {Path(name).name for name in one if one[name] != other[name]}
    assert different == {"activity.parquet", "counts.parquet", "manifest.json", "transaction_figures.parquet"}
    manifest = json.loads((banks / "store" / "manifest.json").read_text(encoding="utf-8"))
    assert [part["region"] for part in manifest["regions"]] == ["", "east", "north"]
    assert read_store(banks / "store" / slug("north")).regions == ("north",)
    back = read_store(banks / "store")
    for name, table in whole.tables.items():
        assert same(back.tables[name]) == same(table)
    assert same(back.counts.drop(columns="file")) == same(whole.counts.drop(columns="file"))
    pd.testing.assert_frame_equal(back.findings, whole.findings)


def test_a_person_or_region_in_two_parts_is_refused(banks, tmp_path):
    """Their rows were never looked at together."""
    north = read_history(banks / "apart", MAPPING, "north")

    with pytest.raises(HistoryError, match="stands in the part a and in the part b"):
        write_store_of([("a", north), ("b", north)], tmp_path / "store")

    assert list(tmp_path.iterdir()) == []


def test_a_part_without_a_file_is_named(banks, tmp_path):
    """Not read as a region in which nothing happened."""
    shutil.copytree(banks / "apart", tmp_path / "bank")
    (tmp_path / "bank" / "east" / "events.csv").unlink()

    with pytest.raises(HistoryError, match=r"events: there is no file 'events\.csv' in east"):
        read_history(tmp_path / "bank", MAPPING)


def test_tables_that_are_asked_for(tmp_path):
    """Each is what it is in the whole bank; an unknown one is refused, and one that no history is without."""
    write_bank(tmp_path / "all", Draws(3), managers=20, regions=2)
    bank = write_bank(tmp_path / "some", Draws(3), managers=20, regions=2, tables=FIGURES)

    some = hashes(tmp_path / "some")
    assert some == {name: digest for name, digest in hashes(tmp_path / "all").items() if name in some}
    assert tuple(bank.rows) == FIGURES
    with pytest.raises(InputError) as refused:
        write_bank(
            tmp_path / "none", Draws(3), managers=20, regions=2, tables=["managers", "outlets", "event"]
        )
    assert [str(each) for each in refused.value.problems] == [
        "tables: there is no table 'event'; did you mean 'events'?",
        "tables: there is no history without activity",
    ]


def test_the_command_makes_the_store_and_says_what_it_put_aside(banks, tmp_path, capsys):
    """Exit code 1, because rows of one region were put aside; of the tables that are not asked for nothing is read."""
    words = ["store", str(banks / "apart"), "--mapping", str(ROOT / "params" / "mappings" / "bank.yaml")]

    assert main([*words, "--out", str(tmp_path / "store")]) == 1

    assert re.match(
        r"2 regions in 2 parts: [\d,]+ rows in, [\d,]+ accepted, 3 quarantined", capsys.readouterr().out
    )
    assert hashes(tmp_path / "store") == hashes(banks / "store")
    few = read_store(tmp_path / "store", tables=("managers",))
    assert few.regions == ("east", "north")
    assert {name for name, table in few.tables.items() if len(table)} == {"managers"}
    assert len(few.findings) == 3
