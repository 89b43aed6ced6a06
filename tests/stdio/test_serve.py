"""The protocol: every request answered, every fault told, the same bytes as everywhere."""

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import capaian
from broken_stream import broken_lines, streamed
from capaian.errors import plain_json
from capaian.policy import read_policy
from capaian.stdio import Defaults, serve
from documents import faults_of
from posts_office import CLERK, HEAD, RULE, noon
from small_office import OFFICE, made_up_evidence
from unit_office import units_of

NIP = "198706152010121003"
DESK = Path(__file__).parents[2] / "docs" / "start" / "front-desk.toml"
COMPLAINTS = [
    {"nip": NIP, "received": "2026-01-05 09:00", "answered": "2026-01-06 10:00"},
    {"nip": NIP, "received": "2026-01-12 09:00", "answered": None},
]
SERVICES = [{"nip": NIP, "on": "2026-01-20"}] * 4
WHAT = {"policy": str(DESK), "period": "2026-01", "as_of": "2026-02-01"}
ASKED = {"request": "score", **WHAT, "evidence": {"complaints": COMPLAINTS, "services": SERVICES}}


def answers(*requests, defaults=None, **how):
    """Ask, and return the answers with the exit code; each line is held to its schema."""
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in requests]
    sink = io.BytesIO()
    code = serve(io.BytesIO(b"\n".join(lines)), sink, defaults or Defaults(), **how)
    found = [json.loads(line) for line in sink.getvalue().splitlines()]
    for raw, each in zip(sink.getvalue().splitlines(), found, strict=True):
        assert raw.decode() == plain_json(each)
        if each["kind"] != "schema":
            assert faults_of("stdio-answer", each) == []
    refused = {each["line"] for each in found if each["kind"] == "error"}
    for line, each in enumerate(requests, start=1):
        if line not in refused:
            assert faults_of("stdio-request", each) == []
    return found, code


def plain(evidence):
    return json.loads(json.dumps(evidence, default=lambda stamp: stamp.isoformat()))


def put_together(found):
    """The document of a result from the lines of its answer."""
    head, *rest, end = found
    assert (head["count"], end["count"]) == (len(rest), len(rest) + 1)
    return head["head"] | {"scores": [each["score"] for each in rest]}


# ---- what is answered -----------------------------------------------------------------------------


def test_a_score_is_answered_subject_by_subject():
    """A head, a line for each subject, an end; all with the caller's id and the line's number."""
    found, code = answers({"id": "a", **ASKED})
    assert code == 0
    assert [each["kind"] for each in found] == ["head", "score", "end"]
    assert {(each["id"], each["line"]) for each in found} == {("a", 1)}
    assert found[1]["score"]["subject"] == NIP
    assert found[1]["score"]["score"] == "81.33"


def test_the_lines_put_together_are_the_library_s_bytes(office, evidence):
    """And those of the command line, which prints the library's."""
    sent = plain(evidence)
    found, code = answers({"id": 1, "request": "score", "policy": office, "evidence": sent,
                           "period": "2026-01"})  # fmt: skip
    usual = capaian.score(read_policy(office), evidence, period="2026-01")
    assert code == 0
    assert plain_json(put_together(found)) + "\n" == usual.to_json()


def test_numbers_and_answers_may_be_text(office, evidence):
    """As PHP has them that come from a database; the same bytes."""
    sent = plain(evidence)
    for row in sent["survey"]:
        row.update({key: None if each is None else str(each) for key, each in row.items()})
    found, _ = answers({"request": "score", "policy": office, "evidence": sent,
                        "period": "2026-01"})  # fmt: skip
    usual = capaian.score(read_policy(office), evidence, period="2026-01")
    assert plain_json(put_together(found)) + "\n" == usual.to_json()


def test_evidence_may_be_paths_and_several_periods_be_asked(tmp_path, office, evidence):
    """A head for each period."""
    for name, rows in plain(evidence).items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    paths = {name: str(tmp_path / f"{name}.jsonl") for name in evidence}
    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    found, _ = answers({"request": "score", "policy": office, "evidence": paths,
                        "period": halves})  # fmt: skip
    usual = capaian.score(read_policy(office), evidence, period=halves)
    heads = [place for place, each in enumerate(found) if each["kind"] == "head"]
    first, second = found[heads[0] : heads[1]], found[heads[1] : -1]
    for lines, scores in zip((first, second), usual, strict=True):
        assert put_together([*lines, {"count": len(lines)}]) == scores.to_dict()


def test_holders_of_posts_are_scored_too(tmp_path):
    """By an assignment, sent whole or by path."""
    for name, document in (("clerk", CLERK), ("head", HEAD)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "posts.json").write_text(json.dumps(RULE), encoding="utf-8")
    evidence = plain({
        "postings": [{"nip": NIP, "post": "clerk", "from": "2026-03-01", "to": None}],
        "letters": [{"nip": NIP, "on": noon(3)}] * 3,
        "cases": [{"nip": NIP, "received": noon(3), "answered": noon(4)}],
    })  # fmt: skip
    path = str(tmp_path / "posts.json")
    asked = {"policy": path, "period": "2026-03", "evidence": evidence}
    found, code = answers({"request": "score", **asked},
                          {"request": "explain", "subject": NIP, **asked})  # fmt: skip
    assert code == 0
    usual = capaian.score(capaian.load_assignment(path), evidence, period="2026-03")
    assert put_together(found[:3]) == usual.to_dict()
    assert found[3]["explanation"] == usual.explain(NIP).to_dict()


def test_units_are_scored_and_the_people_of_whom_they_are_made(tmp_path):
    """A head, a line for each unit, then one for each person: put together, the library's bytes."""
    policy, evidence = units_of("people")
    found, code = answers({"request": "units", "policy": policy, "period": "2026-03",
                           "evidence": plain(evidence)})  # fmt: skip
    usual = capaian.score_units(read_policy(policy), plain(evidence), period="2026-03")
    head, *rest, end = found
    assert (code, end["count"]) == (0, len(found) - 1)
    assert (head["count"], head["people"]) == (len(usual), len(usual.people))
    assert [each["kind"] for each in rest] == ["score"] * head["count"] + ["person"] * head[
        "people"
    ]
    made = head["head"] | {
        "scores": [each["score"] for each in rest if each["kind"] == "score"],
        "people": [each["person"] for each in rest if each["kind"] == "person"],
    }
    assert plain_json(made) + "\n" == usual.to_json()


def test_units_of_several_periods_and_of_no_policy_of_units_are_refused(office):
    policy, evidence = units_of("people")
    found, code = answers(
        {"request": "units", "policy": policy, "period": ["2026-03", "2026-04"],
         "evidence": plain(evidence)},
        {"request": "units", "policy": office, "period": "2026-01", "evidence": {}},
    )  # fmt: skip
    assert code == 2
    assert [each["code"] for each in found] == ["CPN-A19", "CPN-A30"]


def test_a_record_is_answered_and_verifies():
    """Of one subject the bytes of the library; of everybody one after another."""
    one = {**ASKED, "request": "record", "made_at": "2026-02-03"}
    found, code = answers({**one, "subject": NIP}, one)
    usual = capaian.score(
        capaian.load_policy(DESK), ASKED["evidence"], period="2026-01", as_of="2026-02-01"
    ).record(NIP, "2026-02-03")
    assert code == 0
    assert [each["kind"] for each in found] == ["record", "end", "record", "end"]
    assert plain_json(found[0]["record"]) + "\n" == usual.to_json()
    assert found[2]["record"] == found[0]["record"]
    assert capaian.verify(found[0]["record"], ASKED["evidence"]).ok


def test_an_explanation_has_its_text_in_the_language_asked_for():
    found, code = answers({"id": "x", **ASKED, "request": "explain", "subject": NIP,
                           "language": "id"})  # fmt: skip
    usual = capaian.score(
        capaian.load_policy(DESK), {"complaints": COMPLAINTS, "services": SERVICES},
        period="2026-01", as_of="2026-02-01",
    )  # fmt: skip
    assert code == 0
    assert found[0]["explanation"] == usual.explain(NIP).to_dict()
    assert found[0]["text"] == usual.explain(NIP).text("id")


def test_a_check_finds_and_says_so():
    """A line for each finding; `found`, and exit code 1."""
    broken = {**ASKED, "request": "check", "language": "id"}
    broken["evidence"] = {"complaints": COMPLAINTS, "services": [{"nip": NIP, "om": "2026-01-20"}]}
    found, code = answers(broken, {**ASKED, "request": "check"})
    assert code == 1
    assert [each["kind"] for each in found] == ["finding", "end", "end"]
    assert [each["found"] for each in found if each["kind"] == "end"] == [True, False]
    assert found[0]["text"] == (
        "services: tidak ada kolom 'on'. sebut salah satu kolom tabel: nip, om."
    )


def test_cases_are_run():
    """Those that are sent; what fails is found."""
    case = {"id": "1", "rule": "nobody/knows", "input": {"a": 0.1}, "expected": {"b": 1}}
    found, code = answers({"request": "cases", "cases": {"cases": [case]}})
    assert (code, found[0]["case"]["status"], found[1]["found"]) == (1, "unknown", True)


def test_versions_and_schemas_are_told():
    found, code = answers({"request": "version"}, {"request": "schema", "name": "policy"},
                          {"request": "schema", "name": "evidence", "policy": OFFICE})  # fmt: skip
    assert code == 0
    assert (found[0]["version"], found[0]["protocol"]) == (capaian.__version__, "capaian/stdio/1")
    assert found[2]["schema"] == capaian.schema("policy")
    assert found[4]["schema"] == capaian.schema("evidence", read_policy(OFFICE))


def test_what_every_request_would_say_is_said_once():
    """The command's policy, period and cut-off; a request may say otherwise."""
    usual = Defaults(capaian.load_policy(DESK), ("2026-01",), "2026-02-01", language="id")
    short = {"request": "score", "evidence": ASKED["evidence"]}
    found, code = answers(short, {**short, "as_of": "2026-01-14"}, defaults=usual)
    assert code == 0
    assert found[1] == answers(ASKED)[0][1]
    assert found[3]["head"]["as_of"] == "2026-01-14T00:00:00"


def test_one_answer_leaves_nothing_behind_for_the_next(office):
    """Asked in any order, among others, each answer is as if it had been asked alone."""
    other = json.loads(json.dumps(office))
    other["indicators"][0]["normalise"]["target"] = "50%"
    sent = plain(made_up_evidence())
    asked = [{"id": str(place), "request": "score", "policy": rule, "evidence": sent,
              "period": "2026-01"} for place, rule in enumerate((office, other, office))]  # fmt: skip
    together, _ = answers(*asked, b"{", asked[0])
    alone = [answers(each)[0] for each in (*asked, asked[0])]
    without = [{**each, "line": 1} for each in together if each["kind"] != "error"]
    assert without == [line for each in alone for line in each]


# ---- what cannot be answered ----------------------------------------------------------------------


def test_a_fault_is_told_with_its_line_and_the_next_is_answered():
    """Code, place, text in the language asked for; the request's own id where it could be read."""
    found, code = answers(
        b"{", {"id": "b", "request": "scroe"}, {"id": "c", **ASKED, "perod": 1, "language": "id"},
        {"id": "d", **ASKED}, {"id": "e", "request": "score", "evidence": {"a": 5, "b": None}},
    )  # fmt: skip
    assert code == 2
    told = [(each["kind"], each["id"], each["line"], each.get("code")) for each in found]
    assert told == [
        ("error", None, 1, "CPN-J03"), ("error", "b", 2, "CPN-J15"), ("error", "c", 3, "CPN-P01"),
        ("head", "d", 4, None), ("score", "d", 4, None), ("end", "d", 4, None),
        ("error", "e", 5, "CPN-J16"),
    ]  # fmt: skip
    assert found[1]["text"] == (
        "request: there is no request 'scroe'. Did you mean 'score'? use one of: cases, check, "
        "explain, record, schema, score, units, version."
    )
    assert found[2]["text"].startswith("kunci 'perod' tidak dikenal. Maksud Anda 'period'? hapus")
    assert found[-1]["text"] == (
        "evidence.a: the table is a number or an answer, neither a list of rows nor the path of a "
        "file. send a list of objects, one for each row, or a path as text.\n"
        "evidence.b: the table is nothing, neither a list of rows nor the path of a file. send a "
        "list of objects, one for each row, or a path as text."
    )


def test_what_is_wanting_is_named_at_once():
    found, _ = answers({"request": "score", "evidence": {}}, {"id": 2})
    assert [each["values"]["key"] for each in found[0]["error"]["findings"]] == ["period", "policy"]
    assert (found[1]["id"], found[1]["code"]) == (2, "CPN-P02")


def test_the_faults_of_evidence_and_policy_are_those_of_the_library(office):
    office["missing"] = "exlude"
    found, code = answers(
        {"request": "score", "policy": office, "period": "2026-01", "evidence": {}},
        {**ASKED, "evidence": {"complaints": []}}, {**ASKED, "policy": "nowhere.toml"},
        {**ASKED, "request": "explain", "subject": "nobody"},
    )  # fmt: skip
    codes = [[each["code"] for each in line["error"]["findings"]] for line in found]
    assert code == 2
    assert codes == [["CPN-P05"], ["CPN-E04", "CPN-E50"], ["CPN-P09"], ["CPN-E54"]]


def test_a_failure_of_capaian_itself_is_a_line_too(monkeypatch):
    """Never a traceback, nor what was raised: that may hold evidence."""
    from capaian.stdio import reply

    def fails(*_, **__):
        raise KeyError(NIP)

    monkeypatch.setattr(reply, "score", fails)
    found, code = answers({"id": "a", **ASKED}, {"id": "b", "request": "version"})
    assert code == 3
    assert [(each["kind"], each["id"]) for each in found] == [
        ("error", "a"), ("version", "b"), ("end", "b"),
    ]  # fmt: skip
    assert found[0]["text"] == (
        f"capaian itself failed: KeyError in test_serve.py, line {fails.__code__.co_firstlineno + 1}"
        ". report it with the request, without its rows; the next requests are answered."
    )
    assert NIP not in json.dumps(found)


def test_ten_findings_are_told_and_the_rest_counted():
    request = {"request": "version", **{f"key{number}": 1 for number in range(12)}}
    found, _ = answers(json.dumps(request).encode())
    assert found[0]["text"].count("unknown key") == 10
    assert found[0]["text"].endswith("\n… +2")


@pytest.mark.parametrize("given", [{"a": 1}, True, 1.5, ["x"], "x" * 201, 2**60])
def test_an_id_that_is_none_is_not_repeated(given):
    found, _ = answers(json.dumps({"id": given, "request": "scroe"}).encode())
    assert found[0]["id"] is None


# ---- the process ----------------------------------------------------------------------------------


def process(*arguments):
    """A running `capaian serve-stdio`."""
    command = [sys.executable, "-m", "capaian.cli", "serve-stdio", *arguments]
    paths = [str(Path(capaian.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment,
    )  # fmt: skip


def test_a_caller_asks_and_reads_in_turn():
    """Each answer is there before the next request is sent."""
    with process() as running:
        for number in range(3):
            request = {"id": str(number), "request": "version"}
            running.stdin.write(json.dumps(request).encode() + b"\n")
            running.stdin.flush()
            kinds = [json.loads(running.stdout.readline())["kind"] for _ in range(2)]
            assert kinds == ["version", "end"]
        running.stdin.close()
        assert running.stdout.read() == b""
        assert running.stderr.read() == b""
        assert running.wait() == 0


def test_a_caller_that_goes_away_leaves_no_traceback():
    with process() as running:
        running.stdout.close()
        for _ in range(200):
            try:
                running.stdin.write(json.dumps({"request": "version"}).encode() + b"\n")
                running.stdin.flush()
            except BrokenPipeError:
                break
        with suppress(BrokenPipeError):
            running.stdin.close()
        assert running.stderr.read() == b""
        assert running.wait() == 2


def test_a_long_batch_with_broken_lines_is_scored_but_for_those():
    """All of them are told with the number of their line; memory stays what it was."""
    told, scored, code, memory = streamed(20_000)
    broken = broken_lines(20_000)
    assert code == 2
    assert told == list(broken.items())
    assert scored == 20_000 - len(broken)
    assert memory < 80_000, "kilobytes at most; Linux tells"


def test_an_answer_is_one_line_to_every_reader():
    """Also to those that end a line at U+0085 or U+2028; the name itself comes back whole."""
    name = "a\x85b\u2028c\u2029d"
    request = {"id": name, "request": "version"}
    sink = io.BytesIO()
    serve(io.BytesIO(json.dumps(request).encode() + b"\n"), sink, Defaults())
    lines = sink.getvalue().decode().splitlines()
    assert len(lines) == sink.getvalue().count(b"\n")
    assert {json.loads(each)["id"] for each in lines} == {name}
