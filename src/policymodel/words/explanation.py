"""An amount told so that it can be followed: what it is made of, leaf by leaf, and the way of each leaf to the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, repeat
from operator import sub
from typing import Literal

import pandas as pd

from policymodel.account import Account, Leaf, Part
from policymodel.explanation import Step, is_bookkeeping
from policymodel.history.measures import Status
from policymodel.scheme.algebra import (
    Accumulate,
    Collect,
    Column,
    Constant,
    Greatest,
    Least,
    Line,
    Product,
    Ratio,
    Reached,
    Round,
    Slice,
)
from policymodel.words.catalogues import SOURCE_LANGUAGE, translate, translate_plural
from policymodel.words.numbers import AmountUnit, Span, number
from policymodel.words.sentences import Listing, Sentence, Value
from policymodel.words.suitability import why_words, with_why

Names = Mapping[str, Mapping[str, str]]

ROWS_SHOWN = 12
FACTORS_SHOWN = 4

WHAT = {
    "Sum": "sum of",
    "Product": "product of",
    "Ratio": "first divided by second",
    "Least": "the smaller of {parts}",
    "Greatest": "the larger of {parts}",
    "Applies": "1 if it applies, 0 if not",
    "Instead": "replaced where missing",
    "Accumulate": "entitlement to date, less what earlier periods drew",
    "Round": "rounded to {digits} digits",
    "Constant": "a number of the scheme",
    "Unknown": "too little is known",
    "Power": "the first to the power of the second",
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
OF_A_TRANSACTION = {
    "amount": "amount",
    "share": "credited share",
    "credited": "credited amount",
    "count": "number of transactions",
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
RUNNING = {False: "in the months that are over", True: "in as many months"}
INCOME = {
    "interest": "interest income",
    "deposit": "deposit income",
    "fee": "fee income",
    "accrued": "accrued",
}
READ = {"mean_of_months": "the mean of the months"}
LEVEL = {"outlet": "the whole outlet", "region": "the whole region", "group": "the whole group"}
EARLIER = {"period": "one period earlier", "year": "one year earlier"}
STATUS = {
    Status.ABSENT: "absent: history has no figure",
    Status.NOT_APPLICABLE: "does not apply",
    Status.QUARANTINED: "set aside: the figure did not pass the checks",
}
UNREACHED = {
    "before": "does not apply: the history begins later",
    "not_over": "does not apply: no month of the period is over yet",
}


LEAVES = {
    "factor": "multiplied by {number}, {what}",
    "cap": "cut off above {number}",
    "floor": "raised to {number}",
    "drawn": "less what earlier periods drew",
    "carried": "carried to later periods while the balance is below its highest so far",
    "by_rule": "what the scheme says where a figure is missing or a bottom is not above zero",
    "rounding": "rounding",
}
COMPARED = {
    "at_least": "whether {of} is at least {threshold}",
    "above": "whether {of} is above {threshold}",
    "at_most": "whether {of} is at most {threshold}",
    "below": "whether {of} is below {threshold}",
}
FRAME = ["manager_id", "period", "design", "level", "kind", "part", "words", "value", "adds"]
PLACES = ["source", "file", "row", "month"]


@dataclass(frozen=True)
class Branch:
    """One line of the tree, in a language: its words, its number, and what stands below it.

    `kind`: the whole, a part of the statement, a leaf that adds up, or a step of a leaf's way. `value` is the number as
    written, or why there is none. `part` is the id on the statement; `rows` are the rows of history behind a fact.
    """

    kind: Literal["pay", "part", "leaf", "step"]
    words: str
    value: str
    number: float
    part: str = ""
    source: str = ""
    note: str = ""
    below: tuple[Branch, ...] = ()
    rows: pd.DataFrame | None = None


def outline(account: Account, language: str) -> Branch:
    """The whole tree of an account in a language."""
    who = {
        "manager": account.manager_id,
        "period": Span(account.period).render(language),
        "design": account.title.within(language),
    }
    if account.computed:
        total = _amount(account, account.amount, language)
        unit = (
            AmountUnit(0, account.currency).render(language)
            if account.currency
            else translate("points", language)
        )
        head = translate(
            "{manager}, {period}: {total} {currency} under “{design}”",
            language,
            total=total,
            currency=unit,
            **who,
        )
    else:
        head = translate("{manager}, {period}: no amount could be computed under “{design}”", language, **who)
    parts = tuple(_part(account, part, language) for part in account.parts)
    if account.computed:
        value, size = _amount(account, account.amount, language), account.value(account.amount)
    else:
        value, size = translate(STATUS[account.status], language), math.nan
    return Branch("pay", head, value, size, below=parts)


def _amount(account: Account, amount: int, language: str) -> str:
    return number(account.value(amount), language, account.digits)


def _part(account: Account, part: Part, language: str) -> Branch:
    name = part.line.id
    title, source = part.line.title.within(language), part.line.source
    if part.status in STATUS:
        below = (_step(part.way, account.names, language),) if part.way is not None else ()
        return Branch(
            "part", title, translate(STATUS[part.status], language), math.nan, name, source, "", below
        )
    leaves = tuple(_leaf(account, part, leaf, language) for leaf in part.leaves)
    value = _amount(account, part.amount, language)
    return Branch("part", title, value, account.value(part.amount), name, source, "", leaves)


def _leaf(account: Account, part: Part, leaf: Leaf, language: str) -> Branch:
    way = leaf.way
    while way is not None and is_bookkeeping(way):
        way = way.parts[0]
    what = _phrase(way, account.names, language) if way is not None else ""
    size = plain(leaf.number, language)
    if leaf.why != "figure":
        words = translate(LEAVES[leaf.why], language, number=size, what=what)
    elif leaf.times == 1:
        words = what
    else:
        words = translate(
            "{times} × {number}, {what}", language, times=plain(leaf.times, language), number=size, what=what
        )
    named = [line for line in leaf.lines if line.id != part.line.id]
    if named:
        words = translate("{line}: {what}", language, line=named[-1].title.within(language), what=words)
    value = _amount(account, leaf.amount, language)
    source = (named[-1].source if named else "") or (way.source if way is not None else "")
    branch = Branch("leaf", words, value, account.value(leaf.amount), part.line.id, source)
    return branch if way is None else _with_way(branch, way, account.names, language)


def _with_way(branch: Branch, step: Step, names: Names, language: str) -> Branch:
    """A branch with what stands below a step."""
    inner = _inner(step)
    below = [_step(part, names, language) for part in inner.parts]
    if isinstance(inner.node, Collect):
        below = [
            replace(
                each,
                words=translate(
                    "transaction {place}: {what}", language, place=part.transaction, what=each.words
                ),
            )
            for part, each in zip(inner.parts, below, strict=True)
        ]
    return Branch(
        branch.kind,
        branch.words,
        branch.value,
        branch.number,
        branch.part,
        branch.source,
        translate("(worked out above)", language) if step.repeated else "",
        tuple(below),
        inner.rows,
    )


def _inner(step: Step) -> Step:
    """A line of one operation is told with what is below that."""
    while len(step.parts) == 1 and (isinstance(step.node, Line) or is_bookkeeping(step)):
        step = step.parts[0]
    return step


def _step(step: Step, names: Names, language: str) -> Branch:
    while is_bookkeeping(step):
        step = step.parts[0]
    words = _phrase(step, names, language)
    inner = _inner(step)
    if isinstance(step.node, Line) and not isinstance(inner.node, Constant) and not inner.repeated:
        words = translate("{line}: {what}", language, line=words, what=_phrase(inner, names, language))
    value = plain(step.number, language)
    if step.status in STATUS:
        value = translate(UNREACHED.get(step.unreached, STATUS[step.status]), language)
    return _with_way(Branch("step", words, value, step.number, "", step.source), step, names, language)


def _phrase(step: Step, names: Names, language: str) -> str:
    """What a step is, in a few words, with the numbers that it compares or divides."""
    node = step.node
    if isinstance(node, Line):
        return node.title.within(language)
    if isinstance(node, Column):
        return _fact(node, names, language, step.running)
    parts = [plain(part.number, language) for part in step.parts]
    if isinstance(node, Slice) and len(parts) == 3:
        return translate(
            "the part of {of} from {lower} to {upper}", language, of=parts[0], lower=parts[1], upper=parts[2]
        )
    if isinstance(node, Slice) and len(parts) == 2:
        return translate("the part of {of} above {lower}", language, of=parts[0], lower=parts[1])
    if isinstance(node, Reached) and len(parts) == 2:
        return translate(COMPARED[node.comparison], language, of=parts[0], threshold=parts[1])
    if isinstance(node, Ratio) and len(parts) == 2:
        top = step.parts[0]
        if isinstance(top.node, Line | Column):
            parts[0] = f"{_phrase(top, names, language)} {parts[0]}"
        return f"{parts[0]} ÷ {parts[1]}"
    if isinstance(node, Product) and 1 < len(parts) <= FACTORS_SHOWN:
        return " × ".join(parts)
    what = WHAT.get(step.operation, WHAT["Sum"])
    if isinstance(node, Round):
        return translate(what, language, digits=str(node.rounding.digits))
    if isinstance(node, Least | Greatest):
        return translate(what, language, parts=Listing(tuple(parts)).render(language))
    if isinstance(node, Accumulate):
        return f"{translate(what, language)} ({plain(step.drawn, language)})"
    return translate(what, language)


def _fact(node: Column, names: Names, language: str, running: bool) -> str:
    if node.name.startswith("transaction"):
        own = {word: {language: translate(each, language)} for word, each in OF_A_TRANSACTION.items()}
        names = {**names, **own}
    words = fact_words(node, lambda name: _title_of_fact(name, names, language), running)
    return ("，" if language.startswith("zh") else ", ").join(each.render(language) for each in words)


def _title_of_fact(name: str, names: Names, language: str) -> str:
    """A measure by its title; events and transactions with the channels or products that are kept, if only some are."""
    if name in names:
        return title_of(name, names, language)
    name, _, kept = name.removeprefix("count:").removeprefix("points:").partition("@")
    title = title_of(name, names, language)
    if not kept:
        return title
    parts = Listing(tuple(title_of(each, names, language) for each in kept.split("+")))
    return translate("{what} ({unit})", language, what=title, unit=parts.render(language))


def fact_words(node: Column, title: Callable[[str], Value], running: bool = False) -> tuple[Sentence, ...]:
    """Which figure, over which window, of whom; `title` says how the name of a fact is called.

    `running` says that a period is not over and that of its months, and of as many earlier ones, those over count.
    """
    kind, _, rest = node.name.partition(":") if ":" in node.name else ("actual", "", node.name)
    window = RUNNING[bool(node.lag or node.lag_years)] if running else WINDOW[node.window]
    words = [Sentence(WHICH[kind], {"name": title(rest)}), Sentence(window)]
    if node.read in READ:
        words.append(Sentence(READ[node.read]))
    if node.lag or node.lag_years:
        words.append(Sentence(EARLIER["period" if node.lag else "year"]))
    if node.level in LEVEL:
        words.append(Sentence(LEVEL[node.level]))
    return tuple(words)


def title_of(name: str, names: Names, language: str) -> str:
    """The title of a measure or a line of income; what has none is called by its name in the history."""
    titles = names.get(name, {})
    if not titles and name in INCOME:
        return translate(INCOME[name], language)
    return titles.get(language) or titles.get(SOURCE_LANGUAGE) or next(iter(titles.values()), name)


@lru_cache(maxsize=1 << 16)
def plain(value: float, language: str) -> str:
    """A figure of a calculation: as many digits as it needs, but no more than tell it.

    >>> plain(61000.0, "en"), plain(0.03, "en"), plain(0.0000034848639, "en")
    ('61,000', '0.03', '0.000003485')
    """
    if not math.isfinite(value) or value == 0:
        return number(value, language)
    digits = max(4, 3 - math.floor(math.log10(abs(value)))) if abs(value) < 1 else 4
    text = number(value, language, min(digits, 15))
    return text.rstrip("0").rstrip(".") if "." in text else text


def render(account: Account, language: str) -> str:
    """The whole tree as text, one line for each branch, the rows of history under each fact."""
    whole = outline(account, language)
    lines = [whole.words]
    for index, part in enumerate(whole.below):
        last = index == len(whole.below) - 1
        lines.extend(_text(part, language, "└─ " if last else "├─ ", "   " if last else "│  "))
    return "\n".join(lines)


def _text(branch: Branch, language: str, lead: str, below: str) -> Iterator[str]:
    line = f"{lead}{branch.words} = {branch.value}"
    line += f"  [{branch.source}]" if branch.source else ""
    yield line + (f"  {branch.note}" if branch.note else "")
    for index, each in enumerate(branch.below):
        last = index == len(branch.below) - 1
        yield from _text(
            each, language, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")
        )
    if branch.rows is None:
        return
    shown = with_why(branch.rows).head(ROWS_SHOWN)
    columns = (shown[each] for each in ("file", "row", "month", "name", "value", "why"))
    for file, row, month, name, value, why in zip(*columns, strict=True):
        size = f"{number(float(value), language, 2)}{why_words(why, language)}"
        yield f"{below}· {file}:{row}  {month}  {name}  {size}"
    if len(branch.rows) > len(shown):
        count = len(branch.rows) - len(shown)
        yield below + "· " + translate("and {count} more rows", language, count=count)


def frame_of(account: Account, language: str) -> pd.DataFrame:
    """The tree as a table: a row for the whole, each part, leaf, step and row of history.

    `adds` has a number for leaves alone: the column adds up to the pay. `value` is what the row says by itself.
    """
    rows = list(_rows(outline(account, language), 0, ""))
    frame = pd.DataFrame(rows, columns=[*FRAME[3:], *PLACES])
    frame.insert(0, "design", account.design)
    frame.insert(0, "period", account.period)
    frame.insert(0, "manager_id", account.manager_id)
    return frame.astype({"row": "Int64"})


def _rows(branch: Branch, level: int, part: str) -> Iterator[tuple[object, ...]]:
    part = branch.part or part
    adds = branch.number if branch.kind == "leaf" else None
    words = f"{branch.words} {branch.note}".strip()
    yield level, branch.kind, part, words, branch.number, adds, branch.source, "", None, ""
    for each in branch.below:
        yield from _rows(each, level + 1, part)
    if branch.rows is not None:
        for file, row, month, name, value in branch.rows[
            ["file", "row", "month", "name", "value"]
        ].itertuples(index=False):
            yield level + 1, "row", part, name, float(value), None, "", file, int(row), str(month)


@dataclass(frozen=True)
class Rows:
    """Rows of one file, month and subject, without whose they are: for pages."""

    words: str
    value: str


@dataclass(frozen=True)
class _Group:
    """Rows of one file, month and subject: their numbers as they are written, how many, their sum."""

    file: str
    month: str
    about: str
    why: str
    rows: str
    count: int
    value: float
    records: str


@dataclass(frozen=True, eq=False)
class _Same:
    """Rows that are known by being the very same."""

    rows: pd.DataFrame

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rows is other.rows


@lru_cache(maxsize=1 << 10)
def _grouped(same: _Same) -> tuple[_Group, ...]:
    """Rows by file, month, what they are about and why; the same for every language."""
    rows = same.rows
    found: dict[tuple[str, str, str, str], tuple[list[int], list[float], list[str]]] = {}
    columns = (rows[name].tolist() for name in ("file", "row", "month", "about", "value"))
    others = (
        rows[name].fillna("").tolist() if name in rows else repeat("", len(rows))
        for name in ("why", "record")
    )
    for file, row, month, about, value, why, record in zip(*columns, *others, strict=True):
        place = (str(file), str(month), str(about), str(why))
        places, values, records = found.setdefault(place, ([], [], []))
        places.append(int(row))
        values.append(float(value))
        if record:
            records.append(str(record))
    return tuple(
        _Group(*place, spans(places), len(places), _sum(values), ", ".join(records))
        for place, (places, values, records) in found.items()
    )


def _sum(values: Iterable[float]) -> float:
    known = [each for each in values if math.isfinite(each)]
    return math.fsum(known) if known else math.nan


def rows_on_page(rows: pd.DataFrame, names: Names, language: str) -> Iterator[Rows]:
    """The rows behind a fact by file, month and what they are about: their numbers and their sum.

    Records that a measure was counted from (`record`) are told by their own numbers too.
    """
    for each in _grouped(_Same(rows)):
        words = translate_plural(
            "{file}, row {rows}: {what}, {month}",
            "{file}, rows {rows}: {what}, {month}",
            each.count,
            language,
            file=each.file,
            rows=each.rows,
            what=f"{_title_of_fact(each.about, names, language)}{why_words(each.why, language)}",
            month=each.month,
        )
        if each.records:
            words = translate("{rows}; numbers {numbers}", language, rows=words, numbers=each.records)
        yield Rows(words, plain(each.value, language))


def spans(numbers: Iterable[int]) -> str:
    """Row numbers, with runs written as one.

    >>> spans([12, 13, 14, 20])
    '12–14, 20'
    """
    ordered = sorted({int(each) for each in numbers})
    runs = []
    for _, run in groupby(enumerate(ordered), key=lambda each: sub(*each)):
        places = [place for _, place in run]
        runs.append(f"{places[0]}–{places[-1]}" if len(places) > 1 else str(places[0]))
    return ", ".join(runs)
