"""Rewards and penalties replayed over history: who, when, why, and what follows (S6.10, S6.11)."""

from __future__ import annotations

from policymodel.consequences.places import LastPlace, LastPlaces, last_places
from policymodel.consequences.replay import Replay, consequences

__all__ = ["LastPlace", "LastPlaces", "Replay", "consequences", "last_places"]
