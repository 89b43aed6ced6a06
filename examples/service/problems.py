"""Errors as the problem details of RFC 9457: a code, a place, and what to do, in two languages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response

from capaian import CapaianError, Finding, PluginError

MEDIA = "application/problem+json"
# Faults of a request, beside capaian's own codes. What is in braces is filled in.
TEXTS: Mapping[str, tuple[int, str, str]] = {
    "SVC-00": (500, "something went wrong here; it was noted, without your data.",
               "ada yang salah di sini; hal ini dicatat, tanpa data Anda."),
    "SVC-01": (413, "the body is larger than {most:,} bytes: send fewer rows at a time.",
               "isi permintaan lebih dari {most:,} bita: kirim lebih sedikit baris sekaligus."),
    "SVC-02": (400, "the body cannot be read: {reason}.",
               "isi permintaan tidak dapat dibaca: {reason}."),
    "SVC-03": (422, "it is not {wanted}.", "isinya bukan {wanted}."),
    "SVC-04": (422, "unknown key; known are: {known}.",
               "kunci tidak dikenal; yang dikenal: {known}."),
    "SVC-05": (422, "'{key}' is missing.", "'{key}' tidak ada."),
    "SVC-06": (404, "there is no such policy; known are: {known}.",
               "tidak ada kebijakan itu; yang dikenal: {known}."),
    "SVC-07": (415, "the body must be application/json.",
               "isi permintaan harus application/json."),
    "SVC-08": (408, "the body took longer than {seconds} seconds to arrive.",
               "isi permintaan tiba lebih lama dari {seconds} detik."),
    "SVC-09": (503, "this took longer than {seconds} seconds: send fewer rows at a time.",
               "ini lebih lama dari {seconds} detik: kirim lebih sedikit baris sekaligus."),
    "SVC-10": (503, "too many requests at once: try again in a moment.",
               "terlalu banyak permintaan sekaligus: coba lagi sebentar lagi."),
    "SVC-11": (404, "there is nothing at this address.", "tidak ada apa-apa di alamat ini."),
    "SVC-12": (405, "this address does not take that method.",
               "alamat ini tidak menerima metode itu."),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {
    "utf-8": ("it is not UTF-8", "bukan UTF-8"),
    "deep": ("it is nested too deeply", "bersarang terlalu dalam"),
    "json": ("it is not JSON, at line {line}, column {column}",
             "bukan JSON, pada baris {line}, kolom {column}"),
    "object": ("it is not an object", "bukan objek"),
    "twice": ("an object has a key twice", "satu objek memuat kunci yang sama dua kali"),
    "long": ("a number has more than {most} characters", "satu angka lebih dari {most} karakter"),
    "constant": ("NaN and Infinity are no JSON", "NaN dan Infinity bukan JSON"),
    "text": ("text", "teks"),
    "tables": ("an object of tables", "objek yang berisi tabel"),
    "rows": ("a list of rows", "daftar baris"),
    "row": ("an object of texts, whole numbers, true, false and null; decimals are text",
            "objek yang berisi teks, bilangan bulat, true, false, dan null; desimal berupa teks"),
}  # fmt: skip
"""What stands for `{reason}` and `{wanted}`."""


class ProblemError(Exception):
    """A request that cannot be answered: the status and all its findings."""

    def __init__(self, findings: Sequence[Mapping[str, Any]], status: int = 0) -> None:
        self.findings = findings
        self.status = status or TEXTS[findings[0]["code"]][0]
        super().__init__(findings[0]["code"])

    @classmethod
    def of(cls, code: str, pointer: str = "", **values: Any) -> ProblemError:
        """Return the error of a single fault."""
        return cls([fault(code, pointer, **values)])


def fault(code: str, pointer: str = "", **values: Any) -> dict[str, Any]:
    """Return a fault of the request itself, in the form of capaian's findings."""
    said = {}
    for place, language in enumerate(("en", "id")):
        words = {
            key: WORDS[value][place].format(**values) if key in {"reason", "wanted"} else value
            for key, value in values.items()
        }
        said[language] = TEXTS[code][1:][place].format(**words)
    return {
        "code": code,
        "severity": "error",
        "pointer": pointer,
        "text": said,
        "remedy": {"en": "", "id": ""},
    }


def pointer_to(*parts: str) -> str:
    """Return a JSON Pointer (RFC 6901)."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def findings_of(found: Iterable[Finding], tables: Iterable[str]) -> list[dict[str, Any]]:
    """Return capaian's findings with the place in the request that each is about."""
    names = sorted(tables, key=len, reverse=True)
    said = []
    for each in found:
        where = each.where
        starts = (name for name in names if where.startswith((f"{name}.", f"{name} (")))
        table = where if where in names else next(starts, None)
        pointer = "/policy"
        if table is not None:
            pointer = pointer_to("evidence", table)
        elif each.code.startswith("CPN-E"):
            pointer = "/evidence"
        elif each.code.startswith("CPN-D") or where in {"period", "as_of"}:
            pointer = "/as_of" if where == "as_of" else "/period"
        whole = each.to_dict()
        said.append(
            {name: whole[name] for name in ("code", "severity", "where", "text", "remedy")}
            | {"pointer": pointer}
        )
    return said


def of_capaian(error: CapaianError, tables: Iterable[str]) -> ProblemError:
    """Return the problem of what capaian refuses; a plugin that fails is not the caller's fault."""
    status = 500 if isinstance(error, PluginError) else 422
    return ProblemError(findings_of(error.findings, tables), status)


def answer(problem: ProblemError) -> Response:
    """Return a problem as a response."""
    first = problem.findings[0]
    body = {
        "type": f"urn:capaian:error:{first['code']}",
        "title": first["text"]["en"],
        "status": problem.status,
        "code": first["code"],
        "pointer": first["pointer"],
        "findings": list(problem.findings),
    }
    headers = {"Retry-After": "5"} if problem.status == 503 else {}
    return Response(json.dumps(body, ensure_ascii=False).encode(), problem.status, headers, MEDIA)
