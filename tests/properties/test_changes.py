"""A change that changes nothing changes nothing."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from chance import rates
from chance.agreement import written
from chance.documents import Writer, document
from policymodel.scheme.parameters import parameters
from policymodel.scheme.reading import read_scheme
from properties.pricing import banks, paid, panel, same, scheme, seeds, values


def change_file(changes: list[dict[str, Any]]) -> dict[str, Any]:
    reasons = {"author": "A. Nobody", "because": "to see that nothing moves"}
    return {"id": "same", "title": "The same", "base": "base.yaml", "changes": changes} | reasons


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=seeds, bank=banks)
def test_numbers_set_to_what_they_are_change_nothing(seed, bank, tmp_path):
    raw = document(seed)
    base = read_scheme(written(raw, tmp_path, "base"))
    plain = [each for each in parameters(base.document) if not each.number.segments]
    assume(plain)
    chosen = random.Random(seed).sample(plain, min(5, len(plain)))
    changes = [
        {"at": each.address, "from": number, "to": number, "because": "as it was"}
        for each in chosen
        for number in [int(each.value) if each.value == int(each.value) else float(each.value)]
    ]
    changed = read_scheme(written(change_file(changes), tmp_path, "changes"))

    same(values(panel(bank), changed), values(panel(bank), base))
    assert paid(panel(bank), changed).equals(paid(panel(bank), base))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=seeds, bank=banks)
def test_a_line_taken_out_and_put_back_changes_nothing(seed, bank, tmp_path):
    raw = document(seed)
    line = random.Random(seed).choice(raw["figures"])
    base = read_scheme(written(raw, tmp_path, "base"))
    changes = [
        {"remove": line["id"], "because": "to see what is left"},
        {"add": "figures", "line": line, "because": "to have it back"},
    ]
    changed = read_scheme(written(change_file(changes), tmp_path, "changes"))

    same(values(panel(bank), changed), values(panel(bank), base))


def dated(number: Any) -> dict[str, Any]:
    """A number that becomes what it was."""
    value = number["value"] if isinstance(number, dict) else number
    segments = [{"value": value, "to": "2024-05-15"}, {"value": value, "from": "2024-05-16"}]
    return {"segments": segments, "inside_period": "by_days"}


@settings(max_examples=12)
@given(seed=seeds, bank=banks)
def test_a_number_that_becomes_what_it_was_reprices_nothing(seed, bank):
    """Both readings of a change are what the line says without one, where no threshold moves with a fact."""
    writer = Writer(seed)
    pen = writer.pen
    pen.dating, pen.has_targets = 0, False
    kind = pen.pick("tiers", "steps", "slice")
    plain = writer.line(kind) | {"measured": rates.running(pen)}
    for name in ("on_change", "reached_by", "thresholds_of"):
        plain.pop(name, None)
    if kind == "slice":
        plain |= {"from": 500, "to": 4000}
        moved = {"from": dated(500)}
    else:
        setting = "rate" if kind == "tiers" else "amount"
        first, *others = plain[kind]
        moved = {kind: [first | {setting: dated(first[setting])}, *others]}
    head = {"id": "same", "title": "The same", "source": "1", "every": pen.every}
    found = [
        values(panel(bank), scheme(head | {"figures": [plain | more]}))
        for more in ({}, *(moved | {"on_change": word} for word in ("new_amounts_only", "whole_total")))
    ]

    same(found[1], found[0])
    same(found[2], found[0])
