"""policymodel words: a scheme as a rule book, with worked examples."""

from __future__ import annotations

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
from policymodel.report.rule_book import rule_book
from policymodel.scheme.reading import read_scheme
from policymodel.words.catalogues import LANGUAGES


def words(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    mapping: MappingNamesOption = None,
    history: HistoryNamesOption = None,
    lang: LanguageOption = "en",
    out: FolderOption = None,
) -> int:
    """A scheme read aloud: numbered clauses with their sources, tables, worked examples, what is left open.

    The examples are of invented people and worked out by the engine. A mapping or a store lends its names of
    measures, and what each mark of its rubric means.
    Without --out it is printed as Markdown; with it, pages and Markdown in every language are written.

    \b
    Example:
      policymodel words params/schemes/s4_scorecard.yaml --mapping params/mappings/bank.yaml --out reports/rules
    """
    check_language(lang)
    rules = read_scheme(scheme)
    names = names_of(mapping, history)
    things = rule_book(rules, names.measures, LANGUAGES, names.codes, names.marks)
    hand_over(things, rules.id, lang, out)
    return DONE


answer = answering("words", words)
