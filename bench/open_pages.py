"""Pages in Chromium with the network off, as readers meet them: what is wrong, as JSON, and pictures.

    python bench/open_pages.py RUN_DIR|PAGE.html [...] [--all] [--pictures DIR]

Opened are the pages of a run, or any that `reconcile`, `explain`, `words` or `diff` has written: at 1280 and 390 px,
in the dark, without scripts and on paper (`views`). `requests` are addresses it asked for, `errors` what it complained
of, `faults` texts cut, labels on one another and pages wider than their screen, `violations` what axe-core finds. Of
several pages of one kind (regions, managers, persons) the first is opened; with --all every one. `largest_bytes` is the
size of the largest page. --pictures also keeps what each view looks like as PNG, and the sheets of the PDF and of its
summary where `pdftoppm` is there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import FLAGS, LOCAL, executable
from policymodel.report.pdf import write_pdf
from policymodel.words.catalogues import LANGUAGES
from report.looking import VIEWS, View, faults, look, violations

KINDS = ("index.html", "*/report.*.html", "editions/works_council/*/report.*.html")
KINDS += ("editions/regional_hr/*/report.*.html", "editions/regional_hr/*/people/*.html")
KINDS += ("editions/manager/*/sheets/*.html",)
TALLEST = 16_000
"""Pixels of a picture, beyond which Chromium cuts it off."""
DOTS = "70"
"""Dots an inch of a printed sheet."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("places", type=Path, nargs="+")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--pictures", type=Path)
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        found = {each.name: opened(browser, each, chosen.all, chosen.pictures) for each in chosen.places}
        browser.close()
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return int(
        any(each[kind] for each in found.values() for kind in ("requests", "errors", "faults", "violations"))
    )


def pages_of(run: Path, every: bool) -> Iterator[tuple[Path, str]]:
    """The pages to open, each with its language; a page that is no run's is opened as it is."""
    if run.is_file():
        yield run, ""
        return
    yield from ((run / "index.html", language) for language in LANGUAGES)
    for kind in KINDS[1:]:
        for language in LANGUAGES:
            there = sorted(run.glob(kind.replace("*.html", f"*{language}.html")))
            group = [each for each in there if each.parent.name == "group"]
            regions = [each for each in there if each.parent.name != "group"]
            yield from ((each, language) for each in (there if every else [*group, *regions[:1]]))


def opened(browser: Browser, run: Path, every: bool, pictures: Path | None) -> dict[str, Any]:
    """What opening the pages of a run, or one page, asked for and complained of, and what does not fit or be read."""
    found: dict[str, Any] = {"requests": [], "errors": [], "faults": [], "violations": []}
    pages, home = list(pages_of(run, every)), run.parent if run.is_file() else run
    for path, language in pages:
        name = ".".join(
            [*path.relative_to(home).with_suffix("").parts, *([language] if path.stem == "index" else [])]
        )
        for view in VIEWS:
            for kind, each in looked(
                browser, path, view, language, pictures and pictures / f"{name}.{view.name}.png"
            ):
                found[kind].append(f"{name} {view.name}: {each}")
        if pictures and path.stem != "index":
            print_sheets(path, pictures, name)
    sizes = [path.stat().st_size for path, _ in pages]
    return {"pages": len(pages), "views": len(pages) * len(VIEWS), "largest_bytes": max(sizes), **found}


def looked(
    browser: Browser, path: Path, view: View, language: str, picture: Path | None
) -> Iterator[tuple[str, str]]:
    """What one view of one page shows, as kind and words; its picture is kept where that is asked for."""
    heard: list[tuple[str, str]] = []

    def listen(page: Page) -> None:
        page.on("request", lambda each: heard.append(("requests", each.url)))
        page.on("console", lambda each: heard.append(("errors", each.text)))
        page.on("pageerror", lambda each: heard.append(("errors", str(each))))

    page = look(browser, path, view, language if path.stem == "index" else "", listen)
    yield from (each for each in heard if not each[1].startswith(LOCAL))
    yield from (("faults", each) for each in faults(page))
    if picture:
        picture.parent.mkdir(parents=True, exist_ok=True)
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": view.width, "height": height}
        page.screenshot(path=picture, full_page=True, clip=clip)
    yield from (("violations", each) for each in violations(page))
    page.context.close()


def print_sheets(path: Path, pictures: Path, name: str) -> None:
    """The sheets of a page's PDF, and of its summary, as pictures."""
    tool = shutil.which("pdftoppm")
    for short in (False, True) if tool else ():
        pdf = write_pdf(path, pictures / f"{name}{'.summary' if short else ''}.pdf", summary=short)
        subprocess.run([str(tool), "-r", DOTS, "-png", str(pdf), str(pdf.with_suffix(""))], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
