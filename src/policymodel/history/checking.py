"""The rules a row must keep before anybody calculates with it. Nothing is repaired: a row that breaks a rule
is put aside and named, one that is merely odd is kept and noted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from policymodel.history.currency import average_rates
from policymodel.history.drafts import Draft
from policymodel.history.measures import Measure
from policymodel.history.parsing import Mask
from policymodel.history.record_tables import RECORDS
from policymodel.history.rubric import Rubric
from policymodel.history.rules import check_duplicates, check_people, suggestions
from policymodel.history.transactions import check_rates, check_transactions
from policymodel.history.whereabouts import Spells, days_of, outlet_regions
from policymodel.periods import month_label

TARGET_TOLERANCE = 0.005


def check(
    drafts: Mapping[str, Draft],
    measures: Mapping[str, Measure],
    currency: str,
    rubric: Rubric | None = None,
) -> None:
    """Hold every table against its rules and against the tables it leans on, managers first."""
    managers = drafts["managers"]
    _check_managers(managers)
    check_duplicates(drafts["outlets"])
    _check_outlets_of_spells(managers, drafts["outlets"])
    tables = {name: drafts[name].accepted() for name in ("managers", "outlets")}
    spells = Spells.of(tables["managers"])
    _check_order(drafts["assignments"])
    if rubric is not None:
        _check_marks(drafts["reviews"], rubric)
    there = [name for name, draft in drafts.items() if len(draft.frame)]
    for name in ("activity", "events", "client_income", "targets", "paid", *RECORDS):
        if name not in there:
            continue
        draft = drafts[name]
        if name == "targets":
            people = draft.good & (draft.frame["level"] == "manager").to_numpy()
            _check_units(draft, tables)
        else:
            people = draft.good
        column = "unit_id" if name == "targets" else "manager_id"
        days = days_of(name, draft.frame, draft.months_only)
        check_people(draft, people, column, days, spells, managers)
        if name in ("activity", "targets"):
            # A target may also be set for a line of income (S6.4).
            lines = set(drafts["client_income"].frame["line"].unique()) if name == "targets" else set()
            _check_measures(draft, measures, lines)
        check_duplicates(draft)
    for name in RECORDS:
        if name in there:
            _note_recorded_early(drafts[name])
    check_transactions(drafts, spells)
    check_duplicates(drafts["client_forecasts"])
    check_duplicates(drafts["clients"])
    check_rates(drafts["fx"])
    _note_missing_rates(drafts["client_income"], drafts["fx"].accepted(), currency)
    check_duplicates(drafts["calendar"])
    _note_unknown_leaders(managers)
    _note_negative_counts(drafts["activity"], measures)
    _note_target_sums(drafts["targets"], tables, spells)


def _check_managers(draft: Draft) -> None:
    frame = draft.frame
    fte = frame["fte"].to_numpy()
    advice = "write the share of a full-time post, for example 0.5"
    draft.flag(draft.good & ~((fte > 0) & (fte <= 1)), "fte_range", "fte", advice)
    _check_order(draft)
    late = (frame["hired"] > frame["valid_from"]).to_numpy()
    advice = "the spell begins before this day; put one of them right"
    draft.flag(draft.good & late, "hired_late", "hired", advice)
    check_duplicates(draft)
    draft.flag(
        _overlapping(frame, draft.good),
        "overlapping_spells",
        "valid_from",
        "two spells of this manager share a day; end one before the other begins",
    )


def _check_order(draft: Draft) -> None:
    backwards = (draft.frame["valid_to"] < draft.frame["valid_from"]).to_numpy()
    advice = "the last day comes before the first; put them right"
    draft.flag(draft.good & backwards, "ends_before_start", "valid_to", advice)


def _overlapping(frame: pd.DataFrame, among: Mask) -> Mask:
    """Spells that share a day with another spell of the same manager."""
    chosen = frame.loc[among, ["manager_id", "valid_from", "valid_to"]]
    chosen = chosen.sort_values(["manager_id", "valid_from"], kind="stable")
    last = chosen["valid_to"].fillna(pd.Timestamp("2262-01-01"))
    by_manager = chosen["manager_id"]
    so_far = last.groupby(by_manager, sort=False).cummax().groupby(by_manager, sort=False).shift()
    following = chosen["valid_from"].groupby(by_manager, sort=False).shift(-1)
    shared = (chosen["valid_from"] <= so_far) | (last >= following)
    rows = np.zeros(len(frame), dtype=bool)
    rows[chosen.index[shared.to_numpy()]] = True
    return rows


def _check_measures(draft: Draft, measures: Mapping[str, Measure], lines: set[str]) -> None:
    named = draft.frame["measure"]
    known = {*measures, *lines}
    unknown = draft.good & ~draft.among("measure", known)
    if unknown.any():
        right = suggestions(named, sorted(known), unknown, "declare it under `measures` in the mapping")
        draft.flag(unknown, "unknown_measure", "measure", right)
    if draft.table.name == "activity":
        ratios = [name for name, measure in measures.items() if measure.type == "ratio"]
        advice = "leave it out; the ratio is made from its two counts"
        draft.flag(draft.good & draft.among("measure", ratios), "ratio_row", "measure", advice)


def _check_outlets_of_spells(managers: Draft, outlets: Draft) -> None:
    """Odd, but a spell says itself in which outlet and region it was."""
    known = outlets.accepted()
    if known.empty:
        return
    named = managers.frame["outlet_id"]
    unknown = managers.good & ~named.isin(known["outlet_id"]).to_numpy()
    right = suggestions(named, known["outlet_id"], unknown, "add the outlet to the outlets table")
    managers.flag(unknown, "unknown_outlet", "outlet_id", right, noted=True)
    home = named.map(dict(zip(known["outlet_id"], known["region"], strict=True)))
    elsewhere = managers.good & ~unknown & (home != managers.frame["region"]).to_numpy()
    advice = "the outlets table has this outlet in another region; put one of them right"
    managers.flag(elsewhere, "outlet_elsewhere", "region", advice, noted=True)


def _check_units(draft: Draft, tables: Mapping[str, pd.DataFrame]) -> None:
    """Targets of a region or outlet that does not exist."""
    outlets = outlet_regions(tables)
    for level, rule, known in (
        ("outlet", "unknown_outlet", list(outlets)),
        ("region", "unknown_region", sorted(set(outlets.values()) | set(tables["managers"]["region"]))),
    ):
        at_level = draft.good & (draft.frame["level"] == level).to_numpy()
        unknown = at_level & ~draft.frame["unit_id"].isin(known).to_numpy()
        if unknown.any():
            advice = suggestions(
                draft.frame["unit_id"], known, unknown, f"no spell or outlet has this {level}"
            )
            draft.flag(unknown, rule, "unit_id", advice)


def _check_marks(draft: Draft, rubric: Rubric) -> None:
    """S2: marks of what is no item of the rubric, and marks that it has no words for; a blank is a mark not given."""
    item = draft.frame["item"]
    unknown = draft.good & ~item.isin(list(rubric.items)).to_numpy()
    if unknown.any():
        items = f"the items of the rubric are {', '.join(rubric.items)}"
        draft.flag(unknown, "unknown_item", "item", suggestions(item, rubric.items, unknown, items))
    mark = draft.frame["mark"]
    wordless = (mark.notna() & ~mark.isin(range(rubric.highest + 1))).to_numpy()
    advice = f"write a whole number from 0 to {rubric.highest}, or nothing where no mark was given"
    draft.flag(draft.good & wordless, "unknown_mark", "mark", advice)


def _note_recorded_early(draft: Draft) -> None:
    """Odd, but some plan what they are going to do."""
    if "recorded_on" not in draft.table.names:
        return
    early = draft.good & (draft.frame["recorded_on"] < draft.frame["date"]).to_numpy()
    advice = "it is recorded before it happened; put one of the days right"
    draft.flag(early, "recorded_early", "recorded_on", advice, noted=True)


def _note_unknown_leaders(draft: Draft) -> None:
    """Odd, but whoever leads need not be appraised."""
    leader = draft.frame["reports_to"]
    known = set(draft.accepted()["manager_id"])
    unknown = draft.good & ~draft.among("reports_to", {*known, ""})
    if unknown.any():
        right = suggestions(leader, sorted(known), unknown, "add the leader, or leave it blank")
        draft.flag(unknown, "unknown_manager", "reports_to", right, noted=True)


def _note_negative_counts(draft: Draft, measures: Mapping[str, Measure]) -> None:
    counts = [name for name, measure in measures.items() if measure.unit == "count"]
    negative = (draft.frame["actual"] < 0).to_numpy() & draft.among("measure", counts)
    advice = "a correction of an earlier month? It is used as it stands"
    draft.flag(draft.good & negative, "negative_count", "actual", advice, noted=True)


def _note_missing_rates(draft: Draft, fx: pd.DataFrame, currency: str) -> None:
    """Income in a currency of which nobody wrote the month's rate: its figure is not known (S6.2)."""
    frame = draft.frame
    lost = draft.good & np.isnan(average_rates(frame, fx, currency))
    advice = np.full(len(frame), "", dtype=object)
    advice[lost] = [
        f"add the average rate of {foreign} in {month_label(month)} to the table fx"
        for foreign, month in zip(frame["currency"][lost], frame["month"][lost], strict=True)
    ]
    draft.flag(lost, "missing_rate", "currency", advice, noted=True)


def _note_target_sums(draft: Draft, tables: Mapping[str, pd.DataFrame], spells: Spells) -> None:
    """Where a target and the targets below it are both written, the two splits must agree (S4.0, S6.4)."""
    frame = draft.frame[draft.good]
    if frame.empty:
        return
    at, _ = spells.during(frame["unit_id"], *days_of("targets", frame))
    outlet_of = pd.Series(
        np.append(tables["managers"]["outlet_id"].to_numpy(dtype=object), "")[at], frame.index
    )
    region_of = pd.Series(np.append(tables["managers"]["region"].to_numpy(dtype=object), "")[at], frame.index)
    outlets = frame["unit_id"].map(outlet_regions(tables))
    steps = (
        ("outlet", "manager", outlet_of),
        ("region", "outlet", outlets),
        ("region", "manager", region_of),
    )
    split: set[int] = (
        set()
    )  # regions whose targets are compared with their outlets', not again with managers'
    for above, below, parent in steps:
        children = frame[frame["level"] == below].assign(unit_id=parent)
        key = ["unit_id", "measure", "period"]
        sums = children.groupby(key, as_index=False)["target"].agg(["sum", "size"])
        upper = frame.loc[frame["level"] == above, [*key, "target"]].reset_index()
        both = upper[~upper["index"].isin(split)].merge(sums, on=key)
        split |= set(both["index"]) if below == "outlet" else set()
        # Some targets set by hand below leave the rest to be broken down; only a complete set must add up.
        whole = [
            size >= _children(above, below, unit, period, tables, spells)
            for unit, period, size in zip(both["unit_id"], both["period"], both["size"], strict=True)
        ]
        gap = (both["target"] - both["sum"]).abs() > TARGET_TOLERANCE + 1e-9 * both["target"].abs()
        wrong = both[gap & np.array(whole, dtype=bool)]
        rows = np.zeros(len(draft.frame), dtype=bool)
        rows[wrong["index"]] = True
        advice = np.full(len(draft.frame), "", dtype=object)
        advice[wrong["index"]] = [f"the {below}s add up to {total:.15g}" for total in wrong["sum"]]
        draft.flag(rows, "target_sum", "target", advice, noted=True)


def _children(
    above: str, below: str, unit: str, period: str, tables: Mapping[str, pd.DataFrame], spells: Spells
) -> int:
    """How many outlets or managers a region or outlet has in a period."""
    if below == "outlet":
        return sum(region == unit for region in outlet_regions(tables).values())
    managers = tables["managers"]
    names = pd.Series(spells.managers, dtype="str")
    when = days_of("targets", pd.DataFrame({"period": [period] * len(names)}))
    at, there = spells.during(names, *when)
    column = "outlet_id" if above == "outlet" else "region"
    return int((managers[column].to_numpy(dtype=object)[at[there]] == unit).sum())
