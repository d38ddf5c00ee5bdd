"""What each row of the panel holds under a name, whatever the table it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    def of(
        cls,
        history: History,
        spells: Spells,
        plan_year: Period,
        base_year: Period,
        as_of: date | None = None,
        *,
        for_units: bool = True,
    ) -> Facts:
        """The facts of a history on the rows of a panel, or as they stand on a day.

        What has happened is known up to the day. What is asked for is set for whole periods and whole spells, of
        which the part up to the day is due. Without `for_units` the targets of outlets and regions are those of others.
        """
        whole = Layout(history, spells if as_of is None else spells.seen_on(as_of), plan_year, base_year)
        layout = whole
        if as_of is not None:
            layout = Layout(history, spells.until_day(as_of), plan_year, base_year, as_of)
        asked = Actuals(whole)
        bases = Bases(whole, asked, Progress(whole, asked))
        return cls(
            layout, Actuals(layout), bases, Targets(whole, bases, for_units), Credits(layout), Rates(layout)
        )

    @property
    def whole(self) -> Spells:
        """The rows of whole spells, whatever the day."""
        return self.layout_of_whole.spells

    @property
    def layout_of_whole(self) -> Layout:
        """Where rows belong over whole spells, whatever the day."""
        return self.targets.layout

    def rows(
        self, name: str, rule: TargetRule | None, level: str = "manager", *, whole: bool = False
    ) -> Rows:
        """The rows of a column by its name, to be added up at a level; a DataGap names what history lacks.

        Of what is asked for, the `whole` is on the rows of whole spells; else what is due by the day.
        """
        kind, _, rest = name.partition(":")
        until = None if whole else self.layout.as_of
        match kind:
            case "target":
                return self._begun(self.targets.of_units(rest, rule, level, until), until)
            case "increment":
                return self._begun(self.targets.target(rest, rule, increment=True, until=until), until)
            case "base":
                return self._begun(self.bases.base(rest, rule, until), until)
            case "events":
                return self.actuals.events(*rest.split(":", 1))
            case "months_in_grade":
                return self.actuals.months_in_grade(rest)
            case "person":
                return self.actuals.person(rest)
            case "transactions":
                return self.credits.added_up(rest)
        return self.actuals.actual(name)

    def _begun(self, rows: Rows, until: date | None) -> Rows:
        begun = self.whole.begun(until)
        return Rows(rows.number[begun], rows.status[begun])
