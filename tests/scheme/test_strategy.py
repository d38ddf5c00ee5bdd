"""S5 (ours): a strategy map names objectives, leads upward and does not go round in a circle."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from policymodel.errors import SchemeError
from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.reading import digest_of, scheme_of


def objective(name: str) -> dict[str, Any]:
    of = [{"value": {"measure": name}, "weight": 1}]
    return {"kind": "objective", "id": name, "title": name, "source": "x", "missing": "rescale", "of": of}


def perspective(name: str, *objectives: str) -> dict[str, Any]:
    of = [{"value": {"line": each}, "weight": 1} for each in objectives]
    more = {"points": 10, "out_of": 1, "cap": None, "missing": "refuse", "of": of}
    return {"kind": "perspective", "id": name, "title": name, "source": "x", **more}


def document(*edges: tuple[str, str], lanes: tuple[str, ...] = ("high", "middle", "low")) -> dict[str, Any]:
    """Income and growth above talks, talks above files and training."""
    lines = [
        perspective("high", "income", "growth"),
        perspective("middle", "talks"),
        perspective("low", "files", "training"),
    ]
    return {
        "id": "plan",
        "title": "Plan",
        "source": "x",
        "every": "quarter",
        "figures": [objective(each) for each in ("income", "growth", "talks", "files", "training")],
        "card": {
            "round": {"digits": 2, "mode": "half_up"},
            "rescale": 1,
            "floor": None,
            "cap": None,
            "lines": lines,
        },
        "map": {
            "perspectives": list(lanes),
            "edges": [{"from": first, "to": then, "because": "so", "source": "x"} for first, then in edges],
        },
    }


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(SchemeError) as fault:
        scheme_of(document)
    return [(each.place, each.what) for each in fault.value.problems]


UP = (
    ("files", "talks"),
    ("talks", "income"),
    ("training", "files"),
    ("training", "growth"),
    ("income", "growth"),
)


def test_arrows_lead_up_or_stay_in_their_perspective():
    """One step up, two at once, and inside the highest and the lowest perspective."""
    drawn = scheme_of(document(*UP)).strategy

    assert drawn is not None
    assert [(each.from_, each.to) for each in drawn.edges] == list(UP)


@pytest.mark.parametrize(
    ("edges", "place", "what"),
    [
        ([("talks", "files")], "map.edges[0]", "the arrow leads down, from 'middle' to 'low'"),
        ([("income", "training")], "map.edges[0]", "the arrow leads down, from 'high' to 'low'"),
        (
            [("files", "talk")],
            "map.edges[0].to",
            "there is no objective 'talk' in the perspectives of the map",
        ),
        ([("files", "high")], "map.edges[0].to", "'high' is no objective, but a line of kind 'perspective'"),
        ([("files", "files")], "map.edges[0]", "the arrows go round in a circle: files → files"),
        (
            [("files", "training"), ("files", "talks"), ("training", "files")],
            "map.edges[2]",
            "the arrows go round in a circle: ",
        ),
        (
            [("files", "talks"), ("files", "talks")],
            "map.edges[1]",
            "the arrow from 'files' to 'talks' is there already",
        ),
    ],
)
def test_a_stray_arrow_is_refused(edges, place, what):
    found = told(document(*edges))

    assert [each[0] for each in found] == [place]
    assert found[0][1].startswith(what)


@pytest.mark.parametrize(
    ("lanes", "problems"),
    [
        (("high", "middle", "lo"), ["there is no perspective 'lo'"]),
        (("high", "middle", "middle", "low"), ["'middle' is named twice"]),
        (("high", "talks", "middle", "low"), ["there is no perspective 'talks'"]),
    ],
)
def test_a_lane_that_is_none_is_refused(lanes, problems):
    assert [what for _, what in told(document(("talks", "income"), lanes=lanes))] == problems


def test_an_objective_stands_in_one_lane():
    written = document(("talks", "income"))
    written["card"]["lines"][2]["of"].append({"value": {"line": "talks"}, "weight": 1})

    assert told(written) == [
        ("map.perspectives[2]", "its objective 'talks' stands in another perspective of the map too")
    ]


def test_the_order_of_the_lanes_says_what_is_up():
    """Turned upside down, every arrow that led up leads down."""
    turned = document(*UP[:2], lanes=("low", "middle", "high"))

    assert [what for _, what in told(turned)] == [
        "the arrow leads down, from 'low' to 'middle'",
        "the arrow leads down, from 'middle' to 'high'",
    ]


def test_a_map_scores_nothing_and_makes_another_scheme():
    """Lines and numbers are those of the file without a map; its digest is another one."""
    with_map, without = document(*UP), copy.deepcopy(document(*UP))
    del without["map"]
    one, other = scheme_of(with_map), scheme_of(without)

    assert one.lines == other.lines
    assert one.nodes() == other.nodes()
    assert one.numbers() == other.numbers()
    assert digest_of(with_map) != digest_of(without)
    assert pickle.loads(pickle.dumps(one)).strategy == one.strategy


def test_what_a_score_is_made_of_is_found_down_to_the_measures():
    scheme = scheme_of(document(*UP))
    kinds = [type(each) for each in scheme.judged()]

    assert [each.id for each in scheme.judged()] == [
        *("high", "income", "growth", "middle", "talks", "low", "files", "training")
    ]
    assert kinds.count(Perspective) == 3
    assert kinds.count(Objective) == 5
