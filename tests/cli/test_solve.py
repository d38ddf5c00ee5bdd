"""policymodel solve: the value and what it costs, the change file that is ready for a run, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme

CASE = Path(__file__).resolve().parents[1] / "cases" / "049-visdum-threshold-70"
FACTS = (
    *("--history", str(CASE / "history"), "--mapping", str(CASE / "history" / "mapping.yaml")),
    *("--plan-year", "2024"),
)
RATE = ("--number", "commission.tiers[0].rate", "--between", "0..1")


def asked(*words: str, scheme: Path = CASE / "scheme.yaml") -> int:
    return main(["solve", str(scheme), *FACTS, *words])


def cost(scheme: Path) -> int:
    """What a file costs in cents, as `policymodel pay` pays it."""
    history = read_history(CASE / "history", read_mapping(CASE / "history" / "mapping.yaml"))
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    return int(pay(panel, read_scheme(scheme)).totals()["amount_minor"].sum())


def test_a_rate_is_solved_and_written_as_a_change_file(tmp_path, capsys):
    """1.6 million of sales are paid: 7.5 % of them is 120,000, and 7.6 % would be 121,600."""
    out = tmp_path / "to_the_budget.yaml"

    assert asked(*RATE, "--budget", "120000", "--out", str(out)) == 0
    said = capsys.readouterr().out
    assert "commission.tiers[0].rate at 0.075 instead of 0.1: the year costs USD 120,000.00" in said
    assert "The next written value, 0.076, costs USD 121,600.00." in said
    assert "changes by USD 1,600,000.00 for one unit of it" in said
    assert cost(out) == 12_000_000

    solved = read_scheme(out)
    assert solved.id == "to_the_budget"
    [reason] = solved.reasons
    assert reason["at"] == "commission.tiers[0].rate"
    assert reason["to"]["source"] == "solved: 2024 costs at most USD 120000.00"
    assert "budget is USD 120,000.00" in reason["because"]["en"]
    assert "預算" in reason["because"]["zh-Hant"]
    assert "预算" in reason["because"]["zh-Hans"]


def test_the_cost_of_the_base_is_the_budget_of_a_proposal(tmp_path, capsys):
    """The proposal pays from 60 % on, so m2 too, with 690,000; the rate that costs the same is 160 ÷ 229 of 10 %."""
    proposal = tmp_path / "proposal.yaml"
    proposal.write_text(
        f"id: lower\ntitle: Lower\nauthor: a\nbase: {CASE / 'scheme.yaml'}\nbecause: b\nchanges:\n"
        "  - {at: 'commission.tiers[0].from', from: 0.70, to: 0.60, because: c}\n",
        encoding="utf-8",
    )
    out = tmp_path / "neutral.yaml"

    assert asked(*RATE, "--within", "0.0001", "--json", "--out", str(out), scheme=proposal) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["value"] == "0.069868"
    assert cost(out) == row["cost_minor"] <= 16_000_000 == row["budget_minor"] < row["beyond_minor"]
    assert (row["loses_over_5"], row["gains_over_5"]) == (2, 1)


def test_without_an_answer_the_nearest_cost_is_told(capsys):
    assert asked("--number", "commission.tiers[0].rate", "--between", "0.05..0.5", "--budget", "1000") == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "No value of commission.tiers[0].rate from 0.05 to 0.5 costs as little as USD 1,000.00: "
        "the least is USD 80,000.00 at 0.05, USD 79,000.00 over it.\n"
    )


def test_a_threshold_where_somebody_stands(capsys):
    """From exactly 70 % m3 is paid 70,000: a budget of 100,000 has room for m4 alone."""
    words = ("--number", "commission.tiers[0].from", "--between", "0.1..0.95", "--budget", "100000")
    assert asked(*words, "--within", "0.2", "--decimals", "2", "--json") == 0

    [row] = json.loads(capsys.readouterr().out)
    assert (row["value"], row["cost_minor"], row["beyond"], row["beyond_minor"]) == (
        "0.71",
        9_000_000,
        "0.7",
        16_000_000,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "neither is given"),
        ((*RATE, "--scale", "commission.tiers[0].rate"), "both are given"),
        (RATE, "nothing says what commission_threshold may cost"),
        ((*RATE, "--budget", "much"), "'much' is no number"),
        ((*RATE, "--budget", "1e999999"), "--budget"),
        ((*RATE, "--budget", "NaN"), "'NaN' is no number"),
        ((*RATE, "--budget", "1", "--within", "2"), "'2' is no share"),
        ((*RATE, "--budget", "1", "--out", "answer.csv"), "'.csv' is not written here; use .yaml, .yml"),
        ((*RATE, "--budget", "1", "--out", "nowhere/answer.yaml"), "there is no folder nowhere"),
        (
            ("--number", "commission.tiers[0].rat", "--budget", "1"),
            "did you mean 'commission.tiers[0].rate'?",
        ),
        (
            ("--number", "commission.tiers[7].rate", "--budget", "1"),
            "'commission.tiers' has 1 items, and none is [7]",
        ),
        (("--number", "commission.tiers[0].rate", "--budget", "1"), "has no upper end in the file"),
        ((*RATE, "--region", "north", "--budget", "1"), "is fixed by head office"),
        ((*RATE, "--budget", "1", "--lang", "fr"), "write en or zh-Hant"),
        ((*RATE, "--budget", "1", "--decimals", "99"), "--decimals"),
    ],
)
def test_what_cannot_be_solved_is_said(words, said, capsys):
    assert asked(*words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_scheme_that_does_not_pay_costs_nothing(capsys):
    """A card has points, and no budget."""
    scheme = Path(__file__).resolve().parents[2] / "params" / "schemes" / "s4_scorecard.yaml"

    assert asked("--number", "net_deposits.points", "--budget", "1", scheme=scheme) == 2
    assert "has no pay plan" in capsys.readouterr().err


TRIED = (
    *("--frontier", "--number", "commission.tiers[0].rate", "--between", "0.05..0.15"),
    *("--number", "commission.tiers[0].from", "--between", "0.5..0.8"),
)


def test_a_frontier_is_told_drawn_and_written(tmp_path, capsys):
    """Each design that is best at something is a change file that costs what the table says."""
    out, picture, folder = (tmp_path / each for each in ("designs.csv", "frontier.png", "best"))
    words = ("--grid", "5", "--budget", "200000", "--out", str(out), "--picture", str(picture))

    assert asked(*TRIED, *words, "--losers", "0.5", "--designs", str(folder)) == 0
    said = capsys.readouterr().out.splitlines()
    table = pd.read_csv(out)
    best = table[table["state"] == "frontier"]
    assert said[0].startswith(f"{len(best)} of 26 designs cannot be bettered: for USD\xa0")
    assert sum(", costs least: " in line for line in said) == 1
    assert said[-2].startswith(("The limit on cost", "Lifting the limit on cost"))
    assert picture.read_bytes().startswith(b"\x89PNG")

    costs = set(best["cost_minor"])
    files = sorted(folder.glob("*.yaml"))
    assert {each.stem for each in files} <= {"cheapest", "fewest_losers", "least_spread", "balanced"}
    assert files
    assert {cost(each) for each in files} <= costs
    assert (table.loc[table["cost_minor"] > 20_000_000, "why"].str.contains("budget")).all()


def test_the_claim_is_told_in_every_language(capsys):
    for lang, claim in (("en", "cannot be bettered"), ("zh-Hant", "無可再優"), ("zh-Hans", "无可再优")):
        assert asked(*TRIED, "--points", "9", "--lang", lang) == 0
        assert claim in capsys.readouterr().out


def test_nothing_inside_the_limits_is_a_finding(capsys):
    assert asked(*TRIED, "--points", "9", "--budget", "1") == 1

    told, limit = capsys.readouterr().out.splitlines()
    assert told == "None of 10 designs stays inside the limits"
    assert limit.startswith("The limit on cost keeps ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--picture", "x.png", *RATE, "--budget", "1"), "means nothing without --frontier"),
        (("--frontier",), "neither is given"),
        (("--frontier", "--scale", "commission.tiers[0].rate"), "a frontier is tried over numbers"),
        ((*TRIED, "--between", "0..1"), "there are more ranges than numbers"),
        ((*TRIED[:3], "--between", "0.1"), "'0.1' has no two ends; write LOW..HIGH"),
        ((*TRIED, "--picture", "x.jpg"), "use .png"),
        ((*TRIED, "--out", "x.yaml"), "is not written here; use .csv"),
        ((*TRIED, "--losers", "many"), "'many' is no number"),
        ((*TRIED, "--grid", "1"), "--grid"),
        ((*TRIED, "--envelope"), "the scheme has no envelope"),
        ((*TRIED[:5], *TRIED[1:5]), "a number is named twice"),
        ((*TRIED, "--number", "a.b", "--number", "c.d"), "a.b"),
    ],
)
def test_what_cannot_be_tried_is_said(words, said, capsys):
    assert asked(*words) == 2

    assert said in capsys.readouterr().err
