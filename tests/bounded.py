"""A function run in a process of its own, under hard limits of time and memory.

What is hostile would take hours or all the memory there is, where the code is wrong. The limits only
tell that from what is right; no test says how long anything takes.
"""

import importlib.util
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

SECONDS = 60
"""Of processor time."""
MEMORY = 4 * 2**30
"""Bytes of address space, which libraries reserve freely."""
WAITED = 900
"""Seconds on the wall: a process that waits for ever uses no processor."""
_CHILD = "import bounded; bounded._run()"


def bounded(function, *given, seconds=SECONDS, memory=MEMORY):
    """Return what a function of a test module returns; fail where it goes beyond a limit.

    What is given and what comes back are plain JSON values, and paths are given as text.
    """
    call = [function.__code__.co_filename, function.__name__, list(given), seconds, memory]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=json.dumps(call),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WAITED,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    said = done.stderr[-2000:]
    assert done.returncode == 0, f"{function.__name__} ended with {done.returncode}: {said}"
    return json.loads(done.stdout.rpartition("\n")[2])


def _run():
    """Do what the parent asks, and print what comes of it on the last line."""
    file, name, given, seconds, memory = json.load(sys.stdin)
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    spent = int(sum(os.times()[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + spent, seconds + spent))
    made = json.dumps(getattr(module, name)(*given))
    sys.stdout.write("\n" + made)
