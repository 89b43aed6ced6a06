"""Targets of each subject: what is asked of their table, and how its answers are proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from capaian.columns import Attribution, Filter, Reading, Reduced, Request, Table
from capaian.errors import Finding, Language, PeriodError
from capaian.formula import (
    Arithmetic,
    Compare,
    Literal_,
    Logic,
    Moment,
    Node,
    agg,
    col,
    lit,
    substitute,
    words,
)
from capaian.indicator import TargetTable
from capaian.measure import Known, holds, names_in
from capaian.period import FORMS, Period, read_period
from capaian.plugin import TARGET, UNIT
from capaian.scores.ask import Ask
from capaian.scores.plan import Plan
from capaian.scores.planned import Planned

_STATISTICS = (agg.max(col("value")), agg.count())
_ROWS = (agg.count(),)


@lru_cache(maxsize=1024)
def labels_of(label: str) -> tuple[str, ...]:
    """Return how a period may be written: by its label, or by its first and last day."""
    period = read_period(label)
    days = f"{period.first.isoformat()}/{period.last.isoformat()}"
    return tuple(dict.fromkeys((*_names(period), days)))


def _names(period: Period) -> list[str]:
    """Return the labels of the calendar that mean these days."""
    year = f"{period.first.year:04d}"
    known = [year, *(f"{year}-S{half}" for half in (1, 2))]
    known += [f"{year}-Q{quarter}" for quarter in (1, 2, 3, 4)]
    known += [f"{year}-{month:02d}" for month in range(1, 13)]
    return [each for each in known if read_period(each).covers(period)]


def target_asks(
    plan: Plan,
    tables: Mapping[str, Table],
    moment: Moment,
    attribution: Attribution | None = None,
) -> list[Ask]:
    """Return what is asked of the table of targets: one target for each indicator and period.

    Parameters
    ----------
    plan
        The policy made ready for the period.
    tables
        The tables that are open, by name.
    moment
        Cut-off and period.
    attribution
        To whom a subject's targets belong instead: each of its postings has the same.
    """
    rule = plan.policy.targets
    if rule is None or rule.table not in tables:
        return []
    asked = [
        _ask(rule, planned, name, label, moment, attribution)
        for planned in plan.indicators.values()
        for name, label in planned.targets.items()
    ]
    return [*asked, label_ask(rule.table, rule.period, moment)] if asked else []


def label_ask(table: str, column: str, moment: Moment) -> Ask:
    """Return the question whether every row of a table carries a period that can be read.

    Parameters
    ----------
    table, column
        The table, and its column with the labels.
    moment
        Cut-off and period.
    """
    # Who the rows are about does not matter here: they are counted by the label they carry.
    request = Request(column, (), (), _ROWS, moment)
    return Ask(table, (), request, judge=partial(_labels, f"{table}.{column}"))


def _ask(
    rule: TargetTable,
    planned: Planned,
    name: str,
    label: str,
    moment: Moment,
    attribution: Attribution | None,
) -> Ask:
    indicator = planned.indicator.id
    request = Request(
        subject=rule.subject,
        readings=(Reading("value", rule.value, "integer", digits=rule.digits),),
        filters=(
            Filter(rule.indicator, one_of=(indicator,)),
            Filter(rule.period, one_of=labels_of(label)),
        ),
        statistics=_STATISTICS,
        moment=moment,
        attribution=attribution,
    )
    return Ask(rule.table, (name,), request, judge=_judge(rule, planned, label))


def _judge(rule: TargetTable, planned: Planned, label: str) -> Callable[[Reduced], list[Finding]]:
    indicator = planned.indicator.id
    condition = planned.usable or lit(value=True)

    def judge(reduced: Reduced) -> list[Finding]:
        values = {"indicator": indicator, "period": label}
        findings = []
        if twice := sum((each or 0) > 1 for each in reduced.column(1)):
            findings.append(Finding("CPN-E71", rule.table, {"count": twice, **values}))
        if bad := _unusable(substitute(condition, {UNIT: lit(10**rule.digits)}), reduced):
            values |= {"wanted": _said(condition, "en"), "wanted_id": _said(condition, "id")}
            where = f"{rule.table}.{rule.value}"
            findings.append(Finding("CPN-E72", where, {"count": bad, **values}))
        return findings

    return judge


def _unusable(condition: Node, reduced: Reduced) -> int:
    """Return how many targets break a condition."""
    name = names_in(TARGET)[0]
    if reduced.plain is None and reduced.subjects:
        targets, known = reduced.array(0)
        bad = known & (holds(condition, Known({name: targets})) ^ True)
        return int(bad.sum())
    given = [each for each in reduced.column(0) if each is not None]
    return sum(not holds(condition, Known({name: each})) for each in given)


def _said(condition: Node, language: Language) -> str:
    return words(_plain(substitute(condition, {UNIT: lit(1)})), language)


def _plain(tree: Node) -> Node:
    """Return a condition as people say it: without a factor of 1."""
    match tree:
        case Arithmetic("*", Literal_(1), inner) | Arithmetic("*", inner, Literal_(1)):
            return _plain(inner)
        case Compare(op, left, right):
            return Compare(op, _plain(left), _plain(right))
        case Logic(op, left, right):
            return Logic(op, _plain(left), _plain(right))
        case _:
            return tree


def _labels(where: str, reduced: Reduced) -> list[Finding]:
    """Say how many rows carry a period that cannot be read."""
    bad = reduced.unattributed
    rows = reduced.rows + reduced.unattributed
    for label, count in zip(reduced.subjects, reduced.column(0), strict=True):
        try:
            read_period(label)
        except PeriodError:
            bad += count or 0
    if not bad:
        return []
    return [Finding("CPN-E70", where, {"count": bad, "rows": rows, "forms": FORMS})]
