"""What runs in a child and is timed there: a job is done once on little, then once by the clock."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from digests import digest, rows


def score_file(call: str, path: str, warm: str) -> dict[str, Any]:
    """Score a file; imports, compilation and start-up are done before, on a small file.

    The clock stops when a table of every subject's score and band is in memory.
    """
    done = _timed(call, path, warm)
    return {"seconds": done[0], "digest": digest(done[1]), "rows": rows(done[1])}


def read_file(call: str, path: str, warm: str) -> dict[str, Any]:
    """Do less than the job: a floor below which nobody comes."""
    return {"seconds": _timed(call, path, warm)[0]}


def _timed(call: str, path: str, warm: str) -> tuple[float, Any]:
    module, _, name = call.rpartition(".")
    function = getattr(import_module(module), name)
    function(warm)
    started = time.perf_counter()
    made = function(path)
    return time.perf_counter() - started, made
