"""Scores laid out as arrays, from every kind of table."""

import numpy as np
import polars as pl
import pytest

import capaian
from capaian.analysis import matrix_of
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence


def scored(form="records", subjects=("a", "b", "c", "d")):
    evidence = made_up_evidence(subjects)
    if form == "polars":
        evidence = {name: pl.DataFrame(rows) for name, rows in evidence.items()}
    return capaian.score(read_policy(OFFICE), evidence, period="2026-Q1", as_of="2026-04-01")


@pytest.mark.parametrize("form", ["records", "polars"])
def test_a_matrix_is_the_ledger(form):
    """Each cell is the ledger's row of that subject and indicator."""
    scores = scored(form)
    matrix, ledger = matrix_of(scores), scores.ledger_columns()
    assert repr(matrix) == "<Matrix 4 subjects x 3 indicators>"
    for name in ("measured", "achievement", "weight", "contribution", "n"):
        expected = np.array(ledger[name], dtype=float).reshape(4, 3)
        np.testing.assert_array_equal(getattr(matrix, name), expected)
    assert matrix.bands == ("low", "middle", "high")
    assert [matrix.bands[at] for at in matrix.band] == scores.columns()["band"]
    assert matrix.score.tolist() == scores.columns()["score"]


def test_plain_records_and_whole_columns_give_the_same_matrix():
    """Law: the engine does not matter."""
    plain, whole = matrix_of(scored("records")), matrix_of(scored("polars"))
    for name in ("measured", "achievement", "weight", "contribution", "n", "score", "band"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(whole, name))


@pytest.mark.parametrize("form", ["records", "polars"])
def test_what_is_missing_is_not_a_number(form):
    """Nobody's services: no value, no achievement, no weight; never zero."""
    evidence = made_up_evidence(("a", "b"))
    evidence["services"] = [row for row in evidence["services"] if row["nip"] == "a"]
    if form == "polars":
        evidence = {name: pl.DataFrame(rows) for name, rows in evidence.items()}
    scores = capaian.score(read_policy(OFFICE), evidence, period="2026-Q1", as_of="2026-04-01")
    matrix = matrix_of(scores)
    at = matrix.indicators.index("services")
    assert np.isnan(matrix.measured[1, at])
    assert np.isnan(matrix.achievement[1, at])
    assert np.isfinite(matrix.measured[0]).all()
    np.testing.assert_allclose(np.nansum(matrix.weight, axis=1), 1)
