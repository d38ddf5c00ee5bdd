"""S6.3 to S6.6 on a real bank's towns: bases, targets, slices, balances and pay against arithmetic from the rows alone.

The arithmetic knows nothing of the package: the rows of two CSV files, fractions, and the clauses in order. Units were
chosen by what happens to them; no figure of theirs stands here. No town of the data appears after the base year, so
one is made of another's rows, as if it had opened in the plan year's second month.
"""

import csv
import gzip
import shutil
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from policymodel.account import account_of
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import Status
from policymodel.history.reading import read_history
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.reading import read_scheme

pytestmark = pytest.mark.thorough

PARAMS = Path(__file__).resolve().parents[1] / "params"
SCHEME = read_scheme(PARAMS / "schemes" / "estban_profit_centre.yaml")
REGIONS = ("AM", "BA", "RS")

# The numbers of the scheme, written once more: shares of the slices, growth asked for, wage of grade B, full score.
STOCK, INCREMENT, ABOVE = Fraction(1, 1000), Fraction(5, 1000), Fraction(8, 1000)
GROWTH, WAGE, FULL = Fraction(8, 100), 4000, 1000

ORDINARY, NEGATIVE, CARRIED, VANISHES = "B01-05562", "B01-14807", "B01-17165", "B01-18360"
NEW, LIKE, OPENS = "B01-NEW", "B01-11549", "2021-08"
HALF_KNOWN = "B01-33204"
"""Begins in the base year, and what it earned in its first month is not known."""


@dataclass(frozen=True)
class Unit:
    """A town: its region and outlet, first and last month, and the result of each month."""

    region: str
    outlet: str
    first: str
    last: str
    result: dict[str, Fraction]


@dataclass(frozen=True)
class Quarter:
    """What the arithmetic gives for a quarter: to date, and what is paid in it."""

    realised: Fraction
    stock: Fraction
    target: Fraction
    slices: tuple[Fraction, Fraction, Fraction]
    entitled: Fraction
    balance: Fraction
    paid: tuple[int, int, int]
    wage: int


@pytest.fixture(scope="module")
def folder(shared_data, tmp_path_factory):
    """The rows of three regions and of the result alone, in a folder of their own."""
    source, place = shared_data / "estban", tmp_path_factory.mktemp("estban")
    if not source.is_dir():
        pytest.skip("the towns are not there")
    with (source / "managers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if row["region"] in REGIONS and row["head_office_books"] == "no"]
    with (place / "managers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(kept)
        like = next(row for row in kept if row["manager_id"] == LIKE)
        writer.writerow(like | {"manager_id": NEW, "outlet_id": "new", "first_month": OPENS})
    mine = {row["manager_id"] for row in kept}
    with (
        gzip.open(source / "activity.csv.gz", "rt", encoding="utf-8") as whole,
        gzip.open(place / "activity.csv.gz", "wt", encoding="utf-8") as part,
    ):
        part.write(whole.readline())
        for line in whole:
            who, month = line.split(",")[:2]
            if ",result," in line and who in mine:
                part.write(line)
                part.write(line.replace(LIKE, NEW) if who == LIKE and month >= OPENS else "")
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def units(folder):
    """The same rows as plain text and fractions."""
    with (folder / "managers.csv").open(encoding="utf-8", newline="") as file:
        found = {
            row["manager_id"]: Unit(
                row["region"], row["outlet_id"], row["first_month"], row["last_month"], {}
            )
            for row in csv.DictReader(file)
        }
    with gzip.open(folder / "activity.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["manager_id"]].result[row["month"]] = Fraction(row["actual"])
    return found


@pytest.fixture(scope="module")
def history(folder):
    return read_history(folder, read_mapping(PARAMS / "mappings" / "estban.yaml"))


@pytest.fixture(scope="module")
def paid(history):
    """The run's plan year and base year."""
    return pay(
        build_panel(history, Period.parse("2021-07..2022-06"), Period.parse("2020-07..2021-06")), SCHEME
    )


def months(first, count):
    """So many months from one on, as in the rows."""
    year, month = int(first[:4]), int(first[5:]) - 1
    return [f"{year + (month + at) // 12}-{(month + at) % 12 + 1:02d}" for at in range(count)]


def days(month):
    first = date(int(month[:4]), int(month[5:]), 1)
    return (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days


def cents(amount):
    """Half a cent is rounded up."""
    return int((abs(amount) * 100 + Fraction(1, 2)) // 1) * (1 if amount >= 0 else -1)


def by_hand(unit, base_months, plan_months):
    """A quarter after the other; None for one in which nobody is there."""
    # S6.3: the base is last year's result, of the months that the unit has.
    base = sum((unit.result[each] for each in base_months if unit.first <= each <= unit.last), Fraction(0))
    whole_year = sum(days(each) for each in plan_months)
    highest, before = Fraction(0), (Fraction(0),) * 3
    quarters = []
    for last in range(3, len(plan_months) + 1, 3):
        to_date = [each for each in plan_months[:last] if unit.first <= each <= unit.last]
        own = [each for each in plan_months[last - 3 : last] if unit.first <= each <= unit.last]
        if not own:
            quarters.append(None)
            continue
        # S6.2: what came in, from the year's first month on.
        realised = sum((unit.result[each] for each in to_date), Fraction(0))
        # S6.4: stock by the days that have passed; target = stock + 8 % of a base that is above zero.
        passed = Fraction(sum(days(each) for each in to_date), whole_year)
        stock = max(base * passed, Fraction(0))
        target = stock + max(base, Fraction(0)) * GROWTH * passed
        # S6.5: up to the stock, from stock to target, above the target.
        income = max(realised, Fraction(0))
        slices = (
            min(income, stock),
            min(max(income - stock, Fraction(0)), target - stock),
            max(income - target, Fraction(0)),
        )
        parts = tuple(share * amount for share, amount in zip((STOCK, INCREMENT, ABOVE), slices, strict=True))
        entitled = sum(parts)
        # S6.5: what is new since the entitlement was highest; below that nothing is paid and the balance waits.
        drawn = (Fraction(0),) * 3
        if entitled >= highest:
            drawn = tuple(now - then for now, then in zip(parts, before, strict=True))
            highest, before = entitled, parts
        # S6.6: x management score / 1000, and the score is 1000; each part rounded to the cent. Grade B by the month.
        score = min(max(Fraction(FULL), Fraction(0)), Fraction(1000))
        scaled = tuple(cents(each * score / FULL) for each in drawn)
        quarters.append(
            Quarter(
                realised, stock, target, slices, entitled, entitled - highest, scaled, len(own) * WAGE * 100
            )
        )
    return quarters


YEAR = (months("2020-07", 12), months("2021-07", 12))


def test_the_units_are_what_they_were_chosen_for(units):
    """One above its target, one with a base below zero, one that waits with a balance, one that vanishes, a new one."""
    ordinary, negative, carried, vanishes, new = (
        by_hand(units[each], *YEAR) for each in (ORDINARY, NEGATIVE, CARRIED, VANISHES, NEW)
    )

    assert ordinary[-1].realised > ordinary[-1].target > ordinary[-1].stock > 0
    assert all(each.stock == each.target == 0 for each in negative)
    assert any(each.balance < 0 and sum(each.paid) == 0 for each in carried)
    assert sum(carried[-1].paid) > 0 or carried[-1].balance < 0
    assert [each is None for each in vanishes] == [False, False, False, True]
    assert vanishes[2].wage == 2 * WAGE * 100
    assert all(each.stock == each.target == 0 < each.slices[2] for each in new)
    assert new[0].wage == 2 * WAGE * 100
    # No town of the data begins after the base year.
    assert max(each.first for name, each in units.items() if name != NEW) == "2021-03"


def engine(paid, unit, label):
    """What the package has for a unit's quarter: realised, base, target and slices to date, balance, parts in cents."""
    here = int((paid.panel.managers == unit).argmax())
    at = [each.label for each in paid.periods].index(label)
    item = paid.performance_wages()[0]
    base = paid.panel.column(Column("base:result", window="year_to_date", rule=SCHEME.targets), paid.periods)
    target = paid.panel.column(
        Column("target:result", window="year_to_date", rule=SCHEME.targets), paid.periods
    )
    shares = (STOCK, INCREMENT, ABOVE)
    entitled = [paid.values(node).number[at, here] for node in item.entitlements(SCHEME.given).values()]
    lines = paid.lines().query("manager_id == @unit and period == @label").set_index("item")["amount_minor"]
    return {
        "realised": paid.values(item.realised()).number[at, here],
        "base": base.number[at, here],
        "target": target.number[at, here],
        "slices": [each / float(share) for each, share in zip(entitled, shares, strict=True)],
        "balance": paid.carried()[at, here],
        "parts": [
            int(lines[f"performance_wage.{part}"]) for part in ("stock", "increment", "super_increment")
        ],
        "wage": int(lines["base_wage"]),
    }


@pytest.mark.parametrize("unit", [ORDINARY, NEGATIVE, CARRIED, VANISHES, NEW])
def test_a_unit_by_hand(paid, units, unit):
    """S6.3 to S6.6: base, target, every slice to date, balance, score and pay in cents, quarter by quarter."""
    totals = paid.totals().query("manager_id == @unit").set_index("period")
    expected = dict(zip((each.label for each in paid.periods), by_hand(units[unit], *YEAR), strict=True))

    assert list(totals.index) == [label for label, each in expected.items() if each is not None]
    for label in totals.index:
        hand, found = expected[label], engine(paid, unit, label)
        assert found["realised"] == pytest.approx(float(hand.realised), abs=1e-6)
        assert max(found["base"], 0) == pytest.approx(float(hand.stock), abs=1e-6)
        assert max(found["target"], 0) == pytest.approx(float(hand.target), abs=1e-6)
        assert found["slices"] == pytest.approx([float(each) for each in hand.slices], abs=1e-4)
        assert found["balance"] == pytest.approx(float(hand.balance), abs=1e-6)
        assert totals.at[label, "management_score"] == FULL
        assert (found["parts"], found["wage"]) == (list(hand.paid), hand.wage)
        assert totals.at[label, "amount_minor"] == sum(hand.paid) + hand.wage


@pytest.mark.parametrize("unit", [ORDINARY, CARRIED, NEW])
def test_what_is_explained_adds_up_to_what_is_paid_by_hand(paid, units, unit):
    """The tree of an amount ends in its rows, and its leaves make the amount."""
    last = paid.periods[-1].label
    hand = by_hand(units[unit], *YEAR)[-1]
    account = account_of(paid, unit, last)

    assert round(100 * account.value(account.amount)) == sum(hand.paid) + hand.wage


def test_the_envelope_and_the_sum_of_a_region_by_hand(paid, units):
    """S6.6: a town is an outlet of its own; its manager's pay against its result, and all of AM to the cent."""
    envelope, mine, total = paid.envelope().set_index("outlet_id"), set(), 0
    for name, unit in units.items():
        if unit.region == "AM":
            quarters = [each for each in by_hand(unit, *YEAR) if each is not None]
            cost, income = sum(sum(each.paid) + each.wage for each in quarters), cents(quarters[-1].realised)
            row = envelope.loc[unit.outlet]
            assert (row["paid_minor"], row["limit_minor"]) == (cost, income)
            assert row["inside"] == (cost <= income)
            mine.add(name)
            total += cost
    totals = paid.totals()

    assert len(mine) >= 19
    assert totals.loc[totals["manager_id"].isin(mine), "amount_minor"].sum() == total


def test_what_is_not_known_of_a_base_leaves_the_year_unpaid(paid, units):
    """A town begins in March, and a figure that runs up within the half-year does not say what March earned."""
    totals = paid.totals().query("manager_id == @HALF_KNOWN")

    assert units[HALF_KNOWN].first == "2021-03"
    assert "2021-03" not in units[HALF_KNOWN].result
    assert totals["status"].tolist() == [Status.ABSENT] * 4
    assert totals["amount_minor"].tolist() == [0] * 4
