"""The files of the invented bank while they are written: rows appended table by table, packed in the background."""

from __future__ import annotations

import gzip
import io
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv

COMPRESSION = 4  # of 9: about the size of 6 in half the time
PIECE, MOST_PIECES = 1 << 20, 48
"""Bytes that are packed at a time, and how many such pieces may wait."""


class Written:
    """Files below a folder, each of which gets its name when it is complete; if something goes wrong, none does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: dict[str, tuple[IO[bytes], ExitStack]] = {}

    def __enter__(self) -> Written:
        return self

    def append(self, name: str, frame: pd.DataFrame, headers: Mapping[str, str]) -> None:
        """Rows as CSV, the first time below their headers; no invented text needs quotes, what is missing is blank."""
        if name not in self.open:
            self.open[name] = self._begin(self.folder / name)
            line = ",".join(headers.get(column, column) for column in frame.columns)
            self.open[name][0].write(f"{line}\n".encode())
        options = csv.WriteOptions(include_header=False, quoting_style="none")
        csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), self.open[name][0], options)

    def end(self, start: str = "") -> None:
        """Complete the files whose names begin so, all at once."""
        ended = [name for name in self.open if name.startswith(start)]
        for name in ended:
            self.open[name][1].close()
        for name in ended:
            _part(self.folder / name).replace(self.folder / name)
            del self.open[name]

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.end()
        finally:
            for name, (_, stack) in self.open.items():
                stack.close()
                _part(self.folder / name).unlink(missing_ok=True)

    def _begin(self, path: Path) -> tuple[IO[bytes], ExitStack]:
        """A file that can be written to; packed without a time stamp, so equal rows are equal bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        stack = ExitStack()
        file: IO[bytes] = stack.enter_context(_part(path).open("wb"))
        if path.suffix == ".gz":
            packed: Any = gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0)
            aside = stack.enter_context(_Aside(stack.enter_context(closing(packed))))
            file = stack.enter_context(io.BufferedWriter(aside, PIECE))
        return file, stack


class _Aside(io.RawIOBase):
    """Writes in a thread of its own: packing is half of all work, and needs nobody's attention."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.pool = ThreadPoolExecutor(1)
        self.waiting: deque[Future[int]] = deque()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Have it written; wait where too much is waiting."""
        self.waiting.append(self.pool.submit(self.file.write, bytes(data)))
        while len(self.waiting) > MOST_PIECES:
            self.waiting.popleft().result()
        return len(data)

    def close(self) -> None:
        """Wait for all of it; what could not be written is said now."""
        try:
            while self.waiting:
                self.waiting.popleft().result()
        finally:
            self.pool.shutdown()
            super().close()


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")
