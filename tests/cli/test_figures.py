"""score, pay, compare, explain: the same figures as from Python, for the people and periods asked for."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme

pytestmark = pytest.mark.thorough

PARAMS = Path(__file__).resolve().parents[2] / "params"
CARD = str(PARAMS / "schemes" / "s4_scorecard.yaml")
PAY = str(PARAMS / "schemes" / "s6_profit_centre.yaml")
MORE = str(PARAMS / "changes" / "s6_more_for_growth.yaml")
MAPPING = PARAMS / "mappings" / "bank.yaml"


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder / "raw", Draws(0), managers=40, regions=2)
    history = read_history(folder / "raw", read_mapping(MAPPING))
    return folder / "raw", write_store(history, folder / "store"), history


def figures(capsys, *words: str) -> str:
    assert main([*words, "--plan-year", "2025"]) == 0
    return capsys.readouterr().out


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"manager_id": "str", "period": "str"})


@pytest.fixture(scope="module")
def year(bank, tmp_path_factory):
    """The pay of every quarter, as the command writes it."""
    file = tmp_path_factory.mktemp("year") / "pay.csv"
    assert main(["pay", PAY, "--history", str(bank[1]), "--plan-year", "2025", "--out", str(file)]) == 0
    return table(file.read_text(encoding="utf-8-sig"))


def test_raw_tables_and_their_store_give_the_same_scores(bank, capsys):
    """A history is a history, read or kept."""
    raw, store, _ = bank

    from_raw = figures(capsys, "score", CARD, "--history", str(raw), "--mapping", str(MAPPING))
    from_store = figures(capsys, "score", CARD, "--history", str(store))

    pd.testing.assert_frame_equal(table(from_raw), table(from_store))
    assert set(table(from_store)["period"]) == {"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"}


def test_pay_is_the_pay_of_python(bank, year):
    """To the cent, and with ids that keep their leading noughts."""
    panel = build_panel(bank[2], Period.parse("2025"), Period.parse("2024"))
    expected = pay(panel, read_scheme(PAY)).totals()

    assert year["amount_minor"].tolist() == expected["amount_minor"].tolist()
    assert year["manager_id"].tolist() == expected["manager_id"].tolist()


def test_one_quarter_is_part_of_the_year(bank, year, capsys):
    """The third quarter's pay is drawn after the first two, whether these are shown or not."""
    _, store, _ = bank

    quarter = table(figures(capsys, "pay", PAY, "--history", str(store), "--period", "2025-Q3"))

    pd.testing.assert_frame_equal(quarter, year[year["period"] == "2025-Q3"].reset_index(drop=True))


def test_lines_add_up_to_totals(bank, year, capsys, tmp_path):
    """The file of parts and the printed totals are the same money."""
    _, store, _ = bank

    figures(capsys, "pay", PAY, "--history", str(store), "--lines", "--out", str(tmp_path / "lines.csv"))

    lines = pd.read_csv(tmp_path / "lines.csv", dtype={"manager_id": "str"})
    assert lines["amount_minor"].sum() == year["amount_minor"].sum()


def test_compare_costs_what_pay_pays(bank, year, capsys):
    """The baseline's cost is the sum of its pay; everybody is in one band of the other design."""
    _, store, _ = bank

    summary = json.loads(figures(capsys, "compare", PAY, MORE, "--history", str(store), "--json"))

    assert summary[0]["cost_minor"] == year["amount_minor"].sum()
    bands = ("loses_over_5", "loses_1_to_5", "same", "gains_1_to_5", "gains_over_5")
    assert sum(summary[1][band] for band in bands) == summary[1]["people"]


def test_explain_ends_in_rows_of_the_files(bank, year, capsys):
    """One person's quarter, in both languages, down to file and row; the amount is the amount paid."""
    _, store, _ = bank
    paid = year[year["period"] == "2025-Q2"].iloc[3]
    words = ["explain", PAY, "--history", str(store), "--manager", paid["manager_id"], "--period", "2025-Q2"]

    english = figures(capsys, *words)
    chinese = figures(capsys, *words, "--lang", "zh-Hant")

    assert f"{paid['amount_minor'] / 100:,.2f}" in english.splitlines()[0]
    assert "client_income.csv.gz" in english
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--manager", "nobody", "--period", "2025-Q1"], "nobody"),
        (["--manager", "nobody", "--period", "2025-Q5"], "2025-Q5"),
        (["--manager", "nobody", "--period", "2025-Q1", "--lang", "fr"], "'fr' is no language"),
    ],
)
def test_who_or_what_is_not_there_is_said(bank, capsys, extra, said):
    """Exit code 2 and a sentence."""
    _, store, _ = bank

    assert main(["explain", PAY, "--history", str(store), "--plan-year", "2025", *extra]) == 2

    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["score", CARD, "--plan-year", "2031"], ""),
        (["score", CARD, "--plan-year", "next"], "'next' is no period"),
        (["pay", CARD, "--plan-year", "2025"], "no pay plan"),
        (["pay", PAY, "--plan-year", "2025", "--period", "2024-Q1"], "no scored period lies in 2024-Q1"),
        (["compare", PAY, "--plan-year", "2025"], "two or more different designs"),
        (["compare", PAY, MORE, "--baseline", "s6", "--plan-year", "2025"], "--baseline"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(bank, capsys, words, said):
    """In a sentence, with exit code 2."""
    _, store, _ = bank

    assert main([*words, "--history", str(store)]) == 2

    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Standing on 2025-05-14, not final."),
        ("zh-Hant", "截至 2025-05-14 的進度，非最終結果。"),
        ("zh-Hans", "截至 2025-05-14 的进度，非最终结果。"),
    ],
)
def test_a_standing_says_that_it_is_not_final(bank, capsys, language, said):
    """S4.0: at any date; no row bears the name of a period, so none is taken for its result."""
    words = ["--history", str(bank[1]), "--as-of", "2025-05-14", "--lang", language]
    scores = table(figures(capsys, "score", CARD, *words))

    assert set(scores["standing"]) == {said}
    assert set(scores["period"]) == {"2025-04-01..2025-05-14"}
    who = scores["manager_id"].iloc[0]
    told = figures(capsys, "explain", CARD, *words, "--manager", who, "--period", "2025-Q2")
    assert told.startswith(f"{said}\n")
    rows = figures(
        capsys, "explain", CARD, *words, "--manager", who, "--period", "2025-Q2", "--format", "table"
    )
    assert set(table(rows)["standing"]) == {said}


def test_every_line_stands_on_a_day_as_it_is_scored(bank, capsys):
    """S4.0: `figures` and `score --lines` tell the same points of everybody, marked as none of a period's."""
    words = ["--history", str(bank[1]), "--as-of", "2025-05-14"]
    lines = table(figures(capsys, "figures", CARD, *words))
    scored = table(figures(capsys, "score", CARD, *words, "--lines"))

    assert set(lines["period"]) == {"2025-04-01..2025-05-14"}
    assert set(lines["standing"]) == {"Standing on 2025-05-14, not final."}
    both = lines.merge(scored, on=["manager_id", "line"])
    assert len(both) == len(scored)
    assert both["value"].to_numpy(float) == pytest.approx(both["points"].to_numpy(float), nan_ok=True)


def test_a_card_is_worth_more_by_the_day_than_at_the_quarter_s_end(bank, capsys):
    """S4.0: one more card against the part that is due: on 14 May 134 of the 181 days to its end have passed."""
    words = ["slopes", CARD, "--history", str(bank[1]), "--measure", "debit_cards", "--line", "debit_cards"]
    standing = table(figures(capsys, *words, "--as-of", "2025-05-14")).set_index("manager_id")
    final = table(figures(capsys, *words, "--period", "2025-Q2")).set_index("manager_id")
    there = standing.index.intersection(final.index)
    more = standing.loc[there, "right"] / final.loc[there, "right"]

    assert set(standing["period"]) == {"2025-04-01..2025-05-14"}
    # Targets are of the year; who came or went inside it has other days.
    assert more.median() == pytest.approx(181 / 134)


def test_on_the_last_day_of_a_quarter_the_standing_is_its_result(bank, capsys):
    """S4.0: what was due is all of it, so nothing is said of a standing."""
    words = ["score", CARD, "--history", str(bank[1]), "--lines"]
    standing = figures(capsys, *words, "--as-of", "2025-06-30")

    assert standing == figures(capsys, *words, "--period", "2025-Q2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["score", CARD, "--as-of", "14 May"], "'14 May' is no day; write YYYY-MM-DD"),
        (
            ["score", CARD, "--as-of", "2026-01-01"],
            "2026-01-01 does not lie in 2025; its days are 2025-01-01 to",
        ),
        (["score", CARD, "--as-of", "2025-05-14", "--period", "2025-Q1"], "the period that runs is 2025-Q2"),
        (
            ["explain", PAY, "--as-of", "2025-05-14", "--manager", "0010001", "--period", "2025-Q2"],
            "a standing is not paid; write --card for its score",
        ),
        (
            ["figures", PAY, "--as-of", "2025-05-14"],
            "a standing is not paid; policymodel score works out its card",
        ),
        (
            ["slopes", PAY, "--as-of", "2025-05-14", "--line", "pay"],
            "a standing is not paid; write --line score",
        ),
        (["slopes", CARD, "--as-of", "2025-05-14", "--period", "2025-Q1"], "the period that runs is 2025-Q2"),
    ],
)
def test_a_standing_that_cannot_be_had_is_told(bank, capsys, words, said):
    assert main([*words, "--history", str(bank[1]), "--plan-year", "2025"]) == 2
    assert said in capsys.readouterr().err
