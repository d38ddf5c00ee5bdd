"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A hidden file beside `path`, of the same kind, that takes its name once all that writes it is done.

    >>> from tempfile import mkdtemp
    >>> note = Path(mkdtemp()) / "note.txt"
    >>> with whole(note) as part:
    ...     _ = part.write_text("all of it", encoding="utf-8")
    >>> note.read_text(encoding="utf-8"), [each.name for each in note.parent.iterdir()]
    ('all of it', ['note.txt'])
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write a text as UTF-8, with \\n at the end of lines on every system."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
