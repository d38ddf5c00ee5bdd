"""Contenders timed in turns: best CPU seconds, wall time where the machine was quiet, peak memory of one alone."""

from __future__ import annotations

import ctypes
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WINDOW = 0.1
"""Seconds of one window at least; what runs shorter is run several times."""
QUIET = 0.12
"""The share of one window's CPU that others may use."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Lap:
    """What was measured of one contender: seconds of one call in each window."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    quiet: list[bool] = field(default_factory=list)

    def told(self, rows: int, first_counts: bool = False) -> dict[str, Any]:
        """Nanoseconds a row, the first window left out: the best, and the best wall time of quiet windows."""
        begin = 0 if first_counts or len(self.cpu) == 1 else 1
        clean = [wall for wall, quiet in zip(self.wall[begin:], self.quiet[begin:], strict=True) if quiet]
        scale = 1e9 / rows
        return {
            "cpu_ns_a_row": round(min(self.cpu[begin:]) * scale, 3),
            "cpu_ns_a_row_median": round(sorted(self.cpu[begin:])[len(self.cpu[begin:]) // 2] * scale, 3),
            "wall_ns_a_row_quiet": round(min(clean) * scale, 3) if clean else "not measured",
            "windows": len(self.cpu) - begin,
            "quiet_windows": len(clean),
        }


def race(
    runs: Mapping[str, Callable[[], object]], rounds: int, seconds: float, least: int = 3
) -> dict[str, Lap]:
    """Every contender once in each round; one that has used up its seconds drops out after the least rounds."""
    laps = {name: Lap() for name in runs}
    for turn in range(rounds):
        for name, run in runs.items():
            lap = laps[name]
            if turn >= least and sum(lap.wall) >= seconds:
                continue
            cpu, wall, quiet = window(run)
            lap.cpu.append(cpu)
            lap.wall.append(wall)
            lap.quiet.append(quiet)
    return laps


def window(run: Callable[[], object]) -> tuple[float, float, bool]:
    """CPU and wall seconds of one call, and whether others left the machine alone meanwhile."""
    calls = 0
    busy, cpu, wall = _busy(), time.process_time(), time.perf_counter()
    while calls == 0 or time.perf_counter() - wall < WINDOW:
        run()
        calls += 1
    own, long = time.process_time() - cpu, time.perf_counter() - wall
    others = (_busy() - busy) - own
    return own / calls, long / calls, others < QUIET * long


def _busy() -> float:
    """CPU seconds that all processes have used, and what other guests of the host took."""
    user, nice, system, _, _, interrupts, soft, stolen = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + interrupts + soft + stolen) / TICKS


def peak(run: Callable[[], object]) -> float:
    """Megabytes that one call needs beyond what was held before it."""
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    run()
    return max(_status("VmHWM") - before, 0.0) / 1024


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name + ":"))


def ratio(slow: float, fast: float) -> float:
    """How many times as long, to three digits."""
    value = slow / fast
    return round(value, max(0, 2 - math.floor(math.log10(value)))) if value > 0 else 0.0
