"""A quarter's figures as they are approved: every line of every person, as bytes that are always the same.

Performance (accounting): what each person's income lines brought in the period, each item of pay and their total, and
what rewards and penalties take from a wage or give to it (S6.10, S6.11), in the currency and exact to its minor unit.
The total is what the scheme pays; consequences stand apart from it. Management (the department head): each line of the
card and the score, in points. What could not be computed has no value.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.approvals.procedure import Part
from policymodel.computation import Computed
from policymodel.consequences import consequences
from policymodel.panel import Ground
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.scheme.algebra import Column, Node
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.pay import GradeWage

CONSEQUENCE = "consequence"
"""The kind of a line that says what a rule takes from a wage or gives to it: the rule's id, a blank, the wage."""
COLUMNS = ("manager_id", "line", "kind", "value")
KEYS = ["manager_id", "line"]
WAITS_FOR_NOBODY = ("income", "total", GradeWage.kind)
"""Kinds of lines that are no performance income: base wage is owed whatever is approved."""
MILLIONTH = Decimal("0.000001")

Figures = Mapping[Part, pd.DataFrame]


def figures_of(computed: Computed, period: Period) -> dict[Part, pd.DataFrame]:
    """Every line of a period by part: manager_id, line, kind (of the line), value (exact, as text; empty: unknown).

    A scheme that pays has performance, one with a card has management. `kind` is that of the item or line in the
    scheme, or income, total, score, consequence. Rules that rank the whole group are not judged: a quarter's figures
    are of one region.
    """
    place = computed.periods.index(period)
    here = computed.panel.employed(computed.periods)[place]
    who = computed.panel.managers[here]
    found: dict[Part, pd.DataFrame] = {}
    if isinstance(computed, Payments):
        plan = computed.scheme.pay
        assert plan is not None

        def money(values: Values, row: int) -> list[str]:
            ok = values.ok[row][here]
            minor = plan.rounding.to_minor(np.where(values.ok[row], values.number[row], 0.0))[here]
            return [
                str(Decimal(int(each)).scaleb(-plan.rounding.digits)) if known else ""
                for each, known in zip(minor, ok, strict=True)
            ]

        ground = Ground(computed.panel, (period,))
        shape = (1, computed.panel.managers.size)
        frames = [
            _lines(who, line, "income", money(evaluate(Column(line), ground, {}).over(shape), 0))
            for line in computed.income_lines()
        ]
        given = computed.scheme.given
        kinds = {part: item.kind for item in plan.items for part in item.parts(given)}
        frames += [
            _lines(who, item, kinds[item], money(computed.values(node), place))
            for item, node in computed.parts.items()
        ]
        total = computed.values(given.line(PAY))
        frames += [_lines(who, PAY, "total", money(total, place)), _consequences(computed, period)]
        found["performance"] = _ordered(frames)
    if computed.scheme.card is not None:
        frames = [
            _lines(who, line, kind, _points(computed.values(node), place, here))
            for line, kind, node in _of_card(computed)
        ]
        found["management"] = _ordered(frames)
    return found


def _consequences(computed: Payments, period: Period) -> pd.DataFrame:
    """What each rule takes from a wage of somebody in a period, or gives to it."""
    plan = computed.scheme.pay
    if computed.scheme.consequences is None or plan is None:
        return pd.DataFrame(columns=list(COLUMNS))
    effects = consequences(computed, {}).effects()
    effects = effects[effects["period"] == period.label]
    taken = effects.groupby(["manager_id", "rule", "wage"], sort=False).agg(
        {"amount_minor": "sum", "known": "all"}
    )
    rows = [
        (
            who,
            f"{rule} {wage}",
            CONSEQUENCE,
            str(Decimal(int(minor)).scaleb(-plan.rounding.digits)) if known else "",
        )
        for (who, rule, wage), (minor, known) in zip(taken.index, taken.to_numpy(), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_card(computed: Computed) -> Iterator[tuple[str, str, Node]]:
    card, given = computed.scheme.card, computed.scheme.given
    assert card is not None
    for line, _ in card.walk():
        yield line.id, line.kind, given.over_period(line.id)
    yield SCORE, "score", given.line(SCORE)


def _points(values: Values, row: int, here: NDArray[np.bool_]) -> list[str]:
    """Points to the millionth: a score is rounded in its scheme, and no line's last bits are anybody's."""
    numbers, ok = values.number[row][here], values.ok[row][here]
    return [_exact(float(each)) if known else "" for each, known in zip(numbers, ok, strict=True)]


def _exact(number: float) -> str:
    """A number of points, written out.

    >>> [_exact(each) for each in (80.73, -0.0, 40 / 3, 1e7)]
    ['80.73', '0', '13.333333', '10000000']
    """
    text = format(Decimal(repr(number)).quantize(MILLIONTH, ROUND_HALF_EVEN), "f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _lines(who: NDArray[np.object_], line: str, kind: str, values: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"manager_id": who.astype(str), "line": line, "kind": kind, "value": values})


def _ordered(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).sort_values(KEYS, kind="stable", ignore_index=True)


def written(figures: pd.DataFrame) -> bytes:
    r"""A part as its file holds it: CSV in UTF-8, one line a figure, in the order of persons and lines.

    >>> written(pd.DataFrame({"manager_id": ["M1"], "line": ["pay"], "kind": ["total"], "value": ["-0.12"]}))
    b'manager_id,line,kind,value\nM1,pay,total,-0.12\n'
    """
    text = io.StringIO()
    figures[list(COLUMNS)].to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8")


def figures_digest(figures: pd.DataFrame) -> str:
    """sha256 of what the file of a part holds; the name of that file."""
    return hashlib.sha256(written(figures)).hexdigest()


def read_figures(path: Path) -> pd.DataFrame:
    """A part as it was written; OSError or ValueError where it is not there, or is none."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", lineterminator="\n")
    if tuple(frame.columns) != COLUMNS:
        raise ValueError(f"{path.name} has other columns than {', '.join(COLUMNS)}")
    return frame


def differences(approved: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The figures that differ: manager_id, line, approved, now; None where one side has no such line.

    >>> one = pd.DataFrame({"manager_id": ["M1", "M2"], "line": "pay", "kind": "total", "value": ["100", ""]})
    >>> differences(one, one.assign(value=["101", ""])).values.tolist()
    [['M1', 'pay', '100', '101']]
    """
    both = approved.merge(now, on=KEYS, how="outer", suffixes=("_approved", "_now"), indicator="side")
    changed = both["value_approved"].ne(both["value_now"]) | both["kind_approved"].ne(both["kind_now"])
    found = both[changed | both["side"].ne("both")].sort_values(KEYS, kind="stable", ignore_index=True)
    found = found.rename(columns={"value_approved": "approved", "value_now": "now"})
    return found[[*KEYS, "approved", "now"]].astype(object).where(lambda cell: cell.notna(), None)


def payments(performance: pd.DataFrame) -> pd.DataFrame:
    """What is paid once it is approved: manager_id, item, amount (exact decimals), reason; no base wage and no totals.

    What a rule takes from a wage, or gives to it, is a row of its own: the wage is its item and the rule its reason. A
    row of the base wage, which waits for nobody and is not on the list, is what to pay less or more of that.

    >>> rows = {"manager_id": "M1", "line": ["base", "bonus", "late_risk base_wage"],
    ...         "kind": ["grade_wage", "commission", "consequence"], "value": ["9000.00", "0.05", "-900.00"]}
    >>> payments(pd.DataFrame(rows)).values.tolist()
    [['M1', 'bonus', Decimal('0.05'), ''], ['M1', 'base_wage', Decimal('-900.00'), 'late_risk']]
    """
    rows = performance[~performance["kind"].isin(WAITS_FOR_NOBODY) & performance["value"].ne("")]
    amounts = pd.Series([Decimal(each) for each in rows["value"]], index=rows.index, dtype=object)
    because = rows["kind"].eq(CONSEQUENCE)
    parts = rows["line"].str.partition(" ")
    return pd.DataFrame(
        {
            "manager_id": rows["manager_id"],
            "item": rows["line"].where(~because, parts[2]),
            "amount": amounts,
            "reason": parts[0].where(because, ""),
        }
    )


def unknown(performance: pd.DataFrame) -> list[str]:
    """Persons of whom a line of performance income could not be computed."""
    rows = performance[~performance["kind"].isin(WAITS_FOR_NOBODY) & performance["value"].eq("")]
    return sorted(set(rows["manager_id"]))
