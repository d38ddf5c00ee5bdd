"""Words for people on the command line: in which language they are."""

from __future__ import annotations

from typing import Annotated

import typer

from policymodel.errors import InputError, Problem
from policymodel.words.catalogues import LANGUAGES

LanguageOption = Annotated[
    str, typer.Option("--lang", help=f"The language of the words: {' or '.join(LANGUAGES)}.")
]


def check_language(lang: str) -> None:
    """Refuse a language we have no words in before anything is computed."""
    if lang not in LANGUAGES:
        raise InputError(
            "--lang", [Problem("", f"'{lang}' is no language", f"write {' or '.join(LANGUAGES)}")]
        )
