"""The payout picture shows the finished curve: its corners, which end of a jump is paid, and where somebody stands."""

from __future__ import annotations

import pandas as pd
import pytest

from policymodel.charts.payout import payout

CURVE = pd.DataFrame(
    [
        (0.0, 0.0, 0, "start", True),
        (40.0, 80.0, 0, "jump", True),
        (40.0, 200.0, 1, "jump", False),
        (50.0, 250.0, 1, "end", True),
    ],
    columns=["at", "value", "piece", "corner", "reached"],
)
AXES = ("cards (each)", "commission (CNY)")


def picture(curve: pd.DataFrame = CURVE, **extra):
    return payout(
        curve, "From 41 cards on all of them earn 5", "A payout curve.", AXES, ["en", "zh-Hant"], **extra
    )


def rows(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_it_is_drawn_in_every_language(language):
    drawing = picture(stands=(18.0, 36.0))
    spec = drawing.spec(language)

    assert drawing.png(language).startswith(b"\x89PNG")
    assert spec["description"] == "A payout curve."
    assert spec["layer"][0]["encoding"]["x"]["title"] == "cards (each)"
    assert spec["layer"][0]["encoding"]["y"]["title"] == "commission (CNY)"


def test_a_jump_is_no_line():
    """Each piece is a line of its own, drawn straight; the open end is white."""
    spec = picture().spec("en")
    line, dots = spec["layer"][0], spec["layer"][1]

    assert line["encoding"]["detail"]["field"] == "piece"
    assert line["mark"]["interpolate"] == "linear"
    assert dots["encoding"]["fill"]["condition"]["test"] == "datum.reached"
    assert dots["encoding"]["fill"]["value"] == "white"


def test_corners_carry_their_figures():
    labels = [row["label"] for row in rows(picture().spec("en")) if "label" in row]

    assert labels == ["80", "200"]


def test_where_somebody_stands_is_marked():
    marks = [layer["mark"]["type"] for layer in picture(stands=(18.0, 36.0)).spec("en")["layer"]]

    assert marks == ["line", "point", "text", "rule", "point"]
    assert {"at": 18.0, "value": 36.0} in rows(picture(stands=(18.0, 36.0)).spec("en"))


def test_nothing_known_is_nothing_drawn():
    assert not picture(CURVE.assign(value=float("nan"))).charts
