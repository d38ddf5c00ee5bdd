"""An explanation as an indented tree that a manager can read, in either language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.explanation import Explanation, Step, earlier, is_bookkeeping
from policymodel.history.measures import Status
from policymodel.scheme.algebra import Accumulate, Column, Constant, Line, Round
from policymodel.words.catalogues import translate
from policymodel.words.numbers import number

ROWS_SHOWN = 12

WHAT = {
    "Sum": "sum of",
    "Product": "product of",
    "Ratio": "first divided by second",
    "Least": "the smaller of (a cap)",
    "Greatest": "the larger of (a floor)",
    "Slice": "the part of the first that lies between the thresholds",
    "Applies": "1 if it applies, 0 if not",
    "Instead": "replaced where missing",
    "Accumulate": "entitlement to date, less what earlier periods drew",
    "Round": "rounded",
    "Constant": "a number of the scheme",
    "Power": "the first to the power of the second",
    "Reached": "1 if the first compares with the second as asked, 0 if not",
    "Where": "by a condition, one of two",
    "Piecewise": "looked up on a curve",
    "Matrix": "looked up in two directions",
    "Choose": "chosen by category",
    "Dated": "what is in force",
    "Carry": "running balance",
    "Previous": "from an earlier period",
    "Collect": "added up over transactions",
    "Place": "of the transaction's period",
    "OverPeers": "a statistic of the peers",
    "Rank": "place among the peers",
    "Awards": "award of the place among the peers",
    "RoundTogether": "rounded so that the parts add up",
    "OverTeam": "sum over the team",
}
WHICH = {
    "target": "target of {name}",
    "increment": "increment target of {name}",
    "base": "base of {name}",
    "events": "verified events: {name}",
    "months_in_grade": "full-time months in grade {name}",
    "transaction": "of the transaction: {name}",
    "transactions": "of the transactions: {name}",
    "person": "of the person: {name}",
    "calendar": "of the calendar: {name}",
    "fx": "rate of exchange: {name}",
    "actual": "{name}",
}
WINDOW = {
    "period": "in the period",
    "year_to_date": "year to date",
    "target_to_date": "since the target's period began",
    "quarter_to_date": "quarter to date",
    "half_year_to_date": "half-year to date",
    "rolling": "over the last months",
    "whole_quarter": "of the whole quarter",
    "whole_half_year": "of the whole half-year",
    "whole_year": "of the whole year",
}
READ = {"mean_of_months": "the mean of the months"}
LEVEL = {"outlet": "the whole outlet", "region": "the whole region", "group": "the whole group"}
EARLIER = {"period": "one period earlier", "year": "one year earlier"}
STATUS = {
    Status.ABSENT: "absent: history has no figure",
    Status.NOT_APPLICABLE: "does not apply",
    Status.QUARANTINED: "set aside: the figure did not pass the checks",
}


def render(explanation: Explanation, language: str) -> str:
    """The whole tree as text, one step a line, the rows of history under each fact.

    A step that only passes its one part on is left out.
    """
    head = translate(
        "{manager}, {period}: {total} {currency} under '{design}'",
        language,
        manager=explanation.manager_id,
        period=explanation.period,
        total=number(explanation.total, language, 2),
        currency=explanation.currency,
        design=explanation.title.within(language),
    )
    lines = [head]
    for step in explanation.steps:
        lines.extend(_tree(step, language, explanation.names, "", "  "))
    return "\n".join(lines)


def _tree(
    step: Step, language: str, names: Mapping[str, Mapping[str, str]], lead: str, below: str
) -> Iterator[str]:
    while is_bookkeeping(step):
        step = step.parts[0]
    value = (
        translate(STATUS[step.status], language)
        if step.status in STATUS
        else number(step.number, language, 4)
    )
    words = f"{_label(step, language, names)} = {value}"
    if step.source:
        words += f"  [{step.source}]"
    if step.repeated:
        words += "  " + translate("(worked out above)", language)
    yield lead + words
    parts = step.parts
    if (
        isinstance(step.node, Line)
        and len(parts) == 1
        and not isinstance(parts[0].node, Line | Column | Constant)
    ):
        inner = parts[0]
        while is_bookkeeping(inner):
            inner = inner.parts[0]
        if not isinstance(inner.node, Line | Column | Constant) and not inner.repeated:
            yield below + translate("made as", language) + ": " + _label(inner, language, names)
            parts = inner.parts
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        yield from _tree(
            part, language, names, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")
        )
    if step.rows is not None:
        shown = step.rows.head(ROWS_SHOWN)
        for file, row, month, name, amount in shown.itertuples(index=False):
            yield f"{below}· {file}:{row}  {month}  {name}  {number(float(amount), language, 2)}"
        if len(step.rows) > len(shown):
            yield (
                below + "· " + translate("and {count} more rows", language, count=len(step.rows) - len(shown))
            )


def _label(step: Step, language: str, names: Mapping[str, Mapping[str, str]]) -> str:
    node = step.node
    if isinstance(node, Line):
        return node.title.within(language)
    if isinstance(node, Column):
        kind, _, rest = node.name.partition(":") if ":" in node.name else ("actual", "", node.name)
        title = names.get(rest, {}).get(language, rest.removeprefix("count:").removeprefix("points:"))
        words = [translate(WHICH[kind], language, name=title), translate(WINDOW[node.window], language)]
        if node.read in READ:
            words.append(translate(READ[node.read], language))
        if node.lag or node.lag_years:
            words.append(translate(EARLIER["period" if node.lag else "year"], language))
        if node.level in LEVEL:
            words.append(translate(LEVEL[node.level], language))
        return ", ".join(words)
    label = translate(WHAT[step.operation], language)
    if isinstance(node, Accumulate):
        return f"{label} ({number(earlier(step), language, 4)})"
    if isinstance(node, Round):
        return f"{label} ({node.rounding.digits})"
    return label
