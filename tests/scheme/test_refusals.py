"""What is said about any setting of any kind that holds what it cannot hold: a place, a fault, what would be right."""

import re
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from policymodel.errors import SchemeError
from policymodel.scheme.faults import settings_of
from policymodel.scheme.kinds import KINDS, PAY_KINDS
from policymodel.scheme.quantities import SORTS, NotNegative, Portion
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.refusals import quoted

JUNK = [
    None,
    True,
    "word",
    "15%",
    "1e400",
    -1,
    10**17,
    Decimal("1.5"),
    [],
    [None],
    ["x"],
    [["y"]],
    {},
    {"x": 1},
    {"line": 5},
    {"line": "nobody"},
    {"measure": "m", "months": True},
    {"value": "x"},
    {"value": 1, "from": "soon"},
    {"segments": []},
    [{"from": 1}],
    [{"from": 2, "rate": 1}, {"from": 1, "rate": 1}],
    [{"value": {"line": "a"}, "at_least": 1, "below": 2}],
    {"digits": True, "mode": "sideways"},
    {"A": {"B": {"C": {"D": 1}}}},
    {"of": 1, "from": []},
    {"fx": "usd"},
    [{"after": 10**17, "share": 2}],
    [{"place": 0, "amount": 1, "last": 2}],
    "x" * 5000,
]
"""What a person may have written somewhere; hardly any setting takes any of it."""

LIBRARY = re.compile(
    r"Input should|valid |argument|keyword|Tuple|Decimal|function-|dataclass|None|does not fit here|\[type="
)
"""Words of a library, or of a sentence for which no better one was found."""


def broken_lines(kind):
    """One line for each setting of a kind and each thing that it cannot be."""
    for setting in settings_of(KINDS[kind]):
        for number, junk in enumerate(JUNK):
            settings = {"id": f"{setting}_{number}", "title": "T", "source": "S", setting: junk}
            yield setting, {"kind": kind} | settings


def document_of(kind, lines):
    """A scheme with these lines where the kind may stand."""
    rounding = {"digits": 2, "mode": "half_up"}
    pay = {"currency": "CNY", "round": rounding, "items": lines}
    card = {"round": rounding, "rescale": 1, "floor": None, "cap": None, "lines": lines}
    head = {"id": "junk", "title": "Junk", "source": "S", "every": "month"}
    return head | ({"pay": pay} if kind in PAY_KINDS else {"card": card})


@pytest.mark.parametrize("kind", KINDS)
def test_no_setting_answers_in_the_words_of_a_library(kind):
    """Whatever stands anywhere, the sentence is ours, is short, and leads to a line of the file."""
    lines = [line for _, line in broken_lines(kind)]
    with pytest.raises(SchemeError) as caught:
        scheme_of(document_of(kind, lines))

    sentences = [str(problem) for problem in caught.value.problems]
    section = "pay.items" if kind in PAY_KINDS else "card.lines"
    assert [each for each in sentences if LIBRARY.search(each)] == []
    assert [each for each in sentences if len(each) > 1000] == []
    assert [each.place for each in caught.value.problems if not each.place.startswith(f"{section}[")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_setting_that_holds_junk_is_the_place_named(kind):
    """The way leads to the setting or below it, and to no other setting of the line but those left out."""
    lines = dict(enumerate(broken_lines(kind)))
    with pytest.raises(SchemeError) as caught:
        scheme_of(document_of(kind, [line for _, line in lines.values()]))

    for problem in caught.value.problems:
        index, named = re.match(r"[a-z.]+\[(\d+)\]\.?([a-z_]*)", problem.place).groups()
        setting, line = lines[int(index)]
        assert named == setting or named not in line or named == "kind", problem


@pytest.mark.parametrize("word", SORTS)
def test_each_quantity_says_which_settings_it_has(word):
    """A setting that does not exist is held against those of this sort of quantity alone."""
    line = {"kind": "figure", "id": "a", "title": "A", "of": {word: "x", "zzz": 1}}
    with pytest.raises(SchemeError) as caught:
        scheme_of(document_of("figure", [line]))

    told = next(problem for problem in caught.value.problems if problem.place.endswith(".zzz"))
    assert told.place == "card.lines[0].of.zzz"
    expected = settings_of(SORTS[word])
    assert re.sub(r" and |, ", " ", told.right.removeprefix("its settings are ")).split() == list(expected)


def test_a_setting_left_out_is_told_with_every_choice():
    """Where published plans disagree a file says which way; nothing is taken for granted."""
    with pytest.raises(SchemeError) as caught:
        scheme_of(document_of("rank", [{"kind": "rank", "id": "a", "title": "A", "of": 1}]))

    assert [str(problem) for problem in caught.value.problems] == [
        "card.lines[0].among: rank needs this setting; write outlet, region or group",
        "card.lines[0].missing: rank needs this setting; write refuse or leave_out",
        "card.lines[0].best: rank needs this setting; write highest or lowest",
        "card.lines[0].ties: rank needs this setting; write best_place, mean_place, worst_place or next_place",
        "card.lines[0].shown_as: rank needs this setting; write place or share",
    ]


@pytest.mark.parametrize(
    ("fitting", "raw", "refused"),
    [
        (Portion, 0, False),
        (Portion, 1, False),
        (Portion, Decimal("1.01"), True),
        (NotNegative, -1, True),
        (Portion, {"segments": [{"value": 2, "to": "2024-06-30"}, {"value": 1, "from": "2024-07-01"}]}, True),
    ],
)
def test_a_number_is_held_against_its_bounds_on_every_day(fitting, raw, refused):
    """A share above 1 is none, even if it is no longer in force."""
    if refused:
        with pytest.raises(ValidationError):
            TypeAdapter(fitting).validate_python(raw)
    else:
        assert TypeAdapter(fitting).validate_python(raw).value == raw


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("high", "'high'"),
        (None, "null"),
        (True, "true"),
        (Decimal("0.10"), "0.10"),
        ([1, {"a": None}], "[1, {a: null}]"),
        ("x" * 61, f"'{'x' * 60}…'"),
    ],
)
def test_what_a_file_says_is_shown_as_it_says_it(given, expected):
    """In the file's own words, and no longer than one reads."""
    assert quoted(given) == expected
