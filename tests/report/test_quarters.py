"""S6.9: a page says which figures are approved, marks all others provisional, and believes no changed register."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from policymodel.approvals.figures import figures_of
from policymodel.approvals.figures import payments as payment_list
from policymodel.approvals.register import Step, append, read_register
from policymodel.errors import RegisterError
from policymodel.panel import ORDINARY, build_panel, under_plans
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.populations import payments_of, population
from policymodel.report.accounts import account_page, accounts_of
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.index import Contents, Entry, index_html
from policymodel.report.quarters import quarters
from policymodel.report.result_tables import published, typed
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.inputs import common_inputs
from policymodel.runner.verification import of_the_register
from policymodel.scheme.reading import read_scheme
from policymodel.words.cover import cover
from policymodel.words.flags import flags
from policymodel.words.procedure import within
from policymodel.words.sentences import render
from report.invented import region_page
from small_bank import COUNTS, STOCKS, activity, bank, events, income, managers, targets
from walking import ALL, WHO, clock, take

ROOT = Path(__file__).resolve().parents[2]
S6 = read_scheme(ROOT / "params" / "changes" / "s6_reviewers_mark.yaml")
YEAR, BASE = Period.parse("2025"), Period.parse("2024")
LANGUAGES = {"en": ("Provisional", "Approved"), "zh-Hant": ("暫定", "已審批"), "zh-Hans": ("暂定", "已审批")}


@dataclass(frozen=True)
class Told:
    """The parts of a session that the table is made from."""

    run: RunFile
    region: str
    payments: dict[str, object]
    scores: dict[str, object]


def payments(mark=80.0):
    """A person's pay of the year; the duty mark is that of the fourth quarter alone."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    rows = [
        ("M1", month, name, mark if name == "duty_mark" and month > "2025-09" else 80.0 * (name in STOCKS))
        for month in months
        for name in (*STOCKS, *COUNTS)
    ]
    lines = ("interest", "deposit", "fee")
    history = bank(
        managers=managers(("M1", "O1", "2023-01-01", None)),
        activity=activity(*rows),
        client_income=income(*[("C1", "M1", month, line, 3000.0) for month in months for line in lines]),
        targets=targets(*[("region", "R", line, "2025", 3650.0) for line in lines]),
        events=events(),
    )
    return pay(build_panel(history, YEAR, BASE), S6)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """North: the first quarter released, the second approved, the third reviewed, the fourth approved."""
    path, result, time = tmp_path_factory.mktemp("register") / "register.jsonl", payments(), clock()
    for period, steps in {"Q1": ALL, "Q2": ALL[:5], "Q3": ALL[:3], "Q4": ALL[:5]}.items():
        label = f"2025-{period}"
        figures = figures_of(result, Period.parse(label))
        for step in steps:
            take(path, step, figures=figures, about=("north", label, S6.id), time=time)
    return path


def session(register, result, region="north"):
    """A run of two designs on one scheme; the second has another id, which the register does not know."""
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml").model_copy(update={"approvals": register})
    other = replace(result, scheme=replace(result.scheme, id="another"))
    return Told(run, region, {"published": result, "proposal": other}, {})


def table(*sessions):
    """The table of some regions, as their pages have it."""
    frames = [quarters(each).assign(region=each.region, shown=True) for each in sessions]
    return typed("quarters", pd.concat(frames, ignore_index=True))


def page(frame, **settings):
    """The page of the invented region with that table."""
    page = region_page(**settings)
    return replace(page, results={**page.results, "quarters": frame})


def html(page, language, path):
    """The page, its cover alone."""
    found = render_content(
        contents([cover(page)], language), language, list(LANGUAGES), path / f"report.{language}.html"
    )
    return found.read_text(encoding="utf-8")


def test_what_the_register_has_is_held_against_what_the_page_computes(register):
    """The fourth quarter's mark was 80 when it was approved, and is 70: its figures are not those approved."""
    frame = table(session(register, payments(70.0)))

    mine = frame[frame["design"] == "published"]
    assert mine["state"].tolist() == ["released", "approved", "reviewed", "approved"]
    assert mine["same"].tolist() == [True, True, False, False]
    assert frame[frame["design"] == "proposal"]["state"].tolist() == [""] * 4
    assert set(frame["entries"]) == {len(read_register(register).entries)}
    assert set(frame["head"]) == {read_register(register).head[:16]}


def test_two_plans_in_one_run_are_approved_each_by_itself_and_paid_by_two_lists(tmp_path):
    """S6.8, S6.9: a quarter is approved where that of every plan is, and each list holds the people of its own plan."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    people = managers(("M1", "O1", "2023-01-01", None), ("M2", "O1", "2023-01-01", None))
    history = bank(
        managers=people.assign(plan=["", "separate_book"]),
        activity=activity(
            *[
                (who, month, name, 80.0 * (name in (*STOCKS, "duty_mark")))
                for who in ("M1", "M2")
                for month in months
                for name in (*STOCKS, *COUNTS)
            ]
        ),
        client_income=income(
            *[
                (f"C{who}", who, month, line, 3000.0)
                for who in ("M1", "M2")
                for month in months
                for line in ("interest", "deposit", "fee")
            ]
        ),
        targets=targets(
            *[
                ("manager", who, line, "2025", 3650.0)
                for who in ("M1", "M2")
                for line in ("interest", "deposit", "fee")
            ]
        ),
        events=events(),
    )
    whole, periods = build_panel(history, YEAR, BASE), YEAR.split(3)
    separate = replace(S6, id="separate")
    inside = tuple(
        population(plan, under_plans(whole, [plan], periods), {"published": (None, scheme)})
        for plan, scheme in ((ORDINARY, S6), ("separate_book", separate))
    )
    path, time = tmp_path / "register.jsonl", clock()
    walks = {("Q1", S6.id): ALL, ("Q1", "separate"): ALL, ("Q2", S6.id): ALL[:5], ("Q2", "separate"): ALL[:3]}
    lists = {}
    for (quarter, scheme), steps in walks.items():
        label = f"2025-{quarter}"
        figures = figures_of(inside[scheme == "separate"].payments["published"], Period.parse(label))
        lists[quarter, scheme] = payment_list(figures["performance"])
        for step in steps:
            take(path, step, figures=figures, about=("north", label, scheme), time=time)

    both = payments_of(inside)
    found = quarters(Told(session(path, both["published"]).run, "north", both, {}))

    assert found[["period", "state", "same"]].to_numpy().tolist() == [
        ["2025-Q1", "released", True],
        ["2025-Q2", "reviewed", False],
        ["2025-Q3", "", False],
        ["2025-Q4", "", False],
    ]
    assert set(lists["Q1", S6.id]["manager_id"]) == {"M1"}
    assert set(lists["Q1", "separate"]["manager_id"]) == {"M2"}


def test_another_region_has_nothing_approved(register):
    """The register is asked for this region's own figures."""
    assert table(session(register, payments(), "south"))["state"].tolist() == [""] * 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_figures_that_are_not_approved_is_marked(register, language, tmp_path):
    """Below its title, on its cover, at every period, at the foot of each printed sheet; in words, not by colour."""
    told = page(table(session(register, payments(70.0))))
    provisional, approved = LANGUAGES[language]
    written = html(told, language, tmp_path)

    assert re.search(rf'<p class="standing">{provisional}[^<]*</p>', written)
    assert f"<b>{provisional}</b>" in written
    assert "".join(f"\\{ord(each):06x}" for each in f" · {provisional}") in written
    assert approved not in re.search(r'<p class="standing">([^<]*)', written)[1]
    assert told.provisional == {"2025-Q3", "2025-Q4"}
    assert provisional.lower() in render(told.when("2025-Q3"), language).lower()
    assert provisional.lower() not in render(told.when("2025-Q2"), language).lower()


def test_every_state_is_said(register):
    """Released, approved, under way, and approved with other figures; the last one is an open flag."""
    told = page(table(session(register, payments(70.0))))
    last = read_register(register).entries[-1]

    assert render(cover(told).approval, "en") == (
        "Pay under “As published”: Q1 approved as shown here and released for payment; Q2 approved as shown here; "
        "Q3 reviewed, not submitted yet; Q4 approved with other figures than stand here. The register had "
        f"{last.number} entries, the last one with the hash {last.hash[:16]}."
    )
    assert any(
        "Figures of Q4 2025 were approved and now come out otherwise" in render(each, "en")
        for each in flags(told)
    )
    for name in ("Chan", "Wong", "Lee", "Ho"):
        assert name not in render(cover(told).approval, "en")


def test_a_page_whose_figures_are_all_approved_says_so_and_bears_no_mark(register, tmp_path):
    """The first half of the year alone."""
    frame = within(table(session(register, payments())), Period.parse("2025-01..2025-06"))
    told = page(frame)

    assert not told.provisional
    assert told.standing == ""
    written = html(told, "en", tmp_path)
    assert "<b>Approved</b>" in written
    assert "rovisional" not in re.sub(r"<style>.*?</style>", "", written, flags=re.DOTALL)
    assert "\\000050\\000072\\00006f" not in written


def test_without_a_register_a_replay_is_a_replay(tmp_path):
    """No page says anything of approval."""
    written = html(region_page(), "en", tmp_path)

    assert '<p class="standing">' not in written
    assert "<b>Replay</b>" in written
    assert "<b>Provisional</b>" not in written
    assert "<b>Approved</b>" not in written


def test_a_group_is_provisional_where_one_region_is(register):
    """Its periods in their order, and in how many regions each is approved."""
    result = payments()
    both = table(session(register, result), session(register, result, "south"))

    assert render(page(both).standing, "en") == "Provisional, not approved"
    assert "Q1 and Q2 approved in 1 of 2 regions; Q3" in render(cover(page(both)).approval, "en")


def test_the_index_and_a_person_s_page_bear_the_mark(register, tmp_path):
    """And of each period whether it is provisional."""
    frame, result = table(session(register, payments())), payments()
    told = page(frame)
    run = session(register, result).run
    index = index_html(Contents(run, [Entry("north", "north")], None, quarters=frame))

    assert '<p class="standing">Provisional, not approved: Q3</p>' in index
    assert '<p class="standing">暫定，未經審批：第 3 季</p>' in index
    assert "Q4 approved as shown here" in index
    things = account_page(
        accounts_of({"published": result}, "M1", YEAR),
        *(told.designs, "P-1", told.title, "scope", "replay", told.standing, cover(told).approval, told.when),
    )
    said = [each["text"] for each in contents(list(things), "en") if each["kind"] == "markdown"]
    assert said[:4] == ["## Q1 2025", "## Q2 2025", "## Q3 2025, provisional", "## Q4 2025"]


def test_a_register_that_was_changed_is_refused(register, tmp_path):
    """No page is made that could call figures approved by it."""
    path = tmp_path / "register.jsonl"
    path.write_bytes(register.read_bytes().replace(b'"Ho"', b'"Hu"', 1))

    with pytest.raises(RegisterError, match="was changed after it was written"):
        quarters(session(path, payments()))


def test_a_page_s_record_has_the_register_and_verify_says_how_it_went_on(register, tmp_path):
    """A step since, an end that was cut off."""
    path = tmp_path / "register.jsonl"
    path.write_bytes(register.read_bytes())
    run = session(path, payments()).run
    head = read_register(path).head

    assert common_inputs(run)["register"] == head
    assert list(of_the_register(path, head)) == []
    name, role = WHO["returned"]
    for file in register.with_suffix(".figures").iterdir():
        (tmp_path / "register.figures").mkdir(exist_ok=True)
        (tmp_path / "register.figures" / file.name).write_bytes(file.read_bytes())
    append(path, Step("north", "2025-Q3", S6.id, "returned", name, role, reason="again"))
    (since,) = of_the_register(path, head)
    assert (
        since.what
        == "a step was taken since: north 2025-Q3 s6_reviewers_mark: returned by corporate_department"
    )
    path.write_bytes(b"".join(register.read_bytes().splitlines(keepends=True)[:-1]))
    (cut,) = of_the_register(path, head)
    assert cut.what == "the entry that was its last one is not there: it was cut off, or written anew"


def test_the_table_is_published_whole(register):
    """It holds nobody's figures."""
    frame = table(session(register, payments()))
    results = {name: region_page().results[name] for name in ("bands", "change")} | {"quarters": frame}
    shown = published({name: each.assign(shown=True) for name, each in results.items()})["quarters"]

    assert shown["state"].tolist() == frame["state"].tolist()
