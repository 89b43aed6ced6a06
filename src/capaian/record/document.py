"""The record of a result as a value: what it says, its hashes, its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from attrs import fields, frozen

from capaian.errors import Language, RecordError, refuse
from capaian.record.shape import Contents
from capaian.wire import canonical, fingerprint

SECTIONS = tuple(each.name for each in fields(Contents))
"""The sections of a record, each with a hash of its own."""
ENDS = ("made_at", "hashes", "content_hash", "seal")
"""What stands in a document beside its sections."""


@frozen(repr=False)
class Record:
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

    contents: Contents
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

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        made: dict[str, Any] = json.loads(self.to_json())
        return made

    def to_json(self) -> str:
        """Return the document: canonical JSON and a newline, the same bytes for the same result."""
        contents = {name: getattr(self.contents, name) for name in SECTIONS}
        return canonical(contents | {name: getattr(self, name) for name in ENDS}) + "\n"

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
        from capaian.record.page import page  # noqa: PLC0415 - the page knows the record

        return page(self, language, reader)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rule, period = self.contents.policy, self.contents.period
        name = f"{rule.id} {rule.edition} · {period.label}"
        return f"<Record {name} · {self.content_hash[:12]}>"


def section_hashes(sections: Mapping[str, Any]) -> dict[str, str]:
    """Return the hash of each section, by name."""
    return {name: fingerprint(value) for name, value in sorted(sections.items())}


def content_hash_of(hashes: Mapping[str, str]) -> str:
    """Return the hash of the sections' hashes."""
    return fingerprint(hashes)


def seal_of(content_hash: str, made_at: str | None) -> str:
    """Return the hash of a content hash and of when the record was made."""
    return sha256(
        canonical({"content_hash": content_hash, "made_at": made_at}).encode()
    ).hexdigest()


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
    when = instant_text(made_at, "made_at")
    hashes = section_hashes({name: getattr(contents, name) for name in SECTIONS})
    content_hash = content_hash_of(hashes)
    return Record(contents, when, hashes, content_hash, seal_of(content_hash, when))


def instant_text(given: str | date | datetime | None, where: str) -> str | None:
    """Return an instant or a date as text; a text that is one stays as it is written.

    Raises
    ------
    RecordError
        CPN-V02: it is none.
    """
    if given is None:
        return None
    if not isinstance(given, str):
        return given.isoformat()
    try:
        datetime.fromisoformat(given)
    except ValueError:
        raise refuse(RecordError, "Nothing was recorded.", "CPN-V02", where) from None
    return given
