"""A page in a real browser without a network: drawn, silent, and as wide as the screen."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from policymodel.report.html import render_html
from policymodel.words.catalogues import LANGUAGES
from report.invented import HOSTILE, region_page
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_is_wider_than_its_screen(page, folder, language, width):
    drawn(page, folder, language, width)
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.chart svg')].map(e => e.getBoundingClientRect().right))"
    )

    assert beyond == 0
    assert widest <= width


def test_texts_of_a_chart_do_not_overlap_on_a_telephone(page, folder):
    drawn(page, folder, "en", 390)
    overlaps = page.evaluate(
        """[...document.querySelectorAll('.chart svg')].flatMap(svg => {
            const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim())
            const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()])
            return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([b, q]) =>
                p.left + 1 < q.right && q.left + 1 < p.right && p.top + 3 < q.bottom && q.top + 3 < p.bottom
            ).map(([b]) => a + ' | ' + b))
        })"""
    )

    assert overlaps == []


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


CUT = """
() => {
    const inside = (e, box) => {
        const r = e.getBoundingClientRect()
        return r.width === 0 || (r.left >= box.left - 1 && r.right <= box.right + 1
            && r.top >= box.top - 1 && r.bottom <= box.bottom + 1)
    }
    const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
    const aside = 'svg, script, .skip, details:not([open])'
    const words = [...document.body.querySelectorAll('*')].filter(e => !e.closest(aside))
    const wide = words.filter(e => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && !scrolls(e))
    const labels = [...document.querySelectorAll('.chart svg')].flatMap(svg =>
        [...svg.querySelectorAll('text')].filter(t => !inside(t, svg.getBoundingClientRect())))
    const shortened = [...document.querySelectorAll('.chart svg text')].filter(t => t.textContent.endsWith('…'))
    return [...wide.map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30)),
            ...[...labels, ...shortened].map(t => 'chart: ' + t.textContent)]
}
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_is_cut(page, folder, language, width):
    """No box narrower than its words, no label beyond its chart, nothing shortened to three dots."""
    drawn(page, folder, language, width)

    assert page.evaluate(CUT) == []


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_with_the_figures_opened(page, folder, language):
    drawn(page, folder, language)
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert [
        (each["id"], each["nodes"][0]["html"][:90]) for each in Axe().run(page).response["violations"]
    ] == []
