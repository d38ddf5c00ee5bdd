"""A sentence before it has chosen its language.

A claim is computed once and read in every language of the page: it is a message of the catalogue and the values
that go into it, each of which knows how its language writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

from babel.lists import format_list

from policymodel.words.catalogues import LOCALES, SOURCE_LANGUAGE, translate, translate_plural


@runtime_checkable
class Words(Protocol):
    """Anything that can be written in a language."""

    def render(self, language: str) -> str:
        """The text in this language."""


Value: TypeAlias = Words | str


def render(value: Value, language: str) -> str:
    """The text of a value; plain text (a code, a name from the data) is the same in every language."""
    return value if isinstance(value, str) else value.render(language)


@dataclass(frozen=True)
class Sentence:
    """A message of the catalogue and its values; with a `many`, the `count` decides which is read.

    >>> Sentence("{count} person", {"count": "2"}, many="{count} people", count=2).render("en")
    '2 people'
    """

    message: str
    values: Mapping[str, Value] = field(default_factory=dict)
    many: str = ""
    count: int = 0

    def render(self, language: str) -> str:
        """The sentence in this language."""
        values = {name: render(value, language) for name, value in self.values.items()}
        if self.many:
            return translate_plural(self.message, self.many, self.count, language, **values)
        return translate(self.message, language, **values)


@dataclass(frozen=True)
class Text:
    """Text that a person wrote in a file, in one language or in several; never looked up in a catalogue.

    >>> Text({"en": "Proposal A", "zh-Hant": "方案甲"}).render("zh-Hant")
    '方案甲'
    >>> Text({"en": "Proposal A"}).render("zh-Hant")
    'Proposal A'
    """

    texts: Mapping[str, str]

    def render(self, language: str) -> str:
        """The text in this language; else in English; else in whatever it was written in."""
        for known in (language, SOURCE_LANGUAGE):
            if known in self.texts:
                return self.texts[known]
        return next(iter(self.texts.values()), "")


@dataclass(frozen=True)
class Listing:
    """Several values as a list in a sentence: a, b and c.

    >>> Listing(("red", "blue")).render("en")
    'red and blue'
    """

    values: tuple[Value, ...]

    def render(self, language: str) -> str:
        """The list in this language."""
        parts = [render(each, language) for each in self.values]
        # Between figures the Chinese "and" would run into the digits.
        return (
            "、".join(parts)
            if language.startswith("zh")
            else str(format_list(parts, locale=LOCALES[language]))
        )


@dataclass(frozen=True)
class Series:
    """Many values one after the other, which may hold commas themselves.

    >>> Series(("a, b", "c")).render("en")
    'a, b; c'
    """

    values: tuple[Value, ...]

    def render(self, language: str) -> str:
        """The series in this language."""
        return ("；" if language.startswith("zh") else "; ").join(
            render(each, language) for each in self.values
        )


@dataclass(frozen=True)
class Passage:
    """Sentences that follow each other.

    >>> Passage((say("Nobody loses."), say("Nobody gains."))).render("en")
    'Nobody loses. Nobody gains.'
    """

    sentences: tuple[Value, ...]

    def render(self, language: str) -> str:
        """One paragraph: Chinese sets no space between sentences."""
        space = "" if language.startswith("zh") else " "
        return space.join(render(each, language) for each in self.sentences)


def say(message: str, /, **values: Value) -> Sentence:
    """A sentence of the catalogue; the message is written out here, so that a test finds it.

    >>> say("{count} people", count="3").render("en")
    '3 people'
    """
    return Sentence(message, values)


def say_many(one: str, many: str, number: int, /, **values: Value) -> Sentence:
    """A sentence that counts something; see `say`.

    >>> say_many("{count} person", "{count} people", 1, count="1").render("en")
    '1 person'
    """
    return Sentence(one, values, many=many, count=number)


def passage(sentences: Iterable[Value | None]) -> Passage:
    """The sentences that there are, in order."""
    return Passage(tuple(each for each in sentences if each is not None))
