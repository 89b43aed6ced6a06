"""One table of what is asked: the library, the command line, stdio and HTTP answer the same bytes.

`tests/test_wire_same_bytes.py` asks the first three, the tests of `examples/service` the fourth.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from attrs import field, frozen

import capaian
from capaian.errors import findings_document, plain_json

DESK = Path(__file__).parents[1] / "examples" / "front_desk"
POLICIES = DESK / "policies"
PERIOD = "2026-Q1"
sys.path[:0] = [str(DESK)]

import made_up  # noqa: E402 - it stands in the folder above

EVIDENCE = made_up.make(6, PERIOD)
SENT: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(EVIDENCE, default=str))
WHO = made_up.nip(3)
MADE_AT = "2026-04-09"


def spoilt(table: str, column: str, value: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the evidence with one value changed."""
    changed = json.loads(json.dumps(SENT))
    changed[table][0][column] = value
    return changed  # type: ignore[no-any-return]


@frozen
class Case:
    """What is asked.

    Attributes
    ----------
    request
        `score`, `explain`, `record` or `check`.
    evidence
        As another program sends it.
    more
        What is said besides policy, period and evidence.
    """

    request: str
    evidence: dict[str, list[dict[str, Any]]] = SENT
    period: str = PERIOD
    more: dict[str, str] = field(factory=dict)


CASES = {
    "result": Case("score"),
    "result known until a day": Case("score", more={"as_of": "2026-03-15"}),
    "explanation": Case("explain", more={"subject": WHO}),
    "record": Case("record", more={"subject": WHO, "made_at": MADE_AT}),
    "findings, none": Case("check"),
    "findings": Case("check", spoilt("survey", "u1", 9) | {"staff": SENT["survey"]}),
    "error of the evidence": Case("score", spoilt("survey", "u1", 9)),
    "error of two tables": Case("score", {**spoilt("survey", "u1", 9), "complaints": [{"x": "1"}]}),
    "error of a table that is missing": Case("score", {"survey": SENT["survey"]}),
    "error of the subject": Case("explain", more={"subject": "999999990000000042"}),
    "error of the time": Case("score", more={"as_of": "yesterday"}),
}


def by_library(case: Case) -> str:
    """Return the bytes that the library gives, from rows of which numbers may be text."""
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    how: dict[str, Any] = {"period": case.period, "as_of": case.more.get("as_of")}
    tables = capaian.read_evidence(policy, case.evidence)
    try:
        if case.request == "check":
            return plain_json(findings_document(capaian.check(policy, tables, **how))) + "\n"
        scores = capaian.score(policy, tables, **how)
        if case.request == "explain":
            return str(scores.explain(case.more["subject"]).to_json())
        if case.request == "record":
            return str(scores.record(case.more["subject"], case.more["made_at"]).to_json())
        return str(scores.to_json())
    except capaian.CapaianError as error:
        return error.to_json()
