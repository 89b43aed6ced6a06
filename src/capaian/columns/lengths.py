"""The lengths of the cases of every subject: what is needed where no single integer will do.

The same reading and the same formulas as for a reduction. What comes out is how many cases of each
subject have each length, not which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from capaian.columns.record_desk import RecordDesk
from capaian.columns.records import named_rows, names_of, pauses_of, rows_in_scope
from capaian.columns.reduced import Reduced
from capaian.columns.request import Request, Table
from capaian.formula import Survival
from capaian.formula.python import PAUSES, compile_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.int64]


@frozen(eq=False)
class Lengths:
    """How many cases of each subject have each length, in order of both.

    Attributes
    ----------
    subjects
        The position of the subject.
    durations
        In the unit of the formula.
    ended, cases
        How many of them have ended, and how many there are.
    """

    subjects: Keys
    durations: Keys
    ended: Keys
    cases: Keys


def lengths_of(table: Table, request: Request, subjects: Sequence[str]) -> Lengths:
    """Return the lengths of the cases that count.

    Parameters
    ----------
    table
        What `open_table` returned; not of Spark.
    request
        What is asked of it: its one statistic is a `Survival`, of which the duration and whether it
        has ended are taken. The table has been reduced by it before, and found to be in order.
    subjects
        Whose cases are wanted, in ascending order.
    """
    (wanted,) = request.statistics
    if not isinstance(wanted, Survival):
        raise TypeError(wanted.tag)
    if table.origin != "records":
        return _of_frames(table, request, wanted, subjects)
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    places = {subject: at for at, subject in enumerate(subjects)}
    counts: dict[tuple[int, int], list[int]] = {}
    for subject, duration, ended in _of_records(table, request, wanted):
        if duration is not None and subject in places:
            found = counts.setdefault((places[subject], duration), [0, 0])
            found[0] += bool(ended)
            found[1] += 1
    lines = [(*key, *counts[key]) for key in sorted(counts)]
    return Lengths(*np.array(lines, dtype=np.int64).reshape(-1, 4).T)


def _of_records(
    table: Table, request: Request, wanted: Survival
) -> list[tuple[str, int | None, bool | None]]:
    desk = RecordDesk(table, request.zone)
    if not desk.has(names_of(request)):
        return []
    rows, subjects, _ = named_rows(desk, request)
    columns, rows, subjects = rows_in_scope(desk, request, rows, subjects)
    readings = request.readings
    lines = zip(
        *(columns[each.role] for each in readings), pauses_of(desk, request, rows), strict=True
    )
    nullable = {each.role: each.nullable for each in readings}
    roles = (*(each.role for each in readings), PAUSES)
    found = compile_rows((wanted.duration, wanted.ended), roles, nullable)(lines, request.moment)
    return [(subject, *values) for subject, values in zip(subjects, found, strict=True)]


def _of_frames(
    table: Table, request: Request, wanted: Survival, subjects: Sequence[str]
) -> Lengths:
    import polars as pl  # noqa: PLC0415 - records need no Polars

    from capaian.columns.reduction import Pass  # noqa: PLC0415 - loads Narwhals
    from capaian.columns.scan import Scan  # noqa: PLC0415 - the same
    from capaian.columns.subjects import Subjects  # noqa: PLC0415 - loads Polars

    scan = Scan(table, [request])
    scan.judge()
    found = Pass(scan, scan.asked).alike(wanted.duration, wanted.ended)
    at = Reduced(subjects=subjects).places(Subjects(found["subject"]))
    made = found.with_columns(subject=pl.Series(at)).filter(pl.col("subject") >= 0)
    made = made.sort("subject", "duration")
    names = ("subject", "duration", "ended", "cases")
    return Lengths(*(made[name].to_numpy() for name in names))
