"""Running a plan block by block: whole minor units are added up, so no order of blocks changes a figure."""

from __future__ import annotations

from policymodel.evaluate.running import Block, run_tiles
from policymodel.evaluate.sums import Minor, Sums

__all__ = ["Block", "Minor", "Sums", "run_tiles"]
