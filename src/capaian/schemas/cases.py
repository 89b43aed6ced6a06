"""How the results of cases look as a document."""

from __future__ import annotations

from typing import Any, Literal

from attrs import frozen

from capaian.schemas.faults import FindingDocument
from capaian.schemas.texts import Count


@frozen
class DifferenceDocument:
    """A place where a rule gives something else than is expected.

    Attributes
    ----------
    pointer
        The place, as a JSON pointer (RFC 6901) into `expected`.
    expected, found
        The values there; no `found` where the rule gives nothing there. Numbers that are not whole,
        or too large for every reader of JSON, are exact texts.
    """

    pointer: str
    expected: Any
    found: Any = None


@frozen
class CaseResultDocument:
    """One case that was run.

    Attributes
    ----------
    differences
        Where the rule gives something else.
    findings
        Why nothing could be compared.
    unconfirmed
        Citations that are not confirmed and on which the result rests.
    """

    id: str
    rule: str
    status: Literal["passed", "failed", "unknown"]
    differences: tuple[DifferenceDocument, ...]
    findings: tuple[FindingDocument, ...]
    unconfirmed: tuple[str, ...]


@frozen
class CaseResultsDocument:
    """The results of a file of cases, in its order."""

    schema: Literal["capaian/case-results/1"]
    passed: Count
    failed: Count
    unknown: Count
    unconfirmed: Count
    cases: tuple[CaseResultDocument, ...]
