"""The verbs: `score` runs the steps in order, `check` finds everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

from capaian.errors import CapaianError, Finding, PeriodError, refuse
from capaian.formula import Moment
from capaian.period import Period, WrittenInstant, read_instant, read_period
from capaian.policy import Assignment, Policy, load_policy
from capaian.scores.gather import Gathered, Progress, gather
from capaian.scores.kept import call_of, keep, kept_scores
from capaian.scores.plain import PlainResults
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.results import Results

if TYPE_CHECKING:
    from capaian.scores.posting_scores import PostingScores

Source = Policy | str | PathLike[str]


Engine = Literal["polars", "duckdb"]


@overload
def score(
    policy: Assignment,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = ...,
    zone: str | None = ...,
    plugins: Iterable[object] = ...,
    progress: Progress | None = ...,
    engine: Engine = ...,
) -> PostingScores: ...


@overload
def score(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = ...,
    zone: str | None = ...,
    plugins: Iterable[object] = ...,
    progress: Progress | None = ...,
) -> Scores: ...


def score(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Assignment,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> Scores | PostingScores:
    """Score every subject of a policy, or of an assignment of posts to policies.

    Parameters
    ----------
    policy
        A policy, or the path or name of one; or an assignment, from `load_assignment`.
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
    engine
        What reads files: `polars`, or `duckdb` where they are larger than memory. Other tables run
        where they are: DuckDB relations on DuckDB, all other frames on Polars, records in Python.

    Returns
    -------
    Scores or PostingScores
        One row per subject; `ledger()`, `explain(subject)` and `to_json()` say the rest. Of an
        assignment, `postings()` says what each posting adds.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored.
    """
    if isinstance(policy, Assignment):
        from capaian.scores.assigned import score_assignment  # noqa: PLC0415 - loads NumPy

        return score_assignment(
            policy, evidence, read_period(period), as_of=as_of, zone=zone or policy.zone,
            plugins=plugins, progress=progress, engine=engine,
        )  # fmt: skip
    plain = plugins == () and progress is None and engine == "polars"
    call = call_of(policy, period, as_of, zone) if plain else None
    if (made := kept_scores(call, policy, evidence)) is not None:
        return made
    plan, span, moment = prepare(policy, period, as_of, plugins)
    if keep(call, policy, evidence, plan, span, moment):
        made = kept_scores(call, policy, evidence)
    if made is not None:
        return made
    zone = zone or plan.policy.zone
    gathered = gather(plan, evidence, moment, zone, progress, engine=engine)
    return scores_of(plan, span, moment, gathered)


def check(
    policy: Source | Assignment,
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
        what a fault in capaian itself would raise. Units are looked at where their table is given.
    """
    found: list[Finding] = []
    try:
        if isinstance(policy, Assignment):
            from capaian.scores.assigned import check_assignment  # noqa: PLC0415 - loads NumPy

            return in_order(
                check_assignment(
                    policy, evidence, read_period(period), as_of=as_of, zone=zone or policy.zone,
                    plugins=plugins, engine=engine,
                )
            )  # fmt: skip
        plan, span, moment = prepare(policy, period, as_of, plugins)
        zone = zone or plan.policy.zone
        found = list(_of_units(plan, span, moment, evidence, zone))
        found += gather(plan, evidence, moment, zone, engine=engine).findings
    except CapaianError as error:
        found += error.findings
    return in_order(found)


def _of_units(
    plan: Plan, span: Period, moment: Moment, evidence: Mapping[str, Any], zone: str
) -> Iterable[Finding]:
    """Return what is wrong with the units, where their table is given."""
    if plan.policy.units is None or plan.policy.units.table not in evidence:
        return ()
    from capaian.scores.unit_run import check_units  # noqa: PLC0415 - loads NumPy

    return check_units(plan, span, moment, evidence, zone=zone)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with errors first, then warnings and notes."""
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda each: order[each.severity])


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
    in_force(ready, span)
    plan = make_plan(ready, plugins, fitting=fitting)
    return plan, span, moment_of(plan, span, as_of)


def moment_of(plan: Plan, span: Period, as_of: WrittenInstant | None) -> Moment:
    """Return the instants that the formulas of a policy know."""
    calendar = plan.calendar
    return Moment(
        as_of=span.end if as_of is None else read_instant(as_of),
        start=span.start,
        end=span.end,
        work_time=calendar.work_time if calendar else None,
        work_days=calendar.work_days if calendar else None,
    )


def in_force(policy: Policy | Assignment, span: Period) -> None:
    """Refuse a period that is not wholly inside the rule's being in force."""
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


def scores_of(plan: Plan, span: Period, moment: Moment, gathered: Gathered) -> Scores:
    """Run the tail over what was gathered."""
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
    return PlainResults.of(plan, gathered)
