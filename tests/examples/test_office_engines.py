"""The example office on every kind of table: one document, byte for byte, and exact throughout."""

import importlib.util
import random
import sys
from fractions import Fraction
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import capaian
from capaian.band import band_of
from capaian.exact import round_ratio

FOLDER = Path(__file__).parents[2] / "examples" / "lubuk_begalung"


@pytest.fixture(scope="module")
def tables():
    """The made-up evidence of the first quarter, as lists of dicts."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("office_of_engines", FOLDER / "office.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module.tables(2026, "2026-Q1")


def frame(rows):
    """Rows as a Polars frame whose types hold for all rows."""
    return pl.DataFrame(rows, infer_schema_length=None)


KINDS = {
    "records": lambda rows: rows,
    "shuffled records": lambda rows: random.Random(3).sample(rows, len(rows)),
    "polars": frame,
    "shuffled polars": lambda rows: frame(rows).sample(fraction=1, shuffle=True, seed=4),
    "pandas": lambda rows: pd.DataFrame(frame(rows).to_pandas()),
    "pyarrow": lambda rows: frame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(frame(rows).to_arrow()),
}


def scored(name, tables, kind):
    """The scores of one policy from one kind of table."""
    policy = capaian.load_policy(FOLDER / f"{name}.toml")
    given = {table: KINDS[kind](rows) for table, rows in tables.items()}
    return capaian.score(policy, given, period="2026-Q1", as_of="2026-04-08")


@pytest.fixture(scope="module", params=["front_desk", "field_staff"])
def case(request, tables):
    """A policy and its document from plain records."""
    return request.param, scored(request.param, tables, "records").to_json()


@pytest.mark.parametrize("kind", list(KINDS))
def test_one_document_whatever_holds_the_rows(case, tables, kind):
    """Two runs, shuffled rows, five libraries: the same bytes."""
    name, document = case
    assert scored(name, tables, kind).to_json() == document


@pytest.mark.parametrize("name", ["front_desk", "field_staff"])
def test_contributions_add_up_and_bands_equal_the_truth(tables, name):
    """Of every subject, from whole columns: sums as fractions, bands decided by fractions."""
    scores = scored(name, tables, "polars")
    policy = scores.policy
    count = 0
    for row, subject in enumerate(scores.subjects):
        explanation = scores.explain(subject)
        if explanation.score is None:
            assert scores.columns()["band"][row] is None
            continue
        count += 1
        assert explanation.total() == explanation.score
        rounding = [each for each in explanation.adjustments if each.node == "score"]
        before = explanation.total() - sum(
            each.amount for each in rounding if each.reason == "rounding"
        )
        assert before == explanation.unrounded
        exact = round_ratio(explanation.unrounded, 2, "half-up")
        assert Fraction(scores.columns()["score"][row]).limit_denominator(100) == exact
        facts = {fact: bool(known.get(subject)) for fact, known in scores.facts.items()}
        band = band_of(exact, policy.bands, policy.precedence, facts)
        assert scores.columns()["band"][row] == (band.id if band else None)
    assert count > 20
