"""How probable each band is, given the errors of what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from capaian.analysis.certainty.chances import chances_of
from capaian.analysis.certainty.given import prove_share
from capaian.analysis.certainty.moments import Floats
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.certainty.prior import Prior, likeliest_of, with_prior
from capaian.analysis.certainty.standing import DRAWN
from capaian.analysis.matrix import Matrix
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.scores import Scores


def band_probability(
    scores: Scores,
    errors: Any,
    *,
    sure: float = 0.9,
    near: float = 0.05,
    prior: Prior | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return the probability of each band for every subject.

    Parameters
    ----------
    scores
        Of one period.
    errors
        Standard errors of the *measured* values, in their units: an array of subjects x indicators
        in the order of `Matrix`; or for each indicator a number, or one value for each subject; or
        an object with such a `se`. 0 is no error; not a number is not known.
    sure
        A subject is borderline where no band has this probability.
    near
        Where `seed` is given: how near to `sure` the greatest probability is found anew by draws.
    prior
        For a second set of columns, which knows the population that the subject comes from: `all`,
        `unit`, a label for each subject (its job family), or `{"mean": ..., "sd": ...}` of true
        scores. Nothing of the kind where left out.
    seed
        A whole number, for draws. Needed where a score is no sum of separate parts (geometric mean,
        least part, decision table) or a node's limit may bind; without it nothing is random.
    draws
        How many. JCGM 101 asks for 10^4 / (1 - p), so 100,000 for a probability of 0.9.

    Returns
    -------
    Table
        `subject`, `score`, `band`; `p_<band>` for each band and `p_none`, where a subject may have
        no band; `probability` of the band that was given; `likeliest` band; `borderline`; `method`
        (`exact`: no errors, `conditioned`, `monte_carlo`); `status` (`ok`, `partial`: an
        indicator has no value, `no_score`, `no_error`: an error is not known). With `prior` also
        `prior_p_<band>`, `prior_probability` of the band that was given, and `prior_likeliest`.

    Raises
    ------
    AnalysisError
        CPN-M15 to M18, M21, N30: errors that cannot be used. CPN-M19: no seed where draws are
        needed. CPN-M20: `sure` or `near` not between 0 and 1. CPN-M15, M22, N33, N34: a prior that
        cannot be used.

    Notes
    -----
    p_b = P(c_b <= theta < c_{b+1}), theta the score of a measured value that is Gaussian about what
    was measured: conformance probability, JCGM 106:2012, section 7; Rudner 2005. The official score
    is not changed. The map from measured value to score is the policy's own: floors, caps, tiers,
    rounding before the band. The method is that of `capaian.analysis.certainty.dominant.sums`.

    With a prior: the probability of a Gaussian score, drawn to the mean of its population as by
    `shrink`. 84 with an error of 6 is above 80 with a probability of 75 %; of somebody from a
    population of 70 with a spread of 8, with 41 %. JCGM 106:2012, annex A. It answers how likely a
    high measured score is luck, and a policy that says nothing of populations cannot act on it.
    """
    prove_share("sure", sure)
    prove_share("near", near)
    found = chances_of(scores, errors, seed=seed, draws=draws, sure=sure, near=near)
    matrix = found.standing.matrix
    columns: dict[str, Any] = {
        "subject": matrix.subjects,
        "score": matrix.score,
        "band": Coded(matrix.band, matrix.bands),
    }
    columns |= {f"p_{band}": found.p[:, at] for at, band in enumerate(matrix.bands)}
    if (found.p[:, -1] > 0).any():
        columns["p_none"] = found.p[:, -1]
    columns["probability"] = found.given
    columns["likeliest"] = Coded(likeliest_of(found.p, len(matrix.bands)), matrix.bands)
    columns["borderline"] = found.known & (found.p.max(axis=1) < sure)
    columns["method"] = found.standing.method
    columns["status"] = found.standing.status
    notes = list(found.standing.notes)
    if drawn := int((found.standing.method == DRAWN).sum()):
        notes.append(f"{drawn} subjects by {draws} draws (PCG64, seed {seed}).")
    if prior is not None:
        second = with_prior(scores, errors, prior, seed=seed, draws=draws)
        columns |= _beside(second.p, matrix)
        notes += second.notes
    return Table("Probability of each band", columns, matrix.origin, notes)


def _beside(p: Floats, matrix: Matrix) -> dict[str, Any]:
    """Return the columns that know the population."""
    made: dict[str, Any] = {f"prior_p_{band}": p[:, at] for at, band in enumerate(matrix.bands)}
    if (p[:, -1] > 0).any():
        made["prior_p_none"] = p[:, -1]
    made["prior_probability"] = np.take_along_axis(p, matrix.band[:, None], axis=1)[:, 0]
    made["prior_likeliest"] = Coded(likeliest_of(p, len(matrix.bands)), matrix.bands)
    return made
