"""The small office that the engine is tested on: a policy document and evidence without chance."""

from datetime import datetime, timedelta

OFFICE = {
    "id": "desk",
    "edition": "2026",
    "title": {"en": "Desk", "id": "Loket"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "made up for tests", "trust": "derived"}],
    "scale": {"worst": 0, "best": 100, "cap": 120},
    "missing": "exclude",
    "subject": "nip",
    "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
    "nodes": [{"id": "service", "weight": "2/3", "cap": 110}],
    "indicators": [
        {
            "id": "response",
            "parent": "service",
            "weight": "1/2",
            "type": "time-based",
            "table": "complaints",
            "columns": {"start": "received", "stop": "answered"},
            "measure": {
                "statistic": "share_within",
                "clock": "calendar",
                "limit": "3 days",
                "basis": "mature",
            },
            "normalise": {"method": "target", "target": "90%", "better": "higher"},
        },
        {
            "id": "services",
            "parent": "service",
            "weight": "1/2",
            "type": "count-based",
            "table": "services",
            "columns": {"date": "date"},
            "measure": {"statistic": "count", "no_rows": "missing"},
            "normalise": {"method": "target", "target": 7, "better": "higher"},
        },
        {
            "id": "satisfaction",
            "weight": "1/3",
            "type": "survey-based",
            "table": "survey",
            "columns": {"date": "date"},
            "measure": {
                "statistic": "ikm",
                "items": ["u1", "u2", "u3"],
                "lowest": 1,
                "highest": 4,
            },
            "normalise": {"method": "goalposts", "worst": 25, "best": 100},
        },
    ],
    "bands": [
        {"id": "low", "below": 60},
        {"id": "middle", "from": 60, "below": 90},
        {"id": "high", "from": 90},
    ],
}


def made_up_evidence(subjects=("a", "b", "c", "d"), size=40):
    """Evidence without chance: the same rows on every run, with open cases and gaps."""
    complaints, services, survey = [], [], []
    for index in range(size):
        nip = subjects[(index + index // 5) % len(subjects)]
        received = datetime(2026, 1, 1 + index % 28, 8 + index % 9)
        hours = 7 * index % 113
        answered = None if index % 7 == 0 else received + timedelta(hours=hours)
        complaints.append({"nip": nip, "received": received, "answered": answered})
        if index % 3:
            services.append({"nip": subjects[index % len(subjects)], "date": received})
        answers = {
            "u1": None if index % 11 == 5 else 1 + index % 4,
            "u2": 3 + index % 2,
            "u3": 4 - index % 3,
        }
        survey.append({"nip": subjects[(index * 3) % len(subjects)], "date": received, **answers})
    return {"complaints": complaints, "services": services, "survey": survey}
