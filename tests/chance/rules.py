"""Rewards and penalties by chance: legal rules over whatever score, wages and events a scheme has."""

from __future__ import annotations

import random
from typing import Any

from chance.histories import EVENTS, GRADES

Doc = dict[str, Any]
CUTS = ("reduce_performance_wage", "stop_performance_wage", "reduce_base_wage", "stop_base_wage")
MOVES = ("promotion", "lower_grade", "demotion")


class RulePen:
    """Chance of its own, so that a scheme's lines stay as they are."""

    def __init__(self, seed: int, document: Doc) -> None:
        self.chance = random.Random(f"rules {seed}")
        self.has_card = "card" in document
        tables = [item for item in document["pay"]["items"] if item["kind"] == "grade_wage"]
        self.has_base = bool(tables)
        self.grades = list(tables[0]["monthly"]) if tables else list(GRADES)

    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def number(self, value: Any) -> Any:
        return value if self.chance.random() < 0.7 else {"value": value, "source": "illustrative"}

    def section(self) -> Doc:
        count = self.pick(1, 2, 3, 4)
        rules = [self.rule(f"rule_{number}") for number in range(1, count + 1)]
        return {"grades": self.grades, "several_cuts": self.pick("add_up", "largest"), "rules": rules}

    def rule(self, name: str) -> Doc:
        kind = self.pick("reward", "penalty", "penalty")
        found: Doc = {"kind": kind, "id": name, "title": name, "source": "§ 9", "when": self.when(kind)}
        if kind == "reward":
            if self.chance.random() < 0.4:
                found["unless"] = self.events()
            return found | {"then": self.then(("commendation", "training", "promotion"), 2)}
        steps = self.pick(1, 2, 3, 4)
        actions = ("oral_warning", "warning", "public_criticism", "transfer", *CUTS, *MOVES[1:], "dismissal")
        if not self.has_base:
            actions = tuple(each for each in actions if not each.endswith("base_wage"))
        found["ladder"] = [{"then": self.then(actions, 3)} for _ in range(steps)]
        if steps > 1:
            found["within_months"] = self.number(self.pick(1, 3, 4, 6, 12, 24))
        if self.chance.random() < 0.5:
            found["appeal"] = "to HR"
        return found

    def when(self, kind: str) -> Doc:
        ways = [self.events]
        if self.has_card:
            ways += [lambda: self.score(kind)] * 3
        if kind == "reward":
            ways += [self.rank] * 2
        found: Doc = self.pick(*ways)()
        return found

    def score(self, kind: str) -> Doc:
        found: Doc = {
            "score": "below" if kind == "penalty" else "at_least",
            "limit": self.number(self.pick(*range(-20, 400, 20))),
            "periods": self.number(self.pick(1, 1, 2, 3)),
        }
        if self.chance.random() < 0.4:
            found["of_last"] = self.number(self.pick(3, 4, 6))
        return found

    def events(self) -> Doc:
        return {
            "events": self.chance.sample(EVENTS, self.pick(1, 2)),
            "at_least": self.number(self.pick(1, 1, 2)),
            "months": self.number(self.pick(1, 3, 5, 12)),
        }

    def rank(self) -> Doc:
        return {
            "rank": self.pick("performance_wage", *(["score"] if self.has_card else [])),
            "over": self.pick("period", "year"),
            "top": self.number(self.pick(1, 2, 3)),
            "among": self.pick("region", "group"),
            "ties": self.pick("all_get_it", "none_gets_it"),
        }

    def then(self, actions: tuple[str, ...], most: int) -> list[Doc]:
        return [self.follows(each) for each in self.chance.sample(actions, self.chance.randint(1, most))]

    def follows(self, action: str) -> Doc:
        found: Doc = {"action": action}
        if action in ("commendation", "training"):
            found["name"] = "By chance"
        if action.startswith("reduce"):
            found["share"] = self.number(self.pick(0, 0.1, 0.125, 0.3, 0.5, 0.75, 1))
        if action in CUTS:
            found["periods"] = self.number(self.pick(1, 1, 2, 5))
        if action in MOVES:
            found |= {"grades": self.number(self.pick(1, 2)), "begins": self.pick("next_period", "next_year")}
        return found


def rules(seed: int, document: Doc) -> Doc:
    """The section `consequences` for a scheme; the same seed writes the same."""
    return RulePen(seed, document).section()
