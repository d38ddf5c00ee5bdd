"""The run record: what a page was made from, and the figures it may be recognised by."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import TypeAdapter

from policymodel.documents import parse_json
from policymodel.errors import PolicymodelError
from policymodel.report.result_tables import published
from policymodel.whole import write_text

LIBRARIES = (
    "policymodel",
    "numpy",
    "pandas",
    "pyarrow",
    "altair",
    "vl-convert-python",
    "papermill",
    "nbconvert",
)
PACKAGE = Path(__file__).resolve().parents[1]
SUMS = (
    ("people", "people", "people"),
    ("not_computed", "people", "not_computed"),
    ("base_nonpositive", "people", "base_nonpositive"),
    ("cost_minor", "cost", "amount_minor"),
)
"""The key figures in which the group is the sum of its regions: name, result table, column."""
SOURCE_FILES = frozenset({".py", ".j2", ".css", ".js", ".po", ".json"})


@dataclass(frozen=True)
class Record:
    """One page of a run: made of what, by what, with which key figures; `files` are the hashes of its folder's files.

    The seconds it took are the run's to tell: the same page made twice has the same record.
    """

    run: str
    region: str
    folder: str
    status: Literal["done", "failed"]
    seconds: float
    seed: int
    hashes: Mapping[str, Any]
    versions: Mapping[str, str]
    figures: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def figure(self, name: str) -> Mapping[str, int]:
        """A key figure by design, for example `cost_minor`; empty for a run without it."""
        return dict(self.figures.get(name, {}))

    @property
    def people(self) -> int:
        """How many people the page is about."""
        return max(self.figure("people").values(), default=0)


RECORDS = TypeAdapter(Record)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write a JSON file whole or not at all."""
    write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", path)


def write_record(record: Record, folder: Path) -> None:
    """Write `record.json` into a page's folder."""
    content = asdict(record)
    del content["seconds"]
    write_json(content, folder / "record.json")


def read_record(folder: Path) -> Record:
    """Read `record.json` of a page's folder; OSError or ValueError where it is not there, or is none."""
    told = parse_json((folder / "record.json").read_text(encoding="utf-8"))
    return RECORDS.validate_python({"seconds": 0.0, **told} if isinstance(told, dict) else told)


def versions() -> dict[str, str]:
    """The Python and the libraries that make the figures."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def file_digest(path: Path) -> str:
    """sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def source_digest(folder: Path = PACKAGE) -> str:
    """sha256 over the package's own files, by name and content, so that a changed rule shows in the record."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda each: each.relative_to(folder).as_posix()):
        if path.suffix in SOURCE_FILES and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix()
            whole.update(f"{name}\0{file_digest(path)}\n".encode())
    return whole.hexdigest()


def key_figures(results: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """People, cost and change of each design, from the result tables that are kept beside the page.

    Cost is in minor units; change is against the baseline, in minor units or in points, over all people. A figure that
    is blank for one row of a design is left out for that design.

    >>> cost = pd.DataFrame({"design": ["old", "old", "new"], "item": list("aba"), "amount_minor": [1, 2, 5]})
    >>> key_figures({"cost": cost, "people": pd.DataFrame({"design": ["old"], "people": [7]})})
    {'people': {'old': 7}, 'cost_minor': {'new': 5, 'old': 3}}
    """
    figures: dict[str, Any] = {}
    for name, table, column in SUMS:
        frame = results.get(table)
        if frame is not None and not frame.empty and column in frame:
            sums = frame.groupby("design", observed=True)[column].sum(skipna=False).dropna()
            figures[name] = {str(design): int(value) for design, value in sums.items()}
    change = results.get("change")
    if change is not None and not change.empty:
        whole = change[change["by"] == "all"]
        whole = whole[whole["total_change"].notna()]
        amounts = zip(whole["design"], whole["total_change"], strict=True)
        figures["change"] = {str(design): round(float(amount), 6) for design, amount in amounts}
    return figures


def page_record(record: Record, results: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What of a record may stand in the page itself: figures it may show, and no hash of an internal file.

    A hash of a table with withheld counts would tell them to whoever tries the few numbers they can be.
    """
    return {
        "run": record.run,
        "region": record.region,
        "seed": record.seed,
        "hashes": dict(record.hashes),
        "versions": dict(record.versions),
        "figures": key_figures(published(results)),
    }


def sum_of_regions(records: Iterable[Record], name: str = "cost_minor") -> dict[str, int]:
    """The regions' figures added up, design by design; costs are in minor units."""
    total: dict[str, int] = {}
    for record in records:
        for design, amount in record.figure(name).items():
            total[design] = total.get(design, 0) + amount
    return total


def check_group(regions: Sequence[Record], group: Record) -> None:
    """The group is the sum of its regions: the cost to the cent, the people to the person.

    >>> north = Record("r", "north", "north", "done", 1.0, 0, {}, {}, {"cost_minor": {"old": 100}})
    >>> group = Record("r", "", "group", "done", 1.0, 0, {}, {}, {"cost_minor": {"old": 101}})
    >>> check_group([north], group)
    Traceback (most recent call last):
        ...
    policymodel.errors.PolicymodelError: the regions do not add up to the group: cost_minor of old, 100 and not 101
    """
    wrong = []
    for name, _, _ in SUMS:
        total, whole = sum_of_regions(regions, name), group.figure(name)
        for design in sorted(total.keys() | whole.keys()):
            if total.get(design) != whole.get(design):
                wrong.append(f"{name} of {design}, {total.get(design)} and not {whole.get(design)}")
    if wrong:
        raise PolicymodelError(f"the regions do not add up to the group: {'; '.join(wrong)}")
