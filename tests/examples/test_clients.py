"""The clients in PHP and JavaScript: the same identifiers and decimals as in Python, as text."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import capaian

FOLDER = Path(__file__).parents[2] / "examples" / "clients"
DESK = Path(__file__).parents[2] / "docs" / "start" / "front-desk.toml"
CLIENTS = {
    "php": ["php", str(FOLDER / "php" / "score.php")],
    "javascript": ["node", str(FOLDER / "javascript" / "score.mjs")],
}
PHP = (
    "echo json_encode(json_decode(file_get_contents($argv[1]), false, 512, JSON_THROW_ON_ERROR), "
    "JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);"
)
JAVASCRIPT = (
    "const text = require('node:fs').readFileSync(process.argv[1], 'utf8');"
    "process.stdout.write(JSON.stringify(JSON.parse(text)))"
)
AGAIN = {"php": ["php", "-r", PHP], "javascript": ["node", "-e", JAVASCRIPT]}
"""Reads a document and writes it again."""

pytestmark = [pytest.mark.clients, pytest.mark.parametrize("language", CLIENTS)]


@pytest.fixture
def run(tmp_path):
    """Run a client against this source tree's command, from another folder."""
    command = tmp_path / "capaian"
    source = Path(capaian.__file__).parents[1]
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m capaian.cli "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)

    def call(language, *arguments, capaian=str(command)):
        return subprocess.run(
            [*CLIENTS[language], *map(str, arguments)], cwd=tmp_path, capture_output=True,
            text=True, check=False, timeout=120, env=os.environ | {"CAPAIAN": capaian},
        )  # fmt: skip

    return call


def evidence():
    return json.loads((FOLDER / "evidence.json").read_text(encoding="utf-8"))


def test_a_client_prints_what_python_finds(run, language):
    """Every 18-digit identifier, every decimal with its zeros, every band."""
    document = capaian.score(
        capaian.load_policy(DESK), evidence(), period="2026-01", as_of="2026-02-01"
    ).to_dict()
    found = run(language)
    assert (found.returncode, found.stderr) == (0, "")
    rows = [line.split() for line in found.stdout.splitlines()[1:]]
    assert rows == [[each[key] for key in ("subject", "score", "band")]
                    for each in document["scores"]]  # fmt: skip
    assert all(re.fullmatch(r"[0-9]{18}", row[0]) for row in rows)
    assert any(int(row[0]) != int(float(row[0])) for row in rows), "a float would lose one"
    assert any(str(float(row[1])) != row[1] for row in rows), "a float would lose a zero"


def test_documents_come_back_from_the_language_byte_for_byte(tmp_path, language):
    """The example office: its scores with every exact fraction and decimal, and its records.

    Read and written again by the language itself; the records still verify.
    """
    office = Path(__file__).parents[2] / "examples" / "lubuk_begalung"
    line = "import json, office; print(json.dumps(office.tables(period='2026-Q1'), default=str))"
    made = subprocess.run(
        [sys.executable, "-c", line], cwd=office,
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    policy = capaian.load_policy(office / "front_desk.toml")
    tables = json.loads(made.stdout)
    scores = capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08")
    records = [each.to_json() for each in scores.records(made_at="2026-04-09")]
    document = scores.to_json()
    assert re.search(r'"[0-9]{6,}/[0-9]{4,}"', document), "no long fraction"
    assert re.search(r'"[0-9]+\.[0-9]0"', document), "no decimal that ends in a zero"
    assert re.search(r'"[0-9]{18}"', document), "no identifier of 18 digits"
    for text in (document, *records):
        path = tmp_path / "document.json"
        path.write_text(text, encoding="utf-8")
        again = subprocess.run(
            [*AGAIN[language], str(path)], capture_output=True, text=True, check=True,
            timeout=60, encoding="utf-8",
        )  # fmt: skip
        assert again.stdout + "\n" == text
    assert capaian.verify(again.stdout + "\n").ok


def test_the_page_of_a_client_shows_what_it_prints(run, language):
    page = (FOLDER / language / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```console\n\$ [^\n]*\n(.*?)```", page, re.DOTALL)
    assert run(language).stdout == shown


def test_an_error_line_ends_a_client(run, language, tmp_path):
    """With code and text, in the language that it asked for, and exit code 1."""
    wrong = evidence()
    wrong["complaints"][0]["nip"] = None
    wrong["services"] = [{"nip": "1", "om": "2026-01-20"}]
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    found = run(language, tmp_path / "wrong.json")
    assert (found.returncode, found.stdout) == (1, "")
    assert (
        found.stderr
        == "CPN-E09 services: tidak ada kolom 'on'. sebut salah satu kolom tabel: nip, om.\n"
    )


def test_a_command_that_is_not_there_ends_a_client(run, language):
    found = run(language, capaian="/nowhere/capaian")
    assert found.returncode == 1
    assert found.stderr.endswith("capaian ended before it had answered\n")
    assert "Fatal" not in found.stderr
