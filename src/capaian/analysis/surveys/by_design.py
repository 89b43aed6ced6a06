"""`survey_by_design`: values of a survey of which the sample had weights, strata or clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.asked import choice
from capaian.analysis.estimation.declared import prove_inference
from capaian.analysis.estimation.design import korn_graubard, linearised
from capaian.analysis.estimation.estimate import METHODS, OK, STATUSES, TOO_FEW
from capaian.analysis.estimation.levels import Floats, floats, normal, prove_level
from capaian.analysis.estimation.means import t_interval
from capaian.analysis.estimation.proportion import mean_if_equal
from capaian.analysis.quality.front import case_of
from capaian.analysis.surveys.sample import HEADLINE, Sample, sample_of
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.discreet import discreet
from capaian.errors import AnalysisError, Finding
from capaian.period import Period, WrittenInstant
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.run import Source

Drawn: TypeAlias = Literal["each", "together"]
_REASONS = ("no_form", "one_cluster", "stratum_with_one_cluster")


@discreet
def survey_by_design(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    indicator: str,
    inference: Literal["descriptive", "analytic"],
    drawn: Drawn,
    weights: str | None = None,
    strata: str | None = None,
    psu: str | None = None,
    population: str | None = None,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    level: float = 0.95,
) -> Table:
    """Return a survey's value of every subject as the design of its sample says, with its interval.

    The score is made of the forms as they are. Where some clients were more likely to be asked than
    others, a form stands for more or fewer of them, and forms that were drawn together say less
    than as many drawn one by one. No score changes by it.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins
        As for `diagnose_survey`.
    indicator
        A survey-based one.
    inference
        `descriptive` or `analytic`, as for `estimates`.
    drawn
        `each`: every subject's clients were sampled by themselves. `together`: one sample of the
        whole office, in which the forms about a subject are a domain. No default: the errors differ
        where clusters or strata are shared.
    weights, strata, psu
        Names of columns of the survey's table. How many clients a form stands for (a number from 0
        with at most 9 decimals; these are not frequencies: case S13); the stratum; the cluster that
        was drawn, such as the day. Left out: all alike, one stratum, each form by itself.
    population
        The column that says of how many clusters (of how many clients, without `psu`) the form's
        stratum was drawn. The finite population correction is made for the descriptive question
        alone.
    level
        The confidence of the intervals, between 0 and 1.

    Returns
    -------
    Table
        A row for each subject: `forms`, `value` with the weights, `unweighted` (that
        of the forms as they are, which the score is made of), `se`, `low`, `high`, `n_eff` (Kish's
        (sum w)^2 / sum w^2), `df` (clusters less strata), `method`, `status`, `reason`.

    Raises
    ------
    AnalysisError
        `CPN-M01`: a level that is none. `CPN-M03`: no such indicator. `CPN-M04`: a word that is no
        inference. `CPN-M45`, `M49`: no period, no evidence. `CPN-M47`: another `drawn`. `CPN-M95`:
        an indicator that is no survey. `CPN-M96`: forms without weight, stratum or cluster.
        `CPN-M97`: a population smaller than what was drawn.

    Notes
    -----
    The error is that of the linearised value (Binder 1983; Lumley 2010); a value of several items
    is a sum of ratios of weighted sums, so that missing answers are as in the score. The interval
    is Student's with clusters less strata degrees of freedom, within the scale; of a share Korn &
    Graubard's (1998); where all forms are equal Goodman's, with `n_eff` forms.
    """
    prove_level(level)
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    names = {"weights": weights, "strata": strata, "psu": psu, "population": population}
    choice(drawn, ("each", "together"), "drawn", HEADLINE)
    prove_inference((indicator,), {indicator: inference})
    it = sample_of(case, indicator, names)
    finite = population is not None and inference == "descriptive"
    found = _estimated(it, together=drawn == "together", finite=finite)
    notes = [*it.notes]
    if population is not None and not finite:
        notes.append("the question is analytic: there is no finite population correction")
    return _table(it, found, level, case.origin, notes)


@frozen(eq=False)
class _Found:
    """What the design makes of the forms, an entry for each subject.

    `sure`: every client or cluster that could be drawn was, so that the value has no error.
    """

    value: Floats
    unweighted: Floats
    se: Floats
    df: Floats
    forms: NDArray[np.int64]
    n_eff: Floats
    sure: NDArray[np.bool_]


def _value(it: Sample, weights: Floats) -> tuple[Floats, Floats]:
    """Return the value of every subject, and what each form adds to its linearised value."""
    count = len(it.people)
    value, z = np.full(count, it.shift), np.zeros(len(it.who))
    for top, bottom in it.ratios:
        below = np.bincount(it.who, weights * bottom, count)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.bincount(it.who, weights * top, count) / below
            z += it.factor * weights * (top - ratio[it.who] * bottom) / below[it.who]
        value = value + it.factor * ratio
    return value, z


def _estimated(it: Sample, *, together: bool, finite: bool) -> _Found:
    count, w = len(it.people), it.weights
    value, z = _value(it, w)
    population = it.population if finite else None
    se, df = linearised(
        z, it.who, it.strata, it.psu, population, count=count, together=together
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        n_eff = np.bincount(it.who, w, count) ** 2 / np.bincount(it.who, w * w, count)
    forms = np.bincount(it.who, minlength=count)
    # What is left where all forms of a subject are equal is rounding.
    se = np.where(se <= 1e-12 * (it.ends[1] - it.ends[0]), 0.0, se)
    sure = np.zeros(count, dtype=np.bool_)
    if population is not None:
        sure = _sure(it, population, together=together)
    return _Found(value, _value(it, np.ones_like(w))[0], se, df, forms, n_eff, sure)


def _sure(it: Sample, population: Floats, *, together: bool) -> NDArray[np.bool_]:
    """Return of whom all strata were drawn whole.

    Raises
    ------
    AnalysisError
        `CPN-M97`: more was drawn of a stratum than there was.
    """
    layer = np.zeros(len(it.who), np.int64) if it.strata is None else it.strata
    if not together:
        layer = layer * len(it.people) + it.who
    layer = np.unique(layer, return_inverse=True)[1]
    unit = np.arange(len(it.who)) if it.psu is None else it.psu
    pairs = np.unique(np.stack([layer, unit]), axis=1)
    drawn = np.bincount(pairs[0])[layer]
    above = len(np.unique(layer[drawn > population]))
    if above:
        raise AnalysisError(HEADLINE, [Finding("CPN-M97", "population", {"count": above})])
    left = np.bincount(it.who, drawn < population, len(it.people))
    there = np.bincount(it.who, minlength=len(it.people)) > 0
    return np.asarray(there & (left == 0))


def _table(it: Sample, found: _Found, level: float, origin: Any, notes: list[str]) -> Table:
    value, se, df, forms = found.value, found.se, found.df, floats(found.forms)
    lowest, highest = it.ends
    equal, status = se == 0, np.full(len(value), OK, np.int8)
    if it.share:
        size = np.where(equal, np.minimum(forms, found.n_eff), forms)
        low, high = korn_graubard(value, se, size, df, level)
        name = "korn_graubard"
    else:
        low, high = t_interval(value, se, df, level)
        low, high = np.maximum(low, lowest), np.minimum(high, highest)
        flat = mean_if_equal(value, found.n_eff, lowest, highest, level)
        low, high = np.where(equal, flat[0], low), np.where(equal, flat[1], high)
        name = "t"
    method = np.full(len(value), METHODS.index(name), np.int8)
    if not it.share:
        method[equal] = METHODS.index("goodman")
    se = np.where(equal, (high - low) / (2 * normal(level)), se)
    method[found.sure] = METHODS.index("enumeration")
    se = np.where(found.sure, 0.0, se)
    reason = np.full(len(value), -1, np.int8)
    alone = ~found.sure & (df < 1)
    for at, rows in enumerate((forms == 0, alone & (forms > 0), np.isnan(se) & ~alone)):
        reason[rows], status[rows], method[rows] = at, TOO_FEW, METHODS.index("none")
        se = np.where(rows, np.nan, se)
    bare = found.sure | (status == TOO_FEW)
    columns = {
        "subject": list(it.people),
        "forms": found.forms,
        "value": value,
        "unweighted": found.unweighted,
        "se": se,
        "low": np.where(bare, np.nan, low),
        "high": np.where(bare, np.nan, high),
        "n_eff": found.n_eff,
        "df": np.where(forms > 0, df, np.nan),
        "method": Coded(method, METHODS),
        "status": Coded(status, STATUSES),
        "reason": Coded(reason, _REASONS),
    }
    return Table(f"{it.indicator} by the design of its sample", columns, origin, tuple(notes))
