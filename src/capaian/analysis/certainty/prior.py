"""Probabilities of bands that know the population too: a noisy high score is more likely luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from scipy.special import ndtr

from capaian.analysis.certainty.chances import by_gates
from capaian.analysis.certainty.gaussian import posterior
from capaian.analysis.certainty.given import prove_choice
from capaian.analysis.certainty.grouping import UNIT, groups_of
from capaian.analysis.certainty.moments import Codes, Floats, Rows
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.certainty.piecewise import IDENTITY
from capaian.analysis.certainty.propagate import spread_of
from capaian.analysis.certainty.regions import Regions, regions_of
from capaian.analysis.certainty.shrink import LEAST, paule_mandel
from capaian.analysis.certainty.standing import Standing
from capaian.errors import AnalysisError, Finding
from capaian.scores import Scores

ALL = "all"
MEAN, SD = "mean", "sd"
HEADLINE = "'prior' cannot be used; nothing was computed."

Prior: TypeAlias = str | Sequence[str | None] | Mapping[str, float]
"""`all`, `unit`, a label for each subject, or a mean and a standard deviation."""


@frozen(eq=False)
class WithPrior:
    """The probability of each band, given the error and the population.

    Attributes
    ----------
    p
        Subjects x (bands + 1), as in `Chances`; not a number where there is no population.
    notes
        What was taken for the population.
    """

    p: Floats
    notes: tuple[str, ...]


def with_prior(
    scores: Scores, errors: Any, prior: Prior, *, seed: int | None = None, draws: int = DRAWS
) -> WithPrior:
    """Return the probability of each band of a true score that comes from a population.

    Parameters
    ----------
    scores, errors, seed, draws
        See `band_probability`.
    prior
        The population: `all` subjects, those of the `unit`, those with the same label, one for each
        subject; or `{"mean": ..., "sd": ...}` of true scores, such as those of last year.

    Raises
    ------
    AnalysisError
        CPN-M15, M22: labels or a word that cannot be used. CPN-N33: a decision table gives the
        bands. CPN-N34: no mean and standard deviation.

    Notes
    -----
    theta given y is Gaussian with mean B mu + (1 - B) y and variance (1 - B) s^2, as `shrink` gives
    them, B = s^2 / (s^2 + tau^2). JCGM 106:2012, annex A; Lindley 1983. It is taken as Gaussian,
    and what of it lies beyond the scores that there can be belongs to the outermost band.
    """
    if scores.policy.decision is not None:
        raise AnalysisError(HEADLINE, [Finding("CPN-N33", "prior")])
    if isinstance(prior, Mapping):
        _prove(prior)
    elif isinstance(prior, str):
        prove_choice("prior", prior, (ALL, UNIT))
    found = spread_of(scores, errors, seed=seed, draws=draws)
    standing, error = found.standing, found.error
    score = standing.matrix.score
    known = np.isfinite(error)
    mean, spread = np.full((2, len(score)), np.nan)
    if isinstance(prior, Mapping):
        mean[known], spread[known] = float(prior[MEAN]), float(prior[SD])
        notes = [f"The prior is a mean of {prior[MEAN]:g} and a spread of {prior[SD]:g}."]
    else:
        whole = isinstance(prior, str) and prior == ALL
        group, names = groups_of(standing.matrix, None if whole else prior, "prior")
        known &= group >= 0
        home = group[known]
        people = paule_mandel(score[known], error[known], home, len(names))
        mean[known], spread[known] = people.mean[home], np.sqrt(people.variance[home])
        of = "all subjects" if whole else "the group"
        notes = [f"The prior is the mean and the spread of true scores of {of}: see `shrink`."]
        if small := int(((people.count > 0) & (people.count < LEAST)).sum()):
            said = f"{small} groups have fewer than {LEAST} members: no prior is made of them."
            notes.append(said)
    known &= np.isfinite(mean)
    p = np.full((len(score), len(standing.matrix.bands) + 1), np.nan)
    rows = np.flatnonzero(known)
    middle, wide = posterior(score[rows], error[rows], mean[rows], spread[rows])
    _probabilities(standing, rows, middle, wide, p)
    certain = known & (error == 0)
    p[certain] = 0.0
    p[certain, standing.matrix.band[certain]] = 1.0  # -1 is the last column: no band
    notes.append("What begins with prior_ stands beside the official band, and never replaces it.")
    return WithPrior(p, tuple(notes))


def _prove(prior: Mapping[str, Any]) -> None:
    mean, spread = (prior.get(name) for name in (MEAN, SD))
    sound = prior.keys() == {MEAN, SD} and all(
        isinstance(each, int | float) and isfinite(each) for each in (mean, spread)
    )
    if not sound or not prior[SD] > 0:
        raise AnalysisError(HEADLINE, [Finding("CPN-N34", "prior")])


def _probabilities(standing: Standing, rows: Rows, mean: Floats, sd: Floats, p: Floats) -> None:
    """Write the probabilities of bands of Gaussian scores."""
    bands, policy = standing.matrix.bands, standing.scores.policy
    ends = _reach(regions_of(policy, IDENTITY, bands, dict.fromkeys(standing.gates, True)))
    for facts, some in by_gates(standing.gates, rows):
        regions = regions_of(policy, IDENTITY, bands, facts)
        steps = [np.zeros(len(some))]
        wide = np.where(sd[some] > 0, sd[some], 1.0)
        for edge in regions.edges:
            if ends[0] < edge < ends[1]:
                steps.append(ndtr((edge - mean[some]) / wide))
            else:
                steps.append(np.full(len(some), float(edge >= ends[1])))
        steps.append(np.ones(len(some)))
        found = np.zeros((len(some), len(bands) + 1))
        for code, low, high in zip(regions.codes, steps[:-1], steps[1:], strict=True):
            found[:, code] += high - low
        p[rows[some]] = found


def _reach(regions: Regions) -> tuple[float, float]:
    """Return between which scores there are bands at all, where every gate is open."""
    edges, codes = regions.edges, regions.codes
    low = edges[0] if edges and codes[0] < 0 else -np.inf
    high = edges[-1] if edges and codes[-1] < 0 else np.inf
    return low, high


def likeliest_of(p: Floats, none: int) -> Codes:
    """Return the position of the likeliest band, -1 where that is no band or nothing is known."""
    most = np.nan_to_num(p, nan=-1.0).argmax(axis=1)
    found: Codes = np.where(np.isfinite(p[:, 0]) & (most != none), most, -1).astype(np.int16)
    return found
