"""Every door by which a document comes in from outside: a file is handed in, what is raised comes out."""

import copy
import io
import json
from functools import cache
from pathlib import Path

import capaian
from capaian.errors import CapaianError, Finding
from capaian.policy import policy_fingerprint, read_policy, to_document
from capaian.rules import read_regulation
from capaian.stdio.reply import Defaults
from capaian.stdio.serve import serve
from capaian.workcalendar import load_calendar
from office_sheets import statistics_evidence, statistics_office
from posts_office import CLERK, HEAD, RULE
from small_office import OFFICE, made_up_evidence

LONGEST_TEXT = 50_000
"""Characters of what an error says: ten findings, each of a few lines."""
REGULATION = {
    "id": "district",
    "cite": "Decree 12/2025",
    "title": "Ratings",
    "in_force": {"from": "2026-01-01"},
    "sources": {"art-4": {"cite": "article 4", "trust": "verified"}},
    "numbers": {"share": {"value": "70%", "source": "art-4"}},
    "curves": {"bent": {"source": "art-4", "points": [[0, 0], [100, 100]]}},
    "rules": {
        "value": {
            "title": "Value",
            "source": "art-4",
            "input": {"work": {"kind": "number"}},
            "refuses": [{"when": "work < 0", "because": "less than nothing"}],
            "gives": {"value": "share * bent(work)"},
        }
    },
}
CASES = {
    "tolerance": "0.005",
    "cases": [{"id": "a", "rule": "skm.interval", "input": {"x": 1}, "expected": {"y": [1, "2"]}}],
}
MAPPING = {
    "subject": "NIP",
    "score": {"column": "Nilai", "times": "1"},
    "measured": {"kipapp": "[B]"},
    "bands": {"Baik sekali": "a"},
    "header_row": "1",
    "locale": "id",
}
CALENDAR = {
    "id": "office",
    "edition": "2026",
    "title": "Office",
    "days": [
        {
            "date": "2026-01-01",
            "hours": "",
            "kind": "holiday",
            "reason": "New Year",
            "decree": "d",
            "estimated": False,
        }
    ],
}
REQUEST = {
    "id": "1",
    "request": "check",
    "policy": OFFICE,
    "period": "2026-01",
    "evidence": {
        "complaints": [{"nip": "1", "received": "2026-01-05T09:00:00", "answered": None}],
        "services": [{"nip": "1", "date": "2026-01-05"}],
        "survey": [{"nip": "1", "date": "2026-01-05", "u1": 1, "u2": 2, "u3": 3}],
    },
}


@cache
def record_text():
    """A record as it is written."""
    scores = capaian.score(read_policy(OFFICE), made_up_evidence(), period="2026-01")
    return scores.record("a").to_json()


def _policy(path):
    policy = capaian.load_policy(path)
    again = read_policy(to_document(policy))
    same = policy_fingerprint(again) == policy_fingerprint(policy)
    assert same, "a policy that is read does not come back"
    return policy


def _assignment(path):
    for name, document in (("clerk", CLERK), ("head", HEAD)):
        path.with_name(f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return capaian.load_assignment(path)


def _cases(path):
    return capaian.run_cases(path).to_json()


def _mapping(path):
    sheet = path.with_name("sheet.csv")
    sheet.write_text("NIP;Kinerja;Nilai\n7;1;2\n", encoding="utf-8")
    evidence = statistics_evidence(nip="7")
    return capaian.compare_sheet(
        sheet, statistics_office(), evidence, columns=path, period="2025-Q2"
    ).to_json()


def _record(path):
    record = capaian.read_record(path)
    assert record.to_json() == path.read_text("utf-8"), "a record that is read does not come back"
    return [record.text(reader=reader) for reader in ("employee", "appraiser", "auditor")]


def _verify(path):
    return str(capaian.verify(path))


class RefusedError(CapaianError):
    """What `serve` answered where it refused; its text as it went out."""


def _stdio(path):
    sink = io.BytesIO()
    serve(io.BytesIO(path.read_bytes()), sink, Defaults())
    for line in filter(None, sink.getvalue().split(b"\n")):
        answer = json.loads(line)
        if answer["kind"] == "error":
            raise _refused(answer["error"])
    return sink.getvalue()


def _refused(told):
    error = RefusedError(told["headline"])
    error.findings = tuple(
        Finding(each["code"], each["where"], each["values"]) for each in told["findings"]
    )
    return error


DOORS = {
    "policy.json": _policy,
    "policy.toml": _policy,
    "assignment.json": _assignment,
    "cases.json": _cases,
    "cases.toml": _cases,
    "mapping.toml": _mapping,
    "regulation.json": read_regulation,
    "regulation.toml": read_regulation,
    "record.json": _record,
    "verify.json": _verify,
    "calendar.json": load_calendar,
    "request.jsonl": _stdio,
}
"""What is handed in under which name, and who reads it."""


@cache
def _written(door):
    kind = door.partition(".")[0]
    known = {
        "policy": OFFICE, "assignment": RULE, "cases": CASES, "mapping": MAPPING,
        "regulation": REGULATION, "calendar": CALENDAR, "request": REQUEST,
    }  # fmt: skip
    return json.loads(record_text()) if kind in {"record", "verify"} else known[kind]


def sound(door):
    """Return a document that a door reads."""
    return copy.deepcopy(_written(door))


def toml_of(value):
    """Return plain values as TOML, on one line below each key of the document."""
    match value:
        case dict():
            pairs = (f"{json.dumps(key)} = {toml_of(each)}" for key, each in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list():
            return f"[{', '.join(map(toml_of, value))}]"
        case None:
            return '"null"'
        case _:
            return json.dumps(value)


def text_of(door, document):
    """Return a document as a door reads it."""
    if door.endswith(".toml"):
        return "".join(f"{json.dumps(key)} = {toml_of(each)}\n" for key, each in document.items())
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def said(door, content, folder):
    """Hand in bytes; return what was raised, or `None` where they were read.

    Anything but an error of capaian's own comes out as it is, and so does CPN-X05, which is what
    becomes of any other at a public verb.
    """
    path = Path(folder) / door
    path.write_bytes(content)
    error = _raised(DOORS[door], path)
    if error is not None:
        assert error.code not in UNEXPECTED, (door, error.findings[0].values)
        assert len(str(error)) <= LONGEST_TEXT, (door, error.code, len(str(error)))
    return error


UNEXPECTED = {"CPN-X05", "CPN-J18", "CPN-X00"}
"""What is said of an error that nobody meant."""


def _raised(read, path):
    try:
        read(path)
    except CapaianError as error:
        return error
    return None
