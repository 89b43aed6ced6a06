"""Columns on one scale: each formula in fractions, laws, edge cases, and the whole errors."""

from fractions import Fraction
from math import log, prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import normalised, topsis
from capaian.analysis.composite.scales import _METHODS

N = Fraction
COLUMNS = st.lists(st.integers(1, 60), min_size=2, max_size=12).filter(lambda x: len(set(x)) > 1)
FREE = ["min-max", "z-score", "best", "sum", "vector", "logarithmic", "percentile", "borda"]


def column(values):
    return np.array([[np.nan if each is None else each] for each in values], dtype=float)


def scaled(values, method, *, less=False, **options):
    found = normalised(column(values), method=method, less_is_better=[0] * less, **options)
    return found[:, 0].tolist()


def borda(x, values, less):
    worse = sum(other > x if less else other < x for other in values)
    return worse + N(sum(other == x for other in values) - 1, 2)


def by_definition(method, values, less):
    """The formula of the docstring, in fractions where it is rational."""
    n, low, high, total = len(values), min(values), max(values), sum(values)
    mean = N(total, n)
    deviation = sqrt(sum((x - mean) ** 2 for x in values) / n)
    length = sqrt(sum(x * x for x in values))
    whole = log(prod(values))
    turned = sum(N(1, x) for x in values)
    return [
        {
            "min-max": lambda x: N(high - x if less else x - low, high - low),
            "z-score": lambda x: float(mean - x if less else x - mean) / deviation,
            "best": lambda x: N(low, x) if less else N(x, high),
            "sum": lambda x: N(1, x) / turned if less else N(x, total),
            "vector": lambda x: 1 - x / length if less else x / length,
            "logarithmic": lambda x: (1 - log(x) / whole) / (n - 1) if less else log(x) / whole,
            "percentile": lambda x: borda(x, values, less) / (n - 1),
            "borda": lambda x: borda(x, values, less),
        }[method](each)
        for each in values
    ]


@pytest.mark.parametrize("method", FREE)
@given(values=COLUMNS, less=st.booleans())
def test_each_is_its_formula(method, less, values):
    expected = [float(each) for each in by_definition(method, values, less)]
    assert scaled(values, method, less=less) == pytest.approx(expected, abs=1e-12)


@given(
    method=st.sampled_from([*FREE, "mean-band", "reference", "target"]), values=COLUMNS,
    less=st.booleans(),
)  # fmt: skip
def test_a_better_value_never_gets_less(method, less, values):
    """And values that are equal get the same, wherever they stand."""
    better = min if less else max
    options = {
        "mean-band": {"band": 0.2},
        "reference": {"unit": values.index(better(values))},
        "target": {"targets": [0 if less else 61]},
    }.get(method, {})
    found = scaled(values, method, less=less, **options)
    order = sorted(zip(values, found, strict=True), reverse=less)
    assert [one for _, one in order] == pytest.approx(sorted(found), abs=1e-12)
    assert len({value for value, _ in order}) == len(dict(order))


BOUNDS = {"min-max": (0, 1), "best": (0, 1), "sum": (0, 1), "vector": (0, 1), "percentile": (0, 1),
          "logarithmic": (0, 1), "mean-band": (-1, 1), "reference": (0, 1)}  # fmt: skip


@given(method=st.sampled_from([*BOUNDS]), values=COLUMNS, less=st.booleans())
def test_bounds(method, values, less):
    options = {"mean-band": {"band": 0.1},
               "reference": {"unit": values.index(min(values) if less else max(values))}}  # fmt: skip
    found = scaled(values, method, less=less, **options.get(method, {}))
    low, high = BOUNDS[method]
    assert min(found) >= low - 1e-12
    assert max(found) <= high + 1e-12


@given(values=COLUMNS)
def test_what_adds_up_to_1(values):
    """Shares and logarithms, whichever way is better; the squares of a vector."""
    for less in (False, True):
        assert sum(scaled(values, "sum", less=less)) == pytest.approx(1)
        assert sum(scaled(values, "logarithmic", less=less)) == pytest.approx(1)
    assert sum(each**2 for each in scaled(values, "vector")) == pytest.approx(1)


@given(values=COLUMNS)
def test_a_gap_stays_and_changes_nothing_else(values):
    """Where packages differ: one makes the whole column missing, another makes it all zeros."""
    for method in FREE:
        found = scaled([*values[:1], None, *values[1:]], method)
        assert np.isnan(found[1])
        assert found[:1] + found[2:] == scaled(values, method)


def test_the_band_has_its_edges():
    """The mean is 4: at 50 % the band is 2 to 6, and both are within it."""
    assert scaled([1, 2, 4, 6, 7], "mean-band", band=0.5) == [-1, 0, 0, 0, 1]
    assert scaled([1, 2, 4, 6, 7], "mean-band", band=0.5, less=True) == [1, 0, 0, 0, -1]
    assert scaled([1, 2, 4, 6, 7], "mean-band", band=0) == [-1, -1, 0, 1, 1]


def test_a_reference_unit_has_1_and_a_target_too():
    assert scaled([2, 6, 10], "reference", unit=1) == [0, 1, 2]
    assert scaled([2, 6, 10], "reference", unit=1, less=True) == [2, 1, 0]
    assert scaled([2, 6, 10], "target", targets=[4]) == [0, 2, 4]
    assert scaled([2, 6, 10], "target", targets=[0], less=True) == [0.8, 0.4, 0]


def refused(*values, **options):
    with pytest.raises(AnalysisError) as caught:
        normalised(np.column_stack([column(each) for each in values]), **options)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("method", FREE)
def test_a_column_of_equal_values_is_refused_by_name(method):
    """Where packages differ: 0, 1 or not a number. Nothing else is computed either."""
    assert refused([5, 5, 5], [1, 2, 3], [None, None, 7], method=method) == [
        "The method was not applied.",
        (
            f"  CPN-N20  1: it does not have two different values: '{method}' cannot tell better from"
            " worse."
        ),
        "           to fix: leave the indicator out, or use a method with a fixed target.",
        (
            f"  CPN-N20  3: it does not have two different values: '{method}' cannot tell better from"
            " worse."
        ),
        "           to fix: leave the indicator out, or use a method with a fixed target.",
    ]


@pytest.mark.parametrize(
    ("method", "values", "less", "bound"),
    [
        ("best", [-1, 2], False, "below 0"),
        ("best", [0, 2], True, "0 or less"),
        ("sum", [0, 2], True, "0 or less"),
        ("vector", [-1, 2], False, "below 0"),
        ("mean-band", [-1, 2], False, "below 0"),
        ("logarithmic", [0.5, 2], False, "below 1"),
    ],
)
def test_values_that_a_method_cannot_take(method, values, less, bound):
    band = 0.2 if method == "mean-band" else None
    assert refused(values, method=method, less_is_better=[0] * less, band=band) == [
        "The method was not applied.",
        f"  CPN-N21  1: 1 values are {bound}, which '{method}' cannot take.",
        "           to fix: use min-max, z-score or percentile, which take any values.",
    ]


@pytest.mark.parametrize(
    ("method", "options"),
    [("reference", {"unit": 1}), ("target", {"targets": [2]}), ("reference", {"unit": 2})],
)
def test_a_reference_must_be_better_than_the_worst(method, options):
    assert refused([9, 2, None], method=method, **options) == [
        "The method was not applied.",
        (
            f"  CPN-N22  1: its {method} is missing, or not better than the worst value: there is no"
            " distance to measure."
        ),
        "           to fix: give one that is better than the worst value of the cohort.",
    ]


@pytest.mark.parametrize(
    ("method", "option", "wanted", "bad"),
    [
        ("reference", "unit", "the position of a unit", [None, 2, -1, "x"]),
        ("target", "targets", "one number for each indicator", [None, 3, [1, 2], ["x"], [np.nan]]),
        ("mean-band", "band", "a share of the mean, from 0 to 1", [None, -0.1, 2, [0.2]]),
    ],
)
def test_an_option_that_is_needed(method, option, wanted, bad):
    for each in bad:
        assert refused([9, 2], method=method, **{option: each}) == [
            "The method was not applied.",
            f"  CPN-N24  {option}: '{method}' needs '{option}': {wanted}.",
            "           to fix: give it.",
        ]


def test_an_option_that_is_not_used():
    assert refused([9, 2], method="sum", band=0.2) == [
        "The method was not applied.",
        "  CPN-N25  band: 'band' is for 'mean-band' only.",
        '           to fix: leave it out, or use method="mean-band".',
    ]


def test_another_method():
    assert refused([9, 2], method="minmax") == [
        "The method was not applied.",
        "  CPN-M62  method: 'minmax' is not known here. Did you mean 'min-max'?",
        (
            "           to fix: use one of: min-max, z-score, best, sum, vector, logarithmic,"
            " percentile, borda, mean-band, reference, target."
        ),
    ]
    assert set(_METHODS) == {*FREE, "mean-band", "reference", "target"}


@pytest.mark.parametrize("positions", [[1], [-1], ["speed"]])
def test_less_is_better_at_a_position_that_there_is(positions):
    """A position that nothing has would leave an indicator the wrong way round in silence."""
    expected = [
        "The method was not applied.",
        "  CPN-N26  less_is_better: 1 positions have no indicator; they go from 0 to 0.",
        "           to fix: count the indicators in their order, the first as 0.",
    ]
    assert refused([9, 2], method="sum", less_is_better=positions) == expected
    with pytest.raises(AnalysisError) as caught:
        topsis(column([9, 2]), less_is_better=positions)
    assert str(caught.value).splitlines() == expected
