"""Packs: a sound one, and others of which one thing is wrong."""

import io
import json
from fractions import Fraction
from importlib.resources.abc import Traversable
from itertools import count

from capaian.plugin import Pack, Rule, Source, hookimpl

TITLE = {"en": "half", "id": "setengah"}
SOURCE = Source("made up", "derived")
CALLS = count()


class Folder(Traversable):
    """A folder, or a file, that stands in this module."""

    def __init__(self, name, content):
        self._name = name
        self.content = content

    @property
    def name(self):
        return self._name

    def is_dir(self):
        return not isinstance(self.content, str)

    def is_file(self):
        return isinstance(self.content, str)

    def iterdir(self):
        return iter(self.content)

    def joinpath(self, *names):
        (name,) = names
        return next(each for each in self.content if each.name == name)

    def open(self, mode="r", *args, **kwargs):
        text = self.content
        return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)


def half(values):
    """Half of `x`, a number."""
    x = values.get("x")
    if isinstance(x, bool) or not isinstance(x, int | Fraction):
        raise ValueError("'x' is not a number")
    return {"half": Fraction(x) / 2}


def a_third(values):
    """A third, where the case says half."""
    return {"half": half(values)["half"] * 2 / 3}


def counted(values):
    """Every call gives one more."""
    return {"half": half(values)["half"] + next(CALLS)}


def taken(values):
    """The input is emptied."""
    made = half(values)
    values.pop("x")
    return made


def raw(values):
    """Whatever Python raises for what is no number."""
    return {"half": Fraction(values["x"]) / 2}


def inexact(values):
    """A float, for some numbers."""
    found = half(values)["half"]
    return {"half": found if found > 0 else float(found)}


def telling(values):
    """The refusal says who it was."""
    if isinstance(values.get("x"), str):
        raise ValueError(f"'{values['x']}' is not a number")
    return half(values)


def pack(name, apply=half, *, source=SOURCE, cases=("half",), policies=None):
    rules = (Rule(f"{name}/half", TITLE, source, apply),)
    written = [
        {
            "id": f"C{x}",
            "rule": f"{name}/{rule}",
            "input": {"x": x},
            "expected": {"half": str(Fraction(x, 2))},
        }
        for rule in cases
        for x in (2, 8)
    ]
    for each in written:
        each["expected"] = {"half": each["input"]["x"] // 2}
    files = (Folder("cases.json", json.dumps({"cases": written})),) if cases else ()
    return Pack(name, TITLE, (SOURCE,), policies=policies, rules=rules, cases=files)


def shelf(name, weight):
    """A folder with a policy; a weight of less than 1 is short."""
    table = {"id": "x", "type": "count-based", "table": "rows", "weight": weight,
             "measure": {"statistic": "count", "no_rows": "missing"},
             "normalise": {"method": "identity"}, "source": "made up"}  # fmt: skip
    document = {"id": name, "edition": "1", "in_force": {"from": "2026-01-01"},
                "sources": [{"cite": "made up", "trust": "derived"}],
                "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
                "rounding": [{"where": "score", "digits": 2}], "indicators": [table]}  # fmt: skip
    return Folder("policies", [Folder("2026.json", json.dumps(document))])


@hookimpl
def capaian_packs():
    return [
        pack("good-pack", policies=shelf("good-pack", 1)),
        pack("uncited", source=Source(" ", "derived")),
        pack("wrong-case", a_third),
        pack("no-case", cases=()),
        pack("short-weights", policies=shelf("short-weights", "95%")),
        pack("counts", counted),
        pack("takes", taken),
        pack("raw", raw),
        pack("inexact", inexact),
        pack("telling", telling),
    ]
