"""Statistics of a few exact numbers, by their definitions: about the middle, about inequality, about agreement.

What has no value for the numbers given (a Gini of a negative value, a correlation of equal ones) does not apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Value,
    exponential,
    kept,
    logarithm,
    power,
    square_root,
    times,
)

Numbers = Sequence[Fraction]


def statistic(name: str, rows: Sequence[Numbers], at: Fraction | None) -> Value:
    """A statistic by its name, of the values of one or several figures for the same people."""
    values = rows[0]
    if name == "count":
        return Fraction(len(values))
    if name == "sum":
        return sum(values, NOTHING)
    if not values:
        return NOT_APPLICABLE
    at = NOTHING if at is None else at
    match name:
        case "mean":
            return mean(values)
        case "median":
            return quantile(values, Fraction(1, 2))
        case "quantile":
            return quantile(values, at)
        case "smallest":
            return min(values)
        case "largest":
            return max(values)
        case "standard_deviation":
            return standard_deviation(values)
        case "standard_deviation_of_all":
            return standard_deviation(values, whole=True)
        case "gini":
            return gini(values)
        case "gini_of_sample":
            few = len(values) < 2
            return NOT_APPLICABLE if few else times(gini(values), Fraction(len(values), len(values) - 1))
        case "theil_t":
            return theil_t(values)
        case "theil_l":
            return theil_l(values)
        case "herfindahl":
            return herfindahl(values)
        case "lorenz":
            return lorenz(values, at)
        case "atkinson":
            return atkinson(values, at)
        case "wolfson":
            return wolfson(values)
        case "kendall_tau_b":
            return kendall_tau_b(values, rows[1])
        case "spearman":
            return spearman(values, rows[1])
        case "kendall_w":
            return kendall_w(rows)
    raise AssertionError(f"no statistic '{name}'")


def mean(values: Numbers) -> Fraction:
    """The sum ÷ how many there are."""
    return sum(values, NOTHING) / len(values)


def quantile(values: Numbers, share: Fraction) -> Fraction:
    """The value at a share of the way from the smallest to the largest, straight between neighbours (type 7).

    >>> quantile([Fraction(1), Fraction(2), Fraction(10)], Fraction(3, 4))
    Fraction(6, 1)
    """
    ordered = sorted(values)
    whole, part = divmod(share * (len(ordered) - 1), 1)
    following = ordered[min(int(whole) + 1, len(ordered) - 1)]
    return ordered[int(whole)] + (following - ordered[int(whole)]) * part


def standard_deviation(values: Numbers, whole: bool = False) -> Value:
    """The root of the squared distances from the mean ÷ (n - 1), or ÷ n where these are all people there are."""
    count = len(values) if whole else len(values) - 1
    if count < 1:
        return NOT_APPLICABLE
    middle = mean(values)
    return square_root(sum(((each - middle) ** 2 for each in values), NOTHING) / count)


def theil_t(values: Numbers) -> Value:
    """The mean of share x logarithm of share, where a share is a value ÷ the mean."""
    if min(values) < 0 or not any(values):
        return NOT_APPLICABLE
    shares = [each / mean(values) for each in values if each]
    return sum((share * logarithm(share) for share in shares), NOTHING) / len(values)


def theil_l(values: Numbers) -> Value:
    """Minus the mean logarithm of shares; of positive values only."""
    if min(values) <= 0:
        return NOT_APPLICABLE
    return sum((logarithm(mean(values) / each) for each in values), NOTHING) / len(values)


def herfindahl(values: Numbers) -> Value:
    """The sum of squared shares of the whole."""
    if min(values) < 0 or not any(values):
        return NOT_APPLICABLE
    whole = sum(values, NOTHING)
    return sum(((each / whole) ** 2 for each in values), NOTHING)


def gini(values: Numbers) -> Value:
    """The mean difference between any two people, themselves included, ÷ twice the mean.

    >>> gini([Fraction(each) for each in (1, 2, 3, 4, 5)])
    Fraction(4, 15)
    """
    if min(values) < 0 or not any(values):
        return NOT_APPLICABLE
    differences = sum((abs(one - other) for one in values for other in values), NOTHING)
    return differences / (2 * len(values) ** 2 * mean(values))


def lorenz(values: Numbers, share: Fraction) -> Value:
    """What the poorest share of people holds of the whole, straight between two people.

    >>> lorenz([Fraction(4), Fraction(2), Fraction(2)], Fraction(1, 2))
    Fraction(3, 8)
    """
    if min(values) < 0 or not any(values):
        return NOT_APPLICABLE
    ordered = sorted(values)
    whole, part = divmod(share * len(ordered), 1)
    held = sum(ordered[: int(whole)], NOTHING)
    if part:
        held += ordered[int(whole)] * part
    return held / sum(ordered, NOTHING)


def atkinson(values: Numbers, epsilon: Fraction) -> Value:
    """1 - what each would need, if all had the same, to be as well off ÷ the mean."""
    if min(values) < 0 or not any(values):
        return NOT_APPLICABLE
    if len(set(values)) == 1:
        # A root of what is equal, put back, would miss zero by the last of its digits.
        return NOTHING
    if epsilon >= 1 and not all(values):
        return ONE
    if epsilon == 1:
        equivalent = exponential(sum((logarithm(each) for each in values), NOTHING) / len(values))
    else:
        order = ONE - epsilon
        equivalent = power(mean([power(each, order) if each else NOTHING for each in values]), ONE / order)
    return kept(ONE - equivalent / mean(values))


def wolfson(values: Numbers) -> Value:
    """(2 x (1/2 - what the poorer half holds) - Gini) x mean ÷ median.

    >>> wolfson([Fraction(each) for each in (6, 6, 8, 8, 10, 10, 12, 12)])
    Fraction(1, 12)
    """
    half, inequality = lorenz(values, Fraction(1, 2)), gini(values)
    middle = quantile(values, Fraction(1, 2))
    if not isinstance(half, Fraction) or not isinstance(inequality, Fraction) or middle <= 0:
        return NOT_APPLICABLE
    return (1 - 2 * half - inequality) * mean(values) / middle


def mean_places(values: Numbers) -> list[Fraction]:
    """The place of each value from the smallest, equal ones on the mean of their places."""
    return [
        sum(other < each for other in values) + Fraction(sum(other == each for other in values) + 1, 2)
        for each in values
    ]


def spearman(one: Numbers, other: Numbers) -> Value:
    """The correlation of the places."""
    first, second = mean_places(one), mean_places(other)
    middle = Fraction(len(first) + 1, 2)
    both = sum(((a - middle) * (b - middle) for a, b in zip(first, second, strict=True)), NOTHING)
    spread = sum(((a - middle) ** 2 for a in first), NOTHING) * sum(
        ((b - middle) ** 2 for b in second), NOTHING
    )
    return both / square_root(spread) if spread else NOT_APPLICABLE


def kendall_tau_b(one: Numbers, other: Numbers) -> Value:
    """Pairs in the same order less pairs in opposite order ÷ the root of the pairs that differ in each."""
    score, first, second = 0, 0, 0
    for (a, b), (c, d) in combinations(list(zip(one, other, strict=True)), 2):
        first += a != c
        second += b != d
        score += _sign(a - c) * _sign(b - d)
    return score / square_root(Fraction(first * second)) if first and second else NOT_APPLICABLE


def kendall_w(rows: Sequence[Numbers]) -> Value:
    """12 S ÷ (m² (n³ - n) - m T): how far several raters agree on the order of people, ties corrected."""
    raters, people = len(rows), len(rows[0])
    places = [mean_places(row) for row in rows]
    sums = [sum(column, NOTHING) for column in zip(*places, strict=True)]
    squares = sum(((each - mean(sums)) ** 2 for each in sums), NOTHING)
    ties = sum(row.count(each) ** 3 - row.count(each) for row in map(list, places) for each in set(row))
    whole = raters**2 * (people**3 - people) - raters * ties
    return 12 * squares / whole if whole else NOT_APPLICABLE


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def places(values: Numbers, best: str, ties: str) -> list[Fraction]:
    """The place of each value, 1 for the best; those that are equal as the rule says.

    >>> [str(each) for each in places([Fraction(8), Fraction(8), Fraction(5)], "highest", "mean_place")]
    ['3/2', '3/2', '3']
    """
    found = []
    for each in values:
        better = {other for other in values if (other > each if best == "highest" else other < each)}
        first = 1 + sum(other in better for other in values)
        equal = sum(other == each for other in values)
        found.append(
            {
                "best_place": Fraction(first),
                "worst_place": Fraction(first + equal - 1),
                "mean_place": Fraction(2 * first + equal - 1, 2),
                "next_place": Fraction(1 + len(better)),
            }[ties]
        )
    return found
