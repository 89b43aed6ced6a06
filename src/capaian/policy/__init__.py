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
from capaian.policy.editions import edition_on, load_editions, load_policy
from capaian.policy.read import read_policy
from capaian.policy.shipped import shipped_policies
from capaian.policy.toml import policy_toml
from capaian.policy.write import policy_fingerprint, to_document

__all__ = [
    "Band",
    "NodeRule",
    "Policy",
    "Roster",
    "Rounding",
    "Scale",
    "Source",
    "Trust",
    "Where",
    "edition_on",
    "load_editions",
    "load_policy",
    "policy_fingerprint",
    "policy_toml",
    "read_policy",
    "shipped_policies",
    "to_document",
]
