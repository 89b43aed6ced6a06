"""The record of a score that is made of postings: their own records, and how they became one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from attrs import frozen

from capaian.errors import Language
from capaian.record.combined_page import page_of_postings
from capaian.record.document import Record
from capaian.record.sealed import Sealed, hashed
from capaian.record.shape import CombinedResult, Engine, Plain, Span

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


@frozen(repr=False)
class PostingRecord(Sealed[PostingContents]):
    """The audit record of the result of one subject who held posts, in one period.

    Attributes
    ----------
    contents
        What it says, section by section (`capaian.record.postings`).
    made_at, hashes, content_hash, seal
        As in `Record`.
    """

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

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words, from the record alone; as for `Record.text`.

        After the score and what each posting adds, the record of every posting follows.
        """
        return page_of_postings(self, language, reader)


def seal_postings(
    contents: PostingContents, made_at: str | date | datetime | None = None
) -> PostingRecord:
    """Return the record of some contents, with its hashes; as for `seal`."""
    return PostingRecord(**hashed(contents, made_at))
