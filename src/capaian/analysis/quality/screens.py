"""Units first, then people: the tables of all that was screened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.quality.checks import Asked
from capaian.analysis.quality.diagnosis import Note
from capaian.analysis.quality.screen import Screen, screen
from capaian.analysis.quality.sources import coded_units
from capaian.analysis.quality.texts import SCREENED, SCREENED_UNITS
from capaian.analysis.table import Table
from capaian.columns import Coded, Origin

Ints = NDArray[np.int64]


@frozen(eq=False)
class Screened:
    """One look at all units and all people.

    Attributes
    ----------
    check, place
        Which look, and where.
    units, people
        The screens; that of units has no entry where there are none.
    unit_names, names
        What the entries are called.
    home
        The unit of each person, as a position in `unit_names`; -1 for none.
    """

    check: str
    place: str
    units: Screen
    unit_names: tuple[str, ...]
    people: Screen
    names: tuple[str, ...]
    home: Ints

    @classmethod
    def of(
        cls, asked: Asked, people: Coded, homes: Mapping[str, str | None], level: float
    ) -> Screened:
        """Return the screens of what a look has counted.

        What is expected is the share under honesty, or that of all where it is larger; where each
        act has its own chance, their mean, raised alike for all where all show more. Units come
        first: the people of a unit that is flagged are held against what their whole unit shows,
        where that is more.
        """
        people = people if asked.people is None else asked.people
        count = len(people.words)
        n = np.bincount(asked.who, minlength=count)
        hits = np.bincount(asked.who, weights=asked.hit, minlength=count).astype(np.int64)
        share: Any = max(asked.share, float(asked.hit.mean()) if len(asked.hit) else 0.0)
        unit_share = share
        home, names = coded_units(people, homes)
        inside = home >= 0
        unit_n = np.bincount(home[inside], weights=n[inside], minlength=len(names))
        unit_hits = np.bincount(home[inside], weights=hits[inside], minlength=len(names))
        some = np.flatnonzero(n)
        if asked.chance is not None:
            total: Any = np.bincount(asked.who, weights=asked.chance, minlength=count)
            total = total * max(1.0, float(hits.sum()) / max(float(total.sum()), 1.0))
            whole = np.bincount(home[inside], weights=total[inside], minlength=len(names))
            share = np.clip(total[some] / n[some], 0.0, 1.0)
            unit_share = np.clip(whole / np.maximum(unit_n, 1), 0.0, 1.0)
        units = screen(unit_hits, unit_n, unit_share, level=level)
        if units.flagged.any():
            of_unit = np.where(units.flagged, unit_hits / np.maximum(unit_n, 1), 0.0)
            # -1, no unit, is the last entry.
            share = np.maximum(share, np.append(of_unit, 0.0)[home[some]])
        words = list(people.words)
        return cls(
            asked.check,
            asked.place,
            units,
            names,
            screen(hits[some], n[some], share, level=level),
            tuple(words[at] for at in some.tolist()),
            home[some],
        )


def notes_of(screens: Sequence[Screened], level: float) -> tuple[Note, ...]:
    """Return how many are flagged, and how many flags chance alone makes."""
    alpha = 1 - level
    return tuple(
        Note(
            words,
            {
                "place": each.place, "check": each.check, "flagged": int(made.flagged.sum()),
                "count": len(made.n), "share": f"{alpha:.0%}", "alpha": f"{alpha:.2g}",
                "alone": int((made.p < alpha).sum()), "chance": f"{made.by_chance:.1f}",
            },
        )
        for each in screens
        for words, made in ((SCREENED_UNITS, each.units), (SCREENED, each.people))
        if len(made.n)
    )  # fmt: skip


def tables_of_screens(
    screens: Sequence[Screened], origin: Origin, level: float
) -> tuple[Table, Table]:
    """Return the table of units and the table of people, with how many flags chance makes."""
    notes = tuple(each.text() for each in notes_of(screens, level))
    units = _columns(screens, [each.units for each in screens])
    units = {"unit": [name for each in screens for name in each.unit_names], **units}
    people: dict[str, Any] = {
        "subject": [name for each in screens for name in each.names],
        "unit": [
            each.unit_names[at] if at >= 0 else None
            for each in screens
            for at in each.home.tolist()
        ],
        **_columns(screens, [each.people for each in screens]),
        "unit_flagged": np.concatenate(
            [np.append(each.units.flagged, False)[each.home] for each in screens]
            or [np.zeros(0, dtype=np.bool_)]
        ),
    }
    order = ("check", "place")
    return (
        Table("Units, each against what is expected", _first(order, units), origin, notes),
        Table("People, each against what is expected", _first(order, people), origin, notes),
    )


def _first(names: Sequence[str], columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in (*names, *(n for n in columns if n not in names))}


def _columns(screens: Sequence[Screened], made: Sequence[Screen]) -> dict[str, Any]:
    sizes = [len(each.n) for each in made]

    def joined(name: str, kind: type) -> NDArray[Any]:
        parts = [getattr(each, name) for each in made]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)

    code = np.repeat(np.arange(len(screens)), sizes)
    return {
        "check": Coded(code, [each.check for each in screens]),
        "place": Coded(code, [each.place for each in screens]),
        "n": joined("n", np.int64),
        "observed": joined("observed", np.int64),
        "expected": joined("expected", np.float64),
        "p": joined("p", np.float64),
        "p_adjusted": joined("p_adjusted", np.float64),
        "power": joined("power", np.float64),
        "flagged": joined("flagged", np.bool_),
    }
