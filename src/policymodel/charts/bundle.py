"""Vega, Vega-Lite and their helpers as one script, so that a page needs no network."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import tempfile
from pathlib import Path

import vl_convert
from platformdirs import user_cache_path

SNIPPET = "window.vegaEmbed = vegaEmbed;"


def vega_bundle() -> str:
    """The script that defines `vegaEmbed`, kept on disk by version because making it takes seconds.

    A cache that cannot be written only costs those seconds again.
    """
    kept = user_cache_path("policymodel") / f"vega-embed-{importlib.metadata.version('vl-convert-python')}.js"
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        script = str(vl_convert.javascript_bundle(SNIPPET))
    with contextlib.suppress(OSError):
        _keep(kept, script)
    return script


def _keep(path: Path, text: str) -> None:
    """Write beside the final name and rename, so that two runs at once never read half a script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".js")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
