"""The shelf: policies and rules by name, those of installed packs among them."""

from capaian.shelf.comparing import compare_policies
from capaian.shelf.evidence import load_evidence
from capaian.shelf.listing import ListedPack, ListedPolicy, list_packs
from capaian.shelf.packs import FoundPack, find_pack, find_rule, known_packs, pack_hint
from capaian.shelf.policies import documents_of, load_editions, load_named, load_policy, load_rule

__all__ = [
    "FoundPack",
    "ListedPack",
    "ListedPolicy",
    "compare_policies",
    "documents_of",
    "find_pack",
    "find_rule",
    "known_packs",
    "list_packs",
    "load_editions",
    "load_evidence",
    "load_named",
    "load_policy",
    "load_rule",
    "pack_hint",
]
