"""What a clause is made of: sentences, each with the settings it speaks of, and tables."""

from __future__ import annotations

from dataclasses import dataclass

from policymodel.words.sentences import Value


@dataclass(frozen=True)
class Said:
    """One sentence, and the settings of the line that it speaks of.

    A sentence that other lines of the kind have in common may be said once for all of them, unless it is the line's
    `own`.
    """

    settings: tuple[str, ...]
    words: Value
    own: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of a clause: tiers, points, wages, weights."""

    settings: tuple[str, ...]
    caption: Value
    corner: Value
    heads: tuple[Value, ...]
    rows: tuple[tuple[Value, ...], ...]


def own(words: Value, *settings: str) -> Said:
    """A sentence that stays with its line."""
    return Said(settings, words, own=True)


def rule(words: Value, *settings: str) -> Said:
    """A sentence that lines may have in common."""
    return Said(settings, words)
