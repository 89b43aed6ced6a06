"""What the participants' disagreement does to each score and band."""

from __future__ import annotations

import numpy as np

from capaian.analysis.matrix import matrix_of
from capaian.analysis.rescoring import rescored
from capaian.analysis.table import Table
from capaian.analysis.workshop.workshop import Workshop, exact_weights
from capaian.policy import read_policy, to_document
from capaian.scores import Scores

_DIGITS = 12
"""Digits of a participant's weights."""


def label_stability(scores: Scores, workshop: Workshop) -> Table:
    """Score everybody under every participant's own weights.

    Parameters
    ----------
    scores
        Of the policy whose parts were weighted.
    workshop
        What `weights_workshop` gave.

    Returns
    -------
    Table
        For each subject `score` and `band` as published, `band_share`: the share of participants by
        whose weights the band is the same; `lowest`, `highest`, `mean` and `spread` (standard
        deviation of a sample) of the score over participants. A subject without a score has none
        of them.

    Raises
    ------
    AnalysisError
        CPN-M25: the evidence would have to be read again and is not at hand.
    PolicyError
        The policy cannot take these weights.

    Notes
    -----
    Each participant's scores are capaian's own, by the policy's whole rule: caps, gates, missing
    values, rounding. What was measured is not measured again.
    """
    now = matrix_of(scores)
    document = to_document(scores.policy)
    same, mean, apart = np.zeros(len(now)), np.zeros(len(now)), np.zeros(len(now))
    least, most = np.full(len(now), np.inf), np.full(len(now), -np.inf)
    people = len(workshop.people)
    for at, line in enumerate(workshop.individual, 1):
        weights = dict(zip(workshop.parts, exact_weights(line, _DIGITS), strict=True))
        for each in (*document["nodes"], *document["indicators"]):
            if each["id"] in weights:
                each["weight"] = str(weights[each["id"]])
        then = matrix_of(rescored(scores, read_policy(document)))
        least, most = np.minimum(least, then.score), np.maximum(most, then.score)
        away = then.score - mean
        mean = mean + away / at  # Welford's way: nothing large is taken from something large
        apart = apart + away * (then.score - mean)
        same = same + (then.band == now.band)
    unscored = np.isnan(now.score)
    columns = {
        "subject": now.subjects,
        "score": now.score,
        "band": [now.bands[at] if at >= 0 else None for at in now.band],
        "band_share": np.where(unscored, np.nan, same / people),
        "lowest": least,
        "highest": most,
        "mean": mean,
        "spread": np.sqrt(apart / (people - 1)) if people > 1 else np.full(len(now), np.nan),
    }
    stable = float(np.mean(same[~unscored] == people)) if (~unscored).any() else float("nan")
    note = f"{people} participants; {stable:.0%} keep their band by the weights of each of them"
    return Table("Bands under every participant's weights", columns, scores.origin, [note])
