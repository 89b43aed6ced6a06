"""Policies of every kind with evidence for them, so that a record of each can be made."""

import copy
from datetime import datetime, timedelta

import capaian
import decisions
from capaian.policy import read_policy
from capaian.record.document import SECTIONS
from capaian.record.sealed import content_hash_of, seal_of, section_hashes
from small_office import OFFICE, made_up_evidence
from visits import VISITS, document

AS_OF = "2026-04-08"


def office():
    """The small office, in which one subject has no services."""
    evidence = made_up_evidence()
    evidence["services"] = [each for each in evidence["services"] if each["nip"] != "b"]
    return OFFICE, evidence


def gated():
    """A band that needs a fact; names and offices on the roster."""
    rule, evidence = office()
    rule = copy.deepcopy(rule) | {
        "precedence": "first",
        "subjects": {"table": "staff", "label": "name", "facts": {"new_idea": "idea"}},
        "sources": [
            {"cite": "decree 1", "trust": "unconfirmed", "note": "read in a newspaper"},
            {"cite": "decree 2", "trust": "verified"},
        ],
    }
    rule["bands"] = [
        {"id": "high", "title": {"en": "High", "id": "Tinggi"}, "from": 60, "gate": "new_idea"},
        {"id": "middle", "from": 30},
        {"id": "low", "below": 60},
    ]
    ideas = {"a": True, "b": None, "c": False, "d": None}
    staff = [{"nip": who, "name": f"Person {who}", "idea": idea} for who, idea in ideas.items()]
    return rule, evidence | {"staff": staff}


def working():
    """Working days with pauses, conditions on rows, and a count that days in post pro-rate."""
    rows = [
        {
            "nip": "ab"[index % 2],
            "no": f"{index:03}",
            "received": datetime(2026, 1, 5, 9) + timedelta(days=3 * index),
            "closed": None
            if index % 6 == 5
            else datetime(2026, 1, 8, 15) + timedelta(days=3 * index),
            "status": ["done", "open", "void"][index % 3],
            "urgent": index % 4 == 0,
        }
        for index in range(24)
    ]
    pauses = [
        {"no": each["no"], "from": each["received"], "to": each["received"] + timedelta(days=2)}
        for each in rows[::4]
    ]
    rule = {
        "id": "permits",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "worst",
        "subject": "nip",
        "calendar": "id/2024-2027",
        "zone": "WIB",
        "rounding": [
            {"where": "measured", "digits": 3},
            {"where": "achievement", "digits": 1, "mode": "half-even"},
            {"where": "score", "mode": "none"},
        ],
        "indicators": [
            {
                "id": "in-time",
                "weight": "1/3",
                "type": "time-based",
                "table": "permits",
                "columns": {"start": "received", "stop": "closed"},
                "where": {"status": {"not": ["void"]}, "urgent": [True, False]},
                "measure": {
                    "statistic": "share_within",
                    "clock": "working_days",
                    "limit": "2 days",
                    "basis": "mature",
                },
                "normalise": {"method": "target", "target": "90%", "better": "higher"},
                "pauses": {"table": "pauses", "case": "no", "start": "from", "stop": "to"},
                "source": "article 5",
            },
            {
                "id": "handled",
                "weight": "2/3",
                "type": "count-based",
                "table": "permits",
                "columns": {"date": "received"},
                "measure": {"statistic": "count", "no_rows": "missing"},
                "normalise": {"method": "target", "target": 14, "better": "higher"},
                "exposure": {"table": "posts", "days": "on", "leave": "off"},
            },
        ],
        "bands": [{"id": "low", "below": 80}, {"id": "high", "from": 80}],
    }
    posts = [{"nip": "a", "on": 60, "off": 3}, {"nip": "b", "on": 41, "off": 0}]
    return rule, {"permits": rows, "pauses": pauses, "posts": posts}


def monthly():
    """Monthly achievements, averaged, each against the subject's own target of that month."""
    rule = document(
        normalise={"method": "target", "target": {"from": "targets"}, "better": "higher"},
        consolidate={
            "every": "month", "by": "average", "of": "achievement", "cap": "before",
            "incomplete": "exclude",
        },
    ) | {"targets": {"table": "goals", "digits": 1}}  # fmt: skip
    goals = [
        {"nip": who, "indicator": "visits", "period": f"2026-0{month}", "value": 4.5 + month}
        for who in "ab"
        for month in (1, 2, 3)
        if (who, month) != ("b", 2)
    ]
    return rule, {"visits": VISITS, "goals": goals}


def last():
    """The last month with any visit, against the subject's own target of the quarter."""
    rule = document(
        accumulate={"how": "last", "every": "month"},
        normalise={"method": "target", "target": {"from": "targets"}, "better": "higher"},
    ) | {"targets": {"table": "goals"}}
    goals = [{"nip": "a", "indicator": "visits", "period": "2026-Q1", "value": 5}]
    visits = [each for each in VISITS if each["day"].month < 3 or each["nip"] == "b"]
    return rule, {"visits": visits, "goals": goals}


def relative():
    """Fitted to the cohort of the quarter."""
    rule = document(normalise={
        "method": "z-score", "better": "higher", "deviation": "population", "centre": 50,
        "spread": 10,
    }) | {"relative": True}  # fmt: skip
    visits = [*VISITS, {"nip": "a", "day": datetime(2026, 2, 2), "x": 1}]
    fitted = capaian.fit(read_policy(rule), {"visits": visits}, period="2026-Q1")
    return capaian.policy.to_document(fitted), {"visits": visits}


def decided():
    """A decision table gives the band."""
    evidence = decisions.evidence({"a": (10050, 9000, 9500), "b": (8000, None, 12000)})
    return decisions.decided(), evidence


def formula():
    """A node's score is a formula over its parts, which no weight rules."""
    rule = decisions.decided(
        score={"method": "formula", "formula": "min(work, conduct) + bonus"},
        numbers=[{"id": "bonus", "title": "Bonus", "value": "1/3"}],
        bands=[{"id": "low", "below": 90}, {"id": "high", "from": 90}],
        missing="worst",
    )
    del rule["decision"]
    for each in rule["nodes"]:
        del each["weight"]
    return rule, decided()[1]


CASES = {
    each.__name__: each
    for each in (office, gated, working, monthly, last, relative, decided, formula)
}


def scored(name, change=None, rule=None, **how):
    """The scores of a case for the first quarter, its tables changed by a function."""
    found, evidence = CASES[name]()
    tables = {key: change(rows) if change else rows for key, rows in evidence.items()}
    policy = read_policy(copy.deepcopy(rule or found))
    return capaian.score(policy, tables, period="2026-Q1", as_of=AS_OF, **how)


def forged(record, *path, value):
    """The record with one value changed and every hash made again."""
    document = record.to_dict()
    here = document
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    document["hashes"] = section_hashes({name: document[name] for name in SECTIONS})
    document["content_hash"] = content_hash_of(document["hashes"])
    document["seal"] = seal_of(document["content_hash"], document["made_at"])
    return document
