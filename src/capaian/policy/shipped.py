"""The policies that come with capaian: one folder for each, one document for each edition."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


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


def shipped_file(name: str) -> Traversable:
    """Return the document of a shipped policy, by a name of `shipped_policies`."""
    return _shelf().joinpath(f"{name}.toml")


def _shelf() -> Traversable:
    return files("capaian").joinpath("policies")
