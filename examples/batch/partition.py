"""One period's results in one folder: written whole or not at all, and never twice.

front-desk/2026-Q1/
    current                 the key of the results that count
    6f0c.../                one run's documents; nobody changes them any more
        scores.json, scores.csv, ledger.csv
        partition.json      what was scored and by what: the key is its hash
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import capaian
from capaian.report import unwritable, write_report, write_text
from capaian.scores import make_plan

Status = Literal["written", "unchanged"]
_UNFINISHED = ".unfinished-"


def identity(
    policy: capaian.Policy, evidence: Mapping[str, Path], period: capaian.Period, as_of: str | None
) -> dict[str, Any]:
    """Return all that the result depends on: what has the same identity has the same bytes."""
    plan = make_plan(policy)
    return {
        "version": capaian.__version__,
        "policy": {"id": policy.id, "edition": policy.edition, "fingerprint": plan.fingerprint},
        "formulas": plan.formulas,
        "calendar": plan.calendar.fingerprint if plan.calendar else None,
        "plugins": {kind: str(each) for kind, each in plan.provenance.items()},
        "period": period.label,
        "as_of": as_of or period.end.isoformat(),
        "evidence": {name: _digest(path) for name, path in sorted(evidence.items())},
    }


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            digest = sha256()
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return ""  # capaian says, with all other faults, that it cannot be read
    return digest.hexdigest()


def key_of(found: Mapping[str, Any]) -> str:
    """Return the name of a run's folder."""
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:32]


def current(folder: Path) -> Path | None:
    """Return the documents that count in a partition; `None` where there are none yet."""
    try:
        key = (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return folder / key


def score_partition(
    policy: capaian.Policy,
    evidence: Mapping[str, Path],
    period: capaian.Period,
    as_of: str | None,
    folder: Path,
) -> Status:
    """Score a period into its folder, unless the same was done before.

    Killed at any moment, it leaves what was there before, or all of the new; the next run removes
    what was begun. A second process waits for the first and finds its work done.

    Raises
    ------
    CapaianError
        What cannot be scored, or written.
    """
    found = identity(policy, evidence, period, as_of)
    key = key_of(found)
    with _alone(folder):
        _sweep(folder)
        if not (folder / key).is_dir():
            scores = capaian.score(policy, dict(evidence), period=period, as_of=as_of)
            with _unfinished(folder) as begun:
                write_report(scores, begun, pages=False)
                write_text(begun / "partition.json", json.dumps(found, indent=2) + "\n")
                begun.replace(folder / key)  # the one moment at which all documents are there
                _settle(folder)
        elif current(folder) == folder / key:
            return "unchanged"
        write_text(folder / "current", f"{key}\n")
        _settle(folder)
    return "written"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes this partition; the system ends a dead one's lock."""
    with _said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Give a new folder in which documents are gathered; what goes wrong removes it."""
    with _said(folder):
        begun = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
        try:
            begun.chmod(0o755)
            yield begun
        finally:
            shutil.rmtree(begun, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed runs have left: whoever holds the lock is the only one at work."""
    with _said(folder):
        for each in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(each)
        for each in folder.glob(".current.*"):
            each.unlink()


def _settle(folder: Path) -> None:
    """Have the disk know the names in a folder, so that a power failure does not undo a move."""
    with _said(folder):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Say with a code what the system refuses."""
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error) from None
