"""What runs in a child and is timed there: a job is done once on little, then once by the clock."""

from __future__ import annotations

import resource
import time
from importlib import import_module
from typing import Any


def score_file(call: str, path: str, warm: str) -> dict[str, Any]:
    """Score a file; imports, compilation and start-up are done before, on a small file.

    The clock stops, and the peak is read, when a table of every subject's score and band is in
    memory; what the digest needs comes after.
    """
    measured, made = _measured(call, path, warm)
    from digests import digest, rows  # noqa: PLC0415 - loads what the job may not need

    return {**measured, "digest": digest(made), "rows": rows(made)}


def read_file(call: str, path: str, warm: str) -> dict[str, Any]:
    """Do less than the job: a floor below which nobody comes."""
    return _measured(call, path, warm)[0]


def _measured(call: str, path: str, warm: str) -> tuple[dict[str, Any], Any]:
    module, _, name = call.rpartition(".")
    function = getattr(import_module(module), name)
    function(warm)
    started = time.perf_counter()
    made = function(path)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "peak": peak}, made
