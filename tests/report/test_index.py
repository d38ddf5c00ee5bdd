"""The index names every page and every failure, and believes nothing that came from data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policymodel.report.index import Also, Contents, Entry, Sums, index_html
from policymodel.report.runfile import RunFile, read_run_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run() -> RunFile:
    return read_run_file(ROOT / "params" / "runs" / "demo.yaml")


def test_every_page_is_linked_in_every_language(run):
    """Two regions and the group in three languages: nine links in each of the three parts."""
    html = index_html(Contents(run, [Entry("north", "north"), Entry("east", "east")], Entry("", "group")))

    links = re.findall(r'href="([^"#]+)"', html)
    assert sorted(set(links)) == sorted(
        f"{folder}/report.{language}.html"
        for folder in ("east", "group", "north")
        for language in ("en", "zh-Hant", "zh-Hans")
    )
    assert len(links) == 27


def test_a_failure_has_its_reason_and_no_link(run):
    """A reader learns which region is missing and why, and cannot open half a page."""
    html = index_html(Contents(run, [Entry("north", "north", "activity: 31 rows")], None))

    assert "activity: 31 rows" in html
    assert "north/report" not in html


def test_names_and_reasons_are_escaped(run):
    """A region may be called anything."""
    name = '<script>alert("1")</script>'

    html = index_html(Contents(run, [Entry(name, "r-1", name), Entry(name, 'a"b#c')], None))

    assert "<script" not in html
    assert 'href="a%22b%23c/report.en.html"' in html


def test_the_index_asks_nothing_of_a_network(run):
    """It is sent by mail and opened from a disk."""
    html = index_html(Contents(run, [Entry("north", "north")], None))

    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert not re.search(r'(src|href)="(https?:)?//', html)
    assert "url(" not in html


EDITIONS = [
    Entry("", "editions/works_council/group", edition="works_council"),
    Entry("north", "editions/works_council/north", edition="works_council"),
    Entry("north", "editions/regional_hr/north", "activity: 31 rows", edition="regional_hr"),
    Entry("north", "editions/manager/north", edition="manager"),
]


def test_every_edition_stands_with_its_readers(run):
    """Whoever hands pages out finds each, and is told who may have it and not to send the index."""
    html = index_html(Contents(run, [Entry("north", "north")], Entry("", "group"), EDITIONS))
    english = html.partition('<div lang="zh-Hant"')[0]
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", english)

    assert headings == [
        "All regions together · for the leadership",
        "Regions · for the leadership",
        "For the works council",
        "For HR of each region: single persons, only for that region&#39;s HR",
        "For each account manager: a sheet a person, only for that person",
        "About this run",
    ]
    assert 'href="editions/works_council/group/report.en.html"' in english
    assert 'href="editions/manager/north/sheets/"' in english
    assert "editions/regional_hr/north/report" not in html
    assert "activity: 31 rows" in english
    assert "Send pages, not this index" in english
    assert "供企業職工委員會參閱" in html


def test_an_index_of_one_reader_says_nothing_of_others(run):
    html = index_html(Contents(run, [Entry("north", "north")], Entry("", "group")))

    assert "Send pages" not in html
    assert "works council" not in html


def test_the_sum_is_shown_to_the_cent(run):
    """Whoever adds up the regions' lines gets the line below them, and beside it what the group's page says."""
    costs = {"north": {"published": 1_234_56, "proposal": 1_300_00}, "<b>": {"published": 44, "proposal": 1}}
    sums = Sums(costs, {"published": 1_235_00, "proposal": 1_300_01}, "CNY")
    html = index_html(Contents(run, [Entry("north", "north")], Entry("", "group"), (), sums))
    english = html.partition('<div lang="zh-Hant"')[0]
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", english)]

    assert rows == [
        ["Region", "As published", "Proposal"],
        ["North", "1,234.56", "1,300.00"],
        ["&lt;b&gt;", "0.44", "0.01"],
        ["Regions added up", "1,235.00", "1,300.01"],
        ["On the group&#39;s page", "1,235.00", "1,300.01"],
    ]
    assert "全年成本，精確到分（單位：元）" in html


def test_what_was_made_beside_the_run_is_led_to_or_says_why_it_is_not_there(run):
    also = [
        Also({"en": "Duties", "zh-Hant": "崗位職責"}, "also/duties/index.html"),
        Also({"en": "Portfolios <b>", "zh-Hant": "客戶組合"}, "", "clients: there is no such table"),
    ]

    html = index_html(Contents(run, [Entry("north", "north")], None, also=also))

    assert '<a class="name" href="also/duties/index.html">Duties</a>' in html
    assert "Portfolios &lt;b&gt;" in html
    assert "clients: there is no such table" in html
    assert "Also made of this history" in html
    assert "Also made of this history" not in index_html(Contents(run, [Entry("north", "north")], None))
