"""A policy over plain marks: a table for each indicator, a row for each subject."""

from itertools import pairwise

import capaian
from capaian.policy import read_policy

CUTS = (None, 70, 80, 90, None)


def indicator(name, weight=1, parent=None, normalise=None, **more):
    made = {
        "id": name,
        "weight": weight,
        "type": "count-based",
        "table": f"marks_{name}",
        "columns": {"numerator": "top", "denominator": "of"},
        "measure": {"statistic": "ratio"},
        "normalise": normalise or {"method": "identity"},
        **more,
    }
    made |= {"parent": parent} if parent else {}
    return {key: value for key, value in made.items() if value is not None}


def bands(cuts=CUTS):
    return [
        {"id": f"b{at}"}
        | ({} if low is None else {"from": low})
        | ({} if high is None else {"below": high})
        for at, (low, high) in enumerate(pairwise(cuts))
    ]


def policy(indicators, **more):
    document = {
        "id": "marks",
        "edition": "1",
        "in_force": {"from": "2026-01-01"},
        "sources": [{"cite": "made up for tests", "trust": "derived"}],
        "scale": {"worst": 0, "best": 100, "floor": 60, "cap": 100},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": indicators,
        "bands": bands(),
    }
    return read_policy(document | more)


def scored(rule, marks, **tables):
    """Score marks by subject: for each indicator a number of thousandths; `None` is missing."""
    evidence = {f"marks_{each.id}": [] for each in rule.indicators}
    for nip, given in marks.items():
        for name, value in given.items():
            if value is not None:
                evidence[f"marks_{name}"].append({"nip": nip, "top": value, "of": 1000})
    evidence |= tables
    return capaian.score(rule, evidence, period="2026-Q1", as_of="2026-04-01")
