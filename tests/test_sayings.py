"""What the lines of the trade's words give, worked out by hand, as `policymodel figures` prints it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from policymodel.cli import main

SAYINGS = Path(__file__).resolve().parents[1] / "docs" / "scheme_reference" / "written" / "how_do_i_say.yaml"
TEN = "abcdefghij"


class Shown:
    """The lines of a saying over a few people's figures."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(
        self,
        word: str,
        activity: str,
        *,
        every: str = "month",
        year: str = "2025",
        more: tuple[str, ...] = (),
        targets: str = "",
        joined: dict[str, str] | None = None,
        stocks: tuple[str, ...] = (),
    ) -> dict[tuple[str, str, str], float]:
        """The value of each manager, period and line; `more` are the lines that the saying takes from elsewhere."""
        rows = [row.split() for row in activity.strip().splitlines()]
        people = {row[0]: "2020-01-01" for row in rows} | (joined or {})
        managers = "".join(f"{each},north,main,{day}\n" for each, day in people.items())
        self._write("managers", f"manager_id,region,outlet_id,valid_from\n{managers}")
        facts = "".join(",".join(row) + "\n" for row in rows)
        self._write("activity", f"manager_id,month,measure,actual\n{facts}")
        self._write("targets", f"level,unit_id,measure,period,target\n{targets}")
        measures = {row[2] for row in rows}
        (self.folder / "mapping.yaml").write_text(yaml.safe_dump(mapping(measures, stocks)), encoding="utf-8")
        (self.folder / "scheme.yaml").write_text(scheme(word, every, more), encoding="utf-8")
        asked = ["figures", str(self.folder / "scheme.yaml"), "--history", str(self.folder)]
        asked += ["--mapping", str(self.folder / "mapping.yaml"), "--plan-year", year]
        code = main(asked)
        told = self.capsys.readouterr()
        assert (code, told.err) == (0, "")
        frame = pd.read_csv(io.StringIO(told.out), dtype={"period": "str"})
        return {(row.manager_id, row.period, row.line): row.value for row in frame.itertuples()}

    def _write(self, table: str, text: str) -> None:
        (self.folder / f"{table}.csv").write_text(text, encoding="utf-8")


def mapping(measures: set[str], stocks: tuple[str, ...]) -> dict[str, Any]:
    """A mapping in which every measure is a flow, but for some stocks."""
    flow = {"type": "flow", "unit": "CNY", "better": "up", "no_row": "zero", "regulator_class": "development"}
    return {
        "title": {"en": "a few people"},
        "currency": "CNY",
        "tables": {name: {"file": f"{name}.csv"} for name in ("managers", "activity", "targets")},
        "measures": {
            name: {"title": {"en": name}, **flow, **({"type": "stock"} if name in stocks else {})}
            for name in measures
        },
    }


def scheme(word: str, every: str, more: tuple[str, ...]) -> str:
    """A scheme of the lines that say a word, after those they lean on."""
    entries = yaml.safe_load(SAYINGS.read_text(encoding="utf-8"))
    saying = next(each for each in entries if word in each["words"])
    lines = [*more, *saying["lines"].rstrip().splitlines()]
    head = f"id: said\ntitle: Said\nsource: a page\nevery: {every}\n"
    rule = "targets: {set_by: table, progress: months, source: a page}\n"
    return f"{head}{rule}figures:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shown:
    return Shown(tmp_path, capsys)


def test_a_malus_cuts_one_award_and_not_the_next(shown: Shown) -> None:
    """60 % at once, 20 % after a year and after two; in 2026 the award of 2024 loses half of what is left of it."""
    found = shown(
        "malus on one award",
        """
        kim 2024-12 awarded 120000
        kim 2025-12 awarded 60000
        kim 2026-12 awarded 90000
        kim 2026-12 forfeited_1 0
        kim 2026-12 forfeited_2 0.5
        """,
        every="year",
        year="2024-01..2027-12",
        more=("- {kind: figure, id: bonus, title: Bonus, of: {measure: awarded}}",),
    )

    assert [found["kim", year, "paid"] for year in ("2024", "2025", "2026", "2027")] == [
        72000,  # 120,000 x 0.6
        60000,  # 60,000 x 0.6 + 120,000 x 0.2
        78000,  # 90,000 x 0.6 + 60,000 x 0.2 + 120,000 x 0.2 x 0.5
        30000,  # 90,000 x 0.2 + 60,000 x 0.2
    ]


def test_back_to_the_first_dollar_up_to_quota_and_marginal_above(shown: Shown) -> None:
    """A quota of 1,000: 400 and 999 stay below it, 1,000 meets it, 1,800 passes one and a half of it."""
    sales = {"a": 400, "b": 999, "c": 1000, "d": 1800}
    found = shown(
        "retroactive to quota and marginal above",
        "\n".join(f"{who} 2025-01 sales {sold}" for who, sold in sales.items()),
        targets="".join(f"manager,{who},sales,2025-01,1000\n" for who in sales),
    )

    assert [round(found[who, "2025-01", "commission"], 6) for who in sales] == [
        16,  # 400 x 4 %
        79.92,  # 999 x 8 %
        100,  # 1,000 x 10 %
        235,  # 1,000 x 10 % + 500 x 15 % + 300 x 20 %
    ]


def test_who_was_not_there_all_the_time_has_no_place_and_moves_nobody(shown: Shown) -> None:
    """The best seller joined on the 10th."""
    found = shown(
        "not ranked",
        "new 2025-01 sales 900\na 2025-01 sales 500\nb 2025-01 sales 700",
        joined={"new": "2025-01-10"},
    )

    assert [found[who, "2025-01", "place"] for who in "ba"] == [1, 2]
    assert pd.isna(found["new", "2025-01", "place"])


def test_average_balances_against_those_of_a_year_ago(shown: Shown) -> None:
    """10, 20, 30 and 60 in four months after 10, 10, 10 and 30: 20 and 30 on average, against 10 and 15."""
    balances = zip(("2024", "2025"), ((10, 10, 10, 30), (10, 20, 30, 60)), strict=True)
    found = shown(
        "average balance",
        "\n".join(
            f"kim {year}-0{at} deposits {each}" for year, all_ in balances for at, each in enumerate(all_, 1)
        ),
        stocks=("deposits",),
    )

    assert [found["kim", month, "balance"] for month in ("2025-03", "2025-04")] == [20, 30]
    assert [found["kim", month, "growth"] for month in ("2025-03", "2025-04")] == [10, 15]


def test_seniority_is_paid_when_its_years_are_complete(shown: Shown) -> None:
    """Who joined on 15 March 2024 completes the first year in March 2025, who joined in 2022 the third."""
    found = shown(
        "seniority pay",
        "new 2025-01 sales 1\nold 2025-01 sales 1",
        joined={"new": "2024-03-15", "old": "2022-03-15"},
    )

    months = ("2025-02", "2025-03", "2025-04")
    assert [found["new", month, "seniority"] for month in months] == [0, 100, 100]
    assert [found["old", month, "seniority"] for month in months] == [100, 250, 250]


def test_a_limited_draw_is_recovered_by_halves(shown: Shown) -> None:
    """2,000, 2,000 and 1,500 short leave 5,500 owed, so that of the next 1,500 only 500 are drawn."""
    found = shown(
        "draw limit",
        "\n".join(f"kim 2025-0{at} earned {sum_}" for at, sum_ in enumerate((0, 0, 500, 500, 3000), 1)),
        more=("- {kind: figure, id: earned, title: Earned, of: {measure: earned}}",),
    )

    assert [found["kim", f"2025-0{at}", "paid"] for at in range(1, 6)] == [
        2000,  # nothing earned, 2,000 owed
        2000,  # 4,000 owed
        2000,  # 5,500 owed
        1000,  # 500 and the last 500 that may be owed
        2500,  # 3,000 less half of 1,000
    ]


@pytest.mark.parametrize(
    ("people", "best", "last"),
    [(TEN, 2, 1), (TEN[:7], 1, 1), (TEN[:4], 0, 1)],
)
def test_a_forced_distribution(shown: Shown, people: str, best: int, last: int) -> None:
    """Of ten, two, seven and one; of seven, one, five and one; of four, none, three and one."""
    found = shown(
        "forced distribution",
        "\n".join(f"{who} 2025-01 mark {100 - place}" for place, who in enumerate(people)),
        more=("- {kind: figure, id: score_of_goals, title: Score, of: {measure: mark}}",),
    )

    middle = len(people) - best - last
    assert [found[who, "2025-01", "factor"] for who in people] == [1.2] * best + [1] * middle + [0.5] * last


def test_a_quarter_is_paid_in_its_last_month(shown: Shown) -> None:
    """2 % of 1,000 a month, four months long: 60 in March, and in June what April brought."""
    found = shown(
        "quarter-end settlement", "\n".join(f"kim 2025-0{month} sales 1000" for month in range(1, 5))
    )

    assert [found["kim", f"2025-0{month}", "of_quarter"] for month in range(1, 5)] == [20, 40, 60, 20]
    assert [found["kim", f"2025-0{month}", "paid"] for month in range(1, 7)] == [0, 0, 60, 0, 0, 20]


def test_advances_of_three_quarters_and_a_settlement_in_the_fourth(shown: Shown) -> None:
    """150,000 a quarter: the year earns 400,000 x 2 % + 200,000 x 3 % = 14,000, of which 3 x 2,400 were advanced."""
    found = shown(
        "quarterly advance and settlement at year end",
        "\n".join(f"kim 2025-{month:02} sales 50000" for month in range(1, 13)),
        every="quarter",
    )

    assert [found["kim", f"2025-Q{quarter}", "paid"] for quarter in range(1, 5)] == [2400, 2400, 2400, 6800]


def test_a_reserve_pays_for_cancellations(shown: Shown) -> None:
    """A tenth of 1,000 a month is held back; of 150 and 300 cancelled the reserve bears 150 and 150."""
    rows = [f"kim 2025-0{month} earned 1000" for month in range(1, 5)]
    found = shown(
        "reserve for cancellations",
        "\n".join([*rows, "kim 2025-02 cancelled 150", "kim 2025-03 cancelled 300"]),
    )

    assert [found["kim", f"2025-0{month}", "covered"] for month in range(1, 5)] == [0, 150, 150, 0]
    assert [found["kim", f"2025-0{month}", "covered.carried"] for month in range(1, 5)] == [100, 50, 0, 100]
    assert [found["kim", f"2025-0{month}", "paid"] for month in range(1, 5)] == [900, 900, 750, 900]


def test_a_missed_bonus_is_caught_up_once_the_year_is_met(shown: Shown) -> None:
    """120, 70, 105 and 110 against 100 a quarter: the second is missed, and made good in the fourth."""
    sales = zip(("2025-01", "2025-04", "2025-07", "2025-10"), (120, 70, 105, 110), strict=True)
    found = shown(
        "catch-up of missed bonuses",
        "\n".join(f"kim {month} sales {sold}" for month, sold in sales),
        every="quarter",
        targets="".join(f"manager,kim,sales,2025-Q{quarter},100\n" for quarter in range(1, 5)),
    )

    assert [found["kim", f"2025-Q{quarter}", "paid"] for quarter in range(1, 5)] == [5000, 0, 5000, 10000]


def test_a_streak_begins_again_after_a_miss(shown: Shown) -> None:
    """Four months met, one missed, one met: 500 in the third and the fourth."""
    sold = (10, 12, 10, 11, 9, 10)
    found = shown(
        "streak", "\n".join(f"kim 2025-0{month} sales {each}" for month, each in enumerate(sold, 1))
    )

    assert [found["kim", f"2025-0{month}", "run.carried"] for month in range(1, 7)] == [1, 2, 3, 4, 0, 1]
    assert [found["kim", f"2025-0{month}", "paid"] for month in range(1, 7)] == [0, 0, 500, 500, 0, 0]


def test_a_joiner_has_the_whole_quota(shown: Shown) -> None:
    """Who joins in February and sells 80,000 has reached 80 % of a quarter's 100,000."""
    found = shown(
        "quota that is not prorated",
        "bo 2025-03 sales 80000",
        every="quarter",
        joined={"bo": "2025-02-01"},
        targets="manager,bo,sales,2025-Q1,100000\n",
    )

    assert found["bo", "2025-Q1", "quota"] == pytest.approx(100000)
    assert found["bo", "2025-Q1", "attainment"] == pytest.approx(0.8)


def test_fewer_complaints_break_a_tie(shown: Shown) -> None:
    """Of two with the same sales the one with one complaint is second, the one with two gets nothing."""
    sales = "a 2025-01 sales 900\nb 2025-01 sales 800\nc 2025-01 sales 800"
    found = shown("tie-break", f"{sales}\nb 2025-01 complaints 2\nc 2025-01 complaints 1")

    assert [found[who, "2025-01", "award"] for who in "abc"] == [5000, 0, 3000]
