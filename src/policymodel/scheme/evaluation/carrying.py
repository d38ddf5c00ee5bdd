"""What one period hands to the next: entitlements to date, running balances, earlier values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.scheme.evaluation.values import Values, added, combine, measured, settle


def accumulate(of: Values, balance: Values) -> Values:
    """Walk the periods: the part stands where it stood when the balance was last at its highest."""
    number, total = np.broadcast_arrays(of.number, balance.number)
    status = np.broadcast_to(combine([of, balance], np.add).status, number.shape)
    both = Values(number, status)
    best = np.zeros(number.shape[1])
    held = np.zeros(number.shape[1])
    paid = np.zeros(number.shape)
    broken = np.zeros(number.shape[1], dtype=np.uint8)
    state = np.empty(number.shape, dtype=np.uint8)
    for period in range(number.shape[0]):
        # A missing quarter leaves the balance unknown from then on; one that does not apply changes nothing.
        broken = np.maximum(broken, np.where(both.missing[period], status[period], 0)).astype(np.uint8)
        rises = (status[period] == Status.MEASURED) & (broken == 0) & (settle(total[period], best) >= best)
        paid[period] = np.where(rises, number[period] - held, 0.0)
        held = np.where(rises, number[period], held)
        best = np.where(rises, total[period], best)
        state[period] = np.where((broken != 0) & (status[period] == Status.MEASURED), broken, status[period])
    return Values(paid, state)


def carry(
    of: Values,
    keep: Values,
    floor: float | None,
    opens: NDArray[np.bool_],
    debts_stand: bool,
    cut: bool = False,
    ceiling: Values | None = None,
) -> Values:
    """Walk the periods (axis 0): balance = max(floor, keep x (balance + of)), from 0 where it opens.

    It rises to the ceiling and no further; with `cut` a ceiling that falls takes it down.
    """
    most = measured(np.full((1, 1), np.inf)) if ceiling is None else ceiling
    shape = np.broadcast_shapes(of.number.shape, keep.number.shape, most.number.shape, (opens.size, 1))
    of, keep, most = of.over(shape), keep.over(shape), most.over(shape)
    balance = np.zeros(shape[1])
    broken = np.zeros(shape[1], dtype=np.uint8)
    number = np.zeros(shape)
    status = np.zeros(shape, dtype=np.uint8)
    lost = np.where(of.missing, of.status, np.where(keep.missing, keep.status, 0)).astype(np.uint8)
    for period in range(shape[0]):
        if opens[period]:
            balance = np.zeros(shape[1])
            broken = np.zeros(shape[1], dtype=np.uint8)
        broken = np.maximum(broken, lost[period])
        total = added(balance, of.number[period])
        moved = keep.number[period] * total
        if debts_stand:
            moved = np.minimum(moved, total)
        moved = np.minimum(moved, most.number[period] if cut else np.maximum(most.number[period], balance))
        if floor is not None:
            moved = np.maximum(moved, floor)
        balance = np.where(of.ok[period], moved, balance)
        number[period] = balance
        status[period] = np.where(broken != 0, broken, Status.MEASURED)
    return Values(number, status)


def previous(of: Values, by: int, opens: NDArray[np.bool_], held: bool) -> Values:
    """The values so many periods (axis 0) earlier, 0 where there is none since it opened."""
    of = of.over(np.broadcast_shapes(of.number.shape, (opens.size, 1)))
    if held:
        of = _held(of, opens)
    opened = np.maximum.accumulate(np.where(opens, np.arange(opens.size), 0))
    at = np.arange(opens.size) - by
    there = (at >= opened)[:, None]
    number = np.where(there, of.number[at.clip(0)], 0.0)
    status = np.where(there, of.status[at.clip(0)], Status.MEASURED)
    return Values(number, status.astype(np.uint8))


def _held(of: Values, opens: NDArray[np.bool_]) -> Values:
    """Where it does not apply, the last value that did since it opened; 0 where there was none."""
    number, status = of.number.copy(), of.status.copy()
    for period in range(opens.size):
        last = period - 1
        fresh = bool(opens[period])
        number[period] = np.where(of.gone[period], 0.0 if fresh else number[last], number[period])
        known = Status.MEASURED if fresh else status[last]
        status[period] = np.where(of.gone[period], known, status[period])
    return Values(number, status)


class Strands:
    """Credits of transactions laid out as one column for each person, in order of time."""

    def __init__(self, manager: NDArray[np.int64], run: NDArray[np.int64]) -> None:
        # What begins again with each run of time is a strand of its own.
        _, self.column = np.unique(np.stack([manager, run]), axis=1, return_inverse=True)
        self.column = self.column.reshape(-1)
        order = np.argsort(self.column, kind="stable")
        sorted_column = self.column[order]
        first = np.searchsorted(sorted_column, sorted_column)
        self.row = np.empty(manager.size, dtype=np.int64)
        self.row[order] = np.arange(manager.size) - first

    def lay(self, of: Values) -> Values:
        """[step, strand]; where a strand has no step it does not apply."""
        shape = (int(self.row.max(initial=-1)) + 1, int(self.column.max(initial=-1)) + 1)
        number = np.zeros(shape)
        status = np.full(shape, Status.NOT_APPLICABLE, dtype=np.uint8)
        of = of.over((1, self.row.size))
        number[self.row, self.column] = of.number[0]
        status[self.row, self.column] = of.status[0]
        return Values(number, status)

    def pick(self, laid: Values) -> Values:
        """Back to [1, credit]."""
        return Values(laid.number[self.row, self.column][None], laid.status[self.row, self.column][None])

    def opens(self) -> NDArray[np.bool_]:
        """Each strand opens with its first step."""
        steps = int(self.row.max(initial=-1)) + 1
        first: NDArray[np.bool_] = np.arange(steps) == 0
        return first


def collect(
    of: Values, period: NDArray[np.int64], manager: NDArray[np.int64], shape: tuple[int, int]
) -> Values:
    """Credits added up for each period and manager; a missing one leaves no number there."""
    of = of.over((1, period.size))
    key = period * shape[1] + manager
    total = np.bincount(key, np.where(of.ok[0], of.number[0], 0.0), minlength=shape[0] * shape[1])
    status = np.full(shape[0] * shape[1], Status.TRUE_ZERO, dtype=np.uint8)
    status[key[of.ok[0]]] = Status.MEASURED
    for worse in (Status.ABSENT, Status.QUARANTINED):
        status[key[of.status[0] == worse]] = worse
    return Values(total.astype(np.float64).reshape(shape), status.reshape(shape))


def place(
    of: Values, period: NDArray[np.int64], manager: NDArray[np.int64], shape: tuple[int, int]
) -> Values:
    """The value of each credit's period and manager."""
    of = of.over(shape)
    return Values(of.number[period, manager][None], of.status[period, manager][None])
