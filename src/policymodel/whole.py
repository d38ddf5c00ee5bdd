"""Files that are written whole or not at all, by one process at a time, and the folders they are written to."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from policymodel.errors import Busy, InputError, Problem

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PAUSE = 0.02
"""Seconds between two tries for a lock that somebody holds."""


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


def keep_bytes(content: bytes, path: Path) -> None:
    """Write bytes whole or not at all, and come back only when the disk has them: no power cut takes them away."""
    with whole(path) as part, part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def alone(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a lock file; Busy where another process still holds it after `patience` seconds.

    The lock is the system's own and ends with the process that holds it, however that ends: the file of a killed
    process keeps nobody out. The number in it is for the person who reads the refusal.
    """
    file = _locked(path, time.monotonic() + patience)
    try:
        file.write(str(os.getpid()))
        file.flush()
        yield
    finally:
        path.unlink(missing_ok=True)
        file.close()


def _locked(path: Path, until: float) -> IO[str]:
    """The lock file, open and ours alone."""
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            file.seek(0)
            pid = file.read(20).strip()
            file.close()
            if fault.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise
            if time.monotonic() >= until:
                raise Busy(pid if pid.isdigit() else "") from None
            time.sleep(PAUSE)
            continue
        # between opening and locking, whoever held it before may have ended and removed the file
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                file.truncate(0)
                return file
        file.close()


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
