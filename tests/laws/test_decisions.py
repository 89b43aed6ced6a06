"""Laws of decision tables: any table, any values, every engine: the band of exact arithmetic."""

from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.policy import policy_fingerprint, policy_toml, read_policy, to_document
from capaian.policy.files import read_document
from decisions import BANDS, band_by_hand, combinations, decided, evidence, values_of

FEWER = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HUNDREDTHS = st.one_of(
    st.integers(0, 12_000),
    st.sampled_from([0, 8_999, 9_000, 9_001, 9_999, 10_000, 10_001, 12_000]),
    st.just(None),
)
PEOPLE = st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS), min_size=1, max_size=25).map(
    lambda rows: {
        **{f"p{at:02}": row for at, row in enumerate(rows) if any(v is not None for v in row)},
        "whole": (10_000, 10_000, 9_000),
    }
)
MIXED = "0.7 * work + 0.3 * min(conduct, a)"


def mixed(known):
    """What the formula of a rating says, in fractions."""
    if not {"work", "conduct", "a"} <= known.keys():
        return None
    both = Fraction(7, 10) * known["work"], Fraction(3, 10) * min(known["conduct"], known["a"])
    return sum(both)


@st.composite
def levels(draw):
    """Levels that meet, with an edge in one of the two and in no third."""
    edges = draw(
        st.lists(st.integers(1, 11_999), min_size=1, max_size=3, unique=True).map(sorted)
        | st.just([9_000, 10_000])
    )
    found = [{"id": f"l{index}"} for index in range(len(edges) + 1)]
    for index, edge in enumerate(edges):
        under = draw(st.booleans())
        found[index]["to" if under else "below"] = str(Fraction(edge, 100))
        found[index + 1]["above" if under else "from"] = str(Fraction(edge, 100))
    return draw(st.permutations(found))


@st.composite
def tables(draw):
    """A policy with a random table: one cell for each combination, some brought together."""
    ratings = []
    for index in range(draw(st.integers(1, 3))):
        each = {"id": f"r{index}", "levels": draw(levels())}
        each |= draw(
            st.sampled_from([{"of": "work"}, {"of": "conduct"}, {"of": "a"}, {"formula": MIXED}])
        )
        rounding = draw(st.none() | st.tuples(st.integers(0, 2), st.sampled_from(MODES)))
        if rounding is not None:
            each["rounding"] = dict(zip(("digits", "mode"), rounding, strict=True))

        ratings.append(each)
    cells = [
        {"when": when, "gives": draw(st.sampled_from(BANDS))} for when in combinations(ratings)
    ]
    given_ = {each["gives"] for each in cells}
    return decided(
        bands=[{"id": each} for each in BANDS if each in given_],
        decision={"ratings": ratings, "cells": draw(st.permutations(cells))},
        missing=draw(st.sampled_from(["exclude", "worst"])),
        rounding=[
            {"where": "score", "digits": 2},
            *draw(st.sampled_from([[], [{"where": "node", "digits": 1}]])),
        ],
    )


MODES = ("half-up", "half-even")


def engines(tables_):
    """The same evidence as every kind of table."""
    import pandas as pd

    schema = {"nip": pl.String, "x": pl.Float64}
    frames = {name: pl.DataFrame(rows, schema=schema) for name, rows in tables_.items()}
    arrow = {name: each.to_arrow() for name, each in frames.items()}
    return {
        "records": tables_,
        "polars": frames,
        "lazy": {name: each.lazy() for name, each in frames.items()},
        "arrow": arrow,
        "pandas": {
            name: pd.DataFrame({key: each[key].to_list() for key in schema})
            for name, each in frames.items()
            if len(each)
        }
        | {name: arrow[name] for name, each in frames.items() if not len(each)},
        "duckdb": {name: duckdb.from_arrow(each) for name, each in arrow.items()},
    }


def by_hand(document, people):
    """Every person's band, in fractions, after the policy's own rounding of nodes."""
    found = {}
    for subject, values in people.items():
        known = values_of(values, document["missing"])
        if any(step["where"] == "node" for step in document["rounding"]):
            for name in ("work", "conduct"):
                if name in known:
                    known[name] = capaian.exact.round_ratio(known[name], 1, "half-up")
        formulas = {each["id"]: mixed for each in document["decision"]["ratings"]}
        found[subject] = band_by_hand(document, known, formulas)
    return found


@FEWER
@given(tables(), PEOPLE)
def test_every_engine_gives_the_band_of_exact_arithmetic(document, people):
    """Records, Polars, lazy Polars, pandas, PyArrow, DuckDB: the same rows, and those by hand."""
    policy, expected = read_policy(document), by_hand(document, people)
    first = None
    for given_ in engines(evidence(people)).values():
        scores = capaian.score(policy, given_, period="2026-Q1", as_of="2026-04-01")
        columns = scores.columns()
        assert dict(zip(columns["subject"], columns["band"], strict=True)) == expected
        first = first or (columns, scores.to_json())
        assert (columns, scores.to_json()) == first


@FEWER
@given(tables())
def test_a_table_reads_back_as_it_was_written(document):
    """Documents, TOML and fingerprint: the same policy, and the same again."""
    policy = read_policy(document)
    again = read_policy(to_document(policy))
    assert again == policy
    assert to_document(again) == to_document(policy)
    assert policy_fingerprint(again) == policy_fingerprint(policy)


@settings(parent=FEWER, max_examples=20)
@given(document=tables())
def test_toml_says_the_same(document, tmp_path_factory):
    """What people are given to read is what is scored."""
    policy = read_policy(document)
    path = tmp_path_factory.mktemp("written") / "policy.toml"
    path.write_text(policy_toml(policy), encoding="utf-8")
    assert read_policy(read_document(path, str(path))) == policy


@FEWER
@given(tables(), st.data())
def test_without_a_cell_there_is_a_gap_and_with_one_twice_an_overlap(document, data):
    """Partition: every combination has exactly one cell, or the policy does not load."""
    cells = document["decision"]["cells"]
    index = data.draw(st.integers(0, len(cells) - 1))
    for changed, code in (
        (cells[:index] + cells[index + 1 :], "CPN-B10"),
        ([*cells, cells[index]], "CPN-B11"),
    ):
        broken = {**document, "decision": {**document["decision"], "cells": changed}}
        with pytest.raises(capaian.PolicyError) as caught:
            read_policy(broken)
        assert code in {each.code for each in caught.value.findings}
        assert {each.code for each in caught.value.findings} <= {code, "CPN-B13", "CPN-B04"}


@FEWER
@given(tables(), PEOPLE)
def test_what_would_lift_a_rating_does(document, people):
    """The value an explanation names is enough: there the cell gives the band that it says."""
    scores = capaian.score(read_policy(document), evidence(people), period="2026-Q1")
    for subject in scores.subjects:
        explained = scores.explain(subject)
        levels_ = {each.id: each.level for each in explained.decided.ratings}
        for each in explained.decided.ratings:
            if each.next is None:
                continue
            rating = next(r for r in document["decision"]["ratings"] if r["id"] == each.id)
            level = next(one for one in rating["levels"] if one["id"] == each.next.level)
            digits = rating.get("rounding", {}).get("digits", 9)
            value = each.next.value + (0 if each.next.inside else Fraction(1, 10**digits))
            assert value > each.value
            assert explained.band != each.next.band
            assert band_by_levels(document, {**levels_, each.id: level["id"]}) == each.next.band


def band_by_levels(document, chosen):
    """The band of a combination of levels."""
    [gives] = [cell["gives"] for cell in document["decision"]["cells"] if cell["when"] == chosen]
    return gives


@pytest.mark.spark
def test_spark_gives_the_same_bands(spark):
    """A frame of Spark in three partitions, against records."""
    from spark_session import as_spark

    edges = [0, 8_999, 9_000, 9_001, 9_999, 10_000, 10_001, 12_000, None]
    people = {
        f"p{index:03}": (a, edges[(index * 5) % 9], edges[(index * 7) % 9])
        for index, a in enumerate(edges * 9)
        if index % 81
    }
    people["whole"] = (12_000, 12_000, 12_000)
    policy, rows = read_policy(decided()), evidence(people)
    plain = capaian.score(policy, rows, period="2026-Q1", as_of="2026-04-01")
    frames = {
        name: as_spark(spark, pl.DataFrame(each).to_arrow(), 3) for name, each in rows.items()
    }
    scores = capaian.score(policy, frames, period="2026-Q1", as_of="2026-04-01")
    found = sorted(scores.to_native().toArrow().to_pylist(), key=lambda row: row["subject"])
    assert found == plain.to_native()
    assert {row["band"] for row in found} == {*BANDS, None}
    assert scores.explain("p002").text() == plain.explain("p002").text()
