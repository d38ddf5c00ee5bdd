"""Where a small mistake could be made in what works out the lines of a scheme, and what the mistake would be.

A mistake is one comparison turned, a sum made a difference, a smaller taken for a larger, a 0 for a 1, a branch left
out, two arguments exchanged, an edge, an axis or a status that is another's. What refuses files and what is said to
people is left alone.
"""

from __future__ import annotations

import ast
import difflib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
FILES = (
    *sorted((SOURCE / "policymodel" / "scheme" / "evaluation").glob("*.py")),
    *sorted((SOURCE / "policymodel" / "scheme" / "kinds").glob("*.py")),
    *(SOURCE / "policymodel" / name for name in ("scheme/given.py", "computation.py", "units.py")),
)

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
NAMES = {
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "any": "all",
    "all": "any",
    "Greatest": "Least",
    "Least": "Greatest",
    "ONE": "ZERO",
    "ZERO": "ONE",
    "MINUS": "ONE",
    "ABSENT": "QUARANTINED",
    "QUARANTINED": "ABSENT",
    "NOT_APPLICABLE": "ABSENT",
    "MEASURED": "NOT_APPLICABLE",
    "TRUE_ZERO": "NOT_APPLICABLE",
}
"""A name for another: the larger for the smaller, nothing for one, one status for another."""
WORDS = {
    "right": "left",
    "left": "right",
    "upper": "lower",
    "lower": "upper",
    "at_start": "at_end",
    "at_end": "at_start",
    "period": "transaction",
    "transaction": "period",
    "outlet": "region",
    "highest": "lowest",
    "lowest": "highest",
    "best_place": "worst_place",
    "worst_place": "best_place",
    "at_least": "above",
    "above": "at_least",
    "at_most": "below",
    "below": "at_most",
    "zero": "full",
    "full": "zero",
    "not_applicable": "zero",
    "half_up": "half_even",
    "down": "up",
    "up": "down",
}
"""A word for another: an edge, an end, an axis, a rule."""


REFUSING = ("valuations", "jumps", "places")
"""Functions that only what refuses files asks."""


@dataclass(frozen=True)
class Mutant:
    """One mistake: what stands at a place of a file, and what stands there instead."""

    file: Path
    line: int
    start: int
    end: int
    instead: str
    what: str
    right: bytes = field(repr=False, compare=False)

    @property
    def place(self) -> str:
        """The file and line."""
        return f"{self.file.relative_to(SOURCE)}:{self.line}"

    def wrong(self) -> bytes:
        """The file with the mistake in it."""
        return self.right[: self.start] + self.instead.encode() + self.right[self.end :]

    def diff(self) -> list[str]:
        """The lines that differ."""
        before, after = (each.decode().splitlines() for each in (self.right, self.wrong()))
        lines = difflib.unified_diff(before, after, n=0, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


class Finder(ast.NodeVisitor):
    """Finds every place of a file where a mistake could be made, inside functions that work something out."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.raw = file.read_bytes()
        self.lines = [0]
        for line in self.raw.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.found: list[Mutant] = []
        self.inside = 0

    def start(self, node: Any) -> int:
        return self.lines[node.lineno - 1] + int(node.col_offset)

    def end(self, node: Any) -> int:
        return self.lines[node.end_lineno - 1] + int(node.end_col_offset)

    def source(self, node: Any) -> str:
        return self.raw[self.start(node) : self.end(node)].decode()

    def mutant(self, line: int, start: int, end: int, instead: str, what: str) -> Mutant:
        return Mutant(self.file, line, start, end, instead, what, self.raw)

    def put(self, node: Any, instead: str, what: str) -> None:
        self.found.append(self.mutant(node.lineno, self.start(node), self.end(node), instead, what))

    def between(self, one: Any, other: Any, instead: str, what: str) -> None:
        """Replace what stands between two nodes, an operator."""
        start, end = self.end(one), self.start(other)
        text = self.raw[start:end].decode()
        core = text.strip("() \n\t")
        at = start + len(text[: text.index(core)].encode())
        self.found.append(self.mutant(one.end_lineno, at, at + len(core.encode()), instead, what))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        gives = ast.unparse(node.returns) if node.returns is not None else ""
        if node.name in REFUSING or "Wrong" in gives or "Problem" in gives:
            return
        self.inside += 1
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        for each in body:
            self.visit(each)
        self.inside -= 1

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any(ast.unparse(each) == "Exception" for each in node.bases):
            return
        for each in node.body:
            if isinstance(each, ast.FunctionDef):
                self.visit(each)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if self.inside and node.value is not None:
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What is said to people is no sum."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """What cannot be is not tested."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """The name of a side figure, or a sentence."""

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        if self.inside and len(node.ops) == 1:
            self.between(node.left, node.comparators[0], COMPARISONS[type(node.ops[0])], "comparison")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        if self.inside and type(node.op) in OPERATORS:
            self.between(node.left, node.right, OPERATORS[type(node.op)], "arithmetic")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.generic_visit(node)
        if self.inside and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
            self.put(node, self.source(node.operand), "sign")

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.generic_visit(node)
        if self.inside:
            for index, left_out in enumerate(node.values):
                rest = [self.source(each) for each in node.values if each is not left_out]
                word = " and " if isinstance(node.op, ast.And) else " or "
                self.put(node, "(" + word.join(rest) + ")", f"condition {index + 1} left out")

    def visit_If(self, node: ast.If) -> None:
        self.generic_visit(node)
        if self.inside:
            self.put(node.test, "False", "branch left out")

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.generic_visit(node)
        if self.inside:
            self.put(node, f"({self.source(node.body)})", "branch left out")
            self.put(node, f"({self.source(node.orelse)})", "branch left out")

    def visit_Constant(self, node: ast.Constant) -> None:
        if not self.inside:
            return
        if isinstance(node.value, bool):
            self.put(node, str(not node.value), "constant")
        elif isinstance(node.value, int | float) and node.value in (0, 1):
            self.put(node, repr(type(node.value)(1 - node.value)), "constant")
        elif isinstance(node.value, str) and node.value in WORDS:
            self.put(node, json.dumps(WORDS[node.value]), "word")

    def visit_Name(self, node: ast.Name) -> None:
        if self.inside and node.id in NAMES and isinstance(node.ctx, ast.Load):
            self.put(node, NAMES[node.id], "name")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if self.inside and node.attr in NAMES:
            self.put(node, f"{self.source(node.value)}.{NAMES[node.attr]}", "name")

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if (
            self.inside
            and len(node.args) == 2
            and not any(isinstance(each, ast.Starred) for each in node.args)
        ):
            one, other = node.args
            text = self.raw[self.end(one) : self.start(other)].decode()
            swapped = self.source(other) + text + self.source(one)
            start, end = self.start(one), self.end(other)
            self.found.append(self.mutant(node.lineno, start, end, swapped, "arguments exchanged"))


def mutants() -> list[Mutant]:
    """Every mistake that still can be read, in order of file and place."""
    found = []
    for file in FILES:
        finder = Finder(file)
        finder.visit(ast.parse(finder.raw))
        found += [each for each in finder.found if readable(each)]
    return sorted(set(found), key=lambda each: (each.file, each.start, each.end, each.instead))


def readable(mutant: Mutant) -> bool:
    """Whether the file is still Python, and another one."""
    try:
        tree = ast.parse(mutant.wrong())
    except SyntaxError:
        return False
    return ast.dump(tree) != ast.dump(ast.parse(mutant.right))
