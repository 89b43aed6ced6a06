"""An explanation laid out as plain text."""

from __future__ import annotations

from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from capaian.errors import Language
from capaian.explain.words import WORDS, percent, phrase, points, small, spoken, state
from capaian.indicator import Text

if TYPE_CHECKING:
    from capaian.explain.record import Explanation, Part, SubPeriod

WIDTH = 96
"""Columns at which long lines are wrapped."""


def notes(explanation: Explanation, language: Language) -> list[str]:
    """Return what must be said of nodes in which a contribution is not weight times achievement."""
    said = []
    for node, method in explanation.node_methods.items():
        title = explanation.node_titles.get(node, {}).get(language) or node
        if node in explanation.node_formulas:
            formula = explanation.node_formulas[node][language]
            said += wrap(phrase("said_formula", language, node=title, formula=formula), WIDTH)
        elif method != "arithmetic":
            named = explanation.method_titles.get(node, {}).get(language) or method
            spoken_of = phrase(method, language) if method in WORDS else named
            said.append(phrase("slope", language, node=title, method=spoken_of))
    return said


def rounding(explanation: Explanation, language: Language) -> str:
    """Return how the score is rounded, and whether its band is read from that."""
    key = "none" if explanation.rounding == "none" else "rounded"
    key = f"{key}_alone" if explanation.decided else key
    return phrase(key, language, digits=str(explanation.digits), mode=explanation.rounding)


def observed(part: Part, language: Language) -> str:
    """Return what stands behind a measured value: the observations, and the subject's target."""
    said = f"n = {part.n}"
    return said if part.target is None else f"{said}, {_target(part.target, part.unit, language)}"


def sub_period_lines(part: Part, language: Language) -> list[str]:
    """Return what each sub-period gave, one line each; none where there are none."""
    return [_sub_period(part, each, language) for each in part.periods]


def _sub_period(part: Part, each: SubPeriod, language: Language) -> str:
    if each.measured is None:
        return f"{each.period}: {state(each.state, language)}"
    said = f"{each.period}: {spoken(each.measured, part.unit, language)} (n = {each.n})"
    if each.target is not None:
        said += f", {_target(each.target, part.unit, language)}"
    if each.achievement is not None:
        said += f", {phrase('achievement', language)} {points(each.achievement)}"
    return said


def _target(target: Fraction, unit: str, language: Language) -> str:
    return phrase("target", language, target=spoken(target, unit, language))


def page(explanation: Explanation, language: Language) -> str:
    """Return the explanation as plain text."""
    return _Page(explanation, language).text()


class _Page:
    """Lays an explanation out as text."""

    def __init__(self, explanation: Explanation, language: Language) -> None:
        self.it = explanation
        self.language = language

    def say(self, key: str, **parts: str) -> str:
        return phrase(key, self.language, **parts)

    def title(self, text: Text, name: str) -> str:
        return text.get(self.language) or name

    def text(self) -> str:
        lines = [self.heading(), *self.decided(), "", *self.table()]
        if self.it.score is not None:
            lines += ["", rounding(self.it, self.language)]
            lines += notes(self.it, self.language)
            lines += [] if self.it.decided else self.levers()
        lines += ["", f"{self.say('how')}:"]
        for part in self.it.parts:
            formula = part.formula.get(self.language, "")
            how = f"{self.title(part.title, part.id)} ({observed(part, self.language)}): {formula}"
            lines += wrap(how, WIDTH, initial_indent="  ", subsequent_indent="      ")
            lines += [f"      {each}" for each in sub_period_lines(part, self.language)]
        policy = self.it.policy
        lines += [
            "",
            (
                f"{self.say('rules')}: {policy['id']} {policy['edition']}"
                f" · {self.it.period} · {self.it.as_of} · {policy['fingerprint'][:12]}"
            ),
        ]
        return "\n".join([*lines, *self.unconfirmed()])

    def unconfirmed(self) -> list[str]:
        """Return on which citations the result rests that are not confirmed."""
        cites = self.it.unconfirmed
        lines = [f"{self.say('rests_on')}:"] if cites else []
        for each in cites:
            lines += wrap(each, WIDTH, initial_indent="  ? ", subsequent_indent="    ")
        return lines

    def heading(self) -> str:
        band = self.title(self.it.band_title, self.it.band)
        result = f"{self.it.shown()} → {band}"
        result = f"{result} ({self.it.interval})" if self.it.interval else result
        if self.it.score is None:
            result = state(self.it.status, self.language)
        elif self.it.decided:
            # The score does not give the band, and is not to be read as if it did.
            said = band if self.it.band else state(self.it.status, self.language)
            result = f"{said} ({self.scored()})"
        elif not self.it.band:
            result = self.it.shown()
        who = self.it.subject if not self.it.label else f"{self.it.label} ({self.it.subject})"
        return f"{who} · {result}"

    def scored(self) -> str:
        """Return what the score is called, and the score."""
        title = self.it.node_titles.get("score", {}).get(self.language)
        return f"{title or self.say('total')}: {self.it.shown()}"

    def decided(self) -> list[str]:
        """Return the ratings, the cell and what would change the band, where a table gives it."""
        found = self.it.decided
        if found is None:
            return []
        lines = ["", f"{self.say('ratings')}:"]
        for line in found.rating_lines(self.language):
            lines += wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
        if self.it.score is not None:
            band = self.title(self.it.band_title, self.it.band)
            outcome = found.outcome(band, self.language)
            lines += wrap(outcome, WIDTH, initial_indent="  ", subsequent_indent="      ")
        if above := found.next_lines(self.language):
            lines.append(f"{self.say('lift')}:")
            lines += [f"  {each}" for each in above]
        return lines

    def table(self) -> list[str]:
        rows = [("indicator", "measured", "achievement", "weight", "contribution")]
        head = tuple(self.say(key) for key in rows[0])
        body = [self.row(part) for part in self.it.parts]
        for each in self.it.adjustments:
            title = self.title(self.it.node_titles.get(each.node, {}), each.node)
            named = self.say(each.reason, node=title)
            body.append((named, "", "", "", small(each.amount)))
        foot = (self.say("total"), "", "", "", self.it.shown())
        widths = [max(len(row[i]) for row in [head, *body, foot]) for i in range(5)]
        lines = [_columns(head, widths), *(_columns(row, widths) for row in body)]
        return [*lines, "─" * len(lines[0]), _columns(foot, widths)]

    def row(self, part: Part) -> tuple[str, str, str, str, str]:
        sign = {"higher": " ▲", "lower": " ▼", "nearest": " ●"}.get(part.direction, "")
        name = self.title(part.title, part.id) + sign
        weight = percent(part.weight) if part.weight else "–"
        if part.measured is None or part.achievement is None:
            why = state(part.state, self.language)
            done = self.say(part.decision, state=why) if part.decision else why
            return (name, done, "", weight, self.amount(part))
        value = spoken(part.measured, part.unit, self.language)
        return (name, value, points(part.achievement), weight, self.amount(part))

    def amount(self, part: Part) -> str:
        return "–" if self.it.score is None else points(part.contribution)

    def levers(self) -> list[str]:
        if not self.it.next_band:
            return [self.say("top")] if self.it.band else []
        band = self.title(self.it.next_title, self.it.next_band)
        lines = []
        if self.it.gap:
            lines.append(self.say("next", band=band, gap=points(self.it.gap)))
        for lever in self.it.levers:
            now = spoken(lever.now, lever.unit, self.language)
            done = self.say("cannot", best=points(lever.best))
            if lever.measured is not None:
                then = spoken(lever.measured, lever.unit, self.language)
                done = self.say("to", now=now, then=then)
            lines.append(f"  {self.title(lever.title, lever.id)}: {done}")
        if self.it.next_gate:
            lines.append(self.say("gate", band=band, gate=self.it.gate(self.language)))
        return lines


def _columns(row: tuple[str, ...], widths: list[int]) -> str:
    first = row[0].ljust(widths[0])
    rest = (text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join([first, *rest]).rstrip()
