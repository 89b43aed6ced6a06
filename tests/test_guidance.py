"""Which limits on a set of results are kept: the circular's table, cases, and laws."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.guidance import violations
from capaian.policy import Limit

TENTH, MOST, MAIN = Fraction(1, 10), Fraction(7, 10), Fraction(6, 10)
LIMITS = (
    Limit("SB_max_70", ("SB",), "most", MOST, ("istimewa",)),
    Limit("B_max_70", ("B",), "most", MOST, ("baik",)),
    Limit("BP_or_K_required", ("BP", "K"), "least_count", Fraction(1), ("baik",)),
    Limit("SB_max_10", ("SB",), "most", TENTH, ("butuh_perbaikan", "kurang")),
    Limit("BP_min_60", ("BP",), "least", MAIN, ("butuh_perbaikan",)),
    Limit("BP_min_10", ("BP",), "least", TENTH, ("kurang",)),
    Limit("K_min_60", ("K",), "least", MAIN, ("kurang",)),
    Limit("SB_none", ("SB",), "most_count", Fraction(0), ("sangat_kurang",)),
    Limit("K_plus_BP_min_10", ("K", "BP"), "least", TENTH, ("sangat_kurang",)),
    Limit("SK_min_60", ("SK",), "least", MAIN, ("sangat_kurang",)),
)
"""The table of SE Menteri PANRB 3/2023, as reported: only its explicit figures."""
BANDS = ("SB", "B", "BP", "K", "SK")
LABELS = ("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")


def broken(label, **counts):
    """The ids of the limits that are not kept."""
    return [each.id for each in violations(LIMITS, counts, label)]


# Each: label, counts just inside, counts just outside, and what is then broken.
EDGES = [
    ("istimewa", {"SB": 7, "B": 3}, {"SB": 701, "B": 299}, ["SB_max_70"]),
    ("baik", {"B": 7, "SB": 2, "BP": 1}, {"B": 701, "SB": 298, "K": 1}, ["B_max_70"]),
    ("baik", {"B": 7, "SB": 2, "K": 1}, {"B": 7, "SB": 3}, ["BP_or_K_required"]),
    ("butuh_perbaikan", {"SB": 1, "BP": 9}, {"SB": 101, "BP": 899}, ["SB_max_10"]),
    ("butuh_perbaikan", {"BP": 6, "B": 4}, {"BP": 599, "B": 401}, ["BP_min_60"]),
    ("kurang", {"SB": 1, "BP": 1, "K": 8}, {"SB": 101, "BP": 100, "K": 799}, ["SB_max_10"]),
    ("kurang", {"BP": 1, "K": 9}, {"BP": 99, "K": 901}, ["BP_min_10"]),
    ("kurang", {"K": 6, "BP": 4}, {"K": 599, "BP": 401}, ["K_min_60"]),
    ("sangat_kurang", {"SK": 9, "K": 1}, {"SK": 8, "K": 1, "SB": 1}, ["SB_none"]),
    ("sangat_kurang", {"SK": 9, "BP": 1}, {"SK": 901, "BP": 98, "K": 1}, ["K_plus_BP_min_10"]),
    ("sangat_kurang", {"SK": 6, "B": 3, "BP": 1}, {"SK": 599, "B": 301, "K": 100}, ["SK_min_60"]),
]  # fmt: skip


@pytest.mark.parametrize(("label", "inside", "outside", "found"), EDGES)
def test_each_limit_of_the_circular_just_inside_and_just_outside(label, inside, outside, found):
    assert broken(label, **inside) == []
    assert broken(label, **outside) == found


def test_every_limit_of_the_circular_has_its_edge():
    assert {each for _, _, _, found in EDGES for each in found} == {each.id for each in LIMITS}


def test_what_is_not_kept_says_how_far():
    (found,) = violations(LIMITS, {"SB": 3, "BP": 13, "B": 4}, "butuh_perbaikan")
    assert (found.id, found.counted, found.of) == ("SB_max_10", 3, 20)
    assert (found.share, found.limit.value) == (Fraction(3, 20), TENTH)


def test_a_group_of_nobody_breaks_nothing():
    assert violations(LIMITS, {}, "sangat_kurang") == ()
    assert violations(LIMITS, dict.fromkeys(BANDS, 0), "baik") == ()


def test_in_a_group_of_three_a_third_is_too_many_for_a_tenth_and_one_of_three_too_few():
    assert broken("kurang", SB=1, BP=1, K=1) == ["SB_max_10", "K_min_60"]
    assert broken("kurang", BP=1, K=2) == []


CASES = json.loads(
    (Path(__file__).parent / "golden" / "distribution_cases.json").read_text(encoding="utf-8")
)["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_cases_of_the_circular(case):
    asked = case["input"]
    assert broken(asked["predikat_organisasi"], **asked["counts"]) == case["expected"]["violations"]


counts = st.fixed_dictionaries({band: st.integers(0, 60) for band in BANDS})
labels = st.sampled_from(LABELS)


@given(label=labels, given_=counts, times=st.integers(1, 50))
def test_shares_do_not_change_with_the_size_of_the_group(label, given_, times):
    limits = [each for each in LIMITS if each.shares]
    larger = {band: count * times for band, count in given_.items()}
    before, after = (violations(limits, each, label) for each in (given_, larger))
    assert [(each.id, each.share) for each in before] == [(each.id, each.share) for each in after]


@given(label=labels, given_=counts, order=st.permutations(BANDS), turned=st.permutations(LIMITS))
def test_the_order_of_counts_and_limits_changes_only_the_order_of_what_is_found(
    label, given_, order, turned
):
    found = violations(LIMITS, given_, label)
    assert violations(LIMITS, {band: given_[band] for band in order}, label) == found
    other = violations(turned, given_, label)
    assert sorted(map(repr, other)) == sorted(map(repr, found))
    places = [turned.index(each.limit) for each in other]
    assert places == sorted(places)


@given(label=labels, given_=counts)
def test_each_limit_is_what_its_words_say(label, given_):
    total = sum(given_.values())
    wanted = []
    for limit in LIMITS:
        some = sum(given_[band] for band in limit.bands)
        share = Fraction(some, total) if total else Fraction(0)
        outside = {
            "most": share > limit.value,
            "most_count": some > limit.value,
            "least": share < limit.value,
            "least_count": some < limit.value,
        }
        if label in limit.labels and total and outside[limit.bound]:
            wanted.append(limit.id)
    assert [each.id for each in violations(LIMITS, given_, label)] == wanted


def test_a_band_that_is_named_twice_is_counted_once():
    twice = Limit("x", ("SB", "SB"), "most", Fraction(1, 2))
    assert violations([twice], {"SB": 1, "B": 1}) == ()
