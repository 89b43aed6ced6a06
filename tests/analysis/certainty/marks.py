"""A policy over plain marks: one row for each subject, one column for each indicator."""

import capaian
from capaian.policy import read_policy

CUTS = (None, 70, 80, 90, None)


def indicator(name, weight=1, parent=None, normalise=None, **more):
    made = {
        "id": name,
        "weight": weight,
        "type": "count-based",
        "table": "marks",
        "columns": {"numerator": f"{name}_top", "denominator": f"{name}_of"},
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
        for at, (low, high) in enumerate(zip(cuts[:-1], cuts[1:], strict=True))
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
    rows = [
        {"nip": nip}
        | {f"{name}_top": value for name, value in given.items()}
        | {f"{name}_of": None if value is None else 1000 for name, value in given.items()}
        for nip, given in marks.items()
    ]
    evidence = {"marks": rows, **tables}
    return capaian.score(rule, evidence, period="2026-Q1", as_of="2026-04-01")
