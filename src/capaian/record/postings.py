"""The record of a score that is made of postings: their own records, and how they became one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from attrs import fields, frozen

from capaian.errors import Language
from capaian.record.document import (
    ENDS,
    Record,
    content_hash_of,
    instant_text,
    seal_of,
    section_hashes,
)
from capaian.record.shape import Engine, Next, Plain, Rounded, Span
from capaian.wire import canonical

POSTINGS = "capaian/record/1+postings"


@frozen
class AssignmentRule:
    """The assignment: its name, its interval, its sources, and the whole document; as for a policy.

    Attributes
    ----------
    fingerprint
        SHA-256 of the document.
    """

    id: str
    edition: str
    first: str
    last: str | None
    fingerprint: str
    sources: tuple[Mapping[str, str], ...]
    document: Plain


@frozen
class HeldPost:
    """One posting of the subject, what it adds to the score, and the record of its own.

    Attributes
    ----------
    post
        What the post is called.
    first, last
        Its days in the period, both inside.
    days, leave
        Its days by the clock that weighs, and how many of them are leave.
    given
        The weight of the table of postings, as a whole number; `1` where it has none.
    decision
        What the assignment did about it: `too_short`, `no_weight`, `exclude`, `withhold`, `refer`;
        null where it simply counts.
    weight, contribution
        Its share of the score, and its points of it, exact.
    record
        The record of the posting's own score, a whole document. Its digests are of all rows of the
        subject that the policy reads, whichever post they count for.
    """

    post: str
    first: str
    last: str
    days: int
    leave: int
    given: str
    decision: str | None
    weight: str
    contribution: str
    record: Plain


@frozen
class CombinedResult:
    """What is published; as for a policy."""

    status: str
    score: str | None
    unrounded: str | None
    rounding: Rounded | None
    band: str | None
    interval: str
    next: Next | None = None


@frozen
class PostingContents:
    """Everything that the record of a holder of posts says, but for its hashes and its time."""

    engine: Engine
    subject: str
    period: Span
    assignment: AssignmentRule
    postings: tuple[HeldPost, ...]
    findings: tuple[Plain, ...]
    result: CombinedResult
    schema: str = POSTINGS


POSTING_SECTIONS = tuple(each.name for each in fields(PostingContents))


@frozen(repr=False)
class PostingRecord:
    """The audit record of the result of one subject who held posts, in one period.

    Attributes
    ----------
    contents
        What it says, section by section (`capaian.record.postings`).
    made_at, hashes, content_hash, seal
        As in `Record`.
    """

    contents: PostingContents
    made_at: str | None
    hashes: Mapping[str, str]
    content_hash: str
    seal: str

    @property
    def subject(self) -> str:
        """Whose result it is."""
        return self.contents.subject

    @property
    def score(self) -> str | None:
        """The score as it was published; `None` where there is none."""
        return self.contents.result.score

    @property
    def band(self) -> str | None:
        """The band; `None` where there is none."""
        return self.contents.result.band

    def records(self) -> tuple[Record, ...]:
        """Return the records of the postings' own scores, in the order of the postings.

        Raises
        ------
        RecordError
            One of them cannot be read.
        """
        from capaian.record.read import open_record  # noqa: PLC0415 - reading knows this record

        found = (open_record(dict(each.record)).record for each in self.contents.postings)
        return tuple(each for each in found if isinstance(each, Record))

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        made: dict[str, Any] = json.loads(self.to_json())
        return made

    def to_json(self) -> str:
        """Return the document: canonical JSON and a newline, the same bytes for the same result."""
        contents = {name: getattr(self.contents, name) for name in POSTING_SECTIONS}
        return canonical(contents | {name: getattr(self, name) for name in ENDS}) + "\n"

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words, from the record alone; as for `Record.text`.

        After the score and what each posting adds, the record of every posting follows.
        """
        from capaian.record.posting_page import page_of_postings  # noqa: PLC0415 - knows this

        return page_of_postings(self, language, reader)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rule, period = self.contents.assignment, self.contents.period
        name = f"{rule.id} {rule.edition} · {period.label}"
        return f"<PostingRecord {name} · {self.content_hash[:12]}>"


def seal_postings(
    contents: PostingContents, made_at: str | date | datetime | None = None
) -> PostingRecord:
    """Return the record of some contents, with its hashes; as for `seal`."""
    when = instant_text(made_at, "made_at")
    hashes = section_hashes({name: getattr(contents, name) for name in POSTING_SECTIONS})
    content_hash = content_hash_of(hashes)
    return PostingRecord(contents, when, hashes, content_hash, seal_of(content_hash, when))
