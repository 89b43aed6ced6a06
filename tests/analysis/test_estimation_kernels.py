"""Kernels of estimation against the libraries: SciPy and statsmodels, over hard inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint
from statsmodels.stats.rates import confint_poisson
from statsmodels.stats.weightstats import DescrStatsW

from capaian.analysis.estimation.counts import (
    byar,
    count_se,
    dispersion,
    exact_poisson,
    fay_feuer,
    two_rates,
    weighted_count,
)
from capaian.analysis.estimation.curves import curves
from capaian.analysis.estimation.design import korn_graubard, weighted_mean
from capaian.analysis.estimation.levels import normal, prove_level, student
from capaian.analysis.estimation.means import (
    bootstrap_mean,
    finite_population,
    t_interval,
    variance,
)
from capaian.analysis.estimation.proportion import (
    clopper_pearson,
    goodman,
    mean_if_equal,
    mean_within,
    proportion_se,
    wilson,
)
from capaian.analysis.estimation.reliability import alpha, between, omega, publishable
from capaian.analysis.estimation.survey import net_promoter, post_stratified
from capaian.analysis.estimation.survival import quantile, restricted_mean, share_ended
from capaian.errors import AnalysisError

LAW = settings(max_examples=60, deadline=None)
LEVELS = st.sampled_from([0.5, 0.8, 0.95, 0.999])
counts_of = st.integers(0, 60)


# ---- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, float("nan"), True, "0.95"])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(AnalysisError) as caught:
        prove_level(level)
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        f"  CPN-M01  level: a level of confidence lies between 0 and 1, and {level!r} does not.\n"
        "           to fix: give a number such as 0.95."
    )


def test_deviates_are_those_of_the_library():
    assert normal(0.95) == pytest.approx(stats.norm.ppf(0.975), abs=1e-12)
    assert student(0.9, [3, 8])[1] == pytest.approx(stats.t.ppf(0.95, 8), abs=1e-12)
    assert np.isnan(student(0.9, [0, -1])).all()


# ---- proportions ---------------------------------------------------------------------------------


@given(counts_of, counts_of, LEVELS)
@LAW
def test_proportions(some, more, level):
    n = some + more
    if not n:
        for ends in (wilson(0, 0, level), clopper_pearson(0, 0, level), proportion_se(0, 0)):
            assert np.isnan(ends).all()
        return
    for mine, theirs in ((wilson, "wilson"), (clopper_pearson, "beta")):
        wanted = proportion_confint(some, n, 1 - level, method=theirs)
        np.testing.assert_allclose(mine(some, n, level), wanted, atol=1e-10)
    exact = stats.binomtest(some, n).proportion_ci(level, method="exact")
    np.testing.assert_allclose(clopper_pearson(some, n, level), exact, atol=1e-10)
    low, high = wilson(some, n, level)
    assert 0 <= low < high <= 1, "never a point"
    assert proportion_se(some, n) > 0


def test_no_error_is_nothing():
    """10 of 10: not 0, but that of a posterior; 5 of 10: the plain one."""
    assert proportion_se(5, 10) == pytest.approx(np.sqrt(0.025))
    assert proportion_se(10, 10) == pytest.approx(stats.beta(10.5, 0.5).std())


@given(st.lists(counts_of, min_size=2, max_size=6).filter(sum), LEVELS)
@LAW
def test_shares_of_answers(counts, level):
    wanted = multinomial_proportions_confint(counts, 1 - level, method="goodman")
    low, high = goodman([counts], level)
    np.testing.assert_allclose(np.stack([low[0], high[0]], axis=1), wanted, atol=1e-10)
    worth = np.arange(len(counts), dtype=float)
    least, most = mean_within(low, high, worth)
    mean = (np.array(counts) * worth).sum() / sum(counts)
    assert least[0] - 1e-12 <= mean <= most[0] + 1e-12
    assert least[0] < most[0], "never a point"


def test_the_least_mean_within_is_that_of_a_linear_programme():
    from scipy.optimize import linprog

    low, high = goodman([3, 0, 7, 1])
    worth = np.array([1.0, 2, 3, 4])
    for sign, found in zip((1, -1), mean_within(low, high, worth), strict=True):
        solved = linprog(
            sign * worth,
            A_eq=np.ones((1, 4)),
            b_eq=[1],
            bounds=list(zip(low, high, strict=True)),
        )
        assert found == pytest.approx(sign * solved.fun, abs=1e-9)


def test_equal_answers_give_no_point():
    """Ten answers of 4 on 1 to 4: at least 0.64 of the answers are 4 in truth."""
    low, high = mean_if_equal([4.0], [10], 1, 4)
    wanted = multinomial_proportions_confint([0, 10, 0], method="goodman")[1, 0]
    assert high[0] == 4
    assert low[0] == pytest.approx(4 - 3 * (1 - wanted), abs=1e-9)
    assert np.isnan(mean_if_equal([4.0], [0], 1, 4)).all()


# ---- counts --------------------------------------------------------------------------------------


@given(st.integers(0, 5000), LEVELS)
@LAW
def test_counts(events, level):
    wanted = confint_poisson(events, 1, "exact-c", alpha=1 - level)
    np.testing.assert_allclose(exact_poisson(events, level), np.nan_to_num(wanted), rtol=1e-9)
    assert count_se(events) == pytest.approx(np.sqrt(max(events, 0.5)))


def test_byar_is_near_the_exact_interval():
    """From 10 on within 1 %; at 0 it has a lower end of 0."""
    np.testing.assert_allclose(byar([10, 45, 200]), exact_poisson([10, 45, 200]), rtol=0.01)
    assert byar(0)[0] == 0


def test_a_weighted_count_of_equal_weights_is_a_count():
    """All weights 2: twice the count, by Dobson and, above, by Fay and Feuer."""
    low, high = weighted_count(12, 24, 48)
    np.testing.assert_allclose((low / 2, high / 2), exact_poisson(12))
    np.testing.assert_allclose([each / 2 for each in fay_feuer(24, 48, 2)], exact_poisson(12))
    assert fay_feuer(0, 0, 2)[0] == 0
    assert np.isnan(weighted_count(0, 0, 0)).all()


def test_rates_of_nothing_do_not_differ():
    assert two_rates((0, 1), (0, 1)).p == 1
    assert np.isnan(two_rates((0, 1), (0, 1)).ratio)


def test_counts_by_exposure_are_no_dispersion():
    found = dispersion([10, 20, 30], [1, 2, 3])
    assert (found.rate, found.phi, found.outside) == (10, 0, 0)
    assert np.isnan(dispersion([3]).phi)


# ---- means and designs ---------------------------------------------------------------------------


@given(st.lists(st.integers(1, 4), min_size=2, max_size=30))
@LAW
def test_means(answers):
    x = np.array(answers)
    found = variance(len(x), x.sum(), (x * x).sum())
    assert found == pytest.approx(x.var(ddof=1), abs=1e-12)
    if not found:
        return
    se = np.sqrt(found / len(x))
    wanted = stats.t.interval(0.9, len(x) - 1, x.mean(), se)
    np.testing.assert_allclose(t_interval(x.mean(), se, len(x) - 1, 0.9), wanted)


def test_a_variance_of_large_integers_is_exact():
    """Of amounts of a thousand million, which differ in their last digit."""
    x = np.array([10**8, 10**8 + 1, 10**8 + 2])
    assert variance(3, int(x.sum()), int((x * x).sum())) == 1
    x = np.array([10**9, 10**9 + 1, 10**9 + 2])
    assert variance(3, x.sum(), (x * x).sum()) == pytest.approx(1, rel=0.2)
    assert np.isnan(variance(1, 4, 16))


def test_everybody_answered():
    assert finite_population(20, 20) == 0


@given(st.lists(st.integers(0, 6), min_size=2, max_size=5).filter(lambda counts: sum(counts) > 1))
@LAW
def test_the_exact_bootstrap(counts):
    """Its moments are those of theory: mean x, variance sum (x - mean)^2 / n^2."""
    answers = np.repeat(np.arange(1, len(counts) + 1), counts)
    found = bootstrap_mean(counts)
    assert found.chances.sum() == pytest.approx(1)
    assert found.values @ found.chances == pytest.approx(answers.mean())
    assert found.sd == pytest.approx(answers.std() / np.sqrt(len(answers)), abs=1e-9)
    low, high = found.interval(0.9)
    assert low <= answers.mean() + 1e-9
    assert high >= answers.mean() - 1e-9


DESIGNS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 1), st.integers(0, 3), st.integers(1, 4),
        st.sampled_from([0.0, 1.0, 2.5, 10.0]),
    ),
    min_size=1,
    max_size=40,
)  # fmt: skip


@given(DESIGNS)
@LAW
def test_a_design_is_that_of_each_officer_alone(rows):
    """All officers at once give what a loop over them gives, written out by the formula."""
    who, strata, clusters, y, w = (np.array(each) for each in zip(*rows, strict=True))
    found = weighted_mean(y, weights=w, subjects=who, strata=strata, clusters=clusters)
    for officer in range(int(who.max()) + 1):
        mine = (who == officer) & (w > 0)
        if not mine.any():
            assert np.isnan(found.value[officer])
            continue
        mean = np.average(y[mine], weights=w[mine])
        total, units = 0.0, 0
        for stratum in np.unique(strata[mine]):
            inside = mine & (strata == stratum)
            z = w[inside] * (y[inside] - mean) / w[mine].sum()
            sums = [z[clusters[inside] == each].sum() for each in np.unique(clusters[inside])]
            n, units = len(sums), units + len(sums)
            total += n / (n - 1) * ((sums - np.mean(sums)) ** 2).sum() if n > 1 else np.nan
        assert found.value[officer] == pytest.approx(mean)
        assert found.se[officer] == pytest.approx(np.sqrt(total), abs=1e-12, nan_ok=True)
        assert found.df[officer] == units - len(np.unique(strata[mine]))
        assert found.n[officer] == mine.sum()


def test_a_plain_sample_is_a_design_without_anything():
    y = [1.0, 2, 4, 4, 3]
    found = weighted_mean(y)
    assert found.se[0] == pytest.approx(stats.sem(y))
    assert found.n_eff[0] == 5
    trap = DescrStatsW(y, weights=[100] * 5).std_mean
    assert weighted_mean(y, weights=[100] * 5).se[0] == pytest.approx(stats.sem(y))
    assert trap < stats.sem(y) / 10, "frequencies"


def test_a_stratum_taken_whole_has_no_error():
    assert weighted_mean([1, 4], population=[2, 2]).se[0] == 0


def test_korn_graubard_of_a_plain_sample_is_clopper_pearson():
    se = np.sqrt(0.7 * 0.3 / 19)
    found = korn_graubard(0.7, se, 20, 19)
    p = 0.7 * 0.3 / se**2
    np.testing.assert_allclose(found, clopper_pearson(0.7 * p, p))
    low, high = korn_graubard(1.0, 0.0, 12, 11)
    assert (low, high) == (pytest.approx(clopper_pearson(12, 12)[0]), 1)


# ---- surveys, reliability ------------------------------------------------------------------------


def test_a_net_promoter_score_is_never_a_point():
    se, (low, high) = net_promoter([10, 60, 0], [0, 10, 0], [10, 100, 0])
    assert se[1] == pytest.approx(np.sqrt((0.7 - 0.25) / 100))
    assert low[0] < high[0] <= 1
    p, d, n = 10.75 / 13, 0.75 / 13, 13
    half = 1.959963985 * np.sqrt((p + d - (p - d) ** 2) / n)
    assert low[0] == pytest.approx(p - d - half, abs=1e-8)
    assert np.isnan([se[2], low[2], high[2]]).all()


def test_post_stratification_has_an_error():
    value, se = post_stratified([3.6, 3.0], [500, 500], [0.01, 0.04])
    assert (value, se) == (pytest.approx(3.3), pytest.approx(np.sqrt(0.0125)))


def test_alpha_and_omega():
    """Four items of one factor, loading 0.8: alpha and omega are both about 0.877."""
    rng = np.random.Generator(np.random.PCG64(1))
    factor = rng.normal(size=(4000, 1))
    x = 0.8 * factor + 0.6 * rng.normal(size=(4000, 4))
    found = alpha(x)
    covered = np.cov(x.T)
    by_hand = 4 / 3 * (1 - np.trace(covered) / covered.sum())
    assert found.value == pytest.approx(by_hand)
    assert found.low < 0.8767 < found.high
    assert omega(x) == pytest.approx(0.8767, abs=0.01)
    assert np.isnan(alpha(np.ones((5, 3))).value)
    assert np.isnan(omega(np.ones((5, 3))))


def test_officers_who_do_not_differ_cannot_be_told_apart():
    assert between([5, 5], [3, 3], [1, 1]).least_n() == np.inf
    assert np.isnan(between([5], [3], [1]).f)
    sure = between([5, 5], [3, 4], [0, 0])
    assert (sure.f, sure.reliability) == (np.inf, 1)
    found = between([20, 20, 20], [3.0, 3.5, 4.0], [1.0, 1.0, 1.0])
    assert found.of(found.least_n(0.8)) == pytest.approx(0.8)


def test_what_may_be_published():
    """By n, by width, by relative width."""
    rows = [(29, 0.4, 0.6, 0.5), (100, 0.3, 0.61, 0.45), (100, 0.4, 0.6, 0.5), (900, 0.01, 0.04, 0.02),
            (300, 0.005, 0.06, 0.02)]  # fmt: skip
    assert publishable(*zip(*rows, strict=True)).tolist() == [False, False, True, True, False]


# ---- survival ------------------------------------------------------------------------------------

CASES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.booleans()), min_size=1, max_size=60
)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@given(CASES, st.integers(0, 13), LEVELS)
@LAW
def test_curves_are_those_of_the_library(cases, limit, level):
    """Ties, single cases, all running, all ended: bit for bit S of each officer alone."""
    who, time, ended = (np.array(each) for each in zip(*cases, strict=True))
    made = curves(who, time, ended, count=5)
    found = share_ended(made, limit, level=level)
    for officer in range(5):
        mine = who == officer
        if not mine.any():
            assert np.isnan(found.value[officer])
            assert not found.seen[officer]
            continue
        sample = stats.CensoredData(
            uncensored=time[mine & ended].astype(float), right=time[mine & ~ended].astype(float)
        )
        s = stats.ecdf(sample).sf
        assert 1 - found.value[officer] == pytest.approx(float(s.evaluate(limit)), abs=1e-14)
        if found.plain[officer]:
            ends = s.confidence_interval(level, method="log-log")
            for end, mine_ in ((ends.low, found.high), (ends.high, found.low)):
                assert 1 - mine_[officer] == pytest.approx(float(end.evaluate(limit)), abs=1e-10)
        assert found.at_risk[officer] == (mine & (time > limit)).sum()


@given(CASES, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
@LAW
def test_quantiles_are_those_of_the_library(cases, share):
    who, time, ended = (np.array(each) for each in zip(*cases, strict=True))
    found = quantile(curves(who, time, ended, count=4), share)
    for officer in range(4):
        mine = who == officer
        if not (mine & ended).any():
            assert np.isnan(found.value[officer])
            continue
        s = stats.ecdf(
            stats.CensoredData(
                uncensored=time[mine & ended].astype(float), right=time[mine & ~ended].astype(float)
            )
        ).sf
        reached = s.quantiles[s.probabilities <= 1 - share + 1e-12]
        wanted = reached[0] if len(reached) else np.nan
        assert found.value[officer] == pytest.approx(wanted, nan_ok=True)
        assert found.value[officer] >= found.low[officer] or np.isnan(found.value[officer])


def test_the_interval_of_a_median_is_that_of_statsmodels():
    time = np.array([2.0, 3, 3, 5, 6, 7, 9, 10, 12, 14, 15, 18, 20, 21])
    ended = np.array([1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0])
    found = quantile(curves(np.zeros(14, int), time, ended), 0.5)
    wanted = SurvfuncRight(time, ended).quantile_ci(0.5, method="cloglog")
    assert (found.low[0], found.high[0]) == pytest.approx(wanted)


@given(CASES, st.integers(1, 13))
@LAW
def test_restricted_means_are_areas(cases, up_to):
    """The area under the library's steps; the variance by its definition."""
    who, time, ended = (np.array(each) for each in zip(*cases, strict=True))
    value, se = restricted_mean(curves(who, time, ended, count=4), up_to)
    for officer in range(4):
        mine = who == officer
        if not mine.any():
            assert np.isnan(value[officer])
            continue
        mesh = np.arange(up_to)  # durations are whole, so S is flat between
        s = np.array([_survival(time[mine], ended[mine], at) for at in mesh])
        assert value[officer] == pytest.approx(s.sum())
        total = 0.0
        for at in np.unique(time[mine & ended & (time < up_to)]):
            d, n = (mine & ended & (time == at)).sum(), (mine & (time >= at)).sum()
            total += s[at:].sum() ** 2 * d / (n * (n - d)) if n > d else 0
        assert se[officer] == pytest.approx(np.sqrt(total), abs=1e-12)


def _survival(time, ended, at):
    left = 1.0
    for each in np.unique(time[ended & (time <= at)]):
        left *= 1 - (ended & (time == each)).sum() / (time >= each).sum()
    return left


def test_cases_that_are_alike_may_be_counted():
    who, time, ended = [0, 0, 0, 1], [3, 3, 5, 2], [1, 0, 1, 1]
    one = curves(who, time, ended)
    other = curves([0, 0, 1], [3, 5, 2], [1, 1, 1], cases=[2, 1, 1])
    for name in ("subject", "duration", "ended", "cases", "at_risk"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert repr(one) == "<Curves of 2 subjects: 3 steps>"


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 6), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
@LAW
def test_a_case_is_at_risk_with_its_holder_alone(spells):
    """Left truncation: at risk from the day it is received, by statsmodels' entry times."""
    who, entry, stay, ended = (np.array(each) for each in zip(*spells, strict=True))
    time = entry + stay
    made = curves(who, time, ended, entry=entry, count=3)
    for officer in range(3):
        mine = (who == officer) & (stay > 0)
        steps = made.subject == officer
        wanted = [
            (mine & (entry < at) & (time >= at)).sum() for at in made.duration[steps]
        ]  # fmt: skip
        assert made.at_risk[steps].tolist() == wanted
        if (mine & ended).any():
            theirs = SurvfuncRight(time[mine], ended[mine], entry=entry[mine])
            events = steps & (made.ended > 0)
            found = made.survival[events]
            some = np.isin(theirs.surv_times, made.duration[events])
            np.testing.assert_allclose(found, theirs.surv_prob[some], atol=1e-12)


def test_no_case_at_all():
    made = curves([], [], [], count=2)
    found = share_ended(made, 3)
    assert np.isnan(found.value).all()
    assert np.isnan(quantile(made, 0.5).value).all()
    assert np.isnan(restricted_mean(made, 3)[0]).all()


def test_many_counts_are_looked_up():
    """A million officers have few distinct counts: each is worked out once, to the same bits."""
    events = np.array([3, 0, 7, 3] * 5)
    for many, one in zip(exact_poisson(events), exact_poisson([3, 0, 7, 3]), strict=True):
        np.testing.assert_array_equal(many, np.tile(one, 5))
    halves = exact_poisson(np.full(9, 1.5))
    np.testing.assert_allclose(halves[0], stats.gamma(1.5).ppf(0.025))
