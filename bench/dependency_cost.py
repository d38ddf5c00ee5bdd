"""What each dependency costs: megabytes on disk and milliseconds at import, as JSON.

    .venv/bin/python bench/dependency_cost.py

`own_mb` is the package alone; `only_for_it_mb` adds what would leave the environment with it, because
nothing else that we ask for by name needs it. `import_ms` is the best of several fresh processes, less that
of an empty one, and includes whatever the package imports itself. A dependency that is not installed in the
environment that runs this is listed as missing.
"""

import json
import re
import subprocess
import sys
import time
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 7

IMPORTED_AS = {
    "axe-playwright-python": "axe_playwright_python.sync_playwright",
    "jupyter-client": "jupyter_client",
    "playwright": "playwright.sync_api",
    "py-rattler": "rattler",
    "python-calamine": "python_calamine",
    "pyyaml": "yaml",
    "pytest-xdist": "xdist",
    "vl-convert-python": "vl_convert",
}
"""Where the module is not the package's name with underscores."""

NEVER_IMPORTED = {"editables", "mypy", "pandas-stubs", "ruff", "types-pyyaml", "uv"}
"""Tools and type declarations."""


def asked_for():
    """Group → canonical names, as pyproject.toml lists them."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {
        "core": content["project"]["dependencies"],
        **content["project"]["optional-dependencies"],
        **content["dependency-groups"],
    }
    return {
        group: [canonicalize_name(Requirement(line).name) for line in lines]
        for group, lines in groups.items()
    }


def installed():
    return {canonicalize_name(found.metadata["Name"]): found for found in metadata.distributions()}


def needs(distribution):
    """What a package asks for on this machine, without its extras."""
    for line in distribution.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def reached(names, distributions):
    found = set()
    waiting = [name for name in names if name in distributions]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(other for other in needs(distributions[name]) if other in distributions)
    return found


def megabytes(distribution):
    paths = {Path(distribution.locate_file(file)) for file in distribution.files or []}
    for path in [path for path in paths if path.suffix == ".py"]:
        paths.update((path.parent / "__pycache__").glob(f"{path.stem}.cpython-*.pyc"))
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def milliseconds(statement):
    """The least wall time of several fresh processes: what is above it is the machine doing other things."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", statement], capture_output=True, check=False)
        times.append(time.perf_counter() - begun)
        if done.returncode:
            return None
    return min(times) * 1e3


def main():
    distributions = installed()
    groups = asked_for()
    everything = {name for names in groups.values() for name in names}
    empty = milliseconds("pass")
    rows = []
    for group, names in groups.items():
        for name in sorted(names):
            if name not in distributions:
                rows.append({"name": name, "group": group, "missing": True})
                continue
            alone = reached(everything, distributions) - reached(everything - {name}, distributions)
            module = IMPORTED_AS.get(name, re.sub("-", "_", name))
            spent = None if name in NEVER_IMPORTED else milliseconds(f"import {module}")
            rows.append(
                {
                    "name": name,
                    "group": group,
                    "version": distributions[name].version,
                    "own_mb": round(megabytes(distributions[name]), 1),
                    "only_for_it_mb": round(sum(megabytes(distributions[other]) for other in alone), 1),
                    "import_ms": None if spent is None else round(max(0.0, spent - empty)),
                }
            )
    core = reached(groups["core"], distributions)
    result = {
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": sys.platform,
        "core_mb": round(sum(megabytes(distributions[name]) for name in core)),
        "core_packages": len(core),
        "dependencies": rows,
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
