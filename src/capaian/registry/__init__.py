"""Plugins: found by entry point, loaded when a policy names their kinds, isolated when broken.

Only the plugins whose kinds a policy names are loaded, each by the name of its entry point. A
plugin that fails is set aside; it is an error only when its kind is needed, and then the error says
which distribution, version, hook, file and line.
"""

from capaian.registry.announced import Provenance, announced_modules, announced_plugins
from capaian.registry.build import Plugin, Record, Registry, build_registry, list_plugins
from capaian.registry.switches import VARIABLE, Plugins, plugins_of

__all__ = [
    "VARIABLE",
    "Plugin",
    "Plugins",
    "Provenance",
    "Record",
    "Registry",
    "announced_modules",
    "announced_plugins",
    "build_registry",
    "list_plugins",
    "plugins_of",
]
