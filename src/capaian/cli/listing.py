"""The list of plugins: one document for programs, one row for each module for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from capaian.registry import Plugin


def told(plugins: Iterable[Plugin]) -> list[dict[str, Any]]:
    """Return every entry point as plain JSON values."""
    return [
        {
            "name": each.name,
            "distribution": each.provenance.distribution,
            "version": each.provenance.version,
            "module": each.provenance.module,
            "kinds": list(each.kinds),
            "status": each.status,
            "reason": each.reason,
        }
        for each in plugins
    ]


def in_short(plugins: Iterable[Plugin]) -> list[tuple[str, ...]]:
    """Return a row for each module, in order: an entry point only announces one of its kinds.

    Returns
    -------
    list of tuple
        Module, distribution, version, kinds, status and why not.
    """
    rows: dict[tuple[str, ...], set[str]] = {}
    for each in plugins:
        where = each.provenance
        key = (where.distribution, where.module, where.version, each.status, each.reason)
        rows.setdefault(key, set()).update(each.kinds or (each.name,))
    return [
        (module, distribution, version, ", ".join(sorted(kinds)), status, reason)
        for (distribution, module, version, status, reason), kinds in sorted(rows.items())
    ]
