"""Policies: the document, how it is read, its proofs, its editions and its fingerprint."""

from capaian.policy.document import (
    Band,
    NodeRule,
    Policy,
    Roster,
    Rounding,
    Scale,
    Source,
    Trust,
    Where,
)

__all__ = ["Band", "NodeRule", "Policy", "Roster", "Rounding", "Scale", "Source", "Trust", "Where"]
