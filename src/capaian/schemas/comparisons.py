"""How a comparison with an office's sheet looks as a document, and a table that is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from capaian.schemas.faults import FindingDocument
from capaian.schemas.results import RuleDocument
from capaian.schemas.texts import Count, Exact, Instant, Published

Agreement = Literal["exact", "displayed", "differs", "not_in_sheet", "not_in_capaian"]
Step = Literal["measured", "achievement", "weight", "contribution", "node", "score", "band"]
Place = Literal["measured", "sub-period", "achievement", "contribution", "node", "score"]
Mode = Literal["half-up", "half-even", "truncate", "none"]


@frozen
class RoundingDocument:
    """A rounding in place of the policy's own at one place.

    Attributes
    ----------
    digits
        To how many decimals; none where nothing is rounded there.
    """

    place: Place
    digits: Count | None
    mode: Mode


@frozen
class ReconciledDocument:
    """A rounding under which rows agree that differ now.

    Attributes
    ----------
    mends, of
        How many of the rows that differ would agree.
    breaks
        How many of the rows that agree now would not.
    """

    place: Place
    digits: Count | None
    mode: Mode
    mends: Count
    of: Count
    breaks: Count


@frozen
class RoundedDocument:
    """The first step that agrees only in the digits that the sheet shows."""

    step: Step
    of: str | None


@frozen
class PartedDocument:
    """A subject whose row in the sheet and whose score part, at the first step where they do.

    Attributes
    ----------
    row
        Of the sheet; none where the sheet has no such subject.
    step, of
        The step, and its indicator or node; none where one side has no such subject.
    ours, theirs
        The values of capaian and of the sheet: exact numbers as text, or bands.
    rounded
        Where the sheet may have gone on with a rounded value.
    reconciled_by
        The roundings under which the whole row agrees.
    """

    subject: str
    row: Count | None
    agreement: Agreement
    step: Step | None
    of: str | None
    ours: str | None
    theirs: str | None
    rounded: RoundedDocument | None
    reconciled_by: tuple[RoundingDocument, ...]


@frozen
class AgreedDocument:
    """How many subjects agree in which way."""

    exact: Count
    displayed: Count
    differs: Count
    not_in_sheet: Count
    not_in_capaian: Count


@frozen
class ParityDocument:
    """How an office's own sheet and capaian agree.

    Attributes
    ----------
    same
        Whether everybody agrees, at least in the digits that the sheet shows.
    steps
        How many part at each step.
    """

    schema: Literal["capaian/parity/1"]
    policy: RuleDocument
    period: str
    as_of: Instant
    same: bool
    counts: AgreedDocument
    steps: Mapping[Step, Count]
    roundings: tuple[ReconciledDocument, ...]
    differences: tuple[PartedDocument, ...]
    findings: tuple[FindingDocument, ...]


@frozen
class GroupDocument:
    """A group of a published table; null is left out.

    Attributes
    ----------
    unit
        Null for those whose unit is not known, and for all together.
    bands, shares
        Band to how many people have it, and to their share; `no_band` for nobody's.
    """

    unit: str | None
    count: Count | None
    bands: Mapping[str, Count | None]
    shares: Mapping[str, Exact | None]
    mean: Published | None


@frozen
class PublishedDocument:
    """Counts, shares of bands and means by group, in which no small group is shown.

    Attributes
    ----------
    least
        The least count that is shown.
    hidden
        How many cells and means are left out.
    """

    schema: Literal["capaian/published/1"]
    policy: RuleDocument
    period: str
    least: Count
    hidden: Count
    groups: tuple[GroupDocument, ...]
    total: GroupDocument
