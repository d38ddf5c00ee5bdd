"""The scanner finds what is hidden, says where and never what, and leaves in peace what is no secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from disclosure.planted import ID, IN_NOTEBOOKS, IN_PAGES, LATIN, NAME, PEOPLE, WORDS
from policymodel.disclosure import Promise, Secrets, scan_html, scan_json, scan_text

PUBLIC = "Regional report. Grade A. Loses over 5%. Mark. 北區 高級"
PAGE = f"""<!DOCTYPE html><html><head><title>North</title></head><body><main><h2>Who gains?</h2>
<p>60 people; fewer than 10 people are withheld. Cost 1,234,567.89, hash {"ab" * 32}.</p>
<table><thead><tr><th>Grade</th><th>People</th></tr></thead><tbody><tr><td>A</td><td>60</td></tr></tbody></table>
<script type="application/json">{{"datasets": {{"d": [{{"row": "A", "people": 60, "mean": 17.0010001}}]}}}}</script>
</main></body></html>"""
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": ["1"], "outputs": []}], "metadata": {}, "nbformat": 4}
)
PROMISE = Promise(Secrets(WORDS, PUBLIC), people=frozenset({PEOPLE}), public=PUBLIC)


def words(problems) -> str:
    return "\n".join(str(each) for each in problems)


def test_a_clean_page_and_a_clean_notebook_pass():
    assert scan_html(PAGE, PROMISE) == []
    assert scan_json(NOTEBOOK, PROMISE) == []


@pytest.mark.parametrize("way", IN_PAGES)
def test_a_leak_on_a_page_is_found_and_not_repeated(way):
    """Whatever form it takes; the sentence holds no part of it."""
    found = words(scan_html(IN_PAGES[way](PAGE), PROMISE))

    assert found
    assert not any(word in found for each in WORDS.values() for word in each)


@pytest.mark.parametrize("way", IN_NOTEBOOKS)
def test_a_leak_in_a_notebook_is_found(way):
    assert scan_json(IN_NOTEBOOKS[way](NOTEBOOK), PROMISE)


@pytest.mark.parametrize(
    "deep", ["[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 101 + "1" + "}" * 101, "9" * 5000]
)
def test_data_that_nobody_can_follow_are_refused_in_a_sentence(deep):
    """Deeper than the reader of JSON goes, deeper than a program can follow it, deeper than any page is."""
    said = "holds data that cannot be read: nested too deeply, or a number of thousands of digits"
    page = PAGE.replace("</main>", f'<script type="application/json">{deep}</script></main>')

    assert words(scan_html(page, PROMISE)).endswith(f"the data of chart 2: {said}")
    assert words(scan_json(deep, PROMISE, "report.ipynb")) == f"report.ipynb: {said}"


def test_where_and_what_are_said():
    page = PAGE.replace("</main>", f"<h2>Two</h2><p title='{NAME}'></p></main>")

    assert words(scan_html(page, PROMISE, "report.en.html")) == (
        "report.en.html, section 2, the attribute title of p: holds the name of a manager"
    )


@pytest.mark.parametrize(
    "text",
    [
        "A figure of 4711 and 17.0010001 and 300100012",
        "2026-11-23T23:59:02.0010001",
        "graceful o'haras",
        "a" * 40 + ID + "b" * 40,
    ],
)
def test_what_only_looks_like_a_secret_is_left_in_peace(text):
    """Short numbers, fractions, parts of longer numbers and words, moments, hashes."""
    assert scan_text(text, PROMISE) == []


def test_an_id_at_the_end_of_a_text_is_found_where_a_longer_one_begins_the_same():
    """Client 11 begins as client 110 does: what is cut off at the end is the shorter one, and it is found."""
    known = Secrets({"the id of a client": ["0010001-CL11", "0010001-CL110"]})

    assert [each[:2] for each in known.found_in("see 0010001-CL11")] == [(4, 16)]


def test_somebody_named_like_a_word_of_every_page_is_not_searched_for():
    """Mark, and a client called 高級; the whole name still is."""
    known = Secrets({"the name of a manager": ["Mark", "Mark Chan", "高級"]}, PUBLIC)

    assert set(known.ordinary) == {"mark", "高級"}
    assert scan_text("Mark a box of 高級", Promise(known)) == []
    assert scan_text("MARK CHAN", Promise(known))


def test_an_ordinary_id_is_found_where_a_column_says_so():
    """4711 is a number like others, until it stands below the head of persons."""
    table = "<table><tr><th>工號</th><th>Pay</th></tr><tr><td>4711</td><td>1</td></tr></table>"

    assert "rows of single persons" in words(scan_html(table, PROMISE))


def test_allowed_words_may_stand_and_others_may_not():
    """A sheet of one's own."""
    mine = Promise(PROMISE.secrets, allowed=frozenset({ID}), persons=True)

    assert scan_html(f"<p>{ID} 3 people</p>", mine) == []
    assert scan_html(f"<p>{LATIN}</p>", mine)


@given(st.text(max_size=300))
@example("\\ud800 %41 &#xd800; \ud800")
@example("65535, 55296, 55297, 65536, 99999")
def test_no_text_stops_the_scanner(text):
    """Neither broken markup nor half an escape."""
    scan_html(text, PROMISE)
    scan_json(text, PROMISE)


@given(st.text(alphabet="ab01.,- é王", max_size=80), st.integers(0, 3))
def test_the_search_agrees_with_looking_everywhere(text, which):
    """Against a plain search of each word at each place, for words without digits at their ends."""
    secret = ["ab-ab", "王ab", "a王0a", "aba"][which]
    found = {(start, end) for start, end, _ in Secrets({"x": [secret]}).found_in(text, plainly=True)}

    def free(at: int) -> bool:
        before, after = text[at - 1 : at] if at else "", text[at + len(secret) : at + len(secret) + 1]
        left = before.isalpha() and ord(before) < 0x2E80 and ord(secret[0]) < 0x2E80
        right = after.isalpha() and ord(after) < 0x2E80 and ord(secret[-1]) < 0x2E80
        return not left and not right

    expected = {(at, at + len(secret)) for at in range(len(text)) if text.startswith(secret, at) and free(at)}
    assert found == expected
