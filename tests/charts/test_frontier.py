"""The picture of a frontier: every state has a shape of its own, and a picture holds so many points and no more."""

from __future__ import annotations

import pandas as pd

from policymodel.charts.drawing import MAX_ROWS
from policymodel.charts.frontier import STATES, drawable, frontier
from policymodel.words.frontier import STATES as NAMES


def table(count: int) -> pd.DataFrame:
    states = [
        "frontier" if place % 50 == 0 else "dropped" if place % 3 else "dominated" for place in range(count)
    ]
    rows = {
        "cost": [20 + place / count for place in range(count)],
        "lose_share": [place / count for place in range(count)],
        "spread": 0.2,
        "state": states,
        "label": ["d000" if place == 0 else "" for place in range(count)],
    }
    base = {"cost": 20.5, "lose_share": 0.0, "spread": 0.2, "state": "baseline", "label": ""}
    return pd.concat([pd.DataFrame(rows), pd.DataFrame([base])], ignore_index=True)


def test_states_are_told_apart_without_colour():
    looks = [(shape, size, filled) for shape, _, size, filled in STATES.values()]

    assert len(set(looks)) == len(looks)
    assert set(STATES) == set(NAMES)


def test_it_is_drawn_in_every_language_with_its_limits():
    drawn = frontier(
        table(60), "Claim", "What it shows", ("cost", "lose"), NAMES, (20.8, 0.4), ["en", "zh-Hans"]
    )

    assert drawn.png("en").startswith(b"\x89PNG")
    layers = drawn.spec("zh-Hans")["layer"]
    assert sum(each["mark"]["type"] == "rule" for each in layers) == 2
    shapes = next(each["encoding"]["shape"] for each in layers if "shape" in each["encoding"])
    assert shapes["scale"]["range"] == ["circle", "circle", "cross", "diamond"]


def test_of_many_designs_the_frontier_is_always_drawn():
    whole = table(3000)
    kept = drawable(whole)

    assert len(kept) <= MAX_ROWS
    assert (kept["state"] == "frontier").sum() == (whole["state"] == "frontier").sum() == 60
    assert (kept["state"] == "baseline").sum() == 1
    assert {"dominated", "dropped"} <= set(kept["state"])
    frontier(kept, "Claim", "", ("cost", "lose"), NAMES, (20.8, 0.4), ["en"]).spec("en")
