"""Things that have another id and the same content, and what names them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from capaian.wire import canonical

LISTS = ("nodes", "indicators", "bands")
"""The lists of a document whose things other parts name."""


def renamed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the first document with the names of the second, where only the name was changed.

    A thing was renamed where its id is not in the second document, and there is one with a new id
    and otherwise the same content but for its weight, which may have changed with those of others.
    A title that only repeats the id counts as none. Of a node, something below it must still be
    there. What names the thing elsewhere (a parent, a rounding step, a limit) is no other change.

    Parameters
    ----------
    before, after
        Canonical documents.

    Returns
    -------
    document, names
        The first document, and for the place of each renamed thing its name in the first.
    """
    document = dict(before)
    places: dict[str, str] = {}
    while found := next(
        (pair for key in LISTS if (pair := _pair(key, document, after)) is not None), None
    ):
        key, old, new = found
        document = _with(document, key, old, new)
        places[f"{key}['{new}']"] = old
    return document, places


def _pair(
    key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, str, str] | None:
    """Return a list of the document, and a name in it that became another."""
    first, second = ({each.get("id"): each for each in one.get(key, ())} for one in (before, after))
    gone = [each for each in first if each not in second]
    new = [each for each in second if each not in first]
    for left_out in ((), ("weight",)):
        for old in gone:
            content = _content(first[old], left_out)
            for name in new:
                if _content(second[name], left_out) == content and (
                    key != "nodes" or _below(before, old) & _below(after, name)
                ):
                    return key, old, name
    return None


def _content(thing: Mapping[str, Any], left_out: Sequence[str]) -> str:
    """Return what a thing says besides its id and a title that repeats it."""
    without = {"id", *left_out} | ({"title"} if _own_title(thing) else set())
    return canonical({key: each for key, each in thing.items() if key not in without})


def _below(document: Mapping[str, Any], node: str) -> set[str]:
    """Return the ids of what is below a node, and what these say, for they may be renamed too."""
    things = [*document.get("nodes", ()), *document.get("indicators", ())]
    mine = [each for each in things if each.get("parent") == node]
    contents = {_content(each, ("parent", "weight")) for each in mine}
    return {str(each.get("id")) for each in mine} | contents


def _own_title(thing: Mapping[str, Any]) -> bool:
    """Return whether the title only repeats the id."""
    title = thing.get("title")
    return isinstance(title, Mapping) and set(title.values()) == {thing.get("id")}


def _with(document: Mapping[str, Any], key: str, old: str, new: str) -> dict[str, Any]:
    """Return a document in which a thing has another name, wherever it is named."""
    made = dict(document)
    made[key] = [_called(each, new) if each.get("id") == old else each for each in document[key]]
    if key != "bands":  # whose order is their own
        made[key] = sorted(made[key], key=lambda each: str(each.get("id")))
    if key == "nodes":
        for name in ("nodes", "indicators"):
            made[name] = [
                {**each, "parent": new} if each.get("parent") == old else each
                for each in made.get(name, ())
            ]
    if key == "bands":
        guidance = made.get("guidance")
        if guidance is not None:
            limits = [_listing(each, "bands", old, new) for each in guidance["limits"]]
            made["guidance"] = {**guidance, "limits": limits}
    else:
        made["rounding"] = [_listing(each, "of", old, new) for each in made.get("rounding", ())]
    return made


def _called(thing: Mapping[str, Any], new: str) -> dict[str, Any]:
    said = {"title": dict.fromkeys(thing["title"], new)} if _own_title(thing) else {}
    return {**thing, "id": new, **said}


def _listing(each: Mapping[str, Any], key: str, old: str, new: str) -> dict[str, Any]:
    """Return a table whose list of names has the new one; names of rounding steps are in order."""
    if old not in each.get(key, ()):
        return dict(each)
    names = [new if name == old else name for name in each[key]]
    return {**each, key: sorted(names) if key == "of" else names}
