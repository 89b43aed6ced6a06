"""The same rows as every kind of table."""

import polars as pl
import pytest

from capaian.testing.tables import ENGINES, as_table, installed

ROWS = [{"a": 1, "b": "x"}, {"a": None, "b": "y"}, {"a": 3, "b": None}]


def test_all_kinds_are_installed_here():
    assert installed() == ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_a_table_has_the_rows(engine):
    """Whatever it is made of."""
    table = as_table(ROWS, engine)
    if engine == "records":
        assert table is ROWS
        return
    frame = table.collect() if engine == "polars-lazy" else table
    if engine == "pyarrow":
        frame = pl.from_arrow(frame)
    if engine == "duckdb":
        frame = pl.from_arrow(frame.to_arrow_table())
    if engine == "pandas":
        frame = pl.from_pandas(frame)
    assert frame.to_dicts() == ROWS


def test_a_polars_frame_comes_in_chunks():
    assert as_table(ROWS, "polars").n_chunks() == 2
