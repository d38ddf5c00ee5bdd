"""A balanced scorecard on a region's page: each level's mean, and each kind of gap by its own name (S5)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from policymodel.charts import Drawing
from policymodel.history.tables import QUARANTINE_COLUMNS
from policymodel.panel import build_panel
from policymodel.periods import Period, month_number
from policymodel.report.balanced import scorecard
from policymodel.report.display import Trust
from policymodel.report.indicators import region_indicators
from policymodel.scheme.reading import scheme_of
from policymodel.scoring import score
from policymodel.tables import Table
from policymodel.words.numbers import Span
from small_bank import activity, bank, managers

PEOPLE = [f"M{number:02d}" for number in range(24)]


def document() -> dict:
    """Two perspectives: one measure of 20 in all; a ratio and a mark, three to one."""
    objective = {"kind": "objective", "source": "x", "missing": "rescale"}
    perspective = {"kind": "perspective", "source": "x", "out_of": 1, "cap": None, "missing": "refuse"}
    bottom = {"measure": "wealth_clients"}
    return {
        "id": "plan",
        "title": "Plan",
        "source": "x",
        "every": "quarter",
        "figures": [
            {
                "kind": "rescaled",
                "id": "mark",
                "title": "Mark",
                "of": {"measure": "duty_mark"},
                "from": 0,
                "to": 100,
            },
            {
                **{"kind": "ratio", "id": "files", "title": "Files", "top": {"measure": "client_files_kept"}},
                **{"bottom": bottom, "zero_bottom": "not_applicable"},
            },
            objective | {"id": "duty", "title": "Duty", "of": [{"value": {"line": "mark"}, "weight": 1}]},
            objective
            | {
                **{"id": "order", "title": "Order"},
                "of": [{"value": {"line": "files"}, "weight": 3}, {"value": {"line": "mark"}, "weight": 1}],
            },
        ],
        "card": {
            **{"round": {"digits": 2, "mode": "half_up"}, "rescale": 1, "floor": None, "cap": None},
            "lines": [
                perspective
                | {
                    **{"id": "high", "title": "High", "points": 60},
                    "of": [{"value": {"line": "duty"}, "weight": 1}],
                },
                perspective
                | {
                    **{"id": "low", "title": "Low", "points": 40},
                    "of": [{"value": {"line": "order"}, "weight": 1}],
                },
            ],
        },
        "map": {
            "perspectives": ["high", "low"],
            "edges": [{"from": "order", "to": "duty", "because": "so", "source": "x"}],
        },
    }


def session(marks: dict[str, float | None], clients: dict[str, float], aside: tuple[str, ...] = ()):
    """Twenty-four people in the first quarter: a mark each, four of ten files."""
    rows = []
    for who in PEOPLE:
        if who not in aside:
            rows.append((who, "2025-03", "duty_mark", marks.get(who, 80)))
        rows.append((who, "2025-03", "wealth_clients", clients.get(who, 10)))
        rows.append((who, "2025-03", "client_files_kept", 4))
    history = bank(
        managers=managers(*[(who, "O1", "2024-01-01", None) for who in PEOPLE]), activity=activity(*rows)
    )
    if aside:
        written = {
            "table": "activity",
            "month": month_number("2025-03"),
            "measure": "duty_mark",
            "rules": "not_a_number",
        }
        frame = pd.DataFrame([written | {"manager_id": who} for who in aside])
        for column in QUARANTINE_COLUMNS:
            if column not in frame:
                frame[column] = ""
        history = replace(history, quarantine=frame[list(QUARANTINE_COLUMNS)])
    panel = build_panel(history, Period.parse("2025"), Period.parse("2024"))
    scores = score(panel, scheme_of(document()), (Period.parse("2025-Q1"),))
    page = SimpleNamespace(languages=("en",), designs={"published": "As published"}, when=Span)
    return SimpleNamespace(scores={"published": scores}, page=page, run=SimpleNamespace(smallest_cell=10))


def told(of) -> tuple[dict[str, list[str]], str]:
    """The rows of the table, each cell as text, and what is said of gaps."""
    things = list(scorecard(of))
    table = next(each for each in things if isinstance(each, Table)).written("en")
    trust = next(each for each in things if isinstance(each, Trust)).text
    rows = {f"{row['depth']} {row['head']}": [cell["text"] for cell in row["cells"]] for row in table["rows"]}
    return rows, trust.render("en")


def test_every_level_has_its_weight_and_its_mean():
    """S5.1: marks of 80 are 0.8, four of ten files 0.4; (3 × 0.4 + 0.8) ÷ 4 = 0.5; 60 × 0.8 and 40 × 0.5."""
    rows, gaps = told(session({}, {}))

    assert rows["0 High"] == ["60", "48.00", "–"]
    assert rows["1 Duty"] == ["100%", "0.80", "–"]
    assert rows["0 Low"] == ["40", "20.00", "–"]
    assert rows["1 Order"] == ["100%", "0.50", "–"]
    assert rows["2 Files"] == ["75%", "0.40", "–"]
    assert rows["2 Mark"] == ["25%", "0.80", "–"]
    assert gaps.startswith("Where a score is missing")


def test_three_kinds_of_gap_go_by_three_names():
    """S5 (ours): twelve marks are not known; then twelve were put aside; twelve have no clients to keep files of."""
    half = PEOPLE[:12]
    absent, _ = told(session(dict.fromkeys(half, None), {}))
    aside, _ = told(session({}, {}, tuple(half)))
    nothing, _ = told(session({}, dict.fromkeys(half, 0)))

    assert absent["2 Mark"] == ["25%", "0.80", "not known: 12"]
    assert absent["1 Duty"] == ["100%", "0.80", "does not apply: 12"]
    assert aside["2 Mark"] == ["25%", "0.80", "put aside: 12"]
    assert nothing["2 Files"] == ["75%", "0.40", "does not apply: 12"]
    # (12 × 0.5 + 12 × 0.8) ÷ 24: for half of them the mark speaks alone.
    assert nothing["1 Order"] == ["100%", "0.65", "–"]


def test_what_nobody_has_is_said_and_is_no_zero():
    """S5 (ours): no mark at all. The first perspective does not apply, and the score of the card neither."""
    rows, gaps = told(session(dict.fromkeys(PEOPLE, None), {}))

    assert rows["2 Mark"] == ["25%", "not known", "not known: 24"]
    assert rows["0 High"] == ["60", "does not apply", "does not apply: 24"]
    assert rows["1 Order"] == ["100%", "0.40", "–"]
    assert "In Q1 2025 “Mark” has no score for anybody: not known." in gaps


def test_a_few_gaps_are_not_counted():
    """Three of 24 without a mark: neither how few, nor a mean over the others beside one over all."""
    rows, _ = told(session(dict.fromkeys(PEOPLE[:3], None), {}))

    assert rows["2 Mark"] == ["25%", "withheld", "not known: a few"]
    # (21 × 0.5 + 3 × 0.4) ÷ 24
    assert rows["1 Order"] == ["100%", "0.49", "–"]


def test_the_map_stands_beside_the_table():
    things = list(scorecard(session({}, {})))

    assert isinstance(things[0], Drawing)
    assert things[0].title.render("en") == "The 1 objective below “High” leads up to it."


def test_a_card_without_perspectives_shows_nothing():
    of = session({}, {})
    written = document()
    del written["map"]
    written["card"]["lines"] = [
        {"kind": "assumed", "id": "start", "title": "Start", "source": "x", "points": 5}
    ]
    scores = score(of.scores["published"].panel, scheme_of(written), (Period.parse("2025-Q1"),))
    of.scores = {"published": scores}

    assert list(scorecard(of)) == []


def test_measures_below_objectives_are_indicators():
    """A measure that is rescaled stands with its mean over the people."""
    table = region_indicators(session({}, {}).scores["published"])

    assert table.set_index("line")["actual"].to_dict() == {"mark": 80.0}
