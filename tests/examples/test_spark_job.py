"""The Spark job: the same scores as Polars gives, from Parquet files."""

import argparse
import importlib.util
from pathlib import Path

import polars as pl
import pytest

import capaian

EXAMPLES = Path(__file__).parents[2] / "examples"
POLICIES = EXAMPLES / "front_desk" / "policies"


def load(path):
    """An example's file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def evidence(tmp_path):
    """Made-up evidence as Parquet files; points are decimals there, too."""
    tables = load(EXAMPLES / "front_desk" / "made_up.py").make(30, "2026-Q1")
    folder = tmp_path / "evidence"
    folder.mkdir()
    for name, rows in tables.items():
        frame = pl.DataFrame(rows, infer_schema_length=None)
        assert name != "services" or frame["points"].dtype == pl.Decimal
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.mark.spark
def test_the_job_gives_the_scores_of_polars(spark, evidence, tmp_path):
    """Scores, bands and the ledger are equal; a job that is run again writes over its own."""
    job = load(EXAMPLES / "spark_job" / "job.py")
    options = argparse.Namespace(
        policy=str(POLICIES), evidence=str(evidence), period="2026-Q1", as_of=None,
        out=str(tmp_path / "out"),
    )  # fmt: skip
    for _ in range(2):
        assert job.run(spark, options) == {"period": "2026-Q1", "edition": "2026", "findings": []}
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    files = {name: evidence / f"{name}.parquet" for name in job.TABLES}
    own = capaian.score(policy, files, period="2026-Q1")
    for name, frame, order in (
        ("scores", own.to_native(), ["subject"]),
        ("ledger", own.ledger(), ["subject", "indicator"]),
    ):
        found = pl.read_parquet(tmp_path / "out" / name / "*.parquet").sort(order)
        assert found.to_dicts() == frame.select(found.columns).sort(order).to_dicts()


@pytest.mark.spark
def test_evidence_that_cannot_be_scored_is_said_with_a_code(spark, evidence, tmp_path):
    """And nothing is written."""
    job = load(EXAMPLES / "spark_job" / "job.py")
    options = argparse.Namespace(
        policy=str(POLICIES), evidence=str(evidence), period="2027-Q1", as_of=None,
        out=str(tmp_path / "out"),
    )  # fmt: skip
    with pytest.raises(capaian.PeriodError) as caught:
        job.run(spark, options)
    assert caught.value.code == "CPN-D05"
    assert not (tmp_path / "out").exists()
