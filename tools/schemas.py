"""Writes the JSON Schemas that are shipped, from the classes that say how each document looks.

    PYTHONPATH=src .venv/bin/python tools/schemas.py

It is run after a change of such a class; `tests/schemas/` fails until it has been, and until
the version of a schema that has changed is another one.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from inspect import getdoc
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from capaian.cases.written import CaseFile
from capaian.policy.assigning import WrittenAssignment
from capaian.policy.written import WrittenPolicy
from capaian.schemas import (
    DIALECT,
    VERSIONS,
    cases,
    comparisons,
    explanations,
    faults,
    records,
    results,
    schema_text,
)
from capaian.schemas.evidence import TABLES
from capaian.schemas.texts import Counted, Form
from capaian.stdio import answers, requests
from capaian.wire.kinds import fields_of, is_mapping, key_of

FOLDER = Path(__file__).parents[1] / "src" / "capaian" / "schemas"
ROOTS: Mapping[str, tuple[str, Any]] = {
    "assignment": ("Which post is scored by which policy, and who held it.", WrittenAssignment),
    "case-results": ("What came of a run of cases.", cases.CaseResultsDocument),
    "cases": ("What rules are to give for an input.", CaseFile),
    "error": ("Why something was not done.", faults.ErrorDocument),
    "evidence": ("Tables of evidence by name, each a list of rows.", TABLES),
    "explanation": (
        "Why a subject, a holder of posts or a unit has its score.",
        explanations.ExplanationDocument
        | explanations.PostingExplanationDocument
        | explanations.UnitExplanationDocument
        | explanations.ExplanationsDocument,
    ),
    "finding": ("One fault, warning or note.", faults.FindingDocument),
    "findings": ("Everything that is wrong or worth saying.", faults.FindingsDocument),
    "override": ("A correction of a result, which refers to its record.", records.OverrideDocument),
    "parity": ("How an office's own sheet and capaian agree.", comparisons.ParityDocument),
    "policy": ("A whole rule in one edition.", WrittenPolicy),
    "published": ("A table in which no small group is shown.", comparisons.PublishedDocument),
    "record": (
        "The audit record of one subject's result: of a policy, of posts, of units.",
        records.RecordDocument | records.PostingRecordDocument | records.UnitRecordDocument,
    ),
    "result": (
        "Scores with every step: of a policy, of several periods, of posts, of units.",
        results.ScoresDocument
        | results.PeriodsDocument
        | results.PostingsDocument
        | results.UnitsDocument,
    ),
    "stdio-answer": ("A line that `capaian serve-stdio` writes.", answers.ANSWER),
    "stdio-request": ("A line that `capaian serve-stdio` reads.", requests.REQUEST),
}
"""Each schema: what it is of, and the class, or the classes of which a document is one."""
NUMBER = {
    "description": "An exact number: a JSON number is the decimal that it says; or a text with a "
    "decimal, a fraction or a percentage.",
    "anyOf": [
        {"type": "number"},
        {
            "type": "string",
            "pattern": r"^\s*[+-]?[0-9]+(\s*/\s*[0-9]*[1-9][0-9]*|(\.[0-9]+)?\s*%?)\s*$",
        },
    ],
}
SCALARS: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}


class Maker:
    """Makes one schema; the classes on the way become its definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.names: dict[str, type[Any]] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the schema of a kind of value."""
        origin = get_origin(kind)
        if kind is Any:
            return {}
        if origin is Annotated:
            return self._annotated(*get_args(kind))
        if origin in {Union, types.UnionType}:
            return self._union(get_args(kind))
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if origin is tuple:
            return self._list(get_args(kind))
        return self._named(kind)

    def _named(self, kind: Any) -> dict[str, Any]:
        """Return the schema of a mapping, a class or a scalar."""
        if is_mapping(kind):
            inner = self.of(get_args(kind)[1])
            return {"type": "object", **({"additionalProperties": inner} if inner else {})}
        if attrs.has(kind):
            return self._reference(kind)
        if kind is Fraction:
            self.definitions["ExactNumber"] = NUMBER
            return {"$ref": "#/$defs/ExactNumber"}
        return dict(SCALARS[kind])

    def _annotated(self, kind: Any, *said: Any) -> dict[str, Any]:
        made = self.of(kind)
        for each in said:
            if isinstance(each, Counted):
                made |= {"minimum": each.least}
            if isinstance(each, Form):
                made |= {"description": each.description}
                made |= {"pattern": each.pattern} if each.pattern else {}
                made |= {"format": each.format} if each.format else {}
        return made

    def _union(self, kinds: tuple[Any, ...]) -> dict[str, Any]:
        made = [self.of(each) for each in kinds]
        return {} if {} in made else {"anyOf": made}

    def _list(self, kinds: tuple[Any, ...]) -> dict[str, Any]:
        if kinds[-1] is Ellipsis:
            inner = self.of(kinds[0])
            return {"type": "array", **({"items": inner} if inner else {})}
        made = [self.of(each) for each in kinds]
        return {"type": "array", "prefixItems": made, "items": False, "minItems": len(made)}

    def _reference(self, cls: type[Any]) -> dict[str, Any]:
        name = re.sub(r"^_?Written|Document$", "", cls.__name__)
        if self.names.setdefault(name, cls) is not cls:  # the rule of a result, that of a record
            name = f"{cls.__module__.split('.')[1].capitalize()}{name}"
            if self.names.setdefault(name, cls) is not cls:
                raise ValueError(f"two classes would be '{name}'")
        if name not in self.definitions:
            self.definitions[name] = {}  # where it is part of itself
            self.definitions[name] = self.table(cls)
        return {"$ref": f"#/$defs/{name}"}

    def table(self, cls: type[Any]) -> dict[str, Any]:
        """Return the schema of a class's objects: its keys, and which of them there must be."""
        kinds = get_type_hints(cls, include_extras=True)
        about, of_keys = told(cls)
        keys = {}
        for each in fields_of(cls):
            value = each.metadata.get("schema") or self.of(kinds[each.name])
            said = of_keys.get(each.name)
            keys[key_of(each)] = {"description": said, **value} if said else value
        needed = [key_of(each) for each in fields_of(cls) if each.default is attrs.NOTHING]
        made: dict[str, Any] = {"description": about, "type": "object", "properties": keys}
        made |= {"required": needed} if needed else {}
        open_ = getattr(cls, "OPEN", False)
        return made if open_ else made | {"additionalProperties": False}


def told(cls: type[Any]) -> tuple[str, dict[str, str]]:
    """Return what a class's docstring says of it in its first paragraph, and of its attributes."""
    first, _, rest = (getdoc(cls) or "").partition("\n\n")
    said: dict[str, str] = {}
    _, _, listed = rest.partition("Attributes\n----------\n")
    for names, text in re.findall(r"^(\S.*)\n((?: {4}.*\n?|\n(?= ))+)", listed, re.MULTILINE):
        for name in names.split(", "):
            said[name] = " ".join(text.split())
    return " ".join(first.split()), said


def make_schema(name: str) -> dict[str, Any]:
    """Return one of the schemas that are shipped."""
    about, kind = ROOTS[name]
    maker = Maker()
    if isinstance(kind, dict):
        whole = kind
    else:
        whole = maker.table(kind) if attrs.has(kind) else maker.of(kind)
    made: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:capaian:schema:{name}:{VERSIONS[name]}",
    }
    made |= {"title": f"capaian: {name}", **whole, "description": about}
    if maker.definitions:
        made["$defs"] = dict(sorted(maker.definitions.items()))
    return made


def main() -> None:
    """Write every schema into the package."""
    for name in VERSIONS:
        (FOLDER / f"{name}.json").write_text(schema_text(make_schema(name)), encoding="utf-8")
    print(f"{len(VERSIONS)} schemas in {FOLDER}")


if __name__ == "__main__":
    main()
