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
