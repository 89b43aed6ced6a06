"""Group I, life cycle: a quick and quiet import, optimised, with warnings as errors, in time."""

from __future__ import annotations

from typing import Any

from capaian.testing.outcome import Broken
from capaian.testing.purity import differing

IMPORT_SECONDS = 1.0
"""How long importing a plugin may take, beyond capaian itself."""


def quick_import(rig: Any) -> None:
    """I01: importing the plugin takes less than a second."""
    seconds = rig.elsewhere.optimised.get("seconds", 0)
    if seconds > IMPORT_SECONDS:
        raise Broken(f"importing it takes {seconds:.1f} s; {IMPORT_SECONDS:g} s are allowed")


def light_import(rig: Any) -> None:
    """I02: importing the plugin loads no heavy library."""
    heavy = rig.elsewhere.watched.get("heavy", [])
    if heavy:
        raise Broken(f"importing it loads {', '.join(heavy)}")


def quiet_import(rig: Any) -> None:
    """I03: importing and building print nothing and leave no thread behind."""
    said = rig.elsewhere.watched
    if said.get("printed"):
        raise Broken("it prints on standard output", said["printed"][:200])
    if said.get("threads"):
        raise Broken(f"it leaves {said['threads']} threads running")


def optimised(rig: Any) -> None:
    """I04: with `python -O -W error` the result is the same."""
    said = rig.elsewhere.optimised
    if "error" in said:
        raise Broken(said["error"])
    for here, there in zip(rig.elsewhere.watched["made"], said["made"], strict=True):
        if here != there:
            raise Broken(f"`python -O -W error` gives {differing(here, there)}")


def in_time(rig: Any) -> None:
    """I05: the plugin is imported, built and used within the time limit."""
    rig.elsewhere.watched  # noqa: B018 - asking raises where it is late
