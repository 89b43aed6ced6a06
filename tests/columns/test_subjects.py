"""Subjects in order of their text, whether they are held as text or as numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.columns.subjects import Subjects, as_they_stand, seem_distinct, text_of, text_order

LONG = st.integers(-(2**63), 2**63 - 1)
NUMBERS = st.lists(
    st.one_of(st.integers(-120, 120), st.integers(0, 10**6), st.integers(-(10**16), 10**17), LONG),
    max_size=40,
)
TEXTS = st.lists(st.text(min_size=1, max_size=3), max_size=40)


def column(values):
    """Values as an engine holds them."""
    return pl.Series("who", values, dtype=pl.Int64 if _numbers(values) else pl.String)


def _numbers(values):
    return all(isinstance(each, int) for each in values)


@given(NUMBERS | TEXTS)
def test_the_order_is_that_of_the_texts(values):
    """Of any numbers, minus signs and nineteen digits too, and any text: Python sorts alike."""
    order = text_order(column(values))
    assert order.of(column(values)).cast(pl.String).to_list() == sorted(map(str, values))
    assert order.distinct == (len(set(values)) == len(values))


@given(NUMBERS | TEXTS)
def test_it_is_seen_as_they_stand_whether_they_are_distinct(values):
    """Without an order: the column is left as it is."""
    order = as_they_stand(column(values))
    assert order.places is None
    assert order.distinct == (len(set(values)) == len(values))


@given(NUMBERS.filter(bool))
def test_what_is_in_order_already_is_not_moved(values):
    """No places where numbers come in order of their text."""
    ready = sorted(set(values), key=str)
    assert text_order(column(ready)).places is None


@pytest.mark.parametrize("count", [1_000, 200_000])
def test_few_stretches_and_many_give_one_order(count):
    """Long rising stretches are merged, a shuffle is sorted: the order is one."""
    numbers = np.arange(count)
    shuffled = np.random.default_rng(3).permutation(numbers)
    wanted = sorted(map(str, range(count)))
    for each in (numbers, shuffled):
        given_ = pl.Series(each)
        assert text_order(given_).of(given_).cast(pl.String).to_list() == wanted


@given(NUMBERS.filter(bool), st.data())
def test_an_order_brings_along_columns_with_gaps(values, data):
    """Values that are missing move as all others do."""
    size = len(values)
    drawn = st.lists(st.none() | st.integers(0, 9), min_size=size, max_size=size)
    other = pl.Series("other", data.draw(drawn), dtype=pl.Int64)
    moved = text_order(column(values)).of(other)
    order = sorted(range(size), key=lambda at: str(values[at]))
    if len(set(values)) == size:
        assert moved.to_list() == [other[at] for at in order]


def test_a_repeat_at_the_beginning_is_seen_at_once_and_a_late_one_is_not():
    """The first look is a guess that saves work, and the order decides."""
    early, late = pl.Series([1, 1, 2]), pl.Series([*range(5000), 7])
    assert not seem_distinct(early)
    assert seem_distinct(late)
    assert not text_order(late).distinct
    assert not as_they_stand(late).distinct


def test_subjects_are_a_sequence_of_texts():
    """Length, places, parts, search, comparison; numbers are shown as text."""
    subjects = Subjects(pl.Series([10, 9], dtype=pl.Int64))
    assert (len(subjects), subjects[0], subjects[-1], subjects[:1]) == (2, "10", "9", ["10"])
    assert (list(subjects), subjects.tolist()) == (["10", "9"], ["10", "9"])
    assert subjects == ("10", "9")
    assert subjects == Subjects(pl.Series(["10", "9"]))
    assert subjects != ["10"]
    assert subjects != "10"
    assert "9" in subjects
    assert 9 not in subjects
    assert subjects.index("9") == 1
    with pytest.raises(IndexError):
        subjects[2]
    with pytest.raises(TypeError, match="unhashable"):
        hash(subjects)
    assert repr(subjects) == "<2 subjects>"  # never who they are


def test_a_list_handed_out_is_the_callers_own():
    """Changing it changes nothing here."""
    subjects = Subjects(pl.Series(["a", "b"]))
    subjects.tolist().clear()
    assert subjects == ["a", "b"]


def test_subjects_of_any_kind_become_a_column_of_text():
    """From numbers, from text, from a plain list, from nothing."""
    assert text_of(Subjects(pl.Series([10, 9], dtype=pl.Int64))).to_list() == ["10", "9"]
    assert text_of(["b", "a"]).to_list() == ["b", "a"]
    assert text_of(()).dtype == pl.String


def test_a_position_may_be_numpy_s_own():
    """Those who look for places have them as NumPy's integers."""
    subjects = Subjects(pl.Series([3, 20, 5]))
    assert [subjects[np.int32(place)] for place in (0, 2)] == ["3", "5"]
    assert subjects[np.int64(-1)] == "5"
