"""Every kind of page for every reader: on a screen, a telephone, in the dark, on paper, without scripts, by keyboard.

The pages are made once: of invented tables for the leadership's, of a bank of 24 people for the editions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policymodel.disclosure.pseudonyms import new_key
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.synthetic import write_bank
from policymodel.report.difference_book import difference_book
from policymodel.report.display import contents
from policymodel.report.feedback import SHEET, discretion_of
from policymodel.report.html import render_content, render_html
from policymodel.report.index import Also, Contents, Entry, write_index
from policymodel.report.rule_book import rule_book
from policymodel.report.runfile import read_run_file
from policymodel.report.session import open_session
from policymodel.report.sheets import Feedback, sheet
from policymodel.scheme.reading import read_scheme
from policymodel.style import DARK, LIGHT
from policymodel.words.catalogues import LANGUAGES
from report.invented import group_page, region_page
from report.looking import VIEWS, faults, look, violations
from report.notebooks import executed

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

PARAMS = Path(__file__).resolve().parents[2] / "params"
RUN = PARAMS / "runs" / "demo.yaml"
PAYS, GROWS = "schemes/s6_profit_centre.yaml", "changes/s6_more_for_growth.yaml"
KINDS = ("region", "group", "works_council", "regional_hr", "sheet", "rule_book", "difference", "index")
VIEW = {each.name: each for each in VIEWS}
READ = [
    ("en", "1280"),
    ("zh-Hant", "dark"),
    ("zh-Hant", "390"),
    ("zh-Hant", "paper"),
    ("zh-Hans", "390"),
    ("en", "no-scripts"),
    ("zh-Hans", "no-scripts-dark-390"),
    # dark, and 390, are each looked at alone above
    pytest.param("en", "dark-390", marks=pytest.mark.slow),
]
FITTING = ("1280", "390", "paper")
"""Views in which texts are measured."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Each kind of page as KIND/report.LANGUAGE.html; the index as index.html."""
    folder = tmp_path_factory.mktemp("everybody")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    key = str(new_key(folder / "private" / "pseudonyms.key"))
    session = open_session("north", str(RUN), str(folder / "bank"))
    notebooks = {
        "region": executed(folder / "region.ipynb", region_page()),
        "group": executed(folder / "group.ipynb", group_page(), "group_report"),
    }
    for edition in ("works_council", "regional_hr"):
        of = replace(session, edition=edition, live=False)
        path = folder / f"{edition}.ipynb"
        notebooks[edition] = executed(path, of.page, f"{edition}_report", of, key)
    measures = read_mapping(PARAMS / "mappings" / "bank.yaml").measures
    pays, grows = (read_scheme(PARAMS / each) for each in (PAYS, GROWS))
    of = Feedback.of(session, session.periods[-1], discretion_of(session))
    written = {
        "sheet": list(sheet(of, str(session.panel.managers[0]))),
        "rule_book": rule_book(pays, measures, LANGUAGES),
        "difference": difference_book(pays, grows, measures, LANGUAGES),
    }
    for language in LANGUAGES:
        for kind, notebook in notebooks.items():
            render_html(notebook, language, folder / kind / f"report.{language}.html")
        for kind, things in written.items():
            path = folder / kind / f"report.{language}.html"
            look_of = SHEET if kind == "sheet" else ""
            render_content(contents(things, language), language, list(LANGUAGES), path, look_of)
    failed = Entry("west", "west", "activity: 31 rows of 500 are put aside, more than the run allows")
    entries = [Entry("north", "north"), Entry("east", "east"), failed]
    also = [
        Also({"en": "Duties", "zh-Hant": "崗位職責", "zh-Hans": "岗位职责"}, "also/duties/index.html"),
        Also(
            {"en": "Portfolios", "zh-Hant": "客戶組合", "zh-Hans": "客户组合"},
            "",
            "clients: there is no such table",
        ),
    ]
    write_index(Contents(read_run_file(RUN), entries, Entry("", "group"), also=also), folder)
    return folder


def looked_at(chromium, folder, kind, language, view):
    if kind == "index":
        return look(chromium, folder / "index.html", VIEW[view], language)
    return look(chromium, folder / kind / f"report.{language}.html", VIEW[view])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "view"), READ)
def test_axe_finds_nothing(chromium, folder, kind, language, view):
    """Each way to read a page in one language or two; `bench/open_pages.py` does all in all."""
    page = looked_at(chromium, folder, kind, language, view)
    cut = faults(page) if view in FITTING else []

    assert cut + violations(page) == []


def test_what_axe_finds_is_told(chromium, folder):
    """A picture without words, a heading without any."""
    page = looked_at(chromium, folder, "index", "en", "1280")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<h2><img src=x></h2>')")

    assert [each.partition(":")[0] for each in violations(page)] == ["empty-heading", "image-alt"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits(chromium, folder, kind, language):
    """No text is cut, no label lies on another or outside its chart, no page is wider than its screen or sheet.

    Where axe looks at the same view, it is asked there.
    """
    views = [view for view in FITTING if (language, view) not in READ]
    found = {view: faults(looked_at(chromium, folder, kind, language, view)) for view in views}

    assert found == {view: [] for view in views}


def test_what_does_not_fit_is_noticed(chromium, folder, tmp_path):
    """A word that is cut, one beyond the screen, a label on another, one outside its chart."""
    page = looked_at(chromium, folder, "region", "en", "390")
    page.evaluate(
        """() => {
            document.querySelector('.claim').style.cssText = 'width: 30px; overflow: hidden; white-space: nowrap'
            document.querySelector('.question').style.cssText = 'position: relative; left: 80vw'
            const texts = [...document.querySelector('.chart svg').querySelectorAll('text')]
            texts[0].setAttribute('transform', texts[1].getAttribute('transform'))
            texts[3].setAttribute('transform', 'translate(5000, 0)')
        }"""
    )
    found = faults(page)

    for kind in ("too wide", "beyond the edge", "the page is", "labels overlap", "label beyond its chart"):
        assert [each for each in found if each.startswith(kind)], kind


WALK = """
() => {
    const at = document.activeElement
    if (at === document.body || at === document.documentElement) return null
    const style = getComputedStyle(at)
    at.dataset.seen = (Number(at.dataset.seen) || 0) + 1
    return {seen: at.dataset.seen, visible: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2
            || at.matches('.skip') && at.getBoundingClientRect().left >= 0,
            what: at.tagName + ' ' + (at.textContent || '').trim().slice(0, 40)}
}
"""
REACHABLE = "a[href], summary, [tabindex], button, input, select"


@pytest.mark.parametrize("kind", KINDS)
def test_a_keyboard_reaches_everything_and_gets_out_again(chromium, folder, kind):
    """Tab goes to every link, fold and table once, each with a ring that can be seen, and then leaves the page."""
    page = looked_at(chromium, folder, kind, "en", "1280")
    count = page.locator(REACHABLE).locator("visible=true").count()
    steps = []
    for _ in range(count + 1):
        page.keyboard.press("Tab")
        if (step := page.evaluate(WALK)) is None:
            break
        steps.append(step)

    assert [each["what"] for each in steps if not each["visible"]] == []
    assert {each["seen"] for each in steps} == {"1"}
    assert len(steps) == count > 0


def test_the_first_tab_skips_to_the_answer(chromium, folder):
    page = looked_at(chromium, folder, "region", "en", "1280")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#answer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_headline_number_opens_how_it_is_made(chromium, folder, language):
    """By keyboard, offline: the formula, whom it counts, an invented example; the number leads to its section."""
    page = looked_at(chromium, folder, "region", language, "1280")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    tiles = page.locator(".tiles > div")

    assert tiles.count() == 4
    for tile in tiles.all():
        tile.locator("summary").focus()
        page.keyboard.press("Enter")
        told = [each.inner_text() for each in tile.locator(".basis dl > dd").all()]
        assert len(told) == 3
        assert all(len(each) > 12 for each in told)
        tile.locator(".number a").focus()
        page.keyboard.press("Enter")
        assert page.locator(page.evaluate("location.hash")).locator("h2").count() == 1


@pytest.mark.parametrize("kind", ["region", "group", "works_council"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_says_what_it_shows_and_has_its_figures(chromium, folder, kind, language):
    """A claim, a description, whether it is a replay, and a table of figures that opens below."""
    page = looked_at(chromium, folder, kind, language, "no-scripts")
    figures = page.locator("figure").all()

    assert figures
    for figure in figures:
        chart = figure.locator("[role=img]")
        for told in ("aria-labelledby", "aria-describedby"):
            assert len(page.locator(f"#{chart.get_attribute(told)}").inner_text()) > 5
        assert figure.locator(".what .kind").count() == 1
        assert figure.locator("details tbody tr").count() > 0


def test_languages_stand_in_one_order_everywhere(chromium, folder):
    orders = {
        kind: looked_at(chromium, folder, kind, "en", "no-scripts")
        .locator(".languages >> nth=0")
        .locator("[lang]")
        .evaluate_all("all => all.map(each => each.lang)")
        for kind in KINDS
    }

    assert orders == {kind: ["en", "zh-Hant", "zh-Hans"] for kind in KINDS}


def test_pages_take_their_colours_from_the_style_of_the_charts(chromium, folder):
    """Ink on paper, in the light and in the dark; where a chart has a colour of its own it is one of the style."""
    for view, colours in (("1280", LIGHT), ("dark", DARK)):
        page = looked_at(chromium, folder, "region", "en", view)
        told = page.evaluate(
            "['ink', 'paper', 'accent'].map(each => getComputedStyle(document.body).getPropertyValue('--' + each))"
        )
        assert told == [colours[each] for each in ("ink", "paper", "accent")]
