"""S4: every setting that is ours changes the score of an example worked by hand, by hand and in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.found import agrees, computed
from worked.paper import Case, calculate, read_case, write_scheme
from worked.test_worked import HERE, written_history

pytestmark = pytest.mark.thorough

CENTS, WHOLE = {"digits": "2", "mode": "half_up"}, {"digits": "0", "mode": "half_up"}
LETTER = {
    "event_id": "e9",
    "manager_id": "m1",
    "date": "2025-01-20",
    "event": "complaint",
    "channel": "letter",
    "verified": "yes",
}
NOT_VERIFIED = LETTER | {"channel": "hotline", "verified": "no"}
QUARTER = Period.parse("2025-Q1")


def score(
    example: str, who: str, folder: Path, changes: list[dict[str, Any]], *events: dict[str, str]
) -> Any:
    """The score of somebody in an example, with settings changed and events added."""
    case = read_case(next((HERE / "s4").glob(f"{example}_*.yaml")))
    written = case.written | {"changes": changes} if changes else dict(case.written)
    history = written["history"] | {"events": [*written["history"].get("events", []), *events]}
    case = Case(case.file, written | {"history": history})
    facts = read_history(folder, read_mapping(written_history(case, folder)))
    panel = build_panel(facts, Period.parse("2025"), Period.parse("2024"))
    return computed(panel, read_scheme(write_scheme(case, folder)), (QUARTER,))[who, "2025-Q1", "score"]


def check(
    example: str,
    who: str,
    changed: tuple[str, Any, Any],
    expected: str,
    folder: Path,
    *events: dict[str, str],
) -> None:
    at, was, becomes = changed
    before, after = folder / "before", folder / "after"
    for each in (before, after):
        each.mkdir()
    found = score(example, who, after, [{"at": at, "from": was, "to": becomes}], *events)

    assert agrees(expected if expected == "absent" else calculate(expected), found)
    assert found != score(example, who, before, [], *events)


@pytest.mark.parametrize(
    ("example", "who", "changed", "expected"),
    [
        # neither cap nor floor: 12 of 10 points, −7.5 of 15, −26.5 and −38 in all
        ("01", "m1", ("credit_cards.cap", "null", "1"), "96.7 − 2"),
        ("03", "m1", ("net_deposits.floor", "null", "0"), "79.1 + 7.5"),
        ("02", "m1", ("indicators.floor", "null", "0"), "0 − 10 − 1.5"),
        ("02", "m1", ("card.floor", "null", "0"), "0 × 1"),
        # a target of zero: the points of the line are lost, or given
        ("05", "m1", ("broker_links.zero_target", "not_applicable", "zero"), "97 + 1.6"),
        ("05", "m1", ("broker_links.zero_target", "not_applicable", "full"), "97 + 5 + 1.6"),
        ("05", "m1", ("indicators.not_applicable", "reweight", "zero"), "97 + 1.6"),
        # an actual that is not known: it counts zero, or its 10 points go to the other 90
        ("11", "m1", ("funds_sold.missing", "refuse", "zero"), "90 + 1.6"),
        ("11", "m1", ("funds_sold.missing", "refuse", "rescale"), "90 × 100 ÷ 90 + 1.6"),
        # a published score has two decimals
        ("01", "m1", ("card.round", CENTS, WHOLE), "97 × 1"),
    ],
)
def test_settings_of_the_indicators(example, who, changed, expected, tmp_path):
    """S4.1 (ours): caps, floors, targets of zero, figures that are not known, rounding."""
    check(example, who, changed, expected, tmp_path)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        # 330 of 660 against 210 of 600: 100 ÷ 7 points beside 90 and 1.6, rounded
        (("off_counter_share.level", "outlet", "manager"), "105.89 × 1"),
        # the history has no year before last
        (("off_counter_share.against", "previous_period", "same_period_last_year"), "absent"),
    ],
)
def test_settings_of_the_off_counter_share(changed, expected, tmp_path):
    """S4.1.9 (ours): the level, and what the share is held against."""
    check("06", "m1", changed, expected, tmp_path)


@pytest.mark.parametrize(
    ("example", "who", "changed", "expected"),
    [
        ("08", "m1", ("bonus.cap", "10", "9"), "100 + 9"),
        ("08", "m2", ("reports.cap", "6", "7"), "100 + 7"),
        ("08", "m3", ("reports_adopted.points_each", "2", "1"), "100 + 1.6 + 2 + 2"),
        ("01", "m1", ("client_files.points", "2", "4"), "95.7 + 3.2 + 1.4 + 5 − 7"),
        ("01", "m1", ("maintenance.points", "2", "1"), "95.7 + 1.6 + 0.7 + 5 − 7"),
    ],
)
def test_settings_of_the_bonus(example, who, changed, expected, tmp_path):
    """S4.2 (ours): 2 for files and 2 for maintenance, 6 for reports at most, 3 in all for an adopted one."""
    check(example, who, changed, expected, tmp_path)


def test_settings_of_the_deductions(tmp_path):
    """S4.3 (ours): a finding brings its own points; other channels are a setting; unverified events count nothing."""
    for name, changed, expected, events in (
        ("found", ("inspections.points_each", "as_found", "1"), "95.7 + 8 − 5 − 1", ()),
        ("letter", ("complaints.channels", ["hotline"], "null"), "96.7 − 5", (LETTER,)),
    ):
        (tmp_path / name).mkdir()
        check("01", "m1", changed, expected, tmp_path / name, *events)
    (tmp_path / "not").mkdir()

    assert agrees(calculate("96.7 × 1"), score("01", "m1", tmp_path / "not", [], NOT_VERIFIED))
