"""The batch keeps its promises: the same bytes, nothing twice, nothing half-written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from follow_page import Command, steps

HERE = Path(__file__).parent
BATCH = HERE.parent
DESK = BATCH.parent / "front_desk"
PERIODS = ("2025-Q4", "2026-Q1")
Run = subprocess.CompletedProcess[str]


def make_up(folder: Path, period: str, people: int, *, seed: int = 2026) -> None:
    """Write a period's evidence."""
    command = [
        sys.executable,
        str(DESK / "made_up.py"),
        "--period",
        period,
        "--people",
        str(people),
    ]
    command += ["--seed", str(seed), "--out", str(folder / period)]
    subprocess.run(command, check=True)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of two quarters, between which the regulation changes."""
    folder = tmp_path_factory.mktemp("evidence")
    for period in PERIODS:
        make_up(folder, period, 12)
    return folder


def arguments(evidence: Path, out: Path, *periods: str) -> list[str]:
    """Return what run.py is given."""
    given = ["--policy", str(DESK / "policies"), "--evidence", str(evidence), "--out", str(out)]
    return given + [word for period in periods for word in ("--period", period)]


def run(evidence: Path, out: Path, *periods: str, **more: Any) -> tuple[int, list[dict[str, Any]]]:
    """Run the batch; return its exit code and what it says of each period."""
    command = [
        sys.executable,
        "-W",
        "error",
        str(BATCH / "run.py"),
        *arguments(evidence, out, *periods),
    ]
    done: Run = subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8", **more
    )
    assert "Traceback" not in done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file, with when it was written."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each.name != ".lock")
    return {
        each.relative_to(folder).as_posix(): (each.read_bytes(), each.stat().st_mtime_ns)
        for each in files
    }


def texts(folder: Path) -> dict[str, bytes]:
    """Return every file's content."""
    return {name: text for name, (text, _) in tree(folder).items()}


def test_a_back_fill_takes_for_each_period_the_edition_that_was_in_force(
    evidence: Path, tmp_path: Path
) -> None:
    """Two quarters on both sides of a change of the regulation, in one call."""
    code, said = run(evidence, tmp_path, *PERIODS)
    assert code == 0
    assert [(each["period"], each["edition"], each["status"]) for each in said] == [
        ("2025-Q4", "2025", "written"),
        ("2026-Q1", "2026", "written"),
    ]
    for each in said:
        document = json.loads((Path(each["documents"]) / "scores.json").read_text("utf-8"))
        assert document["policy"]["edition"] == each["edition"]
        assert document["period"]["label"] == each["period"]
        assert all(len(one["subject"]) == 18 for one in document["scores"])
        assert all(Decimal(one["score"]) <= 120 for one in document["scores"])


def test_a_retry_writes_nothing_and_another_machine_writes_the_same_bytes(
    evidence: Path, tmp_path: Path
) -> None:
    """Not even a time stamp changes; a fresh folder gets the same files."""
    run(evidence, tmp_path / "a", *PERIODS)
    before = tree(tmp_path / "a")
    code, said = run(evidence, tmp_path / "a", *PERIODS)
    assert (code, [each["status"] for each in said]) == (0, ["unchanged", "unchanged"])
    assert tree(tmp_path / "a") == before
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Jakarta"}
    run(evidence, tmp_path / "b", *reversed(PERIODS), env=environment)
    assert texts(tmp_path / "b") == texts(tmp_path / "a")


def test_corrected_evidence_gives_a_new_result_and_keeps_the_old_one(tmp_path: Path) -> None:
    """Of the two, `current` names the new one."""
    make_up(tmp_path / "evidence", "2026-Q1", 12)
    _, (first,) = run(tmp_path / "evidence", tmp_path / "out", "2026-Q1")
    make_up(tmp_path / "evidence", "2026-Q1", 12, seed=7)
    _, (second,) = run(tmp_path / "evidence", tmp_path / "out", "2026-Q1")
    assert second["status"] == "written"
    assert Path(first["documents"]).is_dir()
    assert Path(second["documents"]).is_dir()
    assert first["documents"] != second["documents"]
    make_up(tmp_path / "evidence", "2026-Q1", 12)  # and back: nothing is scored, the old one counts
    _, (third,) = run(tmp_path / "evidence", tmp_path / "out", "2026-Q1")
    assert third["documents"] == first["documents"]


def test_a_period_that_fails_does_not_stop_the_others(evidence: Path, tmp_path: Path) -> None:
    """It is said with its code, in both languages, and the exit code says it too."""
    code, said = run(evidence, tmp_path, "2026-Q2", "2026-Q1", "2027-Q1")
    assert code == 2
    assert [each["status"] for each in said] == ["failed", "written", "failed"]
    assert [each.get("code") for each in said] == ["CPN-E50", None, "CPN-D05"]
    assert said[0]["findings"][0]["text"].keys() == {"en", "id"}


@pytest.mark.parametrize("replacing", [False, True], ids=["new", "replacing"])
def test_killed_at_every_moment_nothing_is_half_written_and_a_re_run_completes(
    tmp_path: Path, *, replacing: bool
) -> None:
    """SIGKILL before each call to the system about a file, of a first run and of a correction."""
    evidence, before, reference = (tmp_path / name for name in ("evidence", "before", "reference"))
    before.mkdir()
    if replacing:
        make_up(evidence, "2026-Q1", 12, seed=7)
        run(evidence, before, "2026-Q1")
        shutil.copytree(before, reference)
    make_up(evidence, "2026-Q1", 12)
    run(evidence, reference, "2026-Q1")
    out = tmp_path / "out"
    places = [str(each) for each in (HERE / "killing.py", BATCH, reference, out, before)]
    command = [sys.executable, *places, "--"]
    done = subprocess.run(
        [*command, *arguments(evidence, out, "2026-Q1")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *killed, last = (json.loads(line) for line in done.stdout.splitlines())
    assert len(killed) >= 20, done.stderr
    assert all(each["killed"] for each in killed)
    assert not last["killed"]
    assert [each for each in killed if not each["whole"]] == []
    assert [each for each in killed if each["again"] or not each["complete"]] == []


@pytest.mark.parametrize("size", [0, 1, 100, 700, 1_500, 5_000])
def test_killed_in_the_middle_of_a_write(evidence: Path, tmp_path: Path, size: int) -> None:
    """The system itself ends the process (SIGXFSZ) at the byte that is one too many."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    # Python itself asks not to be ended by SIGXFSZ: the signal is given back in a line of its own.
    line = "import runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); "
    line += f"sys.path.insert(0, {str(BATCH)!r}); sys.argv = ['run.py', *sys.argv[1:]]; "
    line += f"runpy.run_path({str(BATCH / 'run.py')!r}, run_name='__main__')"
    command = [sys.executable, "-c", line, *arguments(evidence, tmp_path / "out", "2026-Q1")]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, check=False)
    partition = tmp_path / "out" / "front-desk" / "2026-Q1"
    assert done.returncode == -signal.SIGXFSZ
    assert not (partition / "current").exists()
    assert all(each.name.startswith((".lock", ".unfinished-")) for each in partition.iterdir())
    assert run(evidence, tmp_path / "out", "2026-Q1")[0] == 0
    run(evidence, tmp_path / "reference", "2026-Q1")
    assert texts(tmp_path / "out") == texts(tmp_path / "reference")


def test_killed_in_the_middle_of_a_batch(evidence: Path, tmp_path: Path) -> None:
    """From outside, at times that nobody chose (seeded), until one run gets to its end."""
    run(evidence, tmp_path / "reference", *PERIODS)
    dice, kills = Random(2026), 0
    command = [
        sys.executable,
        str(BATCH / "run.py"),
        *arguments(evidence, tmp_path / "out", *PERIODS),
    ]
    for _ in range(8):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(timeout=0.2 + dice.random())
            except subprocess.TimeoutExpired:
                process.kill()
                kills += process.wait() == -signal.SIGKILL
        for name, text in texts(tmp_path / "out").items():
            if "/." not in name:
                assert texts(tmp_path / "reference")[name] == text, name
    assert kills > 0
    assert run(evidence, tmp_path / "out", *PERIODS)[0] == 0
    assert texts(tmp_path / "out") == texts(tmp_path / "reference")


def test_processes_that_write_the_same_partition_wait_for_each_other(
    evidence: Path, tmp_path: Path
) -> None:
    """Of four at once one writes, the others find it done, and all say the same documents."""
    command = [
        sys.executable,
        str(BATCH / "run.py"),
        *arguments(evidence, tmp_path / "out", "2026-Q1"),
    ]
    begun = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in range(4)
    ]
    said = [json.loads(each.communicate()[0]) for each in begun]
    assert [each.returncode for each in begun] == [0] * 4
    assert sorted(each["status"] for each in said) == ["unchanged"] * 3 + ["written"]
    assert len({each["documents"] for each in said}) == 1
    run(evidence, tmp_path / "reference", "2026-Q1")
    assert texts(tmp_path / "out") == texts(tmp_path / "reference")


@pytest.mark.parametrize("size", [0, 700, 5_000])
def test_a_full_disk_is_said_with_a_code(evidence: Path, tmp_path: Path, size: int) -> None:
    """Whichever document is the one that no longer fits."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    out = tmp_path / "out"
    code, (said,) = run(evidence, out, "2026-Q1", preexec_fn=limit)
    assert (code, said["status"], said["error"], said["code"]) == (
        2, "failed", "OutputError", "CPN-X02",
    )  # fmt: skip
    partition = out / "front-desk" / "2026-Q1"
    assert [each.name for each in partition.iterdir()] == [".lock"]
    assert run(evidence, out, "2026-Q1")[0] == 0


@pytest.fixture
def read_only() -> Iterator[Path]:
    """Make a folder that everybody may read and nobody may write to."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        yield Path(name)
        Path(name).chmod(0o755)


def test_a_read_only_folder_is_said_with_a_code(evidence: Path, read_only: Path) -> None:
    """And nothing is scored before it is."""
    # Rights do not hold for root. Who is nobody may not even read root's Python: all that is needed
    # is loaded before.
    line = f"import capaian, os, sys; sys.path.insert(0, {str(BATCH)!r}); import partition, run; "
    line += f"policy = capaian.load_policy({str(DESK / 'policies')!r}, on='2026-03-31'); "
    line += "partition.make_plan(policy); capaian.errors.catalogue(); "
    line += "os.geteuid() or os.seteuid(65534); sys.exit(run.main())"
    with tempfile.TemporaryDirectory() as name:
        copied = Path(name) / "evidence"
        shutil.copytree(evidence, copied)
        for each in (Path(name), copied):
            each.chmod(0o755)
        command = [sys.executable, "-c", line, *arguments(copied, read_only, "2026-Q1")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    said = json.loads(done.stdout)
    assert (said["error"], said["code"]) == ("OutputError", "CPN-X03")
    assert said["findings"][0]["where"] == str(read_only / "front-desk" / "2026-Q1")
    assert list(read_only.iterdir()) == []


def test_the_page_s_commands_run(tmp_path: Path) -> None:
    """`docs/embed/batch.md`, in a copy of the examples' folders."""
    for folder in (BATCH, DESK):
        shutil.copytree(folder, tmp_path / folder.name)
    for step in steps(BATCH.parents[1] / "docs" / "embed" / "batch.md"):
        if isinstance(step, Command):
            step.run(tmp_path / "batch")
    written = sorted((tmp_path / "batch" / "out").rglob("partition.json"))
    assert [each.parts[-3] for each in written] == list(PERIODS)
