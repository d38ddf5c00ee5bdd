"""What is people's own: evenly spread for each, independent of one another, the same however it is asked for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import chdtri
from scipy.stats import kstest, norm
from scipy.stats import t as student_t

from policymodel.draws import Draws
from policymodel.simulate.growth import FURTHEST, Growth, Growths
from policymodel.simulate.luck import Luck
from policymodel.simulate.shocks import SET, Common

SHOCK = Growth(0.03, 0.12, 0.05, 0.2, 4.0, 8.0, 0, "declared", family="income")
MEASURES = Growths(
    {"fee": SHOCK, "interest": SHOCK}, ("north", "south"), {}, {"income": 0.4}, {"income": 0.4}
)


def common_of(seed: int, count: int = 2 * SET, plain: bool = False) -> Common:
    return Common(MEASURES, Draws(seed), count, plain)


def luck_of(seed: int, people: int = 80, dimensions: int = 3, plain: bool = False) -> Luck:
    return Luck(Draws(seed).generator, common_of(seed, plain=plain), people, dimensions)


def test_each_person_has_every_256th_part_once_in_a_set():
    numbers = luck_of(1).uniforms(0, 2 * SET, slice(None))

    parts = np.sort((numbers * SET).astype(int).reshape(3, 2, SET, 80), axis=2)
    assert (parts == np.arange(SET)[:, None]).all()


@pytest.mark.parametrize("draw", [0, 300])
def test_one_draw_of_many_people_follows_the_law(draw: int):
    """Kolmogorov and Smirnov against the uniform and the normal law; fails by chance at one seed in a thousand."""
    luck = luck_of(2, people=4_000)

    assert kstest(luck.uniforms(draw, 1, slice(1))[0, 0], "uniform").pvalue > 1e-3
    assert kstest(luck.normals(draw, 1, slice(1, 2))[0, 0], "norm").pvalue > 1e-3


def test_the_normals_have_the_moments_of_the_law():
    normals = luck_of(3, people=200).normals(0, SET, slice(None))

    assert abs(normals.mean()) < 1e-4
    assert normals.var() == pytest.approx(1, abs=2e-3)
    assert (normals**4).mean() == pytest.approx(3, abs=0.03)


def test_persons_go_neither_together_nor_against_each_other():
    """The spread of a sum over people is what independent numbers give: in every run, with nearly as many degrees of
    freedom. One order for everybody would leave one or two."""
    people, found = 100, []
    for seed in range(12):
        total = luck_of(seed, people, 1).normals(0, SET, slice(None))[0].sum(axis=1)
        found.append(total.var(ddof=1) / people)

    free = SET - 1
    assert all(chdtri(free, 0.9995) / free < each < chdtri(free, 0.0005) / free for each in found)
    assert np.std(found) < 2 * np.sqrt(2 / free)


def test_persons_know_nothing_of_what_is_common():
    """Their sum against the common growth of the same draws: no correlation beyond that of 256 independent pairs."""
    found = []
    for seed in range(12):
        luck = luck_of(seed, 100, 1)
        total = luck.normals(0, SET, slice(None))[0].sum(axis=1)
        found.append(np.corrcoef(total, luck.common.of_group["fee"][:SET])[0, 1])

    assert np.abs(found).max() < 4 / np.sqrt(SET)
    assert np.std(found) < 2 / np.sqrt(SET)


def test_what_a_person_and_a_year_do_together_is_spread_evenly_too():
    """The mean of own normal x common growth over a set, whose truth is 0: half of its error, or less.

    Orders that know nothing of the common growth leave all of it.
    """

    def error(plain: bool) -> float:
        common = Common(MEASURES.only(["fee"]), Draws(5), SET, plain)
        luck = Luck(Draws(5).generator, common, 300, 2)
        factor = np.exp(common.of_group["fee"][:, None])
        return float(np.std((luck.normals(0, SET, slice(1))[0] * (factor - factor.mean())).mean(axis=0)))

    assert error(False) < error(True) / 2


@pytest.mark.parametrize("ends", [(0, 512), (0, 255, 257, 300), (250, 260), (511, 512)])
@pytest.mark.parametrize("plain", [False, True])
def test_parts_are_what_the_whole_is(ends: tuple[int, ...], plain: bool):
    luck = luck_of(6, 7, plain=plain)
    whole = luck.uniforms(0, 512, slice(None))

    parts = [luck.uniforms(first, last - first, slice(1, None)) for first, last in pairwise(ends)]

    assert (np.concatenate(parts, axis=1) == whole[1:, ends[0] : ends[-1]]).all()


def test_a_dimension_is_the_same_whatever_follows_it():
    few, many = (luck_of(7, 5, dimensions).normals(0, 3, slice(2)) for dimensions in (2, 20))

    assert (few == many).all()


def test_a_draw_is_the_same_in_a_long_and_in_a_short_run():
    few, many = common_of(8, 10), common_of(8, 300)

    assert (few.of_region("south")["fee"] == many.of_region("south")["fee"][:10]).all()
    assert (few.of_group["fee"] == many.of_group["fee"][:10]).all()
    assert (few.ranks(0) == many.ranks(0)).all()


def expected(growth: Growth) -> float:
    """The mean factor by another way: quadrature of scipy over each shock's own law."""

    def mean(sd: float, degrees: float) -> float:
        ends = [student_t.ppf(norm.cdf(each), degrees) for each in (-FURTHEST, FURTHEST)]
        inside = quad(lambda x: np.exp(sd * x) * student_t.pdf(x, degrees), *ends, epsabs=1e-12)[0]
        return float(inside + norm.cdf(-FURTHEST) * np.exp(sd * np.array(ends)).sum())

    shocks = (growth.group_sd, growth.degrees), (growth.region_sd, growth.region_degrees)
    return float(np.exp(growth.mean) * np.prod([mean(*each) for each in shocks]))


def test_every_set_keeps_the_expected_factor_of_every_region():
    common = common_of(9)

    for region in ("north", "south"):
        for told in common.of_region(region).values():
            means = np.exp(told).reshape(2, SET).mean(axis=1)
            np.testing.assert_allclose(means, expected(SHOCK), rtol=1e-9)


def test_keeping_it_leaves_the_law_of_a_draw_as_it_is():
    """The tenths of 40 sets against those of the law of a group's growth, and the spread of its factor."""
    group = Growths({"fee": SHOCK}, ("north",), {}, {"income": 0.4}, {"income": 0.4})
    found = np.concatenate([Common(group, Draws(seed), SET).of_group["fee"] for seed in range(40)])

    tenths = np.arange(0.05, 1, 0.1)
    true = SHOCK.mean + SHOCK.group_sd * student_t.ppf(tenths, SHOCK.degrees)
    np.testing.assert_allclose(np.quantile(found, tenths), true, atol=0.003)
    places = norm.ppf((np.arange(10**6) + 0.5) / 10**6).clip(-FURTHEST, FURTHEST)
    spread = np.exp(SHOCK.mean + SHOCK.group_sd * student_t.ppf(norm.cdf(places), SHOCK.degrees)).std()
    assert np.exp(found).std() == pytest.approx(spread, rel=0.02)


def test_a_family_of_one_takes_no_axis():
    assert Growths({"fee": SHOCK}, (), {}, {}, {}).axes == ("fee",)
    assert MEASURES.axes == ("family:income", "fee", "interest")
    assert MEASURES.only(["fee"]).axes == ("fee",)
