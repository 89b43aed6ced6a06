"""An account of a decision table: a subject's ratings, its cell, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from capaian.band import interval_text
from capaian.decision import decide, level_of, next_step, value_text
from capaian.exact import Pair
from capaian.explain import Asked, Decided, Lack, NextLevel, RatingPart
from capaian.indicator import Text
from capaian.policy import Band, Cell, Decision
from capaian.scores.rated import Rated
from capaian.scores.tail import STATUS

if TYPE_CHECKING:
    from capaian.scores.result import Scores


def decided(scores: Scores, row: int, exact: Mapping[str, Pair]) -> Decided | None:
    """Return what the decision table says of a subject; `None` where the policy has none.

    Parameters
    ----------
    scores, row
        The result, and whose it is.
    exact
        Every value of the subject's program.
    """
    decision = scores.policy.decision
    if decision is None:
        return None
    ratings = scores.tail(row).ratings
    levels = _levels(ratings, exact)
    named = {name: level.id for name, level in levels.items()}
    band = scores.results.band(row)
    parts = tuple(_part(scores, row, each, exact, named) for each in ratings)
    if band is None:
        return Decided(parts)
    cell = decide(decision, named)
    return Decided(parts, decision.cells.index(cell), _asked(decision, cell), cell.source)


def _asked(decision: Decision, cell: Cell) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            each.id,
            each.title,
            {level.id: level.title for level in each.levels if level.id in cell.when[each.id]},
        )
        for each in decision.ratings
        if each.id in cell.when
    )


def decision_document(scores: Scores, row: int, exact: Mapping[str, Pair]) -> dict[str, Any]:
    """Return what a document says of a subject's ratings; empty where the policy has no table."""
    found = decided(scores, row, exact)
    if found is None:
        return {}
    return {
        "ratings": [
            {
                "id": each.id,
                "value": None if each.value is None else str(each.value),
                "level": each.level or None,
            }
            for each in found.ratings
        ],
        "cell": found.cell,
    }


def used_cells(scores: Scores, row: int, exact: Mapping[str, Pair]) -> list[str]:
    """Return the citations of the levels that a subject's ratings have, and of the cell."""
    decision = scores.policy.decision
    found = decided(scores, row, exact)
    if decision is None or found is None:
        return []
    given = _levels(scores.tail(row).ratings, exact)
    return [*(each.source for each in given.values()), found.source]


def _levels(ratings: tuple[Rated, ...], exact: Mapping[str, Pair]) -> dict[str, Band]:
    found = {}
    for each in ratings:
        level = None if each.missing else level_of(each.rating, exact[each.name][1])
        if level is not None:
            found[each.rating.id] = level
    return found


def _part(
    scores: Scores,
    row: int,
    rated: Rated,
    exact: Mapping[str, Pair],
    levels: Mapping[str, str],
) -> RatingPart:
    rating, titles = rated.rating, _titles(scores)
    value = None if rated.missing else exact[rated.name][1]
    level = None if value is None else level_of(rating, value)
    complete = len(levels) == len(scores.tail(row).ratings) and scores.tail(row).scored
    decision = scores.policy.decision
    lacks = [*((each, False) for each in rated.missing), *((each, True) for each in rated.worst)]
    return RatingPart(
        id=rating.id,
        title=rating.title,
        of=rating.formula or rating.of,
        of_title={} if rating.formula else titles[rating.of],
        value=value,
        shown="" if value is None else value_text(rating, value),
        level=level.id if level else "",
        level_title=level.title if level else {},
        interval=interval_text(level) if level else "",
        lacks=tuple(
            Lack(name, titles[name], _state(scores, row, name, reason), worst)
            for (name, reason), worst in lacks
        ),
        next=None
        if value is None or decision is None or not complete
        else _next(scores, decision, rated, value, levels),
        source=level.source if level else "",
    )


def _next(
    scores: Scores, decision: Decision, rated: Rated, value: Fraction, levels: Mapping[str, str]
) -> NextLevel | None:
    found = next_step(decision, levels, rated.rating, value)
    if found is None:
        return None
    above, band = found.level, next(e for e in scores.policy.bands if e.id == found.gives)
    least = above.score if above.rounded is None else above.rounded
    return NextLevel(
        level=above.band.id,
        title=above.band.title,
        value=least,
        shown=value_text(rated.rating, least),
        inside=above.inside if above.rounded is None else True,
        band=band.id,
        band_title=band.title,
    )


def _titles(scores: Scores) -> dict[str, Text]:
    policy = scores.policy
    titles = {each.id: each.title for each in policy.nodes}
    return titles | {each.id: each.title for each in policy.indicators}


def _state(scores: Scores, row: int, name: str, reason: str) -> str:
    """Return why a node or an indicator has no value, in the words of states."""
    return STATUS[reason] if reason else scores.results.state(name, row)
