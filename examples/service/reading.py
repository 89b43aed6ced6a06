"""A request's body: received within limits, and read by capaian's own reader."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import frozen
from fastapi import Request
from limits import Limits
from problems import ProblemError, of_capaian

import capaian
from capaian.wire import structure

Made = TypeVar("Made")
HEADLINE = "The request cannot be answered."


@frozen(kw_only=True)
class Asked:
    """What every request has: by which policy, in which period, and the rows.

    Attributes
    ----------
    policy
        The id of a policy of the service; never a path.
    as_of
        Evidence is known up to here; the period's end.
    """

    policy: str
    period: str
    as_of: str | None = None
    evidence: Mapping[str, Any]


@frozen(kw_only=True)
class ExplainAsked(Asked):
    """A request for one subject's explanation."""

    subject: str


@frozen(kw_only=True)
class RecordAsked(ExplainAsked):
    """A request for one subject's record, and when it is made."""

    made_at: str | None = None


async def read_body(request: Request, limits: Limits) -> dict[str, Any]:
    """Return the body as plain values; a decimal point makes a Decimal, never a float.

    Raises
    ------
    ProblemError
        Another media type, too large, too slow; or what `capaian.read_object` refuses.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ProblemError.of("SVC-07")
    try:
        body = await asyncio.wait_for(_received(request, limits.most_bytes), limits.seconds)
    except TimeoutError:
        raise ProblemError.of("SVC-08", seconds=limits.seconds) from None
    try:
        return capaian.read_object(body)
    except capaian.RequestError as error:
        raise of_capaian(error, status=400) from None


async def _received(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ProblemError.of("SVC-01", most=most)
    return bytes(body)


def proved(given: Mapping[str, Any], kind: type[Made]) -> Made:
    """Return a request whose keys and kinds are as they must be; all faults are told at once.

    Raises
    ------
    ProblemError
        CPN-P01, P02, P04: unknown and missing keys, and values of another kind.
    """
    made, findings = structure(given, kind)
    if made is None:
        raise of_capaian(capaian.RequestError(HEADLINE, findings))
    return made
