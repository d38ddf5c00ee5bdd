"""Formulas from the algebra: each node of a scheme a column, in the order of its parts.

What a node means is said once more here, in the words of a spreadsheet; `scheme.evaluation` says it in arrays.
"""

from __future__ import annotations

from collections.abc import Callable

from policymodel.audit import carrying, lookups, peers
from policymodel.audit.book import (
    ARGUMENTS,
    LETTERS,
    LEVELS,
    Cell,
    Column,
    Role,
    Sheet,
    Sure,
    where_known,
    worst,
)
from policymodel.audit.layout import Layout, Reader
from policymodel.audit.rounding import rounded
from policymodel.computation import Computed
from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Choose,
    Collect,
    Constant,
    Dated,
    Greatest,
    Instead,
    Least,
    Line,
    Matrix,
    Node,
    OverPeers,
    OverTeam,
    Piecewise,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Round,
    RoundTogether,
    Slice,
    Sum,
    Unknown,
    Where,
    nodes_of,
    parts_of,
)
from policymodel.words.sentences import say

NEAR = "1E-11"
"""How far a number may miss a threshold by what floats lose (`scheme.evaluation.values`)."""
SIGNS = {"at_least": (">=", "-"), "above": (">", ""), "at_most": ("<=", ""), "below": ("<", "-")}


class Book(Layout):
    """The sheets with a column for each node, parts before what they are part of."""

    def __init__(self, computed: Computed, language: str) -> None:
        super().__init__(computed, language)
        for node in nodes_of(*self.lines.values()):
            self._place(node)

    def _place(self, node: Node) -> None:
        if isinstance(node, Constant | Unknown):
            return
        if isinstance(node, algebra.Column):
            self.places[node] = self._fact(node)
            return
        if isinstance(node, Line) and self.claimed.get(node.of) is node:
            self.places[node] = self.places[node.of]
            return
        axis = self.axis(node)
        sheet = {
            "calendar": self.calendar,
            "transaction": self.sheets["transactions"],
            "person": self.sheets[self.sections.get(node, "pay")],
        }[axis or "calendar"]
        readers = [self.reader(part, sheet) for part in parts_of(node)]
        formula = self.formula(node, sheet, readers)
        cells = [formula(row) for row in range(sheet.rows)]
        line = node if isinstance(node, Line) else self.claimed.get(node)
        code = self.outputs.get(node) or (self.outputs.get(line, "") if line is not None else "")
        source = line.source if line is not None else ""
        if _too_large(node, cells):
            values = self.engine(node, sheet)
            column = sheet.add("taken", self.title(node), code, values, source=source, node=node)
            self.taken.append(column)
        else:
            array = isinstance(node, Awards) and node.ties == "share_the_awards"
            role: Role = "line" if code else "step"
            written = list[Cell](cells)
            column = sheet.add(role, self.title(node), code, written, source=source, node=node, array=array)
            if code:
                self._check(column)
        self.places[node] = column

    def _check(self, column: Column) -> None:
        """The engine's value beside a line, and what they differ by."""
        sheet = column.sheet
        assert column.node is not None
        engine = sheet.add("engine", say("Engine"), column.code, self.engine(column.node, sheet))
        cells = []
        for row in range(sheet.rows):
            one, other = column.at(row, sheet), engine.at(row, sheet)
            cells.append(f'IF(COUNT({one},{other})=2,{one}-{other},IF({one}={other},0,"differs"))')
        sheet.add("difference", say("Difference"), column.code, cells)

    def formula(self, node: Node, sheet: Sheet, read: list[Reader]) -> Reader:
        """The formula of each row of a node."""
        match node:
            case Line():
                return read[0]
            case Round(rounding=rounding):
                return _of(read, lambda cell: rounded(cell, rounding))
            case Sum(skip_not_applicable=True):
                return lambda row: _sum_of_what_applies([each(row) for each in read])
            case Sum():
                return _of(read, lambda *cells: "+".join(cells))
            case Product():
                return _of(read, lambda *cells: "*".join(cells))
            case Least():
                return _of(read, lambda one, other: f"MIN({one},{other})")
            case Greatest():
                return _of(read, lambda one, other: f"MAX({one},{other})")
            case Ratio(at_zero=rule, any_sign=any_sign):
                return lambda row: _ratio(read[0](row), read[1](row), rule, "<>" if any_sign else ">")
            case Power():
                return _of(read, _power)
            case Slice(upper=None):
                return _of(read, lambda of, lower: f"MAX({of}-{lower},0)")
            case Slice():
                return _of(read, lambda of, lower, upper: f"MIN(MAX({of}-{lower},0),MAX({upper}-{lower},0))")
            case Reached(comparison=comparison):
                sign, shift = SIGNS[comparison]
                return _of(
                    read,
                    lambda of, at: f"IF({of}-{at}{sign}{shift}{NEAR}*MAX(1,ABS({at})),1,0)",
                )
            case Where():
                return lambda row: _where(*(each(row) for each in read))
            case Applies():
                return lambda row: _applies(read[0](row))
            case Instead(when_missing=rule):
                return lambda row: _instead(read[0](row), '"n/a"' if rule == "not_applicable" else "0")
            case Piecewise():
                return lookups.piecewise(self, node, sheet, read[0])
            case Matrix():
                return lookups.matrix(self, node, sheet, read)
            case Choose():
                return lookups.choose(self, node, sheet, read)
            case Dated():
                return lookups.dated(self, node, sheet, read)
            case Accumulate():
                return carrying.accumulate(self, node, sheet, read)
            case Carry():
                return carrying.carry(self, node, sheet, read)
            case Previous():
                return carrying.previous(self, node, sheet, read)
            case Collect():
                return carrying.collect(self, node, sheet)
            case Place():
                return carrying.place(self, node, sheet)
            case OverPeers():
                return peers.over_peers(self, node, sheet, read)
            case Rank():
                return peers.rank(self, node, sheet)
            case Awards():
                return peers.awards(self, node, sheet)
            case RoundTogether():
                return peers.round_together(self, node, sheet, read)
            case OverTeam():
                return peers.over_team(self, node, sheet)
        raise AssertionError(f"no formula for {type(node).__name__}")


def _too_large(node: Node, cells: list[str]) -> bool:
    """Whether a spreadsheet could not hold a node's formulas: too long, too many parts, one in the other too deep."""
    longest = max(cells, key=len, default="")
    return len(longest) > LETTERS or len(parts_of(node)) > ARGUMENTS or nesting(longest) > LEVELS


def nesting(formula: str) -> int:
    """How deep brackets stand one in the other.

    >>> nesting("IF(A1>0,MAX(A1,(B1+1)),0)")
    3
    """
    deepest = depth = 0
    for sign in formula:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _of(read: list[Reader], formula: Callable[..., str]) -> Reader:
    """A formula of all parts where all are known."""

    def written(row: int) -> str:
        cells = [each(row) for each in read]
        return where_known(cells, formula(*cells))

    return written


def _sum_of_what_applies(cells: list[str]) -> str:
    """Adds up what applies: SUM passes over words in cells."""
    open_ones = [cell for cell in dict.fromkeys(cells) if not isinstance(cell, Sure)]
    total = f"SUM({','.join(cells)})"
    for code in ("unknown", "withheld"):
        if open_ones:
            total = f'IF({one_is(open_ones, code)},"{code}",{total})'
    return total


def one_is(cells: list[str], code: str) -> str:
    """Whether one of some cells holds a word."""
    tests = [f'{cell}="{code}"' for cell in cells]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def _ratio(top: str, bottom: str, at_zero: str, sign: str) -> str:
    if at_zero == "not_applicable":
        divided = where_known([top], f"{top}/{bottom}")
        known = f'IF({bottom}{sign}0,{divided},"n/a")'
        if isinstance(bottom, Sure):
            return known
        lost = bottom if isinstance(top, Sure) else worst([top, bottom])
        return f"IF(ISNUMBER({bottom}),{known},{lost})"
    return where_known([top, bottom], f"IF({bottom}{sign}0,{top}/{bottom},{1 if at_zero == 'full' else 0})")


def _power(base: str, exponent: str) -> str:
    of_zero = f'IF(AND({base}=0,{exponent}>=0),IF({exponent}=0,1,0),"n/a")'
    return f"IF({base}>0,{base}^{exponent},{of_zero})"


def _where(condition: str, then: str, otherwise: str) -> str:
    chosen = f"IF({condition}<>0,{then},{otherwise})"
    return chosen if isinstance(condition, Sure) else f"IF(ISNUMBER({condition}),{chosen},{condition})"


def _applies(cell: str) -> str:
    return "1" if isinstance(cell, Sure) else f'IF(ISNUMBER({cell}),1,IF({cell}="n/a",0,{cell}))'


def _instead(cell: str, other: str) -> str:
    if isinstance(cell, Sure):
        return cell
    return f'IF(OR({cell}="unknown",{cell}="withheld"),{other},{cell})'
