"""Every kind of line has its words in every language, and the words follow what the file says."""

from __future__ import annotations

import copy
import importlib
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import yaml

from chance.documents import document
from policymodel.documents import Where, parse_yaml
from policymodel.errors import SchemeError
from policymodel.history.facts import NO_CODES, Codes
from policymodel.history.mapping import read_mapping
from policymodel.scheme.addresses import at
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.reading import read_scheme, resolved, scheme_of
from policymodel.scheme.scheme import Scheme
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.clauses import CLAUSES
from policymodel.words.clauses.book import chapters, numbers_said, shared_out
from policymodel.words.clauses.plan import Plan, code_words
from policymodel.words.clauses.sides import SIDES
from policymodel.words.sentences import render

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = [
    "params/schemes/s3_product_mix.yaml",
    "params/schemes/s4_scorecard.yaml",
    "params/schemes/s6_profit_centre.yaml",
    "params/schemes/berka_scorecard.yaml",
    "params/schemes/estban_profit_centre.yaml",
]


class Plain(yaml.SafeDumper):
    """Writes a value out wherever it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


each_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def example(kind: str) -> dict[str, Any]:
    """The reference's example of a kind, as a document."""
    sys.path.insert(0, str(ROOT / "docs"))
    about = importlib.import_module("make_scheme_reference").example_of(kind)["example"]
    text = f"id: {kind}_example\ntitle: Example\nsource: the reference\n{about['scheme']}"
    found, _ = parse_yaml(text, kind)
    return found


def told(scheme: Scheme, language: str = "en", codes: Codes = NO_CODES) -> str:
    """All that the clauses of a scheme say."""
    said = []
    for chapter in chapters(Plan(scheme, {}, codes=code_words(codes))):
        for clause in chapter.clauses:
            said += [clause.title, *(each.words for each in clause.said)]
            said += [cell for grid in clause.grids for row in (grid.heads, *grid.rows) for cell in row]
    return "\n".join(render(each, language) for each in said)


def test_every_kind_has_its_words():
    assert {*CLAUSES} == {*KINDS}


@each_kind
def test_every_kind_speaks_every_language(kind):
    """A missing translation warns, and a warning is an error."""
    texts = [told(scheme_of(copy.deepcopy(example(kind))), language) for language in LANGUAGES]

    assert len({*texts}) == len(LANGUAGES)


@pytest.mark.parametrize("seed", range(0, 1200, 12))
def test_schemes_by_chance_are_told_in_every_language(seed):
    """They make every choice of the language among them, and name every side figure."""
    scheme = scheme_of(parse_yaml(yaml.dump(document(seed), Dumper=Plain), "by chance")[0])

    for language in LANGUAGES:
        assert "{" not in told(scheme, language)


@pytest.mark.parametrize(
    ("rule", "told_so"),
    [
        (
            {"break_down": "equal"},
            "It is shared out equally (the same for each outlet, and in it for each person).",
        ),
        ({"break_down": "by_head_count"}, "It is shared out in proportion to the full-time posts."),
        (
            {"break_down": "by_potential", "potential": "clients"},
            "It is shared out in proportion to the potential, which is “clients” at the end of the year before.\n"
            "Each counts for the part of the target's time in which they are there.\n"
            "A person whose potential is not known is given no part.",
        ),
        (
            {"break_down": "mixed", "mix": {"by_base": Decimal("0.7"), "equal": Decimal("0.3")}},
            "It is shared out mixed: 30% equally (the same for each outlet, and in it for each person) and 70% in "
            "proportion to the base, the figure of the year before.",
        ),
    ],
)
def test_the_rule_for_targets_says_how_they_are_shared(rule, told_so):
    """S4.0: each way has its words."""
    raw = copy.deepcopy(example("attainment"))
    raw["targets"] |= rule

    assert told_so in told(scheme_of(raw))


def test_side_figures_have_words():
    """Each that some example's line has."""
    known = {each.partition(".")[0] for each in SIDES}
    sided = set()
    for kind in KINDS:
        scheme = scheme_of(copy.deepcopy(example(kind)))
        plan = Plan(scheme, {})
        for line in scheme.lines.values():
            for side in line.others(scheme.given):
                sided.add(line.kind)
                assert render(plan.line(side), "zh-Hant")

    assert known <= sided


def leaves(raw: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key not in ("id", "title"):
                yield from leaves(value, (*where, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from leaves(value, (*where, index))
    else:
        yield where, raw


def changed(raw: dict[str, Any], where: Where, values: list[Any]) -> Iterator[tuple[Any, Scheme]]:
    """The document with another value at a place, for each of some values that a scheme may have there."""
    for value in values:
        other = copy.deepcopy(raw)
        at(other, where[:-1])[where[-1]] = value
        try:
            yield value, scheme_of(other)
        except SchemeError:
            continue


def others(number: Any) -> list[Any]:
    number = Decimal(str(number))
    whole = number == number.to_integral_value()
    near = [number + 1, number - 1, number * 2] if whole else []
    found = [int(each) for each in near] + [number * Decimal("0.9"), number * Decimal("1.1"), number / 2]
    return [each for each in found if each != number]


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((kind, example(kind)) for kind in KINDS)
    yield from ((path, resolved(ROOT / path)[0]) for path in SCHEMES)


DOCUMENTS = dict(documents())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_number_of_a_scheme_stands_in_its_words(name):
    """Changed in the file, it changes the document."""
    raw = DOCUMENTS[name]
    before = told(scheme_of(copy.deepcopy(raw)))
    silent, tried = [], 0
    for where, value in leaves(raw):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            continue
        for other, scheme in changed(raw, where, others(value)):
            tried += 1
            if told(scheme) == before:
                silent.append((where, value, other))
            break

    assert silent == []
    assert tried or name in ("figure", "split_credit", "share")


@cache
def choices() -> list[tuple[str, ...]]:
    """The words between which a setting of any kind chooses."""
    found = set()
    for record in (*KINDS.values(), *SORTS.values()):
        for hint in get_type_hints(record).values():
            found |= set(words_of(hint))
    return sorted(found)


def words_of(hint: Any) -> Iterator[tuple[str, ...]]:
    if get_origin(hint) is Literal:
        yield get_args(hint)
    else:
        for each in get_args(hint):
            yield from words_of(each)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_choice_of_a_scheme_changes_its_words(name):
    raw = DOCUMENTS[name]
    before = told(scheme_of(copy.deepcopy(raw)))
    silent = []
    for where, value in leaves(raw):
        if not isinstance(value, str) or where[-1] in ("kind", "source"):
            continue
        near = [word for words in choices() if value in words for word in words if word != value]
        for other, scheme in changed(raw, where, near):
            if told(scheme) == before and not means_the_same(raw, where, {value, other}):
                silent.append((where, value, other))

    assert silent == []


def means_the_same(raw: dict[str, Any], where: Where, words: set[str]) -> bool:
    """All or any of one condition; the quarter to date where a quarter is scored."""
    if where[-1] == "need":
        return len(at(raw, where[:-1])["when"]) == 1
    return where[-1] == "measured" and words == {f"{raw['every']}_to_date", "period_to_date"}


def test_what_most_lines_have_in_common_is_said_once():
    """Nine indicators of S4 are judged by attainment; a line that differs says its own."""
    plan = Plan(read_scheme(ROOT / "params/changes/s4_softer_deposits.yaml"), {})
    card = next(each for each in chapters(plan) if render(each.heading, "en") == "Scorecard")
    indicators, deposits, accounts = shared_out(card).clauses[:3]
    common = " ".join(render(each.words, "en") for each in indicators.common[0].said)

    assert render(numbers_said(indicators.common[0].numbers), "en") == "2.1.1 to 2.1.8 and 2.1.10"
    assert "There is no upper limit" in common
    assert [render(each.words, "en") for each in deposits.said][1:] == [
        "No more than 150%* counts.",
        "Less than 0%* counts as 0%*, so that nothing is taken off.",
    ]
    assert len(accounts.said) == 1


def test_shared_targets_are_said_to_be_whole():
    """A broken-down count is whole (`targets.break_down`); what grows person by person is not rounded."""
    words = "What is counted in pieces is shared out in whole pieces, everything else to two decimals."
    said = {path: words in told(read_scheme(ROOT / path)) for path in SCHEMES}

    assert said == {path: not ({"estban", "s3"} & {*path.replace("/", "_").split("_")}) for path in SCHEMES}


def test_measures_go_by_the_names_of_the_mapping():
    measures = read_mapping(ROOT / "params/mappings/bank.yaml").measures
    plan = Plan(read_scheme(ROOT / "params/schemes/s6_profit_centre.yaml"), measures)

    assert render(plan.measure("duty_mark"), "zh-Hans") == "岗位职责评分"
    assert render(Plan(plan.scheme, {}).measure("duty_mark"), "zh-Hans") == "duty mark"


CODES = """
events: {complaint: {title: {en: complaint, zh-Hant: 客戶投訴}}}
channels: {95588: {title: {en: the hotline 95588, zh-Hant: 95588 熱線}}, letter: {title: {en: letter}}}
products: {loan: {title: {en: Loans, zh-Hant: 貸款}}}
transaction_figures:
  sound: {title: {en: Sound, zh-Hant: 穩妥}, of: needs, fits: any_product, same_day: "yes"}
"""
CODED = """
    id: coded
    title: Coded
    source: clause 1
    every: month
    figures:
      - {kind: table, id: rate, title: Rate, every: transaction, by: [product], values: {loan: 1}, otherwise: 0}
      - {kind: figure, id: loans, title: Loans, of: {transactions: margin, products: [loan, fund]}}
      - kind: gate
        id: kept
        title: Kept
        every: transaction
        of: 5
        when: [{value: {transaction: sound}, at_least: 1}, {value: {transaction: margin}, at_least: 1}]
        need: all
        otherwise: 0
      - {kind: deduction, id: calls, title: Calls, event: complaint, channels: ["95588"], points_each: 5, source: x}
      - {kind: deduction, id: a, title: A, event: complaint, channels: ["95588", m], points_each: as_found, source: x}
      - {kind: deduction, id: errors, title: Errors, event: error, channels: null, points_each: 1, source: x}
"""


def test_codes_go_by_the_titles_of_the_mapping(tmp_path):
    """Events, channels and products with a title are called by it; others are quoted, or stand as they are."""
    file = tmp_path / "mapping.yaml"
    rest = "title: {en: Codes}\ncurrency: CNY\nmeasures: {}\n"
    names = ("managers", "activity", "transactions", "needs")
    tables = f"tables: {{{', '.join(f'{each}: {{file: {each}.csv}}' for each in names)}}}\n"
    file.write_text(rest + tables + CODES, encoding="utf-8")
    scheme = scheme_of(parse_yaml(dedent(CODED), "coded")[0])
    text = {each: told(scheme, each, read_mapping(file).codes) for each in ("en", "zh-Hant")}

    assert "5 points off for each verified case of the month: complaint." in text["en"]
    assert "Only cases that came this way count: the hotline 95588." in text["en"]
    assert "Only cases with these channel codes count: “95588” and “m”." in text["en"]
    assert "(event code “error”)" in text["en"]
    assert "(products: Loans and fund)" in text["en"]
    assert (
        "if “Sound” holds of the transaction and the transaction's figure “margin” is at least 1"
        in text["en"]
    )
    assert "月內每件經核實的客戶投訴扣 5 分" in text["zh-Hant"]
    assert "只計入經由下列渠道者：95588 熱線" in text["zh-Hant"]
    assert "貸款" in text["zh-Hant"]
    assert "該筆交易符合「穩妥」" in text["zh-Hant"]


def test_dated_numbers_say_their_days():
    text = """
        id: dated
        title: Dated
        source: clause 1
        every: month
        figures:
          - kind: commission
            id: sold
            title: Sold
            of: {measure: sales}
            rate:
              inside_period: by_days
              segments:
                - {value: 0.02, to: 2025-06-30}
                - {value: 0.03, from: 2025-07-01, source: clause 7}
    """
    scheme = scheme_of(parse_yaml(dedent(text), "dated")[0])

    assert "sales of the month × 2% until 30 June 2025 and 3% [clause 7] from 1 July 2025 on." in told(scheme)
    assert "in proportion to the days of each value" in told(scheme)


def test_a_forecast_joined_with_the_task_is_told():
    """S6.4: what each is asked for, and what the rest of the task is shared by."""
    scheme = read_scheme(ROOT / "params/changes/s6_forecast_and_task.yaml")

    assert "Each person is asked for 50%* of what the clients held are forecast to grow by" in told(scheme)
    assert "Targets are set in the table of targets" not in told(scheme)
