"""The templates for authors: rendered with answers of their own, their CI script run as a stranger would.

One new environment serves both: the script of the first makes it, with nothing in it but what the
rendered distributions ask for, among that a wheel of capaian.
"""

import re
import subprocess
import sys
import tomllib

import copier
import pytest
import yaml

import distributions
from distributions import ROOT

ANSWERS = {
    "plugin": {"topic": "kept-on-time", "title": "Kept on time", "author": "Dinas Contoh"},
    "pack": {"pack": "harbour2", "title_id": "Pelabuhan", "edition": "2027", "regulation": "Decree 7/2027"},
}  # fmt: skip
SCORED = {
    "plugin": [r"A +50\.00 +50\.0", r"B +0\.00 +0\.0", r"C +– +– +withheld"],
    "pack": [r"4 passed, 0 failed, 0 unknown", r"ana .* 90\.0 +Good", r"budi .* 65\.0 +Fair"],
}
FEWEST = {"plugin": 50, "pack": 20}
"""So many tests pass at least; the others are checks of the kit that do not apply."""


def render(name, folder, answers):
    copier.run_copy(
        str(ROOT / "examples" / f"{name}-template"), folder, answers, defaults=True, quiet=True
    )
    return folder


@pytest.fixture
def rendered(tmp_path):
    """Both, rendered, by name."""
    folder = tmp_path / "rendered"
    return {name: render(name, folder / name, answers) for name, answers in ANSWERS.items()}


@pytest.mark.slow
def test_their_ci_scripts_pass_in_a_new_environment(rendered, tmp_path):
    """Installed, tested, checked by the kit, and their evidence scored; no test but the kit's is left out."""
    wheels = tmp_path / "wheels"
    distributions.build([ROOT], wheels)
    settings = distributions.pip_settings(wheels) | {
        "PYTHON": sys.executable,
        "VENV": str(tmp_path / "venv"),
    }
    for name, folder in rendered.items():
        done = subprocess.run(
            [str(folder / ".ci" / "run")], env=settings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert int(re.search(r"^(\d+) passed", done.stdout, re.MULTILINE)[1]) > FEWEST[name]
        for line in SCORED[name]:
            assert re.search(line, done.stdout), f"{line} is not in\n{done.stdout}"


def tool(folder, *command):
    """Run one of the project's tools as in a checkout of what is rendered."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_what_is_rendered_is_well_formed(rendered):
    """Formatted and typed, no placeholder is left, and the answers are kept for rendering it again."""
    for folder in rendered.values():
        tool(folder, "ruff", "format", "--isolated", "--no-cache", "--line-length=100", "--check")
        tool(
            folder,
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--line-length=100",
            "--select=B,E,F,I,SIM,UP",
        )
    sources = [f"{each}/src" for each in rendered.values()]
    tool(ROOT, "mypy", "--strict", "--cache-dir=/dev/null", *sources)
    for name, folder in rendered.items():
        for file in folder.rglob("*"):
            assert not re.search(r"\{\{|\{%|\.jinja", file.name)
            assert not file.is_file() or not re.search(r"\{\{|\{%", file.read_text("utf-8"))
        kept = yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
        assert ANSWERS[name].items() <= kept.items()
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        ((kind, module),) = project["entry-points"]["capaian"].items()
        assert project["name"] == f"capaian-{kind}"
        assert (folder / "src" / module / "py.typed").exists()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("plugin", {"topic": "Kept on time"}),
        ("plugin", {"topic": "-kept"}),
        ("pack", {"pack": "harbour/2"}),
        ("pack", {"edition": "27"}),
    ],
)
def test_an_answer_that_cannot_be_a_name_is_refused(tmp_path, name, answer):
    """Before anything is written."""
    with pytest.raises(ValueError, match=r"such as"):
        render(name, tmp_path / "out", answer)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_template_says_how_it_is_used(name):
    """With the command, from a checkout."""
    said = (ROOT / "examples" / f"{name}-template" / "README.md").read_text(encoding="utf-8")
    assert f"copier copy examples/{name}-template " in said
