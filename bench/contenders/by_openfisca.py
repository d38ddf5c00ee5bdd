"""OpenFisca: the same formulas as variables of persons; it keeps values as float32, and is compared as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from contenders.by_pandas import wide_of
from contenders.reference import Outcome
from contenders.workload import BASES, BONUS_CAP, INDICATORS, LINES, PLACES, SCALE, Design, Facts, numbers_of

YEAR = "2025"


def _variable(entity: Entity, name: str, formula: Callable[..., Any] | None = None) -> type[Variable]:
    told: dict[str, Any] = {"value_type": float, "entity": entity, "definition_period": DateUnit.YEAR}
    if formula is not None:
        told["formula"] = formula
    return type(name, (Variable,), told | {"label": name})


def _system(design: Design, facts: Mapping[str, Any], ranked: bool) -> TaxBenefitSystem:
    numbers = numbers_of(design)
    person = Entity("person", "persons", "A manager in a period", "")
    group = GroupEntity("group", "groups", "Managers who are compared", "", roles=[{"key": "member"}])
    system = TaxBenefitSystem([person, group])
    formulas: dict[str, Callable[..., Any] | None] = dict.fromkeys(facts)

    def points(at: int) -> Callable[..., Any]:
        def formula(person: Any, period: Any) -> Any:
            ratio = person(f"actual_{at}", period) / person(f"asked_{at}", period)
            return numbers.weights[at] * np.interp(ratio, numbers.knots[at], numbers.heights[at])

        return formula

    def score(person: Any, period: Any) -> Any:
        total = np.minimum(person("bonus", period), float(BONUS_CAP)) - person("deductions", period)
        for at in range(INDICATORS):
            total = total + person(f"points_{at}", period)
        return total

    def stock(at: int) -> Callable[..., Any]:
        return lambda person, period: np.minimum(person(f"income_{at}", period), person(f"base_{at}", period))

    def increment(at: int) -> Callable[..., Any]:
        def formula(person: Any, period: Any) -> Any:
            asked = np.minimum(person(f"income_{at}", period), person(f"target_{at}", period))
            return asked - person(f"stock_{at}", period)

        return formula

    def above(at: int) -> Callable[..., Any]:
        def formula(person: Any, period: Any) -> Any:
            return np.maximum(person(f"income_{at}", period) - person(f"target_{at}", period), 0.0)

        return formula

    def tiers(at: int) -> Callable[..., Any]:
        slices = (f"stock_{at}", f"increment_{at}", f"above_{at}")
        return lambda person, period: sum(
            float(rate) * person(name, period) for rate, name in zip(numbers.rates[at], slices, strict=True)
        )

    def wage(person: Any, period: Any) -> Any:
        total = sum(person(f"tiers_{at}", period) for at in range(LINES))
        return np.minimum(total * person("score", period) * float(SCALE), BASES * person("base_wage", period))

    def pay(person: Any, period: Any) -> Any:
        return (person("base_wage", period) + person("wage", period)) * person("part", period)

    def award(person: Any, period: Any) -> Any:
        place = person.get_rank(person.group, -person("score", period))
        return np.where(place < PLACES, 1000.0, 0.0)

    formulas |= {f"points_{at}": points(at) for at in range(INDICATORS)} | {"score": score}
    for at in range(LINES):
        formulas |= {f"stock_{at}": stock(at), f"increment_{at}": increment(at), f"above_{at}": above(at)}
        formulas |= {f"tiers_{at}": tiers(at)}
    formulas |= {"wage": wage, "pay": pay} | ({"award": award} if ranked else {})
    system.add_variables(*(_variable(person, name, formula) for name, formula in formulas.items()))
    return system


def _run(facts: Facts, design: Design, ranked: bool) -> Callable[[], Outcome]:
    wide = wide_of(facts)
    columns: dict[str, Any] = {name: wide[name].to_numpy() for name in wide if name not in ("row", "group")}
    for at in range(INDICATORS):
        columns |= {f"actual_{at}": facts.actual[at], f"asked_{at}": facts.target[at]}
    system = _system(design, columns, ranked)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(facts.rows))
    groups = builder.declare_entity("group", np.unique(facts.group))
    builder.join_with_persons(groups, facts.group, np.full(facts.rows, "member"))
    simulation = builder.build(system)
    for name, column in columns.items():
        simulation.set_input(name, YEAR, column)
    worked_out = [name for name in system.variables if name not in columns]

    def run() -> Outcome:
        for name in worked_out:
            simulation.delete_arrays(name, YEAR)
        score, pay = simulation.calculate("score", YEAR), simulation.calculate("pay", YEAR)
        won = simulation.calculate("award", YEAR) > 0 if ranked else np.zeros(facts.rows, dtype=bool)
        return Outcome(score, pay, won)

    return run


def with_rank(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Score, pay and the award, by `get_rank`."""
    return _run(facts, design, True)


def without_rank(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """Score and pay."""
    return _run(facts, design, False)
