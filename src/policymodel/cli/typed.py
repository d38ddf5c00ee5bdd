"""What is typed after policymodel solve: numbers, ranges, limits, files; and the facts it is asked of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from policymodel.cli.facts import panel_of, people_of, periods_of
from policymodel.cli.remarks import facts_for
from policymodel.documents import read_yaml
from policymodel.errors import InputError, Problem, SchemeError
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.changes import is_change_file
from policymodel.scheme.files import beside
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

LARGEST = Decimal(10) ** 13
"""More than this is not counted to the cent."""


@dataclass(frozen=True)
class Facts:
    """Where the facts are, and which of them."""

    history: Path
    mapping: Path | None
    plan_year: str
    base_year: str
    plan: str

    def panel(self, schemes: list[Scheme]) -> tuple[Panel, Period]:
        """The people and the year."""
        panel, year = panel_of(facts_for(schemes, self.history, self.mapping), self.plan_year, self.base_year)
        return people_of(panel, self.plan, periods_of(schemes[-1], year)), year


def check_together(frontier: bool, given: dict[str, Any]) -> None:
    """Refuse options that mean nothing without a frontier."""
    lonely = [name for name, value in given.items() if value]
    if lonely and not frontier:
        raise InputError(
            lonely[0], [Problem("", "means nothing without --frontier", "add it, or leave this out")]
        )


def check_files(picture: Path | None, designs: Path | None) -> None:
    """Refuse a picture or a folder that cannot be written before anything is computed."""
    if picture is not None and picture.suffix.lower() != ".png":
        raise InputError(str(picture), [Problem("", f"'{picture.suffix}' is no picture we draw", "use .png")])
    if picture is not None and not picture.resolve().parent.is_dir():
        raise InputError(str(picture), [Problem("", f"there is no folder {picture.parent}")])
    if designs is not None and designs.is_file():
        raise InputError(str(designs), [Problem("", "is a file", "name a folder")])


def limit_of(written: str, option: str) -> float | None:
    """A limit as typed; None where there is none."""
    return float(number_of(written, option)) if written else None


def named(number: list[str] | None, scale: list[str] | None, frontier: bool) -> list[str]:
    """The numbers asked for, by address: single ones, or those that are scaled."""
    if frontier and scale:
        raise InputError(
            "--scale", [Problem("", "a frontier is tried over numbers", "name them with --number")]
        )
    if bool(number) == bool(scale):
        what = "both are given" if number else "neither is given"
        right = "name one number with --number, or one or more to scale with --scale"
        raise InputError("--number, --scale", [Problem("", what, right)])
    return [*(number or ()), *(scale or ())]


def ends_of(between: str) -> tuple[Decimal, Decimal]:
    """Both ends of a range written LOW..HIGH.

    >>> ends_of("0.01..0.05")
    (Decimal('0.01'), Decimal('0.05'))
    """
    low, dots, high = between.partition("..")
    if not dots:
        raise InputError(
            "--between", [Problem("", f"'{between}' has no two ends", "write LOW..HIGH, such as 0.01..0.05")]
        )
    return number_of(low, "--between"), number_of(high, "--between")


def share_of(written: str) -> Decimal:
    """A share of the budget as typed."""
    share = number_of(written, "--within")
    if not 0 <= share <= 1:
        raise InputError("--within", [Problem("", f"'{written}' is no share", "write one from 0 to 1")])
    return share


def number_of(written: str, option: str) -> Decimal:
    """A number as typed, not too large to be counted to the cent."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST:
        right = "write digits, such as 1250000.50"
        raise InputError(option, [Problem("", f"'{written}' is no number that can be counted", right)])
    return number


def check_out(out: Path | None, formats: Iterable[str]) -> None:
    """Refuse a file we cannot write before anything is computed."""
    if out is None:
        return
    known = list(formats)
    if out.suffix.lower() not in known:
        raise InputError(
            str(out), [Problem("", f"'{out.suffix}' is not written here", f"use {', '.join(known)}")]
        )
    if not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])


def base_of(scheme: Path) -> Scheme | None:
    """The base of a change file; None for a scheme that stands by itself."""
    raw = read_yaml(scheme, SchemeError)
    return read_scheme(beside(scheme, raw["base"])) if is_change_file(raw) else None
