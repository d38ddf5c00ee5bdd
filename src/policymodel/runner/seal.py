"""The seal of a page: its run record inside it, and a hash of the page with the place of the hash left empty."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policymodel.documents import parse_json
from policymodel.whole import whole

FORM = "policymodel record 1"
KINDS = {
    **dict.fromkeys(("page", "run", "region", "sha256"), str),
    **dict.fromkeys(("hashes", "versions", "figures"), dict),
    "seed": int,
}
"""What a record in a page holds at least."""
OPENING = b'<script type="application/json" id="run-record">'
ENDING = b"</script>\n"
RECORD = re.compile(re.escape(OPENING) + b"(.*?)</script>\n", re.DOTALL)
HASH = re.compile(rb'"sha256":"([0-9a-f]*)"\}$')


def seal_page(path: Path, record: Mapping[str, Any]) -> None:
    """Write the record into a page, before the end of its body, with the hash of all that the page then is."""
    page = path.read_bytes()
    place = page.rfind(b"</body>")
    written = {"form": FORM, "page": path.name, **record, "sha256": ""}
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # nothing in the record can end the script element it stands in
    text = re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)
    element = OPENING + text.encode("utf-8") + ENDING
    sealed = page[:place] + element + page[place:]
    with whole(path) as part:
        part.write_bytes(filled(sealed, hashlib.sha256(sealed).hexdigest()))


def filled(page: bytes, digest: str) -> bytes:
    """The page with this hash in its place.

    >>> empty = OPENING + b'{"sha256":""}' + ENDING
    >>> filled(filled(empty, "abc"), "") == empty
    True
    """
    found = RECORD.search(page)
    place = HASH.search(found[1]) if found is not None else None
    if found is None or place is None:
        return page
    start = found.start(1)
    return page[: start + place.start(1)] + digest.encode("ascii") + page[start + place.end(1) :]


def record_in(page: bytes) -> dict[str, Any] | None:
    """The record a page holds; None where it holds none, or two."""
    found = RECORD.findall(page)
    if len(found) != 1:
        return None
    try:
        record = parse_json(found[0])
    except ValueError:
        return None
    if not isinstance(record, dict) or record.get("form") != FORM or KINDS.keys() - record.keys():
        return None
    return record if all(isinstance(record[name], kind) for name, kind in KINDS.items()) else None


def unbroken(page: bytes) -> bool:
    """Whether a page is, byte for byte, the one that was sealed."""
    record = record_in(page)
    return record is not None and record["sha256"] == hashlib.sha256(filled(page, "")).hexdigest()


def without_record(page: bytes) -> bytes:
    """The page as it was before it was sealed."""
    return RECORD.sub(b"", page)
