"""Many at once to the same place: the result is one of the wholes, whoever was last."""

import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import capaian
from capaian.cli import main
from capaian.policy import read_policy
from capaian.report import write_report, write_text
from capaian.writing import staging
from small_office import OFFICE, made_up_evidence
from written import COMMANDS, NAMES, arguments, make_files, tree

WRITER = """\
import os, sys
sys.stdout = open(os.devnull, "w")
from capaian.cli import main
import capaian.report, capaian.scores, polars, jinja2
print(file=sys.stderr, flush=True)
sys.stdin.readline()
main(sys.argv[1:])
"""
KINDS = 5
"""So many kinds of evidence there are, and with them so many wholes."""


def started(words, count):
    """Start processes that wait until all of them may go on."""
    begun = [
        subprocess.Popen([sys.executable, "-c", WRITER, *words(number)], stdin=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, encoding="utf-8")
        for number in range(count)
    ]  # fmt: skip
    for each in begun:
        assert each.stderr.readline() == "\n"
    for each in begun:
        each.stdin.write("\n")
        each.stdin.flush()
    return begun


def ended(begun):
    """Wait for all; return their exit codes."""
    for each in begun:
        each.communicate()
    return [each.returncode for each in begun]


def wholes(command, tmp_path):
    """Return what each kind of evidence gives, written alone."""
    found = []
    for number in range(KINDS):
        out = tmp_path / "alone" / str(number)
        words = arguments(
            command, make_files(tmp_path / f"in{number}", number), place(command, out)
        )
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 0
        found.append(tree(out))
    return found


def place(command, folder):
    """Return where a command writes to."""
    return folder / NAMES.get(command, "out")


def union(trees):
    """Return all that is in any of them; what has the same name is the same."""
    return {name: text for each in trees for name, text in each.items()}


def counted():
    """Return two and ten processes for every command; most for `make faults`."""
    quick = {("score", 10), ("record", 2), ("fit to TOML", 2)}
    return [
        pytest.param(command, count, marks=() if (command, count) in quick else pytest.mark.faults)
        for command in COMMANDS
        for count in (2, 10)
    ]


@pytest.mark.parametrize(("command", "count"), counted())
def test_processes_that_write_to_the_same_place(command, count, tmp_path):
    """Each its own evidence: never the documents of one beside those of another."""
    shall = wholes(command, tmp_path)
    out = tmp_path / "out"
    codes = ended(started(
        lambda number: arguments(command, tmp_path / f"in{number % KINDS}", place(command, out)),
        count,
    ))  # fmt: skip
    assert codes == [0] * count
    found = tree(out)
    if command == "record":  # named by what is in them: none is in the place of another
        assert found == union(shall[: min(count, KINDS)])
    else:
        assert found in shall


@pytest.mark.faults
@pytest.mark.parametrize("command", ["score with pages", "fit to TOML"])
def test_processes_of_which_some_are_killed(command, tmp_path):
    """Half of ten, each at a time that nobody chose (seeded); the next run makes its whole."""
    shall = wholes(command, tmp_path)
    out, dice = tmp_path / "out", random.Random(2026)
    for round_ in range(3):
        begun = started(
            lambda number: arguments(
                command, tmp_path / f"in{number % KINDS}", place(command, out)
            ),
            10,
        )
        for each in begun[::2]:
            threading.Timer(dice.random() / 2, each.kill).start()
        assert set(ended(begun)) <= {0, -signal.SIGKILL}
        for name, text in tree(out).items():
            assert "/." in f"/{name}" or text in {each.get(name) for each in shall}
        with pytest.raises(SystemExit):
            main(arguments(command, tmp_path / f"in{round_}", place(command, out)))
        assert tree(out) == shall[round_]


@pytest.mark.slow
def test_threads_that_write_to_the_same_folder(tmp_path):
    """A hundred, of one process, with five results; and one file of its own besides."""
    policy = read_policy(OFFICE)
    scores = [
        capaian.score(policy, made_up_evidence(size=24 + number), period="2026-01")
        for number in range(KINDS)
    ]
    shall = []
    for number, each in enumerate(scores):
        write_report(each, tmp_path / str(number), pictures=False)
        shall.append(tree(tmp_path / str(number)))
    start = threading.Barrier(100)

    def run(number):
        start.wait()
        write_report(scores[number % KINDS], tmp_path / "out", pictures=False)
        write_text(tmp_path / "out" / "own.txt", "own\n")

    with ThreadPoolExecutor(100) as pool:
        list(pool.map(run, range(100)))
    found = tree(tmp_path / "out")
    assert found.pop("own.txt") == b"own\n"
    assert found in shall


def test_without_locks_wholes_are_mixed(tmp_path, monkeypatch):
    """So that the tests above show something: what holds the folder is what keeps them apart."""
    monkeypatch.setattr(staging, "_lock", lambda *_, **__: staging._NO_LOCK)
    contents = [[(tmp_path / name, b"%d" % number) for name in "abcdefgh"] for number in range(2)]
    start, mixed = threading.Barrier(2), False

    def run(number):
        with staging.Staging(tmp_path) as waiting:
            for path, content in contents[number]:
                waiting.put(path, content)
            start.wait()
            waiting.move()

    for _ in range(200):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, range(2)))
        mixed = mixed or len({each.read_text() for each in tmp_path.iterdir()}) > 1
    assert mixed
