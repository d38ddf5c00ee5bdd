"""Pages whose every name is hostile, opened in Chromium, as JSON.

    python bench/hostile_pages.py

A small invented bank whose regions, outlets, titles, question, designs and reasons hold what would run as a script, a
template or a link (the words of hostile_inputs.py that history accepts). All its pages and the index are opened without
a network. `ran` must be empty: scripts that ran, dialogs, requests, errors of the console. `evaluated` too: pages in
which a template was worked out. `shown` counts the hostile words that stand on the pages as they were written. Exit
code 1 if anything ran or was evaluated, or if no word is shown.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from hostile_inputs import WORDS
from small_run import PROJECT, SmallRun, make_small_run

sys.path.insert(0, str(PROJECT / "tests"))

from playwright.sync_api import Page, sync_playwright

from browser import FLAGS, executable

SCRIPT, TEMPLATE = WORDS["script"], WORDS["template"]
HARMFUL = (
    *(
        "script",
        "end of script",
        "attribute",
        "entity",
        "formula =",
        "DDE",
        "template",
        "template of scripts",
    ),
    *("markdown", "SQL", "format", "quotes"),
)
PRODUCT = "1337"
"""What the template would come to."""


def poison(run: SmallRun) -> list[str]:
    """Put hostile words wherever the bank or the run file may say anything; the words."""
    bank = run.folder / "bank"
    regions = {
        "north": f"N {SCRIPT} {TEMPLATE}",
        "east": f"E {WORDS['end of script']} {WORDS['template of scripts']}",
    }
    for name in ("managers.csv", "outlets.csv", "targets.csv"):
        table = pd.read_csv(bank / name, dtype="str", keep_default_na=False)
        for column in set(table.columns) & {"地區", "單位編號"}:
            table[column] = table[column].replace(regions)
        if "網點名稱" in table:
            table["網點名稱"] = [WORDS[HARMFUL[at % len(HARMFUL)]] for at in range(len(table))]
        table.to_csv(bank / name, index=False)
    text = run.run_file.read_text(encoding="utf-8")
    for number, found in enumerate(re.findall(r'en: ("[^"]*"|[^",}\n]+)', text)):
        words = json.dumps(f"{found.strip(chr(34))} {WORDS[HARMFUL[number % len(HARMFUL)]]}")
        text = text.replace(f"en: {found}", f"en: {words}", 1)
    text = re.sub(r"(?ms)^region_titles:.*?(?=^languages)", "", text)
    run.run_file.write_text(text, encoding="utf-8")
    change = run.folder / "params" / "changes" / "s6_more_for_growth.yaml"
    text = change.read_text(encoding="utf-8")
    change.write_text(
        re.sub(r"(?m)^title: .*$", f"title: {{en: {json.dumps(SCRIPT)}}}", text), encoding="utf-8"
    )
    return [*regions.values(), *(WORDS[name] for name in HARMFUL)]


def watch(page: Page, where: str, ran: list[str]) -> None:
    """Write down whatever a page does beyond showing itself."""
    page.on("dialog", lambda each: ran.append(f"{where}: a dialog, {each.message}"))
    page.on("console", lambda each: ran.append(f"{where}: {each.text}"))
    page.on("pageerror", lambda each: ran.append(f"{where}: {each}"))
    page.on(
        "request", lambda each: None if each.url.startswith("file:") else ran.append(f"{where}: {each.url}")
    )


def opened(out: Path, words: list[str]) -> dict[str, Any]:
    """What the pages did, and which of the words they show."""
    pages = [out / "index.html", *sorted(out.glob("*/report.*.html"))]
    ran: list[str] = []
    evaluated: list[str] = []
    shown: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for path in pages:
            page = browser.new_context(offline=True).new_page()
            where = path.relative_to(out).as_posix()
            watch(page, where, ran)
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            page.wait_for_timeout(500)
            ran += [f"{where}: a script"] if page.evaluate("'ran' in window") else []
            text = page.evaluate("document.body.textContent")
            evaluated += [where] if PRODUCT in text else []
            shown |= {word for word in words if word in text}
        browser.close()
    return {
        "pages": len(pages),
        "ran": ran,
        "evaluated": evaluated,
        "shown": len(shown),
        "of": len(set(words)),
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hostile-pages-") as folder:
        run, out = (
            make_small_run(Path(folder).resolve(), managers=40, regions=2),
            Path(folder).resolve() / "out",
        )
        words = poison(run)
        code, said = run.finish(out)
        result: dict[str, Any] = {"exit_code": code, **(opened(out, words) if code == 0 else {"said": said})}
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if code == 0 and not result["ran"] and not result["evaluated"] and result["shown"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
