"""policymodel curve: the corners as a table, the picture with its claim, and what cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from policymodel.charts.payout import payout
from policymodel.cli import main
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.margins import payout_curve
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.words.curve import curve_words
from policymodel.words.sentences import render

CASE = Path(__file__).resolve().parents[1] / "cases" / "049-visdum-threshold-70"
ASKED = (
    *("curve", str(CASE / "scheme.yaml"), "--history", str(CASE / "history")),
    *("--mapping", str(CASE / "history" / "mapping.yaml"), "--plan-year", "2024", "--manager", "m1"),
    *("--period", "2024", "--line", "pay", "--measure", "bookings", "--from", "0"),
)


def words(high: float) -> tuple[str, str, tuple[str, str]]:
    """The claim in both languages and the axes in English."""
    history = read_history(CASE / "history", read_mapping(CASE / "history" / "mapping.yaml"))
    year = Period.parse("2024")
    panel, scheme = build_panel(history, year, Period.parse("2023")), read_scheme(CASE / "scheme.yaml")
    curve = payout_curve(panel, scheme, "pay", "m1", year, "bookings", 0, high)
    said = curve_words(curve, scheme, history.measures)
    drawing = payout(curve, said.title, said.description, said.axes, ["en"])
    assert drawing.png("en").startswith(b"\x89PNG")
    across, down = said.axes
    return render(said.title, "en"), render(said.title, "zh-Hant"), (render(across, "en"), render(down, "en"))


def test_a_threshold_is_two_corners_and_a_picture(tmp_path, capsys):
    """10 % of everything from 700,000 on: 70,000 at once, and the end that is not paid is told from it."""
    out, picture = tmp_path / "curve.csv", tmp_path / "curve.png"

    assert main([*ASKED, "--to", "1200000", "--out", str(out), "--picture", str(picture)]) == 0
    found = pd.read_csv(out)
    assert found["at"].tolist() == [0, 700_000, 700_000, 1_200_000]
    assert found["value"].tolist() == [0, 0, 70_000, 120_000]
    assert found["reached"].tolist() == [True, False, True, True]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().err == ""


def test_the_claim_is_the_largest_jump_or_from_where_to_where():
    english, chinese, axes = words(1_200_000)

    assert english == "Bookings: at 700,000, the pay jumps from 0 to 70,000"
    assert chinese == "「Bookings」到 700,000 時，薪酬由 0 跳至 70,000"
    assert axes == ("Bookings (USD)", "Pay (USD)")
    assert words(500_000)[0] == "Bookings from 0 to 500,000: the pay stays at 0"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--to", "0"), "the curve ends (0) before it begins (0)"),
        (("--to", "10", "--picture", "curve.jpg"), "use .png"),
        (("--to", "10", "--lang", "fr"), "write en or zh-Hant"),
        (("--to", "10", "--measure", "booking"), "bookings"),
        (("--to", "10", "--manager", "m9"), "m9"),
        (("--to", "10", "--period", "2025"), "2025"),
    ],
)
def test_what_cannot_be_drawn_is_said(given, says, capsys):
    assert main([*ASKED, *given]) == 2
    assert says in capsys.readouterr().err
