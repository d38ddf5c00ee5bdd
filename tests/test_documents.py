"""What is written in a YAML file is what is meant, and everything wrong with it is said at once."""

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.documents import (
    DEEPEST,
    LARGEST_BYTES,
    MOST_VALUES,
    parse_json,
    parse_yaml,
    place,
    read_yaml,
    read_yaml_lines,
)
from policymodel.errors import InputError, SchemeError


def read(text: str) -> object:
    """The document in a text."""
    return parse_yaml(text, "x.yaml")[0]


def complaint(text: str) -> str:
    """What is said about a text that is refused."""
    with pytest.raises(InputError) as refusal:
        read(text)
    return str(refusal.value)


TWISTED = (
    "010 0123456 NO no Yes on True Null 12:30 1e5 0x1F 1_000 .5 5. +1 -0 2024-07-01 .inf .nan = =cmd() 1,000 "
    "12345678901234567890 ٣ <script>"
)


@pytest.mark.parametrize("word", TWISTED.split())
def test_words_that_yaml_twists_stay_text(word):
    """What YAML 1.1 would read as a number, a date or a yes/no is the text that stands there."""
    assert read(f"value: {word}") == {"value": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("15", 15),
        ("-3", -3),
        ("0", 0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_plain_words_that_mean_something(word, value):
    """Whole numbers, true, false and nothing are understood; in quotes they are text."""
    assert read(f"value: {word}") == {"value": value}
    assert read(f"value: '{word}'") == {"value": word}


def test_decimals_are_as_written():
    """0.285 is 285/1000 and keeps its digits; no binary neighbour is handed on."""
    value = read("share: 0.2850")["share"]

    assert isinstance(value, Decimal)
    assert str(value) == "0.2850"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_any_plain_decimal_comes_back_exactly(number):
    """Every decimal number written plainly is the number read."""
    assert read(f"- {number:f}") == [number]


def test_keys_are_text():
    """A key that looks like a number or a yes is a name."""
    assert read("1: a\ntrue: b\n010: c\n") == {"1": "a", "true": "b", "010": "c"}


def test_everything_wrong_is_said_at_once():
    """Repeated keys, tags, anchors and references are refused together, each with its line."""
    assert complaint("a: &x [1]\nb: *x\nc: !!python/object:os.system y\nd: 1\nd: 2\n") == (
        "x.yaml: 4 problems\n"
        "  line 1: '&x' marks a value for reuse; write the values out, without '&'\n"
        "  line 2: '*x' points elsewhere; write the value out\n"
        "  line 3: the tag 'tag:yaml.org,2002:python/object:os.system' is not allowed; write the plain value\n"
        "  line 5: the key 'd' stands here twice, first on line 4; keep one of them"
    )


def test_a_bomb_of_references_costs_nothing():
    """References to references are refused and never unfolded."""
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))

    assert "'*a58' points elsewhere" in complaint(bomb)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 3000])
def test_nesting_has_an_end(depth):
    """A file nested beyond all measure is refused in a sentence."""
    assert "line 1: it is nested too deeply; 40 levels at most" in complaint("[" * depth + "]" * depth)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1\nb: 2", "line 2, column 2: this is no YAML"),
        ("a: 1\n\tb: 2", "line 2, column 1: this is no YAML"),
        ("--- 1\n--- 2\n", "line 2: a second document begins"),
        ("{[1, 2]: 3}", "a key is one word"),
        ("'': 1", "line 1: a value has no key"),
        ('a: "\\0"', "line 1: the text holds the hidden character U+0000; remove it"),
        ('a: "\\u202E"', "U+202E"),
        ("a: x\x07", "this is no YAML"),
    ],
)
def test_broken_files(text, said):
    """Each way to be broken has its sentence and no traceback."""
    assert said in complaint(text)


def test_an_empty_file_is_nothing():
    """A file without a word holds no document."""
    assert read("") is None
    assert read("# only a remark\n") is None


def test_files(tmp_path: Path):
    """UTF-8 with or without a mark is read; another encoding, a missing or an endless file is refused."""
    good, big5, huge = tmp_path / "good.yaml", tmp_path / "big5.yaml", tmp_path / "huge.yaml"
    good.write_bytes("﻿名: 淨增\n".encode())
    big5.write_bytes("a: 1\n名: 淨增\n".encode("big5"))
    huge.write_bytes(b"#" * (LARGEST_BYTES + 1))

    assert read_yaml(good) == {"名": "淨增"}
    with pytest.raises(SchemeError, match="line 2: it is not UTF-8 text; save it as UTF-8"):
        read_yaml(big5, SchemeError)
    with pytest.raises(InputError, match="5000000 at most"):
        read_yaml(huge)
    with pytest.raises(InputError, match="there is no such file"):
        read_yaml(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be opened"):
        read_yaml(tmp_path)
    with pytest.raises(InputError, match="it is a folder, a device or a pipe"):
        read_yaml(os.devnull)


@pytest.mark.parametrize(
    "text", ["".join(f"k{each}: 1\n" for each in range(MOST_VALUES)), "k: [" + "1," * MOST_VALUES + "1]\n"]
)
def test_a_document_of_too_many_values_is_refused_after_so_many(text):
    """Nobody writes as many, and each of them might be a mistake to be told."""
    with pytest.raises(InputError, match="it holds more than 20,000 values") as caught:
        parse_yaml(text, "file.yaml")

    assert len(caught.value.problems) == 1


def test_json_that_nests_deeper_than_can_be_followed_is_no_json():
    """As any other text that is none."""
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json("[" * 200_000)


def test_lines_are_known(tmp_path: Path):
    """A place can be named with its line; an unknown one with the nearest line above it."""
    path = tmp_path / "lines.yaml"
    path.write_text("lines:\n  - id: a\n    cap: 1\n", encoding="utf-8")
    _, lines = read_yaml_lines(path)

    assert place(("lines", 0, "cap"), lines) == "lines[0].cap (line 3)"
    assert place(("lines", 0, "points"), lines) == "lines[0].points (line 2)"
    assert place(("lines", 0, "points")) == "lines[0].points"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    """No text whatever ends in anything but a document or a refusal."""
    with suppress(InputError):
        read(text)
