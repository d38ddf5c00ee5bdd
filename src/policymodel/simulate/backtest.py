"""Held-out years forecast from earlier ones: how often the bands held, how far off they were, beside naive forecasts.

For each origin (the last year that a forecast may see) history is cut at its end, the next year is drawn as for a real
forecast, and what each design pays is compared with what it pays on what really happened. What is asked (targets,
clients' forecasts) is the same in both: it is decided, not drawn. People are those of the forecast who were there on
every day of the year that happened, in the same region; who was not is counted and left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.errors import DataGap, Problem
from policymodel.history.facts import History
from policymodel.history.measures import COMPUTED
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.populations import population
from policymodel.simulate import estimation, growth
from policymodel.simulate.ageing import Aged, aged
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.coverage import coverage, crps, interval_score
from policymodel.simulate.drawing import Future
from policymodel.simulate.growth import Growth, Growths
from policymodel.simulate.months import Happened
from policymodel.simulate.pricing import POINTS
from policymodel.simulate.region import Designs, Region, panels_of
from policymodel.simulate.running import CELLS, growth_of, years_of
from policymodel.simulate.shocks import Common

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BANDS = (0.80, 0.95)
LEVELS = ("group", "region", "person")
NAIVE = {"last_year": 0.0, "last_year_108": float(np.log(1.08))}
"""Everybody repeats last year's figures, or those and 8 % more."""
FUTURES = "futures"


@dataclass(frozen=True)
class Settings:
    """What of the method is not in the assumptions: how many futures are drawn for each origin."""

    draws: int = 512


def method_of(assumptions: Assumptions, settings: Settings) -> str:
    """The mark of a method's settings: other numbers in the assumptions or in these modules give another one."""
    fixed = {
        "bands": BANDS,
        "naive": NAIVE,
        "furthest": growth.FURTHEST,
        "least": growth.LEAST,
        "months": estimation.FEWEST_MONTHS,
        "people": estimation.FEWEST_PEOPLE,
        "settings": asdict(settings),
    }
    told = assumptions.model_dump_json() + repr(sorted(fixed.items()))
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:12]


@dataclass(frozen=True)
class HeldOut:
    """One origin: its growths, and a row for each design, forecast, level and unit.

    Columns of `units`: origin (label of the year that was forecast), design, forecast, level, unit, region, people,
    mean, median, low_80, high_80, low_95, high_95, crps, happened: minor units, or without pay hundredths of a point.
    """

    year: Period
    units: pd.DataFrame
    left_out: int
    growths: Growths


def hold_out(
    history: History,
    last_year: Period,
    designs: Designs,
    assumptions: Assumptions,
    draws: Draws,
    settings: Settings,
) -> HeldOut:
    """Forecast the year after `last_year` and hold it against what happened in it.

    Raises DataGap where history lacks the one or the other.
    """
    older = aged(history, last_year, assumptions)
    growths = growth_of([years_of(older.history, last_year, designs, assumptions)], assumptions)
    happened, there = _happened(history, older, designs)
    forecasts = dict(_forecasts(older, designs, assumptions, growths, draws, settings))
    known = [told for drawn in (happened, *forecasts.values()) for _, told in drawn.values()]
    kept = np.flatnonzero(there & np.logical_and.reduce(known))
    if not kept.size:
        what = f"nobody has a figure of {older.next_year.label} both forecast and on what happened"
        raise DataGap(history.title.get("en", "history"), [Problem("back-test", what)])
    units = pd.concat(
        [
            _units(older, design, name, minor[:, kept], happened[design][0][kept], kept)
            for name, drawn in forecasts.items()
            for design, (minor, _) in drawn.items()
        ],
        ignore_index=True,
    )
    units.insert(0, "origin", older.next_year.label)
    return HeldOut(older.next_year, units, int((older.region >= 0).sum() - kept.size), growths)


def _forecasts(
    older: Aged,
    designs: Designs,
    assumptions: Assumptions,
    growths: Growths,
    draws: Draws,
    settings: Settings,
) -> Iterator[tuple[str, dict[str, tuple[Whole, NDArray[np.bool_]]]]]:
    """Each forecast's years of each person by design, [draw, person], and whose are known in every draw."""
    yield FUTURES, _drawn(older, designs, assumptions, growths, draws, settings.draws)
    as_it_was = assumptions.model_copy(
        update={"blocks": assumptions.blocks.model_copy(update={"years": 1, "months": 12})}
    )
    for name, log in NAIVE.items():
        still = {
            each: Growth(
                0.0 if found.along else log,
                *(0.0, 0.0, 0.0),
                *(found.degrees, found.region_degrees, 0),
                source=name,
                family=found.family,
                along=found.along,
            )
            for each, found in growths.items()
        }
        yield name, _drawn(older, designs, as_it_was, replace(growths, of=still), draws, 1)


def _drawn(
    older: Aged, designs: Designs, assumptions: Assumptions, growths: Growths, draws: Draws, count: int
) -> dict[str, tuple[Whole, NDArray[np.bool_]]]:
    """What each design gives each person in each draw of the next year, all regions at once."""
    happened = Happened.of(older.past, older.last_year, designs.columns)
    future = Future(older, happened, assumptions, Common(growths, draws, count), draws, "back-test")
    region = Region("all", designs, older, future, panels_of(older.panel, designs), pd.DataFrame())
    people = older.panel.managers.size
    years = {design: np.zeros((count, people), dtype=np.int64) for design in designs.own}
    known = {design: np.zeros((count, people), dtype=bool) for design in designs.own}
    at_once = max(1, CELLS // max(people, 1))
    for first in range(0, count, at_once):
        some = slice(first, min(first + at_once, count))
        drawn = future.draw(first, some.stop - first)
        for plan, panel in region.panels.items():
            for design, minor, _, lost, here in region.years_of(plan, panel, drawn):
                years[design][some] += minor
                known[design][some] |= here.any(axis=0) & ~lost.any(axis=0)
    return {design: (years[design], np.asarray(known[design].all(axis=0))) for design in designs.own}


def _happened(
    history: History, older: Aged, designs: Designs
) -> tuple[dict[str, tuple[Whole, NDArray[np.bool_]]], NDArray[np.bool_]]:
    """What each design gives on what happened, by the people of the forecast; and who of them was there throughout."""
    asked = older.panel.history.tables
    tables = dict(history.tables) | {name: asked[name] for name in ("targets", "client_forecasts")}
    year = older.next_year
    if not _reaches(history, year):
        problem = Problem("history", f"history does not reach the end of {year.label}")
        raise DataGap(history.title.get("en", "history"), [problem])
    panel = build_panel(replace(history, tables=tables), year, older.last_year)
    place = {each: at for at, each in enumerate(older.panel.managers)}
    people = older.panel.managers.size
    found = {
        design: (np.zeros(people, dtype=np.int64), np.zeros(people, dtype=bool)) for design in designs.own
    }
    for plan, mine in panels_of(panel, designs).items():
        priced = population(plan, mine, designs.of(plan))
        for design in designs.own:
            rows = (priced.payments if designs.paid else priced.scores)[design].totals()
            if not designs.paid:
                rows = rows.assign(amount_minor=np.rint(rows["score"].fillna(0.0) * POINTS).astype(np.int64))
            told = rows.assign(ok=rows["status"].isin([int(each) for each in COMPUTED]))
            sums = told.groupby("manager_id").agg(amount=("amount_minor", "sum"), ok=("ok", "all"))
            at = np.array([place.get(each, -1) for each in sums.index], dtype=np.int64)
            ours = at >= 0
            found[design][0][at[ours]] = sums["amount"].to_numpy()[ours]
            found[design][1][at[ours]] = sums["ok"].to_numpy(dtype=bool)[ours]
    return found, _there(older, panel.spells.managers, *_homes(panel, year))


def _reaches(history: History, year: Period) -> bool:
    months = [history.tables[name]["month"].max() for name in ("activity", "client_income")]
    return any(pd.notna(each) and int(each) >= year.last for each in months)


def _homes(panel: Panel, year: Period) -> tuple[NDArray[np.bool_], NDArray[np.str_]]:
    """Who is there on every day of a year, and in which region they end it."""
    whole = panel.spells.employed_days(year) == year.days
    code = panel.spells.code_in("region", year)
    return whole, np.where(code >= 0, panel.spells.regions[np.maximum(code, 0)], "")


def _there(
    older: Aged, managers: NDArray[np.str_], whole: NDArray[np.bool_], region: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """The people of the forecast who were there throughout, in the region of the forecast."""
    seen = {who: home for who, home, stays in zip(managers, region, whole, strict=True) if stays}
    regions = older.panel.spells.regions
    return np.array(
        [
            code >= 0 and seen.get(who) == regions[code]
            for who, code in zip(older.panel.managers, older.region, strict=True)
        ],
        dtype=bool,
    )


def _units(
    older: Aged, design: str, forecast: str, minor: Whole, truth: Whole, kept: NDArray[np.intp]
) -> pd.DataFrame:
    """A row for the group, each region and each person."""
    regions, code = older.panel.spells.regions, older.region[kept]
    here = np.unique(code)
    parts = [
        ("group", ["all"], ["all"], minor.sum(axis=1, keepdims=True), truth.sum(keepdims=True), [kept.size]),
        (
            "region",
            regions[here],
            regions[here],
            np.stack([minor[:, code == each].sum(axis=1) for each in here], axis=1),
            np.array([truth[code == each].sum() for each in here]),
            [int((code == each).sum()) for each in here],
        ),
        ("person", older.panel.managers[kept], regions[code], minor, truth, np.ones(kept.size, dtype=int)),
    ]
    frames = []
    for level, unit, region, drawn, happened, people in parts:
        numbers, real = drawn.astype(np.float64), np.asarray(happened, dtype=np.float64)
        frame = pd.DataFrame({"design": design, "forecast": forecast, "level": level, "unit": unit})
        frame = frame.assign(region=region, people=people, mean=numbers.mean(axis=0))
        frame["median"] = np.median(numbers, axis=0)
        for band in BANDS:
            # The k-th of n draws is the k / (n + 1) quantile: so bands of few draws hold as many as those of many.
            low, high = np.quantile(numbers, [(1 - band) / 2, (1 + band) / 2], axis=0, method="weibull")
            single = forecast != FUTURES
            frame[f"low_{band * 100:.0f}"] = np.nan if single else low
            frame[f"high_{band * 100:.0f}"] = np.nan if single else high
        frames.append(frame.assign(crps=crps(numbers, real), happened=real))
    return pd.concat(frames, ignore_index=True)


def summary(
    units: pd.DataFrame, draws: Draws, method: str, left_out: int, cluster: str = "region"
) -> pd.DataFrame:
    """The table that is shown: how the forecasts of some units held, by design, forecast, level and band.

    Columns: origin ("all" where there are several), design, forecast, level, band, covered, of, coverage, low, high
    (95 % interval by whole clusters drawn again), low_t, high_t (by the t formula), clusters, bias (of the mean),
    error (mean absolute, of the median), width, score (interval score), crps: these five as shares of what happened;
    left_out, method. A naive forecast has no band: one row, whose band, coverage, width and score are missing.
    `cluster` is the column whose units stand or fall together: of the group and of regions the origin or region itself.
    """
    rows = []
    origins = units["origin"].unique()
    label = str(origins[0]) if len(origins) == 1 else "all"
    for (design, forecast, level), of in units.groupby(["design", "forecast", "level"], sort=False):
        whole = float(of["happened"].sum())
        scale = whole if whole else float("nan")
        told = {"origin": label, "design": design, "forecast": forecast, "level": level}
        off = {
            "bias": float((of["mean"] - of["happened"]).sum()) / scale,
            "error": float((of["median"] - of["happened"]).abs().sum()) / scale,
            "crps": float(of["crps"].sum()) / scale,
            "left_out": left_out,
            "method": method,
        }
        if forecast != FUTURES:
            rows.append(told | {"band": np.nan, "of": len(of)} | off)
            continue
        groups = of["origin"] if level == "group" and cluster == "region" else of[cluster]
        code = pd.factorize(groups)[0]
        for band in BANDS:
            low, high = (of[f"{side}_{band * 100:.0f}"].to_numpy() for side in ("low", "high"))
            real = of["happened"].to_numpy()
            stream = f"coverage {design} {level} {band}"
            found = coverage((low <= real) & (real <= high), code, draws, stream)
            rows.append(
                told
                | {
                    "band": band,
                    "covered": found.covered,
                    "of": found.of,
                    "coverage": found.share,
                    "low": found.low,
                    "high": found.high,
                    "low_t": found.low_t,
                    "high_t": found.high_t,
                    "clusters": found.clusters,
                    "width": float((high - low).sum()) / scale,
                    "score": float(interval_score(low, high, real, band).sum()) / scale,
                }
                | off
            )
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


COLUMNS = [
    *(
        "origin",
        "design",
        "forecast",
        "level",
        "band",
        "covered",
        "of",
        "coverage",
        "low",
        "high",
        "low_t",
        "high_t",
    ),
    *("clusters", "bias", "error", "width", "score", "crps", "left_out", "method"),
]


@dataclass(frozen=True)
class Backtest:
    """Every origin of a back-test, and how all of them held."""

    held: tuple[HeldOut, ...]
    table: pd.DataFrame
    method: str

    @property
    def units(self) -> pd.DataFrame:
        """All units of all origins."""
        return pd.concat([each.units for each in self.held], ignore_index=True)


def backtest(
    history: History,
    last_years: Sequence[Period],
    designs: Designs,
    assumptions: Assumptions,
    draws: Draws,
    settings: Settings | None = None,
) -> Backtest:
    """Hold out the year after each of some years; the table has rows of each origin, and of all if there are several.

    Raises DataGap where an origin has no year after it, or nothing before it.
    """
    settings = settings or Settings()
    method = method_of(assumptions, settings)
    held = tuple(hold_out(history, year, designs, assumptions, draws, settings) for year in last_years)
    tables = [summary(each.units, draws, method, each.left_out) for each in held]
    if len(held) > 1:
        every = pd.concat([each.units for each in held], ignore_index=True)
        tables.append(summary(every, draws, method, sum(each.left_out for each in held)))
    return Backtest(held, pd.concat(tables, ignore_index=True), method)
