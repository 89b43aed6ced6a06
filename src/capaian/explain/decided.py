"""What a decision table says of a subject: its ratings, its cell, and what would change it.

The same lines stand in a page of text, in a notebook and in a person's page in HTML.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.errors import Language
from capaian.explain.words import phrase, state
from capaian.indicator import Text


@frozen
class Lack:
    """A node or an indicator without a value, and its state; `worst` where it counts as such."""

    id: str
    title: Text
    state: str
    worst: bool = False


@frozen
class NextLevel:
    """What one rating alone would have to be for its next level, and the band of that cell.

    `value` is the least that is enough, or, where not `inside`, what must be passed.
    """

    level: str
    title: Text
    value: Fraction
    shown: str
    inside: bool
    band: str
    band_title: Text


@frozen
class RatingPart:
    """One rating of a subject.

    Attributes
    ----------
    id, title
        The rating.
    of, of_title
        Whose value it is; a formula as it is written, which has no title.
    value, shown
        Its value, `None` where it has none, and as it is shown: to as many decimals as tell it from
        the edges of its level.
    level, level_title, interval
        The level; empty where there is no value.
    lacks
        What it reads that has no value of its own.
    next
        What would lift it to the next level, where another band came of it.
    source
        The citation of the level.
    """

    id: str
    title: Text
    of: str
    of_title: Text
    value: Fraction | None
    shown: str
    level: str
    level_title: Text
    interval: str
    lacks: tuple[Lack, ...] = ()
    next: NextLevel | None = None
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; exact numbers are text."""
        above = self.next
        return {
            "id": self.id,
            "title": dict(self.title),
            "of": self.of,
            "value": None if self.value is None else str(self.value),
            "level": self.level or None,
            "level_title": dict(self.level_title) or None,
            "interval": self.interval or None,
            "lacks": [
                {"id": each.id, "state": each.state, "worst": each.worst} for each in self.lacks
            ],
            "next": None
            if above is None
            else {
                "level": above.level,
                "value": str(above.value),
                "inside": above.inside,
                "band": above.band,
            },
            "source": self.source or None,
        }


@frozen
class Asked:
    """The levels that a cell asks for in one rating, each with its title."""

    id: str
    title: Text
    levels: Mapping[str, Text]


@frozen
class Decided:
    """The ratings of a subject and the cell that applies.

    Attributes
    ----------
    ratings
        In the policy's order.
    cell
        The position of the cell in the policy, the first being 0; `None` where there is none.
    asked
        The ratings that the cell asks for; one that is not named may have any level.
    source
        The citation of the cell.
    """

    ratings: tuple[RatingPart, ...]
    cell: int | None = None
    asked: tuple[Asked, ...] = ()
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        cell = {
            "position": self.cell,
            "when": {each.id: list(each.levels) for each in self.asked},
            "source": self.source or None,
        }
        return {
            "ratings": [each.to_dict() for each in self.ratings],
            "cell": None if self.cell is None else cell,
        }

    def rating_lines(self, language: Language) -> list[str]:
        """Return each rating in one line: its value, its level, or why it has none."""
        return [_rating(each, language) for each in self.ratings]

    def outcome(self, band: str, language: Language) -> str:
        """Return the cell in one line, or that a rating is missing.

        Parameters
        ----------
        band
            What the band is called.
        language
            `en` or `id`.
        """
        if self.cell is None:
            names = [
                _name(each.title, each.id, language) for each in self.ratings if not each.level
            ]
            return phrase("no_cell", language, ratings=", ".join(names))
        said = "; ".join(_asked(each, language) for each in self.asked)
        levels = said or phrase("any_levels", language)
        line = phrase("cell", language, levels=levels, band=band)
        return f"{line} [{self.source}]" if self.source else line

    def next_lines(self, language: Language) -> list[str]:
        """Return, for each rating that alone could change the band, what it takes."""
        lines = []
        for each in self.ratings:
            above = each.next
            if above is not None:
                parts = {
                    "rating": _name(each.title, each.id, language),
                    "value": above.shown,
                    "level": _name(above.title, above.level, language),
                    "band": _name(above.band_title, above.band, language),
                }
                key = "lift_from" if above.inside else "lift_above"
                lines.append(phrase(key, language, **parts))
        return lines


def _rating(each: RatingPart, language: Language) -> str:
    own, of = (
        _name(title, name, language)
        for title, name in ((each.title, each.id), (each.of_title, each.of))
    )
    plain = bool(each.of_title)
    head = own if of == own or not plain else f"{own} ({of})"
    tail = "" if plain else f"; {phrase('by_formula', language, formula=of)}"
    lacks = "; ".join(_lack(lack, {own, of}, language) for lack in each.lacks)
    if each.value is None:
        return f"{head}: {phrase('no_value', language)} ({lacks}){tail}"
    if not each.level:
        return f"{head}: {each.shown}, {phrase('no_level', language)}{tail}"
    said = f"{head}: {each.shown} → '{_name(each.level_title, each.level, language)}'"
    said = f"{said} ({each.interval})"
    return f"{said}, {lacks}{tail}" if lacks else f"{said}{tail}"


def _asked(each: Asked, language: Language) -> str:
    levels = [f"'{_name(title, name, language)}'" for name, title in each.levels.items()]
    said = phrase("or_levels", language).join(levels)
    return f"{_name(each.title, each.id, language)} {said}"


def _lack(lack: Lack, known: Collection[str], language: Language) -> str:
    """Return why something has no value, named where its name has not been said."""
    why = state(lack.state, language)
    said = phrase("worst", language, state=why) if lack.worst else why
    name = _name(lack.title, lack.id, language)
    return said if name in known else f"{name}: {said}"


def _name(title: Text, name: str, language: Language) -> str:
    return title.get(language) or name
