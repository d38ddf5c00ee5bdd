"""Reading a worked example: a small YAML file with a history, the working on paper, and what must come out.

It imports nothing of the package, so that an example can be checked without what it checks.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from operator import add, mul, neg, sub, truediv
from pathlib import Path
from shutil import copytree
from typing import Any

import yaml

SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-"})
OPERATIONS: dict[type, Callable[..., Fraction]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}
CHOICES: dict[str, Callable[..., Fraction]] = {"min": min, "max": max}
UNCOUNTED = ("absent", "not applicable")


class Text(yaml.BaseLoader):
    """Every scalar stays the text it is (0.285 is not a float yet), and two equal keys are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"{node.start_mark}: written twice: {', '.join(sorted(twice))}")
        return super().construct_mapping(node, deep=deep)


def exact(expected: str) -> Fraction | str:
    """What is expected as a fraction, or the word that stands for no figure."""
    return expected if expected in UNCOUNTED else calculate(expected)


def calculate(expression: str) -> Fraction:
    """The exact value of a line of arithmetic: + − × ÷, brackets, min and max of written numbers, nothing else.

    >>> calculate("90 ÷ 100 × 15")
    Fraction(27, 2)
    >>> calculate("max(0.1 + 0.2, −1)")
    Fraction(3, 10)
    """

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant():
                return Fraction(source[node.col_offset : node.end_col_offset])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return neg(value(operand))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATIONS:
                return OPERATIONS[type(op)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=[_, _, *_] as args, keywords=[]) if name in CHOICES:
                return CHOICES[name](*map(value, args))
        raise ValueError(f"'{expression}' is no plain arithmetic")

    source = expression.translate(SIGNS).strip()
    try:
        tree = ast.parse(source.encode("ascii"), mode="eval")
    except (SyntaxError, UnicodeEncodeError) as error:
        raise ValueError(f"'{expression}' is no plain arithmetic") from error
    return value(tree.body)


def rounded(value: Fraction, digits: int) -> Decimal:
    """Half-up, away from zero at exactly one half, as the schemes say.

    >>> rounded(Fraction("376.245"), 2), rounded(Fraction("-0.005"), 2)
    (Decimal('376.25'), Decimal('-0.01'))
    """
    exact = abs(value) * 10**digits
    whole = int(exact + Fraction(1, 2))
    size = Decimal(whole).scaleb(-digits)
    return (-size if value < 0 else size).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def check_chain(chain: str) -> Fraction:
    """Walk `a = b ≈ c`: equals must be equal, ≈ must be the rounding to the digits written; the last value.

    >>> check_chain("2 ÷ 3 × 10 = 20 ÷ 3 ≈ 6.67")
    Fraction(667, 100)
    """
    first, *rest = re.split(r"([=≈])", chain)
    before = calculate(first)
    for sign, text in zip(rest[::2], rest[1::2], strict=True):
        after = calculate(text)
        digits = len(text.strip().partition(".")[2])
        right = before if sign == "=" else Fraction(rounded(before, digits))
        if after != right:
            raise ValueError(f"'{chain.strip()}': {text.strip()} should be {right}")
        before = after
    return before


def by_month(figures: dict[str, str | list[str]]) -> Iterator[tuple[str, str]]:
    """Figures written by month, or three at a time by quarter.

    >>> list(by_month({"2024-12": "5", "2025-Q1": ["1", "2", "3"]}))
    [('2024-12', '5'), ('2025-01', '1'), ('2025-02', '2'), ('2025-03', '3')]
    """
    for period, figure in figures.items():
        if isinstance(figure, str):
            yield period, figure
        else:
            year, _, quarter = period.partition("-Q")
            for month, each in zip(range(int(quarter) * 3 - 2, int(quarter) * 3 + 1), figure, strict=True):
                yield f"{year}-{month:02d}", each


def days_between(first: str, last: str) -> Iterator[str]:
    """Every day from one to another.

    >>> list(days_between("2024-02-28", "2024-03-01"))
    ['2024-02-28', '2024-02-29', '2024-03-01']
    """
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.isoformat()
        day += timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One worked example as written; `file` says which."""

    file: Path
    written: dict[str, Any]

    @property
    def periods(self) -> list[str]:
        """The periods worked out, one or several."""
        period = self.written["period"]
        return [period] if isinstance(period, str) else list(period)

    @property
    def as_of(self) -> date | None:
        """The day on which things stand, inside the period."""
        return date.fromisoformat(self.written["as_of"]) if "as_of" in self.written else None

    @property
    def scheme(self) -> Path:
        """The scheme file; its path is relative to the example."""
        return self.file.parent.joinpath(self.written["scheme"]).resolve()

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """The canonical tables, every cell as text; a figure written `absent` is a blank cell."""
        history = self.written["history"]
        activity = [
            {
                "manager_id": who,
                "measure": measure,
                "month": month,
                "actual": "" if actual == "absent" else actual,
            }
            for who, measures in history.get("activity", {}).items()
            for measure, figures in measures.items()
            for month, actual in by_month(figures)
        ]
        targets = [
            {**unit, "measure": measure, "target": target}
            for row in history.get("targets", [])
            for unit in [{name: row[name] for name in ("level", "unit_id", "period")}]
            for measure, target in row.items()
            if measure not in unit
        ]
        income = [
            {
                "client_id": row["client_id"],
                "manager_id": row["manager_id"],
                "month": month,
                "line": line,
                "currency": row.get("currency", "CNY"),
                "amount": amount,
                "basis": row.get("basis", ""),
            }
            for row in history.get("client_income", [])
            for line, figures in row.items()
            if line not in ("client_id", "manager_id", "currency", "basis")
            for month, amount in by_month(figures)
        ]
        rates = [
            {"currency": currency, "month": month, "average": average, "period_end": at_end}
            for currency, rate in history.get("fx", {}).items()
            for (month, average), (_, at_end) in zip(
                *(by_month(rate[name]) for name in ("average", "period_end")), strict=True
            )
        ]
        return {
            "managers": history["managers"],
            "activity": activity,
            "targets": targets,
            "events": history.get("events", []),
            "client_income": income,
            "fx": rates,
            "client_forecasts": [
                {"client_id": row["client_id"], "line": line, "period": row["period"], "growth": growth}
                for row in history.get("client_forecasts", [])
                for line, growth in row.items()
                if line not in ("client_id", "period")
            ],
            "calendar": [
                {"date": day, "working": "yes" if day in history["calendar"]["working"] else "no"}
                for day in days_between(history["calendar"]["from"], history["calendar"]["to"])
            ]
            if "calendar" in history
            else [],
        }

    def person(self, key: str) -> tuple[str, str]:
        """Whom and when a heading means: "m1" in the only period, or "m1 2025-Q2"."""
        manager, _, period = key.partition(" ")
        return manager, period or self.periods[0]

    def expected(self) -> Iterator[tuple[str, str, str, str]]:
        """Manager, period, item, expected text."""
        for key, items in self.written["expect"].items():
            for item, text in items.items():
                yield *self.person(key), item, text

    def results(self) -> dict[tuple[str, str, str], Fraction | str]:
        """What the working on paper arrives at, by manager, period and label; every line is recomputed."""
        found: dict[tuple[str, str, str], Fraction | str] = {}
        for key, lines in self.written["arithmetic"].items():
            for line in lines:
                label, _, chain = line.partition(":")
                place = (*self.person(key), label.strip())
                if place in found:
                    raise ValueError(f"{self.file.name}: {key}: '{label}' is worked out twice")
                prose = not re.search("[=≈]", chain)
                found[place] = chain.strip() if prose else check_chain(chain)
        return found


def read_case(file: Path) -> Case:
    """Read one example."""
    return Case(file, yaml.load(file.read_text(encoding="utf-8"), Loader=Text))


def write_scheme(case: Case, folder: Path) -> Path:
    """The scheme's file as it is, with the example's own `targets`, or a change file with the example's changes."""
    if not {"targets", "changes"} & case.written.keys():
        return case.scheme
    for name in {"schemes", case.scheme.parent.name}:
        copytree(case.scheme.parents[1] / name, folder / name)
    path = folder / case.scheme.parent.name / case.scheme.name
    if "targets" in case.written:
        base, scheme = path, yaml.load(path.read_text(encoding="utf-8"), Loader=Text)
        while "base" in scheme:
            base = base.parent / scheme["base"]
            scheme = yaml.load(base.read_text(encoding="utf-8"), Loader=Text)
        base.write_text(in_one_line(scheme | {"targets": case.written["targets"]}), encoding="utf-8")
        return path
    about = {"id": "by_hand", "title": "By hand", "author": "HR", "because": "by hand"}
    changes = [change | {"because": "by hand"} for change in case.written["changes"]]
    base_of = {"base": f"{case.scheme.parent.name}/{case.scheme.name}"}
    example = folder / "example.yaml"
    example.write_text(in_one_line(about | base_of | {"changes": changes}), encoding="utf-8")
    return example


def in_one_line(raw: Any) -> str:
    """A document whose cells are all text, as YAML: what looks like a number is one.

    >>> in_one_line({"mix": {"equal": "0.3"}, "title": "a: b", "cap": "null"})
    '{mix: {equal: 0.3}, title: "a: b", cap: null}'
    """
    if isinstance(raw, dict):
        return "{" + ", ".join(f"{name}: {in_one_line(each)}" for name, each in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(map(in_one_line, raw)) + "]"
    plain = re.fullmatch(r"-?[0-9.]+|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z_.]+", raw)
    return raw if plain else json.dumps(raw)
