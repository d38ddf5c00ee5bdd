"""Pages for other readers: whom they hold, in which order, and whether they keep what they promise."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from policymodel.disclosure.pseudonyms import new_key, pseudonyms, read_key
from policymodel.draws import Draws
from policymodel.errors import RunFileError
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.report import balanced, distribution
from policymodel.report.feedback import discretion_of, write_sheets
from policymodel.report.group import open_group
from policymodel.report.persons import people
from policymodel.report.runfile import read_run_file
from policymodel.report.session import open_session
from policymodel.report.sheets import Feedback, change_words, sheet
from policymodel.scheme.reading import read_scheme
from policymodel.tables import Table
from policymodel.words.cover import cover
from policymodel.words.numbers import Money
from policymodel.words.sentences import render
from report.test_session import RUN
from words.untied import untied

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editions")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    key = new_key(folder / "private" / "pseudonyms.key")
    session = open_session("north", RUN, str(folder / "bank"), str(folder / "north" / "results"))
    return session, str(key), folder


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
    written = {path.name: path.read_text("utf-8") for path in (folder / "sheets").rglob("*.html")}
    at_work = session.panel.employed(session.periods)

    assert len(written) == at_work.sum() * 3
    for place, person in enumerate(ids):
        for period in (each for each, here in zip(session.periods, at_work[:, place], strict=True) if here):
            text = written[f"{named[person]}.{period.label}.en.html"]
            assert [each for each in ids if each in text] == [person]


def of(session, period="2025-Q4"):
    return Feedback.of(session, Period.parse(period), discretion_of(session))


def test_a_sheet_answers_its_reader(made):
    """S1.3: how much more or less each other design would have paid and scored in the period."""
    session, *_ = made
    person = str(session.panel.managers[0])
    totals = {
        design: payments.totals().set_index(["manager_id", "period"]).loc[(person, "2025-Q4"), "amount_minor"]
        for design, payments in session.payments.items()
    }
    more = totals["proposal"] - totals["published"]
    head = next(sheet(of(session), person))
    said = [untied(each.text, "en") for each in head.answers if "would" in each.text.render("en")]

    assert more != 0
    assert untied(Money(abs(more), "CNY"), "en") in said[0]
    assert f"{'more' if more > 0 else 'less'} than “As published”" in said[0]
    assert "would have scored you" in said[1]
    assert [render(each.unit, "zh-Hant") for each in head.tiles] == [
        "元",
        "元",
        "分",
        "分",
    ]
    assert "各方案下得分與薪酬多少" in render(head.question, "zh-Hant")


def test_a_line_of_a_sheet_stands_below_the_line_it_is_part_of(made):
    """Indicators, bonus points and deductions add up to the total; the rest is inside them."""
    session, *_ = made
    person = str(session.panel.managers[0])
    card = next(
        each
        for each in sheet(of(session), person)
        if isinstance(each, Table) and "Score" in render(each.caption, "en")
    )
    rows = [row for row in card.rows if row.role == "plain"]
    total = next(row for row in card.rows if row.role == "total")

    assert {row.depth for row in rows} == {0, 1, 2}
    for period, cell in enumerate(total.cells):
        assert sum(row.cells[period].value for row in rows if row.depth == 0) == pytest.approx(
            cell.value, abs=0.01
        )


@pytest.mark.parametrize(
    ("before", "after", "currency", "expected"),
    [
        (1000, 1100, "CNY", "“New” would have paid you CNY 100 (10.0%) more than “Old”."),
        (1000, 900, "CNY", "“New” would have paid you CNY 100 (10.0%) less than “Old”."),
        (0, 900, "CNY", "“New” would have paid you CNY 900 (–) more than “Old”."),
        (5, 5, "CNY", "“New” would have paid you the same as “Old”."),
        (80, 80.5, "", "“New” would have scored you 0.50 points higher than “Old”."),
        (80, 79, "", "“New” would have scored you 1.00 points lower than “Old”."),
        (80, 80, "", "“New” would have scored you as “Old” does."),
        (
            80,
            math.nan,
            "",
            "It cannot be said what “New” would have changed: a figure could not be computed.",
        ),
    ],
)
def test_the_change_in_words(before, after, currency, expected):
    assert (
        untied(change_words(before, after, currency, {"design": "New", "baseline": "Old"}), "en") == expected
    )


def test_gains_and_losses_are_withheld_in_a_small_region(made):
    """Of twelve people no two directions can have ten each: what is shown is nobody, or at least ten."""
    session, *_ = made
    counts = [row.cells[0] for row in distribution.directions(session.page).rows if row.cells]

    assert all(getattr(cell, "value", 0) == 0 or cell.value >= 10 for cell in counts)


def test_rules_name_what_they_count_in_the_readers_language(made):
    """No code of a measure, a setting, an event or a channel stands in the table; ten points are ten points."""
    session, *_ = made
    rows = {row["head"]: row["cells"][1]["text"] for row in _written(session, "zh-Hant")}
    english = {row["head"]: row["cells"][1]["text"] for row in _written(session, "en")}

    assert rows["2.1.1 存款淨增"].startswith("完成任務得 15 分，其餘按完成率比例計分。")
    assert rows["2.3.1 經核實的 95588 投訴"].startswith(
        "季內每件經核實的客戶投訴扣 5 分。只計入經由下列渠道者：95588 熱線。"
    )
    said = [re.sub("[「“][a-z_]+[」”]", "", text) for text in (*rows.values(), *english.values())]
    assert not any("_" in text for text in said)
    assert "Together they give at most 10 points." in english["2.2 Bonus points"]


def test_a_balanced_scorecard_is_told_down_to_its_measures_with_its_map(made):
    """S5 (ours): perspectives, objectives and measures each have a row, and the map is drawn."""
    session, *_ = made
    card = read_scheme(read_run_file(RUN).file.parents[1] / "schemes" / "s5_scorecard.yaml")
    table = distribution.rules(session.page, {"published": (card, None)}, {}).written("en")
    heads = " ".join(row["head"] for row in table["rows"])
    lines = [*card.figures, *card.card.lines[0].lines]

    assert table["prose"]
    assert [each.id for each in lines if each.title.within("en") not in heads] == []
    assert [row["head"] for row in table["rows"] if row["role"] == "heading"][1:] == [
        "Figures",
        "Scorecard",
        "Cause and effect",
    ]
    assert len(list(balanced.cause_and_effect(session.page, {"published": (card, None)}))) == 1
    assert list(balanced.cause_and_effect(session.page, session.schemes)) == []


def _written(session, language):
    table = distribution.rules(session.page, session.schemes, session.plans).written(language)
    return [row for row in table["rows"] if row["cells"]]


def test_the_data_used_are_named(made):
    """Measures by their titles, income lines in words, and the promise with its number."""
    session, *_ = made
    said = [
        each.render("en") for each in distribution.data_used(session.page, session.schemes, session.plans)
    ]

    assert "Read for every manager who is under no other plan: Net new deposits." in said
    assert "Read for every manager who is under no other plan: fee income of the manager's clients." in said
    assert "Read for managers under “Separate-book plan”: Duty mark." in said
    assert not any("_" in each for each in said)
    assert any("fewer than 10 people" in each for each in said)


def test_the_works_council_has_the_group_as_the_leadership_has_it(made):
    """Its page is made of the very tables of the leadership's, and shows every region's spread beside the others'."""
    _, _, folder = made
    open_session("east", RUN, str(folder / "bank"), str(folder / "east" / "results"))
    leaderships = str(folder / "group" / "results")
    first = open_group(RUN, leaderships)
    other = folder / "editions" / "works_council" / "group" / "results"
    group = open_group(RUN, str(other), edition="works_council", pooled_dir=leaderships)

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
