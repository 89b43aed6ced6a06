"""The guidance on the set of results, after the scores: in words, or in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from capaian.errors import Finding, Language
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.policy import Guidance
    from capaian.scores import PostingScores, Scores, ScoresByPeriod

KEPT: Mapping[Language, str] = {"en": "every limit is kept.", "id": "semua batas dipenuhi."}


def findings_of(
    scores: Scores | ScoresByPeriod | PostingScores, evidence: Mapping[str, Any]
) -> list[Finding] | None:
    """Return what the guidance finds; `None` where there is none, or its labels are not given."""
    rules = rules_of(scores)
    tables = {each.labels.table for each in rules if each.labels is not None}
    return scores.guidance(evidence) if rules and tables <= set(evidence) else None


def rules_of(scores: Scores | ScoresByPeriod | PostingScores) -> list[Guidance]:
    """Return the guidance of each rule by which the scores were made."""
    from capaian.scores import PostingScores, ScoresByPeriod  # noqa: PLC0415 - not for --help

    if isinstance(scores, PostingScores):
        rules = [scores.assignment.guidance]
    elif isinstance(scores, ScoresByPeriod):
        rules = [each.policy.guidance for each in scores]
    else:
        rules = [scores.policy.guidance]
    return [each for each in rules if each is not None]


def document_of(
    scores: Scores | ScoresByPeriod | PostingScores, evidence: Mapping[str, Any]
) -> str:
    """Return the scores as canonical JSON, with what the guidance finds under `guidance`."""
    found = findings_of(scores, evidence)
    if found is None:
        return scores.to_json()
    return canonical(scores.to_dict() | {"guidance": [each.to_dict() for each in found]}) + "\n"


def text_of(
    scores: Scores | ScoresByPeriod | PostingScores,
    evidence: Mapping[str, Any],
    language: Language,
) -> str:
    """Return what the guidance finds as lines under its title; empty where there is none."""
    found = findings_of(scores, evidence)
    if found is None:
        return ""
    first = rules_of(scores)[0]
    title = first.title[language]
    if first.source:
        title = f"{title} ({first.source})"
    if not any(each.severity == "warning" for each in found):
        title = f"{title}: {KEPT[language]}"
    return "\n".join([title, *(each.line(language) for each in found)])
