"""The linter on S4 and S6 as published, over the invented bank: what it says, and each of it is true."""

from __future__ import annotations

import copy
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.lint import RULES, Finding, Place, Settings, lint, read_settings
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme, resolved, scheme_of

pytestmark = pytest.mark.thorough

PARAMS = Path(__file__).resolve().parents[2] / "params"
S4, S6 = PARAMS / "schemes" / "s4_scorecard.yaml", PARAMS / "schemes" / "s6_profit_centre.yaml"
UNSAID = {("not_approved", ""), ("no_appeal", ""), ("records_too_short", "")}
"""What neither file says of itself."""
REACHED = (
    "conversion",
    "appointments_done",
    "prompt_notes",
    "prompt_answers",
    "retention",
    "lobby_presence",
)
"""Duties of which more than half of the people reach what is asked."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory) -> Panel:
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(2026))
    history = read_history(folder, read_mapping(PARAMS / "mappings" / "bank.yaml"))
    return build_panel(history, Period.parse("2025"), Period.parse("2024"))


@pytest.fixture(scope="module")
def s4_found(bank) -> tuple[Finding, ...]:
    return lint(read_scheme(S4), bank_settings(), bank)


@cache
def bank_settings() -> Settings:
    return read_settings(PARAMS / "lint" / "bank.yaml", RULES)


def places(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(each.rule, each.place.address) for each in findings}


def test_s4_as_published(s4_found):
    """Ten indicators, one channel of complaints, sub-caps that add up to the cap, targets that follow last year."""
    assert places(s4_found) == UNSAID | {
        (
            "target_not_positive",
            "broker_links.measure",
        ),  # outlets whose people had no links last year get none
        ("small_weight", "broker_links.points"),  # 5 of 100
        ("weight_without_effect", "off_counter_share"),  # the same for an outlet, and near 1 everywhere
        ("too_many_measures", "card.lines"),  # 10 + 4 + 2
        ("quality_weight", "card.lines"),  # files kept are 2 of 110; the rest of it is only deducted
        ("one_complaint_channel", "complaints.channels"),
        ("point_in_time", "net_deposits"),  # as the settings say
        ("ratchet", "targets.break_down"),
        ("dead_clause", "bonus.cap"),  # 2 + 2 + 6 are 10 at most
        (
            "dead_clause",
            "client_files.cap",
        ),  # no more are kept than there are clients; more may be met
    }
    assert [each.rule for each in s4_found if not each.open] == ["too_many_measures"]


def test_s6_as_published(bank):
    """Its score has no sales, so nothing is counted twice; its parts are slices, so nothing is paid twice.

    What the checklist of S2 has of its own is found in it too.
    """
    found = lint(read_scheme(S6), bank_settings(), bank)

    assert places(found) == UNSAID | {
        *(("cap_below_median", f"{line}.cap") for line in REACHED),
        ("no_variance", "follow_up_plans"),  # whoever had such a need had a plan
        ("dead_clause", "follow_up_plans.cap"),
        ("dead_clause", "files_complete.cap"),
        ("too_many_measures", "card.lines"),  # 16 duties, 4 of the bonus, 2 deductions
        ("too_many_numbers", ""),
        ("one_complaint_channel", "complaints.channels"),
        ("ratchet", "performance_wage.increment"),
        ("uncapped_accelerator", "performance_wage.shares.super_increment"),  # 0.05 against 0.005
        ("dead_clause", "bonus.cap"),
        ("dead_clause", "client_files.cap"),
        ("dead_clause", "card.floor"),  # nobody comes near a score of 0
        ("no_clawback", "pay.items"),
        ("punished_twice", "repeated_complaints.when.events[0]"),  # S4.3 and S6.11
    }


def test_evidence_has_its_sample(s4_found):
    """Complaints that came another way do not count: the finding says how many people and cases it rests on."""
    told = next(each for each in s4_found if each.rule == "one_complaint_channel").evidence

    assert told is not None
    assert (told.sample.people, told.sample.cases) == (240, 932)
    assert (told.sample.first, told.sample.last) == ("2025-Q1", "2025-Q4")
    assert 0 < told.sample.hit_people <= told.sample.hit_cases


def test_a_place_is_the_line_of_the_file_where_it_is_written():
    """S6 includes lines of S4: they are found there."""
    found = {each.rule: each.place for each in lint(read_scheme(S6))}
    channels, shares = found["one_complaint_channel"], found["uncapped_accelerator"]

    assert Path(channels.file) == S4
    assert "channels: [hotline]" in written_at(channels)
    assert Path(shares.file) == S6
    assert "super_increment" in written_at(shares)
    assert channels.clause == "S4.3"


def written_at(place: Place) -> str:
    assert place.line is not None
    return Path(place.file).read_text("utf-8").splitlines()[place.line - 1]


def s6(**changes: Any) -> dict[str, Any]:
    return resolved(S6)[0] | changes


def test_the_whole_of_s4_as_score_pays_sales_twice(bank):
    """S6.6, ours: using the whole of S4 pays sales twice and the linter says so."""
    document = s6()
    document["card"]["lines"] = resolved(S4)[0]["card"]["lines"]
    scheme = scheme_of(document)

    for panel in (None, bank):
        assert ("counted_twice", "performance_wage.scaled_by") in places(lint(scheme, Settings(), panel))


def test_parts_that_overlap_are_told(bank):
    """S6.5, ours: a scheme with overlapping parts can be written and the linter says so."""
    income = {"measure": "fee", "window": "year_to_date"}
    slices = [
        {
            "kind": "slice",
            "id": "stock",
            "title": "Stock",
            "of": income,
            "from": 0,
            "to": {"base": "fee", "window": "year_to_date"},
            "measured": "by_itself",
        },
        {
            "kind": "slice",
            "id": "all",
            "title": "All",
            "of": income,
            "from": 0,
            "to": None,
            "measured": "by_itself",
        },
    ]
    items = [
        {"kind": "commission", "id": f"{name}_pay", "title": name, "of": {"line": name}, "rate": rate}
        for name, rate in (("stock", 1), ("all", 2))
    ]
    pay = {**s6()["pay"], "items": items, "envelope": None}
    scheme = scheme_of(s6(figures=slices, pay=pay, consequences=None))
    found = lint(scheme, Settings(), bank)
    overlap = next(each for each in found if each.rule == "overlapping_slices")

    assert overlap.place.address == "all.from"
    assert overlap.evidence is not None
    assert overlap.evidence.sample.hit_people > 200
    assert ("paid_twice", "all_pay") in places(found)


@pytest.mark.parametrize(
    ("shared", "follows"),
    [
        ({"break_down": "equal"}, False),
        ({"break_down": "by_head_count"}, False),
        ({"break_down": "by_potential", "potential": "wealth_clients"}, False),
        ({"break_down": "by_potential", "potential": "net_deposits"}, True),
        ({"break_down": "mixed", "mix": {"by_base": Decimal("0.5"), "equal": Decimal("0.5")}}, True),
        ({"break_down": "mixed", "mix": {"by_head_count": Decimal("0.5"), "equal": Decimal("0.5")}}, False),
    ],
)
def test_only_targets_by_one_s_own_past_are_a_ratchet(shared, follows):
    """S4.0: shared equally, by head count or by another stock, more this year is not asked for next year."""
    raw = copy.deepcopy(resolved(S4)[0])
    raw["targets"] |= shared

    assert (("ratchet", "targets.break_down") in places(lint(scheme_of(raw)))) == follows
