"""`diagnose`: everything that can be seen of how evidence was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from attrs import frozen

from capaian.analysis.asked import between, choice
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.quality.checks import CHECKS, Asked, Look
from capaian.analysis.quality.diagnosis import Diagnoses, Diagnosis, Note, judged
from capaian.analysis.quality.entries import end_recording
from capaian.analysis.quality.limits import announced as shape_after
from capaian.analysis.quality.limits import bunching, score_bunching, score_heaping
from capaian.analysis.quality.screens import Screened, notes_of, tables_of_screens
from capaian.analysis.quality.sources import Act, acts_of, clock_of, units_from
from capaian.analysis.quality.texts import (
    FEW_SCORES,
    NO_STAMPS,
    NOT_OVER,
    NOT_RECORDED,
    PAUSED,
    UNUSABLE,
)
from capaian.columns import Origin, Table, open_table
from capaian.columns.arrays import all_different, repeated_rows
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.indicator import ColumnRef
from capaian.period import Period, WrittenInstant, read_instant
from capaian.policy import Policy
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.plan import Plan
from capaian.scores.requests import tables_of
from capaian.scores.run import Source, prepare

HEADLINE = "The evidence cannot be diagnosed."
EPOCH = datetime(1970, 1, 1)
FEWEST = 100
"""Scores from which on they are looked at around the limits of bands."""
_MANY = 30
"""Rows from which on a column of all different values is taken to number them."""


@frozen(eq=False)
class Case:
    """What is looked at: a rule, its evidence, a period.

    Attributes
    ----------
    plan, tables, zone
        The rule made ready, the tables that are open, the office's zone.
    start, end, as_of
        In microseconds since 1970.
    matrix
        The scores, where they are at hand.
    """

    plan: Plan
    tables: Mapping[str, Table]
    zone: str
    start: int
    end: int
    as_of: int
    matrix: Matrix | None

    @property
    def origin(self) -> Origin:
        """The kind of table of the evidence."""
        return next((each.origin for each in self.tables.values()), "records")


def case_of(
    rule: Source | Scores,
    evidence: Mapping[str, Any] | None,
    period: str | Period | None,
    as_of: WrittenInstant | None,
    zone: str | None,
    plugins: Plugins | Iterable[object],
    engine: str = "polars",
) -> Case:
    """Return what is looked at, from scores or from a rule and its evidence.

    Raises
    ------
    AnalysisError
        `CPN-M45`: no period. `CPN-M49`: no evidence.
    """
    if isinstance(rule, Scores):
        given = rule.given_evidence
        evidence = evidence if evidence is not None else given.evidence if given else None
        plan, cut = rule.plan, rule.as_of
        start, end = rule.period.start, rule.period.end
        zone = zone or (given.zone if given else "") or plan.policy.zone
        matrix: Matrix | None = matrix_of(rule)
    else:
        if period is None:
            raise refuse(
                AnalysisError, HEADLINE, "CPN-M45", "period", given="nothing", wanted="a period",
                wanted_id="periode", example='period = "2026-Q1"',
            )  # fmt: skip
        ready = prepare(rule, period, as_of, plugins)[0]
        plan, cut = ready.plan, ready.moment.as_of
        start, end = ready.period.start, ready.period.end
        zone, matrix = zone or plan.policy.zone, None
    if evidence is None:
        raise refuse(AnalysisError, HEADLINE, "CPN-M49", "evidence")
    names = [each for each in tables_of(plan.policy) if each in evidence]
    if not names:
        raise refuse(AnalysisError, HEADLINE, "CPN-M49", "evidence")
    tables = {name: open_table(evidence[name], name, engine) for name in names}
    return Case(plan, tables, zone or "", _micro(start), _micro(end), _micro(cut), matrix)


def _micro(when: datetime) -> int:
    return int((when - EPOCH) / (datetime.resolution))


@discreet
def diagnose(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    recorded: Mapping[str, Any] | None = None,
    units: Any = None,
    announced: WrittenInstant | None = None,
    last: float = 0.1,
    late: int = 7,
    level: float = 0.95,
    seed: int | None = None,
) -> Diagnoses:
    """Return what the evidence of a policy looks like: questions, with what honest work would show.

    Nothing here accuses anybody, and no score changes. Each diagnosis says what was seen, what is
    expected, the excess with its interval, and the power of the look itself.

    Parameters
    ----------
    policy
        A policy, or its path or name; or scores, whose rule, period and evidence are taken, and of
        which scores just above a band's limit are looked at too.
    evidence
        Tables by name, as for `capaian.score`. Of scores: where theirs is not at hand.
    period, as_of, zone, plugins
        As for `capaian.score`.
    recorded
        For a table, the column that says when a row was recorded: its name, or a mapping with
        `column` and `format`.
    units
        Subject to unit, as `group` of `fairness`; as the list of subjects says where left out.
    announced
        The instant at which a target was announced: times before and after it are compared.
    last
        The last part of the period that is looked at, in (0, 1).
    late
        From how many days on a row counts as recorded long after.
    level
        Of intervals, in (0, 1); 1 less the share of false warnings and flags.
    seed
        With a seed the interval at a limit is that of a Poisson bootstrap; nothing is random
        without one.

    Returns
    -------
    Diagnoses
        All together first; then units; people last, in a table of their own.

    Raises
    ------
    AnalysisError
        `CPN-M45`, `M47`, `M49`, `M51`.
    EvidenceError
        A table that cannot be read.

    Notes
    -----
    Units and people are compared with what is expected, or with the share of all where that is
    larger: what everybody does is no finding about one. Checks and sources are in the reference.
    """
    between(level, 0, 1, "level", HEADLINE)
    between(last, 0, 1, "last", HEADLINE)
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    clock = clock_of(case.plan.calendar) if case.plan.calendar else None
    look = Look(case.start, case.end, case.as_of, clock, level, last, late, seed)
    acts = acts_of(
        case.plan,
        case.tables,
        case.zone,
        columns_named(recorded, case, "recorded"),
        (case.start, case.end),
    )
    homes = units_from(case.plan, case.tables, units, case.zone)
    found: list[Diagnosis] = []
    screens: list[Screened] = []
    for act in acts:
        for check in (*CHECKS, end_recording, bunching):
            for each in check(act, look):
                if isinstance(each, Asked):
                    screens.append(Screened.of(each, act.people, homes, level))
                else:
                    found.append(each)
        if announced is not None:
            found += shape_after(act, look, _micro(read_instant(announced)))
    found += _duplicates(case)
    if case.matrix is not None and len(case.matrix) >= FEWEST:
        cuts = _cuts(case.plan.policy)
        found += score_bunching(case.matrix, cuts, look)
        found += score_heaping(case.matrix, cuts, look)
    notes = (*notes_of(screens, level), *_notes(case, acts, found))
    tables = tables_of_screens(screens, case.origin, level)
    return Diagnoses(judged(found, level=level), *tables, notes, case.origin)


def columns_named(given: Mapping[str, Any] | None, case: Case, option: str) -> dict[str, ColumnRef]:
    """Return the column that is named for each table, by its name or with its format.

    Raises
    ------
    AnalysisError
        `CPN-M51`: the policy reads no such table.
    """
    found = {}
    for name, column in (given or {}).items():
        choice(name, sorted(case.tables), option, HEADLINE, code="CPN-M51")
        found[name] = (
            ColumnRef(column) if isinstance(column, str)
            else ColumnRef(str(column["column"]), str(column.get("format", "")))
        )  # fmt: skip
    return found


def _duplicates(case: Case) -> list[Diagnosis]:
    """Return the look at rows that are alike in every column but those that number them."""
    read = {each.table for each in case.plan.policy.indicators}
    found = []
    for name, table in case.tables.items():
        if name not in read:
            continue
        used = _used(case.plan, name)
        free = [each for each in table.columns if each not in used]
        aside = all_different(table, free) if free else []
        columns = [each for each in table.columns if each not in aside]
        first = repeated_rows(table, columns)
        if len(first) < _MANY and aside:
            columns, aside = list(table.columns), []
            first = repeated_rows(table, columns)
        rows = np.flatnonzero(first != np.arange(len(first)))
        like = repeated_rows(table, columns, loosely=True)
        loosely = int((like != np.arange(len(like))).sum())
        found.append(
            Diagnosis(
                "duplicates",
                name,
                len(first),
                len(rows),
                rows=rows,
                table=name,
                values={"aside": ", ".join(aside) or "–", "loosely": loosely},
            )
        )
    return found


def _used(plan: Plan, table: str) -> set[str]:
    """Return the columns of a table that the policy reads; none of these numbers its rows."""
    names: set[str] = set()
    for each in plan.indicators.values():
        it = each.indicator
        if it.table == table:
            names |= {it.subject, *(ref.column for _, ref in each.columns)}
            names |= {one.column for one in it.where}
    return names


def _cuts(policy: Policy) -> dict[str, float]:
    """Return the lower limits of bands, by id."""
    if policy.decision is not None:
        return {}
    return {each.id: float(each.low) for each in policy.bands if each.low is not None}


def _notes(case: Case, acts: Sequence[Act], found: Sequence[Diagnosis]) -> tuple[Note, ...]:
    notes = [] if acts else [Note(NO_STAMPS)]
    for act in acts:
        bad = {role: count for role, count in act.arrays.unusable.items() if count}
        if bad:
            told = ", ".join(f"{role}: {count}" for role, count in bad.items())
            notes.append(Note(UNUSABLE, {"table": act.table, "told": told}))
    if case.matrix is not None and len(case.matrix) < FEWEST:
        notes.append(Note(FEW_SCORES, {"least": FEWEST}))
    if case.as_of < case.end:
        notes.append(Note(NOT_OVER))
    if acts and not any(each.check == "recorded_before" for each in found):
        notes.append(Note(NOT_RECORDED))
    paused = [each.indicator.id for act in acts for each in act.planned if each.indicator.pauses]
    if paused:
        notes.append(Note(PAUSED, {"told": ", ".join(paused)}))
    return tuple(notes)
