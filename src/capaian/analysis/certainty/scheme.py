"""How good a scheme of bands is as a whole: accuracy and consistency."""

from __future__ import annotations

from typing import Any

import numpy as np

from capaian.analysis.certainty.chances import chances_of
from capaian.analysis.certainty.given import prove_choice
from capaian.analysis.certainty.moments import Codes, Floats, Mask
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.table import Table
from capaian.scores import Scores


def accuracy_and_consistency(p: Floats, band: Codes) -> tuple[Floats, Floats]:
    """Return for each subject how probably its band is right, and is given again.

    Parameters
    ----------
    p
        Probabilities, subjects x bands.
    band
        The position of the band that was given.

    Notes
    -----
    p of the band that was given; and the sum of p_b^2, the probability that two independent
    measurements give the same band. Rudner 2001, 2005; Lee 2010. Their means are the scheme's.
    """
    given: Floats = np.take_along_axis(p, np.asarray(band)[:, None], axis=1)[:, 0]
    return given, np.einsum("ij,ij->i", p, p)


def scheme_quality(
    scores: Scores,
    errors: Any,
    *,
    by: str | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return the accuracy and consistency of a policy's bands.

    Parameters
    ----------
    scores
        Of one period.
    errors, seed, draws
        See `band_probability`.
    by
        `unit` for a row for each unit besides.

    Returns
    -------
    Table
        `of` (`all`, `band` or `unit`), `name`, `count`; `accuracy`: the share of bands that are
        expected to be right; `consistency`: the share of subjects who would be given the same band
        if everything were measured again; `least`: the least probability of a band given.

    Raises
    ------
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`.

    Notes
    -----
    See `accuracy_and_consistency`. Rudner 2001, 2005; Lee 2010; Livingston and Lewis 1995;
    AERA, APA and NCME Standards 2014, 2.16.
    """
    prove_choice("by", by or "unit", ("unit",))
    found = chances_of(scores, errors, seed=seed, draws=draws)
    matrix, some = found.standing.matrix, found.known
    right, again = np.full(len(matrix), np.nan), np.full(len(matrix), np.nan)
    band = matrix.band[some]
    right[some], again[some] = accuracy_and_consistency(found.p[some], band)
    groups: list[tuple[str, str, Mask]] = [("all", "", some)]
    groups += [("band", name, some & (matrix.band == at)) for at, name in enumerate(matrix.bands)]
    rows = [(of, name, *_row(right[mask], again[mask])) for of, name, mask in groups]
    if by is not None:
        rows += _units(matrix.units, right, again, some)
    names = ("of", "name", "count", "accuracy", "consistency", "least")
    columns = {
        name: _column(each) for name, each in zip(names, zip(*rows, strict=True), strict=True)
    }
    return Table("Accuracy and consistency of the bands", columns, matrix.origin,
                 found.standing.notes)  # fmt: skip


def _column(values: tuple[Any, ...]) -> Any:
    return np.array(values) if isinstance(values[0], float | int) else list(values)


def _row(right: Floats, again: Floats) -> tuple[int, float, float, float]:
    if not len(right):
        return 0, np.nan, np.nan, np.nan
    return len(right), float(right.mean()), float(again.mean()), float(right.min())


def _units(units: Any, right: Floats, again: Floats, some: Mask) -> list[tuple[Any, ...]]:
    """Return a row for each unit, by name."""
    places: dict[str, int] = {}
    codes = np.array(
        [-1 if each is None else places.setdefault(each, len(places)) for each in units],
        dtype=np.int64,
    )
    kept = some & (codes >= 0)
    order = np.flatnonzero(kept)[np.argsort(codes[kept], kind="stable")]
    ends = np.searchsorted(codes[order], np.arange(len(places) + 1))
    found = []
    for name in sorted(places):
        at = order[ends[places[name]] : ends[places[name] + 1]]
        found.append(("unit", name, *_row(right[at], again[at])))
    return found
