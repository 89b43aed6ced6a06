"""What every record is: contents under hashes, and the bytes of the document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar

from attrs import fields, frozen

from capaian.errors import Language, RecordError, refuse
from capaian.wire import canonical, fingerprint

ENDS = ("made_at", "hashes", "content_hash", "seal")
"""What stands in a document beside its sections."""
Said = TypeVar("Said")
"""The kind of contents."""


@frozen(repr=False)
class Sealed(Generic[Said]):
    """A record with its hashes.

    Attributes
    ----------
    contents
        What it says, section by section.
    made_at, hashes, content_hash, seal
        As in `Record`.
    """

    contents: Said
    made_at: str | None
    hashes: Mapping[str, str]
    content_hash: str
    seal: str

    @property
    def _said(self) -> Any:
        return self.contents

    @property
    def subject(self) -> str:
        """Whose result it is."""
        return str(self._said.subject)

    @property
    def score(self) -> str | None:
        """The score as it was published; `None` where there is none."""
        score: str | None = self._said.result.score
        return score

    @property
    def band(self) -> str | None:
        """The band; `None` where there is none."""
        band: str | None = self._said.result.band
        return band

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        made: dict[str, Any] = json.loads(self.to_json())
        return made

    def to_json(self) -> str:
        """Return the document: canonical JSON and a newline, the same bytes for the same result."""
        ends = {name: getattr(self, name) for name in ENDS}
        return canonical(sections(self.contents) | ends) + "\n"

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rule = getattr(self._said, "assignment", None) or self._said.policy
        name = f"{rule.id} {rule.edition} · {self._said.period.label}"
        return f"<{type(self).__name__} {name} · {self.content_hash[:12]}>"


def sections_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the sections of a kind of contents."""
    return tuple(each.name for each in fields(kind))


def sections(contents: Any) -> dict[str, Any]:
    """Return the sections of some contents, by name."""
    return {name: getattr(contents, name) for name in sections_of(type(contents))}


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


def hashed(contents: Any, made_at: str | date | datetime | None) -> dict[str, Any]:
    """Return the attributes of a record: contents, time, hashes, content hash and seal.

    Raises
    ------
    RecordError
        CPN-V02: no such instant.
    """
    when = instant_text(made_at, "made_at")
    hashes = section_hashes(sections(contents))
    content_hash = content_hash_of(hashes)
    return {
        "contents": contents,
        "made_at": when,
        "hashes": hashes,
        "content_hash": content_hash,
        "seal": seal_of(content_hash, when),
    }


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
