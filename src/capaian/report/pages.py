"""One page in HTML for a person: Indonesian and English, self-contained, escaped, printable."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    import jinja2

_WORDS: dict[str, dict[Language, str]] = {
    "subject": {"en": "Subject", "id": "Pegawai"},
    "period": {"en": "period", "id": "periode"},
    "as_of": {"en": "evidence up to", "id": "bukti sampai dengan"},
    "band_is": {"en": "This band is", "id": "Predikat ini"},
    "no_score": {
        "en": "No score is given. The table says which evidence is missing.",
        "id": "Nilai tidak diberikan. Tabel di bawah menyebut bukti yang belum ada.",
    },
    "why": {"en": "Why this score", "id": "Mengapa nilainya demikian"},
    "next": {"en": "What the next band takes", "id": "Yang diperlukan untuk predikat berikutnya"},
    "how": {"en": "How each was measured", "id": "Cara setiap indikator diukur"},
    "rules": {"en": "Rules", "id": "Aturan"},
    "contest": {
        "en": "To contest this score, quote the fingerprint of the rules:",
        "id": "Untuk mengajukan keberatan, sebutkan sidik jari aturan ini:",
    },
    "verified": {"en": "verified", "id": "terverifikasi"},
    "derived": {"en": "derived", "id": "diturunkan"},
    "unconfirmed": {"en": "unconfirmed", "id": "belum dikonfirmasi"},
    "higher": {"en": "higher is better", "id": "makin tinggi makin baik"},
    "lower": {"en": "lower is better", "id": "makin rendah makin baik"},
    "nearest": {"en": "nearest to the target is best", "id": "makin dekat target makin baik"},
}
_SIGNS = {"higher": "▲", "lower": "▼", "nearest": "●"}
FIGURES = 8
"""How many of an indicator's figures a page shows; the JSON document has all."""
LANGUAGES: tuple[Language, ...] = ("id", "en")


class _Say:
    """What the template asks for, in one language."""

    def __init__(self, language: Language, best: Fraction) -> None:
        self.language = language
        self.best = best

    def __call__(self, key: str) -> str:
        return _WORDS[key][self.language] if key in _WORDS else phrase(key, self.language)

    def title(self, text: Text, name: str) -> str:
        return text.get(self.language) or name

    def state(self, name: str) -> str:
        return state(name, self.language)

    def direction(self, direction: str) -> str:
        if direction not in _SIGNS:
            return ""
        return f" {_SIGNS[direction]} ({_WORDS[direction][self.language]})"

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
        return phrase("gate", self.language, band=band, gate=it.next_gate)

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
        return _WORDS[name][self.language] if name in _WORDS else name


@cache
def _template() -> jinja2.Template:
    import jinja2  # noqa: PLC0415 - the extra `report`

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(files("capaian.report").joinpath("page.html").read_text("utf-8"))


def page(explanation: Explanation, *, best: Fraction) -> str:
    """Return a person's page as an HTML document.

    Parameters
    ----------
    explanation
        Whose score it is and why.
    best
        The achievement at which a bar is full.
    """
    says: list[Any] = [_Say(language, best) for language in LANGUAGES]
    return _template().render(it=explanation, languages=says)
