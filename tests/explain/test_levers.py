"""The search for the least change that is enough, against trying every step."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from capaian.explain import find_lever

GRAIN = Fraction(1, 4)


@given(
    st.fractions(0, 20, max_denominator=8),
    st.fractions(0, 30, max_denominator=8),
    st.sampled_from(["higher", "lower"]),
)
def test_the_lever_is_the_first_step_that_is_enough(now, needed, direction):
    """On a grid of quarters, between 0 and 25: the nearest value on the better side."""
    sign = 1 if direction == "higher" else -1
    found = find_lever(
        lambda value: sign * value,
        now,
        lambda score: score >= sign * needed,
        grain=GRAIN,
        direction=direction,
        low=Fraction(0),
        high=Fraction(25),
    )
    first = (now / GRAIN).__floor__() if sign > 0 else (now / GRAIN).__ceil__()
    tried = ((first + sign * step) * GRAIN for step in range(1, 200))
    held = (min(max(value, Fraction(0)), Fraction(25)) for value in tried)
    assert found == next((value for value in held if sign * value >= sign * needed), None)


def test_nearest_is_looked_for_on_both_sides():
    """Six from a target of ten, enough within two: eight is the nearest, not twelve."""
    found = find_lever(
        lambda value: -abs(value - 10),
        Fraction(6),
        lambda score: score >= -2,
        grain=Fraction(1),
        direction="nearest",
        low=Fraction(0),
        high=None,
    )
    assert found == 8


def test_what_cannot_be_reached_is_said():
    """A value with a limit that is not enough has no lever; the search ends."""
    never = {"grain": Fraction(1), "low": Fraction(0), "direction": "higher"}
    assert find_lever(lambda v: v, Fraction(1), lambda s: s > 5, high=Fraction(5), **never) is None
    assert (
        find_lever(lambda _: Fraction(0), Fraction(1), lambda s: s > 5, high=None, **never) is None
    )
