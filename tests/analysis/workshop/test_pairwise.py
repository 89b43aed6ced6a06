"""Pairwise judgements: consistency, its table, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import group_judgements, pairwise_weights

MATRIX = [["1", "3", "5"], ["1/3", "1", "2"], ["1/5", "1/2", "1"]]
WEIGHTS = st.lists(st.integers(1, 9), min_size=3, max_size=6)


@given(WEIGHTS, st.sampled_from(["geometric", "eigenvector", "column-mean"]))
def test_consistent_judgements_give_their_weights(weights, derivation):
    """Law: where a_ij = w_i / w_j, every derivation gives w, and nothing contradicts itself."""
    matrix = [[a / b for b in weights] for a in weights]
    found = pairwise_weights(matrix, derivation=derivation)
    np.testing.assert_allclose(found.weights, np.array(weights) / sum(weights), rtol=1e-9)
    assert found.consistency_index == pytest.approx(0, abs=1e-9)
    assert found.geometric_index == pytest.approx(0, abs=1e-9)
    assert found.worst_triad[3] == pytest.approx(1)
    assert found.acceptable


@given(st.lists(st.sampled_from(["1/9", "1/3", "1", "2", "5"]), min_size=6, max_size=6))
def test_the_geometric_mean_does_not_mind_which_way_round(judged):
    """Law: the weights of the transposed matrix are the reciprocals (Crawford & Williams 1985)."""
    matrix, at = np.ones((4, 4)), 0
    for i in range(4):
        for j in range(i + 1, 4):
            top, _, bottom = judged[at].partition("/")
            matrix[i, j] = int(top) / int(bottom or 1)
            matrix[j, i] = 1 / matrix[i, j]
            at += 1
    one, two = pairwise_weights(matrix).weights, pairwise_weights(matrix.T).weights
    np.testing.assert_allclose(one * two / (one * two).mean(), np.ones(4), rtol=1e-9)


@pytest.mark.parametrize(
    ("table", "ratio"), [("saaty-1980", 0.0032), ("saaty-2005", 0.0036)]
)  # fmt: skip
def test_the_ratio_is_that_of_a_named_table(table, ratio):
    """The same judgements, another ratio: 0.0032 and 0.0036."""
    found = pairwise_weights(MATRIX, random_index=table)
    assert round(found.consistency_ratio, 4) == ratio
    assert found.random_index == table


def test_a_straight_line_goes_on_where_the_tables_end():
    """Twenty indicators: no ratio by Saaty's tables, one by Alonso & Lamata."""
    matrix = np.ones((20, 20))
    matrix[0, 1], matrix[1, 0] = 3, 1 / 3
    assert pairwise_weights(matrix).consistency_ratio is None
    assert pairwise_weights(matrix, random_index="alonso-lamata-2006").consistency_ratio > 0


def test_two_indicators_cannot_contradict_themselves():
    found = pairwise_weights([[1, 4], ["1/4", 1]])
    assert found.weights.tolist() == [0.8, 0.2]
    assert (found.consistency_ratio, found.geometric_index, found.worst_triad) == (None,) * 3
    assert found.acceptable


def test_the_worst_triad_is_shown_and_nothing_is_repaired():
    """a beats b, b beats c, and c beats a: that triad, and a ratio far over 0.1."""
    found = pairwise_weights([[1, 3, "1/3", 1], ["1/3", 1, 3, 1], [3, "1/3", 1, 1], [1, 1, 1, 1]])
    assert found.worst_triad == (0, 1, 2, pytest.approx(27))
    assert not found.acceptable


def test_a_group_of_one_is_itself():
    np.testing.assert_allclose(group_judgements([MATRIX])[0], [1, 3, 5])


@pytest.mark.parametrize(
    ("matrix", "text"),
    [
        ([[1]], "judgements[0]: line 1 has 1 judgements where there are 1 lines; two or more are needed."),
        ([[1, 2], [1]], "judgements[1]: line 2 has 1 judgements where there are 2 lines; two or more are needed."),
        ([[1, 2], [2, 1]], "judgements[0][1]: this judgement and the one the other way round (judgements[1][0]) do not multiply to 1."),
        ([[2, 2], ["1/2", 1]], "judgements[0][0]: this judgement and the one the other way round (judgements[0][0]) do not multiply to 1."),
        ([[1, "x"], [0, 1]], "judgements[0][1]: this judgement is not a number above 0."),
        ([[1, "1/0"], [float("nan"), 1]], "judgements[0][1]: this judgement is not a number above 0."),
    ],
)  # fmt: skip
def test_what_is_no_matrix(matrix, text):
    with pytest.raises(AnalysisError) as caught:
        pairwise_weights(matrix)
    assert text in str(caught.value).splitlines()[1]


def test_what_is_not_known():
    with pytest.raises(AnalysisError) as caught:
        pairwise_weights(MATRIX, random_index="saaty-1981")
    assert str(caught.value).splitlines() == [
        "The judgements were not turned into weights.",
        "  CPN-M62  random_index: 'saaty-1981' is not known here. Did you mean 'saaty-1980'?",
        "           to fix: use one of: saaty-1980, saaty-2005, alonso-lamata-2006.",
    ]
