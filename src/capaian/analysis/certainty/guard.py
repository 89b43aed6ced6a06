"""Bands that are given only where they are sure enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from capaian.analysis.certainty.chances import chances_of
from capaian.analysis.certainty.given import prove_choice, prove_share
from capaian.analysis.certainty.moments import Codes, Floats
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.errors import AnalysisError, Finding
from capaian.scores import Scores

Guard = Literal["acceptance", "rejection"]


def guarded(p: Floats, band: Codes, level: float, guard: Guard, cuts: Sequence[int]) -> Codes:
    """Return bands under guarded cuts.

    Parameters
    ----------
    p
        Probabilities, subjects x bands, from the lowest band up.
    band
        The positions of the bands that were given.
    level
        How probable it must be to stand on the far side of a cut.
    guard
        `acceptance`: to be above a cut takes that probability. `rejection`: to be below it does.
    cuts
        The positions of the bands whose lower edge is guarded.

    Notes
    -----
    With a Gaussian error the first moves a cut up by z u, the second down by z u. JCGM 106:2012,
    section 8.
    """
    found = band.copy()
    at_least = np.cumsum(p[:, ::-1], axis=1)[:, ::-1]  # of a band or a higher one
    for cut in sorted(cuts, reverse=guard == "acceptance"):
        if guard == "acceptance":
            unproved = (found >= cut) & (at_least[:, cut] < level)
            found[unproved] = cut - 1
        else:
            unproved = (found >= 0) & (found < cut) & (1 - at_least[:, cut] < level)
            found[unproved] = cut
    return found


def guarded_bands(
    scores: Scores,
    errors: Any,
    *,
    guard: Guard,
    level: float = 0.95,
    cuts: Sequence[str] | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return the bands that would be given if they had to be proved.

    Parameters
    ----------
    scores
        Of one period, whose bands are intervals of the score.
    errors, seed, draws
        See `band_probability`.
    guard
        Whom a doubt protects; there is no default. `acceptance`: a band above a cut is given only
        where the score is above it with probability `level`. `rejection`: a band below a cut is
        given only where the score is below it with that probability. For a sanction take
        `rejection` at the cut above it, and leave praise plain.
    level
        Between 0.5 and 1.
    cuts
        The ids of the bands whose lower edge is guarded; all where left out.

    Returns
    -------
    Table
        `subject`, `score`, `band`, `guarded` (the band under the guard), `changed`, `risk` (the
        probability that the guarded band is too high under `acceptance`, too low under
        `rejection`), `method`, `status`. The official band is not changed.

    Raises
    ------
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`. CPN-M23: a decision table gives the bands.

    Notes
    -----
    Guarded acceptance and guarded rejection, JCGM 106:2012, section 8; the risk is the specific
    consumer's or producer's risk of its section 9.
    """
    prove_choice("guard", guard, ("acceptance", "rejection"))
    prove_share("level", level, 0.5)
    if scores.policy.decision is not None:
        headline = "Nothing can be guarded; nothing was computed."
        raise AnalysisError(headline, [Finding("CPN-M23", "bands")])
    found = chances_of(scores, errors, seed=seed, draws=draws)
    matrix, known = found.standing.matrix, found.known
    names = list(matrix.bands[1:])
    for each in cuts or ():
        prove_choice("cuts", each, names)
    places = [matrix.bands.index(each) for each in (cuts or names)]
    p = found.p[:, :-1]
    band = matrix.band.copy()
    band[known] = guarded(p[known], matrix.band[known], level, guard, places)
    steps = np.cumsum(p, axis=1)
    at = np.maximum(band, 0)[:, None]
    upto = np.take_along_axis(steps, at, axis=1)[:, 0]
    own = np.take_along_axis(p, at, axis=1)[:, 0]
    risk = upto - own if guard == "acceptance" else 1 - upto
    columns = {
        "subject": matrix.subjects,
        "score": matrix.score,
        "band": Coded(matrix.band, matrix.bands),
        "guarded": Coded(band, matrix.bands),
        "changed": band != matrix.band,
        "risk": np.where(band >= 0, risk, np.nan),
        "method": found.standing.method,
        "status": found.standing.status,
    }
    title = f"Bands under guarded {guard} at {level:g}"
    return Table(title, columns, matrix.origin, found.standing.notes)
