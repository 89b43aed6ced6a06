"""Whole columns of few words and of integers with gaps, and the tables that are made of them."""

import numpy as np
import pytest

from capaian.columns import Coded, Gappy, each_word, native_table, one_word

WORDS = Coded(np.array([1, 0, -1, 1], dtype=np.int8), ("scored", "withheld"))
GAPS = Gappy(np.array([3, 0, 2**63 - 1, 7]), np.array([True, False, True, False]), {3: 2**64})
ROWS = [
    {"status": "withheld", "top": 3, "score": 1.5},
    {"status": "scored", "top": None, "score": None},
    {"status": None, "top": 2**63 - 1, "score": 2.0},
    {"status": "withheld", "top": None, "score": 0.0},
]


def test_a_coded_column_reads_as_its_words():
    """In order; a code of -1 is no word."""
    assert WORDS.tolist() == ["withheld", "scored", None, "withheld"]
    assert list(WORDS) == WORDS.tolist()
    assert len(WORDS) == 4
    assert one_word("2026-01", 3).tolist() == ["2026-01"] * 3
    assert each_word(["a", "b"], 2).tolist() == ["a", "a", "b", "b"]


def test_a_column_with_gaps_keeps_what_64_bits_do_not_hold():
    """As Python's integers, at their places."""
    assert GAPS.tolist() == [3, None, 2**63 - 1, 2**64]
    assert list(GAPS) == GAPS.tolist()
    assert len(GAPS) == 4


@pytest.mark.parametrize("origin", ["polars", "pyarrow", "duckdb", "pandas"])
def test_whole_columns_go_out_as_text_and_integers(origin):
    """The same values in every kind of table; integers stay integers, text is text."""
    scores = np.array([1.5, np.nan, 2.0, 0.0])
    native = native_table({"status": WORDS, "top": GAPS, "score": scores}, origin)
    if origin == "pandas":
        assert str(native["top"].dtype) == "Int64"
        assert str(native["status"].dtype) == "str"
        rows = native.astype(object).where(native.notna(), None).to_dict("records")
    elif origin == "duckdb":
        rows = [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    else:
        rows = native.to_pylist() if origin == "pyarrow" else native.to_dicts()
    assert rows == ROWS


def test_integers_without_gaps_are_plain_in_pandas():
    """int64, not Int64."""
    full = Gappy(np.array([1, 2]), np.array([True, True]))
    assert str(native_table({"n": full}, "pandas")["n"].dtype) == "int64"
