"""A policy as TOML that people can read: one key a line, tables by what they are about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from textwrap import wrap
from typing import Any

from capaian.policy.document import Policy
from capaian.policy.write import to_document

WIDTH = 96
"""Columns at which a list of numbers is broken."""
ORDER = ("id", "edition", "title", "in_force", "relative", "scale", "missing", "precedence")
"""What a policy begins with; the other keys that are no lists of tables follow by name."""
TABLES = ("subjects", "score", "nodes", "indicators", "bands", "guidance")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DATES = ("from", "to")


def policy_toml(policy: Policy) -> str:
    """Return a policy as TOML text, which `load_policy` reads back as the same policy.

    Empty values, which are the defaults of every key, are left out; the others are written out.

    Parameters
    ----------
    policy
        A policy, fitted or not.
    """
    document = to_document(policy)
    dates = {key: _Bare(value) for key, value in document["in_force"].items()}
    document["in_force"] = {key: dates[key] for key in _DATES if key in dates}
    first = [key for key in ORDER if key in document]
    rest = sorted(key for key in document if key not in {*ORDER, *TABLES, "decision"})
    lines = _pairs({key: document[key] for key in [*first, *rest]})
    for name in TABLES:
        value = document.get(name, ())
        for each in [value] if isinstance(value, Mapping) else value:
            mark = f"[{name}]" if isinstance(value, Mapping) else f"[[{name}]]"
            steps = each.get("normalise", ()) if name == "indicators" else ()
            pairs = {key: one for key, one in each.items() if key != "normalise"}
            lines += ["", mark, *_pairs(pairs), *chain.from_iterable(map(_step, steps))]
    lines += _decision(document.get("decision", {}))
    return "\n".join(lines) + "\n"


def _decision(decision: Mapping[str, Any]) -> list[str]:
    """Return the lines of a decision table: each rating, level and cell a table of its own."""
    lines: list[str] = []
    for rating in decision.get("ratings", ()):
        pairs = {key: value for key, value in rating.items() if key != "levels"}
        lines += ["", "[[decision.ratings]]", *_pairs(pairs)]
        for level in rating["levels"]:
            lines += ["", "[[decision.ratings.levels]]", *_pairs(level)]
    for cell in decision.get("cells", ()):
        lines += ["", "[[decision.cells]]", *_pairs(cell)]
    return lines


class _Bare(str):
    """A text that TOML writes without quotes: a date."""

    __slots__ = ()


def _step(step: Mapping[str, Any]) -> list[str]:
    """Return the lines of a normalisation, its fit in tables of their own."""
    place = "indicators.normalise"
    options = {key: value for key, value in step.items() if key not in {"method", "fitted"}}
    lines = ["", f"[[{place}]]", *_written({"method": step["method"], **options})]
    if "fitted" in step:
        fitted = dict(step["fitted"])
        parameters = fitted.pop("parameters")
        lines += ["", f"[{place}.fitted]", *_pairs(fitted)]
        lines += ["", f"[{place}.fitted.parameters]", *_written(parameters)]
    return lines


def _pairs(table: Mapping[str, Any]) -> list[str]:
    """Return the lines of a table, without what is empty."""
    return _written({key: value for key, value in table.items() if value not in ("", [], {})})


def _written(table: Mapping[str, Any]) -> list[str]:
    return list(chain.from_iterable(_lines(_key(key), value) for key, value in table.items()))


def _lines(key: str, value: Any) -> list[str]:
    line = f"{key} = {_value(value)}"
    if len(line) > WIDTH and isinstance(value, Mapping):
        return list(chain.from_iterable(_lines(f"{key}.{_key(k)}", v) for k, v in value.items()))
    if len(line) <= WIDTH or not isinstance(value, Sequence) or isinstance(value, str):
        return [line]
    if any(isinstance(each, Mapping) for each in value):
        return [f"{key} = [", *(f"    {_value(each)}," for each in value), "]"]
    items = " ".join(f"{_value(each)}," for each in value)
    if any(" " in _value(each) for each in value):
        return [f"{key} = [", *(f"    {_value(each)}," for each in value), "]"]
    indent = "    "
    broken = wrap(
        items, WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [f"{key} = [", *broken, "]"]


def _value(value: Any) -> str:
    match value:
        case _Bare():
            return str(value)
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case Mapping():
            pairs = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: str) -> str:
    """Return a basic string: what JSON escapes, and the one control that only TOML does."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
