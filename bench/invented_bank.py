"""Seconds and sizes of the invented bank: python bench/invented_bank.py [people …]

Prints JSON, one entry a size. Each size is written in a process of its own, so that its memory is its own
(Linux and macOS).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank

SIZES = (240, 2_000, 20_000)
SEED = 2026


def measure(managers: int) -> dict[str, object]:
    """Write a bank of so many people once and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        bank = write_bank(folder, Draws(SEED), managers=managers)
        seconds = time.perf_counter() - begin
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "managers": managers,
        "clients": bank.clients,
        "rows": bank.rows,
        "seconds": round(seconds, 2),
        "megabytes_on_disk": round(size / 1e6, 1),
        "megabytes_of_memory": round(peak / (1e6 if sys.platform == "darwin" else 1e3)),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sizes = [int(size) for size in sys.argv[1:]] or SIZES
        one = [sys.executable, __file__, "--one"]
        runs = [subprocess.run([*one, str(size)], check=True, stdout=subprocess.PIPE) for size in sizes]
        print(json.dumps([json.loads(run.stdout) for run in runs], indent=1))
