"""The texts of documents that follow a pattern: exact numbers, dates, fingerprints."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from attrs import frozen


@frozen
class Form:
    """What a schema says of a text besides that it is one."""

    description: str
    pattern: str = ""
    format: str = ""


@frozen
class Counted:
    """What a schema says of a whole number that is a JSON number: it is never too large for one."""

    least: int


Exact: TypeAlias = Annotated[
    str,
    Form(
        "An exact number: a whole one, or a fraction in lowest terms.",
        r"^-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?$",
    ),
]
Published: TypeAlias = Annotated[
    str,
    Form(
        "A score as it is published: a decimal with the digits of the rounding, or, where nothing "
        "is rounded and no decimal is exact, a fraction.",
        r"^-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$",
    ),
]
Whole: TypeAlias = Annotated[str, Form("A whole number of any size.", r"^-?(0|[1-9][0-9]*)$")]
Day: TypeAlias = Annotated[str, Form("A date.", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "date")]
Instant: TypeAlias = Annotated[
    str,
    Form(
        "Local wall time of the office, without a zone.",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?$",
    ),
]
Hash: TypeAlias = Annotated[str, Form("SHA-256 in hexadecimal digits.", r"^[0-9a-f]{64}$")]
Code: TypeAlias = Annotated[str, Form("A stable code.", r"^CPN-[A-Z][0-9]{2}$")]
Count: TypeAlias = Annotated[int, Counted(0)]
Trust: TypeAlias = Literal["verified", "derived", "unconfirmed"]


@frozen
class Said:
    """A text in both languages."""

    en: str
    id: str
