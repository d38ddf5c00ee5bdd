"""What a record refuses: everything that is wrong with it, where, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass as checked

from policymodel.documents import Where
from policymodel.errors import Problem
from policymodel.scheme.written import shown

RECORD = ConfigDict(extra="forbid", defer_build=True)
"""What every kind is checked by; its checks are prepared when a file first uses it, since few files use many kinds."""

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Wrong:
    """One thing wrong inside a record: the way from the record to it, what it is, what would be right."""

    where: Where
    what: str
    right: str = ""


class Refusal(ValueError):
    """A record refuses what it was given; holds everything that it finds wrong."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(*wrong)
        self.wrong = wrong

    def __str__(self) -> str:
        return "\n".join(
            str(Problem(".".join(map(str, each.where)), each.what, each.right)) for each in self.wrong
        )


@checked(frozen=True, kw_only=True, config=RECORD)
class Checked:
    """A record whose settings must fit each other; `wrong` names all that do not."""

    @model_validator(mode="after")
    def _fits(self) -> Checked:
        if wrong := tuple(self.wrong()):
            raise Refusal(*wrong)
        return self

    def wrong(self) -> Iterator[Wrong]:
        """Everything that does not fit, in the order of the settings."""
        yield from ()


@dataclass(frozen=True)
class Written:
    """How an annotation is called where a file leaves its setting out: `Annotated[..., Written("a number")]`."""

    words: str


@dataclass(frozen=True)
class FirstMayLeaveOut:
    """A setting that only the first of a list may leave out, and the sentence for a later one that does."""

    setting: str
    what: str
    right: str

    def left_out(self, name: str, values: Iterable[Any]) -> Iterator[Wrong]:
        """A problem for each item of the list under a name that should have a value and has None."""
        for index, value in enumerate(values):
            if index and value is None:
                yield Wrong((name, index, self.setting), self.what, self.right)


NUMBER_EXAMPLE = "write digits without quotes, % or separators, for example 0.15"


def number_meant(given: Any) -> str:
    """What would be right in place of something that is no number.

    >>> number_meant("15%"), number_meant("1,000"), number_meant("15")
    ('a share is written 0.15', 'write 1000', 'write 15 without quotes')
    """
    text = given.strip() if isinstance(given, str) else ""
    if share := re.fullmatch(r"(-?\d{1,15}(?:\.\d{1,15})?) ?%", text):
        return f"a share is written {(Decimal(share[1]) / 100).normalize():f}"
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return f"write {text.replace(',', '')}"
    if re.fullmatch(r"-?0\d{1,17}", text):
        return f"write {int(text)}, without a zero in front"
    if re.fullmatch(r"-?\.\d{1,30}", text):
        return f"write {text.replace('.', '0.')}"
    if re.fullmatch(r"-?\d{1,18}(\.\d{1,30})?", text):
        return f"write {text} without quotes"
    return NUMBER_EXAMPLE


def quoted(given: Any) -> str:
    """What a file says at a place, short and in one line."""
    text = shown(given)
    text = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return f"'{text}'" if isinstance(given, str) else text


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words one after the other.

    >>> listed(["lower", "upper"]), listed(["a", "b", "c"], "and")
    ('lower or upper', 'a, b and c')
    """
    *rest, end = words
    return f"{', '.join(rest)} {last} {end}" if rest else end
