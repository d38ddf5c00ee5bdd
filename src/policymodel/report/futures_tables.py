"""The tables of the page on next year: costs, chances, designs by futures, regret, regions, people, assumptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from policymodel.simulate.assumptions import Assumptions
from policymodel.tables import NOTHING, Name, Number, Row, Table, Withheld
from policymodel.words.claims.futures import ALL, LEVELS, SMALLEST, chance, of, tested, told
from policymodel.words.futures import (
    FORECAST,
    SETTING_WORDS,
    SIDE_WORDS,
    STATUS_WORDS,
    UNIT_WORDS,
    VIEW_WORDS,
    trust_words,
)
from policymodel.words.numbers import MINOR_UNITS, AmountUnit, Share, Span
from policymodel.words.page import ACTUAL, Page
from policymodel.words.sentences import Value, say

Cells = list[Number | Withheld | Value]


def costs(page: Page) -> Table:
    """Each design: last year replayed, the mean of next year, its bands and its bad years, in whole money."""
    rows = list(_by_design(page, "futures_cost", _cost_cells))
    heads: list[Value] = [
        say("{base}, replayed", base=Span(page.base_period)),
        say("{period}, mean", period=page.span()),
        say("80 of 100 futures"),
        say("95 of 100 futures"),
        say("Mean of bad years"),
    ]
    caption = say(
        "Cost of each design in whole {currency}, rounded by its own error",
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Design"), heads, rows, FORECAST) if rows else NOTHING


def exactness(page: Page) -> Table:
    """Between what more draws might put the mean and each end of the bands: 95 % intervals, in whole money."""
    rows = list(_by_design(page, "futures_cost", _ends))
    heads: list[Value] = [
        say("± error of the mean"),
        say("80 of 100: lower end"),
        say("80 of 100: upper end"),
        say("95 of 100: lower end"),
        say("95 of 100: upper end"),
    ]
    caption = say(
        "Where the ends of the bands lie, with 95% confidence, in whole {currency}",
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Design"), heads, rows, FORECAST) if rows else NOTHING


def _by_design(page: Page, name: str, cells: Callable[[pd.Series], Cells]) -> Iterator[Row]:
    """A row for each design that the table has for the group."""
    for design in page.designs:
        row = of(page, name, design)
        if row is not None:
            yield Row(page.designs[design], cells(row))


def _cost_cells(row: pd.Series) -> Cells:
    error = row["error_minor"]
    return [
        Number(row["replay_minor"] / MINOR_UNITS),
        rounded(row["mean_minor"], error),
        *(span(row[f"low_{wide}_minor"], row[f"high_{wide}_minor"], error) for wide in (80, 95)),
        rounded(row["bad_minor"], error),
    ]


def _ends(row: pd.Series) -> Cells:
    error, ends = row["error_minor"], ("low_80", "high_80", "low_95", "high_95")
    return [rounded(error, error), *(span(row[f"{end}_from"], row[f"{end}_to"], error) for end in ends)]


def _difference_cells(row: pd.Series) -> Cells:
    error = row["error_minor"]
    return [
        difference(row["replay_minor"], 0),
        difference(row["mean_minor"], error),
        rounded(error, error),
        _span_of_differences(row, error),
        difference(row["bad_minor"], error),
        chance(row["dearer"] / row["draws"]),
        trust_words(str(row["trust"]), int(row["draws"])),
    ]


def span(low: float, high: float, error: float) -> Number | Value:
    """From one amount to another in a cell; a dash where the draws cannot tell one of them."""
    if pd.isna(low) or pd.isna(high):
        return Number(None)
    return say("{low} to {high}", low=rounded(low, error), high=rounded(high, error))


def rounded(minor: float, error: float) -> Number:
    """An amount in whole units of money, to two significant figures of its error.

    >>> rounded(123_456_789, 2_134_500).render("en"), rounded(123_456_789, 0).render("en")
    ('1,235,000', '1,234,568')
    """
    if pd.isna(minor):
        return Number(None)
    amount = minor / MINOR_UNITS
    if pd.isna(error) or error < 10 * MINOR_UNITS:
        return Number(amount)
    step = 10.0 ** (math.floor(math.log10(error / MINOR_UNITS)) - 1)
    return Number(round(amount / step) * step)


def difference(minor: float, error: float) -> Number:
    """The same with a sign."""
    whole = rounded(minor, error)
    return Number(whole.value, 0, True)


def chances(page: Page) -> Table:
    """Each design's chance over the group's budget, with its interval, and by how much."""
    rows = list(_by_design(page, "futures_chance", _chance_cells))
    heads: list[Value] = [
        say("Chance"),
        say("95% interval"),
        say("Against the budget on average"),
        say("Against it in 1 of 20 futures, at least"),
    ]
    caption = say("Chance of costing more than the budget, and cost against it")
    return Table(caption, say("Design"), heads, rows, FORECAST) if rows else NOTHING


def _chance_cells(row: pd.Series) -> Cells:
    return [
        chance(row["chance"]),
        say("{low} to {high}", low=chance(row["chance_low"]), high=chance(row["chance_high"])),
        Number(row["overrun"], 1, True, share=True),
        Number(row["overrun_95"], 1, True, share=True),
    ]


def designs_by_futures(page: Page) -> Table:
    """Each design less the baseline: last year, all futures, bad years, how often dearer, and how far to trust it."""
    rows = list(_by_design(page, "futures_against", _difference_cells))
    heads: list[Value] = [
        say("{base}, replayed", base=Span(page.base_period)),
        say("{period}, mean", period=page.span()),
        say("± error of the mean"),
        say("95 of 100 futures"),
        say("Mean of bad years"),
        say("Dearer in"),
        say("Trust"),
    ]
    caption = say(
        "Difference of each design to “{baseline}” on the same futures, in whole {currency}",
        baseline=page.designs[page.baseline],
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Design"), heads, rows, FORECAST) if rows else NOTHING


def _span_of_differences(row: pd.Series, error: float) -> Number | Value:
    low, high = row["low_95_minor"], row["high_95_minor"]
    if pd.isna(low) or pd.isna(high):
        return Number(None)
    return say("{low} to {high}", low=difference(low, error), high=difference(high, error))


def regrets(page: Page) -> Table:
    """What each design costs beyond the best one of the same future; of scores the same in points."""
    if len(page.designs) < 2 or not page.has("futures_regret"):
        return NOTHING
    scored = page.has("futures_score_regret")
    rows = []
    for design in page.designs:
        row, points = of(page, "futures_regret", design), of(page, "futures_score_regret", design)
        if row is None:
            continue
        cells: Cells = [
            Number(row["best_share"], 0, share=True),
            rounded(row["regret"], row["error"]),
            rounded(row["regret_95"], row["error"]),
        ]
        if scored and points is not None:
            cells += [
                Number(points["best_share"], 0, share=True),
                Number(points["regret"], 2),
                Number(points["regret_95"], 2),
            ]
        rows.append(Row(page.designs[design], cells))
    heads: list[Value] = [
        say("Cheapest in"),
        say("Costs more than the cheapest, mean"),
        say("and in 95 of 100 futures at most"),
    ]
    if scored:
        heads += [
            say("Highest score in"),
            say("Points below the highest, mean"),
            say("and in 95 of 100 futures at most"),
        ]
    caption = say(
        "Regret: each design against the best one of the same future, money in whole {currency}",
        currency=AmountUnit(0, page.currency),
    )
    return Table(caption, say("Design"), heads, rows, FORECAST)


def regions(page: Page) -> Table:
    """Each region under the designs that are told: last year, mean, band, chance over its budget, trust."""
    table = page.table("futures_cost")
    names = [each for each in dict.fromkeys(table["region"]) if each != ALL] if len(table) else []
    if len(names) < 2:
        return NOTHING
    rows: list[Row] = []
    for design in told(page):
        rows.append(Row(page.designs[design], role="heading"))
        for region in names:
            rows.append(Row(page.name("region", region), list(_region_cells(page, design, region))))
    heads: list[Value] = [
        say("{base}, replayed", base=Span(page.base_period)),
        say("{period}, mean", period=page.span()),
        say("80 of 100 futures"),
    ]
    if page.has("futures_chance"):
        heads += [say("Chance over its budget"), say("Against the budget on average")]
    if page.others:
        heads += [say("Difference to “{baseline}”", baseline=page.designs[page.baseline]), say("Trust")]
    caption = say("Regions, in whole {currency}", currency=AmountUnit(0, page.currency))
    return Table(caption, say("Region"), heads, rows, FORECAST)


def _region_cells(page: Page, design: str, region: str) -> Iterator[Number | Value]:
    cost, over, other = (
        of(page, name, design, region) for name in ("futures_cost", "futures_chance", "futures_against")
    )
    assert cost is not None
    error = cost["error_minor"]
    yield Number(cost["replay_minor"] / MINOR_UNITS)
    yield rounded(cost["mean_minor"], error)
    yield span(cost["low_80_minor"], cost["high_80_minor"], error)
    if over is not None:
        yield chance(over["chance"])
        yield Number(over["overrun"], 1, True, share=True)
    if page.others:
        yield Number(None) if other is None else difference(other["mean_minor"], other["error_minor"])
        yield "" if other is None else trust_words(str(other["trust"]), int(other["draws"]))


def moved(page: Page) -> Table:
    """People by side of the baseline: by chance, by the mean of all futures, by that of the bad years."""
    table = page.table("futures_moved")
    if table.empty:
        return NOTHING
    rows: list[Row] = []
    for view, views in table.groupby("view", sort=False):
        rows.append(Row(VIEW_WORDS[str(view)], role="heading"))
        for side in dict.fromkeys(views["side"]):
            here = views[views["side"] == side].set_index("design")
            cells: Cells = [
                Number(int(here.at[design, "people"]), people=True)
                if design in here.index and here.at[design, "shown"]
                else Withheld()
                for design in page.others
            ]
            rows.append(Row(SIDE_WORDS[str(side)], cells))
    heads: list[Value] = [page.designs[each] for each in page.others]
    caption = say(
        "People against “{baseline}” in {period}", baseline=page.designs[page.baseline], period=page.span()
    )
    return Table(caption, say("People"), heads, rows, FORECAST)


def drivers(page: Page) -> Table:
    """How much of the spread of each design's cost goes with each common factor."""
    table = page.table("futures_drivers")
    if table.empty:
        return NOTHING
    shares = table[table["region"] == ALL].pivot(index="factor", columns="design", values="share")
    explained = table[table["region"] == ALL].groupby("design")["explained"].first()
    order = shares.max(axis=1).sort_values(ascending=False, kind="stable")
    designs = [each for each in page.designs if each in shares]
    named, others = order.index[order >= SMALLEST], order.index[order < SMALLEST]
    rows = [Row(page.name("factor", each), _shares(shares.loc[each], designs)) for each in named]
    if len(others):
        rows.append(Row(say("All other common factors"), _shares(shares.loc[others].sum(), designs)))
    rest = [Number(max(0.0, 1 - explained[each]), 0, share=True) for each in designs]
    rows.append(Row(say("Luck of single people and regions"), rest, "total"))
    caption = say("Share of the variance of cost by common factor")
    return Table(caption, say("How it grows"), [page.designs[each] for each in designs], rows, FORECAST)


def _shares(row: pd.Series, designs: list[str]) -> Cells:
    return [Number(max(0.0, row[each]), 0, share=True) for each in designs]


def growth(page: Page) -> Table:
    """How each measure may grow, and from how many years of history that is estimated; nothing where it is not told."""
    table = page.table("futures_growth")
    if table.empty:
        return NOTHING
    rows = [
        Row(
            page.name("factor", row["factor"]),
            [
                Number(math.expm1(row["mean"]), 1, True, share=True),
                Number(row["group_sd"], 1, share=True),
                Number(row["region_sd"], 1, share=True),
                Number(row["years"]),
                say("history and prior") if row["years"] else say("prior"),
            ],
        )
        for row in table.to_dict("records")
    ]
    heads: list[Value] = [
        say("Growth a year"),
        say("Spread common to all regions"),
        say("Spread of each region"),
        say("Yearly growths seen"),
        say("Status"),
    ]
    return Table(say("How each measure may grow"), say("Measure"), heads, rows, FORECAST)


def backtest(page: Page) -> Table:
    """Earlier forecasts against what happened: coverage with its interval, error, and that of last year repeated."""
    rows = []
    plain = page.table("backtest")
    for each in tested(page).to_dict("records"):
        if pd.isna(each["band"]):
            continue
        same = (
            (plain["origin"] == each["origin"])
            & (plain["design"] == each["design"])
            & (plain["level"] == each["level"])
            & (plain["forecast"] == "last_year")
        )
        naive = plain.loc[same, "error"]
        rows.append(
            Row(
                LEVELS[str(each["level"])],
                [
                    Number(each["band"], 0, share=True),
                    Number(each["coverage"], 1, share=True),
                    say("{low} to {high}", low=Share(each["low"], 1), high=Share(each["high"], 1)),
                    Number(each["bias"], 1, True, share=True),
                    Number(each["error"], 1, share=True),
                    Number(float(naive.iloc[0]) if len(naive) else None, 1, share=True),
                ],
            )
        )
    heads: list[Value] = [
        say("Promised"),
        say("Held"),
        say("95% interval"),
        say("Forecast less actual, mean"),
        say("Error of the forecast"),
        say("Error if last year is repeated"),
    ]
    caption = say("Back-test: held-out periods forecast from earlier ones")
    return Table(caption, say("Forecast of"), heads, rows, ACTUAL) if rows else NOTHING


def assumptions(assumed: Assumptions) -> Table:
    """Every assumed number with its range, its source and its status."""
    rows = [
        Row(
            setting_words(at),
            [
                Number(number.value, digits(number.value)),
                Number(number.low, digits(number.low)),
                Number(number.high, digits(number.high)),
                Name(UNIT_WORDS.get(number.unit, number.unit)),
                SOURCES.get(number.source, number.source),
                STATUS_WORDS.get(number.status, number.status),
            ],
        )
        for at, number in assumed.numbers()
    ]
    heads: list[Value] = [
        say("Value used"),
        say("Lowest plausible"),
        say("Highest plausible"),
        say("Unit"),
        say("Source"),
        say("Status"),
    ]
    return Table(say("Every assumed number and its range"), say("Assumption"), heads, rows, "")


SOURCES: Mapping[str, Value] = {"ours": say("ours")}


def digits(value: float) -> int:
    """The decimals that a number is written with, three at most.

    >>> digits(3.0), digits(0.5), digits(0.005)
    (0, 1, 3)
    """
    return next((each for each in range(3) if round(value, each) == value), 3)


def setting_words(address: str) -> Value:
    """The words for the address of an assumed number; a measure's own stands with the measure's code."""
    if address in SETTING_WORDS:
        return SETTING_WORDS[address]
    before, _, last = address.rpartition(".")
    known = SETTING_WORDS.get(f"growth.prior.{last}")
    return say("{what}, {of}", what=known, of=before.rpartition(".")[2]) if known is not None else address
