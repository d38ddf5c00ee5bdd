"""Scheme files and change files: what is read, and what is said about what cannot be (see tests/broken too)."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.errors import InputError, SchemeError
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
    assert all(each.source == "illustrative" or re.match("S[1-6]", each.source) for each in numbers)


def test_the_points_of_s4_are_the_published_hundred():
    """Each clause is one indicator with the points that the source prints; no cap and no floor on any of them.

    S4.1: the sum is 100. S4.1.1 deposits, S4.1.2 wealth accounts, S4.1.3 auto-debit, S4.1.4 insurance, S4.1.5 broker
    links, S4.1.6 debit cards, S4.1.7 credit cards, S4.1.8 funds, S4.1.9 off-counter share, S4.1.10 e-banking clients.
    """
    card = read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml").card
    indicators = card.lines[0].lines

    assert [(line.source, line.measure, int(line.points.value)) for line in indicators] == [
        ("S4.1.1", "net_deposits", 15),
        ("S4.1.2", "wealth_accounts", 10),
        ("S4.1.3", "autodebit_agreements", 10),
        ("S4.1.4", "insurance_sold", 10),
        ("S4.1.5", "broker_links", 5),
        ("S4.1.6", "debit_cards", 10),
        ("S4.1.7", "credit_cards", 10),
        ("S4.1.8", "funds_sold", 10),
        ("S4.1.9", "off_counter_share", 10),
        ("S4.1.10", "ebanking_clients", 10),
    ]
    assert sum(int(line.points.value) for line in indicators) == 100
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


def places(path):
    """Where the problems of a file are, in the order in which they are told."""
    with pytest.raises(InputError) as caught:
        read_scheme(path)
    return [problem.place for problem in caught.value.problems]


def test_all_problems_are_told_at_once(write):
    """Three mistakes, three sentences."""
    text = CARD.replace("quarter", "quater").replace("points:", "point:")

    assert places(write(text)) == ["every", "card.lines[0].point", "card.lines[0].points"]


def test_problems_come_in_the_order_of_the_file(write):
    """Who moves a section down finds its problems further down; what is missing stands at the end of its table."""
    text = CARD.replace("points: 10, cap: null", "cap: high, points: 5%, colour: red").replace(
        "source: S4\n", ""
    )
    head, card = text.split("card:\n")
    line = [f"card.lines[0].{setting}" for setting in ("cap", "points", "colour")]
    text = head.replace("every: quarter", "every: week") + "card:\n" + card

    assert places(write(text)) == ["every", *line, "source"]
    assert places(write("card:\n" + card + head.replace("every: quarter", "every: week"))) == [
        *line,
        "every",
        "source",
    ]


def test_a_line_may_not_have_the_id_of_its_group(write):
    """Lines inside a group are found by their ids like all others."""
    line = CARD[CARD.index("    - {kind") :].replace("    ", "        ")
    group = (
        "    - kind: group\n      id: cards\n      title: Cards\n      source: S4\n      cap: null\n"
        "      floor: null\n      not_applicable: zero\n      lines:\n"
    )
    text = CARD[: CARD.index("    - {kind")] + group + line

    assert places(write(text)) == ["card.lines[0].lines[0].id"]


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
    with pytest.raises(
        SchemeError, match="points_eech: visit has no such setting; did you mean 'points_each'"
    ):
        read_scheme(write(text.replace("points_each", "points_eech")), KINDS | {"visit": own})


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


def test_a_plain_from_matches_a_number_with_a_source(write):
    """Who changes a number need not repeat where the old one came from."""
    text = CARD.replace("points: 10", "points: {value: 10, source: S4.1.6}")
    change = CHANGE.replace("{at: cards.cap, from: null, to: 1.5", "{at: cards.points, from: 10, to: 12")

    assert read_scheme(write(text, change)).card.lines[0].points.value == 12


TO_DATE = """
id: small
title: Small
source: S4
every: month
figures:
  - {kind: tiers, id: fee, title: Fee, of: {measure: sales}, rate_applies_to: slice, measured: year_to_date,
     tiers: [{from: 0, rate: {value: 0.02, region_may_change: yes}}]}
"""
RAISED = CHANGE[: CHANGE.index("  - {at")] + (
    '  - {at: "fee.tiers[0].rate", from: 0.02, to: 0.03, effective: 2024-07-01, because: growth}\n'
)


def test_a_change_file_says_what_its_new_number_does_to_the_total_so_far(write):
    """As the refusal asks: by one more change, before or after the one that needs it."""
    said = "  - {at: fee.on_change, from: null, to: new_amounts_only, because: the notice says so}\n"
    for change in (RAISED + said, RAISED.replace("changes:\n", f"changes:\n{said}")):
        (line,) = read_scheme(write(TO_DATE, change)).figures

        assert line.on_change == "new_amounts_only"
        assert [str(day) for day in line.tiers[0].rate.changes] == ["2024-07-01"]


def test_a_region_changes_a_number_on_a_day_where_the_base_says_what_that_does(write):
    base = TO_DATE.replace("year_to_date,", "year_to_date, on_change: whole_total,")

    (line,) = read_scheme(write(base, RAISED.replace("changes:", "region: north\nchanges:"))).figures

    assert line.on_change == "whole_total"
