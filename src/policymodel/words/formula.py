"""How a figure was worked out, as one line of arithmetic: 15 × 900,000 ÷ 1,000,000."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from policymodel.explanation import Step
from policymodel.history.measures import Status
from policymodel.scheme import algebra
from policymodel.words.numbers import MINUS, number
from policymodel.words.sentences import Listing, Sentence, Value, render, say

STATUS: Mapping[Status, Sentence] = {
    Status.ABSENT: say("not known"),
    Status.NOT_APPLICABLE: say("does not apply"),
    Status.QUARANTINED: say("put aside"),
}
BY_NAME: Mapping[str, Sentence] = {
    "Piecewise": say("by the table, at {parts}"),
    "Matrix": say("by the table, at {parts}"),
    "Choose": say("by the table"),
    "Power": say("the power of {parts}"),
    "Carry": say("carried so far"),
    "Previous": say("from before"),
    "OverPeers": say("over all peers"),
    "Rank": say("place by {parts}"),
    "Awards": say("award of the place by {parts}"),
    "RoundTogether": say("rounded together: {parts}"),
    "OverTeam": say("over the team"),
    "Collect": say("over all transactions"),
    "Dated": say("in force"),
    "Reached": say("whether it is reached: {parts}"),
    "Applies": say("whether it applies"),
}
"""Operations that no sign stands for."""
FEW = 6
"""So many transactions are told one by one."""
LARGE = 1000
PHRASE, SUM, PRODUCT, ATOM = -1, 0, 1, 2
"""What binds more tightly has the higher number; words among signs bind least."""


@dataclass(frozen=True)
class Plain:
    """A figure as an example shows it: with up to so many decimals, without trailing zeros.

    >>> Plain(1234.5).render("en"), Plain(float("nan"), Status.ABSENT).render("en")
    ('1,234.5', 'not known')
    """

    value: float
    status: Status = Status.MEASURED
    digits: int = 4

    def render(self, language: str) -> str:
        """The figure in this language."""
        if self.status in STATUS:
            return render(STATUS[self.status], language)
        text = number(self.value, language, min(self.digits, 2) if abs(self.value) >= LARGE else self.digits)
        return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Formula:
    """The arithmetic behind a step, down to facts, numbers of the scheme and other lines."""

    step: Step
    whole: Mapping[algebra.Node, Step]
    """Each step where it stands in full."""

    def render(self, language: str) -> str:
        """The formula in this language."""
        step, name = self._full(self.step), getattr(self.step.node, "id", "")
        while isinstance(step.node, algebra.Line | algebra.Round) and len(step.parts) == 1:
            inner = step.parts[0]
            if isinstance(inner.node, algebra.Line) and inner.node.id != name:
                break
            step = inner
        return _written(self._full(step), language)[0]

    def _full(self, step: Step) -> Step:
        """The step with what stands in full elsewhere, down to the lines below it."""
        if step.repeated and not step.transaction:
            step = self.whole.get(step.node, step)
        if isinstance(step.node, algebra.Collect):
            return step
        if (
            isinstance(step.node, algebra.Line)
            and step is not self.step
            and step.node.id != getattr(self.step.node, "id", "")
        ):
            return step
        return replace(step, parts=tuple(map(self._full, step.parts)))


def _written(step: Step, language: str) -> tuple[str, int]:
    """A step as text, and how tightly it binds."""
    node, parts = step.node, step.parts
    if isinstance(node, algebra.Line | algebra.Column | algebra.Constant) or not parts or _weighs(step):
        return _figure(step, language), ATOM
    match node:
        case algebra.Round() | algebra.Instead() | algebra.Place():
            if step.status not in STATUS and parts[0].status in STATUS:
                return _figure(step, language), ATOM
            return _written(parts[0], language)
        case algebra.Dated():
            return _figure(step, language), ATOM
        case algebra.Where() if parts[0].status in STATUS:
            return _figure(step, language), ATOM
        case algebra.Where():
            return _written(parts[1] if parts[0].number else parts[2], language)
        case algebra.Product():
            return _product(parts, language)
        case algebra.Sum():
            return _sum(step, language)
        case algebra.Ratio():
            top, bottom = (
                _bound(each, PRODUCT, language, right)
                for each, right in zip(parts, (False, True), strict=True)
            )
            return f"{top} ÷ {bottom}", PRODUCT
        case algebra.Least() | algebra.Greatest():
            return _bounded(step, language)
        case algebra.Collect():
            return _collected(step, language)
        case algebra.Slice():
            return _slice(parts, language), PHRASE
        case algebra.Accumulate():
            drawn = Plain(parts[0].number - step.number)
            if drawn.value:
                return _said(
                    say("{whole}, less {drawn} before", whole=_Part(parts[0]), drawn=drawn), language
                ), PHRASE
            return _written(parts[0], language)
    name = BY_NAME[step.operation]
    told = name if "{parts}" not in name.message else say(name.message, parts=_listed(parts))
    return f"{_figure(step, language)} ({_said(told, language)})", ATOM


def _figure(step: Step, language: str) -> str:
    return Plain(step.number, step.status).render(language)


def _said(value: Value, language: str) -> str:
    return render(value, language)


@dataclass(frozen=True)
class _Part:
    step: Step

    def render(self, language: str) -> str:
        text, own = _written(self.step, language)
        return f"({text})" if own == PHRASE else text


def _listed(parts: Sequence[Step]) -> Value:
    told = tuple(_Part(each) for each in parts)
    return told[0] if len(told) == 1 else Listing(told)


def _bound(step: Step, tightness: int, language: str, right: bool = False) -> str:
    """A part of a product or a ratio, in brackets where it would otherwise read wrongly."""
    text, own = _written(step, language)
    return f"({text})" if own < tightness or (right and own == tightness) or text.startswith(MINUS) else text


def _bounded(step: Step, language: str) -> tuple[str, int]:
    """A cap or a floor, told where it holds; or the smaller or larger of two."""
    first, second = step.parts
    least = isinstance(step.node, algebra.Least)
    if not isinstance(second.node, algebra.Constant):
        both = _listed(step.parts)
        told = (
            say("the smaller of {parts}", parts=both) if least else say("the larger of {parts}", parts=both)
        )
        return _said(told, language), PHRASE
    if step.status in STATUS or first.number == step.number:
        return _written(first, language)
    of, bound = _Part(first), Plain(second.number)
    told = (
        say("{of}, at most {bound}", of=of, bound=bound)
        if least
        else say("{of}, at least {bound}", of=of, bound=bound)
    )
    return _said(told, language), PHRASE


def _collected(step: Step, language: str) -> tuple[str, int]:
    """What transactions bring, one by one where they are few."""
    if 1 < len(step.parts) <= FEW:
        return " + ".join(_figure(each, language) for each in step.parts), SUM
    return f"{_figure(step, language)} ({_said(BY_NAME['Collect'], language)})", ATOM


def _weighs(step: Step) -> bool:
    """Whether a factor only shares out the points of what does not apply."""
    return isinstance(step.node, algebra.Ratio) and any(
        isinstance(each, algebra.Applies) for each in algebra.nodes_of(step.node.bottom)
    )


def _factor(step: Step) -> float | None:
    return float(step.node.value) if isinstance(step.node, algebra.Constant) else None


def _product(parts: Sequence[Step], language: str) -> tuple[str, int]:
    factors = [_factor(each) for each in parts]
    if 0.0 in factors:
        return "0", ATOM
    kept = [
        each
        for each, factor in zip(parts, factors, strict=True)
        if factor not in (1.0, -1.0) and not (_weighs(each) and (each.number == 1 or each.status in STATUS))
    ]
    sign = MINUS if sum(factor == -1.0 for factor in factors) % 2 else ""
    if not kept:
        return f"{sign}1", ATOM
    if len(kept) == 1:
        text, tightness = _written(kept[0], language)
        sign = "" if text == "0" else sign
        return (
            f"{sign}({text})" if sign and tightness <= SUM else f"{sign}{text}"
        ), tightness if not sign else PRODUCT
    return sign + " × ".join(_bound(each, PRODUCT, language) for each in kept), PRODUCT


def _sum(step: Step, language: str) -> tuple[str, int]:
    terms: list[tuple[str, int]] = []
    for each in step.parts:
        nothing = isinstance(each.node, algebra.Product) and 0.0 in map(_factor, each.parts)
        skipped = step.node.skip_not_applicable and each.status == Status.NOT_APPLICABLE  # type: ignore[attr-defined]
        if nothing or skipped or _no_month(each):
            continue
        terms.append(_written(each, language))
    if len(terms) < 2:
        return terms[0] if terms else (_figure(step, language), ATOM)
    told = ""
    for text, own in terms:
        term = f"({text})" if own == PHRASE else text
        if not told:
            told = term
        elif term.startswith(MINUS):
            told += f" {MINUS} {term.removeprefix(MINUS)}"
        else:
            told += f" + {term}"
    return told, SUM


def _no_month(step: Step) -> bool:
    """The wage of a grade that the person did not hold."""
    return step.number == 0 and any(
        isinstance(each.node, algebra.Column) and each.node.name.startswith("months_in_grade:")
        for each in step.parts
    )


def _slice(parts: Sequence[Step], language: str) -> str:
    of, low = _Part(parts[0]), Plain(parts[1].number, parts[1].status)
    if len(parts) > 2:
        high = Plain(parts[2].number, parts[2].status)
        return _said(say("the part of {of} between {low} and {high}", of=of, low=low, high=high), language)
    return _said(say("the part of {of} above {low}", of=of, low=low), language)
