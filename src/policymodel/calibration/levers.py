"""What is solved for: one number of a scheme by its address, or several by one common factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from policymodel.errors import ChangeError, InputError, Problem, SchemeError, suggest
from policymodel.scheme.addresses import AddressFault, address_of, locate
from policymodel.scheme.biography import Bound
from policymodel.scheme.changes import apply_changes
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.parameters import Parameter, parameters
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.scheme import Scheme

ONE = Decimal(1)
PROBES = (Decimal("0.3137"), Decimal("0.5771"), Decimal("0.7919"))
"""Where in its range a lever is read to see what it moves."""
BESIDE = Decimal("0.01")
NEAR = Decimal("0.000001")
"""How much of its distance to the present value a value stays away from an end that is not itself allowed."""

Because = str | Mapping[str, str]


@dataclass(frozen=True)
class Lever:
    """One number of a scheme, or several that are multiplied by one factor, and between what it may lie.

    `value` is what stands there now: the number, or a factor of 1. `scales` says whether it is a factor. `region` is
    whose file the change will be; a region changes only what head office opened. `bare` is for settings that take a
    whole number and no source with it.
    """

    scheme: Scheme
    numbers: tuple[Parameter, ...]
    scales: bool
    low: Decimal
    high: Decimal
    region: str = ""
    bare: bool = False

    @property
    def value(self) -> Decimal:
        """Where it stands."""
        return ONE if self.scales else self.numbers[0].value

    @cached_property
    def whole(self) -> bool:
        """Whether it may be whole numbers only: months, places, people."""
        written = (self.value, self.low, self.high)
        inside = (self.low + part * (self.high - self.low) for part in PROBES)
        return (
            not self.scales
            and all(each == each.to_integral_value() for each in written)
            and not any(self.admits(each) for each in inside)
        )

    @property
    def name(self) -> str:
        """The address of the number; of several all of them."""
        return ", ".join(each.address for each in self.numbers)

    def values_at(self, value: Decimal) -> dict[str, Decimal]:
        """What each number is at a value of the lever, by its address."""
        return {each.address: exact(each.value * value if self.scales else value) for each in self.numbers}

    def changes_at(self, value: Decimal, because: Because, source: str) -> list[dict[str, Any]]:
        """The changes of a change file, with their reason and the source of the new numbers."""
        return [
            {
                "at": each.address,
                "from": each.value,
                "to": _bare(at) if self.bare else {"value": at, "source": source},
                "because": because,
            }
            for each, at in zip(self.numbers, self.values_at(value).values(), strict=True)
        ]

    def scheme_at(self, value: Decimal) -> Scheme:
        """The scheme with the lever at a value; a ChangeError or a SchemeError where that is not allowed."""
        return changed(self.scheme, self.changes_at(value, "solved for", "solved for"), self.region)

    def admits(self, value: Decimal) -> bool:
        """Whether the scheme may have this value there."""
        try:
            self.scheme_at(value)
        except (ChangeError, SchemeError):
            return False
        return True


def _bare(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number


def changed(scheme: Scheme, changes: Sequence[Mapping[str, Any]], region: str = "") -> Scheme:
    """A scheme with some changes made, as a change file would make them; it keeps its id and title."""
    document = dict(scheme.document)
    about: dict[str, Any] = {
        **{key: document[key] for key in ("id", "title")},
        **{"author": "calibration", "base": scheme.file, "because": "calibration", "changes": list(changes)},
        **({"region": region} if region else {}),
    }
    return scheme_of(apply_changes(document, about, scheme.file, KINDS)[0], file=scheme.file)


def lever(
    scheme: Scheme,
    addresses: Sequence[str],
    *,
    scales: bool = False,
    between: tuple[Decimal, Decimal] | None = None,
    region: str = "",
) -> Lever:
    """A number by its address as in a change file, or several that are scaled together.

    It may lie where its declared range and its setting allow, and inside `between` where that is given. Where no
    lower end is declared it is 0. Where neither the file nor the setting has an upper end, `between` must name it.

    Raises InputError: an address that is not there (with what is near), one that is no number, a number with a value
    for each run of days, one that the region may not change, limits outside the range.
    """
    if not addresses:
        raise InputError(scheme.file, [Problem("", "no number is named", "name one by its address")])
    if len(addresses) > 1 and not scales:
        right = "name one, or scale them together"
        raise InputError(scheme.file, [Problem("", f"{len(addresses)} numbers are no single one", right)])
    known = {each.address: each for each in parameters(scheme.document)}
    numbers = tuple(_named(scheme, address, known, region) for address in addresses)
    twice = [each.address for place, each in enumerate(numbers) if each in numbers[:place]]
    if twice:
        raise InputError(scheme.file, [Problem(twice[0], "is named twice", "name it once")])
    if scales and not any(each.value for each in numbers):
        right = "name a number that is not 0"
        raise InputError(scheme.file, [Problem("", "nothing times a factor stays nothing", right)])
    start = Lever(scheme, numbers, scales, Decimal(0), Decimal(0), region)
    if not start.admits(start.value):
        start = replace(start, bare=True)
        _refuse(start, start.value)
    low, high = _range(start, known, between)
    return replace(start, low=low, high=high)


def _named(scheme: Scheme, address: str, known: Mapping[str, Parameter], region: str) -> Parameter:
    try:
        found = address_of(scheme.document, locate(scheme.document, address))
    except AddressFault as fault:
        right = suggest(address, known) or suggest(address.rpartition(".")[2], known) or fault.right
        right = right or "policymodel template lists the numbers of a scheme"
        raise InputError(scheme.file, [Problem(address, fault.what, right)]) from None
    if found not in known:
        below = [each for each in known if each.startswith((f"{found}.", f"{found}["))]
        right = f"name one of {', '.join(below[:6])}" if below else "name a setting that is a number"
        raise InputError(scheme.file, [Problem(address, "is no number", right)])
    parameter = known[found]
    if parameter.number.segments:
        right = "solve before the days are written, or solve the file of the year"
        raise InputError(scheme.file, [Problem(address, "has a value for each run of days", right)])
    if region and not parameter.number.region_may_change:
        opened = [each.address for each in known.values() if each.number.region_may_change]
        what = f"is fixed by head office, so region '{region}' may not change it"
        right = f"head office opened {', '.join(opened) if opened else 'nothing'}"
        raise InputError(scheme.file, [Problem(address, what, right)])
    return parameter


def _range(
    start: Lever, known: Mapping[str, Parameter], between: tuple[Decimal, Decimal] | None
) -> tuple[Decimal, Decimal]:
    """Between what the lever may lie."""
    low, high = _declared(start, known)
    if low is None:
        low = Decimal(0) if start.value >= 0 else None
    if high is None:
        high = _top(start)
    low, high = (_inside(start, end) for end in (low, high))
    place = start.name
    if between is not None:
        if between[0] >= between[1]:
            what = f"nothing lies between {between[0]} and {between[1]}"
            raise InputError(start.scheme.file, [Problem(place, what, "write the lower end first")])
        for end in between:
            _refuse(start, end)
        return between
    if low is None or high is None:
        what = f"has no {'lower' if low is None else 'upper'} end in the file"
        right = "declare a range there, or say between what it may lie"
        raise InputError(start.scheme.file, [Problem(place, what, right)])
    return low, high


def _refuse(start: Lever, end: Decimal) -> None:
    """Raise with the scheme's own reason where it may not have this value."""
    try:
        start.scheme_at(end)
    except (ChangeError, SchemeError) as error:
        first = error.problems[0]
        what = f"may not be {shown(end)}: {first.what}"
        raise InputError(start.scheme.file, [Problem(start.name, what, first.right)]) from None


def _declared(start: Lever, known: Mapping[str, Parameter]) -> tuple[Decimal | None, Decimal | None]:
    """The ends that the ranges of the numbers leave; of a factor, those that leave every number in its range."""
    lows: list[Decimal] = []
    highs: list[Decimal] = []
    for each in start.numbers:
        declared = each.number.range
        if declared is None or (start.scales and each.value == 0):
            continue
        for bound, ends in ((declared.low, lows), (declared.high, highs)):
            if bound is None:
                continue
            end = _at(start.scheme, bound, known)
            ends.append(end / each.value if start.scales else end)
    if start.scales and any(each.value < 0 for each in start.numbers):
        return None, None
    return max(lows, default=None), min(highs, default=None)


def _at(scheme: Scheme, bound: Bound, known: Mapping[str, Parameter]) -> Decimal:
    if isinstance(bound.at, Decimal):
        return bound.at
    return known[address_of(scheme.document, locate(scheme.document, bound.at))].value


def _top(start: Lever) -> Decimal | None:
    """The upper end that a setting has of itself: a share is at most 1."""
    largest = max(abs(each.value) for each in start.numbers)
    end = ONE / largest if start.scales else ONE
    if start.scales:
        end = exact(end.quantize(Decimal("1e-12")))
        end = end if end * largest <= 1 else end - Decimal("1e-12")
    return end if start.admits(end) and not start.admits(end * (1 + BESIDE)) else None


def _inside(start: Lever, end: Decimal | None) -> Decimal | None:
    """An end that is not itself allowed, moved inside by next to nothing."""
    if end is None or start.admits(end):
        return end
    return exact(end + (start.value - end) * NEAR)


def exact(number: Decimal) -> Decimal:
    """A number without the zeros that a calculation leaves behind its last digit.

    >>> exact(Decimal("0.0450")), exact(Decimal("5E+3"))
    (Decimal('0.045'), Decimal('5000'))
    """
    plain = number.normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(ONE) if isinstance(exponent, int) and exponent > 0 else plain


def shown(number: Decimal | None) -> str:
    """A number as a person writes it.

    >>> shown(Decimal("1E-7")), shown(None)
    ('0.0000001', 'anything')
    """
    return "anything" if number is None else f"{exact(number):f}"
