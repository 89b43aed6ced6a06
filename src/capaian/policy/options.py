"""The options of plugins, which a document holds raw, made plain so that all their forms agree.

TOML says 0.9 and JSON 0.90, a mapping from Python perhaps 0.9 as a float: each becomes the text
`"0.9"`, and 90.0 the integer 90. What a plugin makes of it is the plugin's record's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import fields, has

from capaian.errors import Finding
from capaian.formula import number
from capaian.wire import below, exact_number, given, mark

RAW = {
    "score": ("convert", "options"),
    "nodes": ("convert", "options"),
    "indicators": ("measure", "normalise"),
}
"""Where in a document the options of plugins stand."""


def plain_options(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Finding]]:
    """Return a document with the raw options of its plugins made plain.

    Parameters
    ----------
    document
        The document as JSON or TOML give it.

    Returns
    -------
    document, findings
        The document, and what stands in the options that JSON has no form for (CPN-P04).
    """
    findings: list[Finding] = []
    made: dict[str, Any] = {}
    for name, keys in RAW.items():
        part = document.get(name)
        if isinstance(part, Mapping):
            made[name] = _made_plain(part, keys, name, findings)
        elif isinstance(part, list | tuple):
            made[name] = [
                _made_plain(each, keys, f"{name}[{mark(each, index)}]", findings)
                if isinstance(each, Mapping)
                else each
                for index, each in enumerate(part)
            ]
    return {**document, **made}, findings


def plain_record(record: object) -> Any:
    """Return a frozen attrs record, such as fitted parameters, as a document has it.

    Parameters
    ----------
    record
        A record, or a value in one: numbers, texts, and lists and mappings of them.
    """
    match record:
        case Fraction():
            return record.numerator if record.denominator == 1 else number(record)
        case Mapping():
            return {str(key): plain_record(each) for key, each in record.items()}
        case list() | tuple():
            return [plain_record(each) for each in record]
        case _ if has(kind := type(record)):
            return {
                each.name.removesuffix("_"): plain_record(getattr(record, each.name))
                for each in fields(kind)
                if getattr(record, each.name) is not None
            }
        case _:
            return record


def _made_plain(
    data: Mapping[str, Any], keys: Sequence[str], place: str, findings: list[Finding]
) -> dict[str, Any]:
    raw = {
        key: _plain(data[key], f"{place}.{key}", findings)
        for key in keys
        if isinstance(data.get(key), Mapping | list | tuple)
    }
    return {**data, **raw}


def _plain(value: Any, place: str, findings: list[Finding]) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal() | Fraction():
            exact = exact_number(value)
            if exact is not None:
                return exact.numerator if exact.denominator == 1 else number(exact)
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {
                str(key): _plain(each, below(place, str(key)), findings)
                for key, each in value.items()
            }
        case list() | tuple():
            return [_plain(each, f"{place}[{index}]", findings) for index, each in enumerate(value)]
    found = given(value)
    values = {
        "given": found.en,
        "given_id": found.id,
        "wanted": "a value that JSON has",
        "wanted_id": "nilai yang dikenal JSON",
        "example": '0.25, "text", true, [1, 2]',
        "hint": "",
    }
    findings.append(Finding("CPN-P04", place, values))
    return None
