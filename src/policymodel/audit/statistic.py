"""The statistics of peers as formulas of ranges: each an array formula over who counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal


def statistic(name: str, values: list[str], units: str, unit: str, at: Decimal | None) -> str:
    """The formula of a statistic over the cells of `values` that are numbers, for peers of one unit.

    Where nobody counts, or the statistic does not exist for what they have, it does not apply.
    """
    who = f"({units}={unit})*ISNUMBER({values[0]})"
    count = f"SUM({who})"
    if name == "count":
        return count
    if name == "sum":
        return f"SUMIFS({values[0]},{units},{unit})"
    given = f"{at:f}" if at is not None else "0"
    if name in _OF_SEVERAL:
        formula = _OF_SEVERAL[name](who, [f"IF({who},{each},0)" for each in values], count)
        return f'IF({count}<2,"n/a",{formula})'
    mine = f"IF({who},{values[0]})"
    formula = _OF_ONE[name](who, mine, f"IF({who},{values[0]},0)", count, given)
    if name in _SPREADS:
        same = f"MAX({mine})-MIN({mine})<=1E-13*MAX(MAX({mine}),-MIN({mine}))"
        formula = f"IF({same},0,{formula})"
    for applies in _NEEDS.get(name, ()):
        formula = f'IF({applies.format(mine=mine, count=count)},{formula},"n/a")'
    return f'IF({count}=0,"n/a",{formula})'


def _gini(who: str, mine: str, number: str, count: str) -> str:
    apart = f"SUM(({who})*TRANSPOSE({who})*ABS({number}-TRANSPOSE({number})))"
    return f"MIN(1,{apart}/(2*{count}*SUM({mine})))"


def _lorenz(mine: str, number: str, who: str, count: str, at: str) -> str:
    """What the poorest share holds: all below the person at the cut, and the part of those like them."""
    cut = f"SMALL({mine},MIN({count},INT({at}*{count}+1E-11)+1))"
    below = f"({who})*({number}<{cut})"
    return f"(SUM(IF({below},{number},0))+{cut}*({at}*{count}-SUM({below})))/SUM({mine})"


def _atkinson(who: str, mine: str, number: str, count: str, at: str) -> str:
    if Decimal(at) == 0:
        return "0"
    mean = f"SUM({mine})/{count}"
    if Decimal(at) == 1:
        equal = f"EXP(SUM(IF({number}>0,LN({number}),0))/{count})"
    else:
        equal = f"(SUM(IF({number}>0,{number}^(1-{at}),0))/{count})^(1/(1-{at}))"
    found = f"MAX(0,1-{equal}/({mean}))"
    return f"IF(MIN({mine})=0,1,{found})" if Decimal(at) >= 1 else found


def _wolfson(who: str, mine: str, number: str, count: str) -> str:
    gap = f"1-2*{_lorenz(mine, number, who, count, '0.5')}-{_gini(who, mine, number, count)}"
    return f'IF(MEDIAN({mine})=0,"n/a",MAX(0,({gap})*SUM({mine})/{count}/MEDIAN({mine})))'


def _order(who: str, number: str) -> str:
    """For each two people 1, 0 or -1: who of them has more; 0 for who does not count."""
    apart = f"({number}-TRANSPOSE({number}))"
    differ = f"(ABS({apart})>1E-11*ABS({number}))"
    return f"({who})*TRANSPOSE({who})*SIGN({apart})*{differ}"


def _places(who: str, number: str) -> str:
    """For each person how many are below less how many are above: twice the distance of the rank from the middle."""
    return f"MMULT({_order(who, number)},({who})*0+1)"


def _kendall_tau_b(who: str, numbers: list[str], count: str) -> str:
    one, other = (_order(who, each) for each in numbers)
    return _correlation(f"SUM({one}*{other})", f"SUM(ABS({one}))", f"SUM(ABS({other}))")


def _spearman(who: str, numbers: list[str], count: str) -> str:
    one, other = (_places(who, each) for each in numbers)
    return _correlation(f"SUM({one}*{other})", f"SUM({one}^2)", f"SUM({other}^2)")


def _correlation(top: str, one: str, other: str) -> str:
    return f'IF(OR({one}=0,{other}=0),"n/a",MAX(-1,MIN(1,{top}/SQRT(({one})*({other})))))'


def _kendall_w(who: str, numbers: list[str], count: str) -> str:
    places = "+".join(_places(who, each) for each in numbers)
    distance = f"SUM(({places})^2)/4"
    judges = len(numbers)
    ties = "+".join(
        f"(SUM(MMULT(({who})*TRANSPOSE({who})*(({_order(who, each)})=0),({who})*0+1)^2)-{count})"
        for each in numbers
    )
    possible = f"({judges}^2*({count}^3-{count})-{judges}*({ties}))"
    return f'IF({possible}=0,"n/a",MIN(1,12*{distance}/{possible}))'


_OF_ONE: dict[str, Callable[[str, str, str, str, str], str]] = {
    "mean": lambda who, mine, number, count, at: f"AVERAGE({mine})",
    "median": lambda who, mine, number, count, at: f"MEDIAN({mine})",
    "quantile": lambda who, mine, number, count, at: f"PERCENTILE({mine},{at})",
    "smallest": lambda who, mine, number, count, at: f"MIN({mine})",
    "largest": lambda who, mine, number, count, at: f"MAX({mine})",
    "standard_deviation": lambda who, mine, number, count, at: f"STDEV({mine})",
    "standard_deviation_of_all": lambda who, mine, number, count, at: f"STDEVP({mine})",
    "gini": lambda who, mine, number, count, at: _gini(who, mine, number, count),
    "gini_of_sample": lambda who, mine, number, count, at: (
        f"MIN(1,{_gini(who, mine, number, count)}*{count}/({count}-1))"
    ),
    "theil_t": lambda who, mine, number, count, at: (
        f"MAX(0,SUM(IF({number}>0,{number}*{count}/SUM({mine})*LN({number}*{count}/SUM({mine})),0))/{count})"
    ),
    "theil_l": lambda who, mine, number, count, at: (
        f"MAX(0,SUM(IF({number}>0,LN(SUM({mine})/{count}/{number}),0))/{count})"
    ),
    "herfindahl": lambda who, mine, number, count, at: f"SUMSQ({mine})/SUM({mine})^2",
    "lorenz": lambda who, mine, number, count, at: _lorenz(mine, number, who, count, at),
    "atkinson": lambda who, mine, number, count, at: _atkinson(who, mine, number, count, at),
    "wolfson": lambda who, mine, number, count, at: _wolfson(who, mine, number, count),
}
_OF_SEVERAL: dict[str, Callable[[str, list[str], str], str]] = {
    "kendall_tau_b": _kendall_tau_b,
    "spearman": _spearman,
    "kendall_w": _kendall_w,
}
_SPREADS = (
    "standard_deviation",
    "standard_deviation_of_all",
    "gini",
    "gini_of_sample",
    "theil_t",
    "theil_l",
    "atkinson",
    "wolfson",
)
_SHARES = ("MIN({mine})>=0", "SUM({mine})>0")
_NEEDS: dict[str, tuple[str, ...]] = {
    "standard_deviation": ("{count}>1",),
    "gini": _SHARES,
    "gini_of_sample": ("{count}>1", *_SHARES),
    "theil_t": _SHARES,
    "theil_l": ("MIN({mine})>0",),
    "herfindahl": _SHARES,
    "lorenz": _SHARES,
    "atkinson": _SHARES,
    "wolfson": _SHARES,
}
"""What must hold for a statistic to exist."""
