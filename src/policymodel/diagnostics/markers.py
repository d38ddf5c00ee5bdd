"""Do the reviewers who mark duties agree: who marks high or low, how far two marks say the same, what is missing.

S2 (ours): what is marked is one duty of one person in one period. Marks that are blank were not given; they count as
missing and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from policymodel.periods import Period
from policymodel.statistics import Agreement, Severity, Undefined, agreement, severities, weighted_kappa


@dataclass(frozen=True)
class Marker:
    """One reviewer: marks asked for and not given, the mean of those given, and how they stand to others' marks.

    `severity` is None where no other reviewer marked the same duty of the same person in the same period.
    """

    reviewer_id: str
    marks: int
    missing: int
    mean: float
    severity: Severity | None

    @property
    def off(self) -> int:
        """1 where the reviewer marks higher than the others by more than chance explains, -1 lower, else 0."""
        one = self.severity
        return 0 if one is None else (one.low > 0) - (one.high < 0)


@dataclass(frozen=True)
class MarkedItem:
    """One duty: marks, those missing, how often two were given, and how far they agree.

    `people` counts whose duty was marked twice or more. `agreement` and `kappa` (quadratic weights, each pair both ways
    round) are None and not a number where too few were.
    """

    item: str
    marks: int
    missing: int
    twice: int
    people: int
    agreement: Agreement | None
    kappa: float


@dataclass(frozen=True)
class Marking:
    """All marks of some periods: by reviewer, and by duty."""

    markers: tuple[Marker, ...]
    items: tuple[MarkedItem, ...]

    @property
    def marks(self) -> int:
        """Marks that were asked for."""
        return sum(each.marks for each in self.items)

    @property
    def missing(self) -> int:
        """Of these the ones not given."""
        return sum(each.missing for each in self.items)


def marking(reviews: pd.DataFrame, periods: Sequence[Period]) -> Marking:
    """What the rows of `reviews` in some periods say of those who marked.

    >>> rows = pd.DataFrame({"manager_id": ["m1", "m1"], "reviewer_id": ["v1", "v2"], "item": ["lobby", "lobby"],
    ...                      "date": pd.to_datetime(["2025-03-28", "2025-03-29"]), "mark": [4.0, float("nan")]})
    >>> found = marking(rows, Period.parse("2025").split(3))
    >>> found.marks, found.missing, found.markers[0].severity
    (2, 1, None)
    """
    rows = _within(reviews, periods)
    given = rows[rows["mark"].notna()]
    given = given.assign(subject=given.groupby(["manager_id", "item", "period"]).ngroup())
    standing: dict[str, Severity] = {}
    if len(given):
        columns = (given[each].tolist() for each in ("reviewer_id", "subject", "manager_id", "mark"))
        standing = {str(each.marker): each for each in severities(*columns)}
    markers = tuple(
        Marker(
            str(reviewer),
            len(own),
            int(own["mark"].isna().sum()),
            float(own["mark"].mean()),
            standing.get(str(reviewer)),
        )
        for reviewer, own in rows.groupby("reviewer_id", sort=True)
    )
    items = tuple(
        _item(str(item), own, given[given["item"] == item]) for item, own in rows.groupby("item", sort=True)
    )
    return Marking(markers, items)


def _within(reviews: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """The rows of the periods, each with its own; a mark without a reviewer tells nothing of reviewers."""
    month = reviews["date"].dt.year * 12 + reviews["date"].dt.month - 1
    label = pd.Series("", index=reviews.index)
    for each in periods:
        label = label.mask((month >= each.first) & (month <= each.last), each.label)
    named = reviews["reviewer_id"].fillna("").astype("str") != ""
    return reviews.assign(period=label)[((label != "") & named).to_numpy()]


def _item(item: str, rows: pd.DataFrame, given: pd.DataFrame) -> MarkedItem:
    several = given.groupby("subject")["reviewer_id"].transform("nunique") > 1 if len(given) else []
    twice = given[pd.Series(several, given.index, dtype=bool)]
    pairs = [
        pair
        for _, own in twice.groupby("subject")
        for one, other in combinations(own["mark"].tolist(), 2)
        for pair in ((one, other), (other, one))
    ]
    found, kappa = None, math.nan
    try:
        found = agreement(given["reviewer_id"].tolist(), given["subject"].tolist(), given["mark"])
        kappa = weighted_kappa(*zip(*pairs, strict=True))
    except Undefined:
        pass
    return MarkedItem(
        item,
        len(rows),
        int(rows["mark"].isna().sum()),
        twice["subject"].nunique(),
        twice["manager_id"].nunique(),
        found,
        kappa,
    )
