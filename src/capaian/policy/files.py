"""Policy documents as files: TOML and JSON, read exactly, with the place of what cannot be read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from capaian.errors import PolicyError, did_you_mean, refuse
from capaian.policy.shipped import shipped_policies
from capaian.toml import read_toml
from capaian.wire import short

ENDINGS = (".toml", ".json")
LONGEST_NAME = 1000
_PLACE = re.compile(r"(?P<problem>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)")


def read_document(file: Traversable, name: str) -> Mapping[str, Any]:
    """Return what is written in a file, numbers exact.

    Parameters
    ----------
    file
        The file; its ending says whether it is TOML or JSON.
    name
        What the user calls it.

    Raises
    ------
    PolicyError
        A file that cannot be opened or that has another ending (CPN-P10), that is not UTF-8 (P08)
        or not TOML or JSON (P07), or that holds a key twice (P45).
    """
    headline = f"The policy document '{short(name)}' cannot be read."
    parse = _parser(file.name)
    if parse is None:
        wanted = " or ".join(ENDINGS)
        raise refuse(PolicyError, headline, "CPN-P10", problem=f"its name does not end in {wanted}")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(PolicyError, headline, "CPN-P08", position=error.start) from None
    except OSError as error:
        raise refuse(PolicyError, headline, "CPN-P10", problem=str(error.strerror)) from None
    try:
        return parse(text)
    except _Twice as error:
        raise refuse(PolicyError, headline, "CPN-P45", key=short(error.key)) from None
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise _not_understood(error, text, headline) from None


def document_at(
    source: str | os.PathLike[str] | Mapping[str, Any],
) -> tuple[Mapping[str, Any], str, str]:
    """Return a document, what the user calls it, and the folder that it is in.

    Parameters
    ----------
    source
        The path of a document, or the document itself, which is called by its id and is in none.

    Raises
    ------
    PolicyError
        No such file (CPN-P09); as for `read_document`.
    """
    if isinstance(source, Mapping):
        return source, str(source.get("id", "(without an id)")), ""
    name = os.fspath(source)
    if not os.path.isfile(name):  # noqa: PTH113 - pathlib raises where a name is too long
        raise not_found(name)
    path = Path(name)
    return read_document(path, name), name, str(path.parent)


def not_found(name: str, more: Iterable[str] = (), packs: Iterable[str] = ()) -> PolicyError:
    """Return the error for a name that is neither a document, a folder nor a policy on a shelf.

    Parameters
    ----------
    name
        What the user asked for.
    more
        Further names that could have been meant.
    packs
        Names of packs and of what is in them: the first part of the name may stand for a pack.
    """
    shipped = shipped_policies()
    beside = os.path.dirname(name)  # noqa: PTH120 - a name that is too long for a path
    packs = list(packs)
    known = [*more, *packs, *shipped, *{each.partition("/")[0] for each in shipped}]
    if os.path.isdir(beside or "."):  # noqa: PTH112 - the same
        known += [
            os.path.join(beside, each)  # noqa: PTH118 - the same
            for each in sorted(os.listdir(beside or "."))  # noqa: PTH208 - the same
            if each.endswith(ENDINGS)
        ]
    values = {
        "name": short(name),
        "hint": _hint(name, known, packs) if len(name) < LONGEST_NAME else "",
        "known": ", ".join(shipped),
    }
    return refuse(PolicyError, "The policy cannot be read.", "CPN-P09", **values)


def _hint(name: str, known: Iterable[str], packs: Iterable[str]) -> str:
    return did_you_mean(name, known) or did_you_mean(name.partition("/")[0], packs)


def _parser(name: str) -> Callable[[str], Mapping[str, Any]] | None:
    parsers = {".toml": _toml, ".json": _json}
    return next((parse for end, parse in parsers.items() if name.lower().endswith(end)), None)


def _toml(text: str) -> Mapping[str, Any]:
    return read_toml(text, parse_float=Decimal)


def _json(text: str) -> Mapping[str, Any]:
    found = json.loads(
        text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once
    )
    if not isinstance(found, dict):
        raise json.JSONDecodeError("the document is not an object", text, 0)
    return found


class _NoNumber(ValueError):  # noqa: N818 - as `_Twice`
    """A word such as NaN where JSON wants a number."""


class _Twice(ValueError):  # noqa: N818 - says what it is, and is never seen outside
    """A key that stands twice in one object."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _refuse_constant(name: str) -> None:
    raise _NoNumber(name)


def _not_understood(error: Exception, text: str, headline: str) -> PolicyError:
    """Say what the parser found wrong, and the line and column, counted from 1, if it said."""
    if isinstance(error, json.JSONDecodeError):
        return _at(headline, error.msg, error.lineno, error.colno)
    if match := _PLACE.fullmatch(str(error)):
        lines = text.splitlines() or [""]
        line = int(match["line"] or len(lines))
        return _at(headline, match["problem"], line, int(match["column"] or len(lines[-1]) + 1))
    problem = "a number in it has too many digits"
    if isinstance(error, RecursionError):
        problem = "its tables or lists lie too deep in one another"
    elif isinstance(error, _NoNumber):
        problem = f"{error} is not a number"
    return refuse(PolicyError, headline, "CPN-P46", problem=problem)


def _at(headline: str, problem: str, line: int, column: int) -> PolicyError:
    said = problem[:1].lower() + problem[1:]
    return refuse(PolicyError, headline, "CPN-P07", problem=said, line=line, column=column)
