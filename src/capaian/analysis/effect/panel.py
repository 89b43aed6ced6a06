"""A tidy panel: one row for each subject and period, as every tool for effects wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capaian.analysis.table import Table
from capaian.analysis.wanted import unwanted
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse
from capaian.scores import Scores

HEADLINE = "No panel was made."
Floats = NDArray[np.float64]


def panel(
    scores: Iterable[Scores],
    *,
    treated: Mapping[str, str] | None = None,
    by: str = "unit",
    se: Sequence[Sequence[float] | Floats] | None = None,
) -> Table:
    """Return several periods as one tidy table.

    Parameters
    ----------
    scores
        Results of several periods, such as those of `capaian.score` with a list of periods.
    treated
        For each unit (or subject) that something was done in, the label of the first period in
        which it was; whoever is not listed is never treated.
    by
        What `treated` names: `unit` or `subject`.
    se
        For each period, the standard errors of its scores, in the order of its subjects.

    Returns
    -------
    Table
        `subject`, `unit`, `period`, `time` (0, 1, 2 ... in order of the first days), `score`, `se`,
        `band`, `treated` (0 or 1) and `exposure`: how many periods the treatment has lasted, this
        one counted; 0 before it. It is what `pyfixest`, `csdid` and `CausalPy` read: starts at
        different times want an estimator made for them (Callaway & Sant'Anna 2021), not fixed
        effects for subject and period alone.

    Raises
    ------
    AnalysisError
        CPN-M38: `by` is something else. CPN-M33: as many errors as subjects are wanted. CPN-M37: a
        period that is not there.
    """
    if by not in {"unit", "subject"}:
        hint = did_you_mean(by, ["unit", "subject"])
        raise refuse(AnalysisError, HEADLINE, "CPN-M38", "by", given=by, hint=hint)
    ordered = sorted(enumerate(scores), key=lambda each: (each[1].period.first, each[0]))
    labels = [each.period.label for _, each in ordered]
    starts = dict(treated or {})
    _prove(labels, starts, [len(each) for _, each in sorted(ordered)], se)
    place = {label: at for at, label in enumerate(labels)}
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for time, (at, each) in enumerate(ordered):
        count = len(each)
        units = [each.units.get(name) for name in each.subjects]
        keys = units if by == "unit" else list(each.subjects)
        begun = [
            place.get(starts.get(key, ""), len(labels)) if key else len(labels) for key in keys
        ]
        exposure = np.maximum(time + 1 - np.array(begun, dtype=np.int64), 0)
        table = each.columns()
        columns["subject"].append(list(each.subjects))
        columns["unit"].append(units)
        columns["period"].append([each.period.label] * count)
        columns["time"].append(np.full(count, time))
        columns["score"].append(
            np.array([np.nan if s is None else s for s in table["score"]], dtype=np.float64)
        )
        columns["se"].append(np.full(count, np.nan) if se is None else np.asarray(se[at], float))
        columns["band"].append(table["band"])
        columns["treated"].append((exposure > 0).astype(np.int64))
        columns["exposure"].append(exposure)
    origin = ordered[0][1].origin if ordered else "records"
    return Table("Panel", {name: _joined(parts) for name, parts in columns.items()}, origin)


_COLUMNS = ("subject", "unit", "period", "time", "score", "se", "band", "treated", "exposure")


def _joined(parts: list[Any]) -> Any:
    if parts and hasattr(parts[0], "dtype"):
        return np.concatenate(parts)
    return [value for part in parts for value in part]


def _prove(
    labels: list[str], starts: Mapping[str, str], sizes: list[int], se: Sequence[Any] | None
) -> None:
    strange = sorted({each for each in starts.values() if each not in labels})
    findings = [
        Finding("CPN-M37", "treated", {"name": each, "hint": did_you_mean(each, labels)})
        for each in strange
    ]
    if se is not None and [len(each) for each in se] != sizes:
        given = ", ".join(str(len(each)) for each in se)
        findings.append(unwanted("se", given, "one for each subject"))
    if findings:
        raise AnalysisError(HEADLINE, findings)
