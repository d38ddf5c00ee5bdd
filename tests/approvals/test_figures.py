"""The figures that are approved: every line by hand, always the same bytes, and what differs by name."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from policymodel.approvals.checking import check_figures
from policymodel.approvals.figures import (
    differences,
    figures_digest,
    figures_of,
    payments,
    read_figures,
    unknown,
    written,
)
from policymodel.approvals.register import sound_register
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period, month_label
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from small_bank import COUNTS, STOCKS, activity, bank, events, income, managers, targets
from walking import ABOUT, ALL, FIGURES, PERFORMANCE, clock, take, walk

S6 = read_scheme(Path(__file__).resolve().parents[2] / "params" / "changes" / "s6_reviewers_mark.yaml")
YEAR, BASE, QUARTER = Period.parse("2025"), Period.parse("2024"), Period.parse("2025-Q1")


def history(mark=80.0):
    """One person of grade B; each line brought 1,000 a month in 2024, and is to grow by 3,650 in 2025."""
    brought = {"interest": 2000.0, "deposit": 1000.0, "fee": 1000.5}
    months = range(2024 * 12, 2025 * 12 + 12)
    return bank(
        managers=managers(("M1", "O1", "2023-01-01", None)),
        activity=activity(
            *[
                ("M1", month_label(month), name, mark if name == "duty_mark" else 80.0 * (name in STOCKS))
                for month in months
                for name in (*STOCKS, *COUNTS)
            ]
        ),
        client_income=income(
            *[
                ("C1", "M1", month_label(month), line, amount if month >= YEAR.first else 1000.0)
                for month in months
                for line, amount in brought.items()
            ]
        ),
        targets=targets(*[("region", "R", line, "2025", 3650.0) for line in brought]),
        events=events(),
    )


def quarter(mark=80.0):
    """The figures of the first quarter."""
    return figures_of(pay(build_panel(history(mark), YEAR, BASE), S6), QUARTER)


def values(frame):
    """The figures by line."""
    return dict(zip(frame["line"], frame["value"], strict=True))


def test_every_line_of_a_quarter_by_hand():
    """S6.5, S6.6: 90 of 365 days.

    Stock 36,000 x 90/365 = 8,876.7123; increment 10,950 x 90/365 = 2,700; received 3 x 4,000.50 = 12,001.50.
    Slices 8,876.7123 x 0.5 % = 44.3836, 2,700 x 3 % = 81, (12,001.50 - 11,576.7123) x 5 % = 21.2394.
    Score (80 + 2 for the files kept) x 10 = 820, so x 0.82: 36.3945, 66.42, 17.4163. Base wage 3 x 9,000.
    """
    found = quarter()

    assert values(found["performance"]) == {
        "base_wage": "27000.00",
        "deposit": "3000.00",
        "fee": "3001.50",
        "interest": "6000.00",
        "pay": "27120.23",
        "performance_wage.increment": "66.42",
        "performance_wage.stock": "36.39",
        "performance_wage.super_increment": "17.42",
    }
    told = values(found["management"])
    assert (told["duty_mark"], told["score"]) == ("80", "820")
    listed = payments(found["performance"])
    assert dict(zip(listed["item"], map(str, listed["amount"]), strict=True)) == {
        "performance_wage.increment": "66.42",
        "performance_wage.stock": "36.39",
        "performance_wage.super_increment": "17.42",
    }


def test_what_a_penalty_takes_stands_apart_and_is_on_the_list_with_its_reason():
    """S6.11: bad assets by a risk noticed late in Q1 take half of the performance wage and a tenth of the base wage.

    From Q2 on. Then 181 of 365 days: stock 17,852.0548, increment 5,430, received 24,003; the slices to date 89.2603,
    162.90, 36.0473 less those of Q1 (44.3836, 81, 21.2394), x 0.82: 36.7989, 67.1580, 12.1424. Half of
    36.80 + 67.16 + 12.14 = 116.10 is 58.05; a tenth of 27,000 is 2,700. What the scheme pays, 27,116.10, stays.
    """
    late = events(("M1", "2025-02-10", "risk_noticed_late", None, True, None))
    known = history()
    paid = pay(build_panel(replace(known, tables={**known.tables, "events": late}), YEAR, BASE), S6)

    before, now = (figures_of(paid, each)["performance"] for each in YEAR.split(3)[:2])

    assert not [line for line in values(before) if line.startswith("late_risk")]
    assert values(now)["pay"] == "27116.10"
    assert [(str(each.amount), each.item, each.reason) for each in payments(now).itertuples()] == [
        ("-2700.00", "base_wage", "late_risk"),
        ("-58.05", "performance_wage", "late_risk"),
        ("67.16", "performance_wage.increment", ""),
        ("36.80", "performance_wage.stock", ""),
        ("12.14", "performance_wage.super_increment", ""),
    ]


def test_a_card_alone_has_management_figures_alone():
    """And a scheme without a card has none of them."""
    panel = build_panel(history(), YEAR, BASE)
    card = score(panel, replace(S6, pay=None), YEAR.split(3))

    assert set(figures_of(card, QUARTER)) == {"management"}
    wage = next(item for item in S6.pay.items if item.kind == "grade_wage")
    bare = replace(S6, card=None, pay=replace(S6.pay, items=(wage,)))
    assert values(figures_of(pay(panel, bare), QUARTER)["performance"]) == {
        "base_wage": "27000.00",
        "pay": "27000.00",
    }


def test_the_file_says_what_was_computed(tmp_path):
    """Written, read and written again it is the same, byte for byte, whatever an id is."""
    odd = pd.DataFrame(
        {
            "manager_id": ["007", '=1+1,"x"', "陳", "NA", "a\rb"],
            "line": "pay",
            "kind": "total",
            "value": "1.50",
        }
    )
    for frame in (PERFORMANCE, odd):
        path = tmp_path / "figures.csv"
        path.write_bytes(written(frame))
        pd.testing.assert_frame_equal(read_figures(path), frame)
        assert written(read_figures(path)) == written(frame)


def test_what_differs_is_named_person_by_person_and_line_by_line():
    """A figure changed, one that is not there any more, a new one."""
    now = pd.concat(
        [
            PERFORMANCE.assign(value=PERFORMANCE["value"].replace("120.50", "150.50")).drop(index=2),
            pd.DataFrame([("M3", "pay", "total", "1.00")], columns=PERFORMANCE.columns),
        ]
    )

    assert differences(PERFORMANCE, now).to_numpy().tolist() == [
        ["M1", "bonus", "120.50", "150.50"],
        ["M1", "fee", "4000.00", None],
        ["M3", "pay", None, "1.00"],
    ]
    assert differences(PERFORMANCE, PERFORMANCE).empty
    assert unknown(PERFORMANCE) == ["M2"]


def test_a_history_changed_after_the_approval_is_found_by_name(tmp_path):
    """The duty mark was 80 and is 90: the score, every slice and the total, what was approved and what is now.

    Score (90 + 2) x 10 = 920, so x 0.92: 40.8329, 74.52, 19.5402; total 27,134.89.
    """
    path = tmp_path / "register.jsonl"
    before, after = quarter(), quarter(90.0)
    time = clock()
    for step in ALL:
        take(path, step, figures=before, time=time)
    register = sound_register(path)
    found = list(check_figures(register, register.quarter(*ABOUT), after))

    assert [(each.line, each.approved, each.now) for each in found] == [
        ("pay", "27120.23", "27134.89"),
        ("performance_wage.increment", "66.42", "74.52"),
        ("performance_wage.stock", "36.39", "40.83"),
        ("performance_wage.super_increment", "17.42", "19.54"),
        ("duty_mark", "80", "90"),
        ("score", "820", "920"),
    ]
    assert str(found[0]) == "north 2025-Q2 s6, performance, M1, pay: approved 27120.23, now 27134.89"
    assert list(check_figures(register, register.quarter(*ABOUT), before)) == []


@pytest.mark.parametrize("part", FIGURES)
def test_a_figure_no_longer_there_is_found(tmp_path, part):
    """A scheme that lost its card, or its pay."""
    path = tmp_path / "register.jsonl"
    walk(path, *ALL[:5])
    register = sound_register(path)
    now = {name: frame for name, frame in FIGURES.items() if name != part}

    (found,) = check_figures(register, register.quarter(*ABOUT), now)

    assert found.what == "the scheme no longer has these figures"
    assert figures_digest(FIGURES[part]) == register.quarter(*ABOUT).figures[part]
