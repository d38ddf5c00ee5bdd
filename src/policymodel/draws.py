"""Chance, keyed and not sequential: the only maker of random generators."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draws:
    """Generators named by what is drawn, so results depend on no order, chunk or worker.

    >>> a = Draws(0).generator("ability", block=3).standard_normal()
    >>> b = Draws(0).generator("ability", block=3).standard_normal()
    >>> bool(a == b)
    True
    """

    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"a seed is a whole number from 0; {self.seed} is not")

    def generator(self, stream: str, draw: int = 0, block: int = 0) -> np.random.Generator:
        """The generator of one stream (a word), one draw and one block of rows."""
        key = np.random.SeedSequence([self.seed, draw, block, zlib.crc32(stream.encode("utf-8"))])
        return np.random.Generator(np.random.Philox(key))
