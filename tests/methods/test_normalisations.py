"""Each normalisation against its formula written again in fractions, and the laws that all keep."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capaian.exact import Program, round_ratio, run_paired
from capaian.formula import col, words
from capaian.methods.normalisations import (
    IdentityOptions,
    RoundOptions,
    TimesOptions,
    capaian_methods,
)
from capaian.methods.posts import GoalpostsOptions, NearestOptions, RangeOptions
from capaian.methods.tables import LookupOptions, PiecewiseOptions, Row, trend
from capaian.methods.targets import TargetOptions
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
HUNDRED = Scale(Fraction(0), Fraction(100), Fraction(0), Fraction(120))
FIVE = Scale(Fraction(1), Fraction(5), None, None)

NUMBERS = st.fractions(-300, 300, max_denominator=12)
POSITIVE = st.fractions(Fraction(1, 12), 300, max_denominator=12)
SCALES = st.sampled_from([HUNDRED, FIVE, Scale(Fraction(-7, 3), Fraction(1), None, Fraction(2))])
BETTER = st.sampled_from(["higher", "lower"])


def tree(kind, options, scale=HUNDRED):
    """The formula over x."""
    return METHODS[kind].build(options, scale, col("x"))


def given_x(kind, options, x, scale=HUNDRED):
    """The exact achievement of x."""
    return run_paired(Program([("y", tree(kind, options, scale))]), {"x": Fraction(x)})["y"][1]


def table(pairs, **options):
    """Options of `piecewise`."""
    return PiecewiseOptions(tuple((Fraction(x), Fraction(y)) for x, y in pairs), **options)


def rows(*written, **options):
    """Options of `lookup`: (lower end, inside, upper end, inside, value)."""
    made = []
    for low, low_in, high, high_in, value in written:
        ends = {}
        if low is not None:
            ends["from_" if low_in else "above"] = Fraction(low)
        if high is not None:
            ends["to" if high_in else "below"] = Fraction(high)
        made.append(Row(Fraction(value), **ends))
    return LookupOptions(tuple(made), **options)


def test_the_hook_brings_every_kind_with_both_titles():
    """What the entry points announce is there, named in both languages."""
    assert sorted(METHODS) == [
        "goalposts", "identity", "lookup", "nearest", "piecewise", "range", "round", "target",
        "times",
    ]  # fmt: skip
    assert all(set(each.title) == {"en", "id"} for each in METHODS.values())


# ---- target ------------------------------------------------------------------------------------


@given(NUMBERS, POSITIVE, SCALES)
def test_more_is_better_is_the_ratio(x, goal, scale):
    """worst + (best - worst) x / T."""
    options = TargetOptions(goal, "higher")
    expected = scale.worst + (scale.best - scale.worst) * x / goal
    assert given_x("target", options, x, scale) == expected


@given(NUMBERS, POSITIVE, SCALES)
def test_less_is_better_is_the_mirrored_ratio(x, goal, scale):
    """(1 + (1 - R/T)) x 100, and the same on any scale."""
    expected = scale.worst + (scale.best - scale.worst) * (1 + (1 - x / goal))
    assert given_x("target", TargetOptions(goal, "lower"), x, scale) == expected
    assert given_x("target", TargetOptions(goal, "lower", "mirror"), x, scale) == expected


@given(NUMBERS, POSITIVE)
def test_the_inverse_ratio_is_limited_and_has_no_hole_at_zero(x, goal):
    """T / x up to `most`, which is also what 0 and less earn; the scale's cap by default."""
    options = TargetOptions(goal, "lower", "inverse", most=Fraction(250))
    expected = Fraction(250) if x <= 0 else min(Fraction(250), 100 * goal / x)
    assert given_x("target", options, x) == expected
    by_default = given_x("target", TargetOptions(goal, "lower", "inverse"), x)
    assert by_default == min(expected, HUNDRED.cap)


@given(NUMBERS, POSITIVE)
def test_the_inverse_ratio_keeps_the_scales_worst(x, goal):
    """On 1..5 the target met is 5 and the limit of great x is 1."""
    expected = Fraction(9) if x <= 0 else min(Fraction(9), 1 + 4 * goal / x)
    options = TargetOptions(goal, "lower", "inverse", most=Fraction(9))
    assert given_x("target", options, x, FIVE) == expected


@given(NUMBERS, POSITIVE)
def test_targets_below_zero_take_the_mirror(x, goal):
    """KMK 127/2026: -11 against -10 is 90 where more is better; `ratio` is the way for less."""
    expected = (1 + (1 - x / -goal)) * 100
    assert given_x("target", TargetOptions(-goal, "higher"), x) == expected
    assert given_x("target", TargetOptions(-goal, "lower", "mirror"), x) == expected
    assert given_x("target", TargetOptions(-goal, "lower", "ratio"), x) == 100 * x / -goal


@given(NUMBERS, POSITIVE, SCALES)
def test_a_target_of_zero_takes_the_worst_value(x, worst, scale):
    """(W - R) / W."""
    options = TargetOptions(Fraction(0), "lower", worst=worst)
    expected = scale.worst + (scale.best - scale.worst) * (worst - x) / worst
    assert given_x("target", options, x, scale) == expected


@given(NUMBERS, POSITIVE, BETTER)
def test_a_target_met_can_earn_a_fixed_achievement(x, goal, better):
    """Conversion to 120: as soon as the target is met, in place of the formula."""
    plain = given_x("target", TargetOptions(goal, better), x)
    met = x >= goal if better == "higher" else x <= goal
    options = TargetOptions(goal, better, met=Fraction(120))
    assert given_x("target", options, x) == (120 if met else plain)


# ---- goalposts, range, nearest -----------------------------------------------------------------


@given(NUMBERS, NUMBERS, NUMBERS, SCALES)
def test_goalposts_are_linear_between_and_beyond_the_posts(x, worst, best, scale):
    """scale.worst + (x - worst) / (best - worst) (scale.best - scale.worst)."""
    assume(worst != best)
    expected = scale.worst + (x - worst) / (best - worst) * (scale.best - scale.worst)
    assert given_x("goalposts", GoalpostsOptions(worst, best), x, scale) == expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_goalposts_turned_round_are_mirrored(x, worst, best):
    """What one way earns and the other way earns add up to worst and best of the scale."""
    assume(worst != best)
    one = given_x("goalposts", GoalpostsOptions(worst, best), x)
    other = given_x("goalposts", GoalpostsOptions(best, worst), x)
    assert one + other == HUNDRED.worst + HUNDRED.best


@given(NUMBERS, POSITIVE, POSITIVE, BETTER, SCALES)
def test_a_range_is_the_best_inside_and_a_target_outside(x, one, other, better, scale):
    """Above, the upper end is the target; below (also below zero), the lower end."""
    low, high = sorted([one, other])
    found = given_x("range", RangeOptions(low, high, better), x, scale)
    if low <= x <= high:
        assert found == scale.best
    else:
        against = TargetOptions(high if x > high else low, better)
        assert found == given_x("target", against, x, scale)


@given(NUMBERS, NUMBERS, POSITIVE, SCALES)
def test_nearest_falls_on_both_sides(x, goal, reach, scale):
    """best - (best - worst) |x - T| / reach."""
    expected = scale.best - (scale.best - scale.worst) * abs(x - goal) / reach
    assert given_x("nearest", NearestOptions(goal, reach), x, scale) == expected


@given(NUMBERS, POSITIVE)
def test_nearest_reaches_as_far_as_the_target(x, goal):
    """KMK 127/2026, stabilise: R/T where R is at most T, else 2 - R/T."""
    expected = 100 * (x / goal if x <= goal else 2 - x / goal)
    assert given_x("nearest", NearestOptions(goal), x) == expected


# ---- tables ------------------------------------------------------------------------------------


def oracle(points, x, upper, clamp):
    """The piecewise function, found by looking for the piece."""
    here = [y for at, y in points if at == x]
    if here:
        return max(here) if upper else min(here)
    if x < points[0][0]:
        first = [points[0], points[1]]
        if clamp:
            return points[0][1]
    elif x > points[-1][0]:
        first = [points[-2], points[-1]]
        if clamp:
            return points[-1][1]
    else:
        index = max(place for place, (at, _) in enumerate(points) if at < x)
        first = [points[index], points[index + 1]]
    (x0, y0), (x1, y1) = first
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


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


@given(point_lists(), st.data(), st.booleans(), st.booleans())
def test_piecewise_is_the_line_between_the_neighbours(points, data, upper, clamp):
    """At points, at jumps, between and outside, whatever way the lines bend."""
    x = data.draw(st.sampled_from([at for at, _ in points]) | st.fractions(-60, 60))
    options = table(
        points,
        at_jump="upper" if upper else "lower",
        outside="clamp" if clamp else "extend",
    )
    assert given_x("piecewise", options, x) == oracle(points, x, upper, clamp)


def test_a_jump_may_stand_at_an_end():
    """Clamped, what lies before a first jump has the value that ends there."""
    options = table([(0, 10), (0, 20), (10, 40), (10, 5)], at_jump="lower")
    assert [given_x("piecewise", options, x) for x in (-1, 0, 5, 10, 11)] == [10, 10, 30, 5, 5]


def test_a_conversion_with_jumps_reads_as_the_rule_is_written():
    """PermenPANRB 8/2021 with unrounded achievements: below 59 it is 49a/59; 100 and 101 jump."""
    points = [(0, 0), (59, 49), (60, 50), (79, 69), (80, 70), (99, 89), (100, 90), (100, 109)]
    points += [(101, 109), (101, 110), (110, 120)]
    options = table(points)
    at = {
        29: Fraction(49 * 29, 59),
        59: 49,
        99: 89,
        Fraction("99.5"): Fraction("89.5"),
        100: 109,
        Fraction("100.99"): 109,
    }
    at |= {101: 110, Fraction("105.5"): 115, 110: 120, 400: 120, -3: 0}
    assert {x: given_x("piecewise", options, x) for x in at} == at


def test_lookup_takes_single_values_and_the_rest():
    """`is` is one x; `otherwise` fills whatever no row is for."""
    options = LookupOptions(
        (Row(Fraction(100), is_=Fraction(0)), Row(Fraction(50), above=Fraction(2), to=Fraction(4))),
        Fraction(7),
    )
    found = [given_x("lookup", options, x) for x in (-1, 0, 1, 2, 3, 4, 5)]
    assert found == [7, 100, 7, 7, 50, 50, 7]


@given(
    st.sets(st.integers(-30, 30), min_size=1, max_size=6),
    st.data(),
    st.fractions(-40, 40, max_denominator=3),
)
def test_lookup_gives_the_one_row_that_holds(cuts, data, x):
    """Rows in any order; the row is found by asking each of them."""
    ends = [None, *sorted(cuts), None]
    inside = [data.draw(st.booleans()) for _ in ends]
    written = [
        (low, not inside[index], high, inside[index + 1], 10 * index)
        for index, (low, high) in enumerate(pairwise(ends))
    ]
    options = rows(*data.draw(st.permutations(written)))
    holding = [value for low, low_in, high, high_in, value in written if (
        (low is None or x > low or (x == low and low_in))
        and (high is None or x < high or (x == high and high_in))
    )]  # fmt: skip
    assert [given_x("lookup", options, x)] == holding


@given(NUMBERS, st.integers(0, 9), st.sampled_from(["half-up", "half-even"]))
def test_round_and_identity(x, digits, mode):
    """`round` is the rounding of the whole library; `identity` leaves the tree as it is."""
    assert given_x("round", RoundOptions(digits, mode), x) == round_ratio(x, digits, mode)
    assert tree("identity", IdentityOptions()) == col("x")


# ---- words and directions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("target", TargetOptions(Fraction(40), "higher"), "x × (100 ÷ 40)"),
        ("target", TargetOptions(Fraction(40), "lower"), "200 − x × (100 ÷ 40)"),
        (
            "target",
            TargetOptions(Fraction(0), "lower", worst=Fraction(10)),
            "(10 − x) × (100 ÷ 10)",
        ),
        ("target", TargetOptions(Fraction(100), "higher"), "x"),
        ("goalposts", GoalpostsOptions(Fraction(5), Fraction(15)), "(x − 5) × (100 ÷ 10)"),
        ("goalposts", GoalpostsOptions(Fraction(15), Fraction(5)), "(15 − x) × (100 ÷ 10)"),
        (
            "range",
            RangeOptions(Fraction(80), Fraction(90), "higher"),
            "(x × (100 ÷ 90) if x > 90, else x × (100 ÷ 80), at most 100)",
        ),
        ("times", TimesOptions(Fraction(21, 20)), "x × 1.05"),
        ("times", TimesOptions(Fraction(1)), "x"),
        (
            "target",
            TargetOptions(Fraction(4), "higher", met=Fraction(120)),
            "(120 if x ≥ 4, else x × (100 ÷ 4))",
        ),
    ],
)
def test_a_formula_says_the_target(kind, options, said):
    """Constants are folded into one, and still read as the rule writes them."""
    assert words(tree(kind, options)) == said


def test_a_bend_one_way_needs_no_decision():
    """The KMK scale is the greatest of two lines: nothing to be in doubt about."""
    made = tree("piecewise", table([(0, 0), (90, 100), (100, 120)]))
    held = "(x, at most 100, at least 0)"
    assert words(made) == (f"the greatest of {held} × (100 ÷ 90), 100 + ({held} − 90) × (20 ÷ 10)")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 2, 3], "higher"),
        ([3, 2, 2], "lower"),
        ([1, 3, 2], "nearest"),
        ([3, 1, 2], "unknown"),
        ([1, 3, 2, 4], "unknown"),
        ([2, 2], "unknown"),
    ],
)
def test_the_trend_of_a_table_is_its_direction(values, expected):
    """Up, down, up and then down; anything else is not known."""
    assert trend(values) == expected
    assert METHODS["piecewise"].direction(table(list(enumerate(values)))) == expected


@pytest.mark.parametrize(
    ("x", "by"), [(80, "1.05"), ("104.69", 1), ("1/3", "-2"), (120, "0.9"), (0, 3)]
)
def test_times_multiplies_exactly_as_a_line_through_zero_does(x, by):
    """80 x 1.05 = 84 (KMK 127/2026); the same as `piecewise` extended, said in fewer words."""
    x, by = Fraction(x), Fraction(by)
    line = table([(0, 0), (100, 100 * by)], outside="extend")
    assert given_x("times", TimesOptions(by), x) == by * x == given_x("piecewise", line, x)


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("target", TargetOptions(Fraction(3), "lower"), "lower"),
        ("target", TargetOptions(Fraction(-3), "lower", "mirror"), "higher"),
        ("goalposts", GoalpostsOptions(Fraction(3), Fraction(1)), "lower"),
        ("nearest", NearestOptions(Fraction(3)), "nearest"),
        ("range", RangeOptions(Fraction(1), Fraction(2), "lower"), "lower"),
        ("round", RoundOptions(0), "higher"),
        ("identity", IdentityOptions(), "higher"),
        ("times", TimesOptions(Fraction(21, 20)), "higher"),
        ("times", TimesOptions(Fraction(-1)), "lower"),
        (
            "lookup",
            LookupOptions(
                (Row(Fraction(9), below=Fraction(1)), Row(Fraction(0), from_=Fraction(1)))
            ),
            "lower",
        ),
    ],
)
def test_every_method_says_which_way_is_better(kind, options, expected):
    """The mirror formula over a target below zero grows, whatever the policy calls better."""
    assert METHODS[kind].direction(options) == expected
