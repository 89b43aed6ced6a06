"""An indicator as the policy declares it is a value with the defaults that the reference names."""

from fractions import Fraction

import pytest
from attrs.exceptions import FrozenInstanceError

from capaian.indicator import ColumnRef, Condition, Exposure, Indicator, Step


def indicator(**changes):
    """The least that an indicator needs."""
    given = {
        "id": "x", "title": {"en": "X"}, "type": "count-based", "table": "rows", "subject": "nip",
        "columns": {}, "weight": Fraction(1), "measure": {}, "normalise": (Step("identity"),),
        "missing": "exclude",
    }  # fmt: skip
    return Indicator(**{**given, **changes})


def test_defaults():
    """No limit, one observation is enough, every row counts."""
    made = indicator()
    assert (made.floor, made.cap, made.minimum, made.where, made.parent) == (None, None, 1, (), "")
    assert Exposure("staff", "days").full == "working_days"
    assert Condition("status") == Condition("status", (), (), None)
    assert ColumnRef("closed") == ColumnRef("closed", "", 0)


def test_it_cannot_be_changed():
    """A policy that was proved stays proved."""
    with pytest.raises(FrozenInstanceError):
        indicator().weight = Fraction(2)
    assert indicator() == indicator()
    assert indicator() != indicator(minimum=2)
