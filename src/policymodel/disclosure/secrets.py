"""The ids and names that a page must not hold, found in a text wherever they stand by themselves.

Every place of a text is hashed at once, so that a million characters are searched for any number of words in a
tenth of a second; what the hash points at is then compared letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

PREFIX = 8
"""Letters that are hashed; the rest of a longer word is compared."""

BASE, MIX, BITS = np.uint64(1_000_003), np.uint64(0x9E3779B97F4A7C15), 22
SHORTEST_NUMBER, SHORTEST_WORD, SHORTEST_HAN = 5, 3, 2
HAN = 0x2E80
"""From here on signs are written without spaces between words."""

SPACES = re.compile(r"[^\S\n]+")
SIGNS = re.compile(r"[^\x00-\x7f]")
HASHES = re.compile(r"\b[0-9a-f]{32,}\b|sha(?:256|384|512)-[a-z0-9+/_-]{43,}=*")
MOMENTS = re.compile(r"\b\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d+)?")


def plain(text: str) -> str:
    """A text without what only changes its looks: case, width, accents, invisible signs, kinds of space.

    >>> plain("ＥＭＰ\\u200b－０７"), plain("José\\u00a0 Núñez")
    ('emp-07', 'jose nunez')
    """
    if not text.isascii():
        text = SIGNS.sub(_visible, unicodedata.normalize("NFKD", text))
    return SPACES.sub(" ", text.replace("\0", "").casefold())


def _visible(sign: re.Match[str]) -> str:
    return "" if unicodedata.category(sign[0]) in ("Mn", "Cf", "Me") else sign[0]


class Secrets:
    """Words by what they are ("the id of a manager"), which a page must not hold.

    Words that `public` holds, which is all a page says before it knows anybody, and words too short to be told
    from a figure or a syllable are `ordinary`: they are not searched for in running text, only where a column or a
    field says that it is about persons.

    >>> known = Secrets({"the id of a manager": ["0010001", "7"], "the name of a manager": ["Grace Chan"]})
    >>> [(what, "0010001: GRACE CHAN"[start:end]) for start, end, what in known.found_in("0010001: GRACE CHAN")]
    [('the id of a manager', '0010001'), ('the name of a manager', 'GRACE CHAN')]
    >>> sorted(known.ordinary)
    ['7']
    """

    def __init__(self, words: Mapping[str, Iterable[str]], public: str = "") -> None:
        self.what: dict[str, str] = {}
        self.ordinary: dict[str, str] = {}
        for what, each in words.items():
            for word in each:
                for form in forms(word):
                    (self.what if searchable(form) else self.ordinary).setdefault(form, what)
        said = plain(public)
        for start, end, _ in list(self.found_in(said, plainly=True)):
            word = said[start:end]
            if word in self.what:
                self.ordinary[word] = self.what.pop(word)
        self.__dict__.pop("_lengths", None)
        self.__dict__.pop("_bloom", None)

    def __len__(self) -> int:
        return len(self.what) + len(self.ordinary)

    @cached_property
    def _lengths(self) -> dict[str, set[int]]:
        """For each beginning of a word, how long the words are that begin so."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self.what:
            lengths[word[:PREFIX]].add(len(word))
        return dict(lengths)

    @cached_property
    def _bloom(self) -> dict[int, NDArray[np.bool_]]:
        """For each length of a beginning, which hashes there are."""
        by_length: dict[int, list[str]] = defaultdict(list)
        for beginning in self._lengths:
            by_length[len(beginning)].append(beginning)
        tables = {}
        for length, beginnings in by_length.items():
            table = np.zeros(1 << BITS, dtype=np.bool_)
            table[hashed(codes("".join(beginnings)), length)[::length]] = True
            tables[length] = table
        return tables

    def found_in(self, text: str, *, plainly: bool = False) -> Iterator[tuple[int, int, str]]:
        """Where a word stands by itself in a text, and what it is; places are those of the `plain` text."""
        said = text if plainly else plain(text)
        said = MOMENTS.sub(_blank, HASHES.sub(_blank, said)) if len(said) > 18 else said
        letters = codes(said)
        for length, table in self._bloom.items():
            if len(said) < length:
                continue
            for start in np.flatnonzero(table[hashed(letters, length)]).tolist():
                for whole in self._lengths.get(said[start : start + length], ()):
                    word = said[start : start + whole]
                    # at the end of a text a longer word is cut to what may be a shorter one
                    there = len(word) == whole and word in self.what
                    if there and stands_alone(said, start, start + whole):
                        yield start, start + whole, self.what[word]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def forms(word: str) -> Iterator[str]:
    """A word as it is searched for; a name of two parts also with the family name first."""
    form = plain(word).strip()
    yield form
    parts = form.split(" ")
    if len(parts) == 2 and all(part[0].isalpha() and ord(part[0]) < HAN for part in parts):
        yield f"{parts[1]} {parts[0]}"
        yield f"{parts[1]}, {parts[0]}"


def searchable(word: str) -> bool:
    """Whether a word can be told from a figure or a syllable.

    >>> searchable("2025"), searchable("20251"), searchable("Al"), searchable("王明")
    (False, True, False, True)
    """
    if word.isdigit():
        return len(word) >= SHORTEST_NUMBER
    return len(word) >= (SHORTEST_HAN if all(ord(each) >= HAN for each in word) else SHORTEST_WORD)


def codes(text: str) -> NDArray[np.uint64]:
    """The letters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def hashed(letters: NDArray[np.uint64], length: int) -> NDArray[np.int64]:
    """A number below 2^22 for every run of so many letters."""
    size = max(letters.size - length + 1, 0)
    number = np.zeros(size, dtype=np.uint64)
    for place in range(length):
        number = number * BASE + letters[place : place + size]
    return ((number * MIX) >> np.uint64(64 - BITS)).astype(np.int64)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what stands there is a word, and no part of a longer word or number.

    >>> [stands_alone("id20251 120251 3.20251", at, at + 5) for at in (2, 9, 17)]
    [True, False, False]
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    if _joined(before, text[start]) or _joined(text[end - 1], after):
        return False
    if not text[start:end].isdigit():
        return True
    fraction = before == "." and text[start - 2 : start - 1].isdigit()
    whole = after == "." and text[end + 1 : end + 2].isdigit() and text[start] != "0"
    return not (fraction or whole)


def _joined(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one.isdigit() or other.isdigit():
        return one.isdigit() and other.isdigit()
    return one.isalpha() and other.isalpha() and ord(one) < HAN and ord(other) < HAN
