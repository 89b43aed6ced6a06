"""The record: the audit document of a result, and the corrections that refer to it.

It stands below the scores, which make it, and knows nothing of how they are made: everything that
it says in words, it says from the document alone.
"""

from capaian.record.document import SECTIONS, Record, content_hash_of, instant_text, seal
from capaian.record.history import History, apply, chain
from capaian.record.override import Correction, Override, Standing, read_correction
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
    "Correction",
    "Digest",
    "Engine",
    "History",
    "Missing",
    "Next",
    "Opened",
    "Override",
    "Part",
    "Plugin",
    "Read",
    "Record",
    "Result",
    "Rounded",
    "Rule",
    "Span",
    "Standing",
    "Step",
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
]
