"""Addresses, the list of a scheme's numbers, and their ranges."""

from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.documents import parse_yaml
from policymodel.scheme.addresses import AddressFault, address_of, at, locate, shown, steps_of
from policymodel.scheme.parameters import check_ranges, parameters
from policymodel.scheme.reading import resolved

PARAMS = Path(__file__).resolve().parents[2] / "params"

SCHEME = """
id: sales
title: Sales
source: S1
every: quarter
targets: {set_by: growth, growth: 0.08, progress: months, source: S6.4}
figures:
  - kind: tiers
    id: commission
    title: {en: Commission, zh-Hant: 佣金}
    of: {measure: sales, window: rolling, months: 3}
    rate_applies_to: slice
    measured: by_itself
    tiers:
      - {from: 0, rate: {value: 0.05, unit: share, range: [0, 0.2], source: S2.1}}
      - {from: 1000, rate: 0.1}
      - {from: 2500.0, rate: 0.12}
    cap: {value: 5000, unit: CNY, region_may_change: yes, from: 2024-01-01, to: 2024-12-31}
    round: {digits: 2, mode: half_up}
card:
  round: {digits: 2, mode: half_up}
  rescale: 10
  floor: null
  cap: {value: 1000, source: S6.6}
  lines:
    - kind: group
      id: whole
      title: All
      source: S4
      lines:
        - {kind: share, id: files, title: Files, top: kept, bottom: all, points: 2, cap: 1, source: S4.2}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - kind: grade_wage
      id: wage
      title: Wage
      monthly: {A: 9000, "B.1": 7000}
    - kind: weighted_mean
      id: mix
      title: Mix
      of: [{value: {line: commission, earlier: 1}, weight: 0.4}, {value: 3, weight: 0.6}]
"""


def document(text=SCHEME):
    return parse_yaml(text, "sales.yaml")[0]


def test_every_number_has_an_address():
    """In the order of the file; not digits of rounding, nor periods back, nor months of a window."""
    found = {each.address: each.value for each in parameters(document())}

    assert found == {
        "targets.growth": Decimal("0.08"),
        "commission.tiers[0].from": 0,
        "commission.tiers[0].rate": Decimal("0.05"),
        "commission.tiers[1].from": 1000,
        "commission.tiers[1].rate": Decimal("0.1"),
        "commission.tiers[2].from": 2500,
        "commission.tiers[2].rate": Decimal("0.12"),
        "commission.cap": 5000,
        "card.rescale": 10,
        "card.cap": 1000,
        "files.points": 2,
        "files.cap": 1,
        "wage.monthly.A": 9000,
        'wage.monthly["B.1"]': 7000,
        "mix.of[0].weight": Decimal("0.4"),
        "mix.of[1].value": 3,
        "mix.of[1].weight": Decimal("0.6"),
    }


def test_a_number_left_out_is_none_of_them():
    """A first tier without a beginning has a rate alone, left out or null."""
    for first in ("{rate: ", "{from: null, rate: "):
        found = [each.address for each in parameters(document(SCHEME.replace("{from: 0, rate: ", first)))]

        assert found[:3] == ["targets.growth", "commission.tiers[0].rate", "commission.tiers[1].from"]


def test_a_parameter_brings_its_line_and_its_biography():
    found = {each.address: each for each in parameters(document())}
    cap, rate, growth = (
        found[name] for name in ("commission.cap", "commission.tiers[0].rate", "targets.growth")
    )

    assert (cap.line, cap.setting, cap.title.within("zh-Hant")) == ("commission", "cap", "佣金")
    assert (cap.number.unit, cap.number.region_may_change, cap.source) == ("CNY", True, "S1")
    assert [str(cap.number.segments[0].first), str(cap.number.segments[0].last)] == [
        "2024-01-01",
        "2024-12-31",
    ]
    assert (rate.setting, rate.source, str(rate.number.range)) == (
        "tiers[0].rate",
        "S2.1",
        "at least 0 and at most 0.2",
    )
    assert (growth.line, growth.setting, growth.title.within("zh-Hant")) == ("targets", "growth", "目標")


def test_a_number_has_the_nearest_source_above_it():
    found = {each.address: each.source for each in parameters(document())}

    assert [found[name] for name in ("targets.growth", "files.points", "card.rescale", "card.cap")] == [
        "S6.4",
        "S4.2",
        "S1",
        "S6.6",
    ]


@pytest.mark.parametrize(
    "path",
    sorted(PARAMS.glob("schemes/*.yaml")) + sorted(PARAMS.glob("changes/*.yaml")),
    ids=lambda path: path.stem,
)
def test_every_address_of_our_schemes_leads_back_to_its_number(path):
    """Written schemes and proposals: the address is unique, and what stands there is the number."""
    whole = resolved(path)[0]
    found = parameters(whole)

    assert found
    assert len({each.address for each in found}) == len(found)
    for each in found:
        raw = at(whole, locate(whole, each.address))
        assert (raw["value"] if isinstance(raw, dict) else raw) == each.value
        assert address_of(whole, locate(whole, each.address)) == each.address


SAME = [
    ("commission.tiers[2].rate", "commission.tiers[last].rate"),
    ("commission.tiers[2].rate", "commission.tiers[from=2500].rate"),
    ("commission.tiers[0].rate", "commission.tiers[from=0].rate"),
    ("files.cap", "whole.files.cap"),
    ("files.cap", "card.lines[0].lines[0].cap"),
    ("mix.of[1].weight", "mix.of[value=3].weight"),
    ("targets.growth", "targets.growth"),
]


@pytest.mark.parametrize(("address", "other"), SAME)
def test_a_place_may_be_named_in_several_ways(address, other):
    """By position, as the last, by what the item says, through the group it stands in."""
    assert address_of(document(), locate(document(), other)) == address


NOWHERE = {
    "misspelt line": ("comission.cap", "there is no 'comission' in the scheme", "did you mean 'commission'?"),
    "misspelt setting": ("commission.capp", "'commission' has no 'capp'", "did you mean 'cap'?"),
    "beyond the end": (
        "commission.tiers[3].rate",
        "'commission.tiers' has 3 items, and none is [3]",
        "[0] to [2]",
    ),
    "no list": ("commission.cap[0]", "'commission.cap' is no list", "leave the brackets out"),
    "no item says so": ("commission.tiers[from=7].rate", "no items of 'commission.tiers' say from: 7", "[1]"),
    "blank": ("commission. cap", "'commission. cap' is no address", "such as cards.points"),
    "two dots": ("commission..cap", "'commission..cap' is no address", ""),
    "begins with a bracket": ("[0].cap", "'[0].cap' is no address", ""),
    "empty": ("", "'' is no address", ""),
    "open bracket": ("commission.tiers[1", "is no address", ""),
    "stray backslash": (r'wage.monthly["\B"]', "has a stray backslash", ""),
}


@pytest.mark.parametrize(("address", "what", "right"), NOWHERE.values(), ids=NOWHERE.keys())
def test_an_address_that_leads_nowhere_is_told(address, what, right):
    with pytest.raises(AddressFault) as caught:
        locate(document(), address)

    assert what in caught.value.what
    assert right in caught.value.right


def test_two_items_that_say_the_same_are_no_address():
    text = SCHEME.replace("from: 1000", "from: 0")
    with pytest.raises(AddressFault, match=r"2 items of 'commission.tiers' say from: 0"):
        locate(document(text), "commission.tiers[from=0].rate")


@pytest.mark.parametrize(
    "address", ['grid.values["A.1"][2].rate', 'a["say \\"x\\""].b', "a.b[last][from=0.9]"]
)
def test_an_address_is_written_as_it_is_read(address):
    assert shown(steps_of(address)) == address


def ranges(first, second="{value: 2}", third="{value: 3}"):
    """Problems of three numbers that may name one another."""
    lines = "".join(
        f"    - {{kind: assumed, id: {name}, title: T, points: {number}}}\n"
        for name, number in (("one", first), ("two", second), ("three", third))
    )
    return [str(each) for each in check_ranges(document("card:\n  lines:\n" + lines))]


@pytest.mark.parametrize(
    ("number", "problems"),
    [
        ("{value: 5, range: [0, 5]}", []),
        ("{value: 0, range: [0, 5]}", []),
        ("{value: 5, range: [5, 5]}", []),
        ("{value: 6, range: [5, 5]}", ["one.points: 6 is out of range; it may be at least 5 and at most 5"]),
        (
            "{value: 5.01, range: [0, 5]}",
            ["one.points: 5.01 is out of range; it may be at least 0 and at most 5"],
        ),
        ("{value: 0, range: {above: 0}}", ["one.points: 0 is out of range; it may be above 0"]),
        ("{value: 5, range: {below: 5}}", ["one.points: 5 is out of range; it may be below 5"]),
        ("{value: 2, range: [0, two.points]}", []),
        (
            "{value: 3, range: [0, two.points]}",
            [
                "one.points: 3 is out of range; it may be at least 0 and at most two.points, "
                "and two.points is 2"
            ],
        ),
        ('{value: 3, range: [0, "card.lines[2].points"]}', []),
        (
            "{value: 3, range: [0, tow.points]}",
            ["one.points.range: there is no 'tow' in the scheme; did you mean 'two.points'?"],
        ),
        (
            "{value: 3, range: [0, two.title]}",
            ["one.points.range: 'two.title' is no number of this file; did you mean 'two.points'?"],
        ),
        (
            "{value: 3, range: [0, one.points]}",
            [
                "one.points.range: ranges name one another in a circle: one.points → one.points; "
                "let one of them name a plain number"
            ],
        ),
    ],
)
def test_ranges_are_kept(number, problems):
    """Both ends, open and closed, by number and by name."""
    assert ranges(number) == problems


def test_ranges_in_a_circle_are_told_once():
    """one ≤ two ≤ three ≤ one: nobody could say which of them is wrong."""
    problems = ranges(
        "{value: 2, range: [0, two.points]}",
        "{value: 2, range: [0, three.points]}",
        "{value: 2, range: [0, one.points]}",
    )

    (problem,) = problems
    path = problem.split(": ")[2].split(";")[0].split(" → ")
    follows = {"one.points": "two.points", "two.points": "three.points", "three.points": "one.points"}
    assert path[1:] == [follows[each] for each in path[:-1]]
    assert len(path) == 4


def test_naming_the_same_number_twice_is_no_circle():
    assert ranges("{value: 2, range: [two.points, two.points]}") == []


def test_dated_numbers_are_compared_day_by_day():
    """The cap falls on May 1 below the number, which itself falls on July 1: May and June are wrong."""
    problems = ranges(
        "{segments: [{value: 8, to: 2024-06-30}, {value: 4, from: 2024-07-01}], range: [0, two.points]}",
        "{segments: [{value: 10, to: 2024-04-30}, {value: 5, from: 2024-05-01}]}",
    )

    assert problems == [
        "one.points: 8 is out of range from 2024-05-01; it may be at least 0 and at most two.points, "
        "and two.points is 5"
    ]
