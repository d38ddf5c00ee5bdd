"""A strategy map: boxes do not overlap, arrows end at their boxes and pass none, every arrow is read out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from policymodel.charts.map import Layout, broken, laid_out, strategy
from policymodel.scheme.reading import read_scheme, scheme_of
from policymodel.words import claims
from policymodel.words.catalogues import LANGUAGES
from scheme.test_strategy import document

pytestmark = pytest.mark.thorough

SCHEMES = Path(__file__).resolve().parents[2] / "params" / "schemes"


def wide_map() -> Layout:
    """Seven objectives in the lowest lane, in three rows; arrows between rows, along one, and across all lanes."""
    lanes = [("a", "b"), ("c",), ("d", "e", "f", "g", "h", "i", "j")]
    scheme = scheme_of(document(("talks", "income")))
    assert scheme.strategy is not None
    drawn = scheme.strategy
    pairs = [("d", "a"), ("j", "a"), ("h", "e"), ("d", "f"), ("d", "j"), ("c", "b"), ("g", "c"), ("a", "b")]
    edge = drawn.edges[0]
    edges = tuple(
        type(edge)(**{"from": first, "to": then, "because": "so", "source": "x"}) for first, then in pairs
    )
    return laid_out(type(drawn)(perspectives=("x", "y", "z"), edges=edges), lanes, 3)


def test_boxes_stand_in_rows_of_three_and_do_not_overlap():
    layout = wide_map()
    rows = [[each for each in layout.boxes.values() if each.row == row] for row in range(layout.rows)]

    assert [len(row) for row in rows] == [2, 1, 3, 3, 1]
    assert layout.first == (0, 1, 2)
    for row in rows:
        for left, right in pairwise(row):
            assert left.middle + left.half < right.middle - right.half
    assert layout.bottom(4) < layout.height


def test_an_arrow_begins_and_ends_at_its_boxes_and_crosses_none():
    layout = wide_map()
    for place, (first, then) in enumerate(layout.edges):
        corners = list(layout.path(place))
        start, end = layout.boxes[first], layout.boxes[then]

        assert abs(corners[0][0] - start.middle) <= start.half
        assert corners[0][1] in (layout.top(start.row), layout.bottom(start.row))
        assert abs(corners[-1][0] - end.middle) <= end.half
        assert corners[-1][0] == corners[-2][0], "the head stands upright, so the last piece does too"
        for one, other in pairwise(corners):
            for step in range(1, 20):
                x, y = (a + (b - a) * step / 20 for a, b in zip(one, other, strict=True))
                inside = [
                    box.name
                    for box in layout.boxes.values()
                    if abs(x - box.middle) < box.half and layout.top(box.row) < y < layout.bottom(box.row)
                ]
                assert not inside, (first, then, inside)


def test_arrows_at_one_side_of_a_box_stand_apart():
    layout = wide_map()
    ends = [layout.ports[place, False] for place, (_, then) in enumerate(layout.edges) if then == "a"]

    assert len(set(ends)) == 2


@pytest.mark.parametrize("name", ["s5_scorecard", "bankratios_scorecard"])
def test_a_map_is_drawn_in_every_language_and_read_out(name):
    """S5 (ours): four lanes at most, a head for each arrow, a row of words with its reason for each."""
    scheme = read_scheme(SCHEMES / f"{name}.yaml")
    assert scheme.strategy is not None
    drawing = strategy(scheme, claims.strategy(scheme), claims.arrows(scheme), LANGUAGES)
    for language in LANGUAGES:
        spec = drawing.spec(language)
        rows = [row for rows in spec["datasets"].values() for row in rows]
        assert drawing.figures is not None
        told = drawing.figures(language).rows

        assert len([row for row in rows if "down" in row]) == len(scheme.strategy.edges) == len(told)
        assert all(each in spec["description"] for row in told for each in row[:2])
        assert drawing.png(language, 360).startswith(b"\x89PNG")


def test_a_scheme_without_a_map_is_not_drawn():
    scheme = read_scheme(SCHEMES / "s4_scorecard.yaml")

    assert strategy(scheme, "", "", LANGUAGES).charts == {}


@pytest.mark.parametrize(
    ("edges", "claim"),
    [
        (
            [("talks", "income"), ("files", "talks"), ("training", "growth")],
            "All 3 objectives below “high” lead up to it.",
        ),
        (
            [("talks", "income"), ("training", "files")],
            "1 of 3 objectives below “high” lead up to it; “files” and “training” do not.",
        ),
        (
            [("talks", "income"), ("files", "talks")],
            "2 of 3 objectives below “high” lead up to it; “training” does not.",
        ),
    ],
)
def test_the_claim_says_what_leads_nowhere(edges, claim):
    assert claims.strategy(scheme_of(document(*edges))).render("en") == claim


def test_hostile_titles_stay_text():
    written = document(("talks", "income"))
    written["figures"][2]["title"] = "<script>alert(1)</script>"
    scheme = scheme_of(written)
    drawing = strategy(scheme, claims.strategy(scheme), claims.arrows(scheme), ("en",))

    assert "<script>" in drawing.spec("en")["description"]
    assert broken("<script>alert(1)</script>", 12) == ["<script>aler", "t(1)</script", ">"]
