"""Small faults that can be made in the modules that work out a figure, each as a change of one file's text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

EVALUATION = ("arithmetic", "carrying", "curves", "interpreter", "peers", "values")
KINDS = ("rates", "lookups", "arithmetic", "peers", "time", "plans", "card", "running", "record")
FILES = [
    *(f"scheme/evaluation/{name}.py" for name in EVALUATION),
    *(f"scheme/kinds/{name}.py" for name in KINDS),
    "scheme/given.py",
    "units.py",
]
CHECKS = {
    *("wrong", "falling", "unmeasured", "crossed", "valuations", "jumps"),
    *("_cell", "_entries", "_depths", "weightless", "LONGEST"),
}
"""Functions (and a limit) that look at a file before anything is priced."""
NAMES = "min:max all:any Least:Greatest ONE:ZERO"
ATTRIBUTES = (
    "minimum:maximum greater_equal:greater less_equal:less ok:missing start:end MEASURED:ABSENT "
    "TRUE_ZERO:NOT_APPLICABLE"
)
WORDS = (
    "left:right lower:upper at_least:above at_most:below zero:full highest:lowest best_place:worst_place "
    "at_start:at_end refuse:leave_out surplus:shortfall extend:hold"
)
OPERATORS = "Lt:LtE Gt:GtE Eq:NotEq Is:IsNot In:NotIn Add:Sub Mult:Div BitAnd:BitOr And:Or"


def both_ways(pairs: str) -> dict[str, str]:
    """Each word for the other of its pair."""
    found = [pair.split(":") for pair in pairs.split()]
    return {one: other for a, b in found for one, other in ((a, b), (b, a))}


OTHER_NAME, OTHER_WORD = both_ways(NAMES), both_ways(WORDS)
OTHER_ATTRIBUTE = both_ways(ATTRIBUTES) | {"QUARANTINED": "ABSENT"}
TURNED = {getattr(ast, one): getattr(ast, other) for one, other in both_ways(OPERATORS).items()}
NOT_SWAPPED = {
    *("minimum", "maximum", "min", "max", "Greatest", "Least", "isinstance", "getattr", "zip"),
    *("node", "number", "full", "over", "broadcast_to", "dated", "Line"),
}
"""Functions whose arguments may stand in any order, or are of sorts that cannot be mistaken for one another."""


@dataclass(frozen=True)
class Mutant:
    """One fault: where, what stood on that line, what stands there now."""

    file: str
    line: int
    fault: str
    was: str
    becomes: str
    start: int
    end: int
    text: str

    def applied(self, source: bytes) -> bytes:
        """The file with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def told(self) -> dict[str, Any]:
        """Where and what, for a reader."""
        where = f"{self.file}:{self.line}"
        return {"where": where, "fault": self.fault, "was": self.was, "becomes": self.becomes}


def mutants_of(file: str, source: bytes) -> Iterator[Mutant]:
    """Every fault that can be made in a file, from its top."""
    starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    lines = source.decode().splitlines()
    for node in priced(ast.parse(source)):
        for target, fault, text in faults(node):
            start = starts[target.lineno - 1] + target.col_offset
            end = starts[target.end_lineno - 1] + target.end_col_offset
            line = (source[:start] + text.encode() + source[end:]).decode().splitlines()[target.lineno - 1]
            was = lines[target.lineno - 1].strip()
            yield Mutant(file, target.lineno, fault, was, line.strip(), start, end, text)


def priced(node: ast.AST) -> Iterator[Any]:
    """What works out a figure; no annotation, setting, docstring, check or sentence of an error."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) if name in CHECKS:
                continue
            case ast.FunctionDef(body=body):
                yield from priced(ast.Module(body, []))
            case ast.ClassDef(body=body):
                yield from priced(
                    ast.Module([each for each in body if isinstance(each, ast.FunctionDef)], [])
                )
            case ast.Assign(targets=[ast.Name(id=name)]) if name in CHECKS:
                continue
            case ast.AnnAssign(value=ast.AST() as value):
                yield from priced(ast.Expression(value))
            case ast.Raise() | ast.Assert() | ast.JoinedStr() | ast.AnnAssign() | ast.keyword(arg="strict"):
                continue
            case (
                ast.BoolOp(values=[ast.Attribute(attr="source"), *_]) | ast.Call(func=ast.Name(id="Problem"))
            ):
                continue
            case ast.If(body=[ast.Raise()], orelse=[]):
                continue
            case ast.Expr(value=ast.Constant()) | ast.Subscript(value=ast.Name(id="Literal" | "Annotated")):
                continue
            case _:
                yield child
                yield from priced(child)


def faults(node: Any) -> Iterator[tuple[Any, str, str]]:
    """The faults of one node: what is replaced, the sort of fault, and the text in its place."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in TURNED:
            yield node, "comparison", changed(node, ops=[TURNED[type(op)]()])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in TURNED:
            yield node, "operator", changed(node, op=TURNED[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield node, "operator", f"({ast.unparse(operand)})"
        case ast.Constant(value=bool() as value):
            yield node, "constant", str(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, "constant", repr(type(value)(0 if value == 1 else value + 1))
        case ast.Constant(value=str() as value) if value in OTHER_WORD:
            yield node, "word", repr(OTHER_WORD[value])
        case ast.Attribute(attr=name) if name in OTHER_ATTRIBUTE:
            yield node, "status" if name.isupper() else "name", changed(node, attr=OTHER_ATTRIBUTE[name])
        case ast.Name(id=name) if name in OTHER_NAME:
            yield node, "name", OTHER_NAME[name]
        case ast.Call(func=function, args=[first, second, *rest]):
            starred = isinstance(first, ast.Starred) or isinstance(second, ast.Starred)
            if not starred and ast.unparse(function).rpartition(".")[2] not in NOT_SWAPPED:
                yield node, "arguments", changed(node, args=[second, first, *rest])
        case ast.IfExp(orelse=other):
            yield node, "branch", f"({ast.unparse(other)})"
        case ast.If(test=test):
            yield test, "branch", "False"


def changed(node: ast.expr, **parts: Any) -> str:
    """The text of an expression with other parts."""
    new = copy.copy(node)
    for name, part in parts.items():
        setattr(new, name, part)
    return f"({ast.unparse(new)})"


def mutants(package: Path, only: str = "") -> list[Mutant]:
    """Every fault that can be made in a copy, in the order of its files."""
    return [
        each for file in FILES if only in file for each in mutants_of(file, (package / file).read_bytes())
    ]
