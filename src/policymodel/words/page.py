"""What a page is about: finished tables, and the words for the codes that stand in them.

Claims, charts and tables are functions of this one record, so a page of one region and a page of the group are
told by the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from policymodel.periods import Period
from policymodel.words.editions import Edition
from policymodel.words.numbers import Span
from policymodel.words.sentences import Sentence, Value, say

BANDS = ("loses_over_5", "loses_1_to_5", "same", "gains_1_to_5", "gains_over_5")
LOSES, GAINS = BANDS[:2], BANDS[3:]
NO_NAME = "–"
REPLAY, ACTUAL = say("Replay"), say("Actual")
"""What kind of figures a picture or a table holds: worked out again under a design, or as they really were."""


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
    missing: Sequence[Value] = ()


@dataclass(frozen=True)
class Page:
    """Finished tables (`results`, small cells blank where `shown` is no) and the words around them.

    `as_of` is the day on which things stand, where the year is not over: nothing on the page is final. `shares` are
    lines and measures whose figure is a part of a whole.
    """

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
    pays: bool = True
    scored: bool = True
    names: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    changes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    parameters: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    plans: Mapping[str, Value] = field(default_factory=dict)
    edition: Edition = "leadership"
    as_of: date | None = None
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
    def standing(self) -> Value:
        """That nothing on the page is final; nothing where everything is."""
        return standing_on(self.as_of)

    def running(self, label: str) -> bool:
        """Whether a period is not over on the day on which things stand."""
        period = Period.parse(label)
        return self.as_of is not None and period.start <= self.as_of < period.end

    def when(self, label: str, in_year: bool = False) -> Value:
        """A scored period as the page says it; of one that is not over, that it is so far."""
        span = Span(label, in_year)
        return say("{period} so far", period=span) if self.running(label) else span

    def own(self, name: str) -> pd.DataFrame:
        """The baseline's rows of a table whose facts are the same under every design."""
        table = self.table(name)
        return table if table.empty else table[table["design"] == self.baseline]

    @property
    def others(self) -> tuple[str, ...]:
        """The designs that are compared with the baseline, in the run's order."""
        return tuple(design for design in self.designs if design != self.baseline)

    @property
    def in_points(self) -> bool:
        """Whether people are compared in points, because no design pays."""
        return not self.pays


def standing_on(day: date | None) -> Value:
    """That what stands here on a day is not final; nothing where there is no such day."""
    return "" if day is None else say("Standing on {day}, not final.", day=day.isoformat())


ORDER_OF_GROUPS = ("all", "region", "grade", "outlet")


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Groups as a page lists them: everybody, regions, grades, outlets."""
    place = table["by"].map({by: rank for rank, by in enumerate(ORDER_OF_GROUPS)})
    return table.iloc[place.argsort(kind="stable")]


def joined_bins(page: Page) -> pd.DataFrame:
    """The distribution of scores in the bins that all designs have in common: design, lower, upper, people.

    Every design's bins are merged by themselves until each is large enough; only edges they share compare them.
    """
    table = page.table("scores")
    table = table[table["shown"]] if len(table) else table
    if table.empty:
        return pd.DataFrame(columns=["design", "lower", "upper", "people"])
    edges = [
        set(table.loc[table["design"] == each, "lower"].sort_values().iloc[1:])
        for each in table["design"].unique()
    ]
    cuts = sorted(set.intersection(*edges))
    place = pd.Series(table["lower"].map(lambda lower: sum(lower >= cut for cut in cuts)), dtype=int)
    lower = [table["lower"].min(), *cuts]
    upper = [*cuts, table["upper"].max()]
    people = table.groupby(["design", place.rename("bin")], sort=False)["people"].sum().reset_index()
    return people.assign(
        lower=people["bin"].map(dict(enumerate(lower))), upper=people["bin"].map(dict(enumerate(upper)))
    )


@dataclass(frozen=True)
class Moves:
    """How many people gain, lose and stay under a design; the least there can be where some of it is withheld."""

    people: int | None
    gain: int
    lose: int
    gain_known: bool
    lose_known: bool

    @property
    def same(self) -> int | None:
        """Those who stay about the same, where everything else is known."""
        known = self.gain_known and self.lose_known and self.people is not None
        return self.people - self.gain - self.lose if known and self.people is not None else None


def moves(page: Page, design: str) -> Moves:
    """The bands of everybody, summed to gains and losses.

    Bands that are withheld on one side only are known together, as everybody less the bands that are shown: what
    is withheld is made large enough for that.
    """
    table, change = page.table("bands"), page.table("change")
    rows = table[(table["by"] == "all") & (table["design"] == design)]
    total = change[(change["by"] == "all") & (change["design"] == design) & change["shown"]]["people"]
    people = int(total.iloc[0]) if len(total) else None
    hidden = set(rows.loc[~rows["shown"], "band"])
    shown = rows[rows["shown"]].set_index("band")["people"].astype(int)
    gain, gain_known = _side(shown, hidden, GAINS, people)
    lose, lose_known = _side(shown, hidden, LOSES, people)
    return Moves(
        people if people is not None or hidden else int(shown.sum()), gain, lose, gain_known, lose_known
    )


def _side(shown: pd.Series, hidden: set[str], side: tuple[str, ...], people: int | None) -> tuple[int, bool]:
    """The people on one side and whether that is all of them, not the least there can be."""
    if hidden and hidden <= set(side) and people is not None:
        return people - int(shown[~shown.index.isin(side)].sum()), True
    return int(shown[shown.index.isin(side)].sum()), not hidden & set(side)


def band_rows(page: Page, design: str) -> list[tuple[Sentence, int | None, str]]:
    """The bands of everybody under a design: words, people (None where withheld), and the band.

    Two bands of one side that are withheld together are shown as one, which is known.
    """
    table, moved = page.table("bands"), moves(page, design)
    rows = table[(table["by"] == "all") & (table["design"] == design)].set_index("band")
    found: list[tuple[Sentence, int | None, str]] = []
    for side, known, people, words in (
        (LOSES, moved.lose_known, moved.lose, say("Loses over {small}", small=small_change(page))),
        (BANDS[2:3], False, 0, say("About the same")),
        (GAINS, moved.gain_known, moved.gain, say("Gains over {small}", small=small_change(page))),
    ):
        if known and not rows.loc[list(side), "shown"].any():
            found.append((words, people, side[len(side) // 2]))
        else:
            found += [
                (
                    band_words(page, band),
                    int(rows.at[band, "people"]) if rows.at[band, "shown"] else None,
                    band,
                )
                for band in side
            ]
    return found


def small_change(page: Page) -> Value:
    """The largest change that counts as none."""
    return say("1 point") if page.in_points else f"{page.no_change * 100:g}%"


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
    if by == "grade" and group == NO_NAME:
        return say("Without a grade")
    if by == "grade":
        return say("Grade {grade}", grade=page.name("grade", group))
    return page.name(by, group)
