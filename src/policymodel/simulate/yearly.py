"""Monthly figures of people over the years up to the last one, joined region by region: what growth is seen in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from policymodel.history.facts import History
from policymodel.history.measures import Measure
from policymodel.panel import Panel, build_panel
from policymodel.panel.spells import Spells
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.simulate.growth import Floats

Cells = TypeVar("Cells", bound=np.generic)


@dataclass(frozen=True)
class Monthly:
    """A measure by month and person: the figure, and whether it is known."""

    figure: Floats
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Years:
    """What people did in each month of some years, the last of which is the last one of history.

    `of` holds measures and income lines, [month, person]; `home` [year, person] is the place in `regions` of where
    somebody was on every day of a year, -1 where there is no such region. Who moved stands once in each region: what
    somebody did in one region is never held against what they did in another.
    """

    regions: tuple[str, ...]
    home: NDArray[np.int64]
    of: Mapping[str, Monthly]
    measures: Mapping[str, Measure]

    @classmethod
    def seen(cls, panel: Panel, last: Period, names: Iterable[str] | None = None) -> Years:
        """Those of a panel, of one region or of several; without `names` of all measures and income lines.

        Nothing after `last` is read; years are counted back from it, twelve months each, as far as the panel reaches
        (`whole_panel` reaches as far as history). Of a stock its change on the month before is kept.
        """
        years = _years(panel, last)
        names = names_of(panel.history) if names is None else names
        kept = {name: _monthly(panel, name, years) for name in names}
        regions = tuple(str(each) for each in panel.spells.regions)
        return cls(regions, _homes(panel.spells, years), kept, panel.history.measures)

    @classmethod
    def joined(cls, parts: Iterable[Years]) -> Years:
        """The people of all parts beside each other; lines come first, then measures, then events, each by name.

        A part with fewer years, or without a measure, has people there of whom nothing is known.
        """
        parts = list(parts)
        regions = tuple(sorted({region for part in parts for region in part.regions}))
        years = max(part.home.shape[0] for part in parts)
        homes = []
        for part in parts:
            codes = np.array([*(regions.index(each) for each in part.regions), -1], dtype=np.int64)
            homes.append(_to_the_end(codes[part.home], years, np.int64(-1)))
        measures = parts[0].measures

        def order(name: str) -> tuple[bool, bool, str]:
            return name.startswith("events:"), name in measures, name

        of = {}
        for name in sorted({name for part in parts for name in part.of}, key=order):
            each = [part.of.get(name) or _nothing(part) for part in parts]
            figure = np.hstack([_to_the_end(one.figure, 12 * years, np.float64(0)) for one in each])
            known = np.hstack([_to_the_end(one.known, 12 * years, np.bool_(False)) for one in each])
            of[name] = Monthly(figure, known)
        return cls(regions, np.hstack(homes), of, measures)


def whole_panel(history: History, last: Period) -> Panel:
    """A panel of all months of history up to the end of a year."""
    dated = [history.tables[name]["month"] for name in ("activity", "client_income")]
    first = int(min([last.first - 12, *(each.min() for each in dated if len(each))]))
    return build_panel(history, last, Period(first, last.first - 1))


def names_of(history: History) -> tuple[str, ...]:
    """The measures and income lines whose growth can be told: all but ratios, whose two counts grow."""
    measures = [name for name, each in history.measures.items() if each.type != "ratio"]
    lines = sorted(set(history.tables["client_income"]["line"].unique()) - set(measures))
    return (*measures, *lines)


def _years(panel: Panel, last: Period) -> tuple[Period, ...]:
    """The years up to the last one that the panel holds whole, in order."""
    first = max(panel.months[0], last.first - 12 * ((last.first - panel.months[0]) // 12))
    return tuple(Period(start, start + 11) for start in range(first, last.last, 12))


def _monthly(panel: Panel, name: str, years: Sequence[Period]) -> Monthly:
    months = range(years[0].first, years[-1].last + 1) if years else range(0)
    values = panel.column(Column(name), tuple(Period(month, month) for month in months))
    known = values.ok
    figure = np.where(known, values.number, 0.0)
    if panel.facts.layout.is_stock(name):
        change, both = np.zeros_like(figure), np.zeros_like(known)
        both[1:] = known[1:] & known[:-1]
        change[1:] = np.diff(figure, axis=0)
        return Monthly(np.where(both, change, 0.0), both)
    return Monthly(figure, known)


def _homes(spells: Spells, years: Sequence[Period]) -> NDArray[np.int64]:
    """The region where each person is on every day of a year, [year, person]; -1 where there is none."""
    home = np.full((len(years), spells.managers.size), -1, dtype=np.int64)
    for at, year in enumerate(years):
        whole = spells.employed_days(year) == (year.end - year.start).days + 1
        inside = (spells.month >= year.first - spells.months[0]) & (
            spells.month <= year.last - spells.months[0]
        )
        least = np.full(spells.managers.size, np.iinfo(np.int64).max)
        most = np.full(spells.managers.size, -1)
        np.minimum.at(least, spells.manager[inside], spells.region[inside])
        np.maximum.at(most, spells.manager[inside], spells.region[inside])
        home[at] = np.where(whole & (least == most), most, -1)
    return home


def _to_the_end(table: NDArray[Cells], rows: int, fill: Cells) -> NDArray[Cells]:
    """A table with rows of nothing before its own."""
    return np.pad(table, ((rows - table.shape[0], 0), (0, 0)), constant_values=fill)


def _nothing(part: Years) -> Monthly:
    shape = (12 * part.home.shape[0], part.home.shape[1])
    return Monthly(np.zeros(shape), np.zeros(shape, dtype=bool))
