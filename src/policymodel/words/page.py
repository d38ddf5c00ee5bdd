"""What a page is about: finished tables, and the words for the codes that stand in them.

Claims, charts and tables are functions of this one record, so a page of one region and a page of the group are
told by the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from policymodel.words.numbers import Span
from policymodel.words.sentences import Sentence, Value, say

BANDS = ("loses_over_5", "loses_1_to_5", "same", "gains_1_to_5", "gains_over_5")
LOSES, GAINS = BANDS[:2], BANDS[3:]


@dataclass(frozen=True)
class Gap:
    """One kind of finding in the history: how many rows, of which table, by which rule."""

    severity: Literal["quarantined", "noted", "excluded"]
    table: str
    rule: str
    rows: int


@dataclass(frozen=True)
class Limits:
    """What a reader must know before trusting a page."""

    gaps: Sequence[Gap] = ()
    rows_in: int = 0
    rows_accepted: int = 0
    notes: Sequence[Value] = ()
    illustrative: Sequence[Value] = ()
    smallest_cell: int = 10
    regions_left_out: int = 0


@dataclass(frozen=True)
class Page:
    """Finished tables (`results`, small cells blank where `shown` is no) and the words around them."""

    subject: Literal["region", "group"]
    place: str
    title: Value
    question: Value
    period: str
    base_period: str
    languages: tuple[str, ...]
    currency: str
    baseline: str
    designs: Mapping[str, Value]
    results: Mapping[str, pd.DataFrame]
    seed: int
    names: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    changes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    no_change: float = 0.01
    large_change: float = 0.05
    limits: Limits = field(default_factory=Limits)

    def table(self, name: str) -> pd.DataFrame:
        """One result table; an empty one where this run does not make it."""
        return self.results.get(name, pd.DataFrame())

    def has(self, name: str) -> bool:
        """Whether this run made the table and there is anything in it."""
        return not self.table(name).empty

    def name(self, kind: str, code: object) -> Value:
        """The words for a code (kind: item, line, outlet, region, grade …); the code itself where there are none."""
        return self.names.get((kind, str(code)), str(code))

    def span(self) -> Span:
        """The year that is replayed."""
        return Span(self.period)

    @property
    def others(self) -> tuple[str, ...]:
        """The designs that are compared with the baseline, in the run's order."""
        return tuple(design for design in self.designs if design != self.baseline)

    @property
    def in_points(self) -> bool:
        """Whether people are compared in points, because no design pays."""
        return not self.has("cost")


def band_words(page: Page, band: str) -> Sentence:
    """The words for a band of change; runs without pay are compared in points.

    An edge belongs to the smaller change: exactly 1 % is no change.
    """
    if page.in_points:
        return {
            "loses_over_5": say("Loses over 5 points"),
            "loses_1_to_5": say("Loses 1 to 5 points"),
            "same": say("About the same (within 1 point)"),
            "gains_1_to_5": say("Gains 1 to 5 points"),
            "gains_over_5": say("Gains over 5 points"),
        }[band]
    small, large = f"{page.no_change * 100:g}%", f"{page.large_change * 100:g}%"
    return {
        "loses_over_5": say("Loses over {large}", large=large),
        "loses_1_to_5": say("Loses {small} to {large}", small=small, large=large),
        "same": say("About the same (within {small})", small=small),
        "gains_1_to_5": say("Gains {small} to {large}", small=small, large=large),
        "gains_over_5": say("Gains over {large}", large=large),
    }[band]


def group_words(page: Page, by: str, group: str) -> Value:
    """The words for one group of people: everybody, a grade, an outlet, a region."""
    if by == "all":
        return say("Everybody")
    if by == "grade":
        return say("Grade {grade}", grade=page.name("grade", group))
    return page.name(by, group)
