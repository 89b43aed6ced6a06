"""The documents of the service as JSON Schema 2020-12, for its OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PERIOD = (
    r"^[0-9]{4}(-(S[12]|Q[1-4]|0[1-9]|1[0-2]))?$"
    r"|^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2}$"
)
BOTH = {
    "type": "object",
    "required": ["en", "id"],
    "properties": {"en": {"type": "string"}, "id": {"type": "string"}},
}
NUMBER = {"type": ["string", "null"], "description": "an exact number as text: 85.49, 22/7"}
CELL = {
    "description": "identifiers, decimals and stamps are text; what is not known is null",
    "anyOf": [
        {"type": ["string", "boolean", "null"]},
        {"type": "integer", "minimum": 1 - 2**53, "maximum": 2**53 - 1},
    ],
}
FINDING = {
    "type": "object",
    "required": ["code", "severity", "pointer", "text", "remedy"],
    "properties": {
        "code": {"type": "string", "pattern": "^(CPN-[A-Z][0-9]{2}|SVC-[0-9]{2})$"},
        "severity": {"enum": ["error", "warning", "note"]},
        "pointer": {"type": "string", "format": "json-pointer"},
        "where": {"type": "string"},
        "text": BOTH,
        "remedy": BOTH,
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "pointer", "findings"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "pointer": {"type": "string", "format": "json-pointer"},
        "findings": {"type": "array", "minItems": 1, "items": FINDING},
    },
}
RESULT = {
    "type": "object",
    "required": ["schema", "version", "policy", "period", "as_of", "findings", "scores"],
    "properties": {
        "schema": {"const": "capaian/scores/1"},
        "version": {"type": "string"},
        "policy": {"type": "object"},
        "period": {"type": "object"},
        "as_of": {"type": "string"},
        "findings": {"type": "array"},
        "scores": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["subject", "status", "score", "band", "indicators"],
                "properties": {
                    "subject": {"type": "string"},
                    "status": {"type": "string"},
                    "score": NUMBER,
                    "unrounded": NUMBER,
                    "band": {"type": ["string", "null"]},
                    "indicators": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}
EXPLANATION = {
    "type": "object",
    "required": ["subject", "policy", "period", "status", "score", "band", "parts"],
    "properties": {
        "subject": {"type": "string"},
        "policy": {"type": "object"},
        "period": {"type": "string"},
        "status": {"type": "string"},
        "score": NUMBER,
        "band": {"type": ["string", "null"]},
        "parts": {"type": "array", "items": {"type": "object"}},
    },
}
FINDINGS = {
    "type": "object",
    "required": ["findings"],
    "properties": {"findings": {"type": "array", "items": FINDING}},
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
            "evidence": {
                "type": "object",
                "description": "tables by name, each a list of rows",
                "additionalProperties": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": CELL},
                },
            },
        },
    }
    asked = {"subject": {"type": "string"}, **request["properties"]}  # type: ignore[dict-item]
    return {
        "Request": request,
        "ExplainRequest": {
            **request,
            "required": ["subject", "policy", "period", "evidence"],
            "properties": asked,
        },
        "Result": RESULT,
        "Explanation": EXPLANATION,
        "Findings": FINDINGS,
        "Policies": POLICIES,
        "Health": HEALTH,
        "Problem": PROBLEM,
    }


def described(answer: str, request: str = "") -> dict[str, Any]:
    """Return what OpenAPI says of an operation, besides what FastAPI knows."""
    said: dict[str, Any] = {"responses": {"200": _content("application/json", answer, "done")}}
    said["responses"]["default"] = _content("application/problem+json", "Problem", "why not")
    if request:
        body = _content("application/json", request, "") | {"required": True}
        asked = {"subject": _DAY["nip"]} if request == "ExplainRequest" else {}
        body["content"]["application/json"]["example"] = {**asked, **EXAMPLE}
        said["requestBody"] = body
    return said


def _content(media: str, name: str, description: str) -> dict[str, Any]:
    content = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"content": content} | ({"description": description} if description else {})
