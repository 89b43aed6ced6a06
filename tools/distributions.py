"""Distributions as their users have them: built into wheels, installed into a new environment.

    python tools/distributions.py FOLDER

Makes FOLDER/wheels and FOLDER/venv, with capaian and every distribution under `examples/` in it,
runs the tests of each, and says how they went.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(each.parent for each in ROOT.glob("examples/capaian-*/pyproject.toml"))
TOOLS = ("pytest",)


def build(sources: Iterable[Path], into: Path) -> list[Path]:
    """Return the wheels of some checkouts, built into a folder.

    Parameters
    ----------
    sources
        Folders with a `pyproject.toml`.
    into
        Where the wheels go.
    """
    made = []
    for source in sources:
        before = set(into.glob("*.whl"))
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
        run(command, source)
        made += sorted(set(into.glob("*.whl")) - before)
    return made


def make_environment(folder: Path, requirements: Sequence[str]) -> Path:
    """Return the interpreter of a new environment in a folder, with what is required in it.

    Parameters
    ----------
    folder
        The environment's.
    requirements
        As pip takes them; each keeps to `constraints.txt`.
    """
    settings = {**os.environ, "VENV": str(folder), "PYTHON": sys.executable}
    run([str(ROOT / "tools" / "set_up.sh"), "--install", *requirements], ROOT, settings)
    return folder / "bin" / "python"


def installed(folder: Path) -> Path:
    """Return the interpreter of a new environment with capaian and all distributions in it."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    host, *others = build([ROOT, *EXAMPLES], wheels)
    named = [f"capaian[cli] @ {host.as_uri()}", *map(str, others), *TOOLS]
    return make_environment(folder / "venv", named)


def test(python: Path, distribution: Path) -> subprocess.CompletedProcess[str]:
    """Return how a distribution's own tests went, run on what is installed and nothing else."""
    command = [str(python), "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    command += ["--import-mode=importlib", "-c", os.devnull, "--rootdir", str(distribution)]
    return subprocess.run(
        [*command, str(distribution / "tests")],
        cwd=python.parent,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def bare_environment() -> dict[str, str]:
    """Return the environment's variables, without those that show Python another place."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def run(command: Sequence[str], folder: Path, settings: dict[str, str] | None = None) -> None:
    """Run a command; where it fails, say what it said."""
    done = subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def main(arguments: Sequence[str]) -> int:
    """Install everything into a folder and run all tests there."""
    if len(arguments) != 1:
        print("usage: distributions.py FOLDER", file=sys.stderr)
        return 2
    python = installed(Path(arguments[0]).resolve())
    failed = False
    for each in EXAMPLES:
        done = test(python, each)
        print(f"{each.name}: {done.stdout.strip().splitlines()[-1]}")
        failed |= done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
