"""What every explanation says alike: the score as it is published, as text, JSON and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from capaian.errors import Language, plain_json
from capaian.exact import fixed
from capaian.explain.words import phrase, small, state
from capaian.formula import number
from capaian.indicator import Text


class Told:
    """An explanation of a score."""

    __slots__ = ()

    status: str
    score: Fraction | None
    digits: int
    rounding: str
    band: str

    def score_text(self) -> str:
        """Return the score as it is published."""
        if self.score is None:
            return "–"
        return fixed(self.score, self.digits) if self.rounding != "none" else number(self.score)

    def _shown(self) -> str:
        """Return the score as people read it."""
        return self.score_text()

    def text(self, language: Language = "en") -> str:
        """Return the explanation as plain text."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values; exact numbers are text."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return the explanation as canonical JSON: the same bytes as the command line prints."""
        return plain_json(self.to_dict()) + "\n"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        head = f"<{type(self).__name__} · {self._shown()} · {self.band or self.status}>"
        return f"{head}\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


class CombinedTold(Told):
    """An explanation of a score that is made of scores."""

    __slots__ = ()

    subject: str
    label: str
    unrounded: Fraction | None
    band_title: Text
    interval: str
    parts: Sequence[Any]

    def total(self) -> Fraction:
        """Return the sum of all contributions and of the rounding: the score itself."""
        return sum((part.contribution for part in self.parts), self.adjustment())

    def adjustment(self) -> Fraction:
        """Return what the rounding added to the score, or took off."""
        if self.score is None or self.unrounded is None:
            return Fraction(0)
        return self.score - self.unrounded

    def _heading(self, language: Language) -> str:
        result = self.score_text()
        if self.score is None:
            result = state(self.status, language)
        elif self.band:
            band = self.band_title.get(language) or self.band
            result = f"{result} → {band} ({self.interval})"
        who = self.subject if not self.label else f"{self.label} ({self.subject})"
        return f"{who} · {result}"

    def _rules(self, rule: Any, period: str, as_of: str, language: Language) -> str:
        said = f"{phrase('rules', language)}: {rule['id']} {rule['edition']} · {period}"
        return f"{said} · {as_of} · {rule['fingerprint'][:12]}"

    def _lines(
        self, names: Sequence[str], body: Iterable[tuple[str, ...]], language: Language
    ) -> list[str]:
        """Return a table: its head, its rows, the rounding if there is any, and the score."""
        between = [""] * (len(names) - 2)
        rows = [tuple(phrase(each, language) for each in names), *body]
        if self.adjustment():
            rows.append((phrase("whole_rounding", language), *between, small(self.adjustment())))
        rows.append((phrase("total", language), *between, self.score_text()))
        widths = [max(len(row[place]) for row in rows) for place in range(len(names))]
        lines = [_line(row, widths) for row in rows]
        return [*lines[:-1], "─" * len(lines[0]), lines[-1]]


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = cells
    right = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *right]).rstrip()
