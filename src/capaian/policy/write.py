"""From a policy back to a document, and the fingerprint of what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import asdict

from capaian.formula import number
from capaian.indicator import (
    ColumnRef,
    Condition,
    Indicator,
    Pauses,
    Step,
)
from capaian.policy.document import (
    Band,
    Decision,
    Membership,
    NodeRule,
    Number,
    Policy,
    Rating,
    Roster,
    Rounding,
    Source,
    Units,
)
from capaian.policy.evidence_document import (
    accumulate_document,
    consolidate_document,
    exposure_document,
    targets_document,
)
from capaian.policy.guidance import Guidance
from capaian.policy.tree import ACTIVE_DAYS, ROOT
from capaian.wire import fingerprint


def to_document(policy: Policy) -> dict[str, Any]:
    """Return a policy as a document of plain JSON values, every default written out.

    Nodes and indicators stand in order of their ids, weights as exact shares of 1. The document
    reads back as the same policy.

    Parameters
    ----------
    policy
        A policy.
    """
    root = policy.root
    formulas = {"" if each.id == ROOT else each.id for each in policy.nodes if each.formula}
    force = {"from": policy.first.isoformat()}
    if policy.last is not None:
        force["to"] = policy.last.isoformat()
    document: dict[str, Any] = {
        "id": policy.id,
        "edition": policy.edition,
        "title": dict(policy.title),
        "in_force": force,
        "sources": [source_document(each) for each in policy.sources],
        "scale": {
            "worst": _number(policy.scale.worst),
            "best": _number(policy.scale.best),
            "floor": _limit(policy.scale.floor),
            "cap": _limit(policy.scale.cap),
        },
        "missing": root.missing,
        "rounding": [_rounding(each) for each in policy.rounding],
        "relative": policy.relative,
        "score": {
            "title": dict(root.title),
            "method": root.method,
            "floor": _limit(root.floor),
            "cap": _limit(root.cap),
            "available": _number(root.available),
            "source": root.source,
            **_own(root),
        },
        "nodes": [_below(each, _node(each), formulas) for each in policy.nodes if each.id != ROOT],
        "indicators": [_below(each, _indicator(each), formulas) for each in policy.indicators],
        "bands": [band_document(each) for each in policy.bands],
    }
    if policy.precedence:
        document["precedence"] = "first"
    if policy.subjects is not None:
        document["subjects"] = _roster(policy.subjects)
    if policy.units is not None:
        document["units"] = _units(policy.units)
    if root.active:
        document["weights"] = ACTIVE_DAYS
    if policy.active is not None:
        document["active"] = asdict(policy.active)
    if policy.numbers:
        document["numbers"] = [_named(each) for each in policy.numbers]
    if policy.targets is not None:
        document["targets"] = targets_document(policy.targets)
    if policy.decision is not None:
        document["decision"] = _decision(policy.decision)
    if policy.guidance is not None:
        document["guidance"] = guidance_document(policy.guidance)
    texts = {
        "calendar": policy.calendar,
        "closures": policy.closures,
        "zone": policy.zone,
    }
    return document | {key: text for key, text in texts.items() if text}


def policy_fingerprint(policy: Policy) -> str:
    """Return the SHA-256 of a policy's canonical document, as 64 hexadecimal digits.

    It depends on what the policy says, not on where it stands or in which order its nodes,
    indicators and keys are written.

    Parameters
    ----------
    policy
        A policy.
    """
    return fingerprint(to_document(policy))


def _number(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else number(value)


def _limit(value: Fraction | None) -> int | str:
    return "none" if value is None else _number(value)


def _rounding(step: Rounding) -> dict[str, Any]:
    made: dict[str, Any] = {"where": step.where, "mode": step.mode, "of": list(step.of)}
    return made if step.mode == "none" else made | {"digits": step.digits}


def _node(each: NodeRule) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": dict(each.title),
        "parent": each.parent,
        "weight": _number(each.weight),
        "method": each.method,
        "missing": each.missing,
        "floor": _limit(each.floor),
        "cap": _limit(each.cap),
        "available": _number(each.available),
        "source": each.source,
        **_own(each),
    }


def _below(
    each: NodeRule | Indicator, made: dict[str, Any], formulas: Collection[str]
) -> dict[str, Any]:
    """Return a node or an indicator without its weight, where a formula stands above it."""
    if each.parent in formulas:
        del made["weight"]
    return made


def _own(each: NodeRule) -> dict[str, Any]:
    """Return what only some nodes have."""
    made: dict[str, Any] = {"formula": each.formula} if each.formula else {}
    if each.options:
        made["options"] = _plain(each.options)
    if each.active and each.id != ROOT:
        made["weights"] = ACTIVE_DAYS
    return made | ({"convert": [_step(step) for step in each.convert]} if each.convert else {})


def _named(each: Number) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": dict(each.title),
        "value": _number(each.value),
        "source": each.source,
    }


def _indicator(each: Indicator) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": each.id,
        "title": dict(each.title),
        "parent": each.parent,
        "weight": _number(each.weight),
        "type": each.type,
        "table": each.table,
        "subject": each.subject,
        "columns": {role: column_document(column) for role, column in each.columns.items()},
        "where": conditions_document(each.where),
        "measure": _plain(each.measure),
        "normalise": [_step(step) for step in each.normalise],
        "missing": each.missing,
        "floor": _limit(each.floor),
        "cap": _limit(each.cap),
        "minimum": each.minimum,
        "source": each.source,
    }
    if each.exposure is not None:
        made["exposure"] = exposure_document(each.exposure)
    if each.pauses is not None:
        made["pauses"] = _pauses(each.pauses)
    if each.accumulate.how != "periodic":
        made["accumulate"] = accumulate_document(each.accumulate)
    if each.consolidate is not None:
        made["consolidate"] = consolidate_document(each.consolidate)
    return made


def _step(step: Step) -> dict[str, Any]:
    made = {**_plain(step.options), "method": step.method}
    if step.fitted is None:
        return made
    fitted = {
        "period": step.fitted.period,
        "as_of": step.fitted.as_of,
        "n": step.fitted.n,
        "left_out": dict(step.fitted.left_out),
        "parameters": _plain(step.fitted.parameters),
    }
    return made | {"fitted": fitted}


def column_document(column: ColumnRef) -> dict[str, Any]:
    """Return a column as plain JSON values, every default written out."""
    return {"column": column.column, "format": column.format, "digits": column.digits}


def conditions_document(conditions: Sequence[Condition]) -> dict[str, Any]:
    """Return conditions on rows as plain JSON values."""
    return {each.column: _condition(each) for each in conditions}


def _condition(each: Condition) -> Any:
    if each.one_of:
        return list(each.one_of)
    made: dict[str, Any] = {"not": list(each.none_of)} if each.none_of else {}
    return made if each.present is None else made | {"present": each.present}


def _pauses(each: Pauses) -> dict[str, Any]:
    return {
        "table": each.table,
        "case": each.case,
        "start": column_document(each.start),
        "stop": column_document(each.stop),
        "key": each.key,
    }


def _roster(each: Roster) -> dict[str, Any]:
    return {
        "table": each.table,
        "subject": each.subject,
        "label": each.label,
        "unit": each.unit,
        "where": conditions_document(each.where),
        # As one writes it: a fact without a title is its column, and its fingerprint stays.
        "facts": {
            name: {"column": column, "title": dict(each.fact_titles[name])}
            if name in each.fact_titles
            else column
            for name, column in each.facts.items()
        },
    }


def _units(each: Units) -> dict[str, Any]:
    made: dict[str, Any] = {
        "table": each.table,
        "unit": each.unit,
        "from": each.by,
        "parent": each.parent,
        "label": each.label,
        "where": conditions_document(each.where),
        "bands": [band_document(band) for band in each.bands],
    }
    if each.by == "people":
        made |= {"weigh": each.weigh, "members": each.members}
        made |= {"missing": each.missing, "of": each.taken}
    if each.membership is not None:
        made["membership"] = _membership(each.membership)
    if each.rounding is not None:
        made["rounding"] = _evenness(each.rounding)
    return made


def _evenness(step: Rounding) -> dict[str, Any]:
    rounding = _rounding(step)
    return {key: rounding[key] for key in ("digits", "mode") if key in rounding}


def _decision(each: Decision) -> dict[str, Any]:
    cells = [
        {
            "when": {name: list(levels) for name, levels in cell.when.items()},
            "gives": cell.gives,
            "source": cell.source,
        }
        for cell in each.cells
    ]
    return {"ratings": [_rating(rating) for rating in each.ratings], "cells": cells}


def _rating(each: Rating) -> dict[str, Any]:
    levels = [band_document(level) for level in each.levels]
    for level in levels:
        del level["gate"]
    made = {"id": each.id, "title": dict(each.title), "levels": levels}
    made |= {"formula": each.formula} if each.formula else {"of": each.of}
    return made if each.rounding is None else made | {"rounding": _evenness(each.rounding)}


def _membership(each: Membership) -> dict[str, Any]:
    columns = {"from": each.start, "to": each.stop, "weight": each.weight}
    return {
        "table": each.table,
        "subject": each.subject,
        "unit": each.unit,
        "where": conditions_document(each.where),
        **{key: column_document(column) for key, column in columns.items() if column is not None},
    }


def guidance_document(guidance: Guidance) -> dict[str, Any]:
    """Return what is expected of the set of results as plain JSON values."""
    made: dict[str, Any] = {
        "group": guidance.group,
        "title": dict(guidance.title),
        "source": guidance.source,
        "limits": [
            {
                "id": each.id,
                "for": list(each.labels),
                "bands": list(each.bands),
                each.bound: _number(each.value),
                "source": each.source,
            }
            for each in guidance.limits
        ],
    }
    if (labels := guidance.labels) is not None:
        made["labels"] = {"table": labels.table, "label": labels.label, "unit": labels.unit}
        made["labels"] |= {"known": list(labels.known)} if labels.known else {}
    return made


def band_document(each: Band) -> dict[str, Any]:
    """Return a band as plain JSON values."""
    made: dict[str, Any] = {
        "id": each.id,
        "title": dict(each.title),
        "gate": each.gate,
        "source": each.source,
    }
    if each.low is not None:
        made["from" if each.low_inside else "above"] = _number(each.low)
    if each.high is not None:
        made["to" if each.high_inside else "below"] = _number(each.high)
    return made


def _plain(value: Any) -> Any:
    """Return options that were made in Python as plain as those that were read."""
    match value:
        case Fraction():
            return _number(value)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def source_document(each: Source) -> dict[str, Any]:
    """Return a source as a document has it."""
    made = {"cite": each.cite, "trust": each.trust, "note": each.note}
    return {**made, "id": each.id} if each.id else made
