"""Files that are written whole or not at all, and the folders they are written to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policymodel.errors import InputError, Problem


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


@contextmanager
def folder_for(path: Path) -> Iterator[Path]:
    """A folder to write to, made where it is not there; what stands in the way of it or of its files is named.

    >>> from tempfile import mkdtemp
    >>> taken = Path(mkdtemp()) / "results"
    >>> _ = taken.write_text("a file", encoding="utf-8")
    >>> try:
    ...     with folder_for(taken): pass
    ... except InputError as error: print(error.problems[0])
    results: is a file, or lies below one; name a new or an empty folder
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        yield path
    except (FileExistsError, NotADirectoryError):
        what = "is a file, or lies below one"
        problem = Problem(path.name, what, "name a new or an empty folder")
        raise InputError(str(path), [problem]) from None
    except IsADirectoryError as fault:
        name = Path(fault.filename2 or fault.filename).name
        problem = Problem(
            f"{path.name}/{name}", "a folder stands where a file is to be written", "move it away"
        )
        raise InputError(str(path), [problem]) from None
    except PermissionError:
        problem = Problem(path.name, "nothing may be written there", "name another folder")
        raise InputError(str(path), [problem]) from None
