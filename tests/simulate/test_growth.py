"""Growth is what its formulas say: held against integration, simulation and figures made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from policymodel.history.measures import Measure
from policymodel.periods import Period
from policymodel.simulate.assumptions import read_assumptions
from policymodel.simulate.estimation import estimate_growth
from policymodel.simulate.growth import Growth, GrowthPrior, Seen, beyond_blocks, grown, predict, student
from policymodel.simulate.yearly import Years, whole_panel
from small_bank import activity, managers
from small_bank import bank as small_bank

ROOT = Path(__file__).resolve().parents[2]
PRIOR = GrowthPrior(
    mean=0.05,
    mean_years=1.0,
    group_sd=0.06,
    region_sd=0.04,
    sd_years=3.0,
    person_sd=0.2,
    together=0.5,
    together_years=5.0,
)
DECLARED = read_assumptions(ROOT / "params/assumptions/next_year.yaml")
SOLD = {"sold": Measure("sold", {}, "flow", "count", "up", "zero")}


def seen(growth, noise=0.0, spread=(np.nan,), pairs=(0,)):
    growth = np.asarray(growth, dtype=float)
    even = np.full(growth.shape, 1.0)
    return Seen(growth, even * noise, even, np.asarray(spread, dtype=float), np.asarray(pairs))


def integrated(observed, mean0, k0, scale0, v0, at):
    """The predictive distribution function of the next year by integrating over mean and variance."""
    precision = np.geomspace(1, 1e4, 400)
    mean = np.linspace(-0.5, 0.6, 401)[:, None]
    log = np.log(precision) + stats.gamma.logpdf(precision, v0 / 2, scale=2 / (v0 * scale0))
    log = log + stats.norm.logpdf(mean, mean0, 1 / np.sqrt(k0 * precision))
    for each in observed:
        log = log + stats.norm.logpdf(each, mean, 1 / np.sqrt(precision))
    weight = np.exp(log - log.max())
    return float((weight * stats.norm.cdf(at, mean, 1 / np.sqrt(precision))).sum() / weight.sum())


@pytest.mark.parametrize("observed", [[0.09], [0.02, 0.11, 0.05]])
def test_the_next_year_of_a_group_is_the_one_that_integration_gives(observed):
    """Two regions that always move together, so nothing is chance of regions but what the prior says."""
    prior = GrowthPrior(0.05, 1.0, 0.06, 1e-9, 3.0, 0.2, 0.5, 5.0)
    growth = predict(seen([[each, each] for each in observed]), prior, 2)

    for z in (-1.5, 0.3, 1.28):
        at = growth.of_region(np.array(z), np.array(0.0))
        assert stats.norm.cdf(z) == pytest.approx(integrated(observed, 0.05, 1.0, 0.06**2, 3.0, at), abs=3e-3)


def test_without_two_years_the_priors_speak_alone_and_say_so():
    growth = predict(seen(np.zeros((0, 3))), PRIOR, 1)

    assert growth.mean == 0.05
    assert growth.group_sd == pytest.approx(0.06 * np.sqrt(2))
    assert growth.region_sd == pytest.approx(0.04)
    assert growth.person_sd == pytest.approx(0.2)
    assert (growth.years, growth.degrees) == (0, 3.0)
    assert growth.source.startswith("no two years to compare: declared priors alone")


def test_bands_hold_what_was_planted():
    """Of 300 planted histories of four yearly growths, 80 % bands hold the fifth of the group and of a region."""
    rng = np.random.default_rng(5)
    held = np.zeros(2)
    low, high = stats.norm.ppf([0.1, 0.9])
    for _ in range(300):
        region = rng.normal(0, 0.04, (5, 6)) + rng.normal(0, 0.06, 5)[:, None] + 0.07
        noise = rng.normal(0, 0.03, (4, 6))
        growth = predict(seen(region[:4] + noise, 0.03**2), PRIOR, 3)
        z = rng.standard_normal((2, 1000))
        drawn = growth.of_region(z[0], z[1])
        inside = np.quantile(drawn, [0.1, 0.9])
        held[0] += inside[0] <= region[4, 0] <= inside[1]
        common = growth.mean + growth.group_sd * student(np.array([low, high]), growth.degrees)
        six = growth.region_sd / np.sqrt(6)  # the mean of six regions
        held[1] += common[0] - six / 4 <= region[4].mean() <= common[1] + six / 4

    assert 0.75 <= held[0] / 300 <= 0.87
    assert 0.74 <= held[1] / 300 <= 0.86


def test_chance_of_people_is_not_taken_for_shocks_of_regions():
    rng = np.random.default_rng(8)
    growth = 0.07 + rng.normal(0, 0.02, (30, 20)) + rng.normal(0, 0.10, (30, 20))
    found = predict(seen(growth, 0.01), PRIOR, 3)

    assert found.region_sd == pytest.approx(0.02, abs=0.012)


@pytest.mark.parametrize(("chance", "drift"), [(0.2, 0.0), (0.0, 0.2), (0.15, 0.1)])
@pytest.mark.parametrize("years", [2, 4])
def test_what_drawn_quarters_do_not_show_of_people_is_added(chance, drift, years):
    """Quarters drawn from K own years, and a person's own normal beside them, vary as the next year misses them."""
    rng = np.random.default_rng(3)
    people = 40_000
    level = drift * rng.standard_normal((people, years + 1)).cumsum(axis=1)
    quarters = level[:, :, None] + 2 * chance * rng.standard_normal((people, years + 1, 4))
    past, truth = quarters[:, :years], quarters[:, years].mean(axis=1)
    pick = rng.integers(0, years, (people, 4))
    drawn = past[np.arange(people)[:, None], pick, np.arange(4)].mean(axis=1)
    miss = truth - past.mean(axis=(1, 2))
    yearly = past.mean(axis=2)
    spread = [np.var(yearly[:, lag:] - yearly[:, :-lag]) for lag in range(1, years)]
    found, _ = beyond_blocks(seen(np.zeros((0, 1)), 0, spread, [people] * len(spread)), PRIOR, years)
    drawn_variance = np.var(drawn - past.mean(axis=(1, 2))) + found**2

    # With one span alone what is chance and what is drift cannot be told: half of each is taken.
    within = 0.06 if years > 2 else 0.5
    assert drawn_variance == pytest.approx(np.var(miss), rel=within)


def test_single_people_add_nothing_to_the_total():
    growth = Growth(0.0, 0.0, 0.0, 0.4, 3.0, 3.0, 1, "planted")
    z = np.random.default_rng(1).standard_normal(400_000)

    assert np.exp(growth.of_person(z)).mean() == pytest.approx(1.0, abs=4e-3)


def bank(figures, starts=None):
    """A history of people M1 … in the regions of their figures: {person: (region, [a figure a month])}."""
    spells = [
        (who, f"outlet {region}", (starts or {}).get(who, "2021-01-01"), None)
        for who, (region, _) in figures.items()
    ]
    regions = {f"outlet {region}": region for region, _ in figures.values()}
    months = pd.period_range("2021-01", periods=60, freq="M").strftime("%Y-%m")
    rows = [
        (who, month, "sold", figure)
        for who, (_, each) in figures.items()
        for month, figure in zip(months, each, strict=False)
        if not np.isnan(figure)
    ]
    return small_bank(managers=managers(*spells, regions=regions), activity=activity(*rows))


def leaned(growth):
    """One yearly growth and the declared prior."""
    years, mean = DECLARED.growth.leaning.mean_years.value, DECLARED.growth.prior.mean.value
    return (years * mean + growth) / (years + 1)


def flat(*years):
    return np.repeat(years, 12).astype(float)


def years(made, last):
    return Years.seen(whole_panel(made, Period.parse(last)), Period.parse(last))


def sold(figures, last="2022", **told):
    made = bank(figures, **told)
    made = replace(made, measures=SOLD)
    return estimate_growth(years(made, last), DECLARED)


def test_growth_is_that_of_posts_present_in_both_years():
    """Hires of the second year double the region's sales, and are no growth."""
    two = {"M1": ("R", flat(10, 11)), "M2": ("R", flat(20, 22))}
    hired = {"M3": ("R", np.concatenate([np.full(14, np.nan), np.full(10, 33.0)]))}
    with_hires = sold(two | hired, starts={"M3": "2022-03-01"})["sold"]

    assert with_hires.mean == pytest.approx(leaned(np.log(1.1)))
    assert with_hires == sold(two)["sold"]


def test_nothing_after_the_last_year_is_seen():
    early = {
        "M1": ("R", flat(10, 12)),
        "M2": ("R", flat(20, 21)),
        "M3": ("S", flat(5, 6)),
        "M4": ("S", flat(4, 7)),
    }
    later = {who: (region, np.concatenate([each, flat(99, 1, 7)])) for who, (region, each) in early.items()}

    one, other = sold(early), sold(later)
    assert dict(one) == dict(other)
    assert one["sold"].years == 1


def test_where_months_are_below_zero_growth_is_over_the_gross_figure():
    """10 a month, and in one month of two 4 less than nothing: 36 a year of 84 gross, then 57, 25 % of 84 more."""
    old = np.tile([10.0, -4.0], 6)
    figures = {who: ("R", np.concatenate([old, grown(old, np.array(np.log(1.25)))])) for who in ("M1", "M2")}

    assert sold(figures)["sold"].mean == pytest.approx(leaned(np.log(1.25)))


def test_an_earlier_year_is_moved_to_the_level_of_the_last():
    figures = {who: ("R", flat(10, 15, 12)) for who in ("M1", "M2")} | {
        who: ("S", flat(10, 10, 20)) for who in ("M3", "M4")
    }

    past = sold(figures, last="2023").past["sold"]
    assert np.exp(past) == pytest.approx(np.array([[1.2, 2.0], [0.8, 2.0], [1.0, 1.0]]))


def test_regions_read_one_by_one_tell_what_they_tell_together():
    """The South has a year less of history than the North."""
    rng = np.random.default_rng(3)
    north = {f"N{each}": ("North", rng.uniform(1, 9, 36)) for each in range(4)}
    late = {
        f"S{each}": ("South", np.concatenate([np.full(12, np.nan), rng.uniform(1, 9, 24)]))
        for each in range(4)
    }
    made = replace(bank(north | late, starts=dict.fromkeys(late, "2022-01-01")), measures=SOLD)
    together = estimate_growth(years(made, "2023"), DECLARED)

    parts = [years(made.region(each), "2023") for each in ("North", "South")]
    assert [each.home.shape[0] for each in parts] == [3, 2]
    apart = estimate_growth(Years.joined(parts), DECLARED)

    assert apart.regions == together.regions == ("North", "South")
    assert np.allclose(apart.past["sold"], together.past["sold"], rtol=1e-12)
    numbers = ("mean", "group_sd", "region_sd", "person_sd", "degrees", "region_degrees")
    assert [getattr(apart["sold"], each) for each in numbers] == pytest.approx(
        [getattr(together["sold"], each) for each in numbers], rel=1e-12
    )


def test_a_measure_that_a_region_does_not_have_is_not_known_there():
    one = years(replace(bank({"M1": ("R", flat(1, 2))}), measures=SOLD), "2022")
    other = replace(one, regions=("S",), of={})

    both = Years.joined([one, other])

    assert both.of["sold"].known.any(axis=0).tolist() == [True, False]
    assert both.home.tolist() == [[0, 1], [0, 1]]


def test_the_top_of_a_ratio_grows_with_its_bottom():
    ratio = {
        "top": Measure("top", {}, "flow", "count", "up", "zero"),
        "bottom": Measure("bottom", {}, "flow", "count", "up", "zero"),
        "share": Measure("share", {}, "ratio", "share", "up", "absent", top="top", bottom="bottom"),
    }
    made = bank({who: ("R", flat(100, 150)) for who in ("M1", "M2")})
    frame = made.tables["activity"]
    both = pd.concat(
        [frame.assign(measure="bottom"), frame.assign(measure="top", actual=frame["actual"] * 0.4)]
    )
    tables = {**made.tables, "activity": both.reset_index(drop=True)}
    made = replace(made, measures=ratio, tables=tables)
    growths = estimate_growth(years(made, "2022"), DECLARED)

    assert set(growths) == {"top", "bottom"}
    assert growths["top"].along == "bottom"
    assert growths["top"].mean == pytest.approx(leaned(0.0))  # the ratio stayed
    told = growths.of_regions(np.zeros((1, 4)), np.zeros((1, 1, 4)))
    assert told["top"][0, 0] == pytest.approx(leaned(np.log(1.5)) + leaned(0.0))


def test_measures_that_move_together_are_told_from_those_that_do_not():
    rng = np.random.default_rng(2)
    shock = rng.normal(0, 0.15, (5, 6)).cumsum(axis=0)
    apart = rng.normal(0, 0.15, (5, 6)).cumsum(axis=0)
    names = {name: Measure(name, {}, "flow", "count", "up", "zero") for name in ("a", "b", "c", "d")}
    moves = {"a": shock, "b": shock, "c": shock, "d": apart}
    made = bank({f"M{r}{i}": (f"R{r}", flat(*[1.0] * 5)) for r in range(6) for i in range(8)})
    frame = made.tables["activity"]
    region = frame["manager_id"].str[1].astype(int).to_numpy()
    year = (frame["month"].to_numpy() - frame["month"].min()) // 12
    parts = [frame.assign(measure=name, actual=np.exp(each[year, region])) for name, each in moves.items()]
    tables = {**made.tables, "activity": pd.concat(parts, ignore_index=True)}
    made = replace(made, measures=names, tables=tables)
    families = {"a": "one", "b": "one", "c": "other", "d": "other"}
    growths = estimate_growth(years(made, "2025"), DECLARED, families)

    assert growths.together["one"] > 0.8
    assert growths.together["other"] < 0.45


def test_what_is_declared_of_a_measure_goes_before_history():
    number = DECLARED.growth.prior.mean.model_copy(update={"value": 0.03})
    said = DECLARED.growth.prior.model_copy(update={"mean": number})
    growing = DECLARED.growth.model_copy(update={"measures": {"sold": said}})
    made = bank({who: ("R", flat(100, 150)) for who in ("M1", "M2")})
    made = replace(made, measures=SOLD)
    declared = DECLARED.model_copy(update={"growth": growing})
    growth = estimate_growth(years(made, "2022"), declared)["sold"]

    assert (growth.mean, growth.degrees) == (0.03, DECLARED.growth.degrees.value)
    assert growth.source == "declared; people: their growth over one span of years"
