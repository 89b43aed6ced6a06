"""The standard errors that a caller gives, as an array of subjects by indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from capaian.analysis.certainty.moments import Floats
from capaian.errors import AnalysisError, Finding, did_you_mean

REFUSED = "The errors cannot be used; nothing was computed."


def errors_of(errors: Any, indicators: Sequence[str], count: int) -> Floats:
    """Return standard errors of measured values, subjects x indicators.

    Parameters
    ----------
    errors
        An array of that shape, in the order of `Matrix.subjects` and `Matrix.indicators`; or for
        each indicator a number or one value for each subject; or an object whose `se` is either.
        Each in the unit of the measured value, 0 for none. Not a number: not known.
    indicators, count
        Ids of the indicators, and how many subjects there are.

    Raises
    ------
    AnalysisError
        CPN-N30: no errors at all. CPN-M15: another shape. CPN-M16: an indicator that there is not.
        CPN-M17: an error below 0, or infinite. CPN-M18: an indicator without an error.
    """
    if errors is None:
        raise AnalysisError(REFUSED, [Finding("CPN-N30", "errors")])
    given = getattr(errors, "se", errors)
    made = np.empty((count, len(indicators)))
    findings: list[Finding] = []
    if isinstance(given, Mapping):
        for name in given:
            if name not in indicators:
                values = {"given": str(name), "hint": did_you_mean(str(name), indicators)}
                findings.append(Finding("CPN-M16", "errors", values))
        for at, name in enumerate(indicators):
            if name not in given:
                findings.append(Finding("CPN-M18", f"errors['{name}']", {"name": name}))
                continue
            column = np.asarray(given[name], dtype=np.float64)
            if column.shape not in {(), (count,)}:
                findings.append(_shape(f"errors['{name}']", column.shape, (count,)))
                continue
            made[:, at] = column
            findings += _sizes(f"errors['{name}']", column)
    else:
        whole = np.asarray(given, dtype=np.float64)
        if whole.shape != made.shape:
            findings.append(_shape("errors", whole.shape, made.shape))
        else:
            made[:] = whole
            findings += _sizes("errors", whole)
    if findings:
        raise AnalysisError(REFUSED, findings)
    return made


def _shape(where: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> Finding:
    said = [" x ".join(map(str, each)) or "1" for each in (found, wanted)]
    return Finding("CPN-M15", where, {"found": said[0], "wanted": said[1]})


def _sizes(where: str, column: Floats) -> list[Finding]:
    bad = int(((column < 0) | np.isinf(column)).sum())
    return [Finding("CPN-M17", where, {"count": bad})] if bad else []


def prove_share(name: str, value: float, low: float = 0.0, high: float = 1.0) -> None:
    """Refuse a number that does not lie between two others.

    Raises
    ------
    AnalysisError
        CPN-M20.
    """
    if not low < value < high:
        values = {"name": name, "given": f"{value:g}", "low": f"{low:g}", "high": f"{high:g}"}
        headline = f"'{name}' cannot be used; nothing was computed."
        raise AnalysisError(headline, [Finding("CPN-M20", name, values)])


def prove_choice(name: str, value: str, known: Sequence[str]) -> None:
    """Refuse a word that is none of those that are known.

    Raises
    ------
    AnalysisError
        CPN-M22.
    """
    if value not in known:
        values = {"given": value, "known": ", ".join(known), "hint": did_you_mean(value, known)}
        headline = f"'{name}' cannot be used; nothing was computed."
        raise AnalysisError(headline, [Finding("CPN-M22", name, values)])
