"""Names in place of ids, which only whoever holds a run's key can turn back."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from policymodel.errors import Problem, RunFileError

KEY_BYTES = 32
LETTERS = 10


def new_key(path: Path) -> Path:
    """Make a run's key, in a folder that only this user can enter; a key that is there stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_file():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
    return path


def read_key(path: Path | str) -> bytes:
    """The key of a run; where it is not there, or is none, a sentence says what is lost and what to do."""
    try:
        key = bytes.fromhex(Path(path).read_text(encoding="ascii"))
        what = "" if len(key) == KEY_BYTES else "it is not one that a run has made"
    except FileNotFoundError:
        what = "it is not there"
    except (OSError, ValueError):
        what = "it is not one that a run has made"
    if what:
        lost = f"{what}, and without it no page is made under the pseudonyms that were handed out"
        right = "put a copy of it back, or run without --resume, which gives everybody another pseudonym"
        raise RunFileError(str(path), [Problem("the key of the pseudonyms", lost, right)])
    return key


def pseudonyms(ids: Iterable[str], key: bytes) -> dict[str, str]:
    """A pseudonym for each id, the same wherever the key is; without it nothing leads back, not even a guess.

    They are keyed digests (HMAC-SHA-256), so their order has nothing to do with that of the ids.

    >>> pseudonyms(["0010001"], b"key")
    {'0010001': 'P-KATVDDN52B'}
    """
    return {each: f"P-{_digest(each, key)}" for each in ids}


def _digest(word: str, key: bytes) -> str:
    digest = hmac.new(key, word.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:LETTERS]


def write_list(named: Mapping[str, str], path: Path) -> None:
    """Who is who, for whoever holds the key; readable by this user alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["pseudonym", "id"])
        for person, name in sorted(named.items(), key=lambda each: each[1]):
            writer.writerow(
                [name, f"'{person}" if person.startswith(("=", "+", "-", "@", "\t", "\r")) else person]
            )
