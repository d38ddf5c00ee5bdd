"""Everything a scheme works out over a panel: every line, for every person, period and transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.panel import Ground, Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Accumulate, Carry, Choose, Dated, Node, Previous, nodes_of
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.kinds.card import Attainment
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Computed:
    """What a scheme gave: the values of each node, and frames of them on request."""

    scheme: Scheme
    panel: Panel
    periods: tuple[Period, ...]
    known: dict[Node, Values]

    @cached_property
    def ground(self) -> Ground:
        """The facts the values were read from."""
        return Ground(self.panel, self.periods)

    def values(self, node: Node) -> Values:
        """The values of a node, spread over every period and manager."""
        return evaluate(node, self.ground, self.known).over((len(self.periods), self.panel.managers.size))

    def frame(self) -> pd.DataFrame:
        """One row for each design, manager, period and line that stands on periods: value, status.

        A line that stands on transactions is added up. The value is NaN where there is none and `status` says
        why. Side figures of a line follow it as `id.what`.
        """
        frames = []
        for name, node in self.scheme.nodes().items():
            if self.scheme.given.axis(name) == "transaction":
                node = self.scheme.given.over_period(name)
            values = self.values(node)
            frames.append(self._frame({"line": name, "value": readable(values), "status": values.status}))
        return pd.concat(frames, ignore_index=True)

    def transactions(self) -> pd.DataFrame:
        """One row for each credit of a transaction and line that stands on transactions.

        Columns: design, transaction_id, manager_id, period, date, line, value, status.
        """
        credited = self.ground.transactions
        frames = [pd.DataFrame(columns=["design", *credited.columns, "line", "value", "status"])]
        for name, node in self.scheme.nodes().items():
            if self.scheme.given.axis(name) != "transaction":
                continue
            values = evaluate(node, self.ground, self.known).over((1, len(credited)))
            columns = {"line": name, "value": readable(values)[0], "status": values.status[0]}
            rows = credited.assign(**columns)
            rows.insert(0, "design", self.scheme.id)
            frames.append(rows)
        return pd.concat(frames[1:] or frames, ignore_index=True)

    def _frame(self, columns: Mapping[str, NDArray[Any] | str]) -> pd.DataFrame:
        return person_periods(self.panel, self.periods, self.scheme.id, columns)


def compute(panel: Panel, scheme: Scheme, periods: tuple[Period, ...] | None = None) -> Computed:
    """Work out every line of a scheme for each period (all of the plan year's that have begun where none are named).

    Raises DataGap naming everything the scheme needs that history lacks.
    """
    periods = periods or panel.begun(panel.plan_year.split(scheme.months))
    return Computed(scheme, panel, periods, worked_out(panel, scheme, periods, scheme.nodes()))


def worked_out(
    panel: Panel, scheme: Scheme, periods: tuple[Period, ...], lines: Mapping[str, Node]
) -> dict[Node, Values]:
    """The values of some lines and of all below them; what history lacks is gathered from all of them first."""
    ground = Ground(panel, periods)
    known: dict[Node, Values] = {}
    if gaps := lacking(scheme, ground, lines, known):
        raise DataGap(scheme.file, gaps)
    for node in lines.values():
        evaluate(node, ground, known)
    return known


def lacking(
    scheme: Scheme, ground: Ground, lines: Mapping[str, Node], known: dict[Node, Values]
) -> list[Problem]:
    """What some lines of a scheme need that history lacks; columns that are read are kept in `known`."""
    gaps: list[Problem] = []
    for column in sorted(scheme.columns - known.keys(), key=lambda each: each.name):
        try:
            known[column] = ground.column(column)
        except DataGap as gap:
            gaps.extend(problem for problem in gap.problems if problem not in gaps)
    gaps.extend(_unsaid(ground.panel, scheme))
    for name, node in lines.items():
        below = nodes_of(node)
        gaps.extend(problem for problem in _gaps(name, below, ground) if problem not in gaps)
    return gaps


def _unsaid(panel: Panel, scheme: Scheme) -> Iterator[Problem]:
    """Lines on a measure that is better down which do not say how less is better."""
    for name, record in scheme.lines.items():
        if isinstance(record, Attainment) and record.lower_is_better is None:
            measure = panel.history.measures.get(record.measure)
            if measure is not None and measure.better == "down":
                what = (
                    f"less of '{record.measure}' is better, and the line does not say how that earns points"
                )
                yield Problem(name, what, "write `lower_is_better: target_over_actual` or `distance`")


def _gaps(name: str, nodes: Iterable[Node], ground: Ground) -> Iterator[Problem]:
    """What the facts or the periods do not have that a line needs."""
    every = ground.panel.plan_year.split(len(ground.periods[0].months))
    for node in nodes:
        if isinstance(node, Carry | Previous | Accumulate) and ground.periods != every[: len(ground.periods)]:
            yield Problem(name, f"it runs from {every[0].label} without a gap, because balances are carried")
        elif isinstance(node, Choose) and node.otherwise is None:
            yield from _unknown_categories(name, node, ground)
        elif isinstance(node, Dated):
            yield from _not_in_force(name, node, ground)


def _unknown_categories(name: str, node: Choose, ground: Ground) -> Iterator[Problem]:
    category = ground.category(node.category, node.every)
    here = ground.peers("group") >= 0 if node.every == "period" else np.ones(category.shape, dtype=bool)
    for word in sorted({str(each) for each in category[here]} - set(node.keys)):
        what = f"{node.category} '{word}' is not in its table" if word else f"somebody has no {node.category}"
        yield Problem(name, what, f"the table has {', '.join(node.keys)}; add it, or write `otherwise:`")


def _not_in_force(name: str, node: Dated, ground: Ground) -> Iterator[Problem]:
    cuts = [first for first, _ in node.spans if first is not None]
    for period in ground.periods:
        first_day, last_day = period.start, period.end
        inside = [cut for cut in cuts if first_day < cut <= last_day]
        if inside and node.inside is None and node.every == "period":
            what = f"a number changes on {inside[0]}, inside {period.label}"
            yield Problem(
                name, what, "say what counts there: `inside_period: by_days`, `at_start` or `at_end`"
            )
        covered = sum(
            max((min(last or last_day, last_day) - max(first or first_day, first_day)).days + 1, 0)
            for first, last in node.spans
        )
        if covered < (last_day - first_day + timedelta(days=1)).days:
            yield Problem(
                name, f"a number is not in force throughout {period.label}", "give it a value there"
            )


def readable(values: Values) -> NDArray[np.float64]:
    """The numbers, NaN where there is none, without the last bits that 80.73 x 10 leaves in a float.

    A zero has no sign: nothing taken off is 0 and not -0.
    """
    return np.where(values.ok, np.round(values.number, 9) + 0.0, np.nan)


def person_periods(
    panel: Panel, periods: tuple[Period, ...], design: str, columns: Mapping[str, NDArray[Any] | str]
) -> pd.DataFrame:
    """Tidy rows for whoever is employed in a period; [period, manager] arrays become columns."""
    here: NDArray[np.bool_] = panel.employed(periods)
    period, manager = np.nonzero(here)
    labels = np.array([each.label for each in periods], dtype=object)
    told = {name: value[here] if isinstance(value, np.ndarray) else value for name, value in columns.items()}
    who = {"design": design, "manager_id": panel.managers[manager], "period": labels[period]}
    return pd.DataFrame(who | told)
