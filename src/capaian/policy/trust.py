"""How far a policy's own citations can be trusted, and what of it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from capaian.errors import Language
from capaian.policy.document import Policy


def unconfirmed(policy: Policy, used: Iterable[str]) -> tuple[int, ...]:
    """Return the positions of the sources that are not confirmed and that bear on a result.

    Parameters
    ----------
    policy
        The policy.
    used
        What its parts that were used give as their `source`. A source that has an `id` bears on a
        result where one of them names it; a source without one bears on every result.
    """
    named = set(used)
    return tuple(
        index
        for index, each in enumerate(policy.sources)
        if each.trust == "unconfirmed" and (not each.id or each.id in named)
    )


def trust_note(policy: Policy, language: Language = "en") -> str:
    """Return how many of a policy's sources are not confirmed, to stand after its name."""
    count = sum(each.trust == "unconfirmed" for each in policy.sources)
    if not count:
        return ""
    sources = "1 source" if count == 1 else f"{count} sources"
    said = {"en": f"{sources} not confirmed", "id": f"{count} sumber belum dikonfirmasi"}
    return f" · {said[language]}"


def uncited(policy: Policy) -> list[str]:
    """Return the places of a policy's numbers that cite nothing.

    Its numbers are those of indicators, bands, named numbers, levels and cells of a decision table,
    and limits of guidance; a limit may rest on what the guidance cites as a whole.
    """
    return [place for place, source in _cited(policy) if not source]


def _cited(policy: Policy) -> Iterator[tuple[str, str]]:
    """Return the place and the citation of each number."""
    yield from ((f"indicators['{each.id}']", each.source) for each in policy.indicators)
    yield from ((f"bands['{each.id}']", each.source) for each in policy.bands)
    yield from ((f"numbers['{each.id}']", each.source) for each in policy.numbers)
    if policy.decision is not None:
        for rating in policy.decision.ratings:
            place = f"decision.ratings['{rating.id}'].levels"
            yield from ((f"{place}['{each.id}']", each.source) for each in rating.levels)
        cells = enumerate(policy.decision.cells)
        yield from ((f"decision.cells[{index}]", each.source) for index, each in cells)
    if policy.guidance is not None:
        whole = policy.guidance.source
        limits = policy.guidance.limits
        yield from ((f"guidance.limits['{each.id}']", each.source or whole) for each in limits)
