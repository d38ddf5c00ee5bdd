"""The catalogues: every sentence of a page, once in English and once in each other language.

A message is its own English text. The other languages are gettext catalogues below `locale/`, read as text
(no compiled files to forget) once in a process. A message that a catalogue does not hold is shown in English
with a warning, and a warning of this package is an error in its tests: a page is never half translated by
accident, and a bank that adds a paragraph of its own to a notebook still gets its page.
"""

from __future__ import annotations

import gettext
import io
import re
import warnings
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
LOCALES = {"en": "en", "zh-Hant": "zh_Hant_TW", "zh-Hans": "zh_Hans_CN"}
ENDONYMS = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
LANGUAGES = tuple(LOCALES)
CHARACTER, LATIN = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z0-9%+\u2212]")
WIDE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
FOLDER = Path(__file__).with_name("locale")


class MissingTranslation(UserWarning):
    """A message that the catalogue of a language does not hold; it is shown in English."""


class _Missing(gettext.NullTranslations):
    """What answers when a catalogue does not know a message."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        self._warn(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self._warn(msgid1)
        return msgid1 if n == 1 else msgid2

    def _warn(self, message: str) -> None:
        warnings.warn(f"no {self.language} translation of {message!r}", MissingTranslation, stacklevel=1)


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "policymodel.po"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, read once; English needs none."""
    if language not in LOCALES:
        raise ValueError(f"'{language}' is no language of the pages; they speak {', '.join(LANGUAGES)}")
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with catalogue_file(language).open("rb") as written:
        write_mo(compiled, read_po(written, abort_invalid=True))
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(_Missing(language))
    return translations


def translate(message: str, language: str, /, **values: object) -> str:
    """The message in a language, with its named places filled.

    >>> translate("## Who gains and who loses?", "en")
    '## Who gains and who loses?'
    >>> translate("## Who gains and who loses?", "zh-Hant")
    '## 誰得益，誰受損？'
    >>> translate("## Who gains and who loses?", "zh-Hans")
    '## 谁受益，谁受损？'
    """
    return _filled(catalogue(language).gettext(message), language, values)


def translate_plural(one: str, many: str, count: int, language: str, /, **values: object) -> str:
    """The message for one or the message for many, as the language counts.

    >>> one, many = "{count} score was cut off at a floor or a cap.", "{count} scores were cut off at a floor or a cap."
    >>> translate_plural(one, many, 1, "en", count=1)
    '1 score was cut off at a floor or a cap.'
    >>> translate_plural(one, many, 3, "zh-Hant", count=3)
    '3 個得分被上下限截斷。'
    """
    return _filled(catalogue(language).ngettext(one, many, count), language, values)


def _filled(text: str, language: str, values: dict[str, object]) -> str:
    """The text with its values; Chinese sets a space where a value in figures or Latin letters meets a character, none
    between two characters, whatever the value turns out to be."""
    if not values or not language.startswith("zh"):
        return text.format_map(values) if values else text
    filled = ""
    for literal, name in _pieces(text):
        filled = _joined(filled, literal)
        if name is not None:
            filled = _joined(filled, str(values[name]))
    return filled


@lru_cache(maxsize=1 << 12)
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    """What stands before each named place of a text, and its name; None after the last."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(text))


def _joined(before: str, after: str) -> str:
    left, right = before.rstrip(" "), after.lstrip(" ")
    if not left or not right:
        return before + after
    ends, begins = left[-1], right[0]
    if WIDE.match(ends) and WIDE.match(begins):
        return left + right
    if (CHARACTER.match(ends) and LATIN.match(begins)) or (LATIN.match(ends) and CHARACTER.match(begins)):
        return f"{left} {right}"
    return before + after
