"""Money in minor units, and the one place that rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

NOISE = 1e-9
"""What a figure worked out in floats may miss its value on paper by."""
BLOCK = 32_768
"""Values rounded at a time, so that they stay in the cache."""


@dataclass(frozen=True)
class Rounding:
    """To how many digits, and what happens at exactly one half; or always towards zero (down), or away from it (up).

    A half is recognised within a billionth, and within a ten-millionth of the last digit kept: 1.005 is stored a
    hair below its written value and must still round up, as it does on paper.

    >>> Rounding(2, "half_up").apply([1.005, -1.005, 2.675])
    array([ 1.01, -1.01,  2.68])
    >>> Rounding(2, "half_even").apply([1.005, 1.015])
    array([1.  , 1.02])
    >>> Rounding(0, "down").apply([7.9, -7.9, 8.0]), Rounding(-1, "up").apply([7.9, 10.0])
    (array([ 7., -7.,  8.]), array([10., 10.]))
    """

    digits: int
    mode: Literal["half_up", "half_even", "down", "up"]

    def to_minor(self, values: ArrayLike) -> NDArray[np.int64]:
        """Whole numbers of the last digit kept (cents, for two digits); values must be finite."""
        number = np.asarray(values, dtype=np.float64)
        minor = np.empty(number.shape, dtype=np.int64)
        self._fill(number, minor.reshape(-1))
        return minor[()]

    def apply(self, values: ArrayLike) -> NDArray[np.float64]:
        """The rounded values; what is not finite stays as it is, and so does what floats hold in whole units only."""
        number = np.asarray(values, dtype=np.float64)
        rounded = np.empty(number.shape)
        self.apply_into(rounded, number)
        return rounded[()]

    def apply_into(self, out: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """The rounded values, written into an array of the same shape that lies in one piece; it may be theirs."""
        largest = 2.0**53 / 10.0**self.digits
        if values.size and -largest < values.min() and values.max() < largest:
            self._fill(values, out.reshape(-1))
            out /= 10.0**self.digits
        else:
            fine = np.abs(values) < largest
            whole = np.empty(values.shape)
            self._fill(np.where(fine, values, 0.0), whole.reshape(-1))
            np.copyto(out, np.where(fine, whole / 10.0**self.digits, values))

    def _fill(self, number: NDArray[np.float64], out: NDArray[Any]) -> None:
        """The whole numbers: the nearest ones, and where a half is near what the rule says."""
        flat = number.reshape(-1)
        power = 10.0**self.digits
        room = np.empty((2, min(flat.size, BLOCK)))
        places, doubtful = [], []
        for begin in range(0, flat.size, BLOCK):
            block = flat[begin : begin + BLOCK]
            scaled, whole = room[:, : block.size]
            np.multiply(block, power, out=scaled)
            if self.mode in ("down", "up"):
                whole[:] = self._settled(scaled)
            else:
                np.rint(scaled, out=whole)
                if out.dtype == np.float64:
                    # A zero has no sign.
                    whole += 0.0
                # No number of the block is larger than the root of all their squares.
                close = 0.5 - self._width(np.sqrt(scaled @ scaled))
                off = np.abs(np.subtract(scaled, whole, out=scaled), out=scaled)
                near = np.flatnonzero(off > close)
                places.append(near + begin)
                doubtful.append(block[near] * power)
            np.copyto(out[begin : begin + BLOCK], whole, casting="unsafe")
        if places:
            out[np.concatenate(places)] = self._settled(np.concatenate(doubtful))

    def _width(self, size: ArrayLike) -> Any:
        """Within what of a half a number is one: large amounts are stored coarsely, their differences more so."""
        return np.maximum(min(NOISE * 10.0**self.digits, 1e-7), 8 * np.spacing(size))

    def _settled(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Number by number, by the rule."""
        size = np.abs(scaled)
        floor = np.floor(size)
        part = size - floor
        width = self._width(size)
        if self.mode in ("down", "up"):
            # What misses a whole number only by what floats lose is that number.
            up = part > 1 - width if self.mode == "down" else part > width
        else:
            up = np.where(
                np.abs(part - 0.5) < width, True if self.mode == "half_up" else floor % 2 == 1, part > 0.5
            )
        whole: NDArray[np.float64] = np.sign(scaled) * (floor + up) + 0.0
        return whole


def largest_remainder(total: int, weights: ArrayLike) -> NDArray[np.int64]:
    """Whole parts in proportion to the weights that add up to the total exactly.

    The largest fractions get the units left over; equal fractions in the order given (Hamilton's
    method). Weights must not be negative; where all are zero every part gets the same weight.

    >>> largest_remainder(10, [1, 1, 1])
    array([4, 3, 3])
    >>> largest_remainder(-7, [3, 1])
    array([-5, -2])
    """
    weight = np.asarray(weights, dtype=np.float64)
    if weight.size == 0:
        if total:
            raise ValueError(f"{total} cannot be shared among nobody")
        return np.zeros(0, dtype=np.int64)
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise ValueError("weights must be finite and not negative")
    if not np.any(weight > 0):
        weight = np.ones_like(weight)
    exact = abs(int(total)) * (weight / weight.sum())
    # Fractions that differ only by what floats lose are equal, and nearly a whole unit is one.
    width = min(max(NOISE, 2 * np.spacing(float(abs(int(total))))), 0.25)
    parts: NDArray[np.int64] = np.floor(exact + width).astype(np.int64)
    left = abs(int(total)) - int(parts.sum())
    falling = np.argsort(parts - exact, kind="stable")
    gaps = -np.diff((exact - parts)[falling], prepend=1.0)
    order = falling[np.lexsort((falling, np.cumsum(gaps > width)))]
    if left > 0:
        parts[order[:left]] += 1
    elif left < 0:
        fullest = [index for index in order[::-1] if parts[index] > 0]
        parts[fullest[:-left]] -= 1
    return parts if total >= 0 else -parts
