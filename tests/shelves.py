"""Made-up packs, and distributions that are only said to be installed."""

import json
import sys
import types
from datetime import date
from fractions import Fraction
from importlib.metadata import EntryPoint

from capaian import registry
from capaian.plugin import GROUP, Pack, Rule, Source, hookimpl
from desk import small

SOURCE = Source("a decree", "verified")
TITLE = {"en": "Half", "id": "Setengah"}


class Distribution:
    """What importlib.metadata knows of an installed distribution, as far as it is asked."""

    def __init__(self, name, version):
        self.name = name
        self.version = version


def half(values):
    """Half of `x`; anything but a number is refused."""
    if isinstance(values["x"], str):
        raise ValueError("'x' is not a number")
    return {"half": Fraction(values["x"]) / 2}


def rule(name="city/half", apply=half, **keys):
    return Rule(name, TITLE, SOURCE, apply, **keys)


def pack(name="city", **keys):
    keys = {"rules": (rule(f"{name}/half"),), **keys}
    return Pack(name, {"en": name, "id": name}, (SOURCE,), first=date(2024, 1, 1), **keys)


def plugin(name, *packs):
    """A plugin module, importable by name, that brings these packs."""

    @hookimpl
    def capaian_packs():
        return list(packs)

    made = types.ModuleType(name)
    made.capaian_packs = capaian_packs
    sys.modules[name] = made
    return made


def install(monkeypatch, *entries):
    """Pretend that these, and only these, are installed: (name, module, distribution, version)."""
    made = [
        EntryPoint(name, target, GROUP)._for(Distribution(distribution, version))
        for name, target, distribution, version in entries
    ]
    monkeypatch.setattr(
        registry.announced, "entry_points", lambda group: made if group == GROUP else []
    )


def write(path, **keys):
    """Write the least policy there can be, its indicators cited as a pack's must be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = small(**keys)
    made["indicators"] = [{"source": "a decree", **each} for each in made["indicators"]]
    path.write_text(json.dumps(made), encoding="utf-8")


def policies(folder, name="city"):
    """A folder with two editions of one policy."""
    write(folder / "2024.json", id=name, edition="2024", in_force={"from": "2024-01-01", "to": "2025-12-31"})  # fmt: skip
    write(folder / "2026.json", id=name, edition="2026", in_force={"from": "2026-01-01"})
    return folder
