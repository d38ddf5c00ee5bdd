"""Every message the pages can say, found in the source and in the notebooks."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAYING = {"say": 1, "translate": 1, "Sentence": 1, "say_many": 2, "translate_plural": 2}
TABLES_OF_MESSAGES = {"words/explanation.py"}
"""Modules whose dictionaries hold messages that are looked up later."""


def in_source() -> dict[str, str]:
    """Message → its plural ("" where it counts nothing), as the calls in the package spell them."""
    found: dict[str, str] = {}
    package = ROOT / "src" / "policymodel"
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for message, plural in _said(tree):
            found[message] = plural or found.get(message, "")
        if path.relative_to(package).as_posix() in TABLES_OF_MESSAGES:
            found |= dict.fromkeys(_values_of_dictionaries(tree), "")
    return found


def _said(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name in SAYING and node.args:
            texts = [each.value for each in node.args[: SAYING[name]] if _is_text(each)]
            if len(texts) == SAYING[name]:
                yield (texts[0], texts[1] if len(texts) > 1 else "")


def _values_of_dictionaries(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from (each.value for each in node.value.values if _is_text(each))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def in_notebooks() -> set[str]:
    """The text of every Markdown cell of the reports, and what their code says."""
    found = set()
    pages = sorted((ROOT / "notebooks").glob("*_report.ipynb"))
    for path in [*pages, ROOT / "notebooks" / "portfolio_allocation.ipynb"]:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"]).strip()
            if cell["cell_type"] == "markdown":
                found.add(text)
            else:
                found |= {message for message, _ in _said(ast.parse(text))}
    return found
