"""Whether limits of span can hold at all: of items only the size matters, so a small programme says it of any part."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from policymodel.allocation.parts import Codes, Part


def packed(part: Part) -> Codes | None:
    """Where each item may go so that nobody has too few clients or too many; None where there is no such way.

    How many items of each size every manager has is what HiGHS is asked; clients stay where they are as far as that
    allows. Pinned items stay.
    """
    many = len(part.managers)
    free = part.pinned < 0
    sizes = np.unique(part.size[free])
    fixed = np.bincount(part.pinned[~free], part.size[~free], minlength=many)
    if not len(sizes):
        return part.pinned.copy() if part.keeps_limits(part.pinned) else None
    of_size = [np.flatnonzero(free & (part.size == size)) for size in sizes]
    there = np.array([len(items) for items in of_size])
    today = np.stack(
        [part.home[items].sum(axis=0) / size for items, size in zip(of_size, sizes, strict=True)]
    )
    # columns: the number of items of each size at each manager, then how many of those come from elsewhere
    cells = len(sizes) * many
    load = np.tile(np.eye(many), len(sizes)) * np.repeat(sizes, many)
    once = np.repeat(np.eye(len(sizes)), many, axis=1)
    none = np.zeros((1, cells))
    result = milp(
        np.concatenate([np.zeros(cells), np.repeat(sizes, many)]),
        integrality=np.concatenate([np.ones(cells), np.zeros(cells)]),
        bounds=Bounds(0, np.inf),
        constraints=[
            LinearConstraint(
                np.hstack([load, np.repeat(none, many, axis=0)]), part.least - fixed, part.most - fixed
            ),
            LinearConstraint(np.hstack([once, np.repeat(none, len(sizes), axis=0)]), there, there),
            LinearConstraint(np.hstack([np.eye(cells), -np.eye(cells)]), -np.inf, today.ravel()),
        ],
        options={"mip_rel_gap": 0.05},
    )
    if result.x is None:
        return None
    counts = np.rint(result.x[:cells]).astype(np.int64).reshape(len(sizes), many)
    at = part.pinned.copy()
    for items, count in zip(of_size, counts, strict=True):
        _place(part, at, items, count)
    return at


def _place(part: Part, at: Codes, items: Codes, room: Codes) -> None:
    """Items of one size to where there is room: first those who are at home there, then the others."""
    left = []
    for item in items[np.argsort(-part.home[items].max(axis=1), kind="stable")].tolist():
        home = int(np.where(room > 0, part.home[item], -1).argmax())
        if part.home[item, home] and room[home]:
            at[item], room[home] = home, room[home] - 1
        else:
            left.append(item)
    for item, to in zip(left, np.repeat(np.arange(len(room)), room).tolist(), strict=True):
        at[item] = to
