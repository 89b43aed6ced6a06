"""What records of scores that are made of scores have in common: hashes, bytes, and a result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from attrs import fields, frozen

from capaian.errors import Language
from capaian.record.document import (
    ENDS,
    content_hash_of,
    instant_text,
    seal_of,
    section_hashes,
)
from capaian.record.shape import Next, Rounded
from capaian.wire import canonical


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


@frozen(repr=False)
class Sealed:
    """A record with its hashes.

    Attributes
    ----------
    contents
        What it says, section by section.
    made_at, hashes, content_hash, seal
        As in `Record`.
    """

    contents: Any
    made_at: str | None
    hashes: Mapping[str, str]
    content_hash: str
    seal: str

    @property
    def subject(self) -> str:
        """Whose result it is."""
        return str(self.contents.subject)

    @property
    def score(self) -> str | None:
        """The score as it was published; `None` where there is none."""
        result: CombinedResult = self.contents.result
        return result.score

    @property
    def band(self) -> str | None:
        """The band; `None` where there is none."""
        result: CombinedResult = self.contents.result
        return result.band

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        made: dict[str, Any] = json.loads(self.to_json())
        return made

    def to_json(self) -> str:
        """Return the document: canonical JSON and a newline, the same bytes for the same result."""
        contents = {name: getattr(self.contents, name) for name in sections_of(type(self.contents))}
        return canonical(contents | {name: getattr(self, name) for name in ENDS}) + "\n"

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()


def sections_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the sections of a kind of contents."""
    return tuple(each.name for each in fields(kind))


def hashed(contents: Any, made_at: str | date | datetime | None) -> dict[str, Any]:
    """Return the attributes of a record: contents, time, hashes, content hash and seal."""
    when = instant_text(made_at, "made_at")
    names = sections_of(type(contents))
    hashes = section_hashes({name: getattr(contents, name) for name in names})
    content_hash = content_hash_of(hashes)
    return {
        "contents": contents,
        "made_at": when,
        "hashes": hashes,
        "content_hash": content_hash,
        "seal": seal_of(content_hash, when),
    }
