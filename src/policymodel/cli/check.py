"""policymodel check: what is wrong with files and histories, before anything is run on them."""

from __future__ import annotations

import difflib
import json as writer
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from policymodel.cli.answering import DONE, FINDINGS, REFUSED, JsonOption, answering
from policymodel.cli.facts import MappingOption, read_facts
from policymodel.cli.frames import check_target, hand_over
from policymodel.documents import read_yaml
from policymodel.errors import InputError, Problem, RunFileError, inert
from policymodel.history import counting, suitability
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.rubric import read_rubric
from policymodel.lint import RULES, read_settings
from policymodel.report.runfile import (
    RegionParameters,
    RunFile,
    read_region_parameters,
    read_run_file,
    settings_of,
)
from policymodel.scheme.reading import read_scheme
from policymodel.workbook.filled import read_filled
from policymodel.workbook.marking import mark

SHOWN = 20
WORKBOOKS = (".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True)
class Checked:
    """What was found at one path."""

    path: str
    kind: str
    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """The exit code this path alone would give."""
        if self.problems:
            return REFUSED
        return FINDINGS if self.counts.get("quarantined") or self.counts.get("wrong cells") else DONE


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="History folders, schemes, change files, run files …"),
    ],
    mapping: MappingOption = None,
    findings: Annotated[
        Path | None, typer.Option("--findings", metavar="FILE", help="All findings of a history, as a table.")
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option("--base", metavar="SCHEME", help="A workbook's scheme; else the one its cover names."),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Everything that is wrong with files and histories, all at once; what a file is shows from what is in it.

    Of a parameter workbook with wrong cells a copy is written, FILE.checked.xlsx, in which they are red.

    Exit code 0: nothing. 1: rows of a history were put aside, cells of a workbook are wrong. 2: a file cannot be used.

    \b
    Example:
      policymodel check params/schemes/s4_scorecard.yaml params/runs/demo.yaml
      policymodel check reports/demo/bank --mapping params/mappings/bank.yaml
      policymodel check parameters.xlsx --base params/schemes/s4_scorecard.yaml
    """
    check_target(findings)
    results = [check_one(path, mapping, findings, base) for path in paths]
    if json:
        sys.stdout.write(
            writer.dumps([described(each) for each in results], ensure_ascii=False, indent=1) + "\n"
        )
    else:
        sys.stdout.write("".join(told(each) for each in results))
    return max(each.code for each in results)


def check_one(path: Path, mapping: Path | None, findings: Path | None, base: Path | None = None) -> Checked:
    """Check one path as what it is."""
    kind = "history" if path.is_dir() else "file"
    try:
        if path.is_dir():
            history = read_facts(path, mapping)
            if findings is not None:
                hand_over(history.findings, findings)
            return of_history(path, history)
        if path.suffix.lower() in WORKBOOKS:
            kind = "parameter workbook"
            return of_workbook(path, base)
        kind, reader = reader_of(read_yaml(path, InputError))
        reader(path)
    except InputError as error:
        file = "" if error.file == str(path) else error.file
        problems = [
            Problem(": ".join(filter(None, (file, each.place))), each.what, each.right)
            for each in error.problems
        ]
        return Checked(str(path), kind, tuple(problems))
    return Checked(str(path), kind)


def of_history(path: Path, history: History) -> Checked:
    """How many rows were read, and the findings by rule with an example of each."""
    sums = history.counts[["rows_in", "accepted", "quarantined", "excluded"]].sum()
    counts = {str(name): int(count) for name, count in sums.items()}
    lines = []
    for (severity, table, rule), rows in history.findings.groupby(["severity", "table", "rule"], sort=False):
        one = rows.iloc[0]
        example = f"for example {one['file']}, row {one['row']}, {one['column']}: {one['value']!r}"
        lines.append(f"{severity}, {len(rows)} × {table}: {rule}; {example}; {one['what_to_do']}")
    counts["noted"] = _noted(history)
    counted = [_counted(name, history) for name in history.records]
    judged = [_judged(name, history) for name in history.transaction_rules]
    return Checked(str(path), "history", counts=counts, lines=tuple(lines), counted=(*counted, *judged))


def _counted(name: str, history: History) -> str:
    """What became of the records that a measure is counted from; the parts add up to those in its files."""
    rule = history.records[name]
    account = counting.account_of(rule, history.tables, history.quarantine)
    parts = [f"{size:,} {counting.MEANINGS[fate]}" for fate, size in account.items()]
    return _account(name, rule.of, parts, history, ("excluded",))


def _judged(name: str, history: History) -> str:
    """What was found of the transactions of which a figure tells; the parts add up to those in their files."""
    account = suitability.account_of(history.transaction_rules[name], history.tables, history.quarantine)
    parts = [f"{size:,} {suitability.MEANINGS[verdict]}" for verdict, size in account.items()]
    return _account(name, "transactions", parts, history, ("quarantined", "excluded"))


def _account(name: str, table: str, parts: list[str], history: History, others: tuple[str, ...]) -> str:
    """Rows in = the parts, and what of the table's files was put aside or left out besides."""
    files = history.counts[history.counts["table"] == table]
    said = {"quarantined": "put aside", "excluded": "left out by the mapping"}
    besides = [f"{size:,} {said[each]}" for each in others if (size := int(files[each].sum()))]
    return f"{name}: {int(files['rows_in'].sum()):,} {table} in = {' + '.join([*parts, *besides]) or 0}"


def of_workbook(path: Path, base: Path | None) -> Checked:
    """How many changes a workbook makes and what is wrong with its cells; a marked copy where anything is."""
    filled = read_filled(path, base)
    counts = {
        "changes": len(filled.changes),
        "wrong cells": len({(each.sheet, each.cell) for each in filled.findings}),
    }
    lines = [str(each) for each in filled.findings]
    if lines:
        lines.append(f"a copy with these cells in red: {mark(path, filled)}")
    return Checked(str(path), "parameter workbook", counts=counts, lines=tuple(lines))


def _noted(history: History) -> int:
    return int((history.findings["severity"] == "noted").sum())


def reader_of(document: object) -> tuple[str, Callable[[Path], Any]]:
    """What a file is meant to be, by the names in it, even if some are misspelt; and what reads it.

    >>> reader_of({"regoin": "north", "run_file": "demo.yaml"})[0]
    'region parameters'
    """
    names = list(document) if isinstance(document, dict) else []

    def likeness(kind: str) -> int:
        known = KINDS[kind][0]
        return sum(
            1 if difflib.get_close_matches(str(name), known, n=1, cutoff=0.75) else -1 for name in names
        )

    best = max(KINDS, key=likeness)
    return best, KINDS[best][1]


def check_region(path: Path) -> None:
    """A region's parameters, and that the run file they name is there and holds."""
    parameters = read_region_parameters(path)
    file = Path(parameters.run_file)
    if not file.is_file():
        right = "paths are seen from the folder where the notebook is run"
        raise RunFileError(str(path), [Problem("run_file", f"there is no file {file} here", right)])
    run = read_run_file(file)
    if run.regions != "all" and parameters.region not in run.regions:
        what = f"'{parameters.region}' is not among the regions of {file}"
        raise RunFileError(str(path), [Problem("region", what, f"they are {', '.join(run.regions)}")])


KINDS: dict[str, tuple[list[str], Callable[[Path], Any]]] = {
    "scheme": (["id", "title", "source", "every", "targets", "figures", "card", "pay"], read_scheme),
    "change file": (["id", "title", "author", "base", "region", "because", "changes"], read_scheme),
    "run file": (settings_of(RunFile), read_run_file),
    "region parameters": (list(RegionParameters.model_fields), check_region),
    "mapping": (
        [
            *("title", "currency", "notes", "tables", "measures"),
            *("records", "transaction_figures", "rubric", "encoding"),
        ],
        read_mapping,
    ),
    "rubric": (["title", "highest", "items"], read_rubric),
    "linter settings": (
        ["levels", "thresholds", "measures", "governance", "accepted"],
        lambda path: read_settings(path, RULES),
    ),
}


def described(checked: Checked) -> dict[str, object]:
    """One result for a program."""
    problems = [{"place": each.place, "what": each.what, "right": each.right} for each in checked.problems]
    return {
        "path": checked.path,
        "kind": checked.kind,
        "code": checked.code,
        "problems": problems,
        "counts": dict(checked.counts),
        "findings": list(checked.lines),
        "counted": list(checked.counted),
    }


def told(checked: Checked) -> str:
    """One result for a person."""
    if checked.problems:
        return f"{InputError(checked.path, checked.problems)}\n"
    counts = ", ".join(f"{count:,} {name}" for name, count in checked.counts.items())
    lines = [f"{inert(checked.path)}: {checked.kind}, {counts or 'nothing wrong'}"]
    shown = SHOWN if checked.kind == "history" else len(checked.lines)
    lines += [f"  {inert(line)}" for line in (*checked.counted, *checked.lines[:shown])]
    if len(checked.lines) > shown:
        lines.append(f"  … and {len(checked.lines) - shown} more rules; --findings FILE writes all of them")
    return "\n".join(lines) + "\n"


answer = answering("check", check)
