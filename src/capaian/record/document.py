"""The record of a result as a value: what it says, its hashes, its bytes."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from capaian.errors import Language
from capaian.record.page import page
from capaian.record.sealed import Sealed, hashed, sections_of
from capaian.record.shape import Contents

SECTIONS = sections_of(Contents)
"""The sections of a record, each with a hash of its own."""


@frozen(repr=False)
class Record(Sealed[Contents]):
    """The audit record of one subject's result in one period.

    Attributes
    ----------
    contents
        What it says, section by section (`capaian.record.shape`).
    made_at
        When it was made, as the caller said; `None` where nobody did. capaian reads no clock.
    hashes
        The SHA-256 of each section's canonical JSON.
    content_hash
        The SHA-256 of those hashes: the idempotency key. The same evidence, policy edition, plugins
        and engine give the same, in whatever order and kind of table the rows came, and whenever it
        was made.
    seal
        The SHA-256 of content hash and `made_at`.
    """

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words, from the record alone: no policy, plugin or table is read.

        Parameters
        ----------
        language
            `en` or `id`.
        reader
            `employee`: what was measured, what it was held against, what was missing, how the band
            was decided, how far the next one is, and how to object. `appraiser`: that, and how each
            part counts. `auditor`: that, and every step with its exact value, the digests of the
            evidence and the hashes.
        """
        return page(self, language, reader)


def seal(contents: Contents, made_at: str | date | datetime | None = None) -> Record:
    """Return the record of some contents, with its hashes.

    Parameters
    ----------
    contents
        What it says.
    made_at
        When it is made, ISO 8601; a zone may be written.

    Raises
    ------
    RecordError
        CPN-V02: no such instant.
    """
    return Record(**hashed(contents, made_at))
