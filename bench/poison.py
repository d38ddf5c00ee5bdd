"""Each way in which one region, or the folder of a run, can go wrong, as JSON.

    python bench/poison.py [--only regions | folders]

`regions`: a run of nine regions in which seven fail, each in a way of its own: a cell raises, a cell never ends, a
kernel asks for too much memory, ends itself, is killed, cannot write its results, has half of its rows broken. Of each:
what was said, what stands in its folder. The other two must be, byte for byte, those of a run without poison. Then the
poison is taken away, and the resumed run must be that run altogether.
`folders`: a region that the history does not have; a region that is gone from the data; a disk that gets full and then
has room again; a folder that may only be read; a folder in which another run is under way; a file where the folder
should be. Of each: the exit code and what was said. What needs a disk of its own is skipped, and said to be, where
nobody may mount one.
`failures` names what was not as it must be. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from small_run import SmallRun, broken_parts, content, differences, kernels, make_small_run

from policymodel.runner.folder import occupied

TIMEOUT, MEMORY = 60, 700
POISON = "poison.py"
CELL = f"from pathlib import Path\nexec(Path('../../{POISON}').read_text())"
"""A cell that does what a file beside the run's folder says: the notebook is the same with poison and without."""

POISONS = {
    "raises": ("raise ValueError('no such grade')", "an error in the program (ValueError: no such grade)"),
    "never ends": (
        "while True:\n  try:\n    while True: pass\n  except KeyboardInterrupt: pass",
        f"one step took longer than {TIMEOUT} seconds",
    ),
    "too much memory": (
        "hog = [bytearray(10**8) for _ in range(100)]",
        f"it needed more than the {MEMORY} MB of memory that a region may have (--memory)",
    ),
    "ends itself": ("import os\nos._exit(3)", "its process ended before the notebook did"),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", "its process ended before the notebook did"),
    "cannot write its results": ("Path('results').write_text('')", "results: is a file, or lies below one"),
}
BROKEN_ROWS = "broken rows"
SAID_OF_ROWS = "rows were put aside"


def poisoned(run: SmallRun) -> list[str]:
    """Put the cell into the notebook and a poison for each of the first regions into the file; their names."""
    people = pd.read_csv(run.folder / "bank" / "managers.csv", dtype="str")
    regions = list(dict.fromkeys(people["地區"]))
    path = run.folder / "notebooks" / "region_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(CELL, id="poison"))
    nbformat.write(notebook, path)
    (run.folder / POISON).write_text("", encoding="utf-8")
    return regions


def program(regions: list[str]) -> str:
    """What each of the first regions does."""
    parts = [
        f"if region == {region!r}:\n" + "\n".join(f"  {line}" for line in code.splitlines())
        for region, (code, _) in zip(regions, POISONS.values(), strict=False)
    ]
    return "\n".join(parts) + "\n"


def spoil(bank: Path, region: str) -> None:
    """Make every other figure of a region one that cannot be read."""
    people = pd.read_csv(bank / "managers.csv", dtype="str")
    ids = set(people.loc[people["地區"] == region, "工號"])
    with gzip.open(bank / "activity.csv.gz", "rt", encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype="str", keep_default_na=False)
    rows.loc[rows["工號"].isin(ids) & (rows.index % 2 == 0), "實績"] = "many"
    with gzip.open(bank / "activity.csv.gz", "wt", encoding="utf-8") as file:
        rows.to_csv(file, index=False)


def regions(home: Path) -> tuple[dict[str, Any], list[str]]:
    """Seven of nine regions fail."""
    run, out = make_small_run(home, managers=180, regions=9), home / "out"
    names = poisoned(run)
    code, said = run.finish(out)
    assert code == 0, said
    clean = content(out)
    shutil.copytree(run.folder / "bank", home / "sound")
    spoil(run.folder / "bank", names[len(POISONS)])
    (run.folder / POISON).write_text(program(names), encoding="utf-8")
    options = ("--timeout", str(TIMEOUT), "--memory", str(MEMORY))
    code, said = run.finish(out, *options)
    failures = [] if code == 1 else [f"exit code {code}"]
    lines = {line.split()[1].rstrip(":"): line.strip() for line in said.splitlines() if "  failed  " in line}
    sentences = [each for _, each in POISONS.values()] + [SAID_OF_ROWS]
    told: dict[str, Any] = {}
    for kind, region, wanted in zip([*POISONS, BROKEN_ROWS], names, sentences, strict=False):
        there = sorted(each.name for each in (out / region).iterdir())
        told[kind] = {"said": lines.get(region, ""), "left": there}
        if wanted not in lines.get(region, "") or "Traceback" in lines.get(region, ""):
            failures.append(f"{kind}: the sentence is another")
        if {each for each in there if not each.startswith("failed.")} != {"record.json"}:
            failures.append(f"{kind}: its folder holds more than how far it came")
        if "failed.ipynb" not in there:
            failures.append(f"{kind}: nobody can see how far it came")
    failures += broken_parts(out)
    failures += [f"{name} was left" for name in os.listdir(out) if name.startswith(".")]
    failures += [f"a kernel was left in {each.cwd()}" for each in kernels(out)]
    now = content(out)
    for region in names[len(POISONS) + 1 :]:
        mine = {name: digest for name, digest in clean.items() if name.startswith(f"{region}/")}
        theirs = {name: digest for name, digest in now.items() if name.startswith(f"{region}/")}
        failures += [f"{region}: {name} differs" for name in differences(mine, theirs)]
    failures += [] if (out / "group" / "report.en.html").is_file() else ["the group has no page"]
    (run.folder / POISON).write_text("", encoding="utf-8")
    shutil.rmtree(run.folder / "bank")
    shutil.move(home / "sound", run.folder / "bank")
    code, said = run.finish(out, "--resume")
    other = differences(clean, content(out))
    failures += [f"resumed without poison: exit code {code}, {', '.join(other[:5])}"] if code or other else []
    told["resumed without poison"] = said.splitlines()[:2]
    return told, failures


@contextmanager
def disk(place: Path, megabytes: int) -> Iterator[bool]:
    """A disk of its own at this place; whether there is one."""
    place.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def remount(place: Path, how: str) -> None:
    """Change how a disk is mounted."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def folders(home: Path) -> tuple[dict[str, Any], list[str]]:
    """What is wrong with the run file, the data or the folder as a whole."""
    run, out = make_small_run(home, managers=40, regions=2), home / "clean" / "out"
    code, said = run.finish(out)
    assert code == 0, said
    clean = content(out)
    told: dict[str, Any] = {}
    failures: list[str] = []

    def expect(kind: str, done: tuple[int, str], wanted: int, sentence: str) -> None:
        code, said = done
        told[kind] = {"exit code": code, "said": said.strip().splitlines()}
        if code != wanted or sentence not in said or "Traceback" in said:
            failures.append(f"{kind}: exit code {code}: {said.strip()[:300]}")

    def unmoved(kind: str) -> None:
        failures.extend(f"{kind}: {each} is another" for each in differences(clean, content(out)))

    expect("a region that is not there", run.finish(out, "--only", "nroth"), 2, "did you mean 'north'?")
    unmoved("a region that is not there")
    with occupied(out):
        expect("a busy folder", run.finish(out), 2, "another run is under way in this folder")
    unmoved("a busy folder")
    expect("a file for a folder", run.finish(run.run_file), 2, "it is a file, or lies below one")
    with disk(home / "small", 2) as mounted:
        place = home / "small" / "out"
        if not mounted:
            told["a full disk"] = told["a folder that may only be read"] = (
                "skipped: nobody may mount a disk here"
            )
        else:
            expect(
                "a full disk",
                run.finish(place),
                2,
                "the disk is full; make room, then run again with --resume",
            )
            failures.extend(f"a full disk: {each}" for each in broken_parts(place))
            remount(home / "small", "size=200m")
            expect("room again", run.finish(place, "--resume"), 0, "add up to the group")
            failures.extend(f"room again: {each} differs" for each in differences(clean, content(place)))
            remount(home / "small", "ro")
            said_of = "nothing may be written there; name another folder with --out"
            expect("a folder that may only be read", run.finish(place), 2, said_of)
    only(run.folder / "bank", "north")
    expect("a region that is gone from the data", run.finish(out, "--resume"), 0, "1 of 1 regions")
    if (out / "east").exists():
        failures.append("a region that is gone from the data: its page is still there")
    return told, failures


def only(bank: Path, region: str) -> None:
    """Leave in the data what belongs to one region."""
    people = pd.read_csv(bank / "managers.csv", dtype="str", keep_default_na=False)
    kept = people[people["地區"] == region]
    kept.to_csv(bank / "managers.csv", index=False)
    outlets = pd.read_csv(bank / "outlets.csv", dtype="str", keep_default_na=False)
    outlets = outlets[outlets["地區"] == region]
    outlets.to_csv(bank / "outlets.csv", index=False)
    known = {*kept["工號"], *outlets["網點"], region}
    for name in ("activity.csv.gz", "client_income.csv.gz", "events.csv", "targets.csv"):
        rows = pd.read_csv(bank / name, dtype="str", keep_default_na=False)
        column = "單位編號" if name == "targets.csv" else "工號"
        rows[rows[column].isin(known)].to_csv(bank / name, index=False)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("regions", "folders"))
    chosen = parser.parse_args()
    ways: dict[str, Callable[[Path], tuple[dict[str, Any], list[str]]]] = {
        "regions": regions,
        "folders": folders,
    }
    result: dict[str, Any] = {"failures": []}
    for name, way in ways.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="poison-") as folder:
                result[name], failures = way(Path(folder).resolve())
                result["failures"] += failures
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
