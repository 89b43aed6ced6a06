"""What pictures are made of: any table in memory; all that is wrong with one is told at once."""

import numpy as np
import pandas as pd
import pytest

from capaian import AnalysisError
from capaian.analysis import Table
from capaian.charts import band_strip
from capaian.charts.reading import columns_of, numbers, prove_choice
from capaian.columns import Coded
from held import held

ROWS = [{"a": 1, "b": 0.5, "c": "x"}, {"a": 2, "b": None, "c": None}]


@pytest.mark.parametrize("kind", ["records", "polars", "pandas", "pyarrow"])
def test_every_kind_of_table(kind):
    """The same lists, whatever holds them; nothing is `None`."""
    found = columns_of(held(ROWS, kind), ("a", "b"), ("c", "d"))
    assert found == {"a": [1, 2], "b": [0.5, None], "c": ["x", None]}


def test_columns_and_results_of_an_analysis():
    """A mapping of columns; a `Table` with arrays and coded words."""
    expected = {"a": [1, 2], "b": [0.5, None]}
    assert columns_of({"a": (1, 2), "b": np.array([0.5, np.nan])}, ("a", "b")) == expected
    words = Coded(np.array([0, -1], dtype=np.int8), ("x",))
    table = Table("t", {"a": np.array([1, 2]), "c": words})
    assert columns_of(table, ("a", "c")) == {"a": [1, 2], "c": ["x", None]}


def test_missing_words_of_pandas():
    """Its own word for nothing is nothing."""
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64")})
    assert columns_of(frame, ("a",)) == {"a": [1, None]}


def test_columns_by_how_they_begin():
    """As those of each band's probability."""
    assert set(columns_of({"a": [1], "p_x": [1], "q": [2]}, ("a",), ("p_*",))) == {"a", "p_x"}


def test_all_columns_that_are_missing():
    """Each by name, with what there is, and what may have been meant."""
    with pytest.raises(AnalysisError) as caught:
        columns_of({"score": [1], "scores": [2]}, ("score", "rank_low", "scored"))
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M87  table: there is no column 'rank_low'; there are: score, scores.\n"
        "           to fix: give what the analysis gave, or name the columns as it does.\n"
        "  CPN-M87  table: there is no column 'scored'; there are: score, scores. Did you mean "
        "'score'?\n"
        "           to fix: give what the analysis gave, or name the columns as it does."
    )


def test_no_rows():
    """Of an empty table there is no picture."""
    with pytest.raises(AnalysisError) as caught:
        columns_of({"a": []}, ("a",))
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M88  table: there is nothing to draw: no row has a value.\n"
        "           to fix: see why the analysis gave no rows, before a picture is drawn of it."
    )


@pytest.mark.parametrize("given", [None, 3, "a", object(), [1, 2], {"a": 3}])
def test_no_table(given):
    """Told by its type alone."""
    with pytest.raises(AnalysisError) as caught:
        columns_of(given, ("a",))
    assert caught.value.code == "CPN-M89"


@pytest.mark.parametrize("kind", ["lazy polars", "duckdb"])
def test_a_lazy_table(kind):
    """Whoever has it says when it is run."""
    with pytest.raises(AnalysisError) as caught:
        columns_of(held(ROWS, kind), ("a",))
    given = {"lazy polars": "LazyFrame", "duckdb": "DuckDBPyRelation"}[kind]
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        f"  CPN-M89  table: this is no table: {given}.\n"
        "           to fix: give a Table of capaian.analysis, a mapping of columns, a list of "
        "dicts, or a dataframe in memory."
    )


def test_numbers():
    """Whole ones, fractions, nothing; what is none of them, or beyond the ends, is counted."""
    assert numbers({"a": [1, None, np.float64(0.5).item()]}, "a") == [1.0, None, 0.5]
    with pytest.raises(AnalysisError) as caught:
        numbers({"p": [0.5, 1.5, "198701", True, float("inf")]}, "p", 0, 1)
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M91  p: 4 values are no number, or not within 0 – 1.\n"
        "           to fix: correct them, or leave them out: a value that is missing is drawn as "
        "missing."
    )
    with pytest.raises(AnalysisError, match="2 values are no number, or not within 1 – …"):
        numbers({"p": [0, -1, 3]}, "p", 1)
    with pytest.raises(AnalysisError, match="1 values are no number, or not within –∞ – ∞"):
        numbers({"p": ["x"]}, "p")


def test_a_word_that_is_no_choice():
    """With what may have been meant."""
    with pytest.raises(AnalysisError) as caught:
        prove_choice("label", "numbr", ("number", "subject"))
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M90  label: this is not one of the choices. Did you mean 'number'?\n"
        "           to fix: use one of: number, subject."
    )


def test_no_content_of_a_row_is_in_a_message():
    """A number that is a text is counted, not shown."""
    with pytest.raises(AnalysisError) as caught:
        band_strip({"score": ["Siti Rahma"], "band": ["a"], "p_a": [1]})
    assert "Siti" not in str(caught.value)
    assert "Siti" not in str(caught.value.to_dict())
