"""What can go wrong, said in full: codes, findings, exceptions.

Every fault is a `Finding`: a stable code, a place in the user's own names, and the figures that
belong in the sentence. The sentences themselves, in English and Indonesian, are in `errors.toml`
beside this file, one table per code. A finding never holds a person's name, an identifier or the
content of a row: only names of columns, indicators and tables, counts, and limits.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import traceback
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from attrs import field, frozen

Language = Literal["en", "id"]
Severity = Literal["error", "warning", "note"]
_LONGEST_NAME = 200
_MOST_NAMES = 1_000  # what `did_you_mean` looks at
_LONGEST_PLACE = 500
_LONGEST_VALUE = 2_000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
SHOWN = 10
"""How many findings an exception prints; the rest are counted."""
SAFE = 2**53 - 1
"""The largest whole number that every reader of JSON keeps; larger ones are written as text."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every code with its texts: `en`, `id` (what is wrong), `fix_en`, `fix_id` (to do)."""
    text = files("capaian").joinpath("errors.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `" Did you mean 'x'?"` for the nearest known name, or an empty string.

    Of a name that nobody typed, or among more names than anybody has, none is looked for: each
    comparison takes time.
    """
    if len(name) > _LONGEST_NAME:
        return ""
    names = sorted(each for each in islice(known, _MOST_NAMES) if len(each) <= _LONGEST_NAME)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not near:
        lowered = {each.lower(): each for each in names}
        near = difflib.get_close_matches(name.lower(), sorted(lowered), n=1, cutoff=0.6)
        near = [lowered[each] for each in near]
    return f" Did you mean '{near[0]}'?" if near else ""


def visible(text: str) -> str:
    r"""Return a text in which nothing acts in secret, whatever shows it.

    Characters that steer a terminal, turn the direction of writing, have no width or are half of a
    pair of surrogates become their escapes: `\x1b`, `\u202e`. Line feeds stay.

    Examples
    --------
    >>> print(visible("Ani \x1b[31m Budi"))
    Ani \x1b[31m Budi
    """
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode()
        if each != "\n" and unicodedata.category(each) in _HIDDEN
        else each
        for each in text
    )


def _ended(text: str, most: int) -> str:
    """Return a text that ends where it has become too long for anybody to read."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _place(where: str) -> str:
    return _ended(where, _LONGEST_PLACE)


def _values(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: _ended(each, _LONGEST_VALUE) if isinstance(each, str) else each
        for name, each in values.items()
    }


@frozen
class Finding:
    """One fault, warning or note.

    Attributes
    ----------
    code
        Stable code such as `CPN-P03`; the catalogue has its sentence.
    where
        The place, in the user's own names: a path in the policy document, a table and column. Its
        first 500 characters are kept.
    values
        The figures and names that the sentence needs. JSON values only. Of a text the first 2,000
        characters are kept.
    severity
        `error` (nothing is scored), `warning` (scored, read this) or `note`.
    """

    code: str
    where: str = field(default="", converter=_place)
    values: Mapping[str, Any] = field(factory=dict, converter=_values)
    severity: Severity = "error"

    def text(self, language: Language = "en") -> str:
        """Return what is wrong, in one sentence."""
        return self._said(language)

    def remedy(self, language: Language = "en") -> str:
        """Return what to do about it; empty where nothing needs doing."""
        return self._said(f"fix_{language}")

    def _said(self, key: str) -> str:
        values = self.values
        if key.endswith("id") and "hint" in values:
            values = {**values, "hint": values["hint"].replace("Did you mean", "Maksud Anda")}
        said = {
            name: visible(each).replace("\n", r"\n") if isinstance(each, str) else each
            for name, each in values.items()
        }
        return catalogue()[self.code].get(key, "").format_map(said)

    def line(self, language: Language = "en") -> str:
        """Return code, place, sentence and remedy as indented lines of text."""
        where = visible(self.where).replace("\n", r"\n")
        place = f"{where}: " if where else ""
        lines = [f"  {self.code}  {place}{self.text(language)}"]
        if remedy := self.remedy(language):
            word = "to fix" if language == "en" else "perbaikan"
            lines.append(f"           {word}: {remedy}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain JSON values, with its texts in both languages."""
        return {
            "code": self.code,
            "severity": self.severity,
            "where": self.where,
            "text": {"en": self.text("en"), "id": self.text("id")},
            "remedy": {"en": self.remedy("en"), "id": self.remedy("id")},
            "values": {name: _kept(each) for name, each in self.values.items()},
        }


class CapaianError(Exception):
    """The one base of everything that capaian raises on purpose.

    Parameters
    ----------
    headline
        What was being done and that it was not done, in one sentence.
    findings
        All the faults, not only the first. At most ten are printed, the rest are counted.
    """

    def __init__(self, headline: str, findings: Iterable[Finding] = ()) -> None:
        self.headline = headline
        self.findings = tuple(findings)
        super().__init__(headline, self.findings)

    @property
    def code(self) -> str:
        """The code of the first finding, for a host that shows only one."""
        return self.findings[0].code if self.findings else "CPN-X00"

    @property
    def of_plugin(self) -> bool:
        """Whether a plugin or a pack is at fault, and not what was given."""
        return any(each.code in _OF_PLUGINS for each in self.findings)

    def text(self, language: Language = "en") -> str:
        """Return the whole message, at most ten findings in full."""
        lines = [visible(self.headline)]
        lines += [finding.line(language) for finding in self.findings[:SHOWN]]
        if (rest := len(self.findings) - SHOWN) > 0:
            lines.append(f"  … and {rest} more" if language == "en" else f"  … dan {rest} lagi")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain JSON values."""
        return {
            "schema": "capaian/error/1",
            "error": type(self).__name__,
            "code": self.code,
            "headline": self.headline,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_json(self) -> str:
        """Return the error as canonical JSON: the same bytes as the command line prints."""
        return plain_json(self.to_dict()) + "\n"


_OF_PLUGINS = {f"CPN-G{number:02}" for number in (2, 3, 4, 5, 6, 9, 10)}
_OF_PLUGINS |= {"CPN-K01", "CPN-K02", "CPN-K03", "CPN-K04"}


class OutputError(CapaianError, RuntimeError):
    """A result that could not be written where it should go."""


Refusal = TypeVar("Refusal", bound=CapaianError)


class PolicyError(CapaianError, ValueError):
    """A policy document that cannot be used."""


class EvidenceError(CapaianError, ValueError):
    """Evidence that cannot be scored."""


class PeriodError(CapaianError, ValueError):
    """A period, date or edition that does not fit."""


class CalendarError(CapaianError, ValueError):
    """A work calendar that is broken, or a stamp that it does not cover."""


class FormulaError(CapaianError, TypeError):
    """A formula tree that mixes kinds, or that an engine cannot run."""


class CaseError(CapaianError, ValueError):
    """A file of cases that cannot be run."""


class RecordError(CapaianError, ValueError):
    """A record of a result, or a correction of one, that cannot be made, read or relied on."""


class RequestError(CapaianError, ValueError):
    """A request from another program, or for a schema, that cannot be answered."""


class SheetError(CapaianError, ValueError):
    """An office's own sheet that cannot be compared."""


class AnalysisError(CapaianError, ValueError):
    """Something that scores or evidence cannot be asked for."""


class PluginError(CapaianError, RuntimeError):
    """A plugin that is missing, broken, or in conflict with another."""


def findings_document(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings as one document of plain JSON values."""
    return {"schema": "capaian/findings/1", "findings": [each.to_dict() for each in findings]}


def plain_json(value: object) -> str:
    r"""Return plain JSON values as canonical JSON: sorted keys, no blanks, UTF-8 as it is.

    Half of a pair of surrogates, which JSON can write and UTF-8 cannot, stays the escape `\ud800`.

    Raises
    ------
    ValueError
        A number that is not finite.
    """
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


_HALVES = re.compile("[\ud800-\udfff]")


def _kept(value: Any) -> Any:
    """Return a value as every reader of JSON keeps it."""
    return str(value) if type(value) is int and abs(value) > SAFE else value


def refuse(
    kind: type[Refusal], /, headline: str, code: str, where: str = "", **values: Any
) -> Refusal:
    """Build (not raise) an exception with a single finding."""
    return kind(headline, [Finding(code, where, values)])


def wrong_kind(
    kind: type[Refusal], /, headline: str, where: str, value: object, wanted: str
) -> Refusal:
    """Build (not raise) an exception for an argument of a kind that cannot be used there.

    Parameters
    ----------
    kind, headline
        As for `refuse`.
    where
        The argument's name.
    value
        What was given; only its type is told.
    wanted
        The kinds that can be used, in the words of Python.
    """
    return refuse(kind, headline, "CPN-X06", where, found=type(value).__name__, wanted=wanted)


def place_of(error: BaseException) -> dict[str, Any]:
    """Return what was raised and where, without its text: that may hold evidence.

    Returns
    -------
    dict
        `error`, the type; `file`, its name alone, and `line` of the innermost frame that stands in
        a file.
    """
    frames = traceback.extract_tb(error.__traceback__)
    inside = [each for each in frames if not each.filename.startswith("<")]
    last = inside[-1] if inside else None
    return {
        "error": type(error).__name__,
        "file": last.filename.replace("\\", "/").rsplit("/", 1)[-1] if last else "",
        "line": (last.lineno or 0) if last else 0,
    }
