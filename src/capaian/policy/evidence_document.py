"""What a document says of where evidence comes from, and from which time, as plain JSON values."""

from __future__ import annotations

from typing import Any

from capaian.indicator import Accumulate, Consolidate, Exposure, TargetTable


def exposure_document(each: Exposure) -> dict[str, Any]:
    """Return the days in post of an indicator as plain JSON values."""
    return {
        "table": each.table,
        "days": each.days,
        "leave": each.leave,
        "full": each.full,
        "subject": each.subject,
        **({"period": each.period} if each.period else {}),
    }


def accumulate_document(each: Accumulate) -> dict[str, Any]:
    """Return the stretch of time that is measured as plain JSON values."""
    own = {"cumulative": "since", "rolling": "months", "last": "every"}[each.how]
    return {"how": each.how, own: getattr(each, own)}


def consolidate_document(each: Consolidate) -> dict[str, Any]:
    """Return how sub-periods become one value as plain JSON values."""
    made = {"every": each.every, "by": each.by, "of": each.of, "incomplete": each.incomplete}
    return made if each.cap is None else made | {"cap": each.cap}


def targets_document(each: TargetTable) -> dict[str, Any]:
    """Return the table of targets as plain JSON values."""
    return {
        "table": each.table,
        "subject": each.subject,
        "indicator": each.indicator,
        "period": each.period,
        "value": each.value,
        "digits": each.digits,
    }
