"""Cases of a period: how many were closed, in time or late, and how many are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from capaian.charts.picture import HEADLINE
from capaian.charts.reading import columns_of, numbers, prove_choice
from capaian.errors import AnalysisError, Finding
from capaian.scores import Scores
from capaian.scores.flow import LIMITED, UNLIMITED, flow_of, with_flow

Flow: TypeAlias = dict[str, Any]
SERIES = ("met", "closed", "failed", "open_late", "undetermined", "open")
"""From the bottom of a bar up."""


def case_flow(each: Sequence[Scores], subject: str | None, indicator: str | None) -> list[Flow]:
    """Return the cases of an indicator in each period, of one subject or of all together.

    Parameters
    ----------
    each
        Scores of periods.
    subject
        That subject alone.
    indicator
        Which; where left out the first that says how many cases are open and past a limit, else the
        first that says how many are open.

    Returns
    -------
    list
        For each period `period` and counts; empty where no indicator says how many are open, and
        none was asked for.

    Raises
    ------
    AnalysisError
        `CPN-M90`: the indicator does not exist, or does not say how many cases are open.
    """
    fitting = with_flow(each[0])
    if indicator is not None:
        prove_choice("indicator", indicator, fitting)
    elif not fitting:
        return []
    planned = each[0].plan.indicators
    limited = [one for one in fitting if "undetermined" in planned[one].statistics.figures]
    name = indicator or (limited or fitting)[0]
    return [_counted(scores, name, subject) for scores in each if name in scores.plan.indicators]


def _counted(scores: Scores, name: str, subject: str | None) -> Flow:
    rows = range(len(scores)) if subject is None else [
        at for at, one in enumerate(scores.subjects) if one == subject
    ]  # fmt: skip
    row: Flow = {"period": scores.period.label, "indicator": name}
    counted = flow_of(scores, name, rows)
    if subject is not None and not rows:
        return row | dict.fromkeys(counted)  # not there: not known
    return row | counted


def cases_from(table: Any) -> list[Flow]:
    """Return the cases of a table: `period`, and counts by their state.

    Raises
    ------
    AnalysisError
        `CPN-M87`: it has no column of open cases, or none of closed ones. As for `columns_of`.
    """
    columns = columns_of(table, ("period",), SERIES)
    kinds = LIMITED if "undetermined" in columns or "met" in columns else UNLIMITED
    lacking = [each for each in kinds if each not in columns]
    if lacking:
        known = ", ".join(columns)
        raise AnalysisError(HEADLINE, [
            Finding("CPN-M87", "cases", {"name": each, "hint": "", "known": known})
            for each in lacking
        ])  # fmt: skip
    counts: Mapping[str, list[float | None]] = {each: numbers(columns, each, 0) for each in kinds}
    return [
        {"period": str(period), "indicator": ""} | {each: counts[each][at] for each in kinds}
        for at, period in enumerate(columns["period"])
    ]
