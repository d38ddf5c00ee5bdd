"""Words as numbers: a column of many rows holds few different words, so each of these is looked up once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def codes_of(words: pd.Series, known: Mapping[str, int]) -> NDArray[np.int64]:
    """The code of each word; -1 where it is not known, or there is none.

    >>> codes_of(pd.Series(["b", "a", "b", "c", None], dtype="str"), {"a": 0, "b": 1}).tolist()
    [1, 0, 1, -1, -1]
    """
    at, different = pd.factorize(words)
    code = np.array([*(known.get(each, -1) for each in different), -1], dtype=np.int64)
    return np.asarray(code[at], dtype=np.int64)
