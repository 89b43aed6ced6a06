"""The fields of a record's class, and the kinds of value that they take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

import attrs

Shape: TypeAlias = Literal["table", "list", "scalar"]


def fields_of(cls: type[Any]) -> list[attrs.Attribute[Any]]:
    """Return what a class is made of."""
    return [each for each in attrs.fields(cls) if each.init]


@cache
def kinds_of(cls: type[Any]) -> Mapping[str, Any]:
    """Return the kind of value that each field of a class takes."""
    return MappingProxyType(get_type_hints(cls))


def key_of(field: attrs.Attribute[Any]) -> str:
    """Return a field's key in a document: its name, less the underscore that Python needs."""
    return field.name.removesuffix("_")


def inners_of(kind: Any, count: int) -> tuple[Any, ...] | None:
    """Return what each of so many items is, in a `tuple[X, ...]` or a `tuple[X, Y]`.

    `None` where the kind has another number of items.
    """
    match get_args(kind):
        case (inner, last) if last is Ellipsis:
            return (inner,) * count
        case inners:
            return inners if len(inners) == count else None


def is_mapping(kind: Any) -> bool:
    """Return whether the kind is a mapping of names to values."""
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def shape(data: object) -> Shape:
    """Return the shape of a plain value."""
    if isinstance(data, Mapping):
        return "table"
    return "list" if isinstance(data, list | tuple) else "scalar"


def shape_of(kind: Any) -> Shape:
    """Return the shape of the plain values that become a kind."""
    if attrs.has(kind) or is_mapping(kind):
        return "table"
    return "list" if get_origin(kind) is tuple else "scalar"
