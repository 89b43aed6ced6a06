"""An office that measures everything that can be measured, with evidence without chance."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from small_office import OFFICE

TIMES = {
    "mature": {"statistic": "share_within", "limit": "5 days", "basis": "mature"},
    "bounds": {"statistic": "share_within", "limit": "5 days", "basis": "bounds", "bound": "lower"},
    "km": {"statistic": "share_within", "limit": "5 days", "basis": "kaplan_meier"},
    "closed": {"statistic": "mean", "open_cases": "exclude"},
    "ages": {"statistic": "mean", "open_cases": "age"},
    "area": {"statistic": "restricted_mean", "up_to": "10 days"},
    "median": {"statistic": "median"},
    "ninety": {"statistic": "percentile", "percentile": "90%"},
}
COUNTS = {
    "count": {"statistic": "count", "no_rows": "zero"},
    "amounts": {"statistic": "sum", "no_rows": "zero"},
    "points": {"statistic": "weighted_count", "no_rows": "zero",
               "weights": {"simple": 1, "hard": "5/2"}},
    "kinds": {"statistic": "distinct", "no_rows": "zero"},
    "ratio": {"statistic": "ratio"},
    "done": {"statistic": "share", "success": ["yes"]},
}  # fmt: skip
SURVEYS = {
    "ikm": {"statistic": "ikm", "items": ["u1", "u2", "u3"]},
    "single": {"statistic": "mean_of_items", "items": ["u1"], "rescale": "to_100"},
    "top": {"statistic": "top_box", "items": ["u1"], "top": 4},
    "tops": {"statistic": "top_box", "items": ["u1", "u2"], "top": 4},
    "tops-low": {"statistic": "top_box", "items": ["u1", "u2"], "top": 4, "bound": "lower"},
    "promoters": {"statistic": "net_promoter", "items": ["u3"], "promoters_from": 4,
                  "detractors_to": 2},
}  # fmt: skip
COLUMNS = {
    "amounts": {"amount": {"column": "fee", "digits": 2}},
    "points": {"category": "kind"},
    "kinds": {"item": "kind"},
    "ratio": {"numerator": "got", "denominator": "asked"},
    "done": {"outcome": "outcome"},
}


def indicator(name, kind, table, measure, columns):
    return {
        "id": name,
        "type": kind,
        "table": table,
        "columns": columns,
        "measure": measure,
        "normalise": {"method": "identity"},
    }


def policy(*names, **more):
    """Return a policy that measures these, or everything."""
    stamps = {"start": "received", "stop": "answered"}
    every = [
        indicator(n, "time-based", "complaints", {"clock": "calendar", **m}, stamps)
        for n, m in TIMES.items()
    ]
    every += [
        indicator(n, "count-based", "services", m, {"date": "date", **COLUMNS.get(n, {})})
        for n, m in COUNTS.items()
    ]
    every += [
        indicator(n, "survey-based", "survey", {"lowest": 1, "highest": 4, **m}, {"date": "date"})
        for n, m in SURVEYS.items()
    ]
    chosen = [each for each in every if not names or each["id"] in names]
    scale = {"worst": 0, "best": 100, "cap": 10**9}
    return {
        **OFFICE, "nodes": [], "indicators": chosen, "scale": scale, "weights": "equal",
        "bands": [{"id": "any"}], **more,
    }  # fmt: skip


def evidence(subjects=("a", "b", "c"), size=150, seed=7):
    """Return tables of rows, the same for the same seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    first = datetime(2026, 1, 1, 8)
    complaints, services, survey = [], [], []
    for _ in range(size):
        nip = str(rng.choice(subjects))
        start = first + timedelta(days=int(rng.integers(0, 88)))
        taken = timedelta(hours=int(rng.integers(1, 400)))
        stop = start + taken
        answered = stop if stop < datetime(2026, 4, 1) and rng.random() < 0.9 else None
        complaints.append({"nip": nip, "received": start, "answered": answered})
        services.append(
            {
                "nip": str(rng.choice(subjects)),
                "date": start,
                "fee": Decimal(int(rng.integers(100, 9999))) / 100,
                "kind": str(rng.choice(["simple", "hard"])),
                "got": int(rng.integers(0, 9)),
                "asked": int(rng.integers(1, 9)),
                "outcome": str(rng.choice(["yes", "no"])),
            }
        )
        answers = {f"u{at}": int(rng.integers(1, 5)) for at in (1, 2, 3)}
        if rng.random() < 0.1:
            answers["u2"] = None
        survey.append({"nip": str(rng.choice(subjects)), "date": start, **answers})
    return {"complaints": complaints, "services": services, "survey": survey}
