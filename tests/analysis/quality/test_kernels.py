"""The kernels of data quality: laws, simulations of honest work, and well-kept libraries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from capaian.analysis import shape_change, target_drift
from capaian.analysis.quality.forms import (
    honest_chances,
    latent_correlation,
    long_string,
    pair_chance,
    pairs_variance,
    response_variability,
    same_forms,
    straight_line_chance,
)
from capaian.analysis.quality.mass import density_break, excess_mass, window_screen
from capaian.analysis.quality.screen import count_interval, screen, share_interval
from capaian.analysis.quality.shape import _median_error, _power
from capaian.analysis.quality.stamps import (
    HOUR,
    MINUTE,
    SECOND,
    digit_preference,
    grain,
    same_instants,
)

SHARES = np.array([[0.05, 0.1, 0.35, 0.5]] * 9)


# ---- at a limit ----------------------------------------------------------------------------------


def test_honest_counts_are_no_excess_more_often_than_the_level_says():
    """Poisson counts around a falling line: about one in twenty has p < 0.05."""
    rng = np.random.default_rng(1)
    bins = np.arange(1, 22)
    smooth = 200 * np.exp(-bins / 10)
    p = [
        excess_mass(bins, rng.poisson(smooth), 11, excluded=(11, 12), degree=2).p
        for _ in range(600)
    ]
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.08


def test_the_power_is_how_often_half_as_many_again_is_seen():
    rng = np.random.default_rng(2)
    bins = np.arange(1, 22)
    more = 150.0 - 5 * bins
    more[10] *= 1.5
    found = [
        excess_mass(bins, rng.poisson(more), 11, excluded=(11, 12), degree=1) for _ in range(400)
    ]
    seen = np.mean([each.p < 0.05 for each in found])
    assert seen == pytest.approx(np.mean([each.power for each in found]), abs=0.12)


def test_the_bootstrap_is_the_same_each_time_and_near_the_normal_interval():
    counts = [300, 290, 270, 260, 240, 400, 100, 200, 190, 180, 170]
    options = {"limit": 13, "excluded": (13, 14)}
    plain = excess_mass(range(8, 19), counts, **options)
    one, two = (excess_mass(range(8, 19), counts, seed=7, **options) for _ in "ab")
    assert (one.low, one.high) == (two.low, two.high)
    assert one.low == pytest.approx(plain.low, rel=0.15)
    assert one.high == pytest.approx(plain.high, rel=0.15)


def test_nothing_expected_is_no_excess_in_relation():
    found = excess_mass(range(1, 8), [0] * 7, 4, excluded=(4, 5))
    assert np.isnan([found.b, found.p, found.power]).all()


@pytest.mark.parametrize("law", [stats.weibull_min(1.6, scale=15), stats.expon(scale=10)])
def test_the_density_test_keeps_its_level(law):
    rng = np.random.default_rng(3)
    p = np.array([density_break(law.rvs(800, random_state=rng), 14) for _ in range(300)])
    assert 0.01 < np.mean(p < 0.05) < 0.1


def test_few_values_have_no_density():
    assert np.isnan(density_break([1.0, 2.0, 3.0], 2))
    assert np.isnan(density_break([], 2))


def test_the_window_is_a_binomial_screen():
    """[G01]: a screen only."""
    expected = stats.binomtest(40, 50, alternative="greater").pvalue
    assert window_screen(40, 10) == pytest.approx(expected)


# ---- many at once --------------------------------------------------------------------------------


@given(
    cells=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=30),
    share=st.floats(0.01, 0.9),
)
def test_a_screen_is_many_binomial_tests(cells, share):
    """Law: p by `binomtest`, adjusted by Benjamini and Hochberg; nobody has no p."""
    n = np.array([a + b for a, b in cells])
    k = np.array([a for a, _ in cells])
    found = screen(k, n, share)
    for at, (hits, size) in enumerate(zip(k.tolist(), n.tolist(), strict=True)):
        if size:
            oracle = stats.binomtest(hits, size, share, alternative="greater").pvalue
            assert found.p[at] == pytest.approx(oracle, abs=1e-12)
        else:
            assert np.isnan(found.p[at])
            assert not found.flagged[at]
    assert found.by_chance <= 0.05 * (n > 0).sum() + 1e-9
    known = n > 0
    if known.any():
        np.testing.assert_allclose(
            found.p_adjusted[known], stats.false_discovery_control(found.p[known])
        )


def test_honest_people_are_hardly_flagged():
    rng = np.random.default_rng(4)
    found = screen(rng.binomial(50, 0.1, 20_000), np.full(20_000, 50), 0.1)
    assert found.flagged.sum() <= 2
    assert (found.p < 0.05).sum() == pytest.approx(found.by_chance, rel=0.15)


def test_intervals_are_exact():
    assert count_interval(0) == (0.0, pytest.approx(3.688879454))
    assert share_interval(0, 0) == (0.0, 1.0)
    assert share_interval(10, 10)[0] == pytest.approx(0.6915, abs=1e-4)


# ---- stamps --------------------------------------------------------------------------------------


def test_the_grain_is_the_coarsest_step():
    assert grain(np.array([0, 5 * MINUTE, 20 * MINUTE])) == 5 * MINUTE
    assert grain(np.array([], dtype=np.int64)) == 0


def test_honest_stamps_meet_as_often_as_expected():
    rng = np.random.default_rng(5)
    who = rng.integers(0, 50, 20_000)
    stamps = rng.integers(0, 10 * 8 * 3600, 20_000) * SECOND
    found = same_instants(who, stamps)
    assert found.pairs == pytest.approx(found.expected, abs=4 * np.sqrt(found.expected))
    assert found.p > 1e-4


def test_acts_entered_together_are_found():
    stamps = np.array([0, 0, 0, MINUTE, 2 * MINUTE, 2 * MINUTE])
    found = same_instants(np.array([1, 1, 1, 1, 1, 2]), stamps)
    assert found.pairs == 3
    assert found.rows.tolist() == [0, 1, 2]


def test_dates_cannot_meet_by_chance():
    found = same_instants(np.array([1, 1]), np.array([0, 24 * HOUR]))
    assert np.isnan(found.expected)
    assert found.pairs == 0


def test_digits_are_those_of_scipy():
    values = np.random.default_rng(6).integers(0, 60, 500)
    found = digit_preference(values)
    counts = np.bincount(values % 10, minlength=10)
    assert found.p == pytest.approx(stats.chisquare(counts).pvalue)
    assert digit_preference([10, 15, 20, 25]).round_share == 1


# ---- shapes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m", "shift"), [(60, 60, 0.5), (200, 100, 0.3), (500, 500, 0.2)])
def test_the_power_of_a_shape_is_that_of_a_simulation(n, m, shift):
    rng = np.random.default_rng(7)
    seen = np.mean(
        [
            stats.ks_2samp(rng.normal(size=n), rng.normal(shift, size=m)).pvalue < 0.05
            for _ in range(400)
        ]
    )
    assert _power(shift, n, m, 0.05) == pytest.approx(seen, abs=0.08)


def test_the_smallest_shift_has_the_power_that_is_said():
    found = shape_change(np.arange(80), np.arange(80))
    assert _power(found.smallest, 80, 80, 0.05) == pytest.approx(0.8, abs=0.02)
    assert np.isnan(shape_change([1.0], [2.0]).smallest)


def test_targets_that_follow_the_last_result_are_seen():
    """A ratchet: the next target is what was achieved; and work that stops at the target."""
    rng = np.random.default_rng(8)
    target = np.empty((200, 4))
    achieved = np.empty((200, 4))
    target[:, 0] = 100
    for at in range(4):
        achieved[:, at] = target[:, at] * rng.uniform(0.9, 1.2, 200)
        if at < 3:
            target[:, at + 1] = (target[:, at] + achieved[:, at]) / 2
    ratchet = target_drift(target, achieved)
    assert ratchet.correlation > 0.9
    assert ratchet.n == 600
    assert ratchet.power > 0.99
    stopping = target_drift(np.full((100, 2), 100.0), np.full((100, 2), 101.0))
    assert stopping.at_target == 1
    assert stopping.p_at_target < 1e-9
    assert np.isnan(target_drift([[1.0]], [[1.0]]).correlation)


def test_the_interval_of_a_median_shift_covers_as_it_says():
    """Of times with a long tail; wider than none, and not a number of four values."""
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(600):
        x, y = rng.exponential(10, 60), rng.exponential(10, 90) + 2
        reach = 1.96 * np.hypot(_median_error(x), _median_error(y))
        inside += abs(np.median(y) - np.median(x) - 2) <= reach
    assert 0.92 <= inside / 600 <= 0.99
    assert np.isnan(shape_change(np.arange(4), np.arange(9)).low)


def test_a_median_shift_has_about_the_error_of_the_bootstrap():
    rng = np.random.default_rng(12)
    x = rng.normal(0, 3, 400)
    found = shape_change(x, x + 1)
    oracle = stats.bootstrap((x,), np.median, rng=1).standard_error * np.sqrt(2)
    assert found.shift == pytest.approx(1)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(oracle, rel=0.3)


def test_targets_that_do_not_answer_have_no_correlation_beyond_their_interval():
    rng = np.random.default_rng(13)
    inside = 0
    for _ in range(200):
        target = rng.uniform(90, 110, (80, 1))
        free = np.hstack([target, target * rng.uniform(0.9, 1.1, (80, 1))])
        found = target_drift(free, free * rng.uniform(0.8, 1.2, (80, 2)))
        inside += found.low <= 0 <= found.high
    assert inside / 200 > 0.9


def test_work_that_stops_at_the_target_has_its_excess_and_its_power():
    """Against the exact test of a share of a third."""
    ratio = np.repeat([0.99, 1.01, 1.03], [30, 75, 30])[:, None]
    found = target_drift(np.full((135, 1), 100.0), 100 * ratio)
    oracle = stats.binomtest(75, 135, 1 / 3, alternative="greater")
    assert found.p_at_target == pytest.approx(oracle.pvalue)
    share = stats.binomtest(75, 135).proportion_ci(0.95, method="exact")
    assert found.low_at_target * 135 == pytest.approx(share.low / (1 - share.low) * 60 - 30)
    assert found.high_at_target > found.at_target - found.expected_at_target > found.low_at_target
    assert 0.3 < found.power_at_target < 0.9


# ---- forms ---------------------------------------------------------------------------------------


def made_forms(n, rho, rng):
    cut = ndtri(np.cumsum(SHARES[0])[:-1])
    z = rng.normal(size=(n, 1))
    latent = np.sqrt(rho) * z + np.sqrt(1 - rho) * rng.normal(size=(n, 9))
    return np.searchsorted(cut, latent)


def test_independent_answers_are_the_closed_form():
    found = honest_chances(SHARES[None], 0.0)
    assert found.straight[0] == pytest.approx(float(straight_line_chance(SHARES)))
    assert found.pair[0] == pytest.approx(float(pair_chance(SHARES)))
    assert found.triple[0] == pytest.approx(np.prod((SHARES**3).sum(axis=1)))


def test_answers_that_hang_together_are_those_of_a_simulation():
    """Lines, pairs and the variance of pairs; five in a hundred straight lines are honest here."""
    rng = np.random.default_rng(9)
    found = honest_chances(SHARES[None], 0.5)
    big = made_forms(40_000, 0.5, rng)
    assert (big == big[:, :1]).all(axis=1).mean() == pytest.approx(found.straight[0], rel=0.05)
    alike = same_forms(big, np.zeros(len(big), dtype=np.int64))
    pairs = (alike - 1).sum() / 2 / (40_000 * 39_999 / 2)
    assert pairs == pytest.approx(found.pair[0], rel=0.05)
    counts = [
        (same_forms(made_forms(100, 0.5, rng), np.zeros(100, dtype=np.int64)) - 1).sum() / 2
        for _ in range(400)
    ]
    variance = pairs_variance(100, found.pair, found.triple)[0]
    assert np.var(counts) == pytest.approx(variance, rel=0.35)


def test_the_correlation_of_answers_is_found():
    forms = made_forms(20_000, 0.4, np.random.default_rng(10)).astype(float)
    assert latent_correlation(forms, SHARES, np.arange(4.0)) == pytest.approx(0.4, abs=0.03)
    assert latent_correlation(forms[:2], SHARES, np.arange(4.0)) == 0


def runs(form):
    best = now = 0
    last = None
    for each in form:
        now = 0 if each is None else now + 1 if each == last else 1
        best, last = max(best, now), each
    return best


@given(st.lists(st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=12))
def test_the_longest_run_is_counted_by_hand(form):
    """Law: as one answer after another; and the spread is that of NumPy."""
    answers = np.array([[np.nan if each is None else each for each in form]])
    assert long_string(answers)[0] == runs(form)
    known = [each for each in form if each is not None]
    found = response_variability(answers)[0]
    if len(known) > 1:
        assert found == pytest.approx(np.std(known, ddof=1))
    else:
        assert np.isnan(found)


@given(
    forms=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=30
    )
)
def test_same_forms_are_counted_by_hand(forms):
    answers = np.array([each[:2] for each in forms])
    unit = np.array([each[2] for each in forms])
    assert same_forms(answers, unit).tolist() == [forms.count(each) for each in forms]
