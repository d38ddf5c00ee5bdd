"""Titles and sentences that a person wrote in a file, in one language or in several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def read_text(raw: Any) -> Text:
    """A text as a file writes it; a ValueError where it is none.

    >>> read_text({"en": "Cards", "zh-Hant": "新增靈通卡"}).within("zh-Hant")
    '新增靈通卡'
    """
    if isinstance(raw, Text):
        return raw
    if isinstance(raw, str) and raw.strip():
        return Text((("en", raw),))
    if (
        isinstance(raw, Mapping)
        and raw
        and all(isinstance(k, str) and isinstance(v, str) for k, v in raw.items())
    ):
        return Text(tuple(raw.items()))
    raise ValueError("is no title; write a text, or {en: ..., zh-Hant: ...}")
