"""The verbs: `score` runs the steps in order, `check` finds everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from os import environ
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from attrs import frozen

from capaian.discreet import discreet
from capaian.errors import CapaianError, Finding, PeriodError, refuse, wrong_kind
from capaian.formula import Moment
from capaian.period import Period, WrittenInstant, read_instant, read_period
from capaian.policy import Assignment, Policy, PolicySource, edition_on
from capaian.registry import VARIABLE, Plugins, plugins_of
from capaian.scores.gather import Progress, gather_all
from capaian.scores.gathered import Gathered, Span
from capaian.scores.given import Given
from capaian.scores.joining import LazyGathered
from capaian.scores.kept import call_of, keep, kept_scores
from capaian.scores.lazy import LazyScores
from capaian.scores.periods import ScoresByPeriod
from capaian.scores.plain import PlainResults
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.results import Results
from capaian.scores.windows import at_period
from capaian.shelf import load_editions

if TYPE_CHECKING:
    from capaian.scores.posting_scores import PostingScores

Source = Policy | PolicySource
Written = str | Period
Engine: TypeAlias = Literal["polars", "duckdb"]
_PERIODS = "a label such as '2026-Q1' (str), a Period, or a list of these"
Many = list[str] | list[Period] | list[str | Period] | tuple[str | Period, ...]


@overload
def score(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: Written,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> Scores: ...


@overload
def score(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: Many,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> ScoresByPeriod: ...


@overload
def score(
    policy: Assignment,
    evidence: Mapping[str, Any],
    *,
    period: Written,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> PostingScores: ...


@discreet
def score(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Assignment,
    evidence: Mapping[str, Any],
    *,
    period: Written | Many,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> Scores | ScoresByPeriod | PostingScores:
    """Score every subject of a policy, or of an assignment of posts to policies.

    Parameters
    ----------
    policy
        A policy, or the path, name or document of one. Of a name with several editions, each period
        takes the edition that is in force on its last day. Or an assignment, from
        `load_assignment`.
    evidence
        Tables by the names that the policy uses: dataframes of any library, paths to CSV, Parquet
        or JSON Lines files, DuckDB relations, Spark frames, lists of dicts, in any mix.
    period
        `2026`, `2026-S1`, `2026-Q1`, `2026-03` or `2026-01-01/2026-03-31`; or a list of these, for
        which each table is still read once. An assignment takes one.
    as_of
        Evidence is known up to this instant; a bare date is its midnight. Each period's own end
        where left out.
    zone
        The office's zone (`WIB`, `WITA`, `WIT`), where it is not the policy's.
    plugins
        Which installed plugins may take part (`Plugins`: `allow`, `none`, `strict`; in their place
        `CAPAIAN_PLUGINS` of the environment); or plugin modules or objects that are not installed.
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
    ScoresByPeriod
        For a list of periods, even of one: the same for each, and all together.
    PostingScores
        Of an assignment: what `Scores` has, and `postings()`, what each posting adds.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored.
    """
    if isinstance(policy, Assignment):
        from capaian.scores.assigned import score_assignment  # noqa: PLC0415 - loads NumPy

        return score_assignment(
            policy, evidence, only_period(period), as_of=as_of, zone=zone or policy.zone,
            plugins=plugins, progress=progress, engine=engine,
        )  # fmt: skip
    plain = plugins == () and VARIABLE not in environ and progress is None and engine == "polars"
    call = call_of(policy, period, as_of, zone) if plain else None
    if (kept := kept_scores(call, policy, evidence)) is not None:
        return kept
    prepared = prepare(policy, period, as_of, plugins)
    first = prepared[0]
    if keep(call, policy, evidence, first.plan, first.period, first.moment):
        kept = kept_scores(call, policy, evidence)
    if kept is not None:
        return kept
    spans = [Span(each.plan, each.moment) for each in prepared]
    found = gather_all(spans, evidence, zone or "", progress, engine=engine)
    made = [
        scores_of(
            each.plan,
            each.period,
            each.moment,
            gathered,
            Given(evidence, zone or each.plan.policy.zone, engine),
        )
        for each, gathered in zip(prepared, found, strict=True)
    ]
    return made[0] if isinstance(period, str | Period) else ScoresByPeriod(tuple(made))


@discreet
def check(
    policy: Source | Assignment,
    evidence: Mapping[str, Any],
    *,
    period: Written | Many,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    engine: Engine = "polars",
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
    every: list[Finding] = []
    try:
        if isinstance(policy, Assignment):
            from capaian.scores.assigned import check_assignment  # noqa: PLC0415 - loads NumPy

            every += check_assignment(
                policy, evidence, only_period(period), as_of=as_of, zone=zone or policy.zone,
                plugins=plugins, engine=engine,
            )  # fmt: skip
        else:
            prepared = prepare(policy, period, as_of, plugins)
            for one in prepared:
                every += _of_units(one, evidence, zone, engine)
            spans = [Span(each.plan, each.moment) for each in prepared]
            gathered = gather_all(spans, evidence, zone or "", engine=engine)
            every += [finding for each in gathered for finding in each.findings]
    except CapaianError as error:
        every += error.findings
    found: list[Finding] = []
    for finding in every:
        if finding not in found:
            found.append(finding)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda each: order[each.severity])


def _of_units(
    ready: Prepared, evidence: Mapping[str, Any], zone: str | None, engine: str
) -> Iterable[Finding]:
    """Return what is wrong with the units, where their table is given."""
    policy = ready.plan.policy
    if policy.units is None or policy.units.table not in evidence:
        return ()
    from capaian.scores.unit_run import check_units  # noqa: PLC0415 - loads NumPy

    zone = zone or policy.zone
    return check_units(ready.plan, ready.period, ready.moment, evidence, zone=zone, engine=engine)


def only_period(period: Written | Many) -> Period:
    """Return the period of a call that takes one.

    Raises
    ------
    PeriodError
        CPN-A19: a list of periods.
    """
    if not isinstance(period, str | Period):
        headline = "Nothing was scored."
        raise refuse(PeriodError, headline, "CPN-A19", "period", count=len(period))
    return read_period(period)


@frozen(eq=False)
class Prepared:
    """A period, with the plan made ready for it and its moment."""

    period: Period
    plan: Plan
    moment: Moment


def prepare(
    policy: Source,
    period: Written | Many,
    as_of: WrittenInstant | None,
    plugins: Plugins | Iterable[object],
    *,
    fitting: bool = False,
) -> list[Prepared]:
    """Return what a call fixes, for each period; `fitting` is as for `make_plan`."""
    given = [period] if isinstance(period, str | Period) else period
    if not isinstance(given, Sequence):
        raise wrong_kind(PeriodError, "Nothing was scored.", "period", period, _PERIODS)
    periods = [read_period(each) for each in given]
    _prove_periods(periods)
    switches = plugins_of(plugins)
    editions = [policy] if isinstance(policy, Policy) else load_editions(policy, plugins=switches)
    made = []
    for each in periods:
        ready = edition_on(editions, each.last if len(editions) > 1 else None)
        in_force(ready, each)
        cut = each.end if as_of is None else read_instant(as_of)
        plan = at_period(make_plan(ready, switches, fitting=fitting), each, cut)
        if len(periods) > 1:
            _prove_exposure(plan, len(periods))
        made.append(Prepared(each, plan, moment_of(plan, each, cut)))
    return made


def moment_of(plan: Plan, period: Period, as_of: datetime) -> Moment:
    """Return the instants that the formulas of a policy know."""
    calendar = plan.calendar
    return Moment(
        as_of=as_of,
        start=period.start,
        end=period.end,
        work_time=calendar.work_time if calendar else None,
        work_days=calendar.work_days if calendar else None,
    )


def _prove_periods(periods: Sequence[Period]) -> None:
    """Refuse no periods at all, and the same days twice."""
    headline = "Nothing was scored."
    if not periods:
        raise refuse(PeriodError, headline, "CPN-D23", "period")
    seen: dict[tuple[date, date], str] = {}
    for each in periods:
        days = (each.first, each.last)
        if days in seen:
            labels = ", ".join(dict.fromkeys((seen[days], each.label)))
            raise refuse(PeriodError, headline, "CPN-D22", "period", labels=labels)
        seen[days] = each.label


def _prove_exposure(plan: Plan, count: int) -> None:
    """Refuse days in post of which nobody knows which of several periods they are for."""
    findings = [
        Finding(
            "CPN-D21",
            f"indicators['{name}'].exposure",
            {"indicator": name, "count": count},
        )
        for name, planned in plan.indicators.items()
        if planned.indicator.exposure is not None and not planned.indicator.exposure.period
    ]
    if findings:
        raise PeriodError("Nothing was scored.", findings)


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


def scores_of(
    plan: Plan,
    period: Period,
    moment: Moment,
    gathered: Gathered | LazyGathered,
    given: Given | None = None,
) -> Scores:
    """Run the tail over what was gathered; what is gathered in Spark is run there."""
    if isinstance(gathered, LazyGathered):
        return LazyScores(plan, period, moment.as_of, gathered, given)
    return Scores(
        plan=plan,
        period=period,
        as_of=moment.as_of,
        subjects=gathered.subjects,
        labels=gathered.labels,
        units=gathered.units,
        facts=gathered.facts,
        results=_results(plan, gathered),
        origin=gathered.origin,
        findings=gathered.findings,
        given_evidence=given,
    )


def _results(plan: Plan, gathered: Gathered) -> Results:
    if gathered.whole:
        from capaian.scores.whole import WholeResults  # noqa: PLC0415 - loads NumPy

        return WholeResults(plan, gathered)
    return PlainResults.of(plan, gathered)
