"""What a person at work in JupyterLab sees: whole without trust, and nothing from the data believed."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest

from policymodel import appendix, charts, tables
from policymodel.report.display import Fold, Trust, contents
from policymodel.report.live import live_html
from policymodel.words import claims, trust
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.cover import cover
from policymodel.words.flags import flagged
from policymodel.words.sentences import render
from report.invented import HOSTILE, region_page

SURVIVES = {
    *("p", "h2", "strong", "br", "ul", "li", "details", "summary", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
"""Elements that JupyterLab leaves in a notebook it does not trust, as far as we need them."""
ATTRIBUTES = {"style", "src", "alt", "scope", "colspan"}


class Reader(HTMLParser):
    """Which elements and attributes a text has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)


def whole_page(language: str) -> str:
    """One of everything that a notebook shows."""
    page = region_page()
    things = [
        cover(page),
        charts.cost(page, claims.cost(page)),
        tables.cost(page),
        Trust(trust.in_cost(page)),
        charts.groups(page, claims.groups(page)),
        tables.groups(page),
        tables.indicators(page),
        flagged(page),
        Fold("Method", (appendix.method(page),)),
        HOSTILE,
    ]
    return live_html(contents(things, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_needs_to_be_trusted(language):
    """No script, no style sheet, no id, no address: JupyterLab would take them away."""
    read = Reader(whole_page(language))

    assert set(read.elements) <= SURVIVES
    assert set(read.attributes) <= ATTRIBUTES
    assert all(source.startswith("data:image/svg+xml;base64,") for source in read.attributes["src"])


def test_names_from_the_data_are_text():
    html = whole_page("en")

    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; =cmd()" in html


def test_a_chart_is_a_picture_by_itself():
    """Dark on white, whatever the theme of the workbench."""
    sources = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', whole_page("en"))
    pictures = [base64.b64decode(each).decode("utf-8") for each in sources]

    assert len(pictures) == 2
    assert all(
        each.startswith('<svg xmlns="http://www.w3.org/2000/svg" style="background: #fff')
        for each in pictures
    )


def test_the_cover_has_its_numbers_and_its_answer():
    page = region_page()
    html = live_html(contents([cover(page)], "en"), "en")

    assert html.count('<th scope="row"') == len(cover(page).tiles) > 0
    assert html.count("<li>") == len(cover(page).answers) > 0
    assert f"<h2>{render(cover(page).place, 'en')}</h2>" in html


def test_a_row_without_cells_heads_the_rows_below():
    """It spans the table instead of leaving empty cells."""
    table = {
        "kind": "table",
        "caption": "Pay",
        "heads": ["Part", "A", "B"],
        "rows": [{"role": "heading", "head": "Proposal", "cells": []}],
    }

    assert '<th scope="rowgroup" colspan="3"' in live_html([table], "en")
