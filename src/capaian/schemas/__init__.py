"""JSON Schemas of everything that capaian reads and writes; the files beside this module.

They are made by `tools/schemas.py` from the classes that read the documents, and from those in this
folder, which say how documents look that are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from capaian.errors import RequestError, did_you_mean, refuse
from capaian.wire import short

if TYPE_CHECKING:
    from capaian.policy import Policy
    from capaian.registry import Plugins

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSIONS: Mapping[str, str] = {
    "assignment": "1.0.0",
    "case-results": "1.0.0",
    "cases": "1.0.0",
    "error": "1.0.0",
    "evidence": "1.0.0",
    "explanation": "1.0.0",
    "finding": "1.0.0",
    "findings": "1.0.0",
    "override": "1.0.0",
    "parity": "1.0.0",
    "policy": "1.2.0",
    "published": "1.0.0",
    "record": "1.1.0",
    "result": "1.0.0",
    "stdio-answer": "1.1.0",
    "stdio-request": "1.1.0",
}
"""Every schema and its version: the first number changes where a document that was right may be
wrong now or means something else, the second where there is something new, the third otherwise."""


def schema(
    name: str, policy: Policy | None = None, *, plugins: Plugins | Iterable[object] = ()
) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of document.

    Parameters
    ----------
    name
        `policy`, `assignment`, `evidence`, `result`, `explanation`, `finding`, `findings`, `error`,
        `record`, `override`, `cases`, `case-results`, `parity`, `published`, `stdio-request` or
        `stdio-answer`.
    policy
        With `evidence`: the policy whose tables and columns are to be described. Where left out,
        what every table of evidence has in common.
    plugins
        With a policy: as for `capaian.score`.

    Raises
    ------
    RequestError
        CPN-J01: there is no such schema; CPN-J02: a policy is given with another than `evidence`.

    Examples
    --------
    >>> schema("finding")["$id"]
    'urn:capaian:schema:finding:1.0.0'
    """
    if name not in VERSIONS:
        values = {"name": short(name), "hint": did_you_mean(name, VERSIONS)}
        raise refuse(
            RequestError, "There is no schema.", "CPN-J01", **values, known=", ".join(VERSIONS)
        )
    if policy is None:
        made: dict[str, Any] = json.loads(_text(name))
        return made
    if name != "evidence":
        raise refuse(RequestError, "There is no schema.", "CPN-J02", name=name)
    from capaian.schemas.evidence import evidence_schema  # noqa: PLC0415 - loads the engine

    return evidence_schema(policy, plugins)


def schema_text(made: Mapping[str, Any]) -> str:
    """Return a schema as it is printed: indented, in the order in which it is told."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


@cache
def _text(name: str) -> str:
    return files("capaian").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
