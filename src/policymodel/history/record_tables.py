"""Tables of single records, from which monthly figures are counted: contacts, payments, surveys, attendance …

A record has an id of its own or none at all. Without one it is the whole row as the file has it, so a row that stands
twice is one record; with one, equal rows of different numbers are different records. `date` is the day it happened,
`recorded_on` the day it was written down, where that was another.
"""

from __future__ import annotations

from policymodel.history.columns import Kind, Table, TableColumn, identifier

WHO = identifier("manager_id", "the account manager whose record it is")
CLIENT = identifier("client_id", "the client", required=False)
THE_CLIENT = identifier("client_id", "the client")
DATE = TableColumn("date", Kind.DATE, "the day it happened", required=True)
RECORDED_ON = TableColumn("recorded_on", Kind.DATE, "the day it was recorded; blank: the day it happened")
REVIEWER = identifier("reviewer_id", "who reviewed", required=False)
TEXT = TableColumn("text", Kind.TEXT, "what was written")


def _due(meaning: str) -> TableColumn:
    return TableColumn("due", Kind.DATE, meaning)


def _number(name: str) -> TableColumn:
    return identifier(name, "its number; blank where the source has none", required=False)


CONTACTS = Table(
    "contacts",
    "Contacts with clients: visits, calls, messages, referrals, interviews, appointments, maintenance (S1.1).",
    (
        _number("contact_id"),
        WHO,
        CLIENT,
        DATE,
        RECORDED_ON,
        _due("the day for which it was planned, or by which it had to be"),
        TableColumn(
            "kind", Kind.TEXT, "visit, call, message, referral, interview, appointment, maintenance …"
        ),
        TableColumn("channel", Kind.TEXT, "by which way"),
        TableColumn("outcome", Kind.TEXT, "what came of it"),
        TableColumn("seconds", Kind.NUMBER, "how long it took; blank: not known"),
        TableColumn("days", Kind.NUMBER, "how many days it took from the first contact on; blank: not known"),
    ),
    key=("contact_id",),
)
COLLECTIONS = Table(
    "collections",
    "Payments collected (回款) (S1.1).",
    (
        _number("collection_id"),
        WHO,
        CLIENT,
        _due("the day by which it had to be paid"),
        DATE,
        RECORDED_ON,
        TableColumn("amount", Kind.NUMBER, "the amount; a reversal's is negative", required=True),
    ),
    key=("collection_id",),
)
SURVEYS = Table(
    "surveys",
    "Answers of clients who were asked how satisfied they are (S1.1).",
    (
        _number("survey_id"),
        WHO,
        CLIENT,
        DATE,
        RECORDED_ON,
        TableColumn("score", Kind.NUMBER, "the score given; blank: no answer, which is not zero"),
        TableColumn("out_of", Kind.NUMBER, "the best score that could be given"),
    ),
    key=("survey_id",),
)
ATTENDANCE = Table(
    "attendance",
    "Days of attendance: one row for a manager and a day (S1.1, S2.4).",
    (
        WHO,
        DATE,
        TableColumn("status", Kind.TEXT, "present, leave, absent, training …", required=True),
        TableColumn("place", Kind.TEXT, "where: the lobby, the outlet, with clients …"),
    ),
    key=("manager_id", "date"),
)
WORK_REPORTS = Table(
    "work_reports",
    "Weekly and monthly reports (月周報) and reports on the market (S1.3, S4.2).",
    (
        _number("report_id"),
        WHO,
        TableColumn("kind", Kind.TEXT, "weekly, monthly, research …", required=True),
        _due("the day by which it had to be handed in"),
        TableColumn("date", Kind.DATE, "the day it was handed in", required=True),
        TableColumn("adopted_on", Kind.DATE, "the day the sub-branch adopted it; blank: it did not"),
        TEXT,
    ),
    key=("report_id",),
)
REMARKS = Table(
    "remarks",
    "What a reviewer remarked about a manager (S1.3).",
    (_number("remark_id"), WHO, REVIEWER, DATE, TEXT),
    key=("remark_id",),
)
REVIEWS = Table(
    "reviews",
    "Marks that a reviewer gave for single duties (S2).",
    (
        _number("review_id"),
        WHO,
        REVIEWER,
        DATE,
        TableColumn("item", Kind.TEXT, "the duty that was marked", required=True),
        TableColumn("mark", Kind.NUMBER, "the mark; blank: none was given, which is not zero"),
        TEXT,
    ),
    key=("review_id",),
)
NEEDS = Table(
    "needs",
    "Assessments of what a client needs (S2.1, S3.2).",
    (
        _number("need_id"),
        THE_CLIENT,
        WHO,
        DATE,
        TableColumn("valid_until", Kind.DATE, "the last day on which it may be relied on; blank: no end"),
        TableColumn("product", Kind.TEXT, "the product that fits; blank: none does"),
        TableColumn("plan_due", Kind.DATE, "the day for which the follow-up is planned"),
    ),
    key=("need_id",),
)
ALERTS = Table(
    "alerts",
    "Signs that a client leaves: a large outflow, a downgrade, attrition; and what was done about it (S2.2).",
    (
        _number("alert_id"),
        THE_CLIENT,
        WHO,
        DATE,
        TableColumn("kind", Kind.TEXT, "outflow, downgrade, attrition …"),
        _due("the day by which it had to be answered"),
        TableColumn("answered_on", Kind.DATE, "the day it was answered; blank: not yet"),
        TableColumn("outcome", Kind.TEXT, "what became of the client", closed=("kept", "lost")),
    ),
    key=("alert_id",),
)
ASSIGNMENTS = Table(
    "assignments",
    "Dated spells: which client was assigned to which manager, in which class. Another class is another spell (S2.3).",
    (
        THE_CLIENT,
        WHO,
        TableColumn("client_class", Kind.TEXT, "the class of the client"),
        TableColumn(
            "class_before",
            Kind.TEXT,
            "the class of the client until then, whoever had it; `none` where it was no client; blank: not known. "
            "Where there is no such column it is worked out",
        ),
        TableColumn("valid_from", Kind.DATE, "first day of the spell", required=True, month_means="first"),
        TableColumn("valid_to", Kind.DATE, "last day of the spell; blank: it goes on", month_means="last"),
    ),
    key=("client_id", "manager_id", "valid_from"),
)
CLIENT_FILES = Table(
    "client_files",
    "The state of a client's file from a day on (S2.2, S4.2).",
    (
        THE_CLIENT,
        WHO,
        TableColumn("date", Kind.DATE, "from which day on", required=True),
        TableColumn("complete", Kind.YES_NO, "whether it is complete", required=True),
    ),
    key=("client_id", "manager_id", "date"),
)
DAILY_ACTIVITY = Table(
    "daily_activity",
    "What was achieved on a day, from a source that counts by day itself.",
    (
        WHO,
        TableColumn("date", Kind.DATE, "on which day", required=True),
        TableColumn("measure", Kind.TEXT, "what was counted, in the source's own words", required=True),
        TableColumn(
            "actual", Kind.NUMBER, "the figure; blank: not known, which is not zero", compulsory=True
        ),
    ),
    key=("manager_id", "date", "measure"),
)

RECORD_TABLES = (
    CONTACTS,
    COLLECTIONS,
    SURVEYS,
    ATTENDANCE,
    WORK_REPORTS,
    REMARKS,
    REVIEWS,
    NEEDS,
    ALERTS,
    ASSIGNMENTS,
    CLIENT_FILES,
    DAILY_ACTIVITY,
)
RECORDS = tuple(table.name for table in RECORD_TABLES)
"""Their names, in the order in which they are read and told."""
