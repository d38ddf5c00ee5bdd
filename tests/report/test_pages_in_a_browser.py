"""A page in a real browser without a network: drawn, silent, and whole without scripts."""

from __future__ import annotations

import re

import pytest

from policymodel.report.html import render_html
from policymodel.words.catalogues import LANGUAGES
from report.invented import HOSTILE, region_page
from report.looking import PAPER
from report.notebooks import executed

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    notebook = executed(folder / "report.ipynb", region_page())
    for language in LANGUAGES:
        render_html(notebook, language, folder / f"report.{language}.html")
    return folder


def drawn(page, folder, language, width=1280):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / f"report.{language}.html").as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn=yes] svg').length === 6", timeout=30_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_drawn_offline_and_in_silence(page, requests_made, page_errors, folder, language):
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    page.on("dialog", lambda dialog: warnings.append("the name in the data ran"))
    drawn(page, folder, language)

    assert requests_made == []
    assert page_errors == []
    assert warnings == []


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_another_language_is_one_click_away(page, folder, language):
    drawn(page, folder, "en")
    page.click(f"nav.languages a[hreflang={language}]")

    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("width", [390, 1280])
def test_without_scripts_every_chart_is_there(chromium, folder, width):
    """Mail viewers run nothing: each figure shows its picture, inside the screen, with words in it."""
    context = chromium.new_context(
        offline=True, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto((folder / "report.zh-Hant.html").as_uri())
    boxes = [each.bounding_box() for each in page.locator("figure .chart svg").all()]

    assert len(boxes) == 6
    assert all(box["height"] > 60 and box["x"] + box["width"] <= width for box in boxes)
    assert page.locator("figure .chart svg text").count() > 60


def test_a_chart_that_cannot_be_drawn_keeps_its_picture(page, folder, tmp_path):
    text = (folder / "report.en.html").read_text("utf-8")
    path = tmp_path / "report.en.html"
    broken = text.replace('"mark":{"color"', '"mark":{"type":7,"color"').replace('"layer":', '"nothing":')
    assert broken != text
    path.write_text(broken, "utf-8")
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn]').length === 6")

    assert page.locator("[data-drawn=no] > svg text").count() > 60
    assert page.locator(".coming").count() == 0


def test_what_vega_draws_takes_the_place_of_the_picture(page, folder):
    drawn(page, folder, "en")

    assert page.locator(".chart > svg").count() == 0
    assert page.locator(".chart svg").count() == 6
    assert page.evaluate(
        "(ids => ids.length === new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
    )


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_a_chinese_page_keeps_chinese_habits(page, folder, language):
    """Its own quotation marks, full-width stops after characters, no double spaces, no English in its charts."""
    drawn(page, folder, language)
    text = page.inner_text("body")
    marks = page.evaluate("[...document.querySelectorAll('.chart svg text')].map(t => t.textContent)")
    own, other = ("「」", "“”") if language == "zh-Hant" else ("“”", "「」")
    data = (HOSTILE, "N02", "N03")

    assert set(own) <= set(text)
    assert not set(other) & set(text)
    assert not re.search(r"[\u4e00-\u9fff][,;:?!](?!\d)|[^\S\n\t]{2,}", text)
    assert [each for each in marks if re.search("[A-Za-z]{2,}", each) and each not in data] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_of_a_laptop_holds_the_answer(page, folder, language):
    drawn(page, folder, language)
    end = page.locator(".answers").bounding_box()

    assert end["y"] + end["height"] <= 900


def test_the_contents_are_never_far(page, folder):
    """Beside the text where there is room, else one link away from the end of every section."""
    drawn(page, folder, "en", width=1600)
    page.locator(".part").last.scroll_into_view_if_needed()
    page.locator(".contents a").first.click(trial=True, timeout=2000)

    assert abs(page.locator(".contents").bounding_box()["y"]) < 2
    assert not page.locator(".back").last.is_visible()

    drawn(page, folder, "en")
    page.locator(".back a").last.click()

    assert page.locator(".back").count() == page.locator(".part").count()
    assert abs(page.locator(".contents").bounding_box()["y"]) < 2


def test_a_chart_that_is_printed_from_the_browser_leaves_no_room_empty(page, folder):
    """The paper is narrower than the screen that it was drawn for, and nothing draws it again."""
    drawn(page, folder, "en")
    page.emulate_media(media="print")
    page.evaluate(f"document.body.style.width = '{PAPER}px'")
    shapes = page.evaluate(
        """() => [...document.querySelectorAll('.chart svg.marks')].map(svg => {
            const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal
            return box.width / box.height / (view.width / view.height)
        })"""
    )

    assert len(shapes) == 6
    assert all(0.98 < each < 1.02 for each in shapes)


TRADITIONAL = set(
    "圖項標達個與點區軸數應說從對報資預職級網績減變動實結擱匯總額萬億單間還無較層檔條線過組題證據"
)


def test_simplified_pages_hold_no_traditional_characters(folder):
    """None of the commonest characters that simplified writing has another form for."""
    page = (folder / "report.zh-Hans.html").read_text("utf-8")
    words = re.sub(
        r"<script type=\"module\".*?</script>|<style.*?</style>|<nav.*?</nav>", "", page, flags=re.S
    )

    assert not TRADITIONAL & set(words)
