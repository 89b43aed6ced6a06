"""What installed distributions announce: entry points, and where each is from; none is loaded."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from attrs import frozen

from capaian.plugin import GROUP

OWN = "capaian"
"""The distribution whose plugins may always be loaded."""


@frozen
class Provenance:
    """Which plugin brought a kind: its entry point's value, its distribution and version."""

    plugin: str
    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.distribution, self.version, f"({self.module})")))


def announced() -> dict[str, list[EntryPoint]]:
    """Return the entry points by name; more than one where several distributions announce it."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        same = found.setdefault(entry.name, [])
        # The same distribution may be seen twice on the path (a source tree and its wheel).
        # Metadata take long to read: they are where a name comes twice.
        if not any(provenance_of(entry) == provenance_of(each) for each in same):
            same.append(entry)
    return found


def announced_modules() -> dict[str, str]:
    """Return the module of each installed plugin by the name of its entry point; none is loaded.

    Nothing of a distribution's metadata is read, which takes long. Of a name that is announced
    twice, either.
    """
    return {name: found[0].module for name, found in sorted(announced().items())}


def announced_plugins() -> dict[str, Provenance]:
    """Return where each installed plugin is from, by the name of its entry point; none is loaded.

    Of a name that is announced twice, either.
    """
    return {name: provenance_of(found[0]) for name, found in sorted(announced().items())}


def provenance_of(entry: EntryPoint) -> Provenance:
    """Return where an entry point is from."""
    distribution = entry.dist.name if entry.dist else "(unknown)"
    version = entry.dist.version if entry.dist else ""
    return Provenance(entry.value, distribution, version, entry.module)


def given_provenance(module: object) -> Provenance:
    """Return the provenance of a plugin that was handed over."""
    name = str(getattr(module, "__name__", type(module).__name__))
    return Provenance(name, "(given)", "", name)
