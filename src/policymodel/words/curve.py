"""What a payout curve says: its claim, what it shows, and what its axes are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from policymodel.history.measures import Measure
from policymodel.scheme.scheme import Scheme
from policymodel.words.numbers import Figure
from policymodel.words.sentences import Text, Value, passage, say, say_many


@dataclass(frozen=True)
class CurveWords:
    """The words around a curve."""

    title: Value
    description: Value
    axes: tuple[Value, Value]


def curve_words(curve: pd.DataFrame, scheme: Scheme, measures: Mapping[str, Measure]) -> CurveWords:
    """The words of `margins.payout_curve`; the claim is its largest jump, or from where to where it goes."""
    name, moved = str(curve["line"].iloc[0]), str(curve["measure"].iloc[0])
    measure = measures.get(moved)
    line, given = _line(scheme, name), moved if measure is None else Text(measure.title)
    known = curve.dropna(subset=["value"])
    shown: dict[str, Value] = {
        "line": line,
        "measure": given,
        "low": _figure(curve["at"].min()),
        "high": _figure(curve["at"].max()),
    }
    ends = known[known["corner"] == "jump"]
    jumps = list(zip(ends["at"][::2], ends["value"][::2], ends["value"][1::2], strict=True))
    if known.empty:
        title = say("{measure} from {low} to {high}: {line} has no value", **shown)
    elif known["value"].nunique() == 1:
        shown["least"] = _figure(known["value"].iloc[0])
        title = say("{measure} from {low} to {high}: {line} stays at {least}", **shown)
    elif jumps:
        # The largest of them is what people will aim at, or stop at.
        at, before, after = max(jumps, key=lambda jump: abs(jump[2] - jump[1]))
        shown |= {"at": _figure(at), "before": _figure(before), "after": _figure(after)}
        title = say("{measure}: at {at}, {line} jumps from {before} to {after}", **shown)
    else:
        first, last = known["value"].iloc[0], known["value"].iloc[-1]
        shown |= {"first": _figure(first), "last": _figure(last)}
        title = say("{measure} from {low} to {high}: {line} goes from {first} to {last}", **shown)
    bends = int((known["corner"] == "bend").sum())
    description = passage(
        [
            say("What {line} gives as {measure} runs from {low} to {high}, all else unchanged.", **shown),
            say_many("{count} jump.", "{count} jumps.", len(jumps), count=str(len(jumps))) if jumps else None,
            say_many("{count} bend.", "{count} bends.", bends, count=str(bends)) if bends else None,
        ]
    )
    money = scheme.pay.currency if scheme.pay is not None and name.partition(".")[0] in _paid(scheme) else ""
    named: Value = {"score": say("Score"), "pay": say("Pay")}.get(name, line)
    down = say("{what} ({unit})", what=named, unit=money) if money else named
    across: Value = given
    if measure is not None and measure.unit != "count":
        across = say("{what} ({unit})", what=given, unit=measure.unit)
    return CurveWords(title, description, (across, down))


def _figure(value: float) -> Figure:
    return Figure(value, 0 if float(value).is_integer() else 2)


def _line(scheme: Scheme, name: str) -> Value:
    whole = {"score": say("the score"), "pay": say("the pay")}.get(name)
    if whole is not None:
        return whole
    first = scheme.lines.get(name)
    return Text(dict(first.title.languages)) if first is not None else name


def _paid(scheme: Scheme) -> set[str]:
    return {"pay", *(each.id for each in scheme.pay.items)} if scheme.pay is not None else set()
