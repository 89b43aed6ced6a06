"""Files of cases: how they are written, read exactly and proved before any rule is called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from attrs import evolve, frozen

from capaian.errors import CaseError, Finding, PolicyError, refuse, wrong_kind
from capaian.formula import number
from capaian.policy.files import read_document
from capaian.wire import below, exact_number, line_of, mark, short, structure

LONGEST_PATH = 4096
Cases: TypeAlias = str | os.PathLike[str] | Traversable | Mapping[str, Any]
"""Where cases stand: the path of a file, the file, or what stands in one."""


@frozen
class Case:
    """One case, as it is written.

    Attributes
    ----------
    id, rule
        What it is called, and the rule that it is for.
    input
        What the rule is given.
    expected
        What it is to give: every leaf is compared, and what else the rule gives is not looked at.
    tolerance
        By how much a number may differ, on every numeric leaf; the file's where left out.
    refused
        True in place of `expected`: the rule is to refuse the input.
    source, confidence, basis, notes
        Where the case comes from; for readers.
    """

    id: str
    rule: str
    input: Mapping[str, Any]
    expected: Mapping[str, Any] | None = None
    tolerance: Fraction | None = None
    refused: bool = False
    source: Any = ""
    confidence: Any = ""
    basis: Any = ""
    notes: Any = ""


@frozen
class CaseFile:
    """A file of cases; its other keys are for readers."""

    OPEN: ClassVar[bool] = True
    """Whether other keys are allowed; the schema is made by it."""

    cases: tuple[Case, ...]
    tolerance: Any = None
    count: int | None = None


def read_cases(source: Cases) -> list[Case]:
    """Return the cases of a file, numbers exact: whole ones as `int`, others as `Fraction`.

    Parameters
    ----------
    source
        The path of a `.json` (or `.toml`) file, the file itself, or what stands in one.

    Raises
    ------
    CaseError
        All that is wrong with the file (CPN-P01 to P10, P45, P46) and its cases (CPN-K21 to K25),
        in a file each with its line.
    """
    document, name, text = _document(source)
    headline = f"The cases in '{short(name)}' cannot be read; nothing was run."
    findings: list[Finding] = []
    known = {key: each for key, each in document.items() if key in {"cases", "tolerance", "count"}}
    exact = {key: _exact(each, key, findings) for key, each in known.items()}
    made, faults = structure(exact, CaseFile) if not findings else (None, findings)
    if made is None:
        raise CaseError(headline, _placed(faults, document, text))
    cases = [_completed(each, made.tolerance) for each in made.cases]
    if faults := [*_counted(made), *_sound(cases)]:
        raise CaseError(headline, _placed(faults, document, text))
    return cases


def _placed(findings: list[Finding], document: Mapping[str, Any], text: str) -> list[Finding]:
    """Say of each finding on which line it is, where the cases stand in a file."""
    if not text:
        return findings
    found = []
    for each in findings:
        place = below(each.where, str(each.values["key"])) if "key" in each.values else each.where
        line = line_of(text, document, place)
        found.append(each if line is None else evolve(each, where=f"line {line}, {each.where}"))
    return found


def _document(source: Cases) -> tuple[Mapping[str, Any], str, str]:
    """Return what stands in a source, what it is called, and its text, where it has one."""
    if isinstance(source, Mapping):
        return source, "(given)", ""
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        headline = f"The cases in '{short(name)}' cannot be read; nothing was run."
        if len(name) > LONGEST_PATH or "\0" in name:
            raise refuse(CaseError, headline, "CPN-P10", problem="the name is no path")
        file: Traversable = Path(name)
    elif isinstance(source, Traversable):
        file, name = source, source.name
    else:
        headline, wanted = "The cases cannot be read.", "a path or a document (dict)"
        raise wrong_kind(CaseError, headline, "source", source, wanted)
    try:
        return read_document(file, name), name, file.read_bytes().decode("utf-8-sig")
    except PolicyError as error:
        headline = f"The cases in '{short(name)}' cannot be read; nothing was run."
        raise CaseError(headline, error.findings) from None


def _exact(data: Any, where: str, findings: list[Finding]) -> Any:
    """Return plain values with each number as `int` or `Fraction`; texts stay texts."""
    match data:
        case bool() | str() | None:
            return data
        case int() | float() | Decimal() | Fraction():
            exact = exact_number(data)
            if exact is None:
                findings.append(Finding("CPN-K25", where))
                return 0
            return exact.numerator if exact.denominator == 1 else exact
        case Mapping():
            return {
                key: _exact(each, below(where, str(key)), findings) for key, each in data.items()
            }
        case list() | tuple():
            return [
                _exact(each, f"{where}[{mark(each, index)}]", findings)
                for index, each in enumerate(data)
            ]
        case _:
            return data


def _completed(case: Case, tolerance: Any) -> Case:
    """Give a case the file's tolerance, where that is a number and the case has none."""
    if case.tolerance is None and isinstance(tolerance, int | Fraction):
        return evolve(case, tolerance=Fraction(tolerance))
    return case


def _counted(file: CaseFile) -> list[Finding]:
    if file.count is None or file.count == len(file.cases):
        return []
    return [Finding("CPN-K24", "count", {"count": file.count, "found": len(file.cases)})]


def _sound(cases: list[Case]) -> list[Finding]:
    ids = [each.id for each in cases]
    findings = [
        Finding("CPN-K21", "cases", {"case": short(name), "count": ids.count(name)})
        for name in dict.fromkeys(ids)
        if ids.count(name) > 1
    ]
    for each in cases:
        where = f"cases['{short(each.id)}']"
        if each.refused == (each.expected is not None):
            said = ("both", "keduanya") if each.refused else ("neither", "tidak keduanya")
            findings.append(Finding("CPN-K22", where, {"given": said[0], "given_id": said[1]}))
        if each.tolerance is not None and each.tolerance < 0:
            findings.append(Finding("CPN-K23", where, {"given": number(each.tolerance)}))
    return findings
