"""Which sums give which band: the cuts of a policy, taken back through rounding and the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from capaian.analysis.certainty.piecewise import Pieces
from capaian.band import Ladder, ladder_of
from capaian.exact.ratio import round_ratio
from capaian.policy import Policy


@frozen
class Regions:
    """Stretches of the line of sums, each with its band.

    Attributes
    ----------
    edges
        Where the band changes, ascending.
    inside
        For each edge whether it has the band of the stretch below it.
    codes
        The band of each stretch, one more than edges: its position, or -1 for none.
    """

    edges: tuple[float, ...]
    inside: tuple[bool, ...]
    codes: tuple[int, ...]


def regions_of(
    policy: Policy, outer: Pieces, bands: Sequence[str], facts: Mapping[str, bool]
) -> Regions:
    """Return which sums give which band.

    Parameters
    ----------
    policy
        Its bands and the rounding of its score.
    outer
        What the root makes of the sum before it is rounded.
    bands
        The ids whose positions are given.
    facts
        Which gates are open.

    Notes
    -----
    A score rounded half up to d digits is at least c where the score before rounding is at least
    c - 10^-d / 2; a tie goes as the policy's mode has it. Exact: each edge is a `Fraction`, and the
    edge itself is asked like any other sum.
    """
    rounding = policy.rounded("score", "score")
    if rounding is not None and rounding.mode == "none":
        rounding = None
    ladder = ladder_of(policy.bands, None if rounding is None else rounding.digits)
    open_ = sum(1 << at for at, gate in enumerate(ladder.gates) if facts.get(gate))
    places = [bands.index(each.id) if each.id in bands else -1 for each in policy.bands]

    def code(total: Fraction) -> int:
        score = outer.at(total)
        if rounding is not None:
            score = round_ratio(score, rounding.digits, rounding.mode) * 10**rounding.digits
        found = ladder.code(score, open_)
        return places[found] if found >= 0 else -1

    edges = _candidates(outer, _cuts(ladder))
    if not edges:
        return Regions((), (), (code(Fraction(0)),))
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    codes = [code(at) for at in (edges[0] - 1, *middles, edges[-1] + 1)]
    kept: list[tuple[Fraction, bool]] = []
    found = [codes[0]]
    for edge, after in zip(edges, codes[1:], strict=True):
        if after != found[-1]:
            kept.append((edge, code(edge) == found[-1]))
            found.append(after)
    return Regions(
        tuple(edge.numerator / edge.denominator for edge, _ in kept),
        tuple(inside for _, inside in kept),
        tuple(found),
    )


def _cuts(ladder: Ladder) -> list[Fraction]:
    """Return where the band changes, on the line of scores before rounding."""
    if ladder.digits is None:
        return [Fraction(each) for each in ladder.steps]
    return [(each - Fraction(1, 2)) / 10**ladder.digits for each in ladder.steps]


def _candidates(outer: Pieces, cuts: Sequence[Fraction]) -> list[Fraction]:
    """Return every sum at which the band may change."""
    found = set(outer.knots)
    ends = [None, *outer.knots, None]
    for (a, b), low, high in zip(outer.lines, ends[:-1], ends[1:], strict=True):
        for cut in cuts if b else ():
            at = (cut - a) / b
            if (low is None or at >= low) and (high is None or at <= high):
                found.add(at)
    return sorted(found)
