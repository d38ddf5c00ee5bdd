"""What may stand on a page, and the proof: which figures are withheld, and a scanner for what slipped through."""

from policymodel.disclosure.scanner import Promise, scan_html, scan_json, scan_text
from policymodel.disclosure.secrets import Secrets
from policymodel.disclosure.suppression import (
    SMALLEST_CELL,
    Counts,
    apart,
    merged_bins,
    pooled,
    shown_groups,
    suppress,
    withheld_block,
    withheld_parts,
)

__all__ = [
    "SMALLEST_CELL",
    "Counts",
    "Promise",
    "Secrets",
    "apart",
    "merged_bins",
    "pooled",
    "scan_html",
    "scan_json",
    "scan_text",
    "shown_groups",
    "suppress",
    "withheld_block",
    "withheld_parts",
]
