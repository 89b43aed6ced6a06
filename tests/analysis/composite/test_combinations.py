"""All combinations of methods: each is what its methods give, one after another."""

from fractions import Fraction
from itertools import product
from math import isclose, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import all_combinations, data_weights, normalised, places, rank_shift

TABLE = np.array([[92, 71, 88], [85, 90, 80], [60, 95, 91], [78, 64, 70], [99, 58, 40]], float)
CELLS = st.lists(st.lists(st.integers(1, 30), min_size=2, max_size=2), min_size=3, max_size=6)


def test_they_are_all_there_in_order():
    """The first of each step is the one that stands; steps change from the last to the first."""
    found = all_combinations(
        TABLE, treat=["none", "winsorise"], normalise=["min-max", "z-score"],
        weigh=["equal", "critic"], aggregate=["arithmetic", "copeland"],
    )  # fmt: skip
    lines = [tuple(row[step] for step in ("treat", "normalise", "weigh", "aggregate"))
             for row in found.combinations.rows()]  # fmt: skip
    assert lines == list(product(
        ["none", "winsorise"], ["min-max", "z-score"], ["equal", "critic"],
        ["arithmetic", "copeland"],
    ))  # fmt: skip
    assert found.scores.shape == found.ranks.shape == (16, 5)
    np.testing.assert_allclose(found.scores[0], normalised(TABLE, method="min-max").mean(axis=1))
    scaled = normalised(TABLE, method="z-score")
    critic = scaled @ data_weights(scaled, method="critic")["weight"]
    np.testing.assert_allclose(found.scores[6], critic)
    row = found.combinations.rows()[6]
    shift = rank_shift(places(found.scores[0]), places(critic))
    assert (row["mean_shift"], row["kendall"]) == (shift.mean_shift, shift.kendall)
    assert row["leader"] == int(np.argmax(critic))
    assert row["refused"] is None
    assert repr(found) == "<Combinations: 16 of methods for 5 units>"
    assert "<table>" in found._repr_html_()


@given(CELLS, st.lists(st.integers(1, 9), min_size=2, max_size=2))
def test_means_are_their_formulas(table, weights):
    """In fractions: the arithmetic, the harmonic, the least; the geometric as a power."""
    found = all_combinations(
        table, normalise={"as it is": lambda x: x}, weigh={"ours": lambda x: weights},
        aggregate=["arithmetic", "harmonic", "minimum", "geometric", "borda"],
    )  # fmt: skip
    whole = sum(weights)
    for unit, line in enumerate(table):
        pairs = list(zip(line, weights, strict=True))
        expected = [
            Fraction(sum(x * w for x, w in pairs), whole),
            whole / sum(Fraction(w, x) for x, w in pairs),
            min(line),
            prod(x**w for x, w in pairs) ** (1 / whole),
        ]
        assert all(
            isclose(one, float(other), rel_tol=1e-12)
            for one, other in zip(found.scores[:4, unit], expected, strict=True)
        )


@given(CELLS)
def test_the_units_table_is_the_ranks(table):
    """Law: no rank outside its range, and one first place in each combination at least."""
    found = all_combinations(
        table, normalise={"as it is": lambda x: x}, aggregate=["arithmetic", "minimum", "topsis"]
    )
    units = found.units
    assert units["rank"] == found.ranks[0].tolist()
    assert units["best"] == found.ranks.min(axis=0).tolist()
    assert units["worst"] == found.ranks.max(axis=0).tolist()
    assert sum(units["first"]) >= 1 - 1e-12
    assert (found.ranks >= 1).all()
    assert (found.ranks <= len(table)).all()


def test_the_last_bits_are_no_difference():
    """0.1 + 0.2 and 0.3 share a place."""
    found = all_combinations(
        [[0.1, 0.2], [0.15, 0.15], [0.3, 0.0]],
        normalise={"as it is": lambda x: x}, aggregate={"sum": lambda x, w: x.sum(axis=1)},
    )  # fmt: skip
    assert found.ranks.tolist() == [[1, 1, 1]]


def test_less_is_better_is_turned_once():
    found = all_combinations(
        [[1, 9], [2, 5], [3, 1]], normalise=["min-max"], aggregate=["arithmetic"],
        less_is_better=[1],
    )  # fmt: skip
    assert found.scores.tolist() == [[0, 0.5, 1]]


def test_what_a_method_cannot_take_is_said_in_its_place():
    """Not 0, not dropped: the code stands in the row, and the others count."""
    found = all_combinations(
        TABLE, normalise=["min-max", "z-score"], weigh=["equal", "entropy"],
        aggregate={"arithmetic": lambda x, w: x @ w, "logs": lambda x, w: np.log(x) @ w},
    )  # fmt: skip
    assert found.combinations["refused"] == [
        None, "CPN-N28", "CPN-M81", "CPN-M81", None, "CPN-N28", "CPN-M81", "CPN-M81"
    ]  # fmt: skip
    assert np.isnan(found.scores[1]).all()
    assert found.combinations["leader"][1] is None
    assert found.combinations.notes == ("6 of 8 were refused by a method",)
    assert found.units["best"] == found.ranks[[0, 4]].min(axis=0).tolist()
    negative = all_combinations(
        TABLE, normalise=["z-score"], aggregate=["arithmetic", "geometric", "harmonic"]
    )
    assert negative.combinations["refused"] == [None, "CPN-M83", "CPN-M83"]


def test_one_that_stands_must_stand():
    with pytest.raises(AnalysisError) as caught:
        all_combinations([[5, 1], [5, 2]], normalise=["min-max", "sum"], aggregate=["arithmetic"])
    assert str(caught.value).splitlines()[1] == (
        "  CPN-N20  1: it does not have two different values: 'min-max' cannot tell better from"
        " worse."
    )


def test_what_is_not_known_is_said_all_at_once():
    with pytest.raises(AnalysisError) as caught:
        all_combinations(TABLE, normalise=["minmax"], weigh=[], aggregate="geometrik")
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-M62  normalise: 'minmax' is not known here. Did you mean 'min-max'?",
        (
            "           to fix: use one of: min-max, z-score, best, sum, vector, logarithmic,"
            " percentile, borda."
        ),
        "  CPN-N24  weigh: 'all_combinations' needs 'weigh': one method or more.",
        "           to fix: give it.",
        "  CPN-M62  aggregate: 'geometrik' is not known here. Did you mean 'geometric'?",
        (
            "           to fix: use one of: arithmetic, geometric, harmonic, minimum, copeland, borda,"
            " topsis."
        ),
    ]
