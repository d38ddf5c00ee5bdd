"""The rule book and the difference of two: examples are the engine's, nothing that differs is silent."""

from __future__ import annotations

import importlib
import math
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from policymodel.documents import parse_yaml
from policymodel.explanation import explain
from policymodel.history.mapping import read_mapping
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.report.difference_book import difference_book
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.invented import Invented
from policymodel.report.markdown import markdown
from policymodel.report.rule_book import Thing, rule_book
from policymodel.report.worked import compared_examples, worked_examples
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.reading import read_scheme, scheme_of
from policymodel.scoring import score
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.clauses.plan import Plan
from policymodel.words.differences import differences
from policymodel.words.formula import Formula, Plain
from policymodel.words.sentences import render

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
MEASURES = read_mapping(ROOT / "params/mappings/bank.yaml").measures
S4, SOFTER = "schemes/s4_scorecard.yaml", "changes/s4_softer_deposits.yaml"
S5 = "schemes/s5_scorecard.yaml"
S6, GROWTH = "schemes/s6_profit_centre.yaml", "changes/s6_more_for_growth.yaml"


def scheme(path: str):
    return read_scheme(ROOT / "params" / path)


def written(things: list[Thing], language: str = "en") -> str:
    return markdown(contents(things, language), language)


@pytest.mark.parametrize("path", [S4, SOFTER, S5, S6, GROWTH])
def test_a_book_has_its_clauses_examples_and_gaps_in_every_language(path, tmp_path):
    things = rule_book(scheme(path), MEASURES, LANGUAGES)
    for language in LANGUAGES:
        text = written(things, language)
        page = render_content(
            contents(things, language), language, list(LANGUAGES), tmp_path / f"b.{language}.html"
        )

        assert len(re.findall(r"^### [234]\.", text, flags=re.M)) > 8
        assert text.count("\n| --- |") >= 5
        # Only a drawing brings scripts, its own.
        drawn = scheme(path).strategy is not None
        assert page.read_text(encoding="utf-8").count('<script type="module">') == 2 * drawn
        assert page.read_text(encoding="utf-8").count("<script") == 3 * drawn
    if path in (S4, SOFTER):
        assert "### 2.1.1 Net new deposits (S4.1.1)" in written(things)


@pytest.mark.parametrize("path", [S4, S6])
def test_examples_are_what_the_engine_gives(path):
    """Each line of each example is the figure of score and pay for that person and period."""
    plan = scheme(path)
    for example in worked_examples(plan, MEASURES):
        invented = example.result.panel
        scores = score(invented, plan).lines()
        mine = (scores["manager_id"] == example.person) & (scores["period"] == example.period.label)
        for row in scores[mine].to_dict("records"):
            shown = example.lines[row["line"]].number
            assert shown == row["points"] or (math.isnan(shown) and math.isnan(row["points"]))
        if plan.pay is not None:
            paid = pay(invented, plan).lines()
            mine = (paid["manager_id"] == example.person) & (paid["period"] == example.period.label)
            for row in paid[mine].to_dict("records"):
                shown = example.lines[row["item"]].number
                assert math.isnan(shown) or round(shown * 100) == row["amount_minor"]


def test_the_cases_are_what_they_say():
    """S6: an ordinary person below every limit, one at the score's 1,000, one without a duty mark."""
    ordinary, bound, missing = worked_examples(scheme("changes/s6_reviewers_mark.yaml"), MEASURES)

    assert [each.which for each in (ordinary, bound, missing)] == ["ordinary", "bound", "missing"]
    assert ordinary.bounds() == []
    assert [*ordinary.lines].index(SCORE) < [*ordinary.lines].index("base_wage"), "told before it is used"
    assert SCORE in bound.bounds()
    assert bound.lines[SCORE].number == 1000
    assert math.isnan(missing.lines[PAY].number)
    assert missing.without == "duty_mark"


def test_the_cases_of_the_duties_are_what_they_say():
    """S6.6 (ours): below the score's 1,000, at it, and one of whom it is not known how many clients were contacted."""
    ordinary, bound, missing = worked_examples(scheme(S6), MEASURES)

    assert SCORE not in ordinary.bounds()
    assert bound.lines[SCORE].number == 1000
    assert missing.without == "clients_covered"
    assert math.isnan(missing.lines[PAY].number)


def test_a_figure_below_a_floor_is_among_the_examples():
    """S4: −300,000 of 1,000,000 takes 4.5 of 15 points off; with a floor of 0 it takes nothing."""
    before, after = compared_examples(scheme(S4), scheme(SOFTER), MEASURES)[3]

    assert (before.which, before.low) == ("low", "net_deposits")
    assert before.lines["net_deposits"].number == pytest.approx(-4.5)
    assert after.lines["net_deposits"].number == 0
    assert "| Net new deposits | −300,000 | 1,000,000 |" in written(
        rule_book(scheme(SOFTER), MEASURES, LANGUAGES)
    )
    assert len(worked_examples(scheme(S4), MEASURES)) == 3


def test_events_are_told_by_the_lines_that_read_them():
    """A count of cases is no sum of points; the codes of the events table stand in the clause, and nowhere else."""
    text = written(rule_book(scheme(S4), MEASURES, LANGUAGES), "zh-Hant")

    assert "| 「經核實的 95588 投訴」的個案數（已核實） | 1 |" in text
    assert "| 「檢查發現問題」的認定分數（已核實） | 2 |" in text
    assert text.count("complaint") == text.count("事件代碼「complaint」") == 1
    assert text.count("hotline") == text.count("渠道代碼如下的個案：「hotline」") == 1


def test_a_score_has_the_decimals_it_is_rounded_to():
    assert "The score is 101.30." in written(rule_book(scheme(S4), MEASURES, LANGUAGES))


def test_who_joins_has_figures_of_their_own():
    """The figures of the first example are not theirs; S6 on a measure, of which no client has a part."""
    path = "schemes/estban_profit_centre.yaml"
    text = written(
        rule_book(scheme(path), read_mapping(ROOT / "params/mappings/estban.yaml").measures, LANGUAGES)
    )

    assert "Example 3: what is known of the person" in text
    assert "a client's with the client" not in text


def test_a_measure_is_named_only_where_the_line_is_called_otherwise():
    """Its title may be the line's in one language and another in the next."""
    measures = read_mapping(ROOT / "params/mappings/berka.yaml").measures
    things = rule_book(scheme("schemes/berka_scorecard.yaml"), measures, LANGUAGES)

    assert "\n\n30\\* points for reaching the target" in written(things)
    assert "新開帳戶：完成任務得 30\\* 分" in written(things, "zh-Hant")
    assert re.search(r"\| Amount of loans granted \| [\d,]{9} \|", written(things)), (
        "an amount, not a few coins"
    )


NUMBER = r"([\d.]+)"


def worked_out(formula: str) -> float:
    """What a formula comes to, by its words: a bound, a slice, what was drawn before."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", formula).replace("−", "-").replace("×", "*").replace("÷", "/")
    # Words among signs stand in brackets, so that nobody has to guess how far they reach.
    plain = re.sub(
        rf"\(the part of ([\d.+ ]+) between {NUMBER} and {NUMBER}\)", r"max(min(\1, \3) - \2, 0)", plain
    )
    plain = re.sub(rf"\(the part of ([\d.+ ]+) above {NUMBER}\)", r"max(\1 - \2, 0)", plain)
    plain = re.sub(rf", less {NUMBER} before", r" - \1", plain)
    plain = re.sub(rf"\(([^()]+), at most {NUMBER}\)", r"min(\1, \2)", plain)
    plain = re.sub(rf"^(.+), at most {NUMBER}$", r"min(\1, \2)", plain)
    return float(eval(plain))


@pytest.mark.parametrize("path", [S4, SOFTER, S5, S6, GROWTH])
def test_formulas_can_be_worked_out_by_hand(path):
    """Each formula of the first two examples comes to its result, but for what it shows rounded."""
    for example in worked_examples(scheme(path), MEASURES)[:2]:
        for step in example.lines.values():
            formula = Formula(step, example.whole).render("en")

            assert worked_out(formula) == pytest.approx(step.number, abs=0.02), formula


@pytest.mark.parametrize("path", [S4, S6])
def test_examples_equal_what_explain_tells(path):
    for example in worked_examples(scheme(path), MEASURES):
        told = explain(example.result, example.person, example.period.label, rows=False)
        total = example.lines[PAY if path == S6 else SCORE].number

        assert told.total == total or (math.isnan(told.total) and math.isnan(total))
        for step in told.steps:
            shown = example.lines[step.node.id].number
            assert shown == step.number or (math.isnan(shown) and math.isnan(step.number))


def test_every_kind_can_be_exemplified():
    """The reference's example of each kind gets its invented people, and every line of it has a formula."""
    sys.path.insert(0, str(ROOT / "docs"))
    maker = importlib.import_module("make_scheme_reference")
    for kind in KINDS:
        about = maker.example_of(kind)["example"]
        text = f"id: {kind}\ntitle: Example\nsource: the reference\n{about['scheme']}"
        found = worked_examples(scheme_of(parse_yaml(text, kind)[0]), {})

        assert [each.which for each in found][3:] in ([], ["low"]), kind
        assert len(found) >= 3, kind
        for example in found:
            assert example.lines
            for step in example.lines.values():
                assert all(Formula(step, example.whole).render(language) for language in LANGUAGES)


def test_the_difference_says_old_and_new_with_the_reason_and_the_effect():
    text = written(difference_book(scheme(S4), scheme(SOFTER), MEASURES, LANGUAGES))

    old, new = "There is no upper limit: more always earns more.", r"No more than 150%\* counts."
    reason = "A windfall deposit should not carry a weak card"
    assert f"**Current**: {old}\n\n**New**: {new}\n\n**Reason**: {reason}" in text
    assert "the same quarter of the year before" in text
    assert "| Net new deposits | 27 | 22.5 | −4.50 |" in text


def test_the_effect_is_priced_by_the_engine_under_both():
    """The same person's pay under S6 and under the proposal, from two runs of their own."""
    old, new = scheme(S6), scheme(GROWTH)
    for first, second in compared_examples(old, new, MEASURES):
        for example, plan in ((first, old), (second, new)):
            again = pay(example.result.panel, plan).totals()
            mine = (again["manager_id"] == example.person) & (again["period"] == example.period.label)
            amount = int(again[mine]["amount_minor"].iloc[0])
            shown = example.lines[PAY].number
            assert math.isnan(shown) or round(shown * 100) == amount


def test_lines_that_come_and_go_are_told_whole():
    book = difference_book(scheme(S6), scheme(S4), MEASURES, LANGUAGES)
    text = written(book)

    assert "Net new deposits: new" in text
    assert "Performance wage: no longer there" in text
    assert "**Current**: What counts is income received in the year to date" in text


def test_nothing_that_differs_is_silent():
    """A setting that no clause speaks of is told at the end."""
    raw = parse_yaml((ROOT / "params" / S4).read_text(encoding="utf-8"), S4)[0]
    raw["card"]["lines"][0]["lines"][0]["points"] = {"value": Decimal(15), "range": [0, 20]}
    told = differences(Plan(scheme(S4), MEASURES), Plan(scheme_of(raw), MEASURES))

    assert told.clauses == ()
    assert ["at least 0" in render(each, "en") for each in told.others] == [True]


def test_two_equal_schemes_do_not_differ():
    text = written(difference_book(scheme(S4), scheme(S4), MEASURES, LANGUAGES))

    assert "No clause differs." in text
    assert "The score stays at" in text


def test_invented_people_follow_from_the_scheme_alone():
    plan = Period.parse("2025")
    one, two = (Invented((scheme(S6),), MEASURES, plan, plan.split(3)[1]).history() for _ in range(2))

    assert all(one.tables[name].equals(two.tables[name]) for name in one.tables)


def test_what_people_wrote_is_no_markdown():
    assert (
        markdown([{"kind": "list", "entries": ["# no heading", "a|b"]}], "en")
        == "- \\# no heading\n- a\\|b\n"
    )
    assert Plain(-0.5).render("en") == "−0.5"
