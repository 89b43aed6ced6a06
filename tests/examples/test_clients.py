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
