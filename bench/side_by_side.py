"""Report pages measured alike, ours and others', as JSON: to be read beside their pictures.

    python bench/side_by_side.py PAGE.html [PAGE.html ...] [--pictures DIR]

Every page is opened in Chromium with the network off, as it arrives. `bytes` are those of the page and of the files
it brings along, `asks` the addresses it wants of a network, `axe` the rules of axe-core that it breaks, everything
foldable open. A chart is a picture larger than 200 x 100 px; one is `described` where a screen reader is told more than
that it is there, and has `figures` where a table stands with it and with no other chart. `first_screen` is what
1280 x 900 px show: words, and figures set large. `rows_torn` are rows of tables that begin on one sheet and end on
another. --pictures keeps the first screen and the whole page in each view as PNG, and the sheets as a PDF.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import FLAGS, LOCAL, executable
from policymodel.report.pdf import sheets
from report.looking import View, look, violations

SETTLE = 1500
"""Milliseconds for what a page's scripts draw."""
TALLEST = 16_000
"""Pixels of a picture, beyond which Chromium cuts it off."""

MEASURES = """
() => {
    const all = (what, of = document) => [...of.querySelectorAll(what)]
    const seen = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
    const large = e => { const box = e.getBoundingClientRect(); return box.width > 200 && box.height > 100 }
    const charts = all('svg, img, canvas').filter(e => !e.parentElement.closest('svg') && seen(e) && large(e))
    const spoken = 'aria-label aria-labelledby aria-describedby alt'.split(' ')
    const described = e => all('title, desc', e).length || e.closest('figure')?.querySelector('figcaption')
        || [e, e.closest('[role=img]')].some(each => each && spoken.some(name => each.getAttribute(name)))
    const place = e => {
        while (charts.filter(each => e.parentElement?.contains(each)).length === 1) e = e.parentElement
        return e
    }
    const onScreen = box => box.width > 1 && box.height > 1
        && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = []
    while (walk.nextNode()) {
        const range = document.createRange()
        range.selectNodeContents(walk.currentNode)
        const said = walk.currentNode.textContent.trim(), parent = walk.currentNode.parentElement
        if (said && !parent.closest('script, style') && seen(parent) && onScreen(range.getBoundingClientRect()))
            texts.push([said, parseFloat(getComputedStyle(parent).fontSize)])
    }
    return {
        charts: charts.length,
        described: charts.filter(described).length,
        figures: charts.filter(e => all('table', place(e)).length).length,
        words: texts.flatMap(([said]) => said.match(/[\\u4e00-\\u9fff]|[^\\s\\u4e00-\\u9fff]+/g)).length,
        headline: texts.filter(([said, size]) => size >= 24 && said.length < 24 && /\\d/.test(said)).length,
        headings: ['h1', 'h2', 'h3'].map(each => all(each).filter(seen).length),
        paper: [document.body, document.documentElement].map(e => getComputedStyle(e).backgroundColor).join(),
        beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }
}
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--pictures", type=Path)
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        found = {str(each): measured(browser, each, chosen.pictures) for each in chosen.pages}
        browser.close()
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return 0


def measured(browser: Browser, path: Path, pictures: Path | None) -> dict[str, Any]:
    """One page's measures, and what it looks like where pictures are asked for."""
    asked: set[str] = set()
    first = View("first")
    views = (first, View("390", 390), View("dark", scheme="dark"), View("no-scripts", scripts=False))
    seen = {}
    for view in views:
        page = arrived(browser, path, view, asked if view == first else set())
        seen[view.name] = page.evaluate(MEASURES)
        if view == first:
            pdf = page.pdf(format="A4", tagged=True, print_background=True, prefer_css_page_size=True)
        if pictures:
            keep(page, pictures / f"{path.parent.name}.{path.stem}.{view.name}.png", view)
        page.context.close()
    if pictures:
        (pictures / f"{path.parent.name}.{path.stem}.pdf").write_bytes(pdf)
    files = {Path(unquote(urlsplit(each).path)) for each in asked if each.startswith("file:")}
    return {
        "bytes": sum(each.stat().st_size for each in files if each.is_file()),
        "asks": sorted(each for each in asked if not each.startswith(LOCAL)),
        "axe": {scheme: broken(browser, path, View(scheme, scheme=scheme)) for scheme in ("light", "dark")},
        "dark_followed": seen["dark"]["paper"] != seen["first"]["paper"],
        "beyond_390_px": seen["390"]["beyond"],
        "charts": {
            "drawn": seen["first"]["charts"],
            "without_scripts": seen["no-scripts"]["charts"],
            "described": seen["first"]["described"],
            "figures": seen["first"]["figures"],
        },
        "first_screen": {key: seen["first"][key] for key in ("words", "headline")},
        "headings": seen["first"]["headings"],
        "sheets": sheets(pdf),
        "rows_torn": torn(pdf),
    }


def arrived(browser: Browser, path: Path, view: View, asked: set[str]) -> Page:
    """The page as its reader meets it: nothing opened, its scripts done or not run at all."""
    context = browser.new_context(
        offline=True,
        java_script_enabled=view.scripts,
        viewport={"width": view.width, "height": 900},
        color_scheme=view.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.on("request", lambda each: asked.add(each.url))
    page.goto(path.resolve().as_uri())
    page.wait_for_timeout(SETTLE)
    return page


def keep(page: Page, picture: Path, view: View) -> None:
    """The first screen and the whole page as PNG."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture)
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": view.width, "height": height}
    page.screenshot(path=picture.with_suffix(".whole.png"), full_page=True, clip=clip)


def broken(browser: Browser, path: Path, view: View) -> list[str]:
    """The rules of axe-core that a page breaks, each with how often."""
    page = look(browser, path, view)
    page.wait_for_timeout(SETTLE)
    found = [each.partition(",")[0] for each in violations(page)]
    page.context.close()
    return found


def torn(pdf: bytes) -> int:
    """Rows of a tagged PDF whose cells lie on more than one sheet; heads, which are repeated, are no such rows."""
    objects = dict(re.findall(rb"(\d+) 0 obj\s(.*?)\sendobj", pdf, re.DOTALL))
    said = {number: body for number, body in objects.items() if b"/StructElem" in body}

    def below(number: bytes) -> list[bytes]:
        kids = said[number].partition(b"/K ")[2]
        return [
            number,
            *(one for kid in re.findall(rb"(\d+) 0 R", kids) if kid in said for one in below(kid)),
        ]

    rows = [[said[one] for one in below(number)] for number, body in said.items() if b"/S /TR" in body]
    bodies = [row for row in rows if any(b"/S /TD" in part for part in row)]
    return sum(len({at for part in row for at in re.findall(rb"/Pg (\d+) 0 R", part)}) > 1 for row in bodies)


if __name__ == "__main__":
    raise SystemExit(main())
