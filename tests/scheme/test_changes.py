"""Change files: settings anywhere, lines added and removed, numbers that change on a day, regions, chains."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from policymodel.documents import parse_yaml
from policymodel.errors import ChangeError
from policymodel.scheme.changes import apply_changes, changes_between
from policymodel.scheme.reading import resolved

SCHEME = """
id: sales
title: Sales
source: S1
every: quarter
figures:
  - kind: commission
    id: commission
    title: Commission
    of: {measure: sales}
    rate: {value: 0.05, unit: share, range: [0, 0.1], source: S2, region_may_change: yes}
    cap: 5000
  - kind: tiers
    id: tiered
    title: Tiered
    of: {measure: sales}
    rate_applies_to: slice
    measured: by_itself
    tiers: [{from: 0, rate: 0.05}, {from: 1000, rate: 0.1}, {from: 2500, rate: 0.12}]
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - kind: group
      id: whole
      title: All
      source: S4
      cap: null
      floor: null
      not_applicable: zero
      lines:
        - kind: share
          id: files
          title: Files
          top: kept
          bottom: all
          points: {value: 2, region_may_change: yes, range: [1, 3]}
          cap: 1
          missing: refuse
          source: S4.2
        - {kind: assumed, id: start, title: Start, points: 10, source: S4.3}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - {kind: grade_wage, id: wage, title: Wage, source: S6, monthly: {A: 9000, B: 7000}}
"""
FRAME = {"id": "proposal", "title": "Proposal", "author": "HR", "base": "sales.yaml", "because": "a reason"}


def read(text):
    return parse_yaml(text, "changes.yaml")[0]


def base():
    return read(SCHEME)


def changed(*changes, on=None, **frame):
    """The base with changes written as in a file."""
    listed = [read(each) for each in changes]
    return apply_changes(on or base(), FRAME | frame | {"changes": listed}, "proposal.yaml")[0]


def refused(*changes, **frame):
    """What is said about changes that do not fit."""
    with pytest.raises(ChangeError) as caught:
        changed(*changes, **frame)
    return [str(each) for each in caught.value.problems]


def compared(first, second, reasons=()):
    """What differs, as (at, before, after, first day, last day, because)."""
    table = changes_between(
        SimpleNamespace(document=first, reasons=()), SimpleNamespace(document=second, reasons=reasons)
    )
    columns = ["at", "before", "after", "first_day", "last_day", "because"]
    return [
        tuple(str(each) if hasattr(each, "year") else each for each in row)
        for row in table[columns].itertuples(index=False)
    ]


def test_settings_are_found_wherever_their_line_stands():
    """Figures, a group's line, pay, a section; by position, the last, what an item says."""
    after = changed(
        "{at: commission.cap, from: 5000, to: 6000, because: a}",
        '{at: "tiered.tiers[1].rate", from: 0.1, to: 0.11, because: a}',
        '{at: "tiered.tiers[last].rate", from: 0.12, to: 0.13, because: a}',
        '{at: "tiered.tiers[from=0].rate", from: 0.05, to: 0.06, because: a}',
        "{at: start.points, from: 10, to: 12, because: a}",
        "{at: wage.monthly.B, from: 7000, to: 7500, because: a}",
        "{at: card.round.digits, from: 2, to: 3, because: a}",
    )

    assert after["figures"][0]["cap"] == 6000
    assert [each["rate"] for each in after["figures"][1]["tiers"]] == [
        Decimal(x) for x in ("0.06", "0.11", "0.13")
    ]
    assert after["card"]["lines"][0]["lines"][1]["points"] == 12
    assert after["pay"]["items"][0]["monthly"] == {"A": 9000, "B": 7500}
    assert after["card"]["round"]["digits"] == 3
    assert (after["id"], after["title"]) == ("proposal", "Proposal")


def test_the_base_is_left_as_it_was():
    """Two proposals on one base do not see each other."""
    before = base()
    changed("{at: wage.monthly.B, from: 7000, to: 1, because: a}", "{remove: start, because: a}", on=before)

    assert before == base()


def test_a_setting_not_written_yet_changes_from_null():
    """A floor that the kind knows, a grade in a table, a section; the proposal is their first appearance."""
    after = changed(
        "{at: commission.floor, from: null, to: 100, because: a}",
        "{at: wage.monthly.C, from: null, to: 6000, because: a}",
        "{at: targets, from: null, to: {set_by: table, progress: months, source: S1}, because: a}",
    )

    assert after["figures"][0]["floor"] == 100
    assert after["pay"]["items"][0]["monthly"]["C"] == 6000
    assert after["targets"]["progress"] == "months"


def test_the_beginning_of_the_first_tier_is_taken_away_and_put_back():
    """The tiers are then told to go below zero, and no longer to."""
    taken = '{at: "tiered.tiers[0].from", from: 0, to: null, because: a}'
    put_back = '{at: "tiered.tiers[0].from", from: null, to: 0, because: b}'
    without = base()
    del without["figures"][1]["tiers"][0]["from"]

    open_ended = changed(taken)
    assert compared(base(), open_ended) == [("tiered.tiers[0].from", 0, None, None, None, None)]
    assert compared(without, open_ended) == []
    for each in (open_ended, without):
        assert changed(put_back, on=each)["figures"] == base()["figures"]


def test_a_whole_list_or_table_can_be_replaced():
    """A tier more is a new list; `from` repeats the old one."""
    old = "[{from: 0, rate: 0.05}, {from: 1000, rate: 0.1}, {from: 2500, rate: 0.12}]"
    after = changed(f"{{at: tiered.tiers, from: {old}, to: [{{from: 0, rate: 0.07}}], because: a}}")

    assert after["figures"][1]["tiers"] == [{"from": 0, "rate": Decimal("0.07")}]


def test_a_new_value_keeps_unit_range_and_owner_but_not_the_old_clause():
    """S2 says 0.05; it does not vouch for 0.06."""
    after = changed("{at: commission.rate, from: 0.05, to: 0.06, because: a}")

    assert after["figures"][0]["rate"] == {
        "value": Decimal("0.06"),
        "unit": "share",
        "range": [0, Decimal("0.1")],
        "region_may_change": "yes",
    }


def test_a_biography_is_changed_where_it_is_written():
    """Head office opens a number, widens a range, drops it."""
    after = changed(
        "{at: start.points, from: 10, to: {value: 10, region_may_change: yes}, because: a}",
        "{at: commission.rate.range, from: [0, 0.1], to: [0, 0.2], because: a}",
        "{at: files.points, from: 2, to: {value: 2.5, range: null, source: S9}, because: a}",
    )

    assert after["card"]["lines"][0]["lines"][1]["points"]["region_may_change"] == "yes"
    assert after["figures"][0]["rate"]["range"] == [0, Decimal("0.2")]
    assert after["card"]["lines"][0]["lines"][0]["points"] == {
        "value": Decimal("2.5"),
        "range": None,
        "source": "S9",
        "region_may_change": "yes",
    }


def test_a_number_changes_on_a_day():
    """10 to the end of June, 12 from July on."""
    after = changed("{at: start.points, from: 10, to: 12, effective: 2025-07-01, because: a}")

    assert after["card"]["lines"][0]["lines"][1]["points"] == {
        "segments": [{"value": 10, "to": "2025-06-30"}, {"value": 12, "from": "2025-07-01"}]
    }


def test_changes_on_several_days_lie_in_order_of_time():
    """A later and an earlier day, given in any order, and the last with its own clause; what is agreed later stays."""
    after = changed(
        "{at: start.points, from: 10, to: 20, effective: 2026-01-01, because: a}",
        "{at: start.points, from: 10, to: {value: 12, source: S7}, effective: 2025-07-01, because: a}",
        "{at: start.points, from: 20, to: 21, effective: 2026-01-01, inside_period: by_days, because: a}",
    )

    assert after["card"]["lines"][0]["lines"][1]["points"] == {
        "segments": [
            {"value": 10, "to": "2025-06-30"},
            {"value": 12, "from": "2025-07-01", "to": "2025-12-31", "source": "S7"},
            {"value": 21, "from": "2026-01-01"},
        ],
        "inside_period": "by_days",
    }


def test_a_number_that_ended_is_prolonged_from_the_next_day():
    ended = "{at: start.points, from: 10, to: {value: 10, from: 2024-01-01, to: 2024-12-31}, because: a}"
    after = changed(ended, "{at: start.points, from: 10, to: 12, effective: 2025-01-01, because: a}")

    assert after["card"]["lines"][0]["lines"][1]["points"]["segments"] == [
        {"value": 10, "from": "2024-01-01", "to": "2024-12-31"},
        {"value": 12, "from": "2025-01-01"},
    ]


def test_a_plain_change_of_a_number_with_an_end_keeps_its_days():
    ended = "{at: start.points, from: 10, to: {value: 10, to: 2024-12-31}, because: a}"
    after = changed(ended, "{at: start.points, from: 10, to: 12, because: a}")

    assert after["card"]["lines"][0]["lines"][1]["points"] == {"value": 12, "to": "2024-12-31"}


def test_lines_are_added_and_removed():
    """After a named line, at the end, in a group, in a section that was not there."""
    line = "{{kind: assumed, id: {}, title: T, points: 1, source: S1}}".format
    after = changed(
        f"{{add: whole, line: {line('early')}, after: files, because: a}}",
        f"{{add: card, line: {line('late')}, because: a}}",
        f"{{add: figures, line: {line('shown')}, after: commission, because: a}}",
        f"{{add: pay, line: {line('gift')}, because: a}}",
        "{remove: start, because: a}",
    )

    assert [each["id"] for each in after["card"]["lines"][0]["lines"]] == ["files", "early"]
    assert [each["id"] for each in after["card"]["lines"]] == ["whole", "late"]
    assert [each["id"] for each in after["figures"]] == ["commission", "shown", "tiered"]
    assert [each["id"] for each in after["pay"]["items"]] == ["wage", "gift"]


def test_a_list_of_figures_begins_with_the_first_one_added():
    without = read(SCHEME)
    del without["figures"]
    after = changed(
        "{add: figures, line: {kind: assumed, id: shown, title: T, points: 1}, because: a}", on=without
    )

    assert [each["id"] for each in after["figures"]] == ["shown"]


def test_an_added_line_can_be_changed_by_the_next_change():
    after = changed(
        "{add: card, line: {kind: assumed, id: late, title: T, points: 1}, because: a}",
        "{at: late.points, from: 1, to: 2, because: a}",
    )

    assert after["card"]["lines"][1]["points"] == 2


MISFITS = {
    "misspelt line": (
        "{at: comission.cap, from: 1, to: 2, because: a}",
        "changes[0].at: there is no 'comission' in the base; did you mean 'commission'?",
    ),
    "misspelt setting": (
        "{at: commission.flor, from: null, to: 2, because: a}",
        "changes[0].at: 'commission' has no 'flor'; did you mean 'floor'?",
    ),
    "from differs": (
        "{at: commission.rate, from: 0.06, to: 0.07, because: a}",
        "changes[0].from: the base says 0.05, not 0.06; correct one",
    ),
    "from is not written yet": (
        "{at: commission.floor, from: 3, to: 0.07, because: a}",
        "changes[0].at: 'commission' has no 'floor'; did you mean 'floor'?",
    ),
    "text for a number": (
        "{at: commission.cap, from: '5000', to: 1, because: a}",
        "changes[0].from: the base says 5000, not 5000; correct one",
    ),
    "beyond the list": (
        '{at: "tiered.tiers[7].rate", from: 1, to: 2, because: a}',
        "changes[0].at: 'tiered.tiers' has 3 items, and none is [7]; they are [0] to [2]",
    ),
    "whole line": (
        "{at: start, from: null, to: null, because: a}",
        "changes[0].at: 'start' is a whole line; name one of its settings, or remove it and add one",
    ),
    "no reason": (
        "{at: start.points, from: 10, to: 12}",
        "changes[0]: is no change; a change has exactly at, from, to and because",
    ),
    "empty reason": (
        "{at: start.points, from: 10, to: 12, because: ' '}",
        "changes[0].because: says nothing; write the reason",
    ),
    "no change": ("[]", "changes[0]: is no change"),
    "unknown word": (
        "{at: start.points, from: 10, to: 12, because: a, until: 2025-01-01}",
        "changes[0]: is no change; a change has exactly at, from, to and because, and may have effective",
    ),
    "no day": (
        "{at: start.points, from: 10, to: 12, effective: July, because: a}",
        "changes[0].effective: 'July' is no day; write YYYY-MM-DD, for example 2024-07-01",
    ),
    "words do not change on a day": (
        "{at: files.missing, from: refuse, to: zero, effective: 2025-07-01, because: a}",
        "changes[0].effective: 'files.missing' is no number; only a number changes on a day",
    ),
    "to a word on a day": (
        "{at: start.points, from: 10, to: null, effective: 2025-07-01, because: a}",
        "changes[0].to: null is no number; write a number, or {value: ..., source: ...}",
    ),
    "rule without a day": (
        "{at: start.points, from: 10, to: 12, inside_period: by_days, because: a}",
        "changes[0].inside_period: has no meaning without `effective`; leave it out",
    ),
    "unknown group": (
        "{add: hole, line: {kind: assumed, id: x, title: T, points: 1}, because: a}",
        "changes[0].add: there is no line 'hole' in the base; did you mean 'whole'?",
    ),
    "no group": (
        "{add: start, line: {kind: assumed, id: x, title: T, points: 1}, because: a}",
        "changes[0].add: 'start' holds no lines; lines are added to figures, card, pay, consequences, or a group by "
        "its id",
    ),
    "after a line that is elsewhere": (
        "{add: card, after: files, line: {kind: assumed, id: x, title: T, points: 1}, because: a}",
        "changes[0].after: 'card' has no line 'files'; they are whole",
    ),
    "id taken": (
        "{add: card, line: {kind: assumed, id: files, title: T, points: 1}, because: a}",
        "changes[0].line.id: 'files' is the id of another line; give each line its own id",
    ),
    "no line": (
        "{add: card, line: {id: x}, because: a}",
        "changes[0].line: is no line; a line begins with `kind:` and has an `id:`",
    ),
    "add needs a line": (
        "{add: card, because: a}",
        "changes[0]: is no change; a change has exactly add, line and because, and may have after",
    ),
    "remove what is not there": (
        "{remove: strat, because: a}",
        "changes[0].remove: there is no line 'strat' in the base; did you mean 'start'?",
    ),
    "remove a section": (
        "{remove: card, because: a}",
        "changes[0].remove: there is no line 'card' in the base",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), MISFITS.values(), ids=MISFITS.keys())
def test_a_change_that_does_not_fit_is_told(change, sentence):
    (problem,) = refused(change)

    assert problem.startswith(sentence)


def test_every_change_that_does_not_fit_is_told_at_once():
    assert len(refused("{remove: strat, because: a}", "{at: a.b, from: 1, to: 2, because: a}", region=7)) == 3


def test_a_number_with_several_values_needs_a_day():
    first = "{at: start.points, from: 10, to: 12, effective: 2025-07-01, because: a}"

    assert refused(first, "{at: start.points, from: 12, to: 13, because: a}") == [
        "changes[1].from: the base has a value for each run of days; say from when with `effective`"
    ]
    assert refused(first, "{at: start.points, from: 10, to: 13, effective: 2025-08-01, because: a}") == [
        "changes[1].from: the base says 12 on 2025-08-01, not 10; correct one"
    ]


def test_no_hole_comes_to_be():
    """Both days of the hole are named; before its first day a number cannot change."""
    dated = "{at: start.points, from: 10, to: {value: 10, from: 2024-01-01, to: 2024-12-31}, because: a}"

    assert refused(dated, "{at: start.points, from: 10, to: 12, effective: 2025-03-01, because: a}") == [
        "changes[1].effective: there would be no value from 2025-01-01 to 2025-02-28; "
        "begin on 2025-01-01, or write what holds in between"
    ]
    assert refused(dated, "{at: start.points, from: 10, to: 12, effective: 2023-03-01, because: a}") == [
        "changes[1].effective: the number begins on 2024-01-01, after 2023-03-01; change it from 2024-01-01 on"
    ]


def test_a_region_changes_what_head_office_opened():
    after = changed(
        "{at: commission.rate, from: 0.05, to: 0.06, because: a}",
        "{at: files.points, from: 2, to: {value: 3, source: N1}, effective: 2025-07-01, because: a}",
        region="north",
    )

    assert after["figures"][0]["rate"]["value"] == Decimal("0.06")
    assert after["card"]["lines"][0]["lines"][0]["points"]["segments"][1] == {
        "value": 3,
        "from": "2025-07-01",
        "source": "N1",
    }


OPENED = "head office opened commission.rate, files.points"
CLOSED = {
    "closed number": (
        "{at: start.points, from: 10, to: 12, because: a}",
        f"changes[0].at: region 'north' may not change 'start.points'; {OPENED}",
    ),
    "word": (
        "{at: files.missing, from: refuse, to: zero, because: a}",
        f"changes[0].at: region 'north' may not change 'files.missing'; {OPENED}",
    ),
    "part of a biography": (
        "{at: commission.rate.range, from: [0, 0.1], to: [0, 1], because: a}",
        f"changes[0].at: region 'north' may not change 'commission.rate.range'; {OPENED}",
    ),
    "its value by the way through the biography": (
        "{at: commission.rate.value, from: 0.05, to: 0.9, because: a}",
        f"changes[0].at: region 'north' may not change 'commission.rate.value'; {OPENED}",
    ),
    "biography": (
        "{at: commission.rate, from: 0.05, to: {value: 0.05, range: [0, 1]}, because: a}",
        "changes[0].to: region 'north' may change the value of 'commission.rate' alone",
    ),
    "no number": (
        "{at: commission.rate, from: 0.05, to: null, because: a}",
        "changes[0].to: region 'north' may change the value of 'commission.rate' alone",
    ),
    "rule inside a period": (
        "{at: commission.rate, from: 0.05, to: 0.06, effective: 2025-07-01, inside_period: at_end, because: a}",
        "changes[0].to: region 'north' may change the value of 'commission.rate' alone",
    ),
    "new setting": (
        "{at: commission.floor, from: null, to: 1, because: a}",
        f"changes[0].at: region 'north' may not change 'commission.floor'; {OPENED}",
    ),
    "whole table": (
        "{at: card.lines, from: null, to: [], because: a}",
        f"changes[0].at: region 'north' may not change 'card.lines'; {OPENED}",
    ),
    "add": (
        "{add: card, line: {kind: assumed, id: x, title: T, points: 1}, because: a}",
        f"changes[0].add: region 'north' may not add lines; {OPENED}",
    ),
    "remove": (
        "{remove: start, because: a}",
        f"changes[0].remove: region 'north' may not remove lines; {OPENED}",
    ),
    "out of range": (
        "{at: commission.rate, from: 0.05, to: 0.11, because: a}",
        "commission.rate: 0.11 is out of range; it may be at least 0 and at most 0.1",
    ),
    "out of range later": (
        "{at: files.points, from: 2, to: 4, effective: 2025-07-01, because: a}",
        "files.points: 4 is out of range from 2025-07-01; it may be at least 1 and at most 3",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), CLOSED.values(), ids=CLOSED.keys())
def test_a_region_changes_nothing_else(change, sentence):
    (problem,) = refused(change, region="north")

    assert problem.startswith(sentence)


@pytest.fixture
def chain(tmp_path):
    """A base, head office's proposal on it, a region's file on that, and a town's on the region's."""

    def write(name, base_name, *changes, region=None):
        lines = "".join(f"  - {each}\n" for each in changes)
        head = f"id: {name}\ntitle: {name}\nauthor: HR\nbase: {base_name}.yaml\nbecause: why\n"
        head += f"region: {region}\n" if region else ""
        (tmp_path / f"{name}.yaml").write_text(f"{head}changes:\n{lines}", encoding="utf-8")

    (tmp_path / "sales.yaml").write_text(SCHEME, encoding="utf-8")
    write(
        "head",
        "sales",
        "{at: start.points, from: 10, to: {value: 11, region_may_change: yes}, because: first}",
    )
    write("north", "head", "{at: start.points, from: 11, to: 12, because: second}", region="north")
    write("town", "north", "{at: start.points, from: 12, to: 13, because: third}", region="north_town")
    return tmp_path


def test_files_build_on_each_other_and_reasons_stay_in_order(chain):
    """What one file opened the next may change, and what it left open the one after."""
    document, reasons = resolved(chain / "town.yaml")

    assert document["card"]["lines"][0]["lines"][1]["points"] == {"value": 13, "region_may_change": "yes"}
    assert [each["because"] for each in reasons] == ["first", "second", "third"]
    assert [row[:3] + row[5:] for row in compared(resolved(chain / "sales.yaml")[0], document, reasons)] == [
        ("start.points", 10, 13, "third"),
        ("start.points.region_may_change", None, "yes", "third"),
    ]


def test_dated_numbers_differ_from_a_day_on():
    """One row for each run of days that differs, with the reason for that day; what is equal is not shown."""
    changes = [
        "{at: start.points, from: 10, to: 12, effective: 2025-07-01, because: summer}",
        "{at: start.points, from: 12, to: 10, effective: 2025-10-01, because: autumn}",
        "{at: start.points, from: 10, to: 14, effective: 2026-01-01, because: winter}",
    ]
    after, made = apply_changes(
        base(), FRAME | {"changes": [read(each) for each in changes]}, "proposal.yaml"
    )

    assert compared(base(), after, made) == [
        ("start.points", 10, 12, "2025-07-01", "2025-09-30", "summer"),
        ("start.points", 10, 14, "2026-01-01", None, "winter"),
    ]


def test_a_number_that_ends_differs_from_then_on():
    after = changed("{at: start.points, from: 10, to: {value: 10, to: 2025-06-30}, because: a}")

    assert compared(base(), after) == [("start.points", 10, None, "2025-07-01", None, None)]


def test_items_of_lists_and_quantities_are_compared_one_by_one():
    """A rate inside the tiers; a quantity is told as a whole."""
    changes = [
        '{at: "tiered.tiers[last].rate", from: 0.12, to: 0.13, because: a}',
        "{at: commission.of, from: {measure: sales}, to: {line: tiered, earlier: 1}, because: b}",
    ]
    after, made = apply_changes(
        base(), FRAME | {"changes": [read(each) for each in changes]}, "proposal.yaml"
    )

    assert [row[:3] + row[5:] for row in compared(base(), after, made)] == [
        ("commission.of", "measure: sales", "line: tiered, earlier: 1", "b"),
        ("tiered.tiers[2].rate", Decimal("0.12"), Decimal("0.13"), "a"),
    ]


def test_added_and_removed_lines_have_their_reason_on_every_setting():
    """A removed group takes its lines along."""
    changes = [
        "{add: card, line: {kind: assumed, id: late, title: T, points: 1, source: S1}, because: more}",
        "{remove: whole, because: less}",
    ]
    after, made = apply_changes(
        base(), FRAME | {"changes": [read(each) for each in changes]}, "proposal.yaml"
    )
    rows = compared(base(), after, made)

    assert ("late.points", None, 1, None, None, "more") in rows
    assert ("start.points", 10, None, None, None, "less") in rows
    assert {row[5] for row in rows} == {"more", "less"}


def test_settings_with_the_same_beginning_do_not_share_reasons():
    """Grade AB is no part of grade A."""
    two = SCHEME.replace("{A: 9000, B: 7000}", "{A: 9000, AB: 7000}")
    changes = ["{at: wage.monthly.A, from: 9000, to: 9500, because: a}"]
    after, made = apply_changes(read(two), FRAME | {"changes": [read(each) for each in changes]}, "p.yaml")
    after["pay"]["items"][0]["monthly"]["AB"] = 99

    assert [(row[0], row[5]) for row in compared(read(two), after, made)] == [
        ("wage.monthly.A", "a"),
        ("wage.monthly.AB", None),
    ]
