"""A change that changes nothing changes nothing."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from chance.agreement import written
from chance.documents import document
from policymodel.scheme.parameters import parameters
from policymodel.scheme.reading import read_scheme
from properties.pricing import banks, paid, panel, same, seeds, values


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
