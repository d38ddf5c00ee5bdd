"""The JSON Schema of scheme and change files: what it accepts, what it refuses, and that the reader says the same."""

import copy
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from policymodel.documents import parse_yaml, read_yaml
from policymodel.errors import InputError
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.kinds.card import Counted
from policymodel.scheme.reading import read_scheme, resolved
from policymodel.scheme.schema import change_schema, json_schema
from policymodel.scheme.written import read_number

PARAMS = Path(__file__).resolve().parents[2] / "params"
SCHEMES = sorted(PARAMS.glob("schemes/*.yaml"))
CHANGES = sorted(PARAMS.glob("changes/*.yaml"))
SCHEME, CHANGE = Draft202012Validator(json_schema()), Draft202012Validator(change_schema())

WHOLE = """
id: whole
title: {en: Whole, zh-Hant: 全部}
source: S1
every: month
targets: {set_by: growth, growth: {value: 0.08, range: [0, 0.5]}, progress: months, source: S6.4}
figures:
  - {kind: figure, id: sales, title: Sales, of: {measure: sales, window: rolling, months: 3, level: outlet}}
  - kind: tiers
    id: commission
    title: Commission
    of: {line: sales, earlier: 1}
    tiers: [{from: 0, rate: 0.05}, {from: {value: 1000, unit: CNY}, rate: {value: 0.1, source: S2}}]
    rate_applies_to: all
    measured: by_itself
    edge: upper
    reached_by: {target: sales, window: year_to_date}
    cap: {segments: [{value: 10, to: 2024-06-30}, {value: 12, from: 2024-07-01}], inside_period: by_days}
    floor: {value: 0, from: 2024-01-01, region_may_change: yes, range: {at_least: -5, below: commission.cap}}
    round: {digits: 2, mode: half_even}
  - kind: gate
    id: opened
    title: Gate
    of: {line: commission}
    when: [{value: {measure: complaints}, at_most: 3}, {value: {person: months_of_service}, above: {line: sales}}]
    need: all
    otherwise: 0
  - {kind: table, id: wages, title: T, by: [grade, region], values: {A: {north: 1, south: {value: 2}}}, otherwise: null}
  - kind: statistic
    id: spread
    title: Gini
    of: {line: sales}
    statistic: gini
    among: region
    missing: leave_out
  - {kind: total, id: sum, title: T, add: [{line: sales}, 5, {fx: USD, at: average}], less: [{calendar: days}]}
  - {kind: split_credit, id: part, title: T, of: {transaction: amount}, every: transaction}
  - {kind: figure, id: count, title: T, of: {transactions: count, products: [a, b]}}
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: {value: 100}
  lines:
    - kind: group
      id: inner
      title: T
      source: S4
      cap: null
      floor: null
      not_applicable: zero
      lines:
        - {kind: assumed, id: start, title: T, source: S4, points: 10}
        - {kind: deduction, id: off, title: T, source: S4, event: complaint, channels: [a], points_each: as_found}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - {kind: grade_wage, id: base, title: T, source: S6, monthly: {A: 9000, B: {value: 7000}}}
    - {kind: converted, id: abroad, title: T, of: {line: commission}, currency: USD, at: 7.1}
  envelope: {level: outlet, share_of_income: 1}
"""
PROPOSAL = """
id: proposal
title: {en: Proposal}
author: HR
base: whole.yaml
region: north
because: why
changes:
  - {at: commission.floor, from: 0, to: {value: 1}, effective: 2025-07-01, inside_period: at_end, because: a}
  - {add: card, line: {kind: assumed, id: late, title: T, source: S, points: 1}, after: inner, because: {en: a}}
  - {remove: late, because: a}
"""


def plain(document):
    """A document as JSON has it, as an editor's checker sees it."""
    return json.loads(json.dumps(document, default=float))


def accepted(validator, text):
    return validator.is_valid(plain(parse_yaml(text, "file.yaml")[0]))


def reader_accepts(document, folder):
    path = folder / "scheme.yaml"
    path.write_text(json.dumps(document, default=float), encoding="utf-8")
    try:
        read_scheme(path)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("schema", [json_schema(), change_schema()], ids=["scheme", "change"])
def test_the_schema_is_itself_one(schema):
    """Checked against the schema of draft 2020-12, and every reference leads somewhere."""
    Draft202012Validator.check_schema(schema)

    references = set()

    def follow(part):
        if isinstance(part, dict):
            references.update([part["$ref"]] if "$ref" in part else [])
            for each in part.values():
                follow(each)
        elif isinstance(part, list):
            for each in part:
                follow(each)

    follow(schema)
    assert {each.removeprefix("#/$defs/") for each in references} <= set(schema["$defs"])
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_our_schemes_pass(path):
    """As written, with included lines, and resolved."""
    assert list(SCHEME.iter_errors(plain(read_yaml(path)))) == []
    assert list(SCHEME.iter_errors(plain(resolved(path)[0]))) == []


def test_published_plans_pass():
    """Every plan that the two calculators agree on is one that an editor has nothing against."""
    plans = sorted((PARAMS.parent / "tests" / "cases").glob("*/scheme.yaml"))
    refused = [path.parent.name for path in plans if not SCHEME.is_valid(plain(read_yaml(path)))]

    assert len(plans) > 50
    assert refused == []


@pytest.mark.parametrize("path", CHANGES, ids=lambda path: path.stem)
def test_our_change_files_pass(path):
    assert list(CHANGE.iter_errors(plain(read_yaml(path)))) == []


def test_a_scheme_with_everything_passes_both(tmp_path):
    document = parse_yaml(WHOLE, "whole.yaml")[0]

    assert list(SCHEME.iter_errors(plain(document))) == []
    assert reader_accepts(document, tmp_path)


@pytest.mark.parametrize("first", ["{rate: 0.05}", "{from: null, rate: 0.05}"])
def test_a_first_tier_without_a_beginning_passes_both(first, tmp_path):
    document = parse_yaml(WHOLE.replace("{from: 0, rate: 0.05}", first, 1), "whole.yaml")[0]

    assert list(SCHEME.iter_errors(plain(document))) == []
    assert reader_accepts(document, tmp_path)


def test_every_kind_and_setting_is_in_the_schema():
    """Each kind has a branch with its settings as the file writes them, and what its docstring says."""
    definitions = json_schema()["$defs"]

    for name, kind in KINDS.items():
        branch = definitions[f"kind_{name}"]
        assert branch["properties"]["kind"] == {"const": name}
        assert {"id", "title", "source"} <= set(branch["properties"])
        assert branch["description"].split()[:3] == kind.__doc__.split()[:3]
    assert "from" in definitions["kind_rescaled"]["properties"]
    assert {"id", "title", "of", "rate_applies_to", "measured", "tiers", "kind"} == set(
        definitions["kind_tiers"]["required"]
    )


BROKEN = {
    "a later tier without a beginning": ("{from: {value: 1000, unit: CNY}, rate", "{rate"),
    "a later tier that begins at null": ("from: {value: 1000, unit: CNY}", "from: null"),
    "misspelt section": ("card:", "cards:"),
    "no id": ("id: whole\n", ""),
    "unknown period": ("every: month", "every: week"),
    "target rule": ("set_by: growth", "set_by: wish"),
    "misspelt kind": ("kind: tiers", "kind: teirs"),
    "no kind": ("kind: tiers\n    id: commission", "id: commission"),
    "a pay kind on a card": (
        "- {kind: assumed, id: start, title: T, source: S4, points: 10}",
        "- {kind: grade_wage, id: start, title: T, source: S4, monthly: {A: 1}}",
    ),
    "a card kind in pay": (
        "- {kind: grade_wage, id: base, title: T, source: S6, monthly: {A: 9000, B: {value: 7000}}}",
        "- {kind: assumed, id: base, title: T, source: S6, points: 9000}",
    ),
    "misspelt setting": ("rate_applies_to: all", "rate_apply_to: all"),
    "setting of another kind": ("statistic: gini", "statistic: gini\n    rate: 5"),
    "setting left out": ("    measured: by_itself\n", ""),
    "unknown choice": ("measured: by_itself", "measured: weekly"),
    "text for a number": ("rate: 0.05", "rate: five"),
    "percent": ("rate: 0.05", "rate: 5%"),
    "yes for a number": ("rate: 0.05", "rate: true"),
    "misspelt biography": ("{value: 1000, unit: CNY}", "{value: 1000, unti: CNY}"),
    "value and segments": ("segments: [{value: 10,", "value: 3, segments: [{value: 10,"),
    "segment without a value": ("[{value: 10, to: 2024-06-30}", "[{to: 2024-06-30}"),
    "no day": ("from: 2024-01-01", "from: January"),
    "rule inside a period": ("inside_period: by_days", "inside_period: by_weeks"),
    "range of one": ("range: [0, 0.5]", "range: [0]"),
    "range word": ("{at_least: -5, below:", "{at_least: -5, beneath:"),
    "neither yes nor no": ("region_may_change: yes", "region_may_change: perhaps"),
    "rolling without months": ("window: rolling, months: 3", "window: rolling"),
    "months without rolling": ("window: rolling, months: 3", "months: 3"),
    "unknown level": ("level: outlet}", "level: town}"),
    "misspelt quantity": ("of: {line: commission}\n", "of: {lien: commission}\n"),
    "no whole number": ("earlier: 1", "earlier: 1.5"),
    "below zero": ("earlier: 1", "earlier: -1"),
    "two comparisons": ("at_most: 3", "at_most: 3, below: 5"),
    "no comparison": (", at_most: 3", ""),
    "unknown category": ("by: [grade, region]", "by: [grade, town]"),
    "no currency": ("currency: USD", "currency: dollars"),
    "rounding": ("mode: half_even", "mode: half_odd"),
    "pay to three digits": ("currency: CNY\n  round: {digits: 2", "currency: CNY\n  round: {digits: 3"),
    "no lines": (
        "tiers: [{from: 0, rate: 0.05}, {from: {value: 1000, unit: CNY}, rate: {value: 0.1, source: S2}}]",
        "tiers: []",
    ),
    "id with a dot": ("id: commission", "id: com.mission"),
    "the score's id": ("id: sales, title: Sales", "id: score, title: Sales"),
    "no title": ("title: Commission", "title: 5"),
    "envelope": ("level: outlet, share", "level: region, share"),
}


@pytest.mark.parametrize("edit", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_fails_both(edit, tmp_path):
    """Forty ways to be wrong: the editor underlines what the reader refuses."""
    assert edit[0] in WHOLE
    document = parse_yaml(WHOLE.replace(*edit, 1), "whole.yaml")[0]

    assert not SCHEME.is_valid(plain(document))
    assert not reader_accepts(document, tmp_path)


BROKEN_CHANGES = {
    "no author": ("author: HR\n", ""),
    "misspelt": ("because: why", "becuase: why"),
    "no changes": ("changes:", "changes: []\nnothing:"),
    "no reason": (", because: a}\n  - {add", "}\n  - {add"),
    "empty reason": ("inside_period: at_end, because: a", "inside_period: at_end, because: ' '"),
    "no day": ("effective: 2025-07-01", "effective: summer"),
    "mixed forms": ("{remove: late,", "{remove: late, at: late.points,"),
    "no line": ("line: {kind: assumed, id: late, title: T, source: S, points: 1}", "line: 5"),
    "misspelt kind": ("kind: assumed", "kind: asumed"),
    "misspelt word": ("effective:", "efective:"),
    "neither": ("{remove: late,", "{delete: late,"),
}


def test_a_change_file_with_every_form_passes():
    assert accepted(CHANGE, PROPOSAL)


@pytest.mark.parametrize("edit", BROKEN_CHANGES.values(), ids=BROKEN_CHANGES.keys())
def test_broken_change_files_fail(edit):
    assert edit[0] in PROPOSAL

    assert not accepted(CHANGE, PROPOSAL.replace(*edit, 1))


def test_the_examples_of_the_guide_hold():
    """docs/editing_schemes.md: its numbers can be read, its change file passes the schema."""
    guide = (PARAMS.parent / "docs" / "editing_schemes.md").read_text(encoding="utf-8")
    blocks = [
        each for each in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if not each.startswith("# ")
    ]
    rate, points, proposal = (parse_yaml(each, "guide")[0] for each in blocks)

    assert read_number(rate["rate"]).region_may_change
    assert len(read_number(points["points"]).segments) == 2
    assert list(CHANGE.iter_errors(plain(proposal))) == []


def places(node, way=()):
    """The way to every setting of a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*way, key)
        yield from places(value, (*way, key))


def spoilt(document, way, how):
    """The document with one setting left out, misspelt, or holding something else."""
    document = copy.deepcopy(document)
    holder = document
    for step in way[:-1]:
        holder = holder[step]
    if how == "left out":
        del holder[way[-1]]
    elif how == "misspelt" and isinstance(holder, dict):
        holder[f"{way[-1]}x"] = holder.pop(way[-1])
    elif how == "nothing":
        holder[way[-1]] = None
    elif how == "table":
        holder[way[-1]] = {"x": 1}
    elif how == "word":
        holder[way[-1]] = "wrong word"
    else:
        holder[way[-1]] = -3.5
    return document


HOW = ("left out", "misspelt", "nothing", "table", "word", "number")


@pytest.mark.slow
@pytest.mark.parametrize("how", HOW)
def test_what_the_schema_refuses_the_reader_refuses(how, tmp_path):
    """Every setting of the scheme with everything, spoilt in six ways: an editor never underlines what holds."""
    document = parse_yaml(WHOLE, "whole.yaml")[0]
    wrongly = [
        way
        for way in places(document)
        if not SCHEME.is_valid(plain(broken := spoilt(document, way, how)))
        and reader_accepts(broken, tmp_path)
    ]

    assert wrongly == []


def test_a_bank_s_own_kind_has_its_branch():
    """`kinds=KINDS | {...}`, as for the reader; it may stand on a card, among figures and in pay."""
    own = type("Visit", (Counted,), {"kind": "visit"})
    line = (
        "- {kind: visit, id: visits, title: T, source: S4, measure: visits, points_each: 2, missing: refuse}"
    )
    text = WHOLE.replace("- {kind: assumed, id: start, title: T, source: S4, points: 10}", line)

    assert not accepted(SCHEME, text)
    assert accepted(Draft202012Validator(json_schema(KINDS | {"visit": own})), text)
