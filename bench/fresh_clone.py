"""The README's two commands in a fresh clone, as JSON: seconds, exit codes, installed size, tests.

python bench/fresh_clone.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "main")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        beside = ROOT.parent / "shared"
        if beside.is_dir():
            Path(folder, "shared").symlink_to(beside)
        print(json.dumps({name: measure(clone, name) for name in ("demo", "test")}, indent=1))


def measure(clone: Path, name: str) -> dict[str, Any]:
    """One command of the README: how long it took, what it said last, how large `.venv` is afterwards."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "start.py", name], cwd=clone, capture_output=True, encoding="utf-8", check=False
    )
    seconds = time.monotonic() - begun
    sizes = (path.lstat().st_size for path in (clone / ".venv").rglob("*") if not path.is_symlink())
    tests = re.findall(r"(\d+ (?:passed|failed|skipped|errors?))", done.stdout)
    return {
        "exit_code": done.returncode,
        "seconds": round(seconds, 1),
        "installed_mb": round(sum(sizes) / 1e6),
        "tests": tests,
        "last_line": done.stdout.strip().splitlines()[-1].replace(str(clone), "CLONE"),
    }


if __name__ == "__main__":
    main()
