"""The verbs: `score` runs the steps in order, `check` finds everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, Literal

from capaian.errors import CapaianError, Finding, PeriodError, refuse
from capaian.formula import Moment
from capaian.period import Period, WrittenInstant, read_instant, read_period
from capaian.policy import Policy, load_policy
from capaian.scores.gather import Gathered, LazyGathered, Progress, gather
from capaian.scores.lazy import LazyScores
from capaian.scores.plain import PlainResults
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.results import Results

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
    engine: Literal["polars", "duckdb"] = "polars",
) -> Scores:
    """Score every subject of a policy.

    Parameters
    ----------
    policy
        A policy, or the path or name of one.
    evidence
        Tables by the names that the policy uses: dataframes of any library, paths to CSV, Parquet
        or JSON Lines files, DuckDB relations, Spark frames, lists of dicts, in any mix.
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
    engine
        What reads files: `polars`, or `duckdb` where they are larger than memory. Other tables run
        where they are: DuckDB relations on DuckDB, all other frames on Polars, records in Python.

    Returns
    -------
    Scores
        One row per subject; `ledger()`, `explain(subject)` and `to_json()` say the rest. Where any
        of the evidence is in Spark: `LazyScores`, which stays there.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored.
    """
    plan, span, moment = _prepare(policy, period, as_of, plugins)
    zone = zone or plan.policy.zone
    gathered = gather(plan, evidence, moment, zone, progress, engine=engine)
    return _tail(plan, span, moment, gathered)


def check(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Iterable[object] = (),
    engine: Literal["polars", "duckdb"] = "polars",
) -> list[Finding]:
    """Return everything that is wrong or worth saying; nothing is scored.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins, engine
        As for `score`.

    Returns
    -------
    list of Finding
        Errors first, then warnings and notes; empty where there is nothing to say. It raises only
        what a fault in capaian itself would raise.
    """
    try:
        plan, _, moment = _prepare(policy, period, as_of, plugins)
        zone = zone or plan.policy.zone
        found = list(gather(plan, evidence, moment, zone, engine=engine).findings)
    except CapaianError as error:
        found = list(error.findings)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda each: order[each.severity])


def _prepare(
    policy: Source,
    period: str | Period,
    as_of: WrittenInstant | None,
    plugins: Iterable[object],
) -> tuple[Plan, Period, Moment]:
    span = read_period(period)
    ready = policy if isinstance(policy, Policy) else load_policy(policy)
    _in_force(ready, span)
    plan = make_plan(ready, plugins)
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


def _tail(plan: Plan, span: Period, moment: Moment, gathered: Gathered | LazyGathered) -> Scores:
    if isinstance(gathered, LazyGathered):
        return LazyScores(plan, span, moment.as_of, gathered)
    return Scores(
        plan=plan,
        period=span,
        as_of=moment.as_of,
        subjects=gathered.subjects,
        labels=gathered.labels,
        units=gathered.units,
        facts=gathered.facts,
        results=_results(plan, gathered),
        origin=gathered.origin,
        findings=gathered.findings,
    )


def _results(plan: Plan, gathered: Gathered) -> Results:
    if gathered.whole:
        from capaian.scores.whole import WholeResults  # noqa: PLC0415 - loads NumPy

        return WholeResults(plan, gathered)
    return PlainResults(plan, gathered)
