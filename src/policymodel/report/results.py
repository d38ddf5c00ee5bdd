"""What one region found, as typed tables: the group page and every claim read these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from policymodel.comparison import Unit, comparable, compare
from policymodel.consequences import LastPlaces
from policymodel.disclosure import apart, merged_bins, suppress, withheld_parts
from policymodel.draws import Draws
from policymodel.history.measures import COMPUTED
from policymodel.panel import Panel
from policymodel.payroll import Payments
from policymodel.report.adding_up import check_region
from policymodel.report.figures import groups_of, year_of_pay, year_of_scores
from policymodel.report.indicators import region_indicators
from policymodel.report.moves import (
    count_directions,
    count_moves,
    left_out,
    shown_change,
    shown_directions,
)
from policymodel.report.result_tables import (
    SCHEMAS,
    mark_counts,
    typed,
)
from policymodel.report.runfile import RunFile
from policymodel.report.touched import touched_table
from policymodel.scheme.algebra import Column
from policymodel.scoring import Scores
from policymodel.statistics import equal_groups, gini, mean, spearman, spearman_change

FIFTHS = 5
"""Into how many equal parts people are put by their pay, where each has enough of them."""


class Computed(Protocol):
    """What the tables are made from: a session, or whatever has its parts."""

    @property
    def run(self) -> RunFile:
        """The run file."""

    @property
    def region(self) -> str:
        """The region's name."""

    @property
    def panel(self) -> Panel:
        """The region's facts."""

    @property
    def scores(self) -> Mapping[str, Scores]:
        """Scores by design."""

    @property
    def payments(self) -> Mapping[str, Payments]:
        """Payments by design."""

    @property
    def draws(self) -> Draws:
        """Chance."""

    @property
    def last_places(self) -> Mapping[str, LastPlaces]:
        """Last places among the group by design."""


def region_results(session: Computed) -> dict[str, pd.DataFrame]:
    """Every result table of one region, with true figures and what of them may be shown.

    People are compared, binned and ranked only if every figure of the year is known for them in every design, so
    that all these tables are about the same people; the others are counted in `people.not_computed`.
    """
    paid, scored = year_of_pay(session.payments), year_of_scores(session.scores)
    figures = [each for each in (paid, scored) if len(each)]
    together = set.intersection(*(set(comparable(each)) for each in figures)) if figures else set()
    enough = len(together) >= session.run.smallest_cell
    paid_together, scored_together = (each[each["manager_id"].isin(together)] for each in (paid, scored))
    cost = _cost(session)
    bands, change, directions = _moves(session, paid_together, scored_together, cost)
    by_contribution, alignment = contribution(session, paid_together, cost, enough)
    tables = {
        "cost": cost.assign(shown=enough, withheld=""),
        "budget": _budget(session).assign(shown=enough),
        "bands": bands,
        "change": change,
        "directions": directions,
        "spread": _spread(session, paid_together, cost),
        "scores": _scores(session, scored_together),
        "contribution": by_contribution,
        "alignment": alignment,
        "indicators": _indicators(session, enough),
        "consequences": touched_table(session, session.run.smallest_cell, enough),
        "lint": _table("lint", []),  # the leadership's pages alone keep it
        "people": _people(session, paid, scored).assign(compared=len(together), shown=enough, withheld=""),
    }
    results = {name: typed(name, frame.assign(region=session.region)) for name, frame in tables.items()}
    check_region(results, _paid_in_all(session))
    return mark_counts(results, session.run.smallest_cell)


def _table(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=SCHEMAS[name].names)


def _paid_in_all(session: Computed) -> dict[str, int]:
    return {design: int(each.totals()["amount_minor"].sum()) for design, each in session.payments.items()}


def _cost(session: Computed) -> pd.DataFrame:
    """What each part of pay costs; a person's period counts only where all of its parts could be computed."""
    frames = []
    for design, payments in session.payments.items():
        totals = payments.totals()
        computed = totals.loc[totals["status"].isin(COMPUTED), ["manager_id", "period"]]
        lines = payments.lines().merge(computed, on=["manager_id", "period"])
        joined = joined_parts(payments, session.run.smallest_cell)
        lines = lines.assign(item=lines["item"].replace(joined))
        items = lines.groupby("item", sort=False)
        cost = items.agg(amount_minor=("amount_minor", "sum"), people=("manager_id", "nunique"))
        parts = [each for each in payments.parts if each not in joined]
        cost = cost.reindex(parts, fill_value=0).reset_index(names="item")
        frames.append(cost.assign(design=design))
    return _table("cost", frames)


def joined_parts(payments: Payments, smallest: int) -> dict[str, str]:
    """Parts of pay that only a few people have, and the part to which each is joined: the last that enough people have.

    Beside what all are paid their amount would be what those few are paid. It comes about where people stand under
    different plans (S6.8).
    """
    people = payments.lines().groupby("item")["manager_id"].nunique()
    enough = [part for part in payments.parts if people.get(part, 0) >= smallest]
    few = [part for part in payments.parts if 0 < people.get(part, 0) < smallest]
    return dict.fromkeys(few, enough[-1]) if enough else {}


def _budget(session: Computed) -> pd.DataFrame:
    """What may be spent in the region: an amount the run file names, or a share of the base year's income."""
    budget, payments = session.run.budget, session.payments.get(session.run.baseline)
    if budget is None or payments is None or payments.scheme.pay is None:
        return _table("budget", [])
    rule, amount = "amounts", float((budget.amounts or {}).get(session.region, "nan"))
    if budget.share_of_base_income is not None:
        panel = session.panel
        lines = [panel.column(Column(line), (panel.base_year,)) for line in payments.income_lines()]
        income = sum(float(each.number[each.ok].sum()) for each in lines)
        rule, amount = "share_of_base_income", float(budget.share_of_base_income.value) * income
    if not np.isfinite(amount):
        return _table("budget", [])
    return pd.DataFrame({"amount_minor": payments.scheme.pay.rounding.to_minor([amount]), "rule": rule})


def _moves(
    session: Computed, paid: pd.DataFrame, scored: pd.DataFrame, cost: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Who moves against the baseline, by band, on average and by direction: in money, or in points without pay."""
    run, groups = session.run, groups_of(session.panel)
    unit: Unit = "minor" if session.payments else "points"
    totals = paid if session.payments else scored
    moves = compare(totals, run.baseline, (run.no_change, run.large_change), unit)
    bands, change, directions = [], [], []
    for design, rows in moves.groupby("design", sort=False):
        others = left_out(cost, (str(design), run.baseline), len(rows))
        cells, sums = count_moves(rows, groups, unit)
        bands.append(suppress(cells, run.smallest_cell).assign(design=design))
        change.append(sums.assign(design=design, shown=shown_change(sums, others, run.smallest_cell)))
        sides = count_directions(rows)
        shown = shown_directions(sides, bands[-1], others, run.smallest_cell)
        directions.append(sides.assign(design=design, shown=shown))
    return _table("bands", bands), _table("change", change), _table("directions", directions)


def _spread(session: Computed, paid: pd.DataFrame, cost: pd.DataFrame) -> pd.DataFrame:
    """How unequal pay is under each design: the Gini coefficient, and what the outermost of equal parts are paid.

    Withheld where few others are paid: the shares of what these people are paid would tell the others' pay.
    """
    rows, smallest = [], session.run.smallest_cell
    for design in session.payments:
        pay = paid.loc[paid["design"] == design, "amount"].to_numpy(dtype=np.float64)
        few = 0 < left_out(cost, (design,), pay.size) < smallest
        shown = pay.size >= smallest and not few and pay.min() >= 0 and pay.sum() > 0
        part = equal_groups(pay, smallest, FIFTHS) if shown else np.zeros(pay.size, dtype=np.int64)
        count = int(part.max(initial=0)) + 1
        held = [pay[part == each].sum() / pay.sum() if count > 1 else np.nan for each in (0, count - 1)]
        rows.append((design, pay.size, gini(pay) if shown else np.nan, count, *held, shown))
    return pd.DataFrame(rows, columns=SCHEMAS["spread"].names[1:])


def _scores(session: Computed, scored: pd.DataFrame) -> pd.DataFrame:
    """Each design's scores of the year in merged bins, every one large enough to be shown."""
    designs = scored.groupby("design", sort=False)
    bins = {design: merged_bins(rows["amount"], session.run.smallest_cell) for design, rows in designs}
    return _table("scores", [each.assign(design=design, shown=True) for design, each in bins.items()])


def contribution(
    session: Computed, paid: pd.DataFrame, cost: pd.DataFrame, enough: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pay against contribution (the income received of the pay plan's lines): by rank, and as one correlation.

    Mean pay by rank adds up to what its people are paid, and what everybody costs and changes is shown: it is withheld
    where few others are paid, or few others compared.
    """
    groups, alignment = [], []
    threshold, stream = session.run.smallest_cell, f"contribution {session.region}"
    for design, payments in session.payments.items():
        mine, income = paid[paid["design"] == design], payments.income()
        income = income.loc[income["status"].isin(COMPUTED), ["manager_id", "income"]]
        both = mine.merge(income, on="manager_id")
        pay, brought_in = both["amount"].to_numpy(dtype=np.float64), both["income"].to_numpy(dtype=np.float64)
        others = (left_out(cost, (design,), len(both)), len(mine) - len(both))
        shown = enough and not any(withheld_parts([len(both), each], threshold)[0] for each in others)
        link = spearman(brought_in, pay, session.draws, stream)
        first = paid.loc[paid["design"] == session.run.baseline, ["manager_id", "amount"]]
        pairs = both.merge(first, on="manager_id", suffixes=("", "_before"))
        moved = spearman_change(
            pairs["income"], pairs["amount_before"], pairs["amount"], session.draws, f"{stream} change"
        )
        row = (design, link.people, link.value, link.low, link.high)
        alignment.append((*row, moved.value, moved.low, moved.high, shown))
        rank = equal_groups(brought_in, threshold)
        minor = 10.0**payments.scheme.pay.rounding.digits if payments.scheme.pay is not None else 1.0
        for group in range(rank.max(initial=-1) + 1):
            here = rank == group
            level = mean(pay[here], session.draws, stream, block=group)
            start = (design, group + 1, level.people, brought_in[here].mean() * minor, level.value)
            groups.append((*start, level.low, level.high, shown))
    return (
        pd.DataFrame(groups, columns=SCHEMAS["contribution"].names[1:]),
        pd.DataFrame(alignment, columns=SCHEMAS["alignment"].names[1:]),
    )


def _indicators(session: Computed, enough: bool) -> pd.DataFrame:
    frames = [region_indicators(each).assign(design=design) for design, each in session.scores.items()]
    table, smallest = _table("indicators", frames), session.run.smallest_cell
    if table.empty:
        return table.assign(shown=True, withheld="")
    # Two lines of one measure, over all but a few of the same people, would tell what these few reached.
    alike = table.groupby(["measure", "period"], sort=False)["people"]
    near = alike.transform(lambda people: apart(people, threshold=smallest)).astype(bool)
    few = [table[each].between(1, smallest - 1) for each in ("previous_people", "gone")]
    withheld = np.where(few[0] | few[1], "previous_actual", "")
    return table.assign(shown=enough & (table["people"] >= smallest) & near, withheld=withheld)


def _people(session: Computed, paid: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """People with every figure of the design, those without, and what happened to how many on the way."""
    rows = []
    everybody = pd.concat([each for each in (paid, scored) if len(each)])
    for design, year in everybody.groupby("design", sort=False):
        computed = year["status"].isin(COMPUTED).groupby(year["manager_id"]).all()
        row = {"design": design, "people": int(computed.sum()), "not_computed": int((~computed).sum())}
        row |= dict.fromkeys(
            ("base_nonpositive", "clipped_score", "carried_negative", "envelope_breaches"), 0
        )
        if design in session.payments:
            row |= _in_pay(session.payments[str(design)])
        else:
            totals = session.scores[str(design)].totals()
            cut = totals["score"].notna() & (totals["score"] != totals["unclipped_score"])
            row["clipped_score"] = totals.loc[cut, "manager_id"].nunique()
        rows.append(row)
    return pd.DataFrame(rows)


def _in_pay(payments: Payments) -> dict[str, int]:
    totals, income, envelope = payments.totals(), payments.income(), payments.envelope()
    return {
        "base_nonpositive": int((income["base"] <= 0).sum()),
        "clipped_score": int(totals.loc[totals["clipped"], "manager_id"].nunique()),
        "carried_negative": int(totals.loc[totals["balance"] < 0, "manager_id"].nunique()),
        "envelope_breaches": int((~envelope["inside"].astype(bool)).sum()),
    }
