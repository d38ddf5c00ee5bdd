"""S2 once more, read literally: the rates and marks of the checklist, and what they add up to; exact fractions.

`Checklist` takes the figures of measures from whoever has them; `Duties` counts them by `counted` from rows as files
hold them. It imports nothing of the package; what each line is worth is written here a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from worked.books import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    Figure,
    Months,
    added,
    divided,
    half_up,
    read_months,
    span,
)
from worked.counted import Counter, Tables, employed_in

Rate = tuple[int, str, str, str]
"""Points, what is divided, by what, and the share asked for."""
RATES: dict[str, dict[str, Rate]] = {
    "marketing": {
        "coverage": (10, "clients_covered", "clients_assigned", "0.9"),
        "conversion": (7, "referrals_interviewed", "referrals", "0.6"),
        "products_a_client": (4, "products_fitting", "clients_with_need", "1.2"),
        "follow_up_plans": (4, "needs_with_plan", "needs_without_product", "1"),
    },
    "client_maintenance": {
        "files_complete": (8, "client_files_kept", "wealth_clients", "1"),
        "appointments_done": (6, "appointments_kept", "appointments", "0.9"),
        "prompt_notes": (6, "notes_in_time", "interviews", "0.9"),
        "prompt_answers": (6, "alerts_answered", "alerts", "0.9"),
        "retention": (4, "alerts_kept", "alerts_settled", "0.8"),
    },
    "development": {"upgrades": (12, "clients_upgraded", "potential_clients", "0.1")},
    "lobby": {"lobby_presence": (7, "lobby_days", "days_present", "0.3")},
}
MARKS = {
    "marketing": {"product_matching": 5},
    "client_maintenance": {"maintenance_plan": 5},
    "development": {"client_assessment": 8},
    "lobby": {"lobby_patrol": 4, "service_quality": 4},
}
LEAST = {
    "marketing": "0.5",
    "client_maintenance": "0.35",
    "development": "0.4",
    "lobby": "0.5",
    "duties": "0.6",
}
GOES_ON = {"lobby_presence", *(name for marks in MARKS.values() for name in marks)}
"""Lines that do not apply where they are not known; without any other the score is not known either."""
NAMES = (
    *(name for group in RATES.values() for _, top, bottom, _ in group.values() for name in (top, bottom)),
    *(f"mark_{name}" for group in MARKS.values() for name in group),
)
"""The measures that the checklist reads."""


@dataclass(frozen=True)
class Checklist:
    """What the figures of a person and quarter are worth."""

    figure: Callable[[str, str, Months], Figure]
    """Of a person, a measure and a quarter."""
    changed: Mapping[str, str | Fraction] = field(default_factory=dict)

    def number(self, setting: str, written: int | str) -> Fraction:
        """A number of the scheme, or what an example changes it to."""
        return Fraction(self.changed.get(setting, str(written)))

    def score(self, who: str, quarter: Months) -> dict[str, Figure]:
        """Every line and group, and the `score`."""
        found: dict[str, Figure] = {}
        groups: dict[str, Fraction] = {}
        for group, rates in RATES.items():
            points: dict[str, Fraction] = {}
            for name, (most, top, bottom, asked) in rates.items():
                points[name] = self.number(f"{name}.points", most)
                share = divided(
                    divided(self.figure(who, top, quarter), self.figure(who, bottom, quarter)),
                    self.number(f"{name}.full_at", asked),
                )
                cap = self.number(f"{name}.cap", 1)
                found[name] = share if isinstance(share, str) else points[name] * min(share, cap)
            for name, most in MARKS[group].items():
                points[name] = self.number(f"{name}.points", most)
                mark = self.figure(who, f"mark_{name}", quarter)
                share = divided(mark, self.number(f"{name}.out_of", 5))
                found[name] = share if isinstance(share, str) else points[name] * share
            for name in GOES_ON & {*points}:
                if found[name] == ABSENT:
                    found[name] = NOT_APPLICABLE
            found[group] = self.together(group, {name: found[name] for name in points}, points)
            groups[group] = sum(points.values(), NOTHING)
        total = self.together("duties", {name: found[name] for name in groups}, groups)
        found["duties"] = total
        found["score"] = total if isinstance(total, str) else half_up(total)
        return found

    def together(self, group: str, lines: Mapping[str, Figure], points: Mapping[str, Fraction]) -> Figure:
        """The lines that apply, for the points of all; where too few do a part does not apply, all are not known."""
        if ABSENT in lines.values():
            return ABSENT
        applying = [name for name, figure in lines.items() if figure != NOT_APPLICABLE]
        if not applying:
            return NOT_APPLICABLE
        whole, part = sum(points.values(), NOTHING), sum((points[name] for name in applying), NOTHING)
        if part / whole < self.number(f"{group}.least_applying", LEAST[group]):
            few = self.changed.get(f"{group}.if_fewer", "not_known" if group == "duties" else NOT_APPLICABLE)
            return ABSENT if few == "not_known" else NOT_APPLICABLE
        return sum((Fraction(lines[name]) for name in applying), NOTHING) * whole / part


class Duties:
    """The checklist of one person after the other, counted from single records."""

    def __init__(
        self,
        tables: Tables,
        rules: Mapping[str, Any],
        measures: Mapping[str, Any],
        changed: Mapping[str, str],
    ) -> None:
        self.tables, self.rules, self.measures = tables, rules, measures
        self.counters: dict[tuple[str, str], Counter] = {}
        self.checklist = Checklist(self.measure, changed)

    def score(self, who: str, period: str) -> dict[str, Figure]:
        """Every line and group, and the `score`."""
        return self.checklist.score(who, read_months(period))

    def measure(self, who: str, name: str, quarter: Months) -> Figure:
        """A figure of the quarter: a flow added up over the months employed, a stock in the last of them."""
        months = [month for month in span(quarter) if employed_in(self.tables, who, month)]
        cells = [self.cell(who, name, month) for month in months]
        return cells[-1] if self.measures[name]["type"] == "stock" else added(cells)

    def cell(self, who: str, name: str, month: int) -> Figure:
        """A figure of a month; nothing counted is zero where records were kept, but for a mark."""
        if (who, name) not in self.counters:
            self.counters[who, name] = Counter(self.tables, self.rules[name], who)
        declared = self.measures[name]
        figure = self.counters[who, name].figure(month)
        if observed := declared.get("observed"):
            first, _, last = str(observed).partition("..")
            months = (first, last) if last else (f"{first}-01", f"{first}-12")
            begin, end = (int(each[:4]) * 12 + int(each[5:]) - 1 for each in months)
            if not begin <= month <= end and figure == 0:
                return ABSENT
        if declared["no_row"] == "absent" and not self.marked(who, name, month):
            return ABSENT
        return figure

    def marked(self, who: str, name: str, month: int) -> bool:
        """Whether any mark was given in the month's quarter, which is told in its last month of employment."""
        months = [
            each for each in range(month // 3 * 3, month // 3 * 3 + 3) if employed_in(self.tables, who, each)
        ]
        return month == months[-1] and any(at in months for at, _ in self.counters[who, name].counted)
