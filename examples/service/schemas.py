"""What OpenAPI says of the documents: capaian's own JSON Schemas, and the service's few beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import capaian

PERIOD = (
    r"^[0-9]{4}(-(S[12]|Q[1-4]|0[1-9]|1[0-2]))?$"
    r"|^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2}$"
)
DOCUMENTS = {
    "Result": "result",
    "Explanation": "explanation",
    "Findings": "findings",
    "Record": "record",
    "Error": "error",
}
"""Components that are capaian's, and the names of their schemas."""
BOTH = {
    "type": "object",
    "required": ["en", "id"],
    "properties": {"en": {"type": "string"}, "id": {"type": "string"}},
}
POINTER = {"type": "string", "format": "json-pointer"}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "text", "pointer"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "pattern": "^(CPN-[A-Z][0-9]{2}|SVC-[0-9]{2})$"},
        "text": BOTH,
        "pointer": POINTER,
        "pointers": {
            "description": "For each finding of the error the place in the request.",
            "type": "array",
            "items": POINTER,
        },
        "error": {"$ref": "#/components/schemas/Error"},
    },
}
POLICIES = {
    "type": "object",
    "required": ["policies"],
    "properties": {
        "policies": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "edition", "title", "first", "last", "fingerprint"],
                "properties": {
                    "id": {"type": "string"},
                    "edition": {"type": "string"},
                    "title": {"type": "object"},
                    "first": {"type": "string", "format": "date"},
                    "last": {"type": ["string", "null"]},
                    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
            },
        }
    },
}
HEALTH = {
    "type": "object",
    "required": ["status", "version", "policies"],
    "properties": {
        "status": {"const": "ok"},
        "version": {"type": "string"},
        "policies": {"type": "integer"},
    },
}


_DAY = {"nip": "999999992026000001", "answered": "2026-01-09"}
EXAMPLE = {
    "policy": "front-desk",
    "period": "2026-01",
    "as_of": "2026-02-01",
    "evidence": {
        "complaints": [{"nip": _DAY["nip"], "received": "2026-01-05", "answered": "2026-01-06"}],
        "services": [{"nip": _DAY["nip"], "served": "2026-01-20", "points": "2.75"}],
        "survey": [{**_DAY, "u1": 4, "u2": 3, "u3": 4}],
    },
}
"""A request that is scored by the policy of the example."""
_OF_ONE = {"subject": {"type": "string", "description": "whose"}}
_MADE = {"made_at": {"type": ["string", "null"], "description": "when the record is made"}}


def components(policies: Iterable[str]) -> dict[str, Any]:
    """Return all schemas by name; a request names one of these policies."""
    request = {
        "type": "object",
        "required": ["policy", "period", "evidence"],
        "additionalProperties": False,
        "properties": {
            "policy": {"enum": sorted(policies)},
            "period": {"type": "string", "pattern": PERIOD, "examples": ["2026-Q1"]},
            "as_of": {"type": ["string", "null"], "description": "evidence is known up to here"},
            "evidence": _evidence(),
        },
    }
    found = {
        "Request": request,
        "ExplainRequest": _with(request, _OF_ONE),
        "RecordRequest": _with(request, _OF_ONE | _MADE),
        "Policies": POLICIES,
        "Health": HEALTH,
        "Problem": PROBLEM,
    }
    for name, own in DOCUMENTS.items():
        found |= _document(name, capaian.schema(own))
    return found


def _evidence() -> dict[str, Any]:
    """Return the schema of evidence. A table may have no rows: that is a finding of `/check`."""
    made = capaian.schema("evidence")
    rows = {key: each for key, each in made["additionalProperties"].items() if key != "minItems"}
    return {"type": "object", "description": made["description"], "additionalProperties": rows}


def _with(request: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **request,
        "required": ["subject", *request["required"]],
        "properties": {**request["properties"], **more},
    }


def _document(name: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of capaian's as components: `Result`, and what it is made of, `Result.Rule`.

    A schema that has an `$id` is a document of its own, in which many a reader of OpenAPI looks for
    references in the wrong place: its id and dialect stay behind.
    """
    whole = {key: each for key, each in made.items() if key not in {"$schema", "$id", "$defs"}}
    parts = {f"{name}.{part}": each for part, each in made.get("$defs", {}).items()}
    return {key: _moved(each, name) for key, each in {name: whole, **parts}.items()}


def _moved(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_moved(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: each.replace("#/$defs/", f"#/components/schemas/{name}.")
        if key == "$ref"
        else _moved(each, name)
        for key, each in value.items()
    }


def described(answer: str, request: str = "") -> dict[str, Any]:
    """Return what OpenAPI says of an operation, besides what FastAPI knows."""
    said: dict[str, Any] = {"responses": {"200": _content("application/json", answer, "done")}}
    said["responses"]["default"] = _content("application/problem+json", "Problem", "why not")
    if request:
        body = _content("application/json", request, "") | {"required": True}
        asked = {} if request == "Request" else {"subject": _DAY["nip"]}
        body["content"]["application/json"]["example"] = {**asked, **EXAMPLE}
        said["requestBody"] = body
    return said


def _content(media: str, name: str, description: str) -> dict[str, Any]:
    content = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"content": content} | ({"description": description} if description else {})
