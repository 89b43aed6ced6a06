"""Score evidence that lies in Parquet files, on Spark: nothing but counts comes to the driver.

spark-submit job.py --policy ../front_desk/policies --evidence DIR --period 2026-Q1 --out DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from pyspark.sql import SparkSession

import capaian

TABLES = ("complaints", "services", "survey")


def read(spark: SparkSession, folder: str) -> dict[str, Any]:
    """Return the tables as Spark frames; Parquet keeps what is text, a number and a stamp."""
    return {name: spark.read.parquet(f"{folder}/{name}.parquet") for name in TABLES}


def run(spark: SparkSession, options: argparse.Namespace) -> dict[str, Any]:
    """Score a period and write two tables; return what is said of it.

    Raises
    ------
    capaian.CapaianError
        What cannot be scored.
    """
    period = capaian.read_period(options.period)
    policy = capaian.load_policy(options.policy, on=period.last)
    evidence = read(spark, options.evidence)
    scores = capaian.score(policy, evidence, period=period, as_of=options.as_of)
    scores.to_native().write.mode("overwrite").parquet(f"{options.out}/scores")
    scores.ledger().write.mode("overwrite").parquet(f"{options.out}/ledger")
    return {
        "period": period.label,
        "edition": policy.edition,
        "findings": [each.to_dict() for each in scores.findings],
    }


def main() -> int:
    """Run the job in a session of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in ("policy", "evidence", "period", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--as-of")
    options = parser.parse_args()
    spark = SparkSession.builder.appName("capaian").getOrCreate()
    try:
        print(json.dumps(run(spark, options), ensure_ascii=False))
    except capaian.CapaianError as error:
        print(json.dumps(error.to_dict(), ensure_ascii=False))
        return 2
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
