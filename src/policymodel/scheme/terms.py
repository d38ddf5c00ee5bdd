"""The words every scheme file shares: titles, numbers with a source, rounding, the rule for targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict
from pydantic.dataclasses import dataclass as checked

RECORD = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Text:
    """A title or a sentence in each language, as the file gives it.

    >>> Text((("en", "Net new deposits"),)).within("zh-Hant")
    'Net new deposits'
    """

    languages: tuple[tuple[str, str], ...]

    def within(self, language: str) -> str:
        """The text in a language, or in the first one written."""
        return dict(self.languages).get(language, self.languages[0][1])


def _text(raw: Any) -> Any:
    if isinstance(raw, str) and raw.strip():
        return Text((("en", raw),))
    if (
        isinstance(raw, Mapping)
        and raw
        and all(isinstance(k, str) and isinstance(v, str) for k, v in raw.items())
    ):
        return Text(tuple(raw.items()))
    if isinstance(raw, Text):
        return raw
    raise ValueError("is no title; write a text, or {en: ..., zh-Hant: ...}")


@dataclass(frozen=True)
class Number:
    """A number as it was written, and the clause it comes from ("" where its line says so)."""

    value: Decimal
    source: str = ""


def _number(raw: Any) -> Any:
    if isinstance(raw, Number):
        return raw
    source = ""
    if isinstance(raw, Mapping):
        unknown = set(raw) - {"value", "source", "unit"}
        if unknown or "value" not in raw:
            raise ValueError("is no number; write 15, or {value: 15, source: S4.1.1}")
        source = str(raw.get("source", ""))
        raw = raw["value"]
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise ValueError(
            f"'{raw}' is no number; write digits without quotes, % or separators, for example 0.15"
        )
    number = Decimal(raw)
    if not number.is_finite():
        raise ValueError(f"'{raw}' is no finite number")
    return Number(number, source)


Title = Annotated[Text, BeforeValidator(_text)]
Figure = Annotated[Number, BeforeValidator(_number)]


@checked(frozen=True, kw_only=True, config=RECORD)
class RoundingRule:
    """To how many digits and what happens at a half; a scheme always says both."""

    digits: int
    mode: Literal["half_up", "half_even"]


@checked(frozen=True, kw_only=True, config=RECORD)
class TargetRule:
    """Where targets come from and how they are broken down and judged by time (S4.0, S6.4).

    `set_by` is `table` (rows of the targets table; a region's or an outlet's target is broken down) or `growth`
    (last year's actual x (1 + growth), or for an increment base x growth). `break_down: by_base` shares a region's
    target over outlets and then over managers in proportion to base and employed time, adding up exactly; without
    it each person's growth is counted from their own base. `without_base` says what a person with no positive base
    counts as: the mean base of the others, or none. `progress` is the time that has passed: calendar days or months.
    """

    set_by: Literal["table", "growth"]
    progress: Literal["calendar_days", "months"]
    source: str
    growth: Figure | None = None
    break_down: Literal["by_base"] | None = None
    without_base: Literal["mean", "none"] = "none"
