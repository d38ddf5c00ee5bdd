"""One byte changed at a random place, and whether `policymodel verify` finds it and says where, as JSON.

    python bench/tampering.py [--tries 40] [--seed 1]

Two runs of a small invented bank are made: one on its CSV files, one on the store of those. In every try one byte of
one file is given another value: a table of the bank, a Parquet file or the manifest of the store, the run file, the
mapping, a scheme or change file, a notebook, a page, its executed notebook, a result table. `verify --quick` of a page
that was made from the file must end with exit code 1 and name the file. Every tenth try the page is made again as
well. Then the byte is put back. `control`: the untouched pages, those of the first run made again, of which nothing
may be said. `missed` names what was not found. Exit code 1 if anything was, or if the control differs.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from small_run import make_small_run

from policymodel.cli import main as answer


@dataclass(frozen=True)
class Target:
    """A file to tamper with, a page that was made from it, and how `verify` should call it."""

    kind: str
    file: Path
    page: Path
    called: str


def verified(page: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of `verify` and the differences it tells, as place and what."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = answer(["verify", str(page), "--json", *options])
    try:
        return code, [each for verdict in json.loads(said.getvalue()) for each in verdict["differences"]]
    except ValueError:
        return code, [{"place": "", "what": said.getvalue()}]


def targets(home: Path, raw: Path, stored: Path) -> list[Target]:
    """Everything a byte is changed in."""
    north, group = raw / "north" / "report.en.html", raw / "group" / "report.en.html"
    found = [
        Target("data, CSV", path, north, path.name)
        for path in sorted((home / "bank").iterdir())
        if path.is_file()
    ]
    for path in sorted((home / "store").rglob("*")):
        if path.suffix == ".parquet" or path.name == "manifest.json":
            page = stored / "north" / "report.en.html"
            found.append(Target("data, store", path, page, path.name))
    params = home / "params"
    found.append(Target("params", params / "runs" / "demo.yaml", north, "demo.yaml"))
    found.append(Target("params", params / "mappings" / "bank.yaml", north, "bank.yaml"))
    for name in (
        "schemes/s4_scorecard",
        "schemes/s6_profit_centre",
        "changes/s4_softer_deposits",
        "changes/s6_more_for_growth",
    ):
        path = params / f"{name}.yaml"
        found.append(Target("scheme", path, north, path.name))
    for name, page in (("region_report", north), ("group_report", group)):
        path = home / "notebooks" / f"{name}.ipynb"
        found.append(Target("notebook", path, page, path.name))
    for page in (north, group, raw / "east" / "report.en.html"):
        found.append(Target("page", page, page, page.name))
    found.append(Target("beside the page", north.with_name("report.ipynb"), north, "report.ipynb"))
    found += [
        Target("beside the page", path, group, path.name)
        for path in sorted((group.parent / "results").iterdir())
    ]
    return found


def tampered(target: Target, chance: random.Random, quick: bool) -> dict[str, Any] | None:
    """Change one byte, verify, and put it back: None where it was found and named."""
    content = target.file.read_bytes()
    place = chance.randrange(len(content))
    changed = content[place] ^ chance.randint(1, 255)
    target.file.write_bytes(content[:place] + bytes([changed]) + content[place + 1 :])
    try:
        code, told = verified(target.page, *(["--quick"] if quick else []))
    finally:
        target.file.write_bytes(content)
    if code == 1 and any(target.called in f"{each['place']} {each['what']}" for each in told):
        return None
    return {"file": str(target.file), "byte": place, "exit code": code, "told": told[:3]}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory(prefix="tampering-") as folder:
        home = Path(folder).resolve()
        run = make_small_run(home, managers=40, regions=2)
        raw, stored = home / "raw", home / "stored"
        code, said = run.finish(raw)
        assert code == 0, said
        shutil.copytree(raw / "store", home / "store")
        told = ["run", str(run.run_file), "--history", str(home / "store"), "--out", str(stored)]
        with contextlib.redirect_stdout(io.StringIO()):
            assert answer(told) == 0
        control = {path.name: verified(path, *options) for path, *options in ((raw,), (stored, "--quick"))}
        by_kind: dict[str, list[Target]] = {}
        for target in targets(home, raw, stored):
            by_kind.setdefault(target.kind, []).append(target)
        tries, missed = Counter[str](), []
        for number in range(chosen.tries):
            kind = list(by_kind)[number % len(by_kind)]
            tries[kind] += 1
            found = tampered(chance.choice(by_kind[kind]), chance, quick=number % 10 != 9)
            missed += [] if found is None else [found]
        control |= {f"{path.name} afterwards": verified(path, "--quick") for path in (raw, stored)}
    result = {
        "tries": dict(tries) | {"all": tries.total()},
        "found": tries.total() - len(missed),
        "missed": missed,
        "control": {
            name: {"exit code": code, "differences": found} for name, (code, found) in control.items()
        },
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if missed or any(code for code, _ in control.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
