"""Which rows count for a request, and which columns it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from attrs import field, frozen

from capaian.columns.frame_desk import Entry
from capaian.columns.limits import Guard, grows
from capaian.columns.pauses import Interval
from capaian.columns.request import Reading, Request
from capaian.errors import Finding

Frame: TypeAlias = nw.LazyFrame[Any]


@frozen(eq=False)
class Scope:
    """Rows that count: they pass the conditions, have a subject, and lie in a stretch of time.

    Attributes
    ----------
    number
        Its own.
    passed
        Whether a row passes the conditions; `None` where there are none.
    dated
        The stamp that places a row in time; `None` where nothing does.
    start, stop
        The stretch of time, in microseconds since 1970.
    """

    number: int
    passed: nw.Expr | None
    dated: Entry | None
    start: int
    stop: int

    @property
    def name(self) -> str:
        """The column that says whether a row counts."""
        return f"scope{self.number}"

    @property
    def rows(self) -> nw.Expr:
        """Whether a row counts."""
        return nw.col(self.name)


@frozen(eq=False)
class Use:
    """A column as one request reads it, and in which rows it is looked at."""

    reading: Reading
    entry: Entry
    where: str


@frozen(eq=False)
class Asked:
    """A request with the columns that it reads.

    Attributes
    ----------
    roles
        Role to column.
    uses
        All columns in the order in which they are judged.
    key, post
        The columns that name the case, where there are pauses, and the post, where rows name one.
    watched
        Where working time may lie outside the calendar.
    findings
        What is wrong with the table, for this request.
    pauses, pauses_there
        Case to disjoint pauses; or, from Spark, a frame of `case`, `first`, `last`.
    """

    request: Request
    scope: Scope
    roles: Mapping[str, Entry]
    uses: Sequence[Use]
    key: Entry | None
    watched: Sequence[Guard]
    post: Entry | None = None
    findings: list[Finding] = field(factory=list)
    pauses: dict[str, list[Interval]] = field(factory=dict)
    pauses_there: list[Frame] = field(factory=list)

    @property
    def kinds(self) -> dict[str, Any]:
        """Role to the kind of its values."""
        return {role: entry.reading.kind for role, entry in self.roles.items()}

    @property
    def late(self) -> bool:
        """Whether guards must wait until it is known that their integers fit 64 bits."""
        return grows(guard.outside for guard in self.watched)
