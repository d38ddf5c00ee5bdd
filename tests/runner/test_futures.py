"""policymodel futures: tables for HR, one page without a person, and the same again when it is verified."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.measures import Measure
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import read_run_file
from policymodel.runner.futures import budget_of
from policymodel.runner.next_year import TABLES
from policymodel.runner.verification import verify_page
from policymodel.simulate.months import growing_of

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "params" / "runs" / "demo.yaml"


def test_the_budget_is_a_share_or_an_amount_of_the_run_file():
    assert budget_of(read_run_file(RUN)).share_of_income == 0.06
    assert budget_of(read_run_file(RUN).model_copy(update={"budget": None})).share_of_income is None


def test_marks_and_events_do_not_grow_unless_somebody_declares_it():
    """Cards are counted, a mark is of points; what is declared to be fixed stays."""
    measures = {
        name: Measure(name, {"en": name}, "flow", unit, "up", "zero")
        for name, unit in {"cards": "count", "sold": "CNY", "mark": "points", "files": "count"}.items()
    }
    growth = SimpleNamespace(measures={"events:praise": None}, fixed=["files"])
    names = ["cards", "sold", "mark", "files", "interest", "events:praise", "events:complaint"]

    found = growing_of(names, measures, SimpleNamespace(growth=growth))

    assert found == ["cards", "sold", "interest", "events:praise"]


def test_a_run_without_assumptions_is_refused_and_nothing_is_written(tmp_path, capsys):
    words = ["futures", str(RUN.with_name("estban.yaml")), "--out", str(tmp_path / "out")]

    assert main(words) == 2
    assert "futures: names no assumptions about next year; add futures:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def written(path: Path, old: str, new: str) -> Path:
    """The run of the invented bank with one line changed."""
    text = RUN.read_text(encoding="utf-8").replace("../", f"{RUN.parent.parent.as_posix()}/")
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, dict]:
    """Two regions of 24 people, 16 futures: the run's folder, and what the command printed for a program."""
    folder = tmp_path_factory.mktemp("next")
    write_bank(folder / "bank", Draws(3), managers=24, regions=2)
    run_file = written(folder / "run.yaml", "languages: [en, zh-Hant, zh-Hans]", "languages: [en]")
    words = ["futures", str(run_file), "--history", str(folder / "bank"), "--out", str(folder / "out")]
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert main([*words, "--draws", "16", "--json"]) == 0
    return folder / "out", json.loads(printed.getvalue())


@pytest.mark.thorough
def test_a_page_for_the_leadership_and_tables_for_hr(made):
    """The group is the sum of its regions' rows; the page says how few draws there are, and nobody's id."""
    out, told = made
    totals, people = (
        pd.read_parquet(out / TABLES / f"futures_{name}.parquet") for name in ("totals", "people")
    )
    page = (out / "next_year" / "report.en.html").read_text(encoding="utf-8")
    group = totals[totals["design"] == "proposal"].groupby("draw")["amount_minor"].sum()
    [cost] = [each for each in told["cost"] if (each["region"], each["design"]) == ("all", "proposal")]

    assert (told["draws"], len(told["pages"])) == (16, 1)
    assert cost["mean_minor"] == pytest.approx(group.mean())
    assert "only 16 draws" in page
    assert not set(re.findall(r"\w+", page)) & set(people["manager_id"])


@pytest.mark.thorough
def test_a_table_that_was_written_anew_is_found(made):
    out, _ = made
    page, table = out / "next_year" / "report.en.html", out / TABLES / "futures_totals.parquet"
    before = table.read_bytes()

    assert verify_page(page, remake=False).differences == ()
    table.write_bytes(before + b" ")
    found = {each.place for each in verify_page(page, remake=False).differences}
    table.write_bytes(before)

    assert found == {f"{TABLES}/futures_totals"}


@pytest.mark.slow
def test_a_page_is_made_again_from_futures_that_are_drawn_again(made, tmp_path):
    """Byte for byte; with another seed other tables are drawn."""
    out, _ = made
    page = out / "next_year" / "report.en.html"
    verdict = verify_page(page)

    assert (verdict.remade, verdict.differences) == (True, ())
    run_file = written(tmp_path / "run.yaml", "seed: 2026", "seed: 2027")
    assert TABLES in {each.place for each in verify_page(page, run_file=run_file).differences}
