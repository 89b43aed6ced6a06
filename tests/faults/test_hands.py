"""A policy and its plugins in other processes, however those are made: the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def kinds():
    """Return ways to make a process and kinds of tables; most for `make faults`."""
    return [
        pytest.param(method, form, marks=() if method == "fork" else pytest.mark.faults)
        for method in ("fork", "spawn", "forkserver")
        for form in ("records", "frames")
    ]


@pytest.mark.parametrize(("method", "form"), kinds())
def test_processes_of_every_kind(method, form):
    """Two at a time; what they compute, they hand back, and it says there what it says here.

    Forked before Polars has run, as Polars asks: its own threads do not survive a fork.
    """
    paths = os.pathsep.join([str(HERE.parent), *filter(None, sys.path)])
    run = subprocess.run([sys.executable, HERE / "hands.py", method, form], text=True, check=False,
                         env={**os.environ, "PYTHONPATH": paths}, capture_output=True,
                         encoding="utf-8")  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr) == (0, "12 12\n", "")
