"""Rounding as a formula: what `units.Rounding` does, in functions that every spreadsheet has."""

from __future__ import annotations

from policymodel.units import NOISE, Rounding


def rounded(cell: str, rounding: Rounding) -> str:
    """The formula that rounds a cell.

    A half is seen within a billionth, or a ten-millionth of the last digit kept, whichever is smaller: the cell is
    nudged by that much away from zero before it is rounded.

    >>> rounded("C4", Rounding(2, "half_up"))
    'ROUND(C4+SIGN(C4)*1E-9,2)'
    """
    digits = rounding.digits
    nudge = f"{min(NOISE, 10.0 ** (-7 - digits)):.0E}".replace("E-0", "E-")
    match rounding.mode:
        case "half_up":
            return f"ROUND({cell}+SIGN({cell})*{nudge},{digits})"
        case "half_even":
            # Half of it ends in .25 or .75 exactly at a half, and twice the rounded half is the even neighbour.
            unit = power_of_ten(digits)
            part = f"ABS({cell})*{unit}-INT(ABS({cell})*{unit})"
            tie = f"2*ROUND({cell}*{unit}/2,0)/{unit}"
            return f"IF(ABS({part}-0.5)<{nudge}*{unit},{tie},ROUND({cell},{digits}))"
        case "down":
            return f"SIGN({cell})*ROUNDDOWN(ABS({cell})+{nudge},{digits})"
        case "up":
            return f"SIGN({cell})*ROUNDUP(MAX(ABS({cell})-{nudge},0),{digits})"


def power_of_ten(digits: int) -> str:
    """Ten to the power of so many digits, written out.

    >>> power_of_ten(2), power_of_ten(-1)
    ('100', '0.1')
    """
    return f"{10**digits}" if digits >= 0 else f"{10.0**digits:.{-digits}f}"
