"""How far two orders lie apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from capaian import AnalysisError
from capaian.analysis import compare_ranks, places, rank_shift


@given(st.integers(2, 8).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_it_is_the_same_both_ways(order):
    """Law; and the same order is no shift at all."""
    ranks = list(range(1, len(order) + 1))
    one, two = rank_shift(ranks, order), rank_shift(order, ranks)
    assert one.mean_shift == two.mean_shift
    assert one.kendall == pytest.approx(two.kendall)
    same = rank_shift(order, order)
    assert (same.mean_shift, same.max_shift) == (0, 0)
    assert same.spearman == pytest.approx(1)


@pytest.mark.parametrize("orders", [([1], [1]), ([1, 2], [1, 2, 3]), ([[1, 2]], [[1, 2]])])
def test_what_is_no_pair_of_orders(orders):
    with pytest.raises(AnalysisError) as caught:
        rank_shift(*orders)
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-M86  first, second: these are not the ranks of the same units, two or more.",
        "           to fix: give both in the same order of units.",
    ]


def test_orders_are_compared_two_by_two():
    orders = {"ours": [1, 2, 3], "theirs": [3, 2, 1], "nobody's": [1, 1, 1]}
    found = compare_ranks(orders)
    assert [(row["first"], row["second"]) for row in found.rows()] == [
        ("ours", "theirs"), ("ours", "nobody's"), ("theirs", "nobody's")
    ]  # fmt: skip
    assert found["mean_shift"] == [4 / 3, 1, 1]
    assert found["kendall"] == [pytest.approx(-1), None, None]
    assert found["spearman"] == [pytest.approx(-1), None, None]


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=2, max_size=9))
def test_places_count_who_is_better(scores):
    """1 and how many are better; nobody's place hangs on the order of the rows."""
    given_ = np.array([np.nan if each is None else each for each in scores], dtype=float)
    known = [each for each in scores if each is not None]
    expected = {each: 1 + sum(other > each for other in known) for each in known}
    found = places(given_)
    assert [None if np.isnan(each) else each for each in found] == [
        None if each is None else expected[each] for each in scores
    ]
    whole = np.nan_to_num(given_)
    for ties in ("max", "average", "dense"):
        np.testing.assert_array_equal(places(whole, ties=ties), rankdata(-whole, method=ties))


def test_one_score_has_no_place():
    with pytest.raises(AnalysisError) as caught:
        places([1])
    assert str(caught.value).splitlines()[1] == (
        "  CPN-M86  scores: these are not the ranks of the same units, two or more."
    )
