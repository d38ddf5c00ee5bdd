"""Words as numbers: a column of many rows holds few different words, so each of these is looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def codes_of(words: pd.Series, known: Mapping[str, int]) -> NDArray[np.int64]:
    """The code of each word; -1 where it is not known, or there is none.

    >>> codes_of(pd.Series(["b", "a", "b", "c", None], dtype="str"), {"a": 0, "b": 1}).tolist()
    [1, 0, 1, -1, -1]
    """
    return Coded.of(words).known_as(known)


@dataclass(frozen=True)
class Coded:
    """Words as the code of each row and the words that the codes stand for."""

    codes: NDArray[np.int64]
    words: NDArray[np.object_]

    @classmethod
    def of(cls, words: Any) -> Coded:
        """Words, coded in the order in which they appear.

        >>> Coded.of(["b", "a", "b"]).codes.tolist()
        [0, 1, 0]
        """
        column = words if isinstance(words, pd.Series) else np.asarray(words, dtype=object)
        codes, different = pd.factorize(column, use_na_sentinel=False)
        return cls(codes.astype(np.int64, copy=False), np.asarray(different, dtype=object))

    def at(self, rows: Any) -> NDArray[np.object_]:
        """The words of some of the rows.

        >>> Coded.of(["b", "a", "b"]).at([2, 1]).tolist()
        ['b', 'a']
        """
        words: NDArray[np.object_] = self.words[self.codes[rows]]
        return words

    def known_as(self, known: Mapping[str, int]) -> NDArray[np.int64]:
        """The number of each row's word; -1 where it is not known.

        >>> Coded.of(["b", "a", "b"]).known_as({"b": 7}).tolist()
        [7, -1, 7]
        """
        return np.array([known.get(each, -1) for each in self.words], dtype=np.int64)[self.codes]

    def among(self, words: Iterable[str]) -> NDArray[np.bool_]:
        """The rows that hold one of some words; each different word is looked up once.

        >>> Coded.of(["b", "a", "b"]).among(["b"]).tolist()
        [True, False, True]
        """
        wanted = set(words)
        return np.array([each in wanted for each in self.words], dtype=bool)[self.codes]

    def called(self, words: Any) -> Coded:
        """The same rows with other words for the codes; several codes may now have one word.

        >>> Coded.of(["b", "a", "b"]).called(["x", "x"]).codes.tolist()
        [0, 0, 0]
        """
        different = Coded.of(words)
        return Coded(different.codes[self.codes], different.words)


def only_signs(data: NDArray[np.uint8], first: str, last: str) -> bool:
    """Whether all bytes of a text are signs from one to another; looked at in pieces that stay in the cache.

    >>> only_signs(np.frombuffer(b"2024", dtype=np.uint8), "0", "9")
    True
    """
    lowest, width = np.uint8(ord(first)), ord(last) - ord(first)
    pieces = (data[start : start + (1 << 16)] for start in range(0, data.size, 1 << 16))
    return not any((piece - lowest > width).any() for piece in pieces)
