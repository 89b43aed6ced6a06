"""Run a command again and again, each time killed at the next moment at which it touches the disk.

    python killing.py HOW FILES BEFORE REFERENCE OUT COMMAND...

HOW is `moments` or `bytes`. A run is forked off a process that has loaded all it needs and scored
nothing. With `moments` it ends itself, by SIGKILL, just before its nth call to the system about a
file or a lock; with `bytes` the system ends it, in the middle of a write, at the first file that
would be longer than n. Then n grows, until a run is done before it is killed.

OUT is made anew from BEFORE each time. After each kill every file there must be as it was or as it
shall be (REFERENCE), and a run that is not disturbed must make it so, with nothing left besides.
Prints one JSON object for each kill.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from written import COMMANDS, NAMES, arguments, tree

ALWAYS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock", "fsync",
          "tempfile.mkdtemp", "shutil.rmtree"}  # fmt: skip
SOME = {"open", "os.scandir"}
"""Counted where they are about the output; the others are about nothing else."""


def run(words: list[str]) -> int:
    """Run the command line in this process, and say nothing."""
    from capaian.cli import main

    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    try:
        main(words)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def killed_at(moment: int, place: str) -> None:
    """Have this process kill itself at the nth moment."""
    count = 0

    def tell(event: str, path: Any = None) -> None:
        nonlocal count
        if event not in ALWAYS and (event not in SOME or place not in str(path)):
            return
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(lambda event, given: tell(event, given[0] if given else None))
    flush = os.fsync

    def fsync(handle: Any) -> None:
        tell("fsync")  # the text is with the system, and not yet on the disk
        flush(handle)

    os.fsync = fsync


def killed_by(size: int) -> None:
    """Have the system kill this process when it writes more than so many bytes to a file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def forked(words: list[str], place: str, how: str = "", number: int = 0) -> int:
    """Run the command in a process of its own; return how it ended, as `waitpid` says it."""
    child = os.fork()
    if child == 0:
        if how == "moments":
            killed_at(number, place)
        elif how == "bytes":
            killed_by(number)
        os._exit(run(words))
    return os.waitpid(child, 0)[1]


@contextmanager
def fresh(before: Path, out: Path) -> Iterator[None]:
    """Make the output as it was."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(before, out)
    yield


def files(folder: Path) -> dict[str, bytes]:
    """Return every file that a reader may look at."""
    return {name: text for name, text in tree(folder).items()
            if text is not None and "/." not in f"/{name}"}  # fmt: skip


def numbers(how: str) -> Iterator[int]:
    """Return 1, 2, 3 or sizes that grow threefold."""
    number = 1 if how == "moments" else 0
    while True:
        yield number
        number += 1 if how == "moments" else number * 2 + 1


def proved(how: str, before: Path, reference: Path, out: Path, words: list[str]) -> Iterator[Any]:
    """Kill, look, run again, look; until a run is not killed."""
    was, shall, whole = files(before), files(reference), tree(reference)
    for number in numbers(how):
        with fresh(before, out):
            status = forked(words, str(out), how, number)
            seen = files(out)
            again = forked(words, str(out))
        killed = os.WIFSIGNALED(status)
        new = {name for name, text in seen.items() if text != was.get(name)}
        summary = {name for name in new if name.endswith("scores.json")}
        there = {name for each in summary for name in shall
                 if name.startswith(each.removesuffix("scores.json"))}  # fmt: skip
        yield {
            "number": number,
            "killed": killed,
            "code": None if killed else os.waitstatus_to_exitcode(status),
            "whole": all(seen[name] == shall.get(name) for name in new) and set(was) <= set(seen),
            "last": all(seen.get(name) == shall[name] for name in there),
            "new": len(new),
            "again": again,
            "complete": tree(out) == whole,
        }
        if not killed:
            return


def load(words: list[str]) -> None:
    """Load all modules that the command loads, which a process of its own finds out."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        run(words)
        os.write(writing, "\n".join(sys.modules).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        for name in told.read().splitlines():
            with suppress(ImportError):
                import_module(name)
    os.wait()


def main() -> None:
    """Kill at every moment there is, for each command that is named."""
    how = sys.argv[1]
    given, before, reference, out = (Path(each).absolute() for each in sys.argv[2:6])
    for command in sys.argv[6:] or COMMANDS:
        places = [each / command for each in (before, reference, out)]
        words = arguments(command, given, places[2] / NAMES.get(command, "out"))
        load(words)
        for said in proved(how, *places, words):
            sys.stdout.write(json.dumps({"command": command} | said) + "\n")


if __name__ == "__main__":
    main()
