"""A page in a real browser without a network: drawn, silent, and as wide as the screen."""

from __future__ import annotations

import pytest

from policymodel.report.html import render_html
from report.invented import region_page
from report.notebooks import executed

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    notebook = executed(folder / "report.ipynb", region_page())
    for language in ("en", "zh-Hant"):
        render_html(notebook, language, folder / f"report.{language}.html")
    return folder


def drawn(page, folder, language, width=1280):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / f"report.{language}.html").as_uri())
    page.wait_for_function("document.querySelectorAll('[data-drawn=yes] svg').length === 6", timeout=30_000)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_page_is_drawn_offline_and_in_silence(page, requests_made, page_errors, folder, language):
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    page.on("dialog", lambda dialog: warnings.append("the name in the data ran"))
    drawn(page, folder, language)

    assert requests_made == []
    assert page_errors == []
    assert warnings == []


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
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


def test_the_other_language_is_one_click_away(page, folder):
    drawn(page, folder, "en")
    page.click("nav.languages a")

    assert page.evaluate("document.documentElement.lang") == "zh-Hant"


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
