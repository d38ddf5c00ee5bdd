"""The worked examples of a plan: invented people, priced by the engine; nothing is worked out here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product
from typing import Literal

from policymodel.computation import Computed, compute
from policymodel.errors import DataGap
from policymodel.explanation import Step, stand
from policymodel.history.measures import Measure, Status
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.report.invented import Invented, Low, Missing
from policymodel.scheme.algebra import Collect, Column, Greatest, Least, Line, Node
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.card import Attainment
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from policymodel.words.clauses.plan import numbers_in

YEAR = 2025
"""The plan year of examples, where no number of the scheme asks for another."""
SIZES = (1.0, 0.001, 0.000_01)
BENEATH = 0.3
"""So much of what is usual a low figure lies beneath a floor."""
Which = Literal["ordinary", "bound", "above", "missing", "joiner", "low"]


@dataclass(frozen=True)
class Example:
    """One person in one period: which case it shows, and the trees behind every line."""

    which: Which
    person: str
    period: Period
    result: Computed
    trees: tuple[Step, ...]
    without: str = ""
    """What is not known of them."""
    joined: date = date.min
    """When they joined, where that is what the example shows."""
    low: str = ""
    """Of what they have very little, where that is what the example shows."""

    @cached_property
    def lines(self) -> dict[str, Step]:
        """The step of each line, by its id on the statement, in the order of the scheme; the score before the pay."""
        found: dict[str, Step] = {}
        for tree in self.trees:
            for step in _walk(tree):
                # What stands on transactions is a line's once it is added up.
                line = step.node.of if isinstance(step.node, Collect) else step.node
                if isinstance(line, Line) and not step.repeated and not step.transaction:
                    found.setdefault(line.id, step)
        scheme = self.result.scheme
        order = list(scheme.nodes())
        if scheme.card is not None:
            order.remove(SCORE)
            order.insert(order.index([line.id for line, _ in scheme.card.walk()][-1]) + 1, SCORE)
        return {name: found[name] for name in order if name in found}

    @cached_property
    def facts(self) -> dict[Column, Step]:
        """The facts of the person that the lines are made of, each once."""
        found: dict[Column, Step] = {}
        for tree in self.trees:
            for step in _walk(tree):
                zero = (
                    step.node.name.startswith("months_in_grade:") and not step.number
                    if isinstance(step.node, Column)
                    else True
                )
                if isinstance(step.node, Column) and not step.transaction and not zero:
                    found.setdefault(step.node, step)
        return found

    @cached_property
    def whole(self) -> dict[Node, Step]:
        """Each step where it stands in full."""
        found: dict[Node, Step] = {}
        for tree in self.trees:
            for step in _walk(tree):
                if not step.repeated and not step.transaction:
                    found.setdefault(step.node, step)
        return found

    def bounds(self) -> list[str]:
        """The lines that are held by a cap or a floor, and the score or the pay where one holds them."""
        return [name for name, step in self.lines.items() if _held(step)]


def worked_examples(scheme: Scheme, measures: Mapping[str, Measure]) -> list[Example]:
    """An ordinary person, one at a bound (or far above what is asked), and the first again: a figure not known, or low.

    None where no invented history of any year can carry the scheme.
    """
    return [each for (each,) in _side_by_side((scheme,), measures)]


def compared_examples(
    before: Scheme, after: Scheme, measures: Mapping[str, Measure]
) -> list[tuple[Example, Example]]:
    """The same people under two schemes; none where the schemes are not worked out over the same periods."""
    if before.every != after.every:
        return []
    return [(first, second) for first, second in _side_by_side((before, after), measures)]


def _side_by_side(schemes: tuple[Scheme, ...], measures: Mapping[str, Measure]) -> list[tuple[Example, ...]]:
    for year, size in product(_years(schemes), SIZES):
        plan = Period.parse(str(year))
        periods = plan.split(schemes[0].months)
        invented = Invented(schemes, measures, plan, periods[min(1, len(periods) - 1)], size=size)
        try:
            return list(zip(*(_examples(invented, scheme) for scheme in schemes), strict=True))
        except DataGap:
            continue
    return []


def _years(schemes: tuple[Scheme, ...]) -> list[int]:
    """The usual year, then those in which numbers of the schemes change."""
    lines = [line for scheme in schemes for line in scheme.lines.values()]
    days = {day.year for line in lines for each in numbers_in(line) for day in each.cuts()}
    near = {year + step for year in days for step in (0, 1, -1)}
    return [YEAR, *sorted(near - {YEAR}, reverse=True)]


def _examples(invented: Invented, scheme: Scheme) -> Iterator[Example]:
    usual = _result(invented, scheme)
    yield _example("ordinary", "A", invented, usual)
    above = _example("above", "B", invented, usual)
    yield replace(above, which="bound") if above.bounds() else above
    missing = _missing(invented)
    if missing is None:
        late = replace(invented, joins_late=True)
        yield replace(_example("joiner", "A", late, _result(late, scheme)), joined=late.joined)
    else:
        without = replace(invented, missing=missing)
        found = _example("missing", "A", without, _result(without, scheme))
        yield replace(found, without=missing.measure or missing.figure)
    low = _low(invented)
    if low is not None:
        beneath = replace(invented, low=low)
        yield replace(_example("low", "A", beneath, _result(beneath, scheme)), low=low.measure)


def _low(invented: Invented) -> Low | None:
    """Less than the floor under attainment, of the first measure that has one."""
    for line in invented.lines:
        if isinstance(line, Attainment) and line.floor is not None and line.lower_is_better is None:
            known = invented.known[line.measure]
            if known.type != "ratio":
                floor = float(min([each.value for each in line.floor.segments] or [line.floor.value]))
                return Low(line.measure, floor - BENEATH * max(1.0, floor))
    return None


def _missing(invented: Invented) -> Missing | None:
    """The first measure a line reads by itself, else the first figure of a transaction."""
    for line in invented.lines:
        for name in ("measure", "top"):
            known = getattr(line, name, None)
            if isinstance(known, str) and known in invented.known and invented.known[known].type != "ratio":
                return Missing(measure=known)
    plain = sorted(
        each.name for each in invented.columns if each.name in invented.known and each.level == "manager"
    )
    plain = [each for each in plain if invented.known[each].type != "ratio"]
    if plain:
        return Missing(measure=plain[0])
    return Missing(figure=invented.figures[0]) if invented.figures else None


def _result(invented: Invented, scheme: Scheme) -> Computed:
    panel = build_panel(invented.history(), invented.plan, invented.base)
    if scheme.pay is not None:
        return pay(panel, scheme)
    return score(panel, scheme) if scheme.card is not None else compute(panel, scheme)


def _example(which: Which, person: str, invented: Invented, result: Computed) -> Example:
    here = stand(result, person, invented.period.label, rows=False)  # type: ignore[arg-type]
    shown: set[Node] = set()
    trees = tuple(here.step(node, shown) for node in _roots(result.scheme))
    return Example(which, person, invented.period, result, trees)


def _roots(scheme: Scheme) -> list[Node]:
    """What a statement ends in: the pay, the score; every line where there is neither."""
    given = scheme.given
    roots = [given.line(name) for name, part in ((SCORE, scheme.card), (PAY, scheme.pay)) if part is not None]
    return roots or [given.over_period(name) for name in scheme.lines]


def _walk(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from _walk(part)


def _held(step: Step) -> bool:
    """Whether the outermost bound of a line is what gives its number."""
    for part in step.parts:
        inner = part
        while not isinstance(inner.node, Least | Greatest | Line) and len(inner.parts) == 1:
            inner = inner.parts[0]
        if isinstance(inner.node, Least | Greatest) and inner.parts:
            first = inner.parts[0]
            if inner.status == Status.MEASURED and first.number != inner.number:
                return True
    return any(_inside(part) for part in step.parts)


def _inside(step: Step) -> bool:
    """Whether a bound inside the line, on the share that earns its points, holds."""
    if isinstance(step.node, Line):
        return False
    if isinstance(step.node, Least | Greatest) and step.parts and step.parts[0].number != step.number:
        return step.status == Status.MEASURED
    return any(_inside(part) for part in step.parts)
