"""What is written, as it is meant: bands, roundings, the decision table, guidance."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from capaian.indicator import Text
from capaian.policy.document import Band, Cell, Decision, Rating, Rounding
from capaian.policy.guidance import Guidance, Limit
from capaian.policy.guiding import bounds_of
from capaian.policy.nodes import SCORE
from capaian.policy.titles import same_text, title_of
from capaian.policy.tree import ROOT
from capaian.policy.written import (
    WrittenBand,
    WrittenEvenness,
    WrittenGuidance,
    WrittenPolicy,
    WrittenRating,
    WrittenRounding,
)

SPREAD: Text = {"en": "Distribution of bands", "id": "Sebaran predikat"}


def band_of(written: WrittenBand) -> Band:
    """Return a band as it is meant."""
    interval = written.interval
    return Band(
        id=written.id,
        title=title_of(written.title, same_text(written.id)),
        low=interval.low,
        high=interval.high,
        low_inside=interval.low_inside,
        high_inside=interval.high_inside,
        gate=written.gate,
        source=written.source,
    )


def rounding_of(written: WrittenRounding) -> Rounding:
    """Return a rounding step as it is meant."""
    digits = 0 if written.mode == "none" or written.digits is None else written.digits
    return Rounding(written.where, digits, written.mode, tuple(sorted(written.of)))


def evenness_of(written: WrittenEvenness | None) -> Rounding | None:
    """Return how one result is rounded; `None` where nothing is written."""
    if written is None:
        return None
    return rounding_of(WrittenRounding("score", written.digits, written.mode))


def decision_of(policy: WrittenPolicy) -> Decision | None:
    """Return a policy's decision table; `None` where it has none."""
    written = policy.decision
    if written is None:
        return None
    inputs = written.inputs
    titles = {ROOT: title_of(policy.score.title, SCORE)}
    titles |= {each.id: title_of(each.title, same_text(each.id)) for each in policy.nodes}
    titles |= {each.id: title_of(each.title, same_text(each.id)) for each in policy.indicators}
    cells = [
        Cell(
            when={
                name: tuple(level for level in inputs[name] if level in each.levels[name])
                for name in inputs
                if name in each.levels
            },
            gives=each.gives,
            source=each.source,
        )
        for each in written.cells
    ]
    return Decision(tuple(_rating(each, titles) for each in written.ratings), tuple(cells))


def _rating(written: WrittenRating, titles: Mapping[str, Text]) -> Rating:
    of = "" if written.formula else written.of or written.id
    return Rating(
        id=written.id,
        title=title_of(written.title, titles.get(of, same_text(written.id))),
        of=of,
        formula=written.formula,
        levels=tuple(band_of(each.band) for each in written.levels),
        rounding=evenness_of(written.rounding),
    )


def guidance_of(written: WrittenGuidance | None) -> Guidance | None:
    """Return what is expected of the set of results as it is meant; a limit has one bound."""
    if written is None:
        return None
    limits = []
    for each in written.limits:
        ((bound, value),) = bounds_of(each).items()
        limits.append(
            Limit(each.id, each.bands, bound, Fraction(value), each.for_, source=each.source)
        )
    title = title_of(written.title, SPREAD)
    return Guidance(written.group, tuple(limits), title, written.labels, written.source)
