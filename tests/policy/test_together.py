"""Limits that can and cannot be kept together, against counts that prove it."""

from fractions import Fraction
from itertools import product
from math import lcm

from hypothesis import given
from hypothesis import strategies as st

from capaian.guidance import violations
from capaian.policy import Limit
from capaian.policy.together import conflict, keeping

BANDS = "ABC"
shares = st.builds(Fraction, st.integers(0, 5), st.just(5))
some = st.lists(st.sampled_from(BANDS), min_size=1, max_size=3, unique=True).map(tuple)
of_shares = st.builds(Limit, st.just("x"), some, st.sampled_from(["most", "least"]), shares)
of_counts = st.builds(
    Limit, st.just("x"), some, st.sampled_from(["most_count", "least_count"]),
    st.integers(0, 3).map(Fraction),
)  # fmt: skip


@given(st.lists(of_shares, max_size=6))
def test_what_is_found_keeps_all_and_what_is_refused_is_kept_by_no_group(limits):
    found = keeping(limits, BANDS)
    if found is not None:
        times = lcm(*(each.denominator for each in found.values()))
        counts = {band: int(each * times) for band, each in found.items()}
        assert sum(counts.values()) >= 1
        assert violations(limits, counts) == ()
        return
    for counts in product(range(6), repeat=3):
        if sum(counts):
            assert violations(limits, dict(zip(BANDS, counts, strict=True)))


@given(st.lists(st.one_of(of_shares, of_counts), max_size=6))
def test_with_numbers_of_results_what_is_refused_is_kept_by_no_group(limits):
    if keeping(limits, BANDS) is None:
        for counts in product(range(7), repeat=3):
            if sum(counts):
                assert violations(limits, dict(zip(BANDS, counts, strict=True)))


@given(st.lists(of_shares, max_size=6))
def test_a_conflict_has_no_limit_that_could_be_left_out(limits):
    found = conflict(limits, BANDS)
    assert bool(found) is (keeping(limits, BANDS) is None)
    if found:
        assert keeping(found, BANDS) is None
    for at in range(len(found)):
        assert keeping(found[:at] + found[at + 1 :], BANDS) is not None


def test_three_that_hold_together_two_by_two():
    limits = [Limit(f"{each}_min_40", (each,), "least", Fraction(2, 5)) for each in BANDS]
    assert [each.id for each in conflict(limits, BANDS)] == ["A_min_40", "B_min_40", "C_min_40"]
    assert all(not conflict([limits[i] for i in pair], BANDS) for pair in ((0, 1), (0, 2), (1, 2)))


def test_at_least_one_of_a_band_that_nobody_may_have():
    none = Limit("A_none", ("A",), "most_count", Fraction(0))
    one = Limit("A_one", ("A",), "least_count", Fraction(1))
    assert conflict([none, one], BANDS) == [none, one]
