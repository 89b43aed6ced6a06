"""How large a document may be: beyond that nobody wrote it, and to prove it takes too long."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from capaian.errors import Finding, PolicyError
from capaian.wire import short

MOST: Mapping[str, int] = MappingProxyType(
    {
        "indicators": 2_000,
        "nodes": 2_000,
        "bands": 200,
        "rounding": 2_000,
        "numbers": 2_000,
        "sources": 2_000,
        "assign": 2_000,
    }
)
"""The most entries of each list of a policy or an assignment."""


def prove_sizes(document: Mapping[str, Any], name: str) -> None:
    """Refuse a document with lists that are too long, before anything else is looked at.

    Parameters
    ----------
    document
        The document as JSON or TOML give it.
    name
        What the user calls it.

    Raises
    ------
    PolicyError
        CPN-P48, for each of them.
    """
    findings = [
        Finding("CPN-P48", key, {"count": len(document[key]), "most": most})
        for key, most in MOST.items()
        if isinstance(document.get(key), list | tuple) and len(document[key]) > most
    ]
    if findings:
        raise PolicyError(f"The document '{short(name)}' is too large.", findings)
