"""Words and numbers planted in each region's rows and searched for in everything that is not that region's, as JSON.

    python bench/canaries.py [--pdf]

A run of three regions with every edition (leadership, works council, regional HR with ids, managers) is made on a small
invented bank. In each region eight canaries are planted: an id, a name, a client, an outlet's name, an event's id, a
row that is put aside, an amount and a figure. Then every file of every other region and of the group is read (pages,
executed notebooks, Parquet tables, records, with --pdf the printed pages, a score table of each region as .xlsx) with
its escapes undone. `seen_elsewhere` must be empty; `seen_at_home` counts those found in the region's own part of the
store (all must be, or the search would prove nothing); `files` says how many were read. Exit code 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from small_run import PROJECT, make_small_run

sys.path.insert(0, str(PROJECT / "tests"))

from policymodel.cli import main as answer
from policymodel.history.store import slug
from runner.canaries import Canaries, plant, seen, texts

EDITIONS = "editions: [leadership, works_council, regional_hr, manager]\npeople_as: ids\n"


def places(out: Path, region: str) -> list[Path]:
    """Everything that was made for a region ("group" for the group), its part of the store included."""
    found = [out / region, out / "store" / slug(region), *out.glob(f"editions/*/{region}")]
    return [each for each in found if each.is_dir()]


def searched(out: Path, canaries: list[Canaries]) -> dict[str, Any]:
    """Every region's canaries in all that is not that region's."""
    elsewhere, home, files = [], 0, 0
    for each in canaries:
        home += len(seen(each, out / "store" / slug(each.region)))
        for other in [*(one.region for one in canaries if one is not each), "group"]:
            for place in places(out, other):
                files += len(list(texts(place)))
                elsewhere += [
                    f"{where} of {each.region} in {place.relative_to(out)}: {', '.join(names)}"
                    for where, names in seen(each, place).items()
                ]
    return {
        "planted": sum(len(each.planted) for each in canaries),
        "seen_at_home": home,
        "files": files,
        "seen_elsewhere": elsewhere,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pdf", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="canaries-") as folder:
        run = make_small_run(Path(folder).resolve())
        run.run_file.write_text(run.run_file.read_text("utf-8") + EDITIONS, encoding="utf-8")
        canaries, out = plant(run.folder / "bank"), run.folder / "out"
        code, said = run.finish(out, *(["--pdf"] if chosen.pdf else []))
        for each in canaries if code == 0 else ():
            told = ["--history", str(out / "store" / slug(each.region)), "--plan-year", "2025"]
            scheme = run.folder / "params" / "schemes" / "s4_scorecard.yaml"
            answer(["score", str(scheme), *told, "--out", str(out / each.region / "scores.xlsx")])
        result = (
            {"exit_code": code, **searched(out, canaries)} if code == 0 else {"exit_code": code, "said": said}
        )
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return (
        0 if code == 0 and not result["seen_elsewhere"] and result["seen_at_home"] == result["planted"] else 1
    )


if __name__ == "__main__":
    raise SystemExit(main())
