"""Units over several periods: what is carried, what has changed, and the cycle."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import carried, cyclical, relative_change

CELL = st.one_of(st.none(), st.integers(-20, 20))
PANELS = st.integers(1, 3).flatmap(lambda k: st.lists(
    st.lists(CELL, min_size=k, max_size=k), min_size=2, max_size=7))  # fmt: skip


def array(rows):
    return np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=float)


def by_hand(column, by):
    """What each gap becomes, in fractions, from the known values around it."""
    known = [at for at, each in enumerate(column) if each is not None]
    made = []
    for at, each in enumerate(column):
        low = max((k for k in known if k < at), default=None)
        high = min((k for k in known if k > at), default=None)
        if each is not None:
            made.append(Fraction(each))
        elif low is None or (by == "linear" and high is None):
            made.append(None)
        elif by == "latest":
            made.append(Fraction(column[low]))
        else:
            rise = Fraction(column[high] - column[low], high - low)
            made.append(column[low] + rise * (at - low))
    return made


@pytest.mark.parametrize("by", ["latest", "linear"])
@given(rows=PANELS)
def test_gaps_are_filled_by_definition_and_listed(by, rows):
    """Nothing that is known changes, and the list holds all that was filled."""
    values, filled = carried(array(rows), by=by)
    columns = [by_hand(list(column), by) for column in zip(*rows, strict=True)]
    expected = array(
        [[None if x is None else float(x) for x in row] for row in zip(*columns, strict=False)]
    )
    np.testing.assert_allclose(values, expected, atol=1e-12)
    listed = {(each["period"], each["unit"]): each["value"] for each in filled.rows()}
    assert listed.keys() == {
        (at, unit) for at, row in enumerate(rows) for unit, each in enumerate(row)
        if each is None and columns[unit][at] is not None
    }  # fmt: skip
    assert all(values[place] == value for place, value in listed.items())


def test_the_age_says_how_old_a_figure_is():
    _, filled = carried(array([[4], [None], [None], [7]]), by="latest")
    assert filled.rows() == [
        {"period": 1, "unit": 0, "value": 4.0, "age": 1},
        {"period": 2, "unit": 0, "value": 4.0, "age": 2},
    ]


@given(st.lists(st.integers(1, 90), min_size=2, max_size=9))
def test_change_is_a_share_of_the_period_before(column):
    found = relative_change(array([[each] for each in column]))[:, 0]
    assert np.isnan(found[0])
    for now, before, change in zip(column[1:], column, found[1:], strict=False):
        assert change == pytest.approx(float(Fraction(now - before, before)), abs=1e-12)


def test_beside_a_gap_there_is_no_change():
    found = relative_change(array([[2], [None], [3], [6]]))[:, 0]
    assert np.isnan(found[:3]).all()
    assert found[3] == 1


@given(st.lists(st.integers(-90, 90), min_size=2, max_size=9).filter(lambda x: len(set(x)) > 1))
def test_the_cycle_is_its_formula(column):
    """Laws: it adds up to 0, and its mean size is 1; a gap changes nothing else."""
    mean = Fraction(sum(column), len(column))
    size = sum(abs(x - mean) for x in column) / len(column)
    found = cyclical(array([[each] for each in [*column, None]]))[:, 0]
    assert np.isnan(found[-1])
    assert found[:-1].tolist() == pytest.approx([float((x - mean) / size) for x in column])
    assert found[:-1].sum() == pytest.approx(0, abs=1e-9)
    assert np.abs(found[:-1]).mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (
            lambda: carried(array([[1]]), by="last"),
            [
                "  CPN-M62  by: 'last' is not known here. Did you mean 'latest'?",
                "           to fix: use one of: latest, linear.",
            ],
        ),
        (
            lambda: relative_change(array([[1, 0], [2, -3]])),
            [
                "  CPN-N21  values: 2 values are 0 or less, which 'relative_change' cannot take.",
                "           to fix: use min-max, z-score or percentile, which take any values.",
            ],
        ),
        (
            lambda: cyclical(array([[1, 5], [2, 5]])),
            [
                (
                    "  CPN-N20  unit 1: it does not have two different values: 'cyclical' cannot tell"
                    " better from worse."
                ),
                "           to fix: leave the indicator out, or use a method with a fixed target.",
            ],
        ),
    ],
)
def test_what_is_refused(call, lines):
    with pytest.raises(AnalysisError) as caught:
        call()
    assert str(caught.value).splitlines() == ["The method was not applied.", *lines]
