"""The schemes written by chance are legal, always the same, and leave no choice of any kind out."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from chance.agreement import PLAN, written
from chance.card import in_seasons
from chance.choices import choices, chosen
from chance.documents import WRITINGS, document, sides_of
from chance.histories import history
from chance.pen import INSIDE
from policymodel.history.record_tables import RECORDS
from policymodel.history.tables import TABLES
from policymodel.periods import MONTHS_OF
from policymodel.scheme.consequences import PENALTIES, REWARDS, RULES
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.reading import read_scheme

SEEDS = range(1200)

NO_TRANSACTIONS = (
    *("statistic", "rank", "rank_award", "pool", "override"),
    *("draw", "guarantee", "ramp", "advance", "deferral", "bonus_bank", "carry_forward"),
)
RANKED = {
    "rank": ("score", "performance_wage"),
    "over": ("period", "year"),
    "among": ("region", "group"),
    "ties": ("all_get_it", "none_gets_it"),
}
IMPOSSIBLE = {
    *((kind, "every", "transaction") for kind in NO_TRANSACTIONS),
    ("split_credit", "every", "period"),
    ("running_total", "measured", "by_itself"),
    ("reward", "when.score", "below"),
    ("penalty", "when.score", "at_least"),
    *(("penalty", f"when.{setting}", word) for setting, words in RANKED.items() for word in words),
    *(("reward", "then.action", action) for action in PENALTIES),
    *(("reward", f"then.{setting}", "something") for setting in ("share", "periods")),
    *(("penalty", "ladder.then.action", action) for action in REWARDS),
    ("penalty", "ladder.then.name", "something"),
}
"""What no file may choose: people have no single transaction, only one is credited, a total runs over several."""


@pytest.fixture(scope="module")
def documents():
    return [document(seed) for seed in SEEDS]


def test_every_kind_is_written():
    assert {*WRITINGS, "group", "grade_wage", "performance_wage"} == {*KINDS}


def test_every_choice_is_made(documents):
    """A new kind, setting or word that nobody writes by chance is missed here.

    Some are made in seasons alone, priced in test_agreement, where both calculators may refuse them.
    """
    seasonal = [in_seasons(each) for each in documents[:40] if "targets" in each]
    made = Counter(choice for each in [*documents, *seasonal] for choice in chosen(each))

    assert choices() - {*made} - IMPOSSIBLE == set()
    assert {*made} & IMPOSSIBLE == set()


def test_choices_hold_what_is_known_by_hand():
    found = choices()

    assert {("draw", "meaning", word) for word in ("minimum", "advance", "loan")} <= found
    assert {("draw", "forgiven", word) for word in ("nothing", "never", "year_end")} <= found
    assert {("steps", "steps.to", word) for word in ("nothing", "something")} <= found
    assert {("tiers", "round.mode", word) for word in ("half_up", "half_even")} <= found
    assert {("deduction", "points_each", word) for word in ("as_found", "something")} <= found
    assert {("table", "by", word) for word in ("grade", "region", "outlet", "product")} <= found
    assert {("measure", "level", word) for word in ("manager", "outlet", "region", "group")} <= found
    assert {("targets", "break_down", word) for word in ("by_base", "nothing")} <= found


def test_chosen_reads_what_is_written_and_what_is_left_out():
    line = {"kind": "draw", "id": "d", "title": "d", "of": {"line": "x"}, "amount": 1, "meaning": "minimum"}

    found = chosen({"figures": [line]})

    assert ("draw", "meaning", "minimum") in found
    assert ("draw", "forgiven", "nothing") in found
    assert ("draw", "every", "period") in found
    assert ("draw", "meaning", "loan") not in found


@pytest.mark.parametrize("rule", INSIDE)
@pytest.mark.parametrize("every", ["month", "quarter", "year"])
def test_numbers_change_inside_periods_of_every_length(every, rule, documents):
    def inside(raw):
        """Whether a number changes inside a period by the rule."""
        if isinstance(raw, list):
            return any(map(inside, raw))
        if not isinstance(raw, dict):
            return False
        if "segments" in raw and raw.get("inside_period") == rule:
            cuts = [date.fromisoformat(each["from"]) for each in raw["segments"] if "from" in each]
            starts = [period.start for period in PLAN.split(MONTHS_OF[every])]
            return any(cut not in starts and cut.year == 2024 for cut in cuts)
        return any(map(inside, raw.values()))

    assert any(inside(each) for each in documents if each["every"] == every)


def test_every_side_figure_is_named_by_another_line(documents):
    """The names of side figures are those that the lines give, and each kind's are read somewhere."""
    by_id = {each["id"]: each for found in documents for each in lines_of(found)}
    sides = {(line["kind"], side) for line in by_id.values() for side in sides_of(line)}
    read = {name for found in documents for name in named(found)}

    kinds = {name.partition(".")[0].rpartition("_")[0]: None for name in read if "." in name}
    assert {kind for kind, _ in sides} <= {*kinds}
    assert {"score", "pay"} <= read


def lines_of(raw):
    """Every line of a document, those of groups included; rules are no lines."""
    if isinstance(raw, list):
        return [line for each in raw for line in lines_of(each)]
    if not isinstance(raw, dict):
        return []
    return [
        *([raw] if "kind" in raw and raw["kind"] not in RULES else []),
        *(line for each in raw.values() for line in lines_of(each)),
    ]


def named(raw):
    """Every line that a document names."""
    if isinstance(raw, list):
        return [name for each in raw for name in named(each)]
    if not isinstance(raw, dict):
        return []
    return [
        *([raw["line"]] if "line" in raw else []),
        *(name for each in raw.values() for name in named(each)),
    ]


@pytest.mark.parametrize("seed", range(12))
def test_side_figures_have_the_names_that_lines_give_them(seed, tmp_path, documents):
    scheme = read_scheme(written(documents[seed], tmp_path))
    for line in lines_of(documents[seed]):
        given = {*scheme.lines[line["id"]].others(scheme.given)}

        assert {f"{line['id']}.{side}" for side in sides_of(line)} == given


def test_the_same_seed_writes_the_same(documents):
    assert [document(seed) for seed in range(9)] == documents[:9]
    assert document(1) != document(2)


def test_histories_have_rows_in_every_table_and_rows_put_aside():
    bank = history(0)
    # no scheme reads what is known of clients
    nobodys = {"outlets", "paid", "clients", *RECORDS}

    assert {name for name, frame in bank.tables.items() if frame.empty} == nobodys
    no_loss = ("managers", "outlets", "targets", "client_forecasts", "clients", "fx", "paid", "calendar")
    rows_put_aside = {*TABLES} - {*no_loss, *RECORDS}
    assert {*bank.quarantine["table"]} == rows_put_aside
