"""What is different between two documents: every leaf of both is looked at, whatever its key.

Things in a list are matched by what names them, not by where they stand: an id, a citation, a
method, a place of rounding. The walk knows no other key, so that one that is new is not overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias

from attrs import frozen

from capaian.wire import below, canonical, exact_number

Kind: TypeAlias = Literal["added", "removed", "changed", "renamed", "reordered", "rewritten"]
NAMES = ("id", "cite", "method", "post", "where")
"""The keys that name a thing in a list, the first that all things there have."""
OPTIONS = frozenset({"measure", "normalise", "convert", "options"})
"""Where the options of plugins stand, which a document holds as they were written."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?%?|-?(0|[1-9]\d*)/[1-9]\d*")


@frozen
class Change:
    """One place in which two documents differ.

    Attributes
    ----------
    place
        The path in the document, by names: `indicators['response'].weight`.
    kind
        `added` and `removed` keys and things; `changed` values; `renamed` things, which have the
        same content under another id; `reordered` lists, which have the same things in another
        order; `rewritten` numbers, which are the same number in another form.
    before, after
        The plain values; `None` where there is none. Where a thing was renamed, what names it has
        the new name in both.
    thing
        The part of the document that it belongs to, as a path: a thing that has a name, or a key.
    """

    place: str
    kind: Kind
    before: Any
    after: Any
    thing: str

    @property
    def within(self) -> str:
        """The rest of the path, below the thing; empty for the thing itself."""
        return self.place[len(self.thing) :].removeprefix(".")

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain JSON values."""
        made = {"place": self.place, "kind": self.kind}
        made |= {} if self.kind == "added" else {"before": self.before}
        return made | ({} if self.kind == "removed" else {"after": self.after})


def walk(
    before: Mapping[str, Any], after: Mapping[str, Any], renamed: Mapping[str, str]
) -> tuple[Change, ...]:
    """Return every difference between two documents, in the order of the first.

    Parameters
    ----------
    before, after
        Canonical documents of plain JSON values; names in the first are already those of the
        second, where they were changed.
    renamed
        The place of a thing, as the second names it, to the name in the first.
    """
    return tuple(_Walk(renamed).keys(before, after, "", "", raw=False))


class _Walk:
    def __init__(self, renamed: Mapping[str, str]) -> None:
        self.renamed = renamed

    def keys(
        self, one: Mapping[str, Any], two: Mapping[str, Any], place: str, thing: str, *, raw: bool
    ) -> Iterator[Change]:
        """Compare two mappings key by key."""
        for key in dict.fromkeys([*one, *two]):
            here = below(place, key)
            mine = thing or here
            if key not in two:
                yield Change(here, "removed", one[key], None, mine)
            elif key not in one:
                yield Change(here, "added", None, two[key], mine)
            else:
                yield from self.values(one[key], two[key], here, mine, raw=raw or key in OPTIONS)

    def values(self, one: Any, two: Any, place: str, thing: str, *, raw: bool) -> Iterator[Change]:
        """Compare two values at one place."""
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            yield from self.keys(one, two, place, thing, raw=raw)
        elif _listed(one, two):
            yield from self.items(one, two, place, thing, raw=raw)
        elif canonical(one) != canonical(two):
            kind: Kind = "rewritten" if raw and _same_number(one, two) else "changed"
            yield Change(place, kind, one, two, thing)

    def items(
        self, one: Sequence[Any], two: Sequence[Any], place: str, thing: str, *, raw: bool
    ) -> Iterator[Change]:
        """Compare two lists of tables, by names where they have any."""
        key = next((each for each in NAMES if _all_have([*one, *two], each)), "")
        if not key:
            yield from self.rows(one, two, place, thing, raw=raw)
            return
        first, second = (dict(_named(each, key)) for each in (one, two))
        for name in dict.fromkeys([*first, *second]):
            here = f"{place}['{name}']"
            mine = thing if "[" in thing else here
            if name not in second:
                yield Change(here, "removed", first[name], None, mine)
            elif name not in first:
                yield Change(here, "added", None, second[name], mine)
            else:
                if here in self.renamed:
                    yield Change(here, "renamed", self.renamed[here], name, mine)
                yield from self.values(first[name], second[name], here, mine, raw=raw)
        kept = [name for name in first if name in second]
        order = [name for name in second if name in first]
        if kept != order:
            yield Change(place, "reordered", kept, order, thing)

    def rows(
        self, one: Sequence[Any], two: Sequence[Any], place: str, thing: str, *, raw: bool
    ) -> Iterator[Change]:
        """Compare two lists of tables without names: those that are alike are found first."""
        texts = [list(map(canonical, each)) for each in (one, two)]
        for tag, low, high, start, stop in SequenceMatcher(a=texts[0], b=texts[1]).get_opcodes():
            if tag == "equal":
                continue
            both = min(high - low, stop - start)
            for step in range(both):
                here = f"{place}[{low + step}]"
                yield from self.values(one[low + step], two[start + step], here, thing, raw=raw)
            for at in range(low + both, high):
                yield Change(f"{place}[{at}]", "removed", one[at], None, thing)
            for at in range(start + both, stop):
                yield Change(f"{place}[{at}]", "added", None, two[at], thing)


def _listed(one: Any, two: Any) -> bool:
    """Return whether both are lists of tables; others are compared whole."""
    if not isinstance(one, list) or not isinstance(two, list):
        return False
    return bool(one or two) and all(isinstance(each, Mapping) for each in [*one, *two])


def _all_have(items: Sequence[Mapping[str, Any]], key: str) -> bool:
    return all(isinstance(each.get(key), str) and each[key] for each in items)


def _named(items: Sequence[Mapping[str, Any]], key: str) -> Iterator[tuple[str, Any]]:
    """Return the things of a list with what names each; the second of a name is its second."""
    seen: dict[str, int] = {}
    for each in items:
        name = each[key]
        if key == "where" and each.get("of"):
            name = f"{name}: {', '.join(map(str, each['of']))}"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} #{seen[name]}"), each


def _same_number(one: Any, two: Any) -> bool:
    """Return whether two options are one number, written in two ways."""
    if not all(
        (isinstance(each, int) and not isinstance(each, bool))
        or (isinstance(each, str) and _NUMBER.fullmatch(each))
        for each in (one, two)
    ):
        return False
    return exact_number(one) == exact_number(two)
