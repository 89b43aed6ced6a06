"""Made-up scores for analyses: each subject's measured values are said outright."""

from decimal import Decimal

import polars as pl

import capaian
from capaian.policy import read_policy

BANDS = [
    {"id": "low", "below": 60},
    {"id": "middle", "from": 60, "below": 80},
    {"id": "high", "from": 80},
]


def document(weights, *, bands=BANDS, normalise=None, digits=2, **more):
    """Return a policy document over sums; `weights` by indicator."""
    normalise = normalise or {}
    indicators = [
        {
            "id": name,
            "weight": weight,
            "type": "count-based",
            "table": name,
            "columns": {"date": "day", "amount": {"column": "amount", "digits": digits}},
            "measure": {"statistic": "sum", "no_rows": "missing"},
            "normalise": normalise.get(name, {"method": "goalposts", "worst": 0, "best": 100}),
            **({"parent": more["parents"][name]} if name in more.get("parents", {}) else {}),
        }
        for name, weight in weights.items()
    ]
    made = {
        "id": "made",
        "edition": "1",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100},
        "missing": "exclude",
        "subject": "nip",
        "weights": "relative",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": indicators,
        "bands": bands,
    }
    return made | {key: value for key, value in more.items() if key != "parents"}


def evidence(values, *, form="records", units=None):
    """Return tables in which each subject's sum of an indicator is what is said; `None` is no row."""
    names = list(dict.fromkeys(name for each in values.values() for name in each))
    tables = {
        name: [
            {"nip": nip, "day": "2026-01-05", "amount": Decimal(f"{each[name]:.2f}")}
            for nip, each in values.items()
            if each.get(name) is not None
        ]
        for name in names
    }
    if units is not None:
        tables["staff"] = [{"nip": nip, "unit": units[nip]} for nip in values]
    if form == "polars":
        return {name: pl.DataFrame(rows) for name, rows in tables.items()}
    return tables


def scored(policy, values, *, period="2026-Q1", form="records", units=None):
    """Return the scores of a policy document for values that are said outright."""
    if units is not None:
        policy = {**policy, "subjects": {"table": "staff", "unit": "unit"}}
    tables = evidence(values, form=form, units=units)
    return capaian.score(read_policy(policy), tables, period=period)
