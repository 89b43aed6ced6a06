"""Hypothesis strategies of the evidence that an indicator declares it reads.

The columns' kinds, whether a value may be lacking, their labels, the constants that the formulas
hold them against and the row checks are all taken from the `Measure`, so that what is generated is
evidence that the plugin says it accepts, thick where its answers change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

try:
    from hypothesis import strategies as st
except ImportError as error:  # pragma: no cover - tried in a bare environment
    message = "capaian.testing needs the extra 'testing': pip install 'capaian[testing]'"
    raise ImportError(message) from error

from attrs import evolve

from capaian.formula import (
    Aggregate,
    Blank,
    Column,
    Compare,
    Functions,
    Literal_,
    Moment,
    Node,
    Not,
    OneOf,
    Own,
    agg,
    compile_statistics,
    walk,
)
from capaian.formula.nodes import BLANKS
from capaian.period import Period
from capaian.plugin import ColumnNeed, Measure

Accepted: TypeAlias = Callable[[Mapping[str, Any]], bool]
SMALLEST, LARGEST = -1_000_000, 1_000_000
MICROSECOND = timedelta(microseconds=1)
_WORDS = ("a", "b", "tuntas", "Ünïcode", "")
_MARGIN = timedelta(days=3)


def trees_of(measure: Measure) -> list[Node]:
    """Return every formula of a measure."""
    trees = [measure.value, measure.n, *measure.figures.values()]
    return (
        trees + [rule.when for rule in measure.statuses] + [each.holds for each in measure.checks]
    )


def functions_of(measure: Measure) -> list[Functions]:
    """Return the pairs of functions that a measure uses, each once."""
    nodes = [each for tree in trees_of(measure) for each in walk(tree)]
    return list(dict.fromkeys(each.functions for each in nodes if isinstance(each, Own)))


def constants(measure: Measure, role: str) -> tuple[Any, ...]:
    """Return the constants that formulas hold a column against, in order.

    Parameters
    ----------
    measure
        The measure.
    role
        The column's role.
    """
    found: dict[Any, None] = {}
    for tree in trees_of(measure):
        for each in walk(tree):
            if isinstance(each, OneOf) and _mentions(each.inner, role):
                found.update(dict.fromkeys(each.values))
            elif isinstance(each, Blank) and _mentions(each.inner, role):
                found.update(dict.fromkeys(BLANKS))
            elif isinstance(each, Compare):
                for side, other in ((each.left, each.right), (each.right, each.left)):
                    if isinstance(other, Literal_) and _mentions(side, role):
                        found[other.value] = None
    return tuple(found)


def _mentions(tree: Node, role: str) -> bool:
    nodes = walk(tree)
    return Column(role) in nodes and not any(isinstance(each, Aggregate) for each in nodes)


def integers(
    near: Sequence[Any] = (), allowed: Callable[[int], bool] = lambda _number: True
) -> st.SearchStrategy[int]:
    """Return integers, mostly at and beside the constants given, some large.

    Parameters
    ----------
    near
        Constants; what is not a number is passed over.
    allowed
        Which integers may come.
    """
    whole = [int(each) for each in near if isinstance(each, int | Fraction)]
    pool = {each + step for each in whole for step in (-1, 0, 1)} | set(range(12))
    held = sorted(each for each in pool if SMALLEST <= each <= LARGEST and allowed(each))
    few = st.sampled_from(held) if held else st.nothing()
    low, high = (allowed(each) for each in (SMALLEST, LARGEST))
    if not (low or high):
        return few
    wide = st.integers(SMALLEST if low else 0, LARGEST if high else 0)
    return few | wide.filter(allowed)


def texts(labels: Sequence[str] = (), near: Sequence[Any] = ()) -> st.SearchStrategy[str]:
    """Return the labels, where there are any; else words, those given among them.

    Parameters
    ----------
    labels
        The only values allowed.
    near
        Constants; what is not text is passed over.
    """
    if labels:
        return st.sampled_from(list(labels))
    words = [each for each in near if isinstance(each, str)]
    return st.sampled_from([*words, *_WORDS[:-1]])


def stamps(period: Period, *, outside: bool = True) -> st.SearchStrategy[datetime]:
    """Return stamps in and, if `outside`, around a period: its ends, midnights, whole hours.

    Parameters
    ----------
    period
        The period.
    outside
        Whether some lie outside it.
    """
    first, end = period.start, period.end
    ends = [first, end - MICROSECOND] + ([first - MICROSECOND, end] if outside else [])
    margin = _MARGIN if outside else timedelta(0)
    span = (end + margin - (first - margin)) // timedelta(hours=1)
    hours = st.integers(0, span - 1).map(lambda count: first - margin + timedelta(hours=count))
    return hours | st.sampled_from(ends)


def values(
    need: ColumnNeed, period: Period, near: Sequence[Any] = (), *, outside: bool = True
) -> st.SearchStrategy[Any]:
    """Return values of a column, as declared; `None` among them where it may be lacking.

    Parameters
    ----------
    need
        The declaration.
    period
        The period that stamps lie around.
    near
        Constants that the column is held against.
    outside
        Whether stamps may lie outside the period.
    """
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "stamp": stamps(period, outside=outside),
        "integer": integers(near),
        "text": texts(need.labels, near),
        "boolean": st.booleans(),
    }
    return st.none() | kinds[need.kind] if need.nullable else kinds[need.kind]


def rows(
    measure: Measure,
    period: Period,
    *,
    columns: Mapping[str, str] | None = None,
    fixed: Mapping[str, st.SearchStrategy[Any]] | None = None,
    least: int = 1,
    most: int = 12,
    outside: bool = True,
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of rows that a measure's declaration accepts.

    Parameters
    ----------
    measure
        The measure.
    period
        The period that stamps lie around.
    columns
        Roles to the names of columns; a role that is left out is the column's name.
    fixed
        Columns with strategies of their own, such as the subject, or those of conditions.
    least, most
        How many rows.
    outside
        Whether stamps may lie outside the period.
    """
    names = columns or {}
    accepted = accepts(measure, period)
    roles = {need.role: _alone(measure, need, period, outside=outside) for need in measure.columns}
    row = st.fixed_dictionaries(roles)
    row = row.filter(accepted) if measure.checks else row
    named = row.map(lambda made: {names.get(role, role): value for role, value in made.items()})
    if fixed:
        others = st.fixed_dictionaries(dict(fixed))
        named = st.tuples(others, named).map(lambda pair: {**pair[1], **pair[0]})
    return st.lists(named, min_size=least, max_size=most)


def _alone(
    measure: Measure, need: ColumnNeed, period: Period, *, outside: bool
) -> st.SearchStrategy[Any]:
    """Return values of a column that pass the checks in which it stands alone."""
    near = constants(measure, need.role)
    checks = tuple(each for each in measure.checks if _columns(each.holds) == {need.role})
    accepted = accepts(evolve(measure, checks=checks), period)
    need = evolve(need, nullable=need.nullable and accepted({need.role: None}))
    if need.kind == "integer":
        made = integers(near, lambda number: accepted({need.role: number}))
        return st.none() | made if need.nullable else made
    strategy = values(need, period, near, outside=outside)
    return strategy.filter(lambda value: accepted({need.role: value})) if checks else strategy


def _columns(tree: Node) -> set[str]:
    return {each.name for each in walk(tree) if isinstance(each, Column)}


def accepts(measure: Measure, period: Period) -> Accepted:
    """Return the function that says whether a row, by role, breaks none of a measure's checks.

    Parameters
    ----------
    measure
        The measure.
    period
        What the checks know of the period; they are held at its end.
    """
    roles = [need.role for need in measure.columns]
    if not measure.checks:
        return lambda _row: True
    moment = Moment(period.end, period.start, period.end)
    counts = [agg.count(Not(check.holds)) for check in measure.checks]
    reduce = compile_statistics(counts, roles, dict.fromkeys(roles, True))

    def accepted(row: Mapping[str, Any]) -> bool:
        return not any(reduce([tuple(row.get(role) for role in roles)], moment))

    return accepted
