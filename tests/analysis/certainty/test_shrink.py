"""Shrinkage: the variance between against statsmodels, and what it does to scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from analysis.certainty.marks import indicator, policy, scored
from capaian.analysis import propagate, shrink
from capaian.analysis.certainty.gaussian import posterior
from capaian.analysis.certainty.shrink import paule_mandel

SCORES = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
ROWS = st.lists(st.tuples(SCORES, st.floats(0.1, 20), st.integers(0, 2)), min_size=3,
                max_size=40)  # fmt: skip


@settings(deadline=None)
@given(rows=ROWS)
def test_each_group_has_the_variance_of_statsmodels(rows):
    """Paule and Mandel by Newton's method for all groups at once; ties and small groups too."""
    score, error, group = (np.array(each) for each in zip(*rows, strict=True))
    found = paule_mandel(score, error, group, 3)
    for at in range(3):
        some = group == at
        assert found.count[at] == some.sum()
        if some.sum() < 3:
            assert np.isnan(found.variance[at])
            continue
        if np.ptp(score[some]) == 0:  # the library divides by zero there
            assert found.variance[at] == 0
            continue
        library = combine_effects(score[some], error[some] ** 2, method_re="iterated")
        assert found.variance[at] == pytest.approx(library.tau2, rel=1e-4, abs=1e-3)
        assert found.mean[at] == pytest.approx(library.mean_effect_re, rel=1e-4, abs=1e-3)


def test_without_errors_it_is_the_variance_of_the_scores():
    score = np.array([50.0, 60.0, 80.0, 90.0])
    found = paule_mandel(score, np.zeros(4), np.zeros(4, int), 1)
    assert found.mean[0] == pytest.approx(70)
    assert found.variance[0] == pytest.approx(score.var(ddof=1))


def test_equal_scores_have_no_variance():
    found = paule_mandel(np.full(4, 70.0), np.full(4, 2.0), np.zeros(4, int), 1)
    assert (found.mean[0], found.variance[0]) == (70, 0)


MARKS = {f"s{at:02d}": {"a": 65_000 + 1_500 * at} for at in range(20)}
RULE = policy([indicator("a")], subjects={"table": "staff", "unit": "unit"})
STAFF = [{"nip": nip, "unit": "tiny" if at < 2 else "large"} for at, nip in enumerate(MARKS)]


def test_a_noisy_score_goes_farther_to_the_mean():
    """The column of its own; the official score is as it was."""
    scores = scored(RULE, MARKS, staff=STAFF)
    errors = np.array([[1.0 + at % 5] for at in range(20)])
    found, error = shrink(scores, {"a": errors[:, 0]}), propagate(scores, {"a": errors[:, 0]})
    assert found["score"] == scores.columns()["score"]
    assert found["error"] == error["error"]
    y, s = np.array(found["score"]), np.array(found["error"])
    mean, spread = found["group_mean"][0], found["group_spread"][0]
    np.testing.assert_allclose(found["score_shrunk"], posterior(y, s, mean, spread)[0])
    order = np.argsort(s)
    assert (np.diff(np.array(found["shrinkage"])[order]) >= 0).all()
    assert found.notes[-1] == "The official score is not changed."


def test_by_unit_each_goes_to_its_own_mean_and_a_small_unit_has_none():
    found = shrink(scored(RULE, MARKS, staff=STAFF), {"a": 3}, by="unit")
    assert found["group"][:3] == ["tiny", "tiny", "large"]
    assert found["score_shrunk"][:2] == [None, None]
    assert found["group_mean"][2] == pytest.approx(np.mean(found["score"][2:]), abs=1)
    assert found.notes[-1] == "1 groups have fewer than 3 members: no mean is made of them."
