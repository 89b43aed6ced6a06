"""The verbs: `score` runs the steps in order, `check` finds everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from os import PathLike
from typing import Any

from capaian.errors import CapaianError, Finding, PeriodError, refuse
from capaian.exact import run_paired
from capaian.formula import Moment
from capaian.measure import OK, Known, states
from capaian.period import Period, WrittenInstant, read_instant, read_period
from capaian.policy import Band, Policy, load_policy
from capaian.scores.gather import Gathered, Progress, gather
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.tail import SCORE, Tail, make_tail

Source = Policy | str | PathLike[str]


def score(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Iterable[object] = (),
    progress: Progress | None = None,
) -> Scores:
    """Score every subject of a policy.

    Parameters
    ----------
    policy
        A policy, or the path or name of one.
    evidence
        Tables by the names that the policy uses: dataframes of any library, paths to CSV, Parquet
        or JSON Lines files, DuckDB relations, lists of dicts, in any mix.
    period
        `2026`, `2026-S1`, `2026-Q1`, `2026-03` or `2026-01-01/2026-03-31`.
    as_of
        Evidence is known up to this instant; a bare date is its midnight. The period's end where
        left out.
    zone
        The office's zone (`WIB`, `WITA`, `WIT`), where it is not the policy's.
    plugins
        Plugin modules or objects that are not installed.
    progress
        Called with `(stage, done, total)` as the work goes on.

    Returns
    -------
    Scores
        One row per subject; `ledger()`, `explain(subject)` and `to_json()` say the rest.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored.
    """
    plan, span, moment = prepare(policy, period, as_of, plugins)
    gathered = gather(plan, evidence, moment, zone or plan.policy.zone, progress)
    return _tail(plan, span, moment, gathered)


def check(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Iterable[object] = (),
) -> list[Finding]:
    """Return everything that is wrong or worth saying; nothing is scored.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins
        As for `score`.

    Returns
    -------
    list of Finding
        Errors first, then warnings and notes; empty where there is nothing to say. It raises only
        what a fault in capaian itself would raise.
    """
    try:
        plan, _, moment = prepare(policy, period, as_of, plugins)
        found = list(gather(plan, evidence, moment, zone or plan.policy.zone).findings)
    except CapaianError as error:
        found = list(error.findings)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda each: order[each.severity])


def prepare(
    policy: Source,
    period: str | Period,
    as_of: WrittenInstant | None,
    plugins: Iterable[object],
    *,
    fitting: bool = False,
) -> tuple[Plan, Period, Moment]:
    """Return the plan, the period and the instants of a call; `fitting` is as for `make_plan`."""
    span = read_period(period)
    ready = policy if isinstance(policy, Policy) else load_policy(policy)
    _in_force(ready, span)
    plan = make_plan(ready, plugins, fitting=fitting)
    calendar = plan.calendar
    moment = Moment(
        as_of=span.end if as_of is None else read_instant(as_of),
        start=span.start,
        end=span.end,
        work_time=calendar.work_time if calendar else None,
        work_days=calendar.work_days if calendar else None,
    )
    return plan, span, moment


def _in_force(policy: Policy, span: Period) -> None:
    """Refuse a period that is not wholly inside the policy's being in force."""
    if span.first < policy.first or (policy.last and span.last > policy.last):
        last = policy.last.isoformat() if policy.last else "today and on"
        raise refuse(
            PeriodError,
            "Nothing was scored.",
            "CPN-D10",
            period=span.label,
            policy=policy.id,
            edition=policy.edition,
            first=policy.first.isoformat(),
            last=last,
        )


def _tail(plan: Plan, span: Period, moment: Moment, gathered: Gathered) -> Scores:
    if gathered.whole:
        from capaian.scores.whole import run_whole  # noqa: PLC0415 - loads NumPy

        made = run_whole(plan, gathered)
    else:
        made = _one_by_one(plan, gathered)
    return Scores(
        plan=plan,
        period=span,
        as_of=moment.as_of,
        subjects=gathered.subjects,
        labels=gathered.labels,
        units=gathered.units,
        facts=gathered.facts,
        inputs=gathered.inputs,
        whole=gathered.whole,
        origin=gathered.origin,
        findings=gathered.findings,
        **made,
    )


def _one_by_one(plan: Plan, gathered: Gathered) -> dict[str, Any]:
    """Run every subject in both arithmetics: what plain records need, without NumPy."""
    tails: dict[frozenset[str], int] = {}
    made: list[Tail] = []
    patterns: list[int] = []
    found: dict[str, list[str]] = {name: [] for name in plan.indicators}
    rows: list[dict[str, float]] = []
    published: list[float | None] = []
    bands: list[Band | None] = []
    for row, subject in enumerate(gathered.subjects):
        given = {name: column[row] for name, column in gathered.inputs.items()}
        present = {name: value is not None for name, value in given.items()}
        known = Known({name: value or 0 for name, value in given.items()}, present)
        for name, planned in plan.indicators.items():
            rules = states(planned.statistics, known)
            found[name].append(next((state for state, holds in rules if holds), OK))
        pattern = frozenset(name for name in plan.indicators if found[name][row] == OK)
        if pattern not in tails:
            tails[pattern] = len(made)
            made.append(make_tail(plan, pattern))
        patterns.append(tails[pattern])
        tail = made[tails[pattern]]
        exact = run_paired(tail.program, {k: v for k, v in given.items() if v is not None})
        rows.append({name: exact[name][0] for name in tail.program.names})
        published.append(publish(exact[SCORE][1]) if SCORE in exact else None)
        bands.append(
            plan.band(exact[SCORE][1], gathered.facts_of(subject)) if SCORE in exact else None
        )
    names = dict.fromkeys(name for each in made for name in each.program.names)
    values = {name: [each.get(name) for each in rows] for name in names}
    return {
        "states": found,
        "patterns": patterns,
        "tails": made,
        "values": values,
        "published": published,
        "bands": bands,
    }


def publish(score: Fraction) -> float:
    """Return the float64 nearest to an exact score."""
    return score.numerator / score.denominator
