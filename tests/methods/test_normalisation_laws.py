"""Laws that every normalisation keeps, whatever its options."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import Program, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import col, from_data, kind_of, lit, rounded, to_data, words
from capaian.methods.normalisations import (
    IdentityOptions,
    RoundOptions,
    TimesOptions,
    capaian_methods,
)
from capaian.methods.posts import GoalpostsOptions, NearestOptions, RangeOptions
from capaian.methods.tables import LookupOptions, PiecewiseOptions, Row
from capaian.methods.targets import TargetOptions
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
HUNDRED = Scale(Fraction(0), Fraction(100), Fraction(0), Fraction(120))
FIVE = Scale(Fraction(1), Fraction(5), None, None)

NUMBERS = st.fractions(-300, 300, max_denominator=12)
POSITIVE = st.fractions(Fraction(1, 12), 300, max_denominator=12)
BETTER = st.sampled_from(["higher", "lower"])


def given_x(kind, options, x, scale):
    """The exact achievement of x."""
    made = METHODS[kind].build(options, scale, col("x"))
    return run_paired(Program([("y", made)]), {"x": x})["y"][1]


@st.composite
def point_lists(draw):
    """Two to six places, some of them jumps, anywhere but at an end that is to be extended."""
    places = sorted(draw(st.sets(st.integers(-40, 40), min_size=2, max_size=6)))
    points = []
    for index, place in enumerate(places):
        points.append((Fraction(place), Fraction(draw(st.integers(-50, 150)))))
        if draw(st.booleans()) and 0 < index < len(places) - 1:
            points.append((Fraction(place), Fraction(draw(st.integers(-50, 150)))))
    return points


@st.composite
def methods(draw):
    """Any method with any options that it takes."""
    kind = draw(st.sampled_from(sorted(METHODS)))
    scale = draw(st.sampled_from([HUNDRED, FIVE]))
    if kind == "target":
        case = draw(st.integers(0, 4))
        goal = draw(POSITIVE)
        met = draw(st.none() | st.just(Fraction(130)))
        options = (
            TargetOptions(goal, draw(BETTER), met=met),
            TargetOptions(-goal, "higher", met=met),
            TargetOptions(-goal, "lower", "ratio", met=met),
            TargetOptions(Fraction(0), "lower", worst=goal, met=met),
            TargetOptions(goal, "lower", "inverse", met=met, most=Fraction(140)),
        )[case]
    elif kind == "goalposts":
        worst = draw(NUMBERS)
        options = GoalpostsOptions(worst, worst + draw(POSITIVE | POSITIVE.map(lambda p: -p)))
    elif kind == "range":
        low = draw(POSITIVE)
        options = RangeOptions(low, low + draw(POSITIVE), draw(BETTER))
    elif kind == "nearest":
        options = NearestOptions(draw(NUMBERS), draw(POSITIVE))
    elif kind == "piecewise":
        options = PiecewiseOptions(
            tuple(draw(point_lists())),
            at_jump=draw(st.sampled_from(["upper", "lower"])),
            outside=draw(st.sampled_from(["clamp", "extend"])),
        )
    elif kind == "lookup":
        cut = draw(st.integers(-20, 20))
        last = Fraction(draw(st.integers(0, 100)))
        options = LookupOptions(
            (
                Row(Fraction(60), to=Fraction(cut)),
                Row(Fraction(80), above=Fraction(cut), to=Fraction(cut + 5)),
                Row(last, above=Fraction(cut + 5)),
            )
        )
    elif kind == "times":
        options = TimesOptions(draw(POSITIVE | POSITIVE.map(lambda p: -p)))
    else:
        options = RoundOptions(draw(st.integers(0, 3))) if kind == "round" else IdentityOptions()
    return kind, options, scale


@given(methods(), NUMBERS, NUMBERS)
def test_monotone_in_the_declared_direction(method, one, other):
    """A better value never earns less."""
    kind, options, scale = method
    low, high = sorted([one, other])
    first, second = (given_x(kind, options, x, scale) for x in (low, high))
    way = METHODS[kind].direction(options)
    if way == "higher":
        assert first <= second
    if way == "lower":
        assert first >= second


@given(
    methods(),
    st.lists(
        st.tuples(st.integers(-400, 400), st.integers(1, 60)),
        min_size=1,
        max_size=30,
    ),
)
def test_columns_equal_the_truth_where_they_are_sure(method, ratios):
    """Not in doubt: the rounded achievement is exact, and the floats are those of one by one."""
    kind, options, scale = method
    made = METHODS[kind].build(options, scale, col("m"))
    program = Program([("m", col("x") / col("n")), ("y", made), ("r", rounded(col("y"), 2))])
    columns = {"x": np.array([x for x, _ in ratios]), "n": np.array([n for _, n in ratios])}
    found = run_filtered(program, columns)
    for row, (x, n) in enumerate(ratios):
        if found.doubt[row]:
            continue
        exact = run_paired(program, {"x": x, "n": n})
        assert found.values["y"][row] == exact["y"][0]
        assert found.values["r"][row] == float(exact["r"][1])
        assert abs(Fraction(float(found.values["y"][row])) - exact["y"][1]) <= Fraction(
            found.errors["y"]
        )


@given(methods())
def test_formulas_are_numbers_that_can_be_written_down_and_said(method):
    """A tree has the kind of a ratio, survives JSON, and reads as words in both languages."""
    kind, options, scale = method
    made = METHODS[kind].build(options, scale, col("x"))
    assert kind_of(made, {"x": "ratio"}) in {"ratio", "integer"}
    assert from_data(to_data(made)) == made
    assert words(made, "en")
    assert words(made, "id")


@pytest.mark.parametrize("scale", [HUNDRED, FIVE], ids=["0-100", "1-5"])
def test_an_inverse_ratio_is_seldom_in_doubt(scale):
    """Division by what may be zero leaves a bound that is of use, on any scale."""
    options = TargetOptions(Fraction(7), "lower", "inverse", most=Fraction(130))
    made = METHODS["target"].build(options, scale, col("x") / lit(83))
    program = Program([("y", made), ("r", rounded(col("y"), 2))])
    found = run_filtered(program, {"x": np.arange(5_000)})
    assert found.errors["y"] < 1e-9
    assert found.doubt.sum() < 50
