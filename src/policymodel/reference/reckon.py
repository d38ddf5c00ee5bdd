"""Every line of a scheme reckoned once more: one person at a time, in fractions, from rows as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policymodel.periods import Period
from policymodel.reference import arithmetic, balanced, card, lookups, pay, peers, plans, rates, time
from policymodel.reference.clients import Clients
from policymodel.reference.desk import SCORE, Desk, Working
from policymodel.reference.facts import Facts
from policymodel.reference.numbers import Value
from policymodel.reference.people import People
from policymodel.reference.places import Place, Places
from policymodel.reference.rows import Rows, rows_by
from policymodel.reference.targets import Targets
from policymodel.scheme.scheme import Scheme

WORKINGS: Mapping[str, Working] = {
    "figure": rates.figure,
    "commission": rates.commission,
    "tiers": rates.tiers,
    "running_total": rates.running_total,
    "slice": rates.slice_between,
    "steps": lookups.steps,
    "curve": lookups.curve,
    "matrix": lookups.matrix,
    "table": lookups.table,
    "product": arithmetic.product,
    "total": arithmetic.total,
    "largest_of": arithmetic.largest_of,
    "smallest_of": arithmetic.smallest_of,
    "power": arithmetic.raised_to,
    "ratio": arithmetic.ratio,
    "weighted_mean": arithmetic.weighted_mean,
    "rescaled": arithmetic.rescaled,
    "gate": arithmetic.gate,
    "statistic": peers.statistic_of_peers,
    "rank": peers.rank,
    "rank_award": peers.rank_award,
    "pool": peers.pool,
    "override": peers.override,
    "split_credit": peers.split_credit,
    "draw": time.draw,
    "guarantee": time.guarantee,
    "ramp": time.ramp,
    "advance": time.advance,
    "clawback": time.clawback,
    "deferral": time.deferral,
    "bonus_bank": time.bonus_bank,
    "carry_forward": time.carry_forward,
    "proration": time.proration,
    "converted": time.converted,
    "profit_bonus": plans.profit_bonus,
    "premium_plan": plans.premium_plan,
    "attainment": card.attainment,
    "change_on_period": card.change_on_period,
    "share": card.share,
    "counted": card.counted,
    "deduction": card.deduction,
    "mark": card.mark,
    "assumed": card.assumed,
    "group": card.group,
    "objective": balanced.objective,
    "perspective": balanced.perspective,
    "grade_wage": pay.grade_wage,
    "performance_wage": pay.performance_wage,
    SCORE: card.score,
}
"""How each kind is worked out, by its word; a bank's own kind is not known here."""


@dataclass(frozen=True, eq=False)
class Reckoned:
    """A scheme over a history, any of its numbers on request.

    Line ids include side figures: `draw.owed`, `commission.tier_2`, `score`.
    """

    desk: Desk

    def value(self, line_id: str, manager_id: str, period: str) -> Value:
        """A line for a person and period; what is worked out for each transaction is added up."""
        return self.desk.line(line_id, self._at(manager_id, period))

    def transaction(self, line_id: str, transaction_id: str, manager_id: str) -> Value:
        """A line for one person's credit of a transaction, before anything is added up or paid."""
        for when in range(len(self.desk.places.periods)):
            for each in self.desk.places.credits(manager_id, when):
                if each.credit is not None and each.credit.transaction == transaction_id:
                    first, _, side = line_id.partition(".")
                    by_transaction = self.desk.by_transaction(first)
                    return (
                        self.desk.sides(first, each)[side]
                        if by_transaction
                        else self.desk.line(line_id, each)
                    )
        raise KeyError(f"{manager_id} has no credit of transaction '{transaction_id}' in these periods")

    def paid(self, item_id: str, manager_id: str, period: str) -> Value:
        """A pay item, or one of its parts, rounded as the pay section says."""
        return self.desk.paid(item_id, self._at(manager_id, period))

    def score(self, manager_id: str, period: str) -> Value:
        """The card's total."""
        return self.desk.line(SCORE, self._at(manager_id, period))

    def here(self, period: str) -> list[str]:
        """Everybody employed in the period, in order of their ids."""
        return self.desk.places.people.here(Period.parse(period))

    def _at(self, manager_id: str, period: str) -> Place:
        return Place(manager_id, self.desk.places.periods.index(Period.parse(period)))


def reckon(
    scheme: Scheme,
    rows: Rows,
    plan_year: Period,
    base_year: Period,
    periods: Sequence[Period] | None = None,
    as_of: date | None = None,
    plan: str | None = None,
) -> Reckoned:
    """A scheme over rows of history, for the periods of the plan year (all of them where none are named).

    With `as_of` they are reckoned as they stand on that day: what has happened up to it, and what is due by then.
    Balances and running totals begin with the first of the periods. With a `plan` they are reckoned for the people
    under it alone ("" is the ordinary one): a period is under the plan of its last employed day, peers and targets are
    among these people, and what the table sets for outlets and regions it sets for the ordinary plan (S6.8).
    """
    every = plan_year.split(scheme.months)
    periods = tuple(periods or every)
    if plan:
        rows = replace(rows, targets=tuple(each for each in rows.targets if each.level == "manager"))
    # As far back as a base year and a year before the plan year reach.
    months = Period(min(base_year.first, plan_year.first - 12), plan_year.last)
    facts = Facts(rows, People(rows, months, plan, every, as_of))
    seen = facts
    if as_of is not None:
        happened = rows_by(rows, as_of)
        seen = Facts(happened, People(happened, months, plan, every, as_of))
    clients = Clients(rows, months, plan_year, base_year)
    about = (facts, clients, plan_year, base_year, scheme.targets)
    whole, due = Targets(*about, facts), Targets(*about, seen, as_of)
    return Reckoned(Desk(scheme, Places(seen, due, plan_year, periods, whole, as_of), WORKINGS))
