"""The project under `python -W error`, and the page about it, followed by the letter."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from follow_page import Command, File, steps

HERE = Path(__file__).parent
PROJECT = HERE.parent
PAGE = PROJECT.parents[1] / "docs" / "embed" / "django.md"
SET_UP = ("mkdir", "python -m venv", ". .venv", "pip install")
"""What a reader does before there is anything to try; `make hosts` has done it."""
ONE = "999999992026000001"


def python(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; a warning is an error."""
    return subprocess.run(
        [sys.executable, "-W", "error", *given],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_project_s_own_tests_pass() -> None:
    """By Django's own test runner."""
    done = python(PROJECT, "manage.py", "test")
    assert done.returncode == 0, done.stderr
    assert "\nOK\n" in done.stderr


def test_the_project_has_no_fault_and_no_migration_is_missing() -> None:
    """As Django sees it."""
    assert python(PROJECT, "manage.py", "check", "--fail-level", "WARNING").returncode == 0
    done = python(PROJECT, "manage.py", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the site on a free port; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def fetch(address: str, language: str) -> str:
    """Return a page, as soon as the site answers."""
    request = Request(address, headers={"Accept-Language": language})  # noqa: S310 - our own
    for _ in range(100):
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
                return str(answer.read().decode())
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the site did not answer")


def test_the_page_leads_from_an_empty_folder_to_a_scored_employee(tmp_path: Path) -> None:
    """Every file and every command of the page, in order, and what it says they print."""
    served = False
    for step in steps(PAGE):
        match step:
            case File():
                step.write(tmp_path)
            case Command(line=line) if line.startswith(SET_UP):
                continue
            case Command(line="python manage.py runserver"):
                with serving(tmp_path) as site:
                    for language, word in (("id", "Pengaduan"), ("en", "Complaints")):
                        shown = fetch(f"{site}/office/scores/2026-01/{ONE}/", language)
                        assert word in shown
                        assert "85.07" in shown
                served = True
            case Command():
                step.run(tmp_path)
    assert served
