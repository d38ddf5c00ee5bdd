"""Every page of a run in Chromium with the network off, at 1280 and 390 px, as JSON: requests, errors, overflow.

python bench/open_pages.py RUN_DIR [RUN_DIR ...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 390)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    runs = parser.parse_args().runs
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        print(json.dumps({run.name: opened(browser, run) for run in runs}, indent=1))
        browser.close()


def opened(browser: Browser, run: Path) -> dict[str, Any]:
    """What opening every page of a run asked for, complained of, or let run over the edge."""
    pages = [run / "index.html", *sorted(run.glob("*/report.*.html"))]
    found: dict[str, list[str]] = {"requests": [], "errors": [], "overflow": []}
    for path in pages:
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
            page = context.new_page()
            where = f"{path.parent.name}/{path.name} at {width}"
            page.on(
                "request",
                lambda each, where=where: (
                    None if each.url.startswith("file:") else found["requests"].append(f"{where}: {each.url}")
                ),
            )
            page.on("console", lambda each, where=where: found["errors"].append(f"{where}: {each.text}"))
            page.on("pageerror", lambda each, where=where: found["errors"].append(f"{where}: {each}"))
            page.goto(path.resolve().as_uri())
            # Charts are drawn when they come near the screen, so the page is read to its end.
            page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
            page.wait_for_timeout(300)
            if page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"):
                found["overflow"].append(where)
            context.close()
    return {"pages": len(pages), "views": len(pages) * len(WIDTHS), **found}


if __name__ == "__main__":
    main()
