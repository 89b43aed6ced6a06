"""Scores laid out as a table of plain text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from capaian.errors import Language
from capaian.explain.words import points, state
from capaian.indicator import Indicator
from capaian.policy.trust import trust_note
from capaian.scores.account import shown_text

if TYPE_CHECKING:
    from capaian.scores.result import Scores

_WIDE = 5
"""How many parts below the root a table shows."""
_LETTERS, _NARROW = 96, 12
"""Letters of a line, as in an explanation; of a line of a title, at least."""


def table(scores: Scores, language: Language, rows: int) -> str:
    """Return the scores as a table of plain text: parts below the root, score and band."""
    policy = scores.policy
    parts = policy.children("score")[:_WIDE]
    head = [_HEAD["subject"][language]]
    head += [part.title.get(language) or part.id for part in parts]
    head += [_HEAD["score"][language], _HEAD["band"][language]]
    body = [_row(scores, row, parts, language) for row in range(min(rows, len(scores)))]
    heads = _heads(head, body)
    widths = _widths([*heads, *body])
    lines = [line(each, widths) for each in [*heads, *body]]
    if (rest := len(scores) - len(body)) > 0:
        lines.append(_HEAD["more"][language].format(rest=rest))
    lines.append(
        f"{policy.id} {policy.edition} · {scores.period.label} · {scores.plan.fingerprint[:12]}"
        f"{trust_note(policy, language)}"
    )
    return "\n".join(lines)


def _heads(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the titles in as few lines as fit: a line that breaks is no table any more."""
    found = [list(head)]
    for letters in range(max(len(each) for each in head), _NARROW - 1, -1):
        cut = [wrap(each, letters, break_long_words=False) or [""] for each in head]
        most = max(len(each) for each in cut)
        rows = [[""] * (most - len(each)) + each for each in cut]  # the last line stands lowest
        found = [list(each) for each in zip(*rows, strict=True)]
        if sum(_widths([*found, *body])) + 2 * (len(head) - 1) <= _LETTERS:
            break
    return found


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(each) for each in column) for column in zip(*lines, strict=True)]


_HEAD: dict[str, dict[Language, str]] = {
    "subject": {"en": "subject", "id": "pegawai"},
    "score": {"en": "score", "id": "nilai"},
    "band": {"en": "band", "id": "predikat"},
    "more": {"en": "… {rest} more", "id": "… {rest} lagi"},
}


def _row(scores: Scores, row: int, parts: Sequence[Any], language: Language) -> list[str]:
    cells = [scores.labels.get(scores.subjects[row], scores.subjects[row])]
    for part in parts:
        key = f"achievement:{part.id}" if isinstance(part, Indicator) else f"score:{part.id}"
        value = scores.results.value(key, row)
        cells.append("–" if value is None else points(Fraction(value)))
    band = scores.results.band(row)
    cells.append(shown_text(scores, row))
    if band is not None:
        cells.append(band.title.get(language) or band.id)
    else:
        cells.append(
            "" if scores.tail(row).status == "scored" else state(scores.tail(row).status, language)
        )
    return cells


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a line of a table: the first and last cell to the left, the others to the right."""
    first, *middle, last = (
        cell.ljust(width) if index in {0, len(cells) - 1} else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *middle, last]).rstrip()
