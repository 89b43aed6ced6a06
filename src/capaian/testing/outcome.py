"""What a check says: one frozen record each, and all of them as a report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any, Literal

from attrs import frozen

Status = Literal["passed", "failed", "expected", "skipped", "notice"]
STATUSES: tuple[Status, ...] = ("passed", "failed", "expected", "skipped", "notice")


@frozen
class Outcome:
    """What one check found.

    Attributes
    ----------
    check
        The check's id, such as `B01`.
    clause
        What it promises, in a sentence.
    status
        `passed`; `failed`; `expected`, a failure that was announced; `skipped`, not applicable or
        not possible here; `notice`, a failure of a check that is not binding in this edition yet.
    reason
        Why it failed or was skipped; with an expected failure, the reason that was announced.
    example
        The smallest input that fails, as text; empty where there is none to show.
    seed
        What makes the search for it the same again, with the same version of Hypothesis and the
        same modules loaded: Hypothesis also tries constants that it finds in them.
    """

    check: str
    clause: str
    status: Status
    reason: str = ""
    example: str = ""
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "check": self.check,
            "clause": self.clause,
            "status": self.status,
            "reason": self.reason,
            "example": self.example,
            "seed": self.seed,
        }

    def text(self) -> str:
        """Return it as lines of text."""
        lines = [f"{self.check}  {self.status:<8}  {self.clause}"]
        if self.reason:
            lines.append(f"     {self.reason}")
        if self.example:
            lines += [f"     {line}" for line in self.example.splitlines()]
        if self.status in {"failed", "notice"}:
            lines.append(f"     seed {self.seed}")
        return "\n".join(lines)


class Report(list[Outcome]):
    """The outcomes of all checks of an edition, in order of their ids.

    Attributes
    ----------
    subject
        The kind that was checked.
    edition
        The edition of the checks.
    seconds
        How long it took.
    """

    def __init__(
        self, outcomes: Iterable[Outcome], subject: str, edition: str, seconds: float
    ) -> None:
        super().__init__(outcomes)
        self.subject = subject
        self.edition = edition
        self.seconds = seconds

    @property
    def failures(self) -> list[Outcome]:
        """The outcomes that failed and were not expected to."""
        return [each for each in self if each.status == "failed"]

    def counts(self) -> dict[str, int]:
        """Return how many outcomes have each status."""
        return {status: sum(each.status == status for each in self) for status in STATUSES}

    def summary(self) -> str:
        """Return one line: who, how many of each status, how long."""
        said = ", ".join(f"{count} {status}" for status, count in self.counts().items() if count)
        return f"{self.subject}, edition {self.edition}: {said} ({self.seconds:.1f} s)"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "schema": "capaian/conformance/1",
            "subject": self.subject,
            "edition": self.edition,
            "seconds": round(self.seconds, 3),
            "counts": self.counts(),
            "outcomes": [each.to_dict() for each in self],
        }

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def text(self, *, every: bool = True) -> str:
        """Return the report as text.

        Parameters
        ----------
        every
            All outcomes, in order. Where false, what was skipped in short, by reason, then what
            needs reading, in full.
        """
        if every:
            return "\n".join([*(each.text() for each in self), self.summary()])
        skipped: dict[str, list[str]] = {}
        for each in self:
            if each.status == "skipped":
                skipped.setdefault(each.reason, []).append(each.check)
        lines = [f"skipped {_listed(checks)}: {reason}" for reason, checks in skipped.items()]
        read = [each.text() for each in self if each.status not in {"passed", "skipped"}]
        return "\n".join([*lines, *read, self.summary()])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Report {self.summary()}>\n{self.text(every=False)}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


class ConformanceError(AssertionError):
    """A plugin breaks a clause; `report` has every outcome.

    It is an `AssertionError`, so that a test runner counts it as a failed test.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        failed = "\n".join(each.text() for each in report.failures)
        super().__init__(f"{report.summary()}\n{failed}")


class Broken(Exception):  # noqa: N818 - it ends a check, nobody outside the kit sees it
    """A clause does not hold: why, and the input that shows it."""

    def __init__(self, reason: str, example: object = "") -> None:
        self.reason = reason
        self.example = example if isinstance(example, str) else shown(example)
        super().__init__(reason)


class Skipped(Exception):  # noqa: N818 - the same
    """A check does not apply, or cannot be made here: why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def _listed(checks: list[str]) -> str:
    few = checks[:6]
    return ", ".join(few) + (f" and {len(checks) - len(few)} more" if checks[6:] else "")


def shown(example: object) -> str:
    """Return an input as text: rows one a line, at most twenty."""
    if isinstance(example, list | tuple):
        lines = [repr(each) for each in example[:20]]
        if len(example) > len(lines):
            lines.append(f"… and {len(example) - len(lines)} more")
        return "\n".join(lines)
    return repr(example)
