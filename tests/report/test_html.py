"""A page is one file that asks for nothing, shows no code, believes no data, and is the same twice."""

from __future__ import annotations

import re

import nbformat
import pytest

from policymodel.errors import InputError
from policymodel.report.html import BUNDLE_MARKER, render_html
from policymodel.words.catalogues import LANGUAGES
from report.invented import HOSTILE, region_page
from report.notebooks import executed

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    return executed(tmp_path_factory.mktemp("run") / "report.ipynb", region_page())


@pytest.fixture(scope="module")
def pages(notebook):
    return {
        language: render_html(notebook, language, notebook.with_name(f"report.{language}.html")).read_text(
            "utf-8"
        )
        for language in LANGUAGES
    }


def without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_links_the_other(pages, language):
    assert f'<html lang="{language}">' in pages[language]
    for other in set(LANGUAGES) - {language}:
        assert f'href="report.{other}.html"' in pages[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_for(pages, language):
    """No address, source or style sheet outside the file; links lead to the sibling and within the page."""
    text = without_scripts(pages[language])

    assert BUNDLE_MARKER not in pages[language]
    assert not re.search(r"(src|action|@import|url\()\s*=?\s*[\"'(]?https?:", text)
    assert all(
        link.startswith("#") or link.startswith("report.") for link in re.findall(r'href="([^"]*)"', text)
    )


def test_six_pictures_and_their_tables_and_the_findings(pages):
    for page in pages.values():
        text = without_scripts(page)
        assert text.count("<figure>") == 6
        assert text.count("<table>") == 4 + 2 + 6
        assert text.count("<caption>") == 4 + 2 + 6
        assert text.count("<svg ") == 6


def test_no_code_is_shown(pages):
    text = without_scripts(pages["en"])

    assert "session.show" not in text
    assert "import" not in text
    assert "results_dir" not in text


def test_names_from_the_data_are_text(pages):
    """A name that is markup stands in the page escaped, in tables, claims and in the charts' data."""
    for page in pages.values():
        assert HOSTILE not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "\\u003cscript\\u003ealert(1)" in page


def test_only_the_two_scripts_of_the_page_may_run(pages):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', pages["en"])[1].replace("&#39;", "'")

    assert policy.startswith("default-src 'none'")
    assert policy.count("sha256-") == 2
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("script-src")[1]


def test_the_same_notebook_gives_the_same_bytes(notebook, tmp_path):
    first = render_html(notebook, "en", tmp_path / "report.en.html").read_bytes()
    again = executed(tmp_path / "again.ipynb", region_page())

    assert render_html(again, "en", tmp_path / "report.en.html").read_bytes() == first
    assert [path.name for path in tmp_path.glob("*.part*")] == []


def test_a_page_stays_below_its_size(pages):
    """The drawing script is 0.9 MB of it; a page is promised below 1.2 MB."""
    assert max(len(page.encode()) for page in pages.values()) < 1_200_000


def failed(notebook, how):
    document = nbformat.read(notebook, as_version=4)
    cell = [each for each in document.cells if each.cell_type == "code"][-1]
    if how == "error":
        cell.outputs = [nbformat.v4.new_output("error", ename="DataGap", evalue="too few rows", traceback=[])]
    elif how == "not run":
        cell.execution_count = None
    elif how == "ended":
        document.metadata["papermill"] = {"exception": True}
    else:
        document.cells = [each for each in document.cells if "cover(" not in each.source]
    return document


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("error", "it failed: DataGap: too few rows"),
        ("not run", "it was not run; run the notebook to its end first"),
        ("ended", "the run of this notebook ended in an error"),
        ("no cover", "no cell shows a cover in en"),
    ],
)
def test_a_failed_notebook_is_no_report(notebook, tmp_path, how, expected):
    path = tmp_path / "failed.ipynb"
    nbformat.write(failed(notebook, how), path)

    with pytest.raises(InputError, match=re.escape(expected)):
        render_html(path, "en", tmp_path / "report.en.html")
    assert not (tmp_path / "report.en.html").exists()


@pytest.mark.parametrize(
    "without", [("cost", "budget", "contribution", "alignment"), ("scores", "indicators")]
)
def test_a_run_without_pay_or_without_a_card_says_so_once_a_section(tmp_path, without):
    path = executed(tmp_path / "report.ipynb", region_page(without=without))
    page = without_scripts(render_html(path, "en", tmp_path / "report.en.html").read_text("utf-8"))

    assert page.count("This run compares") == 2
    assert len(re.findall("<figure>", page)) == 4


def test_markdown_of_a_bank_cannot_be_markup(notebook, tmp_path):
    document = nbformat.read(notebook, as_version=4)
    document.cells.append(
        nbformat.v4.new_markdown_cell(
            "## Our own\n\nSee <img src=x onerror=alert(1)> [here](javascript:alert(1))"
        )
    )
    nbformat.write(document, tmp_path / "own.ipynb")
    page = render_html(tmp_path / "own.ipynb", "en", tmp_path / "own.en.html").read_text("utf-8")

    assert "<img" not in without_scripts(page)
    assert "javascript:" not in without_scripts(page)
    assert "Our own" in page
