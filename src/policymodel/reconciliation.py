"""What was really paid, held against what a scheme pays: who is off the rule, and what it might have been.

Every hypothesis is plain arithmetic: the amount paid is what the scheme would have paid if one thing had gone wrong.
Several may hold at once; the first is counted and the others are named. None is a finding: it says what to look at
first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.account import account_of
from policymodel.errors import DataGap, Problem
from policymodel.history.measures import COMPUTED
from policymodel.payroll import Payments
from policymodel.periods import Period

State = Literal["agrees", "rounding", "off_rule", "not_computed"]
Why = Literal[
    "nothing",
    "left_out",
    "twice",
    "other_period",
    "other_scheme",
    "no_item",
    "rate",
    "share",
    "round_sum",
    "unknown",
]
MINOR = 100
TOLERANCE = 1.0
"""How far pay and replay may lie apart, in units of currency, before anybody need look."""
SLACK = 5
"""Cents by which a hypothesis may miss the amount paid; a whole unit where the amount stands in whole units."""
ROUND_SUM = 100 * MINOR
STEPS = 20
"""A share of an item is looked for in twentieths."""
FINE = 0.0005
"""Only where the slack is a smaller part of the item than this can a rate be told from its neighbours."""
UNITS = (MINOR, MINOR // 10)
"""Units that payrolls round to, in cents."""

PEOPLE = ["manager_id", "period", "region", "outlet_id", "grade", "paid", "replay", "difference", "state"]
CASE = ["why", "item", "instead", "scheme_value", "found_value", "also_fits"]
CHECKS = ["why", "item", "instead", "scheme_value", "found_value", "people", "amounts", "difference"]
GROUPS = ["by", "group", "people", "amounts", "off_rule", "difference", "unexplained", "open"]

Cents = NDArray[np.int64]


@dataclass(frozen=True)
class Hypothesis:
    """One thing that would explain an amount: which, of which item, and what stood instead of what."""

    why: Why
    item: str = ""
    instead: str = ""
    scheme_value: float = float("nan")
    found_value: float = float("nan")


@dataclass(frozen=True)
class Reconciliation:
    """The replay beside what was paid.

    `people` has a row for each person and period that both have: amounts in units of currency, whether they agree, and
    for those off the rule the first hypothesis and the names of others that fit. `left_out` counts rows of `paid` that
    could not be laid beside anything, by the reason.
    """

    design: str
    title: Mapping[str, str]
    currency: str
    tolerance: float
    people: pd.DataFrame
    left_out: pd.DataFrame
    items: Mapping[str, Mapping[str, str]] = field(repr=False, default_factory=dict)

    @property
    def off_rule(self) -> pd.DataFrame:
        """The rows off the rule, the largest differences first."""
        rows = self.people[self.people["state"] == "off_rule"]
        return rows.iloc[np.argsort(-rows["difference"].abs().to_numpy(), kind="stable")]

    def checks(self) -> pd.DataFrame:
        """What to look at first: hypotheses by how much of the difference they explain."""
        rows = self.off_rule
        known = rows[rows["why"] != "unknown"]
        keys = ["why", "item", "instead", "scheme_value", "found_value"]
        found = known.assign(size=known["difference"].abs()).groupby(keys, dropna=False, as_index=False)
        counted = found.agg(
            people=("manager_id", "nunique"),
            amounts=("manager_id", "size"),
            difference=("difference", "sum"),
            size=("size", "sum"),
        )
        return counted.sort_values("size", ascending=False, kind="stable", ignore_index=True)[CHECKS]

    def groups(self, by: str) -> pd.DataFrame:
        """People, amounts, people off the rule and the difference for each outlet or grade, or for `all`.

        A person counts where they last stood; `unexplained` is the difference of `open` people that no hypothesis
        explains.
        """
        rows = self.people[self.people["state"] != "not_computed"]
        last = rows.groupby("manager_id")[["outlet_id", "grade"]].last()
        group = "all" if by == "all" else rows["manager_id"].map(last[by])
        off = rows["state"] == "off_rule"
        rows = rows.assign(
            group=group,
            wrong=rows["manager_id"].where(off),
            difference=rows["difference"].where(off, 0.0),
            unexplained=rows["difference"].where(off & (rows["why"] == "unknown"), 0.0),
            left=rows["manager_id"].where(off & (rows["why"] == "unknown")),
        )
        found = rows.groupby("group", as_index=False).agg(
            people=("manager_id", "nunique"),
            amounts=("manager_id", "size"),
            off_rule=("wrong", "nunique"),
            difference=("difference", "sum"),
            unexplained=("unexplained", "sum"),
            open=("left", "nunique"),
        )
        return found.assign(by=by.removesuffix("_id"))[GROUPS]


def reconcile(
    payments: Payments, also: Sequence[Payments] = (), tolerance: float = TOLERANCE
) -> Reconciliation:
    """Hold the table `paid` of the panel's history against a replay; `also` are other schemes, such as last year's.

    Only periods of which `paid` has rows are compared: in these, who should be paid and has no row was paid nothing.
    Raises a DataGap where there are no such rows, or they are for longer than the scheme's periods.
    """
    paid = payments.panel.history.tables["paid"]
    if paid.empty:
        right = "add `paid` to the mapping: manager_id, period, item, amount"
        raise DataGap(
            payments.scheme.file, [Problem("paid", "the history has no rows of what was paid", right)]
        )
    beside = _Beside(payments, tuple(also), paid, tolerance)
    title = dict(payments.scheme.title.languages)
    assert payments.scheme.pay is not None
    names = {name: dict(node.title.languages) for name, node in payments.parts.items()}
    names |= {item.id: dict(item.title.languages) for item in payments.scheme.pay.items}
    return Reconciliation(
        payments.scheme.id,
        title,
        payments.scheme.pay.currency,
        tolerance,
        beside.people(),
        beside.left_out(),
        names,
    )


class _Beside:
    """Paid and replayed amounts as arrays of cents, [period, manager], and by item."""

    def __init__(
        self, payments: Payments, also: tuple[Payments, ...], paid: pd.DataFrame, tolerance: float
    ) -> None:
        self.payments, self.also, self.tolerance = payments, also, round(tolerance * MINOR)
        self.managers = payments.panel.managers
        self.here = payments.panel.employed(payments.periods)
        self.parts = _cents_of(payments)
        self.replay: Cents = np.sum(list(self.parts.values()), axis=0)
        self.items = _with_whole_items(payments, self.parts)
        self.rows = self._placed(paid)
        self.paid, self.covered = self._added(self.rows), self._covered()
        self.by_item = {
            str(item): self._added(rows) for item, rows in self.rows[self.rows["at"] >= 0].groupby("item")
        }

    def _placed(self, paid: pd.DataFrame) -> pd.DataFrame:
        """The rows of `paid`, each with its scored period and manager, or why it has none."""
        index = {str(each): place for place, each in enumerate(self.managers)}
        who = paid["manager_id"].map(index).fillna(-1).astype(np.int64).to_numpy()
        labels = {label: self._period(label) for label in paid["period"].unique()}
        if all(place is None for place in labels.values()):
            scored = ", ".join(each.label for each in self.payments.periods)
            what = f"no row is for a period of the scheme: they are for {', '.join(sorted(labels)[:3])}"
            raise DataGap(self.payments.scheme.file, [Problem("paid", what, f"its periods are {scored}")])
        period = np.array([-1 if labels[each] is None else labels[each] for each in paid["period"]])
        known = (period >= 0) & (who >= 0)
        employed = np.zeros(len(paid), dtype=bool)
        employed[known] = self.here[period[known], who[known]]
        reason = np.select(
            [period < 0, who < 0, ~employed], ["other_time", "nobody", "not_employed"], default=""
        )
        return paid.assign(
            cents=np.round(paid["amount"] * MINOR).astype(np.int64),
            at=np.where(reason == "", period, -1),
            who=who,
            reason=reason,
        )

    def _period(self, label: str) -> int | None:
        asked = Period.parse(label)
        for place, each in enumerate(self.payments.periods):
            if each.first <= asked.first and asked.last <= each.last:
                return place
        return None

    def _added(self, rows: pd.DataFrame) -> Cents:
        total = np.zeros(self.here.shape, dtype=np.int64)
        rows = rows[rows["at"] >= 0]
        np.add.at(total, (rows["at"].to_numpy(), rows["who"].to_numpy()), rows["cents"].to_numpy())
        return total

    def _covered(self) -> NDArray[np.bool_]:
        found = np.zeros(len(self.payments.periods), dtype=bool)
        found[self.rows.loc[self.rows["at"] >= 0, "at"].unique()] = True
        return found

    def left_out(self) -> pd.DataFrame:
        """Rows of `paid` that are laid beside nothing: reason, rows, amount."""
        rows = self.rows[self.rows["reason"] != ""]
        found = rows.groupby("reason", as_index=False).agg(rows=("cents", "size"), amount=("cents", "sum"))
        return found.assign(amount=found["amount"] / MINOR)

    def people(self) -> pd.DataFrame:
        """A row for each person employed in a period of which `paid` has rows."""
        period, manager = np.nonzero(self.here & self.covered[:, None])
        computed = np.isin(self._status()[period, manager], COMPUTED)
        paid, replay = self.paid[period, manager], self.replay[period, manager]
        difference = paid - replay
        parts = np.stack([each[period, manager] for each in self.parts.values()])
        near = np.abs(difference) <= self.tolerance
        state = np.select(
            [~computed, difference == 0, near | rounded(paid, parts)],
            ["not_computed", "agrees", "rounding"],
            default="off_rule",
        )
        ground = self.payments.ground
        frame = pd.DataFrame(
            {
                "manager_id": self.managers[manager].astype(object),
                "period": np.array([each.label for each in self.payments.periods], dtype=object)[period],
                "region": ground.category("region", "period")[period, manager],
                "outlet_id": ground.category("outlet", "period")[period, manager],
                "grade": ground.category("grade", "period")[period, manager],
                "paid": paid / MINOR,
                "replay": np.where(computed, replay / MINOR, np.nan),
                "difference": np.where(computed, difference / MINOR, np.nan),
                "state": state,
            }
        )
        cases = [
            self._case(int(at), int(who)) if each == "off_rule" else ("", "", "", np.nan, np.nan, "")
            for at, who, each in zip(period, manager, state, strict=True)
        ]
        return pd.concat([frame, pd.DataFrame(cases, columns=CASE)], axis=1)

    def _status(self) -> NDArray[np.uint8]:
        whole = [self.payments.values(node).status for node in self.payments.parts.values()]
        status: NDArray[np.uint8] = np.max(whole, axis=0)
        return status

    def _case(self, at: int, who: int) -> tuple[str, str, str, float, float, str]:
        fits = list(dict.fromkeys(self._hypotheses(at, who)))
        first = fits[0] if fits else Hypothesis("unknown")
        others = dict.fromkeys(each.why for each in fits[1:] if each.why != first.why)
        return (first.why, first.item, first.instead, first.scheme_value, first.found_value, " ".join(others))

    def _hypotheses(self, at: int, who: int) -> Iterator[Hypothesis]:
        """Everything that explains one amount, the plainest first."""
        paid, replay = int(self.paid[at, who]), int(self.replay[at, who])
        miss = paid - replay
        slack = MINOR if paid % MINOR == 0 and replay % MINOR else SLACK

        def fits(expected: float) -> bool:
            return abs(miss - expected) <= slack

        items = {name: int(cents[at, who]) for name, cents in self.items.items()}
        items = {name: cents for name, cents in items.items() if abs(cents) > self.tolerance}
        if paid == 0:
            yield Hypothesis("nothing")
        unknown = {
            name: cents[at, who] for name, cents in self.by_item.items() if name and name not in self.items
        }
        for name, cents in unknown.items():
            if cents and fits(int(cents)):
                yield Hypothesis("no_item", name)
        for name, cents in items.items():
            if fits(-cents) and cents != replay:
                yield Hypothesis("left_out", name)
        if fits(replay):
            yield Hypothesis("twice")
        for name, cents in items.items():
            if fits(cents) and cents != replay:
                yield Hypothesis("twice", name)
        yield from self._other_periods(at, who, fits)
        for other in self.also:
            yield from self._other_scheme(other, at, who, fits)
        if miss % ROUND_SUM == 0:
            yield Hypothesis("round_sum", found_value=miss / MINOR)
        yield from self._other_rates(at, who, items, miss, slack)

    def _other_periods(self, at: int, who: int, fits: Callable[[float], bool]) -> Iterator[Hypothesis]:
        for place, period in enumerate(self.payments.periods):
            if place == at or not self.here[place, who]:
                continue
            for name, cents in {"": self.replay, **self.items}.items():
                if cents[place, who] and fits(int(cents[place, who] - cents[at, who])):
                    yield Hypothesis("other_period", name, period.label)

    def _other_scheme(
        self, other: Payments, at: int, who: int, fits: Callable[[float], bool]
    ) -> Iterator[Hypothesis]:
        parts = _cents_of(other)
        if fits(int(sum(each[at, who] for each in parts.values()) - self.replay[at, who])):
            yield Hypothesis("other_scheme", "", other.scheme.id)
        for name, cents in _with_whole_items(other, parts).items():
            if name in self.items and fits(int(cents[at, who] - self.items[name][at, who])):
                yield Hypothesis("other_scheme", name, other.scheme.id)

    def _other_rates(
        self, at: int, who: int, items: Mapping[str, int], miss: int, slack: int
    ) -> Iterator[Hypothesis]:
        """An item at another rate of two digits, or at so many twentieths of it."""
        rates = self._rates(at, who)
        shares = []
        for name, cents in items.items():
            factor, width = 1 + miss / cents, slack / abs(cents)
            if factor <= 0 or width > FINE:
                continue
            for rate in rates.get(name, ()):
                found = float(f"{rate * factor:.2g}")
                if found != rate and abs(found / rate - factor) <= width:
                    yield Hypothesis("rate", name, "", rate, found)
            share = round(factor * STEPS) / STEPS
            if share not in (0, 1, 2) and abs(share - factor) <= width:
                shares.append(Hypothesis("share", name, "", 1.0, share))
        yield from shares

    def _rates(self, at: int, who: int) -> dict[str, tuple[float, ...]]:
        """By what the figures of each part are multiplied: its rates."""
        manager, period = str(self.managers[who]), self.payments.periods[at].label
        account = account_of(self.payments, manager, period, rows=False)
        return {
            part.line.id: tuple(
                {leaf.times for leaf in part.leaves if leaf.why == "figure" and leaf.times != 1}
            )
            for part in account.parts
        }


def _cents_of(payments: Payments) -> dict[str, Cents]:
    """What each part pays, in cents; 0 where it could not be computed."""
    found = {}
    for name, node in payments.parts.items():
        values = payments.values(node)
        found[name] = np.round(np.where(values.ok, values.number, 0.0) * MINOR).astype(np.int64)
    return found


def _with_whole_items(payments: Payments, parts: Mapping[str, Cents]) -> dict[str, Cents]:
    """The parts, and the items that have several."""
    assert payments.scheme.pay is not None
    found = dict(parts)
    for item in payments.scheme.pay.items:
        own = [cents for name, cents in parts.items() if name == item.id or name.startswith(f"{item.id}.")]
        if len(own) > 1:
            found[item.id] = np.sum(own, axis=0)
    return found


def rounded(paid: Cents, parts: Cents) -> NDArray[np.bool_]:
    """Whether an amount is its parts, or their sum, rounded to whole units or tenths: to the nearest, down or up.

    >>> rounded(np.array([1200, 1237, 1300]), np.array([[1000, 1000, 1000], [234, 234, 234]])).tolist()
    [True, False, True]
    """
    found = np.zeros(paid.shape, dtype=bool)
    for unit in UNITS:
        for lift in (unit // 2, 0, unit - 1):
            of_parts = ((parts + lift) // unit * unit).sum(axis=0)
            of_sum = (parts.sum(axis=0) + lift) // unit * unit
            found |= (paid == of_parts) | (paid == of_sum)
    return found
