"""Places among the best: who is ranked by what, and the figure that the last place takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policymodel.consequences.standing import PERFORMANCE, Standing
from policymodel.scheme.consequences import RankWhen, Rule


@dataclass(frozen=True)
class LastPlace:
    """The figure of the last place: reached by it, or (`above`) only by more than it. Scores, or minor units."""

    figure: float
    above: bool = False

    def admits(self, figures: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whose figure takes one of the places; what is not known takes none."""
        reached = figures > self.figure if self.above else figures >= self.figure
        return reached & ~np.isnan(figures)


LastPlaces = Mapping[tuple[str, str], LastPlace]
"""The last place of each rule among the group, by the rule's id and the period's label."""

DIGITS = 9
"""Figures equal to so many digits share a place."""


def ranks_the_group(rule: Rule) -> bool:
    """Whether a rule asks for a place among the whole group."""
    return isinstance(rule.when, RankWhen) and rule.when.among == "group"


def last_place(figures: NDArray[np.float64], when: RankWhen) -> LastPlace:
    """The last of so many places among the figures that are known.

    >>> from policymodel.scheme.consequences import RankWhen
    >>> when = RankWhen(rank="score", over="period", top=2, among="region", ties="none_gets_it")
    >>> last_place(np.array([90.0, 80.0, 80.0, np.nan]), when)
    LastPlace(figure=80.0, above=True)
    """
    known = np.sort(np.round(figures[~np.isnan(figures)], DIGITS))[::-1]
    top = int(when.top.value)
    if known.size <= top:
        return LastPlace(-np.inf)
    figure = float(known[top - 1])
    shared = bool(known[top] == figure)
    return LastPlace(figure, above=shared and when.ties == "none_gets_it")


def ranked(standing: Standing, when: RankWhen) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Each period in which places are given, with the figure of everybody ranked there and NaN for all others.

    Over the year that is its last period, for those employed in it of whom every period is known.
    """
    here = standing.here
    if when.rank == "score":
        figures = np.round(standing.score, DIGITS)
    else:
        wage = standing.wages[PERFORMANCE]
        figures = np.where(here & wage.known, wage.minor.astype(np.float64), np.nan)
    if when.over == "period":
        yield from enumerate(figures)
        return
    if standing.periods[-1].last != standing.panel.plan_year.last:
        return
    known = (~np.isnan(figures) | ~here).all(axis=0) & here[-1]
    total = np.where(here, np.nan_to_num(figures), 0.0).sum(axis=0)
    if when.rank == "score":
        total = np.round(total / np.maximum(here.sum(axis=0), 1), DIGITS)
    yield len(standing.periods) - 1, np.where(known, total, np.nan)


def winners(
    standing: Standing, rule: str, when: RankWhen, given: LastPlaces | None
) -> dict[int, tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.int64]]]:
    """By period: who takes one of the places, everybody's figure, and the place among those looked at.

    `given` are last places among the group found over all regions; without them the group is who is there.
    """
    found = {}
    for period, figures in ranked(standing, when):
        scope = standing.given.ground.peers(when.among)[period]
        inside = np.zeros(figures.shape, dtype=bool)
        place = np.zeros(figures.shape, dtype=np.int64)
        given_last = None
        if when.among == "group" and given is not None:
            given_last = given.get((rule, standing.periods[period].label), LastPlace(np.inf, above=True))
        for code in np.unique(scope[scope >= 0]):
            peers = (scope == code) & ~np.isnan(figures)
            last = given_last or last_place(figures[peers], when)
            inside |= peers & last.admits(figures)
            if given_last is None:
                place[peers] = 1 + (figures[peers][None, :] > figures[peers][:, None]).sum(axis=1)
        found[period] = (inside, figures, place)
    return found


def last_places(standing: Standing) -> dict[tuple[str, str], LastPlace]:
    """The last place of every rule that ranks the group: what a region's run is told."""
    found: dict[tuple[str, str], LastPlace] = {}
    for rule in standing.rules.rules:
        if isinstance(rule.when, RankWhen) and ranks_the_group(rule):
            for period, figures in ranked(standing, rule.when):
                found[rule.id, standing.periods[period].label] = last_place(figures, rule.when)
    return found
