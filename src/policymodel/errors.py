"""What can go wrong, written for the person who can put it right.

PolicymodelError
├── InputError          a file or a figure that a person supplied
│   ├── SchemeError     a scheme file
│   ├── ChangeError     a change file
│   ├── MappingError    a mapping file
│   ├── RunFileError    a run file, region parameters
│   ├── HistoryError    a table of history cannot be read at all
│   ├── RulesError      the rules of an allocation
│   ├── DataGap         history is readable and cannot carry what is asked of it
│   ├── Exposed         a page would show what it promises not to
│   └── RegisterError   the register of a quarter
└── Busy                another process holds a lock
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 1000
"""Characters of a sentence; a file may hold more in one word than anybody wants to read."""

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The Unicode categories of characters that a screen obeys or does not show."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what would be right (may be empty).

    It keeps what was written as it was written; as a sentence it is `inert`.
    """

    place: str
    what: str
    right: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.what}" if self.place else self.what
        sentence = inert(f"{head}; {self.right}" if self.right else head)
        if len(sentence) > LONGEST:
            sentence = f"{sentence[: LONGEST - 300]} … {sentence[-200:]}"
        return sentence


class PolicymodelError(Exception):
    """Every error this package raises on purpose; a notebook shows its sentences, and no traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback; the cell has failed all the same."""
        return str(self).splitlines()


class InputError(PolicymodelError):
    """Something a person supplied cannot be used; holds all problems found, not the first.

    >>> print(SchemeError("next_year.yaml", [Problem("lines[0].kind", "'atainment' is no kind of line")]))
    next_year.yaml: 1 problem
      lines[0].kind: 'atainment' is no kind of line
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = str(file)
        self.problems = tuple(problems)
        super().__init__(self.file, self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{inert(self.file)}: {count} problem{'' if count == 1 else 's'}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


class SchemeError(InputError):
    """A scheme file cannot be used."""


class ChangeError(InputError):
    """A change file cannot be used."""


class MappingError(InputError):
    """A mapping file cannot be used."""


class RunFileError(InputError):
    """A run file or a region's parameters cannot be used."""


class HistoryError(InputError):
    """A table of history is missing or cannot be read at all."""


class RulesError(InputError):
    """Rules of an allocation that cannot be used."""


class DataGap(InputError):
    """History is readable but too little of it is left for what is asked."""


class Exposed(InputError):
    """A page would show what it promises not to; the sentences say what kind of thing and where, never which."""


class RegisterError(InputError):
    """A register is not what was written, or a step does not fit what stands in it."""


class Busy(PolicymodelError):
    """Another process holds a lock; the message is its number where that is known, for who reads the refusal."""


def inert(text: str) -> str:
    r"""A text that does nothing to a screen: hidden characters and ends of line are written as escapes.

    >>> print(inert("erased\x1b[2K\nnothing is wrong"))
    erased\x1b[2K\nnothing is wrong
    """
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode() if unicodedata.category(each) in HIDDEN else each
        for each in text
    )


def suggest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """A "did you mean" for a misspelt word, or nothing where no known one is as much alike (0 to 1).

    >>> suggest("atainment", ["attainment", "share"])
    "did you mean 'attainment'?"
    >>> suggest("zzz", ["attainment", "share"])
    ''
    """
    close = difflib.get_close_matches(str(word)[:100], [str(each) for each in known], n=1, cutoff=alike)
    return f"did you mean '{close[0]}'?" if close else ""
