"""Normalise: methods in a chain, then the limits, then the rounding; and which way is better."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.exact import Program, round_ratio, run_paired
from capaian.formula import col, words
from capaian.methods.normalisations import RoundOptions, capaian_methods
from capaian.methods.posts import GoalpostsOptions, NearestOptions
from capaian.methods.tables import PiecewiseOptions
from capaian.methods.targets import TargetOptions
from capaian.normalise import achievement, direction
from capaian.policy import Rounding, Scale

METHODS = {each.kind: each for each in capaian_methods()}
HUNDRED = Scale(Fraction(0), Fraction(100), None, Fraction(120))
NUMBERS = st.fractions(-300, 300, max_denominator=12)
TARGET = (METHODS["target"], TargetOptions(Fraction(80), "higher"))
LOWER = (METHODS["target"], TargetOptions(Fraction(5), "lower"))
NEAREST = (METHODS["nearest"], NearestOptions(Fraction(100)))
KMK = PiecewiseOptions(
    tuple((Fraction(x), Fraction(y)) for x, y in [(0, 0), (90, 100), (100, 120)])
)
UP = (METHODS["piecewise"], KMK)
HILL = PiecewiseOptions(tuple((Fraction(x), Fraction(y)) for x, y in [(0, 0), (50, 100), (100, 0)]))


def value(steps, x, **options):
    """The exact achievement."""
    made = achievement(steps, HUNDRED, col("x"), **options)
    return run_paired(Program([("y", made)]), {"x": Fraction(x)})["y"][1]


def test_no_method_leaves_the_measured_value():
    """It was measured on the scale."""
    assert achievement([], HUNDRED, col("x")) == col("x")


def test_methods_follow_one_another():
    """KMK 127/2026, stabilise: nearness to the target, then the scale; 96 of 100 is 112."""
    assert value([NEAREST, UP], 96) == 112
    assert value([NEAREST, UP], 102) == 116


@given(NUMBERS, st.fractions(-50, 90), st.fractions(0, 90))
def test_limits_hold_after_the_methods(x, floor, height):
    """The achievement is between floor and cap, and is the method's own where it lies between."""
    cap = floor + height
    found = value([TARGET], x, floor=floor, cap=cap)
    plain = value([TARGET], x)
    assert floor <= found <= cap
    assert found == min(max(plain, floor), cap)
    assert value([TARGET], x, floor=floor) == max(plain, floor)
    assert value([TARGET], x, cap=cap) == min(plain, cap)


@given(NUMBERS, st.integers(0, 4), st.sampled_from(["half-up", "half-even"]))
def test_rounding_comes_last(x, digits, mode):
    """Limited first, then rounded: a cap of 99.96 becomes 100.0."""
    rounding = Rounding("achievement", digits, mode)
    limited = value([TARGET], x, cap=Fraction("99.96"))
    found = value([TARGET], x, cap=Fraction("99.96"), rounding=rounding)
    assert found == round_ratio(limited, digits, mode)
    none = Rounding("achievement", digits, "none")
    assert value([TARGET], x, rounding=none) == value([TARGET], x)


def test_the_whole_formula_reads_from_the_measured_value():
    """One tree: what is shown is what is run."""
    made = achievement([TARGET], HUNDRED, col("x"), floor=Fraction(0), cap=Fraction(120))
    assert words(made) == "x × (100 ÷ 80), at most 120, at least 0"


def test_faults_of_all_steps_are_said_at_once():
    """Each at its step and option; a single step is not counted."""
    steps = [
        (METHODS["target"], TargetOptions(Fraction(0), "higher")),
        (METHODS["round"], RoundOptions(12)),
    ]
    with pytest.raises(PolicyError) as refused:
        achievement(steps, HUNDRED, col("x"))
    assert str(refused.value) == (
        "2 options do not fit the normalisation; nothing was scored.\n"
        "  CPN-P80  normalise[0].target: a target of 0 where more is better has no ratio: x would"
        " be divided by 0.\n"
        "           to fix: use 'goalposts' with a worst and a best value, or 'piecewise'.\n"
        "  CPN-P97  normalise[1].digits: digits = 12; decimals run from 0 to 9.\n"
        "           to fix: give a number from 0 to 9."
    )
    with pytest.raises(PolicyError) as refused:
        achievement(steps[:1], HUNDRED, col("x"))
    assert refused.value.findings[0].where == "normalise.target"
    assert refused.value.headline.startswith("1 option does not fit")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], "higher"),
        ([TARGET], "higher"),
        ([LOWER], "lower"),
        ([LOWER, UP], "lower"),
        ([LOWER, (METHODS["goalposts"], GoalpostsOptions(Fraction(9), Fraction(1)))], "higher"),
        ([NEAREST, UP], "nearest"),
        ([NEAREST, LOWER], "unknown"),
        ([NEAREST, NEAREST], "unknown"),
        ([LOWER, NEAREST], "nearest"),
        ([(METHODS["piecewise"], HILL), UP], "nearest"),
        ([(METHODS["piecewise"], HILL), LOWER, UP], "unknown"),
    ],
)
def test_the_direction_of_a_chain(steps, expected):
    """A falling step turns what went before round; a hill on a hill is not known."""
    assert direction(steps) == expected


@given(NUMBERS, NUMBERS)
def test_a_chain_is_monotone_in_its_direction(one, other):
    """Lower is better, through a mirror, a rounding and a conversion."""
    steps = [LOWER, (METHODS["round"], RoundOptions(0)), UP]
    assert direction(steps) == "lower"
    low, high = sorted([one, other])
    assert value(steps, low) >= value(steps, high)
