"""Active days of each subject's indicators: what is asked of their table, and how it is proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capaian.columns import Attribution, Filter, Reading, Reduced, Request, Table
from capaian.errors import Finding
from capaian.formula import Moment, agg, col
from capaian.indicator import ActiveTable
from capaian.scores.ask import Ask
from capaian.scores.plan import Plan
from capaian.scores.planned import Planned
from capaian.scores.targets import label_ask, labels_of
from capaian.scores.windows import active_name

_STATISTICS = (agg.max(col("value")), agg.count())


def active_asks(
    plan: Plan,
    tables: Mapping[str, Table],
    moment: Moment,
    attribution: Attribution | None = None,
) -> list[Ask]:
    """Return what is asked of the table of active days: one number for each indicator.

    Parameters
    ----------
    plan
        The policy made ready for the period.
    tables
        The tables that are open, by name.
    moment
        Cut-off and period.
    attribution
        To whom a subject's days belong instead: each of its postings has the same.
    """
    rule = plan.policy.active
    if rule is None or rule.table not in tables:
        return []
    asked = [
        _ask(rule, planned, moment, attribution)
        for planned in plan.indicators.values()
        if planned.active
    ]
    return [*asked, label_ask(rule.table, rule.period, moment)]


def _ask(
    rule: ActiveTable, planned: Planned, moment: Moment, attribution: Attribution | None
) -> Ask:
    request = Request(
        subject=rule.subject,
        readings=(Reading("value", rule.value, "integer"),),
        filters=(
            Filter(rule.indicator, one_of=(planned.indicator.id,)),
            Filter(rule.period, one_of=labels_of(planned.targeted)),
        ),
        statistics=_STATISTICS,
        moment=moment,
        attribution=attribution,
    )
    return Ask(rule.table, (active_name(planned),), request, judge=_judge(rule, planned))


def _judge(rule: ActiveTable, planned: Planned) -> Callable[[Reduced], list[Finding]]:
    values = {"indicator": planned.indicator.id, "period": planned.targeted}

    def judge(reduced: Reduced) -> list[Finding]:
        findings = []
        if twice := sum((each or 0) > 1 for each in reduced.column(1)):
            findings.append(Finding("CPN-E73", rule.table, {"count": twice, **values}))
        if bad := sum((each or 0) < 0 for each in reduced.column(0)):
            where = f"{rule.table}.{rule.value}"
            findings.append(Finding("CPN-E74", where, {"count": bad, **values}))
        return findings

    return judge
