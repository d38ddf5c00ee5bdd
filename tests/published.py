"""Published worked examples as ordinary files: read, priced by both calculators, held against what was printed.

A folder of `tests/cases` holds a scheme, a small history and `expect.yaml`: every number that the source prints,
with the line, the person or transaction and the period it stands for. A figure that is printed in another unit than
its line has (a percentage of a share) says so with `scale`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from policymodel.computation import compute
from policymodel.documents import read_yaml
from policymodel.errors import PolicymodelError
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import COMPUTED, Status
from policymodel.history.reading import read_history
from policymodel.margins import slopes
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.reference import Rows, read_rows, reckon
from policymodel.scheme.scheme import Scheme

FOLDER = Path(__file__).parent / "cases"
NUDGE = Fraction(1, 1000)
"""The reference calculator's slope is an exact difference over a thousandth of a unit, to either side."""


class Unpriced(Exception):
    """A calculator gave no number where the source prints one."""


@dataclass(frozen=True)
class Expectation:
    """One printed value: on which line, of whom and when, and how far from it is still right."""

    printed: str
    line: str
    tolerance: Fraction
    value: Fraction | None = None
    sign: int | None = None
    scale: Fraction = Fraction(1)
    manager: str | None = None
    period: str | None = None
    transaction: str | None = None
    marginal: str | None = None

    def missed(self, found: Fraction | float) -> str:
        """What is wrong with a calculator's figure, or nothing."""
        exact = Fraction(found) * self.scale
        if self.sign is not None:
            right = (exact > 0) - (exact < 0) == self.sign
            return "" if right else f"{self.printed} ({self.line}): {float(exact)}, printed sign {self.sign}"
        assert self.value is not None
        if abs(exact - self.value) <= self.tolerance:
            return ""
        return f"{self.printed} ({self.line}): {float(exact)}, printed {float(self.value)}"


Calculator = Callable[[Expectation], Fraction | float]


@dataclass(frozen=True)
class Case:
    """One folder: what it expects, and the facts it is priced on (read once)."""

    folder: Path
    source: str
    plan: Period
    base: Period
    expected: tuple[Expectation, ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def scheme(self) -> Path:
        """The scheme file."""
        return self.folder / "scheme.yaml"

    @cached_property
    def history(self) -> History:
        """The facts as the package reads them; nothing of a case may be put aside."""
        history = read_history(
            self.folder / "history", read_mapping(self.folder / "history" / "mapping.yaml")
        )
        aside = history.findings[history.findings["severity"] == "quarantined"]
        if len(aside):
            raise Unpriced(f"rows were put aside:\n{aside.to_string()}")
        return history

    @cached_property
    def panel(self) -> Panel:
        """The facts as arrays."""
        return build_panel(self.history, self.plan, self.base)

    @cached_property
    def rows(self) -> Rows:
        """The facts as written, for the reference calculator."""
        mapping = read_yaml(self.folder / "history" / "mapping.yaml")
        tables = {}
        for name, source in mapping["tables"].items():
            with (self.folder / "history" / source["file"]).open(encoding="utf-8", newline="") as file:
                tables[name] = list(csv.DictReader(file))
        return read_rows(tables, mapping["measures"])

    def credited(self, expected: Expectation) -> str:
        """Who is credited with a transaction, where the file does not say whose credit is meant."""
        if expected.manager is not None:
            return expected.manager
        people = {each.who for each in self.rows.credits if each.transaction == expected.transaction}
        if len(people) == 1:
            return people.pop()
        raise Unpriced(
            f"{expected.printed}: say with `manager:` whose credit of {expected.transaction} is meant"
        )


def cases() -> list[Case]:
    """Every folder that holds an expectation."""
    return [read_case(each.parent) for each in sorted(FOLDER.glob("*/expect.yaml"))]


@cache
def read_case(folder: Path) -> Case:
    """The expectations of one folder; read once, and so are its facts."""
    written = read_yaml(folder / "expect.yaml")
    expected = tuple(_expectation(each, written["tolerance"]) for each in written["expect"])
    if written["case"] != folder.name:
        raise ValueError(f"{folder.name}/expect.yaml is about case {written['case']}")
    plan, base = (Period.parse(written[name]) for name in ("plan_year", "base_year"))
    return Case(folder, str(written["source"]), plan, base, expected)


def _expectation(written: Mapping[str, Any], tolerance: Any) -> Expectation:
    numbers = {
        name: Fraction(str(written[name])) for name in ("value", "scale", "tolerance") if name in written
    }
    words = {
        name: str(written[name])
        for name in ("printed", "line", "manager", "period", "transaction", "marginal")
        if name in written
    }
    unknown = set(written) - set(numbers) - set(words) - {"sign"}
    if unknown or ("value" in written) == ("sign" in written):
        raise ValueError(
            f"{written['printed']}: an expectation has one `value` or one `sign`, and no {unknown}"
        )
    return Expectation(
        **{"tolerance": Fraction(str(tolerance)), **numbers, **words, "sign": written.get("sign")}
    )


def package(case: Case, scheme: Scheme) -> Calculator:
    """The package's own figures."""
    computed = compute(case.panel, scheme)
    people = _by(computed.frame(), "manager_id", "period", "line")
    deals = _by(computed.transactions(), "transaction_id", "manager_id", "line")

    def figure(expected: Expectation) -> Fraction | float:
        if expected.marginal is not None:
            return _slope(case, scheme, expected)
        if expected.transaction is not None:
            key = (expected.transaction, case.credited(expected), expected.line)
        else:
            key = (str(expected.manager), str(expected.period), expected.line)
        table = people if expected.transaction is None else deals
        if key not in table:
            raise Unpriced(f"{expected.printed}: there is no figure for {', '.join(key)}")
        value, status = table[key]
        if status not in COMPUTED:
            raise Unpriced(f"{expected.printed}: {', '.join(key)} is {Status(status).name.lower()}")
        return value

    return figure


def _by(frame: Any, *keys: str) -> dict[tuple[str, ...], tuple[float, int]]:
    figures = zip(frame["value"], frame["status"], strict=True)
    names = zip(*(frame[key].astype(str) for key in keys), strict=True)
    return {name: (float(value), int(status)) for name, (value, status) in zip(names, figures, strict=True)}


def _slope(case: Case, scheme: Scheme, expected: Expectation) -> float:
    """The exact slope, which must be the same on both sides for a printed one to be meant."""
    assert expected.period is not None
    period = Period.parse(expected.period)
    frame = slopes(case.panel, scheme, expected.line, (expected.marginal,), period)
    row = frame[frame["manager_id"] == expected.manager].iloc[0]
    if row["left"] != row["right"]:
        raise Unpriced(
            f"{expected.printed}: the slope is {row['left']} on the left and {row['right']} on the right"
        )
    return float(row["right"])


def reference(case: Case, scheme: Scheme) -> Calculator:
    """The reference calculator's figures."""
    periods = case.plan.split(scheme.months)
    reckoned = reckon(scheme, case.rows, case.plan, case.base, periods)

    def figure(expected: Expectation) -> Fraction | float:
        if expected.marginal is not None:
            return _difference(case, scheme, expected)
        if expected.transaction is not None:
            person = case.credited(expected)
            value = reckoned.transaction(expected.line, expected.transaction, person)
        else:
            value = reckoned.value(expected.line, expected.manager, expected.period)
        if not isinstance(value, Fraction):
            raise Unpriced(f"{expected.printed}: {expected.line} is {value.status}")
        return value

    return figure


def _difference(case: Case, scheme: Scheme, expected: Expectation) -> Fraction:
    """A slope as an exact difference, which must be the same to both sides."""
    assert expected.period is not None
    months = Period.parse(expected.period).months
    spot, row = next(
        (at, row)
        for at, row in reversed(list(enumerate(case.rows.activity)))
        if (row.who, row.name) == (expected.manager, expected.marginal) and row.month in months
    )
    found = []
    for more in (-NUDGE, Fraction(0), NUDGE):
        activity = list(case.rows.activity)
        activity[spot] = replace(row, amount=row.amount + more)
        moved = replace(case.rows, activity=tuple(activity))
        reckoned = reckon(scheme, moved, case.plan, case.base, case.plan.split(scheme.months))
        found.append(reckoned.value(expected.line, expected.manager, expected.period))
    left, right = (found[1] - found[0]) / NUDGE, (found[2] - found[1]) / NUDGE
    if left != right:
        raise Unpriced(f"{expected.printed}: the slope is {left} on the left and {right} on the right")
    return right


def misses(case: Case, calculator: Callable[[Case, Scheme], Calculator], scheme: Scheme) -> list[str]:
    """What a calculator gets wrong, in sentences; an input it cannot use is one of them."""
    try:
        figure = calculator(case, scheme)
    except (PolicymodelError, Unpriced) as fault:
        return [str(fault)]
    found = []
    for expected in case.expected:
        try:
            found.append(expected.missed(figure(expected)))
        except (PolicymodelError, Unpriced) as fault:
            found.append(str(fault))
    return [each for each in found if each]
