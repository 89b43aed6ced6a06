"""What a regulation takes from another: numbers and tables that stand in one document only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import evolve

from capaian.errors import Finding, did_you_mean
from capaian.rules.document import Curve, Grades, Number, Regulation, Table
from capaian.wire import short

Lent: TypeAlias = Number | Table | Grades | Curve

KINDS = ("numbers", "tables", "grades", "curves")
"""What can be used from another regulation."""


def with_used(
    regulation: Regulation, others: Mapping[str, Regulation]
) -> tuple[Regulation, list[Finding]]:
    """Return a regulation with what it uses from others, and what is wrong with its `uses`.

    What is used keeps its days and its sources; these are called `<the other's id>/<their name>`.

    Parameters
    ----------
    regulation
        As it is written.
    others
        The regulations beside it, by id; none of them uses another itself.
    """
    parts: dict[str, Any] = {kind: dict(getattr(regulation, kind)) for kind in KINDS}
    sources = dict(regulation.sources)
    findings: list[Finding] = []
    for other_id, names in regulation.uses.items():
        other = others.get(other_id)
        if other is None:
            values = {
                "name": short(other_id),
                "hint": did_you_mean(other_id, others),
                "known": ", ".join(others) or "-",
            }
            findings.append(Finding("CPN-L12", f"uses.{other_id}", values))
            continue
        known = {name: kind for kind in KINDS for name in getattr(other, kind)}
        for index, name in enumerate(names):
            where = f"uses.{other_id}[{index}]"
            if name not in known:
                values = {
                    "regulation": other.id,
                    "name": short(name),
                    "hint": did_you_mean(name, known),
                    "known": ", ".join(known) or "-",
                }
                findings.append(Finding("CPN-L13", where, values))
            elif taken := next((kind for kind in KINDS if name in parts[kind]), None):
                findings.append(Finding("CPN-L10", where, {"name": name, "other": taken}))
            else:
                kind = known[name]
                lent = getattr(other, kind)[name]
                parts[kind][name] = _lent(lent, other)
                sources |= {f"{other.id}/{each}": other.sources[each] for each in _cited(lent)}
    return evolve(regulation, sources=sources, **parts), findings


def _cited(each: Lent) -> list[str]:
    """Return the names of the sources of a number or table, and of its rows."""
    return [each.source, *(str(row["source"]) for row in _rows(each) if "source" in row)]


def _rows(each: Lent) -> tuple[Mapping[str, Any], ...]:
    return each.rows if isinstance(each, Table | Grades) else ()


def _lent(each: Lent, other: Regulation) -> Lent:
    """Return a number or table as another regulation has it: its days, whose its sources are."""
    changes: dict[str, Any] = {
        "source": f"{other.id}/{each.source}",
        "in_force": each.in_force or other.in_force,
    }
    if rows := _rows(each):
        changes["rows"] = tuple(
            {**row, "source": f"{other.id}/{row['source']}"} if "source" in row else row
            for row in rows
        )
    return evolve(each, **changes)
