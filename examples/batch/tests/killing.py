"""Run the batch again and again, each time killed at the next moment at which it touches the disk.

    python killing.py BATCH_FOLDER REFERENCE OUT BEFORE -- ARGUMENTS OF run.py

A run is forked off a process that has loaded all it needs and scored nothing. It kills itself, by
SIGKILL, just before its nth call to the system about a file of OUT; then n is one more, until a run
is done before it is killed. After each kill OUT must be as it was (BEFORE) or as it shall be
(REFERENCE), and a run that is not disturbed must make it so. Prints one JSON object for each kill.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

MOMENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fsync"}


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder that a reader may look at."""
    files = (each for each in folder.rglob("*") if each.is_file())
    found = {each.relative_to(folder).as_posix(): each.read_bytes() for each in files}
    return {name: text for name, text in found.items() if not name.endswith("/.lock")}


def readable(folder: Path) -> dict[str, bytes]:
    """Return what a reader of the partitions finds: the documents that count."""
    found = tree(folder)
    keys = {name.removesuffix("current"): key for name, key in found.items()
            if name.endswith("/current")}  # fmt: skip
    wanted = tuple(f"{place}{key.decode().strip()}/" for place, key in keys.items())
    return {name: text for name, text in found.items()
            if name.startswith(wanted) or name.endswith("/current")} if wanted else {}  # fmt: skip


def run(arguments: list[str]) -> int:
    """Run the batch in this process."""
    sys.argv = ["run.py", *arguments]
    sys.stdout = sys.stderr
    try:
        runpy.run_path("run.py", run_name="__main__")
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def killed_at(moment: int, out: Path) -> None:
    """Have this process kill itself at the nth moment."""
    place, count = str(out.parent), 0

    def tell(event: str, path: Any) -> None:
        nonlocal count
        if event not in MOMENTS or (path is not None and place not in str(path)):
            return
        count += 1
        if count == moment:
            print(f"{event} {Path(str(path)).name if path else ''}", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(lambda event, given: tell(event, given[0] if given else ""))
    flush = os.fsync

    def fsync(fd: Any) -> None:
        tell("fsync", None)  # the text is with the system, and not yet on the disk
        flush(fd)

    os.fsync = fsync


def forked(arguments: list[str], out: Path, moment: int | None) -> int:
    """Run the batch in a process of its own; return how it ended, as `waitpid` says it."""
    child = os.fork()
    if child == 0:
        if moment is not None:
            killed_at(moment, out)
        os._exit(run(arguments))
    return os.waitpid(child, 0)[1]


def main() -> None:
    """Kill at every moment there is."""
    batch, reference, out, before = (Path(each).absolute() for each in sys.argv[1:5])
    arguments = sys.argv[6:]
    os.chdir(batch)
    sys.path.insert(0, str(batch))
    for each in ("partition", "polars", "narwhals.stable.v2", "capaian.scores.whole"):
        import_module(each)
    at_last, at_first = tree(reference), readable(before)
    status, moment = int(signal.SIGKILL), 0
    while os.WIFSIGNALED(status):
        moment += 1
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(before, out)
        status = forked(arguments, out, moment)
        seen = readable(out)
        again = forked(arguments, out, None)
        said = {
            "moment": moment,
            "killed": os.WIFSIGNALED(status),
            "whole": seen in (at_first, readable(reference)),
            "again": again,
            "complete": tree(out) == at_last,
        }
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
