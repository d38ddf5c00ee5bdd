"""policymodel schema: the JSON Schema of scheme and change files, for editors."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, answering
from policymodel.errors import InputError, Problem, suggest
from policymodel.scheme.schema import change_schema, json_schema
from policymodel.whole import write_text

SCHEMAS = {"scheme": json_schema, "change": change_schema}


def schema(
    kind: Annotated[str, typer.Option("--kind", help="scheme, or change for change files.")] = "scheme",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A file; else the screen.")
    ] = None,
) -> int:
    """The JSON Schema (draft 2020-12) of scheme files, so that an editor completes and checks while one types.

    \b
    Example:
      policymodel schema --out scheme.schema.json
      policymodel schema --kind change --out change.schema.json
    """
    if kind not in SCHEMAS:
        right = suggest(kind, SCHEMAS) or f"use {' or '.join(SCHEMAS)}"
        raise InputError("--kind", [Problem("", f"'{kind}' has no schema", right)])
    text = json.dumps(SCHEMAS[kind](), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
        return DONE
    write_text(text, out)
    return DONE


answer = answering("schema", schema)
