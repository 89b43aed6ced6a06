"""Measures one function in a child process: its answer, the process's seconds, its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MARK = "ANSWER "
IN_MB = 1024 if sys.platform.startswith("linux") else 1024 * 1024
"""What the kernel counts memory in: kilobytes on Linux, bytes elsewhere."""


@dataclass(frozen=True)
class Run:
    """One run of a child.

    `seconds` is what the child says its job took, or else how long the process lived; `peak` is
    the most memory that it held, in MB, up to the end of its job where it says so.
    """

    seconds: float
    peak: float
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> str:
        """Why the job was not done; empty where it was."""
        return str(self.answer.get("refused", ""))


def run_child(module: str, function: str, **arguments: Any) -> Run:
    """Call a function in a new interpreter and wait for it."""
    script = [str(HERE / "child.py"), module, function, json.dumps(arguments)]
    run = run_python(script)
    seconds = run.answer.get("seconds", run.seconds)
    peak = run.answer["peak"] / IN_MB if "peak" in run.answer else run.peak
    return Run(float(seconds), peak, run.answer)


def run_python(arguments: list[str]) -> Run:
    """Run the interpreter, and read the rusage that the kernel kept of it.

    This process stays small: Linux counts what a child was before it became another program.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603 - this interpreter, with arguments of our own
            [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=said
        )
        with child:
            output = child.stdout.read().decode() if child.stdout else ""
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        answers = [line[len(MARK) :] for line in output.splitlines() if line.startswith(MARK)]
        found = json.loads(answers[-1]) if answers else {}
        if child.returncode:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
            found = {"refused": f"ended with {child.returncode}, saying: {last[0]}"}
    return Run(seconds, usage.ru_maxrss / IN_MB, found)
