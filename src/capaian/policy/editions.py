"""Editions: the document of a policy that is in force on a day."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from attrs import evolve, frozen

from capaian.errors import Finding, PeriodError, PolicyError, refuse, wrong_kind
from capaian.period import read_date
from capaian.policy.assigning import is_assignment, read_assignment
from capaian.policy.assignment import Assignment
from capaian.policy.document import Policy
from capaian.policy.files import ENDINGS, not_found, read_document
from capaian.policy.read import read_mapping, read_policy
from capaian.policy.shipped import EMPTY, SHIPPED, Shelf
from capaian.policy.trust import uncited
from capaian.wire import short

SIGNS = ("in_force", "indicators", "scale")
"""A document with none of these keys is something else: the head of a calendar, a set of cases."""

LONGEST_PATH = 4096

PolicySource: TypeAlias = str | os.PathLike[str] | Mapping[str, Any]
"""Where a policy is: a path, a name, or the document itself."""


def load_policy(
    source: PolicySource, *, on: str | date | None = None, more: Shelf = EMPTY
) -> Policy:
    """Return a policy in the edition that is in force on a day.

    Parameters
    ----------
    source
        The path of a document (`.toml`, `.json`); of a folder of documents, which may hold several
        editions; of such a folder and the id of one policy in it (`rules/front-desk`); or the name
        of a shipped policy (`skm/2017`, or `skm` for all its editions). Or a document itself, as
        plain values.
    on
        The day. May be left out where there is only one edition: nothing here reads a clock.
    more
        Where further names are known: `capaian.load_policy` knows those of installed packs.

    Raises
    ------
    PolicyError
        A document that cannot be used; no such policy (CPN-P09); a folder without policies (P43) or
        with several, of which none is named (P42); two editions in force on the same day (P40), or
        of the same name (P41).
    PeriodError
        No edition is in force on that day (CPN-D05); no day is given, and there are several (D06).

    Examples
    --------
    >>> load_policy("skm/2017").edition
    '2017'
    >>> load_policy("skm", on="2026-06-30").id
    'skm'
    """
    day = None if on is None else read_date(on)
    return edition_on(load_editions(source, more=more), day)


def load_editions(source: PolicySource, *, more: Shelf = EMPTY) -> list[Policy]:
    """Return every edition of a policy.

    Parameters
    ----------
    source, more
        As for `load_policy`.

    Raises
    ------
    PolicyError
        As for `load_policy`.
    """
    if isinstance(source, Mapping):
        return [read_policy(source)]
    editions = _found(_name(source), more)
    prove_editions(editions)
    return editions


def load_rule(
    source: PolicySource, *, on: str | date | None = None, more: Shelf = EMPTY
) -> Policy | Assignment:
    """Return what a document holds, a policy or an assignment; its keys tell which.

    Parameters
    ----------
    source, on, more
        As for `load_policy`; an assignment is one document, with its dates in it.

    Raises
    ------
    PolicyError, PeriodError
        As `load_policy` and `load_assignment`.
    """
    if isinstance(source, Mapping):
        named = str(source.get("id", "(without an id)"))
        return read_assignment(source, named) if is_assignment(source) else read_policy(source)
    name = _name(source)
    if os.path.isfile(name):  # noqa: PTH113 - as below
        path = Path(name)
        document = read_document(path, name)
        if is_assignment(document):
            return read_assignment(document, name, str(path.parent))
    return load_policy(source, on=on, more=more)


def load_named(name: str, folder: str = "", *, more: Shelf = EMPTY) -> tuple[Policy, ...]:
    """Return every edition of a policy that a document names, in order of time.

    Parameters
    ----------
    name
        A file or a folder, beside the document, or the name of a policy on a shelf.
    folder
        Where the document came from; the working directory where empty.
    more
        As for `load_policy`.

    Raises
    ------
    PolicyError
        As `load_policy`.
    """
    beside = os.path.join(folder, name)  # noqa: PTH118 - as below
    shelved = not os.path.exists(beside) and any(  # noqa: PTH110
        shelf.documents(name) for shelf in (SHIPPED, more)
    )
    editions = _found(name if shelved else beside, more)
    prove_editions(editions)
    return tuple(sorted(editions, key=lambda each: each.first))


def edition_on(editions: Sequence[Policy], day: date | None) -> Policy:
    """Return the edition that is in force on a day, or the only one where no day is given.

    Parameters
    ----------
    editions
        Editions of one policy, at least one, no two of them in force on the same day.
    day
        The day.

    Raises
    ------
    PeriodError
        No edition is in force on that day (CPN-D05); no day is given, and there are several (D06).
    """
    order = sorted(editions, key=lambda each: each.first)
    headline = "The edition of the policy cannot be chosen."
    if day is None:
        if len(order) == 1:
            return order[0]
        known = "; ".join(map(_said, order))
        values = {"policy": order[0].id, "count": len(order), "editions": known}
        raise refuse(PeriodError, headline, "CPN-D06", "on", **values)
    for each in order:
        if each.first <= day and (each.last is None or day <= each.last):
            return each
    before = [each for each in order if each.first <= day][-1:]
    after = [each for each in order if each.first > day][:1]
    values = {
        "policy": order[0].id,
        "day": day.isoformat(),
        "neighbours": "; ".join(map(_said, before + after)),
    }
    raise refuse(PeriodError, headline, "CPN-D05", "on", **values)


def prove_editions(editions: Iterable[Policy]) -> None:
    """Refuse editions of one policy that are in force on the same day, or have the same name.

    Parameters
    ----------
    editions
        Editions of one policy, in any order.

    Raises
    ------
    PolicyError
        All that overlap (CPN-P40) and all names that stand twice (P41).
    """
    order = sorted(editions, key=lambda each: (each.first, each.edition))
    findings = [
        Finding("CPN-P40", one.id, {"first": _said(one), "second": _said(two)})
        for one, two in pairwise(order)
        if one.last is None or one.last >= two.first
    ]
    names = [each.edition for each in order]
    findings += [
        Finding("CPN-P41", order[0].id, {"edition": short(name), "count": names.count(name)})
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if findings:
        raise PolicyError("The editions of the policy contradict one another.", findings)


def _name(source: str | os.PathLike[str]) -> str:
    """Return a path or a name as text."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    headline = "The policy cannot be read."
    raise wrong_kind(PolicyError, headline, "policy", source, "a path, a name or a document (dict)")


def _said(each: Policy) -> str:
    last = "…" if each.last is None else each.last.isoformat()
    return f"'{short(each.edition)}' {each.first.isoformat()} – {last}"


def _found(name: str, more: Shelf) -> list[Policy]:
    """Return every edition that a name can mean."""
    # os.path and not pathlib, which raises where a name is too long for a path.
    if os.path.isfile(name):  # noqa: PTH113
        path = Path(name)
        document = read_document(path, name)
        if is_assignment(document):
            headline = f"'{short(name)}' is not a policy."
            raise refuse(PolicyError, headline, "CPN-A10")
        return [read_mapping(document, name, str(path.parent))]
    if name.endswith(ENDINGS) or len(name) > LONGEST_PATH:
        raise not_found(name)
    if os.path.isdir(name):  # noqa: PTH112
        return _read(_only_one(_documents(name), name), name)
    folder, within = os.path.split(name)
    while folder and not os.path.isdir(folder):  # noqa: PTH112
        folder, part = os.path.split(folder)
        within = f"{part}/{within}"
        if not part:
            break
    beside = _documents(folder) if folder else []
    if named := [each for each in beside if each.id == within]:
        return _read(named, name)
    for shelf in (SHIPPED, more):
        if shelved := shelf.documents(name):
            return _read(_only_one(_parsed(shelved, name), name), name, cited=True)
    raise not_found(name, [f"{folder}/{each.id}" for each in beside], more.names(name))


def read_files(files: Mapping[str, Traversable], name: str) -> list[Policy]:
    """Return the policies in some documents of a pack, by what those are called.

    Parameters
    ----------
    files
        The documents; what is not a policy is left out.
    name
        What they are called together.

    Raises
    ------
    PolicyError
        All that is wrong with any; also a number that cites nothing (CPN-L14).
    """
    return _read(_parsed(files, name), name, cited=True)


@frozen
class _Document:
    """A document in a folder, or on a shelf, parsed and not yet proved.

    `example` is a name by which it is chosen among others.
    """

    name: str
    folder: str
    id: str
    example: str
    written: Mapping[str, Any]


def _documents(folder: str) -> list[_Document]:
    """Return the policy documents of a folder, in order of their names."""
    try:
        paths = sorted(Path(folder).iterdir())
    except OSError as error:
        headline = f"The policies in '{short(folder)}' cannot be read."
        raise refuse(PolicyError, headline, "CPN-P10", problem=str(error.strerror)) from None
    files = {path.name: path for path in paths if path.suffix in ENDINGS and path.is_file()}
    found = _parsed(files, folder)
    return [evolve(each, example=f"{folder.rstrip('/')}/{each.id}") for each in found]


def _parsed(files: Mapping[str, Traversable], folder: str) -> list[_Document]:
    """Return those of some files that are policy documents, by what they are called."""
    found: list[_Document] = []
    findings: list[Finding] = []
    for name, file in files.items():
        try:
            written = read_document(file, name)
        except PolicyError as error:
            findings += [_within(name, each) for each in error.findings]
            continue
        if any(sign in written for sign in SIGNS):
            # What a document names stands beside it, where it lies in a folder at all.
            beside = str(file.parent) if isinstance(file, Path) else ""
            found.append(_Document(name, beside, str(written.get("id", "")), name, written))
    if findings:
        raise PolicyError(f"The policies in '{short(folder)}' cannot be read.", findings)
    return found


def _only_one(documents: list[_Document], folder: str) -> list[_Document]:
    headline = "The policy cannot be chosen."
    if not documents:
        raise refuse(PolicyError, headline, "CPN-P43", folder=short(folder))
    ids = sorted({each.id for each in documents})
    if len(ids) > 1:
        example = next(each.example for each in documents if each.id == ids[0])
        values = {"folder": short(folder), "ids": ", ".join(ids), "example": example}
        raise refuse(PolicyError, headline, "CPN-P42", **values)
    return documents


def _read(documents: Iterable[_Document], name: str, *, cited: bool = False) -> list[Policy]:
    """Return the policies of documents; on a shelf, each must cite where its numbers stand."""
    policies: list[Policy] = []
    findings: list[Finding] = []
    for each in documents:
        try:
            policies.append(read_mapping(each.written, each.name, each.folder))
        except PolicyError as error:
            findings += [_within(each.name, fault) for fault in error.findings]
            continue
        places = uncited(policies[-1]) if cited else ()
        findings += [_within(each.name, Finding("CPN-L14", place)) for place in places]
    if findings:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        raise PolicyError(f"{count} in the policy '{short(name)}'; nothing was read.", findings)
    return policies


def _within(name: str, finding: Finding) -> Finding:
    where = f"{name}: {finding.where}" if finding.where else name
    return Finding(finding.code, where, finding.values, finding.severity)
