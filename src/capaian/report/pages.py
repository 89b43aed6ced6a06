"""One page in HTML for a person: Indonesian and English, self-contained, escaped, printable."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from capaian.errors import Language
from capaian.explain import (
    Adjustment,
    Explanation,
    Lever,
    Part,
    notes,
    observed,
    percent,
    phrase,
    points,
    rounding,
    small,
    spoken,
    state,
    sub_period_lines,
)
from capaian.indicator import Text
from capaian.report.drawing import figure
from capaian.report.templates import template
from capaian.report.words import WORDS, say

if TYPE_CHECKING:
    from capaian.scores import Scores

_SIGNS = {"higher": "▲", "lower": "▼", "nearest": "●"}
FIGURES = 8
"""How many of an indicator's figures a page shows; the JSON document has all."""
FEWEST = 2
"""Periods from which on there is a trend."""
LANGUAGES: tuple[Language, ...] = ("id", "en")


class _Say:
    """What the template asks for, in one language."""

    def __init__(self, language: Language, best: Fraction, drawn: tuple[str, str]) -> None:
        self.language = language
        self.best = best
        self.drawn = drawn

    def __call__(self, key: str) -> str:
        return say(key, self.language)

    def head(self, key: str) -> str:
        """Return the word at the head of a column, as on the team's page."""
        text = say(key, self.language)
        return text[0].upper() + text[1:]

    def title(self, text: Text, name: str) -> str:
        return text.get(self.language) or name

    def state(self, name: str) -> str:
        return state(name, self.language)

    def direction(self, direction: str) -> str:
        if direction not in _SIGNS:
            return ""
        return f" {_SIGNS[direction]} ({say(direction, self.language)})"

    def decision(self, part: Part) -> str:
        why = self.state(part.state)
        return phrase(part.decision, self.language, state=why) if part.decision else why

    def measured(self, part: Part) -> str:
        return spoken(part.measured or Fraction(0), part.unit, self.language)

    def points(self, value: Fraction) -> str:
        return points(value)

    def percent(self, value: Fraction) -> str:
        return percent(value) if value else "–"

    def width(self, achievement: Fraction) -> str:
        """Return the length of a bar in percent of the best, between 0 and 100."""
        share = achievement / self.best if self.best else Fraction(0)
        return points(min(max(share, Fraction(0)), Fraction(1)) * 100)

    def scored(self, it: Explanation) -> str:
        title = it.node_titles.get("score", {}).get(self.language)
        return f"{title or self('total')}: {it.shown()}"

    def grouped(self, it: Explanation) -> list[tuple[str, list[Part]]]:
        """Return the parts of each node under its title; of one node alone without any."""
        nodes = list(dict.fromkeys(part.node for part in it.parts))
        title = {each: self.title(it.node_titles.get(each, {}), each) for each in nodes}
        return [
            (title[each] if len(nodes) > 1 else "", [p for p in it.parts if p.node == each])
            for each in nodes
        ]

    def adjustment(self, it: Explanation, each: Adjustment) -> str:
        titles = it.node_titles.get(each.node, {})
        return phrase(each.reason, self.language, node=titles.get(self.language, each.node))

    def small(self, value: Fraction) -> str:
        return small(value)

    def rounding(self, it: Explanation) -> str:
        return rounding(it, self.language)

    def ratings(self, it: Explanation) -> list[str]:
        return it.decided.rating_lines(self.language) if it.decided else []

    def outcome(self, it: Explanation) -> str:
        band = self.title(it.band_title, it.band)
        return it.decided.outcome(band, self.language) if it.decided else ""

    def lifts(self, it: Explanation) -> list[str]:
        return it.decided.next_lines(self.language) if it.decided else []

    def toward(self, it: Explanation) -> str:
        band = self.title(it.next_title, it.next_band)
        return phrase("next", self.language, band=band, gap=points(it.gap or Fraction(0)))

    def gate(self, it: Explanation) -> str:
        band = self.title(it.next_title, it.next_band)
        return phrase("gate", self.language, band=band, gate=it.gate(self.language))

    def lever(self, lever: Lever) -> str:
        name = self.title(lever.title, lever.id)
        if lever.measured is None:
            return f"{name}: {phrase('cannot', self.language, best=points(lever.best))}"
        now = spoken(lever.now, lever.unit, self.language)
        then = spoken(lever.measured, lever.unit, self.language)
        return f"{name}: {phrase('to', self.language, now=now, then=then)}"

    def observed(self, part: Part) -> str:
        return observed(part, self.language)

    def sub_periods(self, part: Part) -> list[str]:
        return sub_period_lines(part, self.language)

    def figures(self, part: Part) -> str:
        shown = list(part.figures.items())[:FIGURES]
        return " · ".join(f"{name.replace('_', ' ')}: {value}" for name, value in shown)

    def notes(self, it: Explanation) -> list[str]:
        return notes(it, self.language)

    def trust(self, name: str) -> str:
        return say(name, self.language) if name in WORDS else name


def page(
    explanation: Explanation,
    *,
    best: Fraction,
    pictures: bool = True,
    periods: Sequence[Scores] = (),
) -> str:
    """Return a person's page as an HTML document: self-contained, in both languages, printable.

    Parameters
    ----------
    explanation
        Whose score it is and why.
    best
        The achievement at which a bar is full.
    pictures
        Whether the waterfall of contributions is drawn, where there is a score and the extra
        `charts` is installed. It takes a few tenths of a second.
    periods
        Scores of several periods, in order, of which the subject's trend is drawn besides; there is
        none of fewer than two, nor where none of them has a score.

    Returns
    -------
    str
        HTML that needs nothing from elsewhere. Each picture says in words what it shows.
    """
    known = [each for each in periods if explanation.subject in each.subjects]
    says = []
    for language in LANGUAGES:
        drawn = _pictures(explanation, known, language) if pictures else ("", "")
        says.append(_Say(language, best, drawn))
    return template("page.html").render(it=explanation, languages=says)


def _pictures(it: Explanation, periods: Sequence[Scores], language: Language) -> tuple[str, str]:
    """Return the waterfall and the trend, each empty where there is nothing to draw."""
    from capaian.charts import trend, waterfall  # noqa: PLC0415 - only where there are pictures

    why = figure(lambda: waterfall(it, language)) if it.score is not None else ""
    scored = any(each.results.score(each.row(it.subject)) is not None for each in periods)
    if len(periods) < FEWEST or not scored:
        return why, ""
    return why, figure(lambda: trend(list(periods), language, subject=it.subject))
