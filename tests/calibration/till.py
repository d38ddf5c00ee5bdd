"""A few people who sell, schemes that pay them, and the same pay reckoned by hand in exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.scheme import Scheme
from small_bank import activity, bank, managers

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
PEOPLE = 14
SALES = {
    (f"M{who:02d}", quarter): Decimal(1000 * ((37 * who + 59 * quarter) % 101) + 7 * who) + Decimal("0.5")
    for who in range(PEOPLE)
    for quarter in range(4)
}
"""What each person sold in each quarter: 0 to 100,000 yuan."""


def panel() -> Panel:
    """The people of the year, each with a row of sales a quarter."""
    rows = [
        (who, f"2025-{3 * quarter + 2:02d}", "credit_cards", float(each))
        for (who, quarter), each in SALES.items()
    ]
    people = managers(*((f"M{who:02d}", f"O{who % 3}", "2023-01-01", None) for who in range(PEOPLE)))
    return build_panel(bank(managers=people, activity=activity(*rows)), YEAR, BASE)


def exact(raw: Any) -> Any:
    """A document with the numbers that a file would have."""
    if isinstance(raw, dict):
        return {key: exact(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [exact(each) for each in raw]
    return Decimal(repr(raw)) if isinstance(raw, float) else raw


def scheme(*items: dict[str, Any], figures: Iterable[dict[str, Any]] = (), **more: Any) -> Scheme:
    """A scheme that pays these items each quarter."""
    lines = [{"title": each["id"], "source": "by hand"} | each for each in items]
    document: dict[str, Any] = {
        "id": "till",
        "title": "Till",
        "source": "by hand",
        "every": "quarter",
        "pay": {"currency": "CNY", "round": {"digits": 2, "mode": "half_up"}, "items": lines},
        **more,
    }
    if figures:
        document["figures"] = [{"title": each["id"], "source": "by hand"} | each for each in figures]
    return scheme_of(exact(document))


def cents(amount: Decimal) -> int:
    """An amount in whole cents, a half upwards."""
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def by_hand(earns: Callable[[Decimal], Decimal]) -> int:
    """What the year costs in cents if one quarter's sales earn this."""
    return sum(cents(earns(each)) for each in SALES.values())


def best_of_grid(
    cost: Callable[[Decimal], int], budget: int, low: str, high: str, decimals: int
) -> tuple[Decimal, int]:
    """Of every written value with so many digits the one whose cost is nearest to the budget and inside it."""
    step = Decimal(1).scaleb(-decimals)
    count = int((Decimal(high) - Decimal(low)) / step)
    costs = {Decimal(low) + place * step: cost(Decimal(low) + place * step) for place in range(count + 1)}
    inside = {value: each for value, each in costs.items() if each <= budget}
    dearest = max(inside.values())
    return next(value for value, each in inside.items() if each == dearest), dearest
