"""The record: the audit document of a result, and the corrections that refer to it.

It stands below the scores, which make it, and knows nothing of how they are made: everything that
it says in words, it says from the document alone.
"""

from capaian.record.document import SECTIONS, Record, content_hash_of, instant_text, seal
from capaian.record.read import Opened, open_record, read_record
from capaian.record.shape import (
    SCHEMA,
    Calendar,
    Cohort,
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

__all__ = [
    "SCHEMA",
    "SECTIONS",
    "Calendar",
    "Cohort",
    "Contents",
    "Digest",
    "Engine",
    "Missing",
    "Next",
    "Opened",
    "Part",
    "Plugin",
    "Read",
    "Record",
    "Result",
    "Rounded",
    "Rule",
    "Span",
    "Step",
    "Values",
    "Words",
    "content_hash_of",
    "instant_text",
    "open_record",
    "read_record",
    "seal",
]
