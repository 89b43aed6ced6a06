"""What is measured: an indicator as the policy declares it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from capaian.period import Every, Part

Missing = Literal["exclude", "worst", "withhold", "refer"]
"""What happens where there is no achievement: leave it out and rescale the other weights, count it
as the worst of the scale, give no score, or give no score and send the case to a person."""

Text = Mapping[str, str]
"""A text by language, `en` and `id`."""


@frozen
class ColumnRef:
    """A column of the evidence and how to read it.

    Attributes
    ----------
    column
        Its name in the table.
    format
        For stamps written as text, a `strptime` format; ISO 8601 where empty.
    digits
        For amounts with decimals: how many are kept; 12.50 with 2 digits is counted as 1250.
    """

    column: str
    format: str = ""
    digits: int = 0


@frozen
class Condition:
    """Which rows count: a column's value is one of, or is none of, some values; or is present."""

    column: str
    one_of: tuple[str | int | bool, ...] = ()
    none_of: tuple[str | int | bool, ...] = ()
    present: bool | None = None


@frozen
class Exposure:
    """How long a subject was in post: what pro-rates a count against a target for a full period.

    Attributes
    ----------
    table
        A table with one or more rows per subject.
    days
        Column with the days in post.
    leave
        Column with the days of leave to take off; none where empty.
    full
        The days of a full period, or `working_days` to count them in the policy's calendar.
    subject
        Column with the subject; the policy's where empty.
    period
        Column with the label of the period that a row is for; every row counts where empty.
    """

    table: str
    days: str
    leave: str = ""
    full: int | Literal["working_days"] = "working_days"
    subject: str = ""
    period: str = ""


@frozen
class Accumulate:
    """Which stretch of time an indicator's evidence is taken from.

    Attributes
    ----------
    how
        * `periodic`: the period itself;
        * `cumulative`: from the beginning of the calendar year (quarter, semester: see `since`) in
          which the period begins, to its end;
        * `rolling`: the last `months` months to the period's end;
        * `last`: the last month (quarter, semester: see `every`) of the period in which the subject
          has any evidence.
    since
        For `cumulative`.
    months
        For `rolling`.
    every
        For `last`.
    """

    how: Literal["periodic", "cumulative", "rolling", "last"] = "periodic"
    since: Part = "year"
    months: int = 0
    every: Every = "month"


@frozen
class Consolidate:
    """How a period's value is made of those of its sub-periods.

    Attributes
    ----------
    every
        What the period is split into.
    by
        `sum`, `average` of those that have a value, or `last`: the last known value (TLKV).
    of
        Whether the measured values are consolidated, or the achievements.
    cap
        For achievements: whether the limits hold for each sub-period `before` (and for the result),
        or only for the result, `after`.
    incomplete
        A sub-period without a value is left out (`exclude`), or the indicator has none
        (`withhold`).
    """

    every: Every
    by: Literal["sum", "average", "last"]
    incomplete: Literal["exclude", "withhold"]
    of: Literal["measured", "achievement"] = "measured"
    cap: Literal["before", "after"] | None = None


@frozen
class TargetTable:
    """The table of targets: one row for each subject, indicator and period.

    Attributes
    ----------
    table
        Its name.
    subject
        Column with the subject; the policy's where empty.
    indicator, period, value
        Columns with the indicator's id, the period's label, and the target.
    digits
        How many decimals of the target are kept: 12.50 with 2 digits is read as 1250.
    """

    table: str
    subject: str = ""
    indicator: str = "indicator"
    period: str = "period"
    value: str = "value"
    digits: int = 0


@frozen
class ActiveTable:
    """The table of active days: one row for each subject, indicator and period.

    Attributes
    ----------
    table
        Its name.
    subject
        Column with the subject; the policy's where empty.
    indicator, period, value
        Columns with the indicator's id, the period's label, and the days on which the indicator was
        active for the subject, a whole number.
    """

    table: str
    subject: str = ""
    indicator: str = "indicator"
    period: str = "period"
    value: str = "value"


@frozen
class FromTable:
    """The option of a method that is not one number: each subject has its own, in the table."""

    from_: Literal["targets"]


@frozen
class Pauses:
    """Where the pauses of a case are recorded: one row each, which may overlap."""

    table: str
    case: str
    start: ColumnRef
    stop: ColumnRef
    key: str = ""
    """The column of the indicator's own table that names the case; as `case` where empty."""


@frozen
class Fitted:
    """What a relative method was fitted to, and what it found there.

    Attributes
    ----------
    period, as_of
        The period of the cohort, and the instant up to which its evidence was known, ISO 8601.
    n
        How many subjects had a value.
    left_out
        How many had none, by the state that says why.
    parameters
        The method's own figures, exact.
    """

    period: str
    as_of: str
    n: int
    parameters: Mapping[str, Any]
    left_out: Mapping[str, int] = field(factory=dict)


@frozen
class Step:
    """One normalisation: the kind of a method, its own options, and its fit if it is relative."""

    method: str
    options: Mapping[str, Any] = field(factory=dict)
    fitted: Fitted | None = None


@frozen
class Indicator:
    """One indicator of a policy.

    Attributes
    ----------
    id, title, parent, weight
        Name, title by language, the node above (empty: the score itself), importance among its
        siblings (an exact ratio; siblings add up to 1).
    type, measure
        Kind of the indicator type and that type's own options.
    table, subject, columns, where
        Evidence: the table, the column with the subject, roles to columns, which rows count.
    normalise
        The methods, in order, that turn the measured value into an achievement.
    floor, cap
        Limits of the achievement; `None` is no limit.
    missing
        What happens where there is no achievement.
    minimum
        Fewer observations than this are too few to be measured.
    exposure, pauses
        Days in post, and pauses of cases, where the policy uses them.
    accumulate, consolidate
        The stretch of time that is measured, and how sub-periods become the period's value.
    source
        Citation of the rule.
    """

    id: str
    title: Text
    type: str
    table: str
    subject: str
    columns: Mapping[str, ColumnRef]
    weight: Fraction
    measure: Mapping[str, Any]
    normalise: tuple[Step, ...]
    missing: Missing
    parent: str = ""
    where: tuple[Condition, ...] = ()
    floor: Fraction | None = None
    cap: Fraction | None = None
    minimum: int = 1
    exposure: Exposure | None = None
    pauses: Pauses | None = None
    accumulate: Accumulate = Accumulate()
    consolidate: Consolidate | None = None
    source: str = ""
