"""Every sentence of a page is in every language, and says the same there."""

from __future__ import annotations

import string
import warnings
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from policymodel.words.catalogues import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    MissingTranslation,
    catalogue_file,
    translate,
)
from words.messages import in_notebooks, in_source

OTHERS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


@cache
def entries(language: str) -> dict[str, Message]:
    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    return {each.id[0] if isinstance(each.id, tuple) else each.id: each for each in catalogue if each.id}


@cache
def said() -> dict[str, str]:
    return in_source() | dict.fromkeys(in_notebooks(), "")


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language):
    known = entries(language)
    missing = [
        message
        for message in said()
        if message not in known or not all(strings(known[message])) or known[message].fuzzy
    ]

    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language):
    """A sentence that nobody says any more would be translated again and again."""
    assert sorted(set(entries(language)) - set(said())) == []


@pytest.mark.parametrize("language", OTHERS)
def test_counting_messages_stay_counting(language):
    known = entries(language)
    wrong = [
        message
        for message, plural in said().items()
        if (known[message].id != (message, plural) if plural else known[message].id != message)
    ]

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_same_places(language):
    """A translation that drops a place drops a figure."""
    known = entries(language)
    wrong = [
        (message, translation)
        for message, plural in said().items()
        for translation in strings(known[message])
        if places(translation) != places(plural or message)
    ]

    assert wrong == []


def test_singular_and_plural_have_the_same_places():
    wrong = [
        message for message, plural in in_source().items() if plural and places(message) != places(plural)
    ]

    assert wrong == []


def test_notebooks_have_text():
    """If the notebooks moved, the tests above would pass on nothing."""
    assert len(in_notebooks()) >= 8
    assert len(in_source()) > 150


def test_a_missing_translation_is_shown_in_english_and_warned_of():
    with pytest.warns(MissingTranslation, match="no zh-Hant translation of 'nobody says this'"):
        assert translate("nobody says this", "zh-Hant") == "nobody says this"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("不設", "去年同期（同比）", "存款：上限由不設改為去年同期（同比）。理由：試。"),
        ("0.5%", "Q3", "存款：上限由 0.5% 改為 Q3。理由：試。"),
    ],
)
def test_chinese_sets_a_space_beside_figures_and_none_between_characters(before, after, expected):
    message = "{line}: {setting}, from {before} to {after}, because {because}."
    values = {"line": "存款", "setting": "上限", "because": "試"}

    assert translate(message, "zh-Hant", before=before, after=after, **values) == expected


def test_english_needs_no_catalogue():
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert translate("nobody says {this}", "en", this="that") == "nobody says that"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'fr' is no language of the pages; they speak en, zh-Hant"):
        translate("Total", "fr")
