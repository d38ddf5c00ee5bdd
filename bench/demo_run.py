"""The demo in a fresh folder, as JSON: wall and CPU seconds, regions, people, bytes of each page.

python bench/demo_run.py [--managers N] [--jobs N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--managers", default="240")
    parser.add_argument("--jobs", default=str(min(2, os.cpu_count() or 1)))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "demo")
        code = "import sys; from policymodel.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "demo", "--out", str(out)]
        command += ["--managers", chosen.managers, "--jobs", chosen.jobs]
        before, begun = os.times(), time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        seconds, after = time.monotonic() - begun, os.times()
        run = json.loads((out / "run.json").read_text(encoding="utf-8"))
        regions = [page for page in run["pages"] if page["region"]]
        measured = {
            "exit_code": done.returncode,
            "seconds": round(seconds, 1),
            # the children of our child count as well, once they have ended
            "cpu_seconds": round(
                sum(
                    getattr(after, name) - getattr(before, name)
                    for name in ("children_user", "children_system")
                ),
                1,
            ),
            "jobs": int(chosen.jobs),
            "regions": len(regions),
            "failed": [page["message"] for page in run["pages"] if page["status"] == "failed"],
            "people": sum(max(page["figures"].get("people", {"": 0}).values()) for page in regions),
            "seconds_a_page": [page["seconds"] for page in run["pages"]],
            "sum_of_regions_minor": run["sum_of_regions_minor"],
            "page_bytes": {
                path.relative_to(out).as_posix(): path.stat().st_size for path in sorted(out.rglob("*.html"))
            },
        }
    print(json.dumps(measured, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
