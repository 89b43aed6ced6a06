"""Functions of a plugin on frames: the integers of the records, on every engine, or a refusal."""

import datetime as dt
import itertools
import types

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import capaian
from capaian.formula import Functions, agg, col, elapsed
from capaian.plugin import ColumnNeed, IndicatorType, Measure, StatusRule, hookimpl
from capaian.policy import read_policy


def records(rows):
    """The sum of the gaps between one and the next, and how many rows have a length."""
    lengths = sorted(row["length"] for row in rows if row["length"] is not None)
    gaps = [after - before for before, after in itertools.pairwise(lengths)]
    return {"gaps": sum(gaps) if lengths else None, "n": len(lengths)}


def frames(frame):
    """The same: the gaps add up to the whole distance."""
    length = nw.col("length")
    known = frame.filter(~length.is_null()).group_by("subject")
    return known.agg((length.max() - length.min()).alias("gaps"), length.count().alias("n"))


@frozen
class NoOptions:
    """No keys."""


def plugin(frames=frames, records=records):
    """A plugin module whose one type measures by these functions."""
    functions = Functions("gaps", ["length"], ["gaps", "n"], records, frames)

    def build(_options, _indicator):
        lengths = {"length": elapsed(col("start"), col("stop"))}
        gaps, n = (agg.own(functions, name, **lengths) for name in ("gaps", "n"))
        return Measure(
            (ColumnNeed("start", "stamp"), ColumnNeed("stop", "stamp", nullable=True)),
            gaps / n,
            n,
            dated="start",
            figures={"rows": agg.count()},
            statuses=(StatusRule("no_evidence", n.equals(0)),),
        )

    @hookimpl
    def capaian_indicator_types():
        return [IndicatorType("gaps", {"en": "Gaps", "id": "Jeda"}, NoOptions, build)]

    made = types.ModuleType("plugin_gaps")
    made.capaian_indicator_types = capaian_indicator_types
    return made


POLICY = read_policy(
    {
        "id": "gaps", "edition": "1", "in_force": {"from": "2026-01-01"}, "subject": "nip",
        "scale": {"worst": 0, "best": 100}, "missing": "exclude",
        "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
        "indicators": [
            {"id": "all", "weight": "50%", "type": "gaps", "table": "rows",
             "normalise": {"method": "goalposts", "worst": 0, "best": 9_000_000}},
            {"id": "some", "weight": "50%", "type": "gaps", "table": "rows", "where": {"kind": "a"},
             "normalise": {"method": "goalposts", "worst": 0, "best": 9_000_000}},
        ],
    }
)  # fmt: skip
START = dt.datetime(2026, 1, 1)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "nip": st.sampled_from("xyz"),
            "start": st.integers(-9, 40).map(lambda day: START + dt.timedelta(days=day)),
            "stop": st.none() | st.integers(0, 99).map(lambda s: START + dt.timedelta(seconds=s)),
            "kind": st.sampled_from("ab"),
        }
    ),
    min_size=1,
    max_size=12,
)
SCHEMA = {"nip": pl.String, "start": pl.Datetime, "stop": pl.Datetime, "kind": pl.String}
FORMS = {
    "polars": lambda frame: frame,
    "lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}


def score(table, module):
    return capaian.score(POLICY, {"rows": table}, period="2026-01", plugins=[module])


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_functions_give_the_same_ledger_on_every_engine(rows):
    """With filters, a period, formulas as inputs and subjects whom one of the two leaves out."""
    module = plugin()
    rows.append({"nip": "w", "start": START, "stop": None, "kind": "a"})
    wanted = score(rows, module)
    frame = pl.DataFrame(rows, schema=SCHEMA)
    for name, form in FORMS.items():
        found = score(form(frame), module)
        assert found.ledger_columns() == wanted.ledger_columns(), name
        assert found.columns() == wanted.columns(), name


FRAME = pl.DataFrame([{"nip": "x", "start": START, "stop": START, "kind": "a"}] * 2, schema=SCHEMA)


def raising(_frame):
    raise KeyError("secret")


def counted(value):
    """One row for each subject, with this as its gaps."""
    return lambda frame: frame.group_by("subject").agg(value.alias("gaps"), nw.len().alias("n"))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (
            raising,
            (
                "failed on {engine}: KeyError at test_owned.py, line "
                f"{raising.__code__.co_firstlineno + 1}."
            ),
        ),
        (
            counted(nw.col("length").mean()),
            "gave 'gaps' on {engine} as Float64, not as an integer of 64 bits.",
        ),
        (lambda frame: frame, "gave subject, length on {engine}, not gaps, n."),
        (lambda frame: frame.to_native(), "gave {native} on {engine}, not gaps, n."),
        (
            lambda frame: frame.select("subject", gaps=nw.lit(1), n=nw.lit(1)),
            "gave 1 rows on {engine} that stand for no subject, or for one a second time.",
        ),
        (
            lambda frame: counted(nw.len())(frame.with_columns(subject=nw.lit("somebody"))),
            "gave 1 rows on {engine} that stand for no subject, or for one a second time.",
        ),
    ],
    ids=["raises", "float", "rows", "native", "twice", "nobody"],
)
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_what_is_not_as_declared_is_refused(function, said, engine):
    """With functions, plugin and engine, and nothing of the evidence."""
    with pytest.raises(capaian.CapaianError) as error:
        score(FORMS[engine](FRAME), plugin(function))
    native = {"polars": "LazyFrame", "duckdb": "DuckDBPyRelation"}[engine]
    text = said.format(engine=engine, native=native)
    assert {finding.text() for finding in error.value.findings} == {
        f"the functions 'gaps' of the plugin (given) (plugin_gaps) {text}"
    }
    assert "secret" not in str(error.value)


def test_an_expression_that_cannot_be_run_is_the_authors_fault():
    """It shows only when the engine runs it."""
    with pytest.raises(capaian.CapaianError) as error:
        score(FRAME, plugin(counted(nw.col("weight").sum())))
    assert {finding.code for finding in error.value.findings} == {"CPN-G12"}


def test_sums_that_an_engine_widens_are_integers():
    """DuckDB adds 64 bits in 128; whole numbers all the same."""

    def both(rows):
        return {"gaps": sum(row["length"] for row in rows), "n": len(rows)}

    module = plugin(counted(nw.col("length").sum()), both)
    wanted = score(FRAME.to_dicts(), module).ledger_columns()
    for name, form in FORMS.items():
        assert score(form(FRAME), module).ledger_columns() == wanted, name


@pytest.mark.spark
def test_spark_is_refused_with_the_alternative(spark):
    """Nothing falls back in silence."""
    frame = spark.createDataFrame(FRAME.to_pandas())
    with pytest.raises(capaian.EvidenceError) as error:
        score(frame, plugin())
    assert error.value.findings[0].line() == (
        "  CPN-E59  rows: the table is in Spark, and the indicator 'all' measures by functions "
        "(gaps), which run on other engines.\n"
        "           to fix: give it as frame.toArrow(), or as a file that DuckDB reads."
    )
