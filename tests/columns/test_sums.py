"""Sums of each subject's rows on DuckDB, those held as float64 too, are those of integers."""

from datetime import datetime

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian.columns import Reading, Request, open_table, reduce_table
from capaian.columns import sums as module
from capaian.formula import Moment, agg, col

MOMENT = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
ROWS = 2**8
"""Rows of a subject that are foreseen of a small table; sums of so many decide how they are held."""
EDGE = 2**53 // ROWS
"""The largest term whose sums a float64 is sure to hold."""


def request(*trees):
    return Request("who", (Reading("x", "x", "integer"),), (), trees, MOMENT)


def reduced(who, values, *trees):
    """Reduce a relation of a connection that is thrown away."""
    connection = duckdb.connect()
    rows = pa.table({"who": who, "x": pa.array(values, pa.int64())})
    return reduce_table(open_table(connection.from_arrow(rows), "t"), request(*trees))


def asked(monkeypatch):
    """Note how each sum that is made apart is held."""
    seen = []
    plain = module.Sums._fits_real

    def noted(self, tree, rows):
        found = plain(self, tree, rows)
        seen.append((found, rows))
        return found

    monkeypatch.setattr(module.Sums, "_fits_real", noted)
    return seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from([EDGE, EDGE + 1, 2 * EDGE + 1, 1 - 4 * EDGE, 2**53 + 1])
            | st.integers(-EDGE, EDGE),
            st.sampled_from([1, 2, 85, 255]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_sums_on_either_side_of_what_a_float_holds_are_those_of_integers(terms):
    """Any signs and sizes, and up to 765 rows: odd terms lose their last bit if held too long."""
    rows = [(who, value) for who, value, times in terms for _ in range(times)]
    who, values = zip(*rows, strict=True)
    found = reduced(who, values, agg.sum(col("x")))
    wanted = {}
    for each, value in rows:
        wanted[each] = wanted.get(each, 0) + value
    assert dict(zip(found.subjects, found.column(0), strict=True)) == wanted


@pytest.mark.parametrize(("most", "real"), [(EDGE, True), (EDGE + 1, False)])
def test_a_sum_is_held_as_a_float_exactly_where_no_sum_can_lose_a_bit(most, real, monkeypatch):
    """The largest term times the rows foreseen may be 2^53 and not more."""
    seen = asked(monkeypatch)
    found = reduced(["a", "a", "b"], [most, -1, 7], agg.sum(col("x")))
    assert seen == [(real, ROWS)]
    assert found.column(0) == [most - 1, 7]


def test_a_subject_with_more_rows_than_foreseen_has_its_sum_made_again_in_integers(monkeypatch):
    """A later part of a table is not like its beginning: 2^53 + 1 is no float64."""
    seen = asked(monkeypatch)
    monkeypatch.setattr("capaian.columns.scan.SAMPLE", 4)
    ordinary = [f"s{n}" for n in range(600)]
    values = [EDGE - 1] * 600 + [EDGE - 1] * 2 * ROWS + [1]
    found = reduced([*ordinary, *["z"] * (2 * ROWS + 1)], values, agg.sum(col("x")))
    assert [held for held, _ in seen] == [True, False]
    assert found.column(0)[-1] == (EDGE - 1) * 2 * ROWS + 1
