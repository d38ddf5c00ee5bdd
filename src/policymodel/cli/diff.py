"""policymodel diff: what differs between two schemes, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, answering
from policymodel.cli.documents import (
    FolderOption,
    HistoryNamesOption,
    MappingNamesOption,
    hand_over,
    names_of,
)
from policymodel.cli.language import LanguageOption, check_language
from policymodel.documents import read_yaml
from policymodel.errors import InputError, Problem, SchemeError
from policymodel.report.difference_book import difference_book
from policymodel.scheme.changes import is_change_file
from policymodel.scheme.files import beside
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.texts import read_text
from policymodel.words.catalogues import LANGUAGES


def diff(
    first: Annotated[
        Path, typer.Argument(metavar="SCHEME", help="What holds so far; or a change file, against its base.")
    ],
    second: Annotated[
        Path | None,
        typer.Argument(metavar="[OTHER]", help="What is compared with it: a scheme or change file."),
    ] = None,
    mapping: MappingNamesOption = None,
    history: HistoryNamesOption = None,
    lang: LanguageOption = "en",
    out: FolderOption = None,
) -> int:
    """What differs between two schemes: old and new sentences by clause, the reasons, the effect on worked examples.

    Without --out it is printed as Markdown; with it, pages and Markdown in every language are written.

    \b
    Example:
      policymodel diff params/changes/s6_more_for_growth.yaml --mapping params/mappings/bank.yaml
      policymodel diff params/schemes/s4_scorecard.yaml params/changes/s4_softer_deposits.yaml --out reports/rules
    """
    check_language(lang)
    before, after = _pair(first, second)
    old, new = read_scheme(before), read_scheme(after)
    measures, codes, _ = names_of(mapping, history)
    things = difference_book(old, new, measures, LANGUAGES, _because(after), codes)
    hand_over(things, f"{old.id}_to_{new.id}", lang, out)
    return DONE


def _pair(first: Path, second: Path | None) -> tuple[Path, Path]:
    """The file that holds so far and the one compared with it."""
    if second is not None:
        return first, second
    raw = read_yaml(first, SchemeError)
    if isinstance(raw, dict) and is_change_file(raw) and isinstance(raw.get("base"), str):
        return beside(first, raw["base"]), first
    what = "is no change file, so nothing says what it is compared with"
    raise InputError(str(first), [Problem("", what, "name a second file")])


def _because(path: Path) -> Mapping[str, str] | None:
    """The reason that a change file gives for all its changes."""
    raw = read_yaml(path, SchemeError)
    if not (isinstance(raw, dict) and raw.get("because")):
        return None
    return dict(read_text(raw["because"]).languages)


answer = answering("diff", diff)
