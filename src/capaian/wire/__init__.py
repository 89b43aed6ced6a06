"""Plain values in and out: canonical JSON, fingerprints, and documents made into records."""

from capaian.wire.lines import line_of
from capaian.wire.plain import canonical, fingerprint
from capaian.wire.pointer import differences, pointer, pointer_at
from capaian.wire.reading import parse_object, prove_values, read_object
from capaian.wire.records import exact_number, sound_items, sound_parts, structure
from capaian.wire.said import below, given, mark, short

__all__ = [
    "below",
    "canonical",
    "differences",
    "exact_number",
    "fingerprint",
    "given",
    "line_of",
    "mark",
    "parse_object",
    "pointer",
    "pointer_at",
    "prove_values",
    "read_object",
    "short",
    "sound_items",
    "sound_parts",
    "structure",
]
