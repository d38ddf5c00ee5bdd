"""Planted leaks that the scanner must find, and pages on which it must find nothing, as JSON.

    python bench/leaks.py RUN_FOLDER [--run RUN.yaml] [--ids 10000]

RUN_FOLDER is what `policymodel demo` (or `run` with RUN.yaml) wrote. Every page and notebook below it is inspected as
the runner does: each finding is a false alarm. Then each leak of tests/disclosure/planted.py is put into a page, and an
id of the bank's own into the same places. Seconds are of a page with so many ids to look for.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from disclosure import planted
from policymodel.disclosure import Promise, Secrets, scan_html, scan_json
from policymodel.history.persons import MANAGERS
from policymodel.report.result_tables import read_results
from policymodel.report.runfile import read_run_file
from policymodel.runner.inspection import drawing_script, findings, known_to, promise_of
from policymodel.runner.plan import Wishes, make_plan

DEMO = Path(__file__).resolve().parents[1] / "params" / "runs" / "demo.yaml"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", type=Path, default=DEMO)
    parser.add_argument("--ids", type=int, default=10_000)
    chosen = parser.parse_args()
    page, notebook = (
        (chosen.folder / "group" / name).read_text("utf-8") for name in ("report.en.html", "report.ipynb")
    )
    result = {
        "clean": clean(chosen.folder, chosen.run),
        "planted": found(page, notebook),
        "speed": speed(page, chosen.ids),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if not result["clean"]["false_alarms"] and not result["planted"]["missed"] else 1


def clean(folder: Path, run_file: Path) -> dict[str, Any]:
    """Every page of the run, inspected as before it got its name."""
    run, store = read_run_file(run_file), folder / "store"
    known = known_to(run, store)
    regions = sorted(each for each in known.persons.regions if each)
    plan = make_plan(run, folder.resolve(), store, regions, Wishes())
    alarms, files, begun = [], 0, time.perf_counter()
    for page in (*plan.pages, plan.group, *plan.editions):
        home = folder / page.folder
        promise = promise_of(
            plan, page, read_results(home / "results") if page.edition == "leadership" else None
        )
        files += sum(path.suffix in (".html", ".ipynb") for path in home.iterdir())
        alarms += [f"{page.edition}, {page.name}: {problem}" for problem in findings(home, promise)]
    return {
        "files": files,
        "words_looked_for": len(known.secrets),
        "ordinary_words": len(known.secrets.ordinary),
        "false_alarms": alarms,
        "seconds_a_file": round((time.perf_counter() - begun) / max(files, 1), 3),
        "managers": len(known.persons.everybody()[MANAGERS]),
    }


def found(page: str, notebook: str) -> dict[str, Any]:
    """The leaks planted one at a time."""
    promise = Promise(Secrets(planted.WORDS), people=frozenset({planted.PEOPLE}), scripts=drawing_script())
    missed, told = [], []
    for ways, text, scan in (
        (planted.IN_PAGES, page, scan_html),
        (planted.IN_NOTEBOOKS, notebook, scan_json),
    ):
        for way, plant in ways.items():
            problems = scan(plant(text), promise)
            if not problems:
                missed.append(way)
            said = "\n".join(map(str, problems))
            if any(word in said for words in planted.WORDS.values() for word in words):
                told.append(way)
    count = len(planted.IN_PAGES) + len(planted.IN_NOTEBOOKS)
    return {"leaks": count, "found": count - len(missed), "missed": missed, "repeated_in_the_sentence": told}


def speed(page: str, ids: int) -> dict[str, Any]:
    """A page with its drawing script known, and the same page with that script read too."""
    words = {"the id of a manager": [f"{10_000_000 + 7919 * each:08d}" for each in range(ids)]}
    begun = time.perf_counter()
    secrets = Secrets(words)
    seconds = {"index": round(time.perf_counter() - begun, 3)}
    for name, scripts in (("page", drawing_script()), ("page_with_its_script", frozenset[str]())):
        promise = Promise(secrets, scripts=scripts)
        scan_html(page, promise)
        begun = time.perf_counter()
        scan_html(page, promise)
        seconds[name] = round(time.perf_counter() - begun, 3)
    return {"ids": ids, "page_bytes": len(page.encode()), "seconds": seconds}


if __name__ == "__main__":
    raise SystemExit(main())
