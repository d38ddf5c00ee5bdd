"""Twelve regions in one run, against the plain loop of command lines and against the bare computing (Linux, macOS).

    python bench/batch.py [--regions 12] [--managers 720] [--rounds 1] [--jobs 2] [--languages en zh-Hant zh-Hans]

Invents a bank, then makes the pages of its regions and of the group in three ways, one after the other in each round:

run    `policymodel run` on the raw bank: reading and checking it, drawing, searching pages for persons, sealing them
floor  the cells of the same notebooks as plain Python, a process for each page: no kernel, no papermill, no page
loop   for each page `papermill` and `jupyter nbconvert --to html`, on the same notebooks and parameters; the history
       is the store that `run` has written, so the loop reads nothing raw, draws no picture and searches nothing

Prints JSON. `cpu_seconds` are user and system seconds of every process that a way has started, kernels included (on
Linux a kernel left behind becomes a child of this program and is counted when it ends); `wall_seconds` depend on what
else the machine does. Each figure is the median of the rounds, `per_page` is of the regions' and the group's, and
`ratios` divide CPU seconds. `of_floor` says where the floor's seconds of a page go: starting and importing, reading and
pricing, drawing and wording. `bytes` are those of a region's page, median and largest, as it is and compressed.
"""

from __future__ import annotations

import argparse
import compileall
import ctypes
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import read_run_file
from policymodel.runner.plan import Page, Wishes, make_plan

PROJECT = Path(__file__).resolve().parents[1]
DEMO = PROJECT / "params" / "runs" / "demo.yaml"
PROGRAMS = Path(sys.executable).parent
SEED = 2026
BECOME_PARENT_OF_ORPHANS = 36

Usage = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--regions", type=int, default=12)
    parser.add_argument("--managers", type=int, default=720)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--languages", nargs="+", default=["en", "zh-Hant", "zh-Hans"])
    chosen = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(BECOME_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    compileall.compile_dir(PROJECT / "src", quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_bank(folder / "bank", Draws(SEED), managers=chosen.managers, regions=chosen.regions)
        spent: dict[str, list[Usage]] = defaultdict(list)
        run_file = write_run_file(folder, chosen.languages)
        for _ in range(chosen.rounds):
            pages = run(run_file, chosen.jobs, spent["run"])
            floor(pages, folder / "floor", spent["floor"])
            loop(pages, folder / "loop", spent["loop"])
        print(json.dumps(told(folder, chosen, spent), indent=1))


def write_run_file(folder: Path, languages: Iterable[str]) -> Path:
    """The demo's run file for the invented bank, in these languages."""
    told = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    told |= {"id": "run", "history": str(folder / "bank"), "languages": list(languages)}
    for name in ("mapping", "lint"):
        told[name] = str(DEMO.parent / told[name])
    for design in told["designs"]:
        design |= {part: str(DEMO.parent / design[part]) for part in ("card", "pay")}
    path = folder / "run.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


def run(run_file: Path, jobs: int, spent: list[Usage]) -> tuple[Page, ...]:
    """`policymodel run`; the pages that it made."""
    out = run_file.with_suffix("")
    shutil.rmtree(out, ignore_errors=True)
    command = ["policymodel", "run", str(run_file), "--out", str(out), "--jobs", str(jobs)]
    measured([lambda: call(command, PROJECT)], spent)
    regions = [page["region"] for page in json.loads((out / "run.json").read_bytes())["pages"]]
    plan = make_plan(
        read_run_file(run_file), out, out / "store", [each for each in regions if each], Wishes()
    )
    return (*plan.pages, plan.group)


def loop(pages: Iterable[Page], out: Path, spent: list[Usage]) -> None:
    """The two command lines for each page."""
    shutil.rmtree(out, ignore_errors=True)
    measured([partial(typed, page, out) for page in pages], spent)


def typed(page: Page, out: Path) -> None:
    folder = place(page, out)
    told = [word for name, value in page.parameters.items() for word in ("-r", name, value)]
    call(["papermill", str(page.notebook), "report.ipynb", *told, "--no-progress-bar"], folder)
    call(["jupyter", "nbconvert", "--to", "html", "report.ipynb"], folder)


def floor(pages: Iterable[Page], out: Path, spent: list[Usage]) -> None:
    """The notebooks' cells as plain Python."""
    shutil.rmtree(out, ignore_errors=True)
    parts: list[Usage] = []
    measured([partial(plain, page, out, parts) for page in pages], spent)
    spent[-1] |= {name: sum(part[name] for part in parts) for name in parts[0]}


def plain(page: Page, out: Path, parts: list[Usage]) -> None:
    folder = place(page, out)
    told = json.dumps([str(page.notebook), dict(page.parameters)])
    done = subprocess.run(
        [sys.executable, __file__, "--cells", told],
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
        env=quiet_environment(),
    )
    parts.append(json.loads(done.stdout))


def cells(notebook: str, parameters: dict[str, str]) -> Usage:
    """Run the cells in this process; CPU seconds until the imports are done, the session is open, the end."""
    from_cells = [
        "".join(cell["source"])
        for cell in json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])
    ]
    names: dict[str, Any] = dict(parameters)
    begun = 0.0
    parts: Usage = {}
    for index, source in enumerate(from_cells):
        exec(source, names)
        part = ("importing", "computing", "telling")[min(index, 2)]
        parts[part] = parts.get(part, 0.0) + time.process_time() - begun
        begun = time.process_time()
    return parts


def place(page: Page, out: Path) -> Path:
    """Where a page is made: as deep as in a run, so that its parameters hold, with the run's store beside it."""
    folder = out / page.folder
    folder.mkdir(parents=True)
    if not (out / "store").exists():
        (out / "store").symlink_to(out.with_name("run") / "store")
    return folder


def call(command: list[str], folder: Path) -> None:
    program = str(PROGRAMS / command[0])
    subprocess.run(
        [program, *command[1:]], cwd=folder, check=True, env=quiet_environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def quiet_environment() -> dict[str, str]:
    """Numerical libraries on one thread, as the runner has them."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return dict(os.environ, PATH=path, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def measured(works: Iterable[Callable[[], None]], spent: list[Usage]) -> None:
    """Do them one after the other, and add what that took."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for work in works:
        work()
    wall = time.monotonic() - begun
    count_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    spent.append({"cpu_seconds": cpu, "wall_seconds": wall})


def count_orphans(patience: float = 10.0) -> None:
    """Wait for what was left behind, which is counted only then; what runs on after that is not."""
    given_up = time.monotonic() + patience
    with suppress(ChildProcessError):
        while time.monotonic() < given_up:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.1)


def told(folder: Path, chosen: argparse.Namespace, spent: dict[str, list[Usage]]) -> dict[str, Any]:
    """What was measured, rounded."""
    middle = {
        way: {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
        for way, rounds in spent.items()
    }
    cpu = {way: each["cpu_seconds"] for way, each in middle.items()}
    count = chosen.regions + 1
    return {
        "regions": chosen.regions,
        "managers": chosen.managers,
        "rounds": chosen.rounds,
        "languages": chosen.languages,
        "ways": {
            way: {
                "cpu_seconds": round(each["cpu_seconds"], 1),
                "wall_seconds": round(each["wall_seconds"], 1),
                "per_page": round(each["cpu_seconds"] / count, 2),
            }
            for way, each in middle.items()
        },
        "of_floor": {
            name: round(middle["floor"][name] / count, 2) for name in ("importing", "computing", "telling")
        },
        "ratios": {
            "loop_to_run": round(cpu["loop"] / cpu["run"], 2),
            "run_to_floor": round(cpu["run"] / cpu["floor"], 2),
            "loop_to_floor": round(cpu["loop"] / cpu["floor"], 2),
        },
        "bytes": {
            language: sizes((folder / "run").glob(f"[!g]*/report.{language}.html"))
            for language in chosen.languages
        }
        | {"loop": sizes((folder / "loop").glob("[!g]*/report.html"))},
    }


def sizes(pages: Iterable[Path]) -> dict[str, int]:
    """Median and largest page, and the same compressed."""
    contents = [page.read_bytes() for page in pages]
    raw = [len(each) for each in contents]
    packed = [len(gzip.compress(each, mtime=0)) for each in contents]
    return {
        "median": int(statistics.median(raw)),
        "largest": max(raw),
        "compressed_median": int(statistics.median(packed)),
        "compressed_largest": max(packed),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cells"]:
        print(json.dumps(cells(*json.loads(sys.argv[2]))))
    else:
        main()
