"""A number and its biography: dates, ranges, and a sentence for each wrong form."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.scheme.biography import Bound, Number, Range, Segment
from policymodel.scheme.terms import Figure, Title
from policymodel.scheme.texts import Text
from policymodel.scheme.written import is_number, read_number, read_range

HALVES = {
    "segments": [
        {"value": Decimal("0.02"), "from": "2024-01-01", "to": "2024-05-15", "source": "S1"},
        {"value": Decimal("0.03"), "from": "2024-05-16", "to": "2024-12-31"},
    ],
    "source": "S9",
}
QUARTER = (date(2024, 4, 1), date(2024, 6, 30))


def test_a_plain_number_is_only_its_value():
    """`Number(value, source)` and nothing more."""
    assert read_number(15) == Number(Decimal(15)) == Number(Decimal(15), "")


def test_everything_written_is_kept():
    """Unit, title, range, dates, clause, and whose it is to change."""
    number = read_number(
        {
            "value": Decimal("0.285"),
            "unit": "share",
            "title": {"en": "Rate", "zh-Hant": "比率"},
            "source": "S6.5",
            "range": {"above": 0, "at_most": "commission.cap"},
            "from": "2024-01-01",
            "to": "2024-06-30",
            "inside_period": "at_start",
            "region_may_change": "yes",
        }
    )

    assert number == Number(
        Decimal("0.285"),
        "S6.5",
        "share",
        Text((("en", "Rate"), ("zh-Hant", "比率"))),
        Range(Bound(Decimal(0), included=False), Bound("commission.cap")),
        (Segment(Decimal("0.285"), date(2024, 1, 1), date(2024, 6, 30), "S6.5"),),
        "at_start",
        True,
    )
    assert len({number, number}) == 1


def test_a_number_is_what_holds_on_a_day():
    """The last day of one segment, the first of the next, and none before or after."""
    number = read_number(HALVES)

    assert [number.on(date(2024, 5, 15)), number.on(date(2024, 5, 16))] == [Decimal("0.02"), Decimal("0.03")]
    assert [number.on(date(2023, 12, 31)), number.on(date(2025, 1, 1))] == [None, None]
    assert number.value == Decimal("0.03")


def test_cuts_are_the_days_on_which_it_begins_changes_or_is_no_more():
    assert read_number(HALVES).cuts() == (date(2024, 1, 1), date(2024, 5, 16), date(2025, 1, 1))
    assert read_number(7).cuts() == ()


def test_a_segment_has_its_own_clause_or_the_number_s():
    assert [each.source for each in read_number(HALVES).segments] == ["S1", "S9"]


def test_by_days_the_period_is_shared_out():
    """April 1 to May 15 are 45 days, May 16 to June 30 are 46."""
    segments = read_number(HALVES | {"inside_period": "by_days"}).segments_over(*QUARTER)

    assert [(each.last - each.first).days + 1 for each in segments] == [45, 46]
    assert [each.value for each in segments] == [Decimal("0.02"), Decimal("0.03")]


@pytest.mark.parametrize(("rule", "value"), [("at_start", "0.02"), ("at_end", "0.03")])
def test_at_start_or_end_one_value_holds_for_the_whole_period(rule, value):
    (one,) = read_number(HALVES | {"inside_period": rule}).segments_over(*QUARTER)

    assert (one.value, one.first, one.last) == (Decimal(value), *QUARTER)


def test_a_number_that_begins_inside_counts_from_its_end_only_if_the_file_says_so():
    """There was none on the first day, so only `at_end` has a number for the period."""
    begins = {"value": 5, "from": "2024-05-16"}
    (one,) = read_number(begins | {"inside_period": "at_end"}).segments_over(*QUARTER)

    assert one.value == 5
    for rule in ("at_start", "by_days"):
        with pytest.raises(ValueError, match="no number on 2024-04-01; it begins on 2024-05-16"):
            read_number(begins | {"inside_period": rule}).segments_over(*QUARTER)


def test_a_change_inside_a_period_needs_a_rule():
    """The sentence names the day, the period and the choices."""
    sentence = (
        "it changes on 2024-05-16, inside the period 2024-04-01 to 2024-06-30; "
        "say how that counts with inside_period: by_days, at_start, at_end"
    )
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_number(HALVES).segments_over(*QUARTER)


def test_outside_its_days_there_is_no_number():
    with pytest.raises(ValueError, match="it begins on 2024-01-01 and ends on 2024-12-31"):
        read_number(HALVES).segments_over(date(2025, 1, 1), date(2025, 3, 31))


def test_a_change_between_periods_needs_no_rule():
    later = {"segments": [{"value": 1, "to": "2024-03-31"}, {"value": 2, "from": "2024-04-01"}]}
    (one,) = read_number(later).segments_over(*QUARTER)

    assert one == Segment(Decimal(2), *QUARTER)


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    start=st.integers(0, 100),
    length=st.integers(1, 120),
)
def test_the_days_of_a_period_are_shared_without_gap_or_overlap(lengths, start, length):
    """Whatever the segments, each day of a covered period counts once, with the value of that day."""
    origin = date(2024, 1, 1)
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    segments = [
        {
            "value": index,
            "from": str(origin + timedelta(first)),
            "to": str(origin + timedelta(first + days - 1)),
        }
        for index, (first, days) in enumerate(zip(starts, lengths, strict=True))
    ]
    number = read_number({"segments": segments, "inside_period": "by_days"})
    first, last = origin + timedelta(start), origin + timedelta(start + length - 1)
    expected = [
        next(index for index, begin in enumerate(starts) if begin <= day < begin + lengths[index])
        for day in range(start, start + length)
        if day < sum(lengths)
    ]

    if len(expected) < length:
        with pytest.raises(ValueError, match="there is no number on"):
            number.segments_over(first, last)
    else:
        found = [
            int(each.value)
            for each in number.segments_over(first, last)
            for _ in range((each.last - each.first).days + 1)
        ]
        assert found == expected


WRONG = {
    "text": ("fifteen", "'fifteen' is no number; write digits without quotes, % or separators"),
    "percent": ("4%", "'4%' is no number"),
    "yes": (True, "'True' is no number"),
    "float": (0.1, "'0.1' is no number"),
    "infinite": (Decimal("Infinity"), "'Infinity' is no finite number"),
    "misspelt": ({"vlaue": 3}, "a number has no 'vlaue'; did you mean 'value'?"),
    "empty": ({"source": "S1"}, "is no number; write 15, or {value: 15, source: S4.1.1}"),
    "two ways": ({"value": 3, "segments": []}, "has segments beside value, from or to"),
    "no list": ({"segments": 3}, "its segments are no list"),
    "empty list": ({"segments": []}, "its segments are no list"),
    "no segment": ({"segments": [3]}, "segments[0]: is no dated value"),
    "misspelt segment": (
        {"segments": [{"value": 3, "form": "2024-01-01"}]},
        "segments[0]: a segment has no 'form'; did you mean 'from'?",
    ),
    "text in a segment": ({"segments": [{"value": "3"}]}, "segments[0]: '3' is no number"),
    "no day": (
        {"value": 3, "from": "soon"},
        "from 'soon' is no day; write YYYY-MM-DD, for example 2024-07-01",
    ),
    "short day": ({"value": 3, "from": "2024-7-1"}, "from '2024-7-1' is no day"),
    "a number for a day": ({"value": 3, "from": 2024}, "from '2024' is no day"),
    "not in the calendar": ({"value": 3, "to": "2023-02-29"}, "to '2023-02-29' is not in the calendar"),
    "ends early": (
        {"value": 3, "from": "2024-02-01", "to": "2024-01-31"},
        "it ends on 2024-01-31, before it begins on 2024-02-01",
    ),
    "hole": (
        {"segments": [{"value": 1, "to": "2024-03-31"}, {"value": 2, "from": "2024-05-01"}]},
        "there is no value from 2024-04-01 to 2024-04-30",
    ),
    "overlap": (
        {"segments": [{"value": 1, "to": "2024-03-31"}, {"value": 2, "from": "2024-03-01"}]},
        "segments[0] and segments[1] overlap from 2024-03-01 to 2024-03-31; begin the second on 2024-04-01",
    ),
    "hole of a day": (
        {"segments": [{"value": 1, "to": "2024-03-31"}, {"value": 2, "from": "2024-04-02"}]},
        "there is no value from 2024-04-01 to 2024-04-01",
    ),
    "overlap of a day": (
        {"segments": [{"value": 1, "to": "2024-03-31"}, {"value": 2, "from": "2024-03-31"}]},
        "segments[0] and segments[1] overlap from 2024-03-31 to 2024-03-31",
    ),
    "open": (
        {"segments": [{"value": 1}, {"value": 2, "from": "2024-03-01"}]},
        "segments[0] and segments[1] do not say when one ends and the other begins",
    ),
    "rule": (
        {"value": 3, "inside_period": "by_day"},
        "inside_period 'by_day' is unknown; did you mean 'by_days'?",
    ),
    "range": ({"value": 3, "range": 5}, "its range is none; write range: [0, 20]"),
    "range of three": ({"value": 3, "range": [1, 2, 3]}, "its range is none"),
    "misspelt range": ({"value": 3, "range": {"atleast": 5}}, "its range is none"),
    "open range": ({"value": 3, "range": [None, None]}, "its range has no end"),
    "range upside down": ({"value": 3, "range": [5, 1]}, "nothing is at least 5 and at most 1"),
    "empty range": ({"value": 3, "range": {"above": 5, "at_most": 5}}, "nothing is above 5 and at most 5"),
    "two lower ends": (
        {"value": 3, "range": {"above": 0, "at_least": 1}},
        "its range has both at_least and above",
    ),
    "quoted end": (
        {"value": 3, "range": [0, "20"]},
        "the end '20' of its range is neither a number nor an address",
    ),
    "unit": ({"value": 3, "unit": ["CNY"]}, "its unit is no text"),
    "title": ({"value": 3, "title": 5}, "is no title"),
    "region": ({"value": 3, "region_may_change": "maybe"}, "region_may_change is 'maybe'; write yes or no"),
}


@pytest.mark.parametrize(("raw", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_each_wrong_form_has_its_sentence(raw, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_number(raw)


def test_a_range_says_which_ends_are_allowed():
    assert str(read_range([0, 20])) == "at least 0 and at most 20"
    assert str(read_range({"above": 0, "below": 1})) == "above 0 and below 1"
    assert str(read_range([None, 20])) == "at most 20"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3, True),
        (Decimal("0.5"), True),
        ({"value": 3}, True),
        ({"segments": [{"value": 3}]}, True),
        (False, False),
        ("3", False),
        (None, False),
        ({"value": 3, "weight": 1}, False),
        ({"value": {"line": "sales"}}, False),
        ({"value": 3, "at_least": 1}, False),
    ],
)
def test_a_number_is_told_from_what_only_has_a_value(raw, expected):
    """A weighted value or a condition has a `value` too, and is no number."""
    assert is_number(raw) is expected


def test_settings_take_numbers_and_titles_that_are_read_already():
    """So that a record can be made in Python."""
    assert Figure.__metadata__[0].func(Number(Decimal(1))) == Number(Decimal(1))
    assert Title.__metadata__[0].func(Text((("en", "A"),))) == Text((("en", "A"),))
