"""An office in which people change posts: two policies, an assignment, and a loop that knows them."""

import copy
from datetime import date, datetime, timedelta
from fractions import Fraction

import capaian
from capaian.errors import EvidenceError
from capaian.policy import read_policy

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def policy(name, **changes):
    """Return a policy document: letters written, and cases answered in time."""
    document = {
        "id": name,
        "edition": "2026",
        "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": [
            {
                "id": "letters",
                "weight": "1/3",
                "type": "count-based",
                "table": "letters",
                "columns": {"date": "on"},
                "measure": {"statistic": "count", "no_rows": "missing"},
                "normalise": {"method": "target", "target": 3, "better": "higher"},
            },
            {
                "id": "in-time",
                "weight": "2/3",
                "type": "time-based",
                "table": "cases",
                "columns": {"start": "received", "stop": "answered"},
                "measure": {
                    "statistic": "share_within",
                    "clock": "calendar",
                    "limit": "2 days",
                    "basis": "mature",
                },
                "normalise": {"method": "target", "target": "90%", "better": "higher"},
            },
        ],
    }
    return copy.deepcopy(document | changes)


CLERK = policy("clerk")
HEAD = policy("head", rounding=[{"where": "score", "digits": 1, "mode": "half-even"}])
HEAD["indicators"][0]["normalise"]["target"] = 2

RULE = {
    "id": "posts",
    "edition": "2026",
    "in_force": {"from": "2026-01-01"},
    "subject": "nip",
    "weigh": "active_days",
    "missing": "exclude",
    "rounding": {"digits": 2},
    "postings": {"table": "postings", "post": "post", "from": "from", "to": "to"},
    "assign": [{"post": "head", "policy": "head.json"}, {"policy": "clerk.json"}],
    "bands": [{"id": "low", "below": 60}, {"id": "good", "from": 60}],
}


def day(number):
    """Return a day of March 2026, counted from 1; before and after it too."""
    return FIRST + timedelta(days=number - 1)


def noon(number, hours=12):
    """Return a stamp on a day of March 2026."""
    return datetime.combine(day(number), datetime.min.time()) + timedelta(hours=hours)


def days(first, last):
    """Return the days of a stretch that lie in March 2026; it lasts still where there is no last."""
    last = last or date(9999, 1, 1)
    return [each for each in map(day, range(1, 32)) if first <= each <= last]


def rows_of(rows, column, posting, names_post):
    """Return the rows that count for a posting, one by one."""
    return [
        row
        for row in rows
        if row["nip"] == posting["nip"]
        and row[column].date() in days(posting["from"], posting["to"])
        and (not names_post or row.get("post") in {None, posting["post"]})
    ]


def score_of(posting, evidence, names_post=""):
    """Return the published score of a posting: a plain score of its own rows alone."""
    mine = {
        "letters": rows_of(evidence["letters"], "on", posting, names_post),
        "cases": rows_of(evidence["cases"], "received", posting, names_post),
    }
    stranger = [{"nip": "~", "on": noon(1), "received": noon(1), "answered": None}]
    document = HEAD if posting["post"] == "head" else CLERK
    tables = {name: [*rows, *stranger] for name, rows in mine.items()}
    try:
        scores = capaian.score(read_policy(document), tables, period="2026-03")
    except EvidenceError:
        return None
    found = {each["subject"]: each["score"] for each in scores.to_native()}
    value = found.get(posting["nip"])
    return None if value is None else Fraction(str(value))


def active(posting, leave, works=lambda _: True):
    """Return the days of a posting that count as held, and as away, day by day."""
    held = [each for each in days(posting["from"], posting["to"]) if works(each)]
    away = {
        each
        for row in leave
        if row["nip"] == posting["nip"]
        for each in days(row["from"], row["to"])
    }
    return len(held), sum(each in away for each in held)
