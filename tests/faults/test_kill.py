"""Killed at any moment, a command leaves whole files, and a re-run makes what an undisturbed one does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from capaian.cli import main
from written import COMMANDS, FILES, NAMES, arguments, make_files

HERE = Path(__file__).parent
MOMENTS = 489
"""Counted in the last full run. Each run kills at as many as there are."""


def done(command, folder, out):
    """Run a command to its end."""
    with pytest.raises(SystemExit) as caught:
        main(arguments(command, folder, out / NAMES.get(command, "out")))
    assert caught.value.code == 0


def killed(how, command, tmp_path, *, replacing):
    """Kill a command at everything there is; return what was found after each kill, and at last."""
    before, reference = (tmp_path / name / command for name in ("before", "reference"))
    before.mkdir(parents=True)
    (before / "notes.txt").write_text("not capaian's\n", encoding="utf-8")
    if replacing:
        done(command, make_files(tmp_path / "old"), before)
    shutil.copytree(before, reference)
    done(command, make_files(tmp_path / "new", 1), reference)
    places = [tmp_path / name for name in ("new", "before", "reference", "out")]
    words = [sys.executable, HERE / "killing.py", how, *places, command]
    paths = os.pathsep.join([str(HERE.parent), *filter(None, sys.path)])
    run = subprocess.run(words, env={**os.environ, "PYTHONPATH": paths}, capture_output=True,
                         text=True, encoding="utf-8", check=False)  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    *kills, last = (json.loads(line) for line in run.stdout.splitlines())
    return kills, last


def cases(*quick):
    """Return every command, to a new place and over an old one; but for the quick ones for `make faults`."""
    return [
        pytest.param(
            command, replacing, id=f"{command}-{'replacing' if replacing else 'new'}",
            marks=() if (command, replacing) in quick else pytest.mark.faults,
        )
        for command in COMMANDS
        for replacing in (False, True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "replacing"), cases(("score", True), ("fit to TOML", False), ("fit to JSON", True))
)
def test_killed_at_every_moment(command, replacing, tmp_path):
    """SIGKILL before every call to the system about a file, a folder or a lock."""
    kills, last = killed("moments", command, tmp_path, replacing=replacing)
    assert len(kills) >= 4 * FILES[command]  # opened, written out, its mode set, moved
    assert {each["new"] for each in kills} == set(range(last["new"] + 1))  # between every two
    assert (last["killed"], last["code"]) == (False, 0)
    for each in (*kills, last):
        assert each["whole"], each
        assert each["last"], each
        assert each["again"] == 0, each
        assert each["complete"], each


@pytest.mark.parametrize(("command", "replacing"), cases(("score", False), ("fit to TOML", True)))
def test_killed_in_the_middle_of_a_write(command, replacing, tmp_path):
    """The system ends the process (SIGXFSZ) at the byte that is one too many: nothing is moved."""
    kills, last = killed("bytes", command, tmp_path, replacing=replacing)
    assert len(kills) >= 6
    assert (last["killed"], last["code"]) == (False, 0)
    assert {each["new"] for each in kills} == {0}
    assert [each for each in kills if each["again"] or not each["complete"]] == []
