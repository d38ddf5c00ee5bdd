"""What the parts of a mapping are written in: texts, files, dates, currencies, and the words for people."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from policymodel.history.files import SUFFIXES
from policymodel.history.parsing import TRAVELS
from policymodel.periods import Period


def _written(value: Any) -> Any:
    """A plain number or yes/no of the mapping as the text it stands for; text stays text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | Decimal) else value


def _inside(value: Any) -> Any:
    """A file name or pattern that stays inside the folder of history."""
    text = _written(value)
    if not isinstance(text, str):
        return text
    if TRAVELS.search(text) or re.match(r"[/\\]|[A-Za-z]:", text):
        raise ValueError(f"'{text}' leaves the folder of history; name a file inside it")
    if not text.lower().endswith(SUFFIXES):
        raise ValueError(f"'{text}' is no kind of table; use a file ending in {', '.join(SUFFIXES)}")
    return text


def _template(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(
        r"[^A-Z]*(YYYY|MM?|DD?)([^A-Z]*(YYYY|MM?|DD?))+[^A-Z]*", value
    ):
        raise ValueError(
            f"'{value}' is no way to write a date or month; write for example DD.MM.YYYY or YYYY/M"
        )
    return value


def _currency(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch("[A-Z]{3}", value):
        raise ValueError(f"'{value}' is no currency; write three capital letters such as CNY")
    return value


def _period(value: Any) -> Any:
    return Period.parse(_written(value)) if not isinstance(value, dict | list) else value


Written = Annotated[str, BeforeValidator(_written)]
Template = Annotated[str, BeforeValidator(_template)]
FileName = Annotated[str, BeforeValidator(_inside)]
Currency = Annotated[str, BeforeValidator(_currency)]
Span = Annotated[Period | None, BeforeValidator(_period)]


class Settings(BaseModel):
    """A part of a mapping: unknown names are refused, and nothing is changed once it is read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Words(Settings):
    """A text in the languages of the pages; English is the one that is always there."""

    en: str
    zh_hant: str | None = Field(None, alias="zh-Hant")
    zh_hans: str | None = Field(None, alias="zh-Hans")

    def by_language(self) -> dict[str, str]:
        """The texts that were written, by language tag."""
        return {tag: text for tag, text in self.model_dump(by_alias=True).items() if text is not None}
