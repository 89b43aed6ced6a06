"""Cohorts and parameters that relative methods refuse."""

from __future__ import annotations

from capaian.errors import EvidenceError, Finding
from capaian.exact import Cohort
from capaian.methods.lines import refuse_options


def unfit(kind: str, finding: Finding) -> EvidenceError:
    """Return the error for a cohort that a method cannot be fitted to."""
    return EvidenceError(f"The method '{kind}' cannot be fitted; nothing was frozen.", [finding])


def refuse_equal(kind: str, cohort: Cohort) -> None:
    """Refuse a cohort in which nothing is better than anything else (CPN-R06)."""
    if cohort.least == cohort.greatest:
        raise unfit(kind, Finding("CPN-R06", "", {"method": kind, "count": cohort.n}))


def refuse_parameters(kind: str, key: str, reason: str, reason_id: str) -> None:
    """Refuse parameters that no cohort can have given."""
    values = {"method": kind, "reason": reason, "reason_id": reason_id}
    refuse_options(kind, [Finding("CPN-R10", f"fitted.parameters.{key}", values)])
