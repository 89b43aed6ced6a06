"""`diagnose_survey`: forms with one answer throughout or alike, against honest ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats

from capaian.analysis.asked import between
from capaian.analysis.quality.bursts import bursts, dated_column, seconds_per_item
from capaian.analysis.quality.checks import Asked
from capaian.analysis.quality.diagnosis import Diagnoses, Diagnosis, Note, judged
from capaian.analysis.quality.forms import (
    Honest,
    honest_chances,
    latent_correlation,
    long_string,
    pair_chance,
    pairs_variance,
    response_variability,
    same_forms,
    straight_line_chance,
)
from capaian.analysis.quality.front import HEADLINE, Case, case_of, columns_named
from capaian.analysis.quality.screen import count_tail
from capaian.analysis.quality.screens import Screened, notes_of, tables_of_screens
from capaian.analysis.quality.sources import units_from
from capaian.analysis.quality.stamps import HOUR, SECOND
from capaian.analysis.quality.texts import INCOMPLETE, NO_ARRIVALS
from capaian.analysis.table import Table
from capaian.columns import Coded, Reading
from capaian.columns.arrays import Arrays, read_arrays
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.period import Period, WrittenInstant
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.planned import Planned
from capaian.scores.requests import filters_of
from capaian.scores.run import Source

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_LEAST = 3
"""Items from which on a form can be said to have one answer throughout."""
_OWN = 30
"""Forms from which on a subject's own answers say what is likely for it."""


@frozen(eq=False)
class Forms:
    """The forms of one survey indicator.

    Attributes
    ----------
    answers
        Forms x items, not a number where there is no answer.
    rows
        Their positions in the table.
    who
        The subject that each form is about.
    people
        The subjects' names.
    values
        What can be answered, ascending.
    """

    planned: Planned
    answers: Floats
    rows: Ints
    who: Ints
    people: Coded
    values: Floats

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether every item has an answer."""
        return np.asarray(np.isfinite(self.answers).all(axis=1))


@discreet
def diagnose_survey(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    units: Any = None,
    sent: Mapping[str, Any] | None = None,
    device: Mapping[str, Any] | None = None,
    within: float = 30,
    level: float = 0.95,
) -> Diagnoses:
    """Return what the forms of a policy's surveys look like, against honest forms.

    A form with one answer throughout is no fraud: where 85 % of answers are the best, every fourth
    honest form of nine items has it. So forms are counted against what the answers of the same
    subject make likely. Nothing here accuses anybody, and no score changes.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins, units, level
        As for `diagnose`.
    sent
        For a table, the column that says when a form came in, as `recorded` of `diagnose`; the
        stamp that the policy itself reads where left out.
    device
        For a table, the column that says from which device, address or interviewer a form came.
        Where left out, forms about the same subject are looked at together.
    within
        Seconds within which a form after another is a close one, in (0, 3600): fewer than it takes
        to answer.

    Returns
    -------
    Diagnoses
        `straight` and `identical` for each indicator with three items or more, and `bursts` where
        it is known when forms came in; subjects and units with more straight lines, or more forms
        in bursts, than expected in `people` and `units`.

    Raises
    ------
    AnalysisError
        `CPN-M45`, `M49`, `M51`; `M50`: no survey indicator with three items or more.

    Notes
    -----
    Expected are people who are more or less satisfied in general, with the correlation that the
    answers have (`honest_chances`); independent answers are said beside it, and make far fewer.
    Straight lines raise that correlation themselves, so that the expectation errs to the side of
    the people. A subject with fewer than 30 complete forms is taken to be answered about as all
    are. Only complete forms are counted. Sources: Curran 2016; Johnson 2005.
    """
    between(level, 0, 1, "level", HEADLINE)
    between(within, 0, HOUR // SECOND, "within", HEADLINE)
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    arrived, devices = columns_named(sent, case, "sent"), columns_named(device, case, "device")
    homes = units_from(case.plan, case.tables, units, case.zone)
    found: list[Diagnosis] = []
    screens: list[Screened] = []
    notes: list[Note] = []
    forms = all_forms(case)
    for each in forms:
        when = arrived.get(each.planned.indicator.table) or dated_column(each.planned)
        seen = when and bursts(
            case, each.planned, each.rows, each.who,
            (when, devices.get(each.planned.indicator.table)), within, level,
        )  # fmt: skip
        if seen:
            found.append(seen[0])
            screens.append(Screened.of(seen[1], each.people, homes, level))
        else:
            notes.append(Note(NO_ARRIVALS, {"place": each.planned.indicator.id}))
        complete = each.complete
        if part := int((~complete).sum()):
            notes.append(Note(INCOMPLETE, {"place": each.planned.indicator.id, "count": part}))
        if not complete.any():
            continue
        it = _shares(each)
        honest = _expected(it)
        made, asked = _straight(each, it, honest, level)
        found += [made, _identical(each, it, honest, level)]
        screens.append(Screened.of(asked, each.people, homes, level))
    tables = tables_of_screens(screens, case.origin, level)
    told = (*notes_of(screens, level), *notes)
    return Diagnoses(judged(found, level=level), *tables, told, case.origin)


@discreet
def survey_forms(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    began: Mapping[str, Any] | None = None,
    sent: Mapping[str, Any] | None = None,
) -> Table:
    """Return each form's longest run of one answer, the spread of its answers, and its pace.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins
        As for `diagnose_survey`.
    began, sent
        For a table, the columns that say when a form was opened and sent, as `sent` of
        `diagnose_survey`; both are needed for the pace.

    Returns
    -------
    Table
        A row for each indicator and form: its position in the table, `long_string`, `irv`,
        `seconds_per_item` (of the items answered; missing where it is not known).
    """
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    opened, arrived = columns_named(began, case, "began"), columns_named(sent, case, "sent")
    forms = all_forms(case)
    sizes = [len(each.rows) for each in forms]
    columns = {
        "indicator": Coded(
            np.repeat(np.arange(len(forms)), sizes), [each.planned.indicator.id for each in forms]
        ),
        "row": np.concatenate([each.rows for each in forms]),
        "long_string": np.concatenate([long_string(each.answers) for each in forms]),
        "irv": np.concatenate([response_variability(each.answers) for each in forms]),
        "seconds_per_item": np.concatenate(
            [
                seconds_per_item(
                    case, each.planned, each.rows, each.answers,
                    (opened.get(each.planned.indicator.table),
                     arrived.get(each.planned.indicator.table) or dated_column(each.planned)),
                )
                for each in forms
            ]
        ),
    }  # fmt: skip
    note = "There is no cut-off: who is satisfied, or knows the form, answers alike and fast."
    return Table("Forms", columns, case.origin, (note,))


def all_forms(case: Case) -> list[Forms]:
    """Return the forms of every survey with three items or more, each survey once.

    Raises
    ------
    AnalysisError
        `CPN-M50`: there is none.
    """
    found = []
    known: dict[tuple[Any, ...], Forms] = {}
    for each in case.plan.indicators.values():
        items = items_of(each)
        if len(items) < _LEAST or each.indicator.table not in case.tables:
            continue
        it = each.indicator
        key = it.table, it.subject, items, it.where
        if key not in known:
            known[key] = _forms(case, each, items)
            found.append(known[key])
    if not found:
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M50", wanted="survey-based, with three items or more",
            wanted_id="survei, dengan tiga unsur atau lebih",
        )  # fmt: skip
    return found


def items_of(planned: Planned) -> tuple[str, ...]:
    """Return the roles of a survey's items."""
    rule = planned.indicator.measure
    if "items" not in rule or "lowest" not in rule or "highest" not in rule:
        return ()
    wanted = set(rule["items"])
    return tuple(need.role for need, _ in planned.columns if need.role in wanted)


def _forms(case: Case, planned: Planned, items: tuple[str, ...]) -> Forms:
    it = planned.indicator
    refs = {need.role: ref for need, ref in planned.columns}
    readings = [Reading(item, refs[item].column, "integer", nullable=True) for item in items]
    dated, ref = planned.measure.dated, dated_column(planned)
    if ref is not None:
        readings.append(Reading(dated, ref.column, "stamp", nullable=True, format=ref.format))
    arrays: Arrays = read_arrays(
        case.tables[it.table], readings, subject=it.subject, filters=filters_of(it.where),
        zone=case.zone,
    )  # fmt: skip
    people: Coded = arrays["subject"]
    counted = arrays.passed & (people.codes >= 0)
    if ref is not None:
        micro, end = arrays[dated].astype(np.int64), min(case.end, case.as_of)
        counted &= ~np.isnat(arrays[dated]) & (micro >= case.start) & (micro < end)
    low, high = int(it.measure["lowest"]), int(it.measure["highest"])
    answers = np.column_stack([arrays[item] for item in items])
    answers[(answers < low) | (answers > high)] = np.nan
    counted &= np.isfinite(answers).any(axis=1)
    rows = np.flatnonzero(counted)
    return Forms(
        planned, answers[rows], rows, people.codes[rows], people,
        np.arange(low, high + 1, dtype=np.float64),
    )  # fmt: skip


@frozen(eq=False)
class _Shares:
    """Complete forms, their subjects numbered without gaps, and the shares of answers of each.

    `shares` are those of the subject's own forms, or of all where it has few; `overall` are those
    of all; `excess` is by how much own shares make pairs too likely, because a form is compared
    with itself in them.
    """

    rows: Ints
    who: Ints
    subjects: Ints
    n: Ints
    answers: Ints
    shares: Floats
    overall: Floats
    excess: Floats


def _shares(forms: Forms) -> _Shares:
    at = np.flatnonzero(forms.complete)
    subjects, who = np.unique(forms.who[at], return_inverse=True)
    answers = (forms.answers[at] - forms.values[0]).astype(np.int64)
    count, items = len(forms.values), answers.shape[1]
    n = np.bincount(who, minlength=len(subjects))
    shares = np.empty((len(subjects), items, count))
    for item in range(items):
        flat = who * count + answers[:, item]
        shares[:, item] = np.bincount(flat, minlength=len(subjects) * count).reshape(-1, count)
    overall = shares.sum(axis=0) / n.sum()
    own = n >= _OWN
    m = n[:, None].astype(float)
    square = (shares**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        fair = (square - m) / (m * (m - 1))  # pairs of two different forms
        excess = np.prod(np.where(own[:, None], square / m**2 / fair, 1.0), axis=1)
    excess = np.where(np.isfinite(excess), excess, 1.0)
    used = np.where(own[:, None, None], shares / n[:, None, None], overall)
    return _Shares(at, who, subjects, n, answers, used, overall, excess)


def _expected(it: _Shares) -> tuple[Honest, Honest, float]:
    """Return what honest forms make likely: answers that hang together, and independent ones."""
    values = np.arange(it.overall.shape[1], dtype=np.float64)
    rho = latent_correlation(it.answers.astype(np.float64), it.overall, values)
    made = honest_chances(it.shares, rho)
    alone = Honest(
        straight_line_chance(it.shares), pair_chance(it.shares) / it.excess, np.zeros(len(it.n))
    )
    # The more the answers hang together, the less a form's likeness to itself adds (by simulation).
    excess = it.excess ** ((1 - rho) ** 2)
    return Honest(made.straight, made.pair / excess, made.triple / excess**2), alone, rho


def _straight(
    forms: Forms, it: _Shares, honest: tuple[Honest, Honest, float], level: float
) -> tuple[Diagnosis, Asked]:
    expected, alone, rho = honest
    hit = (it.answers == it.answers[:, :1]).all(axis=1)
    n, observed = len(hit), int(hit.sum())
    mean = float(it.n @ expected.straight)
    spread = float(it.n @ (expected.straight * (1 - expected.straight)))
    z = float(stats.norm.isf((1 - level) / 2))
    own = np.sqrt(observed * (1 - observed / n))
    p, power = count_tail(observed, mean, spread, level)
    made = Diagnosis(
        "straight", forms.planned.indicator.id, n, observed, mean, observed - mean - z * own,
        observed - mean + z * own, p, power, rows=forms.rows[it.rows[hit]],
        table=forms.planned.indicator.table,
        values={"independent": float(it.n @ alone.straight), "rho": rho},
    )  # fmt: skip
    # Each subject against its own answers: its chance takes the place of one share for all.
    chance = expected.straight[it.who]
    name = forms.planned.indicator.id
    return made, Asked("straight", name, it.subjects[it.who], hit, 0.0, chance)


def _identical(
    forms: Forms, it: _Shares, honest: tuple[Honest, Honest, float], level: float
) -> Diagnosis:
    expected, alone, rho = honest
    alike = same_forms(it.answers, it.who)
    observed = int((alike - 1).sum()) // 2
    two = it.n * (it.n - 1) / 2
    mean = float(two @ expected.pair)
    spread = float(pairs_variance(it.n, expected.pair, expected.triple).sum())
    z = float(stats.norm.isf((1 - level) / 2))
    own = z * np.sqrt(max(spread, mean)) * np.sqrt(max(observed, 1) / max(mean, 1.0))
    p, power = count_tail(observed, mean, spread, level)
    return Diagnosis(
        "identical", forms.planned.indicator.id, len(alike), observed, mean,
        observed - mean - own, observed - mean + own, p, power,
        rows=forms.rows[it.rows[alike > 1]], table=forms.planned.indicator.table,
        values={"independent": float(two @ alone.pair), "rho": rho},
    )  # fmt: skip
