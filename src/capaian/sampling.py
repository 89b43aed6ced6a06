"""How a measured value varies: which law its rows follow, and which integers its error is made of.

A measured value is an exact number. How sure it is of what it stands for is another question, which
`capaian.analysis` answers. For that an indicator type says, beside its formula, by which law its
value comes about. The trees are statistics over a subject's rows, as in the formula itself; those
that the measure has anyway cost nothing, others are measured when the question is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import evolve, field, fields, frozen

from capaian.formula import Node

Rows: TypeAlias = Literal["work", "sample"]
"""Whether the rows are all the work there was, or answers of some of those who could be asked."""


@frozen
class Share:
    """Successes of independent trials: a binomial proportion.

    Attributes
    ----------
    successes, trials
        Statistics.
    """

    successes: Node
    trials: Node


@frozen
class Count:
    """Independent events, each worth 1: a Poisson count.

    Attributes
    ----------
    events
        A statistic.
    """

    events: Node


@frozen
class Weighted:
    """Independent events of different worth: a compound Poisson sum.

    Attributes
    ----------
    events, weighted, squares
        The number of events, the sum of what they are worth, and the sum of its squares.
    """

    events: Node
    weighted: Node
    squares: Node


@frozen
class Ratio:
    """One sum over another, over independent rows.

    Attributes
    ----------
    rows
        How many rows there are.
    top, bottom
        The two sums.
    top_squares, bottom_squares, products
        The sums of squares and of products of what the rows add to them.
    proportion
        Whether the top cannot pass the bottom, in any row.
    """

    rows: Node
    top: Node
    bottom: Node
    top_squares: Node
    bottom_squares: Node
    products: Node
    proportion: bool = False


@frozen
class Mean:
    """The mean of independent observations.

    Attributes
    ----------
    n, total, squares
        The number of observations, their sum, and the sum of their squares.
    lowest, highest
        The ends of the scale of an observation.
    """

    n: Node
    total: Node
    squares: Node
    lowest: Fraction = field(converter=Fraction)
    highest: Fraction = field(converter=Fraction)


@frozen
class NetPromoter:
    """The share of promoters less that of detractors.

    Attributes
    ----------
    promoters, detractors, answers
        Statistics.
    """

    promoters: Node
    detractors: Node
    answers: Node


@frozen
class Bounds:
    """A value that is known to lie between two, whatever the missing rows would say.

    Attributes
    ----------
    low, high
        Ratios of statistics.
    """

    low: Node
    high: Node


Of: TypeAlias = Literal["share", "mean", "restricted_mean", "quantile"]


@frozen
class Times:
    """A statistic of times of which some are still running.

    Attributes
    ----------
    of
        `share` ended by `at`; `mean` of all times; `restricted_mean` up to `at`; `quantile`, the
        time by which the share `at` has ended.
    duration, ended
        Formulas over a row: its time, and whether it has ended; a time that is still running is an
        age.
    at
        In the unit of `duration`, or a share.
    inclusive
        For `share`: whether an end exactly at the limit counts.
    closed
        For `mean`: whether it is over the ended ones alone.
    """

    of: Of
    duration: Node
    ended: Node
    at: Fraction = field(default=Fraction(0), converter=Fraction)
    inclusive: bool = True
    closed: bool = False


Law: TypeAlias = Share | Count | Weighted | Ratio | Mean | NetPromoter | Bounds | Times


@frozen
class Flow:
    """What became of the rows: nothing disappears.

    Attributes
    ----------
    received
        All rows of the subject.
    undetermined
        Those whose outcome is not known yet; `None` where there are none such.
    excluded
        Those that the value leaves out, by reason. They are part of `received`.
    """

    received: Node
    undetermined: Node | None = None
    excluded: Mapping[str, Node] = field(factory=dict)


@frozen
class Sampling:
    """How a measured value varies.

    Attributes
    ----------
    law
        How the value comes about.
    rows
        `work` or `sample`. Of all the work there was, the descriptive question has an exact answer.
    flow
        What became of the rows.
    factor, shift
        The measured value is `shift` plus `factor` times what the law speaks of: the proportion,
        the count, the weighted sum, the ratio, the mean, the difference of shares, the time. With
        exposure it is also brought to a full period.
    times
        Of a share of cases within a limit, the same by its times, whatever its basis.
    """

    law: Law
    rows: Rows
    flow: Flow
    factor: Fraction = field(default=Fraction(1), converter=Fraction)
    shift: Fraction = field(default=Fraction(0), converter=Fraction)
    times: Times | None = None


def trees_of(part: Law | Flow) -> tuple[Node, ...]:
    """Return the trees of a law, or of a flow."""
    values: list[Any] = []
    for each in fields(type(part)):
        value = getattr(part, each.name)
        values += value.values() if isinstance(value, Mapping) else [value]
    return tuple(each for each in values if isinstance(each, Node))


def changed(sampling: Sampling, change: Callable[[Node], Node]) -> Sampling:
    """Return the same with other trees.

    Parameters
    ----------
    sampling
        What is changed.
    change
        What becomes of each tree.
    """

    def each(value: Any) -> Any:
        if isinstance(value, Node):
            return change(value)
        if isinstance(value, Mapping):
            return {name: change(tree) for name, tree in value.items()}
        return value

    def made(record: Any) -> Any:
        return evolve(
            record, **{one.name: each(getattr(record, one.name)) for one in fields(type(record))}
        )

    times = None if sampling.times is None else made(sampling.times)
    return evolve(sampling, law=made(sampling.law), flow=made(sampling.flow), times=times)
