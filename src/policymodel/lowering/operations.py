"""What the entries of a tape do beside NumPy's own functions: each writes over what is handed to it as `out`."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from policymodel.history.measures import Status
from policymodel.lowering.basis import Basis, without_dust
from policymodel.lowering.by_value import by_value
from policymodel.lowering.cells import Cells
from policymodel.lowering.room import Room
from policymodel.lowering.steps import ByShape, Tile
from policymodel.lowering.tape import Tape
from policymodel.scheme import algebra
from policymodel.scheme.evaluation import contest
from policymodel.scheme.evaluation.values import Numbers
from policymodel.units import Rounding

COMPARING = (algebra.OverPeers, algebra.Rank, algebra.Awards, algebra.RoundTogether, algebra.OverTeam)


class Doubted(Exception):
    """People are to be compared, and one of them has something without a number."""


def dusted(step: Basis, laid: Numbers, weights: Numbers, out: Numbers) -> None:
    without_dust(step, weights, laid, out)


def by_rule(
    tape: Tape, step: ByShape, parts: tuple[int, ...], place: int, tile: Tile, _: Any, out: Any
) -> None:
    """By the rule for every tile; what it gives then stands at its place."""
    number = _worked_out(tape, step, parts, tile)
    if any(np.may_share_memory(number, tape.at[each]) for each in parts):
        # What a part stands on may be written over while this is still needed.
        number = number.copy()
    shape = len(step.variants), *number.shape[1:]
    tape.at[place] = number if number.shape == shape else np.broadcast_to(number, shape)


def _worked_out(tape: Tape, step: ByShape, parts: tuple[int, ...], tile: Tile) -> Numbers:
    if tile.doubt is not None and isinstance(step.node, COMPARING):
        raise Doubted
    cells = [Cells(tape.at[each], None) for each in parts]
    found = by_value(step, cells, Tile(tile.ground, Room(), tile.here))
    if not tape.takes(found) and found.status is not None:
        bad = found.status > (Status.MEASURED if tape.strict else Status.TRUE_ZERO)
        tile.doubts(bad.any(axis=(0, 1)))
    return found.number


def awarded(tape: Tape, step: ByShape, parts: tuple[int, ...], tile: Tile, of: Numbers, out: Numbers) -> None:
    """One award for all who have one, in groups of one size; other awards by the rule for every tile."""
    node = cast(algebra.Awards, step.node)
    width = tile.widths.get(node.scope, 0)
    if not width or tile.doubt is not None or not contest.the_same(node, of, width, out):
        np.copyto(out, _worked_out(tape, step, parts, tile))


def usable(bottom: Numbers, any_sign: bool) -> bool:
    return bool((bottom != 0).all() if any_sign else (bottom > 0).all())


def positive(tile: Tile, bottom: Numbers, out: Any) -> None:
    if not np.minimum.reduce(bottom, axis=None) > 0:
        tile.doubts((~(bottom > 0)).any(axis=(0, 1)))


def all_positive(tape: Tape, bottoms: tuple[int, ...], tile: Tile, _: Any, out: Numbers) -> None:
    """The smallest of several bottoms at once."""
    least = tape.at[bottoms[0]]
    for each in bottoms[1:]:
        least = np.minimum(least, tape.at[each], out=out)
    if not least.min() > 0:
        for each in bottoms:
            positive(tile, tape.at[each], None)


def not_zero(tile: Tile, bottom: Numbers, out: Any) -> None:
    if not bottom.all():
        tile.doubts((bottom == 0).any(axis=(0, 1)))


def pick(of: Numbers, places: Any, out: Numbers) -> None:
    if of.shape[1:] == out.shape[1:]:
        np.take(of, places, axis=0, out=out, mode="clip")
    else:
        out[...] = of[places]


def put(of: Numbers, places: Any, out: Numbers) -> None:
    out[places] = of


def held(of: Numbers, edges: tuple[Numbers | float, Numbers | float], out: Numbers) -> None:
    of.clip(edges[0], edges[1], out=out)


def copy(of: Numbers, _: Any, out: Numbers) -> None:
    np.copyto(out, of)


def at_least(of: Numbers, edge: Numbers, out: Numbers) -> None:
    np.copyto(out, of >= edge)


def beyond(of: Numbers, edge: Numbers, out: Numbers) -> None:
    np.copyto(out, of > edge)


def rounded(rounding: Rounding, of: Numbers, _: Any, out: Numbers) -> None:
    rounding.apply_into(out, np.broadcast_to(of, out.shape))
