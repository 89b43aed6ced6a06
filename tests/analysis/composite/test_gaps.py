"""What is missing: counted, screened, and filled in only with a list of what was."""

import numpy as np
import pytest

from capaian import AnalysisError
from capaian.analysis import availability, imputed

TABLE = np.array([[1, np.nan], [3, 4], [np.nan, np.nan], [0, 8]])


def test_who_has_enough():
    found = availability(TABLE, least=0.5, least_not_zero=0.6)
    assert found["kept"] == [True, True, False, False]
    assert found["not_zero"] == [1.0, 1.0, None, 0.5]
    assert found.notes == ("2 of 4 have too little",)


def test_who_is_kept_or_left_out_whatever_there_is():
    found = availability(TABLE, least=0.5, always=[2], never=[0])
    assert found["kept"] == [False, True, True, True]
    assert found["forced"] == ["out", None, "in", None]
    assert found.notes == ("1 of 4 have too little", "2 are kept or left out whatever they have")


@pytest.mark.parametrize(("always", "never"), [([4], []), ([], ["b"]), ([1], [1])])
def test_a_position_that_cannot_be_forced(always, never):
    with pytest.raises(AnalysisError) as caught:
        availability(TABLE, least=0.5, always=always, never=never)
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        (
            "  CPN-N29  always, never: 1 positions have no unit, or are in both lists; they go from 0"
            " to 3."
        ),
        "           to fix: count the units in their order, the first as 0, each in one list.",
    ]


def test_every_value_that_was_filled_is_listed():
    values, filled = imputed(TABLE, by="median")
    assert filled.rows() == [
        {"unit": 0, "indicator": 1, "value": 6.0},
        {"unit": 2, "indicator": 0, "value": 1.0},
        {"unit": 2, "indicator": 1, "value": 6.0},
    ]
    assert np.isnan(TABLE[0, 1])
    assert values[1].tolist() == [3, 4]


def test_what_nobody_in_the_group_has_stays_missing():
    values, filled = imputed(TABLE, by="mean", groups=["a", "b", "c", "b"])
    assert np.isnan(values[2]).all()
    assert len(filled) == 0


def test_a_group_for_each():
    with pytest.raises(AnalysisError) as caught:
        imputed(TABLE, by="mean", groups=["a"])
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-M85  groups: there is not one group for each of 4 units.",
        "           to fix: give the groups in the order of the units.",
    ]
