"""Both real histories through their run files, as JSON: regions, people, findings, totals, seconds, the check.

    python bench/real_runs.py DATA_DIR

DATA_DIR holds the folders estban and berka. Nothing of them is kept.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    print(json.dumps({name: measure(name, data / name) for name in ("estban", "berka")}, indent=1))


def measure(name: str, history: Path) -> dict[str, Any]:
    """One run file on one history, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, name)
        code = "import sys; from policymodel.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "run", str(ROOT / "params" / "runs" / f"{name}.yaml")]
        begun = time.monotonic()
        done = subprocess.run(
            [*command, "--history", str(history), "--out", str(out)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        seconds = time.monotonic() - begun
        if not (out / "run.json").is_file():
            return {"exit_code": done.returncode, "said": done.stderr}
        run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    regions = [page for page in run["pages"] if page["region"]]
    people = sum(max(page["figures"].get("people", {"": 0}).values()) for page in regions)
    # the group's own change leaves out regions too small to be shown, so it is added up here
    change: dict[str, float] = defaultdict(float)
    for page in regions:
        for design, amount in page["figures"].get("change", {}).items():
            change[design] += amount
    findings: Counter[str] = Counter()
    for page in regions:
        findings.update(page["findings"])
    group = next(page["figures"] for page in run["pages"] if not page["region"])
    return {
        "exit_code": done.returncode,
        "seconds": round(seconds, 1),
        "regions": len(regions),
        "failed": {page["region"]: page["message"] for page in run["pages"] if page["status"] == "failed"},
        "people": people,
        "findings": dict(findings),
        "sum_of_regions_minor": run["sum_of_regions_minor"],
        "change_against_the_baseline": {design: round(amount, 4) for design, amount in change.items()},
        "group_equals_sum_of_regions": group.get("cost_minor", {}) == run["sum_of_regions_minor"]
        and max(group["people"].values()) == people
        and not run["message"],
    }


if __name__ == "__main__":
    main()
