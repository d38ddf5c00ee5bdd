"""The tables of settings that a file is made of, read one after the other; everything wrong is gathered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from policymodel.documents import Where, place
from policymodel.errors import Problem, suggest
from policymodel.scheme.addresses import AddressFault, locate
from policymodel.scheme.faults import told
from policymodel.scheme.refusals import Wrong, listed, quoted

PERIODS = ("month", "quarter", "year")
ID = re.compile(r"[^\W\d][\w-]*")
CLAUSE = re.compile(r"(?s).*\S.*")
CURRENCY = re.compile("[A-Z]{3}")
FORMS = {
    ID: ("is no id", "write a word of letters, digits, _ or -, without a dot or a space"),
    CLAUSE: ("is no text", "write a clause in quotes, such as 'S4'"),
    CURRENCY: ("is no code of a currency", "write three capital letters such as CNY"),
}
"""What is wrong with a word that has not the form, and what would be right."""

MISSING = {
    "id": "write a word",
    "title": "write a text, or {en: ..., zh-Hant: ...}",
    "source": "write the clause that its numbers come from",
    "every": f"write {listed(PERIODS)}",
    "lines": "begin each line with `- kind:`",
    "items": "begin each line with `- kind:`",
    "group": "write them here with `- kind:`; what stands elsewhere is added up by `kind: total`",
    "rules": "begin each rule with `- kind: reward` or `- kind: penalty`",
    "round": "write {digits: 2, mode: half_up}",
    "rescale": "write a number; 1 leaves the score as it is",
    "floor": "write a number or null",
    "cap": "write a number or null",
    "currency": "write three capital letters such as CNY",
}
"""What would be right where a setting of the file or of a section is missing."""


@cache
def checks_of(fitting: Any) -> TypeAdapter[Any]:
    """What checks a setting of this type; made once, since making it takes longer than checking."""
    return TypeAdapter(fitting)


class Sections:
    """Reads settings, and remembers what is wrong with them."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []

    def settings(self, raw: Any, where: Where, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> bool:
        """Whether this is a table of settings; those that are missing and those that do not exist are told."""
        if not isinstance(raw, dict):
            self.say(where, "is no table of settings", f"it has {listed(needed, 'and')}")
            return False
        for key in raw:
            if key not in needed + more:
                right = suggest(key, needed + more) or f"its settings are {listed(needed + more, 'and')}"
                self.say((*where, key), "there is no such setting", right)
        for key in needed:
            if key not in raw:
                self.say((*where, key), "this setting is needed", MISSING[key])
        return True

    def word(self, raw: Mapping[str, Any], where: Where, form: re.Pattern[str]) -> None:
        """Say so if a setting is there and is no word of this form."""
        written = raw.get(str(where[-1]))
        if str(where[-1]) in raw and not (isinstance(written, str) and form.fullmatch(written)):
            what = (
                "nothing is written here" if written in (None, "") else f"{quoted(written)} {FORMS[form][0]}"
            )
            self.say(where, what, FORMS[form][1])

    def value(self, fitting: Any, raw: Mapping[str, Any], where: Where) -> Any:
        """What a setting says, or None where it says nothing that fits."""
        written = raw.get(str(where[-1]))
        if str(where[-1]) not in raw:
            return None
        try:
            return checks_of(fitting).validate_python(written)
        except ValidationError as fault:
            self._tell(told(fault, fitting, written), where)
            return None

    def record(
        self, fitting: Any, raw: Any, where: Where, kind: str = "", kinds: Mapping[str, type] | None = None
    ) -> Any | None:
        """A record, or None where the file says nothing that fits; `kind` and `kinds` as in `told`."""
        try:
            return checks_of(fitting).validate_python(raw)
        except ValidationError as fault:
            self._tell(told(fault, fitting, raw, kind, kinds), where)
            return None

    def _tell(self, wrong: Iterable[Wrong], where: Where) -> None:
        self.wrong += (Wrong((*where, *each.where), each.what, each.right) for each in wrong)

    def say(self, where: Where, what: str, right: str) -> None:
        """Remember one thing that is wrong."""
        self.wrong.append(Wrong(where, what, right))


def in_order(document: Any, wrong: Iterable[Wrong], ranges: Iterable[Problem]) -> list[Problem]:
    """All problems in the order of the file; what is missing comes after what is there."""
    found = [(each.where, Problem(place(each.where), each.what, each.right)) for each in wrong]
    for problem in ranges:
        try:
            where = locate(document, problem.place.removesuffix(".range"))
        except AddressFault:
            where = ()
        found.append((where, problem))
    return [problem for _, problem in sorted(found, key=lambda each: _position(document, each[0]))]


def _position(document: Any, where: Where) -> tuple[int, ...]:
    position = []
    for step in where:
        if isinstance(document, Mapping):
            position.append(list(document).index(step) if step in document else len(document))
            document = document.get(step)
        elif isinstance(document, list | tuple) and isinstance(step, int):
            position.append(step)
            document = document[step]
    return tuple(position)
