"""The small office with a roster of thirty people in four units; a desk and those who stand in it."""

import copy

import capaian
from capaian.policy import read_policy
from posts_office import day, noon, policy
from small_office import OFFICE, made_up_evidence

NAMES = tuple(f"n{index:02}" for index in range(30))
UNITS = ("A", "B", "C", "D")


def units_office():
    """The small office with a roster of 30 in four units, of whom one is in none."""
    document = copy.deepcopy(OFFICE)
    document["subjects"] = {"table": "staff", "unit": "office", "label": "name"}
    evidence = made_up_evidence(NAMES, 400)
    evidence["staff"] = [
        {"nip": name, "office": None if at == 7 else UNITS[at % 4], "name": f"Nama {name}"}
        for at, name in enumerate(NAMES)
    ]
    return read_policy(document), evidence


def scored(frame=list):
    """January of that office."""
    policy, evidence = units_office()
    tables = {name: frame(rows) for name, rows in evidence.items()}
    return capaian.score(policy, tables, period="2026-01")


def units_of(by):
    """Return a policy document and the March of three people in a desk, a unit below a city."""
    units = {
        "table": "units", "unit": "code", "parent": "above", "from": by,
        "membership": {"table": "members", "unit": "unit", "from": "from", "to": "to"},
    }  # fmt: skip
    units |= {"missing": "exclude"} if by == "people" else {}
    bands = [{"id": "low", "below": 60}, {"id": "good", "from": 60}]
    document = policy("desk", bands=bands, units=units)
    evidence = {
        "units": [
            {"code": "city", "above": None},
            {"code": "south", "above": "city"},
            {"code": "desk", "above": "south"},
        ],
        "members": [
            {"nip": nip, "unit": unit, "from": day(-30), "to": None}
            for nip, unit in (("a", "desk"), ("b", "desk"), ("c", "south"))
        ],
        "letters": [
            {"nip": nip, "on": noon(1 + 3 * n)} for i, nip in enumerate("abc") for n in range(2 + i)
        ],
        "cases": [
            {"nip": nip, "received": noon(1 + 2 * n), "answered": noon(2 + 2 * n + n % (2 + i), 9)}
            for i, nip in enumerate("abc")
            for n in range(10)
        ],
    }
    return document, evidence
