"""Weights from the data, against their definitions written out in plain Python."""

import math
from statistics import correlation, fmean, pstdev

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import capaian
from capaian import AnalysisError
from capaian.analysis import data_weights, matrix_of, principal_components
from small_office import OFFICE, made_up_evidence

TABLES = st.integers(2, 4).flatmap(lambda k: st.lists(
    st.lists(st.integers(1, 50), min_size=k, max_size=k), min_size=3, max_size=8))  # fmt: skip


def entropy(columns):
    found = []
    for column in columns:
        shares = [x / sum(column) for x in column]
        found.append(1 + sum(p * math.log(p) for p in shares) / math.log(len(column)))
    return found


def critic(columns):
    scaled = [[(x - min(c)) / (max(c) - min(c)) for x in c] for c in columns]
    return [pstdev(c) * sum(1 - correlation(c, other) for other in scaled) for c in scaled]


def gini(columns):
    return [sum(abs(x - y) for x in c for y in c) / (2 * len(c) ** 2 * fmean(c)) for c in columns]


def merec(columns):
    rows = list(zip(*[[abs(math.log(min(c) / x)) for x in c] for c in columns], strict=True))
    whole = [math.log(1 + fmean(row)) for row in rows]
    return [
        sum(
            abs(math.log(1 + (sum(row) - row[j]) / len(row)) - w)
            for row, w in zip(rows, whole, strict=True)
        )
        for j in range(len(columns))
    ]


HAND = {"deviation": lambda columns: [pstdev(c) for c in columns], "entropy": entropy,
        "critic": critic, "gini": gini, "merec": merec}  # fmt: skip


@pytest.mark.parametrize("method", HAND)
@given(table=TABLES)
def test_the_weights_are_their_definition(method, table):
    columns = list(zip(*table, strict=True))
    assume(all(max(c) > min(c) for c in columns))
    expected = np.array(HAND[method](columns))
    assume(expected.sum() > 1e-6)
    found = data_weights(table, method=method)
    np.testing.assert_allclose(found["weight"], expected / expected.sum(), atol=1e-9)
    assert sum(found["weight"]) == pytest.approx(1)


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(table, random):
    """Law, for every method that the table allows."""
    assume(all(max(c) > min(c) for c in zip(*table, strict=True)))
    shuffled = random.sample(table, len(table))
    for method in HAND:
        np.testing.assert_allclose(
            data_weights(shuffled, method=method)["weight"],
            data_weights(table, method=method)["weight"],
            atol=1e-9,
        )


def test_components_keep_what_they_explain():
    """Oracle: singular values of the standardised table; a rotation leaves each indicator's
    explained share as it was."""
    drawn = np.random.default_rng(3).normal(size=(200, 5)) @ np.random.default_rng(4).normal(
        size=(5, 5)
    )
    found = principal_components(drawn)
    standard = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    singular = np.linalg.svd(standard, compute_uv=False)
    np.testing.assert_allclose(found.eigenvalues, singular**2 / len(drawn))
    kept = found.loadings.shape[1]
    assert kept == (found.eigenvalues >= 1).sum()
    assert (found.loadings**2).sum() == pytest.approx(found.eigenvalues[:kept].sum())
    weights = data_weights(drawn, method="components")["weight"]
    assert sum(weights) == pytest.approx(1)
    assert min(weights) >= 0


def test_scores_are_taken_by_their_achievements():
    """The indicators have their names, and whoever lacks a value is left out and counted."""
    evidence = made_up_evidence()
    evidence["services"] = [row for row in evidence["services"] if row["nip"] != "b"]
    scores = capaian.score(OFFICE, evidence, period="2026-Q1", as_of="2026-04-01")
    found = data_weights(scores, method="critic")
    assert found["indicator"] == ["response", "satisfaction", "services"]
    assert found.notes == ("1 of 4 units have a value missing, and were left out",)
    whole = matrix_of(scores)
    again = data_weights(whole.achievement[[0, 2, 3]], method="critic")
    assert again["weight"] == found["weight"]
    assert again["indicator"] == ["1", "2", "3"]
    assert data_weights(whole, method="critic")["weight"] == found["weight"]


@pytest.mark.parametrize(
    ("table", "method", "lines"),
    [
        ([[1, 2], [3, 4]], "entropie",
         ["  CPN-M62  method: 'entropie' is not known here. Did you mean 'entropy'?",
          "           to fix: use one of: deviation, entropy, critic, gini, merec, components."]),
        ([[1, 2]], "critic",
         ["  CPN-M79  values: 1 units have all their values; two or more are needed.",
          "           to fix: fill values in (imputed), or leave the indicator out that few have."]),
        ([[1, 2], [1, 4]], "critic",
         ["  CPN-M80  values: 1 indicators have the same value everywhere: they tell nobody apart.",
          "           to fix: leave them out for this question."]),
        ([[0, 2], [1, 4]], "entropy",
         ["  CPN-M81  values: 1 values are 0 or less, and 'entropy' takes shares or logarithms.",
          "           to fix: use 'critic' or 'deviation', which take any value."]),
    ],
)  # fmt: skip
def test_what_is_refused(table, method, lines):
    with pytest.raises(AnalysisError) as caught:
        data_weights(table, method=method)
    assert str(caught.value).splitlines() == ["The method was not applied.", *lines]
