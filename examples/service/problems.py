"""Errors as the problem details of RFC 9457: a code, a place, and what to do, in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response

from capaian import CapaianError, Finding, PluginError
from capaian.errors import plain_json
from capaian.wire import below, pointer

MEDIA = "application/problem+json"
# Faults of the service itself; all others are capaian's. What is in braces is filled in.
TEXTS: Mapping[str, tuple[int, str, str]] = {
    "SVC-00": (500, "something went wrong here; it was noted, without your data.",
               "ada yang salah di sini; hal ini dicatat, tanpa data Anda."),
    "SVC-01": (413, "the body is larger than {most:,} bytes: send fewer rows at a time.",
               "isi permintaan lebih dari {most:,} bita: kirim lebih sedikit baris sekaligus."),
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
KEYS = ("policy", "period", "as_of", "evidence", "subject", "made_at")
_ROW = re.compile(r"\[([0-9]+)\]")
_UNREAD = re.compile(r"evidence\.(\w+)(?:\[([0-9]+)\])?")


class ProblemError(Exception):
    """A request that cannot be answered: what is said of it."""

    def __init__(self, status: int, code: str, **said: Any) -> None:
        self.status = status
        self.said = {
            "type": f"urn:capaian:error:{code}",
            "title": said["text"]["en"],
            "status": status,
            "code": code,
            **said,
        }
        super().__init__(code)

    @classmethod
    def of(cls, code: str, place: str = "", **values: Any) -> ProblemError:
        """Return the error of a fault of the service itself."""
        status, *texts = TEXTS[code]
        en, said = (each.format(**values) for each in texts)
        return cls(status, code, text={"en": en, "id": said}, pointer=place)


def of_capaian(error: CapaianError, tables: Iterable[str] = (), status: int = 0) -> ProblemError:
    """Return the problem of what capaian refuses: its own document, and the places it is about.

    Parameters
    ----------
    error
        What capaian says.
    tables
        The names of the tables in the request.
    status
        Of the answer; where left out, 422, and 500 where a plugin failed, which the caller can do
        nothing about.
    """
    names = sorted(tables, key=len, reverse=True)
    places = [_place(each, names) for each in error.findings]
    first = error.findings[0].to_dict()
    return ProblemError(
        status or (500 if isinstance(error, PluginError) else 422), error.code,
        text=first["text"], pointer=places[0], pointers=places, error=error.to_dict(),
    )  # fmt: skip


def _place(finding: Finding, tables: list[str]) -> str:
    """Return the place in the request that a finding is about, as a JSON Pointer (RFC 6901)."""
    if unread := _UNREAD.match(finding.where):  # before it was known which tables there are
        return pointer(["evidence", *(each for each in unread.groups() if each)])
    for name in tables:
        for said in (name, below("", name)):
            rest = finding.where.removeprefix(said)
            if rest != finding.where and (not rest or rest[0] in ".[ "):
                row = _ROW.match(rest)
                return pointer(["evidence", name, *(row.groups() if row else ())])
    head = re.split(r"[.\[]", finding.where, maxsplit=1)[0]
    if head in KEYS:
        return pointer([head])
    if finding.code.startswith("CPN-E"):
        return "/evidence"
    if finding.code.startswith("CPN-D"):
        return "/period"
    return "" if finding.code.startswith(("CPN-J", "CPN-P")) else "/policy"


def answer(problem: ProblemError) -> Response:
    """Return a problem as a response."""
    headers = {"Retry-After": "5"} if problem.status == 503 else {}
    return Response(plain_json(problem.said).encode(), problem.status, headers, MEDIA)
