"""From a document to an assignment: its keys, its proofs, and back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from capaian.discreet import discreet
from capaian.errors import Finding, PolicyError, wrong_kind
from capaian.exact.interval import Interval
from capaian.policy.assignment import (
    Assign,
    Assignment,
    AssignTable,
    Leave,
    Postings,
    Taken,
    Weigh,
    Without,
)
from capaian.policy.bands import prove_bands, prove_cover
from capaian.policy.document import Rounding, Source
from capaian.policy.files import document_at
from capaian.policy.guiding import names_of, prove_guidance
from capaian.policy.meant import band_of, guidance_of
from capaian.policy.proof import (
    DIGITS,
    POSITIVE,
    prove_conditions,
    prove_force,
    prove_inside,
)
from capaian.policy.read import column_ref, conditions_of
from capaian.policy.sizes import prove_sizes
from capaian.policy.titles import Title, same_text, title_of
from capaian.policy.tree import prove_name
from capaian.policy.write import (
    band_document,
    column_document,
    conditions_document,
    guidance_document,
    source_document,
)
from capaian.policy.written import (
    Column,
    Conditions,
    WrittenBand,
    WrittenEvenness,
    WrittenForce,
    WrittenGuidance,
)
from capaian.wire import fingerprint, short, sound_items, sound_parts

SIGN = "postings"
"""The key that tells an assignment from a policy."""


@frozen
class WrittenPostings:
    """The table of postings."""

    table: str
    post: str
    from_: Column
    to: Column | None = None
    subject: str = ""
    weight: Column | None = None
    where: Conditions = field(factory=dict)


@frozen
class WrittenLeave:
    """The table of leave."""

    table: str
    from_: Column
    to: Column
    subject: str = ""
    where: Conditions = field(factory=dict)


@frozen
class WrittenAssignment:
    """The whole document."""

    id: str
    edition: str
    in_force: WrittenForce
    postings: WrittenPostings
    assign: tuple[Assign, ...] | AssignTable
    weigh: Weigh
    missing: Without
    rounding: WrittenEvenness
    subject: str = ""
    title: Title = None
    sources: tuple[Source, ...] = ()
    leave: WrittenLeave | None = None
    minimum_days: int = 1
    of: Taken = "published"
    names_post: str = ""
    calendar: str = ""
    zone: Literal["WIB", "WITA", "WIT"] | None = None
    bands: tuple[WrittenBand, ...] = ()
    guidance: WrittenGuidance | None = None


def is_assignment(document: Mapping[str, Any]) -> bool:
    """Return whether a parsed document is an assignment, and not a policy."""
    return SIGN in document and "indicators" not in document


@discreet
def load_assignment(source: str | os.PathLike[str] | Mapping[str, Any]) -> Assignment:
    """Read and prove an assignment document.

    Parameters
    ----------
    source
        The path of a `.toml` or `.json` file, or the same document as a mapping of plain values.

    Returns
    -------
    Assignment
        What `capaian.score` takes in place of a policy; the policies it names are loaded there.

    Raises
    ------
    PolicyError
        All faults at once, each with its path in the document. The reference lists them.
    """
    if not isinstance(source, str | os.PathLike | Mapping):
        headline, wanted = "The assignment cannot be read.", "a path or a document (dict)"
        raise wrong_kind(PolicyError, headline, "source", source, wanted)
    return read_assignment(*document_at(source))


def read_assignment(document: Mapping[str, Any], name: str, folder: str = "") -> Assignment:
    """Return the assignment of a document that has been parsed.

    Parameters
    ----------
    document
        The document as JSON or TOML give it.
    name
        What the user calls it.
    folder
        Where it came from.

    Raises
    ------
    PolicyError
        All faults at once.
    """
    prove_sizes(document, name)
    parts, findings = sound_parts(document, WrittenAssignment)
    parts |= {"bands": sound_items(document.get("bands"), WrittenBand)}
    findings += _proofs(parts)
    if (guidance := parts.get("guidance")) is not None:
        findings += prove_guidance(guidance, names_of(document.get("bands")), units=None)
    if findings:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        raise PolicyError(f"{count} in the assignment '{short(name)}'; nothing was read.", findings)
    return _assignment(WrittenAssignment(**parts), folder)


# ---- proofs ------------------------------------------------------------------------------------


def _proofs(parts: Mapping[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    if "id" in parts and any(prove_name(each, "id") for each in parts["id"].split("/")):
        findings += prove_name(parts["id"], "id")
    if "in_force" in parts:
        findings += prove_force(parts["in_force"])
    findings += _tables(parts)
    if "minimum_days" in parts:
        findings += prove_inside(parts["minimum_days"], POSITIVE, "minimum_days")
    if parts.get("weigh") == "working_days" and parts.get("calendar") == "":
        findings.append(Finding("CPN-A11", "weigh"))
    if isinstance(parts.get("assign"), tuple):
        findings += _assigned(parts["assign"])
    return findings + _result(parts)


def _tables(parts: Mapping[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for name in ("postings", "leave"):
        table = parts.get(name)
        if table is None:
            continue
        findings += prove_conditions(table.where, f"{name}.where")
        if not table.subject and not parts.get("subject", "x"):
            values = {"key": "subject", "wanted": "a column", "wanted_id": "kolom"}
            findings.append(Finding("CPN-P02", name, values))
    weight = getattr(parts.get("postings"), "weight", None)
    if weight is not None and not isinstance(weight, str):
        findings += prove_inside(weight.digits, DIGITS, "postings.weight.digits")
    return findings


def _assigned(rules: tuple[Assign, ...]) -> list[Finding]:
    if not rules:
        return [Finding("CPN-A12", "assign")]
    findings = []
    seen: dict[str, int] = {}
    for index, each in enumerate(rules):
        if each.post in seen:
            values = {"first": f"assign[{seen[each.post]}]"}
            findings.append(Finding("CPN-A13", f"assign[{index}].post", values))
        seen.setdefault(each.post, index)
    return findings


def _result(parts: Mapping[str, Any]) -> list[Finding]:
    """Prove the rounding and the bands: every number there is has a band, whatever the scales."""
    rounding: WrittenEvenness | None = parts.get("rounding")
    findings: list[Finding] = []
    if rounding is not None and rounding.digits is not None:
        findings += prove_inside(rounding.digits, DIGITS, "rounding.digits")
    elif rounding is not None and rounding.mode != "none":
        values = {"key": "digits", "wanted": "a whole number", "wanted_id": "bilangan bulat"}
        findings.append(Finding("CPN-P02", "rounding", values))
    bands = parts["bands"]
    faults = prove_bands(bands, (), precedence=False)
    if bands and rounding is not None and not findings and not faults:
        digits = None if rounding.mode == "none" else rounding.digits
        faults += prove_cover(bands, Interval(None, None), digits, precedence=False)
    return findings + faults


# ---- the noun ----------------------------------------------------------------------------------


def _assignment(written: WrittenAssignment, folder: str) -> Assignment:
    postings, leave, rounding = written.postings, written.leave, written.rounding
    digits = 0 if rounding.mode == "none" or rounding.digits is None else rounding.digits
    table = written.assign if isinstance(written.assign, AssignTable) else None
    rules = written.assign if isinstance(written.assign, tuple) else ()
    return Assignment(
        id=written.id,
        edition=written.edition,
        title=title_of(written.title, same_text(written.id)),
        first=written.in_force.from_,
        last=written.in_force.to,
        sources=written.sources,
        postings=Postings(
            table=postings.table,
            subject=postings.subject or written.subject,
            post=postings.post,
            start=column_ref(postings.from_),
            stop=None if postings.to is None else column_ref(postings.to),
            weight=None if postings.weight is None else column_ref(postings.weight),
            where=conditions_of(postings.where),
        ),
        leave=None
        if leave is None
        else Leave(
            table=leave.table,
            subject=leave.subject or written.subject,
            start=column_ref(leave.from_),
            stop=column_ref(leave.to),
            where=conditions_of(leave.where),
        ),
        assign=tuple(sorted(rules, key=lambda each: each.post)),
        table=table,
        weigh=written.weigh,
        minimum_days=written.minimum_days,
        missing=written.missing,
        taken=written.of,
        rounding=Rounding("score", digits, rounding.mode),
        bands=tuple(band_of(each) for each in written.bands),
        guidance=guidance_of(written.guidance),
        names_post=written.names_post,
        calendar=written.calendar,
        zone=written.zone or "",
        folder=folder,
    )


def assignment_document(assignment: Assignment) -> dict[str, Any]:
    """Return an assignment as a document of plain JSON values, every default written out.

    Parameters
    ----------
    assignment
        An assignment.
    """
    each = assignment
    force = {"from": each.first.isoformat()}
    if each.last is not None:
        force["to"] = each.last.isoformat()
    rounding: dict[str, Any] = {"mode": each.rounding.mode}
    if each.rounding.mode != "none":
        rounding["digits"] = each.rounding.digits
    document: dict[str, Any] = {
        "id": each.id,
        "edition": each.edition,
        "title": dict(each.title),
        "in_force": force,
        "sources": [source_document(one) for one in each.sources],
        "postings": _table(each.postings),
        "assign": _assign(each),
        "weigh": each.weigh,
        "minimum_days": each.minimum_days,
        "missing": each.missing,
        "of": each.taken,
        "rounding": rounding,
        "bands": [band_document(band) for band in each.bands],
    }
    if each.leave is not None:
        document["leave"] = _table(each.leave)
    if each.guidance is not None:
        document["guidance"] = guidance_document(each.guidance)
    texts = {"names_post": each.names_post, "calendar": each.calendar, "zone": each.zone}
    return document | {key: text for key, text in texts.items() if text}


def _table(each: Postings | Leave) -> dict[str, Any]:
    made: dict[str, Any] = {
        "table": each.table,
        "subject": each.subject,
        "from": column_document(each.start),
        "where": conditions_document(each.where),
    }
    if each.stop is not None:
        made["to"] = column_document(each.stop)
    if isinstance(each, Postings):
        made["post"] = each.post
        if each.weight is not None:
            made["weight"] = column_document(each.weight)
    return made


def _assign(each: Assignment) -> Any:
    if each.table is not None:
        return {"table": each.table.table, "post": each.table.post, "policy": each.table.policy}
    return [{"post": rule.post, "policy": rule.policy} for rule in each.assign]


def assignment_fingerprint(assignment: Assignment) -> str:
    """Return the SHA-256 of an assignment's canonical document, as 64 hexadecimal digits.

    The policies that it names have fingerprints of their own.

    Parameters
    ----------
    assignment
        An assignment.
    """
    return fingerprint(assignment_document(assignment))
