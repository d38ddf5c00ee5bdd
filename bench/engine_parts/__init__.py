"""What goals ask beside the race: cents, the way from file to pay, a slice of the largest job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine_parts.cents import cents
from engine_parts.reading import reading
from engine_parts.slice import whole_job

PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "cents": cents,
    "reading": reading,
    "slice": whole_job,
}
