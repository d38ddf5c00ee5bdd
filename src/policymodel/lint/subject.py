"""What the rules look at: a scheme's lines and nodes and, where there is a history, their values and slopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.computation import Computed
from policymodel.history.measures import Measure
from policymodel.lint.asked import divided_by, judged_by_mapping
from policymodel.lint.findings import Sample
from policymodel.lint.ranges import Range, ranges
from policymodel.lint.settings import Settings
from policymodel.margins import slopes_of
from policymodel.margins.directions import measures_of
from policymodel.margins.sight import Sight
from policymodel.panel import Panel
from policymodel.scheme.algebra import Axis, Column, Line, Node, columns_of, parts_of
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.given import PAY, SCORE, Given
from policymodel.scheme.kinds.card import Group
from policymodel.scheme.kinds.plans import PremiumPlan
from policymodel.scheme.scheme import Scheme

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
EVENTS = "events:"
"""How the measures of events begin: nobody is asked to do more of them."""


@dataclass(frozen=True)
class Seen:
    """The known values of a node, one after the other, with the person and the period of each."""

    number: Numbers
    manager: NDArray[np.int64]
    period: NDArray[np.int64]
    labels: tuple[str, ...]

    def only(self, where: Flags) -> Seen:
        """Some of them."""
        return Seen(self.number[where], self.manager[where], self.period[where], self.labels)

    def sample(self, hit: Flags) -> Sample:
        """How many people and cases there are, and how many of them are hit."""
        return Sample(
            people=np.unique(self.manager).size,
            cases=self.number.size,
            hit_people=np.unique(self.manager[hit]).size,
            hit_cases=int(hit.sum()),
            first=self.labels[int(self.period.min())] if self.period.size else "",
            last=self.labels[int(self.period.max())] if self.period.size else "",
        )


@dataclass(frozen=True)
class Subject:
    """One scheme under the linter."""

    scheme: Scheme
    settings: Settings
    computed: Computed | None = None

    @property
    def given(self) -> Given:
        """The nodes of its lines."""
        return self.scheme.given

    @property
    def panel(self) -> Panel | None:
        """The history, as a panel."""
        return self.computed.panel if self.computed is not None else None

    @property
    def goal(self) -> str:
        """What people work for: `pay`, else `score`, else nothing that has a name."""
        return PAY if self.scheme.pay is not None else SCORE if self.scheme.card is not None else ""

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """What the history says of measures."""
        return self.panel.history.measures if self.panel is not None else {}

    @cached_property
    def used(self) -> dict[str, Any]:
        """The lines that reach the score or the pay; all of them where there is neither."""
        roots = [
            *(line.id for line in (self.scheme.card.lines if self.scheme.card is not None else ())),
            *(item.id for item in (self.scheme.pay.items if self.scheme.pay is not None else ())),
        ]
        if not roots:
            return self.scheme.lines
        raw = dict(_written_lines(self.scheme.document))
        reached: dict[str, None] = {}
        while roots:
            name = roots.pop()
            if name not in reached and name in self.scheme.lines:
                reached[name] = None
                roots += _named(raw.get(name, {}))
        return {name: line for name, line in self.scheme.lines.items() if name in reached}

    @cached_property
    def on_card(self) -> list[tuple[Any, Any | None]]:
        """Lines of the card that are no groups, each with its group."""
        walked = self.scheme.card.walk() if self.scheme.card is not None else ()
        return [(line, group) for line, group in walked if not isinstance(line, Group)]

    @property
    def items(self) -> tuple[Any, ...]:
        """The pay items."""
        return self.scheme.pay.items if self.scheme.pay is not None else ()

    def axis(self, record: Any) -> Axis:
        """Whether a line is worked out by period or by transaction."""
        axis: Axis = getattr(record, "every", "period")
        return axis

    def node(self, record: Any) -> Node:
        """The expression of a line."""
        node: Node = record.expression(self.given)
        return node

    @cached_property
    def ranges(self) -> dict[Node, Range]:
        """What every node can be, whatever the facts."""
        return ranges(*self.scheme.nodes().values())

    def range(self, node: Node) -> Range:
        """What a node can be, whatever the facts."""
        if node not in self.ranges:
            self.ranges.update(ranges(node))
        return self.ranges[node]

    def seen(self, node: Node, axis: Axis = "period") -> Seen | None:
        """The known values of a node over the history, of those employed; None without a history."""
        if self.computed is None:
            return None
        ground = self.computed.ground
        labels = tuple(each.label for each in self.computed.periods)
        values = evaluate(node, ground, self.computed.known)
        if axis == "transaction":
            period, manager = ground.places()
            values = values.over((1, manager.size))
            here = values.ok[0]
            return Seen(values.number[0][here], manager[here], period[here], labels)
        shape = (len(labels), ground.panel.managers.size)
        values = values.over(shape)
        here = values.ok & ground.panel.employed(self.computed.periods)
        period, manager = np.nonzero(here)
        return Seen(values.number[here], manager, period, labels)

    def both(self, one: Node, other: Node, axis: Axis = "period") -> tuple[Seen, Numbers] | None:
        """The values of one node where another is known too, and those of the other."""
        seen, beside = self.seen(one, axis), self.seen(other, axis)
        if seen is None or beside is None:
            return None
        first = _keys(seen)
        _, left, right = np.intersect1d(
            first, _keys(beside), assume_unique=axis == "period", return_indices=True
        )
        if axis == "transaction":
            if seen.number.size != beside.number.size:
                return None
            left = right = np.arange(seen.number.size)
        kept = Seen(seen.number[left], seen.manager[left], seen.period[left], seen.labels)
        return kept, beside.number[right]

    def enough(self, seen: Seen | None) -> bool:
        """Whether there are cases enough to say never or always."""
        return seen is not None and seen.number.size >= self.settings.thresholds.smallest_sample

    @cached_property
    def not_asked(self) -> set[str]:
        """Measures that people's amount follows and nobody is asked to do more of, the time a plan wants saved too."""
        plans = [each for each in self.used.values() if isinstance(each, PremiumPlan)]
        saved = {name for plan in plans for name in measure_names(plan.node(plan.actual, self.given))}
        return saved | divided_by(self.given.line(self.goal), self.panel) | judged_by_mapping(self.panel)

    @cached_property
    def slopes(self) -> pd.DataFrame | None:
        """Of what people work for: what one more unit adds of each measure that somebody asks for (but no event).

        None where nothing can be said.
        """
        if not self.goal or self.computed is None or not self._moves(self.goal):
            return None
        named = {each for group in self.settings.measures.substitutes for each in group}
        wanted = [
            each
            for each in Sight.of(self.computed, self.goal).measures
            if each in named or not (each.startswith(EVENTS) or each in self.not_asked)
        ]
        return self.slopes_of(self.goal, wanted) if wanted else None

    def slopes_of(self, line: str, measures: Sequence[str] | None = None) -> pd.DataFrame | None:
        """What one more unit of each measure (of those named) adds to a line: a row a person, period and measure."""
        if self.computed is None or not self._moves(line):
            return None
        found = slopes_of(self.computed, line, measures)
        return found[found["right"].notna()]

    def _moves(self, line: str) -> bool:
        """Whether anything that people do moves a line."""
        assert self.computed is not None
        columns = columns_of(self.given.over_period(line))
        return any(measures_of(each, self.computed.ground) for each in columns)

    def sample_of(self, frame: pd.DataFrame, hit: Flags) -> Sample:
        """The sample of some rows of slopes."""
        assert self.computed is not None
        labels = [each.label for each in self.computed.periods if each.label in set(frame["period"])]
        return Sample(
            people=frame["manager_id"].nunique(),
            cases=len(frame),
            hit_people=frame["manager_id"][hit].nunique(),
            hit_cases=int(hit.sum()),
            first=labels[0] if labels else "",
            last=labels[-1] if labels else "",
        )


def _keys(seen: Seen) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = seen.period * (seen.manager.max(initial=0) + 10**6) + seen.manager
    return keys


STILL = ("target", "increment", "base", "person", "calendar", "fx", "months_in_grade", "events")
"""Facts that nobody moves by selling more."""


def measure_names(node: Node, through_score: bool = True) -> set[str]:
    """The measures that an expression reads, by the name that the file has; without those it reads in the score."""
    found: set[str] = set()
    seen: set[Node] = set()
    todo = [node]
    while todo:
        each = todo.pop()
        if each in seen or (not through_score and isinstance(each, Line) and each.id == SCORE):
            continue
        seen.add(each)
        todo += parts_of(each)
        if isinstance(each, Column) and each.name.partition(":")[0] not in STILL:
            kind, _, figure = each.name.partition(":")
            found.add(
                f"transaction:{figure.partition('@')[0]}"
                if figure and kind.startswith("transaction")
                else kind
            )
    return found - {"transaction:share"}


def own_nodes(line: Node) -> Iterator[Node]:
    """The nodes of a line's own formula: below it, down to where other lines begin."""
    todo = list(parts_of(line))
    seen: set[Node] = set()
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            yield node
            if not isinstance(node, Line):
                todo += parts_of(node)


def _written_lines(raw: Any) -> Iterator[tuple[str, Any]]:
    """Every line of a document by its id."""
    if isinstance(raw, Mapping):
        if "kind" in raw and "id" in raw:
            yield str(raw["id"]), raw
        for value in raw.values():
            yield from _written_lines(value)
    elif isinstance(raw, list | tuple):
        for value in raw:
            yield from _written_lines(value)


def _named(raw: Any) -> list[str]:
    """The lines that a line names or holds; the score stands for the lines of the card, which are used anyway."""
    if isinstance(raw, Mapping):
        own = [str(raw["line"]).partition(".")[0]] if isinstance(raw.get("line"), str) else []
        inner = [
            str(each["id"]) for each in raw.get("lines", ()) if isinstance(each, Mapping) and "id" in each
        ]
        return own + inner + [name for value in raw.values() for name in _named(value)]
    if isinstance(raw, list | tuple):
        return [name for value in raw for name in _named(value)]
    return []
