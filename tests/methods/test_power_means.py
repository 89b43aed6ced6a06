"""The generalised mean against `decimal` with 90 digits, other means, and the laws of means."""

from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.exact import Program, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import Column, col, lit, rounded
from capaian.methods.aggregations import GEOMETRIC, HARMONIC
from capaian.methods.power_means import POWER_MEAN, PowerMeanOptions

PRECISE = Context(prec=90, Emin=-999999, Emax=999999)
CLOSE = Fraction(1, 10**50)
SCORES = st.one_of(st.integers(0, 120).map(Fraction), st.fractions(0, 120, max_denominator=30))
POWERS = st.builds(
    lambda top, bottom, sign: Fraction(sign * top, bottom),
    st.integers(1, 9), st.integers(1, 6), st.sampled_from([1, -1]),
)  # fmt: skip


@st.composite
def groups(draw):
    """One to five parts with weights that add up to 1, a weight of 0 now and then."""
    size = draw(st.integers(1, 5))
    parts = draw(st.lists(SCORES, min_size=size, max_size=size))
    raw = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
    return parts, [Fraction(each, sum(raw)) for each in raw]


def program(power, weights):
    """Value, multipliers and contributions over columns x0, x1, ..."""
    method = POWER_MEAN.make(PowerMeanOptions(Fraction(power)))
    parts = [col(f"x{index}") for index in range(len(weights))]
    steps = [("raw", method.value(parts, weights))]
    for index, part in enumerate(parts):
        steps.append((f"m{index}", method.multiplier(parts, weights, index, col("raw"))))
        steps.append((f"c{index}", Column(f"m{index}") * part))
    return Program((*steps, ("score", rounded(col("raw"), 2))))


def run(power, parts, weights):
    """Every result, exact."""
    inputs = {f"x{index}": Fraction(part) for index, part in enumerate(parts)}
    return {name: each for name, (_, each) in run_paired(program(power, weights), inputs).items()}


def value(power, parts, weights=None):
    """The exact value; of equal weights where none are given."""
    return run(power, parts, weights or [Fraction(1, len(parts))] * len(parts))["raw"]


def decimal(ratio):
    """A fraction to 90 digits."""
    return PRECISE.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))


def truth(power, parts, weights):
    """(sum of w x^p)^(1/p), by logarithms of 90 digits."""
    counted = [(part, weight) for part, weight in zip(parts, weights, strict=True) if weight]
    if power < 0 and any(part == 0 for part, _ in counted):
        return Fraction(0)
    whole = Decimal(0)
    for part, weight in counted:
        if part:
            term = PRECISE.power(decimal(part), decimal(power))
            whole = PRECISE.add(whole, PRECISE.multiply(decimal(weight), term))
    return Fraction(PRECISE.power(whole, decimal(1 / power))) if whole else Fraction(0)


@given(POWERS, groups())
def test_the_value_is_right_to_57_digits(power, group):
    """60 are carried; the root of a small power takes some of them."""
    wanted = truth(power, *group)
    assert abs(value(power, *group) - wanted) <= wanted / 10**57


@given(POWERS, groups())
def test_contributions_add_up_to_the_value_exactly(power, group):
    """As fractions, also where the powers are irrational; nothing is taken from a part of 0."""
    parts, weights = group
    found = run(power, parts, weights)
    shares = [found[f"c{index}"] for index in range(len(parts))]
    assert sum(shares) == found["raw"]
    assert all(share >= 0 for share in shares)
    assert all(share == 0 for share, part in zip(shares, parts, strict=True) if part == 0)


@given(POWERS, groups())
def test_multipliers_are_the_slopes(power, group):
    """w (x/f)^(p-1), to 50 digits, for parts above 0."""
    parts, weights = group
    found = run(power, parts, weights)
    for index, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        if part and found["raw"] and weight:
            ratio = PRECISE.divide(decimal(part), decimal(found["raw"]))
            slope = Fraction(PRECISE.power(ratio, decimal(power - 1))) * weight
            assert abs(found[f"m{index}"] - slope) <= slope * CLOSE


@given(POWERS, st.lists(st.fractions("1/9", 20, max_denominator=9), min_size=2, max_size=4))
def test_a_rational_mean_is_found_exactly(power, factors):
    """Parts whose powers are rational multiples of one radical: here of the p-th root of 2."""
    bottom = power.denominator
    parts = [2 * factor**bottom for factor in factors]
    powers = [factor**power.numerator for factor in factors]
    mean = sum(powers, Fraction(0)) / len(powers)
    # f = 2 (mean of factor^a)^(b/a): rational where the mean is an a-th power; else to 60 digits.
    found = value(power, parts)
    exact = _root(mean ** (bottom if power > 0 else -bottom), abs(power.numerator))
    if exact is not None:
        assert found == 2 * exact
    else:
        assert abs(found - truth(power, parts, [Fraction(1, len(parts))] * len(parts))) <= CLOSE


def _root(ratio, degree):
    """The root as a fraction, or None where it is irrational."""
    made = []
    for each in (ratio.numerator, ratio.denominator):
        near = round(PRECISE.power(Decimal(each), decimal(Fraction(1, degree))))
        made.append(next((n for n in (near - 1, near, near + 1) if n**degree == each), None))
    return None if None in made else Fraction(*made)


@pytest.mark.parametrize(
    ("power", "parts", "expected"),
    [
        ("1/2", [2, 8], "9/2"),
        ("1/2", [3, 3, 27, 12], "147/16"),
        ("1/3", [2, 16, 54], "16"),
        ("2", [1, 7], "5"),
        ("2", ["1/2", "7/2"], "5/2"),
        ("-1/2", [2, 8], "32/9"),
        ("-2", ["1/7", "1"], "1/5"),
        ("3/2", [4, 4], "4"),
    ],
)
def test_edges_that_float64_misses(power, parts, expected):
    """Sums of irrational roots that come to a rational number: an edge, and it is met exactly."""
    assert value(power, list(map(Fraction, parts))) == Fraction(expected)


@given(groups())
def test_the_family_holds_the_other_means(group):
    """1 is the arithmetic mean, -1 the harmonic; 1/20 and -1/20 have the geometric between."""
    parts, weights = group
    assert value(1, parts, weights) == sum(
        part * weight for part, weight in zip(parts, weights, strict=True)
    )
    names = [lit(part) for part in parts]
    others = [
        run_paired(Program((("f", method.value(names, weights)),)), {})["f"][1]
        for method in (HARMONIC, GEOMETRIC)
    ]
    assert value(-1, parts, weights) == others[0]
    below, above = (value(Fraction(p, 20), parts, weights) for p in (-1, 1))
    assert below - CLOSE <= others[1] <= above + CLOSE


@given(st.lists(POWERS, min_size=2, max_size=4, unique=True), groups())
def test_a_greater_power_gives_more(powers, group):
    """And all lie between the least and the greatest part."""
    parts, weights = group
    counted = [part for part, weight in zip(parts, weights, strict=True) if weight]
    found = [min(counted), *(value(each, parts, weights) for each in sorted(powers)), max(counted)]
    assert all(low <= high + CLOSE for low, high in pairwise(found))


@given(POWERS, groups(), SCORES, st.integers(0, 4))
def test_a_better_part_never_lowers_the_value(power, group, gain, place):
    """Monotone in every part."""
    parts, weights = group
    better = [part + gain * (at == place % len(parts)) for at, part in enumerate(parts)]
    assert value(power, better, weights) + CLOSE >= value(power, parts, weights)


@given(POWERS, groups(), st.integers(2, 7))
def test_all_parts_times_a_number_is_the_value_times_it(power, group, times):
    """Of degree one; and so the unit of the parts plays no part."""
    parts, weights = group
    found = value(power, [times * part for part in parts], weights)
    assert abs(found - times * value(power, parts, weights)) <= CLOSE


@given(POWERS, groups())
def test_a_part_without_weight_has_no_say(power, group):
    """As if it were not there."""
    parts, weights = group
    assert value(power, [*parts, Fraction(0)], [*weights, Fraction(0)]) == value(
        power, parts, weights
    )


@given(POWERS, st.data())
def test_columns_equal_the_truth_where_they_are_sure(power, data):
    """Not in doubt: the rounded score is exact and the floats are those of one by one."""
    weights = [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)]
    made = program(power, weights)
    rows = st.lists(st.integers(0, 120), min_size=3, max_size=3)
    table = data.draw(st.lists(rows, min_size=1, max_size=8))
    columns = {f"x{index}": np.array([row[index] for row in table]) for index in range(3)}
    found = run_filtered(made, columns)
    for row, parts in enumerate(table):
        if found.doubt[row]:
            continue
        paired = run_paired(made, {f"x{index}": part for index, part in enumerate(parts)})
        assert found.values["score"][row] == float(paired["score"][1])
        for name in made.names:
            assert found.values[name][row] == paired[name][0]


@pytest.mark.parametrize("power", ["1/2", "2", "-2", "7/3", "10", "-10"])
def test_a_float_is_seldom_in_doubt(power):
    """The written form must leave a bound that is of use: here no row is in doubt."""
    chance = np.random.default_rng(20260331)
    weights = [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)]
    columns = {f"x{index}": chance.integers(1, 10_000, 200) for index in range(3)}
    method = POWER_MEAN.make(PowerMeanOptions(Fraction(power)))
    tree = method.value([col(f"x{index}") / lit(83) for index in range(3)], weights)
    found = run_filtered(Program((("raw", tree), ("score", rounded(col("raw"), 2)))), columns)
    assert found.errors["raw"] < 1e-9
    assert not found.doubt.any()


def test_what_it_is_called_says_the_power():
    """An explanation says which of the family it is."""
    title = POWER_MEAN.make(PowerMeanOptions(Fraction(-1, 3))).title
    assert title == {
        "en": "a generalised mean of the power -1/3",
        "id": "rata-rata umum berpangkat -1/3",
    }


def test_a_power_of_0_is_refused():
    with pytest.raises(PolicyError) as refused:
        PowerMeanOptions(Fraction(0))
    assert refused.value.text() == (
        "The method 'power-mean' cannot be used as it is written; nothing was scored.\n"
        "  CPN-W22  power: power = 0: the generalised mean has no value there; what it nears is the"
        " geometric mean.\n"
        '           to fix: use method = "geometric", or another power.'
    )


@pytest.mark.parametrize("power", ["101", "-1/101", "0.3333"])
def test_a_power_is_a_ratio_of_small_numbers(power):
    with pytest.raises(PolicyError) as refused:
        PowerMeanOptions(Fraction(power))
    given = {"101": "101", "-1/101": "-1/101", "0.3333": "0.3333"}[power]
    assert refused.value.text() == (
        "The method 'power-mean' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-W23  power: power = {given}; a power is a ratio of whole numbers up to 100.\n"
        '           to fix: write a nearby ratio, such as 2, 0.5 or "-1/3".'
    )
