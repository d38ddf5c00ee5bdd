"""A line of a scheme as slopes see it: its expression before rounding, and the measures it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from policymodel.computation import Computed
from policymodel.errors import DataGap, Problem, suggest
from policymodel.margins.directions import measures_of
from policymodel.margins.unrounded import before_rounding, rounding_step
from policymodel.panel import Ground
from policymodel.scheme.algebra import Column, Node, Sum, columns_of
from policymodel.scheme.evaluation import Values
from policymodel.scheme.scheme import Scheme

PAY = "pay"
MANY = 12


@dataclass(frozen=True)
class Sight:
    """One line of what a scheme worked out; `pay` is all parts of pay together."""

    computed: Computed
    line: str
    node: Node

    @classmethod
    def of(cls, computed: Computed, line: str) -> Sight:
        """The line of that name; a DataGap where the scheme has none, or nothing of it moves."""
        sight = cls(computed, line, _node(computed.scheme, line))
        if not sight.measures:
            what = f"'{line}' reads no measure, so nobody can move it"
            raise DataGap(computed.scheme.file, [Problem("line", what, "ask for a line that does")])
        return sight

    @property
    def ground(self) -> Ground:
        """The facts it reads."""
        return self.computed.ground

    @cached_property
    def bare(self) -> Node:
        """Its expression with nothing rounded."""
        return before_rounding(self.node)

    @cached_property
    def known(self) -> dict[Node, Values]:
        """Values of nodes, those without rounding among them."""
        return dict(self.computed.known)

    @cached_property
    def measures(self) -> list[str]:
        """The measures of which it reads units."""
        return sorted({name for column in columns_of(self.bare) for name in measures_of(column, self.ground)})

    def columns_of(self, measure: str) -> set[Column]:
        """The columns that read a measure."""
        return {column for column in columns_of(self.bare) if measure in measures_of(column, self.ground)}

    def known_names(
        self, asked: Sequence[str], known: Sequence[str], place: Literal["measure", "manager"]
    ) -> list[str]:
        """The names asked for, once each; a DataGap for one that is not known."""
        missing = [each for each in asked if each not in known]
        if missing:
            what = "reads no units of" if place == "measure" else "is worked out for nobody called"
            right = suggest(missing[0], known) or f"there is {listed(known)}"
            problem = Problem(place, f"{self.line} {what} '{missing[0]}'", right)
            raise DataGap(self.computed.scheme.file, [problem])
        return list(dict.fromkeys(asked))

    @cached_property
    def rounding(self) -> float:
        """The step in which the line itself moves: that of its last rounding, 0 where there is none."""
        return rounding_step(self.node)


def listed(names: Sequence[str]) -> str:
    """Names one after the other; of many only the first.

    >>> listed(["a", "b"]), listed([str(each) for each in range(40)])[-9:]
    ('a, b', '11 … (40)')
    """
    few = ", ".join(map(str, names[:MANY]))
    return few if len(names) <= MANY else f"{few} … ({len(names)})"


def _node(scheme: Scheme, line: str) -> Node:
    parts = scheme.pay.parts(scheme.given) if scheme.pay is not None else {}
    if line == PAY and parts:
        return Sum(tuple(parts.values()))
    if line in parts:
        return parts[line]
    known = [*scheme.nodes(), *parts, *([PAY] if parts else [])]
    if line not in known:
        right = suggest(line, known) or f"there is {listed(known)}"
        raise DataGap(scheme.file, [Problem("line", f"there is no line '{line}'", right)])
    return scheme.given.over_period(line)
