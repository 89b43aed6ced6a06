"""The record: the audit document of a result, and the corrections that refer to it.

It stands below the scores, which make it, and knows nothing of how they are made: everything that
it says in words, it says from the document alone.
"""

from capaian.record.document import SECTIONS, Record, seal
from capaian.record.history import History, apply, chain
from capaian.record.override import Correction, Override, Standing, read_correction
from capaian.record.postings import (
    POSTINGS,
    AssignmentRule,
    HeldPost,
    PostingContents,
    PostingRecord,
    seal_postings,
)
from capaian.record.read import Opened, open_record, read_record
from capaian.record.sealed import content_hash_of, instant_text
from capaian.record.shape import (
    SCHEMA,
    Calendar,
    Cohort,
    CombinedResult,
    Contents,
    Digest,
    Engine,
    Missing,
    Next,
    Part,
    Plugin,
    Read,
    Result,
    Rounded,
    Rule,
    Span,
    Step,
    Values,
    Words,
)
from capaian.record.units import (
    UNITS,
    MemberShare,
    UnitContents,
    UnitRecord,
    seal_units,
)

__all__ = [
    "POSTINGS",
    "SCHEMA",
    "SECTIONS",
    "UNITS",
    "AssignmentRule",
    "Calendar",
    "Cohort",
    "CombinedResult",
    "Contents",
    "Correction",
    "Digest",
    "Engine",
    "HeldPost",
    "History",
    "MemberShare",
    "Missing",
    "Next",
    "Opened",
    "Override",
    "Part",
    "Plugin",
    "PostingContents",
    "PostingRecord",
    "Read",
    "Record",
    "Result",
    "Rounded",
    "Rule",
    "Span",
    "Standing",
    "Step",
    "UnitContents",
    "UnitRecord",
    "Values",
    "Words",
    "apply",
    "chain",
    "content_hash_of",
    "instant_text",
    "open_record",
    "read_correction",
    "read_record",
    "seal",
    "seal_postings",
    "seal_units",
]
