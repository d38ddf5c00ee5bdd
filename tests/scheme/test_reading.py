"""Scheme files and change files: what is read, and every sentence about what cannot be."""

from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.errors import ChangeError, SchemeError
from policymodel.scheme.changes import changes_between
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.kinds.card import Counted
from policymodel.scheme.reading import read_scheme

PARAMS = Path(__file__).resolve().parents[2] / "params"
FILES = sorted([*PARAMS.glob("schemes/*.yaml"), *PARAMS.glob("changes/*.yaml")])

CARD = """
id: small
title: Small
source: S4
every: quarter
targets: {set_by: table, break_down: by_base, without_base: mean, progress: calendar_days, source: S4.0}
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - {kind: attainment, id: cards, measure: debit_cards, points: 10, cap: null, floor: null,
       zero_target: not_applicable, missing: refuse, source: S4.1.6, title: Cards}
"""
CHANGE = """
id: proposal
title: Proposal
author: HR
base: scheme.yaml
because: a reason
changes:
  - {at: cards.cap, from: null, to: 1.5, because: windfalls}
"""


@pytest.fixture
def write(tmp_path):
    """Write a scheme (and a change file) and give back the path of the last."""

    def files(scheme, change=None):
        path = tmp_path / "scheme.yaml"
        path.write_text(scheme, encoding="utf-8")
        if change is not None:
            path = tmp_path / "change.yaml"
            path.write_text(change, encoding="utf-8")
        return path

    return files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_of_our_schemes_has_a_clause_or_is_called_illustrative(path):
    """A number without a source would be a number that nobody can check."""
    numbers = read_scheme(path).numbers()

    assert numbers
    assert all(each.source == "illustrative" or each.source.startswith(("S4", "S6")) for each in numbers)


def test_the_points_of_s4_are_the_published_hundred():
    """S4.1: 15, 10, 10, 10, 5, 10, 10, 10, 10, 10; no cap and no floor on any of them."""
    card = read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml").card
    indicators = card.lines[0].lines

    assert [int(line.points.value) for line in indicators] == [15, 10, 10, 10, 5, 10, 10, 10, 10, 10]
    assert all(line.cap is None and line.floor is None for line in indicators)


def test_the_written_decimal_is_the_number(write):
    """0.285 is 285/1000."""
    scheme = read_scheme(write(CARD.replace("points: 10", "points: 0.285")))

    assert scheme.card.lines[0].points.value == Decimal("0.285")


def test_layout_comments_and_order_do_not_change_the_digest(write):
    """The hash certifies what is promised, not how it is typed."""
    plain = read_scheme(write(CARD)).digest
    moved = CARD.replace("source: S4\nevery: quarter", "every: quarter  # so\nsource: S4")

    assert read_scheme(write(moved)).digest == plain
    assert read_scheme(write(CARD.replace("points: 10", "points: 11"))).digest != plain


BROKEN = {
    "misspelt top": (
        ("source: S4\n", "sourc: S4\n"),
        "sourc: a scheme has no such setting; did you mean 'source'?",
    ),
    "unknown period": (
        ("quarter", "quater"),
        "every: 'quater' is not one of month, quarter, year; did you mean 'quarter'?",
    ),
    "misspelt kind": (
        ("kind: attainment", "kind: atainment"),
        "card.lines[0].kind: 'atainment' is not a kind of line here; did you mean 'attainment'?",
    ),
    "no kind": (("kind: attainment, ", ""), "card.lines[0].kind: has no `kind:`; the kinds are assumed,"),
    "misspelt setting": (
        ("points:", "point:"),
        "card.lines[0].point: attainment has no such setting; did you mean 'points'?",
    ),
    "setting left out": (("cap: null, ", ""), "card.lines[0].cap: attainment needs this setting"),
    "no number": (("points: 10", "points: ten"), "card.lines[0].points: 'ten' is no number"),
    "percent": (
        ("points: 10", "points: 15%"),
        "card.lines[0].points: '15%' is no number; write digits without quotes, %",
    ),
    "yes for a number": (("points: 10", "points: true"), "card.lines[0].points: 'True' is no number"),
    "unknown choice": (
        ("refuse", "forget"),
        "card.lines[0].missing: 'forget' is not one of 'refuse', 'zero' or 'rescale'",
    ),
    "rounding": (("half_up", "up"), "card.round.mode: 'up' is not one of 'half_up' or 'half_even'"),
    "no lines": (("lines:", "line:"), "card.line: there is no such setting here; did you mean 'lines'?"),
    "no title": (
        ("title: Small", "title: 5"),
        "title: is no title; write a text, or {en: ..., zh-Hant: ...}",
    ),
    "pay kind on a card": (
        ("kind: attainment", "kind: grade_wage"),
        "'grade_wage' is not a kind of line here",
    ),
    "target rule": (
        ("set_by: table", "set_by: wish"),
        "targets.set_by: 'wish' is not one of 'table' or 'growth'",
    ),
    "two equal keys": (("rescale: 1", "rescale: 1\n  rescale: 10"), "the key 'rescale' stands here twice"),
    "nothing to do": (("card:", "cards:"), "has neither `card:` nor `pay:`; a scheme scores, pays, or both"),
}


@pytest.mark.parametrize(("edit", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_said(write, edit, sentence):
    """One file for each way to be wrong, beside the sentence promised."""
    with pytest.raises(SchemeError) as caught:
        read_scheme(write(CARD.replace(*edit)))

    assert sentence in str(caught.value)


def test_all_problems_are_told_at_once(write):
    """Three mistakes, three sentences."""
    text = CARD.replace("quarter", "quater").replace("points:", "point:")
    with pytest.raises(SchemeError) as caught:
        read_scheme(write(text))

    assert len(caught.value.problems) == 3


def test_a_number_s_message_survives_an_optional_setting(write):
    """`cap` may be null; a wrong cap is still told as a wrong number."""
    with pytest.raises(SchemeError, match=r"cap: 'high' is no number"):
        read_scheme(write(CARD.replace("cap: null, floor", "cap: high, floor")))


def test_an_id_stands_for_one_line(write):
    """Two lines with one id could not be addressed."""
    line = CARD[CARD.index("    - {kind") :]
    with pytest.raises(SchemeError, match="'cards' is the id of another line"):
        read_scheme(write(CARD + line))


def test_a_bank_s_own_kind_is_handed_in(write):
    """`kinds=KINDS | {...}`: no registry, no import with a side effect."""
    own = type("Visit", (Counted,), {"kind": "visit"})
    text = (
        CARD
        + "    - {kind: visit, id: v, title: V, source: X, measure: m, points_each: 1, missing: refuse}\n"
    )

    assert read_scheme(write(text), KINDS | {"visit": own}).card.lines[1].id == "v"
    with pytest.raises(SchemeError, match="'visit' is not a kind of line"):
        read_scheme(write(text))


def test_a_proposal_is_its_base_with_the_changes(write):
    """The change is made, named, reasoned; nothing else differs."""
    proposal = read_scheme(write(CARD, CHANGE))
    base = read_scheme(proposal.file.replace("change", "scheme"))
    table = changes_between(base, proposal)

    assert proposal.card.lines[0].cap.value == Decimal("1.5")
    assert table[["at", "before", "after", "because"]].to_numpy().tolist() == [
        ["cards.cap", None, Decimal("1.5"), "windfalls"]
    ]
    assert changes_between(base, base).empty


MISFITS = {
    "from differs": (("from: null", "from: 1.2"), "changes[0].from: the base says null, not 1.2"),
    "unknown line": (
        ("cards.cap", "card_s.cap"),
        "changes[0].at: there is no 'card_s' in the base; did you mean 'cards'?",
    ),
    "unknown setting": (
        ("cards.cap", "cards.capp"),
        "changes[0].at: 'cards' has no 'capp'; did you mean 'cap'?",
    ),
    "no reason": (
        (", because: windfalls", ""),
        "changes[0]: is no change; a change has exactly at, from, to and because",
    ),
    "misspelt": (("author:", "autor:"), "autor: a change file has no such setting; did you mean 'author'?"),
    "no base file": (("base: scheme.yaml", "base: schem.yaml"), "schem.yaml"),
    "circle": (("base: scheme.yaml", "base: change.yaml"), "refer to each other in a circle"),
    "ill-typed": (("to: 1.5", "to: much"), "card.lines[0].cap: 'much' is no number"),
}


@pytest.mark.parametrize(("edit", "sentence"), MISFITS.values(), ids=MISFITS.keys())
def test_a_change_that_does_not_fit_is_refused(write, edit, sentence):
    """`from` must match, lines are addressed by id, every change has a reason."""
    with pytest.raises((ChangeError, SchemeError)) as caught:
        read_scheme(write(CARD, CHANGE.replace(*edit)))

    assert sentence in str(caught.value)


def test_a_plain_from_matches_a_number_with_a_source(write):
    """Who changes a number need not repeat where the old one came from."""
    text = CARD.replace("points: 10", "points: {value: 10, source: S4.1.6}")
    change = CHANGE.replace("{at: cards.cap, from: null, to: 1.5", "{at: cards.points, from: 10, to: 12")

    assert read_scheme(write(text, change)).card.lines[0].points.value == 12
