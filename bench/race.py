"""A race: entries that do the same job, run in turn, round by round, and compared by medians."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from measure import Run

MINE, BY_HAND, PEER, FLOOR = "capaian", "by hand", "peer", "floor"


class DisagreementError(Exception):
    """Entries gave different answers: there is nothing to compare."""


@dataclass(frozen=True)
class Entry:
    """One way of doing the job.

    `group` names whom it is compared with; `kind` is `capaian`, `by hand`, `peer` or `floor`, and
    floors do less than the job, so that their answers are not compared.
    """

    name: str
    kind: str
    group: str
    run: Callable[[], Run]
    weighs: bool = True
    """Whether its peak memory is that of the whole job."""


@dataclass(frozen=True)
class Result:
    """The median of an entry's runs, its greatest peak, and why it refused, if it did."""

    entry: Entry
    seconds: float
    peak: float
    digest: str
    refused: str


def race(entries: Sequence[Entry], rounds: int) -> list[Result]:
    """Run every entry once a round.

    Raises
    ------
    DisagreementError
        Two entries that did the whole job have different digests.
    """
    runs: dict[str, list[Run]] = {entry.name: [] for entry in entries}
    for number in range(rounds):
        for entry in entries:
            if any(run.refused for run in runs[entry.name]):
                continue
            runs[entry.name].append(entry.run())
            _tell(number + 1, rounds, entry, runs[entry.name][-1])
    results = [_result(entry, runs[entry.name]) for entry in entries]
    _compare([each for each in results if each.entry.kind != FLOOR and not each.refused])
    return results


def _tell(number: int, rounds: int, entry: Entry, run: Run) -> None:
    said = run.refused or f"{run.seconds:.4g} s, {run.peak:.0f} MB"
    print(f"  {number}/{rounds} {entry.name}: {said}", file=sys.stderr, flush=True)


def _result(entry: Entry, runs: Sequence[Run]) -> Result:
    refused = next((run.refused for run in runs if run.refused), "")
    digests = {str(run.answer.get("digest", "")) for run in runs if not run.refused}
    if len(digests) > 1:
        raise DisagreementError(f"{entry.name} gave {len(digests)} answers: {sorted(digests)}")
    return Result(
        entry,
        median(run.seconds for run in runs),
        max(run.peak for run in runs),
        next(iter(digests), ""),
        refused,
    )


def _compare(results: Sequence[Result]) -> None:
    digests = {each.digest for each in results}
    if len(digests) > 1:
        told = "; ".join(f"{each.entry.name}: {each.digest}" for each in results)
        raise DisagreementError(f"the answers differ: {told}")


def best(results: Sequence[Result], group: str) -> Result | None:
    """Return the fastest entry of a group that is not capaian's."""
    found = [
        each
        for each in results
        if each.entry.kind in {BY_HAND, PEER} and each.entry.group == group and not each.refused
    ]
    return min(found, key=lambda each: each.seconds, default=None)
