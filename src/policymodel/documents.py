"""Files that people write: YAML read strictly, so that what is written is what is meant.

Ordinary YAML reads `010` as 8, staff number `0123456` as 42798, region `NO` as false and `12:30` as 750, and
keeps only the last of two equal keys. Here these stay text, a repeated key is a mistake, and a number with a
decimal point is the decimal number that was written and not the nearest binary one.

What a plain (unquoted) word means:

- `true`, `false`: yes or no; `null`, `~` and nothing at all: no value;
- whole numbers without leading zeros, up to 18 digits: `int`;
- the same with a decimal point and digits after it: `decimal.Decimal`;
- everything else, and everything in quotes: text. Keys are always text.

Tags (`!!python/…`), anchors and aliases are refused: a document is data and stands in full.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from policymodel.errors import InputError, Problem, suggest

Where = tuple[str | int, ...]
"""The way to a value inside a document: keys and positions, `("lines", 0, "cap")`."""

# The same events from compiled code where PyYAML brings it: about twenty times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST_BYTES = 5_000_000
DEEPEST = 40
MOST_VALUES = 20_000

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,30}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def read_yaml(path: Path | str, error: type[InputError] = InputError) -> Any:
    """The document in a file; everything wrong with it at once, as the kind of error asked for.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "small.yaml")
    >>> _ = file.write_text("region: NO\\ncode: 010\\nshare: 0.285\\npoints: 15\\ncap: null\\n", encoding="utf-8")
    >>> read_yaml(file)
    {'region': 'NO', 'code': '010', 'share': Decimal('0.285'), 'points': 15, 'cap': None}
    """
    return read_yaml_lines(path, error)[0]


def read_yaml_lines(path: Path | str, error: type[InputError] = InputError) -> tuple[Any, dict[Where, int]]:
    """The document and the line each value stands on, by the way to it."""
    text = _read_text(Path(path), error)
    return parse_yaml(text, str(path), error)


def parse_yaml(text: str, file: str, error: type[InputError] = InputError) -> tuple[Any, dict[Where, int]]:
    """The same for a text already at hand; `file` names it in errors.

    >>> parse_yaml("points: 15\\npoints: 10\\n", "card.yaml")
    Traceback (most recent call last):
    policymodel.errors.InputError: card.yaml: 1 problem
      line 2: the key 'points' stands here twice, first on line 1; keep one of them
    """
    builder = _Builder()
    try:
        document = builder.document(yaml.parse(text, Loader=_LOADER))
    except _TooMuch:
        document = None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        said = getattr(fault, "problem", None) or getattr(fault, "reason", None) or "it cannot be read"
        right = "check the indentation, the quotes and the space after each colon"
        builder.problems.append(Problem(place, f"this is no YAML: {said}", right))
        document = None
    if builder.problems:
        raise error(file, builder.problems)
    return document, builder.lines


def parse_json(text: str | bytes) -> Any:
    """The content of a JSON text; ValueError where it is none, or nests deeper than a program can follow.

    >>> parse_json('{"seed": 7}')
    {'seed': 7}
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def place(where: Where, lines: Mapping[Where, int] | None = None) -> str:
    """How a place is written in an error: `lines[0].cap`, with its line where it is known.

    >>> place(("lines", 0, "cap"), {("lines", 0): 7})
    'lines[0].cap (line 7)'
    """
    words = ""
    for step in where:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    nearest = where
    while lines is not None and nearest and nearest not in lines:
        nearest = nearest[:-1]
    line = lines.get(nearest) if lines is not None and nearest else None
    return f"{words} (line {line})" if line is not None else words


def problems_of(
    fault: ValidationError, settings: Iterable[str], lines: Mapping[Where, int] | None = None
) -> list[Problem]:
    """What pydantic found wrong with a document, in sentences; `settings` are all names that exist.

    A value error raised by our own validators is written "what is wrong; what would be right".
    """
    known = sorted(set(settings))
    problems = []
    for error in fault.errors(include_url=False):
        where = tuple(error["loc"])
        given, kind = error.get("input"), error["type"]
        if kind == "missing":
            what, right = "this setting is needed", ""
        elif kind == "extra_forbidden":
            what, right = "there is no such setting", suggest(str(where[-1]), known)
        elif kind == "literal_error":
            allowed = error["ctx"]["expected"].replace("'", "")
            what = f"{_shown(given)} is not one of {allowed}"
            right = suggest(str(given), re.split(", | or ", allowed))
        elif kind == "string_type":
            what, right = (
                f"{_shown(given)} is not text",
                "put it in quotes" if given is not None else "write text",
            )
        elif kind == "value_error":
            what, _, right = str(error["ctx"]["error"]).partition("; ")
        else:
            what, right = f"{_shown(given)} does not fit: {error['msg'].lower()}", ""
        problems.append(Problem(place(where, lines), what, right))
    return problems


def _shown(value: Any) -> str:
    words = {None: "nothing", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f"'{str(value)[:60]}'"


def _read_text(path: Path, error: type[InputError]) -> str:
    try:
        # a device or a pipe would give bytes for ever, or none
        size = path.stat().st_size
        if not path.is_file():
            raise error(str(path), [Problem("", "it cannot be opened: it is a folder, a device or a pipe")])
        raw = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as fault:
        reason = "there is no such file" if isinstance(fault, FileNotFoundError) else str(fault.strerror)
        raise error(str(path), [Problem("", f"it cannot be opened: {reason}")]) from None
    if size > LARGEST_BYTES:
        raise error(str(path), [Problem("", f"it has {size} bytes", f"{LARGEST_BYTES} at most")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise error(
            str(path), [Problem(f"line {line}", "it is not UTF-8 text", "save it as UTF-8")]
        ) from None


class _Builder:
    """Turns the parser's events into plain values and notes each thing that is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[Where, int] = {}

    def document(self, events: Any) -> Any:
        next(events)  # the stream begins
        if isinstance(next(events), yaml.StreamEndEvent):
            return None
        value = self.value(next(events), events, ())
        next(events)  # the document ends
        further = next(events)
        if not isinstance(further, yaml.StreamEndEvent):
            self._note(
                further, "a second document begins", "one file holds one document; remove the line '---'"
            )
        return value

    def value(self, event: Any, events: Any, where: Where) -> Any:
        self.lines[where] = event.start_mark.line + 1
        if len(self.lines) > MOST_VALUES:
            self._note(event, f"it holds more than {MOST_VALUES:,} values", "split it, or leave some out")
            raise _TooMuch
        if isinstance(event, yaml.AliasEvent):
            self._note(event, f"'*{event.anchor}' points elsewhere", "write the value out")
            return None
        if event.anchor is not None:
            self._note(
                event, f"'&{event.anchor}' marks a value for reuse", "write the values out, without '&'"
            )
        if event.tag is not None:
            self._note(event, f"the tag '{event.tag}' is not allowed", "write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if len(where) >= DEEPEST:
            # Nothing below is looked at: a file can nest deeper than a program can follow.
            self._note(event, "it is nested too deeply", f"{DEEPEST} levels at most")
            raise _TooMuch
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, where)
        return self._mapping(events, where)

    def _sequence(self, events: Any, where: Where) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.value(event, events, (*where, len(items))))
        return items

    def _mapping(self, events: Any, where: Where) -> dict[str, Any]:
        items: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._key(event, events, where)
            value = self.value(next(events), events, (*where, key))
            if key in first:
                what = f"the key '{key}' stands here twice, first on line {first[key]}"
                self.problems.append(Problem(f"line {line}", what, "keep one of them"))
                continue
            first[key] = line
            items[key] = value
        return items

    def _key(self, event: Any, events: Any, where: Where) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._note(event, "a key is a list, a table or a reference", "a key is one word")
            self.value(event, events, where)
            return ""
        if event.tag is not None or event.anchor is not None:
            self._note(event, "a key carries a tag or an anchor", "a key is one plain word")
        self._scalar(event)
        if not event.value:
            self._note(event, "a value has no key", "write a word before the colon")
        return str(event.value)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if hidden := _CONTROL.search(text):
            self._note(event, f"the text holds the hidden character U+{ord(hidden[0]):04X}", "remove it")
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) and text != "-0":
            return int(text)
        return Decimal(text) if _DECIMAL.fullmatch(text) else text

    def _note(self, event: Any, what: str, right: str) -> None:
        self.problems.append(Problem(_line(event), what, right))


def _line(event: Any) -> str:
    return f"line {event.start_mark.line + 1}"


class _TooMuch(Exception):
    """Stops the building; the problem has been noted."""
