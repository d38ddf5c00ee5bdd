"""What a page shows of the linter's findings: levels in words, reasons, and no figure about too few people."""

from __future__ import annotations

import pytest

from policymodel.lint import Sample
from policymodel.report import linting
from policymodel.report.display import contents
from policymodel.words.page import Page
from report.invented import finding, findings, group_page, region_page


@pytest.fixture(scope="module")
def page() -> Page:
    return region_page()


def sample(people: int, hit: int) -> Sample:
    return Sample(people, 4 * people, hit, 3 * hit, "2025-Q1", "2025-Q4")


def evidence(page: Page, size: Sample, private: bool = False) -> str:
    """What stands on the page about one finding, in English."""
    linted = {"published": (finding("cap_below_median", "card.cap", size, private=private),)}
    (_, entries) = (each for each in linting.evidence(page, linted))
    return contents([entries], "en")[0]["entries"][0]


def test_levels_are_words_with_a_mark(page):
    """Without colour; notes stand apart, what is accepted stays with its reason."""
    schemes = dict.fromkeys(page.designs, (None, None))
    table = linting.found(page, findings(page), schemes).written("en")
    cells = [
        (row["head"], row["cells"][0]["text"].replace("\N{NO-BREAK SPACE}", " "))
        for row in table["rows"]
        if row["cells"]
    ]

    assert [level for _, level in cells[:3]] == ["▲▲ error", "▲ warning", "✓ accepted"]
    assert cells[2][0].endswith("Accepted (HR 2025-01-07), because it is new.")
    notes = linting.notes(page, findings(page), schemes).written("en")
    assert [row["cells"][0]["text"][0] for row in notes["rows"] if row["cells"]] == ["·", "·"]


def test_shares_of_enough_people_are_shown(page):
    told = evidence(page, sample(people=60, hit=30))

    assert "cases in which it binds: 38%; median without the cap: 1.25." in told


@pytest.mark.parametrize("hit", [1, 9, 51, 59])
def test_what_is_about_too_few_is_withheld(page, hit):
    """Nine who are hit, or nine who are not: neither the share nor a figure of theirs."""
    told = evidence(page, sample(people=60, hit=hit))

    assert "cases in which it binds: withheld." in told
    assert "median without" not in told


@pytest.mark.parametrize("hit", [0, 60])
def test_nobody_and_everybody_are_told(page, hit):
    assert (
        "withheld"
        not in evidence(page, sample(people=60, hit=hit)).partition("cases in which")[2].partition(".")[0]
    )


def test_a_figure_of_one_person_is_not_shown(page):
    assert "median without" not in evidence(page, sample(people=60, hit=30), private=True)


def test_a_sample_too_near_to_another_count_is_withheld(page):
    """58 beside 60 would say that two are without."""
    shown = int(page.table("people")["people"].max())

    assert "People: withheld" in evidence(page, sample(people=shown - 2, hit=30))
    assert f"People: {shown}" in evidence(page, sample(people=shown, hit=30))


def test_the_group_says_in_which_regions_a_finding_is_made():
    """One warning more in the north; what is found in both regions counts once."""
    page = group_page()
    schemes = dict.fromkeys(page.designs, (None, None))
    rows = linting.in_regions(page, schemes, ["north", "south"]).written("en")["rows"]
    told = [[cell["text"].replace("\N{NO-BREAK SPACE}", " ") for cell in row["cells"]] for row in rows]

    assert [each.render("en") for each in linting.group_summaries(page)] == [
        "As published: Errors: 1, warnings: 1, notes: 1; accepted: 1.",
        "Proposal: Errors: 1, warnings: 2, notes: 1; accepted: 1.",
    ]
    assert [(each[0], each[2]) for each in told if each] == [
        ("▲▲ error", "All regions"),
        ("▲ warning", "All regions"),
        ("✓ accepted", "All regions"),
        ("▲▲ error", "All regions"),
        ("▲ warning", "All regions"),
        ("▲ warning", "north"),
        ("✓ accepted", "All regions"),
    ]


def test_two_regions_of_three_are_named():
    page = group_page()
    rows = linting.in_regions(page, dict.fromkeys(page.designs, (None, None)), ["east", "north", "south"])

    assert rows.written("en")["rows"][1]["cells"][2]["text"] == "north and south"
