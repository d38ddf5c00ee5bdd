"""What is wrong with an open page, as eyes, a screen reader and a ruler find it.

    page = look(browser, path, View("dark", scheme="dark"))
    assert violations(page) + faults(page) == []

Used by the tests of invented pages and by bench/open_pages.py on the pages of a run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAPER = 688
"""Pixels between the margins of an A4 sheet."""


@dataclass(frozen=True)
class View:
    """One way to read a page."""

    name: str
    width: int = 1280
    scheme: str = "light"
    media: str = "screen"
    scripts: bool = True


VIEWS = (
    View("1280"),
    View("390", 390),
    View("dark", scheme="dark"),
    View("dark-390", 390, scheme="dark"),
    View("no-scripts", scripts=False),
    View("no-scripts-dark-390", 390, scheme="dark", scripts=False),
    View("paper", PAPER, media="print", scripts=False),
)

FAULTS = """
() => {
    const say = e => (e.closest('[lang]')?.lang || '') + ' ' + e.tagName.toLowerCase()
        + '.' + e.getAttribute('class') + ' "' + e.textContent.trim().slice(0, 40) + '"'
    const found = []
    const beyond = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (beyond > 0) found.push('the page is ' + beyond + ' px wider than its screen')
    const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
    const shown = e => e.checkVisibility() && !e.closest('.skip')
    const words = [...document.body.querySelectorAll('*')].filter(e => shown(e) && !e.closest('svg, script'))
    for (const e of words) {
        if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && !scrolls(e)) found.push('too wide: ' + say(e))
        const held = e.parentElement && !e.parentElement.closest('.table') && e.children.length === 0
        if (held && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            found.push('beyond the edge: ' + say(e))
    }
    for (const svg of document.querySelectorAll('.chart svg')) {
        if (!shown(svg)) continue
        const box = svg.getBoundingClientRect()
        // A label that another one leaves no room for is there, and cannot be seen.
        const texts = [...svg.querySelectorAll('text')]
            .filter(t => t.textContent.trim() && getComputedStyle(t).opacity > 0)
            .map(t => [t.textContent, t.getBoundingClientRect()])
        for (const [text, b] of texts) {
            if (b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 || b.bottom > box.bottom + 1)
                found.push('label beyond its chart: ' + text)
            if (text.endsWith('…')) found.push('label shortened: ' + text)
        }
        texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
            if (p.left + 1 < q.right && q.left + 1 < p.right && p.top + 3 < q.bottom && q.top + 3 < p.bottom)
                found.push('labels overlap: ' + a + ' | ' + b)
        }))
    }
    return [...new Set(found)]
}
"""
"""Boxes narrower than their words, a page wider than its screen, labels cut, shortened or on one another."""


def look(
    browser: Browser,
    path: Path,
    view: View,
    part: str = "",
    listen: Callable[[Page], None] = lambda page: None,
) -> Page:
    """The page in a context of its own without a network, everything foldable open, every chart drawn.

    `part` is the language to show of an index. Without scripts, what folds stays as the page brings it; the page's own
    scripts are taken out for that, since axe is a script too.
    """
    context = browser.new_context(
        offline=True,
        viewport={"width": view.width, "height": 900},
        color_scheme=view.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    listen(page)
    page.emulate_media(media=view.media, color_scheme=view.scheme, reduced_motion="reduce")
    if view.scripts:
        page.goto(path.resolve().as_uri() + (f"#{part}" if part else ""))
        page.wait_for_function(
            "document.querySelectorAll('[data-chart]').length"
            " === document.querySelectorAll('[data-drawn=yes] svg').length",
            timeout=30_000,
        )
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    else:
        page.set_content(
            re.sub('<script type="module">.*?</script>', "", path.read_text("utf-8"), flags=re.S)
        )
    return page


def faults(page: Page) -> list[str]:
    """Texts and labels that do not fit."""
    return list(page.evaluate(FAULTS))


def violations(page: Page) -> list[str]:
    """What axe-core finds, each rule with the first place where it is broken.

    Every place that is in order would be told too, and finding words for them takes most of the time.
    """
    told = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{each['id']}: {len(each['nodes'])} times, first {each['nodes'][0]['html'][:100]}"
        for each in told["violations"]
    ]
