"""What a cell shows: valid for a notebook, whole in every language, readable at the workbench."""

from __future__ import annotations

import json

import nbformat
import pytest

from policymodel import charts, tables
from policymodel.report.display import MIME, READER, Trust, show
from policymodel.words import claims, trust
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.sentences import say
from report.invented import HOSTILE, region_page


@pytest.fixture(scope="module")
def shown():
    page = region_page()
    return show(
        page.languages,
        charts.groups(page, claims.groups(page)),
        tables.groups(page),
        Trust(trust.in_bands(page)),
    )


def test_the_bundle_is_valid_in_a_notebook(shown):
    """nbformat refuses a media type that is not +json; papermill would die of it."""
    output = nbformat.v4.new_output("execute_result", data=shown.data, execution_count=1)
    cell = nbformat.v4.new_code_cell("", outputs=[output], execution_count=1)

    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    json.dumps(shown.data, allow_nan=False)


def test_every_language_has_the_same_content(shown):
    kinds = {language: [item["kind"] for item in items] for language, items in shown.data[MIME].items()}

    assert kinds == {language: ["chart", "table", "trust"] for language in LANGUAGES}


def test_a_run_of_the_runner_carries_no_pictures(shown):
    assert set(shown.data) == {MIME, "text/plain"}


def test_a_person_at_work_sees_pictures_and_safe_names():
    page = region_page()
    html = show(
        page.languages, charts.groups(page, claims.groups(page)), tables.groups(page), live=True
    ).data["text/html"]

    assert "data:image/svg+xml;base64," in html
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(("reader", "seen"), [("", "withheld"), ("zh-Hant", "不予公布"), ("tlh", "withheld")])
def test_a_person_at_work_reads_their_own_language(reader, seen, monkeypatch):
    """Where the run has it; and what a page is made from is the same for every reader."""
    monkeypatch.setenv(READER, reader)
    told = show(["en", "zh-Hant"], say("withheld"), live=True).data

    assert told["text/html"] == f"<p>{seen}</p>"
    assert told["text/plain"] == "withheld"


def test_nothing_is_shown_for_nothing():
    page = region_page(without=("cost", "budget", "contribution", "alignment"))

    assert show(page.languages, tables.cost(page), Trust(trust.in_cost(page))).data[MIME] == {
        language: [] for language in LANGUAGES
    }
