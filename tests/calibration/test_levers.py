"""What may be solved for: by which address, between what, for whose file; each wrong way has its sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calibration.till import scheme
from policymodel.calibration.levers import lever
from policymodel.errors import InputError

D = Decimal
RATE = {"value": 0.04, "range": [0.01, "most.of"], "region_may_change": True, "unit": "share"}
WAGE = {"kind": "commission", "id": "wage", "of": {"measure": "credit_cards"}, "rate": RATE, "cap": 2500}
MOST = {"kind": "figure", "id": "most", "of": {"value": 0.09, "range": {"above": 0}}}
SLICES = {"stock": 0.005, "increment": 0.03, "super_increment": 0.05}
PERFORMANCE = {
    "kind": "performance_wage",
    "id": "profit",
    "income": ["fee"],
    "increment": "from_targets",
    "shares": SLICES,
    "negative_balance": "carry",
    "scaled_by": None,
    "full_score": 1000,
}
TARGETS = {"set_by": "table", "progress": "calendar_days", "source": "by hand"}


def till():
    return scheme(WAGE, figures=[MOST])


def profit():
    return scheme(PERFORMANCE, targets=TARGETS)


def refused(of, *addresses: str, **more) -> str:
    with pytest.raises(InputError) as error:
        lever(of, addresses, **more)
    return str(error.value)


def test_the_declared_range_and_what_it_names():
    found = lever(till(), ["wage.rate"])

    assert (found.low, found.high, found.value) == (D("0.01"), D("0.09"), D("0.04"))


def test_a_share_is_at_most_one():
    assert (lever(profit(), ["profit.shares.stock"]).low, lever(profit(), ["profit.shares.stock"]).high) == (
        0,
        1,
    )


def test_a_factor_keeps_every_number_in_its_range():
    """0.05 reaches 1 first, at a factor of 20; 0.04 may be 0.01 to 0.09, so 0.25 to 2.25 of it."""
    together = lever(profit(), [f"profit.shares.{each}" for each in SLICES], scales=True)

    assert (together.low, together.high) == (0, 20)
    assert together.values_at(D("1.1")) == {
        "profit.shares.stock": D("0.0055"),
        "profit.shares.increment": D("0.033"),
        "profit.shares.super_increment": D("0.055"),
    }
    assert [str(lever(till(), ["wage.rate"], scales=True).high)] == ["2.25"]


def test_an_end_that_is_not_allowed_itself_is_approached():
    found = lever(till(), ["most.of"], between=(D("0.05"), D("0.2")))
    assert (found.low, found.high) == (D("0.05"), D("0.2"))

    open_below = lever(profit(), ["profit.full_score"], between=(D("0.001"), D(2000)))
    assert open_below.admits(open_below.low)


def test_the_address_may_be_written_in_full():
    assert lever(profit(), ["pay.profit.shares.stock"]).name == "profit.shares.stock"


def test_a_change_keeps_what_is_written_about_the_number():
    changed = lever(till(), ["wage.rate"]).scheme_at(D("0.05")).document["pay"]["items"][0]["rate"]

    assert changed["value"] == D("0.05")
    assert (changed["range"], changed["region_may_change"], changed["unit"]) == (
        [D("0.01"), "most.of"],
        True,
        "share",
    )


def test_whole_numbers_are_known():
    """Places are counted, rates are not."""
    awards = [{"from": 1, "to": 3, "amount": 1000}]
    contest = {"kind": "rank_award", "id": "contest", "of": {"measure": "credit_cards"}, "best": "highest"}
    rules = {"awards": awards, "ties": "share_the_awards", "among": "group", "missing": "leave_out"}
    of = scheme(contest | rules)

    assert lever(of, ["contest.awards[0].to"], between=(D(1), D(14))).whole
    assert not lever(of, ["contest.awards[0].amount"], between=(D(1), D(14))).whole
    assert not lever(till(), ["wage.rate"]).whole


@pytest.mark.parametrize(
    ("addresses", "more", "said"),
    [
        (["wage.rat"], {}, "did you mean 'wage.rate'?"),
        (["wages.rate"], {}, "did you mean 'wage"),
        (["wage"], {}, "is no number; name one of wage.rate, wage.cap"),
        (["wage.title"], {}, "is no number"),
        (["wage..rate"], {}, "is no address"),
        (["wage.cap"], {}, "has no upper end in the file"),
        (["wage.rate", "wage.cap"], {}, "2 numbers are no single one; name one, or scale them together"),
        (["wage.rate", "wage.rate"], {"scales": True}, "is named twice"),
        ([], {}, "no number is named"),
        (["wage.rate"], {"between": (D("0.05"), D("0.01"))}, "nothing lies between 0.05 and 0.01"),
        (["wage.rate"], {"between": (D("0.05"), D("0.5"))}, "may not be 0.5: 0.5 is out of range"),
        (["wage.rate"], {"between": (D("-1"), D("0.05"))}, "may not be -1: -1 is out of range"),
        (["wage.cap"], {"region": "north"}, "is fixed by head office, so region 'north' may not change it"),
        (["wage.cap"], {"region": "north"}, "head office opened wage.rate"),
    ],
)
def test_what_cannot_be_solved_for_is_said(addresses, more, said):
    assert said in refused(till(), *addresses, **more)


def test_dated_numbers_are_refused():
    rate = {"segments": [{"value": 0.04, "to": "2025-06-30"}, {"value": 0.05, "from": "2025-07-01"}]}
    of = scheme(WAGE | {"rate": rate | {"inside_period": "by_days"}})

    assert "has a value for each run of days" in refused(of, "wage.rate")


def test_nothing_times_a_factor_is_nothing():
    assert "nothing times a factor stays nothing" in refused(
        scheme(WAGE | {"rate": 0}), "wage.rate", scales=True
    )


def test_head_office_lets_a_region_solve_what_it_opened():
    found = lever(till(), ["wage.rate"], region="north")

    assert found.scheme_at(D("0.05")).document["pay"]["items"][0]["rate"]["value"] == D("0.05")
