"""Packed sums are the sums, as long as no group has more rows than its bits hold."""

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.columns.packing import WIDE, Field, Packed, busiest, pack

TERMS = st.lists(st.integers(0, 2**10 - 1), min_size=1, max_size=40)


@given(st.lists(TERMS, min_size=1, max_size=12), st.integers(8, 21))
def test_fields_taken_apart_are_the_sums(columns, bits):
    """Any terms and any width: each field comes back as the plain sum of its terms."""
    length = min(len(each) for each in columns)
    frame = pl.LazyFrame({f"c{n}": each[:length] for n, each in enumerate(columns)})
    fields = [Field(f"c{n}", nw.col(f"c{n}"), max(each)) for n, each in enumerate(columns)]
    terms, places = pack(fields, bits)
    sums = nw.from_native(frame).select(**{k: v.sum() for k, v in terms.items()}).collect()
    packs = {name: sums[name].to_numpy() for name in terms}
    for number, each in enumerate(columns):
        assert places[f"c{number}"].taken(packs)[:].tolist() == [sum(each[:length])]


@given(st.lists(st.integers(0, 2**10), min_size=1, max_size=40), st.integers(8, 21))
def test_no_pack_is_wider_than_its_integer(mosts, bits):
    """All places of a pack lie side by side, within 62 bits."""
    fields = [Field(f"f{n}", nw.lit(0), most) for n, most in enumerate(mosts)]
    _, places = pack(fields, bits)
    assert set(places) == {f"f{n}" for n in range(len(mosts))}
    for name in {each.pack for each in places.values()}:
        mine = sorted((p.shift, p.bits) for p in places.values() if p.pack == name)
        ends = [shift + width for shift, width in mine]
        assert [shift for shift, _ in mine] == [0, *ends[:-1]]
        assert ends[-1] <= WIDE


@pytest.mark.parametrize(
    ("most", "rows", "bits"), [(1, 11, 11), (4, 11, 14), (255, 8, 16), (0, 9, 9)]
)
def test_a_field_is_as_wide_as_its_greatest_sum(most, rows, bits):
    """2^rows - 1 terms of at most `most` fit."""
    width = Field("f", nw.lit(0), most).bits(rows)
    assert width == bits
    assert (2**rows - 1) * most < 2**width


@given(TERMS, st.integers(8, 12))
def test_float_packs_are_exact_too(column, bits):
    """As float64, for engines whose integer sums are slow: the same integers."""
    fields = [Field(f"f{n}", nw.col("c"), max(column)) for n in range(7)]
    terms, places = pack(fields, bits, real=True)
    frame = nw.from_native(pl.LazyFrame({"c": column}))
    sums = frame.select(**{k: v.sum().cast(nw.Int64) for k, v in terms.items()}).collect()
    packs = {name: sums[name].to_numpy() for name in terms}
    assert all(each.taken(packs)[:].tolist() == [sum(column)] for each in places.values())


@given(st.lists(st.integers(0, 2**62 - 1), min_size=1, max_size=20), st.data())
def test_any_rows_are_taken_out_of_a_pack_alike(packs, data):
    """One, some that follow one another, some in any order; the pack itself stays as it is."""
    shift, bits = data.draw(st.integers(0, 40)), data.draw(st.integers(1, 21))
    wanted = [each >> shift & (1 << bits) - 1 for each in packs]
    sums = Packed(np.array(packs, dtype=np.int64), shift, bits)
    rows = data.draw(st.lists(st.integers(0, len(packs) - 1)))
    assert len(sums) == len(packs)
    assert [int(sums[row]) for row in range(len(packs))] == wanted
    assert sums[1:3].tolist() == wanted[1:3]
    assert sums[np.array(rows, dtype=np.int64)].tolist() == [wanted[row] for row in rows]
    assert (sums.pack.tolist(), sums[:].dtype) == (packs, np.int64)


@pytest.mark.parametrize(
    ("sample", "rows", "wanted"),
    [
        ((5, 250_000, 221_000), 10**8, 162),  # alike: a hundred rows each
        ((400, 250_000, 1_000), 10**6, 1_600),  # not alike: the busiest of the sample, scaled
        ((250_000, 250_000, 1), 10**7, 10_018_974),  # one group has all
    ],
)
def test_the_busiest_group_is_foreseen_from_a_sample(sample, rows, wanted):
    """By counts of Poisson's where groups are alike, else by the busiest group itself."""
    assert busiest(*sample, rows) == wanted
