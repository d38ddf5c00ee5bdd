"""The whole calculator: every kind is known, and a history that was read gives the same rows as its text."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.reference import read_rows, rows_of
from policymodel.reference.reckon import WORKINGS
from policymodel.scheme.kinds import KINDS
from reference.small_plan import spell


def test_every_kind_is_worked_out():
    assert set(WORKINGS) == {*KINDS, "score"}


def test_only_who_is_employed_is_here(plan):
    reckoned = plan(
        "- {kind: figure, id: x, of: 1}",
        people=[spell("b"), spell("a", last="2024-01-31"), spell("c", first="2024-02-10")],
    )

    assert reckoned.here("2024-01") == ["a", "b"]
    assert reckoned.here("2024-02") == ["b", "c"]


def test_a_transaction_that_is_nobodys_is_named(plan):
    reckoned = plan("- {kind: commission, id: earns, every: transaction, of: {transaction: amount}, rate: 1}")

    with pytest.raises(KeyError, match="m has no credit of transaction 't9'"):
        reckoned.transaction("earns", "t9", "m")


TABLES = {
    "managers": "manager_id,region,outlet_id,grade,fte,valid_from,valid_to,reports_to,hired\n"
    "a,r,o,B,0.5,2020-01-01,2024-02-10,,2019-05-05\nb,r,o,B,1,2020-01-01,,a,2020-01-01\n",
    "activity": "manager_id,month,measure,actual\na,2024-01,sales,0.285\na,2024-02,sales,\nb,2024-01,sales,-3\n",
    "targets": "level,unit_id,measure,period,target\nregion,r,sales,2024-Q1,1000.5\n",
    "events": (
        "event_id,manager_id,date,event,channel,verified,points\n"
        "1,a,2024-01-05,complaint,hotline,no,\n2,b,2024-01-06,finding,,yes,2.5\n"
    ),
    "client_income": "client_id,manager_id,month,line,currency,amount\nk,a,2024-01,fee,CNY,12.34\n",
    "transactions": (
        "transaction_id,manager_id,date,product,amount\nt2,b,2024-01-31,loan,0.1\nt1,a,2024-01-31,card,-7\n"
    ),
    "credits": "transaction_id,manager_id,share\nt2,a,0.4\nt2,b,0.6\n",
    "transaction_figures": "transaction_id,figure,value\nt1,margin,0.3\n",
    "fx": "currency,month,average,period_end\nUSD,2024-01,7.1,7.25\n",
}
MEASURES = {
    "sales": {
        "title": {"en": "Sales"},
        "type": "flow",
        "unit": "CNY",
        "better": "up",
        "no_row": "absent",
        "regulator_class": "development",
    }
}


def test_rows_of_a_history_are_those_of_its_files(tmp_path: Path):
    """A float is the shortest decimal that names it, so nothing of what was written is lost."""
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    mapping = {
        "title": {"en": "By hand"},
        "currency": "CNY",
        "tables": {name: {"file": f"{name}.csv"} for name in TABLES},
        "measures": MEASURES,
    }
    (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(mapping), encoding="utf-8")
    history = read_history(tmp_path, read_mapping(tmp_path / "mapping.yaml"))

    found = rows_of(history)
    written = read_rows(
        {name: list(csv.DictReader(text.splitlines())) for name, text in TABLES.items()}, MEASURES
    )

    assert found == written
    assert found.activity[0].amount == Fraction("0.285")
    assert [(each.who, each.transaction, each.share) for each in found.credits] == [
        ("a", "t1", 1),
        ("a", "t2", Fraction("0.4")),
        ("b", "t2", Fraction("0.6")),
    ]
