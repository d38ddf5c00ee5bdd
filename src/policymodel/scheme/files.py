"""The document of a scheme: a change file with its base, included lines in their place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from policymodel.documents import place, read_yaml
from policymodel.errors import ChangeError, Problem, SchemeError, suggest
from policymodel.scheme.addresses import AddressFault, at, lines_of, locate
from policymodel.scheme.changes import apply_changes, is_change_file
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.refusals import quoted


def resolved(
    path: Path, seen: tuple[str, ...] = (), kinds: Mapping[str, type] = KINDS
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The whole document: changes applied to their base, included lines in their place."""
    real = os.path.realpath(path)
    if real in seen:
        circle = " → ".join(PurePath(each).name for each in (*seen[seen.index(real) :], real))
        what = f"the files refer to each other in a circle: {circle}"
        raise SchemeError(str(path), [Problem("", what, "let one of them stand in full")])
    raw = read_yaml(path, SchemeError)
    if not isinstance(raw, dict):
        right = "a scheme begins with `id:` and has `figures:`, `card:` or `pay:`"
        raise SchemeError(str(path), [Problem("", "is no scheme", right)])
    if is_change_file(raw):
        base, reasons = resolved(_base_of(path, raw), (*seen, real), kinds)
        document, new = apply_changes(base, raw, str(path), kinds)
        return document, reasons + new
    card = raw.get("card")
    if isinstance(card, dict) and isinstance(card.get("lines"), list):
        problems: list[Problem] = []
        lines = [
            _included(line, path, (*seen, real), f"card.lines[{index}]", kinds, problems)
            for index, line in enumerate(card["lines"])
        ]
        if problems:
            raise SchemeError(str(path), problems)
        raw = {**raw, "card": {**card, "lines": lines}}
    return raw, ()


def beside(path: Path, written: str) -> Path:
    """A file named in another one, as seen from where that one stands."""
    return Path(os.path.normpath(path.parent / written))


def _not_there(path: Path, written: Any) -> tuple[str, str] | None:
    """What is wrong with the name of a file, if anything is."""
    if not isinstance(written, str) or not written:
        return "names no file", "write the name of a scheme file"
    named = beside(path, written)
    if os.path.isfile(named):
        return None
    # Names are compared without their endings, which make any two of them alike.
    others = sorted(named.parent.iterdir()) if named.parent.is_dir() else []
    stems = [each.stem for each in others if each.suffix == named.suffix]
    close = suggest(named.stem, stems).replace("'?", f"{named.suffix}'?")
    return f"there is no file {quoted(written)}", close


def _base_of(path: Path, raw: Mapping[str, Any]) -> Path:
    """The file that a change file changes; where there is none, a ChangeError with all else that is wrong with it."""
    fault = _not_there(path, raw["base"]) if "base" in raw else ("a change file needs this setting", "")
    if fault is None:
        return beside(path, raw["base"])
    others: Iterable[Problem] = ()
    try:
        apply_changes({}, raw, str(path))
    except ChangeError as error:
        others = [each for each in error.problems if not each.place.startswith(("base", "changes["))]
    raise ChangeError(str(path), [Problem("base", *fault), *others])


def _included(
    line: Any,
    path: Path,
    seen: tuple[str, ...],
    at: str,
    kinds: Mapping[str, type],
    problems: list[Problem],
) -> Any:
    """The line of another file that one stands for, or the line itself."""
    if not isinstance(line, dict) or "include" not in line:
        return line
    if set(line) != {"include", "line"}:
        problems.append(Problem(at, "is no included line", "write {include: file.yaml, line: id}"))
        return None
    written = line["include"]
    fault = _not_there(path, written)
    if isinstance(written, str) and (os.path.isabs(written) or ".." in PurePath(written).parts):
        fault = f"{quoted(written)} leaves the folder of this file", "name a file in it, or below it"
    if fault is not None:
        problems.append(Problem(f"{at}.include", *fault))
        return None
    other, _ = resolved(beside(path, written), seen, kinds)
    lines = other.get("card", {}).get("lines", []) if isinstance(other.get("card"), dict) else []
    by_id = {str(each.get("id")): each for each in lines if isinstance(each, dict)}
    if str(line["line"]) not in by_id:
        what = f"{quoted(written)} has no line {quoted(line['line'])} at the top of its card"
        problems.append(Problem(f"{at}.line", what, suggest(str(line["line"]), by_id)))
    return by_id.get(str(line["line"]))


def at_its_change(
    problem: Problem, document: Any, reasons: Sequence[Mapping[str, Any]], raw: Mapping[str, Any]
) -> Problem:
    """A problem of the changed document, told where the change file makes it."""
    made = list(enumerate(reasons[-len(raw["changes"]) :]))
    for index, change in reversed(made):
        address, setting = (
            (change["at"], "to") if "at" in change else (change.get("line", {}).get("id"), "line")
        )
        try:
            start = place(locate(document, address)) if address else ""
        except AddressFault:
            continue
        rest = problem.place.removeprefix(start)
        if start and problem.place.startswith(start) and rest[:1] in ("", ".", "["):
            return Problem(f"changes[{index}].{setting}{rest}", problem.what, problem.right)
    where = f"after the changes, {problem.place}" if problem.place else "after the changes"
    return Problem(
        where, problem.what, "; ".join(filter(None, (problem.right, _added(problem, document, raw))))
    )


def _added(problem: Problem, document: Any, raw: Mapping[str, Any]) -> str:
    """How a change file adds the setting that a line of its base now needs; "" where no such setting is the problem."""
    for name, where in lines_of(document):
        setting = problem.place.removeprefix(f"{place(where)}.")
        if setting != problem.place and setting.isidentifier() and at(document, where).get(setting) is None:
            if "region" in raw:
                return f"say it in the base ({name}.{setting}), because a region's file changes numbers alone"
            change = f"{{at: {name}.{setting}, from: null, to: ..., because: ...}}"
            return f"say it in the base, or in this file by one more change: {change}"
    return ""
