"""Where rules begin to speak: just there a finding, just before it none."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from lint import planted
from policymodel.lint import Settings, lint
from policymodel.lint.ranges import ANY, Range, ranges
from policymodel.lint.settings import Measures
from policymodel.scheme.algebra import Column as Fact
from policymodel.scheme.algebra import Constant, Least, Piece, Piecewise, Sum


@cache
def bank() -> planted.Bank:
    return planted.bank(1)


def said(
    document: planted.Doc, history: bool = True, settings: Settings = planted.SETTINGS
) -> set[tuple[str, str]]:
    found = lint(planted.read(document), settings, bank().panel if history else None)
    return {(each.rule, each.place.address) for each in found}


def paying(*items: planted.Doc, figures: tuple[planted.Doc, ...] = ()) -> planted.Doc:
    """A sound scheme without a card that pays a wage and some items."""
    document = planted.sound(1, bank())
    wage = [each for each in document["pay"]["items"] if each["id"] == "wage"]
    del document["card"]
    document["pay"] = document["pay"] | {"items": [*wage, *items]}
    document.pop("figures", None)
    return document | ({"figures": list(figures)} if figures else {})


def line(kind: str, name: str, **settings: Any) -> planted.Doc:
    return {"kind": kind, "id": name, "title": name, "source": "§ 3", **settings}


@pytest.mark.parametrize(("share", "speaks"), [(0.48, True), (0.52, False)])
def test_a_cap_is_below_the_median_where_more_than_half_are_held(share, speaks):
    cap = round(0.02 * float(bank().at("fees", share)), 2)
    found = said(paying(line("commission", "capped", of={"measure": "fees"}, rate=0.02, cap=cap)))

    assert (("cap_below_median", "capped.cap") in found) == speaks


@pytest.mark.parametrize(
    ("channels", "speaks"), [(["hotline"], True), (["hotline", "letter"], False), (None, False)]
)
def test_two_channels_are_more_than_one(channels, speaks):
    document = planted.sound(1, bank())
    next(each for each in document["card"]["lines"] if each["id"] == "complaints")["channels"] = channels

    assert (("one_complaint_channel", "complaints.channels") in said(document, history=False)) == speaks


def test_deductions_of_one_event_for_two_channels_hear_both():
    document = planted.sound(1, bank())
    first = next(each for each in document["card"]["lines"] if each["id"] == "complaints")
    document["card"]["lines"].append(first | {"id": "letters", "channels": ["letter"]})
    first["channels"] = ["hotline"]

    assert "one_complaint_channel" not in {rule for rule, _ in said(document)}


@pytest.mark.parametrize(("begins", "speaks"), [(9000, False), (8000, True)])
def test_slices_that_meet_do_not_overlap(begins, speaks):
    of = {"measure": "fees"}
    figures = (
        line("slice", "low", of=of, **{"from": 0}, to=9000, measured="by_itself"),
        line("slice", "high", of=of, **{"from": begins}, to=None, measured="by_itself"),
    )
    items = [line("commission", f"{name}_pay", of={"line": name}, rate=0.02) for name in ("low", "high")]

    assert (("overlapping_slices", "high.from") in said(paying(*items, figures=figures), False)) == speaks
    assert ("paid_twice" in {rule for rule, _ in said(paying(*items, figures=figures))}) == speaks


@pytest.mark.parametrize(("cap", "speaks"), [(2000, False), (1999, True)])
def test_a_tier_is_reached_by_what_may_come_to_its_beginning(cap, speaks):
    """Where one tier decides for all, an amount exactly on its beginning is in it."""
    figures = (line("figure", "held", of={"measure": "fees"}, cap=cap),)
    tiers = [{"from": 0, "rate": 0.02}, {"from": 2000, "rate": 0.01}]
    item = line(
        "tiers",
        "t",
        of={"line": "held"},
        tiers=tiers,
        rate_applies_to="all",
        measured="by_itself",
        edge="upper",
    )

    assert (("unreachable_tier", "t.tiers[1]") in said(paying(item, figures=figures), False)) == speaks


def test_what_is_divided_by_is_not_blamed_for_lowering_a_share():
    """More fees lower loans ÷ fees, as they should."""
    share = line("ratio", "share", top={"measure": "loans"}, bottom={"measure": "fees"}, zero_bottom="zero")
    found = said(paying(line("commission", "share_pay", of={"line": "share"}, rate=100), figures=(share,)))

    assert "negative_marginal_pay" not in {rule for rule, _ in found}


def test_a_last_tier_that_is_not_the_dearest_is_no_accelerator():
    tiers = [{"from": 0, "rate": 0.01}, {"from": 5000, "rate": 0.03}, {"from": 9000, "rate": 0.02}]
    item = line(
        "tiers", "t", of={"measure": "fees"}, tiers=tiers, rate_applies_to="slice", measured="by_itself"
    )

    assert "uncapped_accelerator" not in {rule for rule, _ in said(paying(item), False)}
    tiers[-1]["rate"] = 0.04
    assert ("uncapped_accelerator", "t.tiers[2]") in said(paying(item), False)
    item["cap"] = 900
    assert "uncapped_accelerator" not in {rule for rule, _ in said(paying(item), False)}


def test_a_line_that_brings_nothing_to_the_spread_is_told():
    """A figure that hardly differs, at 30 of 130 points or so, beside others that differ by much."""
    document = planted.sound(2, bank())
    lines = document["card"]["lines"]
    inner = lines[0]["lines"] if lines[0]["kind"] == "group" else lines
    steady = {"measure": "attendance", "points": 30, "out_of": 100, "missing": "zero"}
    inner.append(line("mark", "steady", **steady))
    assert ("no_variance", "steady") in said(document)

    inner[-1] = line(
        "perspective",
        "steady",
        of=[{"value": {"line": "nearly"}, "weight": 1}],
        points=30,
        out_of=1,
        cap=None,
        missing="zero",
    )
    document["figures"] = [
        *document.get("figures", []),
        line("total", "nearly", add=[1, {"line": "tiny"}]),
        line("product", "tiny", of=[{"measure": "cards"}, 0.0000001]),
    ]
    assert ("weight_without_effect", "steady") in said(document)


def test_measures_that_count_products_for_each_client_are_named_by_the_settings():
    found = said(
        paying(line("commission", "crossed", of={"measure": "cards"}, rate=1)),
        settings=Settings(measures=Measures(products_per_client=("cards",))),
    )

    assert ("products_per_client", "crossed") in found


def test_many_numbers_are_counted_but_for_nought_and_one():
    steps = [{"from": 1000 * each, "amount": 10 * each} for each in range(1, 12)]
    item = line(
        "steps", "many", of={"measure": "fees"}, steps=steps, amounts="replace", below=0, edge="upper"
    )

    assert ("too_many_numbers", "") in said(paying(item), False)
    assert ("too_many_numbers", "") not in said(paying(item | {"steps": steps[:5]}), False)


def test_nothing_said_of_governance_is_told():
    """Five notes, each silenced by what the settings say."""
    found = {
        rule
        for rule, _ in said(
            paying(line("commission", "c", of={"measure": "fees"}, rate=1)), False, Settings()
        )
    }

    assert {"not_approved", "no_appeal", "records_too_short", "paid_before_review", "no_clawback"} <= found


def test_ranges_by_hand():
    """min(x, 3) + 2 is 5 at most; a step from 0 to 7 at 4 is never reached by it, at 5 it is."""
    held = Sum((Least(Fact("x"), constant(3)), constant(2)))
    steps = [
        Piecewise(
            held,
            (Piece(None, *map(constant_of, (0, 0, 0))), Piece(constant_of(at), *map(constant_of, (7, 0, 0)))),
        )
        for at in (5, 6)
    ]
    known = ranges(*steps)

    assert known[Fact("x")] == ANY
    assert known[held] == Range(-math.inf, 5.0)
    assert [known[each] for each in steps] == [Range(0.0, 7.0), Range(0.0, 0.0)]


def constant_of(number: int) -> Any:
    return Constant(planted.Decimal(number)).value


def constant(number: int) -> Constant:
    return Constant(planted.Decimal(number))
