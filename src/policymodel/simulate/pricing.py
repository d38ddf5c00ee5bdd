"""Designs priced on a ground, whatever it stands for: the one place that evaluates schemes in futures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.lowering import Plan, lower
from policymodel.scheme.algebra import Collect, Place, nodes_of
from policymodel.scheme.evaluation import Ground, evaluate
from policymodel.scheme.given import PAY
from policymodel.scheme.scheme import Scheme

POINTS = 100
"""Scores are added up in hundredths of a point."""
LARGEST = 2.0**43
"""Minor units of pay up to which every sum of a run is exact."""

Whole = NDArray[np.int64]
Known = NDArray[np.bool_]


@dataclass(frozen=True)
class Pricing:
    """The pay (minor units) or the score (hundredths of a point) of several schemes, by design.

    `direct` evaluates each scheme by itself: slower, and the oracle of the lowered plan.
    """

    schemes: Mapping[str, Scheme]
    asked: str
    direct: bool = False

    @cached_property
    def plan(self) -> Plan:
        """All schemes as one plan."""
        return lower(self.schemes, (self.asked,))

    def refuse_transactions(self) -> None:
        """Single transactions are not drawn: a DataGap names the first scheme that looks at them."""
        for design, scheme in self.schemes.items():
            below = nodes_of(scheme.given.line(self.asked))
            if any(isinstance(each, Collect | Place) for each in below):
                what = f"'{design}' looks at single transactions, which are not drawn for next year"
                raise DataGap(scheme.file, [Problem(self.asked, what, "leave this design out")])

    def values(self, ground: Ground) -> Iterator[tuple[str, Whole, Known]]:
        """One design after another: whole numbers and where they are known, [period, cell]; 0 where not."""
        shape = ground.peers("group").shape
        if self.direct:
            for design, scheme in self.schemes.items():
                values = evaluate(scheme.given.line(self.asked), ground, {}).over(shape)
                yield design, *self._whole(scheme, values.number, values.ok)
            return
        found = self.plan.evaluate(ground)[self.asked]
        known = np.broadcast_to(found.status <= Status.TRUE_ZERO, found.number.shape)
        for at, (design, scheme) in enumerate(self.schemes.items()):
            yield design, *self._whole(scheme, found.number[at], known[at])

    def _whole(self, scheme: Scheme, number: NDArray[np.float64], known: Known) -> tuple[Whole, Known]:
        # What is paid is rounded where it is paid: here it is only counted.
        times = 10.0**scheme.pay.rounding.digits if self.asked == PAY and scheme.pay is not None else POINTS
        counted = np.where(known, number, 0.0) * times
        if counted.size and np.abs(counted).max() > LARGEST:
            what = "some pay is more than can be counted to the cent in a future"
            raise DataGap(scheme.file, [Problem(self.asked, what, "look for a rate in the wrong unit")])
        return np.rint(counted).astype(np.int64), known
