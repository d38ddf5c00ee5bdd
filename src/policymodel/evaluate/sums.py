"""What is kept of a tile: sums of whole units, which add up to the same in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policymodel.lowering import Positions, Stacked
from policymodel.scheme.evaluation.values import RANK
from policymodel.units import Rounding

Sums = Mapping[str, NDArray[np.int64]]


class Reducer(Protocol):
    """Turns a tile into sums of whole numbers; of several tiles the sums of one name are added.

    It travels to other processes, so it is a frozen record or a function of a module.
    """

    def __call__(self, here: NDArray[np.bool_], cells: Positions, values: Mapping[str, Stacked]) -> Sums:
        """The sums of some cells of a block, of which `here` [period, cell] says who is employed."""


@dataclass(frozen=True)
class Minor:
    """By design: what is paid in minor units, how many person-periods that is, and how many could not be computed.

    Who is not employed in a period counts nowhere.
    """

    asked: str
    rounding: Rounding

    def __call__(self, here: NDArray[np.bool_], cells: Positions, values: Mapping[str, Stacked]) -> Sums:
        """amount_minor, person_periods, not_computed, each [design]."""
        found = values[self.asked]
        known = (RANK[found.status] == 0) & here
        minor = self.rounding.to_minor(np.where(known, found.number, 0.0))
        designs = found.number.shape[0]
        counted = np.broadcast_to(known, found.number.shape)
        return {
            "amount_minor": minor.sum(axis=(1, 2)),
            "person_periods": np.full(designs, np.count_nonzero(here)),
            "not_computed": np.count_nonzero(here) - np.count_nonzero(counted, axis=(1, 2)),
        }


def added_up(first: Sums, second: Sums) -> Sums:
    """Both together, name by name."""
    names = dict.fromkeys([*first, *second])
    return {name: first.get(name, 0) + second.get(name, 0) for name in names}  # type: ignore[misc]
