"""The schema of evidence: what every table has in common, and the columns that a policy reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import frozen

from capaian.columns import Reading
from capaian.errors import SAFE
from capaian.indicator import ColumnRef, Condition
from capaian.schemas import DIALECT, VERSIONS
from capaian.scores.plan import Plan, make_plan
from capaian.scores.planned import Planned
from capaian.scores.requests import roster_reading

if TYPE_CHECKING:
    from capaian.policy import Policy, Units
    from capaian.registry import Plugins

CELL: dict[str, Any] = {
    "description": "Identifiers, decimals and stamps are text. A number is whole, and no larger "
    "than every reader of JSON keeps; what is not known is null.",
    "anyOf": [
        {"type": ["string", "boolean", "null"]},
        {"type": "integer", "minimum": -SAFE, "maximum": SAFE},
    ],
}
ROW: dict[str, Any] = {"type": "object", "additionalProperties": CELL}
TABLES: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "array", "minItems": 1, "items": ROW},
}
"""Tables by name, each a list of rows."""
STAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$"
)


@frozen
class Column:
    """A column that a policy reads.

    Attributes
    ----------
    table, name
        Where it is.
    reading
        How it is read; `None` where a condition only compares it with values.
    needed
        Whether every row must have a value.
    """

    table: str
    name: str
    reading: Reading | None
    needed: bool = False


def evidence_schema(policy: Policy, plugins: Plugins | Iterable[object] = ()) -> dict[str, Any]:
    """Return the schema of a policy's evidence.

    Raises
    ------
    PolicyError, PluginError
        As `capaian.score` does of a policy that cannot be made ready.
    """
    tables: dict[str, dict[str, list[Column]]] = {}
    optional = set() if policy.units is None else {policy.units.table}
    if policy.units is not None and policy.units.membership is not None:
        optional.add(policy.units.membership.table)
    for each in columns_of(make_plan(policy, plugins)):
        tables.setdefault(each.table, {}).setdefault(each.name, []).append(each)
    needed = [name for name in tables if name not in optional]
    return {
        "$schema": DIALECT,
        "$id": f"urn:capaian:schema:evidence:{VERSIONS['evidence']}:{policy.id}:{policy.edition}",
        "title": f"capaian: evidence of {policy.id} {policy.edition}",
        "description": "The tables and columns that the policy reads; others may be there.",
        "type": "object",
        "properties": {name: _table(columns) for name, columns in sorted(tables.items())},
        "required": sorted(needed),
    }


def _table(columns: dict[str, list[Column]]) -> dict[str, Any]:
    needed = [name for name, used in columns.items() if any(each.needed for each in used)]
    row = {
        "type": "object",
        "properties": {name: _cell(used) for name, used in sorted(columns.items())},
        "required": sorted(needed),
        "additionalProperties": CELL,
    }
    return {"type": "array", "minItems": 1, "items": row}


def _cell(used: list[Column]) -> dict[str, Any]:
    """Return the schema of a column; where it is read in several ways, any of them."""
    readings = [each.reading for each in used if each.reading is not None]
    if not readings:
        return CELL
    kinds: list[dict[str, Any]] = []
    for each in readings:
        made = _kind(each)
        if made not in kinds:
            kinds.append(made)
    if not any(each.needed for each in used):
        kinds.append({"type": "null"})
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _kind(reading: Reading) -> dict[str, Any]:
    if reading.kind == "stamp":
        if reading.format:
            return {"description": f"A stamp in the form {reading.format}.", "type": "string"}
        said = "A date, or a stamp, ISO 8601; with a zone only where the policy has one."
        return {"description": said, "type": "string", "pattern": STAMP}
    if reading.kind == "integer":
        decimals = rf"(\.[0-9]{{0,{reading.digits}}}0*)?" if reading.digits else r"(\.0*)?"
        text = {"type": "string", "pattern": rf"^[ \t]*[+-]?[0-9]+{decimals}[ \t]*$"}
        said = f"A number with at most {reading.digits} decimals."
        whole = {"type": "integer", "minimum": -SAFE, "maximum": SAFE}
        return {
            "description": said if reading.digits else "A whole number.",
            "anyOf": [text, whole],
        }
    if reading.kind == "boolean":
        return {"enum": [True, False, "true", "false", "1", "0"]}
    if reading.labels:
        return {"enum": list(reading.labels)}
    said = "An identifier: text." if reading.role == SUBJECT else "Text."
    return {"description": said, "type": "string", "minLength": 1}


SUBJECT = "subject"


def columns_of(plan: Plan) -> Iterator[Column]:
    """Return every column that is read, once for each use."""
    policy = plan.policy
    for planned in plan.indicators.values():
        yield from _of_indicator(plan, planned)
    if (roster := policy.subjects) is not None:
        reading = roster_reading(roster)
        yield _who(roster.table, roster.subject, needed=not roster.where)
        yield from (Column(roster.table, each.column, each) for each in reading.readings)
        yield from _conditions(roster.table, roster.where)
    if (targets := policy.targets) is not None:
        yield _who(targets.table, targets.subject)
        for role in ("indicator", "period"):
            column = getattr(targets, role)
            yield Column(targets.table, column, Reading(role, column, "text"))
        value = Reading("value", targets.value, "integer", digits=targets.digits)
        yield Column(targets.table, targets.value, value)
    if (active := policy.active) is not None:
        yield _who(active.table, active.subject)
        for role in ("indicator", "period"):
            column = getattr(active, role)
            yield Column(active.table, column, Reading(role, column, "text"))
        yield Column(active.table, active.value, Reading("days", active.value, "integer"))
    if policy.units is not None:
        yield from _of_units(policy.units)
    labels = policy.guidance.labels if policy.guidance else None
    if labels is not None:
        for column in filter(None, (labels.unit, labels.label)):
            yield Column(labels.table, column, Reading("label", column, "text"))


def _of_indicator(plan: Plan, planned: Planned) -> Iterator[Column]:
    indicator = planned.indicator
    every = not indicator.where
    yield _who(indicator.table, indicator.subject)
    for need, ref in planned.columns:
        reading = Reading(
            need.role, ref.column, need.kind, need.nullable, need.labels, ref.format, ref.digits
        )
        yield Column(indicator.table, ref.column, reading, every and not need.nullable)
    yield from _conditions(indicator.table, indicator.where)
    if (pauses := indicator.pauses) is not None:
        yield Column(indicator.table, pauses.key or pauses.case, None)
        yield _who(pauses.table, pauses.case, needed=True)
        yield _stamp(pauses.table, pauses.start, needed=True)
        yield _stamp(pauses.table, pauses.stop)
    if (exposure := indicator.exposure) is not None:
        yield _who(exposure.table, exposure.subject or plan.policy.indicators[0].subject)
        for column in filter(None, (exposure.days, exposure.leave)):
            yield Column(exposure.table, column, Reading("days", column, "integer"))
        if exposure.period:
            yield Column(exposure.table, exposure.period, None)


def _of_units(units: Units) -> Iterator[Column]:
    yield _who(units.table, units.unit, needed=not units.where)
    for column in filter(None, (units.parent, units.label)):
        yield Column(units.table, column, Reading("text", column, "text"))
    yield from _conditions(units.table, units.where)
    if (membership := units.membership) is not None:
        yield _who(membership.table, membership.subject)
        yield _who(membership.table, membership.unit)
        for ref in (membership.start, membership.stop):
            if ref is not None:
                yield _stamp(membership.table, ref)
        if (weight := membership.weight) is not None:
            reading = Reading("weight", weight.column, "integer", digits=weight.digits)
            yield Column(membership.table, weight.column, reading)
        yield from _conditions(membership.table, membership.where)


def _who(table: str, column: str, *, needed: bool = False) -> Column:
    return Column(table, column, Reading(SUBJECT, column, "text"), needed)


def _stamp(table: str, ref: ColumnRef, *, needed: bool = False) -> Column:
    reading = Reading("stamp", ref.column, "stamp", format=ref.format)
    return Column(table, ref.column, reading, needed)


def _conditions(table: str, conditions: Iterable[Condition]) -> Iterator[Column]:
    return (Column(table, each.column, None) for each in conditions)
