"""Rank reversal: a policy's kind of rule never fails, known methods do, and each test as defined."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import borda_points, copeland_scores, normalised, rank_reversal, topsis

TABLES = st.integers(3, 6).flatmap(lambda n: st.lists(
    st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=n, max_size=n))  # fmt: skip
METHODS = {
    "topsis": topsis,
    "borda": borda_points,
    "copeland": copeland_scores,
    "mean of min-max": lambda x: normalised(x, method="min-max").mean(axis=1),
}


def plain(values):
    return np.asarray(values) @ [0.5, 0.25, 0.25]


def order(scores, one, other):
    apart = scores[one] - scores[other]
    return 0 if abs(apart) <= 1e-12 * max(map(abs, scores)) else 1 if apart > 0 else -1


def leaders(scores, units):
    return {units[a] for a in range(len(units))
            if all(order(scores, a, b) >= 0 for b in range(len(units)))}  # fmt: skip


def asked(method, values):
    try:
        return list(method(np.array(values, dtype=float)))
    except AnalysisError:
        return None


@given(TABLES, st.sampled_from([*METHODS]))
def test_each_test_is_its_definition(table, name):
    """By hand, pair by pair and triple by triple."""
    method, units = METHODS[name], range(len(table))
    whole = asked(method, table)
    if whole is None:
        return
    found = rank_reversal(table, method)
    tests = {row["test"]: row for row in found.tests.rows()}
    for unit, row in zip(units, found.units.rows(), strict=True):
        kept = [each for each in units if each != unit]
        rest = asked(method, [table[each] for each in kept])
        if rest is None:
            assert row["turned"] is row["first_changes"] is None
            continue
        turned = sum(
            order(whole, kept[a], kept[b]) * order(rest, a, b) < 0
            for a, b in combinations(range(len(kept)), 2)
        )
        before = leaders([whole[each] for each in kept], kept)
        assert row["turned"] == turned
        assert row["first_changes"] == (before != leaders(rest, kept))
    alone = {}
    for a, b in combinations(units, 2):
        pair = asked(method, [table[a], table[b]])
        alone[a, b] = None if pair is None else order(pair, 0, 1)
        alone[b, a] = None if pair is None else -alone[a, b]
    above = {pair for pair, sign in alone.items() if sign == 1}
    against = sum((alone[a, b] or 0) * order(whole, a, b) < 0 for a, b in combinations(units, 2))
    circles = sum(
        {(a, b), (b, c), (c, a)} <= above or {(b, a), (c, b), (a, c)} <= above
        for a, b, c in combinations(units, 3)
    )
    assert tests["pairs by themselves"]["failed"] == against
    assert tests["pairs by themselves"]["refused"] == sum(
        sign is None for sign in alone.values()
    ) // 2  # fmt: skip
    assert tests["pairs in a circle"]["failed"] == circles
    assert tests["a unit left out"]["failed"] == sum(
        bool(row["turned"]) for row in found.units.rows()
    )


@given(TABLES)
def test_a_rule_that_looks_at_nobody_else_never_fails(table):
    """Law: so no fitted policy can."""
    found = rank_reversal(table, plain)
    assert found.tests["failed"] == [0, 0, 0, 0]
    assert found.tests["refused"] == [0, 0, 0, 0]
    assert repr(found) == f"<Reversal of {len(table)} units: none>"


def test_a_unit_made_worse_is_moved_half_the_way_and_only_where_it_can_be():
    """A method that calls best who stands out most: making one worse lets another stand out."""
    seen = []

    def outstanding(values):
        seen.append(values.tolist())
        return np.abs(values - np.median(values, axis=0)).sum(axis=1)

    found = rank_reversal([[9, 0], [4, 2], [1, 4], [1, 0]], outstanding, less_is_better=[1])
    assert [[9, 0], [2.5, 3], [1, 4], [1, 0]] in seen
    assert [[9, 0], [4, 2], [1, 4], [1, 2]] in seen
    assert found.tests["tried"] == [4, 2, 6, 4]
    assert found.units["worse_changes"] == [None, False, None, False]


def test_borda_is_turned_by_a_unit_that_nobody_would_choose():
    """The Handbook's own example (its figures are a golden case): d leaves, and c is before b."""
    voters = [["a", "b", "c", "d"]] * 3 + [["b", "c", "d", "a"]] * 2 + [["c", "d", "a", "b"]] * 2
    values = [[3 - each.index(unit) for each in voters] for unit in "abcd"]
    found = rank_reversal(values, borda_points)
    assert found.units.rows()[3] == {
        "unit": 3, "turned": 3, "first_changes": True, "worse_changes": False
    }  # fmt: skip
    assert repr(found) == (
        "<Reversal of 4 units: a unit left out, a unit made worse, pairs by themselves, pairs in"
        " a circle>"
    )
    assert str(found).splitlines()[:4] == [
        "Tests of rank reversal",
        "",
        "test                 tried  failed  refused",
        "a unit left out          4       3        0",
    ]
    assert "<table>" in found._repr_html_()


def refused(values, method):
    with pytest.raises(AnalysisError) as caught:
        rank_reversal(values, method)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("values", "method", "count"),
    [
        ([[1], [2]], lambda x: x[:, 0], 2),
        ([[1], [2], [3]], lambda x: x, 3),
        ([[1], [2], [0]], lambda x: 1 / x[:, 0], 3),
        ([[1], [1], [1]], METHODS["mean of min-max"], 3),
    ],
)
def test_a_method_must_score_the_whole(values, method, count):
    assert refused(values, method) == [
        "The method was not applied.",
        f"  CPN-N28  score: there is not one finite number for each of {count} units, 3 or more.",
        ("           to fix: give a method that takes units x indicators and gives one score for"
        " each unit."),
    ]  # fmt: skip


def test_too_many_units():
    assert refused(np.ones((201, 1)), topsis) == [
        "The method was not applied.",
        "  CPN-M82  values: 201 units are too many for all their pairs; the most are 200.",
        (
            "           to fix: compare fewer units, such as offices in place of people, or use"
            " share_above."
        ),
    ]
