"""A record read back: strictly, with every fault at once, and every hash looked at."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from capaian.errors import Finding, RecordError, refuse, wrong_kind
from capaian.record.document import Record
from capaian.record.postings import POSTINGS, PostingContents, PostingRecord
from capaian.record.sealed import ENDS, content_hash_of, seal_of, section_hashes, sections_of
from capaian.record.shape import SCHEMA, Contents
from capaian.record.units import UNITS, UnitContents, UnitRecord
from capaian.wire import canonical, pointer_at, short, structure

Recorded: TypeAlias = Record | PostingRecord | UnitRecord
"""A record: of a policy's score, or of one that is made of the scores of postings or people."""
KINDS: Mapping[str, type[Any]] = {
    SCHEMA: Contents,
    POSTINGS: PostingContents,
    UNITS: UnitContents,
}
"""What each kind of record says."""
Written: TypeAlias = "Recorded | Mapping[str, Any] | bytes | str | os.PathLike[str]"
HEADLINE = "The record cannot be read."
PERSONAL = frozenset({"subject", "author", "reason"})
"""Keys whose value no message repeats."""


@frozen
class _Ends:
    """What stands in the document beside its sections."""

    hashes: Mapping[str, str]
    content_hash: str
    seal: str
    made_at: str | None


@frozen
class Opened:
    """A record that could be read, and where it is not what was once written.

    Attributes
    ----------
    record
        The record, as it stands.
    findings
        Hashes that do not hold (CPN-V05), bytes that are not canonical (V06); empty where nothing
        was changed.
    """

    record: Recorded
    findings: tuple[Finding, ...] = field(factory=tuple)


def read_record(source: Written) -> Recorded:
    """Return a record that nobody has changed.

    Parameters
    ----------
    source
        A record, its document as plain values, its JSON as text or bytes, or the path of a file.

    Raises
    ------
    RecordError
        Everything that is wrong with it, as for `open_record`; hashes that do not hold too.
    """
    opened = open_record(source)
    if opened.findings:
        raise RecordError("The record is not as it was written.", opened.findings)
    return opened.record


def open_record(source: Written) -> Opened:
    """Read a record, whatever its hashes say.

    Parameters
    ----------
    source
        As for `read_record`.

    Raises
    ------
    RecordError
        All faults at once: no such file (CPN-V07), no JSON (V03), another schema (V04), and what is
        missing, unknown or of the wrong kind (P01 to P06).
    """
    if isinstance(source, Recorded):
        return Opened(source, tuple(_hash_findings(source.to_dict())))
    if isinstance(source, Mapping):
        document, text = dict(source), ""
    else:
        text = text_of(source)
        document = parse(text)
    made = _made(document)
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a pair of surrogates, which JSON can write and UTF-8 not
        raise _broken(text, 0) from None
    findings = _hash_findings(document)
    if text and (where := _not_canonical(text, document)) is not None:
        findings.append(Finding("CPN-V06", where))
    return Opened(made, tuple(findings))


def text_of(source: Mapping[str, Any] | bytes | str | os.PathLike[str]) -> str:
    """Return the text of a document: given as text or bytes, or the content of a file.

    Raises
    ------
    RecordError
        CPN-V07: it cannot be read; CPN-V03: it is not UTF-8.
    """
    if isinstance(source, str) and source.lstrip()[:1] in {"{", "["}:
        return source
    if not isinstance(source, bytes | str | os.PathLike):
        wanted = "a path, the document as text or bytes, or its values (dict)"
        raise wrong_kind(RecordError, HEADLINE, "source", source, wanted)
    raw = source if isinstance(source, bytes) else _content(source)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw.decode(errors="replace")
        at = len(raw[: error.start].decode(errors="replace"))
        raise _broken(before, at) from None


def _content(source: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file; of a device, which has no end, none are read."""
    # os.path and not pathlib, which raises for names that no file can have.
    if os.path.isfile(source):  # noqa: PTH113 - as above
        try:
            return Path(source).read_bytes()
        except OSError:
            pass
    name = short(os.path.basename(os.fspath(source)))  # noqa: PTH119 - as above
    raise refuse(RecordError, HEADLINE, "CPN-V07", file=name)


def parse(text: str) -> dict[str, Any]:
    """Return the object that a JSON text says.

    There is no number in it that is not whole: such a one is taken as its text, and refused where
    it is looked at. Of a key that stands twice the last holds, as in any reader of JSON; the bytes
    are then not canonical.

    Raises
    ------
    RecordError
        CPN-V03: it is no JSON object, or nested beyond reason.
    """
    try:
        document = json.loads(text, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos) from None
    except (RecursionError, ValueError):
        raise _broken(text, 0) from None
    if not isinstance(document, dict):
        raise _broken(text, 0)
    return document


def _broken(text: str, at: int) -> RecordError:
    values = {"byte": len(text[:at].encode()) + 1}
    return RecordError(HEADLINE, [Finding("CPN-V03", pointer_at(text, at) or "/", values)])


def _made(document: dict[str, Any]) -> Recorded:
    """Return the record of a document, or refuse what does not fit."""
    findings: list[Finding] = []
    schema = document.get("schema")
    if isinstance(schema, str) and schema not in KINDS:
        findings.append(other_schema(document, schema, SCHEMA))
    own = {key: each for key, each in document.items() if key not in ENDS}
    ends, more = structure({k: v for k, v in document.items() if k in ENDS}, _Ends)
    contents: Any
    contents, faults = structure(own, _kind_of(document))
    findings += unnamed(faults + more)
    if findings or contents is None or ends is None:
        raise RecordError(HEADLINE, findings)
    hashes: dict[str, Any] = {name: getattr(ends, name) for name in ENDS}
    if isinstance(contents, PostingContents):
        return PostingRecord(contents=contents, **hashes)
    if isinstance(contents, UnitContents):
        return UnitRecord(contents=contents, **hashes)
    return Record(contents=contents, **hashes)


def _kind_of(document: Mapping[str, Any]) -> type[Any]:
    """Return what a document says it is; a policy's record where it says nothing known."""
    schema = document.get("schema")
    return KINDS.get(schema, Contents) if isinstance(schema, str) else Contents


def unnamed(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings that repeat nothing of a person: who is scored, and who decided why."""
    return [
        evolve(each, values={**each.values, "given": "another value", "given_id": "nilai lain"})
        if each.where in PERSONAL and "given" in each.values
        else each
        for each in findings
    ]


def other_schema(document: Mapping[str, Any], given: str, wanted: str) -> Finding:
    """Return the finding about a document of another schema, with the version that wrote it."""
    engine = document.get("engine")
    version = engine.get("version", "") if isinstance(engine, Mapping) else ""
    values = {"given": short(given), "wanted": wanted, "version": short(str(version)) or "?"}
    return Finding("CPN-V04", "schema", values)


def _hash_findings(document: Mapping[str, Any]) -> list[Finding]:
    """Return a finding for every hash of a document that does not hold."""
    names = sections_of(_kind_of(document))
    found = section_hashes({name: document[name] for name in names if name in document})
    hashes = document["hashes"]
    findings = [
        Finding("CPN-V05", name, {"section": name})
        for name in sorted({*found, *hashes})
        if found.get(name) != hashes.get(name)
    ]
    if content_hash_of(hashes) != document["content_hash"]:
        findings.append(Finding("CPN-V05", "content_hash", {"section": "hashes"}))
    if seal_of(document["content_hash"], document["made_at"]) != document["seal"]:
        findings.append(Finding("CPN-V05", "seal", {"section": "content_hash, made_at"}))
    return findings


def _not_canonical(text: str, document: Mapping[str, Any]) -> str | None:
    """Return where a text first departs from canonical JSON; `None` where it does not."""
    wanted = canonical(document) + "\n"
    if text == wanted:
        return None
    pairs = enumerate(zip(text, wanted, strict=False))
    at = next((index for index, (one, other) in pairs if one != other), min(len(text), len(wanted)))
    return pointer_at(text, at) or "/"
