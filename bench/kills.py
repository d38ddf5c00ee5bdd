"""Runs that are killed at random moments and resumed, as JSON.

    python bench/kills.py [--kills 50] [--seed 1]

A run of a small invented bank (three regions, the real notebooks) is killed with SIGKILL again and again: the
runner alone, its whole process group, or one kernel. The moments are drawn from the time the run still needs; half of
them wait for a change of the names in its folder, where something is being written or renamed. Runs begin in an empty
folder, with --resume in a killed one, or without it over whatever is there. After every kill whatever has its final
name must be whole (`broken`) and the kernels must end by themselves (`outlived`; in every other try the run is resumed
without waiting for them). Whenever a run gets to its end its folder must be that of a run nobody disturbed, byte for
byte but for the seconds in run.json (`unequal`). A kernel that is killed costs its page and no other (`wrong_ends`).
`kills` counts only those that hit a running process; `stages` says what the run was at. Exit code 1 if anything is
wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from small_run import (
    SmallRun,
    broken_parts,
    content,
    differences,
    kernels,
    make_small_run,
    seconds_until_gone,
)

LIMIT = 20.0
PAGES = 4


class Killer:
    """One bank, one folder of reports, and what has come of killing its runs so far."""

    def __init__(self, run: SmallRun, out: Path, seed: int) -> None:
        self.run, self.out, self.chance = run, out, random.Random(seed)
        begun = time.monotonic()
        code, said = run.finish(out)
        assert code == 0, said
        self.seconds = time.monotonic() - begun
        self.wanted = content(out)
        self.found: dict[str, Any] = {
            name: [] for name in ("broken", "outlived", "unequal", "wrong_ends", "kernels_ended_after")
        }
        self.kills, self.stages, self.finished = Counter[str](), Counter[str](), 0

    def work(self, kills: int) -> dict[str, Any]:
        """Kill so many times; what came of it."""
        while self.kills.total() < kills:
            self.one_try()
            if self.chance.random() < 0.3:
                self.resume()
        self.resume()
        after = self.found.pop("kernels_ended_after")
        return {
            "kills": self.kills.total(),
            "of": dict(self.kills),
            "stages": dict(self.stages),
            "undisturbed_seconds": round(self.seconds, 1),
            "resumed_to_the_end": self.finished,
            "kernels_ended_after_seconds_at_most": round(max(after, default=0.0), 2),
            **self.found,
        }

    def one_try(self) -> None:
        """Start a run one way or another and kill it."""
        way = self.chance.choices(("resume", "again", "fresh"), (6, 1, 1))[0]
        if way == "fresh":
            shutil.rmtree(self.out, ignore_errors=True)
        process = self.run.start(self.out, *(["--resume"] if way == "resume" else []))
        what = self.chance.choices(("runner", "group", "kernel"), (3, 1, 1))[0]
        running = self.wait(process, way)
        while what == "kernel" and process.poll() is None and not kernels(self.out):
            time.sleep(0.05)
        stage = self.stage()
        there = kernels(self.out) if what == "kernel" else []
        what = "runner" if what == "kernel" and not there else what
        if not running or process.poll() is not None:
            process.communicate()
            self.check_end(process.returncode)
            return
        if what == "kernel":
            self.kill_kernel(process, there)
        else:
            (os.killpg if what == "group" else os.kill)(process.pid, signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL
            if self.kills.total() % 2:
                self.wait_for_kernels()
        self.kills[what] += 1
        self.stages[stage] += 1
        self.found["broken"] += broken_parts(self.out)

    def wait(self, process: subprocess.Popen[str], way: str) -> bool:
        """Wait for the moment; whether the run is still under way then."""
        there = len(list(self.out.glob("[!.]*/record.json"))) if way == "resume" else 0
        left = self.seconds * (0.25 + 0.75 * (PAGES - min(there, PAGES)) / PAGES)
        moment = time.monotonic() + self.chance.uniform(0, left)
        changes = self.chance.choice((0, self.chance.randint(1, 6)))
        while time.monotonic() < moment and process.poll() is None:
            time.sleep(0.01)
        names = self.names()
        while changes and process.poll() is None:
            time.sleep(0.001)
            if (now := self.names()) != names:
                changes, names = changes - 1, now
        return process.poll() is None

    def names(self) -> frozenset[str]:
        """The names in the folder of the run and of the pages that are being built."""
        found: set[str] = set()
        for place in (self.out, *self.out.glob(".*")) if self.out.is_dir() else ():
            try:
                found |= {each.path for each in os.scandir(place)}
            except OSError:  # a file, or gone already
                continue
        return frozenset(found)

    def stage(self) -> str:
        """What the run is at, by what is in its folder."""
        hidden = {path.name for path in self.out.glob(".*")} if self.out.is_dir() else set()
        if not hidden:
            return "reading"
        if ".group.unfinished" in hidden:
            return "group's page"
        if any(name.endswith(".unfinished") for name in hidden):
            return "regions' pages"
        return "store, records, index"

    def kill_kernel(self, process: subprocess.Popen[str], there: list[Any]) -> None:
        """End one kernel; the run goes on to its end, and only that page is not there."""
        victim = self.chance.choice(there)
        home = Path(victim.cwd()).name
        victim.kill()
        said, _ = process.communicate()
        failed = [line for line in said.splitlines() if line.startswith("  failed  ")]
        page = home.removeprefix(".").removesuffix(".unfinished")
        sentence = f"  failed  {page}: its process ended before the notebook did"
        if process.returncode not in (0, 1) or any(not line.startswith(sentence) for line in failed):
            self.found["wrong_ends"].append(f"{process.returncode}, killed in {home}: {said}")

    def wait_for_kernels(self) -> None:
        """Kernels end by themselves once nobody listens."""
        seconds = seconds_until_gone(self.out, LIMIT)
        if seconds is None:
            self.found["outlived"].append(f"after kill {self.kills.total()}")
        else:
            self.found["kernels_ended_after"].append(seconds)

    def resume(self) -> None:
        """Resume, undisturbed."""
        code, said = self.run.finish(self.out, "--resume")
        if code:
            self.found["wrong_ends"].append(f"resumed, {code}: {said}")
        self.check_end(code)

    def check_end(self, code: int) -> None:
        """A run that came to its end made what the undisturbed one made."""
        self.finished += 1
        other = differences(self.wanted, content(self.out))
        if code or other:
            self.found["unequal"].append(f"exit code {code}: {', '.join(other[:5])}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        home = Path(folder).resolve()
        killer = Killer(make_small_run(home), home / "out", chosen.seed)
        result = killer.work(chosen.kills)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if any(result[name] for name in ("broken", "outlived", "unequal", "wrong_ends")) else 0


if __name__ == "__main__":
    raise SystemExit(main())
