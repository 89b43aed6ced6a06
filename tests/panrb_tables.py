"""The figures of four regulations, written down from the reference, and tables of every library."""

import random
from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl

import capaian


def frame(rows):
    return pl.DataFrame(rows, infer_schema_length=None)


KINDS = {
    "records": lambda rows: rows,
    "shuffled records": lambda rows: random.Random(3).sample(rows, len(rows)),
    "polars": frame,
    "pandas": lambda rows: pd.DataFrame(frame(rows).to_pandas()),
    "pyarrow": lambda rows: frame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(frame(rows).to_arrow()),
}


def scored(policy, tables, kind="records", period="2026-Q1", as_of="2026-04-01"):
    """The scores of evidence that lies in tables of one kind."""
    given = {name: KINDS[kind](rows) for name, rows in tables.items()}
    return capaian.score(policy, given, period=period, as_of=as_of)


def published(scores):
    """Of each subject the score and the band as they are published."""
    columns = scores.columns()
    return dict(
        zip(scores.subjects, zip(columns["score"], columns["band"], strict=True), strict=True)
    )


def whole(percent):
    """A per cent rounded half up to a whole one."""
    return Fraction((2 * percent + 1) // 2)


def iki_value(percent):
    """PermenPANRB 8/2021, annex, p. 93, and 110-120 from memory: the value of a whole per cent."""
    if percent > 110:
        return Fraction(120)
    if percent >= 101:
        return 110 + Fraction(10, 9) * (percent - 101)
    if percent == 100:
        return Fraction(109)
    if percent >= 80:
        return Fraction(percent) - 10
    if percent >= 60:
        return Fraction(percent) - 10
    return Fraction(49, 59) * percent


def iki_category(percent):
    """The category of a whole per cent."""
    names = ((101, "sangat_baik"), (100, "baik"), (80, "cukup"), (60, "kurang"))
    return next((name for least, name in names if percent >= least), "sangat_kurang")


SHARES = {"sangat_baik": 100, "baik": 80, "cukup": 60, "kurang": 40, "sangat_kurang": 20}
"""PermenPANRB 8/2021, annex, p. 95: of 100 of the value of additional work."""
