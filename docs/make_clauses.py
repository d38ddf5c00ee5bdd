"""Writes docs/clauses.md: every clause of the systems, what carries it, which test cites it, where it is seen.

    python docs/make_clauses.py            writes the page
    python docs/make_clauses.py --check    says whether it is as it would be written

What a clause says and where a reader sees it is written by hand in docs/clauses.yaml. Files and tests are found: a file
of `params/` or of the package cites a clause where its id stands, a test where its docstring, or the worked example it
prices, names it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PAGE, CLAUSES = ROOT / "docs" / "clauses.md", ROOT / "docs" / "clauses.yaml"
ID = re.compile(r"\bS[1-6](?:\.\d+)+(?: \(ours\))?|\bS[1-6] \(ours\)")
SHOWN = 4
"""Files and tests that a row names; of more it says how many."""

HEAD = """# Clauses

The systems that the project models, clause by clause: what carries it, which test cites it, where a reader sees it.
This page is written by `python docs/make_clauses.py`; `(ours)` is what we decided where the source is silent
(`docs/decisions/0003-readings.md`).

The schemes are modelled on a published collection of bank documents (in Traditional Chinese) on how account managers
are appraised and paid.
"""


@dataclass(frozen=True)
class Clause:
    """One clause, in a few words; `see` are the places where a reader meets it, `yet` says why it has none."""

    id: str
    says: str
    see: tuple[str, ...] = ()
    yet: str = ""


def clauses() -> list[Clause]:
    """All clauses, in the order of the source."""
    written: list[Mapping[str, Any]] = yaml.load(CLAUSES.read_text(encoding="utf-8"), Loader=LOADER)
    return [
        Clause(each["id"], each["says"], tuple(each.get("see", ())), each.get("yet", "")) for each in written
    ]


def cited_in_files(root: Path = ROOT) -> dict[str, list[str]]:
    """The files of `params/` and of the package that cite each clause."""
    found: dict[str, list[str]] = defaultdict(list)
    paths = [*sorted((root / "params").rglob("*.yaml")), *sorted((root / "src").rglob("*.py"))]
    for path in paths:
        for each in dict.fromkeys(ID.findall(path.read_text(encoding="utf-8"))):
            found[each].append(path.relative_to(root).as_posix())
    return dict(found)


def cited_in_tests(root: Path = ROOT) -> dict[str, list[str]]:
    """The tests and worked examples that cite each clause."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for each in dict.fromkeys(ID.findall(ast.get_docstring(node) or "")):
                    found[each].append(f"{name}::{node.name}")
    for path in sorted((root / "tests" / "worked").glob("s[1-6]/*.yaml")):
        example = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        for each in example["clauses"]:
            found[each].append(path.relative_to(root).as_posix())
    return dict(found)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rows(clauses())]) + "\n"


def _rows(all_clauses: list[Clause]) -> Iterator[str]:
    files, tests = cited_in_files(), cited_in_tests()
    system = ""
    for each in all_clauses:
        if each.id[:2] != system:
            system = each.id[:2]
            yield f"\n## {system}\n"
            yield "| clause | says | carried by | tested by | to be seen |\n| --- | --- | --- | --- | --- |"
        seen = "; ".join(each.see) if not each.yet else f"not yet: {each.yet}"
        cells = (each.id, each.says, _some(files.get(each.id, [])), _some(tests.get(each.id, [])), seen)
        yield f"| {' | '.join(cells)} |"


def _some(names: list[str]) -> str:
    told = [f"`{each}`" for each in names[:SHOWN]]
    if len(names) > SHOWN:
        told.append(f"{len(names) - SHOWN} more")
    return ", ".join(told)


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        print("docs/clauses.md is up to date" if same else "docs/clauses.md: run python docs/make_clauses.py")
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
