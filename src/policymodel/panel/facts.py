"""What each row of the panel holds under a name, whatever the table it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from policymodel.history.facts import History
from policymodel.panel.actuals import Actuals
from policymodel.panel.bases import Bases
from policymodel.panel.credits import Credits
from policymodel.panel.layout import Layout, Rows
from policymodel.panel.progress import Progress
from policymodel.panel.rates import Rates
from policymodel.panel.spells import Spells
from policymodel.panel.targets import Targets
from policymodel.periods import Period
from policymodel.scheme.terms import TargetRule


@dataclass(frozen=True)
class Facts:
    """Everything history says about a plan year and its base year, each family of names with its own keeper."""

    layout: Layout
    actuals: Actuals
    bases: Bases
    targets: Targets
    credits: Credits
    rates: Rates

    @classmethod
    def of(cls, history: History, spells: Spells, plan_year: Period, base_year: Period) -> Facts:
        """The facts of a history on the rows of a panel."""
        layout = Layout(history, spells, plan_year, base_year)
        actuals = Actuals(layout)
        bases = Bases(layout, actuals, Progress(layout, actuals))
        return cls(layout, actuals, bases, Targets(layout, bases), Credits(layout), Rates(layout))

    def rows(self, name: str, rule: TargetRule | None, level: str = "manager") -> Rows:
        """The rows of a column by its name, to be added up at a level; a DataGap names what history lacks."""
        kind, _, rest = name.partition(":")
        match kind:
            case "target":
                return self.targets.of_units(rest, rule, level)
            case "increment":
                return self.targets.target(rest, rule, increment=True)
            case "base":
                return self.bases.base(rest, rule)
            case "events":
                return self.actuals.events(*rest.split(":", 1))
            case "months_in_grade":
                return self.actuals.months_in_grade(rest)
            case "person":
                return self.actuals.person(rest)
            case "transactions":
                return self.credits.added_up(rest)
        return self.actuals.actual(name)
