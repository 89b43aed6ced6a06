"""Conditions of kinds, as under `where` of a policy."""

import pytest

from capaian.analysis.quality.kinds import filters_from
from capaian.columns import Filter


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("easy", Filter("a", ("easy",))),
        (["x", "y"], Filter("a", ("x", "y"))),
        (True, Filter("a", (True,))),
        ({"not": "x"}, Filter("a", (), ("x",))),
        ({"present": False}, Filter("a", present=False)),
        ({"not": ["x"], "present": True}, Filter("a", (), ("x",), present=True)),
    ],
)
def test_a_condition_is_a_filter(written, meant):
    assert filters_from({"a": written}) == [meant]


def test_a_word_that_is_no_test_is_none():
    assert filters_from({"a": {"is": "x"}}) is None
