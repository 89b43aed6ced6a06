"""What can be asked: one class for each request, by which a line is read and its schema is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from capaian.errors import Finding, Language, RequestError, did_you_mean
from capaian.schemas.evidence import ROW
from capaian.schemas.tables import kind_of
from capaian.wire import short, structure

Identifier: TypeAlias = str | int | None
TABLES: dict[str, Any] = {
    "description": "Tables by name: rows, or the path of a CSV, Parquet or JSON Lines file.",
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array", "items": ROW}]},
}
HEADLINE = "The request cannot be answered."


@frozen(kw_only=True)
class _Asked:
    """What every request has."""

    id: Identifier = None
    language: Language | None = None


@frozen(kw_only=True)
class _Evaluated(_Asked):
    """What requests have by which evidence is looked at."""

    policy: str | Mapping[str, Any] | None = None
    evidence: Mapping[str, Any] = field(factory=dict, metadata={"schema": TABLES})
    period: str | tuple[str, ...] | None = None
    as_of: str | None = None
    on: str | None = None
    zone: Literal["WIB", "WITA", "WIT"] | None = None


@frozen(kw_only=True)
class ScoreRequest(_Evaluated):
    """Score every subject.

    Attributes
    ----------
    id
        What the caller calls the request; every line of its answer has it.
    language
        In which language the texts of the answer are; what the command was started with.
    policy
        A policy or an assignment, or the path or name of one; what the command was started with.
    period
        One period, or several; what the command was started with.
    as_of
        Evidence is known up to here; the period's end.
    on
        The day whose edition of the policy is taken.
    zone
        The office's zone, where it is not the policy's.
    """

    request: Literal["score"]


@frozen(kw_only=True)
class ExplainRequest(_Evaluated):
    """Explain one subject's score; the rest as for `score`.

    Attributes
    ----------
    subject
        Whose.
    """

    request: Literal["explain"]
    subject: str


@frozen(kw_only=True)
class UnitsRequest(_Evaluated):
    """Score every unit of a policy that says how; in one period. As for `score`."""

    request: Literal["units"]


@frozen(kw_only=True)
class RecordRequest(_Evaluated):
    """Make the audit record of a subject's result, or of everybody's; the rest as for `score`.

    Attributes
    ----------
    subject
        Whose; of everybody where left out.
    made_at
        When it is made; the record says nothing where left out.
    """

    request: Literal["record"]
    subject: str | None = None
    made_at: str | None = None


@frozen(kw_only=True)
class CheckRequest(_Evaluated):
    """Find everything that is wrong; score nothing. As for `score`."""

    request: Literal["check"]


@frozen(kw_only=True)
class CasesRequest(_Asked):
    """Run cases against the rules of installed packs.

    Attributes
    ----------
    cases
        The cases, the path of a file, or the name of a pack.
    """

    request: Literal["cases"]
    cases: str | Mapping[str, Any]


@frozen(kw_only=True)
class SchemaRequest(_Asked):
    """Return a JSON Schema.

    Attributes
    ----------
    name
        Of which document.
    policy
        With `evidence`: the policy whose columns are described.
    """

    request: Literal["schema"]
    name: str
    policy: str | Mapping[str, Any] | None = None


@frozen(kw_only=True)
class VersionRequest(_Asked):
    """Return the versions of capaian, of the protocol and of every schema."""

    request: Literal["version"]


REQUEST: TypeAlias = (
    ScoreRequest
    | UnitsRequest
    | ExplainRequest
    | RecordRequest
    | CheckRequest
    | CasesRequest
    | SchemaRequest
    | VersionRequest
)
Evaluated: TypeAlias = ScoreRequest | UnitsRequest | ExplainRequest | RecordRequest | CheckRequest
BY_NAME: Mapping[str, type[Any]] = {
    "cases": CasesRequest,
    "check": CheckRequest,
    "explain": ExplainRequest,
    "record": RecordRequest,
    "schema": SchemaRequest,
    "score": ScoreRequest,
    "units": UnitsRequest,
    "version": VersionRequest,
}


def read_request(found: Mapping[str, Any]) -> REQUEST:
    """Return the request that plain values say.

    Raises
    ------
    RequestError
        What is wrong with its keys (CPN-P01 to P06), no request of that name (J15), a table that
        is neither rows nor a path (J16).
    """
    name = found.get("request")
    if not isinstance(name, str) or name not in BY_NAME:
        raise RequestError(HEADLINE, [_unknown(found)])
    made, findings = structure(found, BY_NAME[name])
    evidence = found.get("evidence")
    if isinstance(evidence, Mapping):
        findings += [
            Finding("CPN-J16", f"evidence.{short(table)}", {"given": en, "given_id": said})
            for table, sent in evidence.items()
            if not isinstance(sent, str | list)
            for en, said in (kind_of(sent),)
        ]
    if made is None or findings:
        raise RequestError(HEADLINE, findings)
    request: REQUEST = made
    return request


def _unknown(found: Mapping[str, Any]) -> Finding:
    known = ", ".join(BY_NAME)
    if "request" not in found:
        values = {"key": "request", "wanted": known, "wanted_id": known}
        return Finding("CPN-P02", "", values)
    name = str(found["request"])
    values = {"name": short(name), "hint": did_you_mean(short(name), BY_NAME), "known": known}
    return Finding("CPN-J15", "request", values)
