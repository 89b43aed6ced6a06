"""Plain values in and out: canonical JSON, fingerprints, and documents made into records."""

from capaian.wire.plain import canonical, fingerprint
from capaian.wire.records import sound_parts, structure

__all__ = ["canonical", "fingerprint", "sound_parts", "structure"]
