"""What the mapping's rules make: rows of `activity` counted from records, figures of transactions; and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.history.counting import Fate, Tables, days_late, fates, figures, known_months
from policymodel.history.ledger import joined
from policymodel.history.record_rules import RecordRule
from policymodel.history.suitability import MEANINGS, UNCLEAR, judged
from policymodel.history.tables import ACTIVITY, FINDING_COLUMNS, TRANSACTION_FIGURES
from policymodel.history.transaction_rules import TransactionRule
from policymodel.history.whereabouts import region_of

THEN = {
    "flag": "it counts in the month in which it happened, although that may be closed",
    "leave_out": "it does not count",
    "count_when_recorded": "it counts in the month in which it was recorded",
}


@dataclass(frozen=True)
class Made:
    """Rows of `activity`, measure by measure, or of `transaction_figures`; and what was noted on the way."""

    rows: pd.DataFrame
    findings: pd.DataFrame


def made_of_records(rules: Mapping[str, RecordRule], tables: Tables, quarantine: pd.DataFrame) -> Made:
    """The figures of every measure that is counted from records.

    The source of such a row is the table it is counted from, numbered; the records stand in that table.
    """
    months = known_months(tables) if rules else range(0)
    activity, notes = [], []
    for name, rule in rules.items():
        told = fates(rule, tables, quarantine, months)
        activity.append((name, rule, figures(rule, told, tables)))
        notes.append(_late_ones(rule, told, tables))
    findings = joined(notes, FINDING_COLUMNS).drop_duplicates(["table", "file", "row"])
    return Made(_rows_of_activity(activity), findings.reset_index(drop=True))


def _rows_of_activity(made: list[tuple[str, RecordRule, pd.DataFrame]]) -> pd.DataFrame:
    """The figures of measures under each other, each measure's numbered by itself."""
    if not made:
        return ACTIVITY.empty()
    sizes = [len(rows) for _, _, rows in made]
    files = np.array([f"{name} counted from {rule.of}" for name, rule, _ in made], dtype=object)
    rows = pd.concat([rows for _, _, rows in made], ignore_index=True).assign(
        measure=np.repeat(np.array([name for name, _, _ in made], dtype=object), sizes),
        source_file=np.repeat(files, sizes),
        source_row=np.concatenate([np.arange(1, size + 1) for size in sizes]),
    )
    types = ACTIVITY.empty().dtypes.to_dict()
    return rows[list(types)].astype(types)


def made_of_transactions(
    rules: Mapping[str, TransactionRule], tables: Tables, quarantine: pd.DataFrame
) -> Made:
    """The figure of every transaction under each rule (S3, ours); noted are those of which it cannot be told.

    The source of such a row is the table by which it was judged, numbered.
    """
    sales = tables["transactions"]
    figures_, notes = [TRANSACTION_FIGURES.empty()], []
    for name, rule in rules.items():
        told = judged(rule, tables, quarantine)
        rows = pd.DataFrame(
            {
                "transaction_id": sales["transaction_id"].to_numpy(dtype=object),
                "figure": name,
                "value": told["value"],
                "source_file": f"{name} judged by {rule.of}",
                "source_row": np.arange(1, len(told) + 1),
            }
        )
        types = TRANSACTION_FIGURES.empty().dtypes.to_dict()
        figures_.append(rows[list(types)].astype(types))
        notes.append(_unclear_ones(name, rule, told, tables))
    return Made(pd.concat(figures_, ignore_index=True), joined(notes, FINDING_COLUMNS))


def _unclear_ones(name: str, rule: TransactionRule, told: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """A note for each transaction of which it cannot be told whether it rests on an assessment."""
    unclear = told[told["verdict"].isin([int(each) for each in UNCLEAR])]
    sales = tables["transactions"].iloc[unclear["transaction"]]
    then = "is not known" if rule.unclear == "not_known" else "counts as not assessed"
    words = {int(each): MEANINGS[each] for each in UNCLEAR}
    return pd.DataFrame(
        {
            "severity": "noted",
            "table": "transactions",
            "file": sales["source_file"],
            "row": sales["source_row"],
            "column": "transaction_id",
            "value": sales["transaction_id"],
            "rule": "unclear_assessment",
            "what_to_do": [f"it is {words[each]}, so '{name}' {then}" for each in unclear["verdict"]],
            "region": region_of("transactions", tables)[unclear["transaction"]],
        }
    )


def _late_ones(rule: RecordRule, told: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """A note for each record that the rule asks for and that was written down later than it allows."""
    if rule.back_dated is None:
        return pd.DataFrame()
    table = tables[rule.of]
    days = days_late(rule.back_dated, table, tables)
    asked = told.loc[(told["position"] >= 0) & (told["fate"] != Fate.NOT_ASKED_FOR), "position"].to_numpy()
    at = asked[days[asked] > rule.back_dated.after_days]
    late = table.iloc[at]
    unit = "working days" if rule.back_dated.counted_in == "working" else "days"
    then = THEN[rule.back_dated.then]
    return pd.DataFrame(
        {
            "severity": "noted",
            "table": rule.of,
            "file": late["source_file"],
            "row": late["source_row"],
            "column": "recorded_on",
            "value": late["recorded_on"].dt.strftime("%Y-%m-%d"),
            "rule": "back_dated",
            "what_to_do": [f"recorded {days[each]:.0f} {unit} after it happened; {then}" for each in at],
            "region": region_of(rule.of, tables)[at],
        }
    )
