"""A change file as text: everything in quotes but numbers, so that nothing a person typed reads as anything else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from policymodel.scheme.reading import read_scheme
from policymodel.whole import whole


def quoted(value: Any) -> str:
    """A value as a file holds it.

    >>> print(quoted({"at": "cards.points", "to": Decimal("0.0450"), "because": "no: 010"}))
    {at: "cards.points", to: 0.0450, because: "no: 010"}
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {quoted(each)}" for key, each in value.items()) + "}"
    return json.dumps(str(value), ensure_ascii=False)


def write_change_file(about: Mapping[str, Any], base: Path, out: Path) -> None:
    """Write a change file, one change a line, under its name only once it has been read back as a scheme."""
    head = {key: value for key, value in about.items() if key != "changes"}
    lines = [
        f"{key}: {quoted(value)}" for key, value in (head | {"base": relative(base, out.parent)}).items()
    ]
    lines += ["changes:", *(f"  - {quoted(each)}" for each in about["changes"])]
    with whole(out) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        read_scheme(part)


def relative(file: Path, folder: Path) -> str:
    """The way from a folder to a file, with / on every system; in full where there is none."""
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return file.resolve().as_posix()
