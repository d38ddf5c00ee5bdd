"""What a region reached on each line of a card: actual, target to date, attainment, and the period before (S4.0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import Values
from policymodel.scheme.kinds.arithmetic import Rescaled
from policymodel.scheme.kinds.card import Attainment, ChangeOnPeriod, Counted, Deduction, Mark, Share
from policymodel.scheme.quantities import MeasureOf
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import Scores

Sums = NDArray[np.float64]
Read = Callable[[Column], Values]


@dataclass(frozen=True)
class Indicator:
    """What is added over the region's people for one line: a sum, a mean, or one sum ÷ another; and its target.

    A `personal` figure counts something about single people, a complaint or an inspection's finding: six
    complaints are about six people at most, however many had none.
    """

    line: str
    measure: str
    top: Column
    bottom: Column | None = None
    mean: bool = False
    personal: bool = False
    to_date: Column | None = None
    target: Column | None = None


def region_indicators(scores: Scores) -> pd.DataFrame:
    """One row for each line and period of a card, over all the people of the panel who have the figure.

    `actual` is the period's own and `previous_actual` that of the period before, whoever was there then.
    `target` and `actual_to_date` run from the start of the target's period, as the card judges them (S4.0), and
    `attainment` is their ratio; they are blank for a line without a target, which is judged otherwise. A ratio is
    made again from its two sums and a reviewer's mark is the mean mark; `divisor` is what the sum was divided by,
    for adding regions (blank for a plain sum). `people` are those who have the figure; for events those who had
    one, because only they are in the count. `previous_people` are those of the period before, and `gone` how many of
    these a figure to date over just the two periods leaves out: less the two periods' own it would tell theirs.
    """
    before = scores.periods[0].before()
    now, then = _reader(scores, scores.periods), _reader(scores, (before,))
    labels = [each.label for each in scores.periods]
    running = scores.panel.running(scores.periods[-1])
    frames = [_rows(each, labels, now, then, running) for each in indicators_of(scores.scheme, scores.panel)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _reader(scores: Scores, periods: tuple[Period, ...]) -> Read:
    """A column over some periods: the very values that were scored where they are the same."""
    known: dict[Column, Values] = {}

    def read(column: Column) -> Values:
        if column not in known:
            scored = scores.known.get(column) if periods == scores.periods else None
            known[column] = scores.panel.column(column, periods) if scored is None else scored
        return known[column]

    return read


def indicators_of(scheme: Scheme, panel: Panel) -> Iterator[Indicator]:
    """The lines of a card that read a figure, with the columns they read; an assumed figure is none.

    Measures below the perspectives of a balanced scorecard are lines of the card too.
    """
    for line in scheme.judged():
        match line:
            case Attainment(measure=measure):
                to_date = Column(measure, window="target_to_date", rule=scheme.targets)
                target = replace(to_date, name=f"target:{measure}")
                yield _of_measure(line.id, measure, panel, to_date=to_date, target=target)
            case ChangeOnPeriod(measure=measure) | Counted(measure=measure):
                yield _of_measure(line.id, measure, panel)
            case Mark(measure=measure) | Rescaled(of=MeasureOf(measure=measure, window="period")):
                yield _of_measure(line.id, measure, panel, mean=True)
            case Share(top=top, bottom=bottom):
                yield Indicator(line.id, top, Column(top), Column(bottom))
            case Deduction(event=event):
                way = "@" + "+".join(line.channels) if line.channels else ""
                yield Indicator(line.id, event, Column(f"events:count:{event}{way}"), personal=True)


def _of_measure(line: str, measure: str, panel: Panel, **settings: Any) -> Indicator:
    ratio = panel.history.measures.get(measure)
    if ratio is None or ratio.top is None or ratio.bottom is None:
        return Indicator(line, measure, Column(measure), **settings)
    return Indicator(line, measure, Column(ratio.top), Column(ratio.bottom), **settings)


def _rows(indicator: Indicator, labels: list[str], now: Read, then: Read, running: bool) -> pd.DataFrame:
    here = _people(indicator, now)
    actual, divisor = _actual(indicator, now, here)
    earlier = replace(indicator, to_date=None, target=None)
    there = _people(earlier, then)
    before, before_divisor = _actual(earlier, then, there)
    to_date = target = np.full(len(labels), np.nan)
    if indicator.to_date is not None and indicator.target is not None:
        to_date, target = _sum(now(indicator.to_date), here), _sum(now(indicator.target), here)
    # A figure stands beside the next period exactly as in its own row: no second sum over other people. It is not held
    # against a part of a period that is not over.
    previous = np.array([*before, *actual[:-1]])
    previous[-1:] = np.nan if running else previous[-1:]
    return pd.DataFrame(
        {
            "line": indicator.line,
            "period": labels,
            "measure": indicator.measure,
            "actual": actual,
            "actual_to_date": to_date,
            "target": target,
            "attainment": divide(to_date, target),
            # How many had an event the period before may be a smaller number than may be shown.
            "previous_actual": np.nan if indicator.personal else previous,
            "divisor": divisor,
            "previous_divisor": [*before_divisor, *divisor[:-1]],
            "previous_people": [*there.sum(axis=1), *here.sum(axis=1)[:-1]],
            "gone": _gone(indicator, now, here),
            "people": (here & (now(indicator.top).number > 0) if indicator.personal else here).sum(axis=1),
        }
    )


def _gone(indicator: Indicator, now: Read, here: NDArray[np.bool_]) -> list[int]:
    """Who was in the period before and is not in this one, where the figure to date is of these two periods alone."""
    count = [0] * len(here)
    if indicator.to_date is not None:
        top, to_date = (now(each).number for each in (indicator.top, indicator.to_date))
        for at in range(1, len(here)):
            both = here[at] & here[at - 1]
            two = np.allclose(to_date[at, both], top[at, both] + top[at - 1, both])
            count[at] = int((here[at - 1] & ~here[at]).sum()) if two else 0
    return count


def _people(indicator: Indicator, read: Read) -> NDArray[np.bool_]:
    """Who has the figure, [period, manager].

    Where anybody has a target, only those who have one count, so that actual and target are about the same people.
    """
    here = read(indicator.top).ok
    if indicator.bottom is not None:
        here = here & read(indicator.bottom).ok
    if indicator.to_date is not None and indicator.target is not None:
        judged = here & read(indicator.to_date).ok & read(indicator.target).ok
        here = np.where(judged.any(axis=1, keepdims=True), judged, here)
    return here


def _actual(indicator: Indicator, read: Read, here: NDArray[np.bool_]) -> tuple[Sums, Sums]:
    """The region's figure in each period, and what its sum was divided by."""
    total = _sum(read(indicator.top), here)
    divisor = np.full(total.shape, np.nan)
    if indicator.bottom is not None:
        divisor = _sum(read(indicator.bottom), here)
    elif indicator.mean:
        divisor = here.sum(axis=1).astype(np.float64)
    plain = indicator.bottom is None and not indicator.mean
    return (total if plain else divide(total, divisor)), divisor


def _sum(values: Values, here: NDArray[np.bool_]) -> Sums:
    """The sum over the people counted who have the figure; not a number where nobody has."""
    counted = here & values.ok
    total = np.where(counted, values.number, 0.0).sum(axis=1)
    return np.where(counted.any(axis=1), total, np.nan)


def divide(top: Sums, bottom: Sums) -> Sums:
    """The ratio of two sums; not a number for a bottom of zero or less."""
    ratio: Sums = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=np.asarray(bottom) > 0)
    return ratio
