"""What a text says once it is read as a program reads it: escapes resolved, codes decoded, pieces joined.

A reading is the text (or a part of it) in another form. Readings are read again, because a page may hold base64 of
an HTML fragment of escapes; four turns at most.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import struct
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

DEPTH = 4
LARGEST = 20_000_000
"""Characters that a packed text may have once it is unpacked."""

ESCAPES = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
IN_STYLES = re.compile(r"\\([0-9a-fA-F]{2,6})\s?")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){4,}(?![0-9A-Za-z])")
NUMBERS = re.compile(r"\d{2,5}(?:\s*,\s*\d{2,5}){3,}")
LETTERS = re.compile(r"(?<!\w)\w(?:[ .·_-]\w){4,}(?!\w)")
GLUE = re.compile(r"""["'`]\s*\+\s*["'`]""")
TAGS = re.compile(r"<[^<>]*>")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
QUOTED = re.compile(r"(?:=[0-9A-F]{2}){3,}")
NAMED = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);?")


def readings(text: str, depth: int = DEPTH) -> Iterator[str]:
    """A text and everything it says in other forms.

    >>> "0010001" in list(readings("&#x30;&#48;1\\\\u0030001"))
    True
    >>> list(readings("MDAxMDAwMQ=="))[1:]
    ['0010001']
    """
    text = _paired(text)
    seen = {text}
    yield text
    turn = [text]
    for _ in range(depth):
        following = []
        for each in turn:
            for other in _other_forms(each):
                if other and other not in seen:
                    seen.add(other)
                    following.append(other)
                    yield other
        turn = following


def _other_forms(text: str) -> Iterator[str]:
    """The text with every escape resolved, the same without its tags, and what its coded pieces say."""
    resolved = _resolved(text)
    yield resolved
    if "<" in resolved:
        yield TAGS.sub("", resolved)
    # A script has thousands of pieces that might be code: read together, they are searched once.
    pieces = "\n".join(dict.fromkeys(_pieces(text)))
    if pieces:
        yield pieces


def _resolved(text: str) -> str:
    if "&" in text and NAMED.search(text):
        text = html.unescape(text)
    if "\\" in text:
        text = _paired(IN_STYLES.sub(_escaped, ESCAPES.sub(_escaped, text)))
    if PERCENT.search(text):
        text = unquote_to_bytes(_paired(text)).decode("utf-8", "replace")
    return GLUE.sub("", text)


def _pieces(text: str) -> Iterator[str]:
    """Parts of a text that may be code for another one, read."""
    yield from (re.sub(r"[ .·_-]", "", each[0]) for each in LETTERS.finditer(text))
    yield from (_from_numbers(each[0]) for each in NUMBERS.finditer(text))
    for each in QUOTED.finditer(text):
        yield bytes.fromhex(each[0].replace("=", "")).decode("utf-8", "replace")
    for each in HEX.finditer(text):
        yield from of_bytes(bytes.fromhex(each[0]))
    for code in dict.fromkeys(BASE64.findall(text)):
        yield from of_bytes(_from_base64(code))


def _escaped(found: re.Match[str]) -> str:
    code = int(next(each for each in found.groups() if each), 16)
    return chr(code) if code < 0x110000 else ""


def _paired(text: str) -> str:
    """Halves of signs put together; a half alone is no sign."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _from_numbers(text: str) -> str:
    """Character codes with commas between them, as a script writes them."""
    letters = _paired("".join(chr(int(each)) for each in text.split(",")))
    return letters if letters.isprintable() else ""


def _from_base64(text: str) -> bytes:
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        return b""


def of_bytes(raw: bytes) -> Iterator[str]:
    """The texts in some bytes: as UTF-8, as UTF-16, packed, or beside a picture; none where they are no text."""
    if raw.startswith(b"\x89PNG"):
        yield from _beside_a_picture(raw)
        return
    if raw.startswith((b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")):
        raw = _unpacked(raw)
    if raw.startswith((b"\xff\xd8", b"GIF8", b"%PDF", b"RIFF", b"PK")):
        yield "\n".join(each.decode("latin-1") for each in re.findall(rb"[\x20-\x7e]{5,}", raw))
        return
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(coding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if len(text) > 1 and _is_text(text, coding):
            yield text


def _is_text(text: str, coding: str) -> bool:
    """Whether bytes read in a coding make a text; chance rarely writes one."""
    if coding == "utf-8":
        return all(each.isprintable() or each in "\n\r\t" for each in text)
    return all(" " <= each <= "~" or each in "\n\r\t" or "\u4e00" <= each <= "\u9fff" for each in text)


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(raw, LARGEST)
    except zlib.error:
        return b""


def _beside_a_picture(raw: bytes) -> Iterator[str]:
    """What a PNG file says beside its pixels."""
    place = 8
    while place + 8 <= len(raw):
        size, kind = struct.unpack(">I4s", raw[place : place + 8])
        body = raw[place + 8 : place + 8 + size]
        place += 12 + size
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            yield body.replace(b"\0", b"\n").decode("utf-8", "replace")
            yield _unpacked(body[max(body.find(b"\x78"), 0) :]).decode("utf-8", "replace")
