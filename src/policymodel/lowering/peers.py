"""Among peers, and over the people led: the interpreter's functions, one call for all variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from policymodel.lowering.cells import Cells, common, unstacked
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme.algebra import Awards, OverPeers, OverTeam, Rank, RoundTogether
from policymodel.scheme.evaluation import peers


def among(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Each variant's periods stand one below the other, and every row has peers of its own."""
    node = cast(OverPeers | Rank | Awards | RoundTogether | OverTeam, step.node)
    variants = common(parts)[0]
    laid = [each.stacked((variants, *tile.shape)) for each in parts]

    def over(codes: peers.Codes) -> peers.Codes:
        return codes if variants == 1 else np.tile(codes, (variants, 1))

    ground = tile.ground
    if isinstance(node, OverTeam):
        return unstacked(peers.over_team(laid[0], over(ground.leaders()), node.team), variants)
    codes = over(ground.peers(node.scope))
    match node:
        case OverPeers(parts=inner):
            who = laid[-1] if node.who is not None else None
            found = peers.over_peers(node, laid[: len(inner)], who, codes)
        case RoundTogether(rounding=rounding):
            found = peers.round_together(laid[0], laid[1], rounding, codes)
        case Rank() | Awards():
            units = over(ground.peers(node.each)) if node.each else None
            rule = peers.rank if isinstance(node, Rank) else peers.awards
            found = rule(node, laid[0], codes, units)  # type: ignore[arg-type]
    return unstacked(found, variants)
