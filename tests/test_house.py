"""The house: folders are read, and imported, from top to bottom, and each library has one owner."""

import ast
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import policymodel

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policymodel"

ORDER = [
    "errors",
    "periods",
    "units",
    "draws",
    "documents",
    "whole",
    "style",
    "statistics",
    "theory",
    "history",
    "scheme",
    "targets",
    "panel",
    "computation",
    "scoring",
    "payroll",
    "populations",
    "consequences",
    "reference",
    "margins",
    "lowering",
    "allocation",
    "simulate",
    "comparison",
    "calibration",
    "diagnostics",
    "explanation",
    "account",
    "reconciliation",
    "words",
    "lint",
    "workbook",
    "audit",
    "disclosure",
    "exposure",
    "charts",
    "tables",
    "appendix",
    "approvals",
    "report",
    "runner",
    "cli",
]
"""The doors of the street. A module imports only from its own door and from doors above it."""

OWNERS = {
    "altair": "policymodel.charts",
    "papermill": "policymodel.runner",
    "nbconvert": "policymodel.report.html",
    "sqlalchemy": "policymodel.history",
    "openpyxl": "policymodel.workbook",
    "dask": "policymodel.runner.scheduler",
    "distributed": "policymodel.runner.scheduler",
}
"""The only place that knows each library."""

STRANGERS = [
    ("policymodel.history", "policymodel.scheme", "facts do not know promises"),
    ("policymodel.scheme", "policymodel.history", "promises do not know facts"),
    ("policymodel.reference", "policymodel.scheme.algebra", "the oracle shares no formula"),
    ("policymodel.reference", "policymodel.scheme.evaluation", "the oracle shares no interpreter"),
    ("policymodel.reference", "policymodel.scheme.given", "the oracle resolves names itself"),
    ("policymodel.reference", "policymodel.panel", "the oracle reads rows, not arrays"),
    ("policymodel.reference", "policymodel.computation", "the oracle works out every line itself"),
    ("policymodel.reference", "policymodel.targets", "the oracle breaks targets down itself"),
]
"""Pairs that the order alone would allow."""

STATUS = "policymodel.history.measures"
"""Whether a value is measured, zero, absent … travels beside it everywhere, through promises too."""

FRONT = {"policymodel", "policymodel.__main__"}
"""The front door re-exports from all; nothing inside imports it, but for the version."""


@dataclass(frozen=True)
class Import:
    """One imported module as one module asks for it."""

    importer: str
    imported: str
    line: int
    for_types: bool


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}
PACKAGES = {name_of(path) for path in SOURCE.rglob("__init__.py")}
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)


def within(name: str, owner: str) -> bool:
    return name == owner or name.startswith(owner + ".")


def door(name: str) -> str:
    return name.split(".")[1]


def targets(importer: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The full names of the modules that one statement reaches for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parts = importer.split(".")
        parts = parts[: len(parts) - node.level + (importer in PACKAGES)]
        base = ".".join([*parts, base] if base else parts)
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        if inner in MODULES or base == "policymodel":
            yield inner
        else:
            yield base


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Everything below an `if TYPE_CHECKING:` of the module."""
    found: set[ast.AST] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            found.update(inner for child in node.body for inner in ast.walk(child))
    return found


@cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


@cache
def all_imports() -> list[Import]:
    found = []
    for importer, tree in trees().items():
        hidden = for_types_only(tree)
        for node in statements(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for imported in dict.fromkeys(targets(importer, node)):
                    found.append(Import(importer, imported, node.lineno, node in hidden))
    return found


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement at any depth; what is inside an expression is none."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.expr):
            yield node
            yield from statements(node)


def test_every_module_has_a_door():
    """A module that is not in the order is a missing noun on the map, or in the wrong folder."""
    homeless = [name for name in MODULES if name not in FRONT and door(name) not in ORDER]

    assert homeless == []


def test_imports_go_upward():
    wrong = [
        f"{found.importer} (line {found.line}) imports {found.imported}, which stands below it"
        for found in all_imports()
        if found.importer not in FRONT
        and found.imported.startswith("policymodel.")
        and door(found.importer) in ORDER
        and door(found.imported) in ORDER
        and ORDER.index(door(found.imported)) > ORDER.index(door(found.importer))
    ]

    assert wrong == []


def test_nothing_imports_the_front_door():
    wrong = [
        f"{found.importer} (line {found.line}) imports {found.imported} through the front door"
        for found in all_imports()
        if found.importer not in FRONT
        and within(found.imported, "policymodel")
        and found.imported != "policymodel.__version__"
        and (found.imported == "policymodel" or door(found.imported) not in ORDER)
    ]

    assert wrong == []


@pytest.mark.parametrize(("one", "other", "because"), STRANGERS)
def test_strangers_stay_strangers(one, other, because):
    wrong = [
        f"{found.importer} (line {found.line}) imports {found.imported}: {because}"
        for found in all_imports()
        if within(found.importer, one) and within(found.imported, other) and found.imported != STATUS
    ]

    assert wrong == []


@pytest.mark.parametrize(("library", "owner"), OWNERS.items())
def test_each_library_has_one_owner(library, owner):
    wrong = [
        f"{found.importer} (line {found.line}) imports {found.imported}; only {owner} may"
        for found in all_imports()
        if within(found.imported, library) and not within(found.importer, owner)
    ]

    assert wrong == []


def test_nobody_waits_for_the_statistics_of_scipy():
    """They take longer to import than the rest of it; `scipy.special` has the same quantiles.

    Sobol points are nowhere else: who asks for futures waits for them.
    """
    assert [
        each
        for each in all_imports()
        if (each.imported == "scipy" or within(each.imported, "scipy.stats"))
        and each.importer != "policymodel.simulate.shocks"
    ] == []


def test_no_module_waits_for_itself():
    """Within a door the order is free, but a circle of imports is refused."""
    known = {
        name: sorted(
            {
                found.imported
                for found in all_imports()
                if found.importer == name and found.imported in MODULES and not found.for_types
            }
        )
        for name in MODULES
    }
    circles = []
    done: set[str] = set()

    def follow(name: str, path: list[str]) -> None:
        if name in path:
            circles.append(" → ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for following in known[name]:
                follow(following, [*path, name])
            done.add(name)

    for name in known:
        follow(name, [])

    assert circles == []


def test_imports_stand_at_the_top():
    """An optional import lives in an adapter module of its own, not inside a function."""
    hidden = [
        f"{name} imports inside a function at line {inner.lineno}"
        for name, tree in trees().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_every_module_says_what_it_is():
    assert [name for name, tree in trees().items() if not ast.get_docstring(tree)] == []


def test_there_is_no_utils():
    """A homeless function is a missing noun."""
    nameless = {"common", "helper", "helpers", "misc", "util", "utils"}
    wrong = [name for name in MODULES if nameless & {part.strip("_") for part in name.split(".")}]

    assert wrong == []


def test_front_door_is_sorted_and_opens():
    exported = list(policymodel.__all__)

    assert exported == sorted(exported)
    assert len(exported) == len(set(exported))
    for name in exported:
        if name in ORDER:
            importlib.import_module(f"policymodel.{name}")
        assert hasattr(policymodel, name), f"policymodel.__all__ promises {name}"


def code_cells(path: Path) -> list[dict]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source_of(cell: dict) -> str:
    """A cell's Python, without the lines that only a notebook understands."""
    lines = "".join(cell["source"]).splitlines()
    return "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_results(path):
    full = [
        number
        for number, cell in enumerate(code_cells(path), start=1)
        if cell["outputs"] or cell.get("execution_count") is not None
    ]

    assert full == [], f"{path.name}: clear the outputs of these code cells before they are kept"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_define_nothing(path):
    """What is worth a name is worth a test, so it lives in the package."""
    defined = [
        node.name
        for cell in code_cells(path)
        for node in ast.walk(ast.parse(source_of(cell)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]

    assert defined == []
