"""One region made ready for any of its draws: aged, with the people of each plan, priced draw block by draw block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.computation import lacking
from policymodel.draws import Draws
from policymodel.errors import DataGap, Problem
from policymodel.history.facts import History
from policymodel.panel import ORDINARY, Ground, Panel, build_panel, plans_here, under_plans
from policymodel.payroll import unpayable
from policymodel.periods import MONTHS_OF, Period
from policymodel.populations import Schemes
from policymodel.scheme.algebra import Column, Node
from policymodel.scheme.evaluation import Values
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.pay import PerformanceWage
from policymodel.scheme.scheme import Scheme
from policymodel.simulate.ageing import Aged, aged
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.drawing import Drawn, Future
from policymodel.simulate.ground import FutureGround
from policymodel.simulate.months import Happened
from policymodel.simulate.pricing import POINTS, Pricing, Whole
from policymodel.simulate.shocks import Common
from policymodel.units import Rounding

Plans = Mapping[str, Schemes | None]
"""What every design has for the people of each further plan; None: the run takes no notice of them."""


@dataclass(frozen=True)
class Designs:
    """The designs of a run: `own` for the ordinary plan, `plans` for the others, and the one they are held against."""

    own: Schemes
    plans: Plans
    baseline: str
    no_change: float = 0.01

    def of(self, plan: str) -> Schemes:
        """The schemes of the people of a plan."""
        return self.own if plan == ORDINARY else (self.plans[plan] or {})

    @property
    def every(self) -> Iterator[Scheme]:
        """All schemes, with repetitions."""
        for schemes in (self.own, *(each for each in self.plans.values() if each is not None)):
            for both in schemes.values():
                yield from (each for each in both if each is not None)

    @property
    def columns(self) -> frozenset[Column]:
        """Every fact that some scheme asks for."""
        return frozenset(column for scheme in self.every for column in scheme.columns)

    @property
    def paid(self) -> bool:
        """Whether there is pay; else only scores."""
        return all(pay is not None for _, pay in self.own.values())


@dataclass(frozen=True)
class Pricings:
    """The plans of the designs' cards and pay schemes, one for each plan of people; made when first asked for."""

    designs: Designs
    direct: bool = False
    _made: dict[tuple[str, str], Pricing] = field(default_factory=dict, repr=False)

    def of(self, plan: str, asked: str) -> Pricing:
        """That of the people of a plan, for `pay` or `score`; without schemes where the designs have none."""
        if (plan, asked) not in self._made:
            at = 0 if asked == SCORE else 1
            found = {design: both[at] for design, both in self.designs.of(plan).items()}
            schemes = {design: each for design, each in found.items() if each is not None}
            self._made[plan, asked] = Pricing(schemes, asked, self.direct)
        return self._made[plan, asked]

    def refuse_transactions(self, designs: Designs) -> None:
        """Refuse designs that look at single transactions."""
        for plan in (ORDINARY, *(name for name, each in designs.plans.items() if each is not None)):
            for asked in (SCORE, PAY):
                self.of(plan, asked).refuse_transactions()


@dataclass(frozen=True)
class Person:
    """What one block of draws gave each person under one design: exact sums over draws, [person]."""

    draws: Whole
    sum_minor: Whole
    squares: tuple[Whole, Whole, Whole]  # of the parts above and below 2^20, and their product
    loses: Whole
    gains: Whole
    sum_change: Whole
    bad_draws: Whole
    bad_sum_change: Whole

    def plus(self, other: Person) -> Person:
        """The sums of both."""
        squares = tuple(a + b for a, b in zip(self.squares, other.squares, strict=True))
        names = ("loses", "gains", "sum_change", "bad_draws", "bad_sum_change")
        rest = (getattr(self, each) + getattr(other, each) for each in names)
        return Person(self.draws + other.draws, self.sum_minor + other.sum_minor, squares, *rest)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Block:
    """What a run of draws gave: totals [design, draw, (amount, score, person-periods, not computed)] and people."""

    first: int
    totals: Whole
    people: Mapping[str, Person]


@dataclass(frozen=True)
class Region:
    """A region, its designs and its future; draws may be asked for in any order and in blocks of any size."""

    name: str
    designs: Designs
    aged: Aged
    future: Future
    panels: Mapping[str, Panel]
    replay: pd.DataFrame
    shared: Pricings | None = None
    """The plans that all regions of a run price by; without them the region makes its own."""

    @classmethod
    def of(
        cls,
        name: str,
        history: History,
        years: tuple[Period, Period],
        designs: Designs,
        assumptions: Assumptions,
        common: Common,
        draws: Draws,
        pricings: Pricings,
    ) -> Region:
        """A region made ready; `years` are the last plan year and its base year. DataGap names what history lacks."""
        pricings.refuse_transactions(designs)
        replay = _replay(name, history, years, designs, pricings)
        older = aged(history, years[0], assumptions)
        happened = Happened.of(older.past, older.last_year, designs.columns)
        _refuse_cut_spans(happened, assumptions)
        panels = panels_of(older.panel, designs)
        for plan, panel in panels.items():
            _refuse_gaps(panel, designs.of(plan))
        future = Future(older, happened, assumptions, common, draws, name)
        return cls(name, designs, older, future, panels, replay, pricings)

    @cached_property
    def pricings(self) -> Pricings:
        """The plans by which the designs are priced."""
        return self.shared or Pricings(self.designs)

    @cached_property
    def income(self) -> float:
        """Last year's income on the lines that the baseline pays on: what a budget may be a share of."""
        _, wage = self.designs.own[self.designs.baseline]
        lines = [] if wage is None or wage.pay is None else wage.pay.items
        facts = dict.fromkeys(
            fact for item in lines if isinstance(item, PerformanceWage) for fact in item.facts
        )
        year = (self.aged.last_year,)
        each = [self.aged.past.column(Column(fact), year) for fact in facts]
        return sum(float(values.number[values.ok].sum()) for values in each)

    @property
    def rounding(self) -> Rounding:
        """How the baseline rounds pay."""
        _, wage = self.designs.own[self.designs.baseline]
        return Rounding(2, "half_up") if wage is None or wage.pay is None else wage.pay.rounding

    def priced(self, first: int, count: int, bad: NDArray[np.bool_]) -> Block:
        """The draws from one number on; `bad` says which of all draws are bad years."""
        drawn = self.future.draw(first, count)
        people = self.aged.panel.managers.size
        names = list(self.designs.own)
        totals = np.zeros((len(names), count, 4), dtype=np.int64)
        years = {name: np.zeros((count, people), dtype=np.int64) for name in names}
        known = {name: np.zeros((count, people), dtype=bool) for name in names}
        weights = self._weights(first, count, people)
        for plan, panel in self.panels.items():
            for design, minor, values, lost, here in self.years_of(plan, panel, drawn):
                at = names.index(design)
                # A post's successor counts in the totals, and today's person alone among the people.
                kept = (here.any(axis=0) & ~lost.any(axis=0)).reshape(count, -1, people)[:, 0]
                years[design] += minor.reshape(count, -1, people)[:, 0]
                known[design] |= kept
                for sort, each in enumerate((minor, values, here.sum(axis=0), lost.sum(axis=0))):
                    posts = each.reshape(count, -1, people).sum(axis=1)
                    totals[at, :, sort] += (posts * weights).sum(axis=1)
        base, base_known = years[self.designs.baseline], known[self.designs.baseline]
        found = {
            name: self._person(years[name], known[name] & base_known, base, bad[first : first + count])
            for name in names
        }
        return Block(first, totals, found)

    def _weights(self, first: int, count: int, people: int) -> Whole:
        """How often each person counts, [draw, person]: once; with `people: resampled` as often as they are drawn."""
        if self.future.assumptions.people == "held":
            return np.ones((1, people), dtype=np.int64)
        today = np.flatnonzero(self.aged.region >= 0)
        weights = np.zeros((count, people), dtype=np.int64)
        for at in range(count):
            chosen = self.future.generator("people", first + at).integers(0, today.size, today.size)
            weights[at] = np.bincount(today[chosen], minlength=people)
        return weights

    def years_of(
        self, plan: str, panel: Panel, drawn: Drawn
    ) -> Iterator[tuple[str, Whole, Whole, NDArray[np.bool_], NDArray[np.bool_]]]:
        """Each design's year of each person, [place, person]: amount, score; then [period, place, person]: what is not
        known, and who is there. Without pay the amount is the score, in hundredths of a point.
        """
        cards, wages = (self.pricings.of(plan, asked) for asked in (SCORE, PAY))
        scores: dict[str, Whole] = {}
        for asked in (cards, wages):
            if not asked.schemes:
                continue
            periods = self.aged.next_year.split(next(iter(asked.schemes.values())).months)
            ground = FutureGround.of(panel, drawn, periods)
            here = ground.employed
            for design, whole, known in asked.values(ground):
                year = np.where(here, whole.reshape(here.shape), 0).sum(axis=0)
                if asked is cards:
                    scores[design] = year
                    if wages.schemes:
                        continue
                lost = here & ~known.reshape(here.shape)
                yield design, year, scores.get(design, np.zeros_like(year)), lost, here

    def _person(self, year: Whole, known: NDArray[np.bool_], base: Whole, bad: NDArray[np.bool_]) -> Person:
        own, before = np.where(known, year, 0), np.where(known, base, 0)
        change = own - before
        if self.designs.paid:
            # As in `comparison.compare`: any change of nothing is a change.
            edge = np.where(before > 0, self.designs.no_change * before, 0.0)
        else:
            edge = np.full(change.shape, self.designs.no_change * 100 * POINTS * self._periods)
        above, below = own >> 20, own & ((1 << 20) - 1)
        wrong = known & bad[:, None]
        return Person(
            draws=known.sum(axis=0),
            sum_minor=own.sum(axis=0),
            squares=(
                (above * above).sum(axis=0),
                (2 * above * below).sum(axis=0),
                (below * below).sum(axis=0),
            ),
            loses=(known & (change < -edge)).sum(axis=0),
            gains=(known & (change > edge)).sum(axis=0),
            sum_change=change.sum(axis=0),
            bad_draws=wrong.sum(axis=0),
            bad_sum_change=np.where(wrong, change, 0).sum(axis=0),
        )

    @cached_property
    def _periods(self) -> int:
        card, _ = self.designs.own[self.designs.baseline]
        return 1 if card is None else len(self.aged.next_year.split(card.months))


def panels_of(panel: Panel, designs: Designs) -> dict[str, Panel]:
    """The panel of each plan's people; DataGap where somebody's plan is in no design."""
    scheme = next(designs.every)
    periods = panel.plan_year.split(scheme.months)
    here = plans_here(panel, periods)
    unknown = [plan for plan in here if plan != ORDINARY and plan not in designs.plans]
    if unknown:
        what = f"people stand under the plan '{unknown[0]}', and no design has a scheme for it"
        raise DataGap("futures", [Problem("designs", what, "name it under `plans`, or leave its people out")])
    inside = [plan for plan in here if plan == ORDINARY or designs.plans[plan] is not None]
    if len(inside) < len(here):
        panel = under_plans(panel, inside, periods)
    return {plan: panel if len(inside) == 1 else under_plans(panel, [plan], periods) for plan in inside}


def _replay(
    name: str, history: History, years: tuple[Period, Period], designs: Designs, pricings: Pricings
) -> pd.DataFrame:
    """What each design gives for the last year as it was."""
    amounts = dict.fromkeys(designs.own, 0)
    people: set[str] = set()
    asked = PAY if designs.paid else SCORE
    for plan, panel in panels_of(build_panel(history, *years), designs).items():
        pricing = pricings.of(plan, asked)
        periods = panel.plan_year.split(next(iter(pricing.schemes.values())).months)
        here = panel.employed(periods)
        for design, whole, _ in pricing.values(Ground(panel, periods)):
            amounts[design] += int(whole[here].sum())
        people |= set(panel.managers[here.any(axis=0)])
    rows = [(name, design, amounts[design], len(people)) for design in designs.own]
    return pd.DataFrame(rows, columns=["region", "design", "amount_minor", "people"])


def _refuse_gaps(panel: Panel, schemes: Schemes) -> None:
    """What is wrong with a scheme in next year's light is said before anything is drawn."""
    grounds: dict[int, tuple[Ground, dict[Node, Values]]] = {}
    for scheme in (each for both in schemes.values() for each in both if each is not None):
        if scheme.months not in grounds:
            grounds[scheme.months] = Ground(panel, panel.plan_year.split(scheme.months)), {}
        ground, known = grounds[scheme.months]
        asked = PAY if scheme.pay is not None else SCORE
        problems = unpayable(panel, scheme) if scheme.pay is not None else []
        problems += lacking(scheme, ground, {asked: scheme.given.line(asked)}, known)
        if problems:
            raise DataGap(scheme.file, problems)


def _refuse_cut_spans(happened: Happened, assumptions: Assumptions) -> None:
    """Distinct clients of a quarter cannot be counted from parts of different quarters."""
    for name in happened.facts:
        rule = happened.past.history.records.get(name)
        if rule is None or rule.joins:
            continue
        length, months = MONTHS_OF[rule.within], assumptions.blocks.months
        if months % length:
            what = f"'{name}' counts distinct clients within a {rule.within}, and blocks have {months} months"
            raise DataGap(
                "assumptions", [Problem("blocks.months", what, f"write {length}, or a multiple of it")]
            )
