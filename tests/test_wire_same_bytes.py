"""A result, an explanation, a record, findings, an error: the same bytes wherever they are asked.

HTTP is asked for the same table in `examples/service/tests`.
"""

import io
import json

import pytest

import capaian
from capaian.cli import main
from capaian.errors import plain_json
from capaian.stdio import Defaults, serve
from documents import faults_of
from same_bytes import CASES, EVIDENCE, PERIOD, POLICIES, by_library

SCHEMAS = {"score": "result", "explain": "explanation", "record": "record", "check": "findings"}


def by_command(case, folder, capsys):
    """Return what the command line prints; the rows are in files."""
    asked = [case.request, str(POLICIES), "--on", "2026-03-31", "--period", case.period]
    for name, rows in case.evidence.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        asked += ["--evidence", f"{name}={folder / name}.jsonl"]
    for name, value in case.more.items():
        asked += [f"--{name.replace('_', '-')}", value]
    with pytest.raises(SystemExit):
        main([*asked, "--json"])
    return capsys.readouterr().out


def by_stdio(case, evidence):
    """Return the document that the lines of an answer make."""
    asked = {"request": case.request, "policy": str(POLICIES), "period": case.period,
             "on": "2026-03-31", "evidence": evidence, **case.more}  # fmt: skip
    sink = io.BytesIO()
    serve(io.BytesIO(json.dumps(asked).encode()), sink, Defaults())
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    last = lines.pop()
    if last["kind"] == "error":
        return plain_json(last["error"]) + "\n"
    made = {
        "score": lambda: lines[0]["head"] | {"scores": [each["score"] for each in lines[1:]]},
        "explain": lambda: lines[0]["explanation"],
        "record": lambda: lines[0]["record"],
        "check": lambda: {"schema": "capaian/findings/1",
                          "findings": [each["finding"] for each in lines]},
    }  # fmt: skip
    return plain_json(made[case.request]()) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_the_same_everywhere(name, tmp_path, capsys):
    """Library, command line and stdio; rows sent, and rows in files."""
    case = CASES[name]
    wanted = by_library(case)
    assert by_command(case, tmp_path, capsys) == wanted
    assert by_stdio(case, case.evidence) == wanted
    paths = {each: str(tmp_path / f"{each}.jsonl") for each in case.evidence}
    assert by_stdio(case, paths) == wanted
    document = json.loads(wanted)
    error = document.get("schema") == "capaian/error/1"
    assert error == name.startswith("error")
    assert faults_of("error" if error else SCHEMAS[case.request], document) == []


def test_rows_of_python_s_own_types_give_them_too():
    """Decimals that are Decimal, stamps that are datetime."""
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    scores = capaian.score(policy, EVIDENCE, period=PERIOD)
    assert scores.to_json() == by_library(CASES["result"])
    record = CASES["record"].more
    assert scores.record(record["subject"], record["made_at"]).to_json() == by_library(
        CASES["record"]
    )
