"""Kinds among people read literally: statistics, ranks, awards, pools, overrides, split credits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from policymodel.reference.desk import Desk, Sides
from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Missing,
    Value,
    added,
    all_that_applies,
    combine,
    less,
    rounded,
    shared,
    times,
    unknown,
    worst,
)
from policymodel.reference.places import Place
from policymodel.reference.statistics import places, statistic
from policymodel.scheme.kinds.peers import AwardFor, Override, Pool, Rank, RankAward, SplitCredit, Statistic
from policymodel.scheme.quantities import Condition

Values = dict[Place, tuple[Value, ...]]


def among(
    scope: str, missing: str, at: Place, desk: Desk, read: Callable[[Place], Sequence[Value]]
) -> Values | Missing:
    """The values of every peer who counts; or why nobody's can be told.

    To whom a value does not apply never counts. Who has none that is known is left out, or nobody gets a figure.
    """
    found = {each: tuple(read(each)) for each in desk.places.peers(at, scope)}
    if at not in found:
        return NOT_APPLICABLE
    lost = [value for values in found.values() if unknown(worst(values) or NOTHING) for value in values]
    if lost and missing == "refuse":
        return worst(lost) or ABSENT
    return {each: values for each, values in found.items() if worst(values) is None}


def chosen(who: tuple[Condition, ...] | None, at: Place, desk: Desk) -> Value:
    """1 for a peer who counts, 0 for one whom the conditions leave out."""
    return ONE if who is None else desk.hold(who, at)


def statistic_of_peers(line: Statistic, at: Place, desk: Desk) -> Sides:
    """The statistic of the peers for whom the conditions hold."""

    def read(peer: Place) -> list[Value]:
        counts = chosen(line.who, peer, desk)
        if counts == NOTHING:
            return [NOT_APPLICABLE]
        return [*(desk.read(each, peer) for each in line.of), counts]

    found = among(line.among, line.missing, at, desk, read)
    if isinstance(found, Missing):
        return {"": found}
    rows = [[_number(values[index]) for values in found.values()] for index in range(len(line.of))]
    share = line.at
    if share is None:
        return {"": statistic(line.statistic, rows, None)}
    return {
        "": desk.dated([share], at, lambda resolve: statistic(line.statistic, rows, resolve(share))),
    }


def ranked(line: Rank | RankAward, at: Place, desk: Desk) -> tuple[list[Fraction], int] | Missing:
    """The figures that have places, of people or of units with all their people's, and which is the person's own."""

    def read(peer: Place) -> list[Value]:
        counts = chosen(line.who, peer, desk)
        if counts != ONE:
            return [NOT_APPLICABLE if counts == NOTHING else counts]
        return [desk.read(line.of, peer)]

    found = among(line.among, line.missing, at, desk, read)
    if isinstance(found, Missing):
        return found
    if line.each == "person":
        peers = list(found)
        return (
            ([_number(found[each][0]) for each in peers], peers.index(at)) if at in found else NOT_APPLICABLE
        )
    unit_of = {each: desk.places.unit(each, line.each) for each in desk.places.peers(at, line.among)}
    totals = dict.fromkeys(unit_of.values(), NOTHING)
    for each, (value,) in found.items():
        totals[unit_of[each]] += _number(value)
    return list(totals.values()), list(totals).index(unit_of[at])


def rank(line: Rank, at: Place, desk: Desk) -> Sides:
    """The place among those who have a number, or place ÷ how many they are."""
    found = ranked(line, at, desk)
    if isinstance(found, Missing):
        return {"": found}
    values, mine = found
    place = places(values, line.best, line.ties)[mine]
    return {"": place / len(values) if line.shown_as == "share" else place}


def rank_award(line: RankAward, at: Place, desk: Desk) -> Sides:
    """The award of the place; of equal ones that of the better or the worse place, or the mean of theirs."""
    found = ranked(line, at, desk)
    if isinstance(found, Missing):
        return {"": found}
    values, mine = found
    first = int(places(values, line.best, "best_place")[mine])
    last = int(places(values, line.best, "worst_place")[mine])
    awards = [_award(line.awards, place, len(values), at, desk) for place in range(first, last + 1)]
    match line.ties:
        case "all_get_the_better":
            return {"": awards[0]}
        case "all_get_the_worse":
            return {"": awards[-1]}
    return {"": times(added(awards), Fraction(1, len(awards)))}


def _award(awards: tuple[AwardFor, ...], place: int, people: int, at: Place, desk: Desk) -> Value:
    """The award of one place; one counted from the front wins over one from the end."""
    for each in awards:
        if each.place == place or (
            each.from_ is not None and each.to is not None and each.from_ <= place <= each.to
        ):
            return desk.number(each.amount, at)
    for each in awards:
        if each.last is not None and each.last == people + 1 - place:
            return desk.number(each.amount, at)
    return NOTHING


def pool(line: Pool, at: Place, desk: Desk) -> Sides:
    """A fund in equal parts or by weight; what nobody gets stays unspent."""

    def weigh(peer: Place) -> list[Value]:
        counts = chosen(line.who, peer, desk)
        if counts != ONE:
            return [counts]
        weight = ONE if line.weight is None else desk.read(line.weight, peer)
        return [combine(lambda known: max(known, NOTHING), weight)]

    fund = desk.read(line.fund, at)
    found = among(line.among, line.missing, at, desk, weigh)
    if isinstance(found, Missing):
        nothing_known = times(fund, found)
        paid = [desk.as_paid(line, nothing_known, each) for each in desk.places.peers(at, line.among)]
        return {"": nothing_known, "share": found, "unspent": less(fund, all_that_applies(paid))}
    weights = {peer: _number(values[0]) for peer, values in found.items()}
    whole = sum(weights.values(), NOTHING)
    shares = {peer: weight / whole if whole else NOTHING for peer, weight in weights.items()}
    parts: dict[Place, Value] = {peer: times(fund, share) for peer, share in shares.items()}
    if (
        line.remainder == "largest_remainder"
        and line.round is not None
        and whole
        and isinstance(fund, Fraction)
    ):
        unit = Fraction(10) ** line.round.digits
        units = int(rounded(fund, line.round.digits, line.round.mode) * unit)
        given = shared(units, list(weights.values()))
        parts = {peer: number / unit for peer, number in zip(weights, given, strict=True)}
    paid = [desk.as_paid(line, part, peer) for peer, part in parts.items()]
    return {
        "": parts.get(at, worst([fund]) or NOT_APPLICABLE),
        "share": shares.get(at, NOT_APPLICABLE),
        "unspent": less(fund, all_that_applies(paid)),
    }


def override(line: Override, at: Place, desk: Desk) -> Sides:
    """Rate x what the team brings in; nothing where there is no team."""
    base = all_that_applies(desk.read(line.of, each) for each in desk.places.team(at, line.team))
    return {"": times(base, desk.read(line.rate, at)), "base": base}


def split_credit(line: SplitCredit, at: Place, desk: Desk) -> Sides:
    """The amount x the share credited."""
    assert at.credit is not None, "only a transaction is credited in shares"
    return {"": times(desk.read(line.of, at), desk.places.facts.figure(at.credit, "share"))}


def _number(value: Value) -> Fraction:
    assert isinstance(value, Fraction), "who counts has a number"
    return value
