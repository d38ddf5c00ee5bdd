"""Pages for other readers: whom they hold, in which order, and whether they keep what they promise."""

from __future__ import annotations

import pandas as pd
import pytest

from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key
from policymodel.draws import Draws
from policymodel.errors import RunFileError
from policymodel.history.synthetic import write_bank
from policymodel.report import distribution
from policymodel.report.group import open_group
from policymodel.report.persons import people
from policymodel.report.runfile import read_run_file
from policymodel.report.session import open_session
from policymodel.report.sheets import write_sheets
from policymodel.words.cover import cover
from report.test_session import RUN

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editions")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    key = new_key(folder / "private" / "pseudonyms.key")
    return open_session("north", RUN, str(folder / "bank")), str(key), folder


def test_the_key_is_for_this_user_alone_and_stays(made):
    _, key, folder = made
    first = read_key(key)

    assert (folder / "private").stat().st_mode & 0o077 == 0
    assert read_key(new_key(folder / "private" / "pseudonyms.key")) == first


def test_people_stand_under_pseudonyms_in_their_order(made):
    """Twelve people, none by id, each with the pay that was worked out for them."""
    session, key, _ = made
    table = people(session, key)
    named = pseudonyms((str(each) for each in session.panel.managers), read_key(key))
    heads = [row.head for row in table.rows]
    totals = session.payments["published"].totals().groupby("manager_id")["amount_minor"].sum()

    assert heads == sorted(named[each] for each in totals.index)
    assert {row.head: row.cells[0].value for row in table.rows} == {
        named[each]: amount / 100 for each, amount in totals.items()
    }


def test_a_sheet_holds_one_person(made):
    """In each of the three languages, and no id of anybody else."""
    session, key, folder = made
    write_sheets(session, key, str(folder / "sheets"))
    ids = [str(each) for each in session.panel.managers]
    named = pseudonyms(ids, read_key(key))
    written = {path.name: path.read_text("utf-8") for path in (folder / "sheets").iterdir()}

    assert len(written) == 12 * 3
    for person, name in named.items():
        assert [each for each in ids if each in written[f"{name}.en.html"]] == [person]


def test_gains_and_losses_are_withheld_in_a_small_region(made):
    """Of twelve people no two directions can have ten each: what is shown is nobody, or at least ten."""
    session, *_ = made
    counts = [row.cells[0] for row in distribution.directions(session.page).rows if row.cells]

    assert all(getattr(cell, "value", 0) == 0 or cell.value >= 10 for cell in counts)


def test_rules_name_what_they_count_in_the_readers_language(made):
    """No code of a measure, an event or a setting stands in the table; ten points are ten points."""
    session, *_ = made
    rows = {row["head"]: row["cells"][1]["text"] for row in _written(session, "zh-Hant")}
    english = {row["head"]: row["cells"][1]["text"] for row in _written(session, "en")}

    assert rows["存款淨增"].startswith("指標存款淨增；分 15")
    assert rows["經核實的 95588 投訴"] == "事件經核實的 95588 投訴；每項分值 5"
    assert not any("_" in text for text in (*rows.values(), *english.values()))
    assert english["Bonus points"] == "cap 10"


def _written(session, language):
    table = distribution.rules(session.page, session.schemes).written(language)
    return [row for row in table["rows"] if row["cells"]]


def test_the_data_used_are_named(made):
    """Measures by their titles, income lines in words, and the promise with its number."""
    session, *_ = made
    said = [each.render("en") for each in distribution.data_used(session.page, session.schemes)]

    assert "Read for every manager: Net new deposits." in said
    assert "Read for every manager: fee income of the manager's clients." in said
    assert not any("_" in each for each in said)
    assert any("fewer than 10 people" in each for each in said)


def test_the_works_council_has_the_group_as_the_leadership_has_it(made, tmp_path):
    """Its page is made of the very tables of the leadership's, and shows every region's spread beside the others'."""
    _, _, folder = made
    for region in ("east", "north"):
        open_session(region, RUN, str(folder / "bank"), str(tmp_path / region / "results"))
    first = open_group(RUN, str(tmp_path / "group" / "results"))
    other = tmp_path / "editions" / "works_council" / "group" / "results"
    group = open_group(
        RUN, str(other), edition="works_council", pooled_dir=str(tmp_path / "group" / "results")
    )

    for name, table in first.results.items():
        pd.testing.assert_frame_equal(group.results[name], table)
    assert "for the works council" in cover(group.page).scope.render("en")
    assert [row.head for row in distribution.spread(group.page).rows if row.role != "heading"][:2] == [
        group.page.name("region", region) for region in ("east", "north")
    ]
    assert distribution.directions(group.page).rows


def test_editions_without_the_leaderships_are_refused(tmp_path):
    source = read_run_file(RUN).file
    text = source.read_text("utf-8").replace("../", f"{source.parents[1].as_posix()}/")
    path = tmp_path / "run.yaml"
    path.write_text(text.replace("regions: all", "editions: [manager]\nregions: all"), encoding="utf-8")

    with pytest.raises(RunFileError, match="editions: names an edition twice, or not leadership"):
        read_run_file(path)
