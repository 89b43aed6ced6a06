"""The small office with a roster of thirty people in four units."""

import copy

import capaian
from capaian.policy import read_policy
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
