"""What is answered: one class for each kind of line, by which its schema is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import frozen

from capaian.schemas.cases import CaseResultDocument
from capaian.schemas.explanations import (
    ExplanationDocument,
    PostingExplanationDocument,
)
from capaian.schemas.faults import ErrorDocument, FindingDocument
from capaian.schemas.records import PostingRecordDocument, RecordDocument
from capaian.schemas.results import (
    AssignmentHead,
    HolderDocument,
    RuleDocument,
    SourceDocument,
    SpanDocument,
    SubjectDocument,
    UnitDocument,
    UsedDocument,
)
from capaian.schemas.texts import Code, Count, Instant

PROTOCOL = "capaian/stdio/1"
Identifier: TypeAlias = str | int | None


@frozen
class ScoresHead:
    """What `capaian/scores/1` says besides its scores."""

    schema: Literal["capaian/scores/1"]
    version: str
    policy: RuleDocument
    period: SpanDocument
    as_of: Instant
    plugins: Mapping[str, str]
    sources: tuple[SourceDocument, ...]
    findings: tuple[FindingDocument, ...]


@frozen
class PostingsHead:
    """What `capaian/postings/1` says besides its scores."""

    schema: Literal["capaian/postings/1"]
    version: str
    assignment: AssignmentHead
    period: SpanDocument
    as_of: Instant
    sources: tuple[SourceDocument, ...]
    policies: tuple[UsedDocument, ...]
    findings: tuple[FindingDocument, ...]


@frozen
class UnitsHead:
    """What `capaian/units/1` says besides its scores and its people."""

    schema: Literal["capaian/units/1"]
    version: str
    policy: RuleDocument
    period: SpanDocument
    as_of: Instant
    plugins: Mapping[str, str]
    sources: tuple[SourceDocument, ...]
    findings: tuple[FindingDocument, ...]


@frozen
class HeadAnswer:
    """What is the same for all scores that follow; one for each period.

    Attributes
    ----------
    id, line
        The request's `id`, and on which line of the input it stood.
    count
        How many scores follow.
    people
        Of units whose scores are made of people's: how many of these follow the units.
    """

    kind: Literal["head"]
    id: Identifier
    line: Count
    count: Count
    head: ScoresHead | PostingsHead | UnitsHead
    people: Count | None = None


@frozen
class ScoreAnswer:
    """One subject's score with every step."""

    kind: Literal["score"]
    id: Identifier
    line: Count
    score: SubjectDocument | HolderDocument | UnitDocument


@frozen
class PersonAnswer:
    """The score of one of the people of whose scores those of the units are made."""

    kind: Literal["person"]
    id: Identifier
    line: Count
    person: SubjectDocument


@frozen
class ExplanationAnswer:
    """Why a subject has its score; one for each period.

    Attributes
    ----------
    text
        The same as a page of plain text.
    """

    kind: Literal["explanation"]
    id: Identifier
    line: Count
    explanation: ExplanationDocument | PostingExplanationDocument
    text: str


@frozen
class RecordAnswer:
    """The audit record of a subject's result; one for each period, and for each subject."""

    kind: Literal["record"]
    id: Identifier
    line: Count
    record: RecordDocument | PostingRecordDocument


@frozen
class FindingAnswer:
    """Something that is wrong or worth saying.

    Attributes
    ----------
    text
        Its sentence, and what to do.
    """

    kind: Literal["finding"]
    id: Identifier
    line: Count
    finding: FindingDocument
    text: str


@frozen
class CaseAnswer:
    """What came of one case."""

    kind: Literal["case"]
    id: Identifier
    line: Count
    case: CaseResultDocument


@frozen
class SchemaAnswer:
    """A JSON Schema."""

    kind: Literal["schema"]
    id: Identifier
    line: Count
    schema: Mapping[str, Any]


@frozen
class VersionAnswer:
    """The versions of capaian, of the protocol and of every schema."""

    kind: Literal["version"]
    id: Identifier
    line: Count
    version: str
    protocol: Literal["capaian/stdio/1"]
    schemas: Mapping[str, str]


@frozen
class ErrorAnswer:
    """Why a request was not answered; the last line of its answer.

    Attributes
    ----------
    code, where
        Of the first finding.
    text
        All that is wrong, at most ten findings in full.
    """

    kind: Literal["error"]
    id: Identifier
    line: Count
    code: Code
    where: str
    text: str
    error: ErrorDocument


@frozen
class EndAnswer:
    """The last line of an answer that was given whole.

    Attributes
    ----------
    count
        How many lines there were before it.
    found
        Whether something was found that a person should look at: a finding of `check` that is no
        note, a case that failed or whose rule is not known.
    """

    kind: Literal["end"]
    id: Identifier
    line: Count
    count: Count
    found: bool


ANSWER: TypeAlias = (
    HeadAnswer
    | ScoreAnswer
    | PersonAnswer
    | ExplanationAnswer
    | RecordAnswer
    | FindingAnswer
    | CaseAnswer
    | SchemaAnswer
    | VersionAnswer
    | ErrorAnswer
    | EndAnswer
)
