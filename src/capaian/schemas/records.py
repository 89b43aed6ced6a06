"""How audit records, and corrections that refer to them, look as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from capaian.record import Contents, Correction, PostingContents, UnitContents
from capaian.schemas.texts import Hash


@frozen(kw_only=True)
class RecordDocument(Contents):
    """The audit record of one subject's result in one period.

    Attributes
    ----------
    made_at
        When it was made, as the caller said; none where nobody did.
    hashes
        The SHA-256 of each section's canonical JSON.
    content_hash
        The SHA-256 of those hashes: the same evidence, policy, plugins and engine give the same.
    seal
        The SHA-256 of content hash and `made_at`.
    """

    schema: Literal["capaian/record/1"]
    made_at: str | None
    hashes: Mapping[str, Hash]
    content_hash: Hash
    seal: Hash


@frozen(kw_only=True)
class PostingRecordDocument(PostingContents):
    """The audit record of the result of a subject who held posts; as for a policy's."""

    schema: Literal["capaian/record/1+postings"]
    made_at: str | None
    hashes: Mapping[str, Hash]
    content_hash: Hash
    seal: Hash


@frozen(kw_only=True)
class UnitRecordDocument(UnitContents):
    """The audit record of the result of a unit that is made of people; as for a policy's."""

    schema: Literal["capaian/record/1+units"]
    made_at: str | None
    hashes: Mapping[str, Hash]
    content_hash: Hash
    seal: Hash


@frozen(kw_only=True)
class OverrideDocument(Correction):
    """A correction of a result: who decided what, why and when; the record stays as it is."""

    schema: Literal["capaian/override/1"]
