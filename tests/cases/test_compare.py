"""What a rule gives is held against what is expected, leaf by leaf, and exactly."""

import enum
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.cases.compare import InexactError, differences, settled, settled_mapping
from capaian.cases.result import ABSENT, Difference

NUMBERS = st.fractions() | st.integers()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def told(expected, found, tolerance=0):
    return list(differences(expected, found, Fraction(tolerance)))


@given(VALUES)
def test_a_value_differs_in_nothing_from_itself(value):
    assert told(value, value) == []
    assert settled(value) == value


@given(st.fractions(), st.fractions(), st.fractions(min_value=0))
def test_a_number_passes_if_and_only_if_it_is_within_the_tolerance(expected, found, tolerance):
    """Itself included, in exact arithmetic: no float has a say."""
    within = abs(expected - found) <= tolerance
    assert (told({"a": expected}, {"a": found}, tolerance) == []) == within


@given(VALUES, st.integers(), st.integers())
def test_each_place_that_differs_is_told_with_its_pointer(value, one, two):
    found = told({"a": [value, one], "b/c~": {"": one}}, {"a": [value, two], "b/c~": {"": two}})
    pointers = [] if one == two else ["/a/1", "/b~1c~0/"]
    assert found == [Difference(pointer, one, two) for pointer in pointers]


@pytest.mark.parametrize(
    ("expected", "found", "pointers"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, []),
        ({"a": 1}, {}, ["/a"]),
        ({"a": None}, {}, ["/a"]),
        ({"a": None}, {"a": None}, []),
        ({"a": [1, 2]}, {"a": [1]}, ["/a/1"]),
        ({"a": [1]}, {"a": [1, 2]}, ["/a/1"]),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": False}, {"a": 0}, ["/a"]),
        ({"a": "1"}, {"a": 1}, ["/a"]),
        ({"a": {}}, {"a": []}, ["/a"]),
        ({"a": [1]}, {"a": {"0": 1}}, ["/a"]),
        ({"a": 2}, {"a": Fraction(2)}, []),
    ],
)
def test_what_counts_as_a_difference(expected, found, pointers):
    """Expected keys only; items one by one; true is no 1, and null not nothing."""
    assert [each.pointer for each in told(expected, found, tolerance=10) if pointers] == pointers
    assert bool(told(expected, found)) == bool(pointers)


def test_what_is_not_there_is_told_as_nothing():
    assert told({"a": 1}, {}) == [Difference("/a", 1, ABSENT)]


class Word(enum.StrEnum):
    GOOD = "good"


class Level(enum.IntEnum):
    THREE = 3


def test_what_a_rule_returns_becomes_plain_and_its_own():
    given = {"a": (Decimal("4.50"), Word.GOOD, Level.THREE), "b": {Word.GOOD: [None, True]}}
    made = settled_mapping(given)
    assert made == {"a": [Fraction(9, 2), "good", 3], "b": {"good": [None, True]}}
    assert [type(each) for each in made["a"]] == [Fraction, str, int]
    assert made["b"]["good"] is not given["b"][Word.GOOD]


@pytest.mark.parametrize(
    ("value", "pointer", "given"),
    [
        ({"a": 0.5}, "/a", "float"),
        ({"a": [1, float("nan")]}, "/a/1", "float"),
        ({"a": Decimal("NaN")}, "/a", "Decimal (NaN)"),
        ({"a": Decimal("-Infinity")}, "/a", "Decimal (-Infinity)"),
        ({"a": {"b": date(2026, 1, 1)}}, "/a/b", "date"),
        ({"a": {1: 2}}, "/a", "int (a key)"),
        ({0: 2}, "", "int (a key)"),
        ({"a": {1, 2}}, "/a", "set"),
        ({"a": 1j}, "/a", "complex"),
        ({"a": 10**1000}, "/a", "int (more than 1000 digits)"),
        ({"a": [Fraction(1, 10**1000)]}, "/a/0", "Fraction (more than 1000 digits)"),
        ({"a": Decimal("1e-999999")}, "/a", "Decimal (more than 1000 digits)"),
    ],
)
def test_what_is_not_exact_json_is_refused_at_its_place(value, pointer, given):
    with pytest.raises(InexactError) as caught:
        settled(value)
    assert (caught.value.pointer, caught.value.given) == (pointer, given)


@pytest.mark.parametrize("value", [None, [1], "word", 3])
def test_a_rule_returns_a_mapping(value):
    with pytest.raises(InexactError) as caught:
        settled_mapping(value)
    assert caught.value.given == type(value).__name__
