"""What bands are called and where their edges are, by the policy where one is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from capaian.charts.picture import HEADLINE
from capaian.charts.words import phrase, title_of
from capaian.errors import AnalysisError, Language, wrong_kind
from capaian.policy import Policy


def prove_policy(policy: object) -> None:
    """Refuse what is no policy.

    Raises
    ------
    AnalysisError
        `CPN-X06`.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise wrong_kind(AnalysisError, HEADLINE, "policy", policy, "capaian.Policy")


def titles_of(policy: Policy | None, bands: Sequence[str], language: Language) -> list[str]:
    """Return the titles of bands; their ids as words where no policy tells them."""
    known: dict[str, Any] = {} if policy is None else {each.id: each.title for each in policy.bands}
    return [title_of(known.get(each, {}), each, language) for each in bands]


def from_low(policy: Policy | None, bands: Sequence[str]) -> list[str]:
    """Return bands from the lowest up, by the policy; as they stand where there is none."""
    if policy is None or policy.decision is not None:
        return list(bands)
    low = {each.id: (each.low is not None, each.low or 0) for each in policy.bands}
    return sorted(bands, key=lambda each: low.get(each, (True, 0)))


def edges_of(policy: Policy | None) -> list[float]:
    """Return the edges of bands; none where a table gives the bands, or there is no policy."""
    if policy is None or policy.decision is not None:
        return []
    both = {edge for each in policy.bands for edge in (each.low, each.high) if edge is not None}
    return [float(each) for each in sorted(both)]


def gated(policy: Policy | None, language: Language) -> str:
    """Return what must be said where a band asks for more than a score; empty where none does."""
    some = policy is not None and any(each.gate for each in policy.bands)
    return phrase("gated", language) if some else ""


def policy_said(policy: Policy | None, language: Language, about: str = "") -> str:
    """Return the line below a title: what it is about, and by which policy."""
    title = "" if policy is None else f"{policy.title.get(language) or policy.id} {policy.edition}"
    return " · ".join(each for each in (about, title) if each)
