"""Rows that stand for fewer people than a page may speak of: in charts, in tables, in sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

Row = Mapping[str, Any]

PERSONS = re.compile(
    r"(?:account)?(?:manager|employee|staff|person|people|client|customer)(?:id|name|no|number)?|pseudonym|"
    r"工號|姓名|員編|代號|(?:客戶經理|員工|客戶)(?:編號|代號|姓名|號)?|"
    r"工号|员编|代号|(?:客户经理|员工|客户)(?:编号|代号|姓名|号)?"
)
"""Names of columns and fields whose rows are persons."""

COUNTS = re.compile(
    r"people|persons|headcount|numberofpeople|人數|人数|notcomputed|basenonpositive|clippedscore|carriednegative"
)
"""Names of columns and fields that count persons."""

ONES = {
    **{
        word: at
        for at, word in enumerate(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], start=1
        )
    },
    **{sign: at for at, sign in enumerate("一二三四五六七八九", start=1)},
    **dict.fromkeys("兩两", 2),
}
"""Numbers under ten in words."""
COUNTED = re.compile(
    r"(?<![A-Za-z0-9_.,十百千萬万零〇第每])(?<!小[數数])(?<!小[數数] )(\d{1,3}|"
    + "|".join(ONES)
    + r")[\s-]?(?:(?:account )?(?:people|persons?|managers?|employees?)\b|"
    r"(?:人|名|位)(?!次|選|选|才|稱|称|字|置|數|数))",
    re.I,
)
LABELLED = re.compile(r"(?:\b(?:people|persons|headcount)|人數|人数)\s*[:：=]\s*(\d{1,3})(?![\d.,%])", re.I)
"""A count after the word for what is counted, as in a description of a mark of a chart."""
PSEUDONYM = re.compile(r"(?<![\w-])P-[A-Z2-7]{10}(?![\w-])")
AS_MANY = (0.8, 1.25)
"""A column of different numbers with so many rows for each person counts as one row a person."""


def bare(name: str) -> str:
    """The name of a column without what does not matter.

    >>> bare("Manager ID"), bare("manager_id")
    ('managerid', 'managerid')
    """
    return re.sub(r"[\W_]", "", name).casefold()


@lru_cache(maxsize=10_000)
def is_person(name: str) -> bool:
    """Whether a column of this name holds persons."""
    return bool(PERSONS.fullmatch(bare(name))) and not is_count(name)


@lru_cache(maxsize=10_000)
def is_count(name: str) -> bool:
    """Whether a column of this name counts persons."""
    return bool(COUNTS.fullmatch(bare(name)))


def faults_of_rows(
    rows: Sequence[Row], smallest: int, people: Collection[int], public: str = ""
) -> Iterator[str]:
    """What is wrong with the rows of a chart: persons, counts that are too small, as many rows as persons.

    >>> list(faults_of_rows([{"people": 12}, {"people": 3}], 10, ()))
    ['a count of fewer than 10 people']
    """
    fields = dict.fromkeys(name for row in rows for name in row)
    if any(is_person(name) for name in fields):
        yield "rows of single persons (by the name of a field)"
    counts = [row[name] for row in rows for name in fields if is_count(name) and name in row]
    if any(too_small(each, smallest) for each in counts):
        yield f"a count of fewer than {smallest} people"
    if rows and not counts and as_many_as_people(rows, people, public):
        yield "as many different rows as there are people"


def too_small(count: object, smallest: int) -> bool:
    """Whether a count is about somebody, and about too few."""
    return isinstance(count, int | float) and 0 < count < smallest


def as_many_as_people(rows: Sequence[Row], people: Collection[int], public: str = "") -> bool:
    """Whether a column of numbers, all different, has a row for each person, or nearly.

    Rows that are told apart by words of the page itself (lines of a card, designs, periods) are about those.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    told = [name for name in names if all(_is_public(row.get(name), public) for row in rows)]
    parts = Counter(tuple(str(row[name]) for name in told) for row in rows)
    if told and len(parts) >= AS_MANY[0] * len(rows):
        return False
    for name in names:
        numbers = [row.get(name) for row in rows]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers):
            different = len(set(numbers)) >= AS_MANY[0] * len(numbers)
            for size in (len(rows), max(parts.values())):
                if different and _near(size, people):
                    return True
    return False


def faults_of_numbers(numbers: Sequence[object], people: Collection[int]) -> Iterator[str]:
    """A row of different numbers with one for each person, or nearly: a column of a chart by itself.

    >>> list(faults_of_numbers([1000.5 + 7 * each for each in range(60)], {60}))
    ['as many different numbers as there are people']
    """
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers):
        different = len(set(numbers))
        if different >= AS_MANY[0] * len(numbers) and _near(len(numbers), people):
            yield "as many different numbers as there are people"


def _near(count: int, people: Collection[int]) -> bool:
    return any(AS_MANY[0] * each <= count <= AS_MANY[1] * each for each in people if each > 1)


def _is_public(value: object, public: str) -> bool:
    return isinstance(value, str) and bool(value) and _within(value, public)


@lru_cache(maxsize=10_000)
def _within(word: str, public: str) -> bool:
    """All that a page says is half a million letters, and its charts ask for the same few words again and again."""
    return word in public


def number_in(text: str) -> float | None:
    """The number that a cell of a table shows, None where it shows none.

    >>> number_in("−1,234.5"), number_in("12%"), number_in("withheld")
    (-1234.5, 12.0, None)
    """
    written = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "").rstrip("%")
    try:
        return float(written)
    except ValueError:
        return None


def _value(text: str) -> float | str:
    number = number_in(text)
    return text.strip() if number is None else number


def faults_of_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[tuple[str, str]]],
    smallest: int,
    people: Collection[int],
    public: str = "",
) -> Iterator[str]:
    """What is wrong with a table: `rows` are cells, each its text and its class."""
    if rows and any(is_person(head) for head in heads):
        yield "rows of single persons (by the head of a column)"
    counted = False
    for row in rows:
        for place, (text, kind) in enumerate(row):
            if "people" in kind.split() or (place < len(heads) and is_count(heads[place])):
                number = number_in(text)
                counted = counted or number is not None
                if number is not None and too_small(number, smallest):
                    yield f"a count of fewer than {smallest} people"
    if not counted:
        values = [{str(at): _value(text) for at, (text, _) in enumerate(row)} for row in rows if row]
        if values and as_many_as_people(values, people, public):
            yield "as many different rows as there are people"


def faults_of_text(text: str, smallest: int, public: str) -> Iterator[str]:
    """A sentence that counts too few people, or names one; what the page says whoever it is about is no such sentence.

    >>> list(faults_of_text("Of 60 people 3 people lose.", 10, ""))
    ['a count of fewer than 10 people']
    >>> list(faults_of_text("取至小數 2 位（四捨五入）", 10, ""))
    []
    >>> list(faults_of_text("People: 3; 三人; P-KATVDDN52B", 10, ""))[1:]
    ['a count of fewer than 10 people', 'the pseudonym of a manager']
    """
    for found in (*COUNTED.finditer(text), *LABELLED.finditer(text)):
        said = found[1].lower()
        count = ONES[said] if said in ONES else int(said)
        if 0 < count < smallest and found[0] not in public:
            yield f"a count of fewer than {smallest} people"
    if PSEUDONYM.search(text):
        yield "the pseudonym of a manager"
