"""The probability of each band for every subject, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from capaian.analysis.certainty.additive import Form
from capaian.analysis.certainty.dominant import Sum
from capaian.analysis.certainty.moments import Floats, Mask, Rows
from capaian.analysis.certainty.monte_carlo import DRAWS, Draws, drawn, prove_seed
from capaian.analysis.certainty.regions import regions_of
from capaian.analysis.certainty.standing import (
    CONDITIONED,
    DRAWN,
    SURE,
    Pattern,
    Standing,
    standing_of,
)
from capaian.scores import Scores


@frozen(eq=False)
class Chances:
    """The probability of each band.

    Attributes
    ----------
    standing
        Scores and errors, and how each subject was computed.
    p
        Subjects x (bands + 1): the last column is no band at all. Not a number where there is no
        score, or an error is not known.
    """

    standing: Standing
    p: Floats

    @property
    def given(self) -> Floats:
        """The probability of the band that was given."""
        found: Floats = np.take_along_axis(self.p, self.standing.matrix.band[:, None], axis=1)[:, 0]
        return found

    @property
    def known(self) -> Mask:
        """Of whom there are probabilities."""
        found: Mask = np.isfinite(self.p[:, 0])
        return found


def chances_of(
    scores: Scores,
    errors: Any,
    *,
    seed: int | None = None,
    draws: int = DRAWS,
    sure: float = 0.9,
    near: float = 0.05,
) -> Chances:
    """Return the probability of each band; for parameters and errors see `band_probability`."""
    standing = standing_of(scores, errors)
    prove_seed(standing, seed)
    p = np.full((len(standing.matrix), len(standing.matrix.bands) + 1), np.nan)
    certain = np.flatnonzero(standing.method == SURE)
    p[certain] = 0.0
    p[certain, standing.matrix.band[certain]] = 1.0  # -1 is the last column: no band
    for rows, form, total in standing.sums():
        _conditioned(standing, rows, form, total, p)
    if seed is not None:
        most = p.max(axis=1)
        unsure = (standing.method == CONDITIONED) & (np.abs(most - sure) < near)
        standing.method[unsure] = DRAWN
        taken = Draws.of(seed, draws, len(standing.matrix.indicators))
        for pattern in standing.patterns:
            _drawn(standing, pattern, taken, p)
    return Chances(standing, p)


def _conditioned(standing: Standing, rows: Rows, form: Form, total: Sum, p: Floats) -> None:
    """Write the probabilities of a block of subjects."""
    bands = standing.matrix.bands
    below: dict[tuple[float, bool], Floats] = {}
    for facts, some in by_gates(standing.gates, rows):
        regions = regions_of(standing.scores.policy, form.outer, bands, facts)
        whole = len(some) == len(rows)
        steps = [np.zeros(len(some))]
        for edge in zip(regions.edges, regions.inside, strict=True):
            if edge not in below:
                below[edge] = total.below(edge[0], inside=edge[1])
            step = below[edge] if whole else below[edge][some]
            steps.append(np.maximum(steps[-1], step))
        steps.append(np.ones(len(some)))
        found = np.zeros((len(some), len(bands) + 1))
        for code, low, high in zip(regions.codes, steps[:-1], steps[1:], strict=True):
            found[:, code] += high - low
        p[rows[some]] = found


def by_gates(gates: Mapping[str, Mask], rows: Rows) -> Iterator[tuple[dict[str, bool], Rows]]:
    """Give subjects by the gates that are open to them."""
    names = list(gates)
    number = np.zeros(len(rows), dtype=np.int64)
    for at, name in enumerate(names):
        number += gates[name][rows].astype(np.int64) << at
    for each in np.unique(number).tolist():
        facts = {name: bool(each >> at & 1) for at, name in enumerate(names)}
        yield facts, np.flatnonzero(number == each)


def _drawn(standing: Standing, pattern: Pattern, draws: Draws, p: Floats) -> None:
    rows = pattern.rows[standing.method[pattern.rows] == DRAWN]
    width = p.shape[1]
    for some, _, codes in drawn(standing, pattern, rows, draws):
        place = np.where(codes < 0, width - 1, codes) + width * np.arange(len(some))[:, None]
        counts = np.bincount(place.reshape(-1), minlength=width * len(some))
        p[some] = counts.reshape(len(some), width) / codes.shape[1]
