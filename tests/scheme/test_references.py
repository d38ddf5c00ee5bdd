"""Lines that name lines: what is there, what goes round in a circle, in whatever order the file has them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.errors import SchemeError
from policymodel.scheme.faults import settings_of
from policymodel.scheme.kinds import KINDS, PAY_KINDS
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.references import APART, DEEPEST, WHOLES

HEAD = {"id": "plan", "title": "Plan", "source": "S1", "every": "month"}


def total(name, needs):
    return {"kind": "total", "id": name, "title": name, "add": [1, *({"line": each} for each in needs)]}


def problems(lines):
    try:
        scheme_of(HEAD | {"figures": lines})
    except SchemeError as error:
        return error.problems
    return ()


@st.composite
def webs(draw):
    """Up to seven lines, each naming some of the others or itself, in any order."""
    names = [f"l{index}" for index in range(draw(st.integers(1, 7)))]
    needs = {name: draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) for name in names}
    return {name: needs[name] for name in draw(st.permutations(names))}


def reached(needs, start):
    """Every line that one cannot be worked out without, by walking."""
    found, left = set(), [start]
    while left:
        for each in needs[left.pop()]:
            if each not in found:
                found.add(each)
                left.append(each)
    return found


@given(webs())
def test_lines_are_refused_exactly_where_one_needs_itself(needs):
    """Against a plain walk: refused if some line comes back to itself, and each circle told is one."""
    found = problems([total(name, names) for name, names in needs.items()])

    assert bool(found) == any(name in reached(needs, name) for name in needs)
    for problem in found:
        if problem.what == "the line needs itself":
            continue
        circle = problem.what.removeprefix("the lines need one another in a circle: ").split(" → ")
        assert circle[0] == circle[-1]
        assert all(after in needs[before] for before, after in pairwise(circle))


@given(webs())
def test_a_circle_is_told_where_its_first_line_names_the_next(needs):
    """The place leads to a name in the file."""
    lines = [total(name, names) for name, names in needs.items()]
    for problem in problems(lines):
        where = (
            problem.place.removeprefix("figures[").removesuffix(".line").replace("].add[", " ").rstrip("]")
        )
        line, item = map(int, where.split())
        named = lines[line]["add"][item]["line"]
        circle = problem.what.removeprefix("the lines need one another in a circle: ").split(" → ")
        assert circle == ["the line needs itself"] or circle[:2] == [lines[line]["id"], named]


def chain(length):
    return [total("l1", []), *(total(f"l{index}", [f"l{index - 1}"]) for index in range(2, length + 1))]


def test_a_chain_is_as_deep_as_can_be_worked_out():
    """One line more is refused with a sentence, whichever way round the file has them."""
    assert problems(chain(DEEPEST)) == ()
    for lines in (chain(DEEPEST + 1), chain(DEEPEST + 1)[::-1]):
        (problem,) = problems(lines)
        assert problem.what == f"it is the last of {DEEPEST + 1} lines that lean on one another"


def test_lines_that_need_a_broken_one_are_left_alone():
    """One mistake is told once, not again in every line that reads it."""
    broken = {"kind": "figure", "id": "first", "title": "First", "of": "15%"}
    found = problems([broken, total("second", ["first"]), total("third", ["second.side"])])

    assert [problem.place for problem in found] == ["figures[0].of"]


def test_both_mistakes_of_two_lines_are_told():
    """A broken line does not hide that another one names what is not there."""
    found = problems(
        [
            {"kind": "figure", "id": "first", "title": "First", "of": "15%"},
            total("second", ["fisrt"]),
            total("third", []),
            total("fourth", ["third.owed"]),
        ]
    )

    assert [problem.place for problem in found] == [
        "figures[0].of",
        "figures[1].add[1].line",
        "figures[3].add[1].line",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_quantity_stands_where_names_are_not_looked_for(kind):
    """Settings that hold languages, categories or other lines hold no quantity."""
    for setting in set(APART) & set(settings_of(KINDS[kind])):
        line = {"kind": kind, "id": "a", "title": "A", "source": "S", setting: {"measure": "sales"}}
        section = {"items": [line]} if kind in PAY_KINDS else {"lines": [line]}
        with pytest.raises(SchemeError) as caught:
            scheme_of(HEAD | {"pay" if kind in PAY_KINDS else "card": section})
        assert (
            any(f"[0].{setting}" in problem.place for problem in caught.value.problems) or setting == "title"
        )


def test_a_total_is_no_word_of_a_quantity():
    """`score` and `pay` are named like lines, so they begin no quantity of their own."""
    assert not set(WHOLES) & set(SORTS)
