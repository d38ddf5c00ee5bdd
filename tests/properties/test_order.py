"""No order makes a difference: of rows, of people, of lines in the file."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pandas as pd
from hypothesis import given, settings

from chance.documents import document
from chance.histories import TARGETS
from policymodel.history.facts import History
from properties.pricing import banks, credits_of, facts, paid, panel, panel_of, same, scheme, seeds, values


def shuffled(bank: History, chance: random.Random) -> History:
    """The same rows in another order."""
    tables = {
        name: frame.sample(frac=1, random_state=chance.randrange(2**32)).reset_index(drop=True)
        for name, frame in bank.tables.items()
    }
    return replace(bank, tables=tables)


def renamed(bank: History, names: dict[str, str]) -> History:
    """The same people under other names."""
    tables = dict(bank.tables)
    for name, frame in tables.items():
        people = [column for column in ("manager_id", "reports_to") if column in frame]
        tables[name] = frame.assign(**{each: frame[each].replace(names) for each in people})
    units = tables["targets"]["unit_id"].replace(names)
    tables["targets"] = tables["targets"].assign(unit_id=units)
    aside = bank.quarantine.assign(manager_id=bank.quarantine["manager_id"].replace(names))
    return replace(bank, tables=tables, quarantine=aside)


def without_ties(bank: History) -> History:
    """No client is shared, and every target is a person's own: nothing goes to whoever comes first by id."""
    tables = dict(bank.tables)
    tables["client_income"] = tables["client_income"].drop_duplicates(["client_id", "month", "line"])
    own = tables["targets"][tables["targets"]["level"] == "manager"]
    others = [
        own[(own["measure"] == "complaints")].assign(measure=name, target=9000.0)
        for name in {*TARGETS} - {"net_deposits", "insurance_sold", "complaints"}
    ]
    quarterly = own["measure"].isin(["net_deposits", "insurance_sold", "complaints"])
    rows = pd.concat([own[quarterly], *others], ignore_index=True)
    tables["targets"] = rows.drop_duplicates(["unit_id", "measure", "period"])
    return replace(bank, tables=tables)


SHARING = ("break_down", "potential", "mix", "without_base")


def without_remainders(raw: Any) -> Any:
    """The same scheme where no cent is left over for whoever comes first by id."""
    if isinstance(raw, dict):
        kept = {key: value for key, value in raw.items() if key not in SHARING}
        return {key: without_remainders(value) for key, value in kept.items()}
    if isinstance(raw, list):
        return [without_remainders(each) for each in raw]
    return "left_over" if raw == "largest_remainder" else raw


@settings(max_examples=6)
@given(seeds, banks)
def test_the_order_of_rows_makes_no_difference(seed, bank):
    other = panel_of(shuffled(facts(bank), random.Random(seed)))
    found = scheme(document(seed))

    same(values(other, found), values(panel(bank), found))
    same(credits_of(other, found), credits_of(panel(bank), found))
    assert paid(other, found).equals(paid(panel(bank), found))


@settings(max_examples=6)
@given(seeds, banks)
def test_the_order_of_lines_in_the_file_makes_no_difference(seed, bank):
    raw, chance = document(seed), random.Random(seed)
    other = document(seed)
    for lines in (other["figures"], other["pay"]["items"], other.get("card", {}).get("lines", [])):
        chance.shuffle(lines)

    same(values(panel(bank), scheme(other)), values(panel(bank), scheme(raw)))
    assert paid(panel(bank), scheme(other)).equals(paid(panel(bank), scheme(raw)))


@settings(max_examples=6)
@given(seeds, banks)
def test_the_names_of_people_make_no_difference(seed, bank):
    """Who comes last by id comes first."""
    people = without_ties(facts(bank))
    found = scheme(without_remainders(document(seed)))
    ids = sorted(people.tables["managers"]["manager_id"].unique())
    names = dict(zip(ids, [f"p{number:02d}" for number in range(len(ids), 0, -1)], strict=True))
    back = {new: old for old, new in names.items()}

    other = values(panel_of(renamed(people, names)), found).rename(index=back, level="manager_id")
    same(other.sort_index(), values(panel_of(people), found))
