"""A PDF is the page on paper: A4, tagged, numbered, with its charts; and a summary of five sheets at most."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.errors import InputError, PolicymodelError
from policymodel.report import pdf
from policymodel.report.html import render_html
from policymodel.report.pdf import SUMMARY_PAGES, check_fonts, find_chromium, sheets, write_pdf
from policymodel.report.result_tables import typed
from policymodel.words.catalogues import LANGUAGES
from report.invented import region_page
from report.notebooks import executed

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    notebook = executed(folder / "report.ipynb", region_page())
    for language in LANGUAGES:
        render_html(notebook, language, folder / f"report.{language}.html")
    return folder


def words(path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine")
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    return said.stdout


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "heading", "label"),
    [
        ("en", "Who gains and who loses?", "As published"),
        ("zh-Hant", "誰得益，誰受損？", "原辦法"),
        ("zh-Hans", "谁受益，谁受损？", "原办法"),
    ],
)
def test_a_page_on_paper(printer, folder, tmp_path, language, heading, label):
    """Every sheet says whose page it is and its number; headings, labels of charts and tables are text."""
    out = write_pdf(folder / f"report.{language}.html", tmp_path / "page.pdf")
    made = out.read_bytes()
    count = sheets(made)
    pages = words(out).rstrip("\f\n").split("\f")

    assert b"/StructTreeRoot" in made
    assert b"/Outlines" in made
    assert f"/Lang ({language})".encode() in made
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", made)
    assert count == len(pages) > 5
    assert [each.replace(" ", "").count(f"{number}/{count}") for number, each in enumerate(pages, 1)] == [
        1
    ] * count
    assert all("north" in each for each in pages)
    assert heading in "".join(pages)
    assert "".join(pages).count(label) > 4
    assert b"/Subtype /Image" not in made


@pytest.mark.browser
def test_a_summary_is_the_answer_and_the_charts(printer, folder, tmp_path, capsys):
    """The command prints the path; claims are there, tables and remarks are not."""
    out = tmp_path / "short.pdf"

    assert main(["pdf", str(folder / "report.en.html"), "--out", str(out), "--summary"]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert 2 <= sheets(out.read_bytes()) <= SUMMARY_PAGES
    text = words(out)
    assert "Of 62 people, 24 gain and 27 lose" in text
    assert "Which indicators reached their targets?" in text
    assert (
        "3 numbers of the designs are printed by no source"
        in text.partition("What does each design cost?")[0]
    )
    assert "Left of the budget" not in text
    assert "How far to trust it" not in text


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "mark", "summary"), [("en", "Provisional", True), ("zh-Hant", "暫定", False)]
)
def test_what_is_not_approved_is_provisional_on_every_sheet(printer, tmp_path, language, mark, summary):
    """S6.9: at the foot of each sheet, and beside every table and chart: a sheet may be handed on alone."""
    standing = pd.DataFrame(
        {
            **{"region": "north", "design": "published", "what": "pay", "period": ["2025-Q1", "2025-Q2"]},
            **{"state": ["released", "submitted"], "same": [True, False], "entries": 10, "head": "0" * 16},
            "shown": True,
        }
    )
    page = region_page()
    page = replace(page, results={**page.results, "quarters": typed("quarters", standing)})
    name = f"report.{language}.html"
    render_html(executed(tmp_path / "report.ipynb", page), language, tmp_path / name)
    out = tmp_path / "page.pdf"

    assert main(["pdf", str(tmp_path / name), "--out", str(out), *(["--summary"] if summary else [])]) == 0

    pages = words(out).rstrip("\f\n").split("\f")
    feet = [each.strip().splitlines()[-1] for each in pages]
    assert len(pages) > 1
    assert [each.count(mark) for each in feet] == [1] * len(pages)
    assert "".join(pages).count(mark) > 2 * len(pages)


def test_a_summary_leaves_its_last_sections_out(folder, tmp_path, monkeypatch):
    """Where each section takes two sheets beside the cover, two are kept."""

    def printed(browser, text):
        kept = int(re.search(r"n \+ (\d+)", text)[1]) - 2
        return b"/Type /Page " * (1 + 2 * kept)

    monkeypatch.setattr(pdf, "_printed", printed)
    monkeypatch.setattr(pdf, "find_chromium", lambda: None)

    assert sheets(write_pdf(folder / "report.en.html", tmp_path / "s.pdf", summary=True).read_bytes()) == 5


def test_what_is_printed_runs_nothing(folder, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(pdf, "_printed", lambda browser, text: seen.append(text) or b"%PDF")
    monkeypatch.setattr(pdf, "find_chromium", lambda: None)
    write_pdf(folder / "report.en.html", tmp_path / "page.pdf")

    assert "vegaEmbed" not in seen[0]
    assert seen[0].count("<svg ") == 6


def test_without_a_chromium_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)

    with pytest.raises(
        InputError, match="printed by Chromium, Chrome or Edge, and there is none; install one"
    ):
        find_chromium()


def test_a_chromium_that_is_named_must_be_there(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(InputError, match="CHROMIUM names /nowhere/chromium, which is no program"):
        find_chromium()


def test_without_chinese_fonts_no_boxes_are_printed(tmp_path, monkeypatch):
    """A fontconfig that knows no font refuses both Chinese languages and lets English pass."""
    tool = tmp_path / "fc-list"
    tool.write_text("#!/bin/sh\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf.sys, "platform", "linux")

    check_fonts(["en"])
    for language in ("zh-Hant", "zh-Hans"):
        with pytest.raises(InputError, match=f"no font on this machine has the characters of {language}"):
            check_fonts([language])


def test_a_browser_that_fails_leaves_nothing(folder, tmp_path, monkeypatch):
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))

    with pytest.raises(PolicymodelError, match=r"chromium printed nothing \(exit code 3\)"):
        write_pdf(folder / "report.en.html", tmp_path / "page.pdf")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["chromium"]


@pytest.mark.parametrize("content", [b"", b"<html><body>mine</body></html>", b"\xff\xfe"])
def test_only_pages_of_a_run_are_printed(tmp_path, content, capsys):
    path = tmp_path / "other.html"
    path.write_bytes(content)

    assert main(["pdf", str(path)]) == 2
    assert "is no page that policymodel run has written" in capsys.readouterr().err
