"""The best-worst method against its own definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import best_worst_weights


@given(st.lists(st.integers(2, 8), min_size=0, max_size=4), st.integers(2, 9))
def test_consistent_answers_give_their_weights(middle, most):
    """Law: where a_Bj a_jW = a_BW for all j, the weights are as asked, and nothing is missed."""
    forward = [1, *[each * most / 9 if each * most >= 9 else 1 for each in middle], most]
    backward = [most / each for each in forward]
    found = best_worst_weights(forward, backward, best=0, worst=len(forward) - 1)
    expected = 1 / np.array(forward)
    np.testing.assert_allclose(found.weights, expected / expected.sum(), atol=1e-9)
    assert found.xi == pytest.approx(0, abs=1e-9)
    assert found.input_based_ratio == pytest.approx(0, abs=1e-9)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_no_weighting_misses_less(middle, random):
    """Oracle: of a thousand other weightings none has a smaller largest miss."""
    forward, backward = [1, *middle, 9], [9, *reversed(middle), 1]
    found = best_worst_weights(forward, backward, best=0, worst=len(forward) - 1)
    others = np.random.default_rng(random.randrange(2**32)).dirichlet([2.0] * len(forward), 1000)
    miss = np.maximum(
        np.abs(others[:, :1] - np.array(forward) * others),
        np.abs(others - np.array(backward) * others[:, -1:]),
    ).max(axis=1)
    assert found.xi <= miss.min() + 1e-9


@pytest.mark.parametrize(
    ("forward", "backward", "best", "worst", "needed"),
    [
        ([1, 3], [3], 0, 1, "there are two or more indicators, and the best is not the worst"),
        ([1, 3], [3, 1], 0, 0, "there are two or more indicators, and the best is not the worst"),
        ([1, 3], [3, 1], 0, 5, "best and worst are positions from 0 to 1"),
        ([1, 0.5, 3], [3, 1, 1], 0, 2, "no comparison is below 1"),
        ([2, 3], [3, 1], 0, 1, "the best with itself, and the worst with itself, are 1"),
        ([1, 4], [3, 1], 0, 1, "the best with the worst is the same in both lists"),
    ],
)
def test_answers_that_do_not_fit(forward, backward, best, worst, needed):
    with pytest.raises(AnalysisError) as caught:
        best_worst_weights(forward, backward, best=best, worst=worst)
    assert str(caught.value).splitlines() == [
        "The judgements were not turned into weights.",
        f"  CPN-M64  best-worst: the comparisons do not fit one another: {needed}.",
        "           to fix: ask again, and correct the answer.",
    ]
