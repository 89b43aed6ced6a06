"""How far two orders lie apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import rank_shift


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
