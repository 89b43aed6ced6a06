"""Weights as a policy says them: given, rescaled, equal, by quality; always exact shares of 1."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import fixed, round_ratio
from capaian.policy import policy_fingerprint, read_policy, to_document
from desk import indicator, small

POSITIVE = st.fractions(min_value="1/100", max_value=100, max_denominator=1000)


def shares(weights, *below, **keys):
    """The exact shares of indicators with these keys, below the score and below a node."""
    listed = [indicator(f"i{place:02}", **each) for place, each in enumerate(below)]
    root = read_policy(small(indicators=listed, weights=weights, **keys))
    inside = [each | {"parent": "n"} for each in listed]
    node = read_policy(small(indicators=inside, nodes=[{"id": "n", "weights": weights}], **keys))
    found = [each.weight for each in root.indicators]
    assert found == [each.weight for each in node.indicators]
    return found


def percent(share):
    return fixed(round_ratio(share * 100, 2, "half-up"), 2)


def test_quality_weighs_as_kmk_127_2026_has_it():
    """w_i = K3_i / sum of K3_j: 33.90, 37.29 and 28.81 % (worked example, section 7.1)."""
    found = shares("quality", {"quality": 1}, {"quality": "1.1"}, {"quality": "0.85"})
    assert [percent(each) for each in found] == ["33.90", "37.29", "28.81"]
    assert found == [Fraction(100, 295), Fraction(110, 295), Fraction(85, 295)]


def test_quality_multiplies_weights_that_are_given():
    """w_i = K3_i d_i / sum of K3_j d_j, with days of 365, 200 and 365: 40.77, 24.57, 34.66 %."""
    found = shares(
        "quality",
        {"quality": 1, "weight": 365},
        {"quality": "1.1", "weight": 200},
        {"quality": "0.85", "weight": 365},
    )
    assert [percent(each) for each in found] == ["40.77", "24.57", "34.66"]


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=8), POSITIVE)
def test_shares_by_quality_are_exact_and_know_no_unit(pairs, factor):
    """Against the formula in fractions; all qualities times a constant change nothing."""
    found = shares("quality", *({"weight": w, "quality": q} for w, q in pairs))
    total = sum(w * q for w, q in pairs)
    assert found == [w * q / total for w, q in pairs]
    assert sum(found) == 1
    assert shares("quality", *({"weight": w, "quality": q * factor} for w, q in pairs)) == found


@pytest.mark.parametrize("count", [1, 2, 3, 7, 9])
def test_equal_weights_are_equal_exactly(count):
    """1/9 nine times, never 0.11."""
    assert shares("equal", *({} for _ in range(count))) == [Fraction(1, count)] * count


def test_each_node_weighs_in_its_own_way():
    """Also nodes have a quality, in the node above."""
    policy = read_policy(
        small(
            weights="quality",
            nodes=[
                {"id": "n", "quality": 2, "weights": "equal"},
                {"id": "m", "quality": 1, "weights": "relative"},
            ],
            indicators=[
                indicator("a", parent="n"),
                indicator("b", parent="n"),
                indicator("c", parent="m", weight=3),
                indicator("d", parent="m", weight=1),
            ],
        )
    )
    assert {each.id: each.weight for each in (*policy.nodes, *policy.indicators)} == {
        "score": 1, "n": Fraction(2, 3), "m": Fraction(1, 3),
        "a": Fraction(1, 2), "b": Fraction(1, 2), "c": Fraction(3, 4), "d": Fraction(1, 4),
    }  # fmt: skip


def test_what_a_policy_says_is_its_shares():
    """Equal weights and weights of 1/2 are the same rule: the same policy, the same fingerprint."""
    listed = [indicator("a"), indicator("b")]
    equal = read_policy(small(indicators=listed, weights="equal"))
    halves = read_policy(small(indicators=[each | {"weight": "1/2"} for each in listed]))
    assert equal == halves
    assert policy_fingerprint(equal) == policy_fingerprint(halves)
    assert read_policy(to_document(equal)) == equal
