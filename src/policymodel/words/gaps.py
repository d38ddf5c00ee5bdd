"""What was found wrong with the rows of history, for a reader who never saw the files."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from policymodel.words.page import Gap
from policymodel.words.sentences import Sentence, say

TABLE_WORDS: Mapping[str, Sentence] = {
    "managers": say("Managers"),
    "outlets": say("Outlets"),
    "activity": say("Activity"),
    "targets": say("Targets"),
    "events": say("Events"),
    "client_income": say("Client income"),
    "client_forecasts": say("Forecasts of clients"),
    "clients": say("What is known of clients"),
    "transactions": say("Transactions"),
    "credits": say("Credits"),
    "transaction_figures": say("Figures of transactions"),
    "fx": say("Exchange rates"),
    "paid": say("Payments made"),
    "calendar": say("Working days"),
    "contacts": say("Contacts with clients"),
    "collections": say("Payments collected"),
    "surveys": say("Satisfaction surveys"),
    "attendance": say("Attendance"),
    "work_reports": say("Weekly and monthly reports"),
    "remarks": say("Remarks"),
    "reviews": say("Marks of reviewers"),
    "needs": say("Assessments of needs"),
    "alerts": say("Alerts"),
    "assignments": say("Assigned clients"),
    "client_files": say("Client files"),
    "daily_activity": say("Activity by day"),
}
RULE_WORDS: Mapping[str, Sentence] = {
    "fields": say("more or fewer fields than the file has headers"),
    "blank": say("a required value is blank"),
    "bad_number": say("a figure is no plain number"),
    "bad_date": say("a date is no day of the calendar"),
    "bad_month": say("a month cannot be read"),
    "bad_period": say("a period cannot be read"),
    "bad_word": say("a word is not on its closed list"),
    "hidden_sign": say("a text holds control characters"),
    "unsafe_name": say("a name would lead out of its folder"),
    "fte_range": say("a share of a post is not between 0 and 1"),
    "ends_before_start": say("a spell ends before it begins"),
    "overlapping_spells": say("a manager is in two places at once"),
    "duplicate_row": say("the same row stands twice"),
    "duplicate_key": say("rows say different things about the same"),
    "unknown_manager": say("the manager is not in the managers table"),
    "manager_quarantined": say("the manager's own row was put aside"),
    "no_spell": say("the manager was not employed at that time"),
    "unknown_measure": say("the measure is not declared"),
    "ratio_row": say("a ratio is made from its two counts, not read"),
    "unknown_outlet": say("the outlet is not known"),
    "unknown_region": say("the region is not known"),
    "outlet_elsewhere": say("the outlet belongs to another region"),
    "negative_count": say("a count is negative"),
    "target_sum": say("a target is not the sum of those below it"),
    "unread_column": say("a column looks like a declared one and is not read"),
    "excluded": say("a rule of the mapping leaves them out"),
    "hired_late": say("a spell begins before the day of joining"),
    "unknown_transaction": say("the transaction is not in the transactions table"),
    "transaction_quarantined": say("the transaction's own row was put aside"),
    "credit_quarantined": say("nobody credited with the transaction is left"),
    "share_range": say("a credited share is not between 0 and 1"),
    "shares_above_one": say("the shares of a transaction add up to more than 1"),
    "taken_name": say("a figure is called by a word for what every transaction has"),
    "unknown_item": say("a mark is of no item of the rubric"),
    "unknown_mark": say("a mark is none of those that the rubric has words for"),
    "recorded_early": say("a record was written down before the day it happened"),
    "back_dated": say("a record was written down late"),
    "rate_range": say("an exchange rate is not above 0"),
    "missing_rate": say("income in a foreign currency has no rate for its month, so it is not known"),
    "unclear_assessment": say("of a sale it cannot be told whether the client's need was assessed"),
}


def gaps_of(findings: pd.DataFrame, counts: pd.DataFrame) -> list[Gap]:
    """One entry for each severity, table and rule, the largest first; exclusions as the files count them."""
    found = findings[findings["rule"] != "excluded"]
    rows = found.groupby(["severity", "table", "rule"], observed=True).size()
    gaps = [Gap(severity, table, rule, int(count)) for (severity, table, rule), count in rows.items()]
    left_out = counts.groupby("table", observed=True)["excluded"].sum()
    gaps += [
        Gap("excluded", str(table), "excluded", int(count)) for table, count in left_out.items() if count
    ]
    return sorted(gaps, key=lambda gap: (-gap.rows, gap.table, gap.rule))
