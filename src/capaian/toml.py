"""TOML read with a bound on what a small text can cost."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

DEEPEST = 32
"""Parts of a dotted key. The parser keeps every beginning of a key: 100,000 parts, 200 kB of text,
would take 40 GB."""
# Each text ends where its mark does, or with the document: none is looked at twice, whatever is
# left open. Alternatives exclude one another by how they begin: nothing is ever taken back.
_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\(?:.|\Z)|(?!""")")*+(?:"""|\Z)'  # over several lines, with escapes
    r"|'''.*?(?:'''|\Z)"  # over several lines, as it is
    r'|"(?:[^"\\\n]|\\(?:.|\Z))*+"?'  # in one line, with escapes
    r"|'[^'\n]*+'?"  # in one line, as it is
    r"|\#[^\n]*+|[.=,\[\]{}\n]",
    re.DOTALL,
)


def read_toml(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    r"""Return a TOML document as plain values.

    Parameters
    ----------
    text
        The document; lines may end in `\r\n`.
    parse_float
        Makes a value of a number that is not whole.

    Raises
    ------
    tomllib.TOMLDecodeError
        It is no TOML.
    RecursionError
        Its tables, lists or keys lie too deep in one another.
    """
    text = text.replace("\r\n", "\n")
    if text.count(".") >= DEEPEST and _deepest(text) >= DEEPEST:
        raise RecursionError
    return tomllib.loads(text, parse_float=parse_float)


def _deepest(text: str) -> int:
    """Return the most dots between the parts of one key; looked no further than is too many."""
    most = dots = 0
    for token in _TOKENS.finditer(text):
        mark = token[0]
        if mark == ".":
            dots += 1
            most = max(most, dots)
            if most >= DEEPEST:
                break
        elif mark in "=,[]{}\n":
            dots = 0
    return most
