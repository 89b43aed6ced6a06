"""The service over a real socket: uvicorn in a process of its own, asked by httpx."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import capaian
from capaian.errors import plain_json

HERE = Path(__file__).parent
SERVICE = HERE.parent
DESK = SERVICE.parent / "front_desk"
sys.path[:0] = [str(DESK), str(SERVICE.parents[1] / "tests")]

import made_up  # noqa: E402 - it stands beside the tests

from same_bytes import CASES, by_library  # noqa: E402 - the table that all tests share

POLICIES = DESK / "policies"
SECRET = "999999990000000042"


@contextmanager
def serving(log: Path, **limits: str) -> Iterator[str]:
    """Run the service on a free port of loopback; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CAPAIAN_SERVICE_POLICIES": str(POLICIES)}
    environment |= {f"CAPAIAN_SERVICE_{name.upper()}": value for name, value in limits.items()}
    command = [sys.executable, "-W", "error", "-m", "uvicorn", "--factory", "app:create"]
    command += ["--port", str(port), "--app-dir", str(SERVICE)]
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=file) as process,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{address}/health")
        except httpx.TransportError:
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that the service writes its log to."""
    return tmp_path_factory.mktemp("service") / "log"


@pytest.fixture(scope="module")
def client(log: Path) -> Iterator[httpx.Client]:
    """Return a client of a service that runs."""
    with serving(log, megabytes="1") as address, httpx.Client(base_url=address) as found:
        yield found


def as_json(tables: Any) -> Any:
    """Return evidence as it goes over the wire: decimals and stamps are text."""
    return json.loads(json.dumps(tables, default=str))


EVIDENCE = made_up.make(12, "2026-Q1")
ASKED = {"policy": "front-desk", "period": "2026-Q1", "evidence": as_json(EVIDENCE)}


def post(client: httpx.Client, path: str, **changes: Any) -> httpx.Response:
    """Ask for something, with some keys changed; what is None is left out."""
    asked = {key: value for key, value in {**ASKED, **changes}.items() if value is not None}
    return client.post(path, json=asked)


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return a problem, after looking at what every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["capaian-version"] == capaian.__version__
    said: dict[str, Any] = response.json()
    assert (said["status"], said["code"]) == (status, code)
    assert said["type"] == f"urn:capaian:error:{code}"
    assert said["text"]["en"] == said["title"]
    assert said["text"]["id"]
    assert not re.search(r"\{\w+\}", json.dumps(said))
    if code.startswith("CPN"):
        Draft202012Validator(capaian.schema("error")).validate(said["error"])
        assert len(said["pointers"]) == len(said["error"]["findings"])
    assert "Traceback" not in response.text
    return said


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_those_of_the_library(client: httpx.Client, name: str) -> None:
    """And, by `tests/test_wire_same_bytes.py`, of the command line and of stdio."""
    case = CASES[name]
    wanted = by_library(case)
    asked = {**ASKED, "period": case.period, "evidence": case.evidence, **case.more}
    response = client.post(f"/{case.request}", json=asked)
    if name.startswith("error"):
        said = problem(response, 422, json.loads(wanted)["code"])
        assert plain_json(said["error"]) + "\n" == wanted
    else:
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json"
        assert response.text == wanted


def test_a_record_verifies_against_the_rows(client: httpx.Client) -> None:
    """From rows of Python's own types, with decimals that are Decimal."""
    document = post(client, "/record", subject=made_up.nip(3)).json()
    found = capaian.verify(document, EVIDENCE)
    assert (found.ok, found.measured) == (True, "equal")


def test_the_description_has_capaian_s_own_schemas(client: httpx.Client) -> None:
    """Every document that is answered is held to its component; nothing refers outside."""
    described = client.get("/openapi.json").json()
    parts = described["components"]["schemas"]
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)))
    assert {each.removeprefix("#/components/schemas/") for each in references} <= set(parts)
    for name, own in (("Result", "result"), ("Record", "record"), ("Error", "error")):
        made = capaian.schema(own)
        assert parts[name]["description"] == made["description"]
        listed = {each.removeprefix(f"{name}.") for each in parts if each.startswith(f"{name}.")}
        assert listed == set(made["$defs"])
    asked = {"/score": {}, "/explain": {"subject": made_up.nip(3)}, "/check": {},
             "/record": {"subject": made_up.nip(3)}}  # fmt: skip
    for path, more in asked.items():
        operation = described["paths"][path]["post"]["responses"]["200"]
        schema = operation["content"]["application/json"]["schema"]
        whole = {**schema, "components": {"schemas": parts}}
        Draft202012Validator(whole).validate(post(client, path, **more).json())


def test_the_example_of_the_description_is_scored(client: httpx.Client) -> None:
    """By every operation that has one."""
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/score", "/explain", "/record", "/check"):
        example = paths[path]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert client.post(path, json=example).status_code == 200


def test_the_request_of_the_page_is_scored(client: httpx.Client) -> None:
    """`docs/embed/service.md` sends it by curl: 0.4 × 55.56 + 0.3 × 6.88 + 0.3 × 66.67."""
    asked = (SERVICE / "request.json").read_bytes()
    response = client.post("/score", content=asked, headers={"Content-Type": "application/json"})
    (one,) = response.json()["scores"]
    assert (one["subject"], one["score"]) == ("999999992026000001", "44.28")


def test_headers_name_the_version_and_the_rule(client: httpx.Client) -> None:
    """Of each period the edition that was in force."""
    for period, edition in (("2025-Q4", "2025"), ("2026-Q1", "2026")):
        evidence = as_json(made_up.make(3, period))
        headers = post(client, "/score", period=period, evidence=evidence).headers
        assert headers["capaian-version"] == capaian.__version__
        assert (headers["capaian-policy"], headers["capaian-edition"]) == ("front-desk", edition)
        listed = client.get("/policies").json()["policies"]
        (own,) = (each for each in listed if each["edition"] == edition)
        assert headers["capaian-fingerprint"] == own["fingerprint"]


def test_one_subject_is_explained(client: httpx.Client) -> None:
    """The document is that of the library; the identifier has its 18 digits."""
    who = made_up.nip(3)
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    own = capaian.score(policy, EVIDENCE, period="2026-Q1").explain(who)
    assert post(client, "/explain", subject=who).json() == own.to_dict()


def test_nobody_of_that_name_is_said_without_the_name(client: httpx.Client) -> None:
    """Not even an identifier that was asked for is repeated."""
    response = post(client, "/explain", subject=SECRET)
    problem(response, 422, "CPN-E54")
    assert SECRET not in response.text


def test_all_faults_come_at_once_with_their_places(client: httpx.Client) -> None:
    """Two tables, one fault each, with a pointer into the request."""
    evidence = as_json(EVIDENCE)
    evidence["survey"][0]["u1"] = 9
    evidence["services"][0]["points"] = SECRET[:6] + "x"
    said = problem(post(client, "/score", evidence=evidence), 422, "CPN-E19")
    assert set(said["pointers"]) == {"/evidence/services", "/evidence/survey"}
    assert SECRET[:6] not in json.dumps(said)


def test_a_check_gives_findings_and_is_no_error(client: httpx.Client) -> None:
    """Sound evidence gives none."""
    assert post(client, "/check").json()["findings"] == []
    found = post(client, "/check", evidence={"complaints": []})
    assert found.status_code == 200
    assert {each["code"] for each in found.json()["findings"]} == {"CPN-E04", "CPN-E50"}


def test_what_is_wrong_with_a_request_is_said_all_at_once(client: httpx.Client) -> None:
    """Unknown, missing, and of the wrong kind; then the same of the tables."""
    asked: dict[str, Any] = {"policy": 3, "perod": "2026-Q1", "evidence": {}}
    said = problem(client.post("/score", json=asked), 422, "CPN-P01")
    codes = [each["code"] for each in said["error"]["findings"]]
    assert list(zip(codes, said["pointers"], strict=True)) == [
        ("CPN-P01", ""),
        ("CPN-P04", "/policy"),
        ("CPN-P02", ""),
    ]
    tables = {"a/b": "/etc/passwd", "c": [{"d": 1}, {"d": [1]}], "e": None}
    said = problem(post(client, "/score", evidence=tables), 422, "CPN-J20")
    codes = [each["code"] for each in said["error"]["findings"]]
    assert list(zip(codes, said["pointers"], strict=True)) == [
        ("CPN-J20", "/evidence/a~1b"),
        ("CPN-J19", "/evidence/c/1"),
        ("CPN-J20", "/evidence/e"),
    ]
    assert "passwd" not in json.dumps(said)


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"policy": "front-dsk"}, 404, "SVC-06", "/policy"),
        ({"period": "2026-Q5"}, 422, "CPN-D01", "/period"),
        ({"period": "2027-Q1"}, 422, "CPN-D05", "/period"),
        ({"as_of": "yesterday"}, 422, "CPN-D03", "/as_of"),
        ({"evidence": {}}, 422, "CPN-E50", "/evidence"),
        ({"evidence": {"services": [{"points": 1.5}]}}, 422, "CPN-J19", "/evidence/services/0"),
        ({"evidence": {"services": [{"points": 2**53}]}}, 400, "CPN-J10", "/evidence/services/0"),
    ],
)
def test_refusals_have_a_status_a_code_and_a_place(
    client: httpx.Client, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    """A caller's program reads these three."""
    said = problem(post(client, "/score", **changes), status, code)
    assert said["pointer"] == pointer


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "CPN-J03"),
        (b"{", "CPN-J03"),
        (b"[]", "CPN-J14"),
        (b"\xff", "CPN-J04"),
        (b'{"a": NaN}', "CPN-J13"),
        (b'{"a": 1, "a": 2}', "CPN-J12"),
        (b'{"a": 1e999}', "CPN-J17"),
        (b'{"a": ' + b"9" * 5000 + b"}", "CPN-J17"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "CPN-J06"),
        (b'{"policy": "\\ud800"}', "CPN-J11"),
        (json.dumps({f"k{number}": 1 for number in range(50_000)}).encode(), "CPN-J07"),
        (json.dumps({"k" * 100_000: 1}).encode(), "CPN-J08"),
        (json.dumps({"policy": "k" * 200_000}).encode(), "CPN-J09"),
    ],
    ids=range(13),
)
def test_hostile_bodies_are_refused(client: httpx.Client, body: bytes, code: str) -> None:
    """As the library refuses them, byte for byte; nothing of them is repeated."""
    response = client.post("/score", content=body, headers={"Content-Type": "application/json"})
    with pytest.raises(capaian.RequestError) as caught:
        capaian.read_object(body)
    assert problem(response, 400, code)["error"] == caught.value.to_dict()


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    """Whether it says how large it is or not."""
    said = problem(post(client, "/score", policy="x" * 1_100_000), 413, "SVC-01")
    assert said["title"] == "the body is larger than 1,000,000 bytes: send fewer rows at a time."
    chunks = (b" " * 100_000 for _ in range(20))
    response = client.post("/score", content=chunks, headers={"Content-Type": "application/json"})
    problem(response, 413, "SVC-01")


def test_other_media_addresses_and_methods_are_refused(client: httpx.Client) -> None:
    """Each with the code and the headers that HTTP has for it."""
    problem(client.post("/score", content=b"{}"), 415, "SVC-07")
    problem(client.get("/nothing"), 404, "SVC-11")
    response = client.get("/score")
    problem(response, 405, "SVC-12")
    assert response.headers["allow"] == "POST"


def test_many_at_once_share_the_engine(client: httpx.Client) -> None:
    """A hundred requests from sixteen threads, two of editions and people by turns."""
    asked = [
        {**ASKED, "period": period, "evidence": as_json(made_up.make(people, period))}
        for period, people in (("2025-Q4", 5), ("2026-Q1", 7))
    ]
    alone = [client.post("/score", json=each).text for each in asked]
    with ThreadPoolExecutor(16) as threads:
        found = list(
            threads.map(lambda n: client.post("/score", json=asked[n % 2]).text, range(100))
        )
    assert found == alone * 50


def test_health_says_the_version(client: httpx.Client) -> None:
    """For whoever watches it."""
    assert client.get("/health").json() == {
        "status": "ok", "version": capaian.__version__, "policies": 2,
    }  # fmt: skip


def test_slow_work_is_answered_in_time_and_the_rest_is_told_to_wait(tmp_path: Path) -> None:
    """A limit that nothing can keep; and one thread with nobody allowed to wait for it."""
    evidence = as_json(made_up.make(400, "2026-Q1"))
    with (
        serving(tmp_path / "log", seconds="0.2", workers="1", waiting="0") as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        response = post(client, "/score", evidence=evidence)
        problem(response, 503, "SVC-09")
        assert response.headers["retry-after"] == "5"
        problem(post(client, "/score"), 503, "SVC-10")  # the thread is still at the first
        assert client.get("/health").status_code == 200
        for _ in range(300):
            if post(client, "/check", evidence={}).status_code == 200:
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the thread did not become free again")


def test_a_body_that_does_not_arrive_is_given_up(tmp_path: Path) -> None:
    """A caller who promises a thousand bytes and sends one."""
    with serving(tmp_path / "log", seconds="0.3") as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            head = "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            line.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 408 ")


def test_schemathesis_finds_nothing(client: httpx.Client, log: Path, tmp_path: Path) -> None:
    """Cases made from the description, right and wrong ones: a fixed budget, a fixed seed."""
    tool = str(Path(sys.executable).with_name("schemathesis"))
    settings = str(HERE / "schemathesis.toml")
    command = [
        tool, "--config-file", settings, "run", f"{client.base_url}/openapi.json",
        "--seed", "2026", "--max-examples", "60", "--phases", "examples,coverage,fuzzing",
        "--checks", "all", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "fault {" not in log.read_text("utf-8")
    print(*re.findall(r"Test cases:.*|\d+ generated.*", done.stdout), sep="\n")


def test_the_log_holds_no_identifier(client: httpx.Client, log: Path) -> None:
    """After all that was asked here; addresses hold none, and errors are not printed."""
    post(client, "/explain", subject=SECRET)
    text = log.read_text("utf-8")
    assert SECRET not in text
    assert made_up.nip(1)[:14] not in text
    assert "Traceback" not in text
