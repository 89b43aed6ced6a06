"""Policies: the document, how it is read, its proofs, its editions and its fingerprint."""

from capaian.policy.assigning import (
    assignment_document,
    assignment_fingerprint,
    is_assignment,
    load_assignment,
)
from capaian.policy.assignment import Assignment
from capaian.policy.document import (
    Band,
    Cell,
    Decision,
    Membership,
    NodeRule,
    Number,
    Policy,
    Rating,
    Roster,
    Rounding,
    Scale,
    Source,
    Trust,
    Units,
    Where,
)
from capaian.policy.editions import (
    PolicySource,
    edition_on,
    load_editions,
    load_named,
    load_policy,
    load_rule,
)
from capaian.policy.guidance import GroupLabels, Guidance, Limit
from capaian.policy.read import read_policy
from capaian.policy.shipped import Shelf, shipped_policies
from capaian.policy.toml import policy_toml
from capaian.policy.write import policy_fingerprint, to_document

__all__ = [
    "Assignment",
    "Band",
    "Cell",
    "Decision",
    "GroupLabels",
    "Guidance",
    "Limit",
    "Membership",
    "NodeRule",
    "Number",
    "Policy",
    "PolicySource",
    "Rating",
    "Roster",
    "Rounding",
    "Scale",
    "Shelf",
    "Source",
    "Trust",
    "Units",
    "Where",
    "assignment_document",
    "assignment_fingerprint",
    "edition_on",
    "is_assignment",
    "load_assignment",
    "load_editions",
    "load_named",
    "load_policy",
    "load_rule",
    "policy_fingerprint",
    "policy_toml",
    "read_policy",
    "shipped_policies",
    "to_document",
]
