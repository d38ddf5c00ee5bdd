"""Parts add up: tiers, pools with their remainder, credits that add up to a deal, the parts of pay."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from chance.documents import Writer
from chance.pen import Pen
from policymodel.history.facts import History
from policymodel.history.measures import COMPUTED
from policymodel.units import Rounding
from properties.pricing import banks, credits_of, facts, panel, panel_of, payments, scheme, seeds, values


def lines_of_kind(seed: int, kind: str, count: int, **settings: object) -> dict:
    """A scheme with some lines of one kind behind some others that they may read; nothing is bounded or rounded."""
    writer = Writer(seed, Pen(seed))
    writer.pen.has_targets = False
    figures = [writer.line(each) for each in ("figure", "commission", "total", "gate", "split_credit")]
    for _ in range(count):
        line = writer.line(kind)
        kept = {
            key: value for key, value in line.items() if key not in ("floor", "cap", "round", "remainder")
        }
        figures.append(kept | settings)
        # What the settings turn the line into has no rate of its own.
        for known in (writer.pen.on_periods, writer.pen.on_transactions):
            known[:] = [name for name in known if name != f"{line['id']}.rate"]
    return {"id": "parts", "title": "Parts", "source": "1", "every": writer.pen.every, "figures": figures}


def numbers(frame, line: str, ok=COMPUTED):
    """The numbers of a line, NaN where there is none."""
    return frame.loc[line, "value"].where(frame.loc[line, "status"].isin(ok))


@settings(max_examples=8)
@given(seeds, banks)
def test_tiers_add_up_to_their_line(seed, bank):
    """What each tier earns is the line; what lies in each tier is what lies above the first threshold."""
    raw = lines_of_kind(seed, "tiers", 3, rate_applies_to="slice")
    raw["figures"] = [
        {key: value for key, value in line.items() if key not in ("edge", "reached_by")}
        for line in raw["figures"]
    ]
    found = scheme(raw)
    frame = values(panel(bank), found)
    for line in raw["figures"]:
        if line["kind"] == "tiers":
            parts = [numbers(frame, f"{line['id']}.tier_{number}") for number in (1, 2, 3)]

            assert numbers(frame, line["id"]).to_numpy() == pytest.approx(
                sum(parts).to_numpy(), nan_ok=True, abs=1e-6
            )


@settings(max_examples=8)
@given(seeds, banks)
def test_a_pool_is_given_out_to_the_last_unit(seed, bank):
    """Where anybody has a weight the parts are whole units that add up to the fund as it is rounded."""
    digits, mode = random.Random(seed).choice([(2, "half_up"), (0, "half_even"), (0, "down"), (1, "up")])
    rounding = {"digits": digits, "mode": mode}
    raw = lines_of_kind(seed, "pool", 3, remainder="largest_remainder", round=rounding)
    funds = random.Random(seed).sample([10_000, 12_345.67, -700.55, 0.03, 0], 3)
    for line, fund in zip(raw["figures"][-3:], funds, strict=True):
        line["fund"] = fund
    found = scheme(raw)
    frame = values(panel(bank), found)
    for line, fund in zip(raw["figures"][-3:], funds, strict=True):
        whole = Rounding(digits, mode).apply([fund])[0]
        share, paid = numbers(frame, f"{line['id']}.share"), numbers(frame, line["id"])
        for period in panel(bank).plan_year.split(found.months):
            scopes = panel(bank).spells.code_in(line["among"], period)
            for code in {*scopes[scopes >= 0]}:
                peers = [(who, period.label) for who in panel(bank).managers[scopes == code]]
                mine = paid.loc[peers].dropna()
                units = mine.to_numpy() * 10**digits

                assert units == pytest.approx(np.round(units), abs=1e-6)
                if share.loc[peers].sum() > 0:
                    assert mine.sum() == pytest.approx(whole, abs=1e-9)


def credited_in_full(bank: History, chance: random.Random) -> History:
    """The same deals, each credited to two people whose shares add up to 1."""
    deals = bank.tables["transactions"]
    people = sorted(bank.tables["managers"]["manager_id"].unique())
    rows = []
    for deal in deals["transaction_id"]:
        share = chance.choice([0.5, 0.25, 0.4, 0.125])
        rows += zip([deal, deal], chance.sample(people, 2), [share, 1 - share], strict=True)
    table = bank.tables["credits"].iloc[:0]
    table = table.reindex(range(len(rows)))
    table["transaction_id"], table["manager_id"], table["share"] = map(list, zip(*rows, strict=True))
    return replace(bank, tables={**bank.tables, "credits": table.assign(source_file="", source_row=1)})


@settings(max_examples=5)
@given(seeds, banks)
def test_split_credits_add_up_to_the_deal(seed, bank):
    """Of a deal whose two people are both there, the two credits are the whole amount."""
    people = credited_in_full(facts(bank), random.Random(seed))
    line = {"kind": "split_credit", "id": "mine", "title": "Mine", "every": "transaction"}
    raw = {"id": "parts", "title": "Parts", "source": "1", "every": "month"}
    raw["figures"] = [line | {"of": {"transaction": "amount"}}]

    credited = credits_of(panel_of(people), scheme(raw)).loc["mine", "value"].groupby("transaction_id")
    whole = credited.sum()[credited.size() == 2]
    amounts = people.tables["transactions"].set_index("transaction_id")["amount"]

    assert len(whole) > 5
    assert whole.to_numpy() == pytest.approx(amounts[whole.index].to_numpy())


@settings(max_examples=8)
@given(seeds, banks)
def test_the_parts_of_pay_add_up_to_the_cent(seed, bank):
    found = scheme(Writer(seed).document())
    paid = payments(panel(bank), found)
    lines = paid.lines().groupby(["manager_id", "period"])["amount_minor"].sum()
    totals = paid.totals().set_index(["manager_id", "period"])
    known = totals["status"].isin(COMPUTED)

    assert (lines[totals.index][known] == totals["amount_minor"][known]).all()
    assert (totals["amount_minor"][~known] == 0).all()
