"""A diagnosis: what was seen, what honest work would show, and how well it could be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import isnan
from typing import Any, Literal, overload

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray
from scipy import stats

from capaian.analysis.quality.texts import CLOSING, POWER, TITLES, WHAT
from capaian.analysis.table import Table
from capaian.columns import Origin
from capaian.errors import Language
from capaian.translation import say_in

Severity = Literal["error", "warning", "note"]
NAN = float("nan")
_NO_ROWS = np.zeros(0, dtype=np.int64)


def _copy(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(values)


@frozen
class Note:
    """What must be known beside the diagnoses, in either language.

    Attributes
    ----------
    words
        The sentence in English, marked for translation.
    values
        What it is filled with.
    """

    words: str
    values: Mapping[str, Any] = field(factory=dict, converter=_copy)

    def text(self, language: Language = "en") -> str:
        """Return the sentence."""
        return say_in(language)(self.words).format_map(self.values)


@frozen(eq=False, repr=False)
class Diagnosis:
    """One look at the evidence. It accuses nobody and changes no score.

    Attributes
    ----------
    check
        What was looked at, such as `bunching` or `order`.
    place
        Where: an indicator, or a table.
    n
        How many rows (cases, forms, subjects) were looked at.
    observed, expected
        What was seen, and what honest work would show; not a number where nothing can be expected.
    low, high
        Interval of the excess.
    p
        Of so much or more under honesty; not a number where there is no test.
    p_adjusted
        The same over all diagnoses made together (Benjamini & Hochberg 1995).
    power
        The probability that an excess of half the expectation would have been seen; of a shape or a
        correlation, what `values` says. Not a number where every row is compared and none can be
        missed, or where nothing is tested.
    severity
        `error`: stamps in an impossible order. `warning`: more than chance explains. `note`: worth
        knowing, or nothing seen.
    rows
        Positions of the rows in the table, from 0.
    table
        The table whose rows these are.
    values
        Further figures.
    """

    check: str
    place: str
    n: int
    observed: float
    expected: float = NAN
    low: float = NAN
    high: float = NAN
    p: float = NAN
    power: float = NAN
    severity: Severity = "note"
    rows: NDArray[np.int64] = field(factory=lambda: _NO_ROWS)
    table: str = ""
    values: Mapping[str, Any] = field(factory=dict, converter=_copy)
    p_adjusted: float = NAN

    @property
    def excess(self) -> float:
        """What was seen beyond what is expected."""
        return self.observed - self.expected

    def title(self, language: Language = "en") -> str:
        """Return what was looked at, in a few words."""
        return say_in(language)(TITLES[self.check])

    def text(self, language: Language = "en") -> str:
        """Return what was seen and expected, and what could have been seen."""
        say = say_in(language)
        figures = {
            "n": _said(self.n), "observed": _said(self.observed), "expected": _said(self.expected),
            "excess": _said(self.excess), "low": _said(self.low), "high": _said(self.high),
            "p": f"{self.p:.2g}", "power": f"{self.power:.0%}",
            **{name: say(_said(each)) for name, each in self.values.items()},
        }  # fmt: skip
        parts = [say(WHAT[self.check]).format_map(figures)]
        if self.power == self.power:
            parts.append(say(POWER.get(self.check, POWER[""])).format_map(figures))
        return " ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain JSON values; rows are positions."""
        plain = {
            name: _plain(getattr(self, name))
            for name in ("n", "observed", "expected", "excess", "low", "high", "p", "p_adjusted",
                         "power")
        }  # fmt: skip
        return {
            "check": self.check, "place": self.place, "severity": self.severity, **plain,
            "table": self.table, "rows": self.rows.tolist(),
            "text": {"en": self.text("en"), "id": self.text("id")},
            "values": {name: _plain(each) for name, each in self.values.items()},
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"<Diagnosis {self.check} of {self.place}: {self.severity}, {len(self.rows)} rows>"


@frozen(eq=False, repr=False)
class Diagnoses(Sequence[Diagnosis]):
    """All diagnoses of one look, those of everybody together first.

    Attributes
    ----------
    found
        The diagnoses: errors first, then warnings, then notes.
    units
        A row for each check and unit that was screened.
    people
        A row for each check and subject that was screened. Look at it last: most of a long list of
        flags is chance or circumstance, and `by_chance` of the notes says how much.
    notes
        How many flags chance makes, and what could not be looked at.
    """

    found: tuple[Diagnosis, ...]
    units: Table
    people: Table
    notes: tuple[Note, ...] = ()
    origin: Origin = "records"

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, index: int) -> Diagnosis: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Diagnosis]: ...
    def __getitem__(self, index: int | slice) -> Diagnosis | Sequence[Diagnosis]:
        return self.found[index]

    def __iter__(self) -> Iterator[Diagnosis]:
        return iter(self.found)

    def of(self, check: str) -> tuple[Diagnosis, ...]:
        """Return the diagnoses of one check."""
        return tuple(each for each in self.found if each.check == check)

    @property
    def table(self) -> Table:
        """All diagnoses as a table."""
        names = ("check", "place", "severity", "n", "observed", "expected", "excess", "low", "high",
                 "p", "p_adjusted", "power")  # fmt: skip
        columns: dict[str, Any] = {}
        for name in names:
            values = [getattr(each, name) for each in self.found]
            text = name in {"check", "place", "severity"}
            columns[name] = values if text else np.array(values, dtype=np.float64)
        notes = tuple(each.text() for each in self.notes)
        return Table("What the evidence looks like", columns, self.origin, notes)

    def text(self, language: Language = "en") -> str:
        """Return all diagnoses as plain text; nobody is named."""
        say = say_in(language)
        lines = []
        for each in self.found:
            lines += [f"[{each.severity}] {each.place} · {each.title(language)}",
                      f"  {each.text(language)}"]  # fmt: skip
        return "\n".join([*lines, *(each.text(language) for each in self.notes), say(CLOSING)])

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnoses as plain JSON values; subjects are not among them."""
        return {
            "diagnoses": [each.to_dict() for each in self.found],
            "units": self.units.to_dict(),
            "notes": [{"en": each.text("en"), "id": each.text("id")} for each in self.notes],
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        counts = {kind: sum(each.severity == kind for each in self.found)
                  for kind in ("error", "warning", "note")}  # fmt: skip
        told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        return f"<Diagnoses: {told or 'none'}>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


_ORDER = {"error": 0, "warning": 1, "note": 2}


def judged(found: Sequence[Diagnosis], *, level: float) -> tuple[Diagnosis, ...]:
    """Return diagnoses with their p adjusted for one another, errors and warnings first.

    A diagnosis with a test is a warning where its adjusted p is below 1 - level and the interval of
    its excess lies above 0. Others keep their severity.
    """
    tested = [at for at, each in enumerate(found) if each.p == each.p]
    made = list(found)
    if tested:
        p = stats.false_discovery_control(np.clip([found[at].p for at in tested], 0.0, 1.0))
        for at, adjusted in zip(tested, p.tolist(), strict=True):
            each = found[at]
            # What has no interval of an excess (a shape, a correlation) is judged by its p alone.
            more = not each.low <= 0
            seen = each.severity != "error" and adjusted < 1 - level and more
            severity: Severity = "warning" if seen else each.severity
            made[at] = evolve(each, p_adjusted=adjusted, severity=severity)
    return tuple(sorted(made, key=lambda each: _ORDER[each.severity]))


def _said(value: Any) -> str:
    if isinstance(value, bool | str):
        return str(value)
    if value != value:  # noqa: PLR0124 - not a number, of whatever kind
        return "–"
    if isinstance(value, int | np.integer) or float(value).is_integer():
        return f"{int(value)}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and isnan(value) else value
