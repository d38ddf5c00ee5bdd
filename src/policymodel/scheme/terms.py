"""The words every scheme file shares: titles, numbers with a source, rounding, the rule for targets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.biography import Number
from policymodel.scheme.texts import Text, read_text
from policymodel.scheme.written import read_number

__all__ = ["RECORD", "Figure", "Number", "RoundingRule", "TargetRule", "Text", "Title"]

RECORD = ConfigDict(extra="forbid", defer_build=True)
"""What every kind is checked by; its checks are prepared when a file first uses it, since few files use many kinds."""

Title = Annotated[Text, BeforeValidator(read_text)]
Figure = Annotated[Number, BeforeValidator(read_number)]


@checked(frozen=True, kw_only=True, config=RECORD)
class RoundingRule:
    """To how many digits, and how: at a half away from zero or to the even digit, always down, or always up.

    Down is towards zero, as in "for every full 10,000"; up is away from it. Negative digits round to tens, hundreds …
    """

    digits: Annotated[int, Field(strict=True, ge=-9, le=9)]
    mode: Literal["half_up", "half_even", "down", "up"]


@checked(frozen=True, kw_only=True, config=RECORD)
class TargetRule:
    """Where targets come from and how they are broken down and judged by time (S4.0, S6.4).

    `set_by` is `table` (rows of the targets table; a region's or an outlet's target is broken down) or `growth`
    (last year's actual x (1 + growth), or for an increment base x growth). `break_down: by_base` shares a
    region's target over outlets and then over managers in proportion to base and employed time, adding up
    exactly; without it each person's growth is counted from their own base. `without_base` says what a person
    with no positive base counts as: the mean base of the others, or none. `progress` is the time that has
    passed: calendar days or months.
    """

    set_by: Literal["table", "growth"]
    progress: Literal["calendar_days", "months"]
    source: str
    growth: Figure | None = None
    break_down: Literal["by_base"] | None = None
    without_base: Literal["mean", "none"] = "none"
