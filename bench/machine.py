"""What the figures were measured on: cores, memory, versions."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata

LIBRARIES = (
    "capaian", "numpy", "scipy", "statsmodels", "polars", "narwhals", "duckdb", "pandas", "pyarrow",
    "pyspark", "scikit-criteria", "pymcdm",
)  # fmt: skip


def machine() -> str:
    """Return one sentence: system, cores, memory, Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {cores} cores, {memory:.0f} GiB of memory, {python}"


def versions() -> str:
    """Return the versions of the libraries that are there, and of Java."""
    known = {each.metadata["Name"].lower() for each in metadata.distributions()}
    told = [f"{each} {metadata.version(each)}" for each in LIBRARIES if each in known]
    return ", ".join([*told, *_java()])


def _java() -> list[str]:
    try:
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)  # noqa: S607 - the one on the path
    except (OSError, subprocess.CalledProcessError):
        return []
    words = said.stderr.split('"')
    return [f"Java {words[1]}"] if len(words) > 1 else []
