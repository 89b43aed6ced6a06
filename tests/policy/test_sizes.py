"""Documents that are too large to have been written by anybody."""

import pytest

from capaian.errors import PolicyError
from capaian.policy import load_assignment, read_policy
from capaian.policy.sizes import MOST
from desk import indicator, small


def test_lists_that_are_too_long_are_refused_before_anything_else():
    """The whole text; what is in them is not looked at."""
    document = small(indicators=[{}] * 2_001, bands=[5] * 201)
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert str(caught.value) == "\n".join(  # noqa: FLY002 - a line each
        [
            "The document 'desk' is too large.",
            "  CPN-P48  indicators: it has 2,001 entries; at most 2,000 are read.",
            "           to fix: take out what is repeated, or make several policies of it.",
            "  CPN-P48  bands: it has 201 entries; at most 200 are read.",
            "           to fix: take out what is repeated, or make several policies of it.",
        ]
    )
    assert "isinya 2001 entri; paling banyak 2000 yang dibaca" in caught.value.text("id")
    with pytest.raises(PolicyError, match="CPN-P48  assign"):
        load_assignment({"assign": [{}] * 2_001})


def test_as_many_as_may_be_are_read():
    names = [f"k{at}" for at in range(MOST["indicators"])]
    policy = read_policy(small(indicators=[indicator(each) for each in names], weights="equal"))
    assert len(policy.indicators) == 2_000
