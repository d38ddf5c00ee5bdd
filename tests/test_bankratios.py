"""A balanced scorecard on real ratios of banks, worked out a second time in SQL from the file as it stands (S5)."""

from __future__ import annotations

import csv
import gzip
import sqlite3
from pathlib import Path

import pytest

from policymodel.history import read_history, read_mapping
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import Scores, score

pytestmark = [pytest.mark.realdata, pytest.mark.thorough]

PARAMS = Path(__file__).resolve().parents[1] / "params"

# What each measure is worth between 0 and 1, and its objective's mean over those that are there.
SCORES = """
WITH wide AS (
    SELECT manager_id, month,
        MAX(CASE WHEN metric = 'ROE' THEN actual END) AS roe,
        MAX(CASE WHEN metric = 'ROA' THEN actual END) AS roa,
        MAX(CASE WHEN metric = 'LIQ' THEN actual END) AS liq,
        MAX(CASE WHEN metric = 'SOL' THEN actual END) AS sol,
        MAX(CASE WHEN metric = 'MOR_TOT' THEN actual END) AS mor,
        MAX(CASE WHEN metric = 'COB_TOT' THEN actual END) AS cob,
        MAX(CASE WHEN metric = 'AIN' THEN actual END) AS ain,
        MAX(CASE WHEN metric = 'GO_ACT' THEN actual END) AS go_act,
        MAX(CASE WHEN metric = 'GP_ACT' THEN actual END) AS gp_act,
        MAX(CASE WHEN metric = 'GO_MNF' THEN actual END) AS go_mnf,
        MAX(CASE WHEN metric = 'AP_PC' THEN actual END) AS ap_pc
    FROM activity GROUP BY manager_id, month
), measured AS (
    SELECT now.manager_id, now.month,
        MIN(MAX(now.roe / 0.15, 0.0), 1.0) AS roe,
        MIN(MAX(now.roa / 0.015, 0.0), 1.0) AS roa,
        CASE WHEN before.roe > 0 THEN MIN(MAX((now.roe / before.roe - 0.5) / 0.6, 0.0), 1.0) END AS growth,
        MIN(MAX((now.liq - 0.1) / 0.2, 0.0), 1.0) AS liq,
        MIN(MAX((now.sol - 0.09) / 0.06, 0.0), 1.0) AS sol,
        MIN(MAX((0.06 - now.mor) / 0.05, 0.0), 1.0) AS mor,
        MIN(MAX(now.cob - 1, 0.0), 1.0) AS cob,
        MIN(MAX((0.2 - now.ain) / 0.12, 0.0), 1.0) AS ain,
        MIN(MAX((0.08 - now.go_act) / 0.05, 0.0), 1.0) AS go_act,
        MIN(MAX((0.03 - now.gp_act) / 0.02, 0.0), 1.0) AS gp_act,
        MIN(MAX((1 - now.go_mnf) / 0.4, 0.0), 1.0) AS go_mnf,
        MIN(MAX((now.ap_pc - 1) / 0.3, 0.0), 1.0) AS ap_pc
    FROM wide AS now
    JOIN wide AS before ON before.manager_id = now.manager_id
        AND before.month = (CAST(SUBSTR(now.month, 1, 4) AS INTEGER) - 1) || SUBSTR(now.month, 5)
), objectives AS (
    SELECT manager_id, month,
        CASE WHEN growth IS NULL THEN (2 * roe + 2 * roa) / 4 ELSE (2 * roe + 2 * roa + growth) / 5 END AS earn,
        sol AS strong_capital,
        liq AS ready_money,
        (3 * mor + cob + ain) / 5 AS sound_loans,
        (go_act + gp_act + go_mnf + ap_pc) / 4 AS lean_work
    FROM measured
)
SELECT manager_id, month, earn, strong_capital, ready_money, sound_loans, lean_work,
    40 * earn
    + 25 * CASE WHEN strong_capital IS NULL THEN ready_money ELSE (strong_capital + ready_money) / 2 END
    + 35 * (sound_loans + lean_work) / 2 AS score
FROM objectives
WHERE month IN ('2025-03', '2025-06', '2025-09', '2025-12') AND manager_id <> 'E02'
"""
OBJECTIVES = ("earn", "strong_capital", "ready_money", "sound_loans", "lean_work")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    found = shared_data / "bankratios"
    if not found.is_dir():
        pytest.skip("no ratios of banks beside the project")
    return found


@pytest.fixture(scope="module")
def scores(folder: Path) -> Scores:
    history = read_history(folder, read_mapping(PARAMS / "mappings" / "bankratios.yaml"))
    panel = build_panel(history, Period.parse("2025"), Period.parse("2024"))
    return score(panel, read_scheme(PARAMS / "schemes" / "bankratios_scorecard.yaml"))


@pytest.fixture(scope="module")
def asked(folder: Path) -> dict[tuple[str, str], sqlite3.Row]:
    """The SQL over the rows of the file, by bank and quarter."""
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    base.execute("CREATE TABLE activity (manager_id TEXT, month TEXT, metric TEXT, actual REAL)")
    with gzip.open(folder / "activity.csv.gz", "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        base.executemany("INSERT INTO activity VALUES (:manager_id, :month, :metric, :actual)", rows)
    quarter = {"03": "Q1", "06": "Q2", "09": "Q3", "12": "Q4"}
    return {(row["manager_id"], f"2025-{quarter[row['month'][-2:]]}"): row for row in base.execute(SCORES)}


def test_every_row_is_read_or_left_out_with_its_reason(folder: Path) -> None:
    """64,245 rows of 13 banks; one bank, 10 ratios that are neither and 16 of single products are left out."""
    history = read_history(folder, read_mapping(PARAMS / "mappings" / "bankratios.yaml"))
    counts = history.counts.groupby("table")[["rows_in", "accepted", "quarantined", "excluded"]].sum()

    assert counts.loc["managers"].tolist() == [13, 12, 0, 1]
    assert counts.loc["activity", "rows_in"] == 64245
    assert counts.loc["activity", "quarantined"] == 0
    assert counts.loc["activity", ["accepted", "excluded"]].sum() == 64245
    assert set(history.findings["rule"]) == {"excluded"}


def test_every_score_is_that_of_the_sql(scores: Scores, asked: dict[tuple[str, str], sqlite3.Row]) -> None:
    """S5.1: twelve banks in four quarters, each objective and the score; half a cent of a point for rounding."""
    found = scores.frame().set_index(["manager_id", "period", "line"])["value"]
    totals = scores.totals().set_index(["manager_id", "period"])["score"]

    assert len(asked) == len(totals) == 48
    for place, row in asked.items():
        assert totals[place] == pytest.approx(row["score"], abs=0.005 + 1e-9), place
        for name in OBJECTIVES:
            value = found[(*place, name)]
            assert (value != value) == (row[name] is None), (place, name)
            assert row[name] is None or value == pytest.approx(row[name], abs=1e-9), (place, name)


def test_the_gap_of_december_is_no_zero(scores: Scores, asked: dict[tuple[str, str], sqlite3.Row]) -> None:
    """S5 (ours): no solvency in 2025-12. Counted as zero, every bank but those of no money would have less."""
    totals = scores.totals().set_index(["manager_id", "period"])["score"]
    gaps = [place for place, row in asked.items() if row["strong_capital"] is None]

    assert {quarter for _, quarter in gaps} == {"2025-Q4"}
    assert len(gaps) == 12
    for place in gaps:
        as_zero = asked[place]["score"] - 12.5 * asked[place]["ready_money"]
        assert totals[place] > as_zero + 1


def test_the_proposal_moves_scores_as_its_weights_say(
    scores: Scores, asked: dict[tuple[str, str], sqlite3.Row]
) -> None:
    """S5 (ours): weights of all three levels; 30 and 45 points, sound loans twice, provisions twice."""
    scheme = read_scheme(PARAMS / "changes" / "bankratios_more_for_risk.yaml")
    totals = score(scores.panel, scheme).totals().set_index(["manager_id", "period"])["score"]
    found = scores.frame().set_index(["manager_id", "period", "line"])["value"]
    for place, row in asked.items():
        mor, cob, ain = (found[(*place, name)] for name in ("arrears", "coverage", "idle_assets"))
        sound = (3 * mor + 2 * cob + ain) / 6
        client = (row["score"] - 40 * row["earn"] - 35 * (row["sound_loans"] + row["lean_work"]) / 2) / 25
        expected = 30 * row["earn"] + 25 * client + 45 * (2 * sound + row["lean_work"]) / 3
        assert totals[place] == pytest.approx(expected, abs=0.005 + 1e-9), place
