"""Where policies are found by name: those that come with capaian, and any other shelf of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from attrs import frozen


@frozen
class Shelf:
    """A place where policies are found by name: `skm/2017` one edition, `skm` all of them.

    Attributes
    ----------
    documents
        `(name) -> {name of a document: its file}`, in order; empty where the name means nothing
        here.
    names
        `(name) -> names`: what could have been meant by a name that was not found.
    """

    documents: Callable[[str], Mapping[str, Traversable]]
    names: Callable[[str], Iterable[str]]


def shipped_policies() -> tuple[str, ...]:
    """Return the names of the shipped policies, sorted.

    Examples
    --------
    >>> shipped_policies()
    ('skm/2017',)
    """
    folders = [each for each in _shelf().iterdir() if each.is_dir()]
    return tuple(
        sorted(
            f"{folder.name}/{each.name.removesuffix('.toml')}"
            for folder in folders
            for each in folder.iterdir()
            if each.name.endswith(".toml")
        )
    )


def within(names: Mapping[str, Traversable], name: str) -> dict[str, Traversable]:
    """Return the document of a name, or those of which it names the folder."""
    return {
        each: file for each, file in names.items() if each == name or each.startswith(f"{name}/")
    }


def _shipped(name: str) -> dict[str, Traversable]:
    return within({each: _shelf().joinpath(f"{each}.toml") for each in shipped_policies()}, name)


SHIPPED = Shelf(_shipped, lambda _name: shipped_policies())
EMPTY = Shelf(lambda _name: {}, lambda _name: ())


def _shelf() -> Traversable:
    return files("capaian").joinpath("policies")
