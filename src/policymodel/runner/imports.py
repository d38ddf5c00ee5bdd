"""One slow import that nobody here needs."""

from __future__ import annotations

import sys


def skip_slow_grammar() -> None:
    """Leave out the grammar of international addresses that JSON schemas may check, where it is installed.

    JupyterLab brings `rfc3987_syntax`, which builds its grammar for about a second in every process that imports
    altair, nbformat or papermill. No schema of ours checks an address. Must be called before those imports.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
