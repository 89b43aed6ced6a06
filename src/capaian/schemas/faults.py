"""How findings and errors look as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

from capaian.errors import Severity
from capaian.schemas.texts import Code, Said


@frozen
class FindingDocument:
    """One fault, warning or note.

    Attributes
    ----------
    code
        Its stable code.
    severity
        `error`: nothing is scored; `warning`: it is, and this is to be read; `note`.
    where
        The place, in the user's own names; empty where it has none.
    text
        What is wrong.
    remedy
        What to do about it; empty where nothing needs doing.
    values
        The figures and names of the sentence.
    """

    code: Code
    severity: Severity
    where: str
    text: Said
    remedy: Said
    values: Mapping[str, Any]


@frozen
class FindingsDocument:
    """Everything that is wrong or worth saying: what `check` finds.

    Attributes
    ----------
    schema
        What this document is.
    findings
        Errors first, then warnings and notes.
    """

    schema: Literal["capaian/findings/1"]
    findings: tuple[FindingDocument, ...]


@frozen
class ErrorDocument:
    """Why something was not done.

    Attributes
    ----------
    schema
        What this document is.
    error
        The class of the error; `UsageError` where a command could not be read.
    code
        The code of the first finding.
    headline
        What was being done.
    findings
        All that is wrong.
    """

    schema: Literal["capaian/error/1"]
    error: str
    code: Code
    headline: str
    findings: tuple[FindingDocument, ...]
