"""Rows that stand for people: in what order, under which names, and what where they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from capaian.charts.picture import HEADLINE
from capaian.charts.reading import prove_choice
from capaian.charts.words import phrase
from capaian.errors import EvidenceError, Language, refuse

MOST = 40
"""Rows that a picture shows one by one."""
FEWEST = 3
"""Rows that a group of neighbours has, at least."""
Label: TypeAlias = str | Mapping[str, str]
LABELS = ("number", "subject")
_CRUMB = 1e-9
"""What adding up shares may leave over."""
MARK = "► "
"""Stands before the name of the row that is marked."""


def order_of(scores: Sequence[float | None]) -> list[int]:
    """Return the places of rows, the highest score first, those without a score last."""
    return sorted(range(len(scores)), key=lambda at: (scores[at] is None, -(scores[at] or 0), at))


def gathered(order: Sequence[int], known: int) -> list[list[int]]:
    """Return rows in groups: each by itself, or where they are many, three or more neighbours.

    Parameters
    ----------
    order
        Places of rows.
    known
        How many of them, from the first, can be put together; the others are one group.
    """
    if len(order) <= MOST:
        return [[each] for each in order]
    rest = [list(order[known:])] if known < len(order) else []
    count = max(min(MOST - len(rest), known // FEWEST), 1)
    edges = [round(known * at / count) for at in range(count + 1)]
    groups = [list(order[start:stop]) for start, stop in pairwise(edges)]
    return [each for each in groups if each] + rest


def names_of(
    subjects: Sequence[Any],
    order: Sequence[int],
    label: Label,
    language: Language,
    counted: Sequence[int] | None = None,
) -> list[str]:
    """Return what rows are called, in their order: numbers, unless names are asked for.

    Parameters
    ----------
    subjects
        Identifiers by place.
    order
        Places in the order of the picture.
    label
        `number`; `subject`: the identifiers as they stand; or a mapping from them to other names, a
        number where it has none.
    language
        Of the word for nobody.
    counted
        Places in the order in which they are numbered, where it is another: a row then has the same
        number in every picture of the same scores.

    Raises
    ------
    AnalysisError
        `CPN-M90`: another word.
    """
    number = {at: str(place) for place, at in enumerate(order if counted is None else counted, 1)}
    if isinstance(label, Mapping):
        return [str(label.get(subjects[at], "")) or number[at] for at in order]
    prove_choice("label", label, LABELS)
    if label == "number":
        return [number[at] for at in order]
    return [phrase("nobody", language) if (name := subjects[at]) is None else str(name)
            for at in order]  # fmt: skip


def place_of(subjects: Sequence[Any], mine: str | None) -> int | None:
    """Return the place of the subject that is marked; `None` where nobody is.

    Raises
    ------
    EvidenceError
        `CPN-E54`: no such subject; the message does not repeat the identifier.
    """
    if mine is None:
        return None
    for at, each in enumerate(subjects):
        if each is not None and str(each) == mine:
            return at
    raise refuse(EvidenceError, HEADLINE, "CPN-E54", "highlight", count=len(subjects))


def marked(names: Sequence[str], groups: Sequence[Sequence[int]], mine: int | None) -> list[str]:
    """Return names of rows, that of the subject's own row with a mark before it."""
    return [f"{MARK}{name}" if mine in group else name
            for name, group in zip(names, groups, strict=True)]  # fmt: skip


def between(scores: Sequence[float | None], group: Sequence[int], language: Language) -> str:
    """Return the scores of a group of neighbours, or that they have none."""
    some = [each for at in group if (each := scores[at]) is not None]
    ends = dict.fromkeys(f"{end(some):.2f}" for end in (min, max)) if some else ()
    return " – ".join(ends) or phrase("no_score", language)


def rows_of(
    subjects: Sequence[Any],
    scores: Sequence[float | None],
    order: Sequence[int],
    known: int,
    label: Label,
    highlight: str | None,
    language: Language,
) -> tuple[list[str], list[list[int]]]:
    """Return the rows of a picture: what each is called, and whose places it shows.

    Parameters
    ----------
    subjects, scores
        By place.
    order, known
        As for `gathered`.
    label, language
        As for `names_of`. Groups are called by their scores.
    highlight
        The subject whose row is marked.

    Raises
    ------
    AnalysisError
        `CPN-M90`: another word for the label.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    mine = place_of(subjects, highlight)
    groups = gathered(order, known)
    if len(order) <= MOST:
        names = names_of(subjects, order, label, language, counted=order_of(scores))
    else:
        names = [between(scores, each, language) for each in groups]
    return marked(names, groups, mine), groups


def said_of(count: int, groups: int, label: Label, language: Language) -> str:
    """Return what must be said of rows: that they are groups, or only numbered."""
    if groups < count:
        return phrase("grouped", language, count=f"{count:,}", groups=groups)
    return phrase("numbered", language) if label == "number" else ""


def share(value: float | None) -> str:
    """Return a share in percent, as people read it; what is nearly sure is not said to be sure."""
    if value is None:
        return "–"
    said = f"{100 * value:.0f}\u00a0%"
    if _CRUMB < value < 1 - _CRUMB and said[:-2] in {"0", "100"}:
        return f"{'<' if said[0] == '0' else '>'} {'1' if said[0] == '0' else '99'}\u00a0%"
    return said


def mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of the numbers among some values; `None` where there is none."""
    some = [each for each in values if each is not None]
    return sum(some) / len(some) if some else None
