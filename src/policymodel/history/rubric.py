"""The rubric of a reviewer's marks: which duties are marked, and what each mark means in words (S2).

    title: {en: Rubric of the duties, zh-Hant: 崗位職責評分標準}
    highest: 5
    items:
      lobby_patrol:
        clause: S2.4
        title: {en: Patrols of the lobby, zh-Hant: 大堂巡視}
        marks:
          0: {en: The lobby was not patrolled., zh-Hant: 未巡視大堂。}
          …

A mapping names the file (`rubric: ../rubrics/duties.yaml`). What the table `reviews` holds is then held against it,
and whoever reads a mark reads its words beside it. The words say what a mark meant when it was given, so they come
with the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from policymodel.documents import Where, place, problems_of, read_yaml_lines
from policymodel.errors import MappingError, Problem, suggest
from policymodel.history.record_rules import RecordRule
from policymodel.history.settings import Settings, Words, Written

Highest = Annotated[int, Field(ge=1, le=100)]


class Item(Settings):
    """One duty that is marked: its clause, its title, and the words of each mark."""

    clause: str
    title: Words
    marks: dict[str, Words]

    def words(self, mark: float) -> list[tuple[int, dict[str, str]]]:
        """The words of a mark; of a mean between two marks, those of both.

        >>> item = Item(clause="S2.4", title={"en": "Patrols"}, marks={"0": {"en": "none"}, "1": {"en": "daily"}})
        >>> item.words(0.5)
        [(0, {'en': 'none'}), (1, {'en': 'daily'})]
        """
        around = dict.fromkeys((int(mark // 1), int(-(-mark // 1))))
        return [(each, self.marks[str(each)].by_language()) for each in around if str(each) in self.marks]


class Rubric(Settings):
    """The items that may be marked, from 0 to the highest mark."""

    title: Words
    highest: Highest
    items: Annotated[dict[Written, Item], Field(min_length=1)]


SETTINGS = frozenset(name for model in (Rubric, Item) for name in model.model_fields) | {
    "en",
    "zh-Hant",
    "zh-Hans",
}


def read_rubric(path: Path | str) -> Rubric:
    """The rubric in a file, or a MappingError with everything that is wrong with it."""
    written, lines = read_yaml_lines(path, MappingError)
    if not isinstance(written, dict):
        right = "it is a table with title, highest and items"
        raise MappingError(str(path), [Problem("", "this is no rubric", right)])
    try:
        rubric = Rubric.model_validate(written)
    except ValidationError as fault:
        raise MappingError(str(path), problems_of(fault, SETTINGS, lines)) from None
    if problems := [Problem(place(where, lines), what, right) for where, what, right in _gaps(rubric)]:
        raise MappingError(str(path), problems)
    return rubric


def items_of(rubric: Rubric | None, rules: Mapping[str, RecordRule]) -> dict[str, Item]:
    """The item whose marks each measure holds, where it holds the marks of one."""
    asked = {name: rule.where.get("item", ()) for name, rule in rules.items() if rule.of == "reviews"}
    known = rubric.items if rubric is not None else {}
    return {name: known[each[0]] for name, each in asked.items() if len(each) == 1 and each[0] in known}


def _gaps(rubric: Rubric) -> Iterator[tuple[Where, str, str]]:
    """Marks without words, words without a mark, two marks with the same words, languages that are left out."""
    marks = [str(each) for each in range(rubric.highest + 1)]
    languages = rubric.title.by_language()
    for name, item in rubric.items.items():
        where: Where = ("items", name, "marks")
        for mark in marks:
            if mark not in item.marks:
                yield where, f"nothing says what the mark {mark} means", f"write {mark}: {{en: ...}}"
        seen: dict[str, str] = {}
        for mark, words in item.marks.items():
            if mark not in marks:
                right = f"the marks are whole numbers from 0 to {rubric.highest}"
                yield (*where, mark), f"'{mark}' is no mark", right
            elif (first := seen.setdefault(words.en, mark)) != mark:
                what = f"the mark {mark} says the same as the mark {first}"
                yield (*where, mark), what, "say what tells them apart"
        for at, texts in [
            (("title",), item.title),
            *((("marks", mark), each) for mark, each in item.marks.items()),
        ]:
            for language in languages:
                if language not in texts.by_language():
                    yield (
                        ("items", name, *at),
                        f"it has no words in {language}",
                        "the title of the rubric has",
                    )


def strangers(rubric: Rubric, rules: Mapping[str, RecordRule]) -> Iterator[tuple[Where, str, str]]:
    """Rules that ask for marks of an item that the rubric does not have."""
    for name, rule in rules.items():
        for item in rule.where.get("item", ()) if rule.of == "reviews" else ():
            if item not in rubric.items:
                right = suggest(item, rubric.items) or f"its items are {', '.join(rubric.items)}"
                yield ("records", name, "where", "item"), f"'{item}' is no item of the rubric", right
